//! Which route a table selects (section 6).

use std::net::IpAddr;

use ipnet::IpNet;
use reach_core::snapshot::{Route, RouteTable, RouteTableAssociation, Subnet};

use super::codes;
use super::model::{Model, block, every};

/// Where a route leads (RT-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'s> {
    Local,
    Internet(&'s str),
    EgressOnly(&'s str),
    Nat(&'s str),
    Interface(&'s str),
    /// An instance, by its only interface.
    Instance(&'s str),
    Peering(&'s str),
    Transit(&'s str),
    Virtual(&'s str),
    /// `vpce-…`: a gateway endpoint or a Gateway Load Balancer endpoint.
    Endpoint(&'s str),
    Carrier(&'s str),
    LocalGateway(&'s str),
    /// Core network, ODB network, and what nobody knows.
    Opaque(&'s str),
}

/// What a table says about a destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selected<'s> {
    To(Target<'s>),
    /// RT-11.
    NoRoute,
    /// RT-08.
    Blackhole,
    /// Nobody can tell: code and element.
    Unknown(&'static str, &'s str),
}

/// RT-01: the table that a subnet uses.
pub(super) fn of_subnet<'s>(model: &Model<'s>, subnet: &Subnet) -> Option<&'s RouteTable> {
    let named = |found: &RouteTableAssociation| {
        found.subnet_id.as_deref() == Some(subnet.subnet_id.as_str())
    };
    let main = |found: &RouteTableAssociation| found.main;
    let with = |table: &&RouteTable, which: &dyn Fn(&RouteTableAssociation) -> bool| {
        table.associations.iter().any(|found| which(found) && associated(found))
    };
    every!(model, route_tables).find(|table| with(table, &named)).or_else(|| {
        every!(model, route_tables)
            .filter(|table| table.vpc_id.as_deref() == Some(subnet.vpc_id.as_str()))
            .find(|table| with(table, &main))
    })
}

/// IG-07, HYB-04: the gateway route table of an internet or virtual private gateway.
pub(super) fn of_gateway<'s>(model: &Model<'s>, gateway: &str) -> Option<&'s RouteTable> {
    every!(model, route_tables).find(|table| {
        let mut found = table.associations.iter();
        found.any(|found| found.gateway_id.as_deref() == Some(gateway) && associated(found))
    })
}

fn associated(found: &RouteTableAssociation) -> bool {
    found.association_state.as_ref().is_none_or(|state| state.state == "associated")
}

/// RT-06: what wins among routes of the same prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Static,
    Listed,
    Propagated,
    Local,
}

/// RT-02 to RT-12: the route for a destination.
pub(super) fn select<'s>(
    model: &Model<'s>,
    table: &'s RouteTable,
    destination: IpAddr,
) -> Selected<'s> {
    let id = table.route_table_id.as_str();
    // RT-12: never forwarded.
    let never = ["169.254.168.0/22", "fd00:ec2::/32"];
    if never.iter().any(|text| super::model::inside(text, destination)) {
        return Selected::NoRoute;
    }
    let vpc = table.vpc_id.as_deref().unwrap_or_default();
    // RT-03: a local route for each block of the VPC, written or not.
    let locals: Vec<IpNet> =
        model.blocks(vpc).into_iter().filter(|block| block.contains(&destination)).collect();
    let mut candidates: Vec<(u8, Rank, Selected<'s>)> = locals
        .iter()
        .map(|block| (block.prefix_len(), Rank::Local, Selected::To(Target::Local)))
        .collect();
    let mut unknown_list = None;
    for route in &table.routes {
        // RT-08: filtered routes are not installed.
        if route.state.as_deref() == Some("filtered") {
            continue;
        }
        let destinations = [
            &route.destination_cidr_block,
            &route.destination_ipv6_cidr_block,
            &route.destination_prefix_list_id,
        ];
        match destinations.into_iter().flatten().count() {
            1 => {}
            // Of two blocks nobody knows which is meant, but neither is for what it does not cover.
            2 if route.destination_prefix_list_id.is_none() => {
                let text = if destination.is_ipv4() {
                    route.destination_cidr_block.as_deref()
                } else {
                    route.destination_ipv6_cidr_block.as_deref()
                };
                if text.and_then(block).is_some_and(|block| !block.contains(&destination)) {
                    continue;
                }
                return Selected::Unknown(codes::UNREADABLE_ENTRY, id);
            }
            _ => return Selected::Unknown(codes::UNREADABLE_ENTRY, id),
        }
        if let Some(list) = route.destination_prefix_list_id.as_deref() {
            // RT-07: entries inside the VPC's own blocks are not valid.
            if !model.list_of_family(list, destination) || !locals.is_empty() {
                continue;
            }
            let Some(entries) = model.prefix_list(list) else {
                unknown_list = unknown_list.or(Some(list));
                continue;
            };
            for entry in entries {
                let Some(block) = block(entry) else {
                    return Selected::Unknown(codes::UNREADABLE_ENTRY, list);
                };
                if block.contains(&destination) {
                    candidates.push((block.prefix_len(), Rank::Listed, read(route, id)));
                }
            }
            continue;
        }
        let text = if destination.is_ipv4() {
            route.destination_cidr_block.as_deref()
        } else {
            route.destination_ipv6_cidr_block.as_deref()
        };
        let Some(text) = text else { continue };
        let Some(block) = block(text) else {
            return Selected::Unknown(codes::UNREADABLE_ENTRY, id);
        };
        if !block.contains(&destination) {
            continue;
        }
        let rank = match route.origin.as_deref() {
            Some("EnableVgwRoutePropagation" | "Advertisement") => Rank::Propagated,
            _ => Rank::Static,
        };
        let learned = route.origin.as_deref() == Some("EnableVgwRoutePropagation");
        // RT-05: propagated never beats local.
        if learned && !locals.is_empty() {
            continue;
        }
        let read = read(route, id);
        // RT-03: a written local route counts as far as the VPC has the block.
        if read != Selected::To(Target::Local) {
            candidates.push((block.prefix_len(), rank, read));
        }
    }
    // RT-02, then RT-06.
    candidates.sort_by_key(|(length, rank, _)| (u8::MAX - length, *rank));
    let Some((length, rank, best)) = candidates.first().cloned() else {
        return unknown_list
            .map_or(Selected::NoRoute, |list| Selected::Unknown(codes::UNKNOWN_PREFIX_LIST, list));
    };
    // RT-07: a list that nobody knows may have a longer entry.
    let full = if destination.is_ipv4() { 32 } else { 128 };
    if let Some(list) = unknown_list
        && (length < full || rank > Rank::Static)
    {
        return Selected::Unknown(codes::UNKNOWN_PREFIX_LIST, list);
    }
    // RT-07: two lists with one entry; the same for any two routes that cannot both be there.
    let mut equals = candidates.iter().take_while(|found| (found.0, found.1) == (length, rank));
    if equals.any(|found| found.2 != best) {
        return Selected::Unknown(codes::UNREADABLE_ENTRY, id);
    }
    // RT-18: a route server's route against the local one.
    if rank == Rank::Propagated && candidates.iter().any(|found| found.1 == Rank::Local) {
        return Selected::Unknown(codes::NOT_MODELLED, id);
    }
    best
}

/// RT-08, RT-10: what one route says.
fn read<'s>(route: &'s Route, table: &'s str) -> Selected<'s> {
    match route.state.as_deref() {
        None | Some("active") => {}
        Some("blackhole") => return Selected::Blackhole,
        Some(_) => return Selected::Unknown(codes::UNREADABLE_ENTRY, table),
    }
    let gateway = route.gateway_id.as_deref();
    let mut targets: Vec<Target<'s>> = Vec::new();
    match gateway {
        Some("local") => targets.push(Target::Local),
        Some(id) if id.starts_with("igw-") => targets.push(Target::Internet(id)),
        Some(id) if id.starts_with("vgw-") => targets.push(Target::Virtual(id)),
        Some(id) if id.starts_with("vpce-") => targets.push(Target::Endpoint(id)),
        Some(id) => targets.push(Target::Opaque(id)),
        None => {}
    }
    targets.extend(route.nat_gateway_id.as_deref().map(Target::Nat));
    targets.extend(route.vpc_peering_connection_id.as_deref().map(Target::Peering));
    targets.extend(route.transit_gateway_id.as_deref().map(Target::Transit));
    targets.extend(route.egress_only_internet_gateway_id.as_deref().map(Target::EgressOnly));
    targets.extend(route.local_gateway_id.as_deref().map(Target::LocalGateway));
    targets.extend(route.carrier_gateway_id.as_deref().map(Target::Carrier));
    targets.extend(route.core_network_arn.as_deref().map(Target::Opaque));
    targets.extend(route.odb_network_arn.as_deref().map(Target::Opaque));
    // An instance target comes with its interface.
    match (route.network_interface_id.as_deref(), route.instance_id.as_deref()) {
        (Some(eni), _) => targets.push(Target::Interface(eni)),
        (None, Some(instance)) => targets.push(Target::Instance(instance)),
        (None, None) => {}
    }
    match targets.as_slice() {
        [target] => Selected::To(*target),
        _ => Selected::Unknown(codes::UNREADABLE_ENTRY, table),
    }
}
