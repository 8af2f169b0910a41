//! Transit gateways.

use serde_json::{Value, json};

use super::super::Problem;
use super::super::draft::Draft;
use super::super::table::{AttachmentRow, Row, TgwTableRow, Topology};
use super::World;
use crate::topology::ACCOUNT;

pub(super) fn build(
    world: &World<'_>,
    draft: &mut Draft,
    topology: &Topology,
) -> Result<(), Problem> {
    for (name, row) in &topology.tgw {
        let json = json!({
            "TransitGatewayId": format!("tgw-{name}"), "State": "available",
            "OwnerId": row.short.owner.as_deref().unwrap_or(ACCOUNT),
            "Options": { "SecurityGroupReferencingSupport": switch(row.short.referencing) },
        });
        draft.push_with("TransitGateways", json, &row.api);
    }
    for (name, row) in &topology.attachment {
        attachment(world, draft, topology, name, row)?;
    }
    for (name, row) in &topology.tgw_table {
        let id = format!("tgw-rtb-{name}");
        draft.push(
            "TransitGatewayRouteTables",
            json!({
                "TransitGatewayRouteTableId": id, "State": "available",
                "TransitGatewayId": format!("tgw-{}", row.short.tgw),
            }),
        );
        let json = json!({
            "TransitGatewayRouteTableId": id, "AdditionalRoutesAvailable": false,
            "Routes": routes(topology, &row.short)?,
        });
        draft.push_with("TransitGatewayRoutes", json, &row.api);
    }
    Ok(())
}

fn switch(on: bool) -> &'static str {
    if on { "enable" } else { "disable" }
}

/// Type and id of what is attached.
fn resource(row: &AttachmentRow) -> Result<(&'static str, String), Problem> {
    match (&row.vpc, &row.vpn, &row.peer) {
        (Some(vpc), None, None) => Ok(("vpc", format!("vpc-{vpc}"))),
        (None, Some(vpn), None) => Ok(("vpn", format!("vpn-{vpn}"))),
        (None, None, Some(peer)) => {
            let name = peer.rsplit('/').next().unwrap_or(peer);
            Ok(("peering", format!("tgw-{name}")))
        }
        _ => Err("an attachment is of one VPC, VPN or transit gateway".to_owned()),
    }
}

fn attachment(
    world: &World<'_>,
    draft: &mut Draft,
    topology: &Topology,
    name: &str,
    row: &Row<AttachmentRow>,
) -> Result<(), Problem> {
    let short = &row.short;
    // Both sides of a peering show it under one id.
    let id = format!("tgw-attach-{name}");
    let state = short.state.as_deref().unwrap_or("available");
    let tgw = format!("tgw-{}", short.tgw);
    let (kind, resource) = resource(short)?;
    let owner = topology.tgw.get(&short.tgw).and_then(|tgw| tgw.short.owner.as_deref());
    let mut json = json!({
        "TransitGatewayAttachmentId": id, "TransitGatewayId": tgw,
        "TransitGatewayOwnerId": owner.unwrap_or(ACCOUNT),
        "ResourceOwnerId": ACCOUNT, "ResourceType": kind, "ResourceId": resource, "State": state,
    });
    if let Some(table) = &short.table {
        json["Association"] = json!({
            "TransitGatewayRouteTableId": format!("tgw-rtb-{table}"), "State": "associated",
        });
    }
    draft.push("TransitGatewayAttachments", json);
    if short.vpc.is_some() {
        let subnets: Vec<_> = short.subnets.iter().map(|name| format!("subnet-{name}")).collect();
        let json = json!({
            "TransitGatewayAttachmentId": id, "TransitGatewayId": tgw, "VpcId": resource,
            "VpcOwnerId": ACCOUNT, "State": state, "SubnetIds": subnets,
            "Options": {
                "SecurityGroupReferencingSupport": switch(short.referencing.unwrap_or(true)),
                "ApplianceModeSupport": switch(short.appliance_mode),
                "Ipv6Support": switch(short.ipv6.unwrap_or(false)),
            },
        });
        draft.push_with("TransitGatewayVpcAttachments", json, &row.api);
    }
    if let Some(peer) = &short.peer {
        let (region, _, other) = world.place(&draft.name, peer)?;
        let mut sides = [(draft.name.as_str(), tgw), (region, format!("tgw-{other}"))];
        sides.sort();
        let [requester, accepter] = sides.map(|(region, tgw)| {
            json!({ "TransitGatewayId": tgw, "OwnerId": ACCOUNT, "Region": region })
        });
        let json = json!({
            "TransitGatewayAttachmentId": id, "State": state,
            "RequesterTgwInfo": requester, "AccepterTgwInfo": accepter,
        });
        draft.push_with("TransitGatewayPeeringAttachments", json, &row.api);
    }
    Ok(())
}

/// `DESTINATION = "ATTACHMENT"` or `"blackhole"`.
fn routes(topology: &Topology, row: &TgwTableRow) -> Result<Vec<Value>, Problem> {
    let typed = [("static", &row.routes), ("propagated", &row.propagated)];
    let mut routes = Vec::new();
    for (kind, more) in typed {
        for (block, target) in more {
            let mut route = json!({ "Type": kind, "State": "active" });
            let field = match block.starts_with("pl-") {
                true => "PrefixListId",
                false => "DestinationCidrBlock",
            };
            route[field] = json!(block);
            if target == "blackhole" {
                route["State"] = json!("blackhole");
            } else {
                let attachment = topology.attachment.get(target);
                let attachment = attachment.ok_or_else(|| format!("no attachment {target}"))?;
                let (kind, resource) = resource(&attachment.short)?;
                route["TransitGatewayAttachments"] = json!([{
                    "TransitGatewayAttachmentId": format!("tgw-attach-{target}"),
                    "ResourceType": kind, "ResourceId": resource,
                }]);
            }
            routes.push(route);
        }
    }
    Ok(routes)
}
