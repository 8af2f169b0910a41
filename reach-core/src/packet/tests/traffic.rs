use num_bigint::BigUint;
use proptest::prelude::*;

use super::super::{IcmpSet, L4, PortSet, Protocol, Traffic};

const PORTS: [u16; 6] = [0, 22, 23, 1023, 1024, 65535];
const MESSAGES: [(u8, u8); 8] =
    [(0, 0), (0, 255), (3, 4), (8, 0), (8, 255), (128, 0), (129, 0), (255, 255)];

pub(super) fn any_ports() -> impl Strategy<Value = PortSet> + Clone {
    let port = prop::sample::select(&PORTS[..]);
    let ranges = prop::collection::vec((port.clone(), port), 1..4).prop_map(PortSet::from_ranges);
    prop_oneof![Just(PortSet::all()), ranges]
}

pub(super) fn any_messages() -> impl Strategy<Value = IcmpSet> + Clone {
    let message = prop::sample::select(&MESSAGES[..]);
    let part = (message, any::<bool>()).prop_map(|((kind, code), whole)| {
        if whole { IcmpSet::of_type(kind) } else { IcmpSet::of_type_code(kind, code) }
    });
    let parts = prop::collection::vec(part, 0..4)
        .prop_map(|parts| parts.iter().fold(IcmpSet::empty(), |set, part| set.union(part)));
    (parts, any::<bool>()).prop_map(|(set, flip)| if flip { set.complement() } else { set })
}

pub(super) fn any_part() -> impl Strategy<Value = Traffic> + Clone {
    let ports = || (any_ports(), any_ports());
    let protocols = prop::sample::select(&[0_u8, 1, 6, 17, 47, 50, 58, 255][..]);
    prop_oneof![
        ports().prop_map(|(from, to)| Traffic::tcp(&to).from_source_ports(&from)),
        ports().prop_map(|(from, to)| Traffic::udp(&to).from_source_ports(&from)),
        any_messages().prop_map(|messages| Traffic::icmp(&messages)),
        any_messages().prop_map(|messages| Traffic::icmpv6(&messages)),
        protocols.prop_map(|number| Traffic::protocol(Protocol(number))),
        Just(Traffic::all()),
    ]
}

pub(super) fn any_set() -> impl Strategy<Value = Traffic> + Clone {
    let parts = prop::collection::vec(any_part(), 0..5);
    let sums = parts.prop_map(Traffic::union_all);
    (sums.clone(), sums, any::<bool>())
        .prop_map(|(plus, minus, subtract)| if subtract { plus.difference(&minus) } else { plus })
}

/// The headers that the sets above can tell apart, and some more.
pub(super) fn headers() -> Vec<L4> {
    let mut headers = Vec::new();
    for source in PORTS.into_iter().chain([80, 30000]) {
        for destination in PORTS.into_iter().chain([80, 30000]) {
            headers.push(L4::Tcp { source, destination });
            headers.push(L4::Udp { source, destination });
        }
    }
    for (kind, code) in MESSAGES.into_iter().chain([(0, 7), (8, 7), (128, 7), (129, 7), (4, 0)]) {
        headers.push(L4::Icmp { kind, code });
        headers.push(L4::Icmpv6 { kind, code });
    }
    headers.extend((0..=u8::MAX).map(L4::Other));
    headers
}

/// The header that this one answers.
pub(super) fn request_of(l4: L4) -> Option<L4> {
    match l4 {
        L4::Icmp { kind: 0, code } => Some(L4::Icmp { kind: 8, code }),
        L4::Icmpv6 { kind: 129, code } => Some(L4::Icmpv6 { kind: 128, code }),
        L4::Icmp { .. } | L4::Icmpv6 { .. } => None,
        ports_or_other => ports_or_other.reply(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn agrees_with_membership(a in any_set(), b in any_set(), from in any_ports(), to in any_ports()) {
        let (union, both, rest) = (a.union(&b), a.intersection(&b), a.difference(&b));
        let (not, reply, request) = (a.complement(), a.reply(), a.request());
        let (unanswered, sent, received) =
            (a.unanswered(), a.from_source_ports(&from), a.to_destination_ports(&to));
        for l4 in headers() {
            let well_formed = Traffic::all().contains(&l4);
            let (in_a, in_b) = (a.contains(&l4), b.contains(&l4));
            let ports = match l4 {
                L4::Tcp { source, destination } | L4::Udp { source, destination } => {
                    Some((source, destination))
                }
                _ => None,
            };
            prop_assert_eq!(union.contains(&l4), in_a || in_b);
            prop_assert_eq!(both.contains(&l4), in_a && in_b);
            prop_assert_eq!(rest.contains(&l4), in_a && !in_b);
            prop_assert_eq!(not.contains(&l4), well_formed && !in_a);
            prop_assert_eq!(reply.contains(&l4), request_of(l4).is_some_and(|l4| a.contains(&l4)));
            prop_assert_eq!(request.contains(&l4), l4.reply().is_some_and(|l4| a.contains(&l4)));
            prop_assert_eq!(unanswered.contains(&l4), in_a && l4.reply().is_none());
            prop_assert_eq!(
                sent.contains(&l4),
                in_a && ports.is_none_or(|(source, _)| from.contains(source))
            );
            prop_assert_eq!(
                received.contains(&l4),
                in_a && ports.is_none_or(|(_, destination)| to.contains(destination))
            );
            let single = Traffic::single(&l4);
            prop_assert_eq!(single.is_subset(&a), in_a || !well_formed);
            prop_assert_eq!(single.count(), BigUint::from(u8::from(well_formed)));
            prop_assert_eq!(single.sample(), well_formed.then_some(l4));
        }
    }

    #[test]
    fn replies_and_requests_are_inverse(a in any_set()) {
        let answered = a.reply().request();
        prop_assert!(answered.is_disjoint(&a.unanswered()));
        prop_assert_eq!(answered.union(&a.unanswered()), a.clone());
        let echo_replies = Traffic::icmp(&IcmpSet::of_type(0))
            .union(&Traffic::icmpv6(&IcmpSet::of_type(129)));
        let icmp = Traffic::all_icmp().union(&Traffic::all_icmpv6());
        let replies = a.difference(&icmp.difference(&echo_replies));
        prop_assert_eq!(a.request().reply(), replies);
        prop_assert_eq!(a.reply().count(), answered.count());
    }

    #[test]
    fn parts_sum_up(a in any_set()) {
        let ports = Traffic::tcp(&a.tcp_ports()).from_source_ports(&a.tcp_source_ports());
        prop_assert!(a.intersection(&Traffic::all_tcp()).is_subset(&ports));
        let ports = Traffic::udp(&a.udp_ports()).from_source_ports(&a.udp_source_ports());
        prop_assert!(a.intersection(&Traffic::all_udp()).is_subset(&ports));
        prop_assert_eq!(a.reply().tcp_ports(), a.tcp_source_ports());
        prop_assert_eq!(a.reply().udp_source_ports(), a.udp_ports());
        let rest = a.others().map(Traffic::protocol);
        let rest = Traffic::union_all(
            rest.chain([Traffic::icmp(a.icmp_set()), Traffic::icmpv6(a.icmpv6_set())]),
        );
        let ports = Traffic::all_tcp().union(&Traffic::all_udp());
        prop_assert_eq!(rest, a.difference(&ports));
        prop_assert_eq!(a.sample().is_none(), a.is_empty());
        prop_assert!(a.sample().is_none_or(|l4| a.contains(&l4)));
        prop_assert_eq!(a.is_all(), a == Traffic::all());
    }
}

#[test]
fn everything() {
    let by_number = Traffic::union_all((0..=u8::MAX).map(|n| Traffic::protocol(Protocol(n))));
    assert_eq!(by_number, Traffic::all());
    assert_eq!(Traffic::all().count(), BigUint::from((1_u64 << 33) + (1 << 17) + 252));
    assert_eq!(Traffic::all().others().count(), 252);
    assert!(Traffic::default().is_empty());
    assert!(!Traffic::all().contains(&L4::Other(6)));
}

#[test]
fn samples_send_from_client_ports() {
    let sample = Traffic::tcp(&PortSet::single(22)).sample();
    assert_eq!(sample, Some(L4::Tcp { source: 1024, destination: 22 }));
    let low = Traffic::udp(&PortSet::all()).from_source_ports(&PortSet::range(53, 54));
    assert_eq!(low.sample(), Some(L4::Udp { source: 53, destination: 0 }));
}
