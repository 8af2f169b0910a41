//! Which interfaces are alike: for every question about two ends, one of a class stands for all.
//!
//! What a packet meets between two addresses is decided by the ends in two ways. The *way*
//! (routes, ACLs, gateways, hosts) sees where an address is and which sets of the network hold it;
//! *security groups* see which rules an interface has, which blocks hold the other address, and
//! which groups that are named anywhere the other end is in. Interfaces that nothing sees a
//! difference between can be swapped, and the network is the same.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atoms::{Atoms, number};
use crate::index::{
    DenseIndex, EndpointIdx, GroupIdx, InterfaceIdx, LoadBalancerIdx, SubnetIdx, TableIdx, VpcIdx,
};
use crate::network::Compiled;
use crate::packet::{IpSet, Traffic};
use crate::rules::{Attached, Host, Interface, InterfaceKind, Peer};

/// An address of an interface.
pub(super) type Place = (InterfaceIdx, IpAddr);

/// How an interface stands in the matrix.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The kinds of addresses that it has.
    pub(super) spots: Vec<u32>,
    /// What its groups let out, and in.
    pub(super) out: u32,
    pub(super) into: u32,
    /// It is like nothing else: every pair with it on this side is asked whole.
    pub(super) odd_source: bool,
    pub(super) odd_destination: bool,
}

/// A kind of address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Spot {
    pub(super) way: u32,
    pub(super) peer: u32,
}

/// The classes of all interfaces of a network.
#[derive(Debug, Default)]
pub(super) struct Classes {
    standings: Vec<Standing>,
    pub(super) spots: Vec<Spot>,
    /// Two places of each way class, of different interfaces, if it has two.
    pub(super) ways: Vec<Vec<Place>>,
    /// What the groups of others see.
    pub(super) peers: Vec<PeerClass>,
    /// An interface of each class of groups, by direction.
    pub(super) out: Vec<InterfaceIdx>,
    pub(super) into: Vec<InterfaceIdx>,
    /// Numbers of the groups that some rule names.
    pub(super) referenced: FxHashMap<Arc<str>, u32>,
    /// Interfaces that are not alone with one of their addresses.
    pub(super) shared: FxHashSet<InterfaceIdx>,
}

/// What the groups of others see of an address.
#[derive(Debug)]
pub(super) struct PeerClass {
    /// A place of the class.
    pub(super) place: Place,
    /// Groups that some rule names, ascending.
    pub(super) groups: Vec<u32>,
    /// Nobody told its groups (SG-16).
    pub(super) untold: bool,
}

/// What the way sees of an address.
#[derive(Debug, PartialEq, Eq, Hash)]
struct WayKey {
    v6: bool,
    atom: u32,
    vpc: Option<VpcIdx>,
    subnet: Option<SubnetIdx>,
    kind: InterfaceKind,
    attached: bool,
    host: Option<bool>,
    source_dest_check: Option<bool>,
    internet_v6: bool,
    /// The public address that stands for it: where it lies, and whether a carrier's.
    public: Vec<(u32, u32, bool)>,
    /// Where something names this very interface or address.
    named: Option<Place>,
}

/// What the groups of others see of an address.
#[derive(Debug, PartialEq, Eq, Hash)]
struct PeerKey {
    v6: bool,
    atom: u32,
    groups: Vec<u32>,
    untold: bool,
    vpc: Option<VpcIdx>,
    shared: Option<Place>,
}

/// What a list of groups lets through in one direction.
#[derive(Debug, PartialEq, Eq, Hash)]
struct GroupsKey {
    asked: bool,
    filtered: bool,
    complete: bool,
    contents: Vec<u32>,
    /// What a reference stands for depends on where routes lead (SG-10).
    subnet: Option<SubnetIdx>,
    balancer: Option<LoadBalancerIdx>,
    endpoint: Option<EndpointIdx>,
}

/// A rule without what only its evidence needs.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum RuleKey<'n> {
    Addresses(&'n IpSet, &'n Traffic, bool),
    Open(&'n IpSet, &'n Traffic),
    Group(&'n str, bool, &'n Traffic, bool),
}

/// The rules of each group, by direction: their number, and whether some of them name groups.
struct Contents {
    ingress: Vec<(u32, bool)>,
    egress: Vec<(u32, bool)>,
}

impl Classes {
    pub(super) fn of(net: &Compiled) -> Self {
        let network = Atoms::of(&network_sets(net));
        let groups = Atoms::of(&group_sets(net));
        let contents = Contents::of(net);
        let referenced = referenced(net);
        let named = net.named();
        let shared = net.shared();
        let (mut spots, mut ways) = (FxHashMap::default(), FxHashMap::default());
        let (mut peers, mut out, mut into) =
            (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        let mut classes = Self::default();
        for (index, interface) in net.interfaces.iter() {
            let alone = named.contains(&index) || shared.contains(&index);
            let mut standing = Standing {
                odd_source: net.connect_endpoints.get(&index).is_some_and(|it| it.preserves),
                odd_destination: interface.vpc.is_none()
                    || net
                        .endpoint_of
                        .get(&index)
                        .is_some_and(|endpoint| net.endpoint_services.contains_key(endpoint)),
                ..Standing::default()
            };
            let member_of = member_of(net, interface, &referenced);
            let host = net.host(interface);
            for address in addresses(&network, &groups, interface) {
                let place = (index, address);
                let key = way_key((index, interface, host), address, (&network, &groups), alone);
                let way = number(&mut ways, key);
                remember(&mut classes.ways, way, place);
                let shared = alone.then_some(place);
                let key = peer_key(interface, address, &groups, &member_of, shared);
                let peer = number(&mut peers, key);
                if peer as usize == classes.peers.len() {
                    classes.peers.push(PeerClass {
                        place,
                        groups: member_of.clone(),
                        untold: interface.groups_untold(),
                    });
                }
                let spot = number(&mut spots, Spot { way, peer });
                if spot as usize == classes.spots.len() {
                    classes.spots.push(Spot { way, peer });
                }
                standing.spots.push(spot);
            }
            standing.spots.sort_unstable();
            standing.spots.dedup();
            standing.out = number(&mut out, contents.key(net, index, true));
            standing.into = number(&mut into, contents.key(net, index, false));
            if standing.out as usize == classes.out.len() {
                classes.out.push(index);
            }
            if standing.into as usize == classes.into.len() {
                classes.into.push(index);
            }
            if alone && wide(&interface.owned) {
                standing.odd_source = true;
                standing.odd_destination = true;
            }
            // One that was taken out leaves a gap.
            classes.standings.resize_with(index.to_usize(), Standing::default);
            classes.standings.push(standing);
        }
        classes.shared = shared;
        classes.referenced = referenced;
        classes
    }

    pub(super) fn standing(&self, index: InterfaceIdx) -> Option<&Standing> {
        self.standings.get(index.to_usize())
    }
}

/// At least one address of each part of an interface's addresses that something tells apart.
fn addresses(network: &Atoms, groups: &Atoms, interface: &Interface) -> Vec<IpAddr> {
    let set = &interface.owned;
    let mut found = network.cuts(set);
    if wide(set) {
        found.extend(groups.cuts(set));
        let paired = interface.pairings.iter().map(|pair| pair.private);
        let beside = paired.clone().filter_map(|it| it.to_bits().checked_add(1));
        let both = paired.chain(beside.map(Ipv4Addr::from_bits)).map(IpAddr::V4);
        found.extend(both.filter(|address| set.contains(*address)));
    }
    found
}

/// Whether it has ranges of more than one address.
fn wide(set: &IpSet) -> bool {
    set.v4().ranges().any(|(first, last)| first < last)
        || set.v6().ranges().any(|(first, last)| first < last)
}

fn remember(ways: &mut Vec<Vec<Place>>, way: u32, place: Place) {
    match ways.get_mut(way as usize) {
        None => ways.push(vec![place]),
        Some(places) => {
            if places.len() < 2 && places.iter().all(|(index, _)| *index != place.0) {
                places.push(place);
            }
        }
    }
}

fn way_key(
    (index, interface, host): (InterfaceIdx, &Interface, &Host),
    address: IpAddr,
    (network, groups): (&Atoms, &Atoms),
    alone: bool,
) -> WayKey {
    let pairs = interface.pairings.iter().filter(|pair| IpAddr::V4(pair.private) == address);
    let mut public: Vec<_> = pairs
        .map(|pair| {
            let public = IpAddr::V4(pair.public);
            (network.at(public), groups.at(public), pair.carrier)
        })
        .collect();
    public.sort_unstable();
    WayKey {
        v6: address.is_ipv6(),
        atom: network.at(address),
        vpc: interface.vpc,
        subnet: interface.subnet,
        kind: interface.kind,
        attached: interface.attached == Attached::Yes,
        host: match host {
            Host::Up => Some(true),
            Host::Down { .. } => Some(false),
            Host::Unknown { .. } => None,
        },
        source_dest_check: interface.source_dest_check,
        internet_v6: interface.internet_v6.contains(address),
        public,
        named: alone.then_some((index, address)),
    }
}

fn peer_key(
    interface: &Interface,
    address: IpAddr,
    groups: &Atoms,
    member_of: &[u32],
    shared: Option<Place>,
) -> PeerKey {
    let untold = interface.groups_untold();
    PeerKey {
        v6: address.is_ipv6(),
        atom: groups.at(address),
        vpc: interface.vpc.filter(|_| untold || !member_of.is_empty()),
        groups: member_of.to_vec(),
        untold,
        shared,
    }
}

/// The groups of an interface that some rule names, ascending.
fn member_of(
    net: &Compiled,
    interface: &Interface,
    referenced: &FxHashMap<Arc<str>, u32>,
) -> Vec<u32> {
    let ids = interface.group_ids.iter().filter(|id| net.member_of(interface, id));
    let mut groups: Vec<u32> = ids.filter_map(|id| referenced.get(id).copied()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

impl Contents {
    fn of(net: &Compiled) -> Self {
        let mut known: FxHashMap<Vec<RuleKey<'_>>, u32> = FxHashMap::default();
        let mut contents = Self { ingress: Vec::new(), egress: Vec::new() };
        for (_, group) in net.groups.iter() {
            for (egress, list) in [(false, &mut contents.ingress), (true, &mut contents.egress)] {
                let rules = group.rules(egress).iter();
                let mut keys: Vec<_> = rules
                    .map(|rule| match &rule.peer {
                        Peer::Addresses(set) => {
                            RuleKey::Addresses(set, &rule.traffic, rule.readable)
                        }
                        Peer::UnknownList { widest: set, .. } | Peer::Unreadable(set) => {
                            RuleKey::Open(set, &rule.traffic)
                        }
                        Peer::Group(reference) => RuleKey::Group(
                            &reference.id,
                            reference.stale,
                            &rule.traffic,
                            rule.readable,
                        ),
                    })
                    .collect();
                keys.sort_unstable();
                keys.dedup();
                let refers = keys.iter().any(|key| matches!(key, RuleKey::Group(..)));
                list.push((number(&mut known, keys), refers));
            }
        }
        contents
    }

    fn key(&self, net: &Compiled, index: InterfaceIdx, egress: bool) -> GroupsKey {
        let interface = &net.interfaces[index];
        let asked = !egress || departs(interface);
        let filtered = asked && interface.kind.filtered(!interface.group_ids.is_empty());
        let list = if egress { &self.egress } else { &self.ingress };
        let of = |group: &GroupIdx| list.get(group.to_usize()).copied();
        let found: Vec<_> = interface.groups.iter().filter_map(of).collect();
        let mut contents: Vec<u32> = found.iter().map(|(number, _)| *number).collect();
        contents.sort_unstable();
        contents.dedup();
        let refers = found.iter().any(|(_, refers)| *refers);
        contents.retain(|_| filtered);
        GroupsKey {
            asked,
            filtered,
            complete: !filtered || interface.groups_complete,
            contents,
            subnet: interface.subnet.filter(|_| filtered && egress && refers),
            balancer: net.balancer_nodes.get(&index).copied(),
            endpoint: net.endpoint_of.get(&index).copied(),
        }
    }
}

/// ENI-01: where nobody knows an interface's subnet, its packets are lost to doubt before its
/// groups are asked.
pub(super) fn departs(interface: &Interface) -> bool {
    interface.vpc.is_some() && interface.subnet.is_some()
}

/// The groups that some rule names.
fn referenced(net: &Compiled) -> FxHashMap<Arc<str>, u32> {
    let rules = net.groups.iter().flat_map(|(_, group)| group.ingress.iter().chain(&group.egress));
    let mut known = FxHashMap::default();
    for rule in rules {
        if let Peer::Group(reference) = &rule.peer {
            number(&mut known, Arc::clone(&reference.id));
        }
    }
    known
}

/// Every set of addresses that something on the way between two ends looks into.
fn network_sets(net: &Compiled) -> Vec<IpSet> {
    let mut sets = crate::rules::fixed_sets();
    sets.extend(net.vpcs.iter().flat_map(|(_, vpc)| {
        let services = crate::rules::LinkLocal::addresses(vpc.dns);
        vpc.ranges.iter().map(|range| IpSet::from_net(*range)).chain([services])
    }));
    for (_, subnet) in net.subnets.iter() {
        sets.extend([subnet.ranges.clone(), subnet.public_v6.clone()]);
    }
    for (_, acl) in net.acls.iter() {
        sets.extend(acl.ingress.iter().chain(&acl.egress).map(|entry| entry.peer.clone()));
    }
    let cells = net.tables.iter().flat_map(|(_, table)| table.cells());
    sets.extend(cells.map(|(_, set)| set.clone()));
    sets.extend(net.transit_tables.iter().flat_map(|(_, table)| table.cells().cloned()));
    sets.extend(net.vpn_gateways.iter().map(|(_, gateway)| gateway.prefixes.clone()));
    sets.extend(peer_ranges(net).cloned());
    for (_, firewall) in net.firewalls.iter() {
        for matches in firewall.matches() {
            for (sources, destinations, _) in matches.products() {
                sets.extend([sources, destinations]);
            }
        }
    }
    sets
}

/// Every set of addresses that the rules of a group and the targets of a load balancer look into.
fn group_sets(net: &Compiled) -> Vec<IpSet> {
    let rules = net.groups.iter().flat_map(|(_, group)| group.ingress.iter().chain(&group.egress));
    let sets = rules.filter_map(|rule| match &rule.peer {
        Peer::Addresses(set) | Peer::UnknownList { widest: set, .. } | Peer::Unreadable(set) => {
            Some(set)
        }
        Peer::Group(_) => None,
    });
    // SG-16: whoever is in a peer VPC that the snapshot lacks may be in a group.
    let targets = net.load_balancers.iter().flat_map(|(_, it)| it.outbound.products());
    let sets = sets.chain(peer_ranges(net)).cloned();
    sets.chain(targets.map(|(_, targets, _)| targets)).chain(led(net)).collect()
}

/// SG-10: what outbound references stand for depends on where routes lead.
fn led(net: &Compiled) -> Vec<IpSet> {
    let refers = |group: &GroupIdx| {
        net.groups[*group].rules(true).iter().any(|rule| matches!(rule.peer, Peer::Group(_)))
    };
    let senders = net.interfaces.iter().filter(|(_, it)| it.groups.iter().any(refers));
    let subnets: BTreeSet<SubnetIdx> = senders.filter_map(|(_, it)| it.subnet).collect();
    let tables = subnets.iter().filter_map(|subnet| net.subnets[*subnet].table);
    let tables: BTreeSet<TableIdx> = tables.collect();
    let ranges = subnets.iter().map(|subnet| net.subnets[*subnet].ranges.clone());
    let cells = tables.iter().flat_map(|table| net.tables[*table].cells());
    ranges.chain(cells.map(|(_, set)| set.clone())).collect()
}

fn peer_ranges(net: &Compiled) -> impl Iterator<Item = &IpSet> {
    let sides = net.peerings.iter().flat_map(|(_, it)| [&it.requester, &it.accepter]);
    sides.map(|side| &side.ranges)
}

/// The id that an interface is told by.
pub(super) fn id_of(net: &Compiled, index: InterfaceIdx) -> &Arc<str> {
    &net.interfaces[index].id
}
