use serde::Serialize;

use crate::record::Record;

/// A Direct Connect gateway's way to AWS, from
/// `directconnect describe-direct-connect-gateway-associations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct DirectConnectGatewayAssociation {
    /// Its id; the answers about one's own gateway's associations have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<String>,
    /// The Direct Connect gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_connect_gateway_id: Option<String>,
    /// Account of that gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_connect_gateway_owner_account: Option<String>,
    /// `associating`, `associated`, `disassociating`, `disassociated`, `updating`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_state: Option<String>,
    /// The virtual private or transit gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_gateway: Option<AssociatedGateway>,
    /// The blocks that are announced on-premises.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_prefixes_to_direct_connect_gateway: Vec<RouteFilterPrefix>,
    /// The Cloud WAN core network, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_core_network: Option<AssociatedCoreNetwork>,
    /// The virtual private gateway, as older answers name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_gateway_id: Option<String>,
    /// Region of that gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_gateway_region: Option<String>,
    /// Account of that gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_gateway_owner_account: Option<String>,
}

/// The gateway that a Direct Connect gateway leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct AssociatedGateway {
    /// `vgw-…` or `tgw-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `virtualPrivateGateway` or `transitGateway`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_account: Option<String>,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// The Cloud WAN core network that a Direct Connect gateway leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct AssociatedCoreNetwork {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_account: Option<String>,
    /// The attachment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
}

/// A block of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct RouteFilterPrefix {
    /// The block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr: Option<String>,
}

/// A Direct Connect gateway's way on-premises, from
/// `directconnect describe-direct-connect-gateway-attachments`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct DirectConnectGatewayAttachment {
    /// The Direct Connect gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct_connect_gateway_id: Option<String>,
    /// The virtual interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_interface_id: Option<String>,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_interface_region: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_interface_owner_account: Option<String>,
    /// `attaching`, `attached`, `detaching`, `detached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_state: Option<String>,
    /// `TransitVirtualInterface` or `PrivateVirtualInterface`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_type: Option<String>,
}

/// A virtual interface, from `directconnect describe-virtual-interfaces`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase")]
pub struct VirtualInterface {
    /// `dxvif-…`
    pub virtual_interface_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_interface_name: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_account: Option<String>,
    /// `private`, `public` or `transit`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_interface_type: Option<String>,
    /// `confirming`, `verifying`, `pending`, `available`, `down`, `testing`, `deleting`, `deleted`,
    /// `rejected`, `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_interface_state: Option<String>,
    /// `ipv4` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_family: Option<String>,
    /// The Direct Connect gateway that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_connect_gateway_id: Option<String>,
    /// The virtual private gateway that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub virtual_gateway_id: Option<String>,
    /// Its Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The blocks that a public one announces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub route_filter_prefixes: Vec<RouteFilterPrefix>,
    /// BGP sessions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bgp_peers: Vec<BgpPeer>,
}

/// A BGP session of a virtual interface (the API calls it `BGPPeer`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "camelCase", default)]
pub struct BgpPeer {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bgp_peer_id: Option<String>,
    /// `ipv4` or `ipv6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_family: Option<String>,
    /// `verifying`, `pending`, `available`, `deleting`, `deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bgp_peer_state: Option<String>,
    /// `up`, `down` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bgp_status: Option<String>,
}
