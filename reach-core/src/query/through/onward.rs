//! Ways on from a node, and how they join the ways to it.

use super::super::{Path, PathChoice, Verdict, path};
use super::outcome::{Outcome, compose};
use crate::network::Compiled;
use crate::packet::HeaderSet;
use crate::path::{Explanation, Flow, Hop};
use crate::rules::{Direction, Reason};

/// One way on from a node: the load balancer's own hops and the hops of the next leg, there and
/// back, with what of the headers at the node takes it.
#[derive(Debug, Clone)]
pub(super) struct Onward {
    pub(super) forward: Vec<Hop>,
    pub(super) reply: Vec<Hop>,
    pub(super) explanations: Vec<Explanation>,
    pub(super) choices: Vec<PathChoice>,
    pub(super) outcome: Outcome,
}

impl Onward {
    pub(super) fn nothing_more(outcome: Outcome) -> Self {
        let (forward, reply) = (Vec::new(), Vec::new());
        Self { forward, reply, explanations: Vec::new(), choices: Vec::new(), outcome }
    }

    /// What gets through by this way and is not `sure`, because nobody knows whether the way is
    /// taken.
    pub(super) fn doubt(&mut self, sure: &HeaderSet, reason: &Reason) {
        let through = self.outcome.any();
        let open = through.difference(sure);
        if open.is_empty() {
            return;
        }
        self.outcome = Outcome {
            passing: self.outcome.passing.intersection(sure),
            sometimes: self.outcome.sometimes.intersection(sure),
            perhaps: self.outcome.perhaps.union(&open),
        };
        self.explanations.push(Explanation::new(Direction::Forward, reason.clone(), open));
    }
}

/// Paths of a flow to a node, each joined with every way on from there.
pub(super) fn join(
    net: &Compiled,
    (flow, whole): (&Flow, &Outcome),
    asked: &HeaderSet,
    ways: &[Onward],
    paths: &mut Vec<Path>,
) {
    for path in path::of_flow(net, flow) {
        // What nobody can tell of may have no way to show.
        let onward = Onward::nothing_more(Outcome::nothing());
        if ways.is_empty() {
            paths.push(joint(&path, &onward, whole));
        }
        for way in ways {
            paths.push(joint(&path, way, &compose(flow, asked, &way.outcome)));
        }
    }
}

/// A path to a node and a way on, with what becomes of the packets by both.
fn joint(path: &Path, way: &Onward, outcome: &Outcome) -> Path {
    let stopped = path.verdict == Verdict::NotReachable;
    let verdict = if stopped { Verdict::NotReachable } else { outcome.verdict() };
    let unknown = match verdict {
        Verdict::NotReachable => HeaderSet::empty(),
        _ => outcome.perhaps.intersection(&path.passing.union(&path.unknown)),
    };
    Path {
        verdict,
        forward: joined(&[&path.forward, &way.forward]),
        reply: joined(&[&way.reply, &path.reply]),
        passing: outcome.any().intersection(&path.passing),
        unknown,
        explanations: joined(&[&path.explanations, &way.explanations]),
        choices: joined(&[&path.choices, &way.choices]),
    }
}

pub(super) fn joined<T: Clone>(parts: &[&[T]]) -> Vec<T> {
    parts.concat()
}
