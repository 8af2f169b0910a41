use std::collections::BTreeSet;

use num_bigint::BigUint;
use proptest::prelude::*;

use super::super::IntervalSet;
use super::super::relation::Relation;
use super::super::set::Set;
use super::interval::{any_u8, assert_canonical};

type Pairs = Relation<u8, IntervalSet<u8>>;
type Products = Vec<(IntervalSet<u8>, IntervalSet<u8>)>;

const VALUES: u8 = 16;

fn any_products() -> impl Strategy<Value = Products> + Clone {
    let values = any::<u16>().prop_map(|mask| {
        (0..VALUES).filter(|bit| mask >> bit & 1 == 1).map(|value| (value, value)).collect()
    });
    let few = prop_oneof![Just(IntervalSet::single(3)), Just(IntervalSet::range(2, 5)), values];
    prop::collection::vec((any_u8(), few), 0..6)
}

pub(super) fn any_set() -> impl Strategy<Value = Pairs> + Clone {
    let products = any_products().prop_map(Pairs::from_products);
    (products, any::<bool>()).prop_map(
        |(set, flip)| {
            if flip { Pairs::full().difference(&set) } else { set }
        },
    )
}

/// A mask of values for each key.
fn bitmap(products: &Products) -> Vec<u16> {
    let mut bits = vec![0; 256];
    for (keys, values) in products {
        for key in keys.ranges().flat_map(|(first, last)| first..=last) {
            for value in (0..VALUES).filter(|value| values.contains(*value)) {
                bits[usize::from(key)] |= 1 << value;
            }
        }
    }
    bits
}

fn assert_models(set: &Pairs, bits: &[u16]) {
    let mut distinct = BTreeSet::new();
    let mut keys_before = IntervalSet::empty();
    for (keys, values) in set.classes() {
        assert_canonical(keys);
        assert!(!keys.is_empty() && !values.is_empty() && keys.is_disjoint(&keys_before));
        assert!(distinct.insert(values.clone()), "{values:?} in two classes");
        keys_before = keys_before.union(keys);
    }
    assert!(set.classes().zip(set.classes().skip(1)).all(|(a, b)| a.0.first() < b.0.first()));
    assert_eq!(set.keys(), keys_before);

    for key in 0..=u8::MAX {
        for value in 0..VALUES {
            let held = set.get(key).is_some_and(|values| values.contains(value));
            assert_eq!(held, bits[usize::from(key)] >> value & 1 == 1, "({key}, {value})");
        }
    }
    let ones: u32 = bits.iter().map(|mask| mask.count_ones()).sum();
    assert_eq!(set.count(), BigUint::from(ones));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn agrees_with_a_bitmap(left in any_products(), right in any_products(), keys in any_u8()) {
        let (a, b) = (bitmap(&left), bitmap(&right));
        let zip = |operation: fn(u16, u16) -> u16| -> Vec<u16> {
            a.iter().zip(&b).map(|(a, b)| operation(*a, *b)).collect()
        };
        let (left, right) = (Pairs::from_products(left), Pairs::from_products(right));
        assert_models(&left, &a);
        assert_models(&left.union(&right), &zip(|a, b| a | b));
        assert_models(&left.intersection(&right), &zip(|a, b| a & b));
        assert_models(&left.difference(&right), &zip(|a, b| a & !b));
        prop_assert_eq!(left.is_subset(&right), zip(|a, b| a & !b).iter().all(|mask| *mask == 0));
        prop_assert_eq!(left.is_disjoint(&right), zip(|a, b| a & b).iter().all(|mask| *mask == 0));

        let restricted: Vec<u16> =
            (0..=u8::MAX).map(|key| a[usize::from(key)] * u16::from(keys.contains(key))).collect();
        assert_models(&left.restrict_keys(&keys), &restricted);
        let odd = IntervalSet::from_ranges((0..8).map(|half| (half * 2 + 1, half * 2 + 1)));
        let odd_only: Vec<u16> = a.iter().map(|mask| mask & 0xAAAA).collect();
        assert_models(&left.map_values(|values| values.intersection(&odd)), &odd_only);
        let values = a.iter().fold(0, |all, mask| all | mask);
        prop_assert!((0..VALUES).all(|v| left.values().contains(v) == (values >> v & 1 == 1)));
    }

    #[test]
    fn order_of_building_does_not_matter(products in any_products().prop_shuffle()) {
        let one_by_one = products.iter().fold(Pairs::empty(), |set, (keys, values)| {
            set.union(&Relation::product(keys, values))
        });
        let backwards = products.iter().rev().fold(Pairs::empty(), |set, (keys, values)| {
            Relation::product(keys, values).union(&set)
        });
        let at_once = Pairs::from_products(products);
        prop_assert_eq!(&at_once, &one_by_one);
        prop_assert_eq!(&at_once, &backwards);
    }

    #[test]
    fn transposing_twice_gives_it_back(products in any_products()) {
        let nested = Relation::from_products(products.iter().map(|(keys, values)| {
            (keys.clone(), Relation::product(values, &IntervalSet::single(7_u8)))
        }));
        let transposed = nested.transpose();
        for (keys, values) in &products {
            if let (Some(key), Some(value)) = (keys.first(), values.first()) {
                prop_assert!(transposed.get(value).and_then(|inner| inner.get(key)).is_some());
            }
        }
        prop_assert_eq!(transposed.count(), nested.count());
        prop_assert_eq!(transposed.transpose(), nested);
    }
}

/// Every pair of sets over three keys, one of them the last of the axis, and two values.
#[test]
fn exhaustive_on_three_keys_and_two_values() {
    let pairs: Vec<(u8, u8)> =
        [0, 1, 255].into_iter().flat_map(|key| [(key, 0), (key, 255)]).collect();
    let sets: Vec<Pairs> =
        (0..64_usize)
            .map(|mask| {
                let chosen = pairs.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
                Pairs::from_products(chosen.map(|(_, (key, value))| {
                    (IntervalSet::single(*key), IntervalSet::single(*value))
                }))
            })
            .collect();
    for (a, left) in sets.iter().enumerate() {
        assert_eq!(left.count(), BigUint::from(a.count_ones()));
        for (b, right) in sets.iter().enumerate() {
            assert_eq!(left.union(right), sets[a | b]);
            assert_eq!(left.intersection(right), sets[a & b]);
            assert_eq!(left.difference(right), sets[a & !b]);
            assert_eq!(left.is_subset(right), a & !b == 0);
            assert_eq!(left.is_disjoint(right), a & b == 0);
        }
    }
}

/// Ten thousand overlapping products, built and taken apart again.
#[test]
fn many_products_stay_affordable() {
    let sliding: Vec<_> = (0..10_000_u32)
        .map(|n| (IntervalSet::range(n * 10, n * 10 + 25), IntervalSet::single(n % 500)))
        .collect();
    let all = Relation::from_products(sliding.iter().cloned());
    assert!(all.get(99_999).is_some_and(|values| values.contains(9_999 % 500)));
    let rest = sliding.iter().skip(5_000).cloned();
    assert!(Relation::from_products(rest).is_subset(&all));

    let lone = (0..10_000_u32).map(|n| (IntervalSet::single(n * 2), IntervalSet::single(1_u8)));
    assert_eq!(Relation::from_products(lone).classes().count(), 1);
}
