use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Visible;

/// What reading or compiling a snapshot noticed: a dangling id, a kind that was not collected, an
/// entry that nobody can read. The rest of the snapshot is used; what the noticed thing decides is
/// unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Diagnostic {
    /// How much it matters.
    pub level: Level,
    /// Stable, for programs: `kind_not_collected`, `dangling_id`, `unreadable_entry` …
    pub code: String,
    /// For people: lower case, ids in backticks, no full stop.
    pub message: String,
    /// The resource concerned, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The file concerned, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// How much a [`Diagnostic`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Level {
    /// Answers may be unknown because of it.
    Warning,
    /// Worth knowing; no answer changes.
    Note,
}

impl Diagnostic {
    /// Something that may make answers unknown.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message)
    }

    /// Something worth knowing that changes no answer.
    pub fn note(code: &str, message: impl Into<String>) -> Self {
        Self::new(Level::Note, code, message)
    }

    fn new(level: Level, code: &str, message: impl Into<String>) -> Self {
        Self { level, code: code.to_owned(), message: message.into(), resource: None, file: None }
    }

    /// Names the resource concerned.
    #[must_use]
    pub fn resource(mut self, id: impl Into<String>) -> Self {
        self.resource = Some(id.into());
        self
    }

    /// Names the file concerned.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.file = Some(name.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}: ", Visible::new(file))?;
        }
        if let Some(resource) = &self.resource {
            write!(f, "`{}`: ", Visible::new(resource).quotable())?;
        }
        Visible::new(&self.message).fmt(f)
    }
}
