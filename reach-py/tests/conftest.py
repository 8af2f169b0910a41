"""The lab, and its edits."""

from pathlib import Path

import pytest

import reach

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def lab() -> reach.Network:
    return reach.load(ROOT / "docs/examples/lab")


@pytest.fixture(scope="session")
def lab_files() -> dict[str, bytes]:
    folder = ROOT / "docs/examples/lab"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


@pytest.fixture(scope="session")
def edits() -> dict[str, str]:
    folder = ROOT / "docs/examples/lab-edits"
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.json"))}
