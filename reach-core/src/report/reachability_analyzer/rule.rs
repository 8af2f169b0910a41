//! The rule that let headers through, in the words of the shape.

use super::header::range;
use super::shape::{
    AnalysisAclRule, AnalysisComponent, AnalysisRouteTableRoute, AnalysisSecurityGroupRule,
    FirewallStatefulRule, FirewallStatelessRule, PortRange, TransitGatewayRouteTableRoute,
};
use crate::packet::Protocol;
use crate::rules::Evidence;
use crate::snapshot::{NetworkAclEntry, Region, Route, Snapshot, TransitGatewayRoute};

/// What a list ends with, as the API numbers it.
const FINAL_DENY: i32 = 32767;

pub(super) fn direction(egress: bool) -> &'static str {
    if egress { "egress" } else { "ingress" }
}

/// The first security group rule of some evidence in this direction, with its group.
pub(super) fn security_group(
    evidence: &[Evidence],
    outbound: bool,
) -> Option<(&str, AnalysisSecurityGroupRule)> {
    evidence.iter().find_map(|evidence| match evidence {
        Evidence::SecurityGroupRule { group, egress, traffic, peer, .. } if *egress == outbound => {
            let (protocol, ports) = protocol_and_ports(traffic);
            let peer = Some(peer.to_string());
            let is = |prefix: &str| peer.clone().filter(|peer| peer.starts_with(prefix));
            let (list, other) = (is("pl-"), is("sg-"));
            let cidr = if list.is_none() && other.is_none() { peer.clone() } else { None };
            let rule = AnalysisSecurityGroupRule {
                cidr,
                direction: Some(direction(*egress)),
                security_group_id: other,
                port_range: ports,
                prefix_list_id: list,
                protocol: Some(protocol),
            };
            Some((&**group, rule))
        }
        _ => None,
    })
}

/// `tcp 22-23` as protocol and ports.
fn protocol_and_ports(traffic: &str) -> (String, Option<PortRange>) {
    let (protocol, ports) = traffic.split_once(' ').unwrap_or((traffic, ""));
    if protocol == "all" {
        return ("all".to_owned(), None);
    }
    let has_ports = protocol == "tcp" || protocol == "udp";
    let ports = match ports.split_once('-').unwrap_or((ports, ports)) {
        _ if !has_ports => None,
        ("", _) => Some(range(0, 65535)),
        (from, to) => from.parse().ok().zip(to.parse().ok()).map(|(from, to)| range(from, to)),
    };
    (protocol.to_owned(), ports)
}

/// The entry of a network ACL that decided first.
pub(super) fn acl(snapshot: &Snapshot, evidence: &[Evidence]) -> Option<AnalysisAclRule> {
    evidence.iter().find_map(|evidence| {
        let Evidence::NetworkAclEntry { acl, rule_number, egress, allow } = evidence else {
            return None;
        };
        let action = if *allow { "allow" } else { "deny" };
        let number = rule_number.unwrap_or(FINAL_DENY);
        let entry = acl_entry(snapshot, acl, number, *egress);
        let ports = entry.and_then(|entry| entry.port_range);
        let cidr =
            entry.and_then(|it| it.cidr_block.clone().or_else(|| it.ipv6_cidr_block.clone()));
        Some(AnalysisAclRule {
            cidr,
            egress: Some(*egress),
            port_range: ports.map(|ports| range(ports.from, ports.to)),
            protocol: entry.map(|entry| protocol_name(&entry.protocol)),
            rule_action: Some(action.to_owned()),
            rule_number: Some(number),
        })
    })
}

fn acl_entry<'s>(
    snapshot: &'s Snapshot,
    id: &str,
    number: i32,
    egress: bool,
) -> Option<&'s NetworkAclEntry> {
    let acls = snapshot.regions.iter().flat_map(|region| region.network_acls.iter().flatten());
    let mut entries = acls.filter(|acl| acl.network_acl_id == id).flat_map(|acl| &acl.entries);
    entries.find(|entry| entry.rule_number == number && entry.egress == egress)
}

/// `-1` is `all` here, and the numbers that have names are names.
fn protocol_name(text: &str) -> String {
    match text.parse::<i32>() {
        Ok(-1) => "all".to_owned(),
        Ok(number) => match u8::try_from(number).map(Protocol).ok().and_then(Protocol::name) {
            Some(name) => name.to_owned(),
            None => text.to_owned(),
        },
        Err(_) => text.to_owned(),
    }
}

/// The route of a VPC's route table that was selected.
pub(super) fn route(snapshot: &Snapshot, evidence: &[Evidence]) -> Option<AnalysisRouteTableRoute> {
    let (table, destination, target) = selected(evidence)?;
    let tables = snapshot.regions.iter().flat_map(|region| region.route_tables.iter().flatten());
    let mut routes = tables.filter(|it| it.route_table_id == table).flat_map(|it| &it.routes);
    let route = routes.find(|route| {
        [
            &route.destination_cidr_block,
            &route.destination_ipv6_cidr_block,
            &route.destination_prefix_list_id,
        ]
        .into_iter()
        .flatten()
        .any(|text| text == destination)
            && targets(route).any(|text| text == target)
    })?;
    Some(AnalysisRouteTableRoute {
        destination_cidr: route
            .destination_cidr_block
            .clone()
            .or_else(|| route.destination_ipv6_cidr_block.clone()),
        destination_prefix_list_id: route.destination_prefix_list_id.clone(),
        egress_only_internet_gateway_id: route.egress_only_internet_gateway_id.clone(),
        gateway_id: route.gateway_id.clone(),
        instance_id: route.instance_id.clone(),
        nat_gateway_id: route.nat_gateway_id.clone(),
        network_interface_id: route.network_interface_id.clone(),
        origin: route.origin.as_deref().map(origin),
        transit_gateway_id: route.transit_gateway_id.clone(),
        vpc_peering_connection_id: route.vpc_peering_connection_id.clone(),
        state: route.state.clone(),
        carrier_gateway_id: route.carrier_gateway_id.clone(),
        core_network_arn: route.core_network_arn.clone(),
        local_gateway_id: route.local_gateway_id.clone(),
    })
}

fn targets(route: &Route) -> impl Iterator<Item = &String> {
    [
        &route.gateway_id,
        &route.nat_gateway_id,
        &route.network_interface_id,
        &route.instance_id,
        &route.vpc_peering_connection_id,
        &route.transit_gateway_id,
        &route.egress_only_internet_gateway_id,
        &route.local_gateway_id,
        &route.carrier_gateway_id,
        &route.core_network_arn,
        &route.odb_network_arn,
    ]
    .into_iter()
    .flatten()
}

/// `CreateRouteTable` is `createroutetable` here.
fn origin(text: &str) -> String {
    text.to_lowercase()
}

/// The route of a transit gateway's table that was selected.
pub(super) fn transit_route(
    snapshot: &Snapshot,
    evidence: &[Evidence],
) -> Option<TransitGatewayRouteTableRoute> {
    let (table, destination, target) = selected(evidence)?;
    let of = |region: &'_ Region| {
        let read = region.transit_gateway_routes.iter().flatten();
        let older = region.transit_gateway_static_routes.iter().flatten();
        let tables = read.chain(older).filter(|it| it.transit_gateway_route_table_id == table);
        let mut routes = tables.flat_map(|it| it.routes.clone());
        routes.find(|route| route.destination_cidr_block.as_deref() == Some(destination))
    };
    let route: TransitGatewayRoute = snapshot.regions.iter().find_map(of).unwrap_or_default();
    let attachments = &route.transit_gateway_attachments;
    let attachment = attachments
        .iter()
        .find(|it| it.transit_gateway_attachment_id.as_deref() == Some(target))
        .or(attachments.first());
    Some(TransitGatewayRouteTableRoute {
        destination_cidr: Some(destination.to_owned()),
        state: route.state.clone(),
        route_origin: route.r#type.clone(),
        prefix_list_id: route.prefix_list_id.clone(),
        attachment_id: attachment.and_then(|it| it.transit_gateway_attachment_id.clone()),
        resource_id: attachment.and_then(|it| it.resource_id.clone()),
        resource_type: attachment.and_then(|it| it.resource_type.clone()),
    })
}

fn selected(evidence: &[Evidence]) -> Option<(&str, &str, &str)> {
    evidence.iter().find_map(|evidence| match evidence {
        Evidence::Route { table, destination, target } => {
            Some((&**table, &**destination, &**target))
        }
        _ => None,
    })
}

/// A stateless rule has a priority, a stateful one has not.
pub(super) fn firewall(
    evidence: &[Evidence],
) -> (Option<FirewallStatelessRule>, Option<FirewallStatefulRule>) {
    let found = evidence.iter().find_map(|evidence| match evidence {
        Evidence::FirewallRule { group, rule, action, .. } => Some((group, rule, action)),
        _ => None,
    });
    let Some((group, rule, action)) = found else { return (None, None) };
    let rule_group_arn = Some(group.to_string());
    let rule_action = Some(action.to_string());
    match rule.strip_prefix("priority ") {
        Some(priority) => {
            let priority = priority.parse().ok();
            (Some(FirewallStatelessRule { rule_group_arn, rule_action, priority }), None)
        }
        None => (None, Some(FirewallStatefulRule { rule_group_arn, rule_action })),
    }
}

/// The listener that took the packets.
pub(super) fn listener(snapshot: &Snapshot, evidence: &[Evidence]) -> Option<AnalysisComponent> {
    let (balancer, said) = evidence.iter().find_map(|evidence| match evidence {
        Evidence::Attribute { resource, attribute, value } if &**attribute == "Listener" => {
            Some((&**resource, &**value))
        }
        _ => None,
    })?;
    let of_balancers = snapshot.regions.iter().flat_map(|it| it.load_balancer_listeners.iter());
    let mut listeners = of_balancers
        .flatten()
        .filter(|it| it.load_balancer_arn == balancer)
        .flat_map(|it| &it.listeners);
    let arn = listeners.find_map(|it| {
        let text = format!("{} {}", it.protocol.as_deref()?, it.port?);
        (text == said).then(|| it.listener_arn.clone())
    })?;
    Some(AnalysisComponent { id: Some(arn.clone()), arn: Some(arn), name: None })
}
