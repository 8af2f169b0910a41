//! Routes that compete: longest prefixes, blackholes, prefix lists, dangling and filtered ones
//! (RT-02 to RT-12).

use ipnet::IpNet;

use crate::generate::site::{Site, VpcPlan, nth_v4, single};
use crate::topology::route;

/// Up to six more routes in the tables of subnets.
pub(in crate::generate) fn routes(site: &mut Site) {
    let count = site.dice.between(1, 6);
    for _ in 0..count {
        let Some(subnet) = site.subnet() else { return };
        let Some(target) = target(site, &subnet.table) else { continue };
        let destination = match site.dice.below(4) {
            0 => site.host().map(|host| single(host.address.into())),
            1 => site.host().map(|host| format!("{}/24", nth_v4(host.subnet.block, 0))),
            _ => None,
        };
        let destination = match destination {
            Some(destination) => destination,
            None => site.destination(),
        };
        // RT-04: within the VPC, AWS takes a route to a NAT gateway, an interface or an endpoint.
        if !target.starts_with("nat-") && is_inside(site, &subnet.vpc, &destination) {
            continue;
        }
        let mut new = route(&format!("{destination} {target}"));
        match site.dice.below(10) {
            0 | 1 => new.state = Some("blackhole".to_owned()),
            2 => new.state = Some("filtered".to_owned()),
            _ => {}
        }
        site.push_route(&subnet.table, new);
    }
}

/// Whether a block is one of a VPC's, or a part of one.
fn is_inside(site: &mut Site, vpc: &VpcPlan, block: &str) -> bool {
    let Ok(block) = block.parse::<IpNet>() else { return false };
    let mut own: Vec<IpNet> = vec![vpc.block.into()];
    own.extend(vpc.v6.map(IpNet::from));
    site.vpc_data(&vpc.id, |data| {
        let more = data.cidr_block_association_set.iter();
        own.extend(more.filter_map(|found| found.cidr_block.parse::<IpNet>().ok()));
        own.extend(data.cidr_block.as_deref().and_then(|block| block.parse::<IpNet>().ok()));
    });
    own.iter().any(|whole| whole.contains(&block))
}

/// A target that the table has already, now and then one that is gone.
fn target(site: &mut Site, table: &str) -> Option<String> {
    let mut known = Vec::new();
    site.table(table, |table| {
        for route in &table.routes {
            let ids = [
                &route.gateway_id,
                &route.nat_gateway_id,
                &route.vpc_peering_connection_id,
                &route.transit_gateway_id,
                &route.egress_only_internet_gateway_id,
            ];
            known.extend(ids.into_iter().flatten().filter(|id| *id != "local").cloned());
        }
    });
    let gone =
        ["igw-gone", "nat-gone", "pcx-gone", "tgw-gone", "vgw-gone", "eigw-gone", "eni-gone"];
    match site.dice.below(8) {
        0 => Some(site.dice.word(&gone).to_owned()),
        _ => site.dice.pick(&known),
    }
}
