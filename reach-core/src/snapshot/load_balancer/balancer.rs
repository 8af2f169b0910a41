use serde::Serialize;

use super::Attribute;
use crate::record::Record;

/// An Application, Network or Gateway Load Balancer, from `elbv2 describe-load-balancers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancer {
    /// ARN: tells its Region and its account.
    pub load_balancer_arn: String,
    /// Its name, unique in its account and Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer_name: Option<String>,
    /// The name that clients resolve.
    #[serde(rename = "DNSName", default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
    /// `application`, `network` or `gateway`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// `internet-facing` or `internal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The VPC that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// Life-cycle state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LoadBalancerState>,
    /// Its zones, each with the subnet of its node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub availability_zones: Vec<LoadBalancerZone>,
    /// Security groups; none on a Network Load Balancer means that nothing is filtered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// `on` or `off`: whether inbound rules count for traffic of endpoints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforce_security_group_inbound_rules_on_private_link_traffic: Option<String>,
    /// `on` or `off`: whether IPv6 UDP reaches targets from `source_nat_ipv6_prefixes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_prefix_for_ipv6_source_nat: Option<String>,
}

/// Life-cycle state of a load balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct LoadBalancerState {
    /// `active` and `active_impaired` serve; `provisioning` and `failed` do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A zone of a load balancer (the API calls it `AvailabilityZone`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct LoadBalancerZone {
    /// Such as `eu-west-1a`; not comparable across accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_name: Option<String>,
    /// The subnet of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet_id: Option<String>,
    /// Fixed addresses of a Network Load Balancer's node; empty for the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub load_balancer_addresses: Vec<LoadBalancerAddress>,
    /// The /80 that IPv6 UDP comes from at the targets, or `auto_assigned`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_nat_ipv6_prefixes: Vec<String>,
}

/// Fixed addresses of a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct LoadBalancerAddress {
    /// Public IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// `eipalloc-…` of that address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation_id: Option<String>,
    /// Private IPv4 address.
    #[serde(rename = "PrivateIPv4Address", skip_serializing_if = "Option::is_none")]
    pub private_ipv4_address: Option<String>,
    /// IPv6 address.
    #[serde(rename = "IPv6Address", skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<String>,
}

/// Attributes of one load balancer, from `elbv2 describe-load-balancer-attributes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancerAttributes {
    /// ARN; the answer itself does not carry it, the snapshot's wrapper does.
    pub load_balancer_arn: String,
    /// `load_balancing.cross_zone.enabled` and others.
    pub attributes: Vec<Attribute>,
}
