//! What every set owes, checked at every level.

use std::fmt::Debug;
use std::hash::{BuildHasher, BuildHasherDefault};

use num_bigint::BigUint;
use proptest::prelude::*;
use rustc_hash::FxHasher;

use super::super::relation::Relation;
use super::super::set::Set;
use super::super::{HeaderSet, IcmpSet, IntervalSet, IpSet, PortSet, Traffic};
use super::{header_set, interval, relation, traffic};

/// Equal, and equal for a hash map.
fn same<S: Set + Debug>(left: &S, right: &S) {
    let hasher = BuildHasherDefault::<FxHasher>::default();
    assert_eq!(left, right);
    assert_eq!(hasher.hash_one(left), hasher.hash_one(right));
    assert!(left.cmp(right).is_eq());
}

fn check<S: Set + Debug>(a: &S, b: &S, c: &S) {
    let empty = &S::union_all([]);
    let not = |set: &S| S::full().difference(set);
    let (union, both) = (a.union(b), a.intersection(b));

    same(&union, &b.union(a));
    same(&both, &b.intersection(a));
    same(&union.union(c), &a.union(&b.union(c)));
    same(&both.intersection(c), &a.intersection(&b.intersection(c)));
    same(&a.union(&both), a);
    same(&a.intersection(&union), a);
    same(&a.intersection(&b.union(c)), &both.union(&a.intersection(c)));
    same(&a.union(&b.intersection(c)), &union.intersection(&a.union(c)));
    same(&not(&union), &not(a).intersection(&not(b)));
    same(&not(&both), &not(a).union(&not(b)));
    same(&not(&not(a)), a);
    same(&a.difference(b), &a.intersection(&not(b)));
    same(&a.difference(b).union(&both), a);
    same(&a.difference(b).union(&both).union(&b.difference(a)), &union);
    same(&a.union(&not(a)), &S::full());
    same(&a.intersection(&not(a)), empty);
    same(&a.union(empty), a);
    same(&a.intersection(&S::full()), a);
    same(&a.union(&S::full()), &S::full());
    same(&a.intersection(empty), empty);
    same(&a.difference(a), empty);
    same(&S::union_all([a.clone(), b.clone(), c.clone()]), &union.union(c));
    same(&S::union_all([c.clone(), not(c), a.clone()]), &S::full());

    assert_eq!(a.is_subset(b), a.difference(b).is_empty());
    assert_eq!(a.is_subset(b), union == *b);
    assert_eq!(a.is_disjoint(b), both.is_empty());
    assert!(both.is_subset(a) && a.is_subset(&union) && a.is_subset(a));
    assert!(a.difference(b).is_disjoint(b));
    assert!(empty.is_empty());
    assert_eq!(a.is_empty(), a == empty);
    assert_eq!(a.is_full(), *a == S::full());
    assert_eq!(a.is_empty(), a.count() == BigUint::ZERO);
    assert_eq!(union.count() + both.count(), a.count() + b.count());
    assert_eq!(a.count() + not(a).count(), S::full().count());
}

fn three<S: Strategy + Clone>(set: S) -> (S, S, S) {
    (set.clone(), set.clone(), set)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn intervals((a, b, c) in three(interval::any_u8())) {
        check(&a, &b, &c);
    }

    #[test]
    fn wide_intervals((a, b, c) in three(any_wide())) {
        check(&a, &b, &c);
    }

    #[test]
    fn ports((a, b, c) in three(traffic::any_ports())) {
        check::<PortSet>(&a, &b, &c);
    }

    #[test]
    fn messages((a, b, c) in three(traffic::any_messages())) {
        check::<IcmpSet>(&a, &b, &c);
    }

    #[test]
    fn relations((a, b, c) in three(relation::any_set())) {
        check::<Relation<u8, IntervalSet<u8>>>(&a, &b, &c);
    }

    #[test]
    fn addresses((a, b, c) in three(header_set::any_ips())) {
        check(&Addresses(a), &Addresses(b), &Addresses(c));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn traffics((a, b, c) in three(traffic::any_set())) {
        check::<Traffic>(&a, &b, &c);
    }

    #[test]
    fn header_sets((a, b, c) in three(header_set::any_set())) {
        check::<HeaderSet>(&a, &b, &c);
    }
}

fn any_wide() -> impl Strategy<Value = IntervalSet<u128>> + Clone {
    let key = prop_oneof![Just(0), Just(u128::MAX), 0..4_u128, any::<u128>()];
    prop::collection::vec((key.clone(), key), 0..5).prop_map(IntervalSet::from_ranges)
}

/// [`IpSet::union_all`] takes references, so that the trait needs a type of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Addresses(IpSet);

impl Set for Addresses {
    fn full() -> Self {
        Self(IpSet::all())
    }
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    fn is_full(&self) -> bool {
        self.0.is_all()
    }
    fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0))
    }
    fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0))
    }
    fn difference(&self, other: &Self) -> Self {
        assert_eq!(self.0.difference(&other.0), self.0.intersection(&other.0.complement()));
        Self(self.0.difference(&other.0))
    }
    fn is_subset(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }
    fn is_disjoint(&self, other: &Self) -> bool {
        self.0.is_disjoint(&other.0)
    }
    fn count(&self) -> BigUint {
        self.0.count()
    }
    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        let sets: Vec<IpSet> = sets.into_iter().map(|set| set.0).collect();
        Self(IpSet::union_all(&sets))
    }
}

impl Set for HeaderSet {
    fn full() -> Self {
        HeaderSet::all()
    }
    fn is_empty(&self) -> bool {
        HeaderSet::is_empty(self)
    }
    fn is_full(&self) -> bool {
        HeaderSet::is_all(self)
    }
    fn union(&self, other: &Self) -> Self {
        HeaderSet::union(self, other)
    }
    fn intersection(&self, other: &Self) -> Self {
        HeaderSet::intersection(self, other)
    }
    fn difference(&self, other: &Self) -> Self {
        assert_eq!(HeaderSet::difference(self, other), self.intersection(&other.complement()));
        HeaderSet::difference(self, other)
    }
    fn is_subset(&self, other: &Self) -> bool {
        HeaderSet::is_subset(self, other)
    }
    fn is_disjoint(&self, other: &Self) -> bool {
        HeaderSet::is_disjoint(self, other)
    }
    fn count(&self) -> BigUint {
        HeaderSet::count(self)
    }
    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        HeaderSet::union_all(sets)
    }
}
