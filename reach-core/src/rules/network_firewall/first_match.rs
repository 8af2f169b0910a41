//! Ordered rules where the first one that matches decides, and some of which nobody can read off
//! a header alone whether they match.

use std::collections::BTreeMap;
use std::ops::BitOr;
use std::sync::Arc;

use crate::packet::HeaderSet;
use crate::rules::{Component, Evidence, ExplanationCode, Reason};

/// What may become of a packet: one thing, or one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    const NONE: Self = Self(0);
    pub(super) const PASS: Self = Self(1);
    pub(super) const DROP: Self = Self(2);
    pub(super) const FORWARD: Self = Self(4);
    pub(super) const PASS_OR_DROP: Self = Self(3);
    pub(super) const DROP_OR_FORWARD: Self = Self(6);
    pub(super) const ANY: Self = Self(7);

    pub(super) fn certain(self) -> bool {
        self.0.is_power_of_two()
    }

    pub(super) fn may(self, outcome: Self) -> bool {
        self.0 & outcome.0 == outcome.0
    }
}

impl BitOr for Outcomes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Which packets of a flow are looked at. The ones with one header differ in what no header set
/// tells: TCP flags, and what is above TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The first packet of TCP.
    Syn,
    /// Its answer.
    SynAck,
    /// Every later packet of TCP.
    Data,
    /// Any packet of another protocol.
    Other,
}

/// Whether a rule is about the packets whose header it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applies {
    Always,
    Maybe,
    Never,
}

/// The same by [`Stage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packets {
    pub(super) syn: Applies,
    pub(super) syn_ack: Applies,
    pub(super) data: Applies,
    pub(super) other: Applies,
}

impl Packets {
    /// The header tells all.
    pub(super) const BY_HEADER: Self = Self::same(Applies::Always);
    /// Something decides that no header tells.
    pub(super) const UNDECIDABLE: Self = Self::same(Applies::Maybe);
    /// The payload decides, which the handshake of TCP has none of.
    pub(super) const BY_PAYLOAD: Self =
        Self { syn: Applies::Never, syn_ack: Applies::Never, ..Self::UNDECIDABLE };

    const fn same(applies: Applies) -> Self {
        Self { syn: applies, syn_ack: applies, data: applies, other: applies }
    }

    fn at(self, stage: Stage) -> Applies {
        match stage {
            Stage::Syn => self.syn,
            Stage::SynAck => self.syn_ack,
            Stage::Data => self.data,
            Stage::Other => self.other,
        }
    }
}

/// One rule of either engine.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// The headers that it may be about.
    pub(super) matches: HeaderSet,
    pub(super) packets: Packets,
    pub(super) outcomes: Outcomes,
    pub(super) evidence: Evidence,
    /// Why nobody can tell, where nobody can.
    pub(super) doubt: ExplanationCode,
}

impl Rule {
    /// NFW-05: what it does, or whether it matches, is not known.
    fn doubtful(&self, stage: Stage) -> bool {
        match self.packets.at(stage) {
            Applies::Never => false,
            Applies::Maybe => true,
            Applies::Always => !self.outcomes.certain(),
        }
    }

    pub(super) fn reason(
        &self,
        code: ExplanationCode,
        component: &Component,
        rule: &'static str,
    ) -> Reason {
        Reason::new(code, component.clone(), &[rule]).with(self.evidence.clone())
    }
}

/// Headers whose outcome is found.
#[derive(Debug)]
pub(super) struct Decided<'r> {
    pub(super) headers: HeaderSet,
    pub(super) outcomes: Outcomes,
    /// The rule that ended it; `None` for the default action.
    pub(super) by: Option<&'r Rule>,
}

/// Every header of `headers` once, with what may become of it: an undecidable rule leaves its own
/// outcome open beside that of the rules after it.
pub(super) fn first_match(
    rules: &[Rule],
    stage: Stage,
    headers: HeaderSet,
    default: Outcomes,
) -> Vec<Decided<'_>> {
    let mut decided = Vec::new();
    let mut open = BTreeMap::from([(Outcomes::NONE, headers)]);
    for rule in rules {
        let applies = rule.packets.at(stage);
        if applies == Applies::Never {
            continue;
        }
        open.retain(|_, headers| !headers.is_empty());
        if open.is_empty() {
            break;
        }
        let mut left: BTreeMap<Outcomes, HeaderSet> = BTreeMap::new();
        let mut leave = |outcomes: Outcomes, headers: HeaderSet| {
            let known = left.entry(outcomes).or_default();
            *known = if known.is_empty() { headers } else { known.union(&headers) };
        };
        for (earlier, headers) in open {
            let matched = headers.intersection(&rule.matches);
            let outcomes = earlier | rule.outcomes;
            if matched.is_empty() || applies == Applies::Maybe && outcomes == earlier {
                leave(earlier, headers);
                continue;
            }
            leave(earlier, headers.difference(&matched));
            if applies == Applies::Always {
                decided.push(Decided { headers: matched, outcomes, by: Some(rule) });
            } else {
                leave(outcomes, matched);
            }
        }
        open = left;
    }
    decided.extend(
        open.into_iter()
            .filter(|(_, headers)| !headers.is_empty())
            .map(|(earlier, headers)| Decided { headers, outcomes: earlier | default, by: None }),
    );
    decided
}

/// The first undecidable rule behind each header of an uncertain outcome; the rest has none.
pub(super) fn doubts(
    rules: &[Rule],
    stage: Stage,
    headers: HeaderSet,
) -> (Vec<(HeaderSet, &Rule)>, HeaderSet) {
    let mut found = Vec::new();
    let mut rest = headers;
    for rule in rules.iter().filter(|rule| rule.doubtful(stage)) {
        if rest.is_empty() {
            break;
        }
        let matched = rest.intersection(&rule.matches);
        if !matched.is_empty() {
            rest = rest.difference(&matched);
            found.push((matched, rule));
        }
    }
    (found, rest)
}

/// What a rule is called in evidence.
pub(super) fn rule_evidence(policy: &Arc<str>, group: &str, rule: &str, action: &str) -> Evidence {
    Evidence::FirewallRule {
        policy: Arc::clone(policy),
        group: Arc::from(group),
        rule: Arc::from(rule),
        action: Arc::from(action),
    }
}
