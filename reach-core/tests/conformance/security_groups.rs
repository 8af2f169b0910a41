//! Section 20.2: security groups; and 20.10 where it belongs here.

use reach_core::snapshot::{ReferencedGroupInfo, SecurityGroupRule};
use reach_testkit::Lab;

use crate::ask::run;

const SSH: &str = "X > 198.51.100.10 tcp/22";
const MISMATCH: &str = "DENY ENI_SG_RULES_MISMATCH eni-p1";

/// p1 is in sg-a, and sg-a only; `rules` are the inbound ones of another host's group.
fn reference(lab: Lab, group: &str, rules: &[&str]) -> Lab {
    lab.security_group("sg-a", "v", &["-1 0.0.0.0/0", "-1 ::/0"])
        .groups("p1", &["sg-a"])
        .ingress(group, rules)
}

fn listed() -> Lab {
    Lab::t0()
        .prefix_list("pl-office", "IPv4", Some(&["203.0.113.0/28"]))
        .ingress("sg-p1", &["tcp/443 pl-office"])
}

#[test]
fn matching() {
    run(vec![
        (
            "C-029",
            Lab::t0()
                .security_group("sg-one", "v", &["tcp/22 10.0.0.0/8"])
                .security_group("sg-two", "v", &["tcp/22 203.0.113.0/24"])
                .groups("p1", &["sg-one", "sg-two"]),
            SSH,
            "ALLOW",
        ),
        (
            "C-030",
            Lab::t0().ingress("sg-p1", &["tcp/22 0.0.0.0/0"]).egress("sg-p1", &[]),
            SSH,
            "ALLOW",
        ),
        (
            "C-031",
            Lab::t0().ingress("sg-p1", &["tcp/22 0.0.0.0/0"]).egress("sg-p1", &[]),
            "p1 > X tcp/443",
            "DENY SG_HAS_NO_RULES eni-p1",
        ),
        (
            "C-032",
            Lab::t6().ingress("sg-p1", &["-1 0.0.0.0/0"]),
            "X6 > 2001:db8:1:1::10 tcp/22",
            MISMATCH,
        ),
        ("C-033", Lab::t0().ingress("sg-p1", &["tcp/0-0 0.0.0.0/0"]), SSH, MISMATCH),
        (
            "C-034",
            Lab::t0().ingress("sg-p1", &["tcp/8080-8090 0.0.0.0/0"]),
            "X > 198.51.100.10 tcp/22 port=8085",
            MISMATCH,
        ),
        (
            "C-035",
            Lab::t0().ingress("sg-p1", &["icmp/8/-1 0.0.0.0/0"]),
            "X > 198.51.100.10 icmp/8/0",
            "ALLOW",
        ),
        (
            "C-036",
            Lab::t0().ingress("sg-p1", &["icmp/3/4 0.0.0.0/0"]),
            "X > 198.51.100.10 icmp/8/0",
            MISMATCH,
        ),
        (
            "SG-07, a wildcard type has a wildcard code",
            Lab::t0().ingress("sg-p1", &["icmp/-1/0 0.0.0.0/0"]),
            "X > 198.51.100.10 icmp/8/0",
            "ALLOW",
        ),
        (
            "C-037",
            Lab::t6().ingress("sg-p1", &["icmp/-1/-1 ::/0"]),
            "X6 > 2001:db8:1:1::10 icmpv6/echo-request",
            MISMATCH,
        ),
        (
            "SG-07, icmpv6 without a range",
            Lab::t6().ingress("sg-p1", &["icmpv6 ::/0"]),
            "X6 > 2001:db8:1:1::10 icmpv6/echo-request",
            "ALLOW",
        ),
        (
            "C-038",
            Lab::t0().ingress("sg-p1", &["50/0-0 0.0.0.0/0"]),
            "X > 198.51.100.10 proto/50",
            "ALLOW",
        ),
        ("C-039", listed(), "X > 198.51.100.10 tcp/443", "ALLOW"),
        ("C-040", listed(), "203.0.113.20 > 198.51.100.10 tcp/443", MISMATCH),
        (
            "C-041",
            Lab::t0()
                .prefix_list("pl-cloudfront", "IPv4", None)
                .ingress("sg-p1", &["tcp/443 pl-cloudfront"]),
            "X > 198.51.100.10 tcp/443",
            "UNKNOWN UNKNOWN_PREFIX_LIST pl-cloudfront",
        ),
        (
            "C-041, and the list is of the other family",
            Lab::t0()
                .prefix_list("pl-cloudfront", "IPv6", None)
                .ingress("sg-p1", &["tcp/443 pl-cloudfront"]),
            "X > 198.51.100.10 tcp/443",
            MISMATCH,
        ),
        (
            "C-048",
            Lab::t0().ingress("sg-p2", &["tcp/22 10.0.9.0/24"]),
            "p1 > p2 tcp/22",
            "DENY ENI_SG_RULES_MISMATCH eni-p2",
        ),
        (
            "C-057",
            Lab::t0().ingress("sg-q1", &["tcp/5432 nobody"]),
            "p1 > q1 tcp/5432",
            "DENY SG_HAS_NO_RULES eni-q1",
        ),
    ]);
}

#[test]
fn references() {
    run(vec![
        ("C-042", reference(Lab::t0(), "sg-q1", &["tcp/5432 sg-a"]), "p1 > q1 tcp/5432", "ALLOW"),
        (
            "C-043",
            reference(Lab::t0(), "sg-q1", &["tcp/5432 sg-a"]),
            "p2 > q1 tcp/5432",
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        (
            "C-044",
            reference(Lab::t0(), "sg-p2", &["tcp/22 sg-a"]),
            "p1 > 198.51.100.11 tcp/22",
            "DENY ENI_SG_RULES_MISMATCH eni-p2",
        ),
        (
            "C-045",
            Lab::t0().ingress("sg-p2", &["tcp/22 198.51.100.10/32"]),
            "p1 > 198.51.100.11 tcp/22",
            "ALLOW",
        ),
        (
            "C-046",
            Lab::t0().groups("p1", &["sg-default-v"]).groups("p2", &["sg-default-v"]),
            "p1 > p2 tcp/3306",
            "ALLOW",
        ),
        (
            "C-047",
            Lab::t0().groups("p1", &["sg-default-v"]).groups("p2", &["sg-default-v"]),
            "X > 198.51.100.10 tcp/3306",
            MISMATCH,
        ),
        (
            "C-055",
            Lab::t0()
                .eni("eni-p1", |eni| {
                    eni.owner_id = Some("222222222222".into());
                    eni.groups.clear();
                })
                .ingress("sg-q1", &["tcp/5432 sg-participant"]),
            "p1 > q1 tcp/5432",
            "UNKNOWN UNKNOWN_RESOURCE eni-p1",
        ),
        (
            "SG-16 outbound: the other end's groups are not told",
            Lab::t0()
                .eni("eni-q1", |eni| eni.groups.clear())
                .egress("sg-p1", &["tcp/5432 sg-participant"]),
            "p1 > q1 tcp/5432",
            "UNKNOWN UNKNOWN_PEERED_SGS sg-participant",
        ),
        (
            "SG-16 from a peered VPC as a whole",
            Lab::t1().eni("eni-w1", |eni| eni.groups.clear()).ingress("sg-q1", &["tcp/443 sg-b"]),
            "pcx-pcx > q1 tcp/443",
            "UNKNOWN UNKNOWN_PEERED_SGS sg-b",
        ),
        (
            "C-055, groups named but not described",
            Lab::t0()
                .eni("eni-p1", |eni| eni.owner_id = Some("222222222222".into()))
                .groups("p1", &["sg-participant"])
                .ingress("sg-q1", &["tcp/5432 sg-participant"]),
            "p1 > q1 tcp/5432",
            "UNKNOWN UNKNOWN_RESOURCE eni-p1",
        ),
        (
            "C-056",
            Lab::t1()
                .subnet_of("w2", "w", "10.1.2.0/24")
                .host("w2", "w2", "10.1.2.10")
                .security_group("sg-s", "v", &[])
                .groups("w1", &["sg-s"])
                .ingress("sg-w2", &["tcp/22 sg-s"]),
            "w1 > w2 tcp/22",
            "ALLOW",
        ),
        (
            "C-058",
            reference(Lab::t0().secondary("p1", "10.0.1.13"), "sg-q1", &["tcp/22 sg-a"]),
            "10.0.1.13 > q1 tcp/22",
            "ALLOW",
        ),
        (
            "C-205",
            reference(Lab::t6(), "sg-q1", &["tcp/5432 sg-a"]),
            "2001:db8:1:1::10 > 2001:db8:1:2::10 tcp/5432",
            "ALLOW",
        ),
        (
            "SG-10 outbound",
            Lab::t0()
                .security_group("sg-db", "v", &["-1 0.0.0.0/0"])
                .groups("q1", &["sg-db"])
                .egress("sg-p1", &["tcp/5432 sg-db"]),
            "p1 > q1 tcp/5432",
            "ALLOW",
        ),
        (
            "SG-10 outbound, no member",
            Lab::t0()
                .security_group("sg-db", "v", &["-1 0.0.0.0/0"])
                .groups("q1", &["sg-db"])
                .egress("sg-p1", &["tcp/5432 sg-db"]),
            "p1 > q2 tcp/5432",
            MISMATCH,
        ),
    ]);
}

#[test]
fn references_over_peering() {
    const ASK: &str = "p1 > w1 tcp/443";
    let rule = &["tcp/443 sg-a"];
    let peered = || reference(Lab::t1(), "sg-w1", rule);
    let other_region = |lab: Lab| {
        lab.peering("pcx-pcx", |pcx| pcx.accepter_vpc_info.region = Some("us-east-1".into()))
    };
    let no_region = |lab: Lab| {
        lab.with(|region| {
            region.name = None;
            for subnet in region.subnets.iter_mut().flatten() {
                subnet.availability_zone = None;
            }
        })
        .peering("pcx-pcx", |pcx| {
            pcx.requester_vpc_info.region = None;
            pcx.accepter_vpc_info.region = None;
        })
    };
    let stale = |lab: Lab| {
        lab.group("sg-w1", |group| {
            for pair in
                group.ip_permissions.iter_mut().flat_map(|rule| &mut rule.user_id_group_pairs)
            {
                pair.peering_status = Some("deleted".into());
                pair.vpc_peering_connection_id = Some("pcx-pcx".into());
            }
        })
    };
    run(vec![
        ("C-049", peered(), ASK, "ALLOW"),
        ("C-050", other_region(peered()), ASK, "DENY SG_REFERENCES_NOT_PRESERVED eni-w1"),
        ("SG-12, Regions not told", no_region(peered()), ASK, "UNKNOWN UNKNOWN_PEERED_SGS sg-a"),
        ("C-051 over peering", stale(peered()), ASK, "DENY SG_REFERENCES_NOT_PRESERVED eni-w1"),
        (
            "SG-12 outbound",
            Lab::t1()
                .security_group("sg-wb", "w", &["-1 0.0.0.0/0"])
                .groups("w1", &["sg-wb"])
                .egress("sg-p1", &["tcp/443 sg-wb"]),
            ASK,
            "ALLOW",
        ),
        (
            "SG-12 outbound, other Region",
            other_region(
                Lab::t1()
                    .security_group("sg-wb", "w", &["-1 0.0.0.0/0"])
                    .groups("w1", &["sg-wb"])
                    .egress("sg-p1", &["tcp/443 sg-wb"]),
            ),
            ASK,
            "DENY SG_REFERENCES_NOT_PRESERVED eni-p1",
        ),
        (
            "identity kept, another host's group",
            reference(Lab::t1(), "sg-w1", rule),
            "p2 > w1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-w1",
        ),
    ]);
}

/// SG-22: `describe-security-group-rules` alone and both calls together say the same.
#[test]
fn both_output_forms() {
    let rule = |id: &str, peer: Option<&str>, group: Option<&str>| SecurityGroupRule {
        security_group_rule_id: id.into(),
        group_id: "sg-q1".into(),
        is_egress: false,
        ip_protocol: "tcp".into(),
        from_port: Some(5432),
        to_port: Some(5432),
        cidr_ipv4: peer.map(Into::into),
        referenced_group_info: group.map(|id| ReferencedGroupInfo {
            group_id: Some(id.into()),
            ..ReferencedGroupInfo::default()
        }),
        ..SecurityGroupRule::default()
    };
    let rules =
        vec![rule("sgr-block", Some("10.0.1.11/32"), None), rule("sgr-group", None, Some("sg-a"))];
    let permissions = &["tcp/5432 10.0.1.11/32", "tcp/5432 sg-a"];
    let one = reference(Lab::t0(), "sg-q1", permissions);
    let both = one.clone().with(|region| region.security_group_rules = Some(rules.clone()));
    let other =
        reference(Lab::t0(), "sg-q1", &[]).with(|region| region.security_group_rules = Some(rules));
    for (form, lab) in [("permissions", one), ("both", both), ("rules", other)] {
        let network = reach_core::Network::compile(lab.snapshot());
        for (from, allowed) in [("p1", true), ("p2", true), ("q2", false)] {
            let answer = crate::ask::ask(&network, &format!("{from} > q1 tcp/5432"));
            assert_eq!(!answer.passing.is_empty(), allowed, "{form}, {from}");
            let json = serde_json::to_string(&answer).unwrap();
            let named = json.contains("sgr-block") || json.contains("sgr-group");
            assert_eq!(named, form != "permissions" && allowed, "{form}, {from}");
        }
    }
}
