//! Exact, packetless network reachability for AWS: the pure core.
#![forbid(unsafe_code)]

pub mod change;
mod diagnostic;
pub mod packet;
pub mod snapshot;

pub use diagnostic::{Diagnostic, Level};
