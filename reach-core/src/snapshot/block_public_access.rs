use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// Block Public Access of an account's Region, from `describe-vpc-block-public-access-options`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpcBlockPublicAccessOptions {
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_account_id: Option<String>,
    /// The Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws_region: Option<String>,
    /// `default-state`, `update-in-progress`, `update-complete`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `off`, `block-bidirectional` or `block-ingress`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_gateway_block_mode: Option<String>,
}

/// A VPC or subnet that is spared, from `describe-vpc-block-public-access-exclusions`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcBlockPublicAccessExclusion {
    /// `vpcbpa-exclude-…`
    pub exclusion_id: String,
    /// `allow-bidirectional` or `allow-egress`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_gateway_exclusion_mode: Option<String>,
    /// ARN of the VPC or the subnet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<String>,
    /// `create-complete` and `update-complete` count; `create-in-progress`, `create-failed`,
    /// `update-in-progress`, `update-failed`, `delete-in-progress`, `delete-complete`,
    /// `disable-in-progress`, `disable-complete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
