use serde::Serialize;

use super::Tag;
use crate::record::Record;

/// An elastic network interface, from `describe-network-interfaces`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkInterface {
    /// `eni-…`
    pub network_interface_id: String,
    /// The subnet that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// The VPC that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Account that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Free text; AWS services write theirs here (`ELB app/…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `interface`, `nat_gateway`, `lambda` …; absent means `interface`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interface_type: Option<String>,
    /// Whether an AWS service made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_managed: Option<bool>,
    /// The AWS service or account that made it, such as `amazon-elb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester_id: Option<String>,
    /// Security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupIdentifier>,
    /// Primary private IPv4 address; also the first of `private_ip_addresses`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ip_address: Option<String>,
    /// Private IPv4 addresses, each with the public address paired with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private_ip_addresses: Vec<PrivateIpAddress>,
    /// IPv6 addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_addresses: Vec<Ipv6Address>,
    /// Delegated IPv4 prefixes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv4_prefixes: Vec<Ipv4Prefix>,
    /// Delegated IPv6 prefixes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ipv6_prefixes: Vec<Ipv6Prefix>,
    /// Whether foreign traffic is dropped; absent means that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_dest_check: Option<bool>,
    /// `available` (not attached), `associated`, `attaching`, `in-use`, `detaching`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What it is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// Public pairing of the primary address, as a convenience of the API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association: Option<Association>,
    /// Whether IPv6 traffic of internet gateways is dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deny_all_igw_traffic: Option<bool>,
    /// Availability Zone name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
    /// Tags (the API calls them `TagSet` here).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tag_set: Vec<Tag>,
}

/// A security group as an interface names it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct GroupIdentifier {
    /// `sg-…`
    pub group_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
}

/// A private IPv4 address of an interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct PrivateIpAddress {
    /// The address.
    pub private_ip_address: String,
    /// Whether it is the primary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// The public address paired with it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association: Option<Association>,
}

/// A public address paired with a private one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct Association {
    /// The public IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// Carrier address in a Wavelength Zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_ip: Option<String>,
    /// Customer-owned address on an Outpost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_owned_ip: Option<String>,
    /// Present for an Elastic IP, absent for an auto-assigned address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_id: Option<String>,
    /// `eipassoc-…`, for an Elastic IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub association_id: Option<String>,
    /// `amazon`, or the account that owns the Elastic IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_owner_id: Option<String>,
}

/// An IPv6 address of an interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv6Address {
    /// The address.
    pub ipv6_address: String,
}

/// A delegated IPv4 prefix (a /28).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv4Prefix {
    /// The prefix.
    pub ipv4_prefix: String,
}

/// A delegated IPv6 prefix (an /80).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Ipv6Prefix {
    /// The prefix.
    pub ipv6_prefix: String,
}

/// What an interface is attached to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct Attachment {
    /// `eni-attach-…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<String>,
    /// The instance, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// Account of the instance, or the AWS service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance_owner_id: Option<String>,
    /// 0 is the primary interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_index: Option<u32>,
    /// `attaching`, `attached`, `detaching`, `detached`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether the interface goes when the instance goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_on_termination: Option<bool>,
}
