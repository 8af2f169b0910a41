use std::net::IpAddr;

use num_bigint::BigUint;
use proptest::prelude::*;

use super::super::{Header, HeaderSet, IpSet, L4, PortSet, Traffic};
use super::traffic::{self, request_of};
use super::{addr, net};

const ADDRESSES: [&str; 8] = [
    "0.0.0.0",
    "0.0.0.1",
    "10.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "2001:db8::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

pub(super) fn any_ips() -> impl Strategy<Value = IpSet> + Clone {
    let addr = prop::sample::select(&ADDRESSES[..]).prop_map(addr);
    let range = (addr.clone(), addr).prop_map(|(a, b)| IpSet::from_range(a.min(b), a.max(b)));
    let part = prop_oneof![range, Just(IpSet::all_v4()), Just(IpSet::all())];
    let parts = prop::collection::vec(part, 1..4).prop_map(|parts| IpSet::union_all(&parts));
    prop_oneof![1 => Just(IpSet::empty()), 9 => parts]
}

type Product = (IpSet, IpSet, Traffic);

fn any_products() -> impl Strategy<Value = Vec<Product>> + Clone {
    prop::collection::vec((any_ips(), any_ips(), traffic::any_part()), 0..4)
}

fn union(products: &[Product]) -> HeaderSet {
    HeaderSet::union_all(products.iter().map(|(from, to, what)| HeaderSet::product(from, to, what)))
}

pub(super) fn any_set() -> impl Strategy<Value = HeaderSet> + Clone {
    (any_products(), any_products(), any::<bool>()).prop_map(|(plus, minus, subtract)| {
        let plus = union(&plus);
        if subtract { plus.difference(&union(&minus)) } else { plus }
    })
}

/// Every header of a toy universe, mixed families included.
fn universe() -> Vec<Header> {
    let l4: Vec<L4> = [(22, 22), (1024, 22), (22, 65535), (0, 0)]
        .into_iter()
        .flat_map(|(source, destination)| {
            [L4::Tcp { source, destination }, L4::Udp { source, destination }]
        })
        .chain(
            [(8, 0), (0, 0), (3, 4), (128, 0), (129, 0)]
                .into_iter()
                .flat_map(|(kind, code)| [L4::Icmp { kind, code }, L4::Icmpv6 { kind, code }]),
        )
        .chain([L4::Other(50), L4::Other(6)])
        .collect();
    let mut headers = Vec::new();
    for source in ADDRESSES.map(addr) {
        for destination in ADDRESSES.map(addr) {
            headers.extend(l4.iter().map(|l4| Header { source, destination, l4: *l4 }));
        }
    }
    headers
}

fn holds(products: &[Product], header: &Header) -> bool {
    header.source.is_ipv4() == header.destination.is_ipv4()
        && products.iter().any(|(sources, destinations, traffic)| {
            sources.contains(header.source)
                && destinations.contains(header.destination)
                && traffic.contains(&header.l4)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_membership(
        left in any_products(),
        right in any_products(),
        ips in any_ips(),
        filter in traffic::any_part(),
    ) {
        let (a, b) = (union(&left), union(&right));
        let (sum, both, rest, not) =
            (a.union(&b), a.intersection(&b), a.difference(&b), a.complement());
        let (sent, received, filtered) =
            (a.restrict_sources(&ips), a.restrict_destinations(&ips), a.restrict_traffic(&filter));
        let (reply, request, unanswered) = (a.reply(), a.request(), a.unanswered());
        for header in universe() {
            let (in_a, in_b) = (holds(&left, &header), holds(&right, &header));
            let well_formed = HeaderSet::all().contains(&header);
            prop_assert_eq!(a.contains(&header), in_a);
            prop_assert_eq!(sum.contains(&header), in_a || in_b);
            prop_assert_eq!(both.contains(&header), in_a && in_b);
            prop_assert_eq!(rest.contains(&header), in_a && !in_b);
            prop_assert_eq!(not.contains(&header), well_formed && !in_a);
            prop_assert_eq!(sent.contains(&header), in_a && ips.contains(header.source));
            prop_assert_eq!(received.contains(&header), in_a && ips.contains(header.destination));
            prop_assert_eq!(filtered.contains(&header), in_a && filter.contains(&header.l4));
            let answered = request_of(header.l4).is_some_and(|l4| {
                let (source, destination) = (header.destination, header.source);
                holds(&left, &Header { source, destination, l4 })
            });
            prop_assert_eq!(reply.contains(&header), answered);
            let answer = header.reply();
            prop_assert_eq!(request.contains(&header), answer.is_some_and(|h| holds(&left, &h)));
            prop_assert_eq!(unanswered.contains(&header), in_a && answer.is_none());
            if well_formed {
                prop_assert_eq!(HeaderSet::single(&header).is_subset(&a), in_a);
            }
        }
    }

    /// The ranges start and end in the toy universe, so that what any address of a range can send
    /// one of the universe can.
    #[test]
    fn rewriting_agrees_with_membership(products in any_products(), to in 0..ADDRESSES.len()) {
        let (set, to) = (union(&products), addr(ADDRESSES[to]));
        let (sent, received) = (set.with_source(to), set.with_destination(to));
        for header in universe() {
            let any_source = ADDRESSES.map(addr).into_iter().any(|source| {
                source.is_ipv4() == to.is_ipv4() && holds(&products, &Header { source, ..header })
            });
            prop_assert_eq!(sent.contains(&header), header.source == to && any_source);
            let any_destination = ADDRESSES.map(addr).into_iter().any(|destination| {
                let moved = Header { destination, ..header };
                destination.is_ipv4() == to.is_ipv4() && holds(&products, &moved)
            });
            prop_assert_eq!(received.contains(&header), header.destination == to && any_destination);
        }
        prop_assert_eq!(sent.destinations(), set.restrict_sources(&family(to)).destinations());
        prop_assert_eq!(sent.traffic(), set.restrict_sources(&family(to)).traffic());
        prop_assert_eq!(received.sources(), set.restrict_destinations(&family(to)).sources());
    }

    #[test]
    fn replies_and_requests_are_inverse(set in any_set()) {
        let answered = set.reply().request();
        prop_assert!(answered.is_disjoint(&set.unanswered()));
        prop_assert_eq!(answered.union(&set.unanswered()), set.clone());
        prop_assert_eq!(set.reply().request().reply(), set.reply());
        prop_assert_eq!(set.reply().sources(), answered.destinations());
    }

    #[test]
    fn products_are_disjoint_and_make_it_up(set in any_set()) {
        let products = set.products();
        for (n, (sources, destinations, traffic)) in products.iter().enumerate() {
            let one = HeaderSet::product(sources, destinations, traffic);
            prop_assert!(!one.is_empty());
            for (sources, destinations, traffic) in products.iter().skip(n + 1) {
                prop_assert!(one.is_disjoint(&HeaderSet::product(sources, destinations, traffic)));
            }
        }
        prop_assert_eq!(union(&products), set.clone());
        let counts = products.iter().map(|(from, to, what)| {
            (from.v4().count() * to.v4().count() + from.v6().count() * to.v6().count())
                * what.count()
        });
        prop_assert_eq!(counts.sum::<BigUint>(), set.count());
        prop_assert_eq!(set.sample().is_none(), set.is_empty());
        prop_assert!(set.sample().is_none_or(|header| set.contains(&header)));
    }

    #[test]
    fn projections_are_tight(set in any_set()) {
        let hull = HeaderSet::product(&set.sources(), &set.destinations(), &set.traffic());
        prop_assert!(set.is_subset(&hull));
        let from_products = set.products();
        let sources: Vec<IpSet> = from_products.iter().map(|product| product.0.clone()).collect();
        prop_assert_eq!(IpSet::union_all(&sources), set.sources());
        prop_assert!(set.restrict_sources(&set.sources()) == set);
        prop_assert!(set.restrict_destinations(&set.destinations()) == set);
        prop_assert!(set.restrict_traffic(&set.traffic()) == set);
    }

    #[test]
    fn order_of_building_does_not_matter(products in any_products().prop_shuffle()) {
        let one_by_one = products.iter().fold(HeaderSet::empty(), |set, (from, to, what)| {
            set.union(&HeaderSet::product(from, to, what))
        });
        prop_assert_eq!(&one_by_one, &union(&products));
        let backwards: Vec<Product> = products.into_iter().rev().collect();
        prop_assert_eq!(&one_by_one, &union(&backwards));
    }
}

fn family(addr: IpAddr) -> IpSet {
    if addr.is_ipv4() { IpSet::all_v4() } else { IpSet::all_v6() }
}

/// Every pair of sets over two sources, two destinations and two ports.
#[test]
fn exhaustive_on_eight_headers() {
    let mut headers = Vec::new();
    for source in ["10.0.0.1", "10.0.0.2"].map(addr) {
        for destination in ["10.0.0.1", "10.0.0.3"].map(addr) {
            for port in [22, 23] {
                let l4 = L4::Tcp { source: 1024, destination: port };
                headers.push(HeaderSet::single(&Header { source, destination, l4 }));
            }
        }
    }
    let sets: Vec<HeaderSet> = (0..256_usize)
        .map(|mask| {
            let chosen = headers.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
            HeaderSet::union_all(chosen.map(|(_, header)| header.clone()))
        })
        .collect();
    for (a, left) in sets.iter().enumerate() {
        assert_eq!(left.count(), BigUint::from(a.count_ones()));
        assert_eq!(left.reply().reply(), *left);
        for (b, right) in sets.iter().enumerate() {
            assert_eq!(left.union(right), sets[a | b]);
            assert_eq!(left.intersection(right), sets[a & b]);
            assert_eq!(left.difference(right), sets[a & !b]);
            assert_eq!(left.is_subset(right), a & !b == 0);
            assert_eq!(left.is_disjoint(right), a & b == 0);
        }
    }
}

#[test]
fn families_never_mix() {
    let all = HeaderSet::product(&IpSet::all(), &IpSet::all(), &Traffic::all());
    assert_eq!(all, HeaderSet::all());
    assert!(all.is_all());
    let mixed = HeaderSet::product(&IpSet::all_v4(), &IpSet::all_v6(), &Traffic::all());
    assert!(mixed.is_empty());
    let half = HeaderSet::product(&IpSet::all(), &IpSet::all_v6(), &Traffic::all());
    assert_eq!(half.sources(), IpSet::all_v6());
    assert!(half.with_source(addr("10.0.0.1")).is_empty());
    assert!(half.with_destination(addr("10.0.0.1")).is_empty());
}

#[test]
fn products_join_sources_and_families() {
    let (a, b) = (IpSet::from_net(net("10.0.0.0/24")), IpSet::from_net(net("10.0.2.0/24")));
    let (x, y) = (IpSet::from_net(net("10.1.0.0/16")), IpSet::from_net(net("2001:db8::/56")));
    let ssh = Traffic::tcp(&PortSet::single(22));
    let web = Traffic::tcp(&PortSet::single(443));
    let set = HeaderSet::union_all([
        HeaderSet::product(&a.union(&b), &x, &ssh),
        HeaderSet::product(&b, &IpSet::from_addr(addr("10.9.9.9")), &web),
        HeaderSet::product(&y, &y, &ssh),
    ]);
    assert_eq!(
        set.to_string(),
        "10.0.0.0/24, 10.0.2.0/24, 2001:db8::/56 -> 10.1.0.0/16, 2001:db8::/56: tcp 22 | \
         10.0.2.0/24 -> 10.9.9.9: tcp 443"
    );
}

/// A thousand rules, each with its own prefix, port and destination.
#[test]
fn many_rules_stay_affordable() {
    let rules: Vec<HeaderSet> = (0..1_000_u16)
        .map(|n| {
            let [high, low] = n.to_be_bytes();
            let from = IpSet::from_net(net(&format!("10.{high}.{low}.0/22")));
            let to = IpSet::from_addr(addr(&format!("172.16.{}.1", n % 50)));
            HeaderSet::product(&from, &to, &Traffic::tcp(&PortSet::range(n, n + 10)))
        })
        .collect();
    let all = HeaderSet::union_all(rules.iter().cloned());
    assert!(rules.iter().all(|rule| rule.is_subset(&all)));
    assert!(all.difference(&all.reply().request()).is_empty());
}
