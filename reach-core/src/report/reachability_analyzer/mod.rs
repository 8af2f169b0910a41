//! AWS Reachability Analyzer's `NetworkInsightsAnalysis`, so that what reads AWS's answers reads
//! ours. `docs/reachability-analyzer.md` says how each verdict is told.

mod component;
mod directory;
mod explanation;
mod header;
mod rule;
mod shape;

pub use shape::NetworkInsightsAnalysis;

use crate::network::Network;
use crate::query::{Path, TraceAnswer, Verdict};
use crate::rules::{Assumption, ComponentKind, Direction};
use component::Writer;
use directory::Directory;
use shape::AlternatePathHint;

impl Network {
    /// An answer of this network as AWS Reachability Analyzer would have told it.
    pub fn analysis(&self, answer: &TraceAnswer) -> NetworkInsightsAnalysis {
        let snapshot = self.snapshot();
        let directory = Directory::of(snapshot);
        let explanations = answer.explanations.iter();
        let explanations = explanations
            .map(|it| explanation::explain(snapshot, &directory, &answer.paths, it))
            .collect();
        let found = match answer.verdict {
            Verdict::Reachable | Verdict::PartlyReachable => Some(true),
            Verdict::NotReachable => Some(false),
            Verdict::Unknown => None,
        };
        let shown = shown(answer);
        let components = |direction| {
            shown.map_or_else(Vec::new, |path| {
                Writer { snapshot, directory: &directory, answer, path }.components(direction)
            })
        };
        NetworkInsightsAnalysis {
            status: if found.is_some() { "succeeded" } else { "failed" },
            status_message: found.is_none().then(|| unknown(answer)),
            warning_message: warning(answer),
            network_path_found: found,
            forward_path_components: components(Direction::Forward),
            // What never arrives has no answer.
            return_path_components: match shown {
                Some(path) if !stopped_on_its_way(path) => components(Direction::Return),
                _ => Vec::new(),
            },
            explanations,
            alternate_path_hints: match shown {
                Some(path) if found == Some(true) => hints(&directory, answer, path),
                _ => Vec::new(),
            },
        }
    }
}

/// The path to show: the shortest that gets something through; else the one that is stopped where
/// the answer says first.
fn shown(answer: &TraceAnswer) -> Option<&Path> {
    let through = answer.paths.iter().filter(|path| !path.passing.is_empty());
    let length = |path: &&Path| path.forward.len().saturating_add(path.reply.len());
    through.min_by_key(length).or_else(|| {
        let why = answer.explanations.first()?;
        let stopped = |path: &&Path| {
            path.explanations.first().is_some_and(|first| first.reason == why.reason)
        };
        answer.paths.iter().find(stopped).or(answer.paths.first())
    })
}

fn stopped_on_its_way(path: &Path) -> bool {
    path.verdict == Verdict::NotReachable
        && path.explanations.iter().any(|it| it.direction == Direction::Forward)
}

/// AWS fails an analysis that misses something; its shape has no word for an open answer.
fn unknown(answer: &TraceAnswer) -> String {
    match answer.explanations.first() {
        Some(why) => {
            format!("unknown: {} at {}: {}", why.reason.code, why.reason.component.id, why.message)
        }
        None => "unknown".to_owned(),
    }
}

fn warning(answer: &TraceAnswer) -> Option<String> {
    let mut parts = Vec::new();
    if answer.verdict == Verdict::PartlyReachable {
        parts.push("partly reachable: only a part of the traffic gets through".to_owned());
    }
    if !answer.sometimes.is_empty() {
        parts.push("some of it by some ports or ways that AWS may choose only".to_owned());
    }
    // AWS takes a listening process for granted as well, and does not say so.
    let assumed = answer.assumptions.iter().filter(|it| **it != Assumption::HOST);
    parts.extend(assumed.map(|it| format!("assumed ({}): {}", it.code, it.text)));
    parts.extend(answer.notes.iter().map(|note| format!("{}: {}", note.code, note.text)));
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Elements that other ways lead through and the shown one does not: those that an analysis can be
/// told to include.
fn hints(directory: &Directory<'_>, answer: &TraceAnswer, shown: &Path) -> Vec<AlternatePathHint> {
    let mut found = Vec::new();
    let others = answer.paths.iter().filter(|path| !path.passing.is_empty());
    for hop in others.flat_map(|path| &path.forward) {
        let can_be_named = matches!(
            hop.component.kind,
            ComponentKind::LoadBalancer
                | ComponentKind::NatGateway
                | ComponentKind::Firewall
                | ComponentKind::TransitGateway
                | ComponentKind::TransitGatewayAttachment
                | ComponentKind::VpcPeeringConnection
        );
        let new = !shown.forward.iter().any(|it| it.component == hop.component)
            && !found.contains(&&hop.component);
        if can_be_named && new {
            found.push(&hop.component);
        }
    }
    found.into_iter().map(|it| component::hint(directory.component(it))).collect()
}
