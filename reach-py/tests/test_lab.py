"""The lab's story, from the first scan to no finding at all."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

import reach

ROOT = Path(__file__).resolve().parents[2]
BASTION = "i-34a8b7a77a92db7ba"
TAGS = {"SecurityScan": "true"}


def ports(findings: Sequence[reach.Finding]) -> list[tuple[str, int | None]]:
    return [(finding.severity, finding.port) for finding in findings]


def test_the_first_scan_finds_telnet_and_ssh(lab: reach.Network) -> None:
    run = lab.scan(tags=TAGS)
    assert ports(run.findings) == [("HIGH", 23), ("MEDIUM", 22), ("INFORMATIONAL", None)]
    assert {finding.instance_id for finding in run.findings} == {BASTION}
    assert {finding.status for finding in run.findings} == {None}
    assert run.summary == {"HIGH": 1, "MEDIUM": 1, "LOW": 0, "INFORMATIONAL": 1}
    assert run.instances == [BASTION]
    assert (run.worst, run.resolved, run.unknown) == ("HIGH", [], [])

    telnet = run.findings[0]
    assert telnet.service == "Telnet"
    assert telnet.type == "RecognizedPortNoAgent"
    assert telnet.reachability == "Internet"
    assert telnet.instance_name == "BastionServer"
    assert [rule["id"] for rule in telnet.rules] == ["sgr-8816b793ff66971e3"]
    assert telnet.destinations == ["198.51.100.10/32"]


def test_task_4_resolves_telnet_and_keeps_ssh(lab: reach.Network, edits: dict[str, str]) -> None:
    first = lab.scan(tags=TAGS)
    second = lab.with_edits(edits["task4"]).scan(tags=TAGS, baseline=first)
    assert ports(second.findings) == [("MEDIUM", 22), ("INFORMATIONAL", None)]
    assert second.findings[0].status == "unchanged"
    assert second.findings[0].sources == ["203.0.113.7/32"]
    assert ports(second.resolved) == [("HIGH", 23)]
    assert second.resolved[0].status == "resolved"
    assert second.resolved[0].id == first.findings[0].id


def test_task_5_leaves_nothing(lab: reach.Network, edits: dict[str, str]) -> None:
    both = json.loads(edits["task4"]) + json.loads(edits["task5"])
    hardened = lab.with_edits(both)
    run = hardened.scan(tags=TAGS)
    assert run.findings == []
    assert run.worst is None
    assert lab.scan(tags=TAGS).findings != [], "the network that was edited is not changed"


def test_a_path_says_which_rule_let_it_in(lab: reach.Network) -> None:
    trace = lab.trace("internet", "BastionServer", "tcp/23")
    assert trace.verdict == "reachable"
    assert trace.explanations == ()
    evidence = [item for hop in trace.paths[0].forward for item in hop.evidence]
    assert "sgr-8816b793ff66971e3" in {item.get("rule") for item in evidence}
    assert trace.paths[0].reply


def test_what_is_stopped_says_why(lab: reach.Network) -> None:
    trace = lab.trace("internet", "AppServer", "tcp/22")
    assert trace.verdict == "not_reachable"
    first = trace.explanations[0]
    told = trace.to_dict()["explanations"][0]
    for name in ("code", "direction", "message"):
        assert getattr(first, name) == told[name]
    assert first.component == reach.Component(**told["component"])
    assert first.direction is reach.Direction.FORWARD
    assert first.code is reach.ExplanationCode.IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS
    (stopped,) = (it for it in trace.paths[0].explanations if it.code == first.code)
    assert stopped.hop == 0
    assert trace.paths[0].forward[0].component == first.component


def test_forward_and_source_port(lab: reach.Network) -> None:
    asked = lab.trace("internet", "BastionServer", "tcp/22", forward=True, source_port=40000)
    question = asked.to_dict()
    assert question["question"] == "forward"
    assert "40000" in question["traffic"]
    assert all(path.reply == () for path in asked)


def test_tags_as_pairs_are_or_ed(lab: reach.Network) -> None:
    pairs = [("SecurityScan", "true"), ("Name", "AppServer")]
    assert len(lab.scan(tags=pairs).instances) == 2
    assert len(lab.scan().instances) == 2
    assert lab.scan(tags={"SecurityScan": "no"}).instances == []


def test_listeners(lab: reach.Network) -> None:
    listeners = {BASTION: [{"protocol": "tcp", "port": 22, "process": "sshd"}]}
    runs = [lab.scan(tags=TAGS, listeners=given) for given in (listeners, json.dumps(listeners))]
    assert runs[0] == runs[1]
    ssh = next(finding for finding in runs[0].findings if finding.port == 22)
    assert ssh.type == "RecognizedPortWithListener"
    assert ssh.listener is not None
    assert ssh.listener["process"] == "sshd"


@pytest.mark.needs("REACH_COMMAND")
def test_the_command_prints_the_same_bytes(lab: reach.Network) -> None:
    def printed(*arguments: str) -> str:
        command = [os.environ["REACH_COMMAND"], *arguments, "--format", "json"]
        return subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout

    run = printed("scan", "docs/examples/lab", "--tag", "SecurityScan=true")
    assert lab.scan(tags=TAGS).to_json() + "\n" == run
    assert reach.Run.from_json(run) == lab.scan(tags=TAGS)
    trace = printed("trace", "docs/examples/lab", "internet", "AppServer", "tcp/22")
    assert lab.trace("internet", "AppServer", "tcp/22").to_json() + "\n" == trace
