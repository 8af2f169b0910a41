"""Runs as data frames."""

import pandas
import pytest

import reach


def test_a_run_is_a_frame(lab: reach.Network) -> None:
    run = lab.scan()
    frame = run.to_pandas()
    assert len(frame) == 3
    assert list(frame["severity"]) == ["HIGH", "MEDIUM", "INFORMATIONAL"]
    assert list(frame["port"].dropna()) == [23, 22]
    assert frame["port"].isna().sum() == 1
    assert frame.loc[0, "instance_name"] == "BastionServer"
    for row, finding in zip(frame.to_dict("records"), run, strict=True):
        for name, value in finding.to_dict().items():
            assert row[name] == value, name
    assert set(run.findings[0].to_dict()) <= set(frame.columns)


def test_severities_have_their_order(lab: reach.Network) -> None:
    frame = lab.scan().to_pandas()
    assert frame["severity"].max() == "HIGH"
    assert (frame["severity"] >= "MEDIUM").sum() == 2
    assert list(frame["severity"].cat.categories) == [str(it) for it in reach.Severity]


def test_an_empty_run_has_the_same_columns(lab: reach.Network) -> None:
    full = lab.scan().to_pandas()
    empty = lab.scan(tags={"no": "such"}).to_pandas()
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert empty["severity"].dtype == full["severity"].dtype
    assert empty["port"].dtype == full["port"].dtype == pandas.Int32Dtype()


def test_resolved_findings_are_rows_too(lab: reach.Network, edits: dict[str, str]) -> None:
    frame = lab.with_edits(edits["task4"]).scan(baseline=lab.scan()).to_pandas()
    assert list(frame["status"]) == ["unchanged", "unchanged", "resolved"]


@pytest.mark.parametrize("port", [21, 443])
def test_frames_group(estate: reach.Network, port: int) -> None:
    run = estate.scan()
    counted = run.to_pandas().groupby("port").size()
    assert counted[port] == sum(finding.port == port for finding in run)
