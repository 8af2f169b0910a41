"""Questions asked in all the ways that Python has for saying it, and answers that are values."""

import copy
import json
import pickle
from collections.abc import Callable
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path
from typing import Any

import pytest

import reach
from reach import _reach

ROOT = Path(__file__).resolve().parents[2]
BASTION = "i-34a8b7a77a92db7ba"
STOP = {"Action": "StopInstances", "InstanceIds": [BASTION]}


def test_paths_are_the_ways_that_packets_take(lab: reach.Network) -> None:
    ways = lab.paths("internet", "BastionServer")
    assert ways.verdict is reach.Verdict.PARTLY_REACHABLE
    (path,) = ways
    assert path.verdict is reach.Verdict.REACHABLE
    assert [str(it) for it in path.passing] == [
        "the rest of the internet -> 198.51.100.10: tcp 22-23 (source ports 1024-65535)"
    ]
    assert [hop.component.kind for hop in path.forward] == [
        "internet_gateway",
        "network_acl",
        "network_interface",
    ]
    assert path.reply
    every = lab.paths("internet", "AppServer", "tcp/22", blocked=True)
    assert [it.verdict for it in every] == [reach.Verdict.NOT_REACHABLE]
    assert list(lab.paths("internet", "AppServer", "tcp/22")) == []


def test_a_trace_reads_its_own_document(lab: reach.Network) -> None:
    trace = lab.trace("internet", "BastionServer", "tcp/22-24")
    data = trace.to_dict()
    assert (trace.source, trace.destination) == ("internet", "BastionServer")
    assert trace.verdict == data["verdict"] == "partly_reachable"
    assert not trace.forward_only
    assert [it.code for it in trace.assumptions] == ["A-HOST"]
    assert (trace.sometimes, trace.unknown, trace.notes) == ((), (), ())
    for path, told in zip(trace, data["paths"], strict=True):
        for hops, told_hops in ((path.forward, told["forward"]), (path.reply, told["return"])):
            for hop, it in zip(hops, told_hops, strict=True):
                assert hop.component == reach.Component(**it["component"])
                assert [dict(item) for item in hop.evidence] == it.get("evidence", [])
                assert len(hop.inbound) == len(it["inbound"])
                assert (hop.outbound is None) == ("outbound" not in it)
        for why in path.explanations:
            assert why.hop is not None
            hops = path.forward if why.direction is reach.Direction.FORWARD else path.reply
            assert hops[why.hop].component == why.component


def test_analysis_has_the_shape_of_aws(lab: reach.Network) -> None:
    analysis = lab.analysis("internet", "BastionServer", "tcp/22")
    assert analysis["NetworkPathFound"] is True
    assert analysis["ForwardPathComponents"]
    with pytest.raises(reach.QueryError):
        lab.analysis("internet", "nobody", "tcp/22")


@pytest.mark.parametrize(
    ("end", "same"),
    [
        (ip_address("198.51.100.10"), "198.51.100.10"),
        (ip_network("10.0.1.0/24"), "10.0.1.0/24"),
        (ip_interface("10.0.1.10/24"), "10.0.1.10"),
        (ip_address("2001:db8::1"), "2001:db8::1"),
        (ip_network("2001:db8::/32"), "2001:db8::/32"),
    ],
)
def test_ends_of_ipaddress(lab: reach.Network, end: Any, same: str) -> None:
    assert lab.trace("AppServer", end, "tcp/22") == lab.trace("AppServer", same, "tcp/22")


def test_source_addresses_of_ipaddress(lab: reach.Network) -> None:
    client = ip_address("203.0.113.7")
    given: list[Any] = [client, [client], ["203.0.113.7"], "203.0.113.7", {client}]
    traces = [
        lab.trace("internet", "BastionServer", "tcp/22", source_addresses=it) for it in given
    ]
    assert traces[0].passing[0].sources == ("203.0.113.7/32",)
    assert len(set(traces)) == 1
    with pytest.raises(TypeError):
        lab.trace("internet", "BastionServer", "tcp/22", source_addresses=7)  # type: ignore[arg-type]


def test_edits_in_every_form(lab: reach.Network, tmp_path: Path) -> None:
    file = tmp_path / "edits.json"
    file.write_text(json.dumps([STOP]))
    forms: list[Any] = [STOP, [STOP], (STOP,), json.dumps(STOP), file]
    networks = [lab.with_edits(form) for form in forms]
    assert all(network == networks[0] for network in networks)
    assert networks[0] != lab


def test_a_bad_file_of_edits_is_named(lab: reach.Network, tmp_path: Path) -> None:
    file = tmp_path / "edits.json"
    for given, code in (("{}", "invalid_edit"), ('{\n"Action": 7}', "invalid_edit")):
        file.write_text(given)
        with pytest.raises(reach.EditError) as caught:
            lab.with_edits(file)
        assert (caught.value.code, caught.value.file) == (code, str(file))
        assert str(caught.value).startswith(f"{file}: ")
    with pytest.raises(reach.LoadError) as gone:
        lab.with_edits(tmp_path / "gone.json")
    assert (gone.value.code, gone.value.file) == ("unreadable_file", f"{tmp_path}/gone.json")
    assert isinstance(gone.value.__cause__, FileNotFoundError)
    file.write_bytes(b"\xff")
    with pytest.raises(reach.LoadError) as caught_listeners:
        lab.scan(listeners=file)
    assert caught_listeners.value.code == "invalid_listeners"
    assert caught_listeners.value.file == str(file)


def test_listeners_from_a_file(lab: reach.Network, tmp_path: Path) -> None:
    file = tmp_path / "listeners.json"
    file.write_text(json.dumps({BASTION: []}))
    assert lab.scan(listeners=file) == lab.scan(listeners={BASTION: []})


def test_runs_are_compared(lab: reach.Network, edits: dict[str, str]) -> None:
    before, after = lab.scan(), lab.with_edits(edits["task4"]).scan()
    difference = reach.diff(before, after)
    assert [it.port for it in difference.resolved] == [23]
    assert [it.status for it in difference.resolved] == [reach.Status.RESOLVED]
    assert [it.port for it in difference.unchanged] == [22, None]
    assert (difference.new, difference.untold) == ((), ())
    assert [it.port for it in reach.diff(after, before).new] == [23]
    assert reach.diff(before, before).unchanged != ()


def test_findings_of_two_networks_differ_as_their_runs_do(
    lab: reach.Network, edits: dict[str, str]
) -> None:
    closed = lab.with_edits(edits["task4"])
    changes, difference = lab.finding_changes(closed), reach.diff(lab.scan(), closed.scan())
    assert (changes.new, changes.resolved) == (difference.new, difference.resolved)
    assert [it.port for it in changes.resolved] == [23]
    assert [it.port for it in closed.finding_changes(lab).new] == [23]
    assert lab.finding_changes(closed, tags={"Name": "AppServer"}).resolved == ()
    agents = lab.finding_changes(closed, listeners={BASTION: []})
    assert [it.type for it in agents.resolved] == [reach.FindingType.RECOGNIZED_PORT_NO_LISTENER]
    (region,) = lab.to_dict()["Regions"]
    lists = {key: it for key, it in region.items() if isinstance(it, list)}
    del lists["RouteTables"]
    unsure = lab.finding_changes(reach.load(lists))
    assert {it.port for it in unsure.untold} == {22, 23, None}
    assert {it["instance_id"] for it in unsure.unknown} >= {BASTION}
    with pytest.raises(reach.LoadError) as caught:
        lab.finding_changes(closed, listeners="{")
    assert caught.value.code == "invalid_listeners"


def test_what_a_later_run_left_out_is_not_called_resolved(lab: reach.Network) -> None:
    before, after = lab.scan(), lab.scan(tags={"Name": "AppServer"})
    difference = reach.diff(before, after)
    assert difference.resolved == ()
    assert {it.id for it in difference.untold} == {it.id for it in before}


def test_enums_are_words_too(lab: reach.Network) -> None:
    finding = lab.scan().findings[0]
    assert finding.severity is reach.Severity.HIGH
    assert finding.severity == "HIGH"
    assert finding.type is reach.FindingType.RECOGNIZED_PORT_NO_AGENT
    assert finding.reachability is reach.Reachability.INTERNET
    assert f"{finding.severity}" == "HIGH"
    assert json.dumps(finding.severity) == '"HIGH"'
    assert {reach.Verdict.NOT_REACHABLE: 1}["not_reachable"] == 1  # type: ignore[index]
    assert sorted(reach.Severity, reverse=True)[0] is reach.Severity.HIGH
    assert reach.Severity.HIGH > reach.Severity.MEDIUM > reach.Severity.LOW
    assert reach.Severity.LOW >= "LOW" > reach.Severity.INFORMATIONAL
    assert reach.Severity.INFORMATIONAL <= "MEDIUM"
    with pytest.raises(ValueError, match="bad"):
        assert reach.Severity.HIGH > "bad"


def test_codes_are_those_of_the_native_module() -> None:
    codes = [code for code, _ in _reach.explanation_codes()]
    assert [str(code) for code in reach.ExplanationCode] == codes, "out of date: make stubs"
    assert [code.name for code in reach.ExplanationCode] == codes


def test_severities_and_levels_cover_what_runs_say(lab: reach.Network) -> None:
    assert list(lab.scan().summary) == sorted(reach.Severity, reverse=True)
    noticed = reach.load({"Vpcs": [{"VpcId": "vpc-1"}]}).diagnostics
    assert {it.level for it in noticed} == set(reach.Level)


VALUES: dict[str, Callable[[reach.Network], Any]] = {
    "network": lambda lab: lab,
    "edited network": lambda lab: lab.with_edits(STOP),
    "run": lambda lab: lab.scan(),
    "finding": lambda lab: lab.scan().findings[0],
    "difference": lambda lab: reach.diff(lab.scan(), lab.with_edits(STOP).scan()),
    "changes": lambda lab: lab.finding_changes(lab.with_edits(STOP)),
    "trace": lambda lab: lab.trace("internet", "AppServer", "tcp/22"),
    "path": lambda lab: lab.trace("internet", "BastionServer", "tcp/22").paths[0],
    "explanation": lambda lab: lab.trace("internet", "AppServer", "tcp/22").explanations[0],
    "evidence": lambda lab: lab.trace("AppServer", "internet", "tcp/22").paths[0].forward[0].evidence[0],
    "matrix": lambda lab: lab.matrix(sources="internet", traffic="tcp/0-1023"),
    "diagnostic": lambda _: reach.load({"Vpcs": []}).diagnostics[0],
    "drawing": lambda lab: lab.map(),
    "severity": lambda _: reach.Severity.HIGH,
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_values_compare_hash_copy_and_pickle(lab: reach.Network, name: str) -> None:
    value, twin = VALUES[name](lab), VALUES[name](lab)
    assert value == twin
    assert hash(value) == hash(twin)
    assert value != object()
    for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert type(again) is type(value)
        assert again == value
        assert hash(again) == hash(value)
        assert repr(again) == repr(value)


def test_a_pickled_network_answers_and_remembers(lab_files: dict[str, bytes]) -> None:
    network = reach.loads({**lab_files, "odd.json": '{"Nonsense": []}'})
    again = pickle.loads(pickle.dumps(network))
    assert again.scan() == network.scan()
    assert again.diagnostics == network.diagnostics
    assert again != reach.loads(dict(lab_files))


def test_a_network_says_what_it_holds(lab: reach.Network) -> None:
    assert lab.counts["network_interfaces"] == 3
    assert "transit_gateways" not in lab.counts
    assert lab.regions == [("123456789012", "us-east-1")]
    (region,) = lab.to_dict()["Regions"]
    assert len(region["Instances"]) == 2


def test_the_classes_are_called_what_users_import() -> None:
    for name in reach.__all__:
        thing = getattr(reach, name)
        if isinstance(thing, type):
            assert (thing.__module__, thing.__qualname__) == ("reach", name)


def test_a_run_tells_when_it_is_not_conclusive() -> None:
    run = reach.load({"Vpcs": [{"VpcId": "vpc-1"}]}).scan()
    assert (run.findings, run.is_conclusive) == ([], False)
    assert "1 unknown" in repr(run)
