//! What answers are made of, in words.

use reach_core::{Component, ComponentKind, Direction, Evidence, Explanation};

pub(crate) fn component_text(component: &Component) -> String {
    let kind = kind_text(component.kind);
    let name = component.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
    if component.kind == ComponentKind::Internet {
        return kind.to_owned();
    }
    format!("{kind}{name} {}", component.id)
}

fn kind_text(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Internet => "the internet",
        ComponentKind::OnPremises => "on-premises network",
        ComponentKind::Instance => "instance",
        ComponentKind::NetworkInterface => "network interface",
        ComponentKind::SecurityGroup => "security group",
        ComponentKind::NetworkAcl => "network ACL",
        ComponentKind::RouteTable => "route table",
        ComponentKind::Subnet => "subnet",
        ComponentKind::Vpc => "VPC",
        ComponentKind::InternetGateway => "internet gateway",
        ComponentKind::CarrierGateway => "carrier gateway",
        ComponentKind::LocalGateway => "local gateway",
        ComponentKind::CoreNetwork => "core network",
        ComponentKind::EgressOnlyInternetGateway => "egress-only internet gateway",
        ComponentKind::NatGateway => "NAT gateway",
        ComponentKind::VpcPeeringConnection => "VPC peering connection",
        ComponentKind::VpnGateway => "virtual private gateway",
        ComponentKind::VpcEndpoint => "VPC endpoint",
        ComponentKind::EndpointService => "endpoint service",
        ComponentKind::LoadBalancer => "load balancer",
        ComponentKind::TargetGroup => "target group",
        ComponentKind::VpcEncryptionControl => "VPC encryption control",
        ComponentKind::TransitGateway => "transit gateway",
        ComponentKind::TransitGatewayAttachment => "transit gateway attachment",
        ComponentKind::TransitGatewayRouteTable => "transit gateway route table",
        ComponentKind::PrefixList => "prefix list",
        ComponentKind::Firewall => "firewall",
        ComponentKind::LinkLocalService => "link-local service",
        _ => "element",
    }
}

pub(crate) fn explanation_text(explanation: &Explanation) -> String {
    let way = match explanation.direction {
        Direction::Forward => "",
        Direction::Return => " on the way back",
    };
    format!(
        "{} at {}{way}: {} ({})",
        explanation.reason.code,
        component_text(&explanation.reason.component),
        explanation.message,
        explanation.reason.rules.join(", "),
    )
}

pub(crate) fn evidence_text(evidence: &Evidence) -> String {
    match evidence {
        Evidence::SecurityGroupRule { group, rule, egress, traffic, peer, description } => {
            let (way, side) = if *egress { ("outbound", "to") } else { ("inbound", "from") };
            let rule = rule.as_deref().map(|rule| format!(" {rule}")).unwrap_or_default();
            let description =
                description.as_deref().map(|text| format!(" \"{text}\"")).unwrap_or_default();
            format!("{group}{rule} {way} {traffic} {side} {peer}{description}")
        }
        Evidence::SecurityGroup { group, name } => {
            let name = name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
            format!("no matching rule in {group}{name}")
        }
        Evidence::NetworkAclEntry { acl, rule_number, egress, allow } => {
            let way = if *egress { "outbound" } else { "inbound" };
            let action = if *allow { "allow" } else { "deny" };
            let number = rule_number.map_or("*".to_owned(), |number| number.to_string());
            format!("{acl} {way} entry {number} {action}")
        }
        Evidence::Route { table, destination, target } => {
            format!("{table} {destination} -> {target}")
        }
        Evidence::FirewallRule { group, rule, action, .. } => format!("{group} {rule} {action}"),
        Evidence::Attribute { resource, attribute, value } => {
            format!("{resource} {attribute} = {value}")
        }
        _ => String::new(),
    }
}
