//! Exact, packetless network reachability for AWS: the pure core.
#![forbid(unsafe_code)]

// What `#[derive(Record)]` writes names this crate, here as elsewhere.
extern crate self as reach_core;

mod assess;
pub mod change;
mod diagnostic;
mod index;
mod lint;
mod network;
mod order;
pub mod packet;
mod parallel;
mod path;
mod query;
pub mod record;
mod report;
mod rules;
mod scope;
pub mod snapshot;
mod text;

pub use assess::{
    Finding, FindingChanges, FindingType, ForwardedBy, Listener, Listeners, OpeningRule,
    ParseSeverityError, Reachability, Run, RunAssumption, RunDifference, ScanOptions, Service,
    Severity, Status, TagPair, Target, UnknownExposure, UnknownReason,
};
pub use diagnostic::{Diagnostic, Level};
pub use network::Network;
pub use path::{Explanation, Hop};
pub use query::{
    Block, Cell, Change, Endpoint, GroupPair, Grouping, Matrix, MatrixClass, MatrixEnd,
    MatrixGroup, MatrixOptions, Pair, ParseGroupingError, Path, PathChoice, PathsOptions,
    QueryError, TraceAnswer, TraceOptions, TraceQuestion, Verdict,
};
pub use report::{
    Inventory, InventoryGateway, InventoryGroup, InventoryInstance, InventoryInterface,
    InventorySubnet, InventoryVpc, NetworkInsightsAnalysis,
};
pub use rules::{
    Assumption, Component, ComponentKind, Direction, Evidence, ExplanationCode, Note, Reason,
    in_words, internet,
};
pub use text::Visible;
