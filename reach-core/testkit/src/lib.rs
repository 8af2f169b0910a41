//! Networks for tests, benches and fuzzing.

pub mod conformance;
pub mod flow;
pub mod generate;
pub mod topology;

pub use flow::{Flow, Packet};
pub use topology::Lab;
