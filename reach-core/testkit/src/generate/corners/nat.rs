//! NAT gateways: public, private, in the wrong subnet, in the client's subnet (NAT-01 to NAT-15).

use reach_core::snapshot::{NatGateway, NatGatewayAddress};

use super::{base, gateways};
use crate::generate::site::{Site, SubnetPlan, VpcPlan};

/// A zonal gateway for most VPCs, and routes to it.
pub(in crate::generate) fn nat_gateway(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        if site.dice.chance(75)
            && let Some(home) = site.subnet_of(&vpc)
            && let Some(id) = gateway(site, &vpc, &home)
        {
            for subnet in site.subnets_of(&vpc).collect::<Vec<_>>() {
                // NAT-10: its own subnet seldom has the route, as it then serves nobody.
                if site.dice.chance(if subnet.table == home.table { 10 } else { 80 }) {
                    routes(site, &subnet, &id);
                }
            }
        }
    }
}

fn gateway(site: &mut Site, vpc: &VpcPlan, home: &SubnetPlan) -> Option<String> {
    let id = format!("nat-{}", vpc.name);
    let eni = base::interface(site, home)?;
    let public = site.dice.chance(80);
    if public {
        gateways::elastic(site, &eni.id, &eni.address.to_string());
    }
    let mut public_ip = None;
    site.eni(&eni.id, |eni| {
        eni.interface_type = Some("nat_gateway".to_owned());
        eni.requester_managed = Some(true);
        eni.groups.clear();
        eni.source_dest_check = Some(false);
        eni.description = Some("Interface for NAT Gateway".to_owned());
        public_ip = eni
            .private_ip_addresses
            .iter()
            .find_map(|address| address.association.as_ref()?.public_ip.clone());
    });
    let state = site.dice.word(&[
        "available",
        "available",
        "available",
        "available",
        "available",
        "pending",
        "failed",
        "deleting",
        "deleted",
    ]);
    let data = NatGateway {
        nat_gateway_id: id.clone(),
        vpc_id: Some(vpc.id.clone()),
        subnet_id: Some(home.id.clone()),
        state: Some(state.to_owned()),
        connectivity_type: Some(if public { "public" } else { "private" }.to_owned()),
        nat_gateway_addresses: vec![NatGatewayAddress {
            public_ip,
            private_ip: Some(eni.address.to_string()),
            network_interface_id: Some(eni.id.clone()),
            is_primary: Some(true),
            status: Some("succeeded".to_owned()),
            ..NatGatewayAddress::default()
        }],
        ..NatGateway::default()
    };
    site.region(vpc.region)?.nat_gateways.get_or_insert_default().push(data);
    Some(id)
}

fn routes(site: &mut Site, subnet: &SubnetPlan, id: &str) {
    match site.dice.below(6) {
        0 => {
            let block = site.destination();
            site.route(&subnet.table, &format!("{block} {id}"));
        }
        1 => site.route(&subnet.table, &format!("0.0.0.0/0 {id}")),
        _ => {
            site.table(&subnet.table, |table| {
                table
                    .routes
                    .retain(|route| route.destination_cidr_block.as_deref() != Some("0.0.0.0/0"));
            });
            site.route(&subnet.table, &format!("0.0.0.0/0 {id}"));
        }
    }
}

/// Routes for IPv6 that stands for IPv4 (NAT-11).
pub(in crate::generate) fn nat64(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        for subnet in site.subnets_of(&vpc).collect::<Vec<_>>() {
            if site.dice.chance(60) {
                site.route(&subnet.table, &format!("64:ff9b::/96 nat-{}", vpc.name));
            }
        }
    }
}
