use serde::Serialize;

use crate::record::Record;

use crate::snapshot::Tag;

/// A VPC's attachment to a transit gateway, from `describe-transit-gateway-vpc-attachments`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayVpcAttachment {
    /// `tgw-attach-…`
    pub transit_gateway_attachment_id: String,
    /// The transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// The VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Account of the VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_owner_id: Option<String>,
    /// `available` and `modifying` carry traffic; `initiating`, `initiatingRequest`, `pendingAcceptance`,
    /// `pending`, `rollingBack`, `deleting`, `deleted`, `failing`, `failed`, `rejecting`, `rejected` do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The attachment subnets, one a zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_ids: Vec<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<TransitGatewayVpcAttachmentOptions>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Options of a VPC attachment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayVpcAttachmentOptions {
    /// `enable` or `disable`: whether rules of the VPC may name groups across the gateway; absent
    /// means enable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group_referencing_support: Option<String>,
    /// `enable` or `disable`: whether IPv6 routes propagate; filters no packet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_support: Option<String>,
    /// `enable` or `disable`: whether both directions of a flow use one zone; absent means disable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appliance_mode_support: Option<String>,
}

/// Any attachment to a transit gateway, from `describe-transit-gateway-attachments`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayAttachment {
    /// `tgw-attach-…`
    pub transit_gateway_attachment_id: String,
    /// The transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// Account of the transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_owner_id: Option<String>,
    /// Account of what is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_owner_id: Option<String>,
    /// `vpc`, `vpn`, `vpn-concentrator`, `direct-connect-gateway`, `connect`, `peering`,
    /// `network-function`, `client-vpn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// Id of what is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// As in [`TransitGatewayVpcAttachment::state`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The route table that its traffic is looked up in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association: Option<TransitGatewayAttachmentAssociation>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The route table that an attachment's traffic is looked up in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayAttachmentAssociation {
    /// `tgw-rtb-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_route_table_id: Option<String>,
    /// `associating`, `associated`, `disassociating`, `disassociated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A peering between two transit gateways, from `describe-transit-gateway-peering-attachments`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayPeeringAttachment {
    /// `tgw-attach-…`
    pub transit_gateway_attachment_id: String,
    /// The same attachment as the other side names it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepter_transit_gateway_attachment_id: Option<String>,
    /// The side that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_tgw_info: Option<PeeringTgwInfo>,
    /// The side that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepter_tgw_info: Option<PeeringTgwInfo>,
    /// Why it is in its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<PeeringAttachmentStatus>,
    /// As in [`TransitGatewayVpcAttachment::state`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// One side of a transit gateway peering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PeeringTgwInfo {
    /// The transit gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// The Cloud WAN core network, where that is the side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_network_id: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What a transit gateway peering says about its state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PeeringAttachmentStatus {
    /// The state, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A Connect attachment: GRE and BGP over another one, from `describe-transit-gateway-connects`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayConnect {
    /// `tgw-attach-…`
    pub transit_gateway_attachment_id: String,
    /// The attachment that carries it: a VPC or Direct Connect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport_transit_gateway_attachment_id: Option<String>,
    /// The transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// As in [`TransitGatewayVpcAttachment::state`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
