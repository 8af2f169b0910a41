//! What a Network Firewall policy does to a packet (NFW-02 to NFW-06).

use std::net::IpAddr;

use reach_core::snapshot::{
    FirewallDescription, FirewallPolicy, MatchAttributes, RuleGroup, RulesSourceList,
};

use super::model::{Model, every, inside};
use super::suricata::{Action, Matched, Rule, of_stateful_rule, of_text};
use super::variables::Variables;
use crate::Packet;

/// What an engine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Pass,
    Drop,
    /// On to the stateful engine.
    Forward,
    Unknown,
}

fn policy<'s>(model: &Model<'s>, firewall: &FirewallDescription) -> Option<&'s FirewallPolicy> {
    let arn = firewall.firewall.firewall_policy_arn.as_deref()?;
    every!(model, firewall_policies)
        .find(|found| found.firewall_policy_response.firewall_policy_arn == arn)?
        .firewall_policy
        .as_ref()
}

fn group<'s>(model: &Model<'s>, arn: &str) -> Option<&'s RuleGroup> {
    every!(model, firewall_rule_groups)
        .find(|found| found.rule_group_response.rule_group_arn == arn)?
        .rule_group
        .as_ref()
}

/// NFW-07: absent means DROP; none if the policy is not in the snapshot.
pub(super) fn stream_exception<'s>(
    model: &Model<'s>,
    firewall: &FirewallDescription,
) -> Option<&'s str> {
    let options = policy(model, firewall)?.stateful_engine_options.as_ref();
    Some(options.and_then(|options| options.stream_exception_policy.as_deref()).unwrap_or("DROP"))
}

/// NFW-02.
pub(super) fn stateless(
    model: &Model<'_>,
    firewall: &FirewallDescription,
    packet: &Packet,
) -> Step {
    let Some(policy) = policy(model, firewall) else { return Step::Unknown };
    let mut references: Vec<_> = policy.stateless_rule_group_references.iter().collect();
    references.sort_by_key(|reference| reference.priority);
    for reference in references {
        let Some(group) = group(model, &reference.resource_arn) else { return Step::Unknown };
        let source = group.rules_source.stateless_rules_and_custom_actions.as_ref();
        let mut rules: Vec<_> = source.iter().flat_map(|source| &source.stateless_rules).collect();
        rules.sort_by_key(|rule| rule.priority);
        for rule in rules {
            let definition = &rule.rule_definition;
            match matches(&definition.match_attributes, packet) {
                Some(true) => return act(&definition.actions),
                Some(false) => {}
                None => return Step::Unknown,
            }
        }
    }
    act(&policy.stateless_default_actions)
}

fn act(actions: &[String]) -> Step {
    for action in actions {
        match action.as_str() {
            "aws:pass" => return Step::Pass,
            "aws:drop" => return Step::Drop,
            "aws:forward_to_sfe" => return Step::Forward,
            _ => {}
        }
    }
    Step::Unknown
}

/// NFW-02: empty lists mean any; ports apply to TCP and UDP only. None where flags decide.
fn matches(attributes: &MatchAttributes, packet: &Packet) -> Option<bool> {
    let any = |list: &[reach_core::snapshot::FirewallAddress], address: IpAddr| {
        list.is_empty()
            || list.iter().any(|found| {
                inside(&found.address_definition, address)
                    || found.address_definition.parse() == Ok(address)
            })
    };
    let ports = |list: &[reach_core::snapshot::FirewallPortRange], port: u16| {
        let port = i32::from(port);
        !matches!(packet.protocol, 6 | 17)
            || list.is_empty()
            || list.iter().any(|range| (range.from_port..=range.to_port).contains(&port))
    };
    let protocol = i32::from(packet.protocol);
    let protocols = &attributes.protocols;
    let fits = any(&attributes.sources, packet.source)
        && any(&attributes.destinations, packet.destination)
        && ports(&attributes.source_ports, packet.source_port)
        && ports(&attributes.destination_ports, packet.destination_port)
        && (protocols.is_empty() || protocols.contains(&protocol));
    if fits && packet.protocol == 6 && !attributes.tcp_flags.is_empty() {
        return None;
    }
    Some(fits)
}

/// NFW-03 to NFW-06.
pub(super) fn stateful(model: &Model<'_>, firewall: &FirewallDescription, packet: &Packet) -> Step {
    let Some(policy) = policy(model, firewall) else { return Step::Unknown };
    let options = policy.stateful_engine_options.as_ref();
    let strict = options.and_then(|options| options.rule_order.as_deref()) == Some("STRICT_ORDER");
    let mut references: Vec<_> = policy.stateful_rule_group_references.iter().collect();
    references.sort_by_key(|reference| reference.priority);
    let mut rules: Vec<(Option<Action>, Matched)> = Vec::new();
    for reference in references {
        let Some(group) = group(model, &reference.resource_arn) else {
            rules.push((None, Matched::Maybe));
            continue;
        };
        let variables = Variables {
            model,
            policy: policy.policy_variables.as_ref(),
            group,
            vpc: firewall.firewall.vpc_id.as_deref().unwrap_or_default(),
        };
        let softened = reference.r#override.as_ref().and_then(|found| found.action.as_deref())
            == Some("DROP_TO_ALERT");
        for rule in rules_of(group) {
            let (mut action, matched) = match &rule {
                Some(rule) => (Some(rule.action), rule.matches(packet, &variables)),
                None => (None, Matched::Maybe),
            };
            if softened && matches!(action, Some(Action::Drop | Action::Reject)) {
                action = Some(Action::Alert);
            }
            rules.push((action, matched));
        }
    }
    if strict {
        return in_order(&rules, &policy.stateful_default_actions);
    }
    // NFW-03: by action, and none is a pass.
    let order = [Action::Pass, Action::Drop, Action::Reject, Action::Alert];
    if rules.iter().any(|(action, matched)| action.is_none() && *matched != Matched::No) {
        return Step::Unknown;
    }
    let sorted: Vec<_> = order
        .iter()
        .flat_map(|wanted| rules.iter().filter(move |(action, _)| *action == Some(*wanted)))
        .copied()
        .collect();
    in_order(&sorted, &[])
}

/// NFW-04: the first terminal match acts; what may match leaves both open.
fn in_order(rules: &[(Option<Action>, Matched)], defaults: &[String]) -> Step {
    let (mut may_pass, mut may_drop, mut may_pass_later) = (false, false, false);
    let certain = |step: Step, may_pass: bool, may_drop: bool| match step {
        Step::Pass if !may_drop => Step::Pass,
        Step::Drop if !may_pass => Step::Drop,
        _ => Step::Unknown,
    };
    for (action, matched) in rules {
        match (action, matched) {
            (_, Matched::No) | (Some(Action::Alert), _) => {}
            (Some(Action::Pass), Matched::Yes) => return certain(Step::Pass, may_pass, may_drop),
            (Some(Action::Drop | Action::Reject), Matched::Yes) => {
                // A rule about the application cannot have matched the handshake before.
                return certain(Step::Drop, may_pass, may_drop);
            }
            (Some(Action::Pass), Matched::Application) => may_pass_later = true,
            (Some(Action::Pass), Matched::Maybe) => may_pass = true,
            (Some(Action::Drop | Action::Reject), _) => may_drop = true,
            (None, _) => (may_pass, may_drop) = (true, true),
        }
    }
    let has = |name: &str| defaults.iter().any(|action| action == name);
    let established = has("aws:drop_established") || has("aws:drop_established_app_layer");
    if has("aws:drop_strict") {
        // A rule about the application cannot match the handshake, which is dropped.
        return certain(Step::Drop, may_pass, may_drop);
    }
    if established {
        return certain(Step::Drop, may_pass || may_pass_later, may_drop);
    }
    certain(Step::Pass, may_pass, may_drop)
}

/// The rules of a group, whichever form they are in; none for one that nobody can read.
fn rules_of(group: &RuleGroup) -> Vec<Option<Rule>> {
    let source = &group.rules_source;
    let mut rules: Vec<Option<Rule>> = source.stateful_rules.iter().map(of_stateful_rule).collect();
    if let Some(text) = source.rules_string.as_deref() {
        rules.extend(of_text(text));
    }
    if let Some(list) = &source.rules_source_list {
        rules.extend(of_list(list));
    }
    rules
}

/// NFW-06: a list of domain names is about TLS and HTTP from `$HOME_NET`.
fn of_list(list: &RulesSourceList) -> Vec<Option<Rule>> {
    let rule = |action| {
        Some(Rule {
            action,
            protocol: "tls".to_owned(),
            source: "$HOME_NET".to_owned(),
            source_port: "any".to_owned(),
            both: false,
            destination: "any".to_owned(),
            destination_port: "any".to_owned(),
            options: true,
            application: true,
        })
    };
    match list.generated_rules_type.as_deref() {
        // What is not on the list is dropped.
        Some("ALLOWLIST") => vec![rule(Action::Pass), rule(Action::Drop)],
        Some("DENYLIST") => vec![rule(Action::Drop)],
        Some("REJECTLIST") => vec![rule(Action::Reject)],
        Some("ALERTLIST") => vec![rule(Action::Alert)],
        _ => vec![None],
    }
}
