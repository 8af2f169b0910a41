//! Networks for tests, benches and fuzzing, and flows at their boundaries.

pub mod flow;
pub mod flows;
pub mod generate;
pub mod oracle;
pub mod topology;

pub use flow::{Flow, Packet};
pub use oracle::{Judgement, Oracle};
pub use topology::Lab;
