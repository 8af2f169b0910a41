//! Application and Network Load Balancers with listeners, target groups and health (LB-01 to
//! LB-18).

use reach_core::snapshot::{
    Attribute, Listener, ListenerAction, LoadBalancer, LoadBalancerAttributes,
    LoadBalancerListeners, LoadBalancerState, LoadBalancerTargetHealth, LoadBalancerZone,
    TargetDescription, TargetGroup, TargetGroupAttributes, TargetHealth, TargetHealthDescription,
};

use super::{base, gateways};
use crate::generate::site::{Site, SubnetPlan, VpcPlan};

/// One for some VPCs.
pub(in crate::generate) fn load_balancers(site: &mut Site) {
    for vpc in site.vpcs.clone() {
        if site.dice.chance(70) {
            balancer(site, &vpc);
        }
    }
}

fn balancer(site: &mut Site, vpc: &VpcPlan) -> Option<()> {
    let network = site.dice.chance(50);
    let name = format!("{}{}", if network { "nlb" } else { "alb" }, vpc.name);
    let path = if network { "net" } else { "app" };
    let arn =
        format!("arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/{path}/{name}/1");
    let public = site.dice.chance(70);
    let grouped = !network || site.dice.chance(50);
    let mut subnets: Vec<SubnetPlan> = site.subnets_of(vpc).collect();
    subnets.truncate(usize::try_from(site.dice.between(1, 2)).unwrap_or(1));
    let mut groups = Vec::new();
    for subnet in &subnets {
        let node = base::interface(site, subnet)?;
        if public {
            gateways::elastic(site, &node.id, &node.address.to_string());
        }
        groups = vec![node.group.clone()];
        site.eni(&node.id, |eni| {
            let kind = if network { "network_load_balancer" } else { "interface" };
            eni.interface_type = Some(kind.to_owned());
            eni.description = Some(format!("ELB {path}/{name}/1"));
            eni.requester_managed = Some(true);
            eni.requester_id = Some("amazon-elb".to_owned());
            if !grouped {
                eni.groups.clear();
            }
        });
    }
    if !grouped {
        groups.clear();
    }
    let state = site.dice.word(&["active", "active", "active", "active_impaired", "provisioning"]);
    let data = LoadBalancer {
        load_balancer_arn: arn.clone(),
        load_balancer_name: Some(name.clone()),
        r#type: Some(if network { "network" } else { "application" }.to_owned()),
        scheme: Some(if public { "internet-facing" } else { "internal" }.to_owned()),
        vpc_id: Some(vpc.id.clone()),
        state: Some(LoadBalancerState { code: Some(state.to_owned()), reason: None }),
        availability_zones: zones(site, &subnets),
        security_groups: groups,
        ip_address_type: Some("ipv4".to_owned()),
        ..LoadBalancer::default()
    };
    let crossed = site.dice.word(&["true", "false"]);
    let attribute =
        |key: &str, value: &str| Attribute { key: key.to_owned(), value: value.to_owned() };
    // LB-05: a target group takes what its listeners hear.
    let protocol = match network {
        true => site.dice.word(&["TCP", "TCP", "TCP", "UDP", "TCP_UDP"]),
        false => "HTTP",
    };
    let group = group(site, vpc, &name, &arn, protocol)?;
    let listeners = listeners(site, &arn, &group, protocol);
    let region = site.region(vpc.region)?;
    region.load_balancers.get_or_insert_default().push(data);
    region.load_balancer_attributes.get_or_insert_default().push(LoadBalancerAttributes {
        load_balancer_arn: arn.clone(),
        attributes: vec![attribute("load_balancing.cross_zone.enabled", crossed)],
    });
    region
        .load_balancer_listeners
        .get_or_insert_default()
        .push(LoadBalancerListeners { load_balancer_arn: arn, listeners });
    Some(())
}

fn zones(site: &mut Site, subnets: &[SubnetPlan]) -> Vec<LoadBalancerZone> {
    let mut zones = Vec::new();
    for subnet in subnets {
        let mut zone_name = None;
        site.subnet_data(&subnet.id, |it| zone_name.clone_from(&it.availability_zone));
        zones.push(LoadBalancerZone {
            zone_name,
            subnet_id: Some(subnet.id.clone()),
            ..LoadBalancerZone::default()
        });
    }
    zones
}

fn listeners(site: &mut Site, arn: &str, group: &str, behind: &str) -> Vec<Listener> {
    let mut listeners = Vec::new();
    for port in [443, 80] {
        let protocol = match behind {
            "HTTP" => site.dice.word(&["HTTPS", "HTTP"]),
            "TCP" => site.dice.word(&["TCP", "TCP", "TLS"]),
            datagrams => datagrams,
        };
        let kind =
            if behind == "HTTP" && site.dice.chance(15) { "fixed-response" } else { "forward" };
        if port == 443 || site.dice.chance(40) {
            listeners.push(Listener {
                listener_arn: format!("{arn}/listener/{port}"),
                load_balancer_arn: Some(arn.to_owned()),
                port: Some(port),
                protocol: Some(protocol.to_owned()),
                default_actions: vec![ListenerAction {
                    r#type: Some(kind.to_owned()),
                    target_group_arn: (kind == "forward").then(|| group.to_owned()),
                    ..ListenerAction::default()
                }],
            });
        }
    }
    listeners
}

fn group(
    site: &mut Site,
    vpc: &VpcPlan,
    name: &str,
    balancer: &str,
    protocol: &str,
) -> Option<String> {
    let arn = format!("arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/{name}/1");
    let by_address = site.dice.chance(40);
    let targets: Vec<_> =
        site.hosts.iter().filter(|host| host.subnet.vpc.id == vpc.id).cloned().collect();
    let mut health = Vec::new();
    for host in targets {
        let mut instance = None;
        site.eni(&host.id, |eni| {
            instance = eni.attachment.as_ref().and_then(|it| it.instance_id.clone());
        });
        let id = if by_address { Some(host.address.to_string()) } else { instance };
        let Some(id) = id.filter(|_| site.dice.chance(60)) else { continue };
        let states = ["healthy", "healthy", "healthy", "unhealthy", "draining", "unused"];
        health.push(TargetHealthDescription {
            target: TargetDescription {
                id,
                port: Some(if site.dice.chance(80) { 8080 } else { 9090 }),
                availability_zone: (by_address && site.dice.chance(30)).then(|| "all".to_owned()),
            },
            target_health: Some(TargetHealth {
                state: Some(site.dice.word(&states).to_owned()),
                reason: None,
            }),
        });
    }
    let mut attributes = Vec::new();
    let mut attribute = |key: &str, value: &str| {
        attributes.push(Attribute { key: key.to_owned(), value: value.to_owned() });
    };
    // LB-13: it cannot be off for datagrams.
    if protocol == "TCP" && site.dice.chance(50) {
        let preserved = site.dice.word(&["true", "false"]);
        attribute("preserve_client_ip.enabled", preserved);
    }
    if site.dice.chance(40) {
        let words = ["true", "false", "use_load_balancer_configuration"];
        let crossed = site.dice.word(&words);
        attribute("load_balancing.cross_zone.enabled", crossed);
    }
    let region = site.region(vpc.region)?;
    region.target_groups.get_or_insert_default().push(TargetGroup {
        target_group_arn: arn.clone(),
        target_group_name: Some(name.to_owned()),
        protocol: Some(protocol.to_owned()),
        port: Some(8080),
        vpc_id: Some(vpc.id.clone()),
        target_type: Some(if by_address { "ip" } else { "instance" }.to_owned()),
        ip_address_type: Some("ipv4".to_owned()),
        load_balancer_arns: vec![balancer.to_owned()],
    });
    region
        .target_group_attributes
        .get_or_insert_default()
        .push(TargetGroupAttributes { target_group_arn: arn.clone(), attributes });
    region.load_balancer_target_health.get_or_insert_default().push(LoadBalancerTargetHealth {
        target_group_arn: arn.clone(),
        target_health_descriptions: health,
    });
    Some(arn)
}
