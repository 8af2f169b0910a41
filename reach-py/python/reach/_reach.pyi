"""
What `reach` re-exports; import it from there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from os import PathLike
from pandas import DataFrame
from pyarrow import Table
from reach._answer import Trace
from reach._diff import FindingChanges
from reach._enums import FindingType, Level, Reachability, Severity, Status
from reach._map import Drawing
from typing import Any, Final, SupportsIndex, final

__all__ = ["__version__", "Diagnostic", "Finding", "Matrix", "Network", "Run", "explanation_codes", "in_words", "load_files", "load_path", "matrix_again", "since", "unpickled", "visible"]

__version__: Final[str]
"""
Version of the package.
"""

@final
class Diagnostic:
    """
    Something that reading or compiling a snapshot noticed: a dangling id, a kind of resource that
    was not collected, an entry that nobody can read. The rest of the snapshot is used, and answers
    that depend on the noticed thing are unknown.

    Diagnostics with the same content are equal. ``str`` gives one escaped line.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
    @staticmethod
    def _from_json(text: str | bytes | bytearray) -> Diagnostic:
        """
        Reads a diagnostic as JSON. For ``pickle``.
        """
    @property
    def code(self, /) -> str:
        """
        Stable, for programs, such as ``dangling_id``.
        """
    @property
    def file(self, /) -> str | None:
        """
        The file concerned, where there is one.
        """
    @property
    def level(self, /) -> Level:
        """
        ``Level.WARNING``: answers may be unknown because of it. ``Level.NOTE``: no answer changes.
        """
    @property
    def message(self, /) -> str:
        """
        For people.
        """
    @property
    def resource(self, /) -> str | None:
        """
        The AWS id concerned, where there is one.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The diagnostic as plain data.
        """

@final
class Finding:
    """
    One result of a rules package. Findings with the same content are equal.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _from_json(text: str | bytes | bytearray) -> Finding:
        """
        Reads a finding as JSON. For ``pickle``.
        """
    @property
    def account(self, /) -> str | None:
        """
        Account of the instance.
        """
    @property
    def description(self, /) -> str:
        """
        What is open, and by what.
        """
    @property
    def destinations(self, /) -> list[str]:
        """
        The addresses that it is reachable at, as the source writes them: CIDR blocks.
        """
    @property
    def gateway_id(self, /) -> str:
        """
        ``igw-…``, ``pcx-…`` or ``vgw-…`` that it comes in by.
        """
    @property
    def id(self, /) -> str:
        """
        32 hexadecimal digits that stay the same as long as the finding is about the same instance,
        interface, group, gateway, protocol and port.
        """
    @property
    def instance_id(self, /) -> str:
        """
        ``i-…``
        """
    @property
    def instance_name(self, /) -> str | None:
        """
        The instance's ``Name`` tag.
        """
    @property
    def listener(self, /) -> dict[str, Any] | None:
        """
        The process that listens, as plain data, where an agent says so.
        """
    @property
    def load_balancer(self, /) -> dict[str, Any] | None:
        """
        The load balancer that forwards it, as plain data: ``id``, ``name``, ``dns_name``,
        ``listener_ports``; ``None`` where it comes without one.
        """
    @property
    def network_acl_id(self, /) -> str | None:
        """
        ``acl-…`` of the interface's subnet.
        """
    @property
    def network_interface_id(self, /) -> str:
        """
        ``eni-…``
        """
    @property
    def port(self, /) -> int | None:
        """
        The port; ``None`` for ``NetworkExposure``.
        """
    @property
    def protocol(self, /) -> str:
        """
        ``"TCP"`` or ``"UDP"``; ``"TCP"`` for ``NetworkExposure``, which has both.
        """
    @property
    def reachability(self, /) -> Reachability:
        """
        Where it is reachable from: the origin of the traffic.
        """
    @property
    def recommendation(self, /) -> str:
        """
        What to do.
        """
    @property
    def region(self, /) -> str | None:
        """
        Region of the instance.
        """
    @property
    def rules(self, /) -> list[dict[str, Any]]:
        """
        The rules of that group that let it in, as plain data: ``id``, ``traffic``, ``source``,
        ``description``.
        """
    @property
    def security_group_id(self, /) -> str:
        """
        ``sg-…`` of the group that lets it in.
        """
    @property
    def security_group_name(self, /) -> str | None:
        """
        The group's name.
        """
    @property
    def service(self, /) -> str | None:
        """
        The service that the port stands for.
        """
    @property
    def severity(self, /) -> Severity:
        """
        How bad it is.
        """
    @property
    def sources(self, /) -> list[str]:
        """
        The addresses that it is reachable from, exactly: CIDR blocks.
        """
    @property
    def status(self, /) -> Status | None:
        """
        Against the baseline; ``None`` without one.
        """
    @property
    def subnet_id(self, /) -> str | None:
        """
        ``subnet-…``
        """
    @property
    def tcp_ports(self, /) -> list[tuple[int, int]]:
        """
        For ``NetworkExposure``: TCP port ranges, both ends included.
        """
    @property
    def title(self, /) -> str:
        """
        One sentence.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The finding as plain data.
        """
    @property
    def type(self, /) -> FindingType:
        """
        What kind of finding it is. ``FindingType.NETWORK_EXPOSURE`` has every reachable port in one.
        """
    @property
    def udp_ports(self, /) -> list[tuple[int, int]]:
        """
        For ``NetworkExposure``: UDP port ranges, both ends included.
        """
    @property
    def vpc_id(self, /) -> str | None:
        """
        ``vpc-…``
        """

@final
class Matrix:
    """
    What every source can send to every destination. ``Network.matrix`` makes one.

    It is kept for classes of ends that are alike, so that it stays small where there are many
    pairs: ``blocks`` has a pair of classes each. The answer for a pair of ends is ``get``, and
    ``to_pandas`` and ``to_arrow`` have all pairs between which something gets through.

    Matrices of equal networks and questions are equal, and can be hashed and pickled.
    """
    def __arrow_c_stream__(self, /, requested_schema: Any | None = None) -> Any:
        """
        The pairs by Arrow's capsule interface. They are made as they are asked for.
        """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> tuple[Any, tuple[Network, list[str], list[str], str | None, bool]]: ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def destinations(self, /) -> list[str]:
        """
        Ids of the destinations.
        """
    def get(self, /, source: str, destination: str) -> dict[str, Any]:
        """
        What a source can send to a destination, both by id, as plain data: ``passing``,
        ``sometimes`` where AWS's choice of a port or way decides, and ``unknown``. What is empty
        is left out, so that an empty ``dict`` says that nothing gets through.

        Raises ``KeyError`` where one of them is no end of this matrix.

        >>> import reach
        >>> matrix = reach.load("docs/examples/lab").matrix()
        >>> matrix.get("internet", "eni-44fa240122f9e7232")
        {'passing': 'tcp 22-23 (source ports 1024-65535)'}
        """
    def grouped(self, /, by: str) -> list[dict[str, Any]]:
        """
        The matrix of groups of interfaces, as plain data: ``from`` and ``to``, each with ``id``,
        ``name`` and ``interfaces``, and what some member of the one can send to some other end in
        the other, as ``get`` tells it. Ends that are no interfaces stand for themselves, and the
        ``id`` is ``None`` for interfaces that are in no group.

        ``by`` is ``"subnet"``, ``"vpc"``, ``"group"`` for security groups or ``"tag:KEY"``.

        Raises ``ValueError`` where it is none of these.

        >>> import reach
        >>> pairs = reach.load("docs/examples/lab").matrix(sources="internet").grouped("subnet")
        >>> [(pair["to"]["id"], pair["passing"]) for pair in pairs]
        [('subnet-546efa1890c7588c8', 'tcp 22-23 (source ports 1024-65535)')]
        """
    @property
    def sources(self, /) -> list[str]:
        """
        Ids of the sources: interfaces, ``"internet"``, gateways and peering connections.
        """
    def to_arrow(self, /) -> Table:
        """
        All pairs between which something gets through or may get through, as a ``pyarrow.Table``
        with the columns ``source``, ``destination``, ``passing``, ``sometimes`` and ``unknown``,
        each a dictionary of texts. Needs pyarrow: ``pip install reach-py[arrow]``.

        Whatever takes Arrow's C stream interface, such as ``polars.DataFrame(matrix)``, can take a
        matrix itself.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The matrix in classes, as plain data, shaped as ``reach matrix --format json`` prints it:
        ``sources`` and ``destinations`` are classes with their ``members``, ``blocks`` pairs of
        classes (``from``, ``to``) between which something gets through or may get through.
        """
    def to_pandas(self, /) -> DataFrame:
        """
        The same as a ``pandas.DataFrame``, its columns categories. Needs pandas and pyarrow:
        ``pip install reach-py[pandas,arrow]``.

        >>> import reach
        >>> matrix = reach.load("docs/examples/lab").matrix(traffic="tcp/22")
        >>> frame = matrix.to_pandas()
        >>> frame.query("source == 'internet'")["destination"].tolist()
        ['eni-44fa240122f9e7232']
        """
    @property
    def traffic(self, /) -> str:
        """
        The traffic that was asked about, source ports included.
        """

@final
class Network:
    """
    A snapshot, compiled for questions: immutable, safe to use from several threads, cheap to copy.

    ``load``, ``loads`` and ``from_boto3`` make one. Networks of equal snapshots are equal, and a
    network can be pickled. In a notebook it shows what it holds.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __reduce__(self, /) -> tuple[Any, tuple[bytes, str]]: ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    def analysis(self, /, source: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, destination: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, traffic: str, *, forward: bool = False, source_port: SupportsIndex | None = None, source_addresses: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, via: str | None = None, vouched: Sequence[str] | None = None) -> dict[str, Any]:
        """
        The answer to ``trace`` in the shape of AWS Reachability Analyzer: a
        ``NetworkInsightsAnalysis`` as plain data.

        Arguments and errors are those of ``trace``.

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> network.analysis("internet", "AppServer", "tcp/22")["NetworkPathFound"]
        False
        """
    @property
    def counts(self, /) -> dict[str, int]:
        """
        How many resources of each kind there are, by the name of the kind, such as
        ``"network_interfaces"``. A kind that was not collected is missing.

        >>> import reach
        >>> reach.load("docs/examples/lab").counts["instances"]
        2
        """
    @property
    def diagnostics(self, /) -> list[Diagnostic]:
        """
        What reading and compiling the snapshot noticed.
        """
    def finding_changes(self, /, later: Network, *, tags: Mapping[str, str] | Iterable[tuple[str, str]] | None = None, listeners: str | PathLike[str] | Mapping[str, Any] | None = None) -> FindingChanges:
        """
        What ``scan`` finds else in another network, such as one that ``with_edits`` made of this:
        a ``FindingChanges``, told without scanning both where edits leave most as it is.

        ``tags`` and ``listeners`` are those of ``scan``.

        Raises ``LoadError`` (``invalid_listeners``, ``unreadable_file``).

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> stopped = network.with_edits(
        ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
        ... )
        >>> network.finding_changes(stopped)
        <FindingChanges: 0 new, 3 resolved, 0 untold, 0 unknown, 0 settled>
        """
    def map(self, /, *, run: Run | None = None) -> Drawing:
        """
        Draws the network: VPCs, their subnets, and in those what stands in them, interfaces of the
        same security groups in one box; and what joins VPCs.

        ``run`` marks what its findings are about, by severity.

        Needs pygraphviz: ``pip install reach-py[map]``.

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> network.map(run=network.scan()).svg.startswith("<svg")
        True
        """
    def matrix(self, /, *, sources: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, destinations: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, traffic: str | None = None, forward: bool = False) -> Matrix:
        """
        What every source can send to every destination, reply included: exact traffic for each
        ordered pair.

        ``sources`` and ``destinations`` are what ``trace`` takes, ``"sg-…"`` for the members of a
        security group, or ``"tag:KEY=VALUE"`` for the interfaces of instances with a tag; one or
        several. Without them: every interface, the internet and every gateway.

        ``traffic`` is what is asked about; everything where it is not given. ``forward`` asks for
        one-way delivery.

        Raises ``QueryError``.

        >>> import reach
        >>> reach.load("docs/examples/lab").matrix(sources="internet", traffic="tcp/0-1023")
        <Matrix: 1 sources in 1 classes, 5 destinations in 5, 1 blocks>
        """
    def matrix_changes(self, /, later: Network, *, sources: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, destinations: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, traffic: str | None = None, forward: bool = False) -> list[dict[str, Any]]:
        """
        What the matrix of another network tells else, such as of one that ``with_edits`` made of
        this, as plain data: ``from`` and ``to``, ids of ends, and what got through ``before`` and
        gets through ``after`` between each of the one and each of the other. An end that only one
        of the networks has is out of reach in the other.

        Arguments and errors are those of ``matrix``.

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> stopped = network.with_edits(
        ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
        ... )
        >>> network.matrix_changes(stopped, sources="internet")
        [{'from': ['internet'], 'to': ['eni-44fa240122f9e7232'], 'before': {'passing': 'tcp 22-23 (source ports 1024-65535)'}, 'after': {}}]
        """
    def paths(self, /, source: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, destination: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, traffic: str = "any", *, blocked: bool = False, forward: bool = False, source_port: SupportsIndex | None = None, source_addresses: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, via: str | None = None, vouched: Sequence[str] | None = None) -> Trace:
        """
        Lists every way from one end to another, with the exact packets that take it.

        Arguments and errors are those of ``trace``; without ``traffic`` everything is asked about.
        ``blocked`` also lists ways on which certainly nothing gets through.

        >>> import reach
        >>> ways = reach.load("docs/examples/lab").paths("internet", "BastionServer")
        >>> [str(packets) for path in ways for packets in path.passing]
        ['the rest of the internet -> 198.51.100.10: tcp 22-23 (source ports 1024-65535)']
        """
    @property
    def regions(self, /) -> list[tuple[str | None, str | None]]:
        """
        The accounts and Regions that were asked, ``None`` for what the snapshot does not tell.
        """
    def scan(self, /, *, tags: Mapping[str, str] | Iterable[tuple[str, str]] | None = None, listeners: str | PathLike[str] | Mapping[str, Any] | None = None, baseline: Run | None = None) -> Run:
        """
        Assesses instances with the rules package ``network-reachability-1.1``: which ports can be
        reached from the internet, a peered VPC or a virtual private gateway.

        ``tags`` picks the instances that carry any of these tags; without it every instance is
        assessed. It is a mapping of keys to values, or pairs where a key has several values.

        ``listeners`` says what agents know of listening processes, as a mapping, as JSON text or
        as the ``pathlib.Path`` of a file: ``{"i-1": [{"protocol": "tcp", "port": 22, "process": "sshd"}]}``. An instance with an
        empty list has an agent and no listener; one that is not listed has no agent.

        ``baseline`` is an earlier run: the ``status`` of findings is then ``Status.NEW`` or
        ``Status.UNCHANGED``, and ``Run.resolved`` has those that are gone.

        Raises ``LoadError`` (``invalid_listeners``, ``unreadable_file``).

        >>> import reach
        >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
        >>> run.worst
        <Severity.HIGH: 'HIGH'>
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The snapshot as plain data: ``Regions``, each with the resources of each kind that was
        collected, fields spelled as the EC2 API spells them. Only fields that decide something are
        kept.
        """
    def trace(self, /, source: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, destination: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network, traffic: str, *, forward: bool = False, source_port: SupportsIndex | None = None, source_addresses: str | IPv4Address | IPv6Address | IPv4Network | IPv6Network | Iterable[str | IPv4Address | IPv6Address | IPv4Network | IPv6Network] | None = None, via: str | None = None, vouched: Sequence[str] | None = None) -> Trace:
        """
        Follows traffic from one end to another, reply included, and says what gets through, by
        which hops, and what stops the rest.

        ``source`` and ``destination`` are the id of an instance, interface, subnet, VPC, gateway
        or load balancer, a private or public address, a CIDR block, ``"internet"``, or a ``Name``
        tag that only one instance has. Addresses and networks of ``ipaddress`` will do.

        ``traffic`` is ``"tcp/22"``, ``"udp/53"``, ``"tcp/8000-8080"``, ``"icmp/echo-request"``,
        ``"icmp/8/0"``, ``"proto/50"`` or ``"any"``.

        ``forward`` asks for one-way delivery; the plain question is whether a flow can be
        established.

        ``source_port`` is the client's port; without it the ephemeral ports 1024 to 65535.

        ``source_addresses`` are the addresses and CIDR blocks that the source sends with, instead
        of all its own: one of several, or somebody else's that it forwards or forges.

        ``via`` is what the flow goes through on its way to the destination: a load balancer or one
        of its nodes, whose listener ``traffic`` is then sent to.

        ``vouched`` are codes of assumptions that the asker vouches for, such as ``"A-PORT25"``.

        Raises ``QueryError`` (``unknown_endpoint``, ``ambiguous_endpoint``, ``invalid_traffic``,
        ``invalid_address`` …).

        >>> import reach
        >>> trace = reach.load("docs/examples/lab").trace("internet", "AppServer", "tcp/22")
        >>> trace.verdict
        <Verdict.NOT_REACHABLE: 'not_reachable'>
        >>> print(trace.explanations[0].code)
        IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS
        """
    def with_edits(self, /, edits: str | PathLike[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Network:
        """
        The network as it would be after edits, made one after the other: all of them or none.

        An edit is named after the EC2 action that makes the change and has that action's
        parameters. ``edits`` is one edit, a list of edits, JSON text of either, or the
        ``pathlib.Path`` of a file of it.

        Raises ``EditError``: ``invalid_edit`` where the edits cannot be read, and EC2's own error
        code with ``action``, ``index`` and ``resource_id`` where one does not fit.

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> stopped = network.with_edits(
        ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
        ... )
        >>> print(stopped.trace("internet", "i-34a8b7a77a92db7ba", "tcp/23").verdict)
        not_reachable
        """

@final
class Run:
    """
    One assessment. ``Network.scan`` makes one.

    Iterating over a run gives its ``findings``. In a notebook it shows them as a table.

    Runs are plain documents: keep one with ``to_json``, read it again with ``from_json``, and hand
    it to a later ``Network.scan`` as ``baseline`` or to ``diff``. Runs with the same content are
    equal.

    >>> import reach
    >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
    >>> for finding in run:
    ...     print(finding.severity, finding.port)
    HIGH 23
    MEDIUM 22
    INFORMATIONAL None
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __iter__(self, /) -> Iterator[Finding]: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, tuple[str]]: ...
    def __repr__(self, /) -> str: ...
    def _repr_html_(self, /) -> str: ...
    @property
    def assumptions(self, /) -> list[dict[str, Any]]:
        """
        What the run takes for granted because no configuration shows it, as plain data: ``code``,
        ``resource``, ``message``.
        """
    @property
    def diagnostics(self, /) -> list[Diagnostic]:
        """
        What reading and compiling the snapshot noticed.
        """
    @property
    def findings(self, /) -> list[Finding]:
        """
        The findings, the worst first.
        """
    @staticmethod
    def from_json(text: str | bytes | bytearray) -> Run:
        """
        Reads what ``to_json`` or ``reach scan --format json`` wrote.

        Raises ``LoadError`` (``invalid_run``).
        """
    @property
    def instances(self, /) -> list[str]:
        """
        Ids of the instances that were assessed, sorted.
        """
    @property
    def is_conclusive(self, /) -> bool:
        """
        Whether nothing can be exposed but what the findings say: nothing is unknown, no Region is
        unassessed, and no answer lacks its last pages.
        """
    @property
    def resolved(self, /) -> list[Finding]:
        """
        Findings of the baseline that are gone.
        """
    @property
    def rules_package(self, /) -> str:
        """
        ``"network-reachability-1.1"``.
        """
    @property
    def summary(self, /) -> dict[Severity, int]:
        """
        How many findings there are of each ``Severity``, the worst first.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The run as plain data, shaped as ``reach scan --format json`` prints it.
        """
    def to_json(self, /) -> str:
        """
        The run as ``reach scan --format json`` prints it.
        """
    def to_pandas(self, /) -> DataFrame:
        """
        The findings as a ``pandas.DataFrame``, one row each and always the same columns: those of
        ``Finding``, plus ``resolved`` ones with that ``status``. ``severity`` is an ordered
        category, ``port`` a nullable integer. Needs pandas: ``pip install reach-py[pandas]``.
        """
    @property
    def unassessed(self, /) -> list[dict[str, Any]]:
        """
        Regions of which nobody can tell what there is to assess, as plain data: ``code``,
        ``resource``, ``message``.
        """
    @property
    def unknown(self, /) -> list[dict[str, Any]]:
        """
        Ports of which nobody can tell whether they are reachable, as plain data: ``instance_id``,
        ``network_interface_id``, ``gateway_id``, ``tcp_ports``, ``udp_ports``, and in ``reasons``
        what is missing.
        """
    @property
    def worst(self, /) -> Severity | None:
        """
        The severity of the worst finding, or ``None`` where there is no finding.
        """

def explanation_codes() -> list[tuple[str, str]]:
    """
    Every explanation code, with one sentence on what it says.
    """

def in_words(addresses: Sequence[str]) -> str:
    """
    CIDR blocks as people say it: the internet by name, a few blocks in full, many as a number.
    """

def load_files(files: Mapping[str, str | bytes], failed: Sequence[str], max_bytes: SupportsIndex | None) -> Network:
    """
    Reads files from memory; ``failed`` are calls of the collection that were not answered.
    """

def load_path(path: str | PathLike[str], max_bytes: SupportsIndex | None) -> Network:
    """
    Reads a folder, a zip, a JSON file, or ``"-"`` for standard input.
    """

def matrix_again(network: Network, sources: Sequence[str], destinations: Sequence[str], traffic: str | None, forward: bool) -> Matrix:
    """
    Makes a matrix again of what ``pickle`` kept.
    """

def since(later: Run, earlier: Run) -> list[list[Finding]]:
    """
    What changed between two runs: the findings that are new, unchanged, resolved, and those of
    which the later run does not tell.
    """

def unpickled(snapshot: str | bytes | bytearray, noticed: str | bytes | bytearray) -> Network:
    """
    Makes a network again of what ``pickle`` kept.
    """

def visible(text: str, at_most: SupportsIndex) -> str:
    """
    Text out of a snapshot made fit to be shown: what would move the cursor, turn the direction of
    writing or hide comes out as an escape.
    """
