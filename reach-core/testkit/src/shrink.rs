//! Makes small what the engine and the oracle disagree on.
//!
//! A snapshot is a tree of lists: whatever can be taken out of it while the two still disagree in
//! the same way is taken out, halves before single items.

use std::fs;
use std::io;
use std::path::Path;

use reach_core::snapshot::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Flow;
use crate::differ::{Differ, Disagreement, Outcome};

/// A flow on a network, kept because the engine and the oracle once disagreed about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The question.
    pub flow: Flow,
    /// The network.
    pub snapshot: Snapshot,
}

impl Case {
    /// Reads a case.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
    }

    /// The case as a file holds it.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// What the two say about it.
    pub fn outcome(&self) -> Outcome {
        Differ::new(&self.snapshot).ask(&self.flow)
    }

    fn disagreement(&self) -> Option<Disagreement> {
        match self.outcome() {
            Outcome::Parted(how) => Some(*how),
            Outcome::Agreed(_) | Outcome::NotAsked => None,
        }
    }
}

/// How often a case is asked before it counts as small enough.
const MOST_TRIES: u32 = 20_000;

/// The smallest network that taking things out leads to. A case that is agreed on stays as it is.
#[must_use]
pub fn shrink(case: Case) -> Case {
    let Some(wanted) = case.disagreement() else { return case };
    let Ok(tree) = serde_json::to_value(&case.snapshot) else { return case };
    let mut shrinking = Shrinking { case, tree, wanted, tries: 0 };
    while shrinking.pass() {}
    shrinking.case
}

struct Shrinking {
    case: Case,
    tree: Value,
    wanted: Disagreement,
    tries: u32,
}

impl Shrinking {
    /// Goes once over the whole tree; whether anything was taken out.
    fn pass(&mut self) -> bool {
        let mut changed = false;
        let mut paths = Vec::new();
        collect(&self.tree, "", &mut paths);
        for path in paths {
            changed |= self.thin(&path);
        }
        changed
    }

    /// Takes items out of one list.
    fn thin(&mut self, path: &str) -> bool {
        let mut changed = false;
        let size = |tree: &Value| tree.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
        let mut chunk = size(&self.tree);
        while chunk > 0 {
            let mut at = 0;
            while at < size(&self.tree) {
                if self.without(path, at, chunk) {
                    changed = true;
                } else {
                    at += chunk;
                }
            }
            chunk /= 2;
        }
        changed
    }

    fn without(&mut self, path: &str, at: usize, chunk: usize) -> bool {
        let mut tree = self.tree.clone();
        let Some(Value::Array(items)) = tree.pointer_mut(path) else { return false };
        items.drain(at..(at + chunk).min(items.len()));
        self.take(tree)
    }

    /// Takes over a smaller tree if the two still disagree in the same way.
    fn take(&mut self, tree: Value) -> bool {
        if self.tries >= MOST_TRIES {
            return false;
        }
        self.tries += 1;
        let Ok(snapshot) = serde_json::from_value(tree.clone()) else { return false };
        let case = Case { snapshot, ..self.case.clone() };
        if case.disagreement().is_some_and(|now| now.kind() == self.wanted.kind()) {
            self.case = case;
            self.tree = tree;
            return true;
        }
        false
    }
}

/// Pointers to every list, outer ones first. What is gone when its turn comes is skipped. Fields
/// stay: one that is away says "not collected" or "not told", which is another question.
fn collect(tree: &Value, path: &str, paths: &mut Vec<String>) {
    match tree {
        Value::Array(items) => {
            paths.push(path.to_owned());
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{path}/{index}"), paths);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, &format!("{path}/{name}"), paths);
            }
        }
        _ => {}
    }
}
