//! A firewall policy and its rule groups, as one firewall applies them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::first_match::{Outcomes, Packets, Rule, rule_evidence};
use super::stateful::Group;
use super::variables::Variables;
use super::{DefaultAction, FirewallPolicy, Midstream, Unmatched, stateless};
use crate::order;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{Component, Evidence, ExplanationCode};
use crate::snapshot::{
    self, FirewallPolicyDescription, RuleGroup, RuleGroupDescription, StatefulRuleGroupReference,
};

/// What a policy is compiled from.
pub(crate) struct PolicySource<'a> {
    pub(crate) firewall: Component,
    pub(crate) description: &'a FirewallPolicyDescription,
    /// Rule groups by ARN.
    pub(crate) groups: &'a BTreeMap<&'a str, &'a RuleGroupDescription>,
    /// Contents of a prefix list, by its id.
    pub(crate) prefix_list: &'a dyn Fn(&str) -> Option<IpSet>,
    /// NFW-06: blocks of the firewall's VPC.
    pub(crate) home: Option<IpSet>,
    /// What does not fit, with the resource that it is about.
    pub(crate) warn: &'a mut dyn FnMut(&str, String),
}

impl FirewallPolicy {
    /// `None` when the policy's contents are not in the snapshot.
    pub(crate) fn compile(mut source: PolicySource<'_>) -> Option<Self> {
        let policy = source.description.firewall_policy.as_ref()?;
        let id: Arc<str> =
            Arc::from(source.description.firewall_policy_response.firewall_policy_arn.as_str());
        let options = policy.stateful_engine_options.as_ref();
        let strict = match options.and_then(|options| options.rule_order.as_deref()) {
            None | Some("DEFAULT_ACTION_ORDER") => Some(false),
            Some("STRICT_ORDER") => Some(true),
            Some(other) => {
                (source.warn)(&id, format!("{other:?} is no rule order"));
                None
            }
        };
        Some(Self {
            stateless: source.stateless(&id, policy),
            stateless_default: source.stateless_default(&id, policy),
            stateful: source.stateful(&id, policy, strict),
            stateful_default: source.stateful_default(&id, policy, strict),
            order: if strict == Some(false) { "NFW-03" } else { "NFW-04" },
            midstream: source.midstream(&id, policy),
            firewall: source.firewall,
        })
    }
}

impl<'a> PolicySource<'a> {
    fn group(&mut self, policy: &str, arn: &str) -> Option<&'a RuleGroup> {
        let found = self.groups.get(arn).and_then(|group| group.rule_group.as_ref());
        if found.is_none() {
            (self.warn)(
                policy,
                format!("the contents of rule group `{arn}` are not in the snapshot"),
            );
        }
        found
    }

    /// NFW-02: groups by priority, rules by priority.
    fn stateless(&mut self, id: &Arc<str>, policy: &snapshot::FirewallPolicy) -> Vec<Rule> {
        let mut references: Vec<_> = policy.stateless_rule_group_references.iter().collect();
        order::sort_by_key(&mut references, |reference| {
            (reference.priority, &reference.resource_arn)
        });
        let tied = tied(references.iter().map(|reference| reference.priority));
        let mut rules = Vec::new();
        for reference in references {
            let arn = reference.resource_arn.as_str();
            let mut group = match self.group(id, arn) {
                Some(group) => self.stateless_group(id, arn, group),
                None => vec![Rule {
                    matches: HeaderSet::all(),
                    packets: Packets::UNDECIDABLE,
                    outcomes: Outcomes::ANY,
                    evidence: rule_evidence(id, arn, "all", "unknown"),
                    doubt: ExplanationCode::UnknownResource,
                }],
            };
            if tied.contains(&reference.priority) {
                self.unclear_order(id, i64::from(reference.priority), &mut group);
            }
            rules.append(&mut group);
        }
        rules
    }

    fn stateless_group(&mut self, id: &Arc<str>, arn: &str, group: &RuleGroup) -> Vec<Rule> {
        let source = group.rules_source.stateless_rules_and_custom_actions.as_ref();
        let mut written: Vec<_> =
            source.into_iter().flat_map(|source| &source.stateless_rules).collect();
        order::sort_by_key(&mut written, |rule| rule.priority);
        let tied = tied(written.iter().map(|rule| rule.priority));
        let mut rules = Vec::new();
        for rule in written {
            let (mut compiled, problem) = stateless::compile(rule, id, arn);
            if let Some(problem) = problem {
                (self.warn)(arn, format!("rule {} cannot be read: {problem}", rule.priority));
            }
            if tied.contains(&rule.priority) {
                let one = std::slice::from_mut(&mut compiled);
                self.unclear_order(arn, i64::from(rule.priority), one);
            }
            rules.push(compiled);
        }
        rules
    }

    /// Priorities are unique. Of those that are not, nobody knows which comes first.
    fn unclear_order(&mut self, resource: &str, priority: i64, rules: &mut [Rule]) {
        (self.warn)(resource, format!("priority {priority} stands twice"));
        for rule in rules {
            rule.packets = Packets::UNDECIDABLE;
            rule.doubt = ExplanationCode::UnreadableEntry;
        }
    }

    fn stateless_default(
        &mut self,
        id: &Arc<str>,
        policy: &snapshot::FirewallPolicy,
    ) -> DefaultAction<Outcomes> {
        let actions = &policy.stateless_default_actions;
        let action = stateless::actions(actions).unwrap_or_else(|| {
            (self.warn)(id, format!("{actions:?} are no stateless default actions"));
            Outcomes::ANY
        });
        let evidence = Evidence::attribute(id, "StatelessDefaultActions", &actions.join(", "));
        DefaultAction { action, evidence }
    }

    /// NFW-03, NFW-04. An order that cannot be read leaves every rule open.
    fn stateful(
        &mut self,
        id: &Arc<str>,
        policy: &snapshot::FirewallPolicy,
        strict: Option<bool>,
    ) -> Vec<Rule> {
        let mut references: Vec<_> = policy.stateful_rule_group_references.iter().collect();
        order::sort_by_key(&mut references, |reference| {
            (reference.priority, &reference.resource_arn)
        });
        let tied = tied(references.iter().map(|reference| reference.priority));
        let mut rules = Vec::new();
        for reference in references {
            let mut group = self.stateful_group(id, policy, reference);
            if strict == Some(true) && tied.contains(&reference.priority) {
                let priority = reference.priority.map_or(-1, i64::from);
                self.unclear_order(id, priority, &mut group);
            }
            rules.append(&mut group);
        }
        match strict {
            Some(true) => {}
            // All pass rules, then those that may be one, then the others.
            Some(false) => order::sort_by_key(&mut rules, |rule| rule.outcomes),
            None => {
                for rule in &mut rules {
                    rule.packets = Packets::UNDECIDABLE;
                    rule.doubt = ExplanationCode::UnreadableEntry;
                }
            }
        }
        rules
    }

    fn stateful_group(
        &mut self,
        id: &Arc<str>,
        policy: &snapshot::FirewallPolicy,
        reference: &StatefulRuleGroupReference,
    ) -> Vec<Rule> {
        let arn = reference.resource_arn.as_str();
        let action = reference.r#override.as_ref().and_then(|o| o.action.as_deref());
        if let Some(other) = action.filter(|action| *action != "DROP_TO_ALERT") {
            (self.warn)(id, format!("{other:?} is no override"));
        }
        let found = self.group(id, arn);
        let group = Group {
            policy: id,
            arn,
            variables: found.map_or_else(Variables::default, |group| self.variables(policy, group)),
            drops_nothing: action == Some("DROP_TO_ALERT"),
        };
        let Some(found) = found else {
            return group.anything(ExplanationCode::UnknownResource, "all").into_iter().collect();
        };
        let (rules, problems) = group.compile(found);
        for problem in problems {
            (self.warn)(arn, problem);
        }
        rules
    }

    /// NFW-06: a policy's variables stand in for those that a group does not define itself.
    fn variables<'g>(
        &self,
        policy: &'g snapshot::FirewallPolicy,
        group: &'g RuleGroup,
    ) -> Variables<'g> {
        let of_policy = policy.policy_variables.iter().flat_map(|own| &own.rule_variables);
        let of_group = group.rule_variables.iter().flat_map(|own| &own.ip_sets);
        let ports = group.rule_variables.iter().flat_map(|own| &own.port_sets);
        let references = group.reference_sets.iter().flat_map(|sets| &sets.ip_set_references);
        Variables {
            addresses: order::tree(
                of_policy
                    .chain(of_group)
                    .map(|(name, set)| (name.as_str(), set.definition.as_slice())),
            ),
            ports: order::tree(ports.map(|(name, set)| (name.as_str(), set.definition.as_slice()))),
            references: order::tree(references.map(|(name, reference)| {
                let id = reference.reference_arn.as_deref().and_then(prefix_list_id);
                (name.as_str(), id.and_then(self.prefix_list))
            })),
            home: self.home.clone(),
        }
    }

    /// NFW-04. With the default order there are no default actions.
    fn stateful_default(
        &mut self,
        id: &Arc<str>,
        policy: &snapshot::FirewallPolicy,
        strict: Option<bool>,
    ) -> DefaultAction<Unmatched> {
        let actions = &policy.stateful_default_actions;
        let evidence = Evidence::attribute(id, "StatefulDefaultActions", &actions.join(", "));
        let mut action = if strict.is_none() { Unmatched::Unreadable } else { Unmatched::Pass };
        for text in actions.iter().filter(|_| strict == Some(true)) {
            action = match (text.as_str(), action) {
                ("aws:drop_strict", _) | (_, Unmatched::Drop) => Unmatched::Drop,
                ("aws:drop_established" | "aws:drop_established_app_layer", Unmatched::Pass) => {
                    Unmatched::DropEstablished
                }
                (
                    "aws:drop_established"
                    | "aws:drop_established_app_layer"
                    | "aws:alert_strict"
                    | "aws:alert_established"
                    | "aws:alert_established_app_layer",
                    action,
                ) => action,
                (other, _) => {
                    (self.warn)(id, format!("{other:?} is no stateful default action"));
                    Unmatched::Unreadable
                }
            };
        }
        DefaultAction { action, evidence }
    }

    /// NFW-07: absent means `DROP`.
    fn midstream(
        &mut self,
        id: &Arc<str>,
        policy: &snapshot::FirewallPolicy,
    ) -> DefaultAction<Midstream> {
        let options = policy.stateful_engine_options.as_ref();
        let text = options
            .and_then(|options| options.stream_exception_policy.as_deref())
            .unwrap_or("DROP");
        let action = match text {
            "DROP" | "REJECT" => Midstream::Drop,
            "CONTINUE" => Midstream::Continue,
            other => {
                (self.warn)(id, format!("{other:?} is no stream exception policy"));
                Midstream::Continue
            }
        };
        DefaultAction { action, evidence: Evidence::attribute(id, "StreamExceptionPolicy", text) }
    }
}

/// The id at the end of a prefix list's ARN; `None` for what is no prefix list.
fn prefix_list_id(arn: &str) -> Option<&str> {
    arn.rsplit_once(":prefix-list/").map(|(_, id)| id)
}

/// The values that stand more than once in a sorted list.
fn tied<T: Copy + Ord>(sorted: impl Iterator<Item = T>) -> BTreeSet<T> {
    let (mut seen, mut tied) = (BTreeSet::new(), BTreeSet::new());
    for value in sorted {
        if !seen.insert(value) {
            tied.insert(value);
        }
    }
    tied
}
