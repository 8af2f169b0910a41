use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::Record;

/// A Network Firewall firewall, from `network-firewall describe-firewall`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct FirewallDescription {
    /// The firewall.
    pub firewall: Firewall,
    /// Its state, zone by zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_status: Option<FirewallStatus>,
}

/// A firewall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Firewall {
    /// ARN.
    pub firewall_arn: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_name: Option<String>,
    /// The policy that it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_policy_arn: Option<String>,
    /// The VPC that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The subnets of its endpoints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnet_mappings: Vec<SubnetMapping>,
    /// The transit gateway that it is attached to, instead of a VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_id: Option<String>,
    /// Account of that gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_owner_account_id: Option<String>,
    /// Its zones on that gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub availability_zone_mappings: Vec<AvailabilityZoneMapping>,
}

/// A subnet of a firewall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetMapping {
    /// The subnet.
    pub subnet_id: String,
    /// `IPV4`, `IPV6` or `DUALSTACK`.
    #[serde(rename = "IPAddressType", default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
}

/// A zone of a firewall that is attached to a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct AvailabilityZoneMapping {
    /// Zone id, such as `euw1-az1`.
    pub availability_zone: String,
}

/// State of a firewall.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct FirewallStatus {
    /// `PROVISIONING`, `DELETING`, `READY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// By zone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sync_states: BTreeMap<String, SyncState>,
    /// Its attachment to a transit gateway, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachment_sync_state: Option<TransitGatewayAttachmentSyncState>,
}

/// State of a firewall in one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct SyncState {
    /// Its endpoint there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment: Option<FirewallAttachment>,
}

/// The endpoint of a firewall in one zone (the API calls it `Attachment`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct FirewallAttachment {
    /// The subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// `vpce-…`, as routes name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint_id: Option<String>,
    /// `READY` carries traffic; `CREATING`, `DELETING`, `FAILED`, `ERROR`, `SCALING`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// A firewall's attachment to a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayAttachmentSyncState {
    /// `tgw-attach-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    /// `READY` carries traffic; `CREATING`, `DELETING`, `DELETED`, `FAILED`, `ERROR`,
    /// `PENDING_ACCEPTANCE`, `REJECTING`, `REJECTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transit_gateway_attachment_status: Option<String>,
}
