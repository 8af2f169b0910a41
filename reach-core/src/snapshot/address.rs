use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// An Elastic IP address, from `describe-addresses`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct Address {
    /// The public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// `eipalloc-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_id: Option<String>,
    /// `eipassoc-…`, while associated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<String>,
    /// The private address paired with it, while associated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_ip_address: Option<String>,
    /// The interface that holds that address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// Account of that interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_interface_owner_id: Option<String>,
    /// The instance of that interface; some tools print an empty text for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// Carrier address in a Wavelength Zone, instead of a public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_ip: Option<String>,
    /// Customer-owned address on an Outpost, instead of a public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_owned_ip: Option<String>,
    /// The zones that announce it: a Region, or the group of a Local or Wavelength Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network_border_group: Option<String>,
    /// `vpc` or `standard`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
