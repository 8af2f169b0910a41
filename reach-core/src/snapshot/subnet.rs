use serde::Serialize;

use super::{BlockPublicAccessStates, Tag, VpcIpv6CidrBlockAssociation};
use crate::record::Record;

/// A subnet, from `describe-subnets`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Subnet {
    /// `subnet-…`
    pub subnet_id: String,
    /// The VPC that holds it.
    pub vpc_id: String,
    /// IPv4 block; absent for an IPv6-only subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// IPv6 blocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidr_block_association_set: Vec<VpcIpv6CidrBlockAssociation>,
    /// Such as `eu-west-1a`; not comparable across accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Such as `euw1-az1`; the same place in every account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone_id: Option<String>,
    /// Account that owns the subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Block Public Access as it holds for the subnet, exclusions counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_public_access_states: Option<BlockPublicAccessStates>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
