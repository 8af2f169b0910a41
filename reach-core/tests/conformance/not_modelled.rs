//! What this version does not model is unknown, unless something certain makes it moot.

use reach_testkit::Lab;

use super::nat::t4;
use crate::ask::run;

/// T2 as far as it can be told: W behind a transit gateway.
fn t2() -> Lab {
    Lab::t1()
        .with(|region| region.vpc_peering_connections = Some(Vec::new()))
        .no_route("rtb-p", "10.1.0.0/16")
        .no_route("rtb-q", "10.1.0.0/16")
        .no_route("rtb-w", "10.0.0.0/16")
        .route("rtb-p", "10.1.0.0/16 tgw-t")
        .route("rtb-q", "10.1.0.0/16 tgw-t")
        .route("rtb-w", "10.0.0.0/16 tgw-t")
}

/// T0 with appliance f, check off, between P and Q.
fn appliance() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .route("rtb-p", "10.0.2.0/24 eni-f")
        .route("rtb-q", "10.0.1.0/24 eni-f")
}

#[test]
fn unknown_and_never_silent() {
    run(vec![
        ("C-125, C-199", t2(), "p1 > w1 tcp/443", "UNKNOWN UNKNOWN_RESOURCE tgw-t"),
        ("C-086", appliance(), "p1 > q1 tcp/22", "ALLOW"),
        (
            "C-095",
            appliance().eip("f", "198.51.100.70").edge_table("igw-v", &["10.0.1.0/24 eni-f"]),
            "X > 198.51.100.10 tcp/22",
            "DENY R INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge",
        ),
        (
            "C-143",
            Lab::t0()
                .prefix_list("pl-s3", "IPv4", Some(&["52.216.0.0/15"]))
                .route("rtb-q", "pl-s3 vpce-s3"),
            "q1 > 52.216.1.1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE vpce-s3",
        ),
        (
            "C-156",
            Lab::t0()
                .managed("alb", "interface", "p", "10.0.1.60")
                .eip("alb", "198.51.100.60")
                .eni("eni-alb", |eni| {
                    eni.description = Some("ELB app/alb/0123456789abcdef".into());
                }),
            "X > 198.51.100.60 tcp/443",
            "UNKNOWN NOT_MODELLED eni-alb",
        ),
        (
            "C-173",
            Lab::t0()
                .managed("nlb", "network_load_balancer", "p", "10.0.1.61")
                .eip("nlb", "198.51.100.61")
                .groups("nlb", &[]),
            "X > 198.51.100.61 tcp/443",
            "UNKNOWN NOT_MODELLED eni-nlb",
        ),
        (
            "C-198",
            Lab::t0().route(
                "rtb-q",
                "10.50.0.0/16 arn:aws:networkmanager::111111111111:core-network/core-network-1",
            ),
            "q1 > 10.50.1.1 tcp/443",
            "UNKNOWN NOT_MODELLED arn:aws:networkmanager::111111111111:core-network/core-network-1",
        ),
        (
            "C-221",
            Lab::t0().route("rtb-q", "0.0.0.0/0 cagw-1"),
            "q1 > X tcp/443",
            "UNKNOWN NOT_MODELLED cagw-1",
        ),
        (
            "a type of interface that nobody knows",
            Lab::t0().managed("odd", "quantum_tunnel", "q", "10.0.2.60"),
            "p1 > eni-odd tcp/443",
            "UNKNOWN NOT_MODELLED eni-odd",
        ),
        (
            "a private source behind a transit gateway",
            Lab::t0().route("rtb-q", "172.16.0.0/12 tgw-t"),
            "172.16.5.5 > q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE tgw-t",
        ),
        (
            "the same source, and a closed group",
            Lab::t0()
                .route("rtb-q", "172.16.0.0/12 tgw-t")
                .ingress("sg-q1", &["tcp/443 10.0.0.0/8"]),
            "172.16.5.5 > q1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
    ]);
}

#[test]
fn certain_all_the_same() {
    run(vec![
        ("C-200", t2().egress("sg-p1", &[]), "p1 > w1 tcp/443", "DENY SG_HAS_NO_RULES eni-p1"),
        (
            "the network ACL before the gateway",
            t4().acl_egress("acl-q", &[]),
            "q1 > X tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-144",
            Lab::t0()
                .prefix_list("pl-s3", "IPv4", Some(&["52.216.0.0/15"]))
                .route("rtb-q", "pl-s3 vpce-s3")
                .egress("sg-q1", &["tcp/443 10.0.0.0/16"]),
            "q1 > 52.216.1.1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        (
            "C-146",
            Lab::t0()
                .prefix_list("pl-s3", "IPv4", Some(&["52.216.0.0/15"]))
                .route("rtb-q", "pl-s3 vpce-s3"),
            "q1 > 3.5.140.1 tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-q",
        ),
        (
            "C-149",
            Lab::t0().managed("ep", "vpc_endpoint", "q", "10.0.2.50").ingress("sg-ep", &[]),
            "q1 > 10.0.2.50 tcp/443",
            "DENY SG_HAS_NO_RULES eni-ep",
        ),
        (
            "C-222",
            Lab::t0().managed("ep", "vpc_endpoint", "q", "10.0.2.50"),
            "q1 > 10.0.2.50 tcp/443",
            "ALLOW",
        ),
        (
            "C-150",
            Lab::t0().managed("ep", "vpc_endpoint", "q", "10.0.2.50"),
            "10.0.2.50 > q1 tcp/443",
            "DENY INTERFACE_TYPE_NO_OUTBOUND eni-ep",
        ),
        (
            "C-155",
            Lab::t0()
                .managed("eice", "ec2_instance_connect_endpoint", "q", "10.0.2.70")
                .ingress("sg-eice", &[])
                .egress("sg-eice", &["tcp/22 10.0.0.0/16"])
                .ingress("sg-q1", &["tcp/22 sg-eice"]),
            "eni-eice > q1 tcp/22",
            "ALLOW",
        ),
        (
            "C-172",
            Lab::t0()
                .managed("nlb", "network_load_balancer", "p", "10.0.1.61")
                .eip("nlb", "198.51.100.61")
                .ingress("sg-nlb", &["tcp/443 203.0.113.0/24"]),
            "192.0.2.9 > 198.51.100.61 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-nlb",
        ),
        (
            "IG-08, a reply into a NAT gateway",
            t4().eip("q1", "198.51.100.20"),
            "X > 198.51.100.20 tcp/22",
            "DENY R ASYMMETRIC_RETURN_PATH nat-n",
        ),
        (
            "IG-08, a reply into a transit gateway",
            Lab::t0().eip("q1", "198.51.100.20").route("rtb-q", "0.0.0.0/0 tgw-t"),
            "X > 198.51.100.20 tcp/22",
            "DENY R ASYMMETRIC_RETURN_PATH tgw-t",
        ),
        (
            "C-191",
            Lab::t0().no_route("rtb-p", "0.0.0.0/0").route("rtb-p", "0.0.0.0/0 vpce-g"),
            "X > 198.51.100.10 tcp/22",
            "DENY R ASYMMETRIC_RETURN_PATH vpce-g",
        ),
    ]);
}

#[test]
fn a_closed_destination_makes_the_way_moot() {
    run(vec![
        (
            "TGW-14: closed group at the far end",
            t2().ingress("sg-w1", &["tcp/22 0.0.0.0/0"]),
            "p1 > w1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-w1",
        ),
        (
            "a group reference may match, nobody knows",
            t2().ingress("sg-w1", &["tcp/443 sg-p1"]),
            "p1 > w1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE tgw-t",
        ),
        (
            "stopped host at the far end",
            t2().state("w1", "stopped"),
            "p1 > w1 tcp/443",
            "DENY BAD_STATE i-w1",
        ),
    ]);
}
