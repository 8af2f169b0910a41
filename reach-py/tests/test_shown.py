"""What people look at: notebook tables, drawings, the console. Text from an account is hostile."""

import time
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import reach
from reach.__main__ import main

HOSTILE = [
    "<script>alert(1)</script>",
    "</td></tr></table><img src=x onerror=alert(1)>",
    "'\"><svg/onload=alert(1)>",
    "&lt;b&gt; <b>bold</b> `code` ${x} {{x}}",
    "evil\u202egpj.exe\u2066 \u200bhidden\u200f",
    "\x1b[2J\x1b[31mred\r\n\x00\x07",
    "<<b>html label</b>>",
    "\\N \\G \\l \\",
    "x" * 1_000_000,
    "\u202e" * 1_000_000,
]


def poisoned(text: str) -> reach.Network:
    """A network where every free text is this one."""
    tags = [{"Key": "Name", "Value": text}, {"Key": text[:100], "Value": text}]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 23}
    wide = [{"CidrIp": "0.0.0.0/0", "Description": text}]
    held = {"PublicIp": "198.51.100.1", "IpOwnerId": "111122223333"}
    address = {"PrivateIpAddress": "10.0.0.10", "Primary": True, "Association": held}
    interface = {
        "NetworkInterfaceId": "eni-1", "SubnetId": "subnet-1", "VpcId": "vpc-1",
        "Status": "in-use", "Groups": [{"GroupId": "sg-1", "GroupName": text}],
        "PrivateIpAddress": "10.0.0.10", "PrivateIpAddresses": [address], "Association": held,
        "Attachment": {"InstanceId": "i-1", "Status": "attached"}, "TagSet": tags,
        "Description": text,
    }  # fmt: skip
    instance = {"InstanceId": "i-1", "VpcId": "vpc-1", "State": {"Name": "running"}, "Tags": tags}
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
    ]
    table = {
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": routes, "Tags": tags,
        "Associations": [{"Main": True, "RouteTableId": "rtb-1"}],
    }  # fmt: skip
    gateway = {"InternetGatewayId": "igw-1", "Tags": tags}
    attachments = [{"VpcId": "vpc-1", "State": "available"}]
    entries = [
        {"RuleNumber": 100, "Protocol": "-1", "RuleAction": "allow", "Egress": way,
         "CidrBlock": "0.0.0.0/0"} for way in (True, False)
    ]  # fmt: skip
    acl = {
        "NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": True, "Entries": entries,
        "Associations": [{"NetworkAclId": "acl-1", "SubnetId": "subnet-1"}],
    }  # fmt: skip
    group = {
        "GroupId": "sg-1", "GroupName": text, "VpcId": "vpc-1", "Description": text,
        "IpPermissions": [{**rule, "IpRanges": wide}], "Tags": tags,
    }  # fmt: skip
    subnet = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "Tags": tags}
    dangling = {"SubnetId": text[:200], "VpcId": text[:200], "CidrBlock": text[:200]}
    return reach.load(
        {
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": tags}],
            "Subnets": [subnet, dangling],
            "NetworkInterfaces": [interface],
            "Reservations": [{"OwnerId": "111122223333", "Instances": [instance]}],
            "SecurityGroups": [group],
            "RouteTables": [table],
            "NetworkAcls": [acl],
            "InternetGateways": [{**gateway, "Attachments": attachments}],
        }
    )


class Page(HTMLParser):
    """The tags of a page, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.depth = 0
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.depth += tag != "br"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        self.text += data


TAGS = {"div", "b", "i", "s", "bdi", "code", "span", "br", "details", "summary"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


def is_visible(text: str) -> bool:
    """Whether nothing in a text hides, moves the cursor or turns the direction of writing."""
    return not any(unicodedata.category(it) in ("Cc", "Cf") for it in text if it != "\n")


def shown(network: reach.Network) -> dict[str, Any]:
    run = network.scan()
    stop = {"Action": "StopInstances", "InstanceIds": ["i-1"]}
    after = network.with_edits(stop).scan(baseline=run)
    return {
        "network": network,
        "run": run,
        "run with a baseline": after,
        "difference": reach.diff(run, after),
        "changes": network.finding_changes(network.with_edits(stop)),
        "reachable": network.trace("internet", "i-1", "tcp/22"),
        "not reachable": network.trace("internet", "i-1", "tcp/80"),
        "matrix": network.matrix(),
        "everything": network.paths("internet", "i-1", blocked=True),
    }


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_html_is_ours(number: int) -> None:
    for name, thing in shown(poisoned(HOSTILE[number])).items():
        html = thing._repr_html_()
        page = Page(html)
        assert page.tags <= TAGS | TABLE, name
        assert page.attributes <= {"style", "open"}, name
        assert page.depth == 0, name
        assert is_visible(page.text), name
        assert len(html) < 100_000, name


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_reprs_are_one_short_line(number: int) -> None:
    network = poisoned(HOSTILE[number])
    run = network.scan()
    trace = network.trace("internet", "i-1", "tcp/22")
    things = [*shown(network).values(), *run, *network.diagnostics, *run.diagnostics, *trace]
    things += [hop for path in trace for hop in path.forward]
    for thing in things:
        for text in (repr(thing), str(thing)) if not isinstance(thing, (reach.Path, reach.Hop)) else [str(thing)]:  # fmt: skip
            assert is_visible(text), type(thing)
            assert "\n" not in text, type(thing)
            assert len(text) < 5000, type(thing)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_drawings_are_ours(number: int) -> None:
    network = poisoned(HOSTILE[number])
    svg = network.map(run=network.scan()).svg
    assert len(svg) < 100_000
    names = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert names <= {"svg", "g", "title", "path", "polygon", "polyline", "ellipse", "text"}
    text = "".join(ElementTree.fromstring(svg).itertext())
    assert is_visible(text)


def test_a_drawing_shows_the_text_as_it_is() -> None:
    svg = poisoned("<<b>html label</b>>").map().svg
    assert "<<b>html label</b>>" in "".join(ElementTree.fromstring(svg).itertext())
    svg = poisoned("\\N \\G \\l \\").map().svg
    assert "VPC \\N \\G \\l \\" in "".join(ElementTree.fromstring(svg).itertext())


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("command", ["scan", "trace"])
def test_the_console_prints_lines(
    number: int, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    network = poisoned(HOSTILE[number])
    monkeypatch.setattr(reach, "load", lambda _: network)
    more = ["internet", "i-1", "tcp/22"] if command == "trace" else []
    assert main([command, "snapshot", *more]) == 0
    printed = capsys.readouterr()
    assert printed.out
    for line in [*printed.out.split("\n"), *printed.err.split("\n")]:
        assert is_visible(line)
        assert len(line) < 10_000


def test_tables_say_the_facts(lab: reach.Network, edits: dict[str, str]) -> None:
    def text(thing: Any) -> str:
        return Page(thing._repr_html_()).text

    assert "network interfaces3" in text(lab)
    run = text(lab.scan())
    for fact in ("HIGH", "tcp 23 Telnet", "BastionServer", "Telnet, no longer needed", "igw-"):
        assert fact in run
    stopped = text(lab.trace("internet", "AppServer", "tcp/22"))
    assert "✖ STOPPED: IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" in stopped
    passing = text(lab.trace("internet", "BastionServer", "tcp/22"))
    assert "STOPPED" not in passing
    assert "sgr-e51bba47f608fbf9a inbound tcp 22" in passing
    after = lab.with_edits(edits["task4"]).scan(baseline=lab.scan())
    assert "resolved" in text(after)
    assert "1 new" in text(reach.diff(after, lab.scan()))
    changes = text(lab.finding_changes(lab.with_edits(edits["task4"])))
    assert "1 resolved" in changes
    assert "tcp 23 Telnet" in changes
    assert "what nobody can tell" in text(reach.load({"Vpcs": [{"VpcId": "vpc-1"}]}).scan())


def test_a_stop_is_marked_where_it_is(lab: reach.Network) -> None:
    close = {
        "Action": "DeleteNetworkAclEntry", "NetworkAclId": "acl-c66d01e339fa1b541",
        "RuleNumber": 100, "Egress": True,
    }  # fmt: skip
    trace = lab.with_edits(close).trace("internet", "BastionServer", "tcp/22")
    assert trace.verdict is reach.Verdict.NOT_REACHABLE
    rows = trace._repr_html_().split("<tr>")
    (marked,) = (row for row in rows if "STOPPED" in row)
    assert "network ACL" in marked
    assert rows.index(marked) > next(i for i, row in enumerate(rows) if ">return<" in row)


def test_big_tables_are_cut(estate: reach.Network) -> None:
    run = estate.scan()
    html = run._repr_html_()
    assert len(run.findings) > 1000
    assert f"and {len(run.findings) - 25:,} more" in Page(html).text
    assert len(html) < 500_000


def test_a_big_drawing_groups_interfaces(estate: reach.Network) -> None:
    svg = estate.map().svg
    assert "119 interfaces" in svg
    assert len(svg) < 100_000


def test_a_drawing_of_many_subnets_takes_no_ages() -> None:
    subnets = [{"SubnetId": f"subnet-{it}", "VpcId": f"vpc-{it % 50}"} for it in range(1000)]
    interfaces = [
        {"NetworkInterfaceId": f"eni-{it}", "SubnetId": f"subnet-{it % 1000}", "VpcId": "vpc-1"}
        for it in range(20_000)
    ]
    vpcs = [{"VpcId": f"vpc-{it}"} for it in range(50)]
    answer = {"Vpcs": vpcs, "Subnets": subnets, "NetworkInterfaces": interfaces}
    network = reach.load(answer)
    start = time.perf_counter()
    svg = network.map().svg
    assert time.perf_counter() - start < 60
    assert svg.count("20 interfaces") == 1000


def test_a_drawing_can_be_kept(lab: reach.Network, tmp_path: Path) -> None:
    drawing = lab.map()
    drawing.save(tmp_path / "map.svg")
    assert (tmp_path / "map.svg").read_text(encoding="utf-8") == drawing.svg
    assert drawing._repr_svg_() == drawing.svg
    assert "BastionServer" in drawing.svg
    assert "high findings" in lab.map(run=lab.scan()).svg
