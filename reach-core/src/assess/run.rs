use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::{Finding, Listeners, Reachability, Severity, Status, TagPair, Target};
use crate::Diagnostic;
use crate::order;

/// How a scan is asked.
#[derive(Debug, Clone, Default)]
pub struct ScanOptions {
    /// Tags of the instances to assess, OR-ed; none means every instance.
    pub tags: Vec<(String, String)>,
    /// What agents say about listening processes.
    pub listeners: Option<Listeners>,
    /// An earlier run to compare with.
    pub baseline: Option<Run>,
}

impl ScanOptions {
    pub(super) fn target(&self) -> Target {
        let tags = self.tags.iter();
        let pair =
            |(key, value): &(String, String)| TagPair { key: key.clone(), value: value.clone() };
        let mut tags: Vec<TagPair> = tags.map(pair).collect();
        order::sort(&mut tags);
        tags.dedup();
        Target { tags }
    }
}

/// One assessment: a plain document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Run {
    /// `network-reachability-1.1`.
    pub rules_package: String,
    /// What was assessed.
    pub target: Target,
    /// Ids of the instances assessed, sorted.
    pub instances: Vec<String>,
    /// How many findings of each severity there are.
    #[cfg_attr(feature = "ts", ts(type = "Record<Severity, number>"))]
    pub summary: BTreeMap<Severity, usize>,
    /// The findings, the worst first.
    pub findings: Vec<Finding>,
    /// Findings of the baseline that are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub resolved: Vec<Finding>,
    /// What could not be told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub unknown: Vec<UnknownExposure>,
    /// Regions of which nobody can tell what there is to assess.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub unassessed: Vec<UnknownReason>,
    /// What the run takes for granted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub assumptions: Vec<RunAssumption>,
    /// What reading and compiling the snapshot noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub diagnostics: Vec<Diagnostic>,
}

/// Ports of which nobody can tell whether they are reachable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct UnknownExposure {
    /// `i-…`
    pub instance_id: String,
    /// Its `Name` tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_name: Option<String>,
    /// `eni-…`, where the snapshot has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// Where from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reachability: Option<Reachability>,
    /// The gateway that it would come in by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway_id: Option<String>,
    /// TCP port ranges, both ends included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub tcp_ports: Vec<(u16, u16)>,
    /// UDP port ranges, both ends included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub udp_ports: Vec<(u16, u16)>,
    /// What is missing.
    pub reasons: Vec<UnknownReason>,
}

impl UnknownExposure {
    /// Whether this is about what the finding found open.
    fn covers(&self, finding: &Finding) -> bool {
        let interface = self.network_interface_id.as_ref();
        let within = |port: u16| {
            let ranges = if finding.protocol == "UDP" { &self.udp_ports } else { &self.tcp_ports };
            ranges.is_empty() || ranges.iter().any(|(from, to)| (*from..=*to).contains(&port))
        };
        self.instance_id == finding.instance_id
            && interface.is_none_or(|id| *id == finding.network_interface_id)
            && finding.port.is_none_or(within)
    }
}

/// Something whose absence makes an answer unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct UnknownReason {
    /// Explanation code.
    pub code: String,
    /// Id of the element.
    pub resource: String,
    /// The code in words.
    pub message: String,
}

/// Something that a run takes for granted because no configuration shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct RunAssumption {
    /// Stable, for programs.
    pub code: String,
    /// Id of the element.
    pub resource: String,
    /// What is taken for granted.
    pub message: String,
}

/// Two runs compared: every finding of either is in exactly one list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunDifference {
    /// Only in the later run.
    pub new: Vec<Finding>,
    /// In both, as the later run has them.
    pub unchanged: Vec<Finding>,
    /// Only in the earlier run, and gone.
    pub resolved: Vec<Finding>,
    /// Only in the earlier run, and the later one did not assess the instance or cannot tell.
    pub untold: Vec<Finding>,
}

impl Run {
    /// The worst severity among the findings.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// Whether nothing can be exposed but what the findings say: nothing is unknown, no Region is
    /// unassessed, and no answer lacks its last pages.
    pub fn is_conclusive(&self) -> bool {
        let truncated = self.diagnostics.iter().any(|told| told.code == "answer_truncated");
        self.unknown.is_empty() && self.unassessed.is_empty() && !truncated
    }

    /// What changed since an earlier run, as far as the two documents tell.
    ///
    /// ```
    /// use reach_core::{Network, ScanOptions, snapshot::Snapshot};
    ///
    /// let run = Network::compile(Snapshot::default()).scan(&ScanOptions::default());
    /// assert!(run.since(&run).new.is_empty());
    /// ```
    #[must_use]
    pub fn since(&self, earlier: &Self) -> RunDifference {
        // A run of every instance that lacks one knows that it is gone.
        let everything = self.target.tags.is_empty() && self.unassessed.is_empty();
        RunDifference::of((self.findings.clone(), &self.unknown), &earlier.findings, |id| {
            everything || self.instances.binary_search_by(|known| known.as_str().cmp(id)).is_ok()
        })
    }

    /// Marks findings as new or unchanged, and takes over those of the baseline that are gone.
    /// What this run left out, or cannot tell any more, is not mended by that.
    pub(super) fn compare(&mut self, baseline: &Self, assessed_or_gone: impl Fn(&str) -> bool) {
        mark(&mut self.findings, &baseline.findings);
        let told = (&*self.findings, &*self.unknown);
        self.resolved = resolved(told, &baseline.findings, assessed_or_gone);
    }
}

impl RunDifference {
    /// What findings, with what is unknown beside them, have new to earlier ones.
    pub(super) fn of(
        (mut findings, unknown): (Vec<Finding>, &[UnknownExposure]),
        earlier: &[Finding],
        assessed_or_gone: impl Fn(&str) -> bool,
    ) -> Self {
        mark(&mut findings, earlier);
        let resolved = resolved((&findings, unknown), earlier, assessed_or_gone);
        let is_new = |finding: &Finding| finding.status == Some(Status::New);
        let (new, unchanged): (Vec<_>, Vec<_>) = findings.into_iter().partition(is_new);
        let told: FxHashSet<&str> =
            unchanged.iter().chain(&resolved).map(|finding| &*finding.id).collect();
        let untold = earlier.iter().filter(|old| !told.contains(&*old.id)).cloned();
        let untold = untold.map(|old| Finding { status: None, ..old }).collect();
        Self { new, unchanged, resolved, untold }
    }
}

fn mark(findings: &mut [Finding], earlier: &[Finding]) {
    let known: FxHashSet<&str> = earlier.iter().map(|old| &*old.id).collect();
    for finding in findings {
        let known = known.contains(&*finding.id);
        finding.status = Some(if known { Status::Unchanged } else { Status::New });
    }
}

fn resolved(
    (findings, unknown): (&[Finding], &[UnknownExposure]),
    earlier: &[Finding],
    assessed_or_gone: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let told: FxHashSet<&str> = findings.iter().map(|finding| &*finding.id).collect();
    let mut open: FxHashMap<&str, Vec<&UnknownExposure>> = FxHashMap::default();
    for unknown in unknown {
        open.entry(&unknown.instance_id).or_default().push(unknown);
    }
    let covered = |old: &Finding| {
        open.get(&*old.instance_id).is_some_and(|list| list.iter().any(|it| it.covers(old)))
    };
    earlier
        .iter()
        .filter(|old| !told.contains(&*old.id))
        .filter(|old| assessed_or_gone(&old.instance_id))
        .filter(|old| !covered(old))
        .map(|old| Finding { status: Some(Status::Resolved), ..old.clone() })
        .collect()
}
