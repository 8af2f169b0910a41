//! Appliances, firewalls and Gateway Load Balancer endpoints (sections 20.4 and 20.9).

use std::collections::BTreeMap;

use reach_core::snapshot::{
    Firewall, FirewallAttachment, FirewallDescription, FirewallPolicy, FirewallPolicyDescription,
    FirewallPolicyResponse, FirewallStatus, RuleGroup, RuleGroupDescription, RuleGroupResponse,
    RulesSource, StatefulEngineOptions, StatefulRuleGroupReference, SyncState, VpcEndpoint,
};

use super::{run, t4};
use crate::Lab;

const P1_Q1: &str = "eni-p1 10.0.1.10 > eni-q1 10.0.2.10 tcp/22";
const IN: &str = "internet 203.0.113.5 > eni-p1 198.51.100.10 tcp/22";
const OUT: &str = "eni-p1 10.0.1.10 > internet 203.0.113.5 tcp/443";

/// T0 with appliance f, check off, between P and Q.
fn between() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .route("rtb-p", "10.0.2.0/24 eni-f")
        .route("rtb-q", "10.0.1.0/24 eni-f")
}

/// T0 with appliance f, check off, that the internet gateway's own table leads P's traffic to.
fn edge() -> Lab {
    Lab::t0()
        .subnet_of("f", "v", "10.0.7.0/24")
        .host("f", "f", "10.0.7.10")
        .no_check("f")
        .eip("f", "198.51.100.70")
        .edge_table("igw-v", &["10.0.1.0/24 eni-f"])
}

#[test]
fn appliances() {
    run(vec![
        (
            "C-085",
            between().eni("eni-f", |eni| eni.source_dest_check = Some(true)),
            P1_Q1,
            "DENY ENI_SOURCE_DEST_CHECK_RESTRICTION eni-f",
        ),
        ("C-086", between(), P1_Q1, "ALLOW"),
        (
            "C-087",
            between().ingress("sg-q1", &["tcp/22 sg-p1"]),
            P1_Q1,
            "DENY SG_REFERENCES_NOT_PRESERVED eni-q1",
        ),
        (
            "C-088",
            between().ingress("sg-f", &["tcp/22 10.0.9.0/24"]),
            P1_Q1,
            "DENY ENI_SG_RULES_MISMATCH eni-f",
        ),
        (
            "C-089",
            between().no_route("rtb-q", "10.0.1.0/24"),
            P1_Q1,
            "UNKNOWN R ASYMMETRIC_APPLIANCE eni-f",
        ),
        ("C-094", edge().no_public_address("f"), IN, "DENY INGRESS_RTB_NO_PUBLIC_IP eni-f"),
        ("C-095", edge(), IN, "DENY R INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge"),
        ("C-096", edge(), OUT, "DENY INGRESS_RTB_TRAFFIC_REDIRECTION rtb-edge"),
        (
            "C-097",
            edge()
                .no_route("rtb-p", "0.0.0.0/0")
                .route("rtb-p", "0.0.0.0/0 eni-f")
                .route("rtb-f", "0.0.0.0/0 igw-v"),
            IN,
            "ALLOW",
        ),
        (
            "NAT-14",
            Lab::t0()
                .host("ni", "p", "10.0.1.20")
                .no_check("ni")
                .eip("ni", "198.51.100.21")
                .route("rtb-q", "0.0.0.0/0 eni-ni"),
            "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/443",
            "ALLOW",
        ),
    ]);
}

/// T9: T4 with a firewall endpoint g between Q and the NAT gateway.
fn t9(strict: bool, defaults: &[&str], rules: &str) -> Lab {
    let text = |text: &str| text.to_owned();
    t4().subnet_of("g", "v", "10.0.8.0/24")
        .no_route("rtb-q", "0.0.0.0/0")
        .route("rtb-q", "0.0.0.0/0 vpce-g")
        .route("rtb-g", "0.0.0.0/0 nat-n")
        .route("rtb-p", "10.0.2.0/24 vpce-g")
        .with(|region| {
            let attachment = FirewallAttachment {
                subnet_id: Some(text("subnet-g")),
                endpoint_id: Some(text("vpce-g")),
                status: Some(text("READY")),
            };
            let state = SyncState { attachment: Some(attachment) };
            region.firewalls = Some(vec![FirewallDescription {
                firewall: Firewall {
                    firewall_arn: text("firewall"),
                    firewall_policy_arn: Some(text("policy")),
                    vpc_id: Some(text("vpc-v")),
                    ..Firewall::default()
                },
                firewall_status: Some(FirewallStatus {
                    sync_states: BTreeMap::from([(text("eu-west-1a"), state)]),
                    ..FirewallStatus::default()
                }),
            }]);
            let order = if strict { "STRICT_ORDER" } else { "DEFAULT_ACTION_ORDER" };
            region.firewall_policies = Some(vec![FirewallPolicyDescription {
                firewall_policy_response: FirewallPolicyResponse {
                    firewall_policy_arn: text("policy"),
                    ..FirewallPolicyResponse::default()
                },
                firewall_policy: Some(FirewallPolicy {
                    stateless_default_actions: vec![text("aws:forward_to_sfe")],
                    stateful_rule_group_references: vec![StatefulRuleGroupReference {
                        resource_arn: text("group"),
                        priority: Some(1),
                        ..StatefulRuleGroupReference::default()
                    }],
                    stateful_default_actions: defaults.iter().map(|name| text(name)).collect(),
                    stateful_engine_options: Some(StatefulEngineOptions {
                        rule_order: Some(text(order)),
                        ..StatefulEngineOptions::default()
                    }),
                    ..FirewallPolicy::default()
                }),
            }]);
            region.firewall_rule_groups = Some(vec![RuleGroupDescription {
                rule_group_response: RuleGroupResponse {
                    rule_group_arn: text("group"),
                    ..RuleGroupResponse::default()
                },
                rule_group: Some(RuleGroup {
                    rules_source: RulesSource {
                        rules_string: Some(text(rules)),
                        ..RulesSource::default()
                    },
                    ..RuleGroup::default()
                }),
            }]);
        })
}

#[test]
fn network_firewall() {
    let web = "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/443";
    let other = "eni-q1 10.0.2.10 > internet 203.0.113.5 tcp/80";
    let time = "eni-q1 10.0.2.10 > internet 203.0.113.5 udp/123";
    let pass = "pass tcp any any -> any 443 (msg:\"a; b\"; sid:1; rev:1;)";
    let drop = "DENY FIREWALL_RULES_RESTRICTION firewall";
    let strict = || t9(true, &["aws:drop_strict"], pass);
    run(vec![
        ("C-192", strict(), web, "ALLOW"),
        ("C-193", strict(), other, drop),
        (
            "C-194",
            t9(
                false,
                &[],
                "drop tcp any any -> any 443 (sid:1;)\npass ip any any -> any any (sid:2;)",
            ),
            web,
            "ALLOW",
        ),
        (
            "C-227",
            t9(
                true,
                &["aws:drop_strict"],
                "pass tls any any -> any 443 (tls.sni; content:\"example.com\"; sid:1;)",
            ),
            web,
            drop,
        ),
        (
            "NFW-04: may pass later",
            t9(
                true,
                &["aws:drop_established"],
                "pass tls any any -> any 443 (tls.sni; content:\"example.com\"; sid:1;)",
            ),
            web,
            "UNKNOWN FIREWALL_UNSUPPORTED_RULE_OPTIONS firewall",
        ),
        ("C-228", strict().no_route("rtb-p", "10.0.2.0/24"), web, "DENY R NFW_ASYMMETRIC vpce-g"),
        (
            "C-226",
            strict().with(|region| {
                for firewall in region.firewalls.iter_mut().flatten() {
                    if let Some(status) = &mut firewall.firewall_status {
                        for state in status.sync_states.values_mut() {
                            state.attachment.iter_mut().for_each(|found| {
                                found.status = Some("CREATING".to_owned());
                            });
                        }
                    }
                }
            }),
            web,
            "UNKNOWN UNKNOWN_RESOURCE vpce-g",
        ),
        ("C-233", t9(true, &["aws:drop_established"], pass), time, drop),
        ("C-234", t9(true, &["aws:drop_established"], pass), web, "ALLOW"),
        ("C-235", t9(true, &[], ""), other, "ALLOW"),
        (
            "NFW-06",
            t9(
                true,
                &["aws:drop_strict"],
                "pass tcp ![10.9.0.0/16, !10.9.1.0/24] any -> any [443,!80] (sid:1;)",
            ),
            web,
            "ALLOW",
        ),
    ]);
}

fn endpoint(lab: Lab, id: &str, kind: &str, subnet: &str) -> Lab {
    let endpoint = VpcEndpoint {
        vpc_endpoint_id: id.to_owned(),
        vpc_endpoint_type: Some(kind.to_owned()),
        vpc_id: Some("vpc-v".to_owned()),
        state: Some("available".to_owned()),
        subnet_ids: vec![subnet.to_owned()],
        ..VpcEndpoint::default()
    };
    lab.with(|region| region.vpc_endpoints.get_or_insert_default().push(endpoint))
}

#[test]
fn endpoints() {
    let s3 = || {
        endpoint(Lab::t0(), "vpce-s3", "Gateway", "")
            .prefix_list("pl-s3", "IPv4", Some(&["52.216.0.0/15"]))
            .route("rtb-q", "pl-s3 vpce-s3")
    };
    let ask = "eni-q1 10.0.2.10 > any 52.216.1.1 tcp/443";
    let g = |lab: Lab| {
        endpoint(
            lab.subnet_of("g", "v", "10.0.6.0/24"),
            "vpce-g",
            "GatewayLoadBalancer",
            "subnet-g",
        )
    };
    let t10 = || {
        g(Lab::t0())
            .no_route("rtb-p", "0.0.0.0/0")
            .route("rtb-p", "0.0.0.0/0 vpce-g")
            .edge_table("igw-v", &["10.0.1.0/24 vpce-g"])
    };
    run(vec![
        ("C-143", s3(), ask, "ALLOW"),
        (
            "C-145",
            s3().acl_ingress("acl-q", &["100 allow -1 10.0.0.0/16"]),
            ask,
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
        (
            "C-148",
            s3(),
            "eni-q1 10.0.2.10 > any 52.216.1.1 udp/443",
            "DENY VPCE_GATEWAY_PROTOCOL_RESTRICTION vpce-s3",
        ),
        ("T10", t10().route("rtb-g", "0.0.0.0/0 igw-v"), IN, "ALLOW"),
        ("C-225", t10(), IN, "DENY R NO_ROUTE_TO_DESTINATION rtb-g"),
        (
            "C-191",
            g(Lab::t0())
                .no_route("rtb-p", "0.0.0.0/0")
                .route("rtb-p", "0.0.0.0/0 vpce-g")
                .route("rtb-g", "0.0.0.0/0 igw-v"),
            IN,
            "DENY R GWLB_ASYMMETRIC vpce-g",
        ),
    ]);
}
