//! IPv6 packets that stand for IPv4 ones (NAT-11).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::packet::{HeaderSet, IcmpSet, IntervalSet, IpSet, Traffic};

/// First address of `64:ff9b::/96`; the last 32 bits are an IPv4 address.
const PREFIX: u128 = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0).to_bits();
const LAST: u128 = PREFIX + u32::MAX as u128;

const ECHO_REQUEST: u8 = 8;
const ECHO_REQUEST_V6: u8 = 128;

/// The destinations that stand for IPv4 addresses.
pub(super) fn prefix() -> IpSet {
    IntervalSet::range(PREFIX, LAST).into()
}

/// The IPv4 address that an IPv6 one stands for.
pub(crate) fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = address.to_bits().checked_sub(PREFIX)?;
    u32::try_from(low).ok().map(Ipv4Addr::from_bits)
}

/// What a NAT gateway carries of IPv6: TCP, UDP and echo requests.
pub(super) fn carried() -> Traffic {
    let echo = Traffic::icmpv6(&echo(ECHO_REQUEST_V6));
    Traffic::all_tcp().union(&Traffic::all_udp()).union(&echo)
}

/// An echo request has code 0.
fn echo(kind: u8) -> IcmpSet {
    IcmpSet::of_type_code(kind, 0)
}

/// The headers as IPv4, from any source.
pub(super) fn to_v4(headers: &HeaderSet) -> HeaderSet {
    let parts = headers.restrict_destinations(&prefix()).products().into_iter();
    HeaderSet::union_all(parts.map(|(_, destinations, traffic)| {
        let embedded = destinations.v6().ranges().filter_map(|(first, last)| {
            let low = |address: u128| u32::try_from(address.checked_sub(PREFIX)?).ok();
            Some((low(first)?, low(last)?))
        });
        let destinations = IntervalSet::<u32>::from_ranges(embedded).into();
        let traffic = retold(&traffic, &Traffic::icmpv6_set, ECHO_REQUEST_V6, |asked| {
            if asked { Traffic::icmp(&echo(ECHO_REQUEST)) } else { Traffic::none() }
        });
        HeaderSet::product(&IpSet::all_v4(), &destinations, &traffic)
    }))
}

/// The IPv6 headers that stand for these IPv4 ones, from any source.
pub(super) fn to_v6(headers: &HeaderSet) -> HeaderSet {
    let parts = headers.restrict_destinations(&IpSet::all_v4()).products().into_iter();
    HeaderSet::union_all(parts.map(|(_, destinations, traffic)| {
        let standing = destinations.v4().ranges();
        let standing =
            standing.map(|(first, last)| (PREFIX + u128::from(first), PREFIX + u128::from(last)));
        let destinations = IntervalSet::<u128>::from_ranges(standing).into();
        let traffic = retold(&traffic, &Traffic::icmp_set, ECHO_REQUEST, |asked| {
            if asked { Traffic::icmpv6(&echo(ECHO_REQUEST_V6)) } else { Traffic::none() }
        });
        HeaderSet::product(&IpSet::all_v6(), &destinations, &traffic)
    }))
}

/// TCP and UDP as they are, and an echo request in the other family's words.
fn retold(
    traffic: &Traffic,
    messages: &dyn Fn(&Traffic) -> &IcmpSet,
    request: u8,
    retell: impl Fn(bool) -> Traffic,
) -> Traffic {
    let same = Traffic::all_tcp().union(&Traffic::all_udp()).intersection(traffic);
    same.union(&retell(messages(traffic).contains(request, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let far = IpSet::from_net("64:ff9b::cb00:7100/120".parse().unwrap());
        let traffic = "tcp/443".parse::<Traffic>().unwrap();
        let v6 = HeaderSet::product(&IpSet::all_v6(), &far, &traffic);
        let v4 = to_v4(&v6);
        assert_eq!(v4.destinations(), IpSet::from_net("203.0.113.0/24".parse().unwrap()));
        assert_eq!(to_v6(&v4), v6);
        let ping = v6.map_traffic(|_| Traffic::icmpv6(&IcmpSet::of_type(128)));
        let told = to_v4(&ping).traffic();
        assert_eq!(told, Traffic::icmp(&IcmpSet::of_type_code(8, 0)));
    }
}
