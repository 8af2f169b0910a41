//! Networks for tests, benches and fuzzing.

pub mod generate;
pub mod topology;

pub use topology::Lab;
