//! Answers to traces. They are documents: `reach._answer` reads what the command line prints.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use reach_core::TraceAnswer;

use crate::convert::json;

/// An answer on its way to Python, where it is a `reach.Trace`.
pub(crate) struct Trace {
    text: String,
    /// For each path, for each of its explanations, the hop that it is about.
    stops: Vec<Vec<Option<usize>>>,
}

impl Trace {
    pub(crate) fn of(answer: &TraceAnswer) -> PyResult<Self> {
        let stops = answer.paths.iter().map(|path| {
            path.explanations.iter().map(|explanation| path.hop_of(explanation)).collect()
        });
        Ok(Self { text: json(answer)?, stops: stops.collect() })
    }
}

impl<'py> IntoPyObject<'py> for Trace {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr =
        pyo3::type_hint_identifier!("reach._answer", "Trace");

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS.import(py, "reach._answer", "Trace")?.call1((self.text, self.stops))
    }
}
