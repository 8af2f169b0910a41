"""``python -m reach``, as its users hold it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import reach

ROOT = Path(__file__).resolve().parents[2]
LAB = "docs/examples/lab"
TAG = ["--tag", "SecurityScan=true"]


def ran(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reach", *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", input=stdin,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


def test_scan_prints_the_findings() -> None:
    done = ran("scan", LAB, *TAG)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("HIGH          On instance i-34a8b7a77a92db7ba, TCP port 23")
    assert lines[-1] == "3 findings in 1 instances: 1 high, 1 medium, 0 low, 1 informational"
    assert 'sgr-8816b793ff66971e3 tcp 23 from 0.0.0.0/0 "Telnet, no longer needed"' in done.stdout


@pytest.mark.parametrize(
    ("severity", "code"), [("high", 1), ("MEDIUM", 1), ("informational", 1), ("low", 1)]
)
def test_fail_on(severity: str, code: int) -> None:
    assert ran("scan", LAB, *TAG, "--fail-on", severity).returncode == code


def test_exit_codes() -> None:
    task4 = ["--edit", "docs/examples/lab-edits/task4.json"]
    both = [*task4, "--edit", "docs/examples/lab-edits/task5.json"]
    assert ran("scan", LAB, *TAG, *task4, "--fail-on", "high").returncode == 0
    assert ran("scan", LAB, *TAG, *both, "--fail-on", "informational").returncode == 0
    no_instance = ["--tag", "no=such", "--fail-on", "high"]
    assert ran("scan", LAB, *no_instance).returncode == 2
    for bad in (["scan", "gone"], ["scan", LAB, "--fail-on", "bad"], ["trace", LAB, "a", "b", "c"]):
        done = ran(*bad)
        assert done.returncode == 2
        assert "error: " in done.stderr
        assert "Traceback" not in done.stderr


def test_a_baseline_marks_what_is_new(tmp_path: Path) -> None:
    kept = tmp_path / "run.json"
    kept.write_text(ran("scan", LAB, *TAG, "--format", "json").stdout, encoding="utf-8")
    edit = ["--edit", "docs/examples/lab-edits/task4.json", "--baseline", str(kept)]
    assert "[resolved]" in ran("scan", LAB, *TAG, *edit).stdout


def test_trace_prints_the_way() -> None:
    done = ran("trace", LAB, "internet", "AppServer", "tcp/22")
    assert done.returncode == 0
    assert done.stdout.startswith("not reachable: internet -> AppServer, tcp 22")
    assert "STOPPED: IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS" in done.stdout
    options = ["--source-port", "40000", "--client", "203.0.113.7", "--forward"]
    asked = ran("trace", LAB, "internet", "BastionServer", "tcp/22", *options, "--format", "json")
    trace = json.loads(asked.stdout)
    assert trace["question"] == "forward"
    assert trace["passing"][0]["sources"] == ["203.0.113.7/32"]


def test_unknown_is_2(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        json.dumps(
            {
                "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
                "Reservations": [{"Instances": [{"InstanceId": "i-1", "VpcId": "vpc-1"}]}],
                "NetworkInterfaces": [
                    {
                        "NetworkInterfaceId": "eni-1",
                        "VpcId": "vpc-1",
                        "PrivateIpAddress": "10.0.0.1",
                        "Attachment": {"InstanceId": "i-1"},
                    }
                ],
            }
        )
    )
    done = ran("trace", str(tmp_path), "internet", "i-1", "tcp/22")
    assert (done.returncode, done.stdout[:7]) == (2, "unknown")
    assert "warning: " in done.stderr
    assert ran("scan", str(tmp_path), "--fail-on", "high").returncode == 2


def test_standard_input_is_read() -> None:
    done = ran("trace", "-", "internet", "i-1", "any", stdin='{"Vpcs": []}')
    assert done.returncode == 2
    assert "i-1" in done.stderr


@pytest.mark.needs("REACH_COMMAND")
def test_json_is_what_the_command_reach_prints() -> None:
    for asked in (["scan", LAB, *TAG], ["trace", LAB, "internet", "AppServer", "tcp/22"]):
        whole = [*asked, "--format", "json"]
        command = subprocess.run(
            [os.environ["REACH_COMMAND"], *whole],
            cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
        assert ran(*whole).stdout == command.stdout


def test_version_and_help() -> None:
    assert ran("--version").stdout == f"reach {reach.__version__}\n"
    for command in ([], ["scan"], ["trace"]):
        assert "usage: python -m reach" in ran(*command, "--help").stdout
