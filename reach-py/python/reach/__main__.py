"""``python -m reach``: scans and traces where only the Python package is installed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import reach
from reach._reach import in_words, visible

# Exit codes, those of the command `reach`.
FINE, FOUND, UNANSWERED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line, and gives the exit code."""
    asked = parser().parse_args(arguments)
    try:
        network = reach.load(asked.snapshot)
        for edit in asked.edit:
            network = network.with_edits(edit)
        return scan(network, asked) if asked.command == "scan" else trace(network, asked)
    except (reach.ReachError, OSError, UnicodeDecodeError) as error:
        print(f"error: {visible(str(error), 1000)}", file=sys.stderr)
        return UNANSWERED


def parser() -> argparse.ArgumentParser:
    """What the command line takes; the names are those of the command ``reach``."""
    top = argparse.ArgumentParser(
        prog="python -m reach",
        description="What can reach what in an AWS network, and why not: read from configuration, "
        "without a packet. Exit code: 0 answered, 1 findings at or above --fail-on, "
        "2 could not answer.",
    )
    top.add_argument("--version", action="version", version=f"reach {reach.__version__}")
    commands = top.add_subparsers(dest="command", required=True)

    scan = commands.add_parser("scan", help="find what is exposed")
    _snapshot(scan)
    scan.add_argument(
        "--tag", action="append", default=[], type=_tag, metavar="KEY=VALUE",
        help="assess only instances with this tag; several are OR-ed",
    )  # fmt: skip
    scan.add_argument("--listeners", type=Path, metavar="FILE", help="listening processes, as JSON")
    scan.add_argument("--baseline", type=Path, metavar="RUN", help="an earlier run, as JSON")
    scan.add_argument(
        "--fail-on", type=_severity, metavar="SEVERITY",
        help="exit with 1 when a finding is this severe or worse",
    )  # fmt: skip

    trace = commands.add_parser("trace", help="follow traffic from one end to another and back")
    _snapshot(trace)
    trace.add_argument("source", metavar="FROM", help="id, address, CIDR block, name or internet")
    trace.add_argument("destination", metavar="TO", help="as FROM")
    trace.add_argument("traffic", metavar="TRAFFIC", help="tcp/22, udp/53, icmp/8/0, proto/50, any")
    trace.add_argument("--forward", action="store_true", help="ask for one-way delivery")
    trace.add_argument("--source-port", type=int, metavar="PORT", help="the client's port")
    trace.add_argument("--through", "--via", metavar="LB", help="a load balancer on the way")
    trace.add_argument(
        "--client", action="append", default=[], metavar="IP", help="what the source sends with"
    )
    trace.add_argument(
        "--assume", action="append", default=[], metavar="CODE", help="what you vouch for"
    )
    return top


def _snapshot(command: argparse.ArgumentParser) -> None:
    command.add_argument("snapshot", metavar="SNAPSHOT", help="folder, zip or file; - reads stdin")
    command.add_argument(
        "--edit", action="append", default=[], type=Path, metavar="FILE", help="apply edits first"
    )
    command.add_argument("--format", choices=["table", "json"], default="table")


def _tag(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not (key and separator):
        raise argparse.ArgumentTypeError("a tag is written KEY=VALUE")
    return key, value


def _severity(text: str) -> reach.Severity:
    try:
        return reach.Severity(text.upper())
    except ValueError:
        words = ", ".join(it.lower() for it in reversed(reach.Severity))
        raise argparse.ArgumentTypeError(f"it is one of {words}") from None


def scan(network: reach.Network, asked: argparse.Namespace) -> int:
    """Prints a run."""
    baseline = reach.Run.from_json(asked.baseline.read_bytes()) if asked.baseline else None
    run = network.scan(tags=asked.tag, listeners=asked.listeners, baseline=baseline)
    if asked.format == "json":
        print(run.to_json())
    else:
        _noticed(network)
        _print_run(run)
    if asked.fail_on is None:
        return FINE
    if any(finding.severity >= asked.fail_on for finding in run):
        return FOUND
    return FINE if run.is_conclusive and run.instances else UNANSWERED


def _print_run(run: reach.Run) -> None:
    for finding in (*run, *run.resolved):
        status = f" [{finding.status}]" if finding.status else ""
        _print(f"{finding.severity:13} {finding.title}{status}")
        for rule in finding.rules:
            told = f' "{rule["description"]}"' if rule.get("description") else ""
            _print(f"{'':13} {rule.get('id') or ''} {rule['traffic']} from {rule['source']}{told}")
        _print(f"{'':13} reachable from {in_words(finding.sources)} by {finding.gateway_id}")
    for unknown in run.unknown:
        reasons = ", ".join(f"{it['code']} {it['resource']}" for it in unknown["reasons"])
        _print(f"{'UNKNOWN':13} {unknown['instance_id']}: {reasons}")
    for reason in run.unassessed:
        _print(f"{'UNKNOWN':13} {reason['code']} {reason['resource']}: {reason['message']}")
    counts = ", ".join(f"{number} {severity.lower()}" for severity, number in run.summary.items())
    _print(f"{len(run.findings)} findings in {len(run.instances)} instances: {counts}")


def trace(network: reach.Network, asked: argparse.Namespace) -> int:
    """Prints the answer to a trace."""
    answer = network.trace(
        asked.source,
        asked.destination,
        asked.traffic,
        forward=asked.forward,
        source_port=asked.source_port,
        source_addresses=asked.client or None,
        via=asked.through,
        vouched=asked.assume,
    )
    if asked.format == "json":
        print(answer.to_json())
    else:
        _noticed(network)
        _print_trace(answer)
    return UNANSWERED if answer.verdict is reach.Verdict.UNKNOWN else FINE


def _print_trace(answer: reach.Trace) -> None:
    verdict = answer.verdict.replace("_", " ")
    _print(f"{verdict}: {answer.source} -> {answer.destination}, {answer.traffic}")
    for explanation in answer.explanations:
        _print(f"  {explanation}")
        for evidence in explanation.evidence:
            _print(f"    {evidence}")
    for path in answer:
        _print(f"path, {path.verdict.replace('_', ' ')}:")
        for way, hops in (("forward", path.forward), ("return", path.reply)):
            stops = {it.hop: it.code for it in path.explanations if it.direction == way}
            for index, hop in enumerate(hops):
                _print(f"  {way:8}{hop}")
                if index in stops:
                    _print(f"  {'':8}STOPPED: {stops[index]}")
    for remark in answer.assumptions:
        _print(f"assumed ({remark.code}): {remark.text}")


def _noticed(network: reach.Network) -> None:
    for diagnostic in network.diagnostics:
        print(f"{diagnostic.level}: {diagnostic}", file=sys.stderr)


def _print(line: str) -> None:
    print(visible(line, 1000).rstrip())


if __name__ == "__main__":
    sys.exit(main())
