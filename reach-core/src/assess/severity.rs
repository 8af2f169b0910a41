use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How bad a finding is, as Inspector rates it; the order is from mild to bad.
///
/// ```
/// use reach_core::Severity;
///
/// assert!(Severity::High > Severity::Medium);
/// assert_eq!("high".parse(), Ok(Severity::High));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Severity {
    /// Note only.
    Informational,
    /// Fix in a later update.
    Low,
    /// Fix at the next opportunity.
    Medium,
    /// Act as in an emergency.
    High,
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::Informational];

    /// As it stands in JSON: `HIGH`, `MEDIUM`, `LOW`, `INFORMATIONAL`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
            Self::Informational => "INFORMATIONAL",
        }
    }

    /// Inspector's number for it: 9, 6, 3 or 0.
    pub const fn numeric(self) -> f64 {
        match self {
            Self::High => 9.0,
            Self::Medium => 6.0,
            Self::Low => 3.0,
            Self::Informational => 0.0,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Text that is no severity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is no severity: it is one of high, medium, low, informational")]
pub struct ParseSeverityError {
    text: String,
}

impl FromStr for Severity {
    type Err = ParseSeverityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| ParseSeverityError { text: text.to_owned() })
    }
}
