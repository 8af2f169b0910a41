//! Public API tests: one binary, a module per subject.

mod ask;
mod conformance;
