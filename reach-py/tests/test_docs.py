"""Every example works, run from the root of the repository."""

import doctest
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import reach

ROOT = Path(__file__).resolve().parents[2]
PARSER = doctest.DocTestParser()


def texts() -> Iterator[tuple[str, str]]:
    yield "README.md", (ROOT / "reach-py/README.md").read_text()
    yield "reach", reach.__doc__ or ""
    for name in reach.__all__:
        thing = getattr(reach, name)
        yield name, inspect.getdoc(thing) or ""
        for member, value in vars(thing).items() if isinstance(thing, type) else ():
            if not member.startswith("_"):
                yield f"{name}.{member}", inspect.getdoc(value) or ""


EXAMPLES = [
    test
    for name, text in texts()
    if (test := PARSER.get_doctest(text, {}, name, None, None)).examples
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.name))
def test_example(example: doctest.DocTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_there_are_examples() -> None:
    names = {example.name for example in EXAMPLES}
    assert {"README.md", "reach", "load", "loads", "Network.scan", "Network.trace"} <= names


def test_everything_is_documented() -> None:
    assert [name for name, text in texts() if not text] == []
