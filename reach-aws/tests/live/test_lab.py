"""The lab, asked for over the API, has the findings of the lab in docs/examples."""

import json

import build_lab
import pytest
from conftest import ROOT


@pytest.fixture(scope="module", autouse=True)
def lab(moto):
    ec2, iam = moto.client("ec2"), moto.client("iam")
    build_lab.build_servers(ec2, iam, *build_lab.build_network(ec2))
    build_lab.delete_default_vpc(ec2)


def findings(run):
    """What the lab is about. moto draws other ids, and another public address."""
    keys = "severity", "type", "instance_name", "protocol", "port", "service", "reachability"
    rules = "traffic", "source", "description"
    return [
        {key: finding.get(key) for key in (*keys, "tcp_ports", "security_group_name")}
        | {"rules": sorted(tuple(rule.get(key) for key in rules) for rule in finding["rules"])}
        for finding in run["findings"]
    ]


def test_collect_then_scan_gives_the_labs_findings(reach):
    reach("collect", "lab", code=1)
    committed = reach.scan(ROOT / "docs/examples/lab")
    assert len(committed["findings"]) == 3
    assert findings(reach.scan("lab")) == findings(committed)


def test_live_gives_the_same(reach):
    reach("collect", "lab", code=1)
    collected, live = reach.scan("lab"), reach.scan("--live")
    for run in (collected, live):
        run.pop("diagnostics")
    assert live == collected
    assert len(live["findings"]) == 3


def test_what_is_shown_to_others_has_the_same_findings(reach):
    reach("collect", "plain", code=1)
    reach("collect", "shown", "--anonymize", code=1)
    reach("collect", "shown.zip", "--anonymize", code=1)
    names = "instance_name", "security_group_name", "rules"

    def nameless(run):
        return [{k: v for k, v in it.items() if k not in names} for it in findings(run)]

    assert nameless(reach.scan("shown")) == nameless(reach.scan("plain"))
    assert nameless(reach.scan("shown.zip")) == nameless(reach.scan("plain"))
    shown = list((reach.folder / "shown").rglob("*.json"))
    text = "".join(f"{path} {path.read_text()}" for path in shown)
    for told in ("123456789012", "BastionServer", "Telnet, no longer", "10.0.1.10"):
        assert told not in text
    assert not (reach.folder / "shown.partial").exists()


def test_a_gate_on_a_live_account(reach):
    assert reach("scan", "--live", "--fail-on", "high").returncode == 1
    edit = reach.folder / "edit.json"
    ids = [it["instance_id"] for it in reach.scan("--live")["findings"]]
    edit.write_text(json.dumps({"Action": "StopInstances", "InstanceIds": ids[:1]}))
    assert reach.scan("--live", "--edit", edit)["findings"] == []


def test_options_of_live_need_it(reach):
    done = reach("scan", "lab", "--region", "us-east-1", code=2)
    assert done.stderr == "error: --region asks AWS, and needs --live\n"
    assert "cannot be used with" in reach("scan", "lab", "--live", code=2).stderr
