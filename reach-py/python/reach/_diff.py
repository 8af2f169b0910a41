"""Two runs compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reach import _reach
from reach._reach import Finding, Run


@dataclass(frozen=True, slots=True, repr=False)
class RunDiff:
    """What changed between two runs: every finding of either is in exactly one of the lists.

    In a notebook it shows them as a table.
    """

    new: tuple[Finding, ...]
    """Only in the later run."""
    unchanged: tuple[Finding, ...]
    """In both, as the later run has them."""
    resolved: tuple[Finding, ...]
    """Only in the earlier run, and gone."""
    untold: tuple[Finding, ...]
    """Only in the earlier run, and the later one did not assess the instance or cannot tell."""

    def __repr__(self) -> str:
        lists = ("new", "unchanged", "resolved", "untold")
        return "<RunDiff: " + ", ".join(f"{len(getattr(self, it))} {it}" for it in lists) + ">"

    def _repr_html_(self) -> str:
        from reach._html import of_diff

        return of_diff(self)


@dataclass(frozen=True, slots=True, repr=False)
class FindingChanges:
    """What ``Network.finding_changes`` tells: how the findings of two networks differ.

    In a notebook it shows them as a table.
    """

    new: tuple[Finding, ...]
    """Only in the later network."""
    resolved: tuple[Finding, ...]
    """Only in the earlier one, and gone."""
    untold: tuple[Finding, ...]
    """Only in the earlier one, and nobody can tell any more."""
    unknown: tuple[dict[str, Any], ...]
    """Unknown in the later network only, as plain data shaped as in ``Run.unknown``."""
    settled: tuple[dict[str, Any], ...]
    """Unknown in the earlier network only."""

    def __repr__(self) -> str:
        lists = ("new", "resolved", "untold", "unknown", "settled")
        counts = ", ".join(f"{len(getattr(self, it))} {it}" for it in lists)
        return f"<FindingChanges: {counts}>"

    def __hash__(self) -> int:
        return hash((self.new, self.resolved, self.untold))

    def _repr_html_(self) -> str:
        from reach._html import of_changes

        return of_changes(self)


def diff(earlier: Run, later: Run) -> RunDiff:
    """Compares two runs, of one network at two times or before and after edits.

    >>> import reach
    >>> network = reach.load("docs/examples/lab")
    >>> stop = {"Action": "StopInstances", "InstanceIds": ["i-34a8b7a77a92db7ba"]}
    >>> reach.diff(network.scan(), network.with_edits(stop).scan())
    <RunDiff: 0 new, 0 unchanged, 3 resolved, 0 untold>
    """
    return RunDiff(*map(tuple, _reach.since(later, earlier)))


FindingChanges.__module__ = "reach"
RunDiff.__module__ = "reach"

