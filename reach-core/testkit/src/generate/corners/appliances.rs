//! Interfaces as next hops: routers, NAT instances, redirected gateways (MB-01 to MB-03, NAT-14,
//! RT-15, RT-16).

use super::{base, gateways};
use crate::generate::site::Site;

/// One or two appliances, with routes to them in subnet and gateway tables.
pub(in crate::generate) fn appliances(site: &mut Site) {
    let count = site.dice.between(1, 2);
    for _ in 0..count {
        let Some(home) = site.subnet() else { return };
        let Some(router) = base::host(site, &home) else { return };
        let checked = site.dice.chance(12);
        site.eni(&router.id, |eni| eni.source_dest_check = Some(checked));
        if site.dice.chance(60) {
            gateways::elastic(site, &router.id, &router.address.to_string());
        }
        let others: Vec<_> =
            site.subnets_of(&home.vpc).filter(|subnet| subnet.id != home.id).collect();
        for subnet in &others {
            for other in &others {
                // RT-04: a whole subnet within the VPC.
                if site.dice.chance(30) {
                    site.route(&subnet.table, &format!("{} {}", other.block, router.id));
                }
            }
            if site.dice.chance(30) {
                let block = site.dice.word(&["0.0.0.0/0", "203.0.113.0/24", "::/0"]);
                site.table(&subnet.table, |table| {
                    table.routes.retain(|route| {
                        route.destination_cidr_block.as_deref() != Some(block)
                            && route.destination_ipv6_cidr_block.as_deref() != Some(block)
                    });
                });
                site.route(&subnet.table, &format!("{block} {}", router.id));
            }
            for edge in edge_tables(site, &home.vpc.id) {
                if site.dice.chance(40) {
                    site.route(&edge, &format!("{} {}", subnet.block, router.id));
                }
            }
        }
    }
}

fn edge_tables(site: &Site, vpc: &str) -> Vec<String> {
    site.regions
        .iter()
        .flat_map(|region| region.route_tables.iter().flatten())
        .filter(|table| {
            table.vpc_id.as_deref() == Some(vpc)
                && table.associations.iter().any(|it| it.gateway_id.is_some())
        })
        .map(|table| table.route_table_id.clone())
        .collect()
}
