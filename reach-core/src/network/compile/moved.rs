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
    /// The interfaces as another snapshot has them, which has these, each once, and all that pairs
    /// them with addresses; `None` where that may change more than what hangs on them here.
    pub(super) fn put_interfaces(&mut self, ids: &BTreeSet<&str>, after: &Snapshot) -> Option<()> {
        if self.told_of(ids) {
            return None;
        }
        let described = after.regions.iter().flat_map(|it| it.network_interfaces.iter().flatten());
        let described: BTreeMap<&str, &NetworkInterface> =
            described.map(|it| (it.network_interface_id.as_str(), it)).collect();
        let elastic = pairings_by_interface(after);
        let mut changes = Vec::new();
        for id in ids {
            // An instance may name an interface that nobody describes.
            let Some(index) = self.interfaces.search(|it| (*it.id).cmp(id)) else { continue };
            if self.serves(index) {
                return None;
            }
            let new = match described.get(id) {
                Some(interface) => Some(self.interface(interface, &elastic)?),
                None => None,
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
        if !vpcs.is_empty() {
            self.resettle(&mut population, &vpcs);
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

    /// Who lives in these VPCs, and who is in which group there, anew.
    fn resettle(&self, population: &mut Population, vpcs: &BTreeSet<VpcIdx>) {
        let there = || {
            let all = population.interfaces.iter();
            all.filter(|(_, it)| it.vpc.is_some_and(|vpc| vpcs.contains(&vpc)))
        };
        let mut owned: BTreeMap<VpcIdx, Vec<(InterfaceIdx, &IpSet)>> = BTreeMap::new();
        for (index, interface) in there() {
            if let Some(vpc) = interface.vpc {
                owned.entry(vpc).or_default().push((index, &interface.owned));
            }
        }
        let subnet = |index| population.interfaces[index].subnet;
        // None that went was in a clash, or it would be told of. Others clash as they did before.
        let residents = |vpc: &VpcIdx| {
            let owned = owned.get(vpc).map_or(&[][..], Vec::as_slice);
            (*vpc, Residents::of(&self.vpcs[*vpc], owned, subnet).0)
        };
        let residents: Vec<(VpcIdx, Residents)> = vpcs.iter().map(residents).collect();
        let Membership { mut members, ungrouped } = Membership::of(there(), &self.lapsed);
        Arc::make_mut(&mut population.members).retain(|group, by_vpc| {
            by_vpc.retain(|vpc, _| !vpcs.contains(vpc));
            by_vpc.extend(members.remove(group).into_iter().flatten());
            !by_vpc.is_empty()
        });
        population.ungrouped.retain(|vpc, _| !vpcs.contains(vpc));
        population.ungrouped.extend(ungrouped);
        for (vpc, residents) in residents {
            population.residents.put(vpc, residents);
        }
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
                    target.place = TargetPlace::Missing;
                    // Registered for all zones it is so still.
                    if target.zone != TargetZone::All {
                        target.zone = TargetZone::Unknown;
                    }
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
