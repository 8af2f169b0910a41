//! What was collected, and what of it the walk follows.

use crate::Diagnostic;
use crate::snapshot::{Kind, Region, Snapshot};

/// A kind that some call would have printed and that is nowhere: "not collected", which is not
/// "none".
pub(super) fn report_missing_kinds(snapshot: &Snapshot, diagnostics: &mut Vec<Diagnostic>) {
    for region in &snapshot.regions {
        for kind in Kind::ALL {
            if region.collected(*kind) || !kind.modelled() || seldom(*kind) {
                continue;
            }
            let place = place(region);
            let text = format!("{place}: `{}` was not collected ({})", kind.key(), kind.call());
            diagnostics.push(if essential(*kind) {
                Diagnostic::warning("kind_not_collected", text)
            } else {
                Diagnostic::note("kind_not_collected", text)
            });
        }
    }
}

/// A kind that the snapshot has some of and the walk does not follow: where a packet meets one,
/// nobody can tell.
pub(super) fn report_held_kinds(snapshot: &Snapshot, diagnostics: &mut Vec<Diagnostic>) {
    for region in &snapshot.regions {
        let held = Kind::ALL.iter().filter(|kind| !kind.modelled() && region.count(**kind) > 0);
        diagnostics.extend(held.map(|kind| {
            let place = place(region);
            let text = format!(
                "{place}: `{}` is not modelled: answers that meet one are unknown",
                kind.key()
            );
            Diagnostic::note("kind_not_modelled", text)
        }));
    }
}

/// Most accounts have none of these, and nothing to collect of them. A route that leads to one is
/// told about by itself, and so is an interface of a load balancer.
fn seldom(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TransitGateways
            | Kind::TransitGatewayVpcAttachments
            | Kind::TransitGatewayAttachments
            | Kind::TransitGatewayRouteTables
            | Kind::TransitGatewayRoutes
            | Kind::TransitGatewayStaticRoutes
            | Kind::TransitGatewayPropagations
            | Kind::LoadBalancers
            | Kind::LoadBalancerAttributes
            | Kind::LoadBalancerListeners
            | Kind::ListenerRules
            | Kind::TargetGroups
            | Kind::TargetGroupAttributes
            | Kind::LoadBalancerTargetHealth
            | Kind::LoadBalancerDescriptions
            | Kind::ClassicLoadBalancerAttributes
            | Kind::ClassicLoadBalancerInstanceStates
            | Kind::VpcEndpoints
            | Kind::InstanceConnectEndpoints
            | Kind::DirectConnectGatewayAssociations
            | Kind::DirectConnectGatewayAttachments
            | Kind::VirtualInterfaces
            | Kind::CarrierGateways
            | Kind::VpcBlockPublicAccessOptions
            | Kind::VpcBlockPublicAccessExclusions
            | Kind::Firewalls
            | Kind::FirewallPolicies
            | Kind::FirewallRuleGroups
            | Kind::LocalGateways
            | Kind::VpcEncryptionControls
            | Kind::VpcAttributes
            | Kind::SecurityGroupVpcAssociations
            | Kind::StaleSecurityGroups
            | Kind::ServiceConfigurations
            | Kind::VpcEndpointConnections
            | Kind::TransitGatewayPeeringAttachments
    )
}

/// Kinds that every VPC has some of. Whatever names a resource of another kind that the snapshot
/// lacks is told about by itself.
fn essential(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Vpcs
            | Kind::Subnets
            | Kind::NetworkInterfaces
            | Kind::Instances
            | Kind::SecurityGroups
            | Kind::NetworkAcls
            | Kind::RouteTables
    )
}

fn place(region: &Region) -> String {
    match (region.account.as_deref(), region.name.as_deref()) {
        (Some(account), Some(name)) => format!("account {account}, Region {name}"),
        (Some(account), None) => format!("account {account}"),
        (None, Some(name)) => format!("Region {name}"),
        (None, None) => "the snapshot".to_owned(),
    }
}
