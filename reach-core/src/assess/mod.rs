//! Rules packages, targets, runs, findings, and the comparison of runs.

mod finding;
mod listener;
mod network_reachability;
mod run;
mod service;
mod severity;
mod target;

pub use finding::{Finding, FindingType, ForwardedBy, OpeningRule, Reachability, Status};
pub use listener::{Listener, Listeners};
pub use network_reachability::FindingChanges;
pub use run::{Run, RunAssumption, RunDifference, ScanOptions, UnknownExposure, UnknownReason};
pub use service::Service;
pub use severity::{ParseSeverityError, Severity};
pub use target::{TagPair, Target};
