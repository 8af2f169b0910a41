use serde::Serialize;

use crate::record::Record;

/// Listeners of one load balancer, from `elbv2 describe-listeners`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct LoadBalancerListeners {
    /// ARN; an empty answer does not carry it, the snapshot's wrapper does.
    pub load_balancer_arn: String,
    /// One a port.
    pub listeners: Vec<Listener>,
}

/// A listener of a load balancer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Listener {
    /// ARN.
    pub listener_arn: String,
    /// ARN of its load balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_balancer_arn: Option<String>,
    /// Port; none for a Gateway Load Balancer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
    /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP`, `QUIC`, `TCP_QUIC`, `GENEVE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What happens when no rule applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_actions: Vec<ListenerAction>,
}

/// A rule of a listener, from `elbv2 describe-rules` (the API calls it `Rule`); the default one is
/// among them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct ListenerRule {
    /// ARN.
    pub rule_arn: String,
    /// ARN of its listener; the loader reads it off the rule's where the answer does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listener_arn: Option<String>,
    /// `1` to `50000`, lower first, or `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Whether it is the one that applies when no other does.
    #[serde(default)]
    pub is_default: bool,
    /// What happens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ListenerAction>,
}

/// What a listener or a rule does (the API calls it `Action`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListenerAction {
    /// `forward` reaches targets; `redirect`, `fixed-response`, `authenticate-oidc`,
    /// `authenticate-cognito` and `jwt-validation` alone do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Lower is done first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i32>,
    /// The only target group, of the short form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// The target groups with their weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_config: Option<ForwardConfig>,
}

/// Where an action forwards to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ForwardConfig {
    /// The target groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_groups: Vec<TargetGroupTuple>,
}

/// A target group with its share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TargetGroupTuple {
    /// ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_group_arn: Option<String>,
    /// 0 to 999; 0 gets nothing, absent counts as 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
}
