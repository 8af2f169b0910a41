//! Exact, packetless network reachability for AWS: the pure core.
#![forbid(unsafe_code)]

pub mod change;
mod diagnostic;
mod index;
mod network;
pub mod packet;
mod path;
mod query;
mod rules;
pub mod snapshot;

pub use diagnostic::{Diagnostic, Level};
pub use network::Network;
pub use path::{Explanation, Hop};
pub use query::{Endpoint, Path, QueryError, TraceAnswer, TraceOptions, TraceQuestion, Verdict};
pub use rules::{
    Assumption, Component, ComponentKind, Direction, Evidence, ExplanationCode, Reason,
};
