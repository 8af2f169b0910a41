//! Sections 20.1, 20.5 and 20.9: internet edges, NAT gateways, Block Public Access.

use reach_core::snapshot::{VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions};

use super::{run, t4};
use crate::Lab;
use crate::topology::ACCOUNT;

const IN: &str = "internet 203.0.113.5 > eni-p1 198.51.100.10 tcp/22";
const OUT: &str = "eni-p1 10.0.1.10 > internet 203.0.113.5 tcp/443";
const NAT: &str = "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/443";
const V6_IN: &str = "internet 2001:db8:ffff::5 > eni-p1 2001:db8:1:1::10 tcp/22";

#[test]
fn internet_gateways() {
    let q1 = "internet 203.0.113.5 > eni-q1 198.51.100.20 tcp/22";
    let narrow = || Lab::t0().no_route("rtb-p", "0.0.0.0/0").route("rtb-p", "203.0.113.0/24 igw-v");
    run(vec![
        ("C-001", Lab::t0(), IN, "ALLOW"),
        (
            "C-002",
            Lab::t0().no_public_address("p1"),
            OUT,
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-003",
            Lab::t0().secondary("p1", "10.0.1.12"),
            "eni-p1 10.0.1.12 > internet 203.0.113.5 tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        ("C-004", Lab::t0().eip("q1", "198.51.100.20"), q1, "DENY R NO_ROUTE_TO_DESTINATION rtb-q"),
        (
            "C-005",
            Lab::t0().eip("q1", "198.51.100.20"),
            "internet 203.0.113.5 > eni-q1 198.51.100.20 tcp/22 forward",
            "ALLOW",
        ),
        ("C-006", narrow(), IN, "ALLOW"),
        (
            "C-007",
            narrow(),
            "internet 192.0.2.9 > eni-p1 198.51.100.10 tcp/22",
            "DENY R NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        ("C-009", Lab::t0().state("p1", "stopped"), IN, "DENY BAD_STATE i-p1"),
        (
            "C-010",
            Lab::t0().interface("x1", "p", "10.0.1.30").eip("x1", "198.51.100.30"),
            "internet 203.0.113.5 > eni-x1 198.51.100.30 tcp/22",
            "DENY BAD_STATE eni-x1",
        ),
        (
            "C-011",
            Lab::t0(),
            "eni-p1 10.0.1.10 > any 10.99.0.5 tcp/443",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS igw-v",
        ),
        (
            "C-012",
            Lab::t0(),
            "igw-v 10.5.5.5 > eni-p1 198.51.100.10 tcp/22",
            "DENY IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS igw-v",
        ),
        (
            "C-019",
            Lab::t6().egress_only_gateway("v").route("rtb-q", "::/0 eigw-v"),
            "internet 2001:db8:ffff::5 > eni-q1 2001:db8:1:2::10 tcp/22",
            "DENY R EGRESS_ONLY_GATEWAY_RESTRICTION eigw-v",
        ),
        (
            "C-020",
            Lab::t6().egress_only_gateway("v").route("rtb-q", "::/0 eigw-v"),
            "eni-q1 2001:db8:1:2::10 > internet 2001:db8:ffff::5 tcp/443",
            "ALLOW",
        ),
        ("C-017", Lab::t6().no_public_address("p1"), V6_IN, "ALLOW"),
        (
            "C-021",
            Lab::t6().eni("eni-p1", |eni| eni.deny_all_igw_traffic = Some(true)),
            V6_IN,
            "DENY IGW_IPV6_NOT_USABLE igw-v",
        ),
        (
            "C-023",
            Lab::t0(),
            "eni-p1 10.0.1.10 > internet 203.0.113.5 tcp/25",
            "DENY PORT_25_RESTRICTION igw-v",
        ),
        (
            "C-045",
            Lab::t0().ingress("sg-p2", &["tcp/22 198.51.100.10/32"]),
            "eni-p1 10.0.1.10 > eni-p2 198.51.100.11 tcp/22",
            "ALLOW",
        ),
    ]);
}

#[test]
fn nat_gateways() {
    let nat = |change: fn(&mut reach_core::snapshot::NatGateway)| {
        t4().with(|region| region.nat_gateways.iter_mut().flatten().for_each(change))
    };
    run(vec![
        ("C-101", t4(), NAT, "ALLOW"),
        (
            "C-102",
            t4(),
            "internet 203.0.113.5 > any 198.51.100.200 tcp/443",
            "DENY NAT_GATEWAY_INBOUND eni-n",
        ),
        (
            "C-105",
            t4(),
            "eni-q1 10.0.2.10 > internet 203.0.113.5 50",
            "DENY PROTOCOL_RESTRICTION nat-n",
        ),
        ("C-116", nat(|nat| nat.state = Some("failed".into())), NAT, "DENY BAD_STATE nat-n"),
        (
            "C-110",
            Lab::t0()
                .nat_gateway("p", "10.0.1.200", "198.51.100.200")
                .route("rtb-p", "203.0.113.0/24 nat-n"),
            OUT,
            "DENY LOOP nat-n",
        ),
        (
            "C-111",
            Lab::t6()
                .nat_gateway("p", "10.0.1.200", "198.51.100.200")
                .route("rtb-q", "64:ff9b::/96 nat-n"),
            "eni-q1 2001:db8:1:2::10 > internet 64:ff9b::cb00:7105 tcp/443",
            "ALLOW",
        ),
        (
            "C-112",
            Lab::t6().nat_gateway("p", "10.0.1.200", "198.51.100.200").route("rtb-q", "::/0 nat-n"),
            "eni-q1 2001:db8:1:2::10 > internet 2001:db8:ffff::5 tcp/443",
            "DENY PROTOCOL_RESTRICTION nat-n",
        ),
        (
            "C-071",
            t4().acl_ingress("acl-p", &["100 allow tcp/1024-65535 0.0.0.0/0"]),
            NAT,
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "C-073",
            t4().acl_egress("acl-p", &["100 allow tcp/443 0.0.0.0/0"]),
            NAT,
            "DENY R SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "PK-05: ports that the gateway may pick, and that do not come back",
            t4().acl_ingress(
                "acl-p",
                &["100 allow -1 10.0.0.0/8", "110 allow tcp/32768-65535 0.0.0.0/0"],
            ),
            NAT,
            "PARTIAL R SUBNET_ACL_RESTRICTION acl-p",
        ),
        (
            "C-231",
            t4().subnet_of("f", "v", "10.0.7.0/24")
                .host("f", "f", "10.0.7.10")
                .no_check("f")
                .route("rtb-p", "10.0.2.0/24 eni-f"),
            "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/443 vouch=A-ASYMMETRIC",
            "ALLOW",
        ),
    ]);
}

/// T0, or T4 where a NAT gateway is wanted, with a mode for the account and an exclusion.
fn blocked(lab: Lab, mode: &str, exclusion: Option<&str>) -> Lab {
    lab.with(|region| {
        region.vpc_block_public_access_options = Some(vec![VpcBlockPublicAccessOptions {
            aws_account_id: Some(ACCOUNT.to_owned()),
            internet_gateway_block_mode: Some(mode.to_owned()),
            ..VpcBlockPublicAccessOptions::default()
        }]);
        region.vpc_block_public_access_exclusions = Some(
            exclusion
                .map(|mode| VpcBlockPublicAccessExclusion {
                    exclusion_id: "vpcbpa-exclude-p".to_owned(),
                    internet_gateway_exclusion_mode: Some(mode.to_owned()),
                    resource_arn: Some(format!("arn:aws:ec2:eu-west-1:{ACCOUNT}:subnet/subnet-p")),
                    state: Some("create-complete".to_owned()),
                    ..VpcBlockPublicAccessExclusion::default()
                })
                .into_iter()
                .collect(),
        );
    })
}

#[test]
fn block_public_access() {
    const BLOCKED: &str = "DENY VPC_BLOCK_PUBLIC_ACCESS_ENABLED subnet-p";
    let both = "block-bidirectional";
    run(vec![
        ("C-181", blocked(Lab::t0(), both, None), IN, BLOCKED),
        ("C-182", blocked(t4(), both, None), NAT, BLOCKED),
        ("C-183", blocked(t4(), "block-ingress", None), NAT, "ALLOW"),
        ("C-184", blocked(Lab::t0(), "block-ingress", None), OUT, BLOCKED),
        ("C-185", blocked(t4(), both, Some("allow-egress")), NAT, "ALLOW"),
        ("C-186", blocked(Lab::t0(), both, Some("allow-egress")), IN, BLOCKED),
        ("C-187", blocked(Lab::t0(), both, Some("allow-bidirectional")), IN, "ALLOW"),
        ("C-181, as the subnet reports it", Lab::t0().block_public_access("p", both), IN, BLOCKED),
    ]);
}
