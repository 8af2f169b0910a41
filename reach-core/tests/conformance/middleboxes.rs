//! Appliances and gateway endpoints (sections 12 and 14).

use reach_core::snapshot::VpcEndpoint;
use reach_testkit::Lab;

use crate::ask::run;

/// T0 with appliance f, check off, between P and Q.
fn appliance() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .route("rtb-p", "10.0.2.0/24 eni-f")
        .route("rtb-q", "10.0.1.0/24 eni-f")
}

fn at_edge() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .eip("f", "198.51.100.70")
        .route("rtb-f", "0.0.0.0/0 igw-v")
        .edge_table("igw-v", &["10.0.1.0/24 eni-f"])
}

fn nat_instance() -> Lab {
    Lab::t0()
        .host("ni", "p", "10.0.1.50")
        .no_check("ni")
        .eip("ni", "198.51.100.50")
        .route("rtb-q", "0.0.0.0/0 eni-ni")
}

fn endpoint(lab: Lab, state: &str) -> Lab {
    lab.prefix_list("pl-s3", "IPv4", Some(&["52.216.0.0/15"])).route("rtb-q", "pl-s3 vpce-s3").with(
        |region| {
            region.vpc_endpoints = Some(vec![VpcEndpoint {
                vpc_endpoint_id: "vpce-s3".to_owned(),
                vpc_id: Some("vpc-v".to_owned()),
                state: Some(state.to_owned()),
                ..VpcEndpoint::default()
            }]);
        },
    )
}

#[test]
fn appliances() {
    run(vec![
        ("C-086", appliance(), "p1 > q1 tcp/22", "ALLOW"),
        (
            "C-087",
            appliance().ingress("sg-q1", &["tcp/22 sg-p1"]),
            "p1 > q1 tcp/22",
            "DENY SG_REFERENCES_NOT_PRESERVED eni-q1",
        ),
        (
            "C-088",
            appliance().ingress("sg-f", &["tcp/22 10.0.9.0/24"]),
            "p1 > q1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-f",
        ),
        (
            "C-089",
            appliance().no_route("rtb-q", "10.0.1.0/24"),
            "p1 > q1 tcp/22",
            "UNKNOWN R ASYMMETRIC_APPLIANCE eni-f",
        ),
        ("C-096", at_edge(), "p1 > X tcp/443", "DENY INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge"),
        (
            "C-097",
            at_edge().no_route("rtb-p", "0.0.0.0/0").route("rtb-p", "0.0.0.0/0 eni-f"),
            "X > 198.51.100.10 tcp/22",
            "ALLOW",
        ),
    ]);
}

#[test]
fn nat_instances() {
    run(vec![
        ("NAT-14", nat_instance(), "q1 > X tcp/443", "ALLOW"),
        (
            "C-115",
            nat_instance().ingress("sg-ni", &["tcp/443 10.0.2.0/24"]),
            "q1 > X tcp/80",
            "DENY ENI_SG_RULES_MISMATCH eni-ni",
        ),
        (
            "NAT-14, no public address",
            nat_instance().no_public_address("ni"),
            "q1 > X tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
    ]);
}

#[test]
fn gateway_endpoints() {
    run(vec![
        ("C-143", endpoint(Lab::t0(), "available"), "q1 > 52.216.1.1 tcp/443", "ALLOW"),
        (
            "C-145",
            endpoint(Lab::t0(), "available").acl_ingress("acl-q", &["100 allow -1 10.0.0.0/16"]),
            "q1 > 52.216.1.1 tcp/443",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-148",
            endpoint(Lab::t0(), "available"),
            "q1 > 52.216.1.1 udp/443",
            "DENY VPCE_GATEWAY_PROTOCOL_RESTRICTION vpce-s3",
        ),
        (
            "EP-05",
            endpoint(Lab::t0(), "pending"),
            "q1 > 52.216.1.1 tcp/443",
            "DENY BAD_STATE vpce-s3",
        ),
    ]);
}
