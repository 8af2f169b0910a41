"""Values behave as Python values do."""

import copy
import json
import pickle
from pathlib import Path

import pytest

import reach


def test_the_installed_package_is_tested() -> None:
    assert "site-packages" in Path(reach.__file__).parts
    assert reach.__version__
    assert set(reach.__all__) <= set(dir(reach))


def test_a_run_survives_json(lab: reach.Network) -> None:
    run = lab.scan()
    assert json.loads(run.to_json()) == run.to_dict()
    for text in (run.to_json(), run.to_json().encode()):
        again = reach.Run.from_json(text)
        assert again == run
        assert again.findings == run.findings
    assert lab.scan(tags={"no": "such"}) != run
    assert run != object()


def test_findings_hash_and_compare(lab: reach.Network) -> None:
    first, second = lab.scan().findings, lab.scan().findings
    assert first == second
    assert set(first) == set(second)
    assert len(set(first)) == len(first)
    assert [finding.to_dict() for finding in first] == lab.scan().to_dict()["findings"]


def test_every_field_of_a_finding_is_an_attribute(lab: reach.Network) -> None:
    for finding in lab.scan().findings:
        for name, value in finding.to_dict().items():
            given = getattr(finding, name)
            if name in ("tcp_ports", "udp_ports"):
                given = [list(pair) for pair in given]
            assert given == value, name


def test_findings_cannot_be_changed(lab: reach.Network) -> None:
    with pytest.raises(AttributeError):
        lab.scan().findings[0].severity = reach.Severity.LOW  # type: ignore[misc]


def test_traces_compare(lab: reach.Network) -> None:
    asked = lab.trace("internet", "BastionServer", "tcp/23")
    assert asked == lab.trace("internet", "BastionServer", "tcp/23")
    assert asked != lab.trace("internet", "BastionServer", "tcp/22")
    assert json.loads(asked.to_json()) == asked.to_dict()


def test_reprs_say_what_it_is(lab: reach.Network) -> None:
    assert repr(lab) == "<Network: 2 instances, 3 network interfaces>"
    run = lab.scan()
    counts = "1 high, 1 medium, 1 informational"
    assert repr(run) == f"<Run: 3 findings ({counts}), 0 resolved>"
    assert repr(run.findings[0]).startswith("<Finding HIGH: ")
    trace = lab.trace("internet", "AppServer", "tcp/22")
    asked = '"internet" to "AppServer", tcp 22 (source ports 1024-65535)'
    assert repr(trace) == f"<Trace {asked}: not reachable>"
    assert str(trace.explanations[0]).startswith(trace.explanations[0].code)


def test_diagnostics() -> None:
    network = reach.loads('{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-gone"}]}')
    assert network.diagnostics
    for diagnostic in network.diagnostics:
        assert diagnostic.level in ("warning", "note")
        assert diagnostic.message in str(diagnostic)
        assert diagnostic.code in repr(diagnostic)
        assert diagnostic.to_dict()["code"] == diagnostic.code
    assert network.diagnostics == network.scan().diagnostics
    assert len(set(network.diagnostics)) == len(network.diagnostics)


def test_what_reading_noticed_stays_after_edits(lab_files: dict[str, bytes]) -> None:
    network = reach.loads({**lab_files, "odd.json": '{"Vpcs": [], "Nonsense": []}'})
    stop = {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    for noticed in (network.diagnostics, network.with_edits(stop).diagnostics):
        assert "odd.json" in {diagnostic.file for diagnostic in noticed}


def test_loading_from_memory_is_loading(lab: reach.Network, lab_files: dict[str, bytes]) -> None:
    run = lab.scan()
    assert reach.loads(lab_files).scan().findings == run.findings
    as_text = {name: content.decode() for name, content in lab_files.items()}
    assert reach.loads(as_text).scan().findings == run.findings


def test_errors_are_copied_and_pickled() -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.loads('{"Vpcs": 7}')
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert type(again) is reach.LoadError
        assert vars(again) == vars(caught.value)
        assert str(again) == str(caught.value)
