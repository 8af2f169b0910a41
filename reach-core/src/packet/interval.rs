use std::fmt;
use std::hash::Hash;

use num_bigint::BigUint;

use super::shared::Shared;
use crate::order;

mod sealed {
    pub trait Sealed {}
}

/// An axis that intervals can lie on: `u8`, `u16`, `u32` or `u128`.
///
/// Sealed: the algebra relies on keys being consecutive.
pub trait Key: sealed::Sealed + Copy + Ord + Hash + fmt::Debug + Send + Sync + 'static {
    /// The smallest key.
    const MIN: Self;
    /// The largest key.
    const MAX: Self;

    /// The key after this one, or nothing after [`Key::MAX`].
    fn next(self) -> Option<Self>;

    /// The key before this one, or [`Key::MIN`] itself.
    #[must_use]
    fn before(self) -> Self;

    /// How far the key is from [`Key::MIN`].
    fn to_u128(self) -> u128;
}

macro_rules! keys {
    ($($key:ty),*) => {$(
        impl sealed::Sealed for $key {}

        impl Key for $key {
            const MIN: Self = <$key>::MIN;
            const MAX: Self = <$key>::MAX;

            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }

    fn before(self) -> Self {
                self.saturating_sub(1)
            }

            fn to_u128(self) -> u128 {
                u128::from(self)
            }
        }
    )*};
}

keys!(u8, u16, u32, u128);

/// A set of keys, kept as sorted, disjoint, non-adjacent inclusive ranges.
///
/// Equal sets have equal ranges, so `==` asks whether two sets hold the same keys, whatever way
/// they were built. Cloning is cheap: the ranges are shared.
///
/// # Complexity
///
/// With n and m ranges on the two sides, every binary operation is one merge, O(n + m);
/// [`contains`](Self::contains) is O(log n); [`from_ranges`](Self::from_ranges) is O(n log n).
///
/// # Example
///
/// ```
/// use reach_core::packet::IntervalSet;
///
/// let low = IntervalSet::<u16>::range(0, 1023);
/// let web = IntervalSet::from_ranges([(443, 443), (80, 80), (8000, 8080)]);
/// let low_web = low.intersection(&web);
/// assert_eq!(low_web.ranges().collect::<Vec<_>>(), [(80, 80), (443, 443)]);
/// assert_eq!(low.union(&low.complement()), IntervalSet::full());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct IntervalSet<K> {
    ranges: Shared<(K, K)>,
}

impl<K: Key> IntervalSet<K> {
    /// The set that holds nothing.
    pub fn empty() -> Self {
        Self { ranges: Shared::empty() }
    }

    /// The set that holds every key.
    pub fn full() -> Self {
        Self { ranges: Shared::one((K::MIN, K::MAX)) }
    }

    /// The set of one key.
    pub fn single(key: K) -> Self {
        Self { ranges: Shared::one((key, key)) }
    }

    /// The keys from `first` to `last`, both included; nothing if they are reversed.
    pub fn range(first: K, last: K) -> Self {
        if first <= last { Self { ranges: Shared::one((first, last)) } } else { Self::empty() }
    }

    /// The union of inclusive ranges in any order, which may overlap; reversed ones hold nothing.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (K, K)>) -> Self {
        let mut ranges: Vec<(K, K)> =
            ranges.into_iter().filter(|(first, last)| first <= last).collect();
        // Stable: it merges the sorted runs that callers usually hand over.
        order::sort(&mut ranges);
        ranges.dedup_by(|next, kept| {
            let joined = touches(kept.1, next.0);
            if joined {
                kept.1 = kept.1.max(next.1);
            }
            joined
        });
        Self::from_canonical(ranges)
    }

    /// Takes ranges that are already sorted, disjoint and non-adjacent.
    fn from_canonical(ranges: Vec<(K, K)>) -> Self {
        Self { ranges: ranges.into() }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether every key is in it.
    pub fn is_full(&self) -> bool {
        matches!(*self.ranges, [(first, last)] if first == K::MIN && last == K::MAX)
    }

    /// Whether the key is in it, by binary search.
    pub fn contains(&self, key: K) -> bool {
        self.contains_range(key, key)
    }

    /// Whether all keys from `first` to `last` are in it, by binary search.
    pub fn contains_range(&self, first: K, last: K) -> bool {
        let reaching = self.ranges.partition_point(|range| range.1 < first);
        first > last
            || self.ranges.get(reaching).is_some_and(|range| range.0 <= first && last <= range.1)
    }

    /// What is in either set.
    pub fn union(&self, other: &Self) -> Self {
        if other.is_empty() || self.is_full() || self == other {
            return self.clone();
        }
        if self.is_empty() || other.is_full() {
            return other.clone();
        }
        let mut joined: Vec<(K, K)> = Vec::with_capacity(self.ranges.len() + other.ranges.len());
        let (mut left, mut right) = (&*self.ranges, &*other.ranges);
        loop {
            let next = match (left, right) {
                ([a, rest @ ..], [b, ..]) if a.0 <= b.0 => {
                    left = rest;
                    *a
                }
                (_, [b, rest @ ..]) => {
                    right = rest;
                    *b
                }
                ([a, rest @ ..], []) => {
                    left = rest;
                    *a
                }
                ([], []) => break,
            };
            match joined.last_mut() {
                Some(last) if touches(last.1, next.0) => last.1 = last.1.max(next.1),
                _ => joined.push(next),
            }
        }
        Self::from_canonical(joined)
    }

    /// What is in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_full() || self == other {
            return self.clone();
        }
        if other.is_empty() || self.is_full() {
            return other.clone();
        }
        let (mut left, mut right) = (self.window(other), other.window(self));
        let mut shared = Vec::new();
        while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
            let (first, last) = (a.0.max(b.0), a.1.min(b.1));
            if first <= last {
                shared.push((first, last));
            }
            if a.1 <= b.1 {
                left = left_rest;
            } else {
                right = right_rest;
            }
        }
        Self::from_canonical(shared)
    }

    /// What is in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_full() || self == other {
            return Self::empty();
        }
        let mut right = other.window(self);
        if right.is_empty() {
            return self.clone();
        }
        let mut kept = Vec::with_capacity(self.ranges.len() + right.len());
        'ranges: for &(mut first, last) in &*self.ranges {
            while let [hole, rest @ ..] = right {
                if hole.0 > last {
                    break;
                }
                if first < hole.0 {
                    kept.push((first, hole.0.before()));
                }
                if hole.1 >= last {
                    // The hole may reach into the next range too.
                    continue 'ranges;
                }
                right = rest;
                first = match hole.1.next() {
                    Some(after) => first.max(after),
                    None => continue 'ranges,
                };
            }
            kept.push((first, last));
        }
        Self::from_canonical(kept)
    }

    /// What is not in this set.
    pub fn complement(&self) -> Self {
        let mut gaps = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(K::MIN);
        for &(first, last) in &*self.ranges {
            if let Some(open) = next
                && open < first
            {
                gaps.push((open, first.before()));
            }
            next = last.next();
        }
        if let Some(open) = next {
            gaps.push((open, K::MAX));
        }
        Self::from_canonical(gaps)
    }

    /// Whether the other set holds every key of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        if self.is_empty() || other.is_full() || self == other {
            return true;
        }
        let mut right = other.window(self);
        self.ranges.iter().all(|&(first, last)| {
            while let [range, rest @ ..] = right {
                if range.1 >= first {
                    return range.0 <= first && last <= range.1;
                }
                right = rest;
            }
            false
        })
    }

    /// Whether the two sets share no key.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let (mut left, mut right) = (self.window(other), other.window(self));
        while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
            if a.1 < b.0 {
                left = left_rest;
            } else if b.1 < a.0 {
                right = right_rest;
            } else {
                return false;
            }
        }
        true
    }

    /// The inclusive ranges, ascending, with a gap between each and the next.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (K, K)> + ExactSizeIterator + '_ {
        self.ranges.iter().copied()
    }

    /// The smallest key.
    pub fn first(&self) -> Option<K> {
        self.ranges.first().map(|range| range.0)
    }

    /// The largest key.
    pub fn last(&self) -> Option<K> {
        self.ranges.last().map(|range| range.1)
    }

    /// How many ranges it takes.
    pub fn len_ranges(&self) -> usize {
        self.ranges.len()
    }

    /// How many keys it holds.
    pub fn count(&self) -> BigUint {
        self.ranges()
            .map(|(first, last)| BigUint::from(last.to_u128() - first.to_u128()) + 1_u8)
            .sum()
    }

    /// The ranges that could meet the other set: those between its first and its last key.
    fn window(&self, other: &Self) -> &[(K, K)] {
        let (Some(first), Some(last)) = (other.first(), other.last()) else {
            return &[];
        };
        let from = self.ranges.partition_point(|range| range.1 < first);
        let reaching = self.ranges.get(from..).unwrap_or(&[]);
        let len = reaching.partition_point(|range| range.0 <= last);
        reaching.get(..len).unwrap_or(&[])
    }
}

impl<K: Key> Default for IntervalSet<K> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<K: Key> FromIterator<(K, K)> for IntervalSet<K> {
    fn from_iter<I: IntoIterator<Item = (K, K)>>(ranges: I) -> Self {
        Self::from_ranges(ranges)
    }
}

impl<K: fmt::Debug> fmt::Debug for IntervalSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.ranges.iter().map(|(first, last)| first..=last)).finish()
    }
}

/// Whether a range that starts at `first`, not before the one that ends at `last`, continues it.
fn touches<K: Key>(last: K, first: K) -> bool {
    last.next().is_none_or(|after| first <= after)
}
