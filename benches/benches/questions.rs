//! The hot path: compile a snapshot, trace a flow, scan everything.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use reach_core::packet::{PortSet, Traffic};
use reach_core::snapshot::Snapshot;
use reach_core::{Finding, Network, QueryError, ScanOptions, TraceOptions, Verdict};
use reach_testkit::generate;

/// Interfaces. Unoptimised builds only try whether the benches run.
const SIZES: &[usize] = if cfg!(debug_assertions) { &[200] } else { &[200, 2_000, 20_000] };

fn snapshot(interfaces: usize) -> Snapshot {
    generate::network(1, interfaces)
}

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for &size in SIZES {
        let snapshot = snapshot(size);
        group.throughput(Throughput::Elements(size as u64)).sample_size(10);
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(|| snapshot.clone(), Network::compile, BatchSize::LargeInput);
        });
    }
}

fn scan(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    for &size in SIZES {
        let network = Network::compile(snapshot(size));
        let run = network.scan(&ScanOptions::default());
        assert!(!run.findings.is_empty(), "something is open");
        group.throughput(Throughput::Elements(size as u64)).sample_size(10);
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| network.scan(black_box(&ScanOptions::default())));
        });
    }
}

fn trace(c: &mut Criterion) {
    let mut group = c.benchmark_group("trace");
    for &size in SIZES {
        let network = Network::compile(snapshot(size));
        let run = network.scan(&ScanOptions::default());
        let found = run.findings.iter().find_map(open);
        assert!(found.is_some(), "something is open");
        let Some((to, port)) = found else { continue };
        let ask = |port: u16| -> Result<Verdict, QueryError> {
            let traffic = Traffic::tcp(&PortSet::single(black_box(port)));
            let answer = network.trace("internet", to, &traffic, &TraceOptions::default())?;
            Ok(answer.verdict)
        };
        assert_eq!(ask(9), Ok(Verdict::NotReachable));
        assert!(matches!(ask(port), Ok(Verdict::Reachable | Verdict::PartlyReachable)));
        for (name, port) in [("open", port), ("closed", 9)] {
            group.bench_function(BenchmarkId::new(name, size), |b| b.iter(|| ask(port)));
        }
    }
}

/// An instance and a TCP port of it that a finding is about.
fn open(finding: &Finding) -> Option<(&str, u16)> {
    let port = finding.port.filter(|_| finding.protocol == "TCP")?;
    Some((&finding.instance_id, port))
}

criterion_group!(benches, compile, trace, scan);
criterion_main!(benches);
