use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::index::{InterfaceIdx, Patched};
use crate::order;
use crate::packet::{IntervalSet, IpSet};
use crate::rules::Interface;

/// Which interface of a VPC owns which address. Built once; a look-up costs O(log n) and a share
/// of a set costs what it finds.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressIndex {
    v4: Vec<(u32, u32, InterfaceIdx)>,
    v6: Vec<(u128, u128, InterfaceIdx)>,
}

/// Two interfaces that claim one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clash {
    pub(crate) first: InterfaceIdx,
    pub(crate) second: InterfaceIdx,
    pub(crate) address: IpAddr,
}

impl AddressIndex {
    /// Of two interfaces that claim one address, the earlier one keeps it.
    pub(crate) fn build(owned: &[(InterfaceIdx, &IpSet)]) -> (Self, Vec<Clash>) {
        let mut index = Self::default();
        for (interface, set) in owned {
            index.v4.extend(set.v4().ranges().map(|(from, to)| (from, to, *interface)));
            index.v6.extend(set.v6().ranges().map(|(from, to)| (from, to, *interface)));
        }
        let mut clashes = Vec::new();
        resolve(
            &mut index.v4,
            &mut clashes,
            |key| key.checked_add(1),
            |key| IpAddr::V4(Ipv4Addr::from(key)),
        );
        resolve(
            &mut index.v6,
            &mut clashes,
            |key| key.checked_add(1),
            |key| IpAddr::V6(Ipv6Addr::from(key)),
        );
        (index, clashes)
    }

    pub(crate) fn owner(&self, address: IpAddr) -> Option<InterfaceIdx> {
        match address {
            IpAddr::V4(address) => find(&self.v4, u32::from(address)),
            IpAddr::V6(address) => find(&self.v6, u128::from(address)),
        }
    }

    /// One interface of each subnet, with what all that are in it own.
    pub(crate) fn by_subnet(
        &self,
        interfaces: &Patched<InterfaceIdx, Interface>,
    ) -> Vec<(InterfaceIdx, IpSet)> {
        let mut found = BTreeMap::new();
        let none = |owner| move || (owner, Vec::new(), Vec::new());
        for (from, to, owner) in &self.v4 {
            let here = found.entry(interfaces[*owner].subnet).or_insert_with(none(*owner));
            here.1.push((*from, *to));
        }
        for (from, to, owner) in &self.v6 {
            let here = found.entry(interfaces[*owner].subnet).or_insert_with(none(*owner));
            here.2.push((*from, *to));
        }
        found
            .into_values()
            .map(|(one, v4, v6)| {
                let (v4, v6) = (IntervalSet::from_ranges(v4), IntervalSet::from_ranges(v6));
                (one, IpSet::from_intervals(v4, v6))
            })
            .collect()
    }

    /// The interfaces that own some of these addresses, in order of the addresses.
    pub(crate) fn owners(&self, set: &IpSet) -> Vec<InterfaceIdx> {
        let mut owners = Vec::new();
        collect(&self.v4, set.v4().ranges(), &mut owners);
        collect(&self.v6, set.v6().ranges(), &mut owners);
        order::sort(&mut owners);
        owners.dedup();
        owners
    }

    /// The interfaces that own some of these addresses, each with those that it owns.
    pub(crate) fn shares(&self, set: &IpSet) -> Vec<(InterfaceIdx, IpSet)> {
        let mut v4: BTreeMap<InterfaceIdx, Vec<(u32, u32)>> = BTreeMap::new();
        let mut v6: BTreeMap<InterfaceIdx, Vec<(u128, u128)>> = BTreeMap::new();
        share(&self.v4, set.v4().ranges(), &mut v4);
        share(&self.v6, set.v6().ranges(), &mut v6);
        let mut owners: Vec<InterfaceIdx> = v4.keys().chain(v6.keys()).copied().collect();
        order::sort(&mut owners);
        owners.dedup();
        owners
            .into_iter()
            .map(|owner| {
                let v4 = IntervalSet::from_ranges(v4.remove(&owner).unwrap_or_default());
                let v6 = IntervalSet::from_ranges(v6.remove(&owner).unwrap_or_default());
                (owner, IpSet::from_intervals(v4, v6))
            })
            .collect()
    }
}

fn find<K: Copy + Ord>(ranges: &[(K, K, InterfaceIdx)], key: K) -> Option<InterfaceIdx> {
    let after = ranges.partition_point(|(from, _, _)| *from <= key);
    let (_, to, owner) = ranges.get(after.checked_sub(1)?)?;
    (*to >= key).then_some(*owner)
}

fn collect<K: Copy + Ord>(
    ranges: &[(K, K, InterfaceIdx)],
    wanted: impl Iterator<Item = (K, K)>,
    owners: &mut Vec<InterfaceIdx>,
) {
    for (from, to) in wanted {
        let start = ranges.partition_point(|(_, end, _)| *end < from);
        owners.extend(
            ranges
                .iter()
                .skip(start)
                .take_while(|(begin, _, _)| *begin <= to)
                .map(|(_, _, owner)| *owner),
        );
    }
}

fn share<K: Copy + Ord>(
    ranges: &[(K, K, InterfaceIdx)],
    wanted: impl Iterator<Item = (K, K)>,
    shares: &mut BTreeMap<InterfaceIdx, Vec<(K, K)>>,
) {
    for (from, to) in wanted {
        let start = ranges.partition_point(|(_, end, _)| *end < from);
        for (begin, end, owner) in ranges.iter().skip(start).take_while(|it| it.0 <= to) {
            shares.entry(*owner).or_default().push((from.max(*begin), to.min(*end)));
        }
    }
}

/// Sorts the ranges and cuts what a later interface claims of an earlier one's.
fn resolve<K: Copy + Ord>(
    ranges: &mut Vec<(K, K, InterfaceIdx)>,
    clashes: &mut Vec<Clash>,
    next: impl Fn(K) -> Option<K>,
    address: impl Fn(K) -> IpAddr,
) {
    // A set's own ranges never overlap, so any overlap is between two interfaces.
    order::sort(ranges);
    let mut kept: Vec<(K, K, InterfaceIdx)> = Vec::with_capacity(ranges.len());
    for (from, to, owner) in ranges.drain(..) {
        match kept.last().copied() {
            Some((_, end, first)) if end >= from => {
                clashes.push(Clash { first, second: owner, address: address(from) });
                if let Some(after) = next(end).filter(|after| *after <= to) {
                    kept.push((after, to, owner));
                }
            }
            _ => kept.push((from, to, owner)),
        }
    }
    *ranges = kept;
}
