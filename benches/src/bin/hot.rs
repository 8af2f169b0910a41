//! The hot path for callgrind: `hot QUESTION` asks it once inside `measured`, whose instructions
//! `instructions` has counted; `hot QUESTION SIZE` of a network of another size, for a profile.
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::hint::black_box;

use reach_benches::{Lab, Small, compile, read, small};
use reach_core::packet::{PortSet, Traffic};
use reach_core::{MatrixOptions, Network, ScanOptions, TraceOptions};

const SIZE: usize = 500;
/// Enough for VPCs with peering connections and transit gateways between them.
const MANY: usize = 3_000;

/// What callgrind collects.
#[inline(never)]
fn measured(run: &mut dyn FnMut() -> usize) -> usize {
    black_box(run())
}

fn main() {
    let question = std::env::args().nth(1).unwrap_or_default();
    let usual = if question == "scan-peered" { MANY } else { SIZE };
    let size = std::env::args().nth(2).and_then(|it| it.parse().ok()).unwrap_or(usual);
    let lab = Lab::of(size);
    let network = lab.network();
    let traffic = Traffic::tcp(&PortSet::single(8000));
    let (options, all) = (TraceOptions::default(), MatrixOptions::default());
    let counted = match question.as_str() {
        "read" => measured(&mut || read(lab.document()).regions.len()),
        "compile" => {
            let snapshot = network.snapshot().clone();
            let mut snapshot = Some(snapshot);
            measured(&mut || {
                snapshot.take().map_or(0, |it| Network::compile(it).diagnostics().len() + 1)
            })
        }
        "scan" | "scan-peered" => {
            measured(&mut || network.scan(&ScanOptions::default()).findings.len())
        }
        "verdict" => {
            let pairs = lab.pairs(100);
            let ask =
                |(a, z): &&(String, String)| network.verdict(a, z, &traffic, &options).is_ok();
            measured(&mut || pairs.iter().filter(ask).count())
        }
        "trace" => {
            let pairs = lab.pairs(100);
            let ask = |(a, z): &&(String, String)| network.trace(a, z, &traffic, &options).is_ok();
            measured(&mut || pairs.iter().filter(ask).count())
        }
        "matrix" => measured(&mut || network.matrix(&all).map_or(0, |it| it.sources().len())),
        "edit" => {
            let edit = [lab.edit()];
            measured(&mut || {
                let after = network.with(&edit).ok();
                let changes =
                    after.map(|after| network.finding_changes(&after, &ScanOptions::default()));
                changes.map_or(0, |changes| changes.new.len())
            })
        }
        "edit-matrix" => {
            let edit = [lab.edit()];
            let after = network.with(&edit);
            measured(&mut || {
                let changes = after.as_ref().map(|after| network.matrix_changes(after, &all));
                changes.map_or(0, |changes| changes.map_or(0, |it| it.len()))
            })
        }
        "np-guard" => {
            let network = compile(&small(Small { instances: 300, variants: true }));
            measured(&mut || network.matrix(&all).map_or(0, |it| it.pairs().count()))
        }
        _ => 0,
    };
    println!("{counted}");
    std::process::exit(i32::from(counted == 0));
}
