use serde::Serialize;

use crate::record::Record;

/// A Classic Load Balancer, from `elb describe-load-balancers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancerDescription {
    /// Its name, unique in its account and Region.
    pub load_balancer_name: String,
    /// The name that clients resolve.
    #[serde(rename = "DNSName", default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
    /// `internet-facing` or `internal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    /// The VPC that it is in.
    #[serde(rename = "VPCId", default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// The subnets of its nodes, one a zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<String>,
    /// Its zones; not comparable across accounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub availability_zones: Vec<String>,
    /// Security groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// The group that its targets' rules may name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_security_group: Option<SourceSecurityGroup>,
    /// Listeners.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listener_descriptions: Vec<ListenerDescription>,
    /// Targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<ClassicLoadBalancerInstance>,
}

/// The group that the rules of a load balancer's targets may name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct SourceSecurityGroup {
    /// Account of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_alias: Option<String>,
    /// Name of the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_name: Option<String>,
}

/// A listener of a Classic Load Balancer, within the API's wrapping.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ListenerDescription {
    /// The listener.
    pub listener: ClassicLoadBalancerListener,
}

/// A listener of a Classic Load Balancer (the API calls it `Listener`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ClassicLoadBalancerListener {
    /// Port that clients ask for.
    pub load_balancer_port: i32,
    /// `HTTP`, `HTTPS`, `TCP`, `SSL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Port of the targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_port: Option<i32>,
    /// Protocol towards the targets, as `protocol`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_protocol: Option<String>,
}

/// A target of a Classic Load Balancer (the API calls it `Instance`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ClassicLoadBalancerInstance {
    /// `i-…`
    pub instance_id: String,
}

/// Attributes of one Classic Load Balancer, from `elb describe-load-balancer-attributes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ClassicLoadBalancerAttributes {
    /// Its name; the answer itself does not carry it, the snapshot's wrapper does.
    pub load_balancer_name: String,
    /// The attributes.
    pub load_balancer_attributes: ClassicAttributes,
}

/// Attributes of a Classic Load Balancer (the API calls them `LoadBalancerAttributes`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ClassicAttributes {
    /// Whether a node uses the targets of other zones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_zone_load_balancing: Option<CrossZoneLoadBalancing>,
}

/// Whether a node of a Classic Load Balancer uses the targets of other zones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct CrossZoneLoadBalancing {
    /// It does.
    pub enabled: bool,
}

/// Targets of one Classic Load Balancer, from `elb describe-instance-health`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ClassicLoadBalancerInstanceStates {
    /// Its name; the answer itself does not carry it, the snapshot's wrapper does.
    pub load_balancer_name: String,
    /// One a target.
    pub instance_states: Vec<ClassicLoadBalancerInstanceState>,
}

/// How a target of a Classic Load Balancer does (the API calls it `InstanceState`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ClassicLoadBalancerInstanceState {
    /// `i-…`
    pub instance_id: String,
    /// `InService`, `OutOfService` or `Unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `ELB`, `Instance` or `N/A`: whose fault it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
}
