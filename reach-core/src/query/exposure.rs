//! What can enter an interface from each edge of its VPC.

use super::endpoint::{internet_addresses, known_prefixes, peer_ranges};
use crate::index::InterfaceIdx;
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::path::{End, Explanation, Origin, Question, establish};
use crate::rules::{Evidence, Sender};

/// Traffic that can enter an interface from an edge and is answered.
#[derive(Debug)]
pub(crate) struct Exposure {
    pub(crate) edge: Edge,
    /// As it arrives: with the interface's private addresses.
    pub(crate) parts: Vec<Part>,
    /// Traffic for which it depends on something that is not known.
    pub(crate) uncertain: Option<Uncertain>,
}

/// One part, by the way it came.
#[derive(Debug)]
pub(crate) struct Part {
    /// As the source sends it.
    pub(crate) sent: HeaderSet,
    /// As it arrives.
    pub(crate) arrived: HeaderSet,
    pub(crate) sender: Sender,
}

/// Traffic that may get in.
#[derive(Debug)]
pub(crate) struct Uncertain {
    pub(crate) sent: HeaderSet,
    pub(crate) doubts: Vec<Explanation>,
}

/// Asks every edge of the interface's VPC. Sources: for an internet gateway the whole internet,
/// for a peering connection the peer's ranges, for a virtual private gateway the prefixes that it
/// knows; source ports are ephemeral ones (PK-04).
pub(crate) fn exposures(net: &Compiled, interface: InterfaceIdx) -> Vec<Exposure> {
    let Some(vpc) = net.interfaces[interface].vpc else { return Vec::new() };
    let traffic = Traffic::all().from_source_ports(&PortSet::ephemeral());
    net.topology
        .edges(vpc)
        .into_iter()
        .filter_map(|edge| {
            let owned = net.interfaces[interface].owned.clone();
            let (sources, destinations) = match edge {
                Edge::InternetGateway(_) => {
                    (crate::rules::internet().clone(), internet_addresses(net, interface))
                }
                Edge::Peering { .. } => (peer_ranges(net, edge)?, owned),
                Edge::VpnGateway(gateway) => (known_prefixes(net, gateway), owned),
                Edge::EgressOnlyInternetGateway(_) => return None,
            };
            let exposure = enter(net, interface, edge, &sources, &destinations, &traffic);
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
    let flows = establish(net, Origin::Edge(edge), &headers, Question::Establish, &reached, false);
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
    let walk = crate::path::Walk::forward(net, false);
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
