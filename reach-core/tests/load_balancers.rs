//! Section 20.8: through load balancers, and to them.

use std::fmt::Write;

use reach_core::snapshot::{
    Attribute, ClassicAttributes, ClassicLoadBalancerAttributes, ClassicLoadBalancerInstance,
    ClassicLoadBalancerInstanceState, ClassicLoadBalancerInstanceStates,
    ClassicLoadBalancerListener, CrossZoneLoadBalancing, ForwardConfig, GroupIdentifier, Listener,
    ListenerAction, ListenerDescription, ListenerRule, LoadBalancer, LoadBalancerAttributes,
    LoadBalancerDescription, LoadBalancerListeners, LoadBalancerState, LoadBalancerTargetHealth,
    LoadBalancerZone, Region, ServiceConfiguration, TargetDescription, TargetGroup,
    TargetGroupAttributes, TargetGroupTuple, TargetHealth, TargetHealthDescription, VpcEndpoint,
};
use reach_core::{Direction, Network, TraceAnswer, TraceOptions, Verdict};
use reach_testkit::Lab;

const X: &str = "203.0.113.5";
const X6: &str = "2001:db8:ffff::5";

/// Id, network, question, expectation. Question: `FROM > TO TRAFFIC`, or `FROM > VIA => TO
/// TRAFFIC`. Expectation: verdict, `R` when the reply decides, code, part of the component's id.
type Case = (&'static str, Lab, &'static str, &'static str);

fn run(cases: Vec<Case>) {
    let mut failures = String::new();
    for (id, lab, question, expected) in cases {
        let answer = ask(&lab, question);
        if let Err(problem) = compare(&answer, expected) {
            writeln!(failures, "{id}: {question}\n  {problem}").unwrap();
            for told in &answer.explanations {
                let (reason, direction) = (&told.reason, told.direction);
                let (code, at, rules) = (reason.code, &reason.component.id, &reason.rules);
                writeln!(failures, "    {direction:?} {code} {at} {rules:?} {}", told.headers)
                    .unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

fn ask(lab: &Lab, question: &str) -> TraceAnswer {
    let words: Vec<&str> = question.split(' ').collect();
    let end = |text: &str| match text {
        "X" => X.to_owned(),
        "X6" => X6.to_owned(),
        _ => text.to_owned(),
    };
    let (from, via, to, traffic) = match words.as_slice() {
        [from, ">", to, traffic] => (from, None, to, traffic),
        [from, ">", via, "=>", to, traffic] => (from, Some((*via).to_owned()), to, traffic),
        _ => panic!("{question:?} is no question"),
    };
    let options = TraceOptions { via, ..TraceOptions::default() };
    let network = Network::compile(lab.snapshot());
    network.trace(&end(from), &end(to), &traffic.parse().unwrap(), &options).unwrap()
}

fn compare(answer: &TraceAnswer, expected: &str) -> Result<(), String> {
    let mut words = expected.split(' ');
    let verdict = match words.next() {
        Some("ALLOW") => Verdict::Reachable,
        Some("PARTIAL") => Verdict::PartlyReachable,
        Some("DENY") => Verdict::NotReachable,
        _ => Verdict::Unknown,
    };
    if answer.verdict != verdict {
        return Err(format!("{} instead of {expected}", answer.verdict));
    }
    let first = answer.explanations.first();
    for word in words {
        let fits = first.is_some_and(|told| match word {
            "R" => told.direction == Direction::Return,
            _ if word.starts_with(|c: char| c.is_ascii_uppercase()) => {
                told.reason.code.as_str() == word
            }
            _ => told.reason.component.id.contains(word),
        });
        if !fits {
            return Err(format!("no {word} first"));
        }
    }
    Ok(())
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-west-1:111111111111:{kind}/{name}/0123456789abcdef")
}

fn set(key: &str, value: &str) -> Attribute {
    Attribute { key: key.to_owned(), value: value.to_owned() }
}

fn forward(groups: &[(&str, i32)]) -> ListenerAction {
    let tuples = groups.iter().map(|(name, weight)| TargetGroupTuple {
        target_group_arn: Some(arn("targetgroup", name)),
        weight: Some(*weight),
    });
    ListenerAction {
        r#type: Some("forward".to_owned()),
        forward_config: Some(ForwardConfig { target_groups: tuples.collect() }),
        ..ListenerAction::default()
    }
}

/// A load balancer with a node in each subnet, `eni-NAME-SUBNET`. Nodes share the group `sg-NAME`;
/// a Network Load Balancer has none.
fn balancer(lab: Lab, name: &str, kind: &str, nodes: &[(&str, &str, Option<&str>)]) -> Lab {
    let path = if kind == "application" { "app" } else { "net" };
    let id = arn("loadbalancer", &format!("{path}/{name}"));
    let label = format!("ELB {path}/{name}/0123456789abcdef");
    let eni_type = if kind == "application" { "interface" } else { "network_load_balancer" };
    let mut lab = lab;
    for (subnet, address, public) in nodes {
        lab = node(lab, name, eni_type, &label, (subnet, address, *public));
        if kind == "network" {
            lab = lab.eni(&format!("eni-{name}-{subnet}"), |eni| eni.groups.clear());
        }
    }
    lab.with(|region| {
        let zone = |(subnet, ..): &(&str, &str, Option<&str>)| LoadBalancerZone {
            zone_name: zone_of(region, subnet),
            subnet_id: Some(format!("subnet-{subnet}")),
            ..LoadBalancerZone::default()
        };
        let zones = nodes.iter().map(zone).collect();
        region.load_balancers.get_or_insert_default().push(LoadBalancer {
            load_balancer_arn: id.clone(),
            load_balancer_name: Some(name.to_owned()),
            dns_name: Some(format!("{name}-1.elb.eu-west-1.amazonaws.com")),
            r#type: Some(kind.to_owned()),
            scheme: Some("internet-facing".to_owned()),
            vpc_id: Some("vpc-v".to_owned()),
            state: Some(LoadBalancerState { code: Some("active".to_owned()), reason: None }),
            availability_zones: zones,
            ..LoadBalancer::default()
        });
        region
            .load_balancer_attributes
            .get_or_insert_default()
            .push(LoadBalancerAttributes { load_balancer_arn: id.clone(), attributes: Vec::new() });
        region
            .load_balancer_listeners
            .get_or_insert_default()
            .push(LoadBalancerListeners { load_balancer_arn: id, listeners: Vec::new() });
    })
}

fn node(
    lab: Lab,
    name: &str,
    kind: &str,
    label: &str,
    (subnet, address, public): (&str, &str, Option<&str>),
) -> Lab {
    let eni = format!("{name}-{subnet}");
    let lab = lab.managed(&eni, kind, subnet, address).eni(&format!("eni-{eni}"), |eni| {
        eni.description = Some(label.to_owned());
        eni.groups.first_mut().unwrap().group_id = format!("sg-{name}-{subnet}");
    });
    match public {
        Some(public) => lab.eip(&eni, public),
        None => lab,
    }
}

fn zone_of(region: &Region, subnet: &str) -> Option<String> {
    let id = format!("subnet-{subnet}");
    let mut subnets = region.subnets.iter().flatten();
    subnets.find(|subnet| subnet.subnet_id == id)?.availability_zone.clone()
}

fn zone(lab: Lab, subnet: &str, letter: char) -> Lab {
    lab.subnet(&format!("subnet-{subnet}"), |subnet| {
        subnet.availability_zone = Some(format!("eu-west-1{letter}"));
    })
}

fn listener(lab: Lab, name: &str, protocol: &str, port: i32, actions: Vec<ListenerAction>) -> Lab {
    lab.with(|region| {
        let mut lists = region.load_balancer_listeners.iter_mut().flatten();
        let list = lists.find(|of| of.load_balancer_arn.contains(&format!("/{name}/"))).unwrap();
        list.listeners.push(Listener {
            listener_arn: format!("listener-{name}-{port}"),
            port: Some(port),
            protocol: Some(protocol.to_owned()),
            default_actions: actions,
            ..Listener::default()
        });
    })
}

fn group(lab: Lab, name: &str, kind: &str, (protocol, port): (&str, i32), ids: &[&str]) -> Lab {
    let id = arn("targetgroup", name);
    let health = |state: &str| {
        Some(TargetHealth { state: Some(state.to_owned()), ..TargetHealth::default() })
    };
    lab.with(|region| {
        region.target_groups.get_or_insert_default().push(TargetGroup {
            target_group_arn: id.clone(),
            target_group_name: Some(name.to_owned()),
            protocol: Some(protocol.to_owned()),
            port: Some(port),
            vpc_id: Some("vpc-v".to_owned()),
            target_type: Some(kind.to_owned()),
            ..TargetGroup::default()
        });
        region
            .target_group_attributes
            .get_or_insert_default()
            .push(TargetGroupAttributes { target_group_arn: id.clone(), attributes: Vec::new() });
        region.load_balancer_target_health.get_or_insert_default().push(LoadBalancerTargetHealth {
            target_group_arn: id,
            target_health_descriptions: ids
                .iter()
                .map(|id| TargetHealthDescription {
                    target: TargetDescription {
                        id: (*id).to_owned(),
                        ..TargetDescription::default()
                    },
                    target_health: health("healthy"),
                })
                .collect(),
        });
    })
}

fn attribute(lab: Lab, key: &str, value: &str) -> Lab {
    lab.with(|region| {
        for of in region.target_group_attributes.iter_mut().flatten() {
            of.attributes.push(set(key, value));
        }
    })
}

fn targets(lab: Lab, change: impl Fn(&mut TargetHealthDescription)) -> Lab {
    lab.with(|region| {
        region
            .load_balancer_target_health
            .iter_mut()
            .flatten()
            .flat_map(|of| &mut of.target_health_descriptions)
            .for_each(change);
    })
}

fn health(lab: Lab, id: &'static str, state: &'static str) -> Lab {
    targets(lab, |target| {
        if target.target.id == id || id == "*" {
            target.target_health =
                Some(TargetHealth { state: Some(state.to_owned()), ..TargetHealth::default() });
        }
    })
}

fn described(lab: Lab, change: impl Fn(&mut LoadBalancer)) -> Lab {
    lab.with(|region| region.load_balancers.iter_mut().flatten().for_each(change))
}

/// T0 and a second zone: public P2 and private Q2.
fn zones() -> Lab {
    let lab = Lab::t0()
        .subnet_of("p2", "v", "10.0.3.0/24")
        .subnet_of("q2", "v", "10.0.4.0/24")
        .route("rtb-p2", "0.0.0.0/0 igw-v");
    zone(zone(lab, "p2", 'b'), "q2", 'b')
}

/// Both nodes of the Application Load Balancer `alb`, each with its own of two equal groups.
const NODES: [(&str, &str, Option<&str>); 2] =
    [("p", "10.0.1.100", Some("198.51.100.100")), ("p2", "10.0.3.100", Some("198.51.100.101"))];

fn alb_in(nodes: &[(&str, &str, Option<&str>)]) -> Lab {
    let mut lab = balancer(zones(), "alb", "application", nodes);
    for (subnet, ..) in nodes {
        lab = lab.ingress(&format!("sg-alb-{subnet}"), &["tcp/443 0.0.0.0/0", "tcp/443 ::/0"]);
    }
    let lab = group(lab, "tg", "instance", ("HTTP", 8080), &["i-q1"]);
    listener(lab, "alb", "HTTPS", 443, vec![forward(&[("tg", 1)])])
}

fn t7() -> Lab {
    alb_in(&NODES)
}

/// The rule that lets `alb` in to q1.
const FROM_ALB: [&str; 2] = ["tcp/8080 sg-alb-p", "tcp/8080 sg-alb-p2"];

fn t8_with(kind: &str, target: &str) -> Lab {
    let lab = balancer(zones(), "nlb", "network", &NODES);
    let lab = group(lab, "tg", kind, ("TCP", 8443), &[target]);
    let lab = listener(lab, "nlb", "TCP", 443, vec![forward(&[("tg", 1)])]);
    attribute(lab, "load_balancing.cross_zone.enabled", "true")
}

fn t8() -> Lab {
    t8_with("instance", "i-q1")
}

/// T8 with a group on the load balancer.
fn t8_grouped() -> Lab {
    let lab = t8();
    let lab = NODES.iter().fold(lab, |lab, (subnet, ..)| {
        lab.ingress(&format!("sg-nlb-{subnet}"), &["tcp/443 203.0.113.0/24"]).eni(
            &format!("eni-nlb-{subnet}"),
            |eni| {
                eni.groups.push(GroupIdentifier {
                    group_id: format!("sg-nlb-{subnet}"),
                    group_name: None,
                });
            },
        )
    });
    lab.ingress("sg-q1", &["tcp/8443 sg-nlb-p", "tcp/8443 sg-nlb-p2"])
}

/// A Classic Load Balancer with one node in P and p1 behind it.
fn clb() -> Lab {
    let lab =
        node(zones(), "clb", "interface", "ELB clb", ("p", "10.0.1.100", Some("198.51.100.100")));
    lab.with(|region| {
        region.load_balancer_descriptions.get_or_insert_default().push(LoadBalancerDescription {
            load_balancer_name: "clb".to_owned(),
            scheme: Some("internet-facing".to_owned()),
            vpc_id: Some("vpc-v".to_owned()),
            subnets: vec!["subnet-p".to_owned()],
            listener_descriptions: vec![ListenerDescription {
                listener: ClassicLoadBalancerListener {
                    load_balancer_port: 80,
                    protocol: Some("HTTP".to_owned()),
                    instance_port: Some(8080),
                    instance_protocol: Some("HTTP".to_owned()),
                },
            }],
            instances: vec![ClassicLoadBalancerInstance { instance_id: "i-p1".to_owned() }],
            ..LoadBalancerDescription::default()
        });
        let states = ClassicLoadBalancerInstanceStates {
            load_balancer_name: "clb".to_owned(),
            instance_states: vec![ClassicLoadBalancerInstanceState {
                instance_id: "i-p1".to_owned(),
                state: Some("InService".to_owned()),
                ..ClassicLoadBalancerInstanceState::default()
            }],
        };
        region.classic_load_balancer_instance_states.get_or_insert_default().push(states);
        let attributes = ClassicAttributes {
            cross_zone_load_balancing: Some(CrossZoneLoadBalancing { enabled: true }),
        };
        region.classic_load_balancer_attributes.get_or_insert_default().push(
            ClassicLoadBalancerAttributes {
                load_balancer_name: "clb".to_owned(),
                load_balancer_attributes: attributes,
            },
        );
    })
}

#[test]
fn application() {
    let to_q1 = "X > alb => q1 tcp/443";
    let fixed = |lab: Lab| {
        lab.with(|region| {
            for listener in
                region.load_balancer_listeners.iter_mut().flatten().flat_map(|of| &mut of.listeners)
            {
                listener.default_actions = vec![ListenerAction {
                    r#type: Some("fixed-response".to_owned()),
                    ..ListenerAction::default()
                }];
            }
        })
    };
    let private =
        [("q", "10.0.2.100", Some("198.51.100.100")), ("q2", "10.0.4.100", Some("198.51.100.101"))];
    let mixed = [NODES[0], private[1]];
    run(vec![
        ("C-156", t7().ingress("sg-q1", &FROM_ALB), to_q1, "ALLOW"),
        ("C-156 dns", t7(), "X > alb-1.elb.eu-west-1.amazonaws.com => q1 tcp/443", "ALLOW"),
        ("C-157", t7().ingress("sg-q1", &FROM_ALB), "X > q1 tcp/8080", "DENY"),
        (
            "C-158",
            described(t7(), |it| it.scheme = Some("internal".to_owned())),
            "X > alb tcp/443",
            "DENY LB_INTERNAL app/alb",
        ),
        ("C-159", alb_in(&private), "X > alb tcp/443", "DENY R NO_ROUTE_TO_DESTINATION rtb-q"),
        ("C-160", alb_in(&mixed), "X > alb tcp/443", "PARTIAL R NO_ROUTE_TO_DESTINATION rtb-q2"),
        ("C-160 node", alb_in(&mixed), "X > eni-alb-p => alb tcp/443", "ALLOW"),
        (
            "C-161",
            t7().ingress("sg-q1", &["tcp/8080 203.0.113.0/24"]),
            to_q1,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        (
            "C-162",
            t7().egress("sg-alb-p", &[]).egress("sg-alb-p2", &[]),
            to_q1,
            "DENY SG_HAS_NO_RULES eni-alb-p",
        ),
        (
            "C-163",
            targets(t7().ingress("sg-q1", &FROM_ALB), |target| target.target.port = Some(9090)),
            to_q1,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("C-164", zone(t7(), "q", 'c'), to_q1, "DENY ELB_INSTALLED_AZ_RESTRICTION"),
        (
            "C-165",
            t7().ingress("sg-alb-p", &["tcp/80 0.0.0.0/0"])
                .ingress("sg-alb-p2", &["tcp/80 0.0.0.0/0"]),
            "X > alb tcp/80",
            "DENY ELBV2_LISTENERS_MISMATCH",
        ),
        ("C-166", fixed(t7()), to_q1, "DENY ELBV2_LISTENER_HAS_NO_TG"),
        ("C-166 node", fixed(t7()), "X > alb tcp/443", "ALLOW"),
        ("C-167", health(t7(), "*", "unhealthy"), to_q1, "ALLOW"),
        (
            "C-223",
            described(t7(), |it| it.state.as_mut().unwrap().code = Some("failed".to_owned())),
            "X > alb tcp/443",
            "DENY BAD_STATE app/alb",
        ),
        (
            "C-224",
            t7().ingress("sg-alb-p", &["icmp/-1/-1 0.0.0.0/0"])
                .ingress("sg-alb-p2", &["icmp/-1/-1 0.0.0.0/0"]),
            "X > alb => q1 icmp/8",
            "DENY ELBV2_LISTENERS_MISMATCH",
        ),
        ("not a target", t7(), "X > alb => q2 tcp/443", "DENY TARGET_ADDRESS_RESTRICTION"),
        ("from inside", t7(), "p1 > alb => q1 tcp/443", "ALLOW"),
        ("a node is no source", t7(), "eni-alb-p > q2 tcp/8080", "DENY TARGET_ADDRESS_RESTRICTION"),
    ]);
}

#[test]
fn network() {
    let to_q1 = "X > nlb => q1 tcp/443";
    let second = |lab: Lab| {
        lab.with(|region| {
            for of in region.load_balancer_target_health.iter_mut().flatten() {
                let mut more = of.target_health_descriptions.first().unwrap().clone();
                more.target.id = "i-q2".to_owned();
                of.target_health_descriptions.push(more);
            }
        })
    };
    let internal = |lab: Lab| {
        let lab = described(lab, |it| it.scheme = Some("internal".to_owned()));
        lab.eni("eni-nlb-p", |eni| {
            eni.private_ip_addresses.iter_mut().for_each(|it| it.association = None);
        })
    };
    run(vec![
        (
            "C-168",
            t8().ingress("sg-q1", &["tcp/8443 10.0.0.0/16"]),
            to_q1,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("C-169", t8().ingress("sg-q1", &["tcp/8443 203.0.113.0/24"]), to_q1, "ALLOW"),
        (
            "C-170",
            t8_with("ip", "10.0.2.10").ingress("sg-q1", &["tcp/8443 10.0.0.0/16"]),
            to_q1,
            "ALLOW",
        ),
        ("C-171", t8_grouped(), to_q1, "ALLOW"),
        (
            "C-172",
            t8_grouped(),
            "192.0.2.9 > nlb => q1 tcp/443",
            "DENY ENI_SG_RULES_MISMATCH eni-nlb-p",
        ),
        ("C-172 itself", t8_grouped(), "192.0.2.9 > nlb tcp/443", "DENY ENI_SG_RULES_MISMATCH"),
        ("C-173", t8(), "192.0.2.9 > eni-nlb-p tcp/443", "ALLOW"),
        ("C-173 port", t8(), "192.0.2.9 > eni-nlb-p tcp/80", "DENY ELBV2_LISTENERS_MISMATCH"),
        (
            "C-174",
            zone(attribute_off(t8()), "q", 'b'),
            "X > eni-nlb-p => q1 tcp/443",
            "DENY ELB_NOT_CROSSZONE",
        ),
        (
            "one zone of two",
            zone(attribute_off(t8()), "q", 'b'),
            to_q1,
            "PARTIAL ELB_NOT_CROSSZONE",
        ),
        ("C-175", internal(t8()), "q1 > nlb tcp/443", "DENY LB_HAIRPIN"),
        ("C-175 two", internal(second(t8())), "q1 > nlb tcp/443", "PARTIAL LB_HAIRPIN"),
        ("both targets", second(t8()), "X > nlb tcp/443", "ALLOW"),
        (
            "one target of two",
            second(t8()).ingress("sg-q2", &["tcp/1 0.0.0.0/0"]),
            "X > nlb tcp/443",
            "PARTIAL ENI_SG_RULES_MISMATCH eni-q2",
        ),
        (
            "the client's own ACL entry on the way back",
            t8().acl_egress("acl-q", &["100 allow -1 10.0.0.0/16"]),
            to_q1,
            "DENY R SUBNET_ACL_RESTRICTION acl-q",
        ),
    ]);
    let answer = ask(&zone(attribute_off(t8()), "q", 'b'), to_q1);
    assert_eq!(answer.passing.destinations().to_string(), "198.51.100.101");
}

fn attribute_off(lab: Lab) -> Lab {
    lab.with(|region| {
        for of in region.target_group_attributes.iter_mut().flatten() {
            of.attributes = vec![set("load_balancing.cross_zone.enabled", "false")];
        }
    })
}

#[test]
fn remote_targets() {
    let peered = |kind: &str, protocol: &str, target: &str| {
        let lab = Lab::t1();
        let lab = balancer(lab, "lb", kind, &NODES[..1]);
        let lab = group(lab, "tg", "ip", (protocol, 8080), &[target]);
        targets(lab, |target| target.target.availability_zone = Some("all".to_owned()))
    };
    let alb = peered("application", "HTTP", "10.1.1.10");
    let alb = listener(alb, "lb", "HTTPS", 443, vec![forward(&[("tg", 1)])]);
    let nlb = peered("network", "UDP", "10.1.1.10");
    let nlb = listener(nlb, "lb", "UDP", 53, vec![forward(&[("tg", 1)])]);
    let far = nlb.clone().with(|region| {
        for pcx in region.vpc_peering_connections.iter_mut().flatten() {
            pcx.accepter_vpc_info.region = Some("us-east-1".to_owned());
        }
    });
    run(vec![
        (
            "C-177",
            alb.clone().ingress("sg-w1", &["tcp/8080 10.0.0.0/16"]),
            "X > lb => w1 tcp/443",
            "ALLOW",
        ),
        (
            "LB-16",
            alb.table("rtb-p", |table| {
                table.routes.retain(|route| route.vpc_peering_connection_id.is_none());
            }),
            "X > lb => w1 tcp/443",
            "DENY IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS",
        ),
        ("LB-13 near", nlb, "X > lb => w1 udp/53", "ALLOW"),
        ("C-176", far, "X > lb => w1 udp/53", "DENY R ELBV2_SOURCE_ADDRESS_PRESERVATION"),
    ]);
}

#[test]
fn classic() {
    let deny = ["90 deny tcp/8080-8080 10.0.1.0/24", "100 allow -1 0.0.0.0/0"];
    let alb = |lab: Lab| {
        let lab = balancer(lab, "alb", "application", &NODES[..1]);
        let lab = group(lab, "tg", "instance", ("HTTP", 8080), &["i-p1"]);
        listener(lab, "alb", "HTTP", 80, vec![forward(&[("tg", 1)])])
    };
    run(vec![
        ("reach", clb(), "X > clb => p1 tcp/80", "ALLOW"),
        (
            "C-178",
            clb().acl_egress("acl-p", &deny),
            "X > clb => p1 tcp/80",
            "DENY ELB_ACL_RESTRICTION acl-p",
        ),
        (
            "C-178 node",
            clb().acl_egress("acl-p", &deny),
            "eni-clb-p > p1 tcp/8080",
            "DENY ELB_ACL_RESTRICTION acl-p",
        ),
        ("C-179", alb(zones()).acl_egress("acl-p", &deny), "X > alb => p1 tcp/80", "ALLOW"),
        (
            "C-180",
            clb().ingress("sg-p1", &["tcp/80 sg-clb-p"]),
            "X > clb => p1 tcp/80",
            "DENY ENI_SG_RULES_MISMATCH eni-p1",
        ),
        (
            "no fail-open",
            clb().with(|region| {
                region
                    .classic_load_balancer_instance_states
                    .iter_mut()
                    .flatten()
                    .flat_map(|of| &mut of.instance_states)
                    .for_each(|state| state.state = Some("OutOfService".to_owned()));
            }),
            "X > clb => p1 tcp/80",
            "DENY LB_TARGET_UNUSED",
        ),
    ]);
}

#[test]
fn what_is_not_known() {
    let nodeless = |lab: Lab, id: &str| {
        lab.with(|region| {
            region
                .network_interfaces
                .get_or_insert_default()
                .retain(|eni| !eni.network_interface_id.contains(id));
        })
    };
    run(vec![
        (
            "no nodes",
            nodeless(t7(), "eni-alb"),
            "X > alb => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE app/alb",
        ),
        (
            "one node",
            nodeless(t7(), "eni-alb-p2"),
            "X > alb => q1 tcp/443",
            "PARTIAL UNKNOWN_RESOURCE app/alb",
        ),
        (
            "no listeners",
            t7().with(|r| r.load_balancer_listeners = None),
            "X > alb => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE",
        ),
        (
            "no health",
            t7().with(|r| r.load_balancer_target_health = None),
            "X > alb => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE tg",
        ),
        (
            "no groups",
            t7().with(|r| r.target_groups = None),
            "X > alb => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE",
        ),
        (
            "no rules, not needed",
            t7().with(|r| r.listener_rules = None),
            "X > alb => q1 tcp/443",
            "ALLOW",
        ),
        (
            "no rules",
            t7().with(|r| r.listener_rules = None),
            "X > alb => q2 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE",
        ),
        (
            "preservation, either way",
            t8().with(|r| r.target_group_attributes = None).with(|r| {
                for of in r.load_balancer_attributes.iter_mut().flatten() {
                    of.attributes = vec![set("load_balancing.cross_zone.enabled", "true")];
                }
            }),
            "X > eni-nlb-p => q1 tcp/443",
            "ALLOW",
        ),
        (
            "preservation decides",
            t8().ingress("sg-q1", &["tcp/8443 10.0.0.0/16"])
                .with(|r| r.target_group_attributes = None),
            "X > eni-nlb-p => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE",
        ),
        (
            "health of the target",
            targets(t7(), |it| it.target_health = None),
            "X > alb => q1 tcp/443",
            "UNKNOWN UNKNOWN_RESOURCE",
        ),
        (
            "not the load balancer itself",
            t7().with(|r| r.load_balancers = None),
            "X > eni-alb-p tcp/443",
            "UNKNOWN NOT_MODELLED",
        ),
    ]);
}

#[test]
fn choices() {
    let two = |lab: Lab, weights: [i32; 2]| {
        let lab = group(lab, "other", "instance", ("HTTP", 9000), &["i-q2"]);
        lab.with(|region| {
            for listener in
                region.load_balancer_listeners.iter_mut().flatten().flat_map(|of| &mut of.listeners)
            {
                listener.default_actions =
                    vec![forward(&[("tg", weights[0]), ("other", weights[1])])];
            }
        })
    };
    let ruled = group(t7(), "other", "instance", ("HTTP", 9000), &["i-q2"]).with(|region| {
        region.listener_rules.get_or_insert_default().push(ListenerRule {
            rule_arn: "rule".to_owned(),
            listener_arn: Some("listener-alb-443".to_owned()),
            actions: vec![forward(&[("other", 1)])],
            ..ListenerRule::default()
        });
    });
    let both = |lab: Lab| {
        lab.with(|region| {
            for of in region.load_balancer_target_health.iter_mut().flatten() {
                let mut more = of.target_health_descriptions.first().unwrap().clone();
                more.target.id = "i-q2".to_owned();
                of.target_health_descriptions.push(more);
            }
        })
    };
    run(vec![
        (
            "LB-06 weight",
            two(t7(), [0, 1]),
            "X > alb => q1 tcp/443",
            "DENY TARGET_ADDRESS_RESTRICTION",
        ),
        ("LB-06 other", two(t7(), [0, 1]), "X > alb => q2 tcp/443", "ALLOW"),
        ("LB-06 rule", ruled, "X > alb => q2 tcp/443", "ALLOW"),
        (
            "LB-09 unhealthy",
            health(both(t7()), "i-q1", "unhealthy"),
            "X > alb => q1 tcp/443",
            "DENY LB_TARGET_UNUSED",
        ),
        (
            "LB-09 draining",
            health(both(t7()), "i-q1", "draining"),
            "X > alb => q1 tcp/443",
            "DENY LB_TARGET_UNUSED",
        ),
        (
            "LB-09 unused",
            health(t7(), "i-q1", "unused"),
            "X > alb => q1 tcp/443",
            "DENY LB_TARGET_UNUSED",
        ),
        (
            "LB-09 minimum",
            attribute(
                health(both(t7()), "i-q1", "unhealthy"),
                "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
                "2",
            ),
            "X > alb => q1 tcp/443",
            "ALLOW",
        ),
        (
            "LB-19 ports that a node takes",
            t7().acl_egress("acl-q", &["100 allow tcp/32768-65535 0.0.0.0/0"]),
            "X > alb => q1 tcp/443",
            "PARTIAL R SUBNET_ACL_RESTRICTION acl-q",
        ),
    ]);
}

/// LB-10: IPv6 clients of an address that IPv4 targets never see.
#[test]
fn families() {
    let dual = |lab: Lab, name: &str| {
        lab.ipv6("v", "2001:db8:1::/56")
            .subnet_ipv6("p", "2001:db8:1:1::/64")
            .route("rtb-p", "::/0 igw-v")
            .eni(&format!("eni-{name}-p"), |eni| {
                eni.ipv6_addresses.push(reach_core::snapshot::Ipv6Address {
                    ipv6_address: "2001:db8:1:1::100".to_owned(),
                });
            })
    };
    run(vec![
        ("ALB", dual(t7(), "alb"), "X6 > eni-alb-p => q1 tcp/443", "ALLOW"),
        (
            "NLB",
            dual(t8(), "nlb").ingress("sg-q1", &["tcp/8443 10.0.1.100/32"]),
            "X6 > eni-nlb-p => q1 tcp/443",
            "ALLOW",
        ),
    ]);
}

/// A group of type `alb` leads on to that load balancer's targets, and never in a ring.
#[test]
fn one_behind_the_other() {
    let behind = |target: &str| {
        let lab = balancer(t7(), "nlb", "network", &[("p", "10.0.1.110", Some("198.51.100.110"))]);
        let lab = group(lab, "front", "alb", ("TCP", 443), &[target]);
        listener(lab, "nlb", "TCP", 443, vec![forward(&[("front", 1)])])
    };
    let alb = arn("loadbalancer", "app/alb");
    let nlb = arn("loadbalancer", "net/nlb");
    let ring = group(behind(&alb), "back", "alb", ("TCP", 443), &[&alb]).with(|region| {
        for listener in
            region.load_balancer_listeners.iter_mut().flatten().flat_map(|of| &mut of.listeners)
        {
            if listener.listener_arn.contains("alb") {
                listener.default_actions = vec![forward(&[("back", 1)])];
            }
        }
    });
    run(vec![
        ("through both", behind(&alb), "X > nlb => q1 tcp/443", "ALLOW"),
        (
            "the second's group",
            behind(&alb).ingress("sg-alb-p", &["tcp/1 0.0.0.0/0"]),
            "X > nlb => q1 tcp/443",
            "PARTIAL ENI_SG_RULES_MISMATCH eni-alb-p",
        ),
        ("to the second", behind(&alb), "X > nlb => alb tcp/443", "ALLOW"),
        ("to itself", behind(&nlb), "X > nlb => q1 tcp/443", "UNKNOWN UNKNOWN_RESOURCE"),
        ("a ring", ring, "X > nlb => q1 tcp/443", "UNKNOWN UNKNOWN_RESOURCE"),
    ]);
}

/// A consumer in another VPC, and an endpoint in front of an internal Network Load Balancer.
fn private_link() -> Lab {
    let lab = balancer(zones(), "nlb", "network", &[("q", "10.0.2.100", None)]);
    let lab = described(lab, |it| it.scheme = Some("internal".to_owned()));
    let lab = group(lab, "tg", "instance", ("TCP", 8443), &["i-q1"]);
    let lab = listener(lab, "nlb", "TCP", 443, vec![forward(&[("tg", 1)])]);
    attribute(lab, "preserve_client_ip.enabled", "true")
        .vpc_of("c", "10.9.0.0/16")
        .subnet_of("c", "c", "10.9.1.0/24")
        .host("client", "c", "10.9.1.5")
        .managed("ep", "vpc_endpoint", "c", "10.9.1.50")
        .with(|region| {
            let service = "com.amazonaws.vpce.eu-west-1.vpce-svc-1".to_owned();
            region.vpc_endpoints.get_or_insert_default().push(VpcEndpoint {
                vpc_endpoint_id: "vpce-1".to_owned(),
                vpc_endpoint_type: Some("Interface".to_owned()),
                vpc_id: Some("vpc-c".to_owned()),
                service_name: Some(service.clone()),
                state: Some("available".to_owned()),
                subnet_ids: vec!["subnet-c".to_owned()],
                network_interface_ids: vec!["eni-ep".to_owned()],
                ..VpcEndpoint::default()
            });
            region.service_configurations.get_or_insert_default().push(ServiceConfiguration {
                service_id: "vpce-svc-1".to_owned(),
                service_name: Some(service),
                service_state: Some("Available".to_owned()),
                network_load_balancer_arns: vec![arn("loadbalancer", "net/nlb")],
                ..ServiceConfiguration::default()
            });
        })
}

/// The load balancer gets a group that lets 10.8.0.0/16 in.
fn guarded(lab: Lab, enforced: Option<&str>) -> Lab {
    let lab = lab.ingress("sg-nlb-q", &["tcp/443 10.8.0.0/16"]).eni("eni-nlb-q", |eni| {
        eni.groups = vec![GroupIdentifier { group_id: "sg-nlb-q".to_owned(), group_name: None }];
    });
    described(lab, |it| {
        it.enforce_security_group_inbound_rules_on_private_link_traffic =
            enforced.map(str::to_owned);
    })
}

#[test]
fn endpoints() {
    let asked = "client > 10.9.1.50 tcp/443";
    let nearby = || private_link().ingress("sg-q1", &["tcp/8443 10.0.2.0/24"]);
    let services = |lab: Lab, change: fn(&mut ServiceConfiguration)| {
        lab.with(|region| region.service_configurations.iter_mut().flatten().for_each(change))
    };
    run(vec![
        (
            "C-152",
            private_link().ingress("sg-q1", &["tcp/8443 10.9.0.0/16"]),
            asked,
            "DENY ENI_SG_RULES_MISMATCH eni-q1",
        ),
        ("C-153", guarded(nearby(), Some("on")), asked, "DENY ENI_SG_RULES_MISMATCH eni-nlb-q"),
        ("C-154", guarded(nearby(), Some("off")), asked, "ALLOW"),
        ("EP-08 not told", guarded(nearby(), None), asked, "UNKNOWN UNKNOWN_RESOURCE net/nlb"),
        ("no group", nearby(), asked, "ALLOW"),
        ("by way of it", nearby(), "client > eni-ep => q1 tcp/443", "ALLOW"),
        (
            "another target",
            nearby(),
            "client > eni-ep => q2 tcp/443",
            "DENY TARGET_ADDRESS_RESTRICTION",
        ),
        ("EP-07 port", nearby(), "client > 10.9.1.50 tcp/80", "DENY ELBV2_LISTENERS_MISMATCH"),
        (
            "EP-07 state",
            services(nearby(), |it| it.service_state = Some("Deleting".to_owned())),
            asked,
            "DENY BAD_STATE vpce-svc-1",
        ),
        (
            "EP-07 zone",
            services(zone(nearby(), "c", 'b'), |it| it.availability_zone_ids.clear()),
            asked,
            "UNKNOWN UNKNOWN_RESOURCE net/nlb",
        ),
        (
            "EP-07 zone ids",
            services(
                nearby().subnet("subnet-c", |it| {
                    it.availability_zone_id = Some("euw1-az2".to_owned());
                }),
                |it| it.availability_zone_ids = vec!["euw1-az1".to_owned()],
            ),
            asked,
            "DENY VPCE_SERVICE_NOT_INSTALLED_IN_AZ vpce-svc-1",
        ),
        (
            "somebody else's load balancer",
            services(nearby(), |it| it.network_load_balancer_arns = vec!["arn".to_owned()]),
            asked,
            "UNKNOWN UNKNOWN_RESOURCE vpce-svc-1",
        ),
    ]);
}
