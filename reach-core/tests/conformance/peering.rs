//! Section 20.6: peering; and 20.10 where it belongs here.

use reach_testkit::Lab;

use crate::ask::run;

const ASK: &str = "p1 > w1 tcp/443";

#[test]
fn peering() {
    run(vec![
        ("C-117", Lab::t1(), ASK, "ALLOW"),
        (
            "C-118",
            Lab::t1().no_route("rtb-w", "10.0.0.0/16"),
            ASK,
            "DENY R NO_ROUTE_TO_DESTINATION rtb-w",
        ),
        (
            "C-118 forward",
            Lab::t1().no_route("rtb-w", "10.0.0.0/16"),
            "p1 > w1 tcp/443 forward",
            "ALLOW",
        ),
        (
            "C-119",
            Lab::t1().peering_status("pcx-pcx", "pending-acceptance"),
            ASK,
            "DENY BAD_STATE pcx-pcx",
        ),
        (
            "E5 step 2 before 3: the connection's state before the network ACL",
            Lab::t1().peering_status("pcx-pcx", "deleted").acl_egress("acl-p", &[]),
            ASK,
            "DENY BAD_STATE pcx-pcx",
        ),
        (
            "E5 step 3 before 4: the network ACL before the addresses",
            Lab::t1().route("rtb-p", "203.0.113.0/24 pcx-pcx").acl_egress("acl-p", &[]),
            "p1 > X tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "C-120",
            Lab::t1()
                .vpc_of("u", "10.2.0.0/16")
                .subnet_of("u", "u", "10.2.1.0/24")
                .host("u1", "u", "10.2.1.10")
                .peer("wu", "w", "u")
                .route("rtb-p", "10.2.0.0/16 pcx-pcx"),
            "p1 > u1 tcp/443",
            "DENY PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        ("C-121", two_peers(), "eni-b1 > p1 tcp/443", "DENY R NO_POSSIBLE_DESTINATION vpc-c"),
        (
            "C-121, the other peer has the address too",
            two_peers().host("c1", "c", "10.2.1.10"),
            "eni-b1 > p1 tcp/443",
            "DENY R ASYMMETRIC_RETURN_PATH eni-c1",
        ),
        (
            "C-123",
            Lab::t1().route("rtb-w", "52.216.0.0/15 pcx-pcx"),
            "w1 > 52.216.1.1 tcp/443",
            "DENY PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        (
            "C-124",
            Lab::t1()
                .managed("ep", "vpc_endpoint", "q", "10.0.2.50")
                .ingress("sg-ep", &["tcp/443 10.1.0.0/16"]),
            "w1 > 10.0.2.50 tcp/443",
            "ALLOW",
        ),
        (
            "C-106",
            Lab::t1().route("rtb-w", "0.0.0.0/0 pcx-pcx"),
            "w1 > X tcp/443",
            "DENY PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        (
            "C-212",
            Lab::t0()
                .vpc_of("z", "10.3.0.0/16")
                .peer("vz", "v", "z")
                .peering_status("pcx-vz", "failed")
                .route("rtb-p", "10.3.0.0/16 pcx-vz"),
            "p1 > 10.3.1.1 tcp/443",
            "DENY BAD_STATE pcx-vz",
        ),
        (
            "C-213",
            Lab::t1()
                .ipv6("v", "2001:db8:1::/56")
                .subnet_ipv6("q", "2001:db8:1:2::/64")
                .host_ipv6("q1", "2001:db8:1:2::10")
                .ipv6("w", "2001:db8:2::/56")
                .subnet_ipv6("w", "2001:db8:2:1::/64")
                .host_ipv6("w1", "2001:db8:2:1::10"),
            "2001:db8:1:2::10 > 2001:db8:2:1::10 tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-q",
        ),
        (
            "C-213 with its routes",
            Lab::t1()
                .ipv6("v", "2001:db8:1::/56")
                .subnet_ipv6("q", "2001:db8:1:2::/64")
                .host_ipv6("q1", "2001:db8:1:2::10")
                .ipv6("w", "2001:db8:2::/56")
                .subnet_ipv6("w", "2001:db8:2:1::/64")
                .host_ipv6("w1", "2001:db8:2:1::10")
                .route("rtb-q", "2001:db8:2::/56 pcx-pcx")
                .route("rtb-w", "2001:db8:1::/56 pcx-pcx"),
            "2001:db8:1:2::10 > 2001:db8:2:1::10 tcp/443",
            "ALLOW",
        ),
        (
            "PCX-03, a connection of other VPCs",
            Lab::t1()
                .vpc_of("u", "10.2.0.0/16")
                .peer("wu", "w", "u")
                .route("rtb-p", "10.2.0.0/16 pcx-wu"),
            "p1 > 10.2.1.10 tcp/443",
            "DENY BAD_STATE_ATTACHMENT pcx-wu",
        ),
        (
            "IG-08, a reply into a peering connection",
            Lab::t1().no_route("rtb-p", "0.0.0.0/0").route("rtb-p", "0.0.0.0/0 pcx-pcx"),
            "X > 198.51.100.10 tcp/22",
            "DENY R PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        (
            "the peer is not in the snapshot",
            Lab::t1().with(|region| {
                region.vpcs.iter_mut().for_each(|vpcs| vpcs.retain(|vpc| vpc.vpc_id != "vpc-w"));
            }),
            "p1 > 10.1.1.99 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE vpc-w",
        ),
    ]);
}

/// V between B and C, which have the same block; V answers to C.
fn two_peers() -> Lab {
    Lab::t0()
        .vpc_of("b", "10.2.0.0/16")
        .subnet_of("b", "b", "10.2.1.0/24")
        .host("b1", "b", "10.2.1.10")
        .vpc_of("c", "10.2.0.0/16")
        .subnet_of("c", "c", "10.2.1.0/24")
        .peer("b", "v", "b")
        .peer("c", "v", "c")
        .route("rtb-b", "10.0.0.0/16 pcx-b")
        .route("rtb-p", "10.2.0.0/16 pcx-c")
}
