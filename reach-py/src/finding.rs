use std::hash::{Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::PyType;
use reach_core::{Finding, Visible};

use crate::convert::{Content, Dict, Dicts, compact, word};
use crate::enums::{PyFindingType, PyReachability, PySeverity, PyStatus};
use crate::errors;

/// Characters of a title that a `repr` repeats.
const MOST_OF_TITLE: usize = 200;

/// One result of a rules package. Findings with the same content are equal.
#[pyclass(frozen, eq, hash, name = "Finding", module = "reach")]
#[derive(PartialEq, Eq)]
pub(crate) struct PyFinding(pub(crate) Finding);

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

    /// What kind of finding it is. ``FindingType.NETWORK_EXPOSURE`` has every reachable port in one.
    #[getter]
    fn r#type(&self) -> PyFindingType {
        PyFindingType(self.0.kind.as_str().to_owned())
    }

    /// How bad it is.
    #[getter]
    fn severity(&self) -> PySeverity {
        PySeverity(self.0.severity.as_str().to_owned())
    }

    /// Against the baseline; ``None`` without one.
    #[getter]
    fn status(&self) -> PyResult<Option<PyStatus>> {
        self.0.status.map(|status| word(&status).map(PyStatus)).transpose()
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

    /// Where it is reachable from: the origin of the traffic.
    #[getter]
    fn reachability(&self) -> PyResult<PyReachability> {
        word(&self.0.reachability).map(PyReachability)
    }

    /// ``igw-…``, ``pcx-…`` or ``vgw-…`` that it comes in by.
    #[getter]
    fn gateway_id(&self) -> &str {
        &self.0.gateway_id
    }

    /// The load balancer that forwards it, as plain data: ``id``, ``name``, ``dns_name``,
    /// ``listener_ports``; ``None`` where it comes without one.
    #[getter]
    fn load_balancer(&self) -> PyResult<Option<Dict>> {
        self.0.load_balancer.as_ref().map(Dict::of).transpose()
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

    /// Reads a finding as JSON. For ``pickle``.
    #[staticmethod]
    fn _from_json(py: Python<'_>, text: Content) -> PyResult<Self> {
        serde_json::from_slice(text.as_ref())
            .map(Self)
            .map_err(|e| errors::document(py, "invalid_finding", &e))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let class: Bound<'py, PyType> = py.get_type::<Self>();
        Ok((class.getattr("_from_json")?, (compact(&self.0)?,)))
    }

    fn __repr__(&self) -> String {
        let title = Visible::new(&self.0.title).at_most(MOST_OF_TITLE);
        format!("<Finding {}: {title}>", self.0.severity)
    }
}
