use num_bigint::BigUint;
use proptest::prelude::*;

use super::super::{IntervalSet, Key};

pub(super) fn any_u8() -> impl Strategy<Value = IntervalSet<u8>> + Clone {
    let key = prop_oneof![Just(0), Just(u8::MAX), any::<u8>()];
    let range = (key.clone(), prop_oneof![0..3_u8, any::<u8>()]);
    prop::collection::vec(range, 0..6).prop_map(|ranges| {
        let ranges = ranges.into_iter().map(|(first, len)| (first, first.saturating_add(len)));
        IntervalSet::from_ranges(ranges)
    })
}

pub(super) fn assert_canonical<K: Key>(set: &IntervalSet<K>) {
    let ranges: Vec<_> = set.ranges().collect();
    assert_eq!(ranges.len(), set.len_ranges());
    assert!(ranges.iter().all(|(first, last)| first <= last), "{set:?}");
    for pair in ranges.windows(2) {
        let after = pair[0].1.next().unwrap();
        assert!(after < pair[1].0, "{set:?}: not apart");
    }
}

type Bitmap = [bool; 256];

fn bitmap(ranges: &[(u8, u8)]) -> Bitmap {
    let mut bits = [false; 256];
    for &(first, last) in ranges {
        for key in first..=last {
            bits[usize::from(key)] = true;
        }
    }
    bits
}

fn assert_models(set: &IntervalSet<u8>, bits: &Bitmap) {
    assert_canonical(set);
    for key in 0..=u8::MAX {
        assert_eq!(set.contains(key), bits[usize::from(key)], "{key} in {set:?}");
    }
    assert_eq!(set.count(), BigUint::from(bits.iter().filter(|bit| **bit).count()));
    assert_eq!(set.first(), (0..=u8::MAX).find(|key| bits[usize::from(*key)]));
    assert_eq!(set.last(), (0..=u8::MAX).rfind(|key| bits[usize::from(*key)]));
    assert_eq!(set.is_empty(), !bits.contains(&true));
    assert_eq!(set.is_full(), !bits.contains(&false));
}

fn zip(left: &Bitmap, right: &Bitmap, operation: impl Fn(bool, bool) -> bool) -> Bitmap {
    std::array::from_fn(|key| operation(left[key], right[key]))
}

proptest! {
    #[test]
    fn agrees_with_a_bitmap(
        left in prop::collection::vec(any::<(u8, u8)>(), 0..8),
        right in prop::collection::vec(any::<(u8, u8)>(), 0..8),
        (first, last) in any::<(u8, u8)>(),
    ) {
        let (a, b) = (bitmap(&left), bitmap(&right));
        let left = IntervalSet::from_ranges(left);
        let right = IntervalSet::from_ranges(right);
        assert_models(&left, &a);
        assert_models(&left.union(&right), &zip(&a, &b, |a, b| a || b));
        assert_models(&left.intersection(&right), &zip(&a, &b, |a, b| a && b));
        assert_models(&left.difference(&right), &zip(&a, &b, |a, b| a && !b));
        assert_models(&left.complement(), &zip(&a, &b, |a, _| !a));
        prop_assert_eq!(left.is_subset(&right), zip(&a, &b, |a, b| !a || b) == [true; 256]);
        prop_assert_eq!(left.is_disjoint(&right), zip(&a, &b, |a, b| a && b) == [false; 256]);
        let all = (first..=last).all(|key| a[usize::from(key)]);
        prop_assert_eq!(left.contains_range(first, last), all);
    }

    #[test]
    fn order_of_building_does_not_matter(
        ranges in prop::collection::vec(any::<(u8, u8)>(), 0..8).prop_shuffle(),
    ) {
        let at_once = IntervalSet::from_ranges(ranges.iter().copied());
        let one_by_one = ranges.iter().fold(IntervalSet::empty(), |set, (first, last)| {
            set.union(&IntervalSet::range(*first, *last))
        });
        let backwards: IntervalSet<u8> = ranges.into_iter().rev().collect();
        prop_assert_eq!(&at_once, &one_by_one);
        prop_assert_eq!(&at_once, &backwards);
    }
}

/// Every pair of subsets of seven keys, at both ends of the axis and in the middle.
#[test]
fn exhaustive_on_seven_keys() {
    for base in [0, 100, 249] {
        let sets: Vec<IntervalSet<u8>> = (0..128_u8)
            .map(|mask| {
                let keys = (0..7).filter(|bit| mask >> bit & 1 == 1).map(|bit| base + bit);
                keys.map(|key| (key, key)).collect()
            })
            .collect();
        for (a, left) in sets.iter().enumerate() {
            assert_canonical(left);
            for (b, right) in sets.iter().enumerate() {
                assert_eq!(left.union(right), sets[a | b]);
                assert_eq!(left.intersection(right), sets[a & b]);
                assert_eq!(left.difference(right), sets[a & !b]);
                assert_eq!(left.is_subset(right), a & !b == 0);
                assert_eq!(left.is_disjoint(right), a & b == 0);
            }
        }
    }
}

#[test]
fn ends_of_the_axes() {
    assert_eq!(IntervalSet::range(0, u128::MAX), IntervalSet::full());
    assert_eq!(IntervalSet::<u128>::full().count(), BigUint::from(u128::MAX) + 1_u8);
    assert_eq!(IntervalSet::<u128>::full().complement(), IntervalSet::empty());
    assert_eq!(IntervalSet::single(u128::MAX).complement().last(), Some(u128::MAX - 1));
    assert_eq!(IntervalSet::from_ranges([(128, 255_u8), (0, 127)]), IntervalSet::full());
    assert!(IntervalSet::range(2_u16, 1).is_empty());
    assert!(IntervalSet::from_ranges([(2_u16, 1)]).is_empty());
    assert_eq!(IntervalSet::<u8>::default(), IntervalSet::from_ranges([]));
    assert_eq!(format!("{:?}", IntervalSet::from_ranges([(1_u8, 2), (4, 4)])), "{1..=2, 4..=4}");
}
