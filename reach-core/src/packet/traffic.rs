mod as_set;
mod display;
mod parse;
mod reply;

use std::sync::LazyLock;

use num_bigint::BigUint;

use super::header::L4;
use super::icmp::IcmpSet;
use super::interval::IntervalSet;
use super::ports::PortSet;
use super::protocol::Protocol;
use super::relation::Relation;
use super::set::Set;

pub use parse::ParseTrafficError;

/// An exact set of layer-4 headers: TCP and UDP by source and destination port, ICMP and ICMPv6 by
/// type and code, the other protocols by number.
///
/// TCP and UDP are relations, source port → destination ports, since groups and ACLs look at the
/// destination on the way there and at the source on the way back. ICMP is protocol 1 and ICMPv6
/// protocol 58, whatever the family of the addresses.
///
/// # Complexity
///
/// An operation is linear in the port ranges of both sides, plus one operation on destination
/// ports per pair of source-port classes that overlap; most traffic has one class.
///
/// # Example
///
/// ```
/// use reach_core::packet::{L4, PortSet, Traffic};
///
/// let ssh: Traffic = "tcp/22".parse()?;
/// let web = Traffic::tcp(&PortSet::range(80, 443));
/// let allowed = ssh.union(&web).union(&"icmp/echo-request".parse()?);
/// assert_eq!(allowed.to_string(), "tcp 22, 80-443; icmp echo-request");
/// assert!(allowed.contains(&L4::Tcp { source: 40000, destination: 22 }));
/// assert_eq!(ssh.reply().tcp_source_ports(), PortSet::single(22));
/// # Ok::<(), reach_core::packet::ParseTrafficError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct Traffic {
    /// Source port → destination ports.
    tcp: Relation<u16, PortSet>,
    udp: Relation<u16, PortSet>,
    icmp: IcmpSet,
    icmpv6: IcmpSet,
    /// Never has the numbers of the four above.
    other: IntervalSet<u8>,
}

impl Traffic {
    /// Nothing.
    pub fn none() -> Self {
        Self {
            tcp: Relation::empty(),
            udp: Relation::empty(),
            icmp: IcmpSet::empty(),
            icmpv6: IcmpSet::empty(),
            other: IntervalSet::empty(),
        }
    }

    /// Everything.
    pub fn all() -> Self {
        static ALL: LazyLock<Traffic> = LazyLock::new(|| Traffic {
            tcp: Relation::full(),
            udp: Relation::full(),
            icmp: IcmpSet::all(),
            icmpv6: IcmpSet::all(),
            other: other_protocols().clone(),
        });
        ALL.clone()
    }

    /// TCP to these ports, from any port.
    pub fn tcp(destinations: &PortSet) -> Self {
        Self { tcp: Relation::product(&IntervalSet::full(), destinations), ..Self::none() }
    }

    /// UDP to these ports, from any port.
    pub fn udp(destinations: &PortSet) -> Self {
        Self { udp: Relation::product(&IntervalSet::full(), destinations), ..Self::none() }
    }

    /// These ICMP messages (protocol 1).
    pub fn icmp(messages: &IcmpSet) -> Self {
        Self { icmp: messages.clone(), ..Self::none() }
    }

    /// These ICMPv6 messages (protocol 58).
    pub fn icmpv6(messages: &IcmpSet) -> Self {
        Self { icmpv6: messages.clone(), ..Self::none() }
    }

    /// Everything of one protocol.
    pub fn protocol(protocol: Protocol) -> Self {
        match protocol {
            Protocol::TCP => Self::tcp(&PortSet::all()),
            Protocol::UDP => Self::udp(&PortSet::all()),
            Protocol::ICMP => Self::icmp(&IcmpSet::all()),
            Protocol::ICMPV6 => Self::icmpv6(&IcmpSet::all()),
            Protocol(number) => Self { other: IntervalSet::single(number), ..Self::none() },
        }
    }

    /// One header. [`L4::Other`] with the number of a protocol that has a form of its own gives
    /// nothing, as no header is like that.
    pub fn single(l4: &L4) -> Self {
        let ports = |source, destination| {
            Relation::product(&IntervalSet::single(source), &PortSet::single(destination))
        };
        match *l4 {
            L4::Tcp { source, destination } => {
                Self { tcp: ports(source, destination), ..Self::none() }
            }
            L4::Udp { source, destination } => {
                Self { udp: ports(source, destination), ..Self::none() }
            }
            L4::Icmp { kind, code } => Self::icmp(&IcmpSet::of_type_code(kind, code)),
            L4::Icmpv6 { kind, code } => Self::icmpv6(&IcmpSet::of_type_code(kind, code)),
            L4::Other(number) => Self {
                other: IntervalSet::single(number).intersection(other_protocols()),
                ..Self::none()
            },
        }
    }

    /// All of TCP.
    pub fn all_tcp() -> Self {
        Self::protocol(Protocol::TCP)
    }

    /// All of UDP.
    pub fn all_udp() -> Self {
        Self::protocol(Protocol::UDP)
    }

    /// All of ICMP.
    pub fn all_icmp() -> Self {
        Self::protocol(Protocol::ICMP)
    }

    /// All of ICMPv6.
    pub fn all_icmpv6() -> Self {
        Self::protocol(Protocol::ICMPV6)
    }

    /// What of it comes from these TCP or UDP ports; other protocols stay.
    pub fn from_source_ports(&self, ports: &PortSet) -> Self {
        Self {
            tcp: self.tcp.restrict_keys(ports.intervals()),
            udp: self.udp.restrict_keys(ports.intervals()),
            ..self.clone()
        }
    }

    /// The same with every TCP and UDP source port; other protocols stay.
    pub fn with_any_source_port(&self) -> Self {
        let all = IntervalSet::full();
        Self {
            tcp: Relation::product(&all, &self.tcp_ports()),
            udp: Relation::product(&all, &self.udp_ports()),
            ..self.clone()
        }
    }

    /// What of it goes to these TCP or UDP ports; other protocols stay.
    pub fn to_destination_ports(&self, ports: &PortSet) -> Self {
        Self {
            tcp: self.tcp.map_values(|own| own.intersection(ports)),
            udp: self.udp.map_values(|own| own.intersection(ports)),
            ..self.clone()
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty()
            && self.udp.is_empty()
            && self.icmp.is_empty()
            && self.icmpv6.is_empty()
            && self.other.is_empty()
    }

    /// Whether it holds everything.
    pub fn is_all(&self) -> bool {
        self.tcp.is_full()
            && self.udp.is_full()
            && self.icmp.is_all()
            && self.icmpv6.is_all()
            && self.other == *other_protocols()
    }

    /// Whether the header is in it.
    pub fn contains(&self, l4: &L4) -> bool {
        let ports = |relation: &Relation<u16, PortSet>, source, destination| {
            relation.get(source).is_some_and(|ports| ports.contains(destination))
        };
        match *l4 {
            L4::Tcp { source, destination } => ports(&self.tcp, source, destination),
            L4::Udp { source, destination } => ports(&self.udp, source, destination),
            L4::Icmp { kind, code } => self.icmp.contains(kind, code),
            L4::Icmpv6 { kind, code } => self.icmpv6.contains(kind, code),
            L4::Other(number) => self.other.contains(number),
        }
    }

    /// What is in either set.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.union(&other.tcp),
            udp: self.udp.union(&other.udp),
            icmp: self.icmp.union(&other.icmp),
            icmpv6: self.icmpv6.union(&other.icmpv6),
            other: self.other.union(&other.other),
        }
    }

    /// What is in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.intersection(&other.tcp),
            udp: self.udp.intersection(&other.udp),
            icmp: self.icmp.intersection(&other.icmp),
            icmpv6: self.icmpv6.intersection(&other.icmpv6),
            other: self.other.intersection(&other.other),
        }
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.difference(&other.tcp),
            udp: self.udp.difference(&other.udp),
            icmp: self.icmp.difference(&other.icmp),
            icmpv6: self.icmpv6.difference(&other.icmpv6),
            other: self.other.difference(&other.other),
        }
    }

    /// What is not in this set.
    pub fn complement(&self) -> Self {
        Self::all().difference(self)
    }

    /// Whether the other set holds everything that this one does.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.tcp.is_subset(&other.tcp)
            && self.udp.is_subset(&other.udp)
            && self.icmp.is_subset(&other.icmp)
            && self.icmpv6.is_subset(&other.icmpv6)
            && self.other.is_subset(&other.other)
    }

    /// Whether the two sets share nothing.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.tcp.is_disjoint(&other.tcp)
            && self.udp.is_disjoint(&other.udp)
            && self.icmp.is_disjoint(&other.icmp)
            && self.icmpv6.is_disjoint(&other.icmpv6)
            && self.other.is_disjoint(&other.other)
    }

    /// The union of any number of sets; cheaper than one by one.
    pub fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        let sets: Vec<Self> = sets.into_iter().collect();
        match sets.as_slice() {
            [] => Self::none(),
            [only] => only.clone(),
            sets => Self {
                tcp: Set::union_all(sets.iter().map(|set| set.tcp.clone())),
                udp: Set::union_all(sets.iter().map(|set| set.udp.clone())),
                icmp: Set::union_all(sets.iter().map(|set| set.icmp.clone())),
                icmpv6: Set::union_all(sets.iter().map(|set| set.icmpv6.clone())),
                other: Set::union_all(sets.iter().map(|set| set.other.clone())),
            },
        }
    }

    /// One header of it, the same every time: TCP before UDP, ICMP, ICMPv6 and the rest; from a
    /// port in 1024-65535 if the class of the smallest source port has one, as a client sends.
    pub fn sample(&self) -> Option<L4> {
        if let Some((source, destination)) = sample_ports(&self.tcp) {
            return Some(L4::Tcp { source, destination });
        }
        if let Some((source, destination)) = sample_ports(&self.udp) {
            return Some(L4::Udp { source, destination });
        }
        if let Some((kind, code)) = self.icmp.first() {
            return Some(L4::Icmp { kind, code });
        }
        if let Some((kind, code)) = self.icmpv6.first() {
            return Some(L4::Icmpv6 { kind, code });
        }
        self.other.first().map(L4::Other)
    }

    /// How many headers it holds: pairs of ports, messages, and one for each other protocol.
    pub fn count(&self) -> BigUint {
        self.tcp.count()
            + self.udp.count()
            + self.icmp.count()
            + self.icmpv6.count()
            + self.other.count()
    }

    /// The TCP ports that any of it goes to.
    pub fn tcp_ports(&self) -> PortSet {
        self.tcp.values()
    }

    /// The UDP ports that any of it goes to.
    pub fn udp_ports(&self) -> PortSet {
        self.udp.values()
    }

    /// The TCP ports that any of it comes from.
    pub fn tcp_source_ports(&self) -> PortSet {
        self.tcp.keys().into()
    }

    /// The UDP ports that any of it comes from.
    pub fn udp_source_ports(&self) -> PortSet {
        self.udp.keys().into()
    }

    /// The ICMP messages.
    pub fn icmp_set(&self) -> &IcmpSet {
        &self.icmp
    }

    /// The ICMPv6 messages.
    pub fn icmpv6_set(&self) -> &IcmpSet {
        &self.icmpv6
    }

    /// The protocols other than TCP, UDP, ICMP and ICMPv6, ascending.
    pub fn others(&self) -> impl Iterator<Item = Protocol> + '_ {
        self.other.ranges().flat_map(|(first, last)| first..=last).map(Protocol)
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self::none()
    }
}

/// The protocols of which only the number is looked at.
fn other_protocols() -> &'static IntervalSet<u8> {
    static OTHER: LazyLock<IntervalSet<u8>> = LazyLock::new(|| {
        [Protocol::ICMP, Protocol::TCP, Protocol::UDP, Protocol::ICMPV6]
            .into_iter()
            .map(|protocol| (protocol.number(), protocol.number()))
            .collect::<IntervalSet<u8>>()
            .complement()
    });
    &OTHER
}

fn sample_ports(relation: &Relation<u16, PortSet>) -> Option<(u16, u16)> {
    let (sources, destinations) = relation.classes().next()?;
    let ephemeral = sources.intersection(PortSet::ephemeral().intervals());
    Some((ephemeral.first().or_else(|| sources.first())?, destinations.first()?))
}
