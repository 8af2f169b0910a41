//! Routes that compete: longest prefixes, blackholes, prefix lists, dangling and filtered ones
//! (RT-02 to RT-12).

use crate::generate::site::{Site, nth_v4, single};
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
        let mut new = route(&format!("{destination} {target}"));
        match site.dice.below(10) {
            0 | 1 => new.state = Some("blackhole".to_owned()),
            2 => new.state = Some("filtered".to_owned()),
            _ => {}
        }
        site.push_route(&subnet.table, new);
    }
}

/// A target that the table has already. Open: targets that are gone, where the engine does not yet
/// see what is closed behind them.
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
    site.dice.pick(&known)
}
