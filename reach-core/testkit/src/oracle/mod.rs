//! The oracle: a second, plain reading of the specification, one concrete packet at a time.
//!
//! It shares no code with the engine, only the snapshot's data types, so that where the two agree
//! they agree for two reasons. It is meant to be checked against the text line by line: each
//! decision carries the id of its rule. A walk is a straight road; where the network chooses
//! (`choice`), the walk is made once for every choice.

mod balancer;
mod block_public_access;
mod choice;
mod classic;
mod codes;
mod edge_table;
mod encryption;
mod endpoint;
mod firewall;
mod flow;
mod gateway_load_balancer;
mod interface;
mod internet;
mod middlebox;
mod model;
mod nat;
mod network_acl;
mod onward;
mod peering;
mod proxy;
mod route_table;
mod security_group;
mod suricata;
mod target;
mod transit;
mod transit_far;
mod variables;
mod vgw;
mod walk;
mod zones;

#[cfg(test)]
mod tests;

use reach_core::snapshot::Snapshot;

use crate::Flow;
use choice::Choices;
use model::Model;

/// What section 0 calls the verdict, for one packet and its reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It gets through, whatever the network chooses.
    Allow,
    /// It gets through with some of the network's choices and not with others.
    Partial,
    /// It does not get through.
    Deny,
    /// The answer depends on something that is missing or opaque.
    Unknown,
}

/// The element that decides, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stage {
    /// A name out of docs/explanation-codes.md.
    pub code: &'static str,
    /// Id of the element.
    pub component: String,
    /// Whether it is the reply that it decides about.
    pub reply: bool,
}

/// A verdict with the first stage that fails, or that nobody can tell about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The deciding stage; none when all passes.
    pub stage: Option<Stage>,
    /// What decides where the network chooses otherwise (PIPE-07).
    pub others: Vec<Stage>,
}

/// Judges flows on one snapshot.
#[derive(Debug)]
pub struct Oracle<'s> {
    model: Model<'s>,
}

/// Combinations of choices that are walked before the oracle gives up.
const MOST_WALKS: usize = 10_000;

impl<'s> Oracle<'s> {
    /// An oracle for a snapshot.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot) -> Self {
        Self { model: Model::new(snapshot) }
    }

    /// What becomes of a flow.
    #[must_use]
    pub fn judge(&self, flow: &Flow) -> Judgement {
        Self::of(&self.model, flow)
    }

    fn of(model: &Model<'_>, flow: &Flow) -> Judgement {
        let mut choices = Choices::default();
        let (mut denied, mut unknown) = (Vec::new(), None);
        let mut allowed = false;
        for walks in 0.. {
            let one = flow::walk(model, flow, &mut choices);
            match one.verdict {
                Verdict::Allow => allowed = true,
                Verdict::Deny => denied.extend(one.stage.filter(|it| !denied.contains(it))),
                Verdict::Partial | Verdict::Unknown => unknown = unknown.or(one.stage),
            }
            if !choices.advance() {
                break;
            }
            if walks > MOST_WALKS {
                let component = flow.from.clone();
                unknown = Some(Stage { code: codes::NOT_MODELLED, component, reply: false });
                break;
            }
        }
        // PIPE-07: ALLOW only if every choice passes, PARTIAL if some pass. A choice that nobody
        // can tell about may be either, so it makes the whole unknown unless PARTIAL is certain.
        let mut denied = denied.into_iter();
        let (verdict, stage) = match (allowed, denied.next(), unknown) {
            (true, Some(stage), _) => (Verdict::Partial, Some(stage)),
            (_, _, Some(stage)) => (Verdict::Unknown, Some(stage)),
            (false, denied, None) => (Verdict::Deny, denied),
            (true, None, None) => (Verdict::Allow, None),
        };
        Judgement { verdict, stage, others: denied.collect() }
    }
}
