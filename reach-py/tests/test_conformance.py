"""The conformance cases of the Rust tests, asked in Python."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

import reach

# Written by `make vectors`.
VECTORS = os.environ.get("REACH_VECTORS")
CASES: list[dict[str, Any]] = json.loads(Path(VECTORS).read_text()) if VECTORS else []


def named(word: str, component: str) -> bool:
    """Whether a word is an id, or a part of one that is an ARN."""
    return word == component or (component.startswith("arn:") and word in component.split("/"))


def check(network: reach.Network, question: dict[str, Any], expected: dict[str, Any]) -> None:
    trace = network.trace(
        question["from"],
        question["to"],
        question["traffic"],
        forward=question["forward"],
        source_port=question["source_port"],
        source_addresses=[question["source"]] if question["source"] else None,
        via=question["via"],
        vouched=question["vouched"],
    )
    assert trace.verdict == expected["verdict"]
    if expected["code"] is None:
        return
    first = trace.explanations[0]
    assert (first.code, first.direction) == (expected["code"], expected["direction"])
    if expected["component"] is not None:
        assert named(expected["component"], first.component.id), first.component


@pytest.mark.needs("REACH_VECTORS")
def test_there_are_cases() -> None:
    assert len(CASES) >= 235


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case: dict[str, Any]) -> None:
    network = reach.loads({name: json.dumps(content) for name, content in case["files"].items()})
    for asked in case["asked"]:
        check(network, asked["question"], asked["expected"])
