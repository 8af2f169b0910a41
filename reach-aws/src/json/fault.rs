//! What is wrong with a JSON text, and where.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// One step of the way from the whole to a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// What is wrong with a JSON text. In a box, because nearly everything that is read carries the
/// room for one.
#[derive(Debug)]
pub(crate) struct Fault(Box<Told>);

#[derive(Debug)]
struct Told {
    message: String,
    /// How many bytes were read by then.
    at: Option<usize>,
    /// Whether the text is no JSON, or no more than not what was expected.
    syntax: bool,
    /// From the part to the whole.
    way: Vec<Step>,
}

impl Fault {
    #[cold]
    fn new(message: String, at: Option<usize>, syntax: bool) -> Self {
        Self(Box::new(Told { message, at, syntax, way: Vec::new() }))
    }

    /// The text is no JSON.
    pub(super) fn syntax(message: String, at: usize) -> Self {
        Self::new(message, Some(at), true)
    }

    /// What `serde_json` said of a part of the text, which begins `before` bytes after it.
    #[cold]
    pub(super) fn of_part(error: &serde_json::Error, part: &str, before: usize) -> Self {
        let lines = part.split_inclusive('\n').take(error.line().saturating_sub(1));
        let at = before + lines.map(str::len).sum::<usize>() + error.column();
        let text = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = text.strip_suffix(&position).unwrap_or(&text).to_owned();
        Self::new(message, Some(at), true)
    }

    /// Where it is, unless it is known more exactly.
    #[cold]
    pub(super) fn at(mut self, at: usize) -> Self {
        self.0.at.get_or_insert(at);
        self
    }

    /// The way to it begins with this step.
    #[cold]
    pub(super) fn below(mut self, step: Step) -> Self {
        self.0.way.push(step);
        self
    }

    pub(crate) fn is_syntax(&self) -> bool {
        self.0.syntax
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Line and column, from 1; the column is 0 where the line is empty.
    pub(crate) fn position(&self, text: &str) -> (usize, usize) {
        let at = self.0.at.unwrap_or_default();
        let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count();
        (line, column)
    }

    /// From the whole to the part.
    pub(crate) fn way(&self) -> impl Iterator<Item = &Step> {
        self.0.way.iter().rev()
    }

    /// The way as text, such as `SecurityGroups[0].IpPermissions[2].IpProtocol`.
    pub(crate) fn field(&self) -> String {
        let mut field = String::new();
        for step in self.way() {
            let part = match step {
                Step::Index(index) => format!("[{index}]"),
                Step::Key(key) if field.is_empty() => key.clone(),
                Step::Key(key) => format!(".{key}"),
            };
            field += &part;
        }
        if field.is_empty() { ".".to_owned() } else { field }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), None, false)
    }

    /// In words of JSON: `null`, and not a unit value.
    #[cold]
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(serde_json::Error::invalid_type(found, expected))
    }

    #[cold]
    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::custom(serde_json::Error::invalid_value(found, expected))
    }
}
