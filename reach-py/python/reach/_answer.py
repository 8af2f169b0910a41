"""The answer to a trace, and what it is made of.

An answer is a document, the one that ``reach trace --format json`` prints. These classes read it;
they decide nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reach._enums import Direction, ExplanationCode, Verdict
from reach._reach import in_words, visible

# Characters of a name or description that text for people repeats.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Component:
    """One element of a network."""

    kind: str
    """What it is, such as ``"network_interface"``."""
    id: str
    """Its AWS id; ``"internet"`` for the internet."""
    name: str | None = None
    """Its ``Name`` tag or group name, where it has one."""

    def __str__(self) -> str:
        if self.kind == "internet":
            return "the internet"
        words = _KINDS.get(self.kind, self.kind.replace("_", " "))
        return visible(" ".join(filter(None, (words, self.name, self.id))), _MOST)


@dataclass(frozen=True, slots=True)
class Packets:
    """Packets: every combination of these sources, destinations and traffic."""

    sources: tuple[str, ...]
    """CIDR blocks."""
    destinations: tuple[str, ...]
    """CIDR blocks."""
    traffic: str
    """As in ``"tcp 22, 80-443; icmp echo-request"``."""

    def __str__(self) -> str:
        return f"{in_words(self.sources)} -> {in_words(self.destinations)}: {self.traffic}"


class Evidence(Mapping[str, Any]):
    """What decided, as an immutable mapping with a ``type``:

    - ``security_group_rule``: ``group``, ``rule``, ``egress``, ``traffic``, ``peer``,
      ``description``
    - ``security_group`` without a matching rule: ``group``, ``name``
    - ``network_acl_entry``: ``acl``, ``rule_number`` (``None`` for the final deny), ``egress``,
      ``allow``
    - ``route``: ``table``, ``destination``, ``target``
    - ``firewall_rule``: ``policy``, ``group``, ``rule``, ``action``
    - ``attribute``: ``resource``, ``attribute``, ``value``

    ``str`` gives one escaped line.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def __getitem__(self, key: str) -> Any:
        return self._fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __hash__(self) -> int:
        return hash(tuple(sorted((key, str(value)) for key, value in self._fields.items())))

    def __repr__(self) -> str:
        return f"<Evidence {self['type']}: {self}>"

    def __str__(self) -> str:
        sentence = _SENTENCES.get(self["type"])
        return visible(sentence(self) if sentence else str(self._fields), 2 * _MOST)


@dataclass(frozen=True, slots=True)
class Hop:
    """One element of a path."""

    component: Component
    """The element."""
    inbound: tuple[Packets, ...]
    """What entered it."""
    outbound: tuple[Packets, ...] | None
    """What left it, where that differs: an address was rewritten, or a part was let through."""
    evidence: tuple[Evidence, ...]
    """The rule or route that let it through."""

    def __str__(self) -> str:
        by = ", ".join(map(str, self.evidence))
        return f"{self.component} by {by}" if by else str(self.component)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why some packets do not get through, or why nobody can tell whether they do."""

    direction: Direction
    """Which of the flow's two packets."""
    code: ExplanationCode
    """AWS's own explanation code where AWS has one."""
    component: Component
    """The element that decided."""
    rules: tuple[str, ...]
    """The rules of the specification that say so."""
    message: str
    """The code in words."""
    evidence: tuple[Evidence, ...]
    """What it was decided by."""
    headers: tuple[Packets, ...]
    """The packets concerned, as they met the element."""
    hop: int | None = None
    """In a path: the index in ``forward`` or ``reply`` of the hop that it is about."""

    def __str__(self) -> str:
        way = " on the way back" if self.direction is Direction.RETURN else ""
        return f"{self.code} at {self.component}{way}: {visible(self.message, 2 * _MOST)}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Where AWS could have taken another way than this path's."""

    component: Component
    """The element that chooses."""
    option: int
    """Which one this is, from 0."""
    of: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class Path:
    """One way through the network, forward and back."""

    verdict: Verdict
    """What gets through this way."""
    forward: tuple[Hop, ...]
    """The hops from source to destination."""
    reply: tuple[Hop, ...]
    """The hops of the reply; none where no reply was asked about or nothing arrived."""
    passing: tuple[Packets, ...]
    """The packets that get through this way, as the source sends them."""
    unknown: tuple[Packets, ...]
    """The packets for which that depends on something that is not known."""
    explanations: tuple[Explanation, ...]
    """What stops the packets on this way, or what nobody knows, the deciding element first."""
    choices: tuple[Choice, ...]
    """Where AWS could have taken another way."""

    def __str__(self) -> str:
        return " > ".join(str(hop.component) for hop in self.forward)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that an answer takes for granted, or that is worth knowing."""

    code: str
    """Such as ``"A-HOST"``."""
    text: str
    """What it means."""


@dataclass(frozen=True, repr=False)
class Trace:
    """The answer to a trace. ``Network.trace`` and ``Network.paths`` make one.

    Iterating over a trace gives its ``paths``. In a notebook it shows the hops, and marks the one
    that stops the packets. Traces with the same content are equal, and can be hashed and pickled.
    """

    _text: str
    _stops: list[list[int | None]] = field(compare=False)

    @cached_property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self._text)
        return data

    @property
    def verdict(self) -> Verdict:
        """The answer in a word."""
        return Verdict(self._data["verdict"])

    @property
    def source(self) -> str:
        """The source, in the words of the asker."""
        return str(self._data["from"])

    @property
    def destination(self) -> str:
        """The destination, in the words of the asker."""
        return str(self._data["to"])

    @property
    def traffic(self) -> str:
        """What is sent, source ports included."""
        return str(self._data["traffic"])

    @property
    def forward_only(self) -> bool:
        """Whether one-way delivery was asked about instead of a flow that completes."""
        return bool(self._data["question"] == "forward")

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """Why not, the deciding element first; empty where everything gets through."""
        return _explanations(self._data)

    @cached_property
    def passing(self) -> tuple[Packets, ...]:
        """The packets that get through, as the source sends them."""
        return _packets(self._data["passing"])

    @cached_property
    def sometimes(self) -> tuple[Packets, ...]:
        """The packets whose passing depends on a port or a way that AWS chooses."""
        return _packets(self._data.get("sometimes", ()))

    @cached_property
    def unknown(self) -> tuple[Packets, ...]:
        """The packets for which it depends on something that is not known."""
        return _packets(self._data.get("unknown", ()))

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every way that the packets take, those that get through first."""
        return tuple(map(_path, self._data["paths"], self._stops))

    @property
    def assumptions(self) -> tuple[Remark, ...]:
        """What the answer takes for granted."""
        return tuple(Remark(**it) for it in self._data.get("assumptions", ()))

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What else is worth knowing."""
        return tuple(Remark(**it) for it in self._data.get("notes", ()))

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain data, shaped as ``reach trace --format json`` prints it."""
        data: dict[str, Any] = json.loads(self._text)
        return data

    def to_json(self) -> str:
        """The answer as ``reach trace --format json`` prints it."""
        return self._text

    def __iter__(self) -> Iterator[Path]:
        return iter(self.paths)

    def __repr__(self) -> str:
        ends = (visible(end, _MOST) for end in (self.source, self.destination))
        question = " to ".join(f'"{end}"' for end in ends)
        return f"<Trace {question}, {self.traffic}: {self.verdict.replace('_', ' ')}>"

    def __getstate__(self) -> tuple[str, list[list[int | None]]]:
        return self._text, self._stops

    def __setstate__(self, state: tuple[str, list[list[int | None]]]) -> None:
        for name, value in zip(("_text", "_stops"), state, strict=True):
            object.__setattr__(self, name, value)

    def _repr_html_(self) -> str:
        from reach._html import of_trace

        return of_trace(self)


def _packets(products: Sequence[Mapping[str, Any]]) -> tuple[Packets, ...]:
    return tuple(
        Packets(tuple(it["sources"]), tuple(it["destinations"]), it["traffic"]) for it in products
    )


def _evidence(data: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(map(Evidence, data.get("evidence", ())))


def _hop(data: Mapping[str, Any]) -> Hop:
    outbound = data.get("outbound")
    return Hop(
        component=Component(**data["component"]),
        inbound=_packets(data["inbound"]),
        outbound=None if outbound is None else _packets(outbound),
        evidence=_evidence(data),
    )


def _explanations(
    data: Mapping[str, Any], stops: Sequence[int | None] | None = None
) -> tuple[Explanation, ...]:
    explanations = data.get("explanations", ())
    return tuple(
        Explanation(
            direction=Direction(it["direction"]),
            code=ExplanationCode(it["code"]),
            component=Component(**it["component"]),
            rules=tuple(it["rules"]),
            message=it["message"],
            evidence=_evidence(it),
            headers=_packets(it["headers"]),
            hop=hop,
        )
        for it, hop in zip(explanations, stops or [None] * len(explanations), strict=True)
    )


def _path(data: Mapping[str, Any], stops: Sequence[int | None]) -> Path:
    return Path(
        verdict=Verdict(data["verdict"]),
        forward=tuple(map(_hop, data["forward"])),
        reply=tuple(map(_hop, data["return"])),
        passing=_packets(data["passing"]),
        unknown=_packets(data.get("unknown", ())),
        explanations=_explanations(data, stops),
        choices=tuple(
            Choice(Component(**it["component"]), it["option"], it["of"])
            for it in data.get("choices", ())
        ),
    )


_KINDS = {
    "internet_gateway": "internet gateway",
    "network_acl": "network ACL",
    "nat_gateway": "NAT gateway",
    "on_premises": "on-premises network",
    "vpc": "VPC",
    "vpc_peering_connection": "VPC peering connection",
    "vpn_gateway": "virtual private gateway",
    "vpc_endpoint": "VPC endpoint",
    "vpc_encryption_control": "VPC encryption control",
}


def _group_rule(it: Mapping[str, Any]) -> str:
    way, side = ("outbound", "to") if it["egress"] else ("inbound", "from")
    rule = f" {it['rule']}" if it.get("rule") else ""
    told = f' "{it["description"]}"' if it.get("description") else ""
    return f"{it['group']}{rule} {way} {it['traffic']} {side} {it['peer']}{told}"


def _group(it: Mapping[str, Any]) -> str:
    name = f" ({it['name']})" if it.get("name") else ""
    return f"no matching rule in {it['group']}{name}"


def _acl_entry(it: Mapping[str, Any]) -> str:
    number = "*" if it["rule_number"] is None else it["rule_number"]
    way, action = ("outbound" if it["egress"] else "inbound", "allow" if it["allow"] else "deny")
    return f"{it['acl']} {way} entry {number} {action}"


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "security_group_rule": _group_rule,
    "security_group": _group,
    "network_acl_entry": _acl_entry,
    "route": lambda it: f"{it['table']} {it['destination']} -> {it['target']}",
    "firewall_rule": lambda it: f"{it['group']} {it['rule']} {it['action']}",
    "attribute": lambda it: f"{it['resource']} {it['attribute']} = {it['value']}",
}

# Where users import them from, which is what a traceback and a pickle should say.
for _class in (
    Choice, Component, Evidence, Explanation, Hop, Packets, Path, Remark, Trace
):  # fmt: skip
    _class.__module__ = "reach"
