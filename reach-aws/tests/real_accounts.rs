//! The flows of real accounts, when their snapshots stand beside the checkout.

use std::collections::BTreeMap;
use std::path::Path;

use reach_core::packet::{PortSet, Traffic};
use reach_core::{Network, TraceOptions, Verdict};
use serde::Deserialize;

#[derive(Deserialize)]
struct Flows {
    flows: Vec<Flow>,
}

#[derive(Deserialize)]
struct Flow {
    snapshot: String,
    from: String,
    to: String,
    protocol: String,
    port: u16,
    question: String,
    expect: Vec<String>,
    #[serde(default)]
    note: String,
}

#[test]
fn flows_of_real_accounts() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let Ok(text) = std::fs::read(data.join("flows.json")) else {
        eprintln!("the snapshots of real accounts are not here: their flows were not run");
        return;
    };
    let flows: Flows = serde_json::from_slice(&text).unwrap();
    let mut networks: BTreeMap<String, Network> = BTreeMap::new();
    let mut wrong = Vec::new();
    for flow in &flows.flows {
        let network = networks.entry(flow.snapshot.clone()).or_insert_with(|| {
            let loaded = reach_aws::load(data.join("real").join(&flow.snapshot)).unwrap();
            Network::compile(loaded.snapshot)
        });
        let ports = PortSet::single(flow.port);
        let traffic = match flow.protocol.as_str() {
            "tcp" => Traffic::tcp(&ports),
            "udp" => Traffic::udp(&ports),
            other => panic!("protocol {other}"),
        };
        let options = TraceOptions {
            forward: flow.question == "forward",
            source_ports: None,
            ..TraceOptions::default()
        };
        let answer = network.trace(&flow.from, &flow.to, &traffic, &options).unwrap();
        let word = match answer.verdict {
            Verdict::Reachable => "ALLOW",
            Verdict::PartlyReachable => "PARTIAL",
            Verdict::NotReachable => "DENY",
            Verdict::Unknown => "UNKNOWN",
        };
        if !flow.expect.iter().any(|expected| expected == word) {
            let codes: Vec<_> =
                answer.explanations.iter().map(|why| why.reason.code.as_str()).collect();
            wrong.push(format!(
                "{}: {} -> {} {}/{} {}: {word} ({codes:?}), expected {:?} ({})",
                flow.snapshot,
                flow.from,
                flow.to,
                flow.protocol,
                flow.port,
                flow.question,
                flow.expect,
                flow.note
            ));
        }
    }
    assert!(!flows.flows.is_empty());
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        flows.flows.len(),
        wrong.join("\n")
    );
}
