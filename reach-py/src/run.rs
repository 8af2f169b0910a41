use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use pyo3::prelude::*;
use reach_core::{Finding, Run, Severity};

use crate::convert::{Content, Dict, Dicts, json, word};
use crate::diagnostic::PyDiagnostic;
use crate::errors;

/// One assessment. ``Network.scan`` makes one.
///
/// Runs are plain documents: keep one with ``to_json``, read it again with ``from_json``, and hand
/// it to a later ``Network.scan`` as ``baseline``. Runs with the same content are equal.
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

    /// How many findings of each severity there are: a number for each of ``"HIGH"``,
    /// ``"MEDIUM"``, ``"LOW"`` and ``"INFORMATIONAL"``.
    #[getter]
    fn summary(&self) -> BTreeMap<&'static str, usize> {
        self.0.summary.iter().map(|(severity, n)| (severity.as_str(), *n)).collect()
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
    fn worst(&self) -> Option<&'static str> {
        self.0.worst().map(Severity::as_str)
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

    fn __repr__(&self) -> String {
        let (findings, resolved) = (self.0.findings.len(), self.0.resolved.len());
        format!("<Run: {findings} findings, {resolved} resolved>")
    }
}

/// One result of a rules package. Findings with the same content are equal.
#[pyclass(frozen, eq, hash, name = "Finding", module = "reach")]
#[derive(PartialEq, Eq)]
pub(crate) struct PyFinding(Finding);

impl Hash for PyFinding {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

#[pymethods]
impl PyFinding {
    /// 32 hexadecimal digits that stay the same as long as the finding is about the same instance,
    /// interface, group, gateway, protocol and port.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// ``"RecognizedPortNoAgent"``, ``"RecognizedPortWithListener"``,
    /// ``"RecognizedPortNoListener"``, ``"UnrecognizedPortWithListener"`` or
    /// ``"NetworkExposure"``, which has every reachable port in one.
    #[getter]
    fn r#type(&self) -> &'static str {
        self.0.kind.as_str()
    }

    /// ``"HIGH"``, ``"MEDIUM"``, ``"LOW"`` or ``"INFORMATIONAL"``.
    #[getter]
    fn severity(&self) -> &'static str {
        self.0.severity.as_str()
    }

    /// Against the baseline: ``"new"``, ``"unchanged"`` or ``"resolved"``; ``None`` without one.
    #[getter]
    fn status(&self) -> PyResult<Option<String>> {
        self.0.status.map(|status| word(&status)).transpose()
    }

    /// One sentence.
    #[getter]
    fn title(&self) -> &str {
        &self.0.title
    }

    /// What is open, and by what.
    #[getter]
    fn description(&self) -> &str {
        &self.0.description
    }

    /// What to do.
    #[getter]
    fn recommendation(&self) -> &str {
        &self.0.recommendation
    }

    /// Account of the instance.
    #[getter]
    fn account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// Region of the instance.
    #[getter]
    fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// ``i-…``
    #[getter]
    fn instance_id(&self) -> &str {
        &self.0.instance_id
    }

    /// The instance's ``Name`` tag.
    #[getter]
    fn instance_name(&self) -> Option<&str> {
        self.0.instance_name.as_deref()
    }

    /// ``vpc-…``
    #[getter]
    fn vpc_id(&self) -> Option<&str> {
        self.0.vpc_id.as_deref()
    }

    /// ``subnet-…``
    #[getter]
    fn subnet_id(&self) -> Option<&str> {
        self.0.subnet_id.as_deref()
    }

    /// ``eni-…``
    #[getter]
    fn network_interface_id(&self) -> &str {
        &self.0.network_interface_id
    }

    /// ``acl-…`` of the interface's subnet.
    #[getter]
    fn network_acl_id(&self) -> Option<&str> {
        self.0.network_acl_id.as_deref()
    }

    /// ``sg-…`` of the group that lets it in.
    #[getter]
    fn security_group_id(&self) -> &str {
        &self.0.security_group_id
    }

    /// The group's name.
    #[getter]
    fn security_group_name(&self) -> Option<&str> {
        self.0.security_group_name.as_deref()
    }

    /// The rules of that group that let it in, as plain data: ``id``, ``traffic``, ``source``,
    /// ``description``.
    #[getter]
    fn rules(&self) -> PyResult<Dicts> {
        Dicts::of(&self.0.rules)
    }

    /// Where it is reachable from: ``"Internet"``, ``"PeeredVpc"`` or ``"VGW"``.
    #[getter]
    fn reachability(&self) -> PyResult<String> {
        word(&self.0.reachability)
    }

    /// ``igw-…``, ``pcx-…`` or ``vgw-…`` that it comes in by.
    #[getter]
    fn gateway_id(&self) -> &str {
        &self.0.gateway_id
    }

    /// ``"TCP"`` or ``"UDP"``; ``"TCP"`` for ``NetworkExposure``, which has both.
    #[getter]
    fn protocol(&self) -> &str {
        &self.0.protocol
    }

    /// The port; ``None`` for ``NetworkExposure``.
    #[getter]
    fn port(&self) -> Option<u16> {
        self.0.port
    }

    /// The service that the port stands for.
    #[getter]
    fn service(&self) -> Option<&str> {
        self.0.service.as_deref()
    }

    /// The process that listens, as plain data, where an agent says so.
    #[getter]
    fn listener(&self) -> PyResult<Option<Dict>> {
        self.0.listener.as_ref().map(Dict::of).transpose()
    }

    /// For ``NetworkExposure``: TCP port ranges, both ends included.
    #[getter]
    fn tcp_ports(&self) -> Vec<(u16, u16)> {
        self.0.tcp_ports.clone()
    }

    /// For ``NetworkExposure``: UDP port ranges, both ends included.
    #[getter]
    fn udp_ports(&self) -> Vec<(u16, u16)> {
        self.0.udp_ports.clone()
    }

    /// The addresses that it is reachable at, as the source writes them: CIDR blocks.
    #[getter]
    fn destinations(&self) -> Vec<String> {
        self.0.destinations.nets().iter().map(ToString::to_string).collect()
    }

    /// The addresses that it is reachable from, exactly: CIDR blocks.
    #[getter]
    fn sources(&self) -> Vec<String> {
        self.0.sources.nets().iter().map(ToString::to_string).collect()
    }

    /// The finding as plain data.
    fn to_dict(&self) -> PyResult<Dict> {
        Dict::of(&self.0)
    }

    fn __repr__(&self) -> String {
        format!("<Finding {}: {:?}>", self.0.severity, self.0.title)
    }
}
