//! The rows of docs/benchmarks.md, one group each, for comparing two states of the code.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use reach_benches::{Lab, Small, compile, read, small};
use reach_core::packet::{PortSet, Traffic};
use reach_core::{MatrixOptions, Network, ScanOptions, TraceOptions};

/// Interfaces. Unoptimised builds only try whether the benches run.
const SIZES: &[usize] = if cfg!(debug_assertions) { &[200] } else { &[1_000, 10_000] };

fn networks(c: &mut Criterion) {
    for &size in SIZES {
        let lab = Lab::of(size);
        let bytes = lab.document().len() as u64;
        let id = || BenchmarkId::from_parameter(size);
        let mut group = c.benchmark_group("read");
        group.throughput(Throughput::Bytes(bytes)).sample_size(10);
        group.bench_function(id(), |b| b.iter(|| read(black_box(lab.document()))));
        group.finish();
        let mut group = c.benchmark_group("value");
        group.throughput(Throughput::Bytes(bytes)).sample_size(10);
        group.bench_function(id(), |b| {
            b.iter(|| serde_json::from_slice::<serde_json::Value>(lab.document().as_bytes()));
        });
        group.finish();
        let per_interface = Throughput::Elements(size as u64);
        let mut group = c.benchmark_group("compile");
        group.throughput(per_interface.clone()).sample_size(10);
        group.bench_function(id(), |b| {
            let snapshot = lab.network().snapshot();
            b.iter_batched(|| snapshot.clone(), Network::compile, BatchSize::LargeInput);
        });
        group.finish();
        let mut group = c.benchmark_group("scan");
        group.throughput(per_interface.clone()).sample_size(10);
        assert!(!lab.network().scan(&ScanOptions::default()).findings.is_empty());
        group.bench_function(id(), |b| b.iter(|| lab.network().scan(&ScanOptions::default())));
        group.finish();
        let mut group = c.benchmark_group("matrix");
        group.throughput(per_interface).sample_size(10);
        group.bench_function(id(), |b| {
            b.iter(|| lab.network().matrix(&MatrixOptions::default()));
        });
        group.finish();
        edits(c, &lab, size);
        traces(c, &lab, size);
    }
}

fn edits(c: &mut Criterion, lab: &Lab, size: usize) {
    let (network, edit) = (lab.network(), [lab.edit()]);
    let Ok(after) = network.with(&edit) else { return };
    let mut group = c.benchmark_group("edit");
    group.sample_size(10);
    group.bench_function(BenchmarkId::new("network", size), |b| b.iter(|| network.with(&edit)));
    assert!(!network.finding_changes(&after, &ScanOptions::default()).new.is_empty());
    group.bench_function(BenchmarkId::new("findings", size), |b| {
        b.iter(|| network.finding_changes(&after, &ScanOptions::default()));
    });
    group.bench_function(BenchmarkId::new("matrix", size), |b| {
        b.iter(|| network.matrix_changes(&after, &MatrixOptions::default()).map(|it| it.len()));
    });
    group.finish();
}

fn traces(c: &mut Criterion, lab: &Lab, size: usize) {
    let pairs = lab.pairs(50);
    let (traffic, options) = (Traffic::tcp(&PortSet::single(8000)), TraceOptions::default());
    let network = lab.network();
    let mut group = c.benchmark_group("trace");
    group.throughput(Throughput::Elements(pairs.len() as u64)).sample_size(20);
    group.bench_function(BenchmarkId::new("verdict", size), |b| {
        b.iter(|| {
            pairs.iter().filter(|(a, z)| network.verdict(a, z, &traffic, &options).is_ok()).count()
        });
    });
    group.bench_function(BenchmarkId::new("evidence", size), |b| {
        b.iter(|| {
            pairs.iter().filter(|(a, z)| network.trace(a, z, &traffic, &options).is_ok()).count()
        });
    });
    group.finish();
}

fn np_guard(c: &mut Criterion) {
    let mut group = c.benchmark_group("np-guard");
    for (name, variants) in [("plain", false), ("variants", true)] {
        let instances = if cfg!(debug_assertions) { 30 } else { 300 };
        let network = compile(&small(Small { instances, variants }));
        let pairs = network.matrix(&MatrixOptions::default()).map(|it| it.pairs().count());
        assert!(pairs.is_ok_and(|pairs| pairs > instances));
        group.bench_function(BenchmarkId::new(name, instances), |b| {
            b.iter(|| network.matrix(&MatrixOptions::default()).map(|it| it.pairs().count()));
        });
    }
    group.finish();
}

criterion_group!(benches, networks, np_guard);
criterion_main!(benches);
