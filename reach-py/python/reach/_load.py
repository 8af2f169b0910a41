"""Reading snapshots: files by the native module, answers that Python holds as the JSON that they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from os import PathLike
from typing import Any

from reach import _reach
from reach._errors import LoadError
from reach._reach import Network


def load(
    source: str | PathLike[str] | bytes | Mapping[str, Any] | Iterable[Mapping[str, Any]],
    *,
    max_bytes: int | None = None,
) -> Network:
    """Reads a snapshot:

    - a path: a folder of what ``aws ec2 describe-*`` printed, a zip of one, one JSON file, or
      ``"-"`` for standard input
    - bytes: the content of such a file or zip
    - an answer of boto3, or several: each a ``dict`` as the client returned it, datetimes and
      ``ResponseMetadata`` included

    File names mean nothing, and neither do folders but ``ACCOUNT/REGION/``: an answer's kind is
    told by its top-level key, such as ``SecurityGroups``.

    ``max_bytes`` is how much JSON is read in all, counted after unpacking, before the input is
    refused; 1 GiB where it is not given.

    Raises ``LoadError`` where anything of it cannot be read; ``code``, ``file``, ``line``,
    ``column``, ``field`` and ``resource_id`` say where. Whatever can be read but does not fit
    together is in ``Network.diagnostics``.

    >>> import reach
    >>> reach.load("docs/examples/lab")
    <Network: 2 instances, 3 network interfaces>
    >>> reach.load([{"Vpcs": [{"VpcId": "vpc-1"}]}, {"Subnets": []}])
    <Network: 0 instances, 0 network interfaces>
    """
    if isinstance(source, (str, PathLike)):
        return _reach.load_path(source, max_bytes)
    if isinstance(source, (bytes, bytearray, memoryview)):
        return loads(bytes(source), max_bytes=max_bytes)
    answers = [source] if isinstance(source, Mapping) else list(source)
    for answer in answers:
        if not isinstance(answer, Mapping):
            raise TypeError(f"an answer is a dict, not a {type(answer).__name__}")
    files = {f"answer {number}": answer for number, answer in enumerate(answers)}
    return loads(files, max_bytes=max_bytes)


def loads(
    data: str | bytes | Mapping[str, str | bytes | Mapping[str, Any]],
    *,
    max_bytes: int | None = None,
) -> Network:
    """Reads a snapshot from memory: the content of one file (JSON or a zip), or a mapping of file
    names to contents, which may also be answers of boto3.

    >>> import reach
    >>> network = reach.loads({
    ...     "111122223333/eu-west-1/vpcs.json": '{"Vpcs": [{"VpcId": "vpc-1"}]}',
    ...     "111122223333/eu-west-1/subnets.json": {"Subnets": []},
    ... })
    >>> network.regions
    [('111122223333', 'eu-west-1')]

    Raises ``LoadError`` as ``load`` does:

    >>> reach.loads('{"Vpcs": 7}')
    Traceback (most recent call last):
    ...
    reach.LoadError: data:1:10: `Vpcs`: invalid type: integer `7`, expected a list
    """
    files = {"data": data} if isinstance(data, (str, bytes)) else data
    if not isinstance(files, Mapping):
        raise TypeError(f"files are a dict by their names, not a {type(files).__name__}")
    return load_noting(files, [], max_bytes)


def load_noting(
    files: Mapping[str, str | bytes | Mapping[str, Any]],
    failed: Sequence[str],
    max_bytes: int | None = None,
) -> Network:
    """As ``loads``; calls that were not answered are told beside what reading notices."""
    contents = {
        name: _json(name, content) if isinstance(content, Mapping) else content
        for name, content in files.items()
    }
    return _reach.load_files(contents, failed, max_bytes)


def _json(name: str, answer: Mapping[str, Any]) -> str:
    try:
        return json.dumps(answer, default=_plain)
    except (RecursionError, ValueError) as error:
        deep = isinstance(error, RecursionError)
        what = "is nested too deep" if deep else f"cannot be JSON: {error}"
        shown = _reach.visible(name, 100)
        raise LoadError(f"{shown}: {what}", code="invalid_json", file=shown) from None


def _plain(value: object) -> object:
    # boto3 reads times into datetimes; the command line prints them as ISO 8601.
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"an answer cannot hold a {type(value).__name__}")
