use std::path::PathBuf;

use pyo3::prelude::*;
use reach_aws::{LoadError, Loader};
use reach_core::change::EditFile;
use reach_core::packet::{PortSet, Traffic};
use reach_core::{Network, ScanOptions, TraceOptions};

use crate::convert::{Edits, Files, Listeners, Tags, Texts};
use crate::diagnostic::PyDiagnostic;
use crate::errors;
use crate::run::PyRun;
use crate::trace::PyTrace;

/// Reads a snapshot: a folder of what ``aws ec2 describe-*`` printed, a zip of one, one JSON file,
/// or ``"-"`` for standard input.
///
/// File names mean nothing, and neither do folders but ``ACCOUNT/REGION/``: a file's kind is told
/// by its top-level key, such as ``SecurityGroups``.
///
/// Raises ``LoadError`` where anything of it cannot be read; ``code``, ``file``, ``line``,
/// ``column`` and ``field`` say where. Whatever can be read but does not fit together is in
/// ``Network.diagnostics``.
///
/// >>> import reach
/// >>> reach.load("docs/examples/lab")
/// <Network: 2 instances, 3 network interfaces>
#[pyfunction]
pub(crate) fn load(py: Python<'_>, path: PathBuf) -> PyResult<PyNetwork> {
    py.detach(|| reach_aws::load(path).map(|loaded| PyNetwork(loaded.compile())))
        .map_err(|e| errors::load(py, e))
}

/// Reads a snapshot from memory: the content of one file (JSON or a zip), or a mapping of file
/// names to contents.
///
/// >>> import reach
/// >>> network = reach.loads({
/// ...     "vpcs.json": '{"Vpcs": [{"VpcId": "vpc-1"}]}',
/// ...     "subnets.json": b'{"Subnets": []}',
/// ... })
///
/// Raises ``LoadError`` as ``load`` does:
///
/// >>> reach.loads('{"Vpcs": 7}')
/// Traceback (most recent call last):
/// ...
/// reach.LoadError: data:1:10: `Vpcs`: invalid type: integer `7`, expected a list
#[pyfunction]
pub(crate) fn loads(py: Python<'_>, data: Files) -> PyResult<PyNetwork> {
    let read = || -> Result<PyNetwork, LoadError> {
        let mut loader = Loader::new();
        for (name, content) in &data.0 {
            loader.add(name, content.as_ref())?;
        }
        Ok(PyNetwork(loader.finish()?.compile()))
    };
    py.detach(read).map_err(|e| errors::load(py, e))
}

/// A snapshot, compiled for questions: immutable, safe to use from several threads, cheap to copy.
///
/// ``load`` and ``loads`` make one.
#[pyclass(frozen, name = "Network", module = "reach")]
pub(crate) struct PyNetwork(Network);

#[pymethods]
impl PyNetwork {
    /// What reading and compiling the snapshot noticed.
    #[getter]
    fn diagnostics(&self) -> Vec<PyDiagnostic> {
        self.0.diagnostics().iter().cloned().map(PyDiagnostic).collect()
    }

    /// Assesses instances with the rules package ``network-reachability-1.1``: which ports can be
    /// reached from the internet, a peered VPC or a virtual private gateway.
    ///
    /// ``tags`` picks the instances that carry any of these tags; without it every instance is
    /// assessed. It is a mapping of keys to values, or pairs where a key has several values.
    ///
    /// ``listeners`` says what agents know of listening processes, as a mapping or as JSON text:
    /// ``{"i-1": [{"protocol": "tcp", "port": 22, "process": "sshd"}]}``. An instance with an
    /// empty list has an agent and no listener; one that is not listed has no agent.
    ///
    /// ``baseline`` is an earlier run: findings are then ``"new"`` or ``"unchanged"``, and
    /// ``Run.resolved`` has those that are gone.
    ///
    /// Raises ``LoadError`` (``invalid_listeners``).
    ///
    /// >>> import reach
    /// >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
    /// >>> run.worst
    /// 'HIGH'
    #[pyo3(signature = (*, tags = None, listeners = None, baseline = None))]
    fn scan(
        &self,
        py: Python<'_>,
        tags: Option<Tags>,
        listeners: Option<Listeners>,
        baseline: Option<&PyRun>,
    ) -> PyResult<PyRun> {
        let listeners = listeners
            .map(|Listeners(text)| serde_json::from_str(&text))
            .transpose()
            .map_err(|e| errors::document(py, "invalid_listeners", &e))?;
        let options = ScanOptions {
            tags: tags.map(|Tags(tags)| tags).unwrap_or_default(),
            listeners,
            baseline: baseline.map(|run| run.0.clone()),
        };
        Ok(PyRun(py.detach(|| self.0.scan(&options))))
    }

    /// Follows traffic from one end to another, reply included, and says what gets through, by
    /// which hops, and what stops the rest.
    ///
    /// ``source`` and ``destination`` are the id of an instance, interface or gateway, a private
    /// or public address, a CIDR block, ``"internet"``, or a ``Name`` tag that only one instance
    /// has.
    ///
    /// ``traffic`` is ``"tcp/22"``, ``"udp/53"``, ``"tcp/8000-8080"``, ``"icmp/echo-request"``,
    /// ``"icmp/8/0"``, ``"proto/50"`` or ``"any"``.
    ///
    /// ``forward`` asks for one-way delivery; the plain question is whether a flow can be
    /// established.
    ///
    /// ``source_port`` is the client's port; without it the ephemeral ports 1024 to 65535.
    ///
    /// ``source_addresses`` are the addresses and CIDR blocks that the source sends with, instead of
    /// all its own: one of several, or somebody else's that it forwards or forges.
    ///
    /// ``via`` is what the flow goes through on its way to the destination: a load balancer or one
    /// of its nodes, whose listener ``traffic`` is then sent to.
    ///
    /// ``vouched`` are codes of assumptions that the asker vouches for, such as ``"A-PORT25"``.
    ///
    /// Raises ``QueryError`` (``unknown_endpoint``, ``ambiguous_endpoint``, ``invalid_traffic``,
    /// ``invalid_address`` …).
    ///
    /// >>> import reach
    /// >>> trace = reach.load("docs/examples/lab").trace("internet", "AppServer", "tcp/22")
    /// >>> trace.verdict
    /// 'not_reachable'
    /// >>> trace.explanations[0].code
    /// 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS'
    #[pyo3(signature = (
        source, destination, traffic, *, forward = false, source_port = None,
        source_addresses = None, via = None, vouched = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments")]
    fn trace(
        &self,
        py: Python<'_>,
        source: &str,
        destination: &str,
        traffic: &str,
        forward: bool,
        source_port: Option<u16>,
        source_addresses: Option<Texts>,
        via: Option<String>,
        vouched: Option<Texts>,
    ) -> PyResult<PyTrace> {
        let traffic: Traffic = traffic.parse().map_err(|e| errors::traffic(py, &e))?;
        let source_addresses = source_addresses
            .map(|Texts(texts)| serde_json::from_value(texts.into()))
            .transpose()
            .map_err(|e| errors::address(py, &e))?;
        let options = TraceOptions {
            forward,
            source_ports: source_port.map(PortSet::single),
            source_addresses,
            via,
            vouched: vouched.map(|Texts(codes)| codes).unwrap_or_default(),
        };
        py.detach(|| self.0.trace(source, destination, &traffic, &options))
            .map(PyTrace)
            .map_err(|e| errors::query(py, &e))
    }

    /// The network as it would be after edits, made one after the other: all of them or none.
    ///
    /// An edit is named after the EC2 action that makes the change and has that action's
    /// parameters. ``edits`` is one edit, a list of edits, or JSON text of either.
    ///
    /// Raises ``EditError``: ``invalid_edit`` where the edits cannot be read, and EC2's own error
    /// code with ``action``, ``index`` and ``resource_id`` where one does not fit.
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> stopped = network.with_edits(
    /// ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    /// ... )
    /// >>> stopped.trace("internet", "i-34a8b7a77a92db7ba", "tcp/23").verdict
    /// 'not_reachable'
    fn with_edits(&self, py: Python<'_>, edits: Edits) -> PyResult<Self> {
        let file: EditFile =
            serde_json::from_str(&edits.0).map_err(|e| errors::edit_text(py, &e))?;
        let edits = file.into_edits();
        py.detach(|| self.0.with(&edits)).map(Self).map_err(|e| errors::edit(py, &e))
    }

    fn __repr__(&self) -> String {
        let regions = &self.0.snapshot().regions;
        let instances: usize =
            regions.iter().filter_map(|region| region.instances.as_ref()).map(Vec::len).sum();
        let interfaces: usize = regions
            .iter()
            .filter_map(|region| region.network_interfaces.as_ref())
            .map(Vec::len)
            .sum();
        format!("<Network: {instances} instances, {interfaces} network interfaces>")
    }
}
