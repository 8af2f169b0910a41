//! What enters interfaces from an edge of their VPC: walked once for those that only their groups
//! and addresses tell apart.
//!
//! The walk leaves security groups out, as that of a matrix does, and each list of groups is asked
//! once about what arrives. Whatever hangs on more is left to a walk of its own.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustc_hash::FxHashMap;

use super::exposure::{Exposure, Part};
use crate::index::{GroupIdx, InterfaceIdx, SubnetIdx};
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::path::{End, Origin, Terms, Walk, establish};
use crate::rules::{
    Attached, EdgeTable, Host, InterfaceKind, LinkLocal, Selection, Sender, Target,
};

/// Ways in that are known.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    known: FxHashMap<Key, Option<Way>>,
}

/// A way in.
#[derive(Debug)]
struct Way {
    entries: Vec<Entry>,
    /// What lists of groups let in; `None` where nobody can tell of a part.
    admitted: FxHashMap<Vec<GroupIdx>, Option<Vec<Admitted>>>,
}

/// What groups let in of an entry.
#[derive(Debug, Clone)]
struct Admitted {
    headers: HeaderSet,
    sender: Sender,
    v6: bool,
}

/// What a way in sees of an interface beside its groups and addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    edge: Edge,
    subnet: SubnetIdx,
    kind: InterfaceKind,
    source_dest_check: Option<bool>,
    /// Whether it names groups, and whether the snapshot has all that it names.
    groups: [bool; 2],
    /// Which addresses it has: IPv4, a public one for it, IPv6, and whether the internet may use
    /// that.
    has: [bool; 4],
}

/// What arrives at an interface by one way, as if it had no groups.
#[derive(Debug)]
struct Entry {
    arrived: HeaderSet,
    sender: Sender,
    v6: bool,
}

/// The addresses of an interface with one of a family at most.
#[derive(Debug, Clone, Copy)]
struct Addresses {
    /// Where packets are sent to, and where they arrive.
    v4: Option<(Ipv4Addr, Ipv4Addr)>,
    v6: Option<Ipv6Addr>,
}

impl Entries {
    /// What enters an interface; `None` where that has to be walked for itself.
    pub(super) fn exposure(
        &mut self,
        net: &Compiled,
        (edge, index): (Edge, InterfaceIdx),
        sources: &IpSet,
        traffic: &Traffic,
    ) -> Option<Exposure> {
        let (key, addresses) = alike(net, edge, index)?;
        let walk = || {
            let entries = entries(net, (key, index), addresses, sources, traffic)?;
            Some(Way { entries, admitted: FxHashMap::default() })
        };
        let way = self.known.entry(key).or_insert_with(walk).as_mut()?;
        let parts = way.admitted(net, index)?.iter().map(|Admitted { headers, sender, v6 }| {
            let (to, at) = addresses.of(*v6)?;
            Some(Part {
                sent: headers.with_destination(to),
                arrived: headers.with_destination(at),
                sender: sender.clone(),
            })
        });
        Some(Exposure { edge, parts: parts.collect::<Option<_>>()?, uncertain: None })
    }
}

impl Way {
    /// What an interface's groups let in, whatever the address that it is sent to: rules of one
    /// direction say nothing of the interface's own (SG-01).
    fn admitted(&mut self, net: &Compiled, index: InterfaceIdx) -> Option<&[Admitted]> {
        let groups = &net.interfaces[index].groups;
        if !self.admitted.contains_key(groups) {
            let admitted = admit(net, index, &self.entries);
            self.admitted.insert(groups.clone(), admitted);
        }
        self.admitted.get(groups)?.as_deref()
    }
}

fn admit(net: &Compiled, index: InterfaceIdx, entries: &[Entry]) -> Option<Vec<Admitted>> {
    let walk = Walk::forward(net, Terms::default());
    let mut admitted = Vec::new();
    for Entry { arrived, sender, v6 } in entries {
        let split = walk.security_groups(index, false, arrived, sender);
        if !split.unsure.is_empty() {
            return None;
        }
        if !split.passed.is_empty() {
            admitted.push(Admitted { headers: split.passed, sender: sender.clone(), v6: *v6 });
        }
    }
    Some(admitted)
}

impl Addresses {
    /// Where packets of a family are sent to, and where they arrive.
    fn of(self, v6: bool) -> Option<(IpAddr, IpAddr)> {
        match v6 {
            true => self.v6.map(|it| (it.into(), it.into())),
            false => self.v4.map(|(to, at)| (to.into(), at.into())),
        }
    }

    fn sent_to(self) -> IpSet {
        let families = [false, true].into_iter().filter_map(|v6| self.of(v6));
        families.map(|(to, _)| ipnet::IpNet::from(to)).collect()
    }
}

/// How an interface looks to a way in, where nothing but that and its groups counts.
fn alike(net: &Compiled, edge: Edge, index: InterfaceIdx) -> Option<(Key, Addresses)> {
    let interface = &net.interfaces[index];
    let ready = interface.attached == Attached::Yes && *net.host(interface) == Host::Up;
    if !ready || net.crossed().contains(&index) {
        return None;
    }
    let (v4, v6) = (interface.owned.v4(), interface.owned.v6());
    if v4.first() != v4.last() || v6.first() != v6.last() {
        return None;
    }
    let private = v4.first().map(Ipv4Addr::from_bits);
    let v6 = v6.first().map(Ipv6Addr::from_bits);
    let public = match interface.pairings.as_slice() {
        [] => None,
        [pair] if !pair.carrier && Some(pair.private) == private => Some(pair.public),
        _ => return None,
    };
    let global = v6.filter(|it| interface.internet_v6.contains((*it).into()));
    let addresses = match edge {
        Edge::InternetGateway(_) => Addresses { v4: public.zip(private), v6: global },
        Edge::Peering { .. } => Addresses { v4: private.zip(private), v6 },
        Edge::VpnGateway(_) | Edge::EgressOnlyInternetGateway(_) => return None,
    };
    let key = Key {
        edge,
        subnet: interface.subnet?,
        kind: interface.kind,
        source_dest_check: interface.source_dest_check,
        groups: [!interface.group_ids.is_empty(), interface.groups_complete],
        has: [private.is_some(), public.is_some(), v6.is_some(), global.is_some()],
    };
    Some((key, addresses))
}

/// What arrives at an interface as if it had no groups; `None` where that may hang on its address.
fn entries(
    net: &Compiled,
    (key, index): (Key, InterfaceIdx),
    addresses: Addresses,
    sources: &IpSet,
    traffic: &Traffic,
) -> Option<Vec<Entry>> {
    let to = addresses.sent_to();
    if !goes_straight(net, key, &to, sources) {
        return None;
    }
    let headers = HeaderSet::product(sources, &to, traffic);
    let terms = Terms { open: true, ..Terms::default() };
    let reached = |end| end == End::Interface(index);
    let mut entries = Vec::new();
    for flow in establish(net, Origin::Edge(key.edge), &headers, terms, &reached) {
        let sure = flow.forward.end == End::Interface(index)
            && flow.perhaps.is_empty()
            && flow.sometimes.is_empty()
            && !flow.chosen()
            && flow.forward.trail.waypoints.is_empty();
        if !sure {
            return None;
        }
        let arrived = flow.forward.trail.redo(flow.passing);
        let (v4, v6) = (arrived.destinations().only_v4(), arrived.destinations().only_v6());
        match (v4.is_empty(), v6.is_empty()) {
            (true, true) => {}
            (false, false) => return None,
            (_, v4) => entries.push(Entry { arrived, sender: flow.forward.sender, v6: !v4 }),
        }
    }
    Some(entries)
}

/// Whether packets go from the edge to the subnet's interfaces, and replies back to a gateway,
/// without anything on the way that looks at the interface's address.
fn goes_straight(net: &Compiled, key: Key, to: &IpSet, sources: &IpSet) -> bool {
    let subnet = &net.subnets[key.subnet];
    let vpc = &net.vpcs[subnet.vpc];
    if let Edge::InternetGateway(gateway) = key.edge
        && net.internet_gateways[gateway].table != EdgeTable::None
    {
        return false;
    }
    let Some(table) = subnet.table.map(|table| &net.tables[table]) else { return false };
    let here: IpSet = vpc.ranges.iter().copied().collect();
    let near = here.union(&LinkLocal::addresses(vpc.dns)).union(&subnet.ranges);
    let replies = HeaderSet::product(to, sources, &Traffic::all());
    if !replies.destinations().is_disjoint(&near) {
        return false;
    }
    let (parts, _) = table.select(&replies);
    let mut selections = parts.iter().map(|(selection, _)| *selection);
    selections.all(|selection| {
        let route = table.route(selection.position());
        matches!(selection, Selection::Route(_))
            && route.is_some_and(|route| {
                let back = matches!(
                    route.target,
                    Target::InternetGateway(_)
                        | Target::EgressOnlyInternetGateway(_)
                        | Target::Peering(_)
                );
                route.blackhole || back
            })
    })
}
