//! Large networks from a seed, as `aws … describe-*` prints them, and what measures questions about
//! them.
#![expect(clippy::indexing_slicing, reason = "a JSON object takes a new field by its name")]

mod cloud;
mod dice;
mod document;
mod lab;
pub mod profile;
pub mod ratios;
pub mod report;
mod small;

pub use cloud::cloud;
pub use lab::Lab;
pub use small::{Small, small};

use reach_aws::Loader;
use reach_core::Network;
use reach_core::snapshot::Snapshot;

/// Reads a document.
///
/// # Panics
///
/// If a generator wrote what the loader cannot read.
#[must_use]
#[expect(clippy::expect_used, reason = "the documents are this crate's own")]
pub fn read(document: &str) -> Snapshot {
    let mut loader = Loader::new();
    loader.add("cloud.json", document.as_bytes()).expect("a document that can be read");
    loader.finish().expect("a snapshot").snapshot
}

/// Reads and compiles a document.
#[must_use]
pub fn compile(document: &str) -> Network {
    Network::compile(read(document))
}
