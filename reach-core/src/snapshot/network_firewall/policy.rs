use std::collections::BTreeMap;

use serde::Serialize;

use super::IpSetDefinition;
use crate::record::Record;

/// A firewall policy, from `network-firewall describe-firewall-policy`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct FirewallPolicyDescription {
    /// What it is called.
    pub firewall_policy_response: FirewallPolicyResponse,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_policy: Option<FirewallPolicy>,
}

/// What a firewall policy is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct FirewallPolicyResponse {
    /// ARN.
    pub firewall_policy_arn: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_policy_name: Option<String>,
    /// `ACTIVE`, `DELETING`, `ERROR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firewall_policy_status: Option<String>,
}

/// What a firewall policy says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct FirewallPolicy {
    /// Stateless rule groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateless_rule_group_references: Vec<StatelessRuleGroupReference>,
    /// `aws:pass`, `aws:drop`, `aws:forward_to_sfe`, and names of custom actions, which decide
    /// nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateless_default_actions: Vec<String>,
    /// Stateful rule groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateful_rule_group_references: Vec<StatefulRuleGroupReference>,
    /// `aws:drop_strict`, `aws:drop_established`, `aws:drop_established_app_layer`,
    /// `aws:alert_strict`, `aws:alert_established`, `aws:alert_established_app_layer`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateful_default_actions: Vec<String>,
    /// How the stateful engine reads them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stateful_engine_options: Option<StatefulEngineOptions>,
    /// Variables that override those of the rule groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_variables: Option<PolicyVariables>,
}

/// A stateless rule group of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct StatelessRuleGroupReference {
    /// ARN of the rule group.
    pub resource_arn: String,
    /// Lower is read first.
    pub priority: i32,
}

/// A stateful rule group of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct StatefulRuleGroupReference {
    /// ARN of the rule group.
    pub resource_arn: String,
    /// Lower is read first; only with strict order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// What is done instead of what the rules say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#override: Option<StatefulRuleGroupOverride>,
}

/// What is done instead of what the rules of a managed group say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct StatefulRuleGroupOverride {
    /// `DROP_TO_ALERT`: drop and reject rules drop nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
}

/// How the stateful engine reads rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct StatefulEngineOptions {
    /// `DEFAULT_ACTION_ORDER` or `STRICT_ORDER`; absent means the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_order: Option<String>,
    /// `DROP`, `CONTINUE` or `REJECT`: what becomes of a flow seen from the middle; absent means
    /// `DROP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_exception_policy: Option<String>,
}

/// Variables of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PolicyVariables {
    /// Addresses by name, such as `HOME_NET`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rule_variables: BTreeMap<String, IpSetDefinition>,
}
