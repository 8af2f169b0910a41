//! What edits change of interfaces: which public addresses they have, what they are attached to, and
//! whether they are there.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::{InstanceIdx, InterfaceIdx, LoadBalancerIdx, TargetGroupIdx};
use crate::network::survey::{Membership, pairings_by_interface};
use crate::network::{Compiled, Population, Residents, interfaces, load_balancers};
use crate::rules::{Forward, GroupTarget, Interface, TargetGroup, TargetPlace, TargetZone};
use crate::snapshot::{NetworkInterface, Snapshot};

impl Compiled {
    /// The interfaces as another snapshot has them, which has these, each once, and all that pairs
    /// them with addresses; `None` where that may change more than what hangs on them here.
    pub(super) fn put_interfaces(&mut self, ids: &BTreeSet<&str>, after: &Snapshot) -> Option<()> {
        if self.told_of(ids) {
            return None;
        }
        let described = after.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
        let described: Vec<&NetworkInterface> = described.collect();
        let places = described.iter().enumerate();
        let places: FxHashMap<&str, usize> =
            places.map(|(at, it)| (it.network_interface_id.as_str(), at)).collect();
        let elastic = pairings_by_interface(after);
        let mut changes = Vec::new();
        for id in ids {
            // An instance may name an interface that nobody describes.
            let Some(index) = self.interfaces.search(|it| (*it.id).cmp(id)) else { continue };
            if self.serves(index) {
                return None;
            }
            let new = match places.get(id).and_then(|at| described.get(*at)) {
                Some(interface) => Some(self.interface(interface, &elastic)?),
                None => None,
            };
            changes.push((index, new));
        }
        let mut population = Population::clone(&self.population);
        let (mut left, mut vpcs) = (BTreeSet::new(), BTreeSet::new());
        for (index, new) in changes {
            let Interface { vpc, instance: before, .. } = self.interfaces[index];
            let instance = new.as_ref().and_then(|new| new.instance);
            if instance.is_some() && instance != before {
                return None;
            }
            if instance.is_none() {
                left.insert(index);
                if let Some(before) = before {
                    self.leave(before, index)?;
                }
            }
            match new {
                Some(new) => population.interfaces.put(index, new),
                None => {
                    vpcs.extend(vpc);
                    population.interfaces.take_out(index);
                }
            }
        }
        let mut told = Vec::new();
        let holders = interfaces::public_addresses(&population.interfaces, &mut told);
        population.public_addresses = Arc::new(holders);
        if !vpcs.is_empty() {
            let membership = Membership::of(&population.interfaces, &self.lapsed);
            population.members = Arc::new(membership.members);
            population.ungrouped = membership.ungrouped;
            let mut vpcs = vpcs.into_iter().map(|vpc| (vpc, &self.vpcs[vpc]));
            for (vpc, residents) in Residents::of(&mut vpcs, &population.interfaces, &mut told) {
                population.residents.put(vpc, residents);
            }
        }
        // What clashed before clashes still, and it was told.
        if told.iter().any(|told| !self.noticed.others.contains(told)) {
            return None;
        }
        population.drop_targets(&left);
        self.population = Arc::new(population);
        self.crossed = Arc::default();
        Some(())
    }

    /// Whether more than its addresses and its host hang on it: it belongs to a service.
    fn serves(&self, index: InterfaceIdx) -> bool {
        let mut gateways = self.nat_gateways.iter().filter_map(|(_, gateway)| gateway.primary);
        self.balancer_nodes.contains_key(&index)
            || self.endpoint_of.contains_key(&index)
            || self.connect_endpoints.contains_key(&index)
            || gateways.any(|(interface, _)| interface == index)
    }

    /// Whether compiling noticed something about one of them that it may notice no more.
    fn told_of(&self, ids: &BTreeSet<&str>) -> bool {
        self.noticed.others.iter().any(|told| {
            let named = told.message.split('`').any(|part| ids.contains(part));
            named || told.resource.as_deref().is_some_and(|id| ids.contains(id))
        })
    }

    /// `None` where there is something to be told about it.
    fn interface(
        &self,
        described: &NetworkInterface,
        elastic: &FxHashMap<&str, Vec<(&str, &str)>>,
    ) -> Option<Interface> {
        fn place<I>(
            id: Option<&str>,
            search: impl FnOnce(&str) -> Option<I>,
        ) -> FxHashMap<&str, I> {
            id.and_then(|id| Some((id, search(id)?))).into_iter().collect()
        }
        let attached_to = described.attachment.as_ref().and_then(|it| it.instance_id.as_deref());
        let groups = described.groups.iter().filter_map(|group| {
            let id = group.group_id.as_str();
            Some((id, self.groups.search(|it| (*it.id).cmp(id))?))
        });
        let around = interfaces::Surroundings {
            vpc_ids: &place(described.vpc_id.as_deref(), |id| {
                self.vpcs.search(|it| (*it.id).cmp(id))
            }),
            subnet_ids: &place(described.subnet_id.as_deref(), |id| {
                self.subnets.search(|it| (*it.id).cmp(id))
            }),
            instance_ids: &place(attached_to, |id| self.instances.search(|it| (*it.id).cmp(id))),
            group_ids: &groups.collect(),
            subnets: &self.subnets,
            instances: &|instance| &self.instances[instance],
            elastic,
        };
        let mut told = Vec::new();
        let compiled = interfaces::compile(described, &around, &mut told);
        told.is_empty().then_some(compiled)
    }

    fn leave(&mut self, instance: InstanceIdx, interface: InterfaceIdx) -> Option<()> {
        let instance = Arc::make_mut(self.instances.get_mut(instance)?);
        instance.interfaces.retain(|it| *it != interface);
        Some(())
    }
}

impl Population {
    /// LB-07: instances that are no more are no targets.
    fn drop_targets(&mut self, left: &BTreeSet<InterfaceIdx>) {
        let was_there = |target: &GroupTarget| match target.place {
            TargetPlace::Instance(interface, _) | TargetPlace::Unaddressed(interface) => {
                left.contains(&interface)
            }
            _ => false,
        };
        let mut without: Vec<(TargetGroupIdx, TargetGroup)> = Vec::new();
        for (index, group) in self.target_groups.iter() {
            if group.targets.iter().flatten().any(was_there) {
                let mut group = group.clone();
                for target in group.targets.iter_mut().flatten().filter(|it| was_there(it)) {
                    target.place = TargetPlace::Missing;
                    // Registered for all zones it is so still.
                    if target.zone != TargetZone::All {
                        target.zone = TargetZone::Unknown;
                    }
                }
                without.push((index, group));
            }
        }
        let mut affected: Vec<LoadBalancerIdx> = Vec::new();
        for (index, balancer) in self.load_balancers.iter() {
            let mut forwards = balancer.listeners.iter().flatten().flat_map(|it| &it.forwards);
            let lost = |group| without.iter().any(|(without, _)| without == group);
            if forwards.any(|to| matches!(to, Forward::Group(group) if lost(group))) {
                affected.push(index);
            }
        }
        for (index, group) in without {
            self.target_groups.put(index, group);
        }
        for index in affected {
            let mut balancer = self.load_balancers[index].clone();
            (balancer.outbound, balancer.outbound_complete) = load_balancers::outbound(
                &balancer,
                &|next| Some(&self.load_balancers[next]),
                &|group| &self.target_groups[group],
                &|node| &self.interfaces[node].owned,
            );
            self.load_balancers.put(index, balancer);
        }
    }
}
