use std::fmt;

use reach_core::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::text::shown_message;

/// A call that was refused: what its answer decides is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Gap {
    /// The account.
    pub account: String,
    /// The Region, where it is one that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// As the command line calls it, `ec2 describe-vpcs`; none where nothing was answered at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// What it was asked about, where it is asked about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The action that a policy has to allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// As AWS calls the refusal.
    pub code: String,
    /// What AWS says.
    pub message: String,
}

/// Codes of services that do not offer a call in a Region.
const NOT_OFFERED: &[&str] = &[
    "InvalidAction",
    "UnknownOperationException",
    "UnsupportedOperation",
    "UnsupportedOperationException",
];

impl Gap {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        Diagnostic::warning("not_collected", self.to_string())
    }

    /// Whether the Region does not offer the call, so that no permission would help.
    pub fn not_offered(&self) -> bool {
        NOT_OFFERED.contains(&self.code.as_str())
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}", self.account)?;
        if let Some(region) = &self.region {
            write!(f, ", Region {region}")?;
        }
        match &self.call {
            Some(call) => write!(f, ": `{call}` was not answered")?,
            None => f.write_str(": nothing was answered")?,
        }
        if let Some(subject) = &self.subject {
            write!(f, " for `{}`", shown_message(subject))?;
        }
        write!(f, ": {}", shown_message(&self.code))?;
        if !self.message.is_empty() {
            write!(f, ": {}", shown_message(&self.message))?;
        }
        match &self.action {
            Some(action) => write!(f, " (action {action})"),
            None => Ok(()),
        }
    }
}
