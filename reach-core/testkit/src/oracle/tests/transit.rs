//! Section 20.6: transit gateways.

use reach_core::snapshot::{
    FirewallAttachment, FirewallDescription, FirewallPolicy, FirewallPolicyDescription, Region,
    SyncState, TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentAssociation,
    TransitGatewayOptions, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRoutes, TransitGatewayVpcAttachment, TransitGatewayVpcAttachmentOptions,
};

use super::run;
use crate::Lab;

const ASK: &str = "eni-p1 10.0.1.10 > eni-w1 10.1.1.10 tcp/443";

/// T2: T0 and VPC W joined by a transit gateway, attached in AV and AW.
pub(super) fn t2() -> Lab {
    let lab = Lab::t0()
        .vpc_of("w", "10.1.0.0/16")
        .subnet_of("w", "w", "10.1.1.0/24")
        .host("w1", "w", "10.1.1.10")
        .subnet_of("av", "v", "10.0.100.0/28")
        .subnet_of("aw", "w", "10.1.100.0/28")
        .route("rtb-p", "10.1.0.0/16 tgw-t")
        .route("rtb-q", "10.1.0.0/16 tgw-t")
        .route("rtb-w", "10.0.0.0/16 tgw-t")
        .with(|region| {
            region.transit_gateways = Some(vec![TransitGateway {
                transit_gateway_id: "tgw-t".to_owned(),
                ..TransitGateway::default()
            }]);
            region.transit_gateway_routes = Some(vec![TransitGatewayRoutes {
                transit_gateway_route_table_id: "tgw-rtb-t".to_owned(),
                ..TransitGatewayRoutes::default()
            }]);
        });
    let lab = attach(attach(lab, "v", &["subnet-av"]), "w", &["subnet-aw"]);
    transit_route(transit_route(lab, "10.0.0.0/16", Some("v")), "10.1.0.0/16", Some("w"))
}

fn attach(lab: Lab, name: &str, subnets: &[&str]) -> Lab {
    let some = |text: &str| Some(text.to_owned());
    let id = format!("tgw-attach-{name}");
    let vpc = format!("vpc-{name}");
    lab.with(|region| {
        region.transit_gateway_vpc_attachments.get_or_insert_default().push(
            TransitGatewayVpcAttachment {
                transit_gateway_attachment_id: id.clone(),
                transit_gateway_id: some("tgw-t"),
                vpc_id: Some(vpc.clone()),
                state: some("available"),
                subnet_ids: subnets.iter().map(|id| (*id).to_owned()).collect(),
                ..TransitGatewayVpcAttachment::default()
            },
        );
        region.transit_gateway_attachments.get_or_insert_default().push(TransitGatewayAttachment {
            transit_gateway_attachment_id: id,
            transit_gateway_id: some("tgw-t"),
            resource_type: some("vpc"),
            resource_id: Some(vpc),
            state: some("available"),
            association: Some(TransitGatewayAttachmentAssociation {
                transit_gateway_route_table_id: some("tgw-rtb-t"),
                state: some("associated"),
            }),
            ..TransitGatewayAttachment::default()
        });
    })
}

/// A route of the transit gateway; without a VPC it is a blackhole, and a static one.
fn transit_route(lab: Lab, block: &str, to: Option<&str>) -> Lab {
    let attachments = to.map(|vpc| TransitGatewayRouteAttachment {
        transit_gateway_attachment_id: Some(format!("tgw-attach-{vpc}")),
        resource_type: Some("vpc".to_owned()),
        resource_id: Some(format!("vpc-{vpc}")),
    });
    let (kind, state) =
        if to.is_some() { ("propagated", "active") } else { ("static", "blackhole") };
    let route = TransitGatewayRoute {
        destination_cidr_block: Some(block.to_owned()),
        r#type: Some(kind.to_owned()),
        state: Some(state.to_owned()),
        transit_gateway_attachments: attachments.into_iter().collect(),
        ..TransitGatewayRoute::default()
    };
    lab.with(|region| {
        for table in region.transit_gateway_routes.iter_mut().flatten() {
            table.routes.push(route.clone());
        }
    })
}

/// A static route to something attached that is no VPC, `tgw-attach-vpn`.
pub(super) fn to_attachment(lab: Lab, block: &str, kind: &str, resource: &str) -> Lab {
    let some = |text: &str| Some(text.to_owned());
    lab.with(|region| {
        let route = TransitGatewayRoute {
            destination_cidr_block: some(block),
            r#type: some("static"),
            state: some("active"),
            transit_gateway_attachments: vec![TransitGatewayRouteAttachment {
                transit_gateway_attachment_id: some("tgw-attach-vpn"),
                resource_type: some(kind),
                resource_id: some(resource),
            }],
            ..TransitGatewayRoute::default()
        };
        for table in region.transit_gateway_routes.iter_mut().flatten() {
            table.routes.push(route.clone());
        }
        region.transit_gateway_attachments.get_or_insert_default().push(TransitGatewayAttachment {
            transit_gateway_attachment_id: "tgw-attach-vpn".to_owned(),
            transit_gateway_id: some("tgw-t"),
            resource_type: some(kind),
            resource_id: some(resource),
            state: some("available"),
            association: Some(TransitGatewayAttachmentAssociation {
                transit_gateway_route_table_id: some("tgw-rtb-t"),
                state: some("associated"),
            }),
            ..TransitGatewayAttachment::default()
        });
    })
}

fn zone(lab: Lab, subnet: &str, zone: &str) -> Lab {
    lab.subnet(subnet, |subnet| subnet.availability_zone = Some(zone.to_owned()))
}

/// W2, a further subnet of W in zone b, with host w2.
fn far() -> Lab {
    zone(
        t2().subnet_of("w2", "w", "10.1.2.0/24")
            .host("w2", "w2", "10.1.2.10")
            .route("rtb-w2", "10.0.0.0/16 tgw-t"),
        "subnet-w2",
        "eu-west-1b",
    )
}

#[test]
fn routes_and_zones() {
    let ask = "eni-p1 10.0.1.10 > eni-w2 10.1.2.10 tcp/443";
    run(vec![
        ("C-125", t2(), ASK, "ALLOW"),
        ("C-127", far(), ask, "DENY R TGW_ROUTE_AZ_RESTRICTION tgw-attach-w"),
        ("C-128", far(), "eni-p1 10.0.1.10 > eni-w2 10.1.2.10 tcp/443 forward", "ALLOW"),
        (
            "C-130",
            transit_route(t2(), "10.1.0.0/16", None),
            ASK,
            "DENY TGW_RTB_BAD_STATE_ROUTE tgw-rtb-t",
        ),
        (
            "C-199",
            t2().with(|region| region.transit_gateway_routes = None),
            ASK,
            "UNKNOWN TGW_RTB_ROUTES_ARE_UNKNOWN tgw-attach-v",
        ),
        (
            "TGW-14: a closed group at the far end",
            t2().with(|region| region.transit_gateway_routes = None)
                .ingress("sg-w1", &["tcp/22 0.0.0.0/0"]),
            ASK,
            "DENY ENI_SG_RULES_MISMATCH eni-w1",
        ),
        ("C-076", t2().acl_ingress("acl-av", &[]), ASK, "DENY SUBNET_ACL_RESTRICTION acl-av"),
        ("C-078", t2().acl_egress("acl-av", &[]), ASK, "DENY R SUBNET_ACL_RESTRICTION acl-av"),
    ]);
}

#[test]
fn group_references() {
    let referencing = |lab: Lab, mode: &'static str| {
        lab.with(move |region| {
            for found in region.transit_gateways.iter_mut().flatten() {
                found.options = Some(TransitGatewayOptions {
                    security_group_referencing_support: Some(mode.to_owned()),
                    ..TransitGatewayOptions::default()
                });
            }
        })
    };
    let rule = &["tcp/443 sg-p1"];
    run(vec![
        ("C-051", t2().ingress("sg-w1", rule), ASK, "DENY SG_REFERENCES_NOT_PRESERVED eni-w1"),
        ("C-052", referencing(t2(), "enable").ingress("sg-w1", rule), ASK, "ALLOW"),
        (
            "C-054",
            referencing(t2(), "enable").egress("sg-p1", &["tcp/443 sg-w1"]),
            ASK,
            "DENY SG_REFERENCES_NOT_PRESERVED eni-p1",
        ),
    ]);
}

/// PIPE-07: W is attached in zones a and b, in appliance mode, and zone b's table leads nowhere.
#[test]
fn choices() {
    let two = |mode: &'static str| {
        zone(t2().subnet_of("aw2", "w", "10.1.101.0/28"), "subnet-aw2", "eu-west-1b").with(
            move |region| {
                for found in region.transit_gateway_vpc_attachments.iter_mut().flatten() {
                    if found.vpc_id.as_deref() == Some("vpc-w") {
                        found.subnet_ids.push("subnet-aw2".to_owned());
                        found.options = Some(TransitGatewayVpcAttachmentOptions {
                            appliance_mode_support: Some(mode.to_owned()),
                            ..TransitGatewayVpcAttachmentOptions::default()
                        });
                    }
                }
            },
        )
    };
    let closed = |lab: Lab| lab.acl_egress("acl-aw2", &[]);
    run(vec![
        ("TGW-10", two("enable"), ASK, "ALLOW"),
        (
            "TGW-10, one zone is closed",
            closed(two("enable")),
            ASK,
            "PARTIAL SUBNET_ACL_RESTRICTION acl-aw2",
        ),
        ("TGW-03: the sender's zone", closed(two("disable")), ASK, "ALLOW"),
    ]);
}

/// C-133: V in zone a and W in zone b, through VPC I with a firewall in each zone.
fn inspected(mode: &'static str) -> Lab {
    let firewall = |region: &mut Region| {
        let state = |zone: &str| SyncState {
            attachment: Some(FirewallAttachment {
                subnet_id: Some(format!("subnet-g{zone}")),
                endpoint_id: Some(format!("vpce-{zone}")),
                status: Some("READY".to_owned()),
            }),
        };
        let mut described = FirewallDescription::default();
        described.firewall.firewall_arn = "firewall".to_owned();
        described.firewall.firewall_policy_arn = Some("policy".to_owned());
        let status = described.firewall_status.get_or_insert_default();
        for zone in ["a", "b"] {
            status.sync_states.insert(zone.to_owned(), state(zone));
        }
        region.firewalls = Some(vec![described]);
        let mut policy = FirewallPolicyDescription::default();
        policy.firewall_policy_response.firewall_policy_arn = "policy".to_owned();
        policy.firewall_policy = Some(FirewallPolicy {
            stateless_default_actions: vec!["aws:forward_to_sfe".to_owned()],
            ..FirewallPolicy::default()
        });
        region.firewall_policies = Some(vec![policy]);
        for found in region.transit_gateway_vpc_attachments.iter_mut().flatten() {
            if found.vpc_id.as_deref() == Some("vpc-w") {
                found.subnet_ids.push("subnet-aw2".to_owned());
            }
            if found.vpc_id.as_deref() == Some("vpc-i") {
                found.options = Some(TransitGatewayVpcAttachmentOptions {
                    appliance_mode_support: Some(mode.to_owned()),
                    ..TransitGatewayVpcAttachmentOptions::default()
                });
            }
        }
        // The spokes' table leads all to I, I's own table has the spokes.
        for found in region.transit_gateway_attachments.iter_mut().flatten() {
            if found.transit_gateway_attachment_id == "tgw-attach-i" {
                found.association = Some(TransitGatewayAttachmentAssociation {
                    transit_gateway_route_table_id: Some("tgw-rtb-i".to_owned()),
                    state: Some("associated".to_owned()),
                });
            }
        }
        for table in region.transit_gateway_routes.iter_mut().flatten() {
            table.transit_gateway_route_table_id = "tgw-rtb-i".to_owned();
        }
        region.transit_gateway_routes.get_or_insert_default().push(TransitGatewayRoutes {
            transit_gateway_route_table_id: "tgw-rtb-t".to_owned(),
            routes: vec![TransitGatewayRoute {
                destination_cidr_block: Some("0.0.0.0/0".to_owned()),
                r#type: Some("static".to_owned()),
                state: Some("active".to_owned()),
                transit_gateway_attachments: vec![TransitGatewayRouteAttachment {
                    transit_gateway_attachment_id: Some("tgw-attach-i".to_owned()),
                    resource_type: Some("vpc".to_owned()),
                    resource_id: Some("vpc-i".to_owned()),
                }],
                ..TransitGatewayRoute::default()
            }],
            ..TransitGatewayRoutes::default()
        });
    };
    let mut lab = far().subnet_of("aw2", "w", "10.1.101.0/28").vpc_of("i", "10.200.0.0/16");
    lab = zone(lab, "subnet-aw2", "eu-west-1b");
    for (letter, attached, inspecting) in
        [("a", "10.200.0.0/28", "10.200.2.0/28"), ("b", "10.200.1.0/28", "10.200.3.0/28")]
    {
        lab = lab
            .subnet_of(&format!("i{letter}"), "i", attached)
            .subnet_of(&format!("g{letter}"), "i", inspecting)
            .route(&format!("rtb-i{letter}"), &format!("0.0.0.0/0 vpce-{letter}"))
            .route(&format!("rtb-g{letter}"), "0.0.0.0/0 tgw-t");
        for subnet in ["i", "g"] {
            let id = format!("subnet-{subnet}{letter}");
            lab = zone(lab, &id, &format!("eu-west-1{letter}"));
        }
    }
    attach(lab, "i", &["subnet-ia", "subnet-ib"]).with(firewall)
}

#[test]
fn inspection() {
    let across = "eni-p1 10.0.1.10 > eni-w2 10.1.2.10 tcp/443";
    run(vec![
        ("C-133", inspected("disable"), across, "DENY R TGW_ASYMMETRIC_AZ vpce-b"),
        ("C-134", inspected("enable"), across, "ALLOW"),
        ("TGW-10, edge: one zone", inspected("disable"), ASK, "ALLOW"),
    ]);
}
