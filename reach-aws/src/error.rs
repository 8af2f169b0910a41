use std::io;

use crate::text::{shown_message, shown_name};

/// Why a snapshot could not be read. Nothing of it is returned then.
///
/// File names and values come from the snapshot's author: they are escaped and cut here, so that a
/// message is one line fit for a terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The operating system would not give a file or a folder.
    #[error("{file}: cannot be read")]
    Io {
        /// The file or folder.
        file: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// A file that should be JSON is not, or is not UTF-8.
    #[error("{file}:{line}:{column}: not readable as JSON: {message}")]
    Json {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// From 1; 0 where the line is empty.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// A describe answer has a value of the wrong type, or lacks one that it must have.
    #[error("{file}:{line}:{column}: `{field}`: {message}")]
    Field {
        /// The file.
        file: String,
        /// From 1.
        line: usize,
        /// From 1; 0 where the line is empty.
        column: usize,
        /// The way to the field, such as `SecurityGroups[0].IpPermissions[2].IpProtocol`.
        field: String,
        /// The id of the resource that has the field, where it can be read.
        resource: Option<String>,
        /// What is wrong.
        message: String,
    },
    /// A zip archive, or an entry of one, that cannot be unpacked.
    #[error("{file}: cannot be unpacked: {message}")]
    Archive {
        /// The archive, or the archive and the entry.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// More input than [`Limits`](crate::Limits) allow.
    #[error("{file}: {what}")]
    TooLarge {
        /// Where the limit was met.
        file: String,
        /// Which limit it was.
        what: String,
    },
    /// There was no describe answer in the input.
    #[error("{}no describe answer found: {what}", .file.as_ref().map(|f| format!("{f}: ")).unwrap_or_default())]
    Nothing {
        /// The only input, where there was one.
        file: Option<String>,
        /// What there was instead.
        what: String,
    },
    /// [`Loader::finish`](crate::Loader::finish) was called although an earlier file had failed.
    #[error("{file}: failed earlier, so the snapshot is incomplete")]
    Incomplete {
        /// The file that failed.
        file: String,
    },
}

impl LoadError {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "unreadable_file",
            Self::Json { .. } => "invalid_json",
            Self::Field { .. } => "invalid_field",
            Self::Archive { .. } => "invalid_archive",
            Self::TooLarge { .. } => "too_large",
            Self::Nothing { .. } => "no_describe_answer",
            Self::Incomplete { .. } => "incomplete",
        }
    }

    /// The file concerned, where it is one.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::Io { file, .. }
            | Self::Json { file, .. }
            | Self::Field { file, .. }
            | Self::Archive { file, .. }
            | Self::TooLarge { file, .. }
            | Self::Incomplete { file } => Some(file),
            Self::Nothing { file, .. } => file.as_deref(),
        }
    }

    /// The line in that file, from 1.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Json { line, .. } | Self::Field { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The column in that line, from 1.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Json { column, .. } | Self::Field { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// The way to the field, such as `SecurityGroups[0].IpPermissions[2].IpProtocol`.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Field { field, .. } => Some(field),
            _ => None,
        }
    }

    /// The id of the resource that the field is of, where it can be read.
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::Field { resource, .. } => resource.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn io(name: &str, source: io::Error) -> Self {
        Self::Io { file: shown_name(name), source }
    }

    #[cfg(feature = "cli")]
    pub(crate) fn json(name: &str, error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = shown_message(&error.to_string());
        Self::Json { file: shown_name(name), line, column, message }
    }

    pub(crate) fn archive(name: &str, message: &str) -> Self {
        Self::Archive { file: shown_name(name), message: shown_message(message) }
    }

    pub(crate) fn too_large(name: &str, what: impl Into<String>) -> Self {
        Self::TooLarge { file: shown_name(name), what: what.into() }
    }
}
