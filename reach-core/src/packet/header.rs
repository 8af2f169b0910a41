use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::icmp::IcmpSet;
use super::protocol::Protocol;

/// What one packet says above the IP layer.
///
/// # Example
///
/// ```
/// use reach_core::packet::L4;
///
/// let request = L4::Tcp { source: 40000, destination: 22 };
/// assert_eq!(request.reply(), Some(L4::Tcp { source: 22, destination: 40000 }));
/// assert_eq!(request.to_string(), "tcp 40000 -> 22");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum L4 {
    /// TCP, protocol 6.
    Tcp {
        /// The source port.
        source: u16,
        /// The destination port.
        destination: u16,
    },
    /// UDP, protocol 17.
    Udp {
        /// The source port.
        source: u16,
        /// The destination port.
        destination: u16,
    },
    /// ICMP, protocol 1.
    Icmp {
        /// The message type.
        kind: u8,
        /// The message code.
        code: u8,
    },
    /// ICMPv6, protocol 58.
    Icmpv6 {
        /// The message type.
        kind: u8,
        /// The message code.
        code: u8,
    },
    /// A protocol of which nothing more is looked at. The numbers of the protocols above never
    /// stand here: no set of traffic contains them in this form.
    Other(u8),
}

impl L4 {
    /// The protocol.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::Tcp { .. } => Protocol::TCP,
            Self::Udp { .. } => Protocol::UDP,
            Self::Icmp { .. } => Protocol::ICMP,
            Self::Icmpv6 { .. } => Protocol::ICMPV6,
            Self::Other(number) => Protocol(number),
        }
    }

    /// What answers it: ports swapped, echo reply for echo request, the same protocol. ICMP
    /// messages other than echo request are not answered.
    pub fn reply(self) -> Option<Self> {
        match self {
            Self::Tcp { source, destination } => {
                Some(Self::Tcp { source: destination, destination: source })
            }
            Self::Udp { source, destination } => {
                Some(Self::Udp { source: destination, destination: source })
            }
            Self::Icmp { kind: 8, code } => Some(Self::Icmp { kind: 0, code }),
            Self::Icmpv6 { kind: 128, code } => Some(Self::Icmpv6 { kind: 129, code }),
            Self::Icmp { .. } | Self::Icmpv6 { .. } => None,
            Self::Other(number) => Some(Self::Other(number)),
        }
    }
}

/// `tcp 40000 -> 22`, `icmp echo-request/0`, `esp`.
impl fmt::Display for L4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.protocol();
        match *self {
            Self::Tcp { source, destination } | Self::Udp { source, destination } => {
                write!(f, "{protocol} {source} -> {destination}")
            }
            Self::Icmp { kind, code } | Self::Icmpv6 { kind, code } => {
                write!(f, "{protocol} {}", IcmpSet::of_type_code(kind, code).display(protocol))
            }
            Self::Other(_) => write!(f, "{protocol}"),
        }
    }
}

/// The header of one packet: addresses and what is above them.
///
/// # Example
///
/// ```
/// use reach_core::packet::{Header, L4};
///
/// let packet = Header {
///     source: "203.0.113.7".parse()?,
///     destination: "10.0.1.2".parse()?,
///     l4: L4::Tcp { source: 40000, destination: 22 },
/// };
/// assert_eq!(packet.to_string(), "tcp 203.0.113.7:40000 -> 10.0.1.2:22");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Header {
    /// Where it says that it comes from.
    pub source: IpAddr,
    /// Where it goes.
    pub destination: IpAddr,
    /// What is above the IP layer.
    pub l4: L4,
}

impl Header {
    /// What answers it: addresses swapped, and [`L4::reply`].
    pub fn reply(self) -> Option<Self> {
        let l4 = self.l4.reply()?;
        Some(Self { source: self.destination, destination: self.source, l4 })
    }
}

/// `tcp 203.0.113.7:40000 -> 10.0.1.2:22`, `icmp 203.0.113.7 -> 10.0.1.2 echo-request/0`,
/// `esp 203.0.113.7 -> 10.0.1.2`.
impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.l4.protocol();
        match self.l4 {
            L4::Tcp { source, destination } | L4::Udp { source, destination } => {
                let source = SocketAddr::new(self.source, source);
                let destination = SocketAddr::new(self.destination, destination);
                write!(f, "{protocol} {source} -> {destination}")
            }
            L4::Icmp { kind, code } | L4::Icmpv6 { kind, code } => {
                let message = IcmpSet::of_type_code(kind, code);
                let message = message.display(protocol);
                write!(f, "{protocol} {} -> {} {message}", self.source, self.destination)
            }
            L4::Other(_) => write!(f, "{protocol} {} -> {}", self.source, self.destination),
        }
    }
}
