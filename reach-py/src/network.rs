use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};
use reach_core::change::EditFile;
use reach_core::packet::{PortSet, Traffic};
use reach_core::snapshot::Kind;
use reach_core::{
    Finding, Network, PathsOptions, QueryError, ScanOptions, TraceAnswer, TraceOptions,
    UnknownExposure,
};

use crate::answer::Trace;
use crate::convert::{Dict, Dicts, Edits, End, Ends, Listeners, Tags, Texts, compact};
use crate::diagnostic::PyDiagnostic;
use crate::errors;
use crate::finding::PyFinding;
use crate::matrix::{Asked, PyMatrix};
use crate::objects::{Changes, Counts, Drawing};
use crate::run::PyRun;

/// A snapshot, compiled for questions: immutable, safe to use from several threads, cheap to copy.
///
/// ``load``, ``loads`` and ``from_boto3`` make one. Networks of equal snapshots are equal, and a
/// network can be pickled. In a notebook it shows what it holds.
#[pyclass(frozen, name = "Network", module = "reach")]
#[derive(Clone)]
pub(crate) struct PyNetwork(pub(crate) Network);

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
    /// ``listeners`` says what agents know of listening processes, as a mapping, as JSON text or
    /// as the ``pathlib.Path`` of a file: ``{"i-1": [{"protocol": "tcp", "port": 22, "process": "sshd"}]}``. An instance with an
    /// empty list has an agent and no listener; one that is not listed has no agent.
    ///
    /// ``baseline`` is an earlier run: the ``status`` of findings is then ``Status.NEW`` or
    /// ``Status.UNCHANGED``, and ``Run.resolved`` has those that are gone.
    ///
    /// Raises ``LoadError`` (``invalid_listeners``, ``unreadable_file``).
    ///
    /// >>> import reach
    /// >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
    /// >>> run.worst
    /// <Severity.HIGH: 'HIGH'>
    #[pyo3(signature = (*, tags = None, listeners = None, baseline = None))]
    fn scan(
        &self,
        py: Python<'_>,
        tags: Option<Tags>,
        listeners: Option<Listeners>,
        baseline: Option<&PyRun>,
    ) -> PyResult<PyRun> {
        let baseline = baseline.map(|run| run.0.clone());
        let options = ScanOptions { baseline, ..assessed(py, tags, listeners)? };
        Ok(PyRun(py.detach(|| self.0.scan(&options))))
    }

    /// What ``scan`` finds else in another network, such as one that ``with_edits`` made of this:
    /// a ``FindingChanges``, told without scanning both where edits leave most as it is.
    ///
    /// ``tags`` and ``listeners`` are those of ``scan``.
    ///
    /// Raises ``LoadError`` (``invalid_listeners``, ``unreadable_file``).
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> stopped = network.with_edits(
    /// ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    /// ... )
    /// >>> network.finding_changes(stopped)
    /// <FindingChanges: 0 new, 3 resolved, 0 untold, 0 unknown, 0 settled>
    #[pyo3(signature = (later, *, tags = None, listeners = None))]
    fn finding_changes<'py>(
        &self,
        py: Python<'py>,
        later: &Self,
        tags: Option<Tags>,
        listeners: Option<Listeners>,
    ) -> PyResult<Changes<'py>> {
        let options = assessed(py, tags, listeners)?;
        let changes = py.detach(|| self.0.finding_changes(&later.0, &options));
        let findings = |list: Vec<Finding>| PyTuple::new(py, list.into_iter().map(PyFinding));
        let exposures = |list: &[UnknownExposure]| {
            let plain = Dicts::of(&list)?.into_pyobject(py)?;
            PyResult::Ok(plain.to_tuple())
        };
        let lists = (
            findings(changes.new)?,
            findings(changes.resolved)?,
            findings(changes.untold)?,
            exposures(&changes.unknown)?,
            exposures(&changes.settled)?,
        );
        py.import("reach._diff")?.getattr("FindingChanges")?.call1(lists).map(Changes)
    }

    /// Follows traffic from one end to another, reply included, and says what gets through, by
    /// which hops, and what stops the rest.
    ///
    /// ``source`` and ``destination`` are the id of an instance, interface, subnet, VPC, gateway
    /// or load balancer, a private or public address, a CIDR block, ``"internet"``, or a ``Name``
    /// tag that only one instance has. Addresses and networks of ``ipaddress`` will do.
    ///
    /// ``traffic`` is ``"tcp/22"``, ``"udp/53"``, ``"tcp/8000-8080"``, ``"icmp/echo-request"``,
    /// ``"icmp/8/0"``, ``"proto/50"`` or ``"any"``.
    ///
    /// ``forward`` asks for one-way delivery; the plain question is whether a flow can be
    /// established.
    ///
    /// ``source_port`` is the client's port; without it the ephemeral ports 1024 to 65535.
    ///
    /// ``source_addresses`` are the addresses and CIDR blocks that the source sends with, instead
    /// of all its own: one of several, or somebody else's that it forwards or forges.
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
    /// <Verdict.NOT_REACHABLE: 'not_reachable'>
    /// >>> print(trace.explanations[0].code)
    /// IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS
    #[pyo3(signature = (
        source, destination, traffic, *, forward = false, source_port = None,
        source_addresses = None, via = None, vouched = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments")]
    fn trace(
        &self,
        py: Python<'_>,
        source: End,
        destination: End,
        traffic: &str,
        forward: bool,
        source_port: Option<u16>,
        source_addresses: Option<Ends>,
        via: Option<String>,
        vouched: Option<Texts>,
    ) -> PyResult<Trace> {
        let options = options(py, forward, source_port, source_addresses, via, vouched)?;
        self.ask(py, &source, &destination, traffic, |network, from, to, traffic| {
            network.trace(from, to, traffic, &options)
        })
    }

    /// Lists every way from one end to another, with the exact packets that take it.
    ///
    /// Arguments and errors are those of ``trace``; without ``traffic`` everything is asked about.
    /// ``blocked`` also lists ways on which certainly nothing gets through.
    ///
    /// >>> import reach
    /// >>> ways = reach.load("docs/examples/lab").paths("internet", "BastionServer")
    /// >>> [str(packets) for path in ways for packets in path.passing]
    /// ['the rest of the internet -> 198.51.100.10: tcp 22-23 (source ports 1024-65535)']
    #[pyo3(signature = (
        source, destination, traffic = "any", *, blocked = false, forward = false,
        source_port = None, source_addresses = None, via = None, vouched = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments")]
    fn paths(
        &self,
        py: Python<'_>,
        source: End,
        destination: End,
        traffic: &str,
        blocked: bool,
        forward: bool,
        source_port: Option<u16>,
        source_addresses: Option<Ends>,
        via: Option<String>,
        vouched: Option<Texts>,
    ) -> PyResult<Trace> {
        let trace = options(py, forward, source_port, source_addresses, via, vouched)?;
        let options = PathsOptions { trace, blocked };
        self.ask(py, &source, &destination, traffic, |network, from, to, traffic| {
            network.paths(from, to, traffic, &options)
        })
    }

    /// What every source can send to every destination, reply included: exact traffic for each
    /// ordered pair.
    ///
    /// ``sources`` and ``destinations`` are what ``trace`` takes, ``"sg-…"`` for the members of a
    /// security group, or ``"tag:KEY=VALUE"`` for the interfaces of instances with a tag; one or
    /// several. Without them: every interface, the internet and every gateway.
    ///
    /// ``traffic`` is what is asked about; everything where it is not given. ``forward`` asks for
    /// one-way delivery.
    ///
    /// Raises ``QueryError``.
    ///
    /// >>> import reach
    /// >>> reach.load("docs/examples/lab").matrix(sources="internet", traffic="tcp/0-1023")
    /// <Matrix: 1 sources in 1 classes, 5 destinations in 5, 1 blocks>
    #[pyo3(signature = (*, sources = None, destinations = None, traffic = None, forward = false))]
    fn matrix(
        &self,
        py: Python<'_>,
        sources: Option<Ends>,
        destinations: Option<Ends>,
        traffic: Option<String>,
        forward: bool,
    ) -> PyResult<PyMatrix> {
        PyMatrix::of(py, self, Asked::of(sources, destinations, traffic, forward))
    }

    /// What the matrix of another network tells else, such as of one that ``with_edits`` made of
    /// this, as plain data: ``from`` and ``to``, ids of ends, and what got through ``before`` and
    /// gets through ``after`` between each of the one and each of the other. An end that only one
    /// of the networks has is out of reach in the other.
    ///
    /// Arguments and errors are those of ``matrix``.
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> stopped = network.with_edits(
    /// ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    /// ... )
    /// >>> network.matrix_changes(stopped, sources="internet")
    /// [{'from': ['internet'], 'to': ['eni-44fa240122f9e7232'], 'before': {'passing': 'tcp 22-23 (source ports 1024-65535)'}, 'after': {}}]
    #[pyo3(signature = (
        later, *, sources = None, destinations = None, traffic = None, forward = false
    ))]
    fn matrix_changes(
        &self,
        py: Python<'_>,
        later: &Self,
        sources: Option<Ends>,
        destinations: Option<Ends>,
        traffic: Option<String>,
        forward: bool,
    ) -> PyResult<Dicts> {
        let options = Asked::of(sources, destinations, traffic, forward).options(py)?;
        let changes = || self.0.matrix_changes(&later.0, &options).map(|it| Dicts::of(&it));
        py.detach(changes).map_err(|e| errors::query(py, &e))?
    }

    /// The answer to ``trace`` in the shape of AWS Reachability Analyzer: a
    /// ``NetworkInsightsAnalysis`` as plain data.
    ///
    /// Arguments and errors are those of ``trace``.
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> network.analysis("internet", "AppServer", "tcp/22")["NetworkPathFound"]
    /// False
    #[pyo3(signature = (
        source, destination, traffic, *, forward = false, source_port = None,
        source_addresses = None, via = None, vouched = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments")]
    fn analysis(
        &self,
        py: Python<'_>,
        source: End,
        destination: End,
        traffic: &str,
        forward: bool,
        source_port: Option<u16>,
        source_addresses: Option<Ends>,
        via: Option<String>,
        vouched: Option<Texts>,
    ) -> PyResult<Dict> {
        let options = options(py, forward, source_port, source_addresses, via, vouched)?;
        let traffic: Traffic = traffic.parse().map_err(|e| errors::traffic(py, &e))?;
        let network = &self.0;
        let analyse = || {
            network
                .trace(&source.0, &destination.0, &traffic, &options)
                .map(|answer| network.analysis(&answer))
        };
        Dict::of(&py.detach(analyse).map_err(|e| errors::query(py, &e))?)
    }

    /// The network as it would be after edits, made one after the other: all of them or none.
    ///
    /// An edit is named after the EC2 action that makes the change and has that action's
    /// parameters. ``edits`` is one edit, a list of edits, JSON text of either, or the
    /// ``pathlib.Path`` of a file of it.
    ///
    /// Raises ``EditError``: ``invalid_edit`` where the edits cannot be read, and EC2's own error
    /// code with ``action``, ``index`` and ``resource_id`` where one does not fit.
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> stopped = network.with_edits(
    /// ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    /// ... )
    /// >>> print(stopped.trace("internet", "i-34a8b7a77a92db7ba", "tcp/23").verdict)
    /// not_reachable
    fn with_edits(&self, py: Python<'_>, edits: Edits) -> PyResult<Self> {
        let Edits(json) = edits;
        let file: EditFile = json.read().map_err(|e| errors::edit_text(py, &json, &e))?;
        let edits = file.into_edits();
        py.detach(|| self.0.with(&edits)).map(Self).map_err(|e| errors::edit(py, &e))
    }

    /// How many resources of each kind there are, by the name of the kind, such as
    /// ``"network_interfaces"``. A kind that was not collected is missing.
    ///
    /// >>> import reach
    /// >>> reach.load("docs/examples/lab").counts["instances"]
    /// 2
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Counts<'py>> {
        let counts = PyDict::new(py);
        for kind in Kind::ALL {
            let regions = self.0.snapshot().regions.iter();
            let mut collected = regions.filter(|region| region.collected(*kind)).peekable();
            if collected.peek().is_some() {
                let n: usize = collected.map(|region| region.count(*kind)).sum();
                counts.set_item(kind.name(), n)?;
            }
        }
        Ok(Counts(counts.into_any()))
    }

    /// The accounts and Regions that were asked, ``None`` for what the snapshot does not tell.
    #[getter]
    fn regions(&self) -> Vec<(Option<&str>, Option<&str>)> {
        let regions = &self.0.snapshot().regions;
        regions.iter().map(|it| (it.account.as_deref(), it.name.as_deref())).collect()
    }

    /// The snapshot as plain data: ``Regions``, each with the resources of each kind that was
    /// collected, fields spelled as the EC2 API spells them. Only fields that decide something are
    /// kept.
    fn to_dict(&self, py: Python<'_>) -> PyResult<Dict> {
        py.detach(|| Dict::of(self.0.snapshot()))
    }

    /// Draws the network: VPCs, their subnets, and in those what stands in them, interfaces of the
    /// same security groups in one box; and what joins VPCs.
    ///
    /// ``run`` marks what its findings are about, by severity.
    ///
    /// Needs pygraphviz: ``pip install reach-py[map]``.
    ///
    /// >>> import reach
    /// >>> network = reach.load("docs/examples/lab")
    /// >>> network.map(run=network.scan()).svg.startswith("<svg")
    /// True
    #[pyo3(signature = (*, run = None))]
    fn map<'py>(slf: Bound<'py, Self>, run: Option<Bound<'py, PyRun>>) -> PyResult<Drawing<'py>> {
        slf.py().import("reach._map")?.call_method1("of_network", (&slf, run)).map(Drawing)
    }

    fn _repr_html_(slf: Bound<'_, Self>) -> PyResult<String> {
        slf.py().import("reach._html")?.call_method1("of_network", (&slf,))?.extract()
    }

    fn __eq__(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> bool {
        let Ok(other) = value.cast::<Self>() else { return false };
        let other = other.get();
        py.detach(|| self == other)
    }

    fn __hash__(&self) -> u64 {
        self.hashed()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Pickled<'py>> {
        let make = py.import("reach._reach")?.getattr("unpickled")?;
        let snapshot = py.detach(|| compact(self.0.snapshot()))?;
        let snapshot = PyBytes::new(py, snapshot.as_bytes());
        Ok((make, (snapshot, compact(&self.0.notes())?)))
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

type Pickled<'py> = (Bound<'py, PyAny>, (Bound<'py, PyBytes>, String));

impl PartialEq for PyNetwork {
    fn eq(&self, other: &Self) -> bool {
        self.0.notes() == other.0.notes() && self.0.snapshot() == other.0.snapshot()
    }
}

impl PyNetwork {
    /// The same for equal networks.
    pub(crate) fn hashed(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        for region in &self.0.snapshot().regions {
            (&region.account, &region.name).hash(&mut hash);
            for kind in Kind::ALL {
                region.count(*kind).hash(&mut hash);
            }
        }
        hash.finish()
    }

    fn ask(
        &self,
        py: Python<'_>,
        source: &End,
        destination: &End,
        traffic: &str,
        question: impl Fn(&Network, &str, &str, &Traffic) -> Result<TraceAnswer, QueryError> + Sync,
    ) -> PyResult<Trace> {
        let traffic: Traffic = traffic.parse().map_err(|e| errors::traffic(py, &e))?;
        py.detach(|| {
            let answer = question(&self.0, &source.0, &destination.0, &traffic)?;
            Ok(Trace::of(&answer))
        })
        .map_err(|e: QueryError| errors::query(py, &e))?
    }
}

fn assessed(
    py: Python<'_>,
    tags: Option<Tags>,
    listeners: Option<Listeners>,
) -> PyResult<ScanOptions> {
    let listeners = listeners
        .map(|Listeners(json)| json.read().map_err(|e| errors::listeners(py, &json, &e)))
        .transpose()?;
    let tags = tags.map(|Tags(tags)| tags).unwrap_or_default();
    Ok(ScanOptions { tags, listeners, baseline: None })
}

fn options(
    py: Python<'_>,
    forward: bool,
    source_port: Option<u16>,
    source_addresses: Option<Ends>,
    via: Option<String>,
    vouched: Option<Texts>,
) -> PyResult<TraceOptions> {
    let source_addresses = source_addresses
        .map(|Ends(texts)| serde_json::from_value(texts.into()))
        .transpose()
        .map_err(|e| errors::address(py, &e))?;
    Ok(TraceOptions {
        forward,
        source_ports: source_port.map(PortSet::single),
        source_addresses,
        via,
        vouched: vouched.map(|Texts(codes)| codes).unwrap_or_default(),
    })
}
