//! The engine and the oracle on a million flows, and on what they once disagreed about.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do"
)]

use std::fs;
use std::path::Path;

use reach_testkit::differ::Outcome;
use reach_testkit::generate::Features;
use reach_testkit::proving::Tally;
use reach_testkit::shrink::{Case, shrink};

/// Flows of one test; four tests make the million, so that they can run beside one another. A debug
/// build asks a twentieth of them: `make agreement` asks all.
const FLOWS: u64 = if cfg!(debug_assertions) { 12_500 } else { 250_000 };

/// Networks from this seed on, until there were enough flows.
fn agree(first: u64) {
    let mut tally = Tally::default();
    let mut seed = first;
    while tally.flows < FLOWS {
        tally.network(seed, Features::default(), |case, how| {
            let small = shrink(case).to_json().unwrap();
            panic!("{how}\nas a case for reach-core/testkit/regressions:\n{small}");
        });
        seed += 1;
    }
    println!("{tally}\nseeds {first} to {}: agreed on {} flows", seed - 1, tally.flows);
}

#[test]
fn a_first_quarter_of_a_million_flows() {
    agree(0);
}

#[test]
fn a_second_quarter_of_a_million_flows() {
    agree(1 << 32);
}

#[test]
fn a_third_quarter_of_a_million_flows() {
    agree(2 << 32);
}

#[test]
fn a_fourth_quarter_of_a_million_flows() {
    agree(3 << 32);
}

#[test]
fn what_was_disagreed_on_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.sort();
    assert!(!paths.is_empty(), "a folder without cases tests nothing");
    let mut failures = Vec::new();
    for path in paths {
        match Case::read(&path).unwrap().outcome() {
            Outcome::Agreed(_) => {}
            Outcome::NotAsked => failures.push(format!("{}: is no question", path.display())),
            Outcome::Parted(how) => failures.push(format!("{}: {how}", path.display())),
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
