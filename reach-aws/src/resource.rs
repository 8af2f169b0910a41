//! What the loader has to know of every resource kind: its key in an answer, its id, its owner.

use std::collections::{HashMap, HashSet};
use std::mem;

use reach_core::Diagnostic;
use reach_core::snapshot::{
    Address, EgressOnlyInternetGateway, Instance, InternetGateway, Kind, ManagedPrefixListEntries,
    NatGateway, NetworkAcl, NetworkInterface, PrefixList, Region, RouteTable, SecurityGroup,
    SecurityGroupRule, Subnet, Vpc, VpcPeeringConnection, VpnConnection, VpnGateway,
};
use serde::de::MapAccess;

use crate::text::shown;

trait Resource: PartialEq + Sized {
    /// Two answers with the same id are about the same resource.
    fn id(&self) -> Option<&str>;

    fn owner(&self) -> Option<&str>;

    /// Takes over another answer about the same resource; gives it back where the two contradict
    /// each other.
    fn join(&mut self, other: Self) -> Option<Self> {
        (*self != other).then_some(other)
    }
}

/// Every kind: its field in [`Region`], its type, its id, its owner.
macro_rules! resources {
    ($($field:ident: $resource:ident, $id:expr, $owner:expr $(, $join:expr)?;)*) => {
        $(impl Resource for $resource {
            fn id(&self) -> Option<&str> {
                let id: fn(&Self) -> Option<&str> = $id;
                id(self)
            }

            fn owner(&self) -> Option<&str> {
                let owner: fn(&Self) -> Option<&str> = $owner;
                owner(self)
            }

            $(fn join(&mut self, other: Self) -> Option<Self> {
                $join(self, other)
            })?
        })*

        /// The owner of each resource that names one.
        pub(crate) fn owners(region: &Region) -> impl Iterator<Item = &str> {
            std::iter::empty()
                $(.chain(region.$field.iter().flatten().filter_map(Resource::owner)))*
        }

        /// Leaves one of each resource, and notes where answers about one contradict each other.
        pub(crate) fn settle(region: &mut Region, diagnostics: &mut Vec<Diagnostic>) {
            let account = region.account.take();
            $(if let Some(list) = &mut region.$field {
                settle_list(list, account.as_deref(), diagnostics);
            })*
            region.account = account;
            region.managed_prefix_list_entries.iter_mut().flatten().for_each(without_repetition);
        }
    };
}

resources! {
    vpcs: Vpc, |r| Some(&r.vpc_id), |r| r.owner_id.as_deref();
    subnets: Subnet, |r| Some(&r.subnet_id), |r| r.owner_id.as_deref();
    network_interfaces: NetworkInterface, |r| Some(&r.network_interface_id), |r| r.owner_id.as_deref();
    instances: Instance, |r| Some(&r.instance_id), |r| r.owner_id.as_deref();
    security_groups: SecurityGroup, |r| Some(&r.group_id), |r| r.owner_id.as_deref();
    security_group_rules: SecurityGroupRule, |r| Some(&r.security_group_rule_id), |r| r.group_owner_id.as_deref();
    network_acls: NetworkAcl, |r| Some(&r.network_acl_id), |r| r.owner_id.as_deref();
    route_tables: RouteTable, |r| Some(&r.route_table_id), |r| r.owner_id.as_deref();
    internet_gateways: InternetGateway, |r| Some(&r.internet_gateway_id), |r| r.owner_id.as_deref();
    egress_only_internet_gateways: EgressOnlyInternetGateway, |r| Some(&r.egress_only_internet_gateway_id), |_| None;
    nat_gateways: NatGateway, |r| Some(&r.nat_gateway_id), |_| None;
    addresses: Address, address_id, |_| None;
    vpc_peering_connections: VpcPeeringConnection, |r| Some(&r.vpc_peering_connection_id), |_| None;
    vpn_gateways: VpnGateway, |r| Some(&r.vpn_gateway_id), |_| None;
    vpn_connections: VpnConnection, |r| Some(&r.vpn_connection_id), |_| None;
    prefix_lists: PrefixList, |r| Some(&r.prefix_list_id), |r| r.owner_id.as_deref(), join_prefix_lists;
    managed_prefix_list_entries: ManagedPrefixListEntries, |r| Some(&r.prefix_list_id), |_| None, join_entries;
}

/// Reads the list under a kind's key into the Region. Tells whether it could: instances and the
/// contents of prefix lists are wrapped, and read elsewhere.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    kind: Kind,
    map: &mut A,
    region: &mut Region,
) -> Result<bool, A::Error> {
    match kind {
        Kind::Vpcs => append(&mut region.vpcs, map.next_value()?),
        Kind::Subnets => append(&mut region.subnets, map.next_value()?),
        Kind::NetworkInterfaces => append(&mut region.network_interfaces, map.next_value()?),
        Kind::SecurityGroups => append(&mut region.security_groups, map.next_value()?),
        Kind::SecurityGroupRules => append(&mut region.security_group_rules, map.next_value()?),
        Kind::NetworkAcls => append(&mut region.network_acls, map.next_value()?),
        Kind::RouteTables => append(&mut region.route_tables, map.next_value()?),
        Kind::InternetGateways => append(&mut region.internet_gateways, map.next_value()?),
        Kind::EgressOnlyInternetGateways => {
            append(&mut region.egress_only_internet_gateways, map.next_value()?);
        }
        Kind::NatGateways => append(&mut region.nat_gateways, map.next_value()?),
        Kind::Addresses => append(&mut region.addresses, map.next_value()?),
        Kind::VpcPeeringConnections => {
            append(&mut region.vpc_peering_connections, map.next_value()?);
        }
        Kind::VpnGateways => append(&mut region.vpn_gateways, map.next_value()?),
        Kind::VpnConnections => append(&mut region.vpn_connections, map.next_value()?),
        Kind::PrefixLists => append(&mut region.prefix_lists, map.next_value()?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Adds to a list; the first time, the list becomes one that was collected.
pub(crate) fn append<T>(list: &mut Option<Vec<T>>, more: Vec<T>) {
    match list {
        Some(list) => list.extend(more),
        None => *list = Some(more),
    }
}

/// An allocation where there is one; an address of EC2-Classic or of a careless tool has none.
fn address_id(address: &Address) -> Option<&str> {
    let given = |text: &'_ Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
    if given(&address.allocation_id) {
        address.allocation_id.as_deref()
    } else if given(&address.public_ip) {
        address.public_ip.as_deref()
    } else {
        None
    }
}

/// `describe-prefix-lists` knows the contents, `describe-managed-prefix-lists` everything else.
fn join_prefix_lists(list: &mut PrefixList, mut other: PrefixList) -> Option<PrefixList> {
    let agree = agrees(list.prefix_list_name.as_ref(), other.prefix_list_name.as_ref())
        && agrees(list.address_family.as_ref(), other.address_family.as_ref())
        && agrees(list.owner_id.as_ref(), other.owner_id.as_ref())
        && agrees(list.cidrs.as_ref(), other.cidrs.as_ref())
        && (list.tags.is_empty() || other.tags.is_empty() || list.tags == other.tags);
    if !agree {
        return Some(other);
    }
    list.prefix_list_name = list.prefix_list_name.take().or(other.prefix_list_name.take());
    list.address_family = list.address_family.take().or(other.address_family.take());
    list.owner_id = list.owner_id.take().or(other.owner_id.take());
    list.cidrs = list.cidrs.take().or(other.cidrs.take());
    if list.tags.is_empty() {
        list.tags = other.tags;
    }
    None
}

fn agrees<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Several answers about one list are its pages.
fn join_entries(
    list: &mut ManagedPrefixListEntries,
    other: ManagedPrefixListEntries,
) -> Option<ManagedPrefixListEntries> {
    list.entries.extend(other.entries);
    None
}

/// A list holds a block once; the same page may have been read twice.
fn without_repetition(list: &mut ManagedPrefixListEntries) {
    let mut seen = HashSet::with_capacity(list.entries.len());
    let fresh: Vec<bool> =
        list.entries.iter().map(|entry| seen.insert(entry.cidr.as_str())).collect();
    drop(seen);
    let mut fresh = fresh.into_iter();
    list.entries.retain(|_| fresh.next().unwrap_or(true));
}

fn settle_list<T: Resource>(
    list: &mut Vec<T>,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut seen = HashSet::with_capacity(list.len());
    if list.iter().filter_map(T::id).all(|id| seen.insert(id)) {
        return;
    }
    drop(seen);

    let mut places: HashMap<String, Place> = HashMap::new();
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for resource in mem::take(list) {
        let Some(id) = resource.id() else {
            kept.push(resource);
            continue;
        };
        let Some(place) = places.get_mut(id) else {
            places.insert(id.to_owned(), Place { index: kept.len(), contradicted: false });
            kept.push(resource);
            continue;
        };
        let Some(first) = kept.get_mut(place.index) else { continue };
        let Some(other) = first.join(resource) else { continue };
        let owned = |resource: &T| account.is_some() && resource.owner() == account;
        let better = owned(&other) && !owned(first);
        if better {
            *first = other;
        }
        if !mem::replace(&mut place.contradicted, true) {
            diagnostics.extend(first.id().map(|id| {
                let which = if better || owned(first) { "the owner's" } else { "the first" };
                let message = format!("two answers differ; {which} is used");
                Diagnostic::warning("duplicate_resource", message).resource(shown(id))
            }));
        }
    }
    *list = kept;
}

/// Where the first answer about a resource stands.
struct Place {
    index: usize,
    contradicted: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vpc(id: &str, owner: Option<&str>, cidr: &str) -> Vpc {
        Vpc {
            vpc_id: id.to_owned(),
            owner_id: owner.map(str::to_owned),
            cidr_block: Some(cidr.to_owned()),
            ..Vpc::default()
        }
    }

    #[test]
    fn the_owners_view_wins() {
        let foreign = vpc("vpc-1", Some("444455556666"), "10.0.0.0/16");
        let own = vpc("vpc-1", Some("111122223333"), "10.1.0.0/16");
        let mut region = Region {
            account: Some("111122223333".to_owned()),
            vpcs: Some(vec![foreign.clone(), own.clone(), foreign.clone()]),
            ..Region::default()
        };
        let mut diagnostics = Vec::new();
        settle(&mut region, &mut diagnostics);
        assert_eq!(region.vpcs, Some(vec![own]));
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].code, "duplicate_resource");
        assert_eq!(diagnostics[0].resource.as_deref(), Some("vpc-1"));
    }

    #[test]
    fn otherwise_the_first_wins() {
        let (a, b) = (vpc("vpc-1", None, "10.0.0.0/16"), vpc("vpc-1", None, "10.1.0.0/16"));
        let mut region = Region { vpcs: Some(vec![a.clone(), b]), ..Region::default() };
        let mut diagnostics = Vec::new();
        settle(&mut region, &mut diagnostics);
        assert_eq!(region.vpcs, Some(vec![a]));
        assert_eq!(diagnostics.len(), 1);
    }

    #[test]
    fn addresses_without_an_id_are_all_kept() {
        let nameless = Address { allocation_id: Some(String::new()), ..Address::default() };
        let mut region =
            Region { addresses: Some(vec![nameless.clone(), nameless]), ..Region::default() };
        settle(&mut region, &mut Vec::new());
        assert_eq!(region.addresses.map(|list| list.len()), Some(2));
    }
}
