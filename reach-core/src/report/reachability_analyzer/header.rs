//! Header sets field by field, as `AnalysisPacketHeader` has them.

use super::shape::{AnalysisPacketHeader, PortRange};
use crate::packet::{HeaderSet, IpSet, PortSet, Protocol, Traffic};

/// Each field's values; a set that is no product of its fields is within what they span.
pub(super) fn whole(set: &HeaderSet) -> AnalysisPacketHeader {
    let traffic = set.traffic();
    let (sources, destinations, protocol) = match only_protocol(&traffic) {
        Some(Protocol::TCP) => {
            (traffic.tcp_source_ports(), traffic.tcp_ports(), Some(Protocol::TCP))
        }
        Some(Protocol::UDP) => {
            (traffic.udp_source_ports(), traffic.udp_ports(), Some(Protocol::UDP))
        }
        other => {
            let none = || PortSet::from_ranges([]);
            (none(), none(), other)
        }
    };
    AnalysisPacketHeader {
        destination_addresses: addresses(&set.destinations()),
        destination_port_ranges: ports(&destinations),
        // The IANA number as text, as AWS writes it here.
        protocol: protocol.map(|protocol| protocol.number().to_string()),
        source_addresses: addresses(&set.sources()),
        source_port_ranges: ports(&sources),
    }
}

/// The fields that an element changed.
pub(super) fn changed(before: &HeaderSet, after: &HeaderSet) -> Option<AnalysisPacketHeader> {
    let (before, mut after) = (whole(before), whole(after));
    if after.destination_addresses == before.destination_addresses {
        after.destination_addresses.clear();
    }
    if after.destination_port_ranges == before.destination_port_ranges {
        after.destination_port_ranges.clear();
    }
    if after.source_addresses == before.source_addresses {
        after.source_addresses.clear();
    }
    if after.source_port_ranges == before.source_port_ranges {
        after.source_port_ranges.clear();
    }
    if after.protocol == before.protocol {
        after.protocol = None;
    }
    (after != AnalysisPacketHeader::default()).then_some(after)
}

fn only_protocol(traffic: &Traffic) -> Option<Protocol> {
    let of = [
        (Protocol::TCP, Traffic::all_tcp()),
        (Protocol::UDP, Traffic::all_udp()),
        (Protocol::ICMP, Traffic::all_icmp()),
        (Protocol::ICMPV6, Traffic::all_icmpv6()),
    ];
    let forms = of.iter().find(|(_, all)| !traffic.is_empty() && traffic.is_subset(all));
    let mut others = traffic.others();
    let other = others.next().filter(|_| others.next().is_none());
    let other = other.filter(|other| traffic.is_subset(&Traffic::protocol(*other)));
    forms.map(|(protocol, _)| *protocol).or(other)
}

fn addresses(set: &IpSet) -> Vec<String> {
    set.nets().iter().map(ToString::to_string).collect()
}

fn ports(set: &PortSet) -> Vec<PortRange> {
    set.ranges().map(|(from, to)| range(from.into(), to.into())).collect()
}

pub(super) fn range(from: i32, to: i32) -> PortRange {
    PortRange { from: Some(from), to: Some(to) }
}
