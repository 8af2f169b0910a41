use num_bigint::BigUint;

use super::super::interval::{IntervalSet, Key};
use super::super::set::Set;
use super::Relation;

impl<K: Key, V: Set> Set for Relation<K, V> {
    fn full() -> Self {
        Relation::product(&IntervalSet::full(), &V::full())
    }

    fn is_empty(&self) -> bool {
        Relation::is_empty(self)
    }

    fn is_full(&self) -> bool {
        Relation::is_full(self)
    }

    fn union(&self, other: &Self) -> Self {
        Relation::union(self, other)
    }

    fn intersection(&self, other: &Self) -> Self {
        Relation::intersection(self, other)
    }

    fn difference(&self, other: &Self) -> Self {
        Relation::difference(self, other)
    }

    fn is_subset(&self, other: &Self) -> bool {
        Relation::is_subset(self, other)
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        Relation::is_disjoint(self, other)
    }

    fn count(&self) -> BigUint {
        Relation::count(self)
    }

    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        let sets: Vec<Self> = sets.into_iter().filter(|set| !set.is_empty()).collect();
        match sets.as_slice() {
            [] => Self::empty(),
            [only] => only.clone(),
            [left, right] => left.union(right),
            sets => Self::from_products(
                sets.iter().flat_map(|set| set.classes.iter().map(Clone::clone)),
            ),
        }
    }
}
