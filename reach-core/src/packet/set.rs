use std::hash::Hash;

use num_bigint::BigUint;

use super::interval::{IntervalSet, Key};

/// What every set of this room can do; the value side of a [`Relation`](super::relation::Relation)
/// asks for no more.
///
/// Equal sets compare equal, so `Ord` is what regroups the parts of a relation by value.
pub(crate) trait Set: Clone + Ord + Hash {
    fn full() -> Self;
    fn is_empty(&self) -> bool;
    fn is_full(&self) -> bool;
    fn union(&self, other: &Self) -> Self;
    fn intersection(&self, other: &Self) -> Self;
    fn difference(&self, other: &Self) -> Self;
    fn is_subset(&self, other: &Self) -> bool;
    fn is_disjoint(&self, other: &Self) -> bool;
    fn count(&self) -> BigUint;

    /// The union of any number of sets, cheaper than one after the other.
    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self;
}

impl<K: Key> Set for IntervalSet<K> {
    fn full() -> Self {
        IntervalSet::full()
    }

    fn is_empty(&self) -> bool {
        IntervalSet::is_empty(self)
    }

    fn is_full(&self) -> bool {
        IntervalSet::is_full(self)
    }

    fn union(&self, other: &Self) -> Self {
        IntervalSet::union(self, other)
    }

    fn intersection(&self, other: &Self) -> Self {
        IntervalSet::intersection(self, other)
    }

    fn difference(&self, other: &Self) -> Self {
        IntervalSet::difference(self, other)
    }

    fn is_subset(&self, other: &Self) -> bool {
        IntervalSet::is_subset(self, other)
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        IntervalSet::is_disjoint(self, other)
    }

    fn count(&self) -> BigUint {
        IntervalSet::count(self)
    }

    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        let sets: Vec<Self> = sets.into_iter().filter(|set| !set.is_empty()).collect();
        match sets.as_slice() {
            [only] => only.clone(),
            [left, right] => left.union(right),
            sets => Self::from_ranges(sets.iter().flat_map(IntervalSet::ranges)),
        }
    }
}

/// The algebra of a newtype over an [`IntervalSet`], method by method.
macro_rules! delegate_to_intervals {
    ($name:ident, $key:ty) => {
        impl $name {
            /// The set that holds nothing.
            pub fn empty() -> Self {
                Self(IntervalSet::empty())
            }

            /// The set that holds everything.
            pub fn all() -> Self {
                Self(IntervalSet::full())
            }

            /// Whether nothing is in it.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether everything is in it.
            pub fn is_all(&self) -> bool {
                self.0.is_full()
            }

            /// What is in either set. Linear in the ranges of both.
            pub fn union(&self, other: &Self) -> Self {
                Self(self.0.union(&other.0))
            }

            /// What is in both sets. Linear in the ranges of both.
            pub fn intersection(&self, other: &Self) -> Self {
                Self(self.0.intersection(&other.0))
            }

            /// What is in this set and not in the other. Linear in the ranges of both.
            pub fn difference(&self, other: &Self) -> Self {
                Self(self.0.difference(&other.0))
            }

            /// What is not in this set.
            pub fn complement(&self) -> Self {
                Self(self.0.complement())
            }

            /// Whether the other set holds everything that this one does.
            pub fn is_subset(&self, other: &Self) -> bool {
                self.0.is_subset(&other.0)
            }

            /// Whether the two sets share nothing.
            pub fn is_disjoint(&self, other: &Self) -> bool {
                self.0.is_disjoint(&other.0)
            }

            /// How many elements it holds.
            pub fn count(&self) -> BigUint {
                self.0.count()
            }
        }

        impl Set for $name {
            fn full() -> Self {
                $name::all()
            }

            fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            fn is_full(&self) -> bool {
                self.0.is_full()
            }

            fn union(&self, other: &Self) -> Self {
                $name::union(self, other)
            }

            fn intersection(&self, other: &Self) -> Self {
                $name::intersection(self, other)
            }

            fn difference(&self, other: &Self) -> Self {
                $name::difference(self, other)
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
                Self(<IntervalSet<$key> as Set>::union_all(sets.into_iter().map(|set| set.0)))
            }
        }
    };
}

pub(super) use delegate_to_intervals;
