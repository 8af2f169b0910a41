//! Times what docs/benchmarks.md tells, and writes it. `measure SIZE…` prints times of some sizes.
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::time::Instant;

use reach_benches::{Small, cloud, compile, read, small};
use reach_core::{MatrixOptions, Network, ScanOptions};

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = run();
    println!("{what:40} {:>10.2} ms", start.elapsed().as_secs_f64() * 1e3);
    value
}

fn main() {
    for size in std::env::args().skip(1).filter_map(|size| size.parse::<usize>().ok()) {
        println!("== {size}");
        let document = timed("generate", || cloud(1, size));
        let snapshot = timed("JSON to Snapshot", || read(&document));
        let network = timed("Snapshot to Network", || Network::compile(snapshot));
        for diagnostic in network.diagnostics().iter().take(5) {
            println!("{diagnostic}");
        }
        let run = timed("scan", || network.scan(&ScanOptions::default()));
        println!("{} findings", run.findings.len());
        let matrix = timed("matrix", || network.matrix(&MatrixOptions::default()));
        if let Ok(matrix) = matrix {
            let blocks = timed("blocks", || matrix.blocks().count());
            println!(
                "{} source classes, {} destination classes, {blocks} blocks",
                matrix.source_classes().len(),
                matrix.destination_classes().len(),
            );
        }
    }
    for (instances, variants) in [(300, false), (300, true)] {
        let network = compile(&small(Small { instances, variants }));
        let matrix = timed(&format!("np-guard {instances} {variants}"), || {
            network.matrix(&MatrixOptions::default())
        });
        println!("{:?} pairs", matrix.map(|matrix| matrix.pairs().count()).ok());
    }
}
