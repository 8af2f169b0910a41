//! What edits change about the findings, without a scan where they cannot.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Ground, RunDifference, Scan, Told, sorted, stand_in, unassessed};
use crate::assess::{Finding, ScanOptions, UnknownExposure};
use crate::index::InterfaceIdx;
use crate::network::{Apart, Compiled, Network};
use crate::parallel;
use crate::rules::Host;

/// What the findings of one network have else than those of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingChanges {
    /// Only in the later network.
    pub new: Vec<Finding>,
    /// Only in the earlier one, and gone.
    pub resolved: Vec<Finding>,
    /// Only in the earlier one, and nobody can tell any more.
    pub untold: Vec<Finding>,
    /// Unknown in the later network only.
    pub unknown: Vec<UnknownExposure>,
    /// Unknown in the earlier network only.
    pub settled: Vec<UnknownExposure>,
}

impl Network {
    /// What [`scan`](Network::scan) finds else in another network, as
    /// [`Run::since`](crate::Run::since) tells it; a baseline in the options does not count.
    ///
    /// ```
    /// use reach_core::{Network, ScanOptions, snapshot::Snapshot};
    ///
    /// let network = Network::compile(Snapshot::default());
    /// let changes = network.finding_changes(&network, &ScanOptions::default());
    /// assert!(changes.new.is_empty() && changes.resolved.is_empty());
    /// ```
    ///
    /// # Complexity
    ///
    /// Where [`with`](Network::with) made one network out of the other by rules of security groups
    /// and hosts that start and stop: two scans of the interfaces that have one of those groups or
    /// hosts, and a look at each interface whether it has. Two whole scans otherwise, and where such
    /// an interface may have a say in flows of others.
    pub fn finding_changes(&self, later: &Self, options: &ScanOptions) -> FindingChanges {
        let (before, after) = (self.compiled(), later.compiled());
        // SG-01: what a group lets out has no say in what comes in, nor in replies to that.
        let Some(Apart { ingress: touched, .. }) = before.apart(after) else {
            let options = ScanOptions { baseline: None, ..options.clone() };
            let (before, after) = (self.scan(&options), later.scan(&options));
            let difference = after.since(&before);
            return FindingChanges::of(difference, &before.unknown, &after.unknown);
        };
        let (findings, unknown) = told(before, options, &touched);
        let (found, open) = told(after, options, &touched);
        let target = options.target();
        let covered = |id: &str| {
            let index = after.instances.search(|instance| (*instance.id).cmp(id));
            index.is_some_and(|index| target.covers(&after.instances[index]))
        };
        let everything = || target.tags.is_empty() && unassessed(after).is_empty();
        let assessed = |id: &str| covered(id) || everything();
        FindingChanges::of(RunDifference::of((found, &open), &findings, assessed), &unknown, &open)
    }
}

impl FindingChanges {
    fn of(
        difference: RunDifference,
        before: &[UnknownExposure],
        after: &[UnknownExposure],
    ) -> Self {
        let only = |these: &[UnknownExposure], those: &[UnknownExposure]| {
            let new = these.iter().filter(|it| those.binary_search(it).is_err());
            new.cloned().collect()
        };
        let RunDifference { new, resolved, untold, .. } = difference;
        let (unknown, settled) = (only(after, before), only(before, after));
        Self { new, resolved, untold, unknown, settled }
    }
}

/// What a scan tells of some interfaces.
fn told(net: &Compiled, options: &ScanOptions, touched: &BTreeSet<InterfaceIdx>) -> Told {
    let target = options.target();
    let ground = Ground::of(net, options);
    let touched: Vec<InterfaceIdx> = touched.iter().copied().collect();
    let told = parallel::map(
        &touched,
        || Scan::of(&ground),
        |scan, index| {
            match (net.interfaces[*index].instance, &net.interfaces[*index].host) {
                (Some(instance), _) if target.covers(&net.instances[instance]) => {
                    scan.interface(&net.instances[instance], *index);
                }
                (None, Host::Unknown { instance }) => {
                    scan.interface(&stand_in(instance, Vec::new()), *index);
                }
                _ => {}
            }
            scan.told()
        },
    );
    sorted(told)
}
