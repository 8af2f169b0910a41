"""A drawing of a network: VPCs, their subnets, and what stands in them. Graphviz lays it out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any

from reach._enums import Severity
from reach._reach import Network, Run, visible

_GRAPHVIZ = Lock()

# Characters of one text, and names that one box repeats.
_MOST_TEXT = 40
_MOST_NAMES = 2

_FILLS = {
    Severity.HIGH: "#ffd7d5",
    Severity.MEDIUM: "#ffe1c2",
    Severity.LOW: "#fff3bf",
    Severity.INFORMATIONAL: "#e3ebf3",
    None: "#f6f8fa",
}

# Boxes in rows of so many, from the top left, in the order of the snapshot.
_ROWS_OF = "array_utl{}"

# What joins a VPC to something outside: list of the snapshot, its id, what to call it, and where
# it leads.
_EDGES = (
    ("InternetGateways", "InternetGatewayId", "internet gateway", "the internet"),
    ("EgressOnlyInternetGateways", "EgressOnlyInternetGatewayId", "egress-only gateway", "the internet"),
    ("CarrierGateways", "CarrierGatewayId", "carrier gateway", "a carrier"),
    ("VpnGateways", "VpnGatewayId", "virtual private gateway", "on-premises"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of a network, as SVG. A notebook shows it."""

    svg: str
    """The SVG element."""

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the drawing to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def __repr__(self) -> str:
        return f"<Drawing: {len(self.svg)} bytes of SVG>"

    def _repr_svg_(self) -> str:
        return self.svg


Drawing.__module__ = "reach"


def of_network(network: Network, run: Run | None) -> Drawing:
    """Draws a network, and marks what the findings of a run are about."""
    import pygraphviz

    regions = network.to_dict()["Regions"]
    graph = pygraphviz.AGraph(strict=False, directed=False)
    font = {"fontname": "Helvetica,Arial,sans-serif"}
    graph.graph_attr.update(
        pack="12", packmode=_ROWS_OF.format(1), bgcolor="transparent", fontsize="13",
        style="filled,rounded", fillcolor="#ffffff", color="#8c959f", labeljust="l", **font,
    )  # fmt: skip
    graph.node_attr.update(
        shape="box", style="filled,rounded", fillcolor=_FILLS[None], color="#8c959f",
        fontsize="11", margin="0.12,0.06", height="0.3", **font,
    )  # fmt: skip
    for number, region in enumerate(regions):
        _Region(region, _worst(run)).draw(graph, f"cluster_{number}")
    # Graphviz runs in this process, and serves one thread at a time.
    with _GRAPHVIZ:
        svg = graph.draw(format="svg", prog="osage").decode()
    return Drawing(_element(svg))


def _element(document: str) -> str:
    """The SVG element of a document, which can stand inside a page."""
    element = document[document.index("<svg") :].strip()
    # As wide as there is room for, at most as wide as it is drawn.
    fitting = r'<svg width="100%" style="max-width:\1;height:auto"'
    return re.sub(r'<svg width="([^"]*)" height="[^"]*"', fitting, element, count=1)


def _worst(run: Run | None) -> dict[str, Severity]:
    """The worst severity of each interface that findings are about."""
    worst: dict[str, Severity] = {}
    for finding in run or ():
        known = worst.get(finding.network_interface_id, Severity.INFORMATIONAL)
        worst[finding.network_interface_id] = max(known, finding.severity)
    return worst


class _Region:
    """What one account's Region holds, as boxes in boxes."""

    def __init__(self, region: Mapping[str, Any], worst: Mapping[str, Severity]) -> None:
        self.region = region
        self.worst = worst
        self.boxes = count(1)
        self.names = {
            it["InstanceId"]: _name(it) or it["InstanceId"] for it in self.all("Instances")
        }
        self.groups = {
            it["GroupId"]: it.get("GroupName") or it["GroupId"]
            for it in self.all("SecurityGroups")
        }
        self.subnets = _by("VpcId", self.all("Subnets"))
        self.inside = _by("SubnetId", self.all("NetworkInterfaces"))
        self.homeless = _by("VpcId", self.inside[None])
        self.gateways = defaultdict(list)
        for vpc, gateway, leads_to in self.joints():
            self.gateways[vpc].append((gateway, leads_to))

    def order(self) -> str:
        """What sorts a box after those before."""
        return str(next(self.boxes))

    def all(self, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.region.get(key) or []
        return found

    def draw(self, graph: Any, cluster: str) -> None:
        place = " ".join(filter(None, (self.region.get("Account"), self.region.get("Name"))))
        outer = self.box(graph, cluster, 1, place or "a Region")
        for number, vpc in enumerate(self.all("Vpcs")):
            self.draw_vpc(outer, f"{cluster}_{number}", vpc)

    def draw_vpc(self, outer: Any, cluster: str, vpc: Mapping[str, Any]) -> None:
        id_ = vpc["VpcId"]
        title = (f"VPC {_name(vpc) or ''}", f"{id_} {vpc.get('CidrBlock', '')}")
        box = self.box(outer, cluster, 1, *title)
        gateways = self.box(box, f"{cluster}_gateways", 3)
        for number, (gateway, leads_to) in enumerate(self.gateways[id_]):
            gateways.add_node(
                f"{cluster}_edge{number}", label=_label(gateway, f"to {leads_to}"),
                sortv=self.order(), shape="cds", height="0.55", fillcolor="#ddf4ff",
            )  # fmt: skip
        subnets = self.box(box, f"{cluster}_subnets", 3)
        for number, subnet in enumerate(self.subnets[id_]):
            name = f"{cluster}_{number}"
            title = (_name(subnet) or subnet["SubnetId"], subnet.get("CidrBlock") or "")
            inner = self.box(subnets, name, 1, *title)
            inside = self.inside[subnet["SubnetId"]]
            self.draw_classes(inner, name, inside)
            if not inside:
                inner.add_node(f"{name}_none", label="nothing", shape="plaintext", style="")
        self.draw_classes(box, f"{cluster}_rest", self.homeless[id_])

    def box(self, outer: Any, name: str, columns: int, *title: str) -> Any:
        """A box for boxes, in rows of so many; one without a title has no border either."""
        look = {"penwidth": "1"} if title else {"penwidth": "0", "margin": "0"}
        return outer.add_subgraph(
            name=name, label=_label(*title), sortv=self.order(),
            packmode=_ROWS_OF.format(columns), **look,
        )  # fmt: skip

    def draw_classes(self, box: Any, cluster: str, interfaces: Iterable[Mapping[str, Any]]) -> None:
        """One box for all interfaces of one kind and the same security groups."""
        classes = defaultdict(list)
        for interface in interfaces:
            groups = tuple(sorted(it["GroupId"] for it in interface.get("Groups") or ()))
            classes[interface.get("InterfaceType") or "interface", groups].append(interface)
        for number, ((kind, groups), members) in enumerate(sorted(classes.items())):
            worst = max(
                (self.worst[id_] for it in members if (id_ := it["NetworkInterfaceId"]) in self.worst),
                default=None,
            )  # fmt: skip
            what = "interface" if kind == "interface" else kind.replace("_", " ")
            number_of = f"{len(members)} {what}s" if len(members) > 1 else what
            title = f"{number_of}, {worst.lower()} findings" if worst else number_of
            named = _few([self.groups.get(it, it) for it in groups]) or "no security group"
            label = _label(title, _few(map(self.owner, members)), named)
            name = f"{cluster}_class{number}"
            box.add_node(name, label=label, sortv=self.order(), fillcolor=_FILLS[worst])

    def owner(self, interface: Mapping[str, Any]) -> str:
        instance = (interface.get("Attachment") or {}).get("InstanceId")
        name = self.names.get(instance, instance) if instance else _name(interface)
        return name or str(interface["NetworkInterfaceId"])

    def joints(self) -> Iterator[tuple[str, str, str]]:
        """VPC, what joins it to something outside, and what that is."""
        for key, field, kind, leads_to in _EDGES:
            for gateway in self.all(key):
                for it in gateway.get("Attachments") or gateway.get("VpcAttachments") or [gateway]:
                    yield str(it.get("VpcId")), f"{kind} {gateway[field]}", leads_to
        for peering in self.all("VpcPeeringConnections"):
            ends = [peering.get(it) or {} for it in ("RequesterVpcInfo", "AccepterVpcInfo")]
            one, other = (str(it.get("VpcId")) for it in ends)
            name = f"peering {peering['VpcPeeringConnectionId']}"
            yield one, name, f"VPC {other}"
            yield other, name, f"VPC {one}"
        for attachment in self.all("TransitGatewayVpcAttachments"):
            name = f"attachment {attachment['TransitGatewayAttachmentId']}"
            yield str(attachment.get("VpcId")), name, str(attachment.get("TransitGatewayId"))


def _by(field: str, resources: Iterable[dict[str, Any]]) -> defaultdict[Any, list[dict[str, Any]]]:
    """Resources by one of their fields."""
    found = defaultdict(list)
    for resource in resources:
        found[resource.get(field)].append(resource)
    return found


def _name(resource: Mapping[str, Any]) -> str | None:
    tags = resource.get("Tags") or resource.get("TagSet") or ()
    return next((it.get("Value") for it in tags if it.get("Key") == "Name"), None)


def _few(names: Iterable[str]) -> str:
    """A few names in full, of many the number of the rest."""
    known = list(dict.fromkeys(names))
    rest = len(known) - _MOST_NAMES
    words = ", ".join(visible(it, _MOST_TEXT) for it in known[:_MOST_NAMES])
    return f"{words} and {rest} more" if rest > 0 else words


def _label(*lines: str) -> str:
    """Lines of text as Graphviz reads them: nothing in them is an escape or markup of its own."""
    shown = (visible(line, 4 * _MOST_TEXT).replace("\\", "\\\\") for line in lines if line)
    # A label that began with `<` and ended with `>` would be HTML.
    return "".join(f"{line}\\l" for line in shown)
