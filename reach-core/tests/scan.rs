//! Scans: what the rules package finds, and what it does not.

use std::collections::{BTreeMap, BTreeSet};

use reach_core::snapshot::{Snapshot, Tag};
use reach_core::{Finding, FindingType, Network, Reachability, Run, ScanOptions};
use reach_testkit::{Lab, generate};

fn scan(lab: &Lab) -> Run {
    scan_with(&lab.snapshot(), &ScanOptions::default())
}

fn scan_with(snapshot: &Snapshot, options: &ScanOptions) -> Run {
    Network::compile(snapshot.clone()).scan(options)
}

/// A finding in a line: severity, ports, origin, interface, group.
fn line(finding: &Finding) -> String {
    let what = match (finding.kind, finding.port) {
        (FindingType::NetworkExposure, _) => {
            format!("all tcp {:?} udp {:?}", finding.tcp_ports, finding.udp_ports)
        }
        (_, port) => format!("{} {}", finding.protocol.to_lowercase(), port.unwrap_or_default()),
    };
    format!(
        "{} {what} {:?} {} {}",
        finding.severity,
        finding.reachability,
        finding.network_interface_id,
        finding.security_group_id,
    )
}

/// The findings on ports, without the aggregates.
fn ports(run: &Run) -> Vec<String> {
    let ports = run.findings.iter().filter(|finding| finding.port.is_some());
    ports.map(line).collect()
}

/// What is unknown, in a line each: instance, gateway, TCP ports.
fn unknown(run: &Run) -> Vec<String> {
    run.unknown
        .iter()
        .map(|unknown| {
            let gateway = unknown.gateway_id.as_deref().unwrap_or_default();
            format!("{} {gateway} {:?}", unknown.instance_id, unknown.tcp_ports)
        })
        .collect()
}

/// [`Lab::t0`] where only `p1` lets something in, and only this.
fn only(lab: Lab, rules: &[&str]) -> Lab {
    ["p1", "p2", "q1", "q2"]
        .into_iter()
        .fold(lab, |lab, host| lab.ingress(&format!("sg-{host}"), &[]))
        .ingress("sg-p1", rules)
}

#[test]
fn a_run_does_not_call_ones_own_ipv6_addresses_the_internet() {
    let two = |rule: &str| {
        only(Lab::t6(), &[rule]).vpc_of("w", "10.1.0.0/16").ipv6("w", "2001:db8:2::/56")
    };
    assert_eq!(ports(&scan(&two("tcp/22 2001:db8:2::/56"))), [""; 0]);
    assert_eq!(
        ports(&scan(&two("tcp/22 2001:db8:3::/56"))),
        ["MEDIUM tcp 22 Internet eni-p1 sg-p1"]
    );
}

#[test]
fn an_instance_that_only_its_interface_tells_of_is_unknown() {
    let open = only(Lab::t0(), &["tcp/22 0.0.0.0/0"]);
    let seen = scan(&open);
    assert_eq!(ports(&seen), ["MEDIUM tcp 22 Internet eni-p1 sg-p1"]);
    let missing = [
        open.clone().with(|region| region.instances = None),
        open.clone().with(|region| region.instances = Some(Vec::new())),
        open.clone().with(|region| {
            region.instances.get_or_insert_default().retain(|it| it.instance_id != "i-p1");
        }),
    ];
    for lab in missing {
        let run = scan(&lab);
        assert_eq!(run.findings, []);
        assert_eq!(unknown(&run), ["i-p1 igw-v [(22, 22)]"]);
    }
    let closed = only(Lab::t0(), &[]).with(|region| region.instances = None);
    assert_eq!(unknown(&scan(&closed)), [""; 0], "a closed group makes it moot");
}

#[test]
fn what_was_not_collected_is_not_resolved() {
    let open = only(Lab::t0(), &["tcp/22 0.0.0.0/0"]);
    let baseline = || ScanOptions { baseline: Some(scan(&open)), ..ScanOptions::default() };
    let resolved = |change: fn(&mut reach_core::snapshot::Region)| {
        scan_with(&open.clone().with(change).snapshot(), &baseline()).resolved.len()
    };
    assert_eq!(resolved(|region| region.instances = None), 0);
    assert_eq!(
        resolved(|region| {
            region.instances = None;
            region.network_interfaces = None;
        }),
        0
    );
    assert_eq!(
        resolved(|region| {
            region.instances.get_or_insert_default().retain(|it| it.instance_id != "i-p1");
            region
                .network_interfaces
                .get_or_insert_default()
                .retain(|it| it.network_interface_id != "eni-p1");
        }),
        2,
        "gone for good"
    );
}

#[test]
fn listeners_decide_the_type() {
    let lab = only(Lab::t0(), &["tcp/22-23 0.0.0.0/0", "tcp/5000 0.0.0.0/0", "udp/53 10.0.0.0/8"]);
    let types = |listeners: &str| -> Vec<String> {
        let listeners = Some(serde_json::from_str(listeners).unwrap());
        let run = scan_with(&lab.snapshot(), &ScanOptions { listeners, ..ScanOptions::default() });
        let ports = run.findings.iter().filter(|finding| finding.port.is_some());
        ports
            .map(|finding| {
                let port = finding.port.unwrap_or_default();
                format!("{} {port} {}", finding.severity, finding.kind.as_str())
            })
            .collect()
    };
    assert_eq!(types("{}"), ["HIGH 23 RecognizedPortNoAgent", "MEDIUM 22 RecognizedPortNoAgent"]);
    assert_eq!(
        types(r#"{"i-p1": []}"#),
        ["INFORMATIONAL 22 RecognizedPortNoListener", "INFORMATIONAL 23 RecognizedPortNoListener"]
    );
    assert_eq!(
        types(
            r#"{"i-p1": [{"protocol": "TCP", "port": 22}, {"protocol": "udp", "port": 23},
                         {"protocol": "tcp", "port": 5000}, {"protocol": "tcp", "port": 6000}]}"#
        ),
        [
            "MEDIUM 22 RecognizedPortWithListener",
            "LOW 5000 UnrecognizedPortWithListener",
            "INFORMATIONAL 23 RecognizedPortNoListener",
        ]
    );
    let other = r#"{"i-p1": [{"protocol": "tcp6", "port": 22}]}"#;
    let error = serde_json::from_str::<reach_core::Listeners>(other).unwrap_err();
    assert!(error.to_string().contains("tcp6"), "{error}");
}

#[test]
fn origins() {
    let found = |lab: Lab| ports(&scan(&lab));
    // 1.11: one-sided, so a peer without a route back counts; and so does 0.0.0.0/0.
    let peered = only(Lab::t1(), &["tcp/22 0.0.0.0/0"]).no_route("rtb-w", "10.0.0.0/16");
    let both = ["MEDIUM tcp 22 Internet eni-p1 sg-p1", "LOW tcp 22 PeeredVpc eni-p1 sg-p1"];
    let w1 = |lab: Lab| lab.ingress("sg-w1", &[]);
    assert_eq!(found(w1(peered.clone())), both);
    assert_eq!(found(w1(peered.no_route("rtb-p", "10.1.0.0/16"))), both[..1], "no way back");
    // A private source is nobody on the internet.
    let private = only(Lab::t1(), &["tcp/22 10.1.0.0/16"]);
    assert_eq!(found(w1(private)), both[1..]);
    // No second hop: the peer's own peer is no source.
    let beyond = only(Lab::t1(), &["tcp/22 10.2.0.0/16"]).vpc_of("x", "10.2.0.0/16");
    assert_eq!(found(w1(beyond.peer("wx", "w", "x"))), [""; 0]);
    // How many sources there are does not count.
    assert_eq!(found(only(Lab::t0(), &["tcp/22 203.0.113.7/32"])), both[..1]);
    // A gateway without a VPN behind it.
    let office = only(Lab::t3(), &[]).ingress("sg-q1", &["tcp/22 192.168.0.0/16"]);
    assert_eq!(found(office.clone()), ["LOW tcp 22 VGW eni-q1 sg-q1"]);
    assert_eq!(found(office.with(|region| region.vpn_connections = Some(Vec::new()))), [""; 0]);
}

#[test]
fn one_finding_for_each_group_and_interface_and_an_aggregate_beside() {
    let lab = only(Lab::t0(), &["tcp/22 203.0.113.0/25"])
        .security_group("sg-more", "v", &["tcp/20-22 203.0.113.128/25", "udp/111 0.0.0.0/0"])
        .groups("p1", &["sg-p1", "sg-more"]);
    let all: Vec<String> = scan(&lab).findings.iter().map(line).collect();
    assert_eq!(
        all,
        [
            "HIGH tcp 21 Internet eni-p1 sg-more",
            "MEDIUM tcp 22 Internet eni-p1 sg-more",
            "MEDIUM tcp 22 Internet eni-p1 sg-p1",
            "MEDIUM udp 111 Internet eni-p1 sg-more",
            "INFORMATIONAL all tcp [(20, 22)] udp [(111, 111)] Internet eni-p1 sg-more",
            "INFORMATIONAL all tcp [(22, 22)] udp [] Internet eni-p1 sg-p1",
        ]
    );
}

#[test]
fn several_tags_are_alternatives() {
    let lab = ["p1", "p2", "q1"].into_iter().fold(Lab::t0(), |lab, host| {
        lab.instance(&format!("i-{host}"), |instance| {
            let tag = |key: &str, value: &str| Tag { key: key.to_owned(), value: value.to_owned() };
            instance.tags.push(tag("Team", host));
        })
    });
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let assessed = |tags| {
        scan_with(&lab.snapshot(), &ScanOptions { tags, ..ScanOptions::default() }).instances
    };
    assert_eq!(assessed(vec![pair("Team", "p2"), pair("Team", "p1")]), ["i-p1", "i-p2"]);
    assert_eq!(assessed(vec![pair("team", "p1"), pair("Team", "P1")]), [""; 0]);
    assert_eq!(assessed(vec![]).len(), 4);
}

#[test]
fn a_region_without_instances_and_interfaces_is_not_assessed() {
    let conclusive = |change: fn(&mut reach_core::snapshot::Region)| {
        let run = scan(&only(Lab::t0(), &[]).with(change));
        let places: Vec<&str> = run.unassessed.iter().map(|it| it.resource.as_str()).collect();
        if run.is_conclusive() { "yes".to_owned() } else { places.join(" ") }
    };
    assert_eq!(conclusive(|_| {}), "yes");
    assert_eq!(
        conclusive(|region| {
            region.instances = None;
            region.network_interfaces = None;
        }),
        "111111111111/eu-west-1"
    );
    assert_eq!(
        conclusive(|region| {
            region.instances = Some(Vec::new());
            region.network_interfaces = None;
        }),
        "yes",
        "there are none"
    );
}

/// LB-17: neither instance nor interface has a public address or a route to an internet gateway.
#[test]
fn instances_behind_load_balancers_are_exposed() {
    let suite = reach_testkit::conformance::Suite::read().unwrap();
    for (topology, name, port) in [("T7", "alb", 8080), ("T8", "nlb", 8443)] {
        let run = scan_with(&suite.snapshot(topology).unwrap(), &ScanOptions::default());
        let found = run.findings.iter().find(|found| found.network_interface_id == "eni-q1");
        let found = found.unwrap_or_else(|| panic!("{topology}: {run:?}"));
        assert_eq!(found.kind, FindingType::NetworkExposure, "{topology}");
        assert_eq!(found.tcp_ports, [(port, port)], "{topology}");
        assert_eq!((&*found.gateway_id, found.reachability), ("igw-v", Reachability::Internet));
        let by = found.load_balancer.as_ref().unwrap();
        assert_eq!((&*by.name, &*by.listener_ports), (name, &[(443, 443)][..]));
        assert!(found.destinations.contains("198.51.100.60".parse().unwrap()));
        assert!(found.sources.contains("203.0.113.9".parse().unwrap()));
        assert!(!found.sources.contains("10.0.1.60".parse().unwrap()));
        assert!(found.description.contains(&format!("load balancer {name}")));
        assert_eq!(run.unknown, []);
    }
}

/// The cases about flows from the internet through a load balancer to q1.
#[test]
fn a_load_balancer_exposes_what_it_forwards_and_nothing_else() {
    let suite = reach_testkit::conformance::Suite::read().unwrap();
    let cases = [
        ("C-156", 1),
        ("C-158", 0),
        ("C-159", 0),
        ("C-160", 1),
        ("C-161", 0),
        ("C-162", 0),
        ("C-163", 0),
        ("C-164", 0),
        ("C-166", 0),
        ("C-167", 1),
        ("C-168", 0),
        ("C-169", 1),
        ("C-170", 1),
        ("C-171", 1),
    ];
    for (case, expected) in cases {
        let run = scan_with(&suite.snapshot(case).unwrap(), &ScanOptions::default());
        let behind = run.findings.iter().filter(|found| found.load_balancer.is_some());
        assert_eq!(behind.count(), expected, "{case}");
    }
}

#[test]
fn a_target_in_doubt_behind_a_load_balancer() {
    let suite = reach_testkit::conformance::Suite::read().unwrap();
    let mut snapshot = suite.snapshot("T7").unwrap();
    for region in &mut snapshot.regions {
        for interface in region.network_interfaces.iter_mut().flatten() {
            if interface.network_interface_id == "eni-q1" {
                "sg-gone".clone_into(&mut interface.groups[0].group_id);
            }
        }
    }
    let run = scan_with(&snapshot, &ScanOptions::default());
    assert_eq!(unknown(&run), ["i-q1 igw-v [(8080, 8080)]"]);
}

/// A load balancer that lacks its listeners, its targets, or itself.
#[test]
fn what_is_behind_a_load_balancer_and_not_collected_is_no_silence() {
    type Take = fn(&mut reach_core::snapshot::Region);
    let cases: [(Take, &str); 3] = [
        (|region| region.load_balancer_listeners = None, "alb"),
        (|region| region.load_balancer_target_health = None, "tg"),
        (|region| region.load_balancers = None, "eni-alb-p"),
    ];
    let suite = reach_testkit::conformance::Suite::read().unwrap();
    for (take, resource) in cases {
        let mut snapshot = suite.snapshot("T7").unwrap();
        snapshot.regions.iter_mut().for_each(take);
        let run = scan_with(&snapshot, &ScanOptions::default());
        assert!(!run.is_conclusive(), "{resource}");
        let told = run.unassessed.iter().any(|told| told.resource.contains(resource));
        assert!(told, "{resource}: {:?}", run.unassessed);
    }
}

/// Interfaces that are alike share what enters them; a scan of one instance shares nothing.
#[test]
fn a_scan_of_all_is_the_scans_of_each() {
    let corners = (0..60).map(|seed| (seed, generate::corners(seed)));
    let large = (0..3).map(|seed| (seed, generate::network(seed, 60)));
    let (mut found, mut unknown) = (0, 0);
    for (seed, mut snapshot) in corners.chain(large) {
        let key = || "each".to_owned();
        let mut values = Vec::new();
        let regions = snapshot.regions.iter_mut();
        for instance in regions.flat_map(|region| region.instances.iter_mut().flatten()) {
            let value = instance.instance_id.clone();
            instance.tags.push(Tag { key: key(), value: value.clone() });
            values.push(value);
        }
        let network = Network::compile(snapshot);
        let whole = network.scan(&ScanOptions::default());
        let each = values.iter().map(|value| {
            let tags = vec![(key(), value.clone())];
            network.scan(&ScanOptions { tags, ..ScanOptions::default() })
        });
        let each: Vec<Run> = each.collect();
        let findings = |runs: &[Run]| -> BTreeMap<String, Finding> {
            let all = runs.iter().flat_map(|run| &run.findings);
            all.map(|finding| (finding.id.clone(), finding.clone())).collect()
        };
        let unknowns = |runs: &[Run]| -> BTreeSet<String> {
            let all = runs.iter().flat_map(|run| &run.unknown);
            // An instance that nobody described has no tag to ask for.
            let told = all.filter(|exposure| values.contains(&exposure.instance_id));
            told.map(|exposure| format!("{exposure:?}")).collect()
        };
        let whole = [whole];
        assert_eq!(findings(&whole), findings(&each), "seed {seed}");
        assert_eq!(unknowns(&whole), unknowns(&each), "seed {seed}");
        found += whole[0].findings.len();
        unknown += whole[0].unknown.len();
    }
    assert!(found > 100 && unknown > 20, "{found} {unknown}");
}
