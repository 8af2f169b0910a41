"""Exact, packetless network reachability for AWS.

Read what ``aws ec2 describe-*`` printed, and ask it questions. No packet is sent and no account is
asked:

>>> import reach
>>> network = reach.load("docs/examples/lab")
>>> run = network.scan(tags={"SecurityScan": "true"})
>>> [(finding.severity, finding.port) for finding in run.findings]
[('HIGH', 23), ('MEDIUM', 22), ('INFORMATIONAL', None)]
>>> network.trace("internet", "BastionServer", "tcp/23").verdict
'reachable'
"""

from reach._errors import EditError, LoadError, QueryError, ReachError
from reach._reach import (
    Diagnostic,
    Explanation,
    Finding,
    Network,
    Run,
    Trace,
    __version__,
    load,
    loads,
)

__all__ = [
    "Diagnostic",
    "EditError",
    "Explanation",
    "Finding",
    "LoadError",
    "Network",
    "QueryError",
    "ReachError",
    "Run",
    "Trace",
    "__version__",
    "load",
    "loads",
]
