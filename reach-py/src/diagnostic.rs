use pyo3::prelude::*;
use pyo3::types::PyType;
use reach_core::Diagnostic;

use crate::convert::{Content, Dict, compact, word};
use crate::enums::PyLevel;
use crate::errors;

/// Something that reading or compiling a snapshot noticed: a dangling id, a kind of resource that
/// was not collected, an entry that nobody can read. The rest of the snapshot is used, and answers
/// that depend on the noticed thing are unknown.
///
/// Diagnostics with the same content are equal. ``str`` gives one escaped line.
#[pyclass(frozen, eq, hash, str, name = "Diagnostic", module = "reach")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct PyDiagnostic(pub(crate) Diagnostic);

#[pymethods]
impl PyDiagnostic {
    /// ``Level.WARNING``: answers may be unknown because of it. ``Level.NOTE``: no answer changes.
    #[getter]
    fn level(&self) -> PyResult<PyLevel> {
        word(&self.0.level).map(PyLevel)
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

    /// Reads a diagnostic as JSON. For ``pickle``.
    #[staticmethod]
    fn _from_json(py: Python<'_>, text: Content) -> PyResult<Self> {
        serde_json::from_slice(text.as_ref())
            .map(Self)
            .map_err(|e| errors::document(py, "invalid_diagnostic", &e))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        Ok((class.getattr("_from_json")?, (compact(&self.0)?,)))
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
