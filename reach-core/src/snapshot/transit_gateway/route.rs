use serde::Serialize;

use crate::record::Record;

use crate::snapshot::Tag;

/// A route table of a transit gateway, from `describe-transit-gateway-route-tables`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayRouteTable {
    /// `tgw-rtb-…`
    pub transit_gateway_route_table_id: String,
    /// The transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// `pending`, `available`, `deleting`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Routes of one table, from `search-transit-gateway-routes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayRoutes {
    /// `tgw-rtb-…`; the answer itself does not carry it, the snapshot's wrapper does.
    pub transit_gateway_route_table_id: String,
    /// What the search found.
    pub routes: Vec<TransitGatewayRoute>,
    /// Whether the table has more routes than the search gave back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional_routes_available: Option<bool>,
}

/// One route of a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayRoute {
    /// IPv4 or IPv6 destination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_cidr_block: Option<String>,
    /// The prefix list that the destination comes from, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix_list_id: Option<String>,
    /// Where it leads; several share the traffic, none is a blackhole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transit_gateway_attachments: Vec<TransitGatewayRouteAttachment>,
    /// `static` or `propagated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// `pending`, `active`, `blackhole`, `deleting`, `deleted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// An attachment as a route names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayRouteAttachment {
    /// `tgw-attach-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachment_id: Option<String>,
    /// As in [`TransitGatewayAttachment::resource_type`](super::TransitGatewayAttachment::resource_type).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// Id of what is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
}

/// Who writes routes into one table, from `get-transit-gateway-route-table-propagations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayPropagations {
    /// `tgw-rtb-…`; the answer itself does not carry it, the snapshot's wrapper does.
    pub transit_gateway_route_table_id: String,
    /// The attachments that do.
    pub transit_gateway_route_table_propagations: Vec<TransitGatewayRouteTablePropagation>,
}

/// An attachment whose routes a table takes in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayRouteTablePropagation {
    /// `tgw-attach-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachment_id: Option<String>,
    /// As in [`TransitGatewayAttachment::resource_type`](super::TransitGatewayAttachment::resource_type).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// Id of what is attached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `enabling`, `enabled`, `disabling`, `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// The prefix lists in one table, from `get-transit-gateway-prefix-list-references`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayPrefixListReferences {
    /// `tgw-rtb-…`; an empty answer does not carry it, the snapshot's wrapper does.
    pub transit_gateway_route_table_id: String,
    /// One a list.
    pub transit_gateway_prefix_list_references: Vec<TransitGatewayPrefixListReference>,
}

/// A prefix list as the destination of routes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGatewayPrefixListReference {
    /// `tgw-rtb-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_route_table_id: Option<String>,
    /// `pl-…`
    pub prefix_list_id: String,
    /// Account of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_owner_id: Option<String>,
    /// `pending`, `available`, `modifying`, `deleting`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Whether matching traffic is dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blackhole: Option<bool>,
    /// Where it leads, if it drops nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachment: Option<TransitGatewayRouteAttachment>,
}
