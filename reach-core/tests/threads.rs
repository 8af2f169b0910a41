//! With feature `rayon`, more threads change nothing but the time.
#![cfg(feature = "rayon")]

use rayon::{ThreadPool, ThreadPoolBuilder};
use reach_core::{MatrixOptions, Network, ScanOptions};
use reach_testkit::generate;

fn threads(count: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(count).build().unwrap()
}

#[test]
fn threads_do_not_show() {
    let network = Network::compile(generate::network(5, 400));
    let answers = || {
        let run = network.scan(&ScanOptions::default());
        assert!(run.findings.len() > 100, "{}", run.findings.len());
        let matrix = network.matrix(&MatrixOptions::default()).unwrap();
        serde_json::to_string(&(run, matrix)).unwrap()
    };
    let alone = threads(1).install(answers);
    for _ in 0..3 {
        assert!(threads(5).install(answers) == alone, "other answers on five threads");
    }
}
