"""Words of the answers as enums. A member is a ``str`` too, and equal to its value."""

from __future__ import annotations

from enum import StrEnum

from reach._codes import ExplanationCode

__all__ = [
    "Direction",
    "ExplanationCode",
    "FindingType",
    "Level",
    "Reachability",
    "Severity",
    "Status",
    "Verdict",
]


class Verdict(StrEnum):
    """The answer to a trace in a word."""

    REACHABLE = "reachable"
    """Everything that was asked about gets through, and is answered."""
    PARTLY_REACHABLE = "partly_reachable"
    """Some of it does."""
    NOT_REACHABLE = "not_reachable"
    """Nothing does."""
    UNKNOWN = "unknown"
    """It depends on something that the snapshot does not tell."""


class Severity(StrEnum):
    """How bad a finding is. Members are ordered: ``Severity.HIGH > Severity.MEDIUM``, and
    comparing with a word compares with the member of that value, ``finding.severity >= "MEDIUM"``.
    """

    INFORMATIONAL = "INFORMATIONAL"
    """Note only."""
    LOW = "LOW"
    """Fix in a later update."""
    MEDIUM = "MEDIUM"
    """Fix at the next opportunity."""
    HIGH = "HIGH"
    """Act as in an emergency."""

    def _rank(self) -> int:
        return list(Severity).index(self)

    def __lt__(self, other: str) -> bool:
        return self._rank() < Severity(other)._rank()

    def __le__(self, other: str) -> bool:
        return self._rank() <= Severity(other)._rank()

    def __gt__(self, other: str) -> bool:
        return self._rank() > Severity(other)._rank()

    def __ge__(self, other: str) -> bool:
        return self._rank() >= Severity(other)._rank()


class Reachability(StrEnum):
    """Where a finding is reachable from: its origin."""

    INTERNET = "Internet"
    """Over an internet gateway."""
    PEERED_VPC = "PeeredVpc"
    """Over a VPC peering connection."""
    VGW = "VGW"
    """Over a virtual private gateway."""


class FindingType(StrEnum):
    """Kinds of finding of the package ``network-reachability-1.1``."""

    RECOGNIZED_PORT_NO_AGENT = "RecognizedPortNoAgent"
    """A recognized port is reachable; whether anything listens is not known."""
    RECOGNIZED_PORT_WITH_LISTENER = "RecognizedPortWithListener"
    """A recognized port is reachable and a process listens."""
    RECOGNIZED_PORT_NO_LISTENER = "RecognizedPortNoListener"
    """A recognized port is reachable and nothing listens."""
    UNRECOGNIZED_PORT_WITH_LISTENER = "UnrecognizedPortWithListener"
    """A port that is no known service's is reachable and a process listens."""
    NETWORK_EXPOSURE = "NetworkExposure"
    """Every port that is reachable, in one."""


class Status(StrEnum):
    """A finding against the baseline."""

    NEW = "new"
    """Not in the baseline."""
    UNCHANGED = "unchanged"
    """In the baseline too."""
    RESOLVED = "resolved"
    """Only in the baseline."""


class Level(StrEnum):
    """How much a diagnostic matters."""

    WARNING = "warning"
    """Answers may be unknown because of it."""
    NOTE = "note"
    """Worth knowing; no answer changes."""


class Direction(StrEnum):
    """Which of a flow's two packets."""

    FORWARD = "forward"
    """From source to destination."""
    RETURN = "return"
    """The reply."""


# Where users import them from, which is what a traceback and a pickle should say.
for _enum in (Verdict, Severity, Reachability, FindingType, Status, Level, Direction):
    _enum.__module__ = "reach"
