//! Network Firewall (semantics section 14, NFW-*): a stateless engine that looks at each packet,
//! and a stateful one that decides a flow by its request.

mod first_match;
mod policy;
mod stateful;
mod stateless;
mod suricata;
#[cfg(test)]
mod tests;
mod variables;

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::{FirewallIdx, SubnetIdx};
use crate::packet::{HeaderSet, Traffic};
use first_match::{Decided, Outcomes, Rule, Stage, doubts, first_match};

pub(crate) use policy::PolicySource;

/// A firewall, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Firewall {
    /// Its ARN.
    pub(crate) id: Arc<str>,
    pub(crate) name: Option<Arc<str>>,
    /// `None` when the snapshot lacks it.
    pub(crate) policy: Option<FirewallPolicy>,
}

/// Where a firewall takes packets in.
#[derive(Debug, Clone)]
pub(crate) struct FirewallEndpoint {
    pub(crate) firewall: FirewallIdx,
    /// `vpce-…`
    pub(crate) id: Arc<str>,
    /// Its subnet; `None` when the snapshot lacks it.
    pub(crate) subnet: Option<SubnetIdx>,
    /// `READY` carries traffic.
    pub(crate) status: Arc<str>,
}

/// A policy as one firewall applies it: `HOME_NET` depends on the VPC (NFW-06).
#[derive(Debug, Clone)]
pub(crate) struct FirewallPolicy {
    firewall: Component,
    stateless: Vec<Rule>,
    stateless_default: DefaultAction<Outcomes>,
    stateful: Vec<Rule>,
    stateful_default: DefaultAction<Unmatched>,
    /// Rule id of the order that the stateful rules are read in.
    order: &'static str,
    midstream: DefaultAction<Midstream>,
}

/// What is done where no rule says it, and the field that says so.
#[derive(Debug, Clone)]
struct DefaultAction<T> {
    action: T,
    evidence: Evidence,
}

/// NFW-04: what the stateful engine does with what no rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unmatched {
    Pass,
    /// `aws:drop_strict`.
    Drop,
    /// `aws:drop_established`: all but the handshake of TCP.
    DropEstablished,
    Unreadable,
}

impl Unmatched {
    fn at(self, stage: Stage) -> Outcomes {
        match (self, stage) {
            (Self::Pass, _) | (Self::DropEstablished, Stage::Syn | Stage::SynAck) => Outcomes::PASS,
            (Self::Drop | Self::DropEstablished, _) => Outcomes::DROP,
            (Self::Unreadable, _) => Outcomes::PASS_OR_DROP,
        }
    }
}

/// NFW-07: what becomes of TCP that the stateful engine sees from the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Midstream {
    Drop,
    /// The rules are asked, without knowing who is the client.
    Continue,
}

/// What a firewall does to requests.
#[derive(Debug, Clone)]
pub(crate) struct Inspected {
    pub(crate) split: Split,
    /// The requests that the stateful engine has seen, if they got through: replies to them follow
    /// the decision for their flow (NFW-05).
    pub(crate) tracked: HeaderSet,
}

impl Firewall {
    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::Firewall, &self.id, self.name.as_ref())
    }

    /// The headers that its rules are about.
    pub(crate) fn matches(&self) -> impl Iterator<Item = &HeaderSet> {
        let rules = self.policy.iter().flat_map(|it| it.stateless.iter().chain(&it.stateful));
        rules.map(|rule| &rule.matches)
    }

    /// What becomes of the first packets of flows, and of those that follow the same way.
    pub(crate) fn request(&self, headers: HeaderSet, record: bool) -> Inspected {
        match &self.policy {
            Some(policy) => policy.request(&headers, record),
            None => Inspected { split: self.no_policy(headers.clone()), tracked: headers },
        }
    }

    /// What becomes of replies at the firewall that has `tracked` these requests.
    pub(crate) fn reply(&self, replies: HeaderSet, tracked: &HeaderSet, record: bool) -> Split {
        match &self.policy {
            Some(policy) => policy.reply(&replies, tracked, record),
            None => self.no_policy(replies),
        }
    }

    fn no_policy(&self, headers: HeaderSet) -> Split {
        let code = ExplanationCode::UnknownResource;
        Split::unsure(headers, Reason::new(code, self.component(), &["NFW-01"]))
    }
}

impl FirewallEndpoint {
    /// NFW-01: nobody can tell what an endpoint does that is not ready.
    pub(crate) fn serve(&self, endpoint: Component, headers: HeaderSet) -> Split {
        if &*self.status == "READY" {
            return Split::pass(headers);
        }
        let state = Evidence::attribute(&self.id, "Attachment.Status", &self.status);
        let reason = Reason::new(ExplanationCode::UnknownResource, endpoint, &["NFW-01"]);
        Split::unsure(headers, reason.with(state))
    }
}

/// What both engines do at one stage.
struct Staged {
    split: Split,
    /// What the stateful engine may have seen of what was not dropped.
    tracked: HeaderSet,
    /// What passes, and nobody can tell whether the stateful engine has seen it.
    either: HeaderSet,
}

impl FirewallPolicy {
    /// NFW-02 to NFW-05: a flow gets through when all its packets do.
    fn request(&self, headers: &HeaderSet, record: bool) -> Inspected {
        let ask = |stage: Stage, headers: HeaderSet| {
            let staged = self
                .stage(stage, headers, record, |forwarded| self.stateful(stage, forwarded, record));
            self.doubt_tracking(stage, staged)
        };
        let (tcp, other) = by_protocol(headers);
        let first = ask(Stage::Syn, tcp);
        let kept = first.split.passed.union(&all(&first.split.unsure));
        let later = ask(Stage::Data, kept);
        let tcp = self.whole_flow(first, later);
        let other = ask(Stage::Other, other);
        Inspected {
            split: join(tcp.split, other.split),
            tracked: tcp.tracked.union(&other.tracked),
        }
    }

    /// NFW-02, NFW-05, NFW-07: the stateless engine sees replies too. The stateful one lets them
    /// through in the flows that it knows; TCP of another flow is midstream, and anything else
    /// begins a flow of its own.
    fn reply(&self, replies: &HeaderSet, tracked: &HeaderSet, record: bool) -> Split {
        let known = tracked.reply();
        let ask = |stage: Stage, headers: HeaderSet| {
            let staged = self.stage(stage, headers, record, |forwarded| {
                let unseen = forwarded.difference(&known);
                let strange = match stage {
                    Stage::Other => self.stateful(stage, unseen, record),
                    _ => self.midstream(unseen),
                };
                join(Split::pass(forwarded.intersection(&known)), strange)
            });
            Staged { tracked: HeaderSet::empty(), ..staged }
        };
        let (tcp, other) = by_protocol(replies);
        let first = ask(Stage::SynAck, tcp);
        let kept = first.split.passed.union(&all(&first.split.unsure));
        let later = ask(Stage::Data, kept);
        join(self.whole_flow(first, later).split, ask(Stage::Other, other).split)
    }

    /// The stateless engine, and behind it `forward` for what it hands on.
    fn stage(
        &self,
        stage: Stage,
        headers: HeaderSet,
        record: bool,
        forward: impl Fn(HeaderSet) -> Split,
    ) -> Staged {
        let mut staged = Staged {
            split: Split::pass(HeaderSet::empty()),
            tracked: HeaderSet::empty(),
            either: HeaderSet::empty(),
        };
        for piece in first_match(&self.stateless, stage, headers, self.stateless_default.action) {
            let forwarded = match piece.outcomes.may(Outcomes::FORWARD) {
                true => forward(piece.headers.clone()),
                false => Split::pass(HeaderSet::empty()),
            };
            if piece.outcomes == Outcomes::FORWARD {
                let seen = forwarded.passed.union(&all(&forwarded.unsure));
                staged.tracked = staged.tracked.union(&seen);
                staged.split = join(staged.split, forwarded);
                continue;
            }
            let reason = |code| match piece.by {
                Some(rule) => rule.reason(code, &self.firewall, "NFW-02"),
                None => self.by_default(code, "NFW-02", &self.stateless_default.evidence),
            };
            let Decided { headers, outcomes, by } = piece;
            match outcomes {
                Outcomes::PASS => {
                    staged.split.passed = staged.split.passed.union(&headers);
                    if record {
                        let default = &self.stateless_default.evidence;
                        let evidence = by.map_or(default, |rule| &rule.evidence);
                        staged.split.evidence.push(evidence.clone());
                    }
                }
                Outcomes::DROP => staged
                    .split
                    .add_dropped(headers, reason(ExplanationCode::FirewallRulesRestriction)),
                outcomes => {
                    // Both ways lead to the same end: the doubt does not matter.
                    let (passed, dropped) = match outcomes {
                        Outcomes::DROP_OR_FORWARD => (HeaderSet::empty(), forwarded.dropped),
                        _ if outcomes.may(Outcomes::DROP) => (HeaderSet::empty(), Vec::new()),
                        _ => (forwarded.passed, Vec::new()),
                    };
                    let open = headers.difference(&passed).difference(&all(&dropped));
                    if outcomes.may(Outcomes::FORWARD) {
                        staged.tracked = staged.tracked.union(&open);
                    }
                    staged.split.passed = staged.split.passed.union(&passed);
                    staged.either = staged.either.union(&passed);
                    staged.split.dropped.extend(dropped);
                    let unsure = self.unsure(&self.stateless, stage, open, "NFW-02", &reason);
                    staged.split.unsure.extend(unsure);
                }
            }
        }
        staged
    }

    /// NFW-03, NFW-04: the stateful engine on packets that begin a flow, or go on with it.
    fn stateful(&self, stage: Stage, headers: HeaderSet, record: bool) -> Split {
        let mut split = Split::pass(HeaderSet::empty());
        let default = self.stateful_default.action.at(stage);
        for Decided { headers, outcomes, by } in
            first_match(&self.stateful, stage, headers, default)
        {
            let reason = |code| match by {
                Some(rule) => rule.reason(code, &self.firewall, self.order),
                None => self.by_default(code, self.order, &self.stateful_default.evidence),
            };
            match outcomes {
                Outcomes::PASS => {
                    split.passed = split.passed.union(&headers);
                    if record {
                        let default = &self.stateful_default.evidence;
                        let evidence = by.map_or(default, |rule| &rule.evidence);
                        split.evidence.push(evidence.clone());
                    }
                }
                Outcomes::DROP => {
                    split.add_dropped(headers, reason(ExplanationCode::FirewallRulesRestriction));
                }
                _ => {
                    let unsure = self.unsure(&self.stateful, stage, headers, "NFW-05", &reason);
                    split.unsure.extend(unsure);
                }
            }
        }
        split
    }

    /// NFW-07.
    fn midstream(&self, headers: HeaderSet) -> Split {
        let reason = |code| self.by_default(code, "NFW-07", &self.midstream.evidence);
        match self.midstream.action {
            Midstream::Drop => {
                Split::drop(headers, reason(ExplanationCode::FirewallRulesRestriction))
            }
            Midstream::Continue => {
                Split::unsure(headers, reason(ExplanationCode::FirewallUnsupportedRuleOptions))
            }
        }
    }

    fn by_default(&self, code: ExplanationCode, rule: &'static str, field: &Evidence) -> Reason {
        Reason::new(code, self.firewall.clone(), &[rule]).with(field.clone())
    }

    /// Headers of an uncertain outcome, each with the rule that makes it uncertain.
    fn unsure(
        &self,
        rules: &[Rule],
        stage: Stage,
        headers: HeaderSet,
        id: &'static str,
        otherwise: &dyn Fn(ExplanationCode) -> Reason,
    ) -> Vec<(HeaderSet, Reason)> {
        let (found, rest) = doubts(rules, stage, headers);
        let mut unsure: Vec<_> = found
            .into_iter()
            .map(|(headers, rule)| (headers, rule.reason(rule.doubt, &self.firewall, id)))
            .collect();
        if !rest.is_empty() {
            unsure.push((rest, otherwise(ExplanationCode::UnreadableEntry)));
        }
        unsure
    }

    /// What passes a request by one of two ways is not sure: its reply may depend on which.
    fn doubt_tracking(&self, stage: Stage, mut staged: Staged) -> Staged {
        let either = std::mem::take(&mut staged.either);
        if !either.is_empty() {
            staged.split.passed = staged.split.passed.difference(&either);
            staged.tracked = staged.tracked.union(&either);
            let default = |code| self.by_default(code, "NFW-02", &self.stateless_default.evidence);
            let unsure = self.unsure(&self.stateless, stage, either, "NFW-02", &default);
            staged.split.unsure.extend(unsure);
        }
        staged
    }

    /// Both kinds of packets of TCP flows: the first ones, and the later ones of the flows whose
    /// first ones were not dropped.
    fn whole_flow(&self, first: Staged, later: Staged) -> Staged {
        let lost = all(&later.split.dropped);
        let doubted = all(&later.split.unsure);
        let mut split = later.split;
        split.dropped.extend(first.split.dropped);
        for (headers, reason) in first.split.unsure {
            let headers = headers.difference(&lost).difference(&doubted);
            split.passed = split.passed.difference(&headers);
            split.add_unsure(headers, reason);
        }
        for evidence in first.split.evidence {
            if !split.evidence.contains(&evidence) {
                split.evidence.push(evidence);
            }
        }
        // A flow that the stateful engine sees only some packets of.
        let seen = |by: &HeaderSet| split.passed.intersection(by);
        let (one, other) = (seen(&first.tracked), seen(&later.tracked));
        let partly = one.difference(&other).union(&other.difference(&one));
        let tracked = first.tracked.union(&later.tracked).difference(&lost);
        if !partly.is_empty() {
            split.passed = split.passed.difference(&partly);
            let reason = |code| self.by_default(code, "NFW-07", &self.midstream.evidence);
            split.add_unsure(partly, reason(ExplanationCode::FirewallUnsupportedRuleOptions));
        }
        Staged { split, tracked, either: HeaderSet::empty() }
    }
}

fn by_protocol(headers: &HeaderSet) -> (HeaderSet, HeaderSet) {
    let tcp = headers.restrict_traffic(&Traffic::all_tcp());
    let other = headers.difference(&tcp);
    (tcp, other)
}

fn all(parts: &[(HeaderSet, Reason)]) -> HeaderSet {
    HeaderSet::union_all(parts.iter().map(|(headers, _)| headers.clone()))
}

fn join(mut one: Split, other: Split) -> Split {
    one.passed = one.passed.union(&other.passed);
    one.unsure.extend(other.unsure);
    one.dropped.extend(other.dropped);
    one.evidence.extend(other.evidence);
    one
}
