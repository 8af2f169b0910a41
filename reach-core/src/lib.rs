//! Exact, packetless network reachability for AWS: the pure core.
#![forbid(unsafe_code)]

mod diagnostic;
pub mod packet;
pub mod snapshot;

pub use diagnostic::{Diagnostic, Level};
