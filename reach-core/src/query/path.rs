//! Ways through a network, as answers tell of them.

use serde::Serialize;

use super::Verdict;
use crate::network::Compiled;
use crate::order;
use crate::packet::HeaderSet;
use crate::path::{Branch, End, Explanation, Flow, Fork, Hop};
use crate::rules::{Component, Direction};

/// One way through the network, forward and return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Path {
    /// What becomes of the packets that take it.
    pub verdict: Verdict,
    /// From source to destination, or to where it ends.
    pub forward: Vec<Hop>,
    /// And back; empty when nothing comes back or one-way delivery was asked.
    #[serde(rename = "return")]
    pub reply: Vec<Hop>,
    /// The packets that get through this way, as the source sends them.
    pub passing: HeaderSet,
    /// The packets for which that depends on something that is not known.
    #[serde(skip_serializing_if = "HeaderSet::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub unknown: HeaderSet,
    /// What stops the packets on this way, or what nobody knows, the deciding element first; the
    /// headers are those that met the element.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub explanations: Vec<Explanation>,
    /// Where AWS could have chosen another way (PIPE-07).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub choices: Vec<PathChoice>,
}

/// One of several ways that AWS chooses from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct PathChoice {
    /// Where it chooses.
    pub component: Component,
    /// Which way this is, from 0.
    pub option: usize,
    /// How many there are.
    pub of: usize,
}

impl Path {
    /// The hop that one of its explanations is about, as a position in [`forward`](Self::forward)
    /// or [`return`](Self::reply); none for an element that is no hop of its own. Of two hops at
    /// one element it is the one that nothing let the packets through.
    pub fn hop_of(&self, explanation: &Explanation) -> Option<usize> {
        let hops = match explanation.direction {
            Direction::Forward => &self.forward,
            Direction::Return => &self.reply,
        };
        let here = |hop: &Hop| hop.component == explanation.reason.component;
        let bare = hops.iter().position(|hop| here(hop) && hop.evidence.is_empty());
        bare.or_else(|| hops.iter().rposition(here))
    }

    /// By an element of which nobody told where it is.
    pub(super) fn unseen(unknown: HeaderSet, doubt: Explanation) -> Self {
        let component = doubt.reason.component.clone();
        let hop = Hop { component, inbound: unknown.clone(), outbound: None, evidence: Vec::new() };
        Self {
            verdict: Verdict::Unknown,
            forward: vec![hop],
            reply: Vec::new(),
            passing: HeaderSet::empty(),
            unknown,
            explanations: vec![doubt],
            choices: Vec::new(),
        }
    }
}

/// The ways of a flow: one for each way of its replies.
pub(super) fn of_flow(net: &Compiled, flow: &Flow) -> Vec<Path> {
    if flow.replies.is_empty() {
        return vec![one_way(net, flow)];
    }
    flow.replies.iter().map(|reply| there_and_back(net, flow, reply)).collect()
}

fn one_way(net: &Compiled, flow: &Flow) -> Path {
    let verdict = if !flow.passing.is_empty() {
        Verdict::Reachable
    } else if flow.perhaps.is_empty() {
        Verdict::NotReachable
    } else {
        Verdict::Unknown
    };
    Path {
        verdict,
        forward: flow.forward.trail.hops.clone(),
        reply: Vec::new(),
        passing: flow.passing.clone(),
        unknown: flow.perhaps.clone(),
        explanations: explanations(verdict, &[&flow.forward]),
        choices: choices(net, &[&flow.forward]),
    }
}

fn there_and_back(net: &Compiled, flow: &Flow, reply: &Branch) -> Path {
    let both = [&flow.forward, reply];
    let stopped = both.iter().any(|branch| branch.trail.blocked());
    let open = both.iter().any(|branch| branch.trail.doubtful());
    let verdict = match (stopped, open) {
        (true, _) => Verdict::NotReachable,
        (false, true) => Verdict::Unknown,
        (false, false) if reply.trail.by_chance => Verdict::PartlyReachable,
        (false, false) => Verdict::Reachable,
    };
    // What gets through by this way, although AWS may choose another.
    let through = flow.passing.union(&flow.sometimes);
    let answered = |of: &HeaderSet| reply.headers.request().intersection(of);
    let nothing = HeaderSet::empty();
    let (passing, unknown) = match (stopped, open) {
        (true, _) => (nothing.clone(), nothing),
        (false, true) => (nothing, set_out(flow, reply).intersection(&flow.perhaps)),
        (false, false) => (answered(&through), nothing),
    };
    Path {
        verdict,
        forward: flow.forward.trail.hops.clone(),
        reply: reply.trail.hops.clone(),
        passing,
        unknown,
        explanations: explanations(verdict, &both),
        choices: choices(net, &both),
    }
}

/// What a reply answers, as it set out. Where the reply was lost sight of its addresses are not the
/// client's again.
fn set_out(flow: &Flow, reply: &Branch) -> HeaderSet {
    if reply.end == End::Nowhere && !reply.trail.turned_back() {
        return flow.forward.trail.undo(reply.trail.undo(reply.headers.clone()).request());
    }
    reply.headers.request()
}

fn explanations(verdict: Verdict, branches: &[&Branch]) -> Vec<Explanation> {
    let trails = branches.iter().map(|branch| &branch.trail);
    match verdict {
        Verdict::NotReachable => trails.flat_map(|trail| trail.blocks.clone()).collect(),
        Verdict::Unknown => trails.flat_map(|trail| trail.doubts.clone()).collect(),
        Verdict::Reachable | Verdict::PartlyReachable => Vec::new(),
    }
}

fn choices(net: &Compiled, branches: &[&Branch]) -> Vec<PathChoice> {
    let made = branches.iter().flat_map(|branch| &branch.trail.choices);
    made.map(|choice| PathChoice {
        component: fork(net, choice.at),
        option: choice.option,
        of: choice.of,
    })
    .collect()
}

fn fork(net: &Compiled, fork: Fork) -> Component {
    match fork {
        Fork::Ecmp { table, .. } => net.transit_tables[table].component(),
        Fork::Zone { attachment, .. } | Fork::Flow { attachment } => {
            net.attachments[attachment].component()
        }
        Fork::Appliance { endpoint } => net.endpoints[endpoint].component(),
        Fork::Address { gateway } => net.nat_gateways[gateway].component(),
    }
}

/// Those that get something through first.
pub(super) fn sort(paths: &mut [Path]) {
    order::sort_by_key(paths, |path| match path.verdict {
        Verdict::Reachable | Verdict::PartlyReachable => 0,
        Verdict::Unknown => 1,
        Verdict::NotReachable => 2,
    });
}
