//! The list of the specification's rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Problem, folder};

/// A rule of the specification.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// In a few words.
    pub title: String,
    /// `D` for documented by AWS, `I` for inferred, `U` for undocumented.
    pub confidence: char,
    /// Why no case is about it.
    pub why_no_case: Option<String>,
}

/// All rules by id.
///
/// # Errors
///
/// What is wrong with the file.
pub fn rules() -> Result<BTreeMap<String, Rule>, Problem> {
    let path = folder().join("rules.toml");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    toml::from_str(&text).map_err(|e| format!("rules.toml: {e}"))
}
