use std::fmt;

use num_bigint::BigUint;

use super::interval::IntervalSet;
use super::protocol::Protocol;
use super::set::{Set, delegate_to_intervals};

/// A set of ICMP messages by type and code. Whether they are of ICMP or of ICMPv6 is said by what
/// holds the set.
///
/// # Example
///
/// ```
/// use reach_core::packet::{IcmpSet, Protocol};
///
/// let ping = IcmpSet::of_type(8);
/// let wanted = ping.union(&IcmpSet::of_type_code(3, 4));
/// assert!(wanted.contains(3, 4) && !wanted.contains(3, 1));
/// assert_eq!(
///     wanted.display(Protocol::ICMP).to_string(),
///     "destination-unreachable/4, echo-request",
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct IcmpSet(IntervalSet<u16>);

delegate_to_intervals!(IcmpSet, u16);

impl IcmpSet {
    /// All codes of one type.
    pub fn of_type(kind: u8) -> Self {
        Self(IntervalSet::range(key(kind, 0), key(kind, u8::MAX)))
    }

    /// One code of one type.
    pub fn of_type_code(kind: u8, code: u8) -> Self {
        Self(IntervalSet::single(key(kind, code)))
    }

    /// Whether the message is in it.
    pub fn contains(&self, kind: u8, code: u8) -> bool {
        self.0.contains(key(kind, code))
    }

    /// The first message, as type and code.
    pub fn first(&self) -> Option<(u8, u8)> {
        self.0.first().map(message)
    }

    /// The messages as intervals of `type * 256 + code`.
    pub fn intervals(&self) -> &IntervalSet<u16> {
        &self.0
    }

    /// For people, with the names that the types have in this protocol: [`Protocol::ICMP`] or
    /// [`Protocol::ICMPV6`]. The plain [`Display`](fmt::Display) has numbers only.
    pub fn display(&self, protocol: Protocol) -> impl fmt::Display + '_ {
        Named { set: self, protocol: Some(protocol) }
    }

    /// The messages of type `from`, with the same codes under type `to`.
    pub(super) fn retyped(&self, from: u8, to: u8) -> Self {
        let codes = self.intersection(&Self::of_type(from));
        Self(
            codes
                .0
                .ranges()
                .map(|(first, last)| (key(to, message(first).1), key(to, message(last).1)))
                .collect(),
        )
    }
}

/// What the type is called in the protocol, after the IANA registry.
pub(super) fn type_name(protocol: Protocol, kind: u8) -> Option<&'static str> {
    names(protocol).iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

/// The type of that name in the protocol.
pub(super) fn type_named(protocol: Protocol, name: &str) -> Option<u8> {
    names(protocol).iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}

/// `3/4, 8`: types, with the code where not all codes of the type are in it.
impl fmt::Display for IcmpSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Named { set: self, protocol: None }.fmt(f)
    }
}

struct Named<'a> {
    set: &'a IcmpSet,
    protocol: Option<Protocol>,
}

impl Named<'_> {
    fn name(&self, kind: u8) -> Option<&'static str> {
        self.protocol.and_then(|protocol| type_name(protocol, kind))
    }

    fn kind(&self, kind: u8) -> String {
        self.name(kind).map_or_else(|| kind.to_string(), str::to_owned)
    }

    fn codes(&self, kind: u8, first: u8, last: u8) -> String {
        match (first, last) {
            (0, u8::MAX) => self.kind(kind),
            _ if first == last => format!("{}/{first}", self.kind(kind)),
            _ => format!("{}/{first}-{last}", self.kind(kind)),
        }
    }

    /// Types that are in it with all codes: names if all have one, else a range of numbers.
    fn whole(&self, first: u8, last: u8) -> Vec<String> {
        if first == last || (first..=last).all(|kind| self.name(kind).is_some()) {
            (first..=last).map(|kind| self.kind(kind)).collect()
        } else {
            vec![format!("{first}-{last}")]
        }
    }
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.set.is_empty() {
            return f.write_str("none");
        }
        if self.set.is_all() {
            return f.write_str("all");
        }
        let mut parts = Vec::new();
        for (first, last) in self.set.0.ranges() {
            let ((first_kind, first_code), (last_kind, last_code)) =
                (message(first), message(last));
            if first_kind == last_kind {
                parts.push(self.codes(first_kind, first_code, last_code));
                continue;
            }
            let mut whole = (first_kind, last_kind);
            if first_code > 0 {
                parts.push(self.codes(first_kind, first_code, u8::MAX));
                whole.0 = whole.0.saturating_add(1);
            }
            if last_code < u8::MAX {
                whole.1 = whole.1.saturating_sub(1);
            }
            if whole.0 <= whole.1 {
                parts.extend(self.whole(whole.0, whole.1));
            }
            if last_code < u8::MAX {
                parts.push(self.codes(last_kind, 0, last_code));
            }
        }
        f.write_str(&parts.join(", "))
    }
}

fn key(kind: u8, code: u8) -> u16 {
    u16::from_be_bytes([kind, code])
}

fn message(key: u16) -> (u8, u8) {
    let [kind, code] = key.to_be_bytes();
    (kind, code)
}

fn names(protocol: Protocol) -> &'static [(u8, &'static str)] {
    match protocol {
        Protocol::ICMP => &ICMP,
        Protocol::ICMPV6 => &ICMPV6,
        _ => &[],
    }
}

const ICMP: [(u8, &str); 13] = [
    (0, "echo-reply"),
    (3, "destination-unreachable"),
    (4, "source-quench"),
    (5, "redirect"),
    (8, "echo-request"),
    (9, "router-advertisement"),
    (10, "router-solicitation"),
    (11, "time-exceeded"),
    (12, "parameter-problem"),
    (13, "timestamp"),
    (14, "timestamp-reply"),
    (42, "extended-echo-request"),
    (43, "extended-echo-reply"),
];

const ICMPV6: [(u8, &str); 17] = [
    (1, "destination-unreachable"),
    (2, "packet-too-big"),
    (3, "time-exceeded"),
    (4, "parameter-problem"),
    (128, "echo-request"),
    (129, "echo-reply"),
    (130, "multicast-listener-query"),
    (131, "multicast-listener-report"),
    (132, "multicast-listener-done"),
    (133, "router-solicitation"),
    (134, "router-advertisement"),
    (135, "neighbor-solicitation"),
    (136, "neighbor-advertisement"),
    (137, "redirect"),
    (143, "multicast-listener-report-v2"),
    (160, "extended-echo-request"),
    (161, "extended-echo-reply"),
];
