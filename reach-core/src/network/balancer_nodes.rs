//! Which interfaces are nodes of load balancers (LB-02).

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::load_balancers::Surroundings;
use crate::index::{Arena, DenseIndex, GroupIdx, InterfaceIdx, SubnetIdx, VpcIdx};
use crate::order;
use crate::rules::{BalancerKind, Interface, InterfaceKind, Node};

/// Where the nodes of a load balancer are looked for.
pub(super) struct Site<'a> {
    /// Description of its interfaces, after `ELB `.
    pub(super) label: &'a str,
    pub(super) kind: BalancerKind,
    pub(super) vpc: Option<VpcIdx>,
    /// Its subnets, each with the private addresses of its node where they are told.
    pub(super) subnets: Vec<(&'a str, Vec<IpAddr>)>,
    pub(super) security_groups: &'a [String],
}

impl<'a> Surroundings<'a> {
    /// Interfaces by what the service wrote about them.
    pub(super) fn labels(&self) -> FxHashMap<&'a str, Vec<InterfaceIdx>> {
        let mut labels: FxHashMap<&'a str, Vec<InterfaceIdx>> = FxHashMap::default();
        for (position, located) in self.enis.iter().enumerate() {
            let text = located.item.description.as_deref();
            if let Some(label) = text.and_then(|text| text.strip_prefix("ELB ")) {
                labels.entry(label).or_default().push(InterfaceIdx::from_usize(position));
            }
        }
        labels
    }

    /// LB-02: interfaces that say whose they are, in the subnets of the load balancer; and the
    /// subnets that have none.
    pub(super) fn nodes(
        &self,
        site: &Site<'_>,
        labels: &FxHashMap<&'a str, Vec<InterfaceIdx>>,
        interfaces: &mut Arena<InterfaceIdx, Interface>,
    ) -> (Vec<Node>, Vec<Arc<str>>) {
        let wanted: Vec<Option<SubnetIdx>> =
            site.subnets.iter().map(|(id, _)| self.subnet_ids.get(id).copied()).collect();
        let here = |interface: &Interface| {
            let subnet = interface.subnet;
            (wanted.is_empty() || subnet.is_some() && wanted.contains(&subnet))
                && (site.vpc.is_none() || interface.vpc == site.vpc)
        };
        let labelled = labels.get(site.label).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<InterfaceIdx> =
            labelled.iter().copied().filter(|index| here(&interfaces[*index])).collect();
        let mut without = Vec::new();
        for ((id, addresses), subnet) in site.subnets.iter().zip(&wanted) {
            let in_subnet =
                |index: &InterfaceIdx| subnet.is_some() && interfaces[*index].subnet == *subnet;
            if found.iter().any(in_subnet) {
                continue;
            }
            // Its fixed addresses tell a node whose description does not.
            let owner = interfaces.iter().find(|(_, interface)| {
                interface.kind == InterfaceKind::NotModelled
                    && subnet.is_some()
                    && interface.subnet == *subnet
                    && addresses.iter().any(|address| interface.owned.contains(*address))
            });
            match owner {
                Some((index, _)) => found.push(index),
                None => without.push(Arc::from(*id)),
            }
        }
        order::sort(&mut found);
        let nodes = found.iter().map(|index| {
            let zone = interfaces[*index].subnet.and_then(|it| self.subnets[it].zone.clone());
            Node { interface: *index, zone }
        });
        let nodes = nodes.collect();
        for index in found {
            if let Some(interface) = interfaces.get_mut(index) {
                self.adopt(site, interface);
            }
        }
        (nodes, without)
    }

    /// An interface becomes a node, with the load balancer's groups if it does not tell its own.
    fn adopt(&self, site: &Site<'_>, interface: &mut Interface) {
        interface.kind = InterfaceKind::Node(site.kind);
        if interface.group_ids.is_empty() {
            interface.group_ids =
                site.security_groups.iter().map(|id| Arc::from(id.as_str())).collect();
            let found = site.security_groups.iter();
            let mut groups: Vec<GroupIdx> =
                found.filter_map(|id| self.group_ids.get(id.as_str()).copied()).collect();
            order::sort(&mut groups);
            groups.dedup();
            // AWS gives an Application and a Classic Load Balancer a group.
            let untold = interface.group_ids.is_empty() && interface.kind.filtered(false);
            interface.groups_complete = groups.len() == site.security_groups.len() && !untold;
            interface.groups = groups;
        }
    }
}
