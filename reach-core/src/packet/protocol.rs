use std::fmt;

/// An IP protocol number, 0-255.
///
/// # Example
///
/// ```
/// use reach_core::packet::Protocol;
///
/// assert_eq!(Protocol::TCP.to_string(), "tcp");
/// assert_eq!(Protocol(50).to_string(), "esp");
/// assert_eq!(Protocol(253).to_string(), "proto/253");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// The Internet Control Message Protocol, for IPv4.
    pub const ICMP: Self = Self(1);
    /// The Transmission Control Protocol.
    pub const TCP: Self = Self(6);
    /// The User Datagram Protocol.
    pub const UDP: Self = Self(17);
    /// The Internet Control Message Protocol, for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The usual keyword in lower case, for the protocols that people meet.
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(number, _)| *number == self.0).map(|(_, name)| *name)
    }

    /// The protocol with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(number, _)| Self(*number))
    }
}

/// `tcp`, or `proto/253` where there is no name.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "proto/{}", self.0),
        }
    }
}

const NAMES: [(u8, &str); 18] = [
    (1, "icmp"),
    (2, "igmp"),
    (4, "ipip"),
    (6, "tcp"),
    (8, "egp"),
    (17, "udp"),
    (41, "ipv6"),
    (46, "rsvp"),
    (47, "gre"),
    (50, "esp"),
    (51, "ah"),
    (58, "icmpv6"),
    (88, "eigrp"),
    (89, "ospf"),
    (103, "pim"),
    (112, "vrrp"),
    (115, "l2tp"),
    (132, "sctp"),
];
