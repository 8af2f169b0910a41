//! Errors: one Python class for each kind, with the details as attributes.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use reach_core::Visible;
use reach_core::change;
use reach_core::packet::ParseTrafficError;

use crate::convert::Json;

/// Characters of a message that may repeat what somebody else wrote.
const MOST_OF_MESSAGE: usize = 512;

mod python {
    pyo3::import_exception!(reach._errors, EditError);
    pyo3::import_exception!(reach._errors, LoadError);
    pyo3::import_exception!(reach._errors, QueryError);
}

/// A snapshot that cannot be read.
pub(crate) fn load(py: Python<'_>, error: reach_aws::LoadError) -> PyErr {
    let raised = raise::<python::LoadError>(py, &error, |details| {
        details.set_item("code", error.code())?;
        details.set_item("file", error.file())?;
        details.set_item("line", error.line())?;
        details.set_item("column", error.column())?;
        details.set_item("field", error.field())?;
        details.set_item("resource_id", error.resource())
    });
    if let reach_aws::LoadError::Io { source, .. } = error {
        raised.set_cause(py, Some(source.into()));
    }
    raised
}

/// A file that the operating system would not give.
pub(crate) fn unreadable(py: Python<'_>, file: &str, error: std::io::Error) -> PyErr {
    let raised = raise::<python::LoadError>(py, &format!("{file}: cannot be read"), |details| {
        details.set_item("code", "unreadable_file")?;
        details.set_item("file", file)
    });
    raised.set_cause(py, Some(error.into()));
    raised
}

/// A document of ours that is not what it should be, such as a run.
pub(crate) fn document(py: Python<'_>, code: &str, error: &serde_json::Error) -> PyErr {
    raise::<python::LoadError>(py, error, |details| {
        details.set_item("code", code)?;
        place(details, error)
    })
}

/// What agents say, if it cannot be read.
pub(crate) fn listeners(py: Python<'_>, given: &Json, error: &serde_json::Error) -> PyErr {
    raise::<python::LoadError>(py, &told(given, error), |details| {
        details.set_item("code", "invalid_listeners")?;
        details.set_item("file", &given.file)?;
        place(details, error)
    })
}

/// Edits that cannot be read.
pub(crate) fn edit_text(py: Python<'_>, given: &Json, error: &serde_json::Error) -> PyErr {
    raise::<python::EditError>(py, &told(given, error), |details| {
        details.set_item("code", "invalid_edit")?;
        details.set_item("file", &given.file)?;
        place(details, error)
    })
}

fn told(given: &Json, error: &serde_json::Error) -> String {
    let file = given.file.as_ref().map(|file| format!("{file}: ")).unwrap_or_default();
    Visible::new(&format!("{file}{error}")).at_most(MOST_OF_MESSAGE).to_string()
}

/// An edit that does not fit.
pub(crate) fn edit(py: Python<'_>, error: &change::EditError) -> PyErr {
    raise::<python::EditError>(py, error, |details| {
        details.set_item("code", error.code())?;
        details.set_item("action", error.action())?;
        details.set_item("resource_id", error.resource())?;
        details.set_item("index", error.index())
    })
}

/// Traffic that cannot be read.
pub(crate) fn traffic(py: Python<'_>, error: &ParseTrafficError) -> PyErr {
    raise::<python::QueryError>(py, error, |details| details.set_item("code", "invalid_traffic"))
}

/// Addresses that cannot be read.
pub(crate) fn address(py: Python<'_>, error: &serde_json::Error) -> PyErr {
    raise::<python::QueryError>(py, error, |details| details.set_item("code", "invalid_address"))
}

/// A question that cannot be asked.
pub(crate) fn query(py: Python<'_>, error: &reach_core::QueryError) -> PyErr {
    raise::<python::QueryError>(py, error, |details| {
        details.set_item("code", error.code())?;
        if let reach_core::QueryError::AmbiguousEndpoint { candidates, .. } = error {
            details.set_item("candidates", candidates)?;
        }
        Ok(())
    })
}

fn place(details: &Bound<'_, PyDict>, error: &serde_json::Error) -> PyResult<()> {
    let known = error.line() > 0;
    details.set_item("line", known.then(|| error.line()))?;
    details.set_item("column", known.then(|| error.column()))
}

/// Makes the exception; where that fails, the failure is what is raised.
fn raise<'py, E: pyo3::PyTypeInfo>(
    py: Python<'py>,
    error: &impl std::fmt::Display,
    fill: impl FnOnce(&Bound<'py, PyDict>) -> PyResult<()>,
) -> PyErr {
    let details = PyDict::new(py);
    let class: Bound<'py, PyType> = py.get_type::<E>();
    fill(&details)
        .and_then(|()| class.call((error.to_string(),), Some(&details)))
        .map_or_else(|failure| failure, PyErr::from_value)
}
