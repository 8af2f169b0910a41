//! Look-ups over the whole snapshot that single resources are compiled with.

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};

use super::resources::Located;
use crate::index::{InterfaceIdx, Patched, VpcIdx};
use crate::order;
use crate::packet::IpSet;
use crate::rules::{Interface, parse_net};
use crate::snapshot::{self, SecurityGroupVpcAssociation, Snapshot};

/// The Region of each VPC by the zones of its subnets, for snapshots whose folders do not tell.
pub(super) fn zones_by_vpc<'a>(
    subnets: &[Located<'a, snapshot::Subnet>],
) -> FxHashMap<&'a str, &'a str> {
    subnets
        .iter()
        .filter_map(|located| {
            let zone = located.item.availability_zone.as_deref()?;
            Some((located.item.vpc_id.as_str(), region_of_zone(zone)?))
        })
        .collect()
}

/// `eu-west-1a` is in `eu-west-1`, `us-west-2-lax-1a` in `us-west-2`.
fn region_of_zone(zone: &str) -> Option<&str> {
    let digit = zone.find(|c: char| c.is_ascii_digit())?;
    zone.get(..=digit)
}

/// Public and private addresses that Elastic IPs and NAT gateways pair, by interface.
pub(super) fn pairings_by_interface(snapshot: &Snapshot) -> FxHashMap<&str, Vec<(&str, &str)>> {
    let mut found: FxHashMap<&str, Vec<(&str, &str)>> = FxHashMap::default();
    for region in &snapshot.regions {
        let elastic = region.addresses.iter().flatten().map(|address| {
            (&address.network_interface_id, &address.public_ip, &address.private_ip_address)
        });
        let nat = region.nat_gateways.iter().flatten();
        let nat = nat.flat_map(|gateway| &gateway.nat_gateway_addresses).map(|address| {
            (&address.network_interface_id, &address.public_ip, &address.private_ip)
        });
        for (interface, public, private) in elastic.chain(nat) {
            if let (Some(interface), Some(public), Some(private)) = (interface, public, private) {
                found.entry(interface).or_default().push((public, private));
            }
        }
    }
    for pairs in found.values_mut() {
        order::sort(pairs);
    }
    found
}

/// SG-10, SG-16: who is in which group.
pub(super) struct Membership {
    /// Addresses of the members of each group, VPC by VPC.
    pub(super) members: FxHashMap<Arc<str>, BTreeMap<VpcIdx, IpSet>>,
    /// Addresses of hosts whose groups nobody told, VPC by VPC: they may be in any.
    pub(super) ungrouped: BTreeMap<VpcIdx, IpSet>,
}

impl Membership {
    pub(super) fn of(
        interfaces: &Patched<InterfaceIdx, Interface>,
        lapsed: &FxHashSet<(VpcIdx, Arc<str>)>,
    ) -> Self {
        let mut found: FxHashMap<Arc<str>, BTreeMap<VpcIdx, Vec<&IpSet>>> = FxHashMap::default();
        let mut ungrouped: BTreeMap<VpcIdx, Vec<&IpSet>> = BTreeMap::new();
        for (_, interface) in interfaces.iter() {
            let Some(vpc) = interface.vpc else { continue };
            if interface.groups_untold() {
                ungrouped.entry(vpc).or_default().push(&interface.owned);
            }
            let members = |group: &&Arc<str>| !lapsed.contains(&(vpc, Arc::clone(group)));
            for group in interface.group_ids.iter().filter(members) {
                let by_vpc = found.entry(Arc::clone(group)).or_default();
                by_vpc.entry(vpc).or_default().push(&interface.owned);
            }
        }
        let unions = |by_vpc: BTreeMap<VpcIdx, Vec<&IpSet>>| {
            order::tree(by_vpc.into_iter().map(|(vpc, sets)| (vpc, IpSet::union_all(sets))))
        };
        Self {
            members: found.into_iter().map(|(group, by_vpc)| (group, unions(by_vpc))).collect(),
            ungrouped: unions(ungrouped),
        }
    }
}

/// SG-19: groups that are used in VPCs besides their own.
pub(super) struct Associations<'a> {
    pub(super) shared: FxHashSet<&'a str>,
    /// Those of which an association is not, or no longer, there.
    pub(super) lapsed: FxHashSet<(VpcIdx, Arc<str>)>,
}

impl<'a> Associations<'a> {
    pub(super) fn read(snapshot: &'a Snapshot, vpcs: &FxHashMap<&str, VpcIdx>) -> Self {
        let regions = snapshot.regions.iter();
        let all = regions.flat_map(|it| it.security_group_vpc_associations.iter().flatten());
        let lapsed = |it: &SecurityGroupVpcAssociation| {
            let gone = it.state.as_deref().is_some_and(|state| state != "associated");
            let vpc = vpcs.get(it.vpc_id.as_str()).filter(|_| gone)?;
            Some((*vpc, Arc::from(it.group_id.as_str())))
        };
        Self {
            shared: all.clone().map(|it| it.group_id.as_str()).collect(),
            lapsed: all.filter_map(lapsed).collect(),
        }
    }
}

/// HYB-02: what each virtual private gateway told the route tables, and which gateways tell at
/// all.
pub(super) fn propagated<'a>(
    tables: &[Located<'a, snapshot::RouteTable>],
) -> (FxHashMap<&'a str, IpSet>, FxHashSet<&'a str>) {
    let mut nets: FxHashMap<&'a str, Vec<IpNet>> = FxHashMap::default();
    let mut propagates = FxHashSet::default();
    for located in tables {
        propagates.extend(
            located.item.propagating_vgws.iter().map(|gateway| gateway.gateway_id.as_str()),
        );
        for route in &located.item.routes {
            if route.origin.as_deref() == Some("EnableVgwRoutePropagation")
                && let Some(gateway) = route.gateway_id.as_deref()
            {
                propagates.insert(gateway);
                let text = route
                    .destination_cidr_block
                    .as_deref()
                    .or(route.destination_ipv6_cidr_block.as_deref());
                nets.entry(gateway).or_default().extend(text.and_then(parse_net));
            }
        }
    }
    let sets = nets.into_iter().map(|(gateway, nets)| (gateway, nets.into_iter().collect()));
    (sets.collect(), propagates)
}
