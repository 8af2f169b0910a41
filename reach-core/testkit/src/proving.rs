//! One generated network after another, each asked about at its boundaries.

use std::collections::BTreeMap;
use std::fmt;

use crate::differ::{Differ, Disagreement, Outcome};
use crate::flows::flows;
use crate::generate::{Features, corners_with};
use crate::oracle::Verdict;
use crate::shrink::Case;

/// How many pairs of ends each network is asked about.
const ENDS: usize = 40;
/// And with how many packets each.
const PACKETS: usize = 25;

/// What has been asked so far, to see where coverage is thin.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Networks made.
    pub networks: u64,
    /// Flows that both answered.
    pub flows: u64,
    /// Flows that the engine does not take as questions.
    pub not_asked: u64,
    verdicts: BTreeMap<Verdict, u64>,
    codes: BTreeMap<(&'static str, bool), u64>,
    features: BTreeMap<&'static str, (u64, u64)>,
}

impl Tally {
    /// Makes the network of a seed and asks both about it; every disagreement is handed over, and
    /// its answer says whether to go on with this network.
    pub fn network(
        &mut self,
        seed: u64,
        features: Features,
        mut parted: impl FnMut(Case, Disagreement) -> bool,
    ) {
        let made = corners_with(seed, features);
        let mut differ = Differ::new(&made.snapshot);
        let mut allowed = 0;
        for flow in flows(&made.snapshot, seed, ENDS, PACKETS) {
            match differ.ask(&flow) {
                Outcome::NotAsked => self.not_asked += 1,
                Outcome::Agreed(judgement) => {
                    self.flows += 1;
                    *self.verdicts.entry(judgement.verdict).or_default() += 1;
                    allowed += u64::from(judgement.verdict == Verdict::Allow);
                    if let Some(stage) = judgement.stage {
                        *self.codes.entry((stage.code, stage.reply)).or_default() += 1;
                    }
                }
                Outcome::Parted(how) => {
                    self.flows += 1;
                    let note = format!("seed {seed}, {}", made.features);
                    let case = Case { note, flow, snapshot: made.snapshot.clone() };
                    if !parted(case, *how) {
                        break;
                    }
                }
            }
        }
        self.networks += 1;
        for name in made.features.names() {
            let (networks, passed) = self.features.entry(name).or_default();
            *networks += 1;
            *passed += allowed;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { networks, flows, not_asked, .. } = self;
        writeln!(f, "{networks} networks, {flows} flows ({not_asked} more are no questions)")?;
        for (verdict, count) in &self.verdicts {
            writeln!(f, "  {:>6}  {verdict:?}", share(*count, *flows))?;
        }
        writeln!(f, "features: networks, flows allowed there")?;
        for (name, (networks, passed)) in &self.features {
            writeln!(f, "  {name:<18} {networks:>8} {passed:>10}")?;
        }
        writeln!(f, "deciding codes:")?;
        for ((code, reply), count) in &self.codes {
            let way = if *reply { " R" } else { "" };
            writeln!(f, "  {count:>10}  {code}{way}")?;
        }
        Ok(())
    }
}

fn share(part: u64, whole: u64) -> String {
    let tenths = part.saturating_mul(1000) / whole.max(1);
    format!("{}.{} %", tenths / 10, tenths % 10)
}
