//! Section 20.6, transit gateways, and their cases in the other sections.

use reach_core::snapshot::{
    Region, TransitGateway, TransitGatewayAttachment, TransitGatewayAttachmentAssociation,
    TransitGatewayOptions, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRoutes, TransitGatewayVpcAttachment, TransitGatewayVpcAttachmentOptions,
};
use reach_testkit::Lab;

use crate::ask::run;

/// T2: T0 and VPC W joined by a transit gateway, attached in subnets AV and AW of zone a.
fn t2() -> Lab {
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
                state: Some("available".to_owned()),
                owner_id: region.account.clone(),
                options: Some(TransitGatewayOptions {
                    security_group_referencing_support: Some("disable".to_owned()),
                    ..TransitGatewayOptions::default()
                }),
                ..TransitGateway::default()
            }]);
            region.transit_gateway_routes = Some(vec![TransitGatewayRoutes {
                transit_gateway_route_table_id: "tgw-rtb-t".to_owned(),
                routes: Vec::new(),
                additional_routes_available: Some(false),
            }]);
        });
    let lab = attach(lab, "v", "subnet-av");
    let lab = attach(lab, "w", "subnet-aw");
    let lab = transit_route(lab, "10.0.0.0/16", "propagated", Some("v"));
    transit_route(lab, "10.1.0.0/16", "propagated", Some("w"))
}

fn attach(lab: Lab, vpc: &str, subnet: &str) -> Lab {
    let id = format!("tgw-attach-{vpc}");
    let vpc = format!("vpc-{vpc}");
    lab.with(|region| {
        region.transit_gateway_vpc_attachments.get_or_insert_default().push(
            TransitGatewayVpcAttachment {
                transit_gateway_attachment_id: id.clone(),
                transit_gateway_id: Some("tgw-t".to_owned()),
                vpc_id: Some(vpc.clone()),
                state: Some("available".to_owned()),
                subnet_ids: vec![subnet.to_owned()],
                options: Some(TransitGatewayVpcAttachmentOptions {
                    security_group_referencing_support: Some("enable".to_owned()),
                    ..TransitGatewayVpcAttachmentOptions::default()
                }),
                ..TransitGatewayVpcAttachment::default()
            },
        );
        region.transit_gateway_attachments.get_or_insert_default().push(TransitGatewayAttachment {
            transit_gateway_attachment_id: id,
            transit_gateway_id: Some("tgw-t".to_owned()),
            transit_gateway_owner_id: region.account.clone(),
            resource_type: Some("vpc".to_owned()),
            resource_id: Some(vpc),
            state: Some("available".to_owned()),
            association: Some(TransitGatewayAttachmentAssociation {
                transit_gateway_route_table_id: Some("tgw-rtb-t".to_owned()),
                state: Some("associated".to_owned()),
            }),
            ..TransitGatewayAttachment::default()
        });
    })
}

/// A route of the transit gateway's table; without an attachment it is a blackhole.
fn transit_route(lab: Lab, block: &str, kind: &str, to: Option<&str>) -> Lab {
    let attachments = to.map(|vpc| TransitGatewayRouteAttachment {
        transit_gateway_attachment_id: Some(format!("tgw-attach-{vpc}")),
        resource_type: Some("vpc".to_owned()),
        resource_id: Some(format!("vpc-{vpc}")),
    });
    lab.with(|region| {
        let route = TransitGatewayRoute {
            destination_cidr_block: Some(block.to_owned()),
            r#type: Some(kind.to_owned()),
            state: Some(if to.is_some() { "active" } else { "blackhole" }.to_owned()),
            transit_gateway_attachments: attachments.into_iter().collect(),
            ..TransitGatewayRoute::default()
        };
        for table in region.transit_gateway_routes.iter_mut().flatten() {
            table.routes.push(route.clone());
        }
    })
}

fn attachments(lab: Lab, change: impl Fn(&mut TransitGatewayVpcAttachment)) -> Lab {
    lab.with(|region| {
        region.transit_gateway_vpc_attachments.iter_mut().flatten().for_each(change);
    })
}

fn zone(lab: Lab, subnet: &str, letter: char) -> Lab {
    lab.with(|region| {
        for found in region.subnets.iter_mut().flatten() {
            if found.subnet_id == subnet {
                found.availability_zone = found.availability_zone.as_ref().map(|zone| {
                    let mut zone = zone.clone();
                    zone.pop();
                    zone.push(letter);
                    zone
                });
            }
        }
    })
}

fn referencing(lab: Lab, mode: &str) -> Lab {
    lab.with(|region| {
        for gateway in region.transit_gateways.iter_mut().flatten() {
            let options = gateway.options.get_or_insert_default();
            options.security_group_referencing_support = Some(mode.to_owned());
        }
    })
}

fn forget(lab: Lab, change: impl FnOnce(&mut Region)) -> Lab {
    lab.with(change)
}

#[test]
fn routes_and_zones() {
    let far = || {
        zone(
            t2().subnet_of("w2", "w", "10.1.2.0/24")
                .host("w2", "w2", "10.1.2.10")
                .route("rtb-w2", "10.0.0.0/16 tgw-t"),
            "subnet-w2",
            'b',
        )
    };
    run(vec![
        ("C-125", t2(), "p1 > w1 tcp/443", "ALLOW"),
        ("E6, the other way", t2(), "w1 > q1 tcp/443", "ALLOW"),
        (
            "C-126",
            zone(
                t2().subnet_of("c", "v", "10.0.9.0/24")
                    .host("c1", "c", "10.0.9.10")
                    .route("rtb-c", "10.1.0.0/16 tgw-t"),
                "subnet-c",
                'c',
            ),
            "c1 > w1 tcp/443",
            "DENY TGW_ROUTE_AZ_RESTRICTION tgw-attach-v",
        ),
        ("C-127", far(), "p1 > w2 tcp/443", "DENY R TGW_ROUTE_AZ_RESTRICTION tgw-attach-w"),
        ("C-128", far(), "p1 > w2 tcp/443 forward", "ALLOW"),
        (
            "C-129",
            t2().with(|region| {
                for attachment in region.transit_gateway_attachments.iter_mut().flatten() {
                    if attachment.transit_gateway_attachment_id == "tgw-attach-v" {
                        attachment.association = None;
                    }
                }
            }),
            "p1 > w1 tcp/443",
            "DENY TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION tgw-attach-v",
        ),
        (
            "C-130",
            transit_route(t2(), "10.1.0.0/16", "static", None),
            "p1 > w1 tcp/443",
            "DENY TGW_RTB_BAD_STATE_ROUTE tgw-rtb-t",
        ),
        (
            "C-131",
            transit_route(
                attach(
                    t2().vpc_of("u", "10.2.0.0/16").subnet_of("au", "u", "10.2.100.0/28"),
                    "u",
                    "subnet-au",
                ),
                "10.1.0.0/16",
                "static",
                Some("u"),
            ),
            "p1 > w1 tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-au",
        ),
        (
            "C-214",
            attachments(t2(), |attachment| {
                if attachment.transit_gateway_attachment_id == "tgw-attach-v" {
                    attachment.state = Some("pendingAcceptance".to_owned());
                }
            }),
            "p1 > w1 tcp/443",
            "DENY BAD_STATE_ATTACHMENT tgw-attach-v",
        ),
        ("C-215", t2(), "p1 > 10.1.1.99 tcp/443", "DENY NO_POSSIBLE_DESTINATION vpc-w"),
        (
            "C-199",
            forget(t2(), |region| region.transit_gateway_routes = None),
            "p1 > w1 tcp/443",
            "UNKNOWN TGW_RTB_ROUTES_ARE_UNKNOWN tgw-attach-v",
        ),
        (
            "C-200",
            forget(t2(), |region| region.transit_gateway_routes = None).egress("sg-p1", &[]),
            "p1 > w1 tcp/443",
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
        (
            "TGW-06, no route",
            t2().route("rtb-p", "10.9.0.0/16 tgw-t"),
            "p1 > 10.9.0.1 tcp/443",
            "DENY TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT tgw-rtb-t",
        ),
    ]);
}

#[test]
fn network_acls_of_the_attachments() {
    let shared = || {
        let lab = attachments(t2(), |attachment| {
            if attachment.transit_gateway_attachment_id == "tgw-attach-v" {
                attachment.subnet_ids = vec!["subnet-p".to_owned()];
            }
        });
        lab.acl_ingress("acl-p", &[])
    };
    run(vec![
        (
            "C-076",
            t2().acl_ingress("acl-av", &[]),
            "p1 > w1 tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-av",
        ),
        ("C-077", t2().acl_egress("acl-av", &[]), "p1 > w1 tcp/443 forward", "ALLOW"),
        (
            "C-078",
            t2().acl_egress("acl-av", &[]),
            "p1 > w1 tcp/443",
            "DENY R SUBNET_ACL_RESTRICTION acl-av",
        ),
        ("C-079", shared(), "w1 > p1 tcp/443 forward", "ALLOW"),
        ("C-080", shared(), "w1 > p1 tcp/443", "DENY R SUBNET_ACL_RESTRICTION acl-p"),
    ]);
}

#[test]
fn group_references() {
    let rule = &["tcp/443 sg-p1"];
    run(vec![
        (
            "C-051",
            t2().ingress("sg-w1", rule),
            "p1 > w1 tcp/443",
            "DENY SG_REFERENCES_NOT_PRESERVED eni-w1",
        ),
        ("C-052", referencing(t2(), "enable").ingress("sg-w1", rule), "p1 > w1 tcp/443", "ALLOW"),
        (
            "C-053",
            attachments(referencing(t2(), "enable").ingress("sg-w1", rule), |attachment| {
                if attachment.transit_gateway_attachment_id == "tgw-attach-w" {
                    attachment.options = Some(TransitGatewayVpcAttachmentOptions {
                        security_group_referencing_support: Some("disable".to_owned()),
                        ..TransitGatewayVpcAttachmentOptions::default()
                    });
                }
            }),
            "p1 > w1 tcp/443",
            "DENY SG_REFERENCES_NOT_PRESERVED eni-w1",
        ),
        (
            "C-054",
            referencing(t2(), "enable").egress("sg-p1", &["tcp/443 sg-w1"]),
            "p1 > w1 tcp/443",
            "DENY SG_REFERENCES_NOT_PRESERVED eni-p1",
        ),
    ]);
}

#[test]
fn central_egress() {
    let lab = || {
        transit_route(
            t2().nat_gateway("p", "10.0.1.200", "198.51.100.200")
                .no_route("rtb-w", "10.0.0.0/16")
                .route("rtb-w", "0.0.0.0/0 tgw-t")
                .route("rtb-av", "0.0.0.0/0 nat-n"),
            "0.0.0.0/0",
            "static",
            Some("v"),
        )
    };
    run(vec![
        ("C-107", lab(), "w1 > X tcp/443", "ALLOW"),
        (
            "C-108",
            lab().no_route("rtb-p", "10.1.0.0/16"),
            "w1 > X tcp/443",
            "DENY R IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-109",
            t2().nat_gateway("p", "10.0.1.200", "198.51.100.200")
                .no_route("rtb-q", "10.1.0.0/16")
                .route("rtb-q", "10.1.0.0/16 nat-n")
                .ingress("sg-w1", &["tcp/443 198.51.100.200/32"]),
            "q1 > w1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-w1",
        ),
        (
            "PIPE-08: an internet gateway sends nothing for hosts of other VPCs",
            transit_route(
                t2().no_route("rtb-w", "10.0.0.0/16")
                    .route("rtb-w", "0.0.0.0/0 tgw-t")
                    .route("rtb-av", "0.0.0.0/0 igw-v"),
                "0.0.0.0/0",
                "static",
                Some("v"),
            ),
            "w1 > X tcp/443",
            "DENY GATEWAY_REJECTS_SPOOFED_TRAFFIC igw-v",
        ),
    ]);
}
