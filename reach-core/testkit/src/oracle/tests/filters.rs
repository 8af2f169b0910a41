//! Sections 20.2 and 20.3: security groups and network ACLs.

use super::run;
use crate::Lab;

const P1_Q1: &str = "eni-p1 10.0.1.10 > eni-q1 10.0.2.10 tcp/5432";
const SSH: &str = "internet 203.0.113.5 > eni-p1 198.51.100.10 tcp/22";

/// p1 is in sg-a, and sg-a only.
fn reference(lab: Lab, group: &str, rules: &[&str]) -> Lab {
    lab.security_group("sg-a", "v", &["-1 0.0.0.0/0", "-1 ::/0"])
        .groups("p1", &["sg-a"])
        .ingress(group, rules)
}

#[test]
fn security_groups() {
    let mismatch = "DENY ENI_SG_RULES_MISMATCH eni-p1";
    run(vec![
        ("C-033", Lab::t0().ingress("sg-p1", &["tcp/0-0 0.0.0.0/0"]), SSH, mismatch),
        (
            "C-035",
            Lab::t0().ingress("sg-p1", &["icmp/8/-1 0.0.0.0/0"]),
            "internet 203.0.113.5 > eni-p1 198.51.100.10 icmp/8/0",
            "ALLOW",
        ),
        (
            "C-036",
            Lab::t0().ingress("sg-p1", &["icmp/3/4 0.0.0.0/0"]),
            "internet 203.0.113.5 > eni-p1 198.51.100.10 icmp/8/0",
            mismatch,
        ),
        (
            "C-041",
            Lab::t0().prefix_list("pl-x", "IPv4", None).ingress("sg-p1", &["tcp/22 pl-x"]),
            SSH,
            "UNKNOWN UNKNOWN_PREFIX_LIST pl-x",
        ),
        (
            "section 0: the list is unknown, the host is down",
            Lab::t0()
                .prefix_list("pl-x", "IPv4", None)
                .ingress("sg-p1", &["tcp/22 pl-x"])
                .state("p1", "stopped"),
            SSH,
            "DENY BAD_STATE i-p1",
        ),
        ("C-042", reference(Lab::t0(), "sg-q1", &["tcp/5432 sg-a"]), P1_Q1, "ALLOW"),
        (
            "C-043",
            reference(Lab::t0(), "sg-q1", &["tcp/5432 sg-a"]),
            "eni-p2 10.0.1.11 > eni-q1 10.0.2.10 tcp/5432",
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        (
            "C-044",
            reference(Lab::t0(), "sg-p2", &["tcp/22 sg-a"]),
            "eni-p1 10.0.1.10 > eni-p2 198.51.100.11 tcp/22",
            "DENY ENI_SG_RULES_MISMATCH eni-p2",
        ),
        (
            "C-050",
            reference(Lab::t1(), "sg-w1", &["tcp/443 sg-a"])
                .peering("pcx-pcx", |pcx| pcx.accepter_vpc_info.region = Some("us-east-1".into())),
            "eni-p1 10.0.1.10 > eni-w1 10.1.1.10 tcp/443",
            "DENY SG_REFERENCES_NOT_PRESERVED eni-w1",
        ),
        (
            "C-057",
            Lab::t0().ingress("sg-q1", &["tcp/5432 nobody"]),
            P1_Q1,
            "DENY SG_HAS_NO_RULES eni-q1",
        ),
        (
            "section 0: p1 is in a group that is not described, q1 takes another one only",
            reference(Lab::t0(), "sg-q1", &["tcp/5432 sg-a"]).groups("p1", &["sg-elsewhere"]),
            P1_Q1,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
    ]);
}

#[test]
fn network_acls() {
    run(vec![
        (
            "C-059",
            Lab::t0().acl_ingress("acl-p", &[]).acl_egress("acl-p", &[]),
            "eni-p1 10.0.1.10 > eni-p2 10.0.1.11 tcp/22",
            "ALLOW",
        ),
        (
            "C-061",
            Lab::t0().acl_ingress(
                "acl-q",
                &["100 allow tcp/5432 10.0.1.0/24", "90 deny tcp/5432 10.0.1.10/32"],
            ),
            P1_Q1,
            "DENY SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-063",
            Lab::t0().acl_egress("acl-q", &["100 allow tcp/5432 0.0.0.0/0"]),
            P1_Q1,
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-067",
            Lab::t6().acl_egress("acl-q", &["100 allow icmpv6/128/-1 ::/0"]),
            "eni-p1 2001:db8:1:1::10 > eni-q1 2001:db8:1:2::10 58/128/0",
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-070",
            Lab::t0()
                .acl_ingress("acl-p", &["90 deny -1 198.51.100.10/32", "100 allow -1 0.0.0.0/0"]),
            SSH,
            "ALLOW",
        ),
        (
            "C-065",
            Lab::t0().acl_ingress("acl-q", &["100 allow -1/22-22 0.0.0.0/0"]),
            P1_Q1,
            "ALLOW",
        ),
        (
            "an entry that nobody can read",
            Lab::t0().acl_ingress("acl-q", &["100 allow tcp/90-80 0.0.0.0/0"]),
            P1_Q1,
            "UNKNOWN UNREADABLE_ENTRY acl-q",
        ),
    ]);
}
