//! What can enter an interface from each edge of its VPC.

use std::sync::LazyLock;

use super::endpoint::{internet_addresses, known_prefixes, peer_ranges};
use super::entries::Entries;
use crate::index::InterfaceIdx;
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::path::{End, Explanation, Origin, Terms, Walk, establish};
use crate::rules::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Sender, Target};
use crate::snapshot::Kind;

/// Traffic that can enter an interface from an edge and is answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exposure {
    pub(crate) edge: Edge,
    /// As it arrives: with the interface's private addresses.
    pub(crate) parts: Vec<Part>,
    /// Traffic for which it depends on something that is not known.
    pub(crate) uncertain: Option<Uncertain>,
}

/// One part, by the way it came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// As the source sends it.
    pub(crate) sent: HeaderSet,
    /// As it arrives.
    pub(crate) arrived: HeaderSet,
    pub(crate) sender: Sender,
}

/// Traffic that may get in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Uncertain {
    pub(crate) sent: HeaderSet,
    pub(crate) doubts: Vec<Explanation>,
}

/// From ephemeral ports (PK-04).
static EPHEMERAL: LazyLock<Traffic> =
    LazyLock::new(|| Traffic::all().from_source_ports(&PortSet::ephemeral()));

/// Asks every edge of the interface's VPC. Sources: for an internet gateway `internet`, which is
/// [`internet_beyond`](super::internet_beyond) this network and the same for all its interfaces,
/// for a peering connection the peer's ranges, for a virtual private gateway the prefixes that it
/// knows; source ports are ephemeral ones (PK-04).
pub(crate) fn exposures(
    net: &Compiled,
    entries: &mut Entries,
    interface: InterfaceIdx,
    internet: &IpSet,
) -> Vec<Exposure> {
    let Some(vpc) = net.interfaces[interface].vpc else { return Vec::new() };
    net.topology
        .edges(vpc)
        .into_iter()
        .filter_map(|edge| {
            let owned = net.interfaces[interface].owned.clone();
            let (sources, destinations) = match edge {
                Edge::InternetGateway(_) => (internet.clone(), internet_addresses(net, interface)),
                Edge::Peering { .. } => (peer_ranges(net, edge)?, owned),
                Edge::VpnGateway(gateway) => (known_prefixes(net, gateway), owned),
                Edge::EgressOnlyInternetGateway(_) => return None,
            };
            if destinations.is_empty() {
                return None;
            }
            let walk = || enter(net, interface, edge, &sources, &destinations, &EPHEMERAL);
            let known = entries.exposure(net, (edge, interface), &sources, &EPHEMERAL);
            debug_assert!(known.as_ref().is_none_or(|known| *known == walk()), "{known:?}");
            let exposure = known.unwrap_or_else(walk);
            (!exposure.parts.is_empty() || exposure.uncertain.is_some()).then_some(exposure)
        })
        .collect()
}

fn enter(
    net: &Compiled,
    interface: InterfaceIdx,
    edge: Edge,
    sources: &IpSet,
    destinations: &IpSet,
    traffic: &Traffic,
) -> Exposure {
    let headers = HeaderSet::product(sources, destinations, traffic);
    let reached = |end| end == End::Interface(interface);
    let flows = establish(net, Origin::Edge(edge), &headers, Terms::default(), &reached);
    let mut parts = Vec::new();
    let mut sent = Vec::new();
    let mut doubts = Vec::new();
    for flow in flows {
        if !flow.perhaps.is_empty() {
            let replies = flow.replies.iter().flat_map(|reply| &reply.trail.doubts);
            doubts.extend(flow.forward.trail.doubts.iter().chain(replies).cloned());
            sent.push(flow.perhaps.clone());
        }
        if !flow.passing.is_empty() {
            parts.push(Part {
                arrived: flow.forward.trail.redo(flow.passing.clone()),
                sent: flow.passing,
                sender: flow.forward.sender,
            });
        }
    }
    let certain = HeaderSet::union_all(parts.iter().map(|part| part.sent.clone()));
    let open = HeaderSet::union_all(sent).difference(&certain);
    let uncertain = (!open.is_empty()).then_some(Uncertain { sent: open, doubts });
    Exposure { edge, parts, uncertain }
}

/// What one group of an interface lets in of a part: its rules, each with its share.
pub(crate) fn admitted(
    net: &Compiled,
    group: crate::index::GroupIdx,
    part: &Part,
) -> Vec<(HeaderSet, Evidence)> {
    let walk = Walk::forward(net, Terms::default());
    let members = |reference: &_| walk.senders(reference, &part.sender);
    let group = &net.groups[group];
    group
        .matches(false, &part.arrived, &members)
        .filter(|found| !found.sure.is_empty())
        .map(|found| {
            let evidence = found.rule.evidence(found.group, false);
            (found.sure, evidence)
        })
        .collect()
}

/// A gateway that the snapshot does not show, over which an interface might be exposed.
#[derive(Debug)]
pub(crate) struct BlindSpot {
    pub(crate) reason: Reason,
    /// What the interface's groups would let in from anywhere.
    pub(crate) traffic: Traffic,
}

/// Where exposures may be missed: the subnet's table names a gateway that the snapshot lacks, or
/// neither the table nor the gateways were collected. An interface whose groups let nothing in, or
/// whose host is down, has none.
pub(crate) fn blind_spots(net: &Compiled, index: InterfaceIdx) -> Vec<BlindSpot> {
    let interface = &net.interfaces[index];
    let candidates = unseen_gateways(net, index);
    if candidates.is_empty() {
        return Vec::new();
    }
    let anything = HeaderSet::product(&IpSet::all(), &interface.owned, &Traffic::all());
    let carried = interface.carry(net.host(interface), anything);
    let alive = carried.unsure.into_iter().map(|(headers, _)| headers).chain([carried.passed]);
    let alive = HeaderSet::union_all(alive);
    let split = Walk::forward(net, Terms::default()).security_groups(
        index,
        false,
        &alive,
        &Sender::Outside,
    );
    let admitted = split.unsure.into_iter().map(|(headers, _)| headers).chain([split.passed]);
    let traffic = HeaderSet::union_all(admitted).traffic();
    if traffic.tcp_ports().is_empty() && traffic.udp_ports().is_empty() {
        return Vec::new();
    }
    candidates.into_iter().map(|reason| BlindSpot { reason, traffic: traffic.clone() }).collect()
}

fn unseen_gateways(net: &Compiled, index: InterfaceIdx) -> Vec<Reason> {
    let interface = &net.interfaces[index];
    let missing = |component| Reason::new(ExplanationCode::UnknownResource, component, &["RT-09"]);
    let Some(vpc) = interface.vpc.map(|vpc| &net.vpcs[vpc]) else {
        return vec![missing(interface.component())];
    };
    let Some(subnet) = interface.subnet.map(|subnet| &net.subnets[subnet]) else {
        return vec![missing(interface.component())];
    };
    let public = !internet_addresses(net, index).is_empty();
    match subnet.table.map(|table| &net.tables[table]) {
        Some(table) => table
            .routes()
            .iter()
            .filter(|route| !route.blackhole)
            .filter_map(|route| match route.target {
                Target::Missing(ComponentKind::InternetGateway) if !public => None,
                Target::Missing(
                    kind @ (ComponentKind::InternetGateway
                    | ComponentKind::VpcPeeringConnection
                    | ComponentKind::VpnGateway),
                ) => Some(missing(Component::new(kind, &route.target_id))),
                _ => None,
            })
            .collect(),
        None => {
            let kinds = [Kind::InternetGateways, Kind::VpcPeeringConnections, Kind::VpnGateways];
            let unseen = kinds.into_iter().any(|kind| !vpc.collected(kind));
            if unseen { vec![missing(subnet.component())] } else { Vec::new() }
        }
    }
}
