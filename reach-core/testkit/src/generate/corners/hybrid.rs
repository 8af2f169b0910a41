//! Virtual private gateways and VPN connections (HYB-01 to HYB-06).

use reach_core::snapshot::{
    GatewayAttachment, PropagatingVgw, VgwTelemetry, VpnConnection, VpnConnectionOptions,
    VpnGateway, VpnStaticRoute,
};

use crate::generate::site::{Site, VpcPlan};
use crate::topology::route;

/// A gateway for one VPC or two, with one or two connections, propagated or routed by hand.
pub(in crate::generate) fn vpn_gateway(site: &mut Site) {
    let count = site.dice.between(1, 2);
    for _ in 0..count {
        if let Some(vpc) = site.vpc() {
            gateway(site, &vpc);
        }
    }
}

fn gateway(site: &mut Site, vpc: &VpcPlan) -> Option<()> {
    let id = format!("vgw-{}{}", vpc.name, site.serial());
    let attached = site.dice.word(&["attached", "attached", "attached", "attached", "detached"]);
    let state = site.dice.word(&["available", "available", "available", "available", "deleting"]);
    let data = VpnGateway {
        vpn_gateway_id: id.clone(),
        state: Some(state.to_owned()),
        vpc_attachments: vec![GatewayAttachment {
            vpc_id: vpc.id.clone(),
            state: Some(attached.to_owned()),
        }],
        tags: Vec::new(),
    };
    site.region(vpc.region)?.vpn_gateways.get_or_insert_default().push(data);
    let connections = site.dice.between(1, 2);
    let mut known = Vec::new();
    for number in 0..connections {
        connection(site, vpc, &id, number, &mut known);
    }
    for subnet in site.subnets_of(vpc).collect::<Vec<_>>() {
        // What is propagated is what some connection knows.
        if let Some(block) = site.dice.pick(&known).filter(|_| site.dice.chance(70)) {
            propagate(site, &subnet.table, block, &id);
        }
        if site.dice.chance(30) {
            let block = site.dice.word(&["192.168.0.0/16", "0.0.0.0/0", "fd12:0:0:1::/64", "::/0"]);
            site.route(&subnet.table, &format!("{block} {id}"));
        }
    }
    Some(())
}

fn connection(
    site: &mut Site,
    vpc: &VpcPlan,
    gateway: &str,
    number: u64,
    known: &mut Vec<&'static str>,
) -> Option<()> {
    let statically = site.dice.chance(50);
    // Without any connection it would be Direct Connect that taught the gateway its routes.
    let state = match number {
        0 => "available",
        _ => site.dice.word(&["available", "available", "deleting"]),
    };
    let mut routes = Vec::new();
    if statically {
        for block in ["192.168.0.0/24", "192.168.0.0/16", "10.0.0.0/8"] {
            if site.dice.chance(50) {
                let state = site.dice.word(&["available", "available", "available", "deleted"]);
                if number == 0 && state == "available" {
                    known.push(block);
                }
                routes.push(VpnStaticRoute {
                    destination_cidr_block: Some(block.to_owned()),
                    state: Some(state.to_owned()),
                });
            }
        }
    }
    let mut tunnel = |address: &str| VgwTelemetry {
        outside_ip_address: Some(address.to_owned()),
        status: site.dice.word(&["UP", "UP", "DOWN"]).to_owned(),
        accepted_route_count: site.dice.pick(&[Some(0), Some(1), Some(2), None]).flatten(),
    };
    let vgw_telemetry = vec![tunnel("203.0.113.201"), tunnel("203.0.113.202")];
    let learns = |it: &VgwTelemetry| it.status == "UP" && it.accepted_route_count > Some(0);
    if number == 0 && !statically && vgw_telemetry.iter().any(learns) {
        known.extend(["192.168.0.0/16", "192.168.1.0/24", "10.0.1.0/25", "0.0.0.0/0"]);
    }
    let data = VpnConnection {
        vpn_connection_id: format!("vpn-{gateway}-{number}"),
        state: Some(state.to_owned()),
        vpn_gateway_id: Some(gateway.to_owned()),
        options: Some(VpnConnectionOptions {
            static_routes_only: statically,
            tunnel_inside_ip_version: Some("ipv4".to_owned()),
            ..VpnConnectionOptions::default()
        }),
        routes,
        vgw_telemetry,
        ..VpnConnection::default()
    };
    site.region(vpc.region)?.vpn_connections.get_or_insert_default().push(data);
    Some(())
}

fn propagate(site: &mut Site, table: &str, block: &str, gateway: &str) {
    let mut new = route(&format!("{block} {gateway}"));
    new.origin = Some("EnableVgwRoutePropagation".to_owned());
    site.push_route(table, new);
    site.table(table, |table| {
        if !table.propagating_vgws.iter().any(|old| old.gateway_id == gateway) {
            table.propagating_vgws.push(PropagatingVgw { gateway_id: gateway.to_owned() });
        }
    });
}
