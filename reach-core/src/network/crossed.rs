//! Interfaces that flows may meet although neither end is theirs.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Compiled;
use crate::index::{Arena, DenseIndex, GroupIdx, InterfaceIdx};
use crate::order;
use crate::rules::Target;

/// Interfaces whose own part in a flow differs between two networks, by direction.
#[derive(Debug, Default)]
pub(crate) struct Apart {
    /// What they let in does.
    pub(crate) ingress: BTreeSet<InterfaceIdx>,
    /// What they let out does.
    pub(crate) egress: BTreeSet<InterfaceIdx>,
    /// Whether hosts do, and not only rules of groups.
    pub(crate) hosts: bool,
}

/// Whether two lists of one frame have the very same pieces.
fn same<I: DenseIndex, T>(one: &Arena<I, Arc<T>>, other: &Arena<I, Arc<T>>) -> bool {
    one.iter().zip(other.iter()).all(|((_, one), (_, other))| Arc::ptr_eq(one, other))
}

impl Compiled {
    /// Where another network differs, if it does so in nothing but rules of security groups and
    /// states of hosts, and only interfaces have those that are asked about flows of their own
    /// alone.
    pub(crate) fn apart(&self, other: &Self) -> Option<Apart> {
        let alike = Arc::ptr_eq(&self.population, &other.population)
            && same(&self.acls, &other.acls)
            && same(&self.tables, &other.tables);
        if !alike {
            return None;
        }
        let mut differ: FxHashMap<GroupIdx, [bool; 2]> = FxHashMap::default();
        for ((index, one), (_, other)) in self.groups.iter().zip(other.groups.iter()) {
            if !Arc::ptr_eq(one, other) {
                differ.insert(index, [one.ingress != other.ingress, one.egress != other.egress]);
            }
        }
        let mut apart = Apart::default();
        for ((_, one), (_, other)) in self.instances.iter().zip(other.instances.iter()) {
            if !Arc::ptr_eq(one, other) {
                if one.interfaces.iter().any(|interface| self.crossed().contains(interface)) {
                    return None;
                }
                apart.hosts = true;
                apart.ingress.extend(&one.interfaces);
                apart.egress.extend(&one.interfaces);
            }
        }
        for (index, interface) in self.interfaces.iter() {
            let found = interface.groups.iter().filter_map(|group| differ.get(group));
            let [ingress, egress] = found.fold([false; 2], |[a, b], [c, d]| [a | c, b | d]);
            if (ingress || egress) && self.crossed().contains(&index) {
                return None;
            }
            apart.ingress.extend(ingress.then_some(index));
            apart.egress.extend(egress.then_some(index));
        }
        Some(apart)
    }

    /// Interfaces whose groups or hosts may be asked about flows of others: routes lead to them,
    /// they inspect or serve, or they are not alone with one of their addresses.
    pub(crate) fn crossed(&self) -> &FxHashSet<InterfaceIdx> {
        self.crossed.get_or_init(|| {
            let mut crossed = self.named();
            crossed.extend(self.shared());
            crossed.extend(self.inspectors());
            crossed.extend(self.balancer_nodes.keys());
            crossed.extend(self.endpoint_of.keys());
            crossed
        })
    }

    /// Interfaces that a route leads to (RT-10), and those of EC2 Instance Connect Endpoints (EP-10).
    pub(crate) fn named(&self) -> FxHashSet<InterfaceIdx> {
        let routes = self.tables.iter().flat_map(|(_, table)| table.routes());
        let targets = routes.filter_map(|route| match route.target {
            Target::Interface(index) => Some(index),
            _ => None,
        });
        targets.chain(self.connect_endpoints.keys().copied()).collect()
    }

    /// Interfaces that are not alone with one of their addresses: VPCs overlap, or somebody's
    /// public address is another's own.
    pub(crate) fn shared(&self) -> FxHashSet<InterfaceIdx> {
        let mut v4: Vec<(u32, u32, Option<InterfaceIdx>)> = Vec::new();
        let mut v6: Vec<(u128, u128, Option<InterfaceIdx>)> = Vec::new();
        for (index, interface) in self.interfaces.iter() {
            v4.extend(interface.owned.v4().ranges().map(|(from, to)| (from, to, Some(index))));
            v6.extend(interface.owned.v6().ranges().map(|(from, to)| (from, to, Some(index))));
            v4.extend(interface.pairings.iter().map(|pair| {
                let public = pair.public.to_bits();
                (public, public, Some(index))
            }));
        }
        v4.extend(self.regional_addresses.keys().map(|it| (it.to_bits(), it.to_bits(), None)));
        let mut found = FxHashSet::default();
        overlapping(v4, &mut found);
        overlapping(v6, &mut found);
        found
    }
}

fn overlapping<K: Ord + Copy>(
    mut ranges: Vec<(K, K, Option<InterfaceIdx>)>,
    found: &mut FxHashSet<InterfaceIdx>,
) {
    order::sort(&mut ranges);
    let mut widest: Option<(K, Option<InterfaceIdx>)> = None;
    for (from, to, owner) in ranges {
        if let Some((end, before)) = widest
            && end >= from
        {
            found.extend(owner.into_iter().chain(before));
        }
        if widest.is_none_or(|(end, _)| to > end) {
            widest = Some((to, owner));
        }
    }
}
