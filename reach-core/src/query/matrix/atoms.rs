//! Partition refinement: which addresses no set of a network tells apart.

use std::collections::BTreeSet;
use std::hash::Hash;
use std::net::IpAddr;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::packet::{IntervalSet, IpSet, Key};

/// The coarsest partition of the addresses that each of some sets is a union of parts of.
///
/// Two addresses are in one part if the same sets hold them, wherever they lie.
#[derive(Debug)]
pub(super) struct Atoms {
    v4: Cuts<u32>,
    v6: Cuts<u128>,
}

#[derive(Debug)]
struct Cuts<K> {
    /// Where a part begins, ascending, and which; the first begins at the smallest key.
    starts: Vec<(K, u32)>,
}

impl Atoms {
    pub(super) fn of<'a>(sets: impl IntoIterator<Item = &'a IpSet>) -> Self {
        let distinct: FxHashSet<&IpSet> = sets.into_iter().collect();
        Self {
            v4: Cuts::of(distinct.iter().map(|set| set.v4())),
            v6: Cuts::of(distinct.iter().map(|set| set.v6())),
        }
    }

    /// The part that holds the address. Parts of the two families have the same numbers.
    pub(super) fn at(&self, address: IpAddr) -> u32 {
        match address {
            IpAddr::V4(address) => self.v4.at(address.to_bits()),
            IpAddr::V6(address) => self.v6.at(address.to_bits()),
        }
    }

    /// Where the ranges of a set begin, and where parts begin inside them.
    pub(super) fn cuts(&self, set: &IpSet) -> Vec<IpAddr> {
        let v4 = self.v4.cuts(set.v4()).map(|key| IpAddr::from(key.to_be_bytes()));
        let v6 = self.v6.cuts(set.v6()).map(|key| IpAddr::from(key.to_be_bytes()));
        v4.chain(v6).collect()
    }
}

impl<K: Key> Cuts<K> {
    fn of<'a>(sets: impl Iterator<Item = &'a IntervalSet<K>>) -> Self {
        let distinct: FxHashSet<&IntervalSet<K>> = sets.collect();
        // Where sets begin and end; the order of the hash set does not reach the result.
        let mut events: Vec<(K, usize)> = Vec::new();
        for (set, intervals) in distinct.into_iter().enumerate() {
            for (first, last) in intervals.ranges() {
                events.push((first, set));
                events.extend(last.next().map(|after| (after, set)));
            }
        }
        events.sort_unstable();
        let mut parts: FxHashMap<Vec<usize>, u32> = FxHashMap::default();
        let mut part = |held: &BTreeSet<usize>| number(&mut parts, held.iter().copied().collect());
        let mut held = BTreeSet::new();
        let mut starts = Vec::new();
        let mut events = events.into_iter().peekable();
        if events.peek().is_none_or(|(at, _)| *at > K::MIN) {
            starts.push((K::MIN, part(&held)));
        }
        while let Some((at, set)) = events.next() {
            // Ranges of one set are never adjacent, so that each event of it turns it over.
            if !held.remove(&set) {
                held.insert(set);
            }
            if events.peek().is_none_or(|(next, _)| *next > at) {
                starts.push((at, part(&held)));
            }
        }
        Self { starts }
    }

    fn at(&self, key: K) -> u32 {
        let after = self.starts.partition_point(|(start, _)| *start <= key);
        after.checked_sub(1).and_then(|index| self.starts.get(index)).map_or(0, |(_, part)| *part)
    }

    fn cuts(&self, set: &IntervalSet<K>) -> impl Iterator<Item = K> {
        set.ranges().flat_map(|(first, last)| {
            let after = self.starts.partition_point(|(start, _)| *start <= first);
            let inside = self.starts.iter().skip(after).map(|(start, _)| *start);
            std::iter::once(first).chain(inside.take_while(move |start| *start <= last))
        })
    }
}

/// The number of a value: one and the same for equal values.
pub(super) fn number<T: Eq + Hash>(known: &mut FxHashMap<T, u32>, value: T) -> u32 {
    let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
    *known.entry(value).or_insert(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> IpSet {
        texts.iter().map(|text| text.parse::<ipnet::IpNet>().unwrap()).collect()
    }

    #[test]
    fn what_the_same_sets_hold_is_one_part() {
        let sets = [set(&["10.0.0.0/8"]), set(&["10.0.1.7/32", "2001:db8::/32"])];
        let atoms = Atoms::of(&sets);
        let at = |text: &str| atoms.at(text.parse().unwrap());
        assert_eq!(at("10.0.1.6"), at("10.0.1.8"));
        assert_eq!(at("9.255.255.255"), at("11.0.0.0"));
        assert_ne!(at("10.0.1.7"), at("10.0.1.8"));
        assert_ne!(at("10.0.0.0"), at("9.255.255.255"));
        assert_ne!(at("2001:db8::1"), at("2001:db9::1"));
        assert_eq!(atoms.cuts(&set(&["10.0.1.0/24"])).len(), 3);
        assert_eq!(atoms.cuts(&set(&["10.0.1.6/32"])).len(), 1);
    }

    #[test]
    fn without_sets_all_are_alike() {
        let atoms = Atoms::of([]);
        assert_eq!(
            atoms.at("0.0.0.0".parse().unwrap()),
            atoms.at("255.255.255.255".parse().unwrap())
        );
        let atoms = Atoms::of([&IpSet::all()]);
        assert_eq!(
            atoms.at("0.0.0.0".parse().unwrap()),
            atoms.at("255.255.255.255".parse().unwrap())
        );
    }
}
