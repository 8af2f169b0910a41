use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use reach_core::Run;

use crate::convert::{Content, Dict, Dicts, compact, json};
use crate::diagnostic::PyDiagnostic;
use crate::enums::PySeverity;
use crate::errors;
use crate::finding::PyFinding;
use crate::objects::{DataFrame, Findings, Summary};

/// One assessment. ``Network.scan`` makes one.
///
/// Iterating over a run gives its ``findings``. In a notebook it shows them as a table.
///
/// Runs are plain documents: keep one with ``to_json``, read it again with ``from_json``, and hand
/// it to a later ``Network.scan`` as ``baseline`` or to ``diff``. Runs with the same content are
/// equal.
///
/// >>> import reach
/// >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
/// >>> for finding in run:
/// ...     print(finding.severity, finding.port)
/// HIGH 23
/// MEDIUM 22
/// INFORMATIONAL None
#[pyclass(frozen, eq, name = "Run", module = "reach")]
#[derive(PartialEq)]
pub(crate) struct PyRun(pub(crate) Run);

#[pymethods]
impl PyRun {
    /// ``"network-reachability-1.1"``.
    #[getter]
    fn rules_package(&self) -> &str {
        &self.0.rules_package
    }

    /// Ids of the instances that were assessed, sorted.
    #[getter]
    fn instances(&self) -> Vec<&str> {
        self.0.instances.iter().map(String::as_str).collect()
    }

    /// How many findings there are of each ``Severity``, the worst first.
    #[getter]
    fn summary<'py>(&self, py: Python<'py>) -> PyResult<Summary<'py>> {
        let summary = PyDict::new(py);
        for (severity, n) in self.0.summary.iter().rev() {
            summary.set_item(PySeverity(severity.as_str().to_owned()), *n)?;
        }
        Ok(Summary(summary.into_any()))
    }

    /// The findings, the worst first.
    #[getter]
    fn findings(&self) -> Vec<PyFinding> {
        self.0.findings.iter().cloned().map(PyFinding).collect()
    }

    /// Findings of the baseline that are gone.
    #[getter]
    fn resolved(&self) -> Vec<PyFinding> {
        self.0.resolved.iter().cloned().map(PyFinding).collect()
    }

    /// Ports of which nobody can tell whether they are reachable, as plain data: ``instance_id``,
    /// ``network_interface_id``, ``gateway_id``, ``tcp_ports``, ``udp_ports``, and in ``reasons``
    /// what is missing.
    #[getter]
    fn unknown(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.unknown)
    }

    /// Regions of which nobody can tell what there is to assess, as plain data: ``code``,
    /// ``resource``, ``message``.
    #[getter]
    fn unassessed(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.unassessed)
    }

    /// What the run takes for granted because no configuration shows it, as plain data: ``code``,
    /// ``resource``, ``message``.
    #[getter]
    fn assumptions(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.assumptions)
    }

    /// What reading and compiling the snapshot noticed.
    #[getter]
    fn diagnostics(&self) -> Vec<PyDiagnostic> {
        self.0.diagnostics.iter().cloned().map(PyDiagnostic).collect()
    }

    /// The severity of the worst finding, or ``None`` where there is no finding.
    #[getter]
    fn worst(&self) -> Option<PySeverity> {
        self.0.worst().map(|severity| PySeverity(severity.as_str().to_owned()))
    }

    /// Whether nothing can be exposed but what the findings say: nothing is unknown, no Region is
    /// unassessed, and no answer lacks its last pages.
    #[getter]
    fn is_conclusive(&self) -> bool {
        self.0.is_conclusive()
    }

    /// The run as plain data, shaped as ``reach scan --format json`` prints it.
    fn to_dict(&self) -> PyResult<Dict> {
        Dict::of(&self.0)
    }

    /// The run as ``reach scan --format json`` prints it.
    fn to_json(&self) -> PyResult<String> {
        json(&self.0)
    }

    /// Reads what ``to_json`` or ``reach scan --format json`` wrote.
    ///
    /// Raises ``LoadError`` (``invalid_run``).
    #[staticmethod]
    fn from_json(py: Python<'_>, text: Content) -> PyResult<Self> {
        py.detach(|| serde_json::from_slice(text.as_ref()))
            .map(Self)
            .map_err(|e| errors::document(py, "invalid_run", &e))
    }

    /// The findings as a ``pandas.DataFrame``, one row each and always the same columns: those of
    /// ``Finding``, plus ``resolved`` ones with that ``status``. ``severity`` is an ordered
    /// category, ``port`` a nullable integer. Needs pandas: ``pip install reach-py[pandas]``.
    fn to_pandas(slf: Bound<'_, Self>) -> PyResult<DataFrame<'_>> {
        let frames = slf.py().import("reach._frames")?;
        frames.call_method1("of_run", (&slf,)).map(DataFrame)
    }

    fn _repr_html_(slf: Bound<'_, Self>) -> PyResult<String> {
        slf.py().import("reach._html")?.call_method1("of_run", (&slf,))?.extract()
    }

    fn __iter__(slf: Bound<'_, Self>) -> PyResult<Findings<'_>> {
        slf.getattr("findings")?.try_iter().map(|findings| Findings(findings.into_any()))
    }

    fn __hash__(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        self.0.instances.hash(&mut hash);
        for finding in &self.0.findings {
            finding.id.hash(&mut hash);
        }
        hash.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        Ok((class.getattr("from_json")?, (compact(&self.0)?,)))
    }

    fn __repr__(&self) -> String {
        let counts: Vec<String> = self
            .0
            .summary
            .iter()
            .rev()
            .filter(|(_, n)| **n > 0)
            .map(|(severity, n)| format!("{n} {}", severity.as_str().to_lowercase()))
            .collect();
        let counts =
            if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
        let (findings, resolved) = (self.0.findings.len(), self.0.resolved.len());
        let unknown = match self.0.unknown.len() + self.0.unassessed.len() {
            0 => String::new(),
            unknown => format!(", {unknown} unknown"),
        };
        format!("<Run: {findings} findings{counts}, {resolved} resolved{unknown}>")
    }
}

/// What changed between two runs: the findings that are new, unchanged, resolved, and those of
/// which the later run does not tell.
#[pyfunction]
pub(crate) fn since(py: Python<'_>, later: &PyRun, earlier: &PyRun) -> [Vec<PyFinding>; 4] {
    let difference = py.detach(|| later.0.since(&earlier.0));
    [difference.new, difference.unchanged, difference.resolved, difference.untold]
        .map(|findings| findings.into_iter().map(PyFinding).collect())
}
