use serde::Serialize;

use super::{GatewayAttachment, Tag};
use crate::record::Record;

/// A virtual private gateway, from `describe-vpn-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpnGateway {
    /// `vgw-…`
    pub vpn_gateway_id: String,
    /// `pending`, `available`, `deleting`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The VPC that it serves: one or none.
    #[serde(default)]
    pub vpc_attachments: Vec<GatewayAttachment>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A Site-to-Site VPN connection, from `describe-vpn-connections`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpnConnection {
    /// `vpn-…`
    pub vpn_connection_id: String,
    /// `pending`, `available`, `deleting`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The virtual private gateway that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpn_gateway_id: Option<String>,
    /// The transit gateway that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// The Cloud WAN core network that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core_network_arn: Option<String>,
    /// The VPN concentrator that it ends at, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpn_concentrator_id: Option<String>,
    /// `associated`, `not-associated`, `associating`, `disassociating`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_association_state: Option<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<VpnConnectionOptions>,
    /// Static routes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<VpnStaticRoute>,
    /// State of its tunnels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vgw_telemetry: Vec<VgwTelemetry>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Options of a VPN connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpnConnectionOptions {
    /// Whether it uses static routes instead of BGP.
    pub static_routes_only: bool,
    /// `ipv4` or `ipv6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel_inside_ip_version: Option<String>,
    /// `PublicIpv4`, `PrivateIpv4` (over Direct Connect) or `Ipv6`; absent means the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside_ip_address_type: Option<String>,
    /// The attachment that carries a private-IP VPN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport_transit_gateway_attachment_id: Option<String>,
}

/// A static route of a VPN connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpnStaticRoute {
    /// The on-premises block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_cidr_block: Option<String>,
    /// `pending`, `available`, `deleting`, `deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// State of one tunnel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VgwTelemetry {
    /// AWS's end of the tunnel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside_ip_address: Option<String>,
    /// `UP` or `DOWN`.
    pub status: String,
    /// How many routes BGP took in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_route_count: Option<i32>,
}
