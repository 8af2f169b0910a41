//! Section 20.5 and the NAT cases of the other sections, as far as zonal NAT gateways go.

use reach_testkit::Lab;

use crate::ask::run;

/// T4: T0 with a NAT gateway in P that Q's default route leads to.
pub(crate) fn t4() -> Lab {
    Lab::t0().nat_gateway("p", "10.0.1.200", "198.51.100.200").route("rtb-q", "0.0.0.0/0 nat-n")
}

fn state(lab: Lab, state: &str) -> Lab {
    lab.with(|region| {
        for nat in region.nat_gateways.iter_mut().flatten() {
            nat.state = Some(state.to_owned());
        }
    })
}

#[test]
fn nat_gateways() {
    run(vec![
        ("C-101", t4(), "q1 > X tcp/443", "ALLOW"),
        ("C-101, symbolic", t4(), "q1 > internet tcp/443 port=any", "ALLOW"),
        ("C-102", t4(), "X > 198.51.100.200 tcp/443", "DENY NAT_GATEWAY_INBOUND eni-n"),
        ("C-211", t4(), "X > 198.51.100.200 tcp/8080", "DENY NAT_GATEWAY_INBOUND eni-n"),
        (
            "C-103",
            Lab::t0()
                .subnet_of("m", "v", "10.0.9.0/24")
                .nat_gateway("m", "10.0.9.200", "198.51.100.200")
                .route("rtb-q", "0.0.0.0/0 nat-n"),
            "q1 > X tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-m",
        ),
        (
            "C-104",
            t4().no_public_address("n").with(|region| {
                for nat in region.nat_gateways.iter_mut().flatten() {
                    nat.connectivity_type = Some("private".to_owned());
                    nat.nat_gateway_addresses[0].public_ip = None;
                }
            }),
            "q1 > X tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        ("C-105", t4(), "q1 > X proto/50", "DENY PROTOCOL_RESTRICTION nat-n"),
        (
            "C-110",
            Lab::t0()
                .nat_gateway("p", "10.0.1.200", "198.51.100.200")
                .route("rtb-p", "203.0.113.0/24 nat-n"),
            "p1 > X tcp/443",
            "DENY LOOP nat-n",
        ),
        ("C-116", state(t4(), "failed"), "q1 > X tcp/443", "DENY BAD_STATE nat-n"),
        ("NAT-02", state(t4(), "deleting"), "q1 > X tcp/443", "UNKNOWN UNKNOWN_RESOURCE nat-n"),
        ("NAT-01, ping", t4(), "q1 > X icmp/8/0", "ALLOW"),
        ("IG-11 through a NAT gateway", t4(), "q1 > X tcp/25", "DENY PORT_25_RESTRICTION igw-v"),
    ]);
}

#[test]
fn network_acls_on_the_way() {
    run(vec![
        (
            "C-071",
            t4().acl_ingress("acl-p", &["100 allow tcp/1024-65535 0.0.0.0/0"]),
            "q1 > X tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "C-072",
            t4().acl_ingress("acl-q", &["100 allow tcp/1024-65535 198.51.100.200/32"]),
            "q1 > X tcp/443",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-073",
            t4().acl_egress("acl-p", &["100 allow tcp/443 0.0.0.0/0"]),
            "q1 > X tcp/443",
            "DENY R SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "C-207",
            t4().acl_ingress("acl-q", &["100 allow tcp/1024-65535 0.0.0.0/0"])
                .acl_ingress(
                    "acl-p",
                    &["100 allow tcp/443 0.0.0.0/0", "110 allow tcp/1024-65535 0.0.0.0/0"],
                )
                .acl_egress(
                    "acl-p",
                    &["100 allow tcp/443 0.0.0.0/0", "110 allow tcp/1024-65535 0.0.0.0/0"],
                ),
            "q1 > X tcp/443 port=443",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "PK-04, PK-05: only some of the ports that the gateway may choose",
            t4().acl_ingress(
                "acl-p",
                &["100 allow tcp/443 10.0.0.0/8", "110 allow tcp/32768-65535 0.0.0.0/0"],
            ),
            "q1 > X tcp/443",
            "PARTIAL",
        ),
        (
            "IG-09 from behind a NAT gateway: the source is the gateway's",
            t4().security_group("sg-n", "v", &["tcp/22 198.51.100.200/32"]).groups("p2", &["sg-n"]),
            "q1 > 198.51.100.11 tcp/22",
            "ALLOW",
        ),
    ]);
}

#[test]
fn block_public_access_lets_nat_gateways_out() {
    run(vec![
        ("BPA-01", t4().block_public_access("p", "block-ingress"), "q1 > X tcp/443", "ALLOW"),
        (
            "BPA-01",
            t4().block_public_access("p", "block-bidirectional"),
            "q1 > X tcp/443",
            "DENY VPC_BLOCK_PUBLIC_ACCESS_ENABLED subnet-p",
        ),
        (
            "BPA-03: the client's own subnet does not count",
            t4().block_public_access("q", "block-bidirectional"),
            "q1 > X tcp/443",
            "ALLOW",
        ),
    ]);
}

#[test]
fn nat64() {
    let far = "64:ff9b::cb00:7105";
    let lab = || {
        Lab::t6()
            .nat_gateway("p", "10.0.1.200", "198.51.100.200")
            .route("rtb-q", "64:ff9b::/96 nat-n")
            .route("rtb-p", "::/0 igw-v")
    };
    run(vec![
        ("C-111", lab(), &format!("q1 > {far} tcp/443"), "ALLOW"),
        ("NAT-11, ping", lab(), &format!("q1 > {far} icmpv6/128/0"), "ALLOW"),
        ("NAT-11, a host of the VPC", lab(), "q1 > 64:ff9b::a00:10a tcp/443", "ALLOW"),
        (
            "C-112",
            Lab::t6().nat_gateway("p", "10.0.1.200", "198.51.100.200").route("rtb-q", "::/0 nat-n"),
            "q1 > X6 tcp/443",
            "DENY PROTOCOL_RESTRICTION nat-n",
        ),
    ]);
}
