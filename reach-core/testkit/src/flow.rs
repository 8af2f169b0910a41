//! One concrete flow, as the engine and the oracle are both asked about it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// A question about one packet and, unless `forward`, the reply to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Flow {
    /// Where it starts: the id of an interface, of an internet gateway, peering connection or
    /// virtual private gateway (the packet comes in from outside by it), or `internet` for
    /// whichever internet gateway takes it.
    pub from: String,
    /// Where it has to end: the id of an interface, of a virtual private gateway, `internet`, or
    /// `any` for whoever owns the destination address.
    pub to: String,
    /// The id, name or ARN of a load balancer, or the id of one of its nodes, that it goes through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The packet as it sets out.
    pub packet: Packet,
    /// One-way delivery (PK-03).
    pub forward: bool,
    /// Codes of assumptions that the asker vouches for: `A-PORT25`, `A-ASYMMETRIC`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouched: Vec<String>,
}

/// The header of a packet (PK-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Packet {
    /// Source address.
    pub source: IpAddr,
    /// Destination address, of the same family.
    pub destination: IpAddr,
    /// IP protocol number.
    pub protocol: u8,
    /// Source port for protocols 6 and 17; ICMP type for 1 and 58; else 0.
    pub source_port: u16,
    /// Destination port for protocols 6 and 17; ICMP code for 1 and 58; else 0.
    pub destination_port: u16,
}
