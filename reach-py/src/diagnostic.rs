use pyo3::prelude::*;
use reach_core::{Diagnostic, Level};

use crate::convert::Dict;

/// Something that reading or compiling a snapshot noticed: a dangling id, a kind of resource that
/// was not collected, an entry that nobody can read. The rest of the snapshot is used, and answers
/// that depend on the noticed thing are unknown.
#[pyclass(frozen, eq, hash, str, name = "Diagnostic", module = "reach")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct PyDiagnostic(pub(crate) Diagnostic);

#[pymethods]
impl PyDiagnostic {
    /// ``"warning"``: answers may be unknown because of it. ``"note"``: no answer changes.
    #[getter]
    fn level(&self) -> &'static str {
        match self.0.level {
            Level::Warning => "warning",
            Level::Note => "note",
        }
    }

    /// Stable, for programs, such as ``dangling_id``.
    #[getter]
    fn code(&self) -> &str {
        &self.0.code
    }

    /// For people.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// The AWS id concerned, where there is one.
    #[getter]
    fn resource(&self) -> Option<&str> {
        self.0.resource.as_deref()
    }

    /// The file concerned, where there is one.
    #[getter]
    fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }

    /// The diagnostic as plain data.
    fn to_dict(&self) -> PyResult<Dict> {
        Dict::of(&self.0)
    }

    fn __repr__(&self) -> String {
        format!("<Diagnostic {}: {}>", self.0.code, self.0)
    }
}

impl std::fmt::Display for PyDiagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
