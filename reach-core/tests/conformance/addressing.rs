//! Section 20.1: interfaces, internet gateways, addressing; and 20.10 where it belongs here.

use reach_core::snapshot::Ipv4Prefix;
use reach_testkit::Lab;

use crate::ask::run;

const EIP: &str = "X > 198.51.100.10 tcp/22";

/// T0 with an Elastic IP on q1, whose subnet has no route to the internet gateway.
fn private_eip() -> Lab {
    Lab::t0().eip("q1", "198.51.100.20")
}

/// T0 where P's only internet route is for one range.
fn narrow() -> Lab {
    Lab::t0().no_route("rtb-p", "0.0.0.0/0").route("rtb-p", "203.0.113.0/24 igw-v")
}

/// T6 where Q's IPv6 default route leads to an egress-only gateway.
fn egress_only() -> Lab {
    Lab::t6().egress_only_gateway("v").route("rtb-q", "::/0 eigw-v")
}

/// T0 where nothing but what nothing filters gets out of p1.
fn sealed() -> Lab {
    Lab::t0().egress("sg-p1", &[]).acl_ingress("acl-p", &[]).acl_egress("acl-p", &[])
}

#[test]
fn internet_gateways() {
    run(vec![
        ("C-001", Lab::t0(), EIP, "ALLOW"),
        ("C-001 symbolic", Lab::t0(), "internet > p1 tcp/22", "ALLOW"),
        (
            "C-002",
            Lab::t0().no_public_address("p1"),
            "p1 > X tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-003",
            Lab::t0().secondary("p1", "10.0.1.12"),
            "10.0.1.12 > X tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-004",
            private_eip(),
            "X > 198.51.100.20 tcp/22",
            "DENY R NO_ROUTE_TO_DESTINATION rtb-q",
        ),
        ("C-005", private_eip(), "X > 198.51.100.20 tcp/22 forward", "ALLOW"),
        ("C-006", narrow(), EIP, "ALLOW"),
        (
            "C-007",
            narrow(),
            "192.0.2.9 > 198.51.100.10 tcp/22",
            "DENY R NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        (
            "C-006, C-007 symbolic",
            narrow(),
            "internet > p1 tcp/22",
            "PARTIAL R NO_ROUTE_TO_DESTINATION",
        ),
        (
            "C-008",
            Lab::t0().with(|region| {
                region
                    .internet_gateways
                    .iter_mut()
                    .flatten()
                    .for_each(|igw| igw.attachments.clear());
            }),
            EIP,
            "DENY BAD_STATE_ATTACHMENT",
        ),
        (
            "C-008 outbound",
            Lab::t0().with(|region| {
                region
                    .internet_gateways
                    .iter_mut()
                    .flatten()
                    .for_each(|igw| igw.attachments.clear());
            }),
            "p1 > X tcp/443",
            "DENY BAD_STATE_ATTACHMENT igw-v",
        ),
        (
            "C-011",
            Lab::t0(),
            "p1 > 10.99.0.5 tcp/443",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS igw-v",
        ),
        (
            "C-011 shared space",
            Lab::t0(),
            "p1 > 100.64.0.5 tcp/443",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS igw-v",
        ),
        (
            "E2 step 8: public address before private destination",
            Lab::t0().no_public_address("p1"),
            "p1 > 10.99.0.5 tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "C-012",
            Lab::t0(),
            "10.5.5.5 > 198.51.100.10 tcp/22",
            "DENY IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS igw-v",
        ),
        ("C-023", Lab::t0(), "p1 > X tcp/25", "DENY PORT_25_RESTRICTION igw-v"),
        ("C-024", Lab::t0(), "p1 > q1 tcp/25", "ALLOW"),
        ("IG-11 inbound mail", Lab::t0(), "X > 198.51.100.10 tcp/25", "ALLOW"),
    ]);
}

#[test]
fn port_25_names_its_assumption() {
    let network = reach_core::Network::compile(Lab::t0().snapshot());
    let answer = crate::ask::ask(&network, "p1 > X tcp/25");
    assert!(answer.assumptions.iter().any(|assumption| assumption.code == "A-PORT25"));
}

#[test]
fn hosts() {
    run(vec![
        ("C-009", Lab::t0().state("p1", "stopped"), EIP, "DENY BAD_STATE i-p1"),
        (
            "C-009, groups decide before the host (PIPE-02)",
            Lab::t0().state("p1", "stopped").ingress("sg-p1", &[]),
            EIP,
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
        (
            "C-010",
            Lab::t0().interface("x1", "p", "10.0.1.30").eip("x1", "198.51.100.30"),
            "X > 198.51.100.30 tcp/22",
            "DENY BAD_STATE eni-x1",
        ),
        (
            "C-010, the gateway asks for an attached interface first (E1 step 3)",
            Lab::t0()
                .interface("x1", "p", "10.0.1.30")
                .eip("x1", "198.51.100.30")
                .ingress("sg-x1", &[]),
            "X > 198.51.100.30 tcp/22",
            "DENY BAD_STATE eni-x1",
        ),
        (
            "ENI-05 as the source",
            Lab::t0().state("p1", "stopping"),
            "p1 > q1 tcp/22",
            "DENY BAD_STATE i-p1",
        ),
        (
            "ENI-05, a state that is not told",
            Lab::t0().instance("i-p1", |instance| instance.state = None),
            EIP,
            "UNKNOWN UNKNOWN_RESOURCE i-p1",
        ),
        ("C-013", Lab::t0(), "p1 > 10.0.2.77 tcp/22", "DENY NO_POSSIBLE_DESTINATION vpc-v"),
        (
            "C-014",
            Lab::t0().eni("eni-q1", |eni| {
                eni.ipv4_prefixes = vec![Ipv4Prefix { ipv4_prefix: "10.0.2.64/28".into() }];
            }),
            "p1 > 10.0.2.70 tcp/80",
            "ALLOW",
        ),
        (
            "C-015",
            Lab::t0().managed("f1", "lambda", "p", "10.0.1.50"),
            "eni-f1 > X tcp/443",
            "DENY IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS igw-v",
        ),
        (
            "ENI-10",
            Lab::t0().managed("f1", "lambda", "p", "10.0.1.50"),
            "p1 > eni-f1 tcp/443",
            "DENY INTERFACE_TYPE_NO_INBOUND eni-f1",
        ),
        (
            "C-201",
            Lab::t0().ingress("sg-p1", &[]).second_interface("p1", "p1b", "q", "10.0.2.20"),
            "X > i-p1 tcp/22",
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
        (
            "C-201 symbolic",
            Lab::t0().ingress("sg-p1", &[]).second_interface("p1", "p1b", "q", "10.0.2.20"),
            "internet > i-p1 tcp/22",
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
        (
            "ENI-01",
            Lab::t0().ingress("sg-p1", &[]).second_interface("p1", "p1b", "q", "10.0.2.20"),
            "q2 > i-p1 tcp/22",
            "PARTIAL SG_HAS_NO_RULES eni-p1",
        ),
        (
            "C-202",
            Lab::t0()
                .managed("rds", "interface", "p", "10.0.1.40")
                .eip("rds", "198.51.100.40")
                .ingress("sg-rds", &["tcp/5432 203.0.113.0/24"]),
            "X > 198.51.100.40 tcp/5432",
            "ALLOW",
        ),
        (
            "C-203",
            Lab::t0().managed("task", "branch", "q", "10.0.2.30").ingress("sg-task", &[]),
            "p1 > 10.0.2.30 tcp/80",
            "DENY SG_HAS_NO_RULES eni-task",
        ),
        (
            "C-204",
            Lab::t0().ingress("sg-p1", &[]).egress("sg-p1", &[]),
            "p1 > 10.0.1.10 tcp/80",
            "ALLOW",
        ),
        (
            "ENI-09, an AWS interface without groups is not filtered",
            Lab::t0().managed("ep", "vpc_endpoint", "q", "10.0.2.50").groups("ep", &[]),
            "p1 > 10.0.2.50 tcp/443",
            "ALLOW",
        ),
        (
            "C-157",
            Lab::t0(),
            "X > q1 tcp/8080",
            "DENY IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS igw-v",
        ),
        (
            "C-211",
            Lab::t0().nat_gateway("p", "10.0.1.200", "198.51.100.200"),
            "X > 198.51.100.200 tcp/8080",
            "DENY NAT_GATEWAY_INBOUND eni-n",
        ),
        (
            "C-102",
            Lab::t0().nat_gateway("p", "10.0.1.200", "198.51.100.200"),
            "X > 198.51.100.200 tcp/443",
            "DENY NAT_GATEWAY_INBOUND eni-n",
        ),
    ]);
}

#[test]
fn ipv6() {
    const V6: &str = "X6 > 2001:db8:1:1::10 tcp/22";
    run(vec![
        ("C-017 symbolic", Lab::t6(), "internet > p1 tcp/22", "ALLOW"),
        ("C-017 outbound", Lab::t6(), "p1 > internet tcp/443", "ALLOW"),
        ("C-017", Lab::t6().no_public_address("p1"), V6, "ALLOW"),
        (
            "C-018",
            Lab::t6().no_route("rtb-p", "::/0"),
            "2001:db8:1:1::10 > X6 tcp/443",
            "DENY NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        (
            "C-019",
            egress_only(),
            "X6 > 2001:db8:1:2::10 tcp/22",
            "DENY R EGRESS_ONLY_GATEWAY_RESTRICTION eigw-v",
        ),
        ("C-020", egress_only(), "2001:db8:1:2::10 > X6 tcp/443", "ALLOW"),
        (
            "C-021",
            Lab::t6().eni("eni-p1", |eni| eni.deny_all_igw_traffic = Some(true)),
            V6,
            "DENY IGW_IPV6_NOT_USABLE igw-v",
        ),
        (
            "C-022",
            Lab::t6().subnet("subnet-p", |subnet| {
                for block in &mut subnet.ipv6_cidr_block_association_set {
                    block.ipv6_address_attribute = Some("private".into());
                }
            }),
            V6,
            "DENY IGW_IPV6_NOT_USABLE igw-v",
        ),
        (
            "C-142",
            Lab::t6().vpn_gateway("v").route("rtb-q", "fd12::/16 vgw-v"),
            "2001:db8:1:2::10 > fd12::5 tcp/443",
            "DENY VGW_IPV6_NOT_SUPPORTED vgw-v",
        ),
    ]);
}

#[test]
fn services_that_nothing_filters() {
    run(vec![
        ("C-025", sealed(), "p1 > 169.254.169.254 tcp/80", "ALLOW"),
        ("C-026", sealed(), "p1 > 10.0.0.2 udp/53", "ALLOW"),
        (
            "C-027",
            Lab::t0().route("rtb-p", "169.254.0.0/16 eni-q1"),
            "p1 > 169.254.169.254 tcp/80",
            "ALLOW",
        ),
        (
            "RT-12",
            Lab::t0().route("rtb-p", "169.254.0.0/16 eni-q1"),
            "p1 > 169.254.170.9 tcp/80",
            "DENY NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        ("C-122", Lab::t1(), "w1 > 10.0.0.2 udp/53", "DENY NO_POSSIBLE_DESTINATION vpc-v"),
        (
            "SC-01, a host that is down",
            Lab::t0().state("p1", "stopped"),
            "p1 > 10.0.0.2 udp/53",
            "DENY BAD_STATE i-p1",
        ),
    ]);
}

#[test]
fn a_host_is_asked_for_by_the_address_that_the_asker_can_use() {
    run(vec![
        ("IG-03, by id", Lab::t0(), "X > i-p1 tcp/22", "ALLOW"),
        ("IG-03, by name", Lab::t0(), "X > p1 tcp/22", "ALLOW"),
        ("from inside by the private one", Lab::t0(), "q1 > p1 tcp/22", "ALLOW"),
        (
            "IG-03, without a public address",
            Lab::t0(),
            "X > q1 tcp/22",
            "DENY IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS igw-v",
        ),
    ]);
}
