use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer in a word: ALLOW, PARTIAL, DENY and UNKNOWN of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Verdict {
    /// Every packet asked about gets through (and is answered, unless one-way delivery was asked).
    Reachable,
    /// Some packets get through, and an answer says which. Of the others some may be unknown.
    PartlyReachable,
    /// No packet gets through, and that is certain.
    NotReachable,
    /// No packet certainly gets through, and for some it depends on something that is not known.
    Unknown,
}

impl Verdict {
    /// As it stands in JSON: `reachable`, `partly_reachable`, `not_reachable`, `unknown`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reachable => "reachable",
            Self::PartlyReachable => "partly_reachable",
            Self::NotReachable => "not_reachable",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().replace('_', " "))
    }
}
