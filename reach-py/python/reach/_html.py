"""What networks, runs and traces look like in a notebook.

Every text that can come from a snapshot goes through ``_text``: cut, made visible, escaped, and
kept from turning its neighbours' direction of writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from typing import TYPE_CHECKING

from reach._answer import Hop, Packets, Path, Trace
from reach._enums import Direction, Level, Severity, Status, Verdict
from reach._reach import Finding, Matrix, Network, Run, in_words, visible

if TYPE_CHECKING:
    from reach._diff import FindingChanges, RunDiff

# Characters of one text, and rows of one table: a notebook has to stay readable, and to open.
_MOST_TEXT = 160
_MOST_ROWS = 25
_MOST_PATHS = 4

# Legible on light and on dark.
_COLOURS = {
    Severity.HIGH: "#d1242f",
    Severity.MEDIUM: "#b35900",
    Severity.LOW: "#8a6d00",
    Severity.INFORMATIONAL: "#57708a",
    Verdict.REACHABLE: "#1a7f37",
    Verdict.PARTLY_REACHABLE: "#b35900",
    Verdict.NOT_REACHABLE: "#d1242f",
    Verdict.UNKNOWN: "#8250df",
}
_RULE = "1px solid rgba(128,128,128,.35)"


def of_network(network: Network) -> str:
    """Counts, and what reading and compiling noticed."""
    regions = ", ".join(_text(" ".join(filter(None, pair)) or "?") for pair in network.regions)
    counts = [
        [_text(name.replace("_", " ")), f"{number:,}"]
        for name, number in network.counts.items()
        if number
    ]
    parts = [
        f"<b>Network</b> {regions}",
        _table(["resources", "number"], counts),
        _diagnostics(network),
    ]
    return _whole(parts)


def _diagnostics(noticed: Network | Run) -> str:
    diagnostics = noticed.diagnostics
    if not diagnostics:
        return "Nothing was missing or odd."
    levels = Counter(it.level for it in diagnostics)
    words = [_number(levels[level], level) for level in Level if levels[level]]
    rows = (
        [_badge(it.level), _code(it.code), _text(it.resource or it.file or ""), _text(it.message)]
        for it in sorted(diagnostics, key=lambda it: it.level is Level.NOTE)
    )
    table = _table(["", "code", "about", "message"], rows, len(diagnostics))
    return _details(" and ".join(words), table, is_open=bool(levels[Level.WARNING]))


def of_run(run: Run) -> str:
    """The findings, and what could not be told."""
    counts = [
        f"{_badge(severity)} {number}" for severity, number in run.summary.items() if number
    ]
    parts = [
        f"<b>{_text(run.rules_package)}</b> {_number(len(run.instances), 'instance')} assessed: "
        + (", ".join(counts) or "no findings"),
        findings([*run.findings, *run.resolved]),
    ]
    if run.unknown or run.unassessed:
        reasons = [reason for it in run.unknown for reason in it["reasons"]] + run.unassessed
        rows = [
            [_code(code), _text(resource), _text(message)]
            for code, resource, message in dict.fromkeys(
                (it["code"], it["resource"], it["message"]) for it in reasons
            )
        ]
        head = ["what nobody can tell, and why", "element", "message"]
        parts.append(_table(head, rows, len(rows)))
    if any(it.level is Level.WARNING for it in run.diagnostics):
        parts.append(_diagnostics(run))
    return _whole(parts)


def of_diff(diff: RunDiff) -> str:
    """What is new, unchanged and resolved."""
    lists = {"new": diff.new, "unchanged": diff.unchanged, "resolved": diff.resolved}
    parts = [", ".join(f"<b>{len(found)}</b> {name}" for name, found in lists.items())]
    parts.append(findings([*diff.new, *diff.resolved, *diff.unchanged]))
    if diff.untold:
        parts += ["The later run does not tell about these:", findings(diff.untold)]
    return _whole(parts)


def of_changes(changes: FindingChanges) -> str:
    """What is new and resolved, and of what nobody can tell."""
    lists = {"new": changes.new, "resolved": changes.resolved}
    parts = []
    for name, found in lists.items():
        parts += [f"<b>{len(found)}</b> {name}", findings(found)]
    if changes.untold:
        parts += ["Nobody can tell about these any more:", findings(changes.untold)]
    if changes.unknown:
        parts.append(f"<b>{len(changes.unknown)}</b> exposures are unknown now")
    return _whole(parts)


def findings(found: Sequence[Finding]) -> str:
    """A table of findings."""
    with_status = any(it.status for it in found)
    head = ["severity", "finding", "instance", "opened by", "from"]
    return _table(
        ["status", *head] if with_status else head,
        ((_status(it) + _finding(it)) if with_status else _finding(it) for it in found),
        len(found),
    )


def _status(finding: Finding) -> list[str]:
    struck = finding.status is Status.RESOLVED
    word = _text(finding.status or "")
    return [f"<s>{word}</s>" if struck else f"<b>{word}</b>"]


def _finding(it: Finding) -> list[str]:
    if it.port is None:
        ranges = {"tcp": it.tcp_ports, "udp": it.udp_ports}
        ports = "; ".join(
            f"{protocol} " + ", ".join(_range(*ends) for ends in islice(open_, 8))
            + (" …" if len(open_) > 8 else "")
            for protocol, open_ in ranges.items()
            if open_
        )  # fmt: skip
        what = f"all open ports: {ports}"
    else:
        what = f"{it.protocol.lower()} {it.port} {it.service or ''}"
    rules = "<br>".join(
        f"{_code(rule.get('id') or '')} {_text(rule['traffic'])} from {_text(rule['source'])}"
        + (f" <i>{_text(rule['description'])}</i>" if rule.get("description") else "")
        for rule in it.rules[:4]
    )
    return [
        _badge(it.severity),
        f"<b>{_text(what)}</b><br>{_text(it.reachability)} through {_code(it.gateway_id)}",
        f"{_text(it.instance_name or '')} {_code(it.instance_id)}"
        f"<br>{_text(in_words(it.destinations))}",
        f"{_text(it.security_group_name or '')} {_code(it.security_group_id)}<br>{rules}",
        _text(in_words(it.sources)),
    ]


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def of_trace(trace: Trace) -> str:
    """The verdict, why not, and the hops with the one that stops the packets marked."""
    one_way = " (one way)" if trace.forward_only else ""
    ends = f"{_text(trace.source)} → {_text(trace.destination)}, {_text(trace.traffic)}{one_way}"
    parts = [f"{_badge(trace.verdict)} {ends}"]
    if trace.verdict is Verdict.PARTLY_REACHABLE:
        parts.append("gets through: " + _headers(trace.passing))
    if trace.sometimes:
        parts.append("gets through for some of AWS's choices: " + _headers(trace.sometimes))
    if trace.unknown:
        parts.append("cannot be told: " + _headers(trace.unknown))
    why = (
        [_code(it.code), _text(str(it.component)), _text(it.message), _lines(it.evidence)]
        for it in trace.explanations
    )
    if trace.explanations:
        parts.append(_table(["why not", "element", "message", "by"], why, len(trace.explanations)))
    parts += map(_path, trace.paths[:_MOST_PATHS])
    if len(trace.paths) > _MOST_PATHS:
        parts.append(f"and {len(trace.paths) - _MOST_PATHS} more in <code>paths</code>")
    parts += (f"assumed ({_text(it.code)}): {_text(it.text)}" for it in trace.assumptions)
    parts += (f"note ({_text(it.code)}): {_text(it.text)}" for it in trace.notes)
    return _whole(parts)


def of_matrix(matrix: Matrix) -> str:
    """Pairs of classes between which something gets through."""
    data = matrix.to_dict()
    sides = [{it["class"]: it["members"] for it in data[side]} for side in ("sources", "destinations")]
    rows = (
        [
            *(_members(ends[block[side]]) for ends, side in zip(sides, ("from", "to"), strict=True)),
            "<br>".join(
                f"{words}{_text(block[part])}"
                for part, words in (("passing", ""), ("sometimes", "sometimes "), ("unknown", "unknown "))
                if part in block
            ),
        ]
        for block in data["blocks"]
    )  # fmt: skip
    total = len(data["blocks"])
    asked = f"<b>Matrix</b> of {_text(matrix.traffic)}"
    return _whole([asked, _table(["from", "to", "traffic"], rows, total)])


def _members(ids: Sequence[str]) -> str:
    rest = len(ids) - 3
    return ", ".join(map(_code, ids[:3])) + (f" and {rest:,} more" if rest > 0 else "")


def _path(path: Path) -> str:
    stopped = {
        (it.direction, it.hop): it.code for it in path.explanations if it.hop is not None
    }  # fmt: skip
    rows = [
        _hop(hop, direction, index, path.verdict, stopped.get((direction, index)))
        for direction, hops in ((Direction.FORWARD, path.forward), (Direction.RETURN, path.reply))
        for index, hop in enumerate(hops)
    ]
    head = ["", "element", "packets", "by"]
    return f"path, {_badge(path.verdict)}" + _table(head, rows, len(rows))


def _hop(
    hop: Hop, direction: Direction, index: int, verdict: Verdict, stopped: str | None
) -> list[str]:
    packets = _headers(hop.inbound, traffic=False)
    if hop.outbound:
        packets += "<br>leaves as " + _headers(hop.outbound, traffic=False)
    by = _lines(hop.evidence)
    if stopped:
        word = "STOPPED" if verdict is Verdict.NOT_REACHABLE else "OPEN"
        mark = f"<b style='color:{_COLOURS[verdict]}'>✖ {word}: {_text(stopped)}</b>"
        by = f"{mark}<br>{by}" if by else mark
    return [_text(direction) if index == 0 else "", _text(str(hop.component)), packets, by]


def _headers(products: Sequence[Packets], *, traffic: bool = True) -> str:
    lines = (
        str(it) if traffic else f"{in_words(it.sources)} -> {in_words(it.destinations)}"
        for it in islice(products, 4)
    )
    return "<br>".join(map(_text, dict.fromkeys(lines))) + (" …" if len(products) > 4 else "")


def _lines(things: Iterable[object]) -> str:
    return "<br>".join(_text(str(it)) for it in things)


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _text(text: str) -> str:
    return f"<bdi>{escape(visible(text, _MOST_TEXT))}</bdi>"


def _code(text: str) -> str:
    return f"<code style='white-space:nowrap'>{_text(text)}</code>" if text else ""


def _badge(word: str) -> str:
    colour = _COLOURS.get(word, "#57708a")  # type: ignore[call-overload]
    style = f"background:{colour};color:#fff;padding:1px 6px;border-radius:4px;font-size:85%"
    return f"<span style='{style};white-space:nowrap'>{escape(word.replace('_', ' '))}</span>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], total: int = 0) -> str:
    """A table of ready HTML. Where there are more rows than it shows, it says so."""
    style = f"text-align:left;vertical-align:top;border-bottom:{_RULE};padding:3px 8px"
    line = "<tr>{}</tr>".format
    cells = "".join(f"<th style='{style}'>{escape(name)}</th>" for name in head)
    body = "".join(
        line("".join(f"<td style='{style}'>{cell}</td>" for cell in row))
        for row in islice(rows, _MOST_ROWS)
    )
    more = f"and {total - _MOST_ROWS:,} more" if total > _MOST_ROWS else ""
    table = "border-collapse:collapse;margin:4px 0;text-align:left"
    return f"<table style='{table}'><thead>{line(cells)}</thead><tbody>{body}</tbody></table>{more}"


def _details(summary: str, inside: str, *, is_open: bool) -> str:
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>{inside}</details>"


def _whole(parts: Iterable[str]) -> str:
    return "<div>" + "".join(f"<div style='margin:3px 0'>{part}</div>" for part in parts) + "</div>"
