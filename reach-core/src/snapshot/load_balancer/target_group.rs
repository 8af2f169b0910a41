use serde::Serialize;

use super::Attribute;
use crate::record::Record;

/// A target group, from `elbv2 describe-target-groups`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TargetGroup {
    /// ARN: tells its Region and its account.
    pub target_group_arn: String,
    /// Its name, unique in its account and Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_group_name: Option<String>,
    /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC`, `TCP_QUIC`, `GENEVE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Port of targets that are registered without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
    /// The VPC of its targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
    /// `instance`, `ip`, `lambda` or `alb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_type: Option<String>,
    /// `ipv4` or `ipv6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address_type: Option<String>,
    /// The load balancers that forward to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub load_balancer_arns: Vec<String>,
}

/// Attributes of one target group, from `elbv2 describe-target-group-attributes`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TargetGroupAttributes {
    /// ARN; the answer itself does not carry it, the snapshot's wrapper does.
    pub target_group_arn: String,
    /// `preserve_client_ip.enabled`, `load_balancing.cross_zone.enabled` and others.
    pub attributes: Vec<Attribute>,
}

/// Targets of one target group, from `elbv2 describe-target-health`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancerTargetHealth {
    /// ARN; the answer itself does not carry it, the snapshot's wrapper does.
    pub target_group_arn: String,
    /// One a target.
    pub target_health_descriptions: Vec<TargetHealthDescription>,
}

/// A target and how it does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TargetHealthDescription {
    /// The target.
    pub target: TargetDescription,
    /// How it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_health: Option<TargetHealth>,
}

/// A target as it was registered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct TargetDescription {
    /// Instance id, address, or ARN of a function or a load balancer.
    pub id: String,
    /// Its port; absent means the group's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
    /// Its zone, or `all`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<String>,
}

/// How a target does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TargetHealth {
    /// `initial`, `healthy`, `unhealthy`, `unhealthy.draining`, `unused`, `draining`, `unavailable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Why, such as `Target.NotInUse` or `Elb.InternalError`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
