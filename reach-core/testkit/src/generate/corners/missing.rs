//! Calls that were not made and ids that lead nowhere (SC-02, SG-16, TGW-14).

use crate::generate::site::Site;

/// One kind is not collected, or one thing is not in its list.
pub(in crate::generate) fn missing(site: &mut Site) {
    let choice = site.dice.below(16);
    let index = usize::try_from(site.dice.below(site.regions.len() as u64)).unwrap_or(0);
    let last = usize::try_from(site.dice.below(8)).unwrap_or(0);
    let Some(region) = site.region(index) else { return };
    match choice {
        0 => region.instances = None,
        1 => region.security_groups = None,
        2 => region.network_acls = None,
        3 => region.route_tables = None,
        4 => lose(&mut region.nat_gateways, last),
        5 => region.nat_gateways = None,
        6 => region.vpc_peering_connections = None,
        7 => region.transit_gateway_routes = None,
        8 => region.vpn_connections = None,
        9 => region.managed_prefix_list_entries = None,
        10 => lose(&mut region.security_groups, last),
        11 => lose(&mut region.network_acls, last),
        12 => lose(&mut region.route_tables, last),
        13 => lose(&mut region.instances, last),
        14 => lose(&mut region.subnets, last),
        _ => lose(&mut region.vpcs, last),
    }
}

/// Nobody collected a Region's internet gateways.
pub(in crate::generate) fn missing_gateways(site: &mut Site) {
    let index = usize::try_from(site.dice.below(site.regions.len() as u64)).unwrap_or(0);
    if let Some(region) = site.region(index) {
        region.internet_gateways = None;
    }
}

/// A VPC is another account's and the snapshot has what a participant sees (SC-02), or nobody
/// collected a Region's interfaces.
pub(in crate::generate) fn unseen(site: &mut Site) {
    let index = usize::try_from(site.dice.below(site.regions.len() as u64)).unwrap_or(0);
    let (shared, last) = (site.dice.chance(80), usize::try_from(site.dice.below(2)).unwrap_or(0));
    let Some(region) = site.region(index) else { return };
    if !shared {
        region.network_interfaces = None;
    } else if let Some(vpc) = region.vpcs.iter_mut().flatten().nth(last) {
        vpc.owner_id = Some("333333333333".to_owned());
    }
}

fn lose<T>(list: &mut Option<Vec<T>>, number: usize) {
    if let Some(list) = list
        && number < list.len()
    {
        list.remove(number);
    }
}
