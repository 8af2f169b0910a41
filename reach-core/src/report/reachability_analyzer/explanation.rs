//! Why not, in the words of the shape.

use super::directory::Directory;
use super::rule;
use super::shape::AnalysisExplanation;
use crate::path::Explanation;
use crate::query::Path;
use crate::rules::{ComponentKind, Direction, Evidence, ExplanationCode};
use crate::snapshot::Snapshot;

pub(super) fn explain(
    snapshot: &Snapshot,
    directory: &Directory<'_>,
    paths: &[Path],
    explanation: &Explanation,
) -> AnalysisExplanation {
    let reason = &explanation.reason;
    let id = &*reason.component.id;
    let entry = directory.entry(id);
    let known = |id: Option<&str>| id.map(|id| directory.by_id(id));
    let evidence = &reason.evidence;
    let (stateless, stateful) = rule::firewall(evidence);
    let whole = AnalysisExplanation {
        acl_rule: rule::acl(snapshot, evidence),
        direction: side(paths, explanation),
        explanation_code: Some(reason.code.as_str()),
        missing_component: (reason.code == ExplanationCode::UnknownResource).then(|| id.to_owned()),
        security_groups: evidence.iter().filter_map(group).map(|id| directory.by_id(id)).collect(),
        state: evidence.iter().find_map(state),
        attached_to: known(entry.and_then(|entry| entry.instance)),
        subnet: known(entry.and_then(|entry| entry.subnet)),
        vpc: known(entry.and_then(|entry| entry.vpc)),
        transit_gateway: known(entry.and_then(|entry| entry.transit_gateway)),
        component_account: entry.and_then(super::directory::Entry::account).map(str::to_owned),
        component_region: entry.and_then(|it| it.region.name.clone()),
        firewall_stateless_rule: stateless,
        firewall_stateful_rule: stateful,
        ..AnalysisExplanation::default()
    };
    let kind = reason.component.kind;
    if kind == ComponentKind::Internet {
        // No element of an account.
        return whole;
    }
    let component = Some(directory.component(&reason.component));
    let whole = AnalysisExplanation { component: component.clone(), ..whole };
    let routes = || rule::route(snapshot, evidence);
    match kind {
        ComponentKind::NetworkAcl => AnalysisExplanation { acl: component, ..whole },
        ComponentKind::NetworkInterface => {
            AnalysisExplanation { network_interface: component, ..whole }
        }
        ComponentKind::RouteTable => {
            AnalysisExplanation { route_table: component, route_table_route: routes(), ..whole }
        }
        ComponentKind::Subnet => AnalysisExplanation { subnet: component, ..whole },
        ComponentKind::Vpc => AnalysisExplanation { vpc: component, ..whole },
        ComponentKind::InternetGateway => {
            AnalysisExplanation { internet_gateway: component, ..whole }
        }
        ComponentKind::NatGateway => AnalysisExplanation { nat_gateway: component, ..whole },
        ComponentKind::VpcPeeringConnection => {
            AnalysisExplanation { vpc_peering_connection: component, ..whole }
        }
        ComponentKind::VpnGateway => AnalysisExplanation { vpn_gateway: component, ..whole },
        ComponentKind::VpcEndpoint => AnalysisExplanation { vpc_endpoint: component, ..whole },
        ComponentKind::TransitGateway => {
            AnalysisExplanation { transit_gateway: component, ..whole }
        }
        ComponentKind::TransitGatewayAttachment => {
            AnalysisExplanation { transit_gateway_attachment: component, ..whole }
        }
        ComponentKind::TransitGatewayRouteTable => AnalysisExplanation {
            transit_gateway_route_table: component,
            transit_gateway_route_table_route: rule::transit_route(snapshot, evidence),
            ..whole
        },
        ComponentKind::LoadBalancer => {
            let arn = component.and_then(|component| component.arn);
            AnalysisExplanation { load_balancer_arn: arn, ..whole }
        }
        ComponentKind::TargetGroup => {
            AnalysisExplanation { load_balancer_target_group: component, ..whole }
        }
        ComponentKind::PrefixList => AnalysisExplanation { prefix_list: component, ..whole },
        _ => whole,
    }
}

fn group(evidence: &Evidence) -> Option<&str> {
    match evidence {
        Evidence::SecurityGroup { group, .. } | Evidence::SecurityGroupRule { group, .. } => {
            Some(group)
        }
        _ => None,
    }
}

fn state(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Attribute { attribute, value, .. }
            if attribute.contains("State") || attribute.contains("Status") =>
        {
            Some(value.to_string())
        }
        _ => None,
    }
}

/// Whether the packet was leaving or entering the element, where that can be told.
fn side(paths: &[Path], explanation: &Explanation) -> Option<&'static str> {
    let reason = &explanation.reason;
    for evidence in &reason.evidence {
        if let Evidence::NetworkAclEntry { egress, .. }
        | Evidence::SecurityGroupRule { egress, .. } = evidence
        {
            return Some(rule::direction(*egress));
        }
    }
    let code = reason.code.as_str();
    if code.ends_with("_EGRESS") || code.ends_with("_INGRESS") {
        return Some(rule::direction(code.ends_with("_EGRESS")));
    }
    if reason.component.kind != ComponentKind::NetworkInterface {
        return None;
    }
    // An interface sends where a direction starts, and receives everywhere else.
    paths.iter().find_map(|path| {
        let hops = match explanation.direction {
            Direction::Forward => &path.forward,
            Direction::Return => &path.reply,
        };
        let at = hops.iter().position(|hop| hop.component == reason.component)?;
        Some(rule::direction(at == 0))
    })
}
