//! Prefix lists in rules and routes, some without contents (SG-09, RT-07).

use reach_core::snapshot::{ManagedPrefixListEntries, PrefixList, PrefixListEntry};

use super::groups::TRAFFIC;
use crate::generate::site::Site;

/// Two lists, and rules and routes that name them.
pub(in crate::generate) fn prefix_lists(site: &mut Site) {
    for number in 1..=2 {
        list(site, &format!("pl-{number}"));
    }
    let named = ["pl-1".to_owned(), "pl-2".to_owned(), "pl-gone".to_owned()];
    for host in site.hosts.clone() {
        if site.dice.chance(40) {
            let list = site.dice.pick(&named).unwrap_or_default();
            let rule = format!("{} {list}", site.dice.word(&TRAFFIC));
            let egress = site.dice.chance(30);
            if site.dice.chance(60) {
                super::base::close(site, &host.group, egress, &[rule]);
            } else {
                site.permit(&host.group, egress, &[rule]);
            }
        }
    }
    for subnet in site.subnets.clone() {
        if site.dice.chance(30) {
            let mut targets = Vec::new();
            site.table(&subnet.table, |table| {
                let gateways = table.routes.iter().filter_map(|route| {
                    route.gateway_id.as_ref().or(route.vpc_peering_connection_id.as_ref())
                });
                targets.extend(gateways.filter(|id| *id != "local").cloned());
            });
            if let Some(target) = site.dice.pick(&targets) {
                let list = site.dice.pick(&named).unwrap_or_default();
                site.route(&subnet.table, &format!("{list} {target}"));
            }
        }
    }
}

fn list(site: &mut Site, id: &str) {
    let v6 = site.dice.chance(25);
    let mut cidrs: Vec<String> = Vec::new();
    let count = site.dice.between(0, 4);
    for _ in 0..count {
        let block = site.block();
        if block.contains(':') == v6 && !cidrs.contains(&block) {
            cidrs.push(block);
        }
    }
    let told = site.dice.chance(85);
    for index in 0..site.regions.len() {
        let Some(region) = site.region(index) else { continue };
        region.prefix_lists.get_or_insert_default().push(PrefixList {
            prefix_list_id: id.to_owned(),
            prefix_list_name: Some(id.to_owned()),
            address_family: Some(if v6 { "IPv6" } else { "IPv4" }.to_owned()),
            ..PrefixList::default()
        });
        if told {
            let entries =
                cidrs.iter().map(|cidr| PrefixListEntry { cidr: cidr.clone(), description: None });
            let contents = ManagedPrefixListEntries {
                prefix_list_id: id.to_owned(),
                entries: entries.collect(),
            };
            region.managed_prefix_list_entries.get_or_insert_default().push(contents);
        }
    }
}
