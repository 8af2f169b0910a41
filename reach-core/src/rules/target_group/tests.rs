use super::*;
use crate::packet::HeaderSet;
use crate::rules::Scheme;

fn balancer(kind: BalancerKind, cross_zone: Option<bool>) -> LoadBalancer {
    LoadBalancer {
        id: Arc::from("lb"),
        name: Arc::from("lb"),
        dns_name: None,
        kind,
        scheme: Scheme::Internal,
        state: Arc::from("active"),
        vpc: None,
        zones: vec![Arc::from("a"), Arc::from("b")],
        nodes: Vec::new(),
        without_node: Vec::new(),
        listeners: None,
        cross_zone,
        guards_endpoints: None,
        v6_source_prefix: false,
        outbound: HeaderSet::empty(),
        outbound_complete: false,
    }
}

/// A group of targets, each a zone and a state.
fn group(targets: &[(&str, Health)]) -> TargetGroup {
    let target = |(zone, health): &(&str, Health)| Target {
        id: Arc::from("t"),
        place: TargetPlace::Missing,
        port: Some(80),
        zone: match *zone {
            "all" => TargetZone::All,
            "?" => TargetZone::Unknown,
            zone => TargetZone::In(Arc::from(zone)),
        },
        health: *health,
    };
    TargetGroup {
        id: Arc::from("tg"),
        name: None,
        protocol: Arc::from("TCP"),
        kind: TargetKind::Instance,
        targets: Some(targets.iter().map(target).collect()),
        attributes: Some(GroupAttributes::default()),
    }
}

/// `y`, `?` or `n` for each target, as a node in zone `a` sees them.
fn seen(group: &TargetGroup, balancer: &LoadBalancer) -> String {
    let uses = group.uses(balancer, Some(&Arc::from("a")));
    let letter = |usage: &Use| match usage {
        Use::Yes => 'y',
        Use::Perhaps(_) => '?',
        Use::No(_) => 'n',
    };
    uses.iter().map(letter).collect()
}

#[test]
fn zones() {
    use Health::Healthy;
    let targets =
        group(&[("a", Healthy), ("b", Healthy), ("c", Healthy), ("all", Healthy), ("?", Healthy)]);
    let network = |cross_zone| balancer(BalancerKind::Network, cross_zone);
    assert_eq!(seen(&targets, &network(Some(true))), "yyny?");
    assert_eq!(seen(&targets, &network(Some(false))), "ynny?");
    assert_eq!(seen(&targets, &network(None)), "y?ny?");
    let own = TargetGroup {
        attributes: Some(GroupAttributes { cross_zone: Some(false), ..GroupAttributes::default() }),
        ..targets.clone()
    };
    assert_eq!(seen(&own, &network(Some(true))), "ynny?", "the group's own setting");
    let untold = TargetGroup { attributes: None, ..targets };
    assert_eq!(seen(&untold, &network(Some(true))), "y?ny?");
}

#[test]
fn health() {
    use Health::{Draining, Healthy, Unhealthy, Unknown, Unused};
    let alb = balancer(BalancerKind::Application, Some(true));
    let cases: [(&[(&str, Health)], &str); 7] = [
        (&[("a", Healthy), ("a", Unhealthy), ("a", Draining), ("a", Unused)], "ynnn"),
        (&[("a", Unhealthy), ("b", Unhealthy), ("a", Draining), ("a", Unused)], "yynn"),
        (&[("a", Unknown)], "?"),
        (&[("a", Unknown), ("a", Unhealthy)], "??"),
        (&[("a", Unknown), ("a", Healthy), ("a", Unhealthy)], "?yn"),
        // A healthy target where the load balancer is not does not count.
        (&[("c", Healthy), ("a", Unhealthy)], "ny"),
        (&[], ""),
    ];
    for (targets, expected) in cases {
        assert_eq!(seen(&group(targets), &alb), expected, "{targets:?}");
    }
    let classic = balancer(BalancerKind::Classic, Some(true));
    assert_eq!(seen(&group(&[("a", Unhealthy)]), &classic), "n", "no fail-open");
    let per_zone = balancer(BalancerKind::Network, Some(false));
    let targets = group(&[("a", Unhealthy), ("b", Healthy)]);
    assert_eq!(seen(&targets, &per_zone), "yn", "fail-open in the node's own zone");
    let half = TargetGroup {
        attributes: Some(GroupAttributes { least_percent: Some(51), ..GroupAttributes::default() }),
        ..group(&[("a", Healthy), ("a", Unhealthy)])
    };
    assert_eq!(seen(&half, &alb), "yy", "one of two is below 51 %");
}

#[test]
fn preservation() {
    use BalancerKind::{Application, Classic, Network};
    let of = |kind, protocol: &str, preserve| TargetGroup {
        kind,
        protocol: Arc::from(protocol),
        attributes: Some(GroupAttributes { preserve, ..GroupAttributes::default() }),
        ..group(&[])
    };
    let tcp = of(TargetKind::Instance, "TCP", None);
    assert_eq!(tcp.preserves(Network), Some(true));
    assert_eq!(tcp.preserves(Application), Some(false));
    assert_eq!(tcp.preserves(Classic), Some(false));
    assert_eq!(of(TargetKind::Instance, "TLS", Some(false)).preserves(Network), Some(false));
    assert_eq!(of(TargetKind::Address, "TLS", None).preserves(Network), Some(false));
    assert_eq!(of(TargetKind::Address, "TCP", Some(true)).preserves(Network), Some(true));
    assert_eq!(of(TargetKind::Address, "UDP", Some(false)).preserves(Network), Some(true));
    assert_eq!(of(TargetKind::Balancer, "TCP", None).preserves(Network), Some(true));
    let untold = TargetGroup { attributes: None, ..tcp };
    assert_eq!(untold.preserves(Network), None);
}
