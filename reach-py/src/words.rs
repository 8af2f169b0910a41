//! Words for people, of which the core knows how to make them.

use pyo3::prelude::*;
use reach_core::Visible;
use reach_core::packet::IpSet;

use crate::convert::Texts;
use crate::errors;

/// Text out of a snapshot made fit to be shown: what would move the cursor, turn the direction of
/// writing or hide comes out as an escape.
#[pyfunction]
pub(crate) fn visible(text: &str, at_most: usize) -> String {
    Visible::new(text).at_most(at_most).to_string()
}

/// CIDR blocks as people say it: the internet by name, a few blocks in full, many as a number.
#[pyfunction]
pub(crate) fn in_words(py: Python<'_>, addresses: Texts) -> PyResult<String> {
    let set: IpSet =
        serde_json::from_value(addresses.0.into()).map_err(|e| errors::address(py, &e))?;
    Ok(reach_core::in_words(&set))
}

/// Every explanation code, with one sentence on what it says.
#[pyfunction]
pub(crate) fn explanation_codes() -> Vec<(&'static str, &'static str)> {
    reach_core::ExplanationCode::ALL.iter().map(|code| (code.as_str(), code.sentence())).collect()
}
