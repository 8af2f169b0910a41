"""Exact, packetless network reachability for AWS.

Read what ``aws ec2 describe-*`` printed or boto3 answered, and ask it questions. No packet is sent:

>>> import reach
>>> network = reach.load("docs/examples/lab")
>>> for finding in network.scan(tags={"SecurityScan": "true"}):
...     print(finding.severity, finding.port)
HIGH 23
MEDIUM 22
INFORMATIONAL None
>>> print(network.trace("internet", "BastionServer", "tcp/23").verdict)
reachable
"""

from reach._answer import (
    Choice,
    Component,
    Evidence,
    Explanation,
    Hop,
    Packets,
    Path,
    Remark,
    Trace,
)
from reach._boto3 import from_boto3
from reach._diff import FindingChanges, RunDiff, diff
from reach._enums import (
    Direction,
    ExplanationCode,
    FindingType,
    Level,
    Reachability,
    Severity,
    Status,
    Verdict,
)
from reach._errors import EditError, LoadError, QueryError, ReachError
from reach._load import load, loads
from reach._map import Drawing
from reach._reach import Diagnostic, Finding, Matrix, Network, Run, __version__

__all__ = [
    "Choice",
    "Component",
    "Diagnostic",
    "Direction",
    "Drawing",
    "EditError",
    "Evidence",
    "Explanation",
    "ExplanationCode",
    "Finding",
    "FindingChanges",
    "FindingType",
    "Hop",
    "Level",
    "LoadError",
    "Matrix",
    "Network",
    "Packets",
    "Path",
    "QueryError",
    "ReachError",
    "Reachability",
    "Remark",
    "Run",
    "RunDiff",
    "Severity",
    "Status",
    "Trace",
    "Verdict",
    "__version__",
    "diff",
    "from_boto3",
    "load",
    "loads",
]
