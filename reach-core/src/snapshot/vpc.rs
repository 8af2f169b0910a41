use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// A VPC, from `describe-vpcs`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Vpc {
    /// `vpc-…`
    pub vpc_id: String,
    /// Primary IPv4 block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block: Option<String>,
    /// Every IPv4 block, the primary one included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cidr_block_association_set: Vec<VpcCidrBlockAssociation>,
    /// Every IPv6 block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_cidr_block_association_set: Vec<VpcIpv6CidrBlockAssociation>,
    /// Account that owns the VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Block Public Access as it holds for the VPC, exclusions counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_public_access_states: Option<BlockPublicAccessStates>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// An IPv4 block of a VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcCidrBlockAssociation {
    /// The block, such as `10.0.0.0/16`.
    pub cidr_block: String,
    /// Whether it is in force; absent means that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr_block_state: Option<CidrBlockState>,
}

/// An IPv6 block of a VPC or a subnet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcIpv6CidrBlockAssociation {
    /// The block, such as `2001:db8:1::/56`.
    pub ipv6_cidr_block: String,
    /// Whether it is in force; absent means that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_cidr_block_state: Option<CidrBlockState>,
    /// `public` or `private`; absent means public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_address_attribute: Option<String>,
}

/// State of a block: `associated` counts, everything else does not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct CidrBlockState {
    /// `associating`, `associated`, `disassociating`, `disassociated`, `failing`, `failed`.
    pub state: String,
}

/// Block Public Access as it holds for one VPC or subnet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct BlockPublicAccessStates {
    /// `off`, `block-bidirectional` or `block-ingress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_gateway_block_mode: Option<String>,
}

/// Attributes of one VPC, from `describe-vpc-attribute`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcAttributes {
    /// `vpc-…`
    pub vpc_id: String,
    /// Whether Amazon's DNS server answers in the VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_dns_support: Option<AttributeBooleanValue>,
}

/// A truth value within the API's wrapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeBooleanValue {
    /// The value.
    pub value: bool,
}
