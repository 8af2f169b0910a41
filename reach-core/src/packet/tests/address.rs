use ipnet::{IpNet, Ipv4Subnets};
use num_bigint::BigUint;
use proptest::prelude::*;

use super::super::{IntervalSet, IpSet};
use super::header_set::any_ips;
use super::{addr, net};

/// Disjoint, sorted, and no two that are the halves of one prefix: there is no shorter list.
fn assert_minimal(nets: &[IpNet]) {
    for pair in nets.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        assert!(a < b && !a.contains(&b) && !b.contains(&a), "{nets:?}");
        let halves = a.supernet().is_some() && a.supernet() == b.supernet();
        assert!(!halves || a.prefix_len() != b.prefix_len(), "{nets:?}");
    }
}

proptest! {
    #[test]
    fn nets_are_minimal_and_round_trip(set in any_ips()) {
        let nets = set.nets();
        assert_minimal(&nets);
        prop_assert_eq!(&IpSet::from_nets(nets.iter().copied()), &set);
        prop_assert_eq!(&nets.iter().rev().copied().collect::<IpSet>(), &set);
        prop_assert!(nets.iter().all(|net| set.contains_net(*net)));
        let json = serde_json::to_string(&set).unwrap();
        prop_assert_eq!(serde_json::from_str::<IpSet>(&json).unwrap(), set);
    }

    #[test]
    fn parts_and_samples(set in any_ips()) {
        prop_assert_eq!(set.only_v4().union(&set.only_v6()), set.clone());
        prop_assert_eq!(set.only_v4(), set.intersection(&IpSet::all_v4()));
        prop_assert_eq!(set.only_v6(), set.intersection(&IpSet::all_v6()));
        prop_assert_eq!(set.count(), set.v4().count() + set.v6().count());
        prop_assert_eq!(set.sample().is_none(), set.is_empty());
        prop_assert!(set.sample().is_none_or(|first| set.contains(first)));
    }
}

/// Every set of sixteen addresses at either end of IPv4.
#[test]
fn nets_at_the_ends_of_the_axis() {
    for base in [0, u32::MAX - 15] {
        for mask in 0..=u16::MAX {
            let bits = (0..16).filter(|bit| mask >> bit & 1 == 1).map(|bit| base + bit);
            let set = IpSet::from(bits.map(|bit| (bit, bit)).collect::<IntervalSet<u32>>());
            let nets = set.nets();
            assert_minimal(&nets);
            assert_eq!(IpSet::from_nets(nets), set);
        }
    }
}

#[test]
fn whole_families() {
    assert_eq!(IpSet::all().nets(), [net("0.0.0.0/0"), net("::/0")]);
    assert_eq!(IpSet::from_nets([net("::/0"), net("0.0.0.0/0")]), IpSet::all());
    assert_eq!(IpSet::from_nets([net("0.0.0.0/1"), net("128.0.0.0/1")]), IpSet::all_v4());
    assert_eq!(IpSet::all_v4().complement(), IpSet::all_v6());
    assert_eq!(IpSet::all().count(), (BigUint::from(u128::MAX) + 1_u8) + (1_u64 << 32));
    assert!(!IpSet::all_v4().contains_net(net("::/0")));
}

#[test]
fn host_bits_do_not_matter() {
    assert_eq!(IpSet::from_net(net("10.1.2.3/8")), IpSet::from_net(net("10.0.0.0/8")));
    assert_eq!(IpSet::from_nets([net("10.1.2.3/8")]).to_string(), "10.0.0.0/8");
    assert!(IpSet::from_net(net("10.0.0.0/8")).contains_net(net("10.9.9.9/16")));
}

#[test]
fn ranges() {
    let set = IpSet::from_range(addr("10.0.0.1"), addr("10.0.0.6"));
    assert_eq!(set.to_string(), "10.0.0.1, 10.0.0.2/31, 10.0.0.4/31, 10.0.0.6");
    assert_eq!(set.sample(), Some(addr("10.0.0.1")));
    assert!(IpSet::from_range(addr("10.0.0.6"), addr("10.0.0.1")).is_empty());
    assert!(IpSet::from_range(addr("10.0.0.6"), addr("::1")).is_empty());
    assert!(!IpSet::from_addr(addr("10.0.0.1")).contains(addr("::ffff:10.0.0.1")));
}

#[test]
fn reading_and_writing() {
    assert_eq!(IpSet::empty().to_string(), "none");
    let set: IpSet =
        serde_json::from_str(r#"["2001:db8::1", "10.0.0.0/9", "10.128.0.0/9"]"#).unwrap();
    assert_eq!(set.to_string(), "10.0.0.0/8, 2001:db8::1");
    assert_eq!(serde_json::to_string(&set).unwrap(), r#"["10.0.0.0/8","2001:db8::1/128"]"#);
    let error = serde_json::from_str::<IpSet>(r#"["10.0.0.0/33"]"#).unwrap_err();
    assert!(error.to_string().starts_with("`10.0.0.0/33` is neither a prefix nor an address"));
}

#[test]
fn twenty_thousand_prefixes() {
    let every: Vec<IpNet> = Ipv4Subnets::new([10, 0, 0, 0].into(), [10, 255, 255, 255].into(), 24)
        .take(40_000)
        .map(IpNet::from)
        .collect();
    let even: IpSet = every.iter().rev().step_by(2).copied().collect();
    assert!(every.iter().filter(|net| even.contains_net(**net)).count() >= every.len() / 2);
    assert_eq!(even.nets().iter().copied().collect::<IpSet>(), even);
}
