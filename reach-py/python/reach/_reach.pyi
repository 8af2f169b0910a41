"""
What `reach` re-exports; import it from there.
"""

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Final, SupportsIndex, final

__all__ = ["__version__", "Diagnostic", "Explanation", "Finding", "Network", "Run", "Trace", "load", "loads"]

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
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
    def __str__(self, /) -> str: ...
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
    def level(self, /) -> str:
        """
        ``"warning"``: answers may be unknown because of it. ``"note"``: no answer changes.
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
class Explanation:
    """
    Why some packets do not get through, or why nobody can tell whether they do.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
    @property
    def code(self, /) -> str:
        """
        AWS's own explanation code where AWS has one, such as ``ENI_SG_RULES_MISMATCH``.
        """
    @property
    def component(self, /) -> dict[str, Any]:
        """
        The element that decided, as plain data: ``kind``, ``id``, and ``name`` where it has one.
        """
    @property
    def direction(self, /) -> str:
        """
        ``"forward"`` or ``"return"``: which of the flow's two packets.
        """
    @property
    def evidence(self, /) -> list[dict[str, Any]]:
        """
        What it was decided by, as plain data: each has a ``type``.
        """
    @property
    def headers(self, /) -> list[dict[str, Any]]:
        """
        The packets concerned, as they met the element: a list of products of ``sources``,
        ``destinations`` and ``traffic``.
        """
    @property
    def message(self, /) -> str:
        """
        The code in words.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The explanation as plain data.
        """

@final
class Finding:
    """
    One result of a rules package. Findings with the same content are equal.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
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
    def reachability(self, /) -> str:
        """
        Where it is reachable from: ``"Internet"``, ``"PeeredVpc"`` or ``"VGW"``.
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
    def severity(self, /) -> str:
        """
        ``"HIGH"``, ``"MEDIUM"``, ``"LOW"`` or ``"INFORMATIONAL"``.
        """
    @property
    def sources(self, /) -> list[str]:
        """
        The addresses that it is reachable from, exactly: CIDR blocks.
        """
    @property
    def status(self, /) -> str | None:
        """
        Against the baseline: ``"new"``, ``"unchanged"`` or ``"resolved"``; ``None`` without one.
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
    def type(self, /) -> str:
        """
        ``"RecognizedPortNoAgent"``, ``"RecognizedPortWithListener"``,
        ``"RecognizedPortNoListener"``, ``"UnrecognizedPortWithListener"`` or
        ``"NetworkExposure"``, which has every reachable port in one.
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
class Network:
    """
    A snapshot, compiled for questions: immutable, safe to use from several threads, cheap to copy.

    ``load`` and ``loads`` make one.
    """
    def __repr__(self, /) -> str: ...
    @property
    def diagnostics(self, /) -> list[Diagnostic]:
        """
        What reading and compiling the snapshot noticed.
        """
    def scan(self, /, *, tags: Mapping[str, str] | Iterable[tuple[str, str]] | None = None, listeners: str | Mapping[str, Any] | None = None, baseline: Run | None = None) -> Run:
        """
        Assesses instances with the rules package ``network-reachability-1.1``: which ports can be
        reached from the internet, a peered VPC or a virtual private gateway.

        ``tags`` picks the instances that carry any of these tags; without it every instance is
        assessed. It is a mapping of keys to values, or pairs where a key has several values.

        ``listeners`` says what agents know of listening processes, as a mapping or as JSON text:
        ``{"i-1": [{"protocol": "tcp", "port": 22, "process": "sshd"}]}``. An instance with an
        empty list has an agent and no listener; one that is not listed has no agent.

        ``baseline`` is an earlier run: findings are then ``"new"`` or ``"unchanged"``, and
        ``Run.resolved`` has those that are gone.

        Raises ``LoadError`` (``invalid_listeners``).

        >>> import reach
        >>> run = reach.load("docs/examples/lab").scan(tags={"SecurityScan": "true"})
        >>> run.worst
        'HIGH'
        """
    def trace(self, /, source: str, destination: str, traffic: str, *, forward: bool = False, source_port: SupportsIndex | None = None, source_addresses: Sequence[str] | None = None, via: str | None = None, vouched: Sequence[str] | None = None) -> Trace:
        """
        Follows traffic from one end to another, reply included, and says what gets through, by
        which hops, and what stops the rest.

        ``source`` and ``destination`` are the id of an instance, interface or gateway, a private
        or public address, a CIDR block, ``"internet"``, or a ``Name`` tag that only one instance
        has.

        ``traffic`` is ``"tcp/22"``, ``"udp/53"``, ``"tcp/8000-8080"``, ``"icmp/echo-request"``,
        ``"icmp/8/0"``, ``"proto/50"`` or ``"any"``.

        ``forward`` asks for one-way delivery; the plain question is whether a flow can be
        established.

        ``source_port`` is the client's port; without it the ephemeral ports 1024 to 65535.

        ``source_addresses`` are the addresses and CIDR blocks that the source sends with, instead of
        all its own: one of several, or somebody else's that it forwards or forges.

        ``via`` is what the flow goes through on its way to the destination: a load balancer or one
        of its nodes, whose listener ``traffic`` is then sent to.

        ``vouched`` are codes of assumptions that the asker vouches for, such as ``"A-PORT25"``.

        Raises ``QueryError`` (``unknown_endpoint``, ``ambiguous_endpoint``, ``invalid_traffic``,
        ``invalid_address`` …).

        >>> import reach
        >>> trace = reach.load("docs/examples/lab").trace("internet", "AppServer", "tcp/22")
        >>> trace.verdict
        'not_reachable'
        >>> trace.explanations[0].code
        'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS'
        """
    def with_edits(self, /, edits: str | Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Network:
        """
        The network as it would be after edits, made one after the other: all of them or none.

        An edit is named after the EC2 action that makes the change and has that action's
        parameters. ``edits`` is one edit, a list of edits, or JSON text of either.

        Raises ``EditError``: ``invalid_edit`` where the edits cannot be read, and EC2's own error
        code with ``action``, ``index`` and ``resource_id`` where one does not fit.

        >>> import reach
        >>> network = reach.load("docs/examples/lab")
        >>> stopped = network.with_edits(
        ...     {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
        ... )
        >>> stopped.trace("internet", "i-34a8b7a77a92db7ba", "tcp/23").verdict
        'not_reachable'
        """

@final
class Run:
    """
    One assessment. ``Network.scan`` makes one.

    Runs are plain documents: keep one with ``to_json``, read it again with ``from_json``, and hand
    it to a later ``Network.scan`` as ``baseline``. Runs with the same content are equal.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
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
    def summary(self, /) -> dict[str, int]:
        """
        How many findings of each severity there are: a number for each of ``"HIGH"``,
        ``"MEDIUM"``, ``"LOW"`` and ``"INFORMATIONAL"``.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The run as plain data, shaped as ``reach scan --format json`` prints it.
        """
    def to_json(self, /) -> str:
        """
        The run as ``reach scan --format json`` prints it.
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
    def worst(self, /) -> str | None:
        """
        The severity of the worst finding, or ``None`` where there is no finding.
        """

@final
class Trace:
    """
    The answer to a trace. ``Network.trace`` makes one. Traces with the same content are equal.
    """
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
    @property
    def explanations(self, /) -> list[Explanation]:
        """
        Why not, the deciding element first; empty where everything gets through.
        """
    @property
    def paths(self, /) -> list[dict[str, Any]]:
        """
        Every way that the packets take, those that get through first, as plain data: ``verdict``,
        the hops of ``forward`` and ``return``, and in ``passing`` the packets that get through.
        A hop has ``component``, ``inbound``, and where they apply ``outbound`` and ``evidence``.
        """
    def to_dict(self, /) -> dict[str, Any]:
        """
        The answer as plain data, shaped as ``reach trace --format json`` prints it.
        """
    def to_json(self, /) -> str:
        """
        The answer as ``reach trace --format json`` prints it.
        """
    @property
    def verdict(self, /) -> str:
        """
        ``"reachable"``, ``"partly_reachable"``, ``"not_reachable"`` or ``"unknown"``.
        """

def load(path: str | PathLike[str]) -> Network:
    """
    Reads a snapshot: a folder of what ``aws ec2 describe-*`` printed, a zip of one, one JSON file,
    or ``"-"`` for standard input.

    File names mean nothing, and neither do folders but ``ACCOUNT/REGION/``: a file's kind is told
    by its top-level key, such as ``SecurityGroups``.

    Raises ``LoadError`` where anything of it cannot be read; ``code``, ``file``, ``line``,
    ``column`` and ``field`` say where. Whatever can be read but does not fit together is in
    ``Network.diagnostics``.

    >>> import reach
    >>> reach.load("docs/examples/lab")
    <Network: 2 instances, 3 network interfaces>
    """

def loads(data: str | bytes | Mapping[str, str | bytes]) -> Network:
    """
    Reads a snapshot from memory: the content of one file (JSON or a zip), or a mapping of file
    names to contents.

    >>> import reach
    >>> network = reach.loads({
    ...     "vpcs.json": '{"Vpcs": [{"VpcId": "vpc-1"}]}',
    ...     "subnets.json": b'{"Subnets": []}',
    ... })

    Raises ``LoadError`` as ``load`` does:

    >>> reach.loads('{"Vpcs": 7}')
    Traceback (most recent call last):
    ...
    reach.LoadError: data:1:10: `Vpcs`: invalid type: integer `7`, expected a list
    """
