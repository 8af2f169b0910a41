use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A network ACL, from `describe-network-acls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAcl {
    /// `acl-…`
    pub network_acl_id: String,
    /// The VPC that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Whether subnets without an association use it.
    #[serde(default)]
    pub is_default: bool,
    /// Entries of both directions, in any order.
    #[serde(default)]
    pub entries: Vec<NetworkAclEntry>,
    /// The subnets that use it.
    #[serde(default)]
    pub associations: Vec<NetworkAclAssociation>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// One entry of a network ACL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAclEntry {
    /// 1 to 32766 for entries that people write; lower is read first.
    pub rule_number: i32,
    /// Protocol number, or `-1` for every protocol.
    pub protocol: String,
    /// `allow` or `deny`.
    pub rule_action: String,
    /// Outbound rather than inbound.
    #[serde(default)]
    pub egress: bool,
    /// IPv4 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// IPv6 peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_cidr_block: Option<String>,
    /// Destination ports, for TCP and UDP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port_range: Option<PortRange>,
    /// Type and code, for ICMP and ICMPv6.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icmp_type_code: Option<IcmpTypeCode>,
}

/// A port range of a network ACL entry, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct PortRange {
    /// First port.
    pub from: i32,
    /// Last port.
    pub to: i32,
}

/// An ICMP type and code of a network ACL entry; −1 is the wildcard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct IcmpTypeCode {
    /// ICMP type.
    pub r#type: i32,
    /// ICMP code.
    pub code: i32,
}

/// A subnet that uses a network ACL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkAclAssociation {
    /// `aclassoc-…`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_acl_association_id: Option<String>,
    /// The subnet.
    pub subnet_id: String,
}
