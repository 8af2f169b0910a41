//! Public API tests: one binary, a module per subject.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do; the exemption for tests stops at `#[test]`"
)]
#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

mod ask;
mod bad_input;
mod conformance;
mod coverage;
mod explanation_codes;
mod matrix;
mod paths;
mod properties;
mod scan;
mod security_group_rules;
mod threads;
mod what_if;
