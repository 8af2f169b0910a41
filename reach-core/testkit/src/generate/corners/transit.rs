//! Transit gateways between VPCs (TGW-01 to TGW-09, TGW-13, TGW-14).

use reach_core::snapshot::{
    TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentAssociation,
    TransitGatewayOptions, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRouteTable, TransitGatewayRoutes, TransitGatewayVpcAttachment,
    TransitGatewayVpcAttachmentOptions,
};

use super::base;
use crate::generate::site::{ACCOUNT, Site, SubnetPlan, VpcPlan};

const TABLES: [&str; 2] = ["tgw-rtb-1", "tgw-rtb-2"];

/// One gateway in the first Region, its VPCs attached, one or two tables.
pub(in crate::generate) fn transit_gateway(site: &mut Site) {
    let vpcs: Vec<_> = site.vpcs.iter().filter(|vpc| vpc.region == 0).cloned().collect();
    let state = site.dice.word(&["available", "available", "available", "available", "deleting"]);
    let references = site.dice.word(&["enable", "enable", "disable"]);
    let foreign = site.dice.chance(10);
    let gateway = TransitGateway {
        transit_gateway_id: "tgw-1".to_owned(),
        state: Some(state.to_owned()),
        owner_id: Some(if foreign { "222222222222" } else { ACCOUNT }.to_owned()),
        options: Some(TransitGatewayOptions {
            security_group_referencing_support: Some(references.to_owned()),
            ..TransitGatewayOptions::default()
        }),
        ..TransitGateway::default()
    };
    let one_table = site.dice.chance(60);
    if let Some(region) = site.region(0) {
        region.transit_gateways.get_or_insert_default().push(gateway);
        for table in TABLES.iter().take(if foreign { 0 } else { 2 }) {
            region.transit_gateway_route_tables.get_or_insert_default().push(
                TransitGatewayRouteTable {
                    transit_gateway_route_table_id: (*table).to_owned(),
                    transit_gateway_id: Some("tgw-1".to_owned()),
                    state: Some("available".to_owned()),
                    tags: Vec::new(),
                },
            );
            region.transit_gateway_routes.get_or_insert_default().push(TransitGatewayRoutes {
                transit_gateway_route_table_id: (*table).to_owned(),
                routes: Vec::new(),
                additional_routes_available: Some(false),
            });
        }
    }
    for vpc in &vpcs {
        if site.dice.chance(90) {
            attach(site, vpc, one_table);
        }
    }
    for vpc in &vpcs {
        table_routes(site, vpc);
        for subnet in site.subnets_of(vpc).collect::<Vec<_>>() {
            vpc_routes(site, vpc, &subnet, &vpcs);
        }
    }
}

/// AWS takes one subnet a zone for an attachment.
pub(super) fn one_a_zone(site: &mut Site, subnets: &[SubnetPlan]) -> Vec<String> {
    let (mut zones, mut ids) = (Vec::new(), Vec::new());
    for subnet in subnets {
        let mut zone = None;
        site.subnet_data(&subnet.id, |it| zone.clone_from(&it.availability_zone_id));
        if !zones.contains(&zone) {
            zones.push(zone);
            ids.push(subnet.id.clone());
        }
    }
    ids
}

fn attach(site: &mut Site, vpc: &VpcPlan, one_table: bool) -> Option<()> {
    let id = format!("tgw-attach-{}", vpc.name);
    let mut subnets: Vec<SubnetPlan> = Vec::new();
    let zones = site.dice.between(1, 2);
    for _ in 0..zones {
        // A subnet of its own, or one that hosts share with it (TGW-09).
        let main = format!("rtb-{}-main", vpc.name);
        let subnet = match site.dice.chance(60) {
            true => base::subnet(site, vpc, &main),
            false => site.subnet_of(vpc),
        }?;
        if !subnets.iter().any(|other| other.id == subnet.id) {
            subnets.push(subnet);
        }
    }
    let state = site.dice.word(&[
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "modifying",
        "pendingAcceptance",
        "deleting",
        "failed",
    ]);
    let option =
        |site: &mut Site| Some(site.dice.word(&["enable", "enable", "disable"]).to_owned());
    let options = TransitGatewayVpcAttachmentOptions {
        security_group_referencing_support: option(site),
        ipv6_support: option(site),
        appliance_mode_support: Some("disable".to_owned()),
    };
    let table = if one_table || site.dice.chance(50) { TABLES[0] } else { TABLES[1] };
    let association = match site.dice.below(12) {
        0 => None,
        1 => Some("disassociated"),
        _ => Some("associated"),
    };
    let subnet_ids = one_a_zone(site, &subnets);
    let region = site.region(vpc.region)?;
    region.transit_gateway_vpc_attachments.get_or_insert_default().push(
        TransitGatewayVpcAttachment {
            transit_gateway_attachment_id: id.clone(),
            transit_gateway_id: Some("tgw-1".to_owned()),
            vpc_id: Some(vpc.id.clone()),
            vpc_owner_id: Some(ACCOUNT.to_owned()),
            state: Some(state.to_owned()),
            subnet_ids,
            options: Some(options),
            tags: Vec::new(),
        },
    );
    region.transit_gateway_attachments.get_or_insert_default().push(TransitGatewayAttachment {
        transit_gateway_attachment_id: id,
        transit_gateway_id: Some("tgw-1".to_owned()),
        transit_gateway_owner_id: Some(ACCOUNT.to_owned()),
        resource_owner_id: Some(ACCOUNT.to_owned()),
        resource_type: Some("vpc".to_owned()),
        resource_id: Some(vpc.id.clone()),
        state: Some(state.to_owned()),
        association: association.map(|state| TransitGatewayAttachmentAssociation {
            transit_gateway_route_table_id: Some(table.to_owned()),
            state: Some(state.to_owned()),
        }),
        tags: Vec::new(),
    });
    Some(())
}

/// The routes of the gateway's tables to a VPC: propagated, static, both, narrower, to nowhere.
fn table_routes(site: &mut Site, vpc: &VpcPlan) {
    for table in TABLES {
        let add = |site: &mut Site, block: String, kind: &str, state: &str| {
            let attachment = TransitGatewayRouteAttachment {
                transit_gateway_attachment_id: Some(format!("tgw-attach-{}", vpc.name)),
                resource_type: Some("vpc".to_owned()),
                resource_id: Some(vpc.id.clone()),
            };
            let route = TransitGatewayRoute {
                destination_cidr_block: Some(block),
                r#type: Some(kind.to_owned()),
                state: Some(state.to_owned()),
                transit_gateway_attachments: if state == "blackhole" {
                    Vec::new()
                } else {
                    vec![attachment]
                },
                ..TransitGatewayRoute::default()
            };
            for routes in
                site.regions.iter_mut().filter_map(|it| it.transit_gateway_routes.as_mut())
            {
                for found in routes.iter_mut() {
                    let taken = found.routes.iter().any(|old| {
                        old.destination_cidr_block == route.destination_cidr_block
                            && old.r#type == route.r#type
                    });
                    // TGW-08: a second VPC with the same block is not propagated.
                    if found.transit_gateway_route_table_id == table && !taken {
                        found.routes.push(route.clone());
                    }
                }
            }
        };
        if site.dice.chance(85) {
            add(site, vpc.block.to_string(), "propagated", "active");
        }
        if let Some(v6) = vpc.v6.filter(|_| site.dice.chance(80)) {
            add(site, v6.to_string(), "propagated", "active");
        }
        if site.dice.chance(20) {
            let block = site.block();
            let state = site.dice.word(&["active", "active", "blackhole", "pending", "deleting"]);
            add(site, block, "static", state);
        }
        if site.dice.chance(15) {
            add(site, vpc.block.to_string(), "static", "active");
        }
    }
}

fn vpc_routes(site: &mut Site, own: &VpcPlan, subnet: &SubnetPlan, all: &[VpcPlan]) {
    for vpc in all.iter().filter(|vpc| vpc.id != own.id) {
        if site.dice.chance(75) {
            site.route(&subnet.table, &format!("{} tgw-1", vpc.block));
        }
        if let Some(v6) = vpc.v6.filter(|_| site.dice.chance(75)) {
            site.route(&subnet.table, &format!("{v6} tgw-1"));
        }
    }
    if site.dice.chance(15) {
        let block = site.destination();
        site.route(&subnet.table, &format!("{block} tgw-1"));
    }
}
