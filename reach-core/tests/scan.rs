//! Scans: what the rules package finds, and what it does not.

use reach_core::snapshot::Snapshot;
use reach_core::{Finding, FindingType, Network, Run, ScanOptions};
use reach_testkit::Lab;

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
