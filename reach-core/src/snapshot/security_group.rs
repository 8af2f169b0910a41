use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A security group, from `describe-security-groups`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroup {
    /// `sg-…`
    pub group_id: String,
    /// Its name, unique in its VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The VPC that it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Inbound rules.
    #[serde(default)]
    pub ip_permissions: Vec<IpPermission>,
    /// Outbound rules.
    #[serde(default)]
    pub ip_permissions_egress: Vec<IpPermission>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// One protocol and port range with every peer that it is open to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct IpPermission {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1` for every protocol.
    pub ip_protocol: String,
    /// First port, or the ICMP type; −1 is the wildcard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// Last port, or the ICMP code; −1 is the wildcard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// IPv4 peers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub ip_ranges: Vec<IpRange>,
    /// IPv6 peers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub ipv6_ranges: Vec<Ipv6Range>,
    /// Prefix lists as peers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub prefix_list_ids: Vec<PrefixListId>,
    /// Security groups as peers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub user_id_group_pairs: Vec<UserIdGroupPair>,
}

/// An IPv4 peer of a permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct IpRange {
    /// The block.
    pub cidr_ip: String,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An IPv6 peer of a permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Ipv6Range {
    /// The block.
    pub cidr_ipv6: String,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A prefix list as the peer of a permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct PrefixListId {
    /// `pl-…`
    pub prefix_list_id: String,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A security group as the peer of a permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct UserIdGroupPair {
    /// `sg-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Name of the group, where the API gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// Account that owns the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// VPC of the group, for a group across a peering connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The peering connection that the reference goes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_peering_connection_id: Option<String>,
    /// State of that peering connection as the rule remembers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peering_status: Option<String>,
    /// What its author wrote about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// One rule with one peer, from `describe-security-group-rules`: the form that has rule ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroupRule {
    /// `sgr-…`
    pub security_group_rule_id: String,
    /// The group that it belongs to.
    pub group_id: String,
    /// Account that owns the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_owner_id: Option<String>,
    /// Outbound rather than inbound.
    #[serde(default)]
    pub is_egress: bool,
    /// As in [`IpPermission::ip_protocol`].
    pub ip_protocol: String,
    /// As in [`IpPermission::from_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// As in [`IpPermission::to_port`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// IPv4 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv4: Option<String>,
    /// IPv6 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_ipv6: Option<String>,
    /// Prefix list as the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_list_id: Option<String>,
    /// Security group as the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_group_info: Option<ReferencedGroupInfo>,
    /// What its author wrote about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A security group as the peer of a rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReferencedGroupInfo {
    /// `sg-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Account that owns the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// VPC of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The peering connection that the reference goes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_peering_connection_id: Option<String>,
    /// State of that peering connection as the rule remembers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peering_status: Option<String>,
}

/// A security group's use in another VPC, from `describe-security-group-vpc-associations`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroupVpcAssociation {
    /// `sg-…`
    pub group_id: String,
    /// The VPC that may use it.
    pub vpc_id: String,
    /// Account of that VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_owner_id: Option<String>,
    /// Account of the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_owner_id: Option<String>,
    /// `associated` counts; `associating`, `association-failed`, `disassociating`,
    /// `disassociated`, `disassociation-failed` do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A security group with rules that name groups which are gone, from
/// `describe-stale-security-groups`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct StaleSecurityGroup {
    /// `sg-…`
    pub group_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
    /// The VPC that it was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Inbound rules that name such groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale_ip_permissions: Vec<StaleIpPermission>,
    /// Outbound rules that name such groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale_ip_permissions_egress: Vec<StaleIpPermission>,
}

/// A rule that names groups which are gone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct StaleIpPermission {
    /// As in [`IpPermission::ip_protocol`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_protocol: Option<String>,
    /// As in [`IpPermission::from_port`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_port: Option<i32>,
    /// As in [`IpPermission::to_port`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_port: Option<i32>,
    /// The groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_id_group_pairs: Vec<UserIdGroupPair>,
}
