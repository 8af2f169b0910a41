//! Load balancers of all kinds, listeners, target groups.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{ClbRow, InterfaceRow, LbRow, Row, TargetGroupRow, Topology};
use super::{hosts, pair};
use crate::topology::ACCOUNT;

/// The last part of the ARNs that AWS makes up.
const SERIAL: &str = "0123456789abcdef";

pub(super) fn build(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.lb {
        balancer(draft, topology, name, row)?;
    }
    for (name, row) in &topology.target_group {
        target_group(draft, topology, name, row)?;
    }
    for (name, row) in &topology.clb {
        classic(draft, name, row)?;
    }
    Ok(())
}

/// How ARNs call a type of load balancer.
fn short_type(kind: &str) -> Result<&'static str, Problem> {
    match kind {
        "application" => Ok("app"),
        "network" => Ok("net"),
        "gateway" => Ok("gwy"),
        _ => Err(format!("{kind:?} is no type of load balancer")),
    }
}

pub(super) fn arn(draft: &Draft, topology: &Topology, name: &str) -> Result<String, Problem> {
    let row = topology.lb.get(name).ok_or_else(|| format!("no load balancer {name}"))?;
    let kind = short_type(&row.short.r#type)?;
    let region = &draft.name;
    Ok(format!(
        "arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:loadbalancer/{kind}/{name}/{SERIAL}"
    ))
}

fn group_arn(draft: &Draft, name: &str) -> String {
    let region = &draft.name;
    format!("arn:aws:elasticloadbalancing:{region}:{ACCOUNT}:targetgroup/{name}/{SERIAL}")
}

/// The interface of a load balancer in a subnet, `eni-LB-SUBNET`.
fn node(
    draft: &mut Draft,
    lb: &str,
    subnet: &str,
    addresses: &str,
    kind: &str,
    (description, groups): (&str, &[String]),
) -> Result<(), Problem> {
    if addresses == "unseen" {
        return Ok(());
    }
    let (v6, v4): (Vec<&str>, Vec<&str>) =
        addresses.split(' ').partition(|address| address.contains(':'));
    let name = format!("{lb}-{subnet}");
    let made = InterfaceRow {
        subnet: subnet.to_owned(),
        ip: v4.first().map(|&private| private.to_owned()),
        eip: v4.get(1).map(|&public| public.to_owned()),
        ipv6: v6.first().map(|&address| address.to_owned()),
        r#type: Some(kind.to_owned()),
        groups: Some(groups.to_vec()),
        ..InterfaceRow::default()
    };
    hosts::interface(draft, &name, &made)?;
    draft.lab(|lab| {
        lab.eni(&format!("eni-{name}"), |eni| eni.description = Some(format!("ELB {description}")))
    });
    Ok(())
}

fn zones(draft: &mut Draft, row: &LbRow) -> Result<Vec<Value>, Problem> {
    let mut zones = Vec::new();
    for subnet in row.nodes.keys() {
        let zone = draft.zone_of_subnet(subnet)?;
        zones.push(json!({ "ZoneName": zone, "SubnetId": format!("subnet-{subnet}") }));
    }
    Ok(zones)
}

fn balancer(
    draft: &mut Draft,
    topology: &Topology,
    name: &str,
    row: &Row<LbRow>,
) -> Result<(), Problem> {
    let short = &row.short;
    let arn = arn(draft, topology, name)?;
    let kind = short_type(&short.r#type)?;
    let interface = match kind {
        "net" => "network_load_balancer",
        "gwy" => "gateway_load_balancer",
        _ => "interface",
    };
    let description = format!("{kind}/{name}/{SERIAL}");
    for (subnet, addresses) in &short.nodes {
        node(draft, name, subnet, addresses, interface, (&description, &short.groups))?;
    }
    let first = short.nodes.keys().next().ok_or("a load balancer without nodes")?;
    let region = draft.name.clone();
    let vpc = draft.vpc_of_subnet(first)?;
    let json = json!({
        "LoadBalancerArn": arn, "LoadBalancerName": name, "Type": short.r#type, "VpcId": vpc,
        "DNSName": format!("{name}-{SERIAL}.elb.{region}.amazonaws.com"),
        "Scheme": if short.internal { "internal" } else { "internet-facing" },
        "State": { "Code": short.state.as_deref().unwrap_or("active") },
        "AvailabilityZones": zones(draft, short)?, "SecurityGroups": short.groups,
        "IpAddressType": "ipv4",
    });
    draft.push_with("LoadBalancers", json, &row.api);
    // Zones are crossed by default by application load balancers only (LB-08).
    let cross = short.cross_zone.unwrap_or(kind == "app");
    draft.push(
        "LoadBalancerAttributes",
        json!({
            "LoadBalancerArn": arn,
            "Attributes": [
                { "Key": "load_balancing.cross_zone.enabled", "Value": cross.to_string() },
            ],
        }),
    );
    listeners(draft, name, &arn, short)
}

fn listeners(draft: &mut Draft, name: &str, arn: &str, row: &LbRow) -> Result<(), Problem> {
    let mut listeners = Vec::new();
    for (port, text) in &row.listeners {
        let (protocol, action) = pair(text, "PROTOCOL ACTION")?;
        let listener = format!("{}/{port}", arn.replace(":loadbalancer/", ":listener/"));
        let actions = actions(draft, action)?;
        let mut json = json!({
            "ListenerArn": listener, "LoadBalancerArn": arn, "DefaultActions": actions,
        });
        // A gateway load balancer's listener takes everything and names neither.
        if protocol != "GENEVE" {
            json["Port"] = json!(port.parse::<u16>().map_err(|e| format!("{name}: {e}"))?);
            json["Protocol"] = json!(protocol);
        }
        listeners.push(json);
        draft.push(
            "ListenerRules",
            json!({
                "RuleArn": format!("{listener}/default").replace(":listener/", ":listener-rule/"),
                "ListenerArn": listener, "Priority": "default", "IsDefault": true,
                "Actions": actions,
            }),
        );
        if let Some(action) = row.rules.get(port) {
            let json = json!({
                "RuleArn": format!("{listener}/1").replace(":listener/", ":listener-rule/"),
                "ListenerArn": listener, "Priority": "1", "IsDefault": false,
                "Actions": self::actions(draft, action)?,
            });
            draft.push("ListenerRules", json);
        }
    }
    let json = json!({ "LoadBalancerArn": arn, "Listeners": listeners });
    draft.push("LoadBalancerListeners", json);
    Ok(())
}

/// `-> GROUP*WEIGHT GROUP`, or a type of action that forwards nothing.
fn actions(draft: &Draft, text: &str) -> Result<Value, Problem> {
    let Some(groups) = text.strip_prefix("-> ") else {
        return Ok(json!([{ "Type": text }]));
    };
    let mut tuples = Vec::new();
    for group in groups.split(' ') {
        let (name, weight) = group.split_once('*').unwrap_or((group, "1"));
        let weight: u16 = weight.parse().map_err(|e| format!("{text:?}: {e}"))?;
        tuples.push(json!({ "TargetGroupArn": group_arn(draft, name), "Weight": weight }));
    }
    let mut action = json!({ "Type": "forward", "ForwardConfig": { "TargetGroups": tuples } });
    if let [only] = tuples.as_slice() {
        action["TargetGroupArn"] = only["TargetGroupArn"].clone();
    }
    Ok(json!([action]))
}

fn target_group(
    draft: &mut Draft,
    topology: &Topology,
    name: &str,
    row: &Row<TargetGroupRow>,
) -> Result<(), Problem> {
    let short = &row.short;
    let arn = group_arn(draft, name);
    let users = topology.lb.iter().filter(|(_, lb)| {
        let actions = lb.short.listeners.values().chain(lb.short.rules.values());
        let words = actions.flat_map(|text| text.split([' ', '*']));
        words.into_iter().any(|word| word == name)
    });
    let users: Vec<_> =
        users.map(|(lb, _)| self::arn(draft, topology, lb)).collect::<Result<_, _>>()?;
    let json = json!({
        "TargetGroupArn": arn, "TargetGroupName": name, "Protocol": short.protocol,
        "Port": short.port, "VpcId": format!("vpc-{}", short.vpc), "TargetType": short.r#type,
        "IpAddressType": "ipv4", "LoadBalancerArns": users,
    });
    draft.push_with("TargetGroups", json, &row.api);
    let attributes = short.attributes.iter();
    let attributes = attributes.map(|(key, value)| json!({ "Key": key, "Value": value }));
    let json = json!({ "TargetGroupArn": arn, "Attributes": attributes.collect::<Vec<_>>() });
    draft.push("TargetGroupAttributes", json);
    let mut health = Vec::new();
    for (text, state) in &short.targets {
        health.push(target(draft, topology, short, (text, state))?);
    }
    let json = json!({ "TargetGroupArn": arn, "TargetHealthDescriptions": health });
    draft.push("LoadBalancerTargetHealth", json);
    Ok(())
}

/// `q1`, `q1:9090`, `10.0.2.10` = `healthy`, `unhealthy`, `unused Target.InvalidState`; for an
/// address a zone may follow.
fn target(
    draft: &Draft,
    topology: &Topology,
    group: &TargetGroupRow,
    (text, health): (&str, &str),
) -> Result<Value, Problem> {
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, port.parse::<u16>().map_err(|e| format!("{text}: {e}"))?),
        None => (text, group.port),
    };
    let (state, more) = health.split_once(' ').unwrap_or((health, ""));
    let mut target = json!({ "Id": name, "Port": port });
    let mut seen = json!({ "State": state });
    if group.r#type == "alb" {
        target["Id"] = json!(arn(draft, topology, name)?);
    } else if name.parse::<IpAddr>().is_err() {
        target["Id"] = json!(format!("i-{name}"));
    }
    match more {
        "" => {}
        "all" => target["AvailabilityZone"] = json!("all"),
        zone if zone.len() == 1 => {
            target["AvailabilityZone"] = json!(format!("{}{zone}", draft.name));
        }
        reason => seen["Reason"] = json!(reason),
    }
    Ok(match health {
        "" => json!({ "Target": target }),
        _ => json!({ "Target": target, "TargetHealth": seen }),
    })
}

fn classic(draft: &mut Draft, name: &str, row: &Row<ClbRow>) -> Result<(), Problem> {
    let short = &row.short;
    for (subnet, addresses) in &short.nodes {
        node(draft, name, subnet, addresses, "interface", (name, &short.groups))?;
    }
    let first = short.nodes.keys().next().ok_or("a load balancer without nodes")?;
    let vpc = draft.vpc_of_subnet(first)?;
    let mut zones = Vec::new();
    for subnet in short.nodes.keys() {
        zones.push(draft.zone_of_subnet(subnet)?);
    }
    let mut listeners = Vec::new();
    for (port, text) in &short.listeners {
        let (protocol, instance) = pair(text, "PROTOCOL INSTANCE-PORT")?;
        let number = |text: &str| text.parse::<u16>().map_err(|e| format!("{name}: {e}"));
        listeners.push(json!({ "Listener": {
            "Protocol": protocol, "LoadBalancerPort": number(port)?,
            "InstanceProtocol": protocol, "InstancePort": number(instance)?,
        } }));
    }
    let instances = short.instances.keys().map(|host| format!("i-{host}"));
    let subnets: Vec<_> = short.nodes.keys().map(|subnet| format!("subnet-{subnet}")).collect();
    let json = json!({
        "LoadBalancerName": name, "VPCId": vpc, "Subnets": subnets, "AvailabilityZones": zones,
        "DNSName": format!("{name}-1.{}.elb.amazonaws.com", draft.name),
        "Scheme": if short.internal { "internal" } else { "internet-facing" },
        "SecurityGroups": short.groups, "ListenerDescriptions": listeners,
        "Instances": instances.map(|id| json!({ "InstanceId": id })).collect::<Vec<_>>(),
    });
    draft.push_with("LoadBalancerDescriptions", json, &row.api);
    draft.push(
        "ClassicLoadBalancerAttributes",
        json!({
            "LoadBalancerName": name,
            "LoadBalancerAttributes": { "CrossZoneLoadBalancing": { "Enabled": short.cross_zone } },
        }),
    );
    let states = short.instances.iter();
    let states =
        states.map(|(host, state)| json!({ "InstanceId": format!("i-{host}"), "State": state }));
    let json = json!({ "LoadBalancerName": name, "InstanceStates": states.collect::<Vec<_>>() });
    draft.push("ClassicLoadBalancerInstanceStates", json);
    Ok(())
}
