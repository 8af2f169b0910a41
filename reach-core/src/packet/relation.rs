mod as_set;
mod sweep;

use std::collections::BTreeMap;

use num_bigint::BigUint;
use rustc_hash::FxHashMap;

use super::interval::{IntervalSet, Key};
use super::set::Set;
use super::shared::Shared;
use crate::order;
use sweep::{Segment, sweep};

/// A set of pairs: which values go with which keys.
///
/// Kept as a partition of the first axis: classes of keys with the same values. The key sets are
/// disjoint and not empty, the values distinct and not empty, and the classes sorted by key, so
/// that equal relations compare equal. A relation is a [`Set`] itself and nests as a value.
///
/// # Complexity
///
/// A binary operation sweeps once over the intervals of both sides and operates on values once per
/// pair of classes that overlap somewhere, however often they do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub(crate) struct Relation<K, V> {
    classes: Shared<(IntervalSet<K>, V)>,
}

impl<K: Key, V: Set> Relation<K, V> {
    pub(crate) fn empty() -> Self {
        Self { classes: Shared::empty() }
    }

    /// Every key with every value of the product.
    pub(crate) fn product(keys: &IntervalSet<K>, values: &V) -> Self {
        if keys.is_empty() || values.is_empty() {
            return Self::empty();
        }
        Self { classes: Shared::one((keys.clone(), values.clone())) }
    }

    /// The union of products, which may overlap.
    ///
    /// Products that share their keys or their values are gathered first: ten thousand prefixes
    /// with the same values cost one sort.
    pub(crate) fn from_products(products: impl IntoIterator<Item = (IntervalSet<K>, V)>) -> Self {
        let mut by_keys: BTreeMap<IntervalSet<K>, Vec<V>> = BTreeMap::new();
        for (keys, values) in products {
            if !keys.is_empty() && !values.is_empty() {
                by_keys.entry(keys).or_default().push(values);
            }
        }
        let mut by_value: BTreeMap<V, Vec<(K, K)>> = BTreeMap::new();
        for (keys, values) in by_keys {
            by_value.entry(V::union_all(values)).or_default().extend(keys.ranges());
        }
        let gathered = Self::from_groups(by_value);
        let segments = gathered.segments();
        if segments.iter().zip(segments.iter().skip(1)).all(|(a, b)| a.last < b.first) {
            return gathered;
        }
        join(&gathered.classes)
    }

    /// Values that are distinct and not empty, with ranges of keys that no two of them share.
    fn from_groups(groups: BTreeMap<V, Vec<(K, K)>>) -> Self {
        let classes = groups.into_iter();
        let keyed = classes.map(|(values, ranges)| (IntervalSet::from_ranges(ranges), values));
        Self::from_classes(keyed.collect())
    }

    /// Keys are disjoint, so that their first ranges decide.
    fn from_classes(mut classes: Vec<(IntervalSet<K>, V)>) -> Self {
        order::sort_by(&mut classes, |a, b| a.0.cmp(&b.0));
        Self { classes: classes.into() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        matches!(&*self.classes, [(keys, values)] if keys.is_full() && values.is_full())
    }

    /// The classes, ascending by key.
    pub(crate) fn classes(&self) -> impl Iterator<Item = (&IntervalSet<K>, &V)> {
        self.classes.iter().map(|(keys, values)| (keys, values))
    }

    /// The values of one key; nothing if it has none.
    pub(crate) fn get(&self, key: K) -> Option<&V> {
        self.classes.iter().find(|(keys, _)| keys.contains(key)).map(|(_, values)| values)
    }

    /// The keys that have any value.
    pub(crate) fn keys(&self) -> IntervalSet<K> {
        match &*self.classes {
            [(keys, _)] => keys.clone(),
            classes => classes.iter().flat_map(|(keys, _)| keys.ranges()).collect(),
        }
    }

    /// The values that any key has.
    pub(crate) fn values(&self) -> V {
        V::union_all(self.classes.iter().map(|(_, values)| values.clone()))
    }

    /// What is left with only these keys.
    pub(crate) fn restrict_keys(&self, keys: &IntervalSet<K>) -> Self {
        if self.is_empty() || keys.is_full() {
            return self.clone();
        }
        if let [(own, values)] = &*self.classes {
            return Self::product(&own.intersection(keys), values);
        }
        let wanted: Vec<Segment<K>> =
            keys.ranges().map(|(first, last)| Segment { first, last, class: 0 }).collect();
        let mut kept: Vec<Vec<(K, K)>> = vec![Vec::new(); self.classes.len()];
        sweep(&self.segments(), &wanted, |first, last, own, wanted| {
            if let (Some(own), Some(_)) = (own, wanted)
                && let Some(ranges) = kept.get_mut(own)
            {
                ranges.push((first, last));
            }
            true
        });
        let classes = kept.into_iter().zip(&*self.classes);
        let keyed = classes
            .filter(|(ranges, _)| !ranges.is_empty())
            .map(|(ranges, (_, values))| (IntervalSet::from_ranges(ranges), values.clone()));
        Self::from_classes(keyed.collect())
    }

    /// Every value rewritten, once per class.
    pub(crate) fn map_values<W: Set>(&self, mut rewrite: impl FnMut(&V) -> W) -> Relation<K, W> {
        if let [(keys, values)] = &*self.classes {
            return Relation::product(keys, &rewrite(values));
        }
        let mut groups: BTreeMap<W, Vec<(K, K)>> = BTreeMap::new();
        for (keys, values) in &*self.classes {
            let values = rewrite(values);
            if !values.is_empty() {
                groups.entry(values).or_default().extend(keys.ranges());
            }
        }
        Relation::from_groups(groups)
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        if other.is_empty() || self.is_full() || self == other {
            return self.clone();
        }
        if self.is_empty() || other.is_full() {
            return other.clone();
        }
        if let ([(keys, values)], [(other_keys, other_values)]) = (&*self.classes, &*other.classes)
        {
            if values == other_values {
                return Self::product(&keys.union(other_keys), values);
            }
            if keys == other_keys {
                return Self::product(keys, &values.union(other_values));
            }
        }
        self.combine(other, Keep { left: true, right: true, both: true }, V::union)
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_full() || self == other {
            return self.clone();
        }
        if other.is_empty() || self.is_full() {
            return other.clone();
        }
        if let ([(keys, values)], [(other_keys, other_values)]) = (&*self.classes, &*other.classes)
        {
            let keys = keys.intersection(other_keys);
            return if keys.is_empty() {
                Self::empty()
            } else {
                Self::product(&keys, &values.intersection(other_values))
            };
        }
        self.combine(other, Keep { left: false, right: false, both: true }, V::intersection)
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        if self.is_empty() || other.is_full() || self == other {
            return Self::empty();
        }
        if other.is_empty() {
            return self.clone();
        }
        if let ([(keys, values)], [(other_keys, other_values)]) = (&*self.classes, &*other.classes)
        {
            if values.is_subset(other_values) {
                return Self::product(&keys.difference(other_keys), values);
            }
            if keys.is_subset(other_keys) {
                return Self::product(keys, &values.difference(other_values));
            }
        }
        self.combine(other, Keep { left: true, right: false, both: true }, V::difference)
    }

    pub(crate) fn is_subset(&self, other: &Self) -> bool {
        if self.is_empty() || other.is_full() || self == other {
            return true;
        }
        if other.is_empty() {
            return false;
        }
        let mut known = FxHashMap::default();
        self.all_segments(other, |own, theirs| match (own, theirs) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(theirs)) => *known
                .entry((own, theirs))
                .or_insert_with(|| self.holds(other, own, theirs, V::is_subset)),
        })
    }

    pub(crate) fn is_disjoint(&self, other: &Self) -> bool {
        if self.is_empty() || other.is_empty() {
            return true;
        }
        let mut known = FxHashMap::default();
        self.all_segments(other, |own, theirs| match (own, theirs) {
            (Some(own), Some(theirs)) => *known
                .entry((own, theirs))
                .or_insert_with(|| self.holds(other, own, theirs, V::is_disjoint)),
            _ => true,
        })
    }

    /// How many pairs it holds.
    pub(crate) fn count(&self) -> BigUint {
        self.classes.iter().map(|(keys, values)| keys.count() * values.count()).sum()
    }

    /// Whether the values of two classes stand in the relation asked for.
    fn holds(
        &self,
        other: &Self,
        own: usize,
        theirs: usize,
        test: impl Fn(&V, &V) -> bool,
    ) -> bool {
        match (self.classes.get(own), other.classes.get(theirs)) {
            (Some((_, own)), Some((_, theirs))) => test(own, theirs),
            _ => false,
        }
    }

    /// Whether the test holds wherever either side has keys; stops where it fails.
    fn all_segments(
        &self,
        other: &Self,
        mut test: impl FnMut(Option<usize>, Option<usize>) -> bool,
    ) -> bool {
        let mut holds = true;
        sweep(&self.segments(), &other.segments(), |_, _, own, theirs| {
            holds = test(own, theirs);
            holds
        });
        holds
    }

    /// One sweep over both sides, one operation per pair of classes that meet.
    fn combine(&self, other: &Self, keep: Keep, operation: impl Fn(&V, &V) -> V) -> Self {
        let mut parts = FxHashMap::<_, Vec<(K, K)>>::default();
        sweep(&self.segments(), &other.segments(), |first, last, own, theirs| {
            if keep.wants(own.is_some(), theirs.is_some()) {
                parts.entry((own, theirs)).or_default().push((first, last));
            }
            true
        });
        // The order of the parts does not reach the result: the groups are sorted by value here,
        // the ranges and the classes by key in the end.
        let mut groups: BTreeMap<V, Vec<(K, K)>> = BTreeMap::new();
        for ((own, theirs), ranges) in parts {
            let own = own.and_then(|class| self.classes.get(class));
            let theirs = theirs.and_then(|class| other.classes.get(class));
            let values = match (own, theirs) {
                (Some((_, own)), Some((_, theirs))) => operation(own, theirs),
                (Some((_, only)), None) | (None, Some((_, only))) => only.clone(),
                (None, None) => continue,
            };
            if !values.is_empty() {
                groups.entry(values).or_default().extend(ranges);
            }
        }
        Self::from_groups(groups)
    }

    /// All ranges of all classes, ascending.
    fn segments(&self) -> Vec<Segment<K>> {
        let mut segments: Vec<Segment<K>> = self
            .classes
            .iter()
            .enumerate()
            .flat_map(|(class, (keys, _))| {
                keys.ranges().map(move |(first, last)| Segment { first, last, class })
            })
            .collect();
        if self.classes.len() > 1 {
            Segment::sort(&mut segments);
        }
        segments
    }
}

impl<A: Key, B: Key, V: Set> Relation<A, Relation<B, V>> {
    /// The two axes swapped.
    pub(crate) fn transpose(&self) -> Relation<B, Relation<A, V>> {
        Relation::from_products(self.classes().flat_map(|(first, inner)| {
            inner
                .classes()
                .map(|(second, values)| (second.clone(), Relation::product(first, values)))
        }))
    }
}

/// Which parts of a sweep an operation keeps.
#[derive(Clone, Copy)]
struct Keep {
    left: bool,
    right: bool,
    both: bool,
}

impl Keep {
    fn wants(self, own: bool, theirs: bool) -> bool {
        match (own, theirs) {
            (true, true) => self.both,
            (true, false) => self.left,
            (false, true) => self.right,
            (false, false) => false,
        }
    }
}

/// The balanced union of products with distinct values.
fn join<K: Key, V: Set>(products: &[(IntervalSet<K>, V)]) -> Relation<K, V> {
    match products {
        [] => Relation::empty(),
        [(keys, values)] => Relation::product(keys, values),
        _ => {
            let (left, right) = products.split_at(products.len() / 2);
            join(left).union(&join(right))
        }
    }
}
