use super::super::icmp::IcmpSet;
use super::super::ports::PortSet;
use super::super::relation::Relation;
use super::Traffic;

impl Traffic {
    /// What answers it: ports swapped, echo replies for echo requests with the same codes, other
    /// protocols as they are. Other ICMP messages have no answer.
    pub fn reply(&self) -> Self {
        Self {
            tcp: swap(&self.tcp),
            udp: swap(&self.udp),
            icmp: self.icmp.retyped(ECHO_REQUEST, ECHO_REPLY),
            icmpv6: self.icmpv6.retyped(ECHO_REQUEST_V6, ECHO_REPLY_V6),
            other: self.other.clone(),
        }
    }

    /// What it answers: the traffic whose [`reply`](Self::reply) is in it.
    pub fn request(&self) -> Self {
        Self {
            tcp: swap(&self.tcp),
            udp: swap(&self.udp),
            icmp: self.icmp.retyped(ECHO_REPLY, ECHO_REQUEST),
            icmpv6: self.icmpv6.retyped(ECHO_REPLY_V6, ECHO_REQUEST_V6),
            other: self.other.clone(),
        }
    }

    /// The part that nothing answers: ICMP and ICMPv6 messages other than echo requests.
    pub fn unanswered(&self) -> Self {
        Self {
            icmp: self.icmp.difference(&IcmpSet::of_type(ECHO_REQUEST)),
            icmpv6: self.icmpv6.difference(&IcmpSet::of_type(ECHO_REQUEST_V6)),
            ..Self::none()
        }
    }
}

const ECHO_REQUEST: u8 = 8;
const ECHO_REPLY: u8 = 0;
const ECHO_REQUEST_V6: u8 = 128;
const ECHO_REPLY_V6: u8 = 129;

fn swap(relation: &Relation<u16, PortSet>) -> Relation<u16, PortSet> {
    Relation::from_products(relation.classes().map(|(sources, destinations)| {
        (destinations.intervals().clone(), PortSet::from(sources.clone()))
    }))
}
