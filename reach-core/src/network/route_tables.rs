//! Route tables: targets resolved, prefix lists opened, associations found (RT-*).

use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::FxHashMap;

use super::Compiled;
use super::prefix_lists::{PrefixList, PrefixLists};
use crate::Diagnostic;
use crate::index::{
    Arena, DenseIndex, EgressOnlyIdx, EndpointIdx, InterfaceIdx, InternetGatewayIdx, NatGatewayIdx,
    PeeringIdx, TransitGatewayIdx, VpnGatewayIdx,
};
use crate::packet::IpSet;
use crate::rules::{
    ComponentKind, Destinations, Preference, Route, RouteTable, Target, UnmodelledTarget, parse_net,
};
use crate::snapshot;

/// Ids that a route can lead to.
pub(super) struct Targets<'a> {
    pub(super) internet_gateways: FxHashMap<&'a str, InternetGatewayIdx>,
    pub(super) egress_only_gateways: FxHashMap<&'a str, EgressOnlyIdx>,
    pub(super) nat_gateways: FxHashMap<&'a str, NatGatewayIdx>,
    pub(super) vpn_gateways: FxHashMap<&'a str, VpnGatewayIdx>,
    pub(super) peerings: FxHashMap<&'a str, PeeringIdx>,
    pub(super) transit_gateways: FxHashMap<&'a str, TransitGatewayIdx>,
    pub(super) interfaces: FxHashMap<&'a str, InterfaceIdx>,
    pub(super) endpoints: FxHashMap<&'a str, EndpointIdx>,
}

pub(super) fn compile(
    table: &snapshot::RouteTable,
    ranges: &[IpNet],
    targets: &Targets<'_>,
    lists: &PrefixLists<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> RouteTable {
    let id: Arc<str> = Arc::from(table.route_table_id.as_str());
    let mut routes = Vec::new();
    for route in &table.routes {
        // RT-08: filtered routes are not installed.
        if route.state.as_deref() == Some("filtered") {
            continue;
        }
        let mut warn = |code: &str, text: String| {
            diagnostics.push(Diagnostic::warning(code, text).resource(&*id));
        };
        let (destinations, text) = destinations(route, lists, &mut warn);
        let (mut target, target_id) = targets.of(route);
        if let Some(state) = route.state.as_deref()
            && !matches!(state, "active" | "blackhole")
        {
            warn("unreadable_entry", format!("its route to {text} has the state {state:?}"));
            target = Target::Unmodelled(UnmodelledTarget::Unreadable);
        }
        if target == Target::Local && !in_force(&destinations, ranges) {
            // RT-03: a local route holds for the VPC's blocks and for nothing else.
            warn("contradiction", format!("its local route {text} is for no block of its VPC"));
            continue;
        }
        let blackhole = route.state.as_deref() == Some("blackhole");
        match &target {
            Target::Missing(_) if !blackhole => warn(
                "dangling_id",
                format!("its route to {text} leads to `{target_id}`, which is not in the snapshot"),
            ),
            Target::Unmodelled(UnmodelledTarget::Unreadable) if target_id == "?" => {
                warn("unreadable_entry", format!("its route to {text} names no target"));
            }
            _ => {}
        }
        routes.push(Route {
            preference: preference(route),
            destinations,
            text: Arc::from(text),
            target,
            target_id: Arc::from(target_id),
            blackhole,
            advertised: route.origin.as_deref() == Some("Advertisement"),
        });
    }
    RouteTable::compile(id, routes, ranges)
}

/// Whether a local route is for a block that the VPC has; without any block nobody can tell.
fn in_force(destinations: &Destinations, ranges: &[IpNet]) -> bool {
    match destinations {
        Destinations::Nets(nets) if !ranges.is_empty() => {
            nets.iter().all(|net| ranges.iter().any(|range| range.contains(net)))
        }
        _ => true,
    }
}

/// RT-06: static before prefix list before propagated. RT-18: route-server routes count as
/// propagated.
fn preference(route: &snapshot::Route) -> Preference {
    match route.origin.as_deref() {
        Some("EnableVgwRoutePropagation" | "Advertisement") => Preference::Propagated,
        _ if route.destination_prefix_list_id.is_some() => Preference::PrefixList,
        _ => Preference::Static,
    }
}

fn destinations<'r>(
    route: &'r snapshot::Route,
    lists: &PrefixLists<'_>,
    warn: &mut impl FnMut(&str, String),
) -> (Destinations, &'r str) {
    let block = |text: &'r str, v4: bool, warn: &mut dyn FnMut(&str, String)| match parse_net(text)
        .filter(|net| net.addr().is_ipv4() == v4)
    {
        Some(net) => (Destinations::Nets(vec![net]), text),
        None => {
            warn("unreadable_entry", format!("its route to {text:?} names no address block"));
            let widest = if v4 { IpSet::all_v4() } else { IpSet::all_v6() };
            (Destinations::Unreadable { widest }, text)
        }
    };
    let v4 = route.destination_cidr_block.as_deref();
    let v6 = route.destination_ipv6_cidr_block.as_deref();
    if let (Some(first), Some(second)) = (v4, v6) {
        // RT-10: AWS prints one destination a route. Of two nobody knows which is meant.
        warn("unreadable_entry", format!("a route names two destinations, {first} and {second}"));
        let widest =
            [block(first, true, warn), block(second, false, warn)].map(|(it, _)| match it {
                Destinations::Nets(nets) => nets.into_iter().collect(),
                Destinations::UnknownList { widest, .. } | Destinations::Unreadable { widest } => {
                    widest
                }
            });
        return (Destinations::Unreadable { widest: IpSet::union_all(&widest) }, first);
    }
    if let Some(text) = &route.destination_cidr_block {
        block(text, true, warn)
    } else if let Some(text) = &route.destination_ipv6_cidr_block {
        block(text, false, warn)
    } else if let Some(list) = &route.destination_prefix_list_id {
        let known = lists.get(list);
        match known.and_then(|list| list.nets.clone()) {
            Some(nets) => (Destinations::Nets(nets), list),
            None => {
                warn(
                    "unknown_prefix_list",
                    format!("it routes by `{list}`, whose entries are not in the snapshot"),
                );
                let widest = known.map_or_else(IpSet::all, PrefixList::widest);
                (Destinations::UnknownList { id: Arc::from(list.as_str()), widest }, list)
            }
        }
    } else {
        warn("unreadable_entry", "a route names no destination".to_owned());
        (Destinations::Unreadable { widest: IpSet::all() }, "?")
    }
}

impl<'a> Targets<'a> {
    /// What a table's routes may name of a network.
    pub(super) fn of_network(net: &'a Compiled, table: &'a snapshot::RouteTable) -> Self {
        fn by_id<'a, I: DenseIndex, T>(
            list: &'a Arena<I, T>,
            id: impl Fn(&'a T) -> &'a str,
        ) -> FxHashMap<&'a str, I> {
            list.iter().map(|(index, item)| (id(item), index)).collect()
        }
        let interfaces = table.routes.iter().filter_map(|route| {
            let id = route.network_interface_id.as_deref()?;
            Some((id, net.interfaces.search(|interface| (*interface.id).cmp(id))?))
        });
        Self {
            internet_gateways: by_id(&net.internet_gateways, |it| &it.id),
            egress_only_gateways: by_id(&net.egress_only_gateways, |it| &it.id),
            nat_gateways: by_id(&net.nat_gateways, |it| &it.id),
            vpn_gateways: by_id(&net.vpn_gateways, |it| &it.id),
            peerings: by_id(&net.peerings, |it| &it.id),
            transit_gateways: by_id(&net.transit_gateways, |it| &it.id),
            interfaces: interfaces.collect(),
            endpoints: by_id(&net.endpoints, |it| &it.id),
        }
    }

    /// RT-10.
    fn of<'r>(&self, route: &'r snapshot::Route) -> (Target, &'r str) {
        fn found<I: Copy>(
            map: &FxHashMap<&str, I>,
            id: &str,
            target: impl Fn(I) -> Target,
            kind: ComponentKind,
        ) -> Target {
            map.get(id).map_or(Target::Missing(kind), |index| target(*index))
        }
        let unmodelled = Target::Unmodelled;
        if let Some(id) = route.gateway_id.as_deref() {
            let target = match id.split('-').next() {
                _ if id == "local" => Target::Local,
                Some("igw") => found(
                    &self.internet_gateways,
                    id,
                    Target::InternetGateway,
                    ComponentKind::InternetGateway,
                ),
                Some("vgw") => {
                    found(&self.vpn_gateways, id, Target::VpnGateway, ComponentKind::VpnGateway)
                }
                Some("vpce") => {
                    found(&self.endpoints, id, Target::Endpoint, ComponentKind::VpcEndpoint)
                }
                _ => unmodelled(UnmodelledTarget::Unreadable),
            };
            return (target, id);
        }
        if let Some(id) = route.nat_gateway_id.as_deref() {
            let target =
                found(&self.nat_gateways, id, Target::NatGateway, ComponentKind::NatGateway);
            return (target, id);
        }
        // An instance target stands beside the interface that it resolves to.
        if let Some(id) = route.network_interface_id.as_deref() {
            let target =
                found(&self.interfaces, id, Target::Interface, ComponentKind::NetworkInterface);
            return (target, id);
        }
        if let Some(id) = route.vpc_peering_connection_id.as_deref() {
            let kind = ComponentKind::VpcPeeringConnection;
            return (found(&self.peerings, id, Target::Peering, kind), id);
        }
        if let Some(id) = route.egress_only_internet_gateway_id.as_deref() {
            let kind = ComponentKind::EgressOnlyInternetGateway;
            let target =
                found(&self.egress_only_gateways, id, Target::EgressOnlyInternetGateway, kind);
            return (target, id);
        }
        if let Some(id) = route.transit_gateway_id.as_deref() {
            let kind = ComponentKind::TransitGateway;
            return (found(&self.transit_gateways, id, Target::TransitGateway, kind), id);
        }
        if let Some(id) = route.carrier_gateway_id.as_deref() {
            let kind = ComponentKind::CarrierGateway;
            return (found(&self.internet_gateways, id, Target::InternetGateway, kind), id);
        }
        let others = [
            (&route.local_gateway_id, UnmodelledTarget::LocalGateway),
            (&route.core_network_arn, UnmodelledTarget::CoreNetwork),
            (&route.odb_network_arn, UnmodelledTarget::OdbNetwork),
            (&route.instance_id, UnmodelledTarget::Unreadable),
        ];
        others
            .into_iter()
            .find_map(|(id, kind)| Some((unmodelled(kind), id.as_deref()?)))
            .unwrap_or((unmodelled(UnmodelledTarget::Unreadable), "?"))
    }
}
