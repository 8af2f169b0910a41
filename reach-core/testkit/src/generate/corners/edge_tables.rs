//! Route tables of internet and virtual private gateways that redirect nothing (RT-14).

use reach_core::snapshot::{RouteTable, RouteTableAssociation};

use crate::generate::site::{ACCOUNT, Site};
use crate::topology::route;

/// A table for some gateways, with the local routes.
pub(in crate::generate) fn edge_tables(site: &mut Site) {
    let mut gateways = Vec::new();
    for region in &site.regions {
        let internet = region.internet_gateways.iter().flatten().map(|it| {
            (it.internet_gateway_id.clone(), it.attachments.first().map(|at| at.vpc_id.clone()))
        });
        let vpn = region.vpn_gateways.iter().flatten().map(|it| {
            (it.vpn_gateway_id.clone(), it.vpc_attachments.first().map(|at| at.vpc_id.clone()))
        });
        gateways.extend(internet.chain(vpn));
    }
    for (gateway, vpc) in gateways {
        let Some(vpc) = site.vpcs.iter().find(|it| Some(&it.id) == vpc.as_ref()).cloned() else {
            continue;
        };
        if site.dice.chance(60) {
            let mut routes = vec![route(&format!("{} local", vpc.block))];
            routes.extend(vpc.v6.map(|v6| route(&format!("{v6} local"))));
            let table = RouteTable {
                route_table_id: format!("rtb-edge-{gateway}"),
                vpc_id: Some(vpc.id.clone()),
                associations: vec![RouteTableAssociation {
                    gateway_id: Some(gateway),
                    ..RouteTableAssociation::default()
                }],
                routes,
                owner_id: Some(ACCOUNT.to_owned()),
                ..RouteTable::default()
            };
            if let Some(region) = site.region(vpc.region) {
                region.route_tables.get_or_insert_default().push(table);
            }
        }
    }
}
