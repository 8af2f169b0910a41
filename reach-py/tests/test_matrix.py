"""The matrix says what traces say, and comes into data frames without a loop in Python."""

import itertools
import random

import pandas
import pyarrow
import pytest

import reach

BASTION = "eni-44fa240122f9e7232"
APP = "eni-322377fa566387582"


def test_every_pair_is_what_a_trace_says(lab: reach.Network) -> None:
    matrix = lab.matrix()
    assert BASTION in matrix.sources
    for source, destination in itertools.product(matrix.sources, matrix.destinations):
        if source == destination or "internet" == source == destination:
            continue
        try:
            trace = lab.trace(source, destination, "any")
        except reach.QueryError:
            continue
        cell = matrix.get(source, destination)
        assert bool(cell.get("passing")) == bool(trace.passing), (source, destination)
        assert bool(cell.get("unknown")) == bool(trace.unknown), (source, destination)


def test_the_lab(lab: reach.Network) -> None:
    matrix = lab.matrix()
    ssh = {"passing": "tcp 22 (source ports 1024-65535)"}
    assert matrix.get(BASTION, APP) == ssh
    assert matrix.get("internet", APP) == {}
    assert matrix.traffic.startswith("tcp (source ports 1024-65535)")
    for ends in [("nobody", APP), (BASTION, "nobody")]:
        with pytest.raises(KeyError):
            matrix.get(*ends)


def test_ends_and_traffic_are_selected(lab: reach.Network) -> None:
    one = lab.matrix(sources="internet", destinations=[BASTION, "AppServer"], traffic="tcp/22")
    assert (one.sources, sorted(one.destinations)) == (["internet"], [APP, BASTION])
    assert lab.matrix(destinations="tag:SecurityScan=true").destinations == [BASTION]
    assert lab.matrix(sources="sg-4bf8190b5fe06b8ed").sources == [BASTION]
    assert lab.matrix(forward=True) != lab.matrix()
    with pytest.raises(reach.QueryError) as caught:
        lab.matrix(sources="nobody")
    assert caught.value.code == "unknown_endpoint"
    with pytest.raises(reach.QueryError) as caught:
        lab.matrix(traffic="tcp/ssh")
    assert caught.value.code == "invalid_traffic"


def test_what_an_edit_makes_of_it(lab: reach.Network, edits: dict[str, str]) -> None:
    closed = lab.with_edits(edits["task4"])
    changes = lab.matrix_changes(closed)
    assert [(it["from"], it["to"]) for it in changes if "internet" in it["from"]] == [
        (["internet"], [BASTION])
    ]
    before, after = lab.matrix(), closed.matrix()
    told = {(a, z) for it in changes for a in it["from"] for z in it["to"] if a != z}
    for pair in itertools.product(before.sources, before.destinations):
        assert (pair in told) == (before.get(*pair) != after.get(*pair)), pair
    assert lab.matrix_changes(closed, traffic="udp/53") == []
    assert lab.matrix_changes(closed, sources=BASTION) == []
    with pytest.raises(reach.QueryError):
        lab.matrix_changes(closed, destinations="nobody")


def test_groups_of_it(lab: reach.Network) -> None:
    matrix = lab.matrix()
    subnets = {(it["from"]["id"], it["to"]["id"]): it for it in matrix.grouped("subnet")}
    homes = {
        it["NetworkInterfaceId"]: it["SubnetId"]
        for it in lab.to_dict()["Regions"][0]["NetworkInterfaces"]
    }
    pair = subnets[(homes[BASTION], homes[APP])]
    assert pair["passing"].startswith("tcp 22")
    assert pair["from"]["interfaces"] is True
    assert {it["from"]["id"] for it in matrix.grouped("tag:SecurityScan")} >= {"true", None}
    with pytest.raises(ValueError, match="subnet"):
        matrix.grouped("zone")


def test_frames_have_every_pair(estate: reach.Network) -> None:
    matrix = estate.matrix()
    frame = matrix.to_pandas()
    data = matrix.to_dict()
    sizes = [
        {it["class"]: set(it["members"]) for it in data[side]}
        for side in ("sources", "destinations")
    ]
    pairs = sum(
        len(sizes[0][it["from"]]) * len(sizes[1][it["to"]])
        - len(sizes[0][it["from"]] & sizes[1][it["to"]])
        for it in data["blocks"]
    )
    assert len(frame) == pairs > 200_000
    assert not frame.duplicated(["source", "destination"]).any()
    assert list(frame.columns) == ["source", "destination", "passing", "sometimes", "unknown"]
    assert all(isinstance(kind, pandas.CategoricalDtype) for kind in frame.dtypes)
    chance = random.Random(3)
    for row in frame.iloc[chance.sample(range(len(frame)), 50)].to_dict("records"):
        cell = matrix.get(row["source"], row["destination"])
        assert {part: words for part, words in row.items() if part in cell} == cell


def test_arrow_comes_in_batches(estate: reach.Network) -> None:
    matrix = estate.matrix()
    reader = pyarrow.RecordBatchReader.from_stream(matrix)
    first = reader.read_next_batch()
    assert first.num_rows == 65536
    first.validate(full=True)
    del reader
    table = matrix.to_arrow()
    table.validate(full=True)
    assert table.num_rows == len(matrix.to_pandas())
    assert str(table.schema.field("source").type) == "dictionary<values=string, indices=uint32, ordered=0>"


def test_a_stream_outlives_its_matrix(lab: reach.Network) -> None:
    reader = pyarrow.RecordBatchReader.from_stream(lab.matrix())
    assert reader.read_all().num_rows == 8
    capsule = lab.matrix().__arrow_c_stream__()
    assert "arrow_array_stream" in repr(capsule)


def test_nothing_is_an_empty_frame(lab: reach.Network) -> None:
    empty = lab.matrix(sources="internet", destinations=APP)
    frame = empty.to_pandas()
    assert len(frame) == 0
    assert list(frame.columns) == ["source", "destination", "passing", "sometimes", "unknown"]


def test_a_notebook_shows_the_blocks(lab: reach.Network) -> None:
    html = lab.matrix()._repr_html_()
    assert "tcp 22-23" in html
    assert BASTION in html
    assert repr(lab.matrix()) == (
        "<Matrix: 5 sources in 5 classes, 5 destinations in 5, 8 blocks>"
    )
