use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A route table, from `describe-route-tables`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct RouteTable {
    /// `rtb-…`
    pub route_table_id: String,
    /// The VPC that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The subnets and gateways that use it, and whether it is the main one.
    #[serde(default)]
    pub associations: Vec<RouteTableAssociation>,
    /// Routes, in any order.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// Virtual private gateways that write routes into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub propagating_vgws: Vec<PropagatingVgw>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A subnet or gateway that uses a route table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RouteTableAssociation {
    /// `rtbassoc-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_table_association_id: Option<String>,
    /// Whether this makes it the main table of its VPC.
    pub main: bool,
    /// The subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// The internet or virtual private gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_id: Option<String>,
    /// Whether it is in force; absent means that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_state: Option<AssociationState>,
}

/// State of an association: `associated` counts, everything else does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct AssociationState {
    /// `associating`, `associated`, `disassociating`, `disassociated`, `failed`.
    pub state: String,
}

/// One route.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct Route {
    /// IPv4 destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_cidr_block: Option<String>,
    /// IPv6 destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_ipv6_cidr_block: Option<String>,
    /// Prefix list as the destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_prefix_list_id: Option<String>,
    /// `local`, `igw-…`, `vgw-…` or `vpce-…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_id: Option<String>,
    /// `nat-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nat_gateway_id: Option<String>,
    /// `eni-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// `i-…`; stands beside `network_interface_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// `pcx-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_peering_connection_id: Option<String>,
    /// `tgw-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// `eigw-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress_only_internet_gateway_id: Option<String>,
    /// `lgw-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_gateway_id: Option<String>,
    /// `cagw-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_gateway_id: Option<String>,
    /// ARN of a Cloud WAN core network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_network_arn: Option<String>,
    /// ARN of an Oracle Database@AWS network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odb_network_arn: Option<String>,
    /// Next hop of a VPC route server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// `active`, `blackhole` or `filtered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `CreateRouteTable`, `CreateRoute`, `EnableVgwRoutePropagation` or `Advertisement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

/// A virtual private gateway that writes routes into a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct PropagatingVgw {
    /// `vgw-…`
    pub gateway_id: String,
}
