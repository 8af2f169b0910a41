//! Regional NAT gateways: a table of their own and no subnet (NAT-12, NAT-13).

use reach_core::snapshot::{NatGateway, NatGatewayAddress, RouteTable};

use crate::generate::site::{ACCOUNT, Site, VpcPlan};
use crate::topology::route;

/// One for some VPCs, and routes to it.
pub(in crate::generate) fn regional_nat(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        if site.dice.chance(60) {
            gateway(site, &vpc);
        }
    }
}

fn gateway(site: &mut Site, vpc: &VpcPlan) -> Option<()> {
    let (id, table) = (format!("nat-r{}", vpc.name), format!("rtb-nat-r{}", vpc.name));
    let automatic = site.dice.chance(50);
    let mut addresses = Vec::new();
    for zone in ["a", "b"] {
        if site.dice.chance(70) {
            let region = site.region(vpc.region)?.name.clone().unwrap_or_default();
            addresses.push(NatGatewayAddress {
                public_ip: Some(site.public_address().to_string()),
                availability_zone: Some(format!("{region}{zone}")),
                availability_zone_id: Some(format!("{}-{zone}", region.replace("west-", "w"))),
                status: Some("succeeded".to_owned()),
                ..NatGatewayAddress::default()
            });
        }
    }
    let mut routes = vec![route(&format!("{} local", vpc.block))];
    let onward = site.vpcs.iter().find(|it| it.id == vpc.id)?.gateway.clone();
    routes.extend(onward.map(|gateway| route(&format!("0.0.0.0/0 {gateway}"))));
    let state = site.dice.word(&["available", "available", "available", "pending"]);
    let data = NatGateway {
        nat_gateway_id: id.clone(),
        vpc_id: Some(vpc.id.clone()),
        state: Some(state.to_owned()),
        connectivity_type: Some("public".to_owned()),
        availability_mode: Some("regional".to_owned()),
        auto_provision_zones: Some(if automatic { "enabled" } else { "disabled" }.to_owned()),
        route_table_id: Some(table.clone()),
        nat_gateway_addresses: addresses,
        ..NatGateway::default()
    };
    let region = site.region(vpc.region)?;
    region.nat_gateways.get_or_insert_default().push(data);
    region.route_tables.get_or_insert_default().push(RouteTable {
        route_table_id: table,
        vpc_id: Some(vpc.id.clone()),
        routes,
        owner_id: Some(ACCOUNT.to_owned()),
        ..RouteTable::default()
    });
    for subnet in site.subnets_of(vpc).collect::<Vec<_>>() {
        if site.dice.chance(50) {
            site.table(&subnet.table, |table| {
                table
                    .routes
                    .retain(|route| route.destination_cidr_block.as_deref() != Some("0.0.0.0/0"));
            });
            site.route(&subnet.table, &format!("0.0.0.0/0 {id}"));
        }
    }
    Some(())
}
