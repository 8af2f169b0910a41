//! A transit gateway in the second Region, peered with the first one's (TGW-11).

use reach_core::snapshot::{
    PeeringTgwInfo, TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentAssociation,
    TransitGatewayPeeringAttachment, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRoutes, TransitGatewayVpcAttachment,
};

use super::transit::one_a_zone;
use crate::generate::site::{ACCOUNT, REGIONS, Site};

const PEERING: &str = "tgw-attach-peer";
const FAR: &str = "tgw-rtb-far";

/// Works only where there is a transit gateway and a second Region; else it adds nothing.
pub(in crate::generate) fn transit_peering(site: &mut Site) {
    let first = site.regions.first().and_then(|region| region.transit_gateways.as_ref());
    if first.is_none_or(Vec::is_empty) || site.regions.len() < 2 {
        return;
    }
    let state = site.dice.word(&["available", "available", "available", "pendingAcceptance"]);
    second_gateway(site);
    let info = |index: usize, id: &str| PeeringTgwInfo {
        transit_gateway_id: Some(id.to_owned()),
        owner_id: Some(ACCOUNT.to_owned()),
        region: REGIONS.get(index).map(|name| (*name).to_owned()),
        ..PeeringTgwInfo::default()
    };
    for (index, own, other, table) in
        [(0, "tgw-1", "tgw-2", "tgw-rtb-1"), (1, "tgw-2", "tgw-1", FAR)]
    {
        let associated = site.dice.chance(90);
        let Some(region) = site.region(index) else { return };
        region.transit_gateway_peering_attachments.get_or_insert_default().push(
            TransitGatewayPeeringAttachment {
                transit_gateway_attachment_id: PEERING.to_owned(),
                requester_tgw_info: Some(info(0, "tgw-1")),
                accepter_tgw_info: Some(info(1, "tgw-2")),
                state: Some(state.to_owned()),
                ..TransitGatewayPeeringAttachment::default()
            },
        );
        region.transit_gateway_attachments.get_or_insert_default().push(TransitGatewayAttachment {
            transit_gateway_attachment_id: PEERING.to_owned(),
            transit_gateway_id: Some(own.to_owned()),
            transit_gateway_owner_id: Some(ACCOUNT.to_owned()),
            resource_type: Some("peering".to_owned()),
            resource_id: Some(other.to_owned()),
            state: Some(state.to_owned()),
            association: associated.then(|| TransitGatewayAttachmentAssociation {
                transit_gateway_route_table_id: Some(table.to_owned()),
                state: Some("associated".to_owned()),
            }),
            ..TransitGatewayAttachment::default()
        });
    }
    for vpc in site.vpcs.clone() {
        // A route to a peering attachment names the gateway on the other side.
        let (peer, tables) = match vpc.region {
            0 => ("tgw-1", vec![FAR]),
            _ => ("tgw-2", vec!["tgw-rtb-1", "tgw-rtb-2"]),
        };
        for table in tables {
            if site.dice.chance(80) {
                add(site, table, &vpc.block.to_string(), "static", PEERING, "peering", peer);
            }
        }
    }
}

fn second_gateway(site: &mut Site) {
    let vpcs: Vec<_> = site.vpcs.iter().filter(|vpc| vpc.region == 1).cloned().collect();
    let others: Vec<_> = site.vpcs.iter().filter(|vpc| vpc.region == 0).cloned().collect();
    if let Some(region) = site.region(1) {
        region.transit_gateways.get_or_insert_default().push(TransitGateway {
            transit_gateway_id: "tgw-2".to_owned(),
            state: Some("available".to_owned()),
            owner_id: Some(ACCOUNT.to_owned()),
            ..TransitGateway::default()
        });
        region.transit_gateway_routes.get_or_insert_default().push(TransitGatewayRoutes {
            transit_gateway_route_table_id: FAR.to_owned(),
            routes: Vec::new(),
            additional_routes_available: Some(false),
        });
    }
    for vpc in &vpcs {
        let id = format!("tgw-attach-{}", vpc.name);
        let subnets: Vec<_> = site.subnets_of(vpc).take(2).collect();
        let subnet_ids = one_a_zone(site, &subnets);
        let vpc_attachment = TransitGatewayVpcAttachment {
            transit_gateway_attachment_id: id.clone(),
            transit_gateway_id: Some("tgw-2".to_owned()),
            vpc_id: Some(vpc.id.clone()),
            state: Some("available".to_owned()),
            subnet_ids,
            ..TransitGatewayVpcAttachment::default()
        };
        let attachment = TransitGatewayAttachment {
            transit_gateway_attachment_id: id.clone(),
            transit_gateway_id: Some("tgw-2".to_owned()),
            transit_gateway_owner_id: Some(ACCOUNT.to_owned()),
            resource_type: Some("vpc".to_owned()),
            resource_id: Some(vpc.id.clone()),
            state: Some("available".to_owned()),
            association: Some(TransitGatewayAttachmentAssociation {
                transit_gateway_route_table_id: Some(FAR.to_owned()),
                state: Some("associated".to_owned()),
            }),
            ..TransitGatewayAttachment::default()
        };
        if let Some(region) = site.region(1) {
            region.transit_gateway_vpc_attachments.get_or_insert_default().push(vpc_attachment);
            region.transit_gateway_attachments.get_or_insert_default().push(attachment);
        }
        add(site, FAR, &vpc.block.to_string(), "propagated", &id, "vpc", &vpc.id);
        for other in &others {
            for subnet in site.subnets_of(vpc).collect::<Vec<_>>() {
                site.route(&subnet.table, &format!("{} tgw-2", other.block));
            }
            for subnet in site.subnets_of(other).collect::<Vec<_>>() {
                site.route(&subnet.table, &format!("{} tgw-1", vpc.block));
            }
        }
    }
}

fn add(site: &mut Site, table: &str, block: &str, kind: &str, by: &str, what: &str, id: &str) {
    let route = TransitGatewayRoute {
        destination_cidr_block: Some(block.to_owned()),
        r#type: Some(kind.to_owned()),
        state: Some("active".to_owned()),
        transit_gateway_attachments: vec![TransitGatewayRouteAttachment {
            transit_gateway_attachment_id: Some(by.to_owned()),
            resource_type: Some(what.to_owned()),
            resource_id: Some(id.to_owned()),
        }],
        ..TransitGatewayRoute::default()
    };
    let tables = site.regions.iter_mut().filter_map(|it| it.transit_gateway_routes.as_mut());
    for found in tables.flatten().filter(|it| it.transit_gateway_route_table_id == table) {
        let taken = found.routes.iter().any(|old| {
            old.destination_cidr_block == route.destination_cidr_block && old.r#type == route.r#type
        });
        if !taken {
            found.routes.push(route.clone());
        }
    }
}
