//! Security groups (semantics section 4, SG-*).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::packet::{HeaderSet, IcmpSet, IpSet, PortSet, Protocol, Traffic};

/// A security group, compiled: one rule a peer.
#[derive(Debug, Clone)]
pub(crate) struct SecurityGroup {
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    pub(crate) ingress: Vec<Rule>,
    pub(crate) egress: Vec<Rule>,
}

/// One rule with one peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    /// `sgr-…`, where the snapshot has it.
    pub(crate) id: Option<Arc<str>>,
    pub(crate) description: Option<Arc<str>>,
    pub(crate) peer: Peer,
    /// The peer as its author wrote it.
    pub(crate) peer_text: Arc<str>,
    pub(crate) traffic: Traffic,
    /// Whether the rule could be read whole. If not, `traffic` is the widest that it can be.
    pub(crate) readable: bool,
}

/// The other end of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A CIDR block, or a prefix list with its current entries (SG-08, SG-09).
    Addresses(IpSet),
    /// A prefix list whose entries the snapshot lacks: any address of these may be in it.
    UnknownList { id: Arc<str>, widest: IpSet },
    /// The members of a group (SG-10).
    Group(GroupReference),
    /// Text that is no block: any address of these may be meant.
    Unreadable(IpSet),
}

/// A group named by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupReference {
    pub(crate) id: Arc<str>,
    /// Whether the reference is left over from a peering connection that is gone (SG-15).
    pub(crate) stale: bool,
}

/// Whose groups a packet carries (PIPE-06).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sender {
    /// Nobody's: the way that it came by does not keep identity.
    Lost,
    /// One interface's.
    Interface(crate::index::InterfaceIdx),
    /// A load balancer node's, on packets that carry another's address (LB-11).
    Through(crate::index::InterfaceIdx),
    /// Those of whichever interface of this VPC owns the source address.
    Within(crate::index::VpcIdx),
    /// Some interface's outside the snapshot: of a peered VPC that it lacks, or behind a gateway
    /// that this version does not follow.
    Outside,
    /// This sender's, if the way that it came by keeps identity, which nobody knows.
    Perhaps(Box<Sender>),
    /// Nobody knows whose: whatever reference there is may match.
    Unknown,
}

/// Which addresses a group reference stands for in one place: surely, and perhaps.
#[derive(Debug, Clone)]
pub(crate) struct Members {
    pub(crate) sure: IpSet,
    pub(crate) perhaps: IpSet,
}

/// What one rule matches.
#[derive(Debug)]
pub(crate) struct Match<'a> {
    pub(crate) group: &'a SecurityGroup,
    pub(crate) rule: &'a Rule,
    pub(crate) sure: HeaderSet,
    pub(crate) perhaps: HeaderSet,
}

impl Rule {
    fn restrict(headers: &HeaderSet, egress: bool, peer: &IpSet) -> HeaderSet {
        // SG-08: ingress tests the source, egress the destination.
        if egress { headers.restrict_destinations(peer) } else { headers.restrict_sources(peer) }
    }

    /// What of these headers the rule surely, and what it perhaps, lets through.
    fn matches(
        &self,
        headers: &HeaderSet,
        egress: bool,
        members: &dyn Fn(&GroupReference) -> Members,
    ) -> (HeaderSet, HeaderSet) {
        // The other end first: most rules are for other peers, and addresses are compared sooner.
        let restrict =
            |peer: &IpSet| Self::restrict(headers, egress, peer).restrict_traffic(&self.traffic);
        let (sure, perhaps) = match &self.peer {
            Peer::Addresses(addresses) => (restrict(addresses), HeaderSet::empty()),
            Peer::UnknownList { widest, .. } | Peer::Unreadable(widest) => {
                (HeaderSet::empty(), restrict(widest))
            }
            Peer::Group(reference) if reference.stale => (HeaderSet::empty(), HeaderSet::empty()),
            Peer::Group(reference) => {
                let members = members(reference);
                (restrict(&members.sure), restrict(&members.perhaps))
            }
        };
        if self.readable { (sure, perhaps) } else { (HeaderSet::empty(), sure.union(&perhaps)) }
    }

    /// Why nobody can tell what the rule matches.
    fn unsure_reason(&self, group: &SecurityGroup, egress: bool) -> Reason {
        let reason = match &self.peer {
            _ if !self.readable => {
                Reason::new(ExplanationCode::UnreadableEntry, group.component(), &["SG-05"])
            }
            Peer::UnknownList { id, .. } => Reason::new(
                ExplanationCode::UnknownPrefixList,
                Component::new(ComponentKind::PrefixList, id),
                &["SG-09"],
            ),
            Peer::Group(reference) => Reason::new(
                ExplanationCode::UnknownPeeredSgs,
                Component::new(ComponentKind::SecurityGroup, &reference.id),
                &["SG-16"],
            ),
            Peer::Unreadable(_) | Peer::Addresses(_) => {
                Reason::new(ExplanationCode::UnreadableEntry, group.component(), &["SG-08"])
            }
        };
        reason.with(self.evidence(group, egress))
    }

    pub(crate) fn evidence(&self, group: &SecurityGroup, egress: bool) -> Evidence {
        Evidence::SecurityGroupRule {
            group: Arc::clone(&group.id),
            rule: self.id.clone(),
            egress,
            traffic: Arc::from(self.traffic.to_string()),
            peer: Arc::clone(&self.peer_text),
            description: self.description.clone(),
        }
    }
}

impl SecurityGroup {
    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::SecurityGroup, &self.id, self.name.as_ref())
    }

    pub(crate) fn rules(&self, egress: bool) -> &[Rule] {
        if egress { &self.egress } else { &self.ingress }
    }

    /// The rules of this group that let some of these headers through, each with its part.
    pub(crate) fn matches<'a>(
        &'a self,
        egress: bool,
        headers: &'a HeaderSet,
        members: &'a dyn Fn(&GroupReference) -> Members,
    ) -> impl Iterator<Item = Match<'a>> {
        self.rules(egress).iter().filter_map(move |rule| {
            let (sure, perhaps) = rule.matches(headers, egress, members);
            (!sure.is_empty() || !perhaps.is_empty()).then_some(Match {
                group: self,
                rule,
                sure,
                perhaps,
            })
        })
    }
}

/// SG-01, SG-02: the rules of all groups together let through what any of them matches, and
/// nothing else. `meant` gives the addresses that a reference would stand for if the way kept
/// identity: it tells a packet that lost its identity from one that no rule ever meant (PIPE-06).
pub(crate) fn filter(
    interface: Component,
    groups: &[&SecurityGroup],
    egress: bool,
    headers: &HeaderSet,
    members: &dyn Fn(&GroupReference) -> Members,
    meant: &dyn Fn(&GroupReference) -> IpSet,
    record: bool,
) -> Split {
    let mut sure = Vec::new();
    let mut perhaps = Vec::new();
    let mut evidence = Vec::new();
    for group in groups {
        for found in group.matches(egress, headers, members) {
            if record && !found.sure.is_empty() {
                evidence.push(found.rule.evidence(found.group, egress));
            }
            if !found.perhaps.is_empty() {
                perhaps.push((found.perhaps, found.rule.unsure_reason(found.group, egress)));
            }
            sure.push(found.sure);
        }
    }
    let passed = HeaderSet::union_all(sure);
    let mut rest = headers.difference(&passed);
    let mut split = Split::pass(passed);
    split.evidence = evidence;
    for (part, reason) in perhaps {
        let part = part.intersection(&rest);
        rest = rest.difference(&part);
        split.add_unsure(part, reason);
    }
    if !rest.is_empty() {
        let reason = if record {
            drop_reason(interface, groups, egress, &rest, meant)
        } else {
            Reason::new(ExplanationCode::EniSgRulesMismatch, interface, &["SG-01"])
        };
        split.add_dropped(rest, reason);
    }
    split
}

fn drop_reason(
    interface: Component,
    groups: &[&SecurityGroup],
    egress: bool,
    dropped: &HeaderSet,
    meant: &dyn Fn(&GroupReference) -> IpSet,
) -> Reason {
    let (code, rule) = if groups.iter().all(|group| group.rules(egress).is_empty()) {
        (ExplanationCode::SgHasNoRules, "SG-02")
    } else if groups.iter().any(|group| names_the_peer(group, egress, dropped, meant)) {
        (ExplanationCode::SgReferencesNotPreserved, "PIPE-06")
    } else {
        (ExplanationCode::EniSgRulesMismatch, "SG-01")
    };
    groups.iter().fold(Reason::new(code, interface, &[rule]), |reason, group| {
        reason.with(Evidence::SecurityGroup {
            group: Arc::clone(&group.id),
            name: group.name.clone(),
        })
    })
}

/// Whether a rule of the group names a group that the other end belongs to by its address.
fn names_the_peer(
    group: &SecurityGroup,
    egress: bool,
    dropped: &HeaderSet,
    meant: &dyn Fn(&GroupReference) -> IpSet,
) -> bool {
    group.rules(egress).iter().any(|rule| match &rule.peer {
        Peer::Group(reference) => {
            let candidates = dropped.restrict_traffic(&rule.traffic);
            !candidates.is_empty()
                && !Rule::restrict(&candidates, egress, &meant(reference)).is_empty()
        }
        _ => false,
    })
}

/// SG-05: names and numbers of protocols. `-1` is not one.
pub(crate) fn protocol_number(text: &str) -> Option<u8> {
    match text {
        "tcp" => Some(6),
        "udp" => Some(17),
        "icmp" => Some(1),
        "icmpv6" => Some(58),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    }
}

/// SG-06: a port range, both ends included; `None` when it is none.
pub(crate) fn ports(from: i32, to: i32) -> Option<PortSet> {
    let (from, to) = (u16::try_from(from).ok()?, u16::try_from(to).ok()?);
    (from <= to).then(|| PortSet::range(from, to))
}

/// SG-07: an ICMP type and code with −1 as wildcard; a wildcard type has a wildcard code, whatever
/// stands there.
pub(crate) fn icmp_set(kind: i32, code: i32) -> Option<IcmpSet> {
    match (kind, code) {
        (-1, _) => Some(IcmpSet::all()),
        (kind, -1) => Some(IcmpSet::of_type(u8::try_from(kind).ok()?)),
        (kind, code) => {
            Some(IcmpSet::of_type_code(u8::try_from(kind).ok()?, u8::try_from(code).ok()?))
        }
    }
}

/// SG-05 to SG-07: what a rule's protocol and ports stand for. The error carries the widest
/// traffic that can be meant, and what is wrong.
pub(crate) fn traffic(
    protocol: &str,
    from: Option<i32>,
    to: Option<i32>,
) -> Result<Traffic, (Traffic, String)> {
    if protocol == "-1" {
        return Ok(Traffic::all());
    }
    let number = protocol_number(protocol)
        .ok_or_else(|| (Traffic::all(), format!("{protocol:?} is no protocol")))?;
    let protocol = Protocol(number);
    let whole = Traffic::protocol(protocol);
    let bad = |what: &str| (whole.clone(), what.to_owned());
    match protocol {
        Protocol::TCP | Protocol::UDP => {
            let (Some(from), Some(to)) = (from, to) else {
                return Err(bad("it has no port range"));
            };
            let ports =
                ports(from, to).ok_or_else(|| bad(&format!("{from}-{to} is no port range")))?;
            Ok(if protocol == Protocol::TCP { Traffic::tcp(&ports) } else { Traffic::udp(&ports) })
        }
        Protocol::ICMP | Protocol::ICMPV6 => {
            let set = match (from, to) {
                // SG-07: a missing range means everything for ICMPv6, and never comes for ICMP.
                (None, None) if protocol == Protocol::ICMPV6 => IcmpSet::all(),
                (Some(kind), code) => icmp_set(kind, code.unwrap_or(-1)).ok_or_else(|| {
                    bad(&format!("{kind}/{} is no ICMP type and code", code.unwrap_or(-1)))
                })?,
                (None, _) => return Err(bad("it has no ICMP type")),
            };
            Ok(if protocol == Protocol::ICMP { Traffic::icmp(&set) } else { Traffic::icmpv6(&set) })
        }
        _ => Ok(whole),
    }
}
