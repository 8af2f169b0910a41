//! Networks for tests, benches and fuzzing, and the proving ground: [`generate::corners`] makes
//! networks, [`flows`] asks about them, [`differ`] compares the engine with the [`oracle`], and
//! [`shrink`] makes small what they disagree on.

pub mod conformance;
pub mod differ;
pub mod flow;
pub mod flows;
pub mod generate;
pub mod oracle;
pub mod proving;
pub mod shrink;
pub mod topology;

pub use flow::{Flow, Packet};
pub use oracle::{Judgement, Oracle};
pub use topology::Lab;
