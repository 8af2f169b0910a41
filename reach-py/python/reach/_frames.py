"""Runs as data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reach._enums import FindingType, Reachability, Severity, Status
from reach._reach import Run

if TYPE_CHECKING:
    import pandas

# Every column, whatever a run holds.
_COLUMNS = [
    "severity", "status", "type", "reachability", "protocol", "port", "service", "title",
    "instance_id", "instance_name", "network_interface_id", "security_group_id",
    "security_group_name", "network_acl_id", "subnet_id", "vpc_id", "gateway_id", "load_balancer",
    "account", "region", "sources", "destinations", "tcp_ports", "udp_ports", "rules", "listener",
    "description", "recommendation", "id",
]  # fmt: skip

_CATEGORIES = {
    "severity": Severity,
    "status": Status,
    "type": FindingType,
    "reachability": Reachability,
}


def of_run(run: Run) -> pandas.DataFrame:
    """The findings, and those that are resolved."""
    import pandas

    data = run.to_dict()
    found = pandas.DataFrame([*data["findings"], *data.get("resolved", [])], columns=_COLUMNS)
    for name, members in _CATEGORIES.items():
        words = [str(member) for member in members]
        kind = pandas.CategoricalDtype(words, ordered=name == "severity")
        found[name] = found[name].astype(kind)
    found["port"] = found["port"].astype("Int32")
    return found
