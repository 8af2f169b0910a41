//! Rules of the stateful engine (NFW-05): what each is about, and whether a header tells.

use std::sync::Arc;

use super::first_match::{Outcomes, Packets, Rule, rule_evidence};
use super::suricata::{self, Written};
use super::variables::Variables;
use crate::packet::{HeaderSet, IpSet, PortSet, Protocol, Traffic};
use crate::rules::ExplanationCode;
use crate::snapshot::{RuleGroup, RulesSourceList, StatefulRule};

/// A stateful rule group on its way into a policy.
pub(super) struct Group<'a> {
    pub(super) policy: &'a Arc<str>,
    pub(super) arn: &'a str,
    pub(super) variables: Variables<'a>,
    /// `DROP_TO_ALERT` stands beside it in the policy.
    pub(super) drops_nothing: bool,
}

impl Group<'_> {
    /// Its rules in the order that they are written, and what nobody can read.
    pub(super) fn compile(&self, group: &RuleGroup) -> (Vec<Rule>, Vec<String>) {
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        let source = &group.rules_source;
        for line in source.rules_string.iter().flat_map(|text| suricata::lines(text)) {
            match suricata::parse(&line) {
                Some(written) => self.add(&written, &mut rules, &mut problems),
                None => {
                    problems.push(format!("{line:?} is no rule"));
                    rules.extend(self.anything(ExplanationCode::UnreadableEntry, &line));
                }
            }
        }
        for rule in &source.stateful_rules {
            match from_fields(rule) {
                Ok(written) => self.add(&written, &mut rules, &mut problems),
                Err(problem) => {
                    rules.extend(self.anything(ExplanationCode::UnreadableEntry, &problem));
                    problems.push(problem);
                }
            }
        }
        if let Some(list) = &source.rules_source_list {
            self.add_domains(list, &mut rules, &mut problems);
        }
        (rules, problems)
    }

    /// In place of what nobody knows: it may do anything to anything.
    pub(super) fn anything(&self, doubt: ExplanationCode, name: &str) -> Option<Rule> {
        Some(Rule {
            matches: HeaderSet::all(),
            packets: Packets::UNDECIDABLE,
            outcomes: self.outcomes(Outcomes::PASS_OR_DROP)?,
            evidence: rule_evidence(self.policy, self.arn, name, "unknown"),
            doubt,
        })
    }

    /// `None` when it only alerts.
    fn outcomes(&self, outcomes: Outcomes) -> Option<Outcomes> {
        match (self.drops_nothing, outcomes) {
            (true, Outcomes::DROP) => None,
            (true, _) => Some(Outcomes::PASS),
            (false, outcomes) => Some(outcomes),
        }
    }

    fn add(&self, written: &Written<'_>, rules: &mut Vec<Rule>, problems: &mut Vec<String>) {
        let name = written.name();
        let outcomes = match written.action.to_ascii_lowercase().as_str() {
            "pass" => Outcomes::PASS,
            "drop" | "reject" | "rejectsrc" | "rejectdst" | "rejectboth" => Outcomes::DROP,
            "alert" => return,
            other => {
                problems.push(format!("{other:?} is no action ({name})"));
                Outcomes::PASS_OR_DROP
            }
        };
        let Some(outcomes) = self.outcomes(outcomes) else { return };
        let mut doubt = None;
        let mut unclear = |text: &str| {
            problems.push(format!("{text:?} is not known ({name})"));
            doubt = Some(if text.contains('@') {
                ExplanationCode::UnknownPrefixList
            } else {
                ExplanationCode::UnreadableEntry
            });
        };
        let mut addresses = |text: &str| {
            self.variables.read_addresses(text).unwrap_or_else(|| {
                unclear(text);
                IpSet::all()
            })
        };
        let (source, destination) = (addresses(written.source), addresses(written.destination));
        let mut ports = |text: &str| {
            self.variables.read_ports(text).unwrap_or_else(|| {
                unclear(text);
                PortSet::all()
            })
        };
        let (from, to) = (ports(written.source_port), ports(written.destination_port));
        let application = application(written.protocol);
        let (protocols, by_header) = match (transport(written.protocol), application) {
            (Some(protocols), _) => (protocols, true),
            (None, Some(protocols)) => (protocols, false),
            (None, None) => {
                unclear(written.protocol);
                (Traffic::all(), true)
            }
        };
        let traffic = protocols.from_source_ports(&from).to_destination_ports(&to);
        // Ports beside a protocol that has none.
        let any_port = from.is_all() && to.is_all();
        let have_ports = protocols.is_subset(&Traffic::all_tcp().union(&Traffic::all_udp()));
        let odd = !any_port && !have_ports;
        let mut matches = HeaderSet::product(&source, &destination, &traffic);
        if written.both_ways {
            let back = protocols.from_source_ports(&to).to_destination_ports(&from);
            matches = matches.union(&HeaderSet::product(&destination, &source, &back));
        }
        let packets = match by_options(&written.options) {
            Packets::BY_PAYLOAD => Packets::BY_PAYLOAD,
            _ if !by_header => Packets::BY_PAYLOAD,
            _ if odd || doubt.is_some() => Packets::UNDECIDABLE,
            packets => packets,
        };
        rules.push(Rule {
            matches,
            packets,
            outcomes,
            evidence: rule_evidence(self.policy, self.arn, &name, written.action),
            doubt: doubt.unwrap_or(ExplanationCode::FirewallUnsupportedRuleOptions),
        });
    }

    /// NFW-05, NFW-06: names of hosts, which only HTTP and TLS from `HOME_NET` tell. What an allow
    /// list does not name it may drop.
    fn add_domains(
        &self,
        list: &RulesSourceList,
        rules: &mut Vec<Rule>,
        problems: &mut Vec<String>,
    ) {
        let kind = list.generated_rules_type.as_deref().unwrap_or("unknown");
        let outcomes = match kind {
            "ALERTLIST" => return,
            "DENYLIST" | "REJECTLIST" => Outcomes::DROP,
            "ALLOWLIST" => Outcomes::PASS_OR_DROP,
            other => {
                problems.push(format!("{other:?} is no type of domain list"));
                Outcomes::PASS_OR_DROP
            }
        };
        let Some(outcomes) = self.outcomes(outcomes) else { return };
        let home = self.variables.read_addresses("$HOME_NET").unwrap_or_else(IpSet::all);
        rules.push(Rule {
            matches: HeaderSet::product(&home, &IpSet::all(), &Traffic::all_tcp()),
            packets: Packets::BY_PAYLOAD,
            outcomes,
            evidence: rule_evidence(self.policy, self.arn, "domain list", kind),
            doubt: ExplanationCode::FirewallUnsupportedRuleOptions,
        });
    }
}

fn from_fields(rule: &StatefulRule) -> Result<Written<'_>, String> {
    let header = &rule.header;
    let name = || {
        let sid = rule.rule_options.iter().find(|option| option.keyword.as_deref() == Some("sid"));
        sid.map_or_else(|| "no sid".to_owned(), |sid| format!("sid {}", sid.settings.join(",")))
    };
    for (what, value) in [
        ("Protocol", &header.protocol),
        ("Source", &header.source),
        ("SourcePort", &header.source_port),
        ("Destination", &header.destination),
        ("DestinationPort", &header.destination_port),
    ] {
        if value.as_deref().unwrap_or_default().is_empty() {
            return Err(format!("a rule has no {what} ({})", name()));
        }
    }
    let both_ways = match header.direction.as_deref() {
        Some("FORWARD") => false,
        Some("ANY") => true,
        other => return Err(format!("{other:?} is no direction ({})", name())),
    };
    Ok(Written {
        action: rule.action.as_deref().unwrap_or_default(),
        protocol: header.protocol.as_deref().unwrap_or_default(),
        source: header.source.as_deref().unwrap_or_default(),
        source_port: header.source_port.as_deref().unwrap_or_default(),
        both_ways,
        destination: header.destination.as_deref().unwrap_or_default(),
        destination_port: header.destination_port.as_deref().unwrap_or_default(),
        options: rule
            .rule_options
            .iter()
            .map(|option| {
                let value = option.settings.first().map_or("", String::as_str);
                (option.keyword.as_deref().unwrap_or_default(), value)
            })
            .collect(),
    })
}

/// Protocols that a header tells.
fn transport(name: &str) -> Option<Traffic> {
    match name.to_ascii_lowercase().as_str() {
        "ip" => Some(Traffic::all()),
        "tcp" => Some(Traffic::all_tcp()),
        "udp" => Some(Traffic::all_udp()),
        "icmp" => Some(Traffic::all_icmp().union(&Traffic::all_icmpv6())),
        "icmpv4" => Some(Traffic::all_icmp()),
        "icmpv6" => Some(Traffic::all_icmpv6()),
        "sctp" => Protocol::from_name("sctp").map(Traffic::protocol),
        _ => None,
    }
}

/// What carries the protocols that only a payload tells.
fn application(name: &str) -> Option<Traffic> {
    match name.to_ascii_lowercase().as_str() {
        "http" | "http1" | "http2" | "tls" | "ssl" | "ssh" | "smtp" | "ftp" | "ftp-data"
        | "imap" | "pop3" | "smb" | "msn" | "rdp" | "rfb" | "mqtt" | "telnet" | "websocket"
        | "ldap" | "pgsql" | "modbus" | "dnp3" => Some(Traffic::all_tcp()),
        "ike" | "ikev2" | "tftp" | "ntp" | "dhcp" | "quic" | "snmp" => Some(Traffic::all_udp()),
        "dns" | "dcerpc" | "krb5" | "sip" | "nfs" | "enip" => {
            Some(Traffic::all_tcp().union(&Traffic::all_udp()))
        }
        _ => None,
    }
}

/// NFW-05: options that say nothing about packets, options about the payload, and the rest.
fn by_options(options: &[(&str, &str)]) -> Packets {
    const NEUTRAL: [&str; 10] = [
        "msg",
        "sid",
        "rev",
        "gid",
        "classtype",
        "priority",
        "metadata",
        "reference",
        "noalert",
        "target",
    ];
    let mut packets = Packets::BY_HEADER;
    for (keyword, value) in options {
        let keyword = keyword.to_ascii_lowercase();
        if needs_payload(&keyword, value) {
            return Packets::BY_PAYLOAD;
        }
        if !NEUTRAL.contains(&keyword.as_str()) {
            packets = Packets::UNDECIDABLE;
        }
    }
    packets
}

/// Whether no packet of TCP's handshake can match: all options of a rule must hold.
fn needs_payload(keyword: &str, value: &str) -> bool {
    const FAMILIES: [&str; 27] = [
        "http",
        "http2",
        "tls",
        "ssl",
        "ssh",
        "dns",
        "ja3",
        "ja3s",
        "ja4",
        "smb",
        "ftp",
        "ftpdata",
        "smtp",
        "krb5",
        "mqtt",
        "snmp",
        "sip",
        "rfb",
        "quic",
        "ike",
        "file",
        "filename",
        "fileext",
        "filemagic",
        "filestore",
        "dcerpc",
        "nfs",
    ];
    let family = keyword.split(['.', '_']).next().unwrap_or(keyword);
    match keyword {
        // The absence of something in a packet without payload is a matter of taste.
        "content" | "uricontent" | "pcre" => !value.trim_start().starts_with('!'),
        "app-layer-protocol" => {
            let name = value.trim().split(',').next().unwrap_or_default();
            application(name).is_some()
        }
        "flow" => value.split(',').any(|state| state.trim() == "established"),
        _ => FAMILIES.contains(&family),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{RuleHeader, RuleOption, RulesSource};

    fn compile(source: RulesSource, drops_nothing: bool) -> (Vec<Rule>, Vec<String>) {
        let home = "10.0.0.0/16".parse::<ipnet::IpNet>().unwrap();
        let variables = Variables { home: Some(home.into()), ..Variables::default() };
        let policy = Arc::from("policy");
        let group = Group { policy: &policy, arn: "group", variables, drops_nothing };
        group.compile(&RuleGroup { rules_source: source, ..RuleGroup::default() })
    }

    fn text(rules: &str) -> RulesSource {
        RulesSource { rules_string: Some(rules.to_owned()), ..RulesSource::default() }
    }

    #[test]
    fn a_header_tells_or_does_not() {
        const V4: &str = "10.0.0.0/16 -> 0.0.0.0/0";
        for (line, outcomes, packets, matches) in [
            (
                "pass tcp $HOME_NET any -> any 443 (msg:\"m\"; sid:1; rev:2;)",
                Outcomes::PASS,
                Packets::BY_HEADER,
                format!("{V4}: tcp 443"),
            ),
            (
                "drop udp $HOME_NET any -> 192.0.2.1 [53,123] (sid:1;)",
                Outcomes::DROP,
                Packets::BY_HEADER,
                "10.0.0.0/16 -> 192.0.2.1: udp 53, 123".to_owned(),
            ),
            (
                "reject icmp $HOME_NET any -> any any (sid:1;)",
                Outcomes::DROP,
                Packets::BY_HEADER,
                format!("{V4}: icmp; icmpv6"),
            ),
            (
                "pass tcp 10.0.0.1 any <> 192.0.2.1 any (sid:1;)",
                Outcomes::PASS,
                Packets::BY_HEADER,
                "10.0.0.1 -> 192.0.2.1: tcp | 192.0.2.1 -> 10.0.0.1: tcp".to_owned(),
            ),
            (
                "pass tls $HOME_NET any -> any 443 (tls.sni; content:\"x\"; sid:1;)",
                Outcomes::PASS,
                Packets::BY_PAYLOAD,
                format!("{V4}: tcp 443"),
            ),
            (
                "drop dns $HOME_NET any -> any 53 (sid:1;)",
                Outcomes::DROP,
                Packets::BY_PAYLOAD,
                format!("{V4}: tcp 53; udp 53"),
            ),
            (
                "pass tcp $HOME_NET any -> any 22 (flow:to_server, established; sid:1;)",
                Outcomes::PASS,
                Packets::BY_PAYLOAD,
                format!("{V4}: tcp 22"),
            ),
            (
                "pass tcp $HOME_NET any -> any 22 (flow:not_established; sid:1;)",
                Outcomes::PASS,
                Packets::UNDECIDABLE,
                format!("{V4}: tcp 22"),
            ),
            (
                "drop tcp $HOME_NET any -> any 22 (content:!\"x\"; sid:1;)",
                Outcomes::DROP,
                Packets::UNDECIDABLE,
                format!("{V4}: tcp 22"),
            ),
        ] {
            let (rules, problems) = compile(text(line), false);
            let [rule] = &rules[..] else { panic!("{line}") };
            assert_eq!(problems, [""; 0], "{line}");
            assert_eq!((rule.outcomes, rule.packets), (outcomes, packets), "{line}");
            assert_eq!(rule.matches.to_string(), matches, "{line}");
        }
    }

    #[test]
    fn what_is_not_known_leaves_the_widest() {
        for (line, doubt) in [
            ("pass tcp @LIST any -> any any (sid:1;)", ExplanationCode::UnknownPrefixList),
            ("pass tcp $NETS any -> any any (sid:1;)", ExplanationCode::UnreadableEntry),
            ("pass tcp any $PORTS -> any any (sid:1;)", ExplanationCode::UnreadableEntry),
            ("pass carrier-pigeon any any -> any any (sid:1;)", ExplanationCode::UnreadableEntry),
            (
                "maybe ip any any -> any any (sid:1;)",
                ExplanationCode::FirewallUnsupportedRuleOptions,
            ),
            ("pass tcp any any (sid:1;)", ExplanationCode::UnreadableEntry),
        ] {
            let (rules, problems) = compile(text(line), false);
            let [rule] = &rules[..] else { panic!("{line}") };
            assert_eq!((problems.len(), rule.doubt), (1, doubt), "{line}");
            assert!(rule.packets == Packets::UNDECIDABLE || !rule.outcomes.certain(), "{line}");
            assert!(rule.matches.traffic().tcp_ports().is_all(), "{line}");
        }
    }

    #[test]
    fn alerts_decide_nothing() {
        let lines = "alert tcp any any -> any any (sid:1;)\ndrop ip any any -> any any (sid:2;)";
        let outcomes = |drops_nothing| -> Vec<Outcomes> {
            compile(text(lines), drops_nothing).0.iter().map(|rule| rule.outcomes).collect()
        };
        assert_eq!(outcomes(false), [Outcomes::DROP]);
        assert_eq!(outcomes(true), []);
    }

    #[test]
    fn fields_say_the_same_as_text() {
        let option = |keyword: &str, setting: &str| RuleOption {
            keyword: Some(keyword.to_owned()),
            settings: vec![setting.to_owned()],
        };
        let mut rule = StatefulRule {
            action: Some("PASS".into()),
            header: RuleHeader {
                protocol: Some("TCP".into()),
                source: Some("$HOME_NET".into()),
                source_port: Some("ANY".into()),
                direction: Some("FORWARD".into()),
                destination: Some("ANY".into()),
                destination_port: Some("443".into()),
            },
            rule_options: vec![option("sid", "5")],
        };
        let read = |rule: &StatefulRule| {
            let stateful_rules = vec![rule.clone()];
            compile(RulesSource { stateful_rules, ..RulesSource::default() }, false)
        };
        let (rules, problems) = read(&rule);
        assert!(problems.is_empty());
        assert_eq!(rules[0].matches.to_string(), "10.0.0.0/16 -> 0.0.0.0/0: tcp 443");
        assert_eq!(rules[0].packets, Packets::BY_HEADER);
        rule.rule_options.push(option("tls.sni", ""));
        assert_eq!(read(&rule).0[0].packets, Packets::BY_PAYLOAD);
        rule.header.direction = None;
        let (rules, problems) = read(&rule);
        assert!(rules[0].matches.is_all() && problems.len() == 1);
    }

    #[test]
    fn domain_lists_are_about_tcp_from_home() {
        for (kind, outcomes) in [
            ("ALLOWLIST", Some(Outcomes::PASS_OR_DROP)),
            ("DENYLIST", Some(Outcomes::DROP)),
            ("REJECTLIST", Some(Outcomes::DROP)),
            ("ALERTLIST", None),
        ] {
            let list = RulesSourceList {
                targets: vec!["example.org".into()],
                target_types: vec!["TLS_SNI".into()],
                generated_rules_type: Some(kind.into()),
            };
            let source = RulesSource { rules_source_list: Some(list), ..RulesSource::default() };
            let (rules, _) = compile(source, false);
            assert_eq!(rules.first().map(|rule| rule.outcomes), outcomes, "{kind}");
            for rule in rules {
                assert_eq!(rule.matches.to_string(), "10.0.0.0/16 -> 0.0.0.0/0: tcp");
                assert_eq!(rule.packets, Packets::BY_PAYLOAD);
            }
        }
    }
}
