use serde::Serialize;

use crate::record::Record;

use crate::snapshot::Tag;

/// A transit gateway, from `describe-transit-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TransitGateway {
    /// `tgw-…`
    pub transit_gateway_id: String,
    /// ARN: tells its Region and its account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway_arn: Option<String>,
    /// `pending`, `available`, `modifying`, `deleting`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Account that owns it; others see it when it is shared with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<TransitGatewayOptions>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Options of a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayOptions {
    /// `enable` or `disable`: whether rules may name groups across it; absent means disable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group_referencing_support: Option<String>,
    /// `enable` or `disable`: whether equal VPN routes share the traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpn_ecmp_support: Option<String>,
    /// Whether it carries encrypted traffic only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_support: Option<TransitGatewayEncryptionSupport>,
}

/// Encryption of the traffic of a transit gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TransitGatewayEncryptionSupport {
    /// `enabling`, `enabled`, `disabling`, `disabled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_state: Option<String>,
}
