//! The packets of a leg: with the node's address, or with the client's (LB-10).

use super::outcome::Outcome;
use crate::index::InterfaceIdx;
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::path::Origin;

/// Packets of a leg.
pub(super) struct Leg {
    pub(super) origin: Origin,
    /// As the node sends them.
    pub(super) headers: HeaderSet,
    /// What arrived at the node, of which these are made.
    pub(super) part: HeaderSet,
    /// Whether they carry the client's address.
    pub(super) preserves: bool,
}

impl Leg {
    /// What became of these headers, told of what arrived at the node.
    pub(super) fn back(&self, headers: &HeaderSet, sent: &Outcome) -> Outcome {
        if self.preserves {
            return Outcome {
                passing: self.unsent(&sent.passing),
                sometimes: self.unsent(&sent.sometimes),
                perhaps: self.unsent(&sent.perhaps),
            };
        }
        // Which port the node takes is its own choice.
        let mut outcome = Outcome::nothing();
        if sent.passing == *headers && !headers.is_empty() {
            outcome.passing = self.part.clone();
        } else if !sent.any().is_empty() {
            outcome.sometimes = self.part.clone();
        } else if !sent.perhaps.is_empty() {
            outcome.perhaps = self.part.clone();
        }
        outcome
    }

    /// The same clients' packets as they arrived at the node.
    fn unsent(&self, headers: &HeaderSet) -> HeaderSet {
        let clients = headers.products().into_iter().map(|(sources, _, traffic)| {
            let tcp = Traffic::all_tcp().from_source_ports(&traffic.tcp_source_ports());
            let udp = Traffic::all_udp().from_source_ports(&traffic.udp_source_ports());
            HeaderSet::product(&sources, &IpSet::all(), &tcp.union(&udp))
        });
        HeaderSet::union_all(clients).intersection(&self.part)
    }
}

/// LB-10: the client's address and port, to the target's.
pub(super) fn preserving(
    node: InterfaceIdx,
    part: &HeaderSet,
    addresses: &IpSet,
    port: u16,
) -> Leg {
    let ports = PortSet::single(port);
    let aimed = part.map_traffic(|traffic| {
        let tcp = Traffic::tcp(&ports).from_source_ports(&traffic.tcp_source_ports());
        let udp = Traffic::udp(&ports).from_source_ports(&traffic.udp_source_ports());
        tcp.union(&udp)
    });
    let each = addresses.nets().into_iter().map(|net| aimed.with_destination(net.network()));
    Leg {
        origin: Origin::Preserving(node),
        headers: HeaderSet::union_all(each),
        part: part.clone(),
        preserves: true,
    }
}

/// LB-10: from the node's own address, from any port that it may choose.
pub(super) fn re_sourced(
    own: &IpSet,
    node: InterfaceIdx,
    part: &HeaderSet,
    addresses: &IpSet,
    port: u16,
) -> Leg {
    let ports = PortSet::single(port);
    let traffic = part.map_traffic(|traffic| {
        let tcp = !traffic.tcp_ports().is_empty();
        if tcp { Traffic::tcp(&ports) } else { Traffic::udp(&ports) }
    });
    let traffic = traffic.traffic().from_source_ports(&PortSet::ephemeral());
    Leg {
        origin: Origin::Interface(node),
        headers: HeaderSet::product(own, addresses, &traffic),
        part: part.clone(),
        preserves: false,
    }
}
