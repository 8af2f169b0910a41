"""Every example works, run from the root of the repository."""

import ast
import doctest
import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from types import MemberDescriptorType

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
            # Fields of Python's own classes have their text in the source: see below.
            field = isinstance(value, (MemberDescriptorType, Enum))
            if not (member.startswith("_") or field):
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


def test_every_field_is_documented() -> None:
    source = Path(reach.__file__).parent
    modules = ("_answer", "_diff", "_enums", "_codes", "_errors", "_map")
    classes = [
        node
        for module in modules
        for node in ast.parse((source / f"{module}.py").read_text()).body
        if isinstance(node, ast.ClassDef) and node.name in reach.__all__
    ]
    assert len(classes) > 15
    bare = [
        f"{class_.name}.{ast.unparse(field)}"
        for class_ in classes
        for field, after in zip(class_.body, [*class_.body[1:], None], strict=True)
        if isinstance(field, (ast.Assign, ast.AnnAssign))
        and not ast.unparse(field).startswith("_")
        and not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
    ]
    assert bare == []
