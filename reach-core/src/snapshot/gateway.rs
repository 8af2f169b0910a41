use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// An internet gateway, from `describe-internet-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct InternetGateway {
    /// `igw-…`
    pub internet_gateway_id: String,
    /// The VPC that it serves: one or none.
    #[serde(default)]
    pub attachments: Vec<GatewayAttachment>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// An egress-only internet gateway, from `describe-egress-only-internet-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct EgressOnlyInternetGateway {
    /// `eigw-…`
    pub egress_only_internet_gateway_id: String,
    /// The VPC that it serves: one or none.
    #[serde(default)]
    pub attachments: Vec<GatewayAttachment>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A gateway's attachment to a VPC.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct GatewayAttachment {
    /// The VPC.
    pub vpc_id: String,
    /// `available` or `attached` count; everything else does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A carrier gateway of a Wavelength Zone, from `describe-carrier-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct CarrierGateway {
    /// `cagw-…`
    pub carrier_gateway_id: String,
    /// The VPC that it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `pending`, `available`, `deleting`, `deleted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// A local gateway of an Outpost, from `describe-local-gateways`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LocalGateway {
    /// `lgw-…`
    pub local_gateway_id: String,
    /// ARN of the Outpost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outpost_arn: Option<String>,
    /// Such as `available`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
