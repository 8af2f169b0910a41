//! Section 20.8, load balancers, and the endpoint services of 20.7.

use reach_core::snapshot::{
    Listener, ListenerAction, LoadBalancer, LoadBalancerListeners, LoadBalancerState,
    LoadBalancerTargetHealth, LoadBalancerZone, ServiceConfiguration, TargetDescription,
    TargetGroup, TargetHealth, TargetHealthDescription, VpcEndpoint,
};

use super::run;
use crate::Lab;

const ALB: &str = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/lb/1";
const NLB: &str = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/lb/1";
const ASK: &str = "internet 203.0.113.5 > eni-q1 198.51.100.60 tcp/443 via=lb";

/// T7 or T8 with one node, in P, and q1 as the target of 443.
fn balanced(arn: &str, protocol: &str, port: i32, target: &str) -> Lab {
    let some = |text: &str| Some(text.to_owned());
    let network = arn == NLB;
    let kind = if network { "network_load_balancer" } else { "interface" };
    Lab::t0()
        .managed("lb", kind, "p", "10.0.1.60")
        .eip("lb", "198.51.100.60")
        .eni("eni-lb", |eni| {
            eni.description = some(if network { "ELB net/lb/1" } else { "ELB app/lb/1" });
        })
        .with(|region| {
            region.load_balancers = Some(vec![LoadBalancer {
                load_balancer_arn: arn.to_owned(),
                load_balancer_name: some("lb"),
                r#type: some(if network { "network" } else { "application" }),
                scheme: some("internet-facing"),
                vpc_id: some("vpc-v"),
                state: Some(LoadBalancerState { code: some("active"), reason: None }),
                availability_zones: vec![LoadBalancerZone {
                    zone_name: some("eu-west-1a"),
                    subnet_id: some("subnet-p"),
                    ..LoadBalancerZone::default()
                }],
                ..LoadBalancer::default()
            }]);
            region.load_balancer_listeners = Some(vec![LoadBalancerListeners {
                load_balancer_arn: arn.to_owned(),
                listeners: vec![Listener {
                    listener_arn: "listener".to_owned(),
                    port: Some(443),
                    protocol: some(if network { "TCP" } else { "HTTPS" }),
                    default_actions: vec![ListenerAction {
                        r#type: some("forward"),
                        target_group_arn: some("tg"),
                        ..ListenerAction::default()
                    }],
                    ..Listener::default()
                }],
            }]);
            region.target_groups = Some(vec![TargetGroup {
                target_group_arn: "tg".to_owned(),
                protocol: some(protocol),
                port: Some(port),
                vpc_id: some("vpc-v"),
                target_type: some(if target.starts_with("i-") { "instance" } else { "ip" }),
                ..TargetGroup::default()
            }]);
            region.load_balancer_target_health = Some(vec![LoadBalancerTargetHealth {
                target_group_arn: "tg".to_owned(),
                target_health_descriptions: vec![TargetHealthDescription {
                    target: TargetDescription {
                        id: target.to_owned(),
                        ..TargetDescription::default()
                    },
                    target_health: Some(TargetHealth { state: some("healthy"), reason: None }),
                }],
            }]);
        })
}

fn alb() -> Lab {
    balanced(ALB, "HTTP", 8080, "i-q1")
}

fn nlb() -> Lab {
    balanced(NLB, "TCP", 8443, "i-q1").groups("lb", &[])
}

#[test]
fn application() {
    let action = |lab: Lab, kind: &'static str| {
        lab.with(move |region| {
            for found in region.load_balancer_listeners.iter_mut().flatten() {
                for action in
                    found.listeners.iter_mut().flat_map(|found| &mut found.default_actions)
                {
                    action.r#type = Some(kind.to_owned());
                }
            }
        })
    };
    run(vec![
        ("C-156", alb().ingress("sg-q1", &["tcp/8080 sg-lb"]), ASK, "ALLOW"),
        (
            "C-158",
            alb().with(|region| {
                for found in region.load_balancers.iter_mut().flatten() {
                    found.scheme = Some("internal".to_owned());
                }
            }),
            ASK,
            &format!("DENY LB_INTERNAL {ALB}"),
        ),
        (
            "C-159",
            alb().no_route("rtb-p", "0.0.0.0/0"),
            ASK,
            "DENY R NO_ROUTE_TO_DESTINATION rtb-p",
        ),
        (
            "C-161",
            alb().ingress("sg-q1", &["tcp/8080 203.0.113.0/24"]),
            ASK,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("C-162", alb().egress("sg-lb", &[]), ASK, "DENY SG_HAS_NO_RULES eni-lb"),
        (
            "C-165",
            alb(),
            "internet 203.0.113.5 > eni-lb 198.51.100.60 tcp/80",
            &format!("DENY ELBV2_LISTENERS_MISMATCH {ALB}"),
        ),
        (
            "C-166",
            action(alb(), "fixed-response"),
            ASK,
            &format!("DENY ELBV2_LISTENER_HAS_NO_TG {ALB}"),
        ),
        (
            "C-223",
            alb().with(|region| {
                for found in region.load_balancers.iter_mut().flatten() {
                    found.state =
                        Some(LoadBalancerState { code: Some("failed".to_owned()), reason: None });
                }
            }),
            ASK,
            &format!("DENY BAD_STATE {ALB}"),
        ),
        (
            "C-224",
            alb(),
            "internet 203.0.113.5 > eni-q1 198.51.100.60 icmp/8/0 via=lb",
            &format!("DENY ELBV2_LISTENERS_MISMATCH {ALB}"),
        ),
    ]);
}

#[test]
fn network() {
    run(vec![
        (
            "C-168",
            nlb().ingress("sg-q1", &["tcp/8443 10.0.0.0/16"]),
            ASK,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("C-169", nlb().ingress("sg-q1", &["tcp/8443 203.0.113.0/24"]), ASK, "ALLOW"),
        (
            "C-170",
            balanced(NLB, "TCP", 8443, "10.0.2.10")
                .groups("lb", &[])
                .ingress("sg-q1", &["tcp/8443 10.0.0.0/16"]),
            ASK,
            "ALLOW",
        ),
        (
            "C-171",
            balanced(NLB, "TCP", 8443, "i-q1")
                .ingress("sg-lb", &["tcp/443 203.0.113.0/24"])
                .ingress("sg-q1", &["tcp/8443 sg-lb"]),
            ASK,
            "ALLOW",
        ),
        ("C-173", nlb(), "internet 192.0.2.9 > eni-lb 198.51.100.60 tcp/443", "ALLOW"),
        (
            "C-175",
            nlb(),
            "eni-q1 10.0.2.10 > eni-q1 10.0.1.60 tcp/443 via=lb",
            &format!("DENY LB_HAIRPIN {NLB}"),
        ),
        (
            "LB-12: the node's subnet takes what the target answers",
            nlb()
                .acl_ingress("acl-p", &["90 deny tcp/50000 10.0.2.0/24", "100 allow -1 0.0.0.0/0"]),
            ASK,
            "DENY R SUBNET_ACL_RESTRICTION acl-p",
        ),
    ]);
}

/// An NLB in P whose only target is the ALB of T7.
fn chained() -> Lab {
    let some = |text: &str| Some(text.to_owned());
    let front = nlb().snapshot();
    alb()
        .managed("nlb", "network_load_balancer", "q", "10.0.2.61")
        .groups("nlb", &[])
        .eni("eni-nlb", |eni| eni.description = some("ELB net/lb/1"))
        .with(|region| {
            let Some(mut other) = front.regions.into_iter().next() else { return };
            for group in other.target_groups.iter_mut().flatten() {
                group.target_group_arn = "front".to_owned();
                group.target_type = some("alb");
                group.port = Some(443);
            }
            for health in other.load_balancer_target_health.iter_mut().flatten() {
                health.target_group_arn = "front".to_owned();
                for described in &mut health.target_health_descriptions {
                    described.target.id = ALB.to_owned();
                }
            }
            for found in other.load_balancer_listeners.iter_mut().flatten() {
                for listener in &mut found.listeners {
                    listener.listener_arn = "front".to_owned();
                    for action in &mut listener.default_actions {
                        action.target_group_arn = some("front");
                    }
                }
            }
            for found in other.load_balancers.iter_mut().flatten() {
                found.load_balancer_name = some("front");
                found.scheme = some("internal");
            }
            region
                .load_balancers
                .get_or_insert_default()
                .extend(other.load_balancers.unwrap_or_default());
            region
                .target_groups
                .get_or_insert_default()
                .extend(other.target_groups.unwrap_or_default());
            region
                .load_balancer_listeners
                .get_or_insert_default()
                .extend(other.load_balancer_listeners.unwrap_or_default());
            region
                .load_balancer_target_health
                .get_or_insert_default()
                .extend(other.load_balancer_target_health.unwrap_or_default());
        })
}

#[test]
fn one_behind_the_other() {
    let ask = "eni-p2 10.0.1.11 > eni-q1 10.0.2.61 tcp/443 via=front";
    run(vec![
        ("LB-07", chained(), ask, "ALLOW"),
        (
            "LB-10: the ALB sees the client",
            chained().ingress("sg-lb", &["tcp/443 10.0.2.0/24"]),
            ask,
            "DENY ENI_SG_RULES_MISMATCH eni-lb",
        ),
    ]);
}

/// C-152: VPC C whose endpoint leads to the NLB of V.
fn consumer(lab: Lab) -> Lab {
    lab.vpc_of("c", "10.9.0.0/16")
        .subnet_of("c", "c", "10.9.1.0/24")
        .host("c1", "c", "10.9.1.5")
        .managed("ep", "vpc_endpoint", "c", "10.9.1.50")
        .with(|region| {
            region.vpc_endpoints = Some(vec![VpcEndpoint {
                vpc_endpoint_id: "vpce-ep".to_owned(),
                vpc_endpoint_type: Some("Interface".to_owned()),
                service_name: Some("service".to_owned()),
                state: Some("available".to_owned()),
                network_interface_ids: vec!["eni-ep".to_owned()],
                ..VpcEndpoint::default()
            }]);
            region.service_configurations = Some(vec![ServiceConfiguration {
                service_id: "vpce-svc-1".to_owned(),
                service_name: Some("service".to_owned()),
                network_load_balancer_arns: vec![NLB.to_owned()],
                ..ServiceConfiguration::default()
            }]);
        })
}

#[test]
fn endpoint_services() {
    let ask = "eni-c1 10.9.1.5 > eni-ep 10.9.1.50 tcp/443";
    let grouped = || {
        consumer(balanced(NLB, "TCP", 8443, "i-q1"))
            .ingress("sg-q1", &["tcp/8443 10.0.1.0/24"])
            .ingress("sg-lb", &["tcp/443 10.8.0.0/16"])
    };
    run(vec![
        (
            "C-152",
            consumer(nlb()).ingress("sg-q1", &["tcp/8443 10.9.0.0/16"]),
            ask,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("EP-07", consumer(nlb()).ingress("sg-q1", &["tcp/8443 10.0.1.0/24"]), ask, "ALLOW"),
        ("C-153", grouped(), ask, "DENY ENI_SG_RULES_MISMATCH eni-lb"),
        (
            "C-154",
            grouped().with(|region| {
                for found in region.load_balancers.iter_mut().flatten() {
                    found.enforce_security_group_inbound_rules_on_private_link_traffic =
                        Some("off".to_owned());
                }
            }),
            ask,
            "ALLOW",
        ),
        (
            "C-151",
            consumer(nlb()).with(|region| {
                for found in region.vpc_endpoints.iter_mut().flatten() {
                    found.state = Some("pendingAcceptance".to_owned());
                }
            }),
            ask,
            "DENY BAD_STATE vpce-ep",
        ),
    ]);
}
