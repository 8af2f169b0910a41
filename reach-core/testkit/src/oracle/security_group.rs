//! Security groups (section 4).

use std::net::IpAddr;

use reach_core::snapshot::{IpPermission, NetworkInterface, SecurityGroup, SecurityGroupRule};

use super::codes;
use super::interface::{Kind, kind};
use super::model::{Model, Owner, block, every, owns};
use super::network_acl::Way;
use super::walk::{Go, Kept, Scope, Sender, Walk};
use crate::Packet;

/// What one rule, or all of them, say about a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Says<'s> {
    Yes,
    No,
    /// A reference that would match if the packet still carried the sender's identity.
    Lost,
    /// Nobody can tell: code and element.
    Unknown(&'static str, &'s str),
}

/// One source or destination of a rule, whichever call printed it.
enum Peer<'s> {
    /// A block, of IPv4 or not.
    Block(&'s str, bool),
    List(&'s str),
    Group {
        id: &'s str,
        peering: Option<&'s str>,
    },
    /// A pair that names no group.
    Nothing,
}

/// One rule, whichever call printed it (SG-22).
struct Rule<'s> {
    protocol: &'s str,
    from: Option<i32>,
    to: Option<i32>,
    peers: Vec<Peer<'s>>,
}

impl<'s> Walk<'_, 's> {
    /// SG-01: any rule of any group of the interface lets the packet through.
    pub(super) fn groups_pass(&mut self, eni: &'s NetworkInterface, way: Way) -> Go<()> {
        let id = eni.network_interface_id.as_str();
        if unfiltered(eni) {
            return Ok(());
        }
        let mut verdict = Says::No;
        let mut rules = 0;
        if eni.groups.is_empty() {
            // SG-16: a host is always in a group; which one is not told.
            verdict = Says::Unknown(codes::UNKNOWN_RESOURCE, id);
        }
        for group in &eni.groups {
            let mut found = every!(self.model, security_groups);
            let Some(group) = found.find(|found| found.group_id == group.group_id) else {
                verdict = worse(verdict, Says::Unknown(codes::UNKNOWN_RESOURCE, id));
                continue;
            };
            for rule in rules_of(self.model, group, way) {
                rules += rule.peers.len();
                match self.rule_says(group, &rule, way) {
                    Says::Yes => return Ok(()),
                    says => verdict = worse(verdict, says),
                }
            }
        }
        match verdict {
            Says::Unknown(code, element) => self.doubt(code, element),
            Says::Lost => self.deny(codes::SG_REFERENCES_NOT_PRESERVED, id),
            // SG-02.
            _ if rules == 0 => self.deny(codes::SG_HAS_NO_RULES, id),
            _ => self.deny(codes::ENI_SG_RULES_MISMATCH, id),
        }
    }

    fn rule_says(&self, group: &'s SecurityGroup, rule: &Rule<'s>, way: Way) -> Says<'s> {
        let id = group.group_id.as_str();
        let traffic = traffic(rule, &self.packet);
        if traffic == Some(false) {
            return Says::No;
        }
        // SG-08: ingress tests the source, egress the destination.
        let packet = self.packet;
        let address = if way == Way::In { packet.source } else { packet.destination };
        let mut verdict = Says::No;
        for peer in &rule.peers {
            let says = match *peer {
                // PK-01: whatever it says, it is of one family.
                Peer::Block(_, v4) if v4 != address.is_ipv4() => Says::No,
                Peer::Block(text, _) => match block(text) {
                    Some(block) if block.contains(&address) => Says::Yes,
                    Some(_) => Says::No,
                    None => Says::Unknown(codes::UNREADABLE_ENTRY, id),
                },
                Peer::List(list) => listed(self.model, list, address),
                Peer::Group { id: named, peering } => {
                    // SG-12, SG-15: a stale reference matches nothing.
                    let stale = peering.is_some_and(|status| status != "active")
                        || self.model.is_stale(id, named, way == Way::In);
                    match way {
                        _ if stale => Says::Lost,
                        Way::In => self.sender_is_in(named),
                        Way::Out => self.destination_is_in(named, self.scope),
                    }
                }
                Peer::Nothing => Says::No,
            };
            // What it would let through if it could be read, it may let through.
            let says = match (traffic, says) {
                (None, Says::Yes) => Says::Unknown(codes::UNREADABLE_ENTRY, id),
                (_, says) => says,
            };
            if says == Says::Yes {
                return Says::Yes;
            }
            verdict = worse(verdict, says);
        }
        verdict
    }

    /// SG-10, ingress: sent by a member, identity still there, from a private address of it.
    fn sender_is_in(&self, group: &'s str) -> Says<'s> {
        let (eni, kept) = match self.sender {
            Sender::Nobody | Sender::Somebody(Kept::No) => return Says::No,
            // SG-16: somebody in a VPC whose interfaces are not in the snapshot.
            // A group of a VPC that is there has its members there, unless it is shared out.
            Sender::Somebody(_) if self.at_home(group) => return Says::No,
            Sender::Somebody(_) => return Says::Unknown(codes::UNKNOWN_PEERED_SGS, group),
            // LB-11: matches even where the client's address stays.
            Sender::Balancer(eni, kept) => return balancer_is_in(eni, kept, group),
            Sender::Interface(eni, kept) => (eni, kept),
        };
        if !owns(eni, self.packet.source) {
            return Says::No;
        }
        match (member(eni, group), kept) {
            // SG-14, edge: nor does the group of an appliance on the way match.
            (Some(false), _) => Says::No,
            (_, Kept::No) => Says::Lost,
            _ if !self.usable_there(group, eni) => Says::Lost,
            (Some(true), Kept::Yes) => Says::Yes,
            _ => Says::Unknown(codes::UNKNOWN_PEERED_SGS, group),
        }
    }

    /// SG-10, egress: the destination is a private address of a member, on a way that carries
    /// references outward: inside the VPC, or over a same-Region peering (SG-12, SG-13).
    fn destination_is_in(&self, group: &'s str, scope: Scope<'s>) -> Says<'s> {
        let address = self.packet.destination;
        let owner = |vpc: &str| match self.model.owners(vpc, address).first() {
            Some(Owner::Interface(eni)) => Some(*eni),
            _ => None,
        };
        let (vpc, sure) = match scope {
            Scope::Vpc(vpc) => (vpc, true),
            Scope::Perhaps(vpc) => (vpc, false),
            // Wherever it goes, no member of a group that is at home here has the address.
            Scope::Unseen | Scope::Unknown(_)
                if self.at_home(group)
                    && !self.some_member_owns(group, address)
                    && !self.untold_member(group, address) =>
            {
                return Says::No;
            }
            Scope::Unknown(vpc) if self.peerings_known(vpc) => {
                let mut ways = self.scopes_around(vpc);
                ways.push(Scope::Vpc(vpc));
                let says = |way| self.destination_is_in(group, way);
                return ways.into_iter().map(says).fold(Says::No, |told, says| match says {
                    // By that way, if it is that one.
                    Says::Yes => Says::Unknown(codes::UNKNOWN_PEERED_SGS, group),
                    says => worse(told, says),
                });
            }
            Scope::Nowhere(vpc) => {
                let mut ways = self.scopes_around(vpc);
                ways.push(Scope::Vpc(vpc));
                let says = ways.into_iter().map(|way| self.destination_is_in(group, way));
                let says: Vec<_> = says.collect();
                let any = says.contains(&Says::Yes);
                return if any { Says::Yes } else { says.into_iter().fold(Says::No, worse) };
            }
            Scope::Unseen | Scope::Unknown(_) => {
                return Says::Unknown(codes::UNKNOWN_PEERED_SGS, group);
            }
            Scope::None => {
                // It would match if the way carried it.
                let all = self.model.vpc_ids();
                let members = all.into_iter().filter_map(owner);
                let lost = members.filter(|eni| member(eni, group) == Some(true)).count() > 0;
                return if lost { Says::Lost } else { Says::No };
            }
        };
        // ENI-01: of a VPC that the snapshot lacks nobody knows enough.
        let Some(eni) = owner(vpc).filter(|_| self.model.vpc(vpc).is_some()) else {
            // Nobody there has it: all are known, or all members, or the group is at home in another
            // VPC, or no block of the VPC covers it.
            let elsewhere = self.model.vpc(vpc).is_none();
            let known = self.interfaces_known(vpc)
                || self.at_home(group)
                    && (elsewhere
                        || !self.some_member_owns(group, address)
                            && !self.untold_member(group, address))
                || !self.peer_may_have(vpc, address);
            return if known { Says::No } else { Says::Unknown(codes::UNKNOWN_PEERED_SGS, group) };
        };
        match member(eni, group) {
            Some(false) => Says::No,
            _ if !self.usable_there(group, eni) => Says::Lost,
            Some(true) if sure => Says::Yes,
            _ => Says::Unknown(codes::UNKNOWN_PEERED_SGS, group),
        }
    }

    /// SG-16: a group of a VPC that the snapshot has, used nowhere else.
    fn at_home(&self, group: &str) -> bool {
        let mut groups = every!(self.model, security_groups);
        let home = groups.find(|found| found.group_id == group).and_then(|it| it.vpc_id.as_deref());
        let mut shared = every!(self.model, security_group_vpc_associations);
        home.is_some_and(|vpc| self.model.vpc(vpc).is_some())
            && !shared.any(|found| found.group_id == group)
    }

    /// A member that nobody collected may have the address.
    fn untold_member(&self, group: &str, address: IpAddr) -> bool {
        let mut groups = every!(self.model, security_groups);
        let home = groups.find(|found| found.group_id == group).and_then(|it| it.vpc_id.as_deref());
        home.is_some_and(|vpc| !self.interfaces_known(vpc) && self.model.in_vpc(vpc, address))
    }

    fn some_member_owns(&self, group: &str, address: IpAddr) -> bool {
        every!(self.model, network_interfaces)
            .any(|eni| owns(eni, address) && member(eni, group) != Some(false))
    }

    /// SG-19: a group of another VPC needs its association with the member's VPC.
    fn usable_there(&self, group: &str, eni: &'s NetworkInterface) -> bool {
        let vpc = self.model.vpc_of(eni);
        every!(self.model, security_group_vpc_associations)
            .filter(|found| found.group_id == group && Some(found.vpc_id.as_str()) == vpc)
            .all(|found| found.state.as_deref().is_none_or(|state| state == "associated"))
    }
}

/// SG-18, ENI-09: AWS's interfaces without groups are not filtered.
pub(super) fn unfiltered(eni: &NetworkInterface) -> bool {
    match kind(eni) {
        Kind::Nat | Kind::Neither => true,
        // SG-16: every Lambda interface has a group, told or not.
        Kind::Sender if eni.interface_type.as_deref() == Some("lambda") => false,
        Kind::Balancer | Kind::Endpoint | Kind::Strange | Kind::Sender => eni.groups.is_empty(),
        Kind::Host => false,
    }
}

/// Whether an interface is in a group; none if its groups are not told.
fn member(eni: &NetworkInterface, group: &str) -> Option<bool> {
    if eni.groups.is_empty() && kind(eni) == Kind::Host {
        return None;
    }
    Some(eni.groups.iter().any(|found| found.group_id == group))
}

/// LB-11, PIPE-06.
fn balancer_is_in<'s>(node: &NetworkInterface, kept: Kept, group: &'s str) -> Says<'s> {
    match (member(node, group), kept) {
        (Some(false), _) => Says::No,
        (_, Kept::No) => Says::Lost,
        (Some(true), Kept::Yes) => Says::Yes,
        _ => Says::Unknown(codes::UNKNOWN_PEERED_SGS, group),
    }
}

/// Unknown outweighs lost identity, which outweighs a plain no.
fn worse<'s>(one: Says<'s>, two: Says<'s>) -> Says<'s> {
    match (&one, &two) {
        (Says::Unknown(..), _) => one,
        (_, Says::Unknown(..)) => two,
        (Says::Lost, _) => one,
        _ => two,
    }
}

/// SG-09.
fn listed<'s>(model: &Model<'s>, list: &'s str, address: IpAddr) -> Says<'s> {
    if !model.list_of_family(list, address) {
        return Says::No;
    }
    let Some(entries) = model.prefix_list(list) else {
        return Says::Unknown(codes::UNKNOWN_PREFIX_LIST, list);
    };
    let mut verdict = Says::No;
    for entry in entries {
        match block(entry) {
            Some(block) if block.contains(&address) => return Says::Yes,
            Some(_) => {}
            None => verdict = Says::Unknown(codes::UNREADABLE_ENTRY, list),
        }
    }
    verdict
}

/// SG-05 to SG-07: protocol and ports. None if nobody can read them.
fn traffic(rule: &Rule<'_>, packet: &Packet) -> Option<bool> {
    let protocol: i32 = match rule.protocol {
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "icmpv6" => 58,
        other => other.parse().ok().filter(|number| (-1..=255).contains(number))?,
    };
    if protocol == -1 {
        return Some(true);
    }
    if protocol != i32::from(packet.protocol) {
        return Some(false);
    }
    let (first, second) = (i32::from(packet.source_port), i32::from(packet.destination_port));
    match (protocol, rule.from, rule.to) {
        // SG-06: the destination port.
        (6 | 17, Some(from), Some(to)) if from <= to => Some((from..=to).contains(&second)),
        // SG-07: type -1 implies code -1; icmpv6 without a range is everything.
        (58, None, None) | (1 | 58, Some(-1), _) => Some(true),
        (1 | 58, Some(kind), Some(code)) => Some(kind == first && (code == -1 || code == second)),
        (1 | 6 | 17 | 58, _, _) => None,
        // SG-05: ports are ignored.
        _ => Some(true),
    }
}

/// SG-22: the rules of a group in a direction, from either call.
fn rules_of<'s>(model: &Model<'s>, group: &'s SecurityGroup, way: Way) -> Vec<Rule<'s>> {
    let permissions =
        if way == Way::In { &group.ip_permissions } else { &group.ip_permissions_egress };
    let single = every!(model, security_group_rules)
        .filter(|rule| rule.group_id == group.group_id && rule.is_egress == (way == Way::Out));
    permissions.iter().map(of_permission).chain(single.map(of_rule)).collect()
}

fn of_permission(permission: &IpPermission) -> Rule<'_> {
    let pairs = permission.user_id_group_pairs.iter().map(|pair| match pair.group_id.as_deref() {
        Some(id) => Peer::Group { id, peering: pair.peering_status.as_deref() },
        None => Peer::Nothing,
    });
    let peers = permission
        .ip_ranges
        .iter()
        .map(|range| Peer::Block(&range.cidr_ip, true))
        .chain(permission.ipv6_ranges.iter().map(|range| Peer::Block(&range.cidr_ipv6, false)))
        .chain(permission.prefix_list_ids.iter().map(|list| Peer::List(&list.prefix_list_id)))
        .chain(pairs)
        .collect();
    Rule {
        protocol: &permission.ip_protocol,
        from: permission.from_port,
        to: permission.to_port,
        peers,
    }
}

fn of_rule(rule: &SecurityGroupRule) -> Rule<'_> {
    let group = rule.referenced_group_info.as_ref().map(|info| match info.group_id.as_deref() {
        Some(id) => Peer::Group { id, peering: info.peering_status.as_deref() },
        None => Peer::Nothing,
    });
    let v4 = rule.cidr_ipv4.iter().map(|text| Peer::Block(text, true));
    let blocks = v4.chain(rule.cidr_ipv6.iter().map(|text| Peer::Block(text, false)));
    let lists = rule.prefix_list_id.iter().map(|list| Peer::List(list));
    Rule {
        protocol: &rule.ip_protocol,
        from: rule.from_port,
        to: rule.to_port,
        peers: blocks.chain(lists).chain(group).collect(),
    }
}

/// Whether a block is of an address's family; one that nobody can read may be.
fn family(text: &str, address: IpAddr) -> bool {
    block(text).is_none_or(|block| block.addr().is_ipv4() == address.is_ipv4())
}

/// Section 0: whether an interface's groups admit nobody with these ports, wherever from: the code
/// of the certain refusal, if so.
pub(super) fn closed(
    model: &Model<'_>,
    eni: &NetworkInterface,
    packet: &Packet,
) -> Option<&'static str> {
    if unfiltered(eni) || eni.groups.is_empty() {
        return None;
    }
    let mut rules = 0;
    for group in &eni.groups {
        let group =
            every!(model, security_groups).find(|found| found.group_id == group.group_id)?;
        for rule in rules_of(model, group, Way::In) {
            rules += rule.peers.len();
            let someone = rule.peers.iter().any(|peer| match peer {
                Peer::Block(_, v4) => *v4 == packet.source.is_ipv4(),
                Peer::List(list) => {
                    model.list_of_family(list, packet.source)
                        && model.prefix_list(list).is_none_or(|entries| {
                            entries.iter().any(|entry| family(entry, packet.source))
                        })
                }
                // SG-12, SG-15.
                Peer::Group { id, peering } => {
                    peering.is_none_or(|status| status == "active")
                        && !model.is_stale(&group.group_id, id, true)
                }
                Peer::Nothing => false,
            });
            if someone && traffic(&rule, packet) != Some(false) {
                return None;
            }
        }
    }
    Some(if rules == 0 { codes::SG_HAS_NO_RULES } else { codes::ENI_SG_RULES_MISMATCH })
}
