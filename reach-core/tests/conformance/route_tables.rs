//! Section 20.4: route tables and gateway route tables; and 20.10 where it belongs here.

use reach_core::snapshot::{CidrBlockState, VpcCidrBlockAssociation};
use reach_testkit::Lab;

use crate::ask::run;

const EIP: &str = "X > 198.51.100.10 tcp/22";

/// T0 with appliance f in a subnet of its own that P reaches Q by.
fn detour() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .route("rtb-p", "10.0.2.0/24 eni-f")
}

/// T0 with appliance f, check off, that the internet gateway's own table leads P's traffic to.
fn edge() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .edge_table("igw-v", &["10.0.1.0/24 eni-f"])
}

/// T0 with a route that a VPC route server installed in P's table.
fn advertised(route: &str) -> Lab {
    let mut installed = reach_testkit::topology::route(route);
    installed.origin = Some("Advertisement".into());
    Lab::t0().table("rtb-p", |table| table.routes.push(installed))
}

#[test]
fn selection() {
    run(vec![
        (
            "C-081",
            Lab::t0().use_main_table("p").route("rtb-main-v", "0.0.0.0/0 igw-v"),
            EIP,
            "ALLOW",
        ),
        (
            "C-082",
            Lab::t0().no_route("rtb-p", "0.0.0.0/0").route("rtb-main-v", "0.0.0.0/0 igw-v"),
            EIP,
            "DENY R NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        ("C-083", Lab::t3().propagate("rtb-p", "10.0.2.0/25 vgw-v"), "p1 > q1 tcp/22", "ALLOW"),
        (
            "C-084",
            Lab::t3().route("rtb-q", "192.168.0.0/16 igw-v"),
            "q1 > 192.168.1.5 tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-084 with a public address",
            Lab::t3().route("rtb-q", "192.168.0.0/16 igw-v").eip("q1", "198.51.100.20"),
            "q1 > 192.168.1.5 tcp/443",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS igw-v",
        ),
        (
            "C-090",
            Lab::t0()
                .subnet_of("f", "v", "10.0.7.0/24")
                .host("f", "f", "10.0.7.10")
                .route("rtb-p", "10.0.1.0/24 eni-f"),
            "p1 > p2 tcp/22",
            "ALLOW",
        ),
        (
            "C-091",
            Lab::t0().blackhole("rtb-p", "203.0.113.0/24 nat-gone"),
            "p1 > X tcp/443",
            "DENY BAD_STATE_ROUTE rtb-p",
        ),
        (
            "RT-08, filtered routes are not installed",
            Lab::t0().blackhole("rtb-p", "203.0.113.0/24 nat-gone").table("rtb-p", |table| {
                for route in &mut table.routes {
                    if route.nat_gateway_id.is_some() {
                        route.state = Some("filtered".into());
                    }
                }
            }),
            "p1 > X tcp/443",
            "ALLOW",
        ),
        (
            "C-092",
            Lab::t0()
                .prefix_list("pl-x", "IPv4", Some(&["203.0.113.0/24"]))
                .route("rtb-p", "pl-x nat-x")
                .route("rtb-p", "203.0.113.0/24 igw-v"),
            "p1 > X tcp/443",
            "ALLOW",
        ),
        (
            "C-093",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", Some(&["203.0.113.0/28"]))
                .route("rtb-p", "pl-x pcx-pcx"),
            "p1 > X tcp/443",
            "DENY PCX_REQUIRES_ADDRESS_IN_VPC_CIDR pcx-pcx",
        ),
        (
            "RT-07, an entry inside the VPC's own block is ignored",
            Lab::t0()
                .prefix_list("pl-x", "IPv4", Some(&["10.0.2.0/24"]))
                .route("rtb-p", "pl-x igw-v"),
            "p1 > q1 tcp/22",
            "ALLOW",
        ),
        (
            "RT-07, two lists with one entry",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", Some(&["203.0.113.0/24"]))
                .prefix_list("pl-y", "IPv4", Some(&["203.0.113.0/24"]))
                .route("rtb-p", "pl-x pcx-pcx")
                .route("rtb-p", "pl-y igw-v"),
            "p1 > X tcp/443",
            "UNKNOWN UNREADABLE_ENTRY rtb-p",
        ),
        (
            "RT-07, entries that are not in the snapshot",
            Lab::t1().prefix_list("pl-x", "IPv4", None).route("rtb-p", "pl-x pcx-pcx"),
            "p1 > X tcp/443",
            "UNKNOWN UNKNOWN_PREFIX_LIST pl-x",
        ),
        (
            "RT-07, and the other family is not concerned",
            Lab::t6().prefix_list("pl-x", "IPv4", None).route("rtb-p", "pl-x pcx-x"),
            "2001:db8:1:1::10 > X6 tcp/443",
            "ALLOW",
        ),
        (
            "RT-07, a closed network ACL makes it moot",
            Lab::t1()
                .prefix_list("pl-x", "IPv4", None)
                .route("rtb-p", "pl-x pcx-pcx")
                .acl_egress("acl-p", &[]),
            "p1 > X tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "RT-18, a route server's route against the local one",
            advertised("10.0.2.0/24 eni-p2"),
            "p1 > q1 tcp/22",
            "UNKNOWN NOT_MODELLED rtb-p",
        ),
        ("RT-18, against a static one", advertised("0.0.0.0/0 eni-p2"), "p1 > X tcp/443", "ALLOW"),
        (
            "C-100",
            Lab::t0()
                .vpc("vpc-v", |vpc| {
                    vpc.cidr_block_association_set.push(VpcCidrBlockAssociation {
                        cidr_block: "100.64.0.0/16".into(),
                        cidr_block_state: Some(CidrBlockState { state: "disassociated".into() }),
                    });
                })
                .subnet_of("old", "v", "100.64.1.0/24")
                .host("old", "old", "100.64.1.5"),
            "p1 > 100.64.1.5 tcp/22",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS igw-v",
        ),
        (
            "C-100, the local route is still written",
            Lab::t0()
                .subnet_of("old", "v", "100.64.1.0/24")
                .host("old", "old", "100.64.1.5")
                .route("rtb-p", "100.64.0.0/16 local"),
            "p1 > 100.64.1.5 tcp/22",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS igw-v",
        ),
        (
            "C-018 without any route of the family",
            Lab::t6(),
            "2001:db8:1:2::10 > X6 tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-q",
        ),
    ]);
}

#[test]
fn interfaces_as_targets() {
    run(vec![
        ("C-085", detour(), "p1 > q1 tcp/22", "DENY ENI_SOURCE_DEST_CHECK_RESTRICTION eni-f"),
        (
            "C-088",
            detour().no_check("f").ingress("sg-f", &["tcp/22 10.0.9.0/24"]),
            "p1 > q1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-f",
        ),
        (
            "MB-01, the appliance's network ACL",
            detour().no_check("f").acl_ingress("acl-f", &[]),
            "p1 > q1 tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-f",
        ),
        (
            "C-099",
            Lab::t0()
                .subnet_of("f", "v", "10.0.7.0/24")
                .host("f", "f", "10.0.7.10")
                .no_check("f")
                .state("f", "stopped")
                .route("rtb-p", "203.0.113.0/24 eni-f"),
            "p1 > X tcp/443",
            "DENY BAD_STATE i-f",
        ),
        (
            "C-115",
            Lab::t0()
                .host("ni", "p", "10.0.1.20")
                .no_check("ni")
                .eip("ni", "198.51.100.21")
                .ingress("sg-ni", &["tcp/443 10.0.2.0/24"])
                .route("rtb-q", "0.0.0.0/0 eni-ni"),
            "q1 > X tcp/80",
            "DENY ENI_SG_RULES_MISMATCH eni-ni",
        ),
        (
            "RT-04, the destination itself as the target",
            Lab::t0().route("rtb-p", "10.0.2.10/32 eni-q1"),
            "p1 > q1 tcp/22",
            "ALLOW",
        ),
    ]);
}

#[test]
fn gateway_route_tables() {
    run(vec![
        ("C-094", edge(), EIP, "DENY INGRESS_RTB_NO_PUBLIC_IP eni-f"),
        (
            "C-096",
            edge().eip("f", "198.51.100.70"),
            "p1 > X tcp/443",
            "DENY INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge",
        ),
        (
            "C-098",
            Lab::t3().edge_table("vgw-v", &["10.0.2.0/24 vpce-g"]),
            "192.168.1.5 > q1 tcp/443",
            "DENY VGW_ROUTE_TABLE_RESTRICTION rtb-edge",
        ),
        (
            "C-208 over peering",
            Lab::t1()
                .subnet_of("f", "v", "10.0.7.0/24")
                .host("f", "f", "10.0.7.10")
                .state("f", "stopped")
                .edge_table("igw-v", &["10.0.1.0/24 eni-f"]),
            "w1 > p1 tcp/443",
            "ALLOW",
        ),
        (
            "RT-14, other subnets go on as they were",
            edge()
                .subnet_of("s", "v", "10.0.8.0/24")
                .route("rtb-s", "0.0.0.0/0 igw-v")
                .host("s1", "s", "10.0.8.10")
                .eip("s1", "198.51.100.80"),
            "X > 198.51.100.80 tcp/22",
            "ALLOW",
        ),
        (
            "RT-15, an appliance that is down",
            edge().eip("f", "198.51.100.70").state("f", "stopped"),
            EIP,
            "DENY BAD_STATE i-f",
        ),
    ]);
}
