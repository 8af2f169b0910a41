//! Network Firewall: firewalls, their policies and rule groups.

mod firewall;
mod policy;
mod rule_group;

pub use firewall::{
    AvailabilityZoneMapping, Firewall, FirewallAttachment, FirewallDescription, FirewallStatus,
    SubnetMapping, SyncState, TransitGatewayAttachmentSyncState,
};
pub use policy::{
    FirewallPolicy, FirewallPolicyDescription, FirewallPolicyResponse, PolicyVariables,
    StatefulEngineOptions, StatefulRuleGroupOverride, StatefulRuleGroupReference,
    StatelessRuleGroupReference,
};
pub use rule_group::{
    FirewallAddress, FirewallPortRange, IpSetDefinition, IpSetReference, MatchAttributes,
    PortSetDefinition, ReferenceSets, RuleDefinition, RuleGroup, RuleGroupDescription,
    RuleGroupResponse, RuleHeader, RuleOption, RuleVariables, RulesSource, RulesSourceList,
    StatefulRule, StatefulRuleOptions, StatelessRule, StatelessRulesAndCustomActions, TcpFlagField,
};
