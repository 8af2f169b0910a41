"""Errors carry what a program needs, and no input is too bad for one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reach


def test_load_errors_name_the_place(tmp_path: Path) -> None:
    (tmp_path / "groups.json").write_text('{"SecurityGroups": [\n  {"GroupId": 7}]}')
    for path in (tmp_path, str(tmp_path)):
        with pytest.raises(reach.LoadError) as caught:
            reach.load(path)
        error = caught.value
        assert error.code == "invalid_field"
        assert error.file is not None
        assert error.file.endswith("groups.json")
        assert error.line == 2
        assert error.column is not None
        assert error.field == "SecurityGroups[0].GroupId"
        assert error.resource_id is None
        assert isinstance(error, reach.ReachError)


def test_a_missing_file_has_its_cause(tmp_path: Path) -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.load(tmp_path / "gone")
    assert caught.value.code == "unreadable_file"
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_query_errors(lab: reach.Network) -> None:
    with pytest.raises(reach.QueryError) as caught:
        lab.trace("internet", "nobody", "tcp/22")
    assert caught.value.code == "unknown_endpoint"
    assert caught.value.candidates == []
    with pytest.raises(reach.QueryError) as caught:
        lab.trace("internet", "BastionServer", "tcp/ssh")
    assert caught.value.code == "invalid_traffic"
    with pytest.raises(reach.QueryError) as caught:
        lab.trace("internet", "BastionServer", "tcp/22", source_addresses=["nowhere"])
    assert caught.value.code == "invalid_address"


def test_ambiguous_names_list_their_candidates() -> None:
    instance = {"Tags": [{"Key": "Name", "Value": "web"}], "VpcId": "vpc-1"}
    twins = [dict(instance, InstanceId=f"i-{n}") for n in (2, 1)]
    network = reach.loads(json.dumps({"Reservations": [{"Instances": twins}]}))
    with pytest.raises(reach.QueryError) as caught:
        network.trace("internet", "web", "any")
    assert caught.value.code == "ambiguous_endpoint"
    assert caught.value.candidates == ["i-1", "i-2"]


def test_edit_errors(lab: reach.Network) -> None:
    stop = {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    gone = {"Action": "StopInstances", "InstanceIds": ["i-gone"]}
    with pytest.raises(reach.EditError) as caught:
        lab.with_edits([stop, gone])
    error = caught.value
    assert error.code == "InvalidInstanceID.NotFound"
    assert (error.action, error.index, error.resource_id) == ("StopInstances", 1, "i-gone")


@pytest.mark.parametrize(
    "edits", ["", "7", "{}", '[{"Action": "Nonsense"}]', {"Action": 1}, [[]], {"Edits": 1}]
)
def test_edits_that_are_none(lab: reach.Network, edits: Any) -> None:
    with pytest.raises(reach.EditError) as caught:
        lab.with_edits(edits)
    assert caught.value.code == "invalid_edit"


def test_documents_that_are_none(lab: reach.Network) -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.Run.from_json('{\n"findings": 7}')
    assert (caught.value.code, caught.value.line) == ("invalid_run", 2)
    with pytest.raises(reach.LoadError) as caught:
        lab.scan(listeners={"i-1": 7})
    assert caught.value.code == "invalid_listeners"


def circle() -> dict[str, Any]:
    ring: dict[str, Any] = {}
    ring["ring"] = ring
    return ring


def deep() -> list[Any]:
    nest: list[Any] = []
    for _ in range(100_000):
        nest = [nest]
    return nest


def hostile(network: Any) -> list[tuple[Callable[[], object], type[Exception]]]:
    load: Any = reach.load
    loads: Any = reach.loads
    return [
        (lambda: loads(b"\xff\xfe\x00"), reach.LoadError),
        (lambda: loads(b""), reach.LoadError),
        (lambda: loads({}), reach.LoadError),
        (lambda: loads(b"PK\x03\x04" + b"\x00" * 64), reach.LoadError),
        (lambda: loads("[" * 100_000), reach.LoadError),
        (lambda: loads('{"Vpcs": ' + "[" * 100_000), reach.LoadError),
        (lambda: load("a\x00b"), reach.LoadError),
        (lambda: load(7), TypeError),
        (lambda: loads(7), TypeError),
        (lambda: loads({"x": 7}), TypeError),
        (lambda: loads({7: "x"}), TypeError),
        (lambda: network.with_edits(circle()), ValueError),
        (lambda: network.with_edits(deep()), RecursionError),
        (lambda: network.with_edits("[" * 100_000), reach.EditError),
        (lambda: network.with_edits({"Action": object()}), TypeError),
        (lambda: reach.Run.from_json("[" * 100_000), reach.LoadError),
        (lambda: reach.Run.from_json(b"\xff"), reach.LoadError),
        (lambda: network.scan(tags=7), TypeError),
        (lambda: network.scan(tags=[("only",)]), ValueError),
        (lambda: network.scan(tags={"a": 1}), TypeError),
        (lambda: network.scan(baseline={}), TypeError),
        (lambda: network.trace("internet", "\ud800", "any"), UnicodeEncodeError),
        (lambda: network.trace("internet", "i-1", "any", source_port=65536), OverflowError),
        (lambda: network.trace("internet", "i-1", "any", source_port=-1), OverflowError),
    ]


def test_hostile_input_raises_and_never_panics(lab: reach.Network) -> None:
    for number, (call, expected) in enumerate(hostile(lab)):
        try:
            call()
        except Exception as error:
            assert isinstance(error, expected), (number, repr(error))
        else:
            pytest.fail(f"{number} raises nothing")


def test_messages_are_one_line() -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.loads({"evil\n\x1b[31m.json": '{"Vpcs": [{"VpcId": {"\\u001b[2J\\n": 1}}]}'})
    assert caught.value.file is not None
    for text in (str(caught.value), caught.value.file, caught.value.field or ""):
        assert text.isprintable(), text
