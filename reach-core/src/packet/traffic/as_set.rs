use num_bigint::BigUint;

use super::super::set::Set;
use super::Traffic;

impl Set for Traffic {
    fn full() -> Self {
        Traffic::all()
    }

    fn is_empty(&self) -> bool {
        Traffic::is_empty(self)
    }

    fn is_full(&self) -> bool {
        self.is_all()
    }

    fn union(&self, other: &Self) -> Self {
        Traffic::union(self, other)
    }

    fn intersection(&self, other: &Self) -> Self {
        Traffic::intersection(self, other)
    }

    fn difference(&self, other: &Self) -> Self {
        Traffic::difference(self, other)
    }

    fn is_subset(&self, other: &Self) -> bool {
        Traffic::is_subset(self, other)
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        Traffic::is_disjoint(self, other)
    }

    fn count(&self) -> BigUint {
        Traffic::count(self)
    }

    fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        Traffic::union_all(sets)
    }
}
