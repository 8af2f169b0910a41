//! The questions that are timed.

use std::hint::black_box;

use cpu_time::ThreadTime;
use reach_core::change::Edit;
use reach_core::packet::{PortSet, Traffic};
use reach_core::{MatrixOptions, Network, ScanOptions, TraceOptions};

use crate::{Lab, compile, read};

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Short, for the plot and for the criterion group.
    pub name: &'static str,
    /// In words.
    pub what: &'static str,
    /// What was set out to reach.
    pub target: &'static str,
    /// The size that the target is about.
    pub at: Option<usize>,
    ask: fn(&mut Lab) -> f64,
}

/// All of them.
pub const ALL: &[Question] = &[
    Question {
        name: "read",
        what: "JSON bytes to Snapshot",
        target: "not above the next row",
        at: Some(100_000),
        ask: |lab| once(|| read(&lab.document)),
    },
    Question {
        name: "value",
        what: "the same bytes to `serde_json::Value`",
        target: "",
        at: Some(100_000),
        ask: |lab| {
            once(|| serde_json::from_slice::<serde_json::Value>(lab.document.as_bytes()).is_ok())
        },
    },
    Question {
        name: "compile",
        what: "Snapshot to Network",
        target: "≤ 1 s",
        at: Some(100_000),
        ask: |lab| {
            let snapshot = lab.network.snapshot().clone();
            once(|| Network::compile(snapshot))
        },
    },
    Question {
        name: "scan",
        what: "scan from all edges",
        target: "≤ 0.3 s",
        at: Some(100_000),
        ask: |lab| once(|| lab.network.scan(&ScanOptions::default())),
    },
    Question {
        name: "verdict",
        what: "trace, verdict only",
        target: "≤ 0.5 µs",
        at: Some(100_000),
        ask: |lab| {
            each(lab, |network, from, to| {
                let traffic = Traffic::tcp(&PortSet::single(8000));
                black_box(network.verdict(from, to, &traffic, &TraceOptions::default())).is_ok()
            })
        },
    },
    Question {
        name: "trace",
        what: "trace, whole with evidence",
        target: "≤ 5 µs",
        at: Some(100_000),
        ask: |lab| {
            each(lab, |network, from, to| {
                let traffic = Traffic::tcp(&PortSet::single(8000));
                black_box(network.trace(from, to, &traffic, &TraceOptions::default())).is_ok()
            })
        },
    },
    Question {
        name: "matrix",
        what: "matrix, classes and ways",
        target: "≤ 1 s at 10,000, ≤ 15 s at 100,000",
        at: Some(100_000),
        ask: |lab| once(|| lab.network.matrix(&MatrixOptions::default())),
    },
    Question {
        name: "pair",
        what: "one pair of a matrix",
        target: "",
        at: Some(100_000),
        ask: pair,
    },
    Question {
        name: "edit",
        what: "one rule of a group that 2,000 interfaces have edited, and the network made of it",
        target: "",
        at: Some(100_000),
        ask: |lab| {
            let edit: Edit = lab.edit();
            once(|| lab.network.with(std::slice::from_ref(&edit)))
        },
    },
    Question {
        name: "edit-instance",
        what: "one instance terminated, and the network made of it",
        target: "",
        at: Some(100_000),
        ask: |lab| {
            let edit: Edit = lab.end();
            once(|| lab.network.with(std::slice::from_ref(&edit)))
        },
    },
    Question {
        name: "edit-findings",
        what: "how its findings differ",
        target: "≤ 10 ms with the edit",
        at: Some(100_000),
        ask: |lab| {
            let Ok(after) = lab.network.with(&[lab.edit()]) else { return f64::NAN };
            once(|| lab.network.finding_changes(&after, &ScanOptions::default()))
        },
    },
    Question {
        name: "edit-matrix",
        what: "how its matrix differs",
        target: "≤ 50 ms with the edit",
        at: Some(100_000),
        ask: |lab| {
            let Ok(after) = lab.network.with(&[lab.edit()]) else { return f64::NAN };
            once(|| {
                lab.network.matrix_changes(&after, &MatrixOptions::default()).map(|it| it.len())
            })
        },
    },
];

impl Question {
    /// The median of some runs: fewer where they take long.
    pub fn median(&self, lab: &mut Lab) -> f64 {
        let mut times = vec![(self.ask)(lab)];
        while times.len() < 7 && times.iter().sum::<f64>() < 3.0 {
            times.push((self.ask)(lab));
        }
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    }
}

/// Median seconds of five runs.
#[must_use]
pub fn median_of<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut times = [(); 5].map(|()| once(&mut run));
    times.sort_by(f64::total_cmp);
    times[2]
}

/// Seconds of one run; what it made is dropped after the clock stopped.
fn once<T>(run: impl FnOnce() -> T) -> f64 {
    // Of this thread: what else the machine does is not counted.
    let start = ThreadTime::now();
    let value = black_box(run());
    let seconds = start.elapsed().as_secs_f64();
    drop(value);
    seconds
}

/// Seconds a pair, over some pairs of interfaces.
fn each(lab: &Lab, ask: impl Fn(&Network, &str, &str) -> bool) -> f64 {
    let pairs = lab.pairs(200);
    let seconds = once(|| pairs.iter().filter(|(from, to)| ask(&lab.network, from, to)).count());
    seconds / per(pairs.len())
}

fn pair(lab: &mut Lab) -> f64 {
    let Ok(matrix) = lab.network.matrix(&MatrixOptions::default()) else { return f64::NAN };
    let (sources, destinations) = (matrix.sources().len(), matrix.destinations().len());
    let asked = 10_000;
    let seconds = once(|| {
        (0..asked)
            .filter(|step| {
                matrix.get(step * 7919 % sources, step * 104_729 % destinations).is_some()
            })
            .count()
    });
    seconds / per(asked)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn per(count: usize) -> f64 {
    count.max(1) as f64
}

/// Seconds for all pairs of the small shape, after compile.
#[must_use]
pub fn small(document: &str) -> f64 {
    let network = compile(document);
    let mut times: Vec<f64> = (0..15)
        .map(|_| once(|| network.matrix(&MatrixOptions::default()).map(|it| it.pairs().count())))
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
