use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::Record;

/// A rule group, from `network-firewall describe-rule-group`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct RuleGroupDescription {
    /// What it is called.
    pub rule_group_response: RuleGroupResponse,
    /// What it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_group: Option<RuleGroup>,
}

/// What a rule group is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct RuleGroupResponse {
    /// ARN.
    pub rule_group_arn: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_group_name: Option<String>,
    /// `STATELESS`, `STATEFUL` or `STATEFUL_DOMAIN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// `ACTIVE`, `DELETING`, `ERROR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_group_status: Option<String>,
}

/// What a rule group says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct RuleGroup {
    /// Variables that its rules use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_variables: Option<RuleVariables>,
    /// Sets that are kept elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_sets: Option<ReferenceSets>,
    /// The rules, in one of four forms.
    pub rules_source: RulesSource,
    /// The order that it was written for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stateful_rule_options: Option<StatefulRuleOptions>,
}

/// Variables of a rule group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RuleVariables {
    /// Addresses by name.
    #[serde(rename = "IPSets", skip_serializing_if = "BTreeMap::is_empty")]
    pub ip_sets: BTreeMap<String, IpSetDefinition>,
    /// Ports by name.
    #[serde(rename = "PortSets", skip_serializing_if = "BTreeMap::is_empty")]
    pub port_sets: BTreeMap<String, PortSetDefinition>,
}

/// A variable that holds addresses (the API calls it `IPSet`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct IpSetDefinition {
    /// Addresses and blocks; `!` in front excludes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub definition: Vec<String>,
}

/// A variable that holds ports (the API calls it `PortSet`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct PortSetDefinition {
    /// Ports and ranges such as `1024:65535`; `!` in front excludes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub definition: Vec<String>,
}

/// Sets that a rule group uses and that are kept elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReferenceSets {
    /// By name, as rules write `@name`.
    #[serde(rename = "IPSetReferences", skip_serializing_if = "BTreeMap::is_empty")]
    pub ip_set_references: BTreeMap<String, IpSetReference>,
}

/// A set of addresses that is kept elsewhere (the API calls it `IPSetReference`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct IpSetReference {
    /// ARN of a prefix list or a resource group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_arn: Option<String>,
}

/// Rules, in one of four forms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RulesSource {
    /// Suricata rules, one a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_string: Option<String>,
    /// Domain names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_source_list: Option<RulesSourceList>,
    /// Stateful rules by the fields of their headers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateful_rules: Vec<StatefulRule>,
    /// Stateless rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stateless_rules_and_custom_actions: Option<StatelessRulesAndCustomActions>,
}

/// Domain names that are allowed or denied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RulesSourceList {
    /// Domain names; a dot in front stands for everything below.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// `TLS_SNI`, `HTTP_HOST`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub target_types: Vec<String>,
    /// `ALLOWLIST`, `DENYLIST`, `REJECTLIST` or `ALERTLIST`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated_rules_type: Option<String>,
}

/// A stateful rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct StatefulRule {
    /// `PASS`, `DROP`, `ALERT` or `REJECT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What it is about.
    pub header: RuleHeader,
    /// Options beyond the header; `sid` and `msg` among them decide nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_options: Vec<RuleOption>,
}

/// Header of a stateful rule (the API calls it `Header`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RuleHeader {
    /// `IP`, `TCP`, `UDP`, `ICMP` or an application's, such as `TLS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// Addresses, variables or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Ports, variables or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_port: Option<String>,
    /// `FORWARD` or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Addresses, variables or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// Ports, variables or `ANY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination_port: Option<String>,
}

/// An option of a stateful rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct RuleOption {
    /// Suricata keyword.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keyword: Option<String>,
    /// Its settings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
}

/// Stateless rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct StatelessRulesAndCustomActions {
    /// In any order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stateless_rules: Vec<StatelessRule>,
}

/// A stateless rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct StatelessRule {
    /// Lower is read first.
    pub priority: i32,
    /// What it says.
    pub rule_definition: RuleDefinition,
}

/// What a stateless rule says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct RuleDefinition {
    /// What it is about.
    pub match_attributes: MatchAttributes,
    /// One of `aws:pass`, `aws:drop`, `aws:forward_to_sfe`, and names of custom actions, which
    /// decide nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<String>,
}

/// What a stateless rule is about; an empty list is about everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct MatchAttributes {
    /// Source addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<FirewallAddress>,
    /// Destination addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<FirewallAddress>,
    /// Source ports, for TCP and UDP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source_ports: Vec<FirewallPortRange>,
    /// Destination ports, for TCP and UDP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub destination_ports: Vec<FirewallPortRange>,
    /// Protocol numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protocols: Vec<i32>,
    /// TCP flags.
    #[serde(rename = "TCPFlags", skip_serializing_if = "Vec::is_empty")]
    pub tcp_flags: Vec<TcpFlagField>,
}

/// An address block of a stateless rule (the API calls it `Address`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct FirewallAddress {
    /// The block.
    pub address_definition: String,
}

/// A port range of a stateless rule, both ends included (the API calls it `PortRange`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct FirewallPortRange {
    /// First port.
    pub from_port: i32,
    /// Last port.
    pub to_port: i32,
}

/// TCP flags of a stateless rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct TcpFlagField {
    /// Those of the looked-at flags that must be set: `FIN`, `SYN`, `RST`, `PSH`, `ACK`, `URG`, `ECE`,
    /// `CWR`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// The flags that are looked at; none means all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub masks: Vec<String>,
}

/// How a rule group wants to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", default)]
pub struct StatefulRuleOptions {
    /// `DEFAULT_ACTION_ORDER` or `STRICT_ORDER`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_order: Option<String>,
}
