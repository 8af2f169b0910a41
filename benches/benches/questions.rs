//! The hot path: compile a snapshot, trace a flow, scan everything.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use reach_core::packet::{PortSet, Traffic};
use reach_core::{Network, ScanOptions, TraceOptions, Verdict};

/// Interfaces. Unoptimised builds only try whether the benches run.
const SIZES: &[usize] = if cfg!(debug_assertions) { &[100] } else { &[100, 1_000, 10_000] };

fn compile(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for &size in SIZES {
        let snapshot = reach_benches::network(size);
        group.throughput(Throughput::Elements(size as u64)).sample_size(10);
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(|| snapshot.clone(), Network::compile, BatchSize::LargeInput);
        });
    }
}

fn trace(c: &mut Criterion) {
    let mut group = c.benchmark_group("trace");
    let https = Traffic::tcp(&PortSet::single(443));
    let postgres = Traffic::tcp(&PortSet::single(5432));
    for &size in SIZES {
        let network = Network::compile(reach_benches::network(size));
        for (name, from, traffic) in
            [("from the internet", "internet", &https), ("inside", "i-11", &postgres)]
        {
            let ask = || network.trace(from, "i-1", traffic, &TraceOptions::default());
            let verdict = ask().map(|answer| answer.verdict);
            assert_eq!(verdict, Ok(Verdict::Reachable), "{name} asks for what is open");
            group.bench_function(BenchmarkId::new(name, size), |b| b.iter(|| black_box(ask())));
        }
    }
}

fn scan(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    for &size in SIZES {
        let network = Network::compile(reach_benches::network(size));
        let run = network.scan(&ScanOptions::default());
        assert!(!run.findings.is_empty() && run.unknown.is_empty(), "something is open");
        group.throughput(Throughput::Elements(size as u64)).sample_size(10);
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter(|| network.scan(black_box(&ScanOptions::default())));
        });
    }
}

criterion_group!(benches, compile, trace, scan);
criterion_main!(benches);
