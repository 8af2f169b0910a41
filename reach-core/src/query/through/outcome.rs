//! What becomes of headers in legs that follow each other.

use super::super::Verdict;
use crate::packet::HeaderSet;
use crate::path::Flow;

/// What becomes of headers: disjoint parts of them, the rest does not get through.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) passing: HeaderSet,
    /// For some of the choices that a load balancer has, and not for others (PIPE-07).
    pub(super) sometimes: HeaderSet,
    pub(super) perhaps: HeaderSet,
}

impl Outcome {
    pub(super) fn nothing() -> Self {
        let none = HeaderSet::empty();
        Self { passing: none.clone(), sometimes: none.clone(), perhaps: none }
    }

    pub(super) fn passing(headers: HeaderSet) -> Self {
        Self { passing: headers, ..Self::nothing() }
    }

    pub(super) fn perhaps(headers: HeaderSet) -> Self {
        Self { perhaps: headers, ..Self::nothing() }
    }

    pub(super) fn any(&self) -> HeaderSet {
        self.passing.union(&self.sometimes)
    }

    /// Outcomes of the flows of one leg, each with what passes the leg itself. A header has several
    /// flows where AWS chooses a way: it passes if it does so by all of them.
    pub(super) fn of_flows(flows: &[(HeaderSet, Self)]) -> Self {
        let mut all = Self::nothing();
        let mut lost = Vec::new();
        for (through, outcome) in flows {
            all.add(outcome);
            lost.push(through.difference(&outcome.passing));
        }
        let lost = HeaderSet::union_all(lost).intersection(&all.passing);
        all.passing = all.passing.difference(&lost);
        all.sometimes = all.sometimes.union(&lost);
        all
    }

    /// Outcomes of different headers.
    pub(super) fn add(&mut self, other: &Self) {
        self.passing = self.passing.union(&other.passing);
        self.sometimes = self.sometimes.union(&other.sometimes).difference(&self.passing);
        self.perhaps = self
            .perhaps
            .union(&other.perhaps)
            .difference(&self.passing)
            .difference(&self.sometimes);
    }

    /// PIPE-07: any of these may be chosen, some perhaps not at all; only what passes with every
    /// choice passes.
    pub(super) fn of_choices(part: &HeaderSet, choices: &[(Self, Chosen)]) -> Self {
        let (mut all, mut any) = (part.clone(), HeaderSet::empty());
        let mut perhaps = HeaderSet::empty();
        for (outcome, chosen) in choices {
            all = all.intersection(&outcome.passing);
            perhaps = perhaps.union(&outcome.perhaps);
            match chosen {
                Chosen::Surely => any = any.union(&outcome.any()),
                Chosen::Perhaps => perhaps = perhaps.union(&outcome.any()),
            }
        }
        let passing = all.intersection(&any);
        let sometimes = any.difference(&passing);
        Self { passing, sometimes, perhaps: perhaps.difference(&any) }
    }

    pub(super) fn verdict(&self) -> Verdict {
        match () {
            () if !self.sometimes.is_empty() => Verdict::PartlyReachable,
            () if !self.passing.is_empty() => Verdict::Reachable,
            () if !self.perhaps.is_empty() => Verdict::Unknown,
            () => Verdict::NotReachable,
        }
    }
}

/// Whether a load balancer may choose something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    Surely,
    Perhaps,
}

/// The outcome of a flow whose end is a node, given what becomes of its headers from there on.
pub(super) fn compose(flow: &Flow, asked: &HeaderSet, onward: &Outcome) -> Outcome {
    let back = |headers: &HeaderSet| flow.forward.trail.undo(headers.clone()).intersection(asked);
    let any = back(&onward.any());
    let perhaps = back(&onward.perhaps);
    let arrived = &flow.forward.headers;
    let lost = back(&arrived.difference(&onward.any()).difference(&onward.perhaps));
    // Behind a NAT gateway several packets are one: what is not lost for any of them is certain.
    let certain = back(&onward.passing)
        .difference(&lost)
        .difference(&perhaps)
        .difference(&back(&onward.sometimes));
    let reach = flow.passing.union(&flow.sometimes);
    let passing = flow.passing.intersection(&certain);
    let sometimes = reach.intersection(&any).difference(&passing);
    let perhaps = reach
        .union(&flow.perhaps)
        .intersection(&any.union(&perhaps))
        .difference(&passing)
        .difference(&sometimes);
    Outcome { passing, sometimes, perhaps }
}
