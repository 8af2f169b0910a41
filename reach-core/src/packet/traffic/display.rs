use std::fmt;

use serde::{Serialize, Serializer};

use super::super::icmp::IcmpSet;
use super::super::ports::PortSet;
use super::super::protocol::Protocol;
use super::super::relation::Relation;
use super::{Traffic, other_protocols};

/// `tcp 22, 80-443; icmp echo-request`; `all traffic`, `none`; where source ports matter,
/// `tcp 22 (source ports 1024-65535)`, one entry per class of source ports.
impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        if self.is_all() {
            return f.write_str("all traffic");
        }
        let mut parts = Vec::new();
        port_parts(&mut parts, Protocol::TCP, &self.tcp);
        port_parts(&mut parts, Protocol::UDP, &self.udp);
        parts.extend(icmp_part(Protocol::ICMP, &self.icmp));
        parts.extend(icmp_part(Protocol::ICMPV6, &self.icmpv6));
        parts.extend(self.other_part());
        f.write_str(&parts.join("; "))
    }
}

/// As [`Display`](fmt::Display) writes it.
impl Serialize for Traffic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Traffic {
    fn other_part(&self) -> Option<String> {
        if self.other.is_empty() {
            return None;
        }
        if self.other == *other_protocols() {
            return Some("other protocols".to_owned());
        }
        let mut names = Vec::new();
        for (first, last) in self.other.ranges() {
            if first == last || (first..=last).all(|number| Protocol(number).name().is_some()) {
                names.extend((first..=last).map(|number| Protocol(number).to_string()));
            } else {
                names.push(format!("proto/{first}-{last}"));
            }
        }
        Some(names.join(", "))
    }
}

fn port_parts(parts: &mut Vec<String>, protocol: Protocol, relation: &Relation<u16, PortSet>) {
    for (sources, destinations) in relation.classes() {
        let mut part = protocol.to_string();
        if !destinations.is_all() {
            part = format!("{part} {destinations}");
        }
        if !sources.is_full() {
            part = format!("{part} (source ports {})", PortSet::from(sources.clone()));
        }
        parts.push(part);
    }
}

fn icmp_part(protocol: Protocol, messages: &IcmpSet) -> Option<String> {
    if messages.is_empty() {
        None
    } else if messages.is_all() {
        Some(protocol.to_string())
    } else {
        Some(format!("{protocol} {}", messages.display(protocol)))
    }
}
