use pyo3::prelude::*;
use reach_core::{Explanation, TraceAnswer};

use crate::convert::{Dict, Dicts, json, word};

/// The answer to a trace. ``Network.trace`` makes one. Traces with the same content are equal.
#[pyclass(frozen, eq, name = "Trace", module = "reach")]
#[derive(PartialEq)]
pub(crate) struct PyTrace(pub(crate) TraceAnswer);

#[pymethods]
impl PyTrace {
    /// ``"reachable"``, ``"partly_reachable"``, ``"not_reachable"`` or ``"unknown"``.
    #[getter]
    fn verdict(&self) -> &'static str {
        self.0.verdict.as_str()
    }

    /// Why not, the deciding element first; empty where everything gets through.
    #[getter]
    fn explanations(&self) -> Vec<PyExplanation> {
        self.0.explanations.iter().cloned().map(PyExplanation).collect()
    }

    /// Every way that the packets take, those that get through first, as plain data: ``verdict``,
    /// the hops of ``forward`` and ``return``, and in ``passing`` the packets that get through.
    /// A hop has ``component``, ``inbound``, and where they apply ``outbound`` and ``evidence``.
    #[getter]
    fn paths(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.paths)
    }

    /// The answer as plain data, shaped as ``reach trace --format json`` prints it.
    fn to_dict(&self) -> PyResult<Dict> {
        Dict::of(&self.0)
    }

    /// The answer as ``reach trace --format json`` prints it.
    fn to_json(&self) -> PyResult<String> {
        json(&self.0)
    }

    fn __repr__(&self) -> String {
        let question = &self.0.question;
        format!("<Trace {:?} to {:?}: {}>", question.from, question.to, self.0.verdict)
    }
}

/// Why some packets do not get through, or why nobody can tell whether they do.
#[pyclass(frozen, eq, name = "Explanation", module = "reach")]
#[derive(PartialEq)]
pub(crate) struct PyExplanation(Explanation);

#[pymethods]
impl PyExplanation {
    /// AWS's own explanation code where AWS has one, such as ``ENI_SG_RULES_MISMATCH``.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.reason.code.as_str()
    }

    /// The code in words.
    #[getter]
    fn message(&self) -> &'static str {
        self.0.message
    }

    /// ``"forward"`` or ``"return"``: which of the flow's two packets.
    #[getter]
    fn direction(&self) -> PyResult<String> {
        word(&self.0.direction)
    }

    /// The element that decided, as plain data: ``kind``, ``id``, and ``name`` where it has one.
    #[getter]
    fn component(&self) -> PyResult<Dict> {
        Dict::of(&self.0.reason.component)
    }

    /// What it was decided by, as plain data: each has a ``type``.
    #[getter]
    fn evidence(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.reason.evidence)
    }

    /// The packets concerned, as they met the element: a list of products of ``sources``,
    /// ``destinations`` and ``traffic``.
    #[getter]
    fn headers(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.headers)
    }

    /// The explanation as plain data.
    fn to_dict(&self) -> PyResult<Dict> {
        Dict::of(&self.0)
    }

    fn __repr__(&self) -> String {
        let reason = &self.0.reason;
        format!("<Explanation {}: {:?}>", reason.code.as_str(), &*reason.component.id)
    }
}
