use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A VPC peering connection, from `describe-vpc-peering-connections`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcPeeringConnection {
    /// `pcx-…`
    pub vpc_peering_connection_id: String,
    /// Life-cycle state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<PeeringStatus>,
    /// The side that asked.
    #[serde(default)]
    pub requester_vpc_info: PeeringVpcInfo,
    /// The side that was asked.
    #[serde(default)]
    pub accepter_vpc_info: PeeringVpcInfo,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Life-cycle state of a peering connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PeeringStatus {
    /// `active` carries traffic; everything else does not.
    pub code: String,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// One side of a peering connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PeeringVpcInfo {
    /// The VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Its Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Its primary IPv4 block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// All its IPv4 blocks; only filled while the connection is active.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cidr_block_set: Vec<CidrBlock>,
    /// Its IPv6 blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidr_block_set: Vec<Ipv6CidrBlock>,
}

/// An IPv4 block of a peered VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct CidrBlock {
    /// The block.
    pub cidr_block: String,
}

/// An IPv6 block of a peered VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv6CidrBlock {
    /// The block.
    pub ipv6_cidr_block: String,
}
