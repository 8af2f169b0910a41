use std::fmt::Write as _;

use crate::Visible;
use crate::snapshot::{Kind, Snapshot};

/// Why an [`Edit`](super::Edit) does not fit a snapshot.
///
/// The text is one line of lower-case prose with ids in backticks; whatever in it comes from the
/// snapshot or the edit has its control characters escaped and is cut where it is very long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}`{action}`: {}", place(*.index), .fault.message)]
pub struct EditError {
    index: Option<usize>,
    action: &'static str,
    fault: Fault,
}

impl EditError {
    pub(super) fn new(action: &'static str, fault: Fault) -> Self {
        Self { index: None, action, fault }
    }

    pub(super) fn at(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    /// Stable, for programs: EC2's own error code for the case, such as
    /// `InvalidPermission.NotFound`.
    pub fn code(&self) -> &'static str {
        self.fault.code
    }

    /// The action that does not fit, such as `RevokeSecurityGroupIngress`.
    pub fn action(&self) -> &'static str {
        self.action
    }

    /// The resource concerned, where there is one.
    pub fn resource(&self) -> Option<&str> {
        self.fault.resource.as_deref()
    }

    /// Which edit of the list it was, counted from 0, when a list was applied. The text counts
    /// from 1.
    pub fn index(&self) -> Option<usize> {
        self.index
    }
}

fn place(index: Option<usize>) -> String {
    index.map_or_else(String::new, |index| format!("edit {}, ", index.saturating_add(1)))
}

/// What is wrong, before anybody knows which edit it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    code: &'static str,
    resource: Option<String>,
    message: String,
}

impl Fault {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, resource: None, message: message.into() }
    }

    pub(super) fn value(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::new("MissingParameter", message)
    }

    pub(super) fn combination(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterCombination", message)
    }

    /// No resource with that id, and whether anybody asked for its kind.
    pub(super) fn not_found(code: &'static str, snapshot: &Snapshot, kind: Kind, id: &str) -> Self {
        let mut message = format!("{} is not in the snapshot", tick(id));
        if !snapshot.regions.iter().any(|region| region.collected(kind)) {
            let _ = write!(message, ", which holds no answer of `{}`", kind.call());
        }
        Self::new(code, message).on(id)
    }

    /// Names the resource concerned, unless one is named already.
    pub(super) fn on(mut self, id: &str) -> Self {
        self.resource.get_or_insert_with(|| id.to_owned());
        self
    }
}

/// Longest text that a message repeats, in characters.
const LONGEST: usize = 120;

/// Foreign text in backticks, fit for one line of a terminal.
pub(super) fn tick(text: &str) -> String {
    format!("`{}`", Visible::new(text).quotable().at_most(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_place_the_action_and_the_reason() {
        let error = EditError::new("DeleteRoute", Fault::value("no").on("rtb-1").on("rtb-2"));
        assert_eq!(error.to_string(), "`DeleteRoute`: no");
        assert_eq!(error.at(1).to_string(), "edit 2, `DeleteRoute`: no");
    }

    #[test]
    fn foreign_text_stays_on_one_line() {
        assert_eq!(tick("a`\n\u{1b}[31m\u{202e}é'"), r"`a\u{60}\u{a}\u{1b}[31m\u{202e}é'`");
        assert_eq!(tick(&"x".repeat(1000)).chars().count(), LONGEST + 3);
    }
}
