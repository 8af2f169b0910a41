//! VPC endpoints, endpoint services, EC2 Instance Connect Endpoints.

use serde_json::json;

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{EiceRow, EndpointRow, InterfaceRow, Row, Topology};
use super::{hosts, load_balancers, must, subnets};
use crate::topology::ACCOUNT;

pub(super) fn build(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.endpoint {
        match row.short.r#type.as_str() {
            "gateway" => gateway(draft, name, row)?,
            "interface" => zonal(draft, topology, name, row, "Interface", "vpc_endpoint")?,
            "gwlb" => {
                let (kind, interface) = ("GatewayLoadBalancer", "gateway_load_balancer_endpoint");
                zonal(draft, topology, name, row, kind, interface)?;
            }
            other => return Err(format!("{other:?} is no type of endpoint")),
        }
    }
    for (name, row) in &topology.service {
        let arn = load_balancers::arn(draft, topology, &row.short.lb)?;
        let zones = row.short.zones.iter().map(|zone| format!("{}{zone}", draft.name));
        let (kind, field) = match arn.contains("/gwy/") {
            true => ("GatewayLoadBalancer", "GatewayLoadBalancerArns"),
            false => ("Interface", "NetworkLoadBalancerArns"),
        };
        let json = json!({
            "ServiceId": format!("vpce-svc-{name}"), "ServiceState": "Available",
            "ServiceName": service_name(draft, topology, name),
            "ServiceType": [{ "ServiceType": kind }],
            "AvailabilityZones": zones.collect::<Vec<_>>(),
            field: [arn],
        });
        draft.push_with("ServiceConfigurations", json, &row.api);
    }
    for (name, row) in &topology.eice {
        eice(draft, name, row)?;
    }
    Ok(())
}

fn service_name(draft: &Draft, topology: &Topology, name: &str) -> String {
    let own = if topology.service.contains_key(name) { "vpce." } else { "" };
    let id = if own.is_empty() { name.to_owned() } else { format!("vpce-svc-{name}") };
    match own {
        "" => format!("com.amazonaws.{}.{id}", draft.name),
        own => format!("com.amazonaws.{own}{}.{id}", draft.name),
    }
}

fn gateway(draft: &mut Draft, name: &str, row: &Row<EndpointRow>) -> Result<(), Problem> {
    let short = &row.short;
    let id = format!("vpce-{name}");
    let list = must(name, "list", short.list.as_ref())?;
    let route = [(format!("pl-{list}"), id.clone())].into();
    let tables: Vec<_> = short.tables.iter().map(|table| format!("rtb-{table}")).collect();
    for table in &tables {
        subnets::routes(draft, table, &route, "CreateRoute")?;
    }
    let vpc = must(name, "vpc", short.vpc.as_ref())?;
    let json = json!({
        "VpcEndpointId": id, "VpcEndpointType": "Gateway", "VpcId": format!("vpc-{vpc}"),
        "OwnerId": ACCOUNT, "State": short.state.as_deref().unwrap_or("available"),
        "ServiceName": format!("com.amazonaws.{}.{}", draft.name, short.service),
        "RouteTableIds": tables,
    });
    draft.push_with("VpcEndpoints", json, &row.api);
    Ok(())
}

/// An endpoint that is an interface in a subnet.
fn zonal(
    draft: &mut Draft,
    topology: &Topology,
    name: &str,
    row: &Row<EndpointRow>,
    kind: &str,
    interface: &str,
) -> Result<(), Problem> {
    let short = &row.short;
    let (id, eni) = (format!("vpce-{name}"), format!("eni-{name}"));
    let subnet = must(name, "subnet", short.subnet.as_ref())?;
    let filtered = kind == "Interface";
    let groups = match (&short.groups, filtered) {
        (Some(groups), _) => Some(groups.clone()),
        (None, true) => None,
        (None, false) => Some(Vec::new()),
    };
    let made = InterfaceRow {
        subnet: subnet.to_owned(),
        ip: short.ip.clone(),
        r#type: Some(interface.to_owned()),
        groups: groups.clone(),
        ..InterfaceRow::default()
    };
    hosts::interface(draft, name, &made)?;
    let groups = groups.unwrap_or_else(|| vec![format!("sg-{name}")]);
    let vpc = draft.vpc_of_subnet(subnet)?;
    let state = short.state.as_deref().unwrap_or("available");
    let service = service_name(draft, topology, &short.service);
    let json = json!({
        "VpcEndpointId": id, "VpcEndpointType": kind, "VpcId": vpc, "OwnerId": ACCOUNT,
        "State": state, "ServiceName": service, "SubnetIds": [format!("subnet-{subnet}")],
        "NetworkInterfaceIds": [eni],
        "Groups": groups.iter().map(|id| json!({ "GroupId": id })).collect::<Vec<_>>(),
    });
    draft.push_with("VpcEndpoints", json, &row.api);
    if let Some(service) = topology.service.get(&short.service) {
        let arn = load_balancers::arn(draft, topology, &service.short.lb)?;
        let field = match filtered {
            true => "NetworkLoadBalancerArns",
            false => "GatewayLoadBalancerArns",
        };
        let json = json!({
            "ServiceId": format!("vpce-svc-{}", short.service), "VpcEndpointId": id,
            "VpcEndpointOwner": ACCOUNT, "VpcEndpointState": state, field: [arn],
        });
        draft.push("VpcEndpointConnections", json);
    }
    Ok(())
}

fn eice(draft: &mut Draft, name: &str, row: &Row<EiceRow>) -> Result<(), Problem> {
    let short = &row.short;
    let made = InterfaceRow {
        subnet: short.subnet.clone(),
        ip: Some(short.ip.clone()),
        r#type: Some("ec2_instance_connect_endpoint".to_owned()),
        groups: short.groups.clone(),
        ..InterfaceRow::default()
    };
    hosts::interface(draft, name, &made)?;
    let own = || vec![format!("sg-{name}")];
    let json = json!({
        "InstanceConnectEndpointId": format!("eice-{name}"), "OwnerId": ACCOUNT,
        "State": "create-complete", "VpcId": draft.vpc_of_subnet(&short.subnet)?,
        "SubnetId": format!("subnet-{}", short.subnet),
        "AvailabilityZone": draft.zone_of_subnet(&short.subnet)?,
        "NetworkInterfaceIds": [format!("eni-{name}")],
        "SecurityGroupIds": short.groups.clone().unwrap_or_else(own),
        "PreserveClientIp": short.preserve,
    });
    draft.push_with("InstanceConnectEndpoints", json, &row.api);
    Ok(())
}
