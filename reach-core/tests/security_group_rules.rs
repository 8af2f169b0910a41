//! SG-22: `describe-security-groups`, `describe-security-group-rules` and both together say the
//! same.

use reach_core::Network;
use reach_core::snapshot::{ReferencedGroupInfo, SecurityGroupRule};
use reach_testkit::Lab;

use crate::ask::ask;

fn rule(id: &str, peer: Option<&str>, group: Option<&str>) -> SecurityGroupRule {
    SecurityGroupRule {
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
    }
}

#[test]
fn both_output_forms() {
    let rules =
        vec![rule("sgr-block", Some("10.0.1.11/32"), None), rule("sgr-group", None, Some("sg-p1"))];
    let one = Lab::t0().ingress("sg-q1", &["tcp/5432 10.0.1.11/32", "tcp/5432 sg-p1"]);
    let both = one.clone().with(|region| region.security_group_rules = Some(rules.clone()));
    let other =
        Lab::t0().ingress("sg-q1", &[]).with(|region| region.security_group_rules = Some(rules));
    for (form, lab) in [("permissions", one), ("both", both), ("rules", other)] {
        let network = Network::compile(lab.snapshot());
        for (from, allowed) in [("p1", true), ("p2", true), ("q2", false)] {
            let answer = ask(&network, &format!("{from} > q1 tcp/5432"));
            assert_eq!(!answer.passing.is_empty(), allowed, "{form}, {from}");
            let json = serde_json::to_string(&answer).unwrap();
            let named = json.contains("sgr-block") || json.contains("sgr-group");
            assert_eq!(named, form != "permissions" && allowed, "{form}, {from}");
        }
    }
}
