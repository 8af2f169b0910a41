//! Section 20.3: network ACLs; and 20.10 where it belongs here.

use reach_testkit::Lab;

use crate::ask::run;

/// T0 with a P whose network ACL denies all.
fn closed() -> Lab {
    Lab::t0().acl_ingress("acl-p", &[]).acl_egress("acl-p", &[])
}

const ALL: &str = "100 allow -1 0.0.0.0/0";

#[test]
fn entries() {
    run(vec![
        ("C-059", closed(), "p1 > p2 tcp/22", "ALLOW"),
        ("C-060", closed(), "p1 > q1 tcp/22", "DENY SUBNET_ACL_RESTRICTION acl-p"),
        (
            "C-061",
            Lab::t0().acl_ingress(
                "acl-q",
                &["100 allow tcp/22 10.0.1.0/24", "90 deny tcp/22 10.0.1.10/32"],
            ),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q #90",
        ),
        (
            "C-062",
            Lab::t0()
                .acl_ingress("acl-q", &["200 deny -1 0.0.0.0/0", "100 allow tcp/22 0.0.0.0/0"]),
            "p1 > q1 tcp/22",
            "ALLOW",
        ),
        (
            "C-063",
            Lab::t0()
                .acl_ingress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"])
                .acl_egress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"]),
            "p1 > q1 tcp/5432",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-063 forward",
            Lab::t0()
                .acl_ingress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"])
                .acl_egress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"]),
            "p1 > q1 tcp/5432 forward",
            "ALLOW",
        ),
        (
            "C-065",
            Lab::t0().acl_ingress("acl-q", &["100 allow -1/22-22 0.0.0.0/0"]),
            "p1 > q1 tcp/443",
            "ALLOW",
        ),
        (
            "C-066",
            Lab::t6().acl_ingress("acl-q", &[ALL]).acl_egress("acl-q", &[ALL]),
            "2001:db8:1:1::10 > 2001:db8:1:2::10 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-067",
            Lab::t6()
                .acl_ingress("acl-q", &["100 allow icmpv6/128/-1 ::/0"])
                .acl_egress("acl-q", &["100 allow icmpv6/128/-1 ::/0"]),
            "2001:db8:1:1::10 > 2001:db8:1:2::10 icmpv6/echo-request",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "NA-09, IPv4 entry with protocol 58",
            Lab::t0().acl_ingress("acl-q", &["100 allow icmpv6/128/-1 0.0.0.0/0"]),
            "p1 > q1 icmpv6/129 forward",
            "ALLOW",
        ),
        (
            "C-068",
            Lab::t0()
                .acl("acl-q", |acl| acl.associations.clear())
                .acl_ingress("acl-default-v", &["90 deny tcp/22 0.0.0.0/0", ALL]),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-default-v #90",
        ),
        (
            "C-069",
            Lab::t0().acl("acl-q", |acl| acl.entries.clear()),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q #null",
        ),
        (
            "NA-04, written out",
            Lab::t0().acl_ingress("acl-q", &[]),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q #null",
        ),
        (
            "C-070",
            Lab::t0().acl_ingress("acl-p", &["90 deny -1 198.51.100.10/32", ALL]),
            "X > 198.51.100.10 tcp/22",
            "ALLOW",
        ),
        (
            "C-074",
            Lab::t0().acl_ingress("acl-q", &["100 allow tcp/22 10.0.2.10/32"]),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-075",
            Lab::t0()
                .acl("acl-q", |acl| acl.associations.clear())
                .acl("acl-p", |acl| {
                    let mut other = acl.associations.first().cloned().unwrap_or_default();
                    other.subnet_id = "subnet-q".into();
                    acl.associations.push(other);
                })
                .acl_ingress("acl-p", &["100 allow tcp/443 0.0.0.0/0"])
                .acl_egress("acl-p", &["100 allow tcp/1024-65535 0.0.0.0/0"]),
            "p1 > q1 tcp/443",
            "DENY SUBNET_ACL_RESTRICTION acl-p",
        ),
        ("C-232", Lab::t0().acl_egress("acl-q", &[]), "p1 > q1 udp/514 forward", "ALLOW"),
        (
            "RP-05, an ICMP error has no reply",
            Lab::t0().acl_egress("acl-q", &[]),
            "p1 > q1 icmp/3/4",
            "ALLOW",
        ),
        (
            "PIPE-01: the group before the route before the network ACL",
            closed().egress("sg-p1", &["tcp/22 203.0.113.0/24"]),
            "p1 > q1 tcp/22",
            "DENY ENI_SG_RULES_MISMATCH eni-p1",
        ),
        (
            "PIPE-01: the route before the network ACL",
            closed(),
            "p1 > 2001:db8::1 tcp/22",
            "DENY ADDRESS_FAMILY_MISMATCH eni-p1",
        ),
        (
            "PIPE-01: no route before the network ACL",
            Lab::t0().acl_egress("acl-q", &[]),
            "q1 > X tcp/22",
            "DENY NO_ROUTE_TO_DESTINATION rtb-q",
        ),
        (
            "PIPE-02: the network ACL before the group",
            Lab::t0().acl_ingress("acl-q", &[]).ingress("sg-q1", &[]),
            "p1 > q1 tcp/22",
            "DENY SUBNET_ACL_RESTRICTION acl-q",
        ),
    ]);
}

/// C-064, PK-04: with the client's port left open the answer carries the part that gets through.
#[test]
fn ephemeral_ports_left_open() {
    let lab = Lab::t0()
        .acl_ingress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"])
        .acl_egress("acl-q", &["100 allow tcp/32768-65535 0.0.0.0/0"]);
    let network = reach_core::Network::compile(lab.snapshot());
    let answer = crate::ask::ask(&network, "p1 > q1 tcp/5432 port=any");
    assert_eq!(answer.verdict, reach_core::Verdict::PartlyReachable);
    assert_eq!(answer.passing.traffic().tcp_source_ports().to_string(), "32768-65535");
    assert_eq!(answer.explanations[0].reason.code.as_str(), "SUBNET_ACL_RESTRICTION");
    assert_eq!(answer.explanations[0].direction, reach_core::Direction::Return);
}
