"""Examples are type-checked as strictly as mypy can."""

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "docs/notebooks"
PACKAGE = ROOT / "reach-py"


def of_readme(path: Path) -> str:
    """The examples of a page: Python blocks, or else what a session has after its prompts."""
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_examples(text)
    return "\n".join([*blocks, *(example.source for example in examples)])


def of_notebook(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(it["source"]) for it in cells if it["cell_type"] == "code")


EXAMPLES = {
    "readme": of_readme(ROOT / "README.md"),
    "package_readme": of_readme(PACKAGE / "README.md"),
    "lab": of_notebook(NOTEBOOKS / "lab.ipynb"),
    "quickstart": of_notebook(NOTEBOOKS / "quickstart.ipynb"),
    "estate": (NOTEBOOKS / "estate.py").read_text(encoding="utf-8"),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def checked(path: Path, cache: Path) -> str:
    """What mypy says about a file in a folder of its own."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "mypy", "--strict", "--cache-dir", str(cache), str(path)],
        cwd=path.parent, capture_output=True, text=True,
        env={**os.environ, "MYPYPATH": str(NOTEBOOKS)},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_typed(name: str, tmp_path: Path, cache: Path) -> None:
    assert "reach" in EXAMPLES[name] or name == "estate"
    example = tmp_path / f"example_{name}.py"
    example.write_text(EXAMPLES[name], encoding="utf-8")
    assert checked(example, cache).startswith("Success")


def test_wrong_code_is_told(tmp_path: Path, cache: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "import reach\n"
        "network = reach.load(7)\n"
        "network.trace('a', 'b', 22)\n"
        "network.scan().findings[0].severity.nonsense\n"
        "network.trace('a', 'b', 'any').paths[0].forward[0].component.ids\n"
    )
    told = checked(wrong, cache)
    for line in (2, 3, 4, 5):
        assert f"wrong.py:{line}: error:" in told
