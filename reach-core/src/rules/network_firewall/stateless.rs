//! The stateless engine (NFW-02): each packet by itself.

use std::sync::Arc;

use super::first_match::{Applies, Outcomes, Packets, Rule, rule_evidence};
use crate::packet::{HeaderSet, IpSet, PortSet, Protocol, Traffic};
use crate::rules::{ExplanationCode, parse_addr, parse_net};
use crate::snapshot::{
    FirewallAddress, FirewallPortRange, MatchAttributes, StatelessRule, TcpFlagField,
};

/// Reads a rule. What cannot be read may match anything; the error says what it was.
pub(super) fn compile(
    rule: &StatelessRule,
    policy: &Arc<str>,
    group: &str,
) -> (Rule, Option<String>) {
    let definition = &rule.rule_definition;
    let outcomes = actions(&definition.actions);
    let matches = headers(&definition.match_attributes);
    let mut problem = None;
    if outcomes.is_none() {
        problem = Some(format!("{:?} are no actions", definition.actions));
    }
    let (matches, packets) = match matches {
        Ok(matches) => (matches, by_flags(&definition.match_attributes.tcp_flags)),
        Err(text) => {
            problem = Some(text);
            (HeaderSet::all(), Packets::UNDECIDABLE)
        }
    };
    let doubt = if problem.is_some() {
        ExplanationCode::UnreadableEntry
    } else {
        ExplanationCode::FirewallUnsupportedRuleOptions
    };
    let name = format!("priority {}", rule.priority);
    let evidence = rule_evidence(policy, group, &name, &definition.actions.join(", "));
    let outcomes = outcomes.unwrap_or(Outcomes::ANY);
    (Rule { matches, packets, outcomes, evidence, doubt }, problem)
}

/// One standard action; names of custom ones decide nothing.
pub(super) fn actions(actions: &[String]) -> Option<Outcomes> {
    let mut standard = actions.iter().filter_map(|action| action.strip_prefix("aws:"));
    let outcome = match standard.next()? {
        "pass" => Outcomes::PASS,
        "drop" => Outcomes::DROP,
        "forward_to_sfe" => Outcomes::FORWARD,
        _ => return None,
    };
    standard.next().is_none().then_some(outcome)
}

/// NFW-02: an empty list is about everything, and ports are about TCP and UDP only.
fn headers(about: &MatchAttributes) -> Result<HeaderSet, String> {
    let traffic = if about.protocols.is_empty() {
        Traffic::all()
    } else {
        let protocols: Result<Vec<u8>, _> =
            about.protocols.iter().map(|number| u8::try_from(*number)).collect();
        let protocols = protocols.map_err(|_| format!("{:?} are no protocols", about.protocols))?;
        Traffic::union_all(protocols.into_iter().map(|number| Traffic::protocol(Protocol(number))))
    };
    let traffic = traffic
        .from_source_ports(&ports(&about.source_ports)?)
        .to_destination_ports(&ports(&about.destination_ports)?);
    Ok(HeaderSet::product(&addresses(&about.sources)?, &addresses(&about.destinations)?, &traffic))
}

fn addresses(list: &[FirewallAddress]) -> Result<IpSet, String> {
    if list.is_empty() {
        return Ok(IpSet::all());
    }
    let sets: Result<Vec<IpSet>, String> = list
        .iter()
        .map(|address| {
            let text = address.address_definition.as_str();
            let net = parse_net(text).map(IpSet::from_net);
            net.or_else(|| parse_addr(text).map(IpSet::from_addr))
                .ok_or_else(|| format!("{text:?} is no address block"))
        })
        .collect();
    Ok(IpSet::union_all(&sets?))
}

fn ports(list: &[FirewallPortRange]) -> Result<PortSet, String> {
    if list.is_empty() {
        return Ok(PortSet::all());
    }
    let ranges: Result<Vec<(u16, u16)>, String> = list
        .iter()
        .map(|range| {
            let (from, to) = (u16::try_from(range.from_port), u16::try_from(range.to_port));
            match (from, to) {
                (Ok(from), Ok(to)) if from <= to => Ok((from, to)),
                _ => Err(format!("{}-{} is no port range", range.from_port, range.to_port)),
            }
        })
        .collect();
    ranges.map(PortSet::from_ranges)
}

/// NFW-02: flags part the packets of one TCP flow. The first has SYN alone, its answer SYN and ACK,
/// every later one ACK and not SYN; what else they have varies.
fn by_flags(fields: &[TcpFlagField]) -> Packets {
    const CLEAR: &[&str] = &["FIN", "RST", "PSH", "URG"];
    if fields.is_empty() {
        return Packets::BY_HEADER;
    }
    Packets {
        syn: any_matches(fields, &["SYN"], &[CLEAR, &["ACK"]].concat()),
        syn_ack: any_matches(fields, &["SYN", "ACK"], CLEAR),
        data: any_matches(fields, &["ACK"], &["SYN"]),
        other: Applies::Always,
    }
}

fn any_matches(fields: &[TcpFlagField], set: &[&str], clear: &[&str]) -> Applies {
    let mut found = Applies::Never;
    for field in fields {
        match matches_flags(field, set, clear) {
            Applies::Always => return Applies::Always,
            Applies::Maybe => found = Applies::Maybe,
            Applies::Never => {}
        }
    }
    found
}

fn matches_flags(field: &TcpFlagField, set: &[&str], clear: &[&str]) -> Applies {
    const FLAGS: [&str; 8] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
    let names = |list: &[String], flag: &str| list.iter().any(|name| name == flag);
    let known = field.flags.iter().chain(&field.masks).all(|name| FLAGS.contains(&name.as_str()));
    if !known {
        return Applies::Maybe;
    }
    let mut applies = Applies::Always;
    for flag in FLAGS {
        if !field.masks.is_empty() && !names(&field.masks, flag) {
            continue;
        }
        let wanted = names(&field.flags, flag);
        if set.contains(&flag) && !wanted || clear.contains(&flag) && wanted {
            return Applies::Never;
        }
        if !set.contains(&flag) && !clear.contains(&flag) {
            applies = Applies::Maybe;
        }
    }
    applies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::RuleDefinition;

    fn read(about: MatchAttributes, actions: &[&str]) -> (Rule, Option<String>) {
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        let rule_definition = RuleDefinition { match_attributes: about, actions };
        compile(&StatelessRule { priority: 1, rule_definition }, &Arc::from("policy"), "group")
    }

    #[test]
    fn empty_lists_are_about_everything_and_ports_about_tcp_and_udp() {
        let (rule, problem) = read(MatchAttributes::default(), &["aws:pass", "count"]);
        assert_eq!((rule.outcomes, problem), (Outcomes::PASS, None));
        assert!(rule.matches.is_all());

        let about = MatchAttributes {
            sources: vec![FirewallAddress { address_definition: "10.0.0.0/8".into() }],
            destination_ports: vec![FirewallPortRange { from_port: 80, to_port: 90 }],
            protocols: vec![6, 1],
            ..MatchAttributes::default()
        };
        let (rule, _) = read(about, &["aws:drop"]);
        assert_eq!(rule.matches.to_string(), "10.0.0.0/8 -> 0.0.0.0/0: tcp 80-90; icmp");
    }

    #[test]
    fn what_cannot_be_read_may_match_anything() {
        let ports = |from_port, to_port| MatchAttributes {
            source_ports: vec![FirewallPortRange { from_port, to_port }],
            ..MatchAttributes::default()
        };
        let from = |text: &str| MatchAttributes {
            sources: vec![FirewallAddress { address_definition: text.into() }],
            ..MatchAttributes::default()
        };
        let protocols = |protocols| MatchAttributes { protocols, ..MatchAttributes::default() };
        for about in
            [ports(2, 1), ports(-1, 5), ports(1, 65536), from("10.0.0.0/33"), protocols(vec![256])]
        {
            let (rule, problem) = read(about, &["aws:drop"]);
            assert!(problem.is_some() && rule.matches.is_all());
            assert_eq!(rule.packets, Packets::UNDECIDABLE);
            assert_eq!(rule.doubt, ExplanationCode::UnreadableEntry);
        }
        for actions in [&[][..], &["count"], &["aws:pass", "aws:drop"], &["aws:sometimes"]] {
            let (rule, problem) = read(MatchAttributes::default(), actions);
            assert!(problem.is_some() && rule.outcomes == Outcomes::ANY, "{actions:?}");
        }
    }

    #[test]
    fn flags_part_the_packets_of_a_flow() {
        use Applies::{Always, Maybe, Never};
        let strings = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        for (flags, masks, syn, syn_ack, data) in [
            (&["SYN"][..], &["SYN", "ACK"][..], Always, Never, Never),
            (&["SYN", "ACK"], &["SYN", "ACK"], Never, Always, Never),
            (&["ACK"], &["ACK"], Never, Always, Always),
            (&["SYN"], &["SYN"], Always, Always, Never),
            (&["FIN"], &["FIN"], Never, Never, Maybe),
            (&[], &["RST"], Always, Always, Maybe),
            (&["SYN"], &[], Maybe, Never, Never),
            (&["NULL"], &[], Maybe, Maybe, Maybe),
        ] {
            let field = TcpFlagField { flags: strings(flags), masks: strings(masks) };
            let packets = by_flags(&[field]);
            let found = (packets.syn, packets.syn_ack, packets.data);
            assert_eq!(found, (syn, syn_ack, data), "{flags:?} of {masks:?}");
            assert_eq!(packets.other, Always);
        }
    }
}
