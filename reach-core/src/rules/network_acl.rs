//! Network ACLs (semantics section 5, NA-*).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split, parse_net};
use crate::packet::{HeaderSet, IcmpSet, IpSet, PortSet, Protocol, Traffic};
use crate::snapshot::NetworkAclEntry;

/// A network ACL, compiled: entries of each direction in the order that they are read (NA-03).
#[derive(Debug, Clone)]
pub(crate) struct NetworkAcl {
    pub(crate) id: Arc<str>,
    pub(crate) ingress: Vec<Entry>,
    pub(crate) egress: Vec<Entry>,
}

/// NA-04: the largest number that a user's entry can have.
const LAST_NUMBER: i32 = 32766;

/// One entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) number: i32,
    /// `None` when nobody can tell what it does.
    pub(crate) allow: Option<bool>,
    /// The other end: sources for ingress, destinations for egress (NA-06).
    pub(crate) peer: IpSet,
    pub(crate) traffic: Traffic,
}

impl Entry {
    /// Reads an entry. What cannot be read is kept as an entry that may match anything that the
    /// readable part of it allows; the error says what it was.
    pub(crate) fn compile(entry: &NetworkAclEntry) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let mut allow = match entry.rule_action.as_str() {
            "allow" => Some(true),
            "deny" => Some(false),
            other => {
                problems.push(format!("rule action {other:?} is neither allow nor deny"));
                None
            }
        };
        let (peer, family) = match (&entry.cidr_block, &entry.ipv6_cidr_block) {
            (Some(text), None) => (read_net(text, &IpSet::all_v4()), Family::V4),
            (None, Some(text)) => (read_net(text, &IpSet::all_v6()), Family::V6),
            _ => (Err("it needs exactly one address block".to_owned()), Family::Both),
        };
        let peer = peer.unwrap_or_else(|problem| {
            problems.push(problem);
            allow = None;
            match family {
                Family::V4 => IpSet::all_v4(),
                Family::V6 => IpSet::all_v6(),
                Family::Both => IpSet::all(),
            }
        });
        let traffic = match traffic(entry, family) {
            Ok(traffic) => traffic,
            Err((widest, problem)) => {
                problems.push(problem);
                allow = None;
                widest
            }
        };
        (Self { number: entry.rule_number, allow, peer, traffic }, problems)
    }

    fn matches(&self, headers: &HeaderSet, egress: bool) -> HeaderSet {
        let by_peer = if egress {
            headers.restrict_destinations(&self.peer)
        } else {
            headers.restrict_sources(&self.peer)
        };
        by_peer.restrict_traffic(&self.traffic)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
    Both,
}

fn read_net(text: &str, family: &IpSet) -> Result<IpSet, String> {
    parse_net(text)
        .map(IpSet::from_net)
        .filter(|set| set.is_subset(family))
        .ok_or_else(|| format!("{text:?} is no address block of its family"))
}

/// NA-07 to NA-09: ports count for TCP and UDP, type and code for ICMP, and for ICMPv6 only in an
/// IPv6 entry; for everything else they are ignored.
fn traffic(entry: &NetworkAclEntry, family: Family) -> Result<Traffic, (Traffic, String)> {
    let number = match entry.protocol.as_str() {
        "-1" => return Ok(Traffic::all()),
        text => super::security_group::protocol_number(text)
            .ok_or_else(|| (Traffic::all(), format!("{text:?} is no protocol")))?,
    };
    let protocol = Protocol(number);
    let whole = Traffic::protocol(protocol);
    match protocol {
        Protocol::TCP | Protocol::UDP => {
            let range = entry
                .port_range
                .ok_or_else(|| (whole.clone(), "it has no port range".to_owned()))?;
            let ports = super::security_group::ports(range.from, range.to)
                .ok_or_else(|| (whole.clone(), bad_range(range.from, range.to)))?;
            Ok(by_ports(protocol, &ports))
        }
        Protocol::ICMP => icmp(entry, whole, Traffic::icmp),
        Protocol::ICMPV6 if family == Family::V6 => icmp(entry, whole, Traffic::icmpv6),
        _ => Ok(whole),
    }
}

fn by_ports(protocol: Protocol, ports: &PortSet) -> Traffic {
    if protocol == Protocol::TCP { Traffic::tcp(ports) } else { Traffic::udp(ports) }
}

fn icmp(
    entry: &NetworkAclEntry,
    whole: Traffic,
    make: fn(&IcmpSet) -> Traffic,
) -> Result<Traffic, (Traffic, String)> {
    let type_code = entry
        .icmp_type_code
        .ok_or_else(|| (whole.clone(), "it has no ICMP type and code".to_owned()))?;
    super::security_group::icmp_set(type_code.r#type, type_code.code)
        .map(|set| make(&set))
        .ok_or_else(|| (whole, bad_range(type_code.r#type, type_code.code)))
}

fn bad_range(from: i32, to: i32) -> String {
    format!("{from}-{to} is no range")
}

impl NetworkAcl {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::NetworkAcl, &self.id)
    }

    /// NA-03, NA-04: the first entry that matches decides; no entry is a deny, also when the
    /// snapshot leaves out the final one.
    pub(crate) fn filter(&self, egress: bool, headers: HeaderSet, record: bool) -> Split {
        let entries = if egress { &self.egress } else { &self.ingress };
        let mut split = Split::pass(HeaderSet::empty());
        let mut passed = Vec::new();
        let mut rest = headers;
        for entry in entries {
            if rest.is_empty() {
                break;
            }
            let matched = entry.matches(&rest, egress);
            if matched.is_empty() {
                continue;
            }
            rest = rest.difference(&matched);
            let evidence = || Evidence::NetworkAclEntry {
                acl: Arc::clone(&self.id),
                // NA-04: the final deny is one, whether the snapshot writes it out or not.
                rule_number: Some(entry.number).filter(|number| *number <= LAST_NUMBER),
                egress,
                allow: entry.allow == Some(true),
            };
            match entry.allow {
                Some(true) => {
                    passed.push(matched);
                    if record {
                        split.evidence.push(evidence());
                    }
                }
                Some(false) => {
                    let rule = if entry.number <= LAST_NUMBER { "NA-03" } else { "NA-04" };
                    let code = ExplanationCode::SubnetAclRestriction;
                    split.add_dropped(matched, self.reason(code, rule).with(evidence()));
                }
                None => split.add_unsure(
                    matched,
                    self.reason(ExplanationCode::UnreadableEntry, "NA-03").with(evidence()),
                ),
            }
        }
        split.passed = HeaderSet::union_all(passed);
        let last = Evidence::NetworkAclEntry {
            acl: Arc::clone(&self.id),
            rule_number: None,
            egress,
            allow: false,
        };
        split.add_dropped(
            rest,
            self.reason(ExplanationCode::SubnetAclRestriction, "NA-04").with(last),
        );
        split
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }
}
