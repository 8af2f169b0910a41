use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// Whether a VPC lets only encrypted traffic pass, from `describe-vpc-encryption-controls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct VpcEncryptionControl {
    /// `vpcec-…`
    pub vpc_encryption_control_id: String,
    /// The VPC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `monitor` or `enforce`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// `available`, `creating`, `enforce-in-progress`, `monitor-in-progress`, `enforce-failed`,
    /// `monitor-failed`, `deleting`, `deleted`, `delete-failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The ways out that need no encryption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_exclusions: Option<VpcEncryptionControlExclusions>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// The ways out of a VPC that need no encryption.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpcEncryptionControlExclusions {
    /// Internet gateways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internet_gateway: Option<VpcEncryptionControlExclusion>,
    /// Egress-only internet gateways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress_only_internet_gateway: Option<VpcEncryptionControlExclusion>,
    /// NAT gateways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nat_gateway: Option<VpcEncryptionControlExclusion>,
    /// Virtual private gateways.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub virtual_private_gateway: Option<VpcEncryptionControlExclusion>,
    /// Peering connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_peering: Option<VpcEncryptionControlExclusion>,
    /// Lambda functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<VpcEncryptionControlExclusion>,
    /// VPC Lattice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc_lattice: Option<VpcEncryptionControlExclusion>,
    /// Elastic File System.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elastic_file_system: Option<VpcEncryptionControlExclusion>,
}

/// Whether one way out needs no encryption.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpcEncryptionControlExclusion {
    /// `enabling`, `enabled`, `disabling`, `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}
