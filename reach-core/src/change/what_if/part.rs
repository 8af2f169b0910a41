//! The part of a snapshot that edits look at.

use std::collections::BTreeSet;

use super::Touched;
use crate::change::lookup;
use crate::network::PieceIds;
use crate::snapshot::{Address, Association, NetworkInterface, Region, Snapshot};

impl<'e> Touched<'e> {
    /// Finds the interfaces that addresses and instances lead to, and the routes that lead to those.
    pub(super) fn follow(&mut self, whole: &'e Snapshot) {
        if self.addresses.is_empty() && self.hosts.is_empty() {
            return;
        }
        let hosts = lookup::instances(whole).filter(|it| self.hosts.contains(&*it.instance_id));
        let listed = hosts.flat_map(|it| &it.network_interfaces);
        self.pieces.interfaces.extend(listed.map(|it| it.network_interface_id.as_str()));
        let attached = lookup::interfaces(whole).filter(|interface| {
            lookup::instance_of(interface).is_some_and(|id| self.hosts.contains(id))
        });
        self.pieces.interfaces.extend(attached.map(|it| it.network_interface_id.as_str()));
        self.routes_to_ended(whole);
        if self.addresses.is_empty() {
            return;
        }
        // An address by its other names, and those that give way to it.
        self.read_addresses();
        let listed = entries(whole).filter(|entry| self.names_entry(entry));
        let mut moved: BTreeSet<&str> = listed.filter_map(|it| it.public_ip.as_deref()).collect();
        for interface in lookup::interfaces(whole) {
            let meant = self.pieces.interfaces.contains(&*interface.network_interface_id);
            let paired = associations(interface).filter(|it| meant || self.names_association(it));
            moved.extend(paired.filter_map(|it| it.public_ip.as_deref()));
        }
        self.addresses.extend(moved);
        self.read_addresses();
        let holders = entries(whole).filter(|entry| self.names_entry(entry));
        let holders: Vec<_> =
            holders.filter_map(|entry| entry.network_interface_id.as_deref()).collect();
        let paired = lookup::interfaces(whole)
            .filter(|interface| associations(interface).any(|it| self.names_association(it)));
        let paired: Vec<_> =
            paired.map(|interface| interface.network_interface_id.as_str()).collect();
        self.pieces.interfaces.extend(holders.into_iter().chain(paired));
    }

    /// However an address is written, it is the same.
    fn read_addresses(&mut self) {
        self.ips = self.addresses.iter().filter_map(|text| text.parse().ok()).collect();
    }

    fn routes_to_ended(&mut self, whole: &'e Snapshot) {
        if self.ended.is_empty() {
            return;
        }
        let tables = whole.regions.iter().flat_map(|region| region.route_tables.iter().flatten());
        let leads = tables.filter(|table| {
            table.routes.iter().any(|route| {
                let interface = route.network_interface_id.as_deref();
                let instance = route.instance_id.as_deref();
                interface.is_some_and(|id| self.pieces.interfaces.contains(id))
                    || instance.is_some_and(|id| self.ended.contains(id))
            })
        });
        self.pieces.tables.extend(leads.map(|table| table.route_table_id.as_str()));
    }

    fn names_address(&self, ip: Option<&String>) -> bool {
        self.names(ip) || ip.is_some_and(|ip| ip.parse().is_ok_and(|ip| self.ips.contains(&ip)))
    }

    fn names(&self, id: Option<&String>) -> bool {
        id.is_some_and(|id| self.addresses.contains(id.as_str()))
    }

    fn names_entry(&self, entry: &Address) -> bool {
        self.names(entry.allocation_id.as_ref())
            || self.names(entry.association_id.as_ref())
            || self.names_address(entry.public_ip.as_ref())
    }

    fn names_association(&self, association: &Association) -> bool {
        self.names(association.allocation_id.as_ref())
            || self.names(association.association_id.as_ref())
            || self.names_address(association.public_ip.as_ref())
    }

    /// Whether an entry pairs an address that moves, or something with an interface that counts.
    fn counts(&self, entry: &Address) -> bool {
        let interface = entry.network_interface_id.as_deref();
        let instance = entry.instance_id.as_deref();
        self.names_entry(entry)
            || interface.is_some_and(|id| self.pieces.interfaces.contains(id))
            || instance.is_some_and(|id| self.hosts.contains(id))
    }

    /// What of a snapshot the edits look at.
    pub(super) fn part_of(&self, whole: &Snapshot) -> Snapshot {
        let lists = |region: &Region| match self.lists {
            true => (region.prefix_lists.clone(), region.managed_prefix_list_entries.clone()),
            false => (None, None),
        };
        let PieceIds { groups, acls, tables, instances, interfaces } = &self.pieces;
        let named = |id: &str| self.named.contains(id);
        let regions = whole.regions.iter().map(|region| {
            let (prefix_lists, managed_prefix_list_entries) = lists(region);
            Region {
                account: region.account.clone(),
                name: region.name.clone(),
                security_groups: some(region.security_groups.as_ref(), |it| {
                    groups.contains(it.group_id.as_str()) || named(&it.group_id)
                }),
                security_group_rules: some(region.security_group_rules.as_ref(), |it| {
                    groups.contains(it.group_id.as_str())
                }),
                network_acls: some(region.network_acls.as_ref(), |it| {
                    acls.contains(it.network_acl_id.as_str())
                }),
                route_tables: some(region.route_tables.as_ref(), |it| {
                    tables.contains(it.route_table_id.as_str())
                }),
                instances: some_if(
                    !instances.is_empty() || !self.hosts.is_empty(),
                    region.instances.as_ref(),
                    |it| {
                        instances.contains(it.instance_id.as_str())
                            || self.hosts.contains(it.instance_id.as_str())
                    },
                ),
                network_interfaces: some_if(
                    !interfaces.is_empty() || !self.named.is_empty(),
                    region.network_interfaces.as_ref(),
                    |it| {
                        interfaces.contains(it.network_interface_id.as_str())
                            || named(&it.network_interface_id)
                    },
                ),
                addresses: some(region.addresses.as_ref(), |it| self.counts(it)),
                internet_gateways: some(region.internet_gateways.as_ref(), |it| {
                    named(&it.internet_gateway_id)
                }),
                egress_only_internet_gateways: some(
                    region.egress_only_internet_gateways.as_ref(),
                    |it| named(&it.egress_only_internet_gateway_id),
                ),
                nat_gateways: some(region.nat_gateways.as_ref(), |it| {
                    !interfaces.is_empty() || named(&it.nat_gateway_id)
                }),
                vpn_gateways: some(region.vpn_gateways.as_ref(), |it| named(&it.vpn_gateway_id)),
                vpc_peering_connections: some(region.vpc_peering_connections.as_ref(), |it| {
                    named(&it.vpc_peering_connection_id)
                }),
                prefix_lists,
                managed_prefix_list_entries,
                ..Region::default()
            }
        });
        Snapshot { regions: regions.collect() }
    }
}

/// Those of a list that count.
fn some<T: Clone>(list: Option<&Vec<T>>, counts: impl Fn(&T) -> bool) -> Option<Vec<T>> {
    list.map(|list| list.iter().filter(|it| counts(it)).cloned().collect())
}

/// The same of a long list, where any may count.
fn some_if<T: Clone>(
    any: bool,
    list: Option<&Vec<T>>,
    counts: impl Fn(&T) -> bool,
) -> Option<Vec<T>> {
    if any { some(list, counts) } else { list.map(|_| Vec::new()) }
}

fn entries(whole: &Snapshot) -> impl Iterator<Item = &Address> {
    whole.regions.iter().flat_map(|region| region.addresses.iter().flatten())
}

fn associations(interface: &NetworkInterface) -> impl Iterator<Item = &Association> {
    let private = interface.private_ip_addresses.iter();
    interface.association.iter().chain(private.filter_map(|it| it.association.as_ref()))
}
