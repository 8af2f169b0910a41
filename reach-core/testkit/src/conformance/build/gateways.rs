//! Gateways at the edge of a VPC, NAT gateways, peering, VPN, prefix lists.

use reach_core::snapshot::RouteTableAssociation;
use serde_json::{Value, json};

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{AttachedRow, InterfaceRow, NatRow, PeeringRow, Row, Topology, VpnRow};
use super::{World, hosts, must, subnets};
use crate::topology::ACCOUNT;

pub(super) fn build(
    world: &World<'_>,
    draft: &mut Draft,
    topology: &Topology,
) -> Result<(), Problem> {
    for (name, row) in &topology.igw {
        let json = json!({
            "InternetGatewayId": format!("igw-{name}"), "OwnerId": ACCOUNT,
            "Attachments": attachments(row, "available"),
        });
        draft.push_with("InternetGateways", json, &row.api);
    }
    for (name, row) in &topology.eigw {
        let json = json!({
            "EgressOnlyInternetGatewayId": format!("eigw-{name}"),
            "Attachments": attachments(row, "attached"),
        });
        draft.push_with("EgressOnlyInternetGateways", json, &row.api);
    }
    for (name, row) in &topology.vgw {
        let json = json!({
            "VpnGatewayId": format!("vgw-{name}"), "State": "available",
            "VpcAttachments": attachments(row, "attached"),
        });
        draft.push_with("VpnGateways", json, &row.api);
    }
    for (name, row) in &topology.vpn {
        draft.push_with("VpnConnections", vpn(name, &row.short), &row.api);
    }
    for (name, row) in &topology.edge {
        let association = RouteTableAssociation {
            gateway_id: Some(name.clone()),
            ..RouteTableAssociation::default()
        };
        let row = &row.short;
        subnets::table(draft, &format!("rtb-{name}"), &row.vpc, Some(association), &row.routes)?;
    }
    for (name, row) in &topology.list {
        let id = format!("pl-{name}");
        let family = row.short.family.as_deref().unwrap_or("IPv4");
        let cidrs = row.short.cidrs.as_ref();
        let cidrs = cidrs.map(|cidrs| cidrs.iter().map(String::as_str).collect::<Vec<_>>());
        draft.lab(|lab| lab.prefix_list(&id, family, cidrs.as_deref()));
        draft.patch("PrefixLists", "PrefixListId", id, &row.api);
    }
    for (name, row) in &topology.nat {
        nat(draft, name, row)?;
    }
    for (name, row) in &topology.peering {
        let json = peering(world, &draft.name, name, &row.short)?;
        draft.push_with("VpcPeeringConnections", json, &row.api);
    }
    Ok(())
}

fn attachments(row: &Row<AttachedRow>, state: &str) -> Vec<Value> {
    let vpc = row.short.vpc.iter();
    vpc.map(|vpc| json!({ "VpcId": format!("vpc-{vpc}"), "State": state })).collect()
}

fn vpn(name: &str, row: &VpnRow) -> Value {
    let known = !row.r#static.is_empty();
    let tunnels = row.tunnels.iter().zip(201..).map(|(status, last)| {
        json!({
            "OutsideIpAddress": format!("203.0.113.{last}"), "Status": status,
            "AcceptedRouteCount": i32::from(status == "UP" && !known),
        })
    });
    let routes = row.r#static.iter();
    let mut json = json!({
        "VpnConnectionId": format!("vpn-{name}"), "State": "available",
        "Options": { "StaticRoutesOnly": known, "TunnelInsideIpVersion": "ipv4" },
        "VgwTelemetry": tunnels.collect::<Vec<_>>(),
        "Routes": routes
            .map(|block| json!({ "DestinationCidrBlock": block, "State": "available" }))
            .collect::<Vec<_>>(),
    });
    if let Some(vgw) = &row.vgw {
        json["VpnGatewayId"] = json!(format!("vgw-{vgw}"));
    }
    if let Some(tgw) = &row.tgw {
        json["TransitGatewayId"] = json!(format!("tgw-{tgw}"));
    }
    json
}

fn nat(draft: &mut Draft, name: &str, row: &Row<NatRow>) -> Result<(), Problem> {
    let nat = &row.short;
    let state = nat.state.as_deref().unwrap_or("available");
    let json = if let Some(vpc) = &nat.vpc {
        subnets::table(draft, &format!("rtb-{name}"), vpc, None, &nat.routes)?;
        let addresses = nat.zones.iter().map(|(zone, public)| {
            json!({
                "PublicIp": public, "AllocationId": format!("eipalloc-{name}-{zone}"),
                "AvailabilityZone": format!("{}{zone}", draft.name), "Status": "succeeded",
            })
        });
        json!({
            "NatGatewayId": format!("nat-{name}"), "VpcId": format!("vpc-{vpc}"),
            "State": state, "ConnectivityType": "public", "AvailabilityMode": "regional",
            "AutoProvisionZones": if nat.automatic { "enabled" } else { "disabled" },
            "RouteTableId": format!("rtb-{name}"),
            "NatGatewayAddresses": addresses.collect::<Vec<_>>(),
        })
    } else {
        let subnet = must(name, "subnet", nat.subnet.as_ref())?;
        let ip = must(name, "ip", nat.ip.as_ref())?;
        let interface = InterfaceRow {
            subnet: subnet.to_owned(),
            ip: nat.ip.clone(),
            eip: nat.eip.clone(),
            r#type: Some("nat_gateway".to_owned()),
            groups: Some(Vec::new()),
            check: Some(false),
            ..InterfaceRow::default()
        };
        hosts::interface(draft, name, &interface)?;
        let mut address = json!({
            "PrivateIp": ip, "NetworkInterfaceId": format!("eni-{name}"), "IsPrimary": true,
        });
        if let Some(public) = &nat.eip {
            address["PublicIp"] = json!(public);
        }
        json!({
            "NatGatewayId": format!("nat-{name}"), "VpcId": draft.vpc_of_subnet(subnet)?,
            "SubnetId": format!("subnet-{subnet}"), "State": state,
            "ConnectivityType": if nat.eip.is_some() { "public" } else { "private" },
            "NatGatewayAddresses": [address],
        })
    };
    draft.push_with("NatGateways", json, &row.api);
    Ok(())
}

fn peering(world: &World<'_>, here: &str, name: &str, row: &PeeringRow) -> Result<Value, Problem> {
    let side = |text: &String| -> Result<Value, Problem> {
        let (region, topology, vpc) = world.place(here, text)?;
        let row = topology.vpc.get(vpc).ok_or_else(|| format!("there is no VPC {vpc}"))?;
        let blocks = row.short.cidr.list();
        Ok(json!({
            "VpcId": format!("vpc-{vpc}"), "OwnerId": ACCOUNT, "Region": region,
            "CidrBlock": blocks.first(),
            "CidrBlockSet":
                blocks.iter().map(|block| json!({ "CidrBlock": block })).collect::<Vec<_>>(),
            "Ipv6CidrBlockSet": row.short.ipv6.iter()
                .map(|block| json!({ "Ipv6CidrBlock": block })).collect::<Vec<_>>(),
        }))
    };
    let [requester, accepter] = row.vpcs.as_slice() else {
        return Err(format!("peering {name} is not of two VPCs"));
    };
    Ok(json!({
        "VpcPeeringConnectionId": format!("pcx-{name}"),
        "Status": { "Code": row.state.as_deref().unwrap_or("active") },
        "RequesterVpcInfo": side(requester)?, "AccepterVpcInfo": side(accepter)?,
    }))
}
