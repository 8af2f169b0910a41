//! Classic Load Balancers (LB-19).

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::balancer_nodes::Site;
use super::load_balancers::Surroundings;
use super::resources::Located;
use super::target_groups::{Targets, port};
use crate::index::{Arena, DenseIndex, InterfaceIdx, TargetGroupIdx};
use crate::order;
use crate::packet::HeaderSet;
use crate::rules::{BalancerKind, Forward, Interface, Listener, LoadBalancer, Scheme, TargetGroup};
use crate::snapshot::LoadBalancerDescription;

impl<'a> Surroundings<'a> {
    /// Classic ones have no ids, and names that are unique in one Region of one account.
    pub(super) fn classic(&self) -> Vec<Located<'a, LoadBalancerDescription>> {
        let mut found: BTreeMap<_, Located<'a, LoadBalancerDescription>> = BTreeMap::new();
        for region in &self.snapshot.regions {
            for item in region.load_balancer_descriptions.iter().flatten() {
                let key = (&item.load_balancer_name, &region.account, &region.name);
                found.entry(key).or_insert(Located { region, item });
            }
        }
        found.into_values().collect()
    }

    pub(super) fn classic_balancer(
        &self,
        located: &Located<'a, LoadBalancerDescription>,
        labels: &FxHashMap<&'a str, Vec<InterfaceIdx>>,
        targets: &Targets<'a>,
        groups: &mut Vec<TargetGroup>,
        interfaces: &mut Arena<InterfaceIdx, Interface>,
    ) -> LoadBalancer {
        let (item, region) = (located.item, located.region);
        let vpc = item.vpc_id.as_deref().and_then(|id| self.vpc_ids.get(id).copied());
        let site = Site {
            label: &item.load_balancer_name,
            kind: BalancerKind::Classic,
            vpc,
            subnets: item.subnets.iter().map(|subnet| (subnet.as_str(), Vec::new())).collect(),
            security_groups: &item.security_groups,
        };
        let (nodes, without_node) = self.nodes(&site, labels, interfaces);
        // The subnets have the ids; of one that the snapshot lacks the name is all there is.
        let of_subnets = item
            .subnets
            .iter()
            .filter_map(|id| self.subnets[*self.subnet_ids.get(id.as_str())?].zone.clone());
        let named = item.availability_zones.iter();
        let named = named.map(|name| targets.answers.zone(located.region, name));
        let mut zones: Vec<Arc<str>> = of_subnets.chain(named).collect();
        order::sort(&mut zones);
        zones.dedup();
        let listeners: Option<Vec<Listener>> = item
            .listener_descriptions
            .iter()
            .map(|description| {
                let listener = &description.listener;
                let protocol = listener.protocol.as_deref().unwrap_or("?");
                let number = port(listener.load_balancer_port)?;
                let index = TargetGroupIdx::from_usize(groups.len());
                groups.push(targets.classic_group(located, listener, interfaces));
                Some(Listener {
                    port: number,
                    protocol: Arc::from(protocol),
                    traffic: Listener::traffic(protocol, number)?,
                    forwards: vec![Forward::Group(index)],
                    complete: true,
                })
            })
            .collect();
        let attributes = region.classic_load_balancer_attributes.iter().flatten();
        let cross_zone = attributes
            .filter(|of| of.load_balancer_name == item.load_balancer_name)
            .find_map(|of| of.load_balancer_attributes.cross_zone_load_balancing.as_ref());
        LoadBalancer {
            id: Arc::from(item.load_balancer_name.as_str()),
            name: Arc::from(item.load_balancer_name.as_str()),
            dns_name: item.dns_name.as_deref().map(Arc::from),
            kind: BalancerKind::Classic,
            scheme: match item.scheme.as_deref() {
                Some("internal") => Scheme::Internal,
                _ => Scheme::InternetFacing,
            },
            // A Classic Load Balancer that can be described serves.
            state: Arc::from("active"),
            vpc,
            zones,
            nodes,
            without_node,
            listeners,
            cross_zone: cross_zone.map(|setting| setting.enabled),
            guards_endpoints: None,
            v6_source_prefix: false,
            outbound: HeaderSet::empty(),
            outbound_complete: false,
        }
    }
}
