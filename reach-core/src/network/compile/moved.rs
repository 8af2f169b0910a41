//! What edits change of interfaces: which public addresses they have, what they are attached to, and
//! whether they are there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::index::{InstanceIdx, InterfaceIdx, LoadBalancerIdx, TargetGroupIdx, VpcIdx};
use crate::network::survey::{Membership, pairings_by_interface};
use crate::network::{Compiled, Population, Residents, interfaces, load_balancers};
use crate::packet::IpSet;
use crate::rules::{Forward, GroupTarget, Interface, TargetPlace, TargetZone};
use crate::snapshot::{NetworkInterface, Snapshot};

impl Compiled {
    /// The interfaces as another snapshot has them, which has these and all that pairs them with
    /// addresses; `None` where that may change more than what hangs on them here.
    pub(super) fn put_interfaces(&mut self, ids: &BTreeSet<&str>, after: &Snapshot) -> Option<()> {
        let mut described: BTreeMap<&str, Vec<&NetworkInterface>> = BTreeMap::new();
        for region in &after.regions {
            for interface in region.network_interfaces.iter().flatten() {
                let id = interface.network_interface_id.as_str();
                described.entry(id).or_default().push(interface);
            }
        }
        let elastic = pairings_by_interface(after);
        let mut changes = Vec::new();
        for id in ids {
            // An instance may name an interface that nobody describes.
            let Some(index) = self.interfaces.search(|it| (*it.id).cmp(id)) else { continue };
            if self.serves(index) || self.told_of(id) {
                return None;
            }
            let new = match described.get(id).map(Vec::as_slice) {
                None => None,
                Some([interface]) => Some(self.interface(interface, &elastic)?),
                // Accounts have views of their own.
                Some(_) => return None,
            };
            changes.push((index, new));
        }
        let mut population = Population::clone(&self.population);
        self.move_public_addresses(&mut population, &changes)?;
        let (mut left, mut vpcs) = (BTreeSet::new(), BTreeSet::new());
        for (index, new) in changes {
            let Interface { vpc, instance: before, .. } = self.interfaces[index];
            let instance = new.as_ref().and_then(|new| new.instance);
            if instance.is_some() && instance != before {
                return None;
            }
            if let Some(before) = before.filter(|_| instance.is_none()) {
                self.leave(before, index)?;
                left.insert(index);
            }
            match new {
                Some(new) => population.interfaces.put(index, new),
                None => {
                    vpcs.extend(vpc);
                    left.insert(index);
                    population.interfaces.take_out(index);
                }
            }
        }
        for vpc in vpcs {
            self.resettle(&mut population, vpc);
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

    /// Whether compiling noticed something about it that it may notice no more.
    fn told_of(&self, id: &str) -> bool {
        let named = format!("`{id}`");
        let mut others = self.noticed.others.iter();
        others.any(|it| it.resource.as_deref() == Some(id) || it.message.contains(&named))
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
            instances: &self.instances,
            elastic,
        };
        let mut told = Vec::new();
        let compiled = interfaces::compile(described, &around, &mut told);
        told.is_empty().then_some(compiled)
    }

    /// ENI-03. `None` where two hold one address.
    fn move_public_addresses(
        &self,
        population: &mut Population,
        changes: &[(InterfaceIdx, Option<Interface>)],
    ) -> Option<()> {
        let holders = Arc::make_mut(&mut population.public_addresses);
        for (index, _) in changes {
            for pair in &self.interfaces[*index].pairings {
                if holders.remove(&pair.public)?.0 != *index {
                    return None;
                }
            }
        }
        for (index, new) in changes {
            for pair in new.iter().flat_map(|new| &new.pairings) {
                if holders.insert(pair.public, (*index, pair.private)).is_some() {
                    return None;
                }
            }
        }
        Some(())
    }

    fn leave(&mut self, instance: InstanceIdx, interface: InterfaceIdx) -> Option<()> {
        let instance = Arc::make_mut(self.instances.get_mut(instance)?);
        instance.interfaces.retain(|it| *it != interface);
        Some(())
    }

    /// Who lives in a VPC, and who is in which group there, anew.
    fn resettle(&self, population: &mut Population, vpc: VpcIdx) {
        let there = || population.interfaces.iter().filter(|(_, it)| it.vpc == Some(vpc));
        let owned: Vec<(InterfaceIdx, &IpSet)> =
            there().map(|(index, interface)| (index, &interface.owned)).collect();
        let subnet = |index| population.interfaces[index].subnet;
        // What clashes there did so before, and it was told then.
        let (residents, _) = Residents::of(&self.vpcs[vpc], &owned, subnet);
        let Membership { members, mut ungrouped } = Membership::of(there(), &self.lapsed);
        let all = Arc::make_mut(&mut population.members);
        all.retain(|group, by_vpc| {
            if let Some(members) = members.get(group).and_then(|here| here.get(&vpc)) {
                by_vpc.insert(vpc, members.clone());
            } else {
                by_vpc.remove(&vpc);
            }
            !by_vpc.is_empty()
        });
        match ungrouped.remove(&vpc) {
            Some(hosts) => population.ungrouped.insert(vpc, hosts),
            None => population.ungrouped.remove(&vpc),
        };
        population.residents.put(vpc, residents);
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
        let mut without: BTreeMap<TargetGroupIdx, _> = BTreeMap::new();
        for (index, group) in self.target_groups.iter() {
            if group.targets.iter().flatten().any(was_there) {
                let mut group = group.clone();
                for target in group.targets.iter_mut().flatten().filter(|it| was_there(it)) {
                    (target.place, target.zone) = (TargetPlace::Missing, TargetZone::Unknown);
                }
                without.insert(index, group);
            }
        }
        let mut affected: Vec<LoadBalancerIdx> = Vec::new();
        for (index, balancer) in self.load_balancers.iter() {
            let mut forwards = balancer.listeners.iter().flatten().flat_map(|it| &it.forwards);
            if forwards.any(|to| matches!(to, Forward::Group(group) if without.contains_key(group)))
            {
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
                |next| Some(&self.load_balancers[next]),
                |group| &self.target_groups[group],
                |node| &self.interfaces[node].owned,
            );
            self.load_balancers.put(index, balancer);
        }
    }
}
