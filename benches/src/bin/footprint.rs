//! Memory of one size: a line for each step with the bytes that it keeps and the most that it needs
//! at a time. A program of its own, because counting takes time.
#![expect(clippy::print_stdout, reason = "it is a command")]

use peak_alloc::PeakAlloc;
use reach_benches::{cloud, read};
use reach_core::{MatrixOptions, Network};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

fn told<T>(what: &str, run: impl FnOnce() -> T) -> T {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let value = run();
    let kept = ALLOCATOR.current_usage().saturating_sub(before);
    println!("{what} {kept} {}", ALLOCATOR.peak_usage().saturating_sub(before));
    value
}

fn main() {
    let size = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(1_000);
    let document = cloud(1, size);
    let snapshot = told("snapshot", || read(&document));
    let network = told("network", || Network::compile(snapshot));
    let matrix = told("matrix", || network.matrix(&MatrixOptions::default()));
    drop(matrix);
}
