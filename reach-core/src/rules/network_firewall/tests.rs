use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::packet::{Header, IpSet, L4, PortSet};
use crate::snapshot::RuleGroupDescription;

/// A policy in a firewall whose VPC is 10.0.0.0/16, and what was odd about it.
fn compile(policy: &Value, groups: &[(&str, Value)]) -> (Firewall, Vec<String>) {
    let description = serde_json::from_value(json!({
        "FirewallPolicyResponse": { "FirewallPolicyArn": "policy" },
        "FirewallPolicy": policy,
    }))
    .unwrap();
    let groups: Vec<RuleGroupDescription> = groups
        .iter()
        .map(|(arn, group)| {
            serde_json::from_value(json!({
                "RuleGroupResponse": { "RuleGroupArn": arn },
                "RuleGroup": group,
            }))
            .unwrap()
        })
        .collect();
    let groups: BTreeMap<&str, &RuleGroupDescription> = groups
        .iter()
        .map(|group| (group.rule_group_response.rule_group_arn.as_str(), group))
        .collect();
    let mut problems = Vec::new();
    let mut firewall = Firewall { id: Arc::from("firewall"), name: None, policy: None };
    firewall.policy = FirewallPolicy::compile(PolicySource {
        firewall: firewall.component(),
        description: &description,
        groups: &groups,
        prefix_list: &|id| (id == "pl-1").then(|| net("198.51.100.0/24")),
        home: Some(net("10.0.0.0/16")),
        warn: &mut |resource, text| problems.push(format!("{resource}: {text}")),
    });
    (firewall, problems)
}

fn net(text: &str) -> IpSet {
    text.parse::<ipnet::IpNet>().unwrap().into()
}

fn set(text: &str) -> HeaderSet {
    let [source, destination, traffic] = text.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{text}")
    };
    let traffic: Traffic = traffic.parse().unwrap();
    let traffic = traffic.from_source_ports(&PortSet::ephemeral());
    HeaderSet::product(&net(source), &net(destination), &traffic)
}

/// All stateless traffic to the stateful engine, which has these lines in this order.
fn stateful(lines: &str, strict: bool, defaults: &[&str]) -> Firewall {
    let order = if strict { "STRICT_ORDER" } else { "DEFAULT_ACTION_ORDER" };
    let policy = json!({
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": [{ "ResourceArn": "group", "Priority": 1 }],
        "StatefulDefaultActions": defaults,
        "StatefulEngineOptions": { "RuleOrder": order },
    });
    let group = json!({ "RulesSource": { "RulesString": lines } });
    let (firewall, problems) = compile(&policy, &[("group", group)]);
    assert_eq!(problems, [""; 0], "{lines}");
    firewall
}

/// `pass`, `drop CODE RULE` or `unsure CODE RULE` for headers that share a fate.
fn fate(split: &Split) -> String {
    let parts = [("drop", &split.dropped), ("unsure", &split.unsure)];
    let mut fates: Vec<String> = parts
        .into_iter()
        .flat_map(|(what, parts)| {
            parts.iter().map(move |(headers, reason)| {
                assert!(!headers.is_empty());
                format!("{what} {} {}", reason.code, reason.rules.join(" "))
            })
        })
        .collect();
    if !split.passed.is_empty() {
        fates.push("pass".to_owned());
    }
    fates.sort();
    fates.dedup();
    fates.join(", ")
}

const WEB: &str = "10.0.2.10/32 203.0.113.5/32 tcp/443";
const SPOKE: &str = "10.1.1.10/32 203.0.113.5/32 tcp/443";
const PLAIN: &str = "10.0.2.10/32 203.0.113.5/32 tcp/80";
const NTP: &str = "10.0.2.10/32 203.0.113.5/32 udp/123";

#[test]
fn stateful_order_and_default_actions() {
    const WEB_PASS: &str = "pass tcp any any -> any 443 (sid:1;)";
    const TLS_PASS: &str = "pass tls any any -> any 443 (tls.sni; content:\"x\"; sid:1;)";
    const HOME_PASS: &str = "pass tcp $HOME_NET any -> any 443 (sid:1;)";
    const DROP_OR: &str =
        "drop tcp any any -> any 443 (sid:2;)\npass ip any any -> any any (sid:3;)";
    const L7_DROP: &str =
        "drop tls any any -> any any (sid:2;)\npass ip any any -> any any (sid:3;)";
    const L7_PASS: &str =
        "pass tls any any -> any any (sid:2;)\ndrop tcp any any -> any any (sid:3;)";
    const ODD_PASS: &str = "pass tcp any any -> any any (ttl:64; sid:2;)\n\
                            drop tcp any any -> any any (sid:3;)";
    const DNS: &str = "pass dns any any -> any any (sid:1;)";
    const STRICT: &[&str] = &["aws:drop_strict"];
    const ESTABLISHED: &[&str] = &["aws:drop_established", "aws:alert_established"];
    const ALERT: &[&str] = &["aws:alert_strict"];
    const DROP: &str = "drop FIREWALL_RULES_RESTRICTION";
    const UNSURE: &str = "unsure FIREWALL_UNSUPPORTED_RULE_OPTIONS NFW-05";
    let drop = |rule: &str| format!("{DROP} {rule}");
    for (case, lines, strict, defaults, headers, expected) in [
        ("C-192", WEB_PASS, true, STRICT, WEB, "pass".to_owned()),
        ("C-193", WEB_PASS, true, STRICT, PLAIN, drop("NFW-04")),
        ("C-194", DROP_OR, false, &[], WEB, "pass".to_owned()),
        ("C-194, strict", DROP_OR, true, &[], WEB, drop("NFW-04")),
        ("C-196", HOME_PASS, true, STRICT, SPOKE, drop("NFW-04")),
        ("C-196, at home", HOME_PASS, true, STRICT, WEB, "pass".to_owned()),
        ("C-227", TLS_PASS, true, STRICT, WEB, drop("NFW-04")),
        ("NFW-04, established", TLS_PASS, true, ESTABLISHED, WEB, UNSURE.to_owned()),
        ("NFW-04, not its port", TLS_PASS, true, ESTABLISHED, PLAIN, drop("NFW-04")),
        ("C-233", WEB_PASS, true, ESTABLISHED, NTP, drop("NFW-04")),
        ("C-234", WEB_PASS, true, ESTABLISHED, WEB, "pass".to_owned()),
        ("C-235", "", true, &[], PLAIN, "pass".to_owned()),
        ("NFW-04, alerts", "", true, ALERT, PLAIN, "pass".to_owned()),
        ("NFW-03, no match", "", false, &[], PLAIN, "pass".to_owned()),
        ("NFW-03, defaults are strict order's", "", false, STRICT, PLAIN, "pass".to_owned()),
        ("NFW-05, may drop", L7_DROP, true, &[], WEB, UNSURE.to_owned()),
        ("NFW-05, passed before", L7_DROP, false, &[], WEB, "pass".to_owned()),
        ("NFW-05, not its carrier", L7_DROP, true, &[], NTP, "pass".to_owned()),
        ("NFW-05, handshake dropped", L7_PASS, true, &[], WEB, drop("NFW-04")),
        ("NFW-05, handshake dropped", L7_PASS, false, &[], WEB, drop("NFW-03")),
        ("NFW-05, may pass", ODD_PASS, true, &[], WEB, UNSURE.to_owned()),
        ("NFW-05, UDP has no handshake", DNS, true, STRICT, NTP, UNSURE.to_owned()),
        ("NFW-05, may pass, would anyway", DNS, true, &[], NTP, "pass".to_owned()),
    ] {
        let found = stateful(lines, strict, defaults).request(set(headers), true);
        assert_eq!(fate(&found.split), expected, "{case}");
        let gone = found.split.dropped.iter().map(|(headers, _)| headers.clone());
        let left = set(headers).difference(&HeaderSet::union_all(gone));
        assert_eq!(found.tracked, left, "{case}");
    }
}

#[test]
fn replies_follow_their_flow() {
    let firewall = stateful("pass tcp any any -> any 443 (sid:1;)", true, &["aws:drop_strict"]);
    let request = firewall.request(set(WEB), false);
    let reply = firewall.reply(set(WEB).reply(), &request.tracked, false);
    assert_eq!(fate(&reply), "pass");
    // NFW-07: the stateful engine has not seen the request.
    let strange = firewall.reply(set(WEB).reply(), &HeaderSet::empty(), false);
    assert_eq!(fate(&strange), "drop FIREWALL_RULES_RESTRICTION NFW-07");
    // Anything but TCP begins a flow of its own.
    let alone = firewall.reply(set(NTP).reply(), &HeaderSet::empty(), false);
    assert_eq!(fate(&alone), "drop FIREWALL_RULES_RESTRICTION NFW-04");
}

fn stateless(rules: &Value, default: &str) -> Firewall {
    let policy = json!({
        "StatelessRuleGroupReferences": [{ "ResourceArn": "group", "Priority": 1 }],
        "StatelessDefaultActions": [default],
    });
    let source = json!({ "StatelessRulesAndCustomActions": { "StatelessRules": rules } });
    let (firewall, problems) = compile(&policy, &[("group", json!({ "RulesSource": source }))]);
    assert_eq!(problems, [""; 0]);
    firewall
}

#[test]
fn the_stateless_engine_sees_each_packet() {
    let rule = |priority: i32, attributes: Value, action: &str| {
        json!({
            "Priority": priority,
            "RuleDefinition": { "MatchAttributes": attributes, "Actions": [action] },
        })
    };
    let https =
        json!({ "DestinationPorts": [{ "FromPort": 443, "ToPort": 443 }], "Protocols": [6] });
    let syn =
        json!({ "Protocols": [6], "TCPFlags": [{ "Flags": ["SYN"], "Masks": ["SYN", "ACK"] }] });
    let fin = json!({ "Protocols": [6], "TCPFlags": [{ "Flags": ["FIN"], "Masks": ["FIN"] }] });
    let drop = "drop FIREWALL_RULES_RESTRICTION NFW-02";
    let unsure = "unsure FIREWALL_UNSUPPORTED_RULE_OPTIONS NFW-02";
    let all = || json!({});
    for (case, rules, default, headers, there, back) in [
        ("C-195", json!([rule(1, https.clone(), "aws:pass")]), "aws:drop", WEB, "pass", drop),
        ("no match", json!([rule(1, https.clone(), "aws:pass")]), "aws:drop", PLAIN, drop, ""),
        (
            "by priority",
            json!([rule(2, all(), "aws:drop"), rule(1, all(), "aws:pass")]),
            "aws:drop",
            WEB,
            "pass",
            "pass",
        ),
        // The reply is midstream to a stateful engine that the request was kept from (NFW-07).
        (
            "passed there, forwarded back",
            json!([rule(1, https.clone(), "aws:pass")]),
            "aws:forward_to_sfe",
            WEB,
            "pass",
            "drop FIREWALL_RULES_RESTRICTION NFW-07",
        ),
        ("forwarded", json!([]), "aws:forward_to_sfe", WEB, "pass", "pass"),
        (
            "first packets are dropped",
            json!([rule(1, syn.clone(), "aws:drop")]),
            "aws:pass",
            WEB,
            drop,
            "",
        ),
        ("flags are TCP's", json!([rule(1, syn, "aws:drop")]), "aws:pass", NTP, "pass", "pass"),
        (
            "some packets are dropped",
            json!([rule(1, fin.clone(), "aws:drop")]),
            "aws:pass",
            WEB,
            unsure,
            "",
        ),
        ("flags do not matter", json!([rule(1, fin, "aws:pass")]), "aws:pass", WEB, "pass", "pass"),
    ] {
        let firewall = stateless(&rules, default);
        let found = firewall.request(set(headers), true);
        assert_eq!(fate(&found.split), there, "{case}");
        let reply = firewall.reply(found.split.passed.reply(), &found.tracked, true);
        assert_eq!(fate(&reply), back, "{case}");
    }
}

#[test]
fn what_is_missing_matters_where_it_decides() {
    let stateful = |defaults: &[&str], overridden: bool| {
        let action = if overridden { json!({ "Action": "DROP_TO_ALERT" }) } else { Value::Null };
        json!({
            "StatelessDefaultActions": ["aws:forward_to_sfe"],
            "StatefulRuleGroupReferences": [
                { "ResourceArn": "known", "Priority": 1 },
                { "ResourceArn": "gone", "Priority": 2, "Override": action },
            ],
            "StatefulDefaultActions": defaults,
            "StatefulEngineOptions": { "RuleOrder": "STRICT_ORDER" },
        })
    };
    let known = json!({
        "RulesSource": { "RulesString": "pass tcp any any -> any 443 (sid:1;)" },
    });
    let groups = [("known", known)];
    let gone = "unsure UNKNOWN_RESOURCE NFW-05";
    let (firewall, problems) = compile(&stateful(&["aws:drop_strict"], false), &groups);
    assert_eq!(problems, ["policy: the contents of rule group `gone` are not in the snapshot"]);
    assert_eq!(fate(&firewall.request(set(WEB), false).split), "pass");
    assert_eq!(fate(&firewall.request(set(PLAIN), false).split), gone);
    // A group that only alerts can do nothing but pass, as the policy does by default.
    let (firewall, _) = compile(&stateful(&[], true), &groups);
    assert_eq!(fate(&firewall.request(set(PLAIN), false).split), "pass");

    let (firewall, _) = compile(&Value::Null, &[]);
    let found = firewall.request(set(WEB), false);
    assert_eq!(fate(&found.split), "unsure UNKNOWN_RESOURCE NFW-01");
    assert_eq!(found.tracked, set(WEB));

    let policy = json!({
        "StatelessRuleGroupReferences": [{ "ResourceArn": "gone", "Priority": 1 }],
        "StatelessDefaultActions": ["aws:pass"],
    });
    let (firewall, _) = compile(&policy, &[]);
    let found = firewall.request(set(WEB), false);
    assert_eq!(fate(&found.split), "unsure UNKNOWN_RESOURCE NFW-02");
}

#[test]
fn what_contradicts_itself_is_told() {
    let rule = |action: &str| {
        json!({
            "Priority": 1,
            "RuleDefinition": { "MatchAttributes": {}, "Actions": [action] },
        })
    };
    let source = json!({
        "StatelessRulesAndCustomActions": { "StatelessRules": [rule("aws:pass"), rule("aws:drop")] },
    });
    let policy = json!({
        "StatelessRuleGroupReferences": [{ "ResourceArn": "group", "Priority": 1 }],
        "StatelessDefaultActions": [],
        "StatefulEngineOptions": { "RuleOrder": "SOME", "StreamExceptionPolicy": "ODD" },
    });
    let (firewall, problems) = compile(&policy, &[("group", json!({ "RulesSource": source }))]);
    assert_eq!(
        problems,
        [
            "policy: \"SOME\" is no rule order",
            "group: priority 1 stands twice",
            "group: priority 1 stands twice",
            "policy: [] are no stateless default actions",
            "policy: \"ODD\" is no stream exception policy",
        ]
    );
    let found = firewall.request(set(WEB), false);
    assert_eq!(fate(&found.split), "unsure UNREADABLE_ENTRY NFW-02");
}

#[test]
fn variables_of_a_group_come_before_those_of_the_policy() {
    let policy = json!({
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": [
            { "ResourceArn": "own", "Priority": 1 }, { "ResourceArn": "other", "Priority": 2 },
        ],
        "StatefulDefaultActions": ["aws:drop_strict"],
        "StatefulEngineOptions": { "RuleOrder": "STRICT_ORDER" },
        "PolicyVariables": { "RuleVariables": { "HOME_NET": { "Definition": ["10.1.0.0/16"] } } },
    });
    let own = json!({
        "RuleVariables": { "IPSets": { "HOME_NET": { "Definition": ["10.2.0.0/16"] } } },
        "ReferenceSets": { "IPSetReferences": { "LIST": {
            "ReferenceArn": "arn:aws:ec2:eu-west-1:111111111111:prefix-list/pl-1",
        } } },
        "RulesSource": { "RulesString": "pass tcp $HOME_NET any -> @LIST any (sid:1;)" },
    });
    let other = json!({
        "RulesSource": { "RulesString": "pass tcp $HOME_NET any -> $EXTERNAL_NET any (sid:2;)" },
    });
    let (firewall, problems) = compile(&policy, &[("own", own), ("other", other)]);
    assert_eq!(problems, [""; 0]);
    for (headers, passes) in [
        ("10.2.0.1/32 198.51.100.1/32 tcp/443", true),
        ("10.2.0.1/32 203.0.113.1/32 tcp/443", false),
        ("10.1.0.1/32 203.0.113.1/32 tcp/443", true),
        ("10.1.0.1/32 10.1.0.2/32 tcp/443", false),
        ("10.0.0.1/32 203.0.113.1/32 tcp/443", false),
    ] {
        let found = firewall.request(set(headers), false);
        assert_eq!(!found.split.passed.is_empty(), passes, "{headers}");
    }
}

/// A rule as the model sees it.
#[derive(Debug, Clone, Copy)]
struct Model {
    pass: bool,
    from_one: bool,
    tcp: Option<bool>,
    port_80: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Header,
    Payload,
    Odd,
}

impl Model {
    fn line(self, sid: usize) -> String {
        let action = if self.pass { "pass" } else { "drop" };
        let source = if self.from_one { "10.0.0.1" } else { "any" };
        let protocol = self.tcp.map_or("ip", |tcp| if tcp { "tcp" } else { "udp" });
        let port = if self.port_80 && self.tcp.is_some() { "80" } else { "any" };
        let option = match self.kind {
            Kind::Header => "",
            Kind::Payload => "content:\"x\"; ",
            Kind::Odd => "ttl:64; ",
        };
        format!("{action} {protocol} {source} any -> any {port} ({option}sid:{sid};)")
    }

    fn matches(self, header: &Header) -> bool {
        let (tcp, port) = match header.l4 {
            L4::Tcp { destination, .. } => (Some(true), destination),
            L4::Udp { destination, .. } => (Some(false), destination),
            _ => (None, 0),
        };
        (!self.from_one || header.source.to_string() == "10.0.0.1")
            && (self.tcp.is_none() || self.tcp == tcp)
            && (!self.port_80 || self.tcp.is_none() || port == 80)
    }
}

/// What may become of one packet in any world: in each, an undecidable rule matches or does not.
fn worlds(rules: &[Model], header: &Header, handshake: bool, default: bool) -> [bool; 2] {
    let open: Vec<usize> = (0..rules.len()).filter(|at| rules[*at].kind != Kind::Header).collect();
    let mut may = [false; 2];
    for world in 0..1_u32 << open.len() {
        let decided = rules.iter().enumerate().find(|(at, rule)| {
            let really = match open.iter().position(|other| other == at) {
                None => true,
                Some(_) if rule.kind == Kind::Payload && handshake => false,
                Some(bit) => world >> bit & 1 == 1,
            };
            really && rule.matches(header)
        });
        may[usize::from(decided.map_or(default, |(_, rule)| rule.pass))] = true;
    }
    may
}

fn model() -> impl Strategy<Value = Model> {
    let kind = prop_oneof![3 => Just(Kind::Header), 1 => Just(Kind::Payload), 1 => Just(Kind::Odd)];
    (any::<bool>(), any::<bool>(), any::<Option<bool>>(), any::<bool>(), kind).prop_map(
        |(pass, from_one, tcp, port_80, kind)| Model { pass, from_one, tcp, port_80, kind },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The sets say of each packet what its possible worlds say.
    #[test]
    fn sets_are_the_worlds_of_each_packet(
        rules in prop::collection::vec(model(), 0..6),
        strict in any::<bool>(),
        default in 0..3_usize,
    ) {
        let lines: Vec<String> = rules.iter().enumerate().map(|(at, rule)| rule.line(at + 1)).collect();
        let defaults = [&[][..], &["aws:drop_strict"], &["aws:drop_established"]][default];
        let firewall = stateful(&lines.join("\n"), strict, defaults);
        let mut read = rules.clone();
        if !strict {
            read.sort_by_key(|rule| !rule.pass);
        }
        let (syn, data) = match (strict, default) {
            (false, _) | (_, 0) => (true, true),
            (_, 1) => (false, false),
            _ => (true, false),
        };
        let everything = firewall.request(HeaderSet::all(), false);
        let holds = |parts: &[(HeaderSet, Reason)], header: &Header| {
            parts.iter().filter(|(headers, _)| headers.contains(header)).count()
        };
        for source in ["10.0.0.1", "10.0.0.2"] {
            for l4 in [
                L4::Tcp { source: 40000, destination: 80 },
                L4::Tcp { source: 40000, destination: 443 },
                L4::Udp { source: 40000, destination: 80 },
                L4::Icmp { kind: 8, code: 0 },
                L4::Other(50),
            ] {
                let header = Header {
                    source: source.parse().unwrap(),
                    destination: "203.0.113.5".parse().unwrap(),
                    l4,
                };
                let [mut dropped, mut passed] = worlds(&read, &header, false, data);
                if matches!(l4, L4::Tcp { .. }) {
                    let [first_dropped, first_passed] = worlds(&read, &header, true, syn);
                    dropped |= first_dropped;
                    passed &= first_passed;
                }
                let split = &everything.split;
                let found = (
                    usize::from(split.passed.contains(&header)),
                    holds(&split.unsure, &header),
                    holds(&split.dropped, &header),
                );
                let expected = match (passed, dropped) {
                    (true, false) => (1, 0, 0),
                    (true, true) => (0, 1, 0),
                    (false, _) => (0, 0, 1),
                };
                prop_assert_eq!(found, expected, "{} by {:?}", header, lines);
                prop_assert_eq!(everything.tracked.contains(&header), passed);
            }
        }
    }
}
