//! What one end can send to another, and how that comes together from the way and the groups.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::atoms::number;
use crate::packet::Traffic;

/// What one end can send to another and get an answer to.
///
/// The traffic is that between any two addresses of the ends; [`Network::trace`] tells which.
///
/// [`Network::trace`]: crate::Network::trace
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Cell {
    /// What gets through.
    #[serde(skip_serializing_if = "Traffic::is_empty")]
    pub passing: Traffic,
    /// What gets through for some of the ports or ways that AWS may choose, and not for others.
    #[serde(skip_serializing_if = "Traffic::is_empty")]
    pub sometimes: Traffic,
    /// What depends on something that is not known.
    #[serde(skip_serializing_if = "Traffic::is_empty")]
    pub unknown: Traffic,
}

impl Cell {
    /// Whether certainly nothing gets through.
    pub fn is_empty(&self) -> bool {
        self.passing.is_empty() && self.sometimes.is_empty() && self.unknown.is_empty()
    }

    /// What either of two cells has. Of several addresses one may let through what another does
    /// not, and both are told.
    pub(super) fn join(&self, other: &Self) -> Self {
        Self {
            passing: self.passing.union(&other.passing),
            sometimes: self.sometimes.union(&other.sometimes),
            unknown: self.unknown.union(&other.unknown),
        }
    }

    /// Whatever gets through, for certain, sometimes or perhaps.
    pub fn any(&self) -> Traffic {
        self.passing.union(&self.sometimes).union(&self.unknown)
    }
}

/// What security groups make of the traffic between two addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Gate {
    pub(super) passed: Traffic,
    pub(super) unsure: Traffic,
}

impl Arrival {
    /// How many there are.
    pub(super) const COUNT: usize = 4;
}

impl Gate {
    fn open(&self) -> Traffic {
        self.passed.union(&self.unsure)
    }
}

/// With which identity a packet comes to its destination's groups (PIPE-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Arrival {
    /// The source's own.
    Kept,
    /// The source's own, if the way keeps it.
    Perhaps,
    /// None.
    Lost,
    /// Nobody knows whether it comes, but the destination has its say.
    Asked,
}

/// What gets from one address to another as if no security groups were there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// By the identity with which it arrives.
    Open(Vec<(Arrival, Cell)>),
    /// Something on the way depends on more than that: an appliance's groups, a translation. Such
    /// pairs are asked whole.
    Whole,
}

impl Way {
    /// The way with the groups of its ends put back: what they let out, and in by each arrival.
    pub(super) fn guarded(parts: &[(Arrival, Cell)], out: &Gate, into: &[&Gate]) -> Cell {
        let mut cell = Cell::default();
        for ((_, part), gate) in parts.iter().zip(into) {
            let passed = out.passed.intersection(&gate.passed);
            let open = out.open().intersection(&gate.open());
            let unsure = open.difference(&passed);
            cell.passing = cell.passing.union(&part.passing.intersection(&passed));
            cell.sometimes = cell.sometimes.union(&part.sometimes.intersection(&passed));
            let perhaps = part.passing.union(&part.sometimes).intersection(&unsure);
            let perhaps = perhaps.union(&part.unknown.intersection(&open));
            cell.unknown = cell.unknown.union(&perhaps);
        }
        cell.sometimes = cell.sometimes.difference(&cell.passing);
        cell.unknown = cell.unknown.difference(&cell.passing).difference(&cell.sometimes);
        cell
    }
}

/// Values that repeat, each kept once.
#[derive(Debug)]
pub(super) struct Interned<T> {
    numbers: FxHashMap<Arc<T>, u32>,
    values: Vec<Arc<T>>,
}

impl<T: Eq + std::hash::Hash> Interned<T> {
    pub(super) fn new() -> Self {
        Self { numbers: FxHashMap::default(), values: Vec::new() }
    }

    pub(super) fn add(&mut self, value: T) -> u32 {
        if let Some(number) = self.numbers.get(&value) {
            return *number;
        }
        let value = Arc::new(value);
        let number = number(&mut self.numbers, Arc::clone(&value));
        self.values.push(value);
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&Arc<T>> {
        self.values.get(number as usize)
    }

    pub(super) fn into_values(self) -> Vec<Arc<T>> {
        self.values
    }
}
