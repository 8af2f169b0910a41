"""Every kind that moto knows, through both roads: this one, and the command line's."""

import contextlib
import io
import json
import os
import re
import zipfile

import awscli.clidriver
import pytest
import world
from conftest import ROOT, Reach, snapshot

PLACE = "123456789012/us-east-1"


@pytest.fixture(scope="module", autouse=True)
def everything(moto):
    world.build(moto.session, moto.url)


@pytest.fixture(scope="module")
def collected(moto, tmp_path_factory):
    folder = tmp_path_factory.mktemp("collected")
    reach = Reach(moto.url, folder)
    done = reach("collect", "out", code=1)
    return folder / "out", done.stderr


def aws(moto, *arguments):
    """What the command line prints."""
    os.environ["AWS_ENDPOINT_URL"] = moto.url
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = awscli.clidriver.create_clidriver().main([*arguments, "--no-paginate"])
    return json.loads(out.getvalue()) if code == 0 and out.getvalue() else None


def without_secrets(value):
    if isinstance(value, dict):
        secrets = ("CustomerGatewayConfiguration", "PreSharedKey")
        return {k: without_secrets(v) for k, v in value.items() if k not in secrets}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return value


# Once a Region, and once for each of what another answer lists.
SINGLE = """
    ec2 describe-vpcs, ec2 describe-subnets, ec2 describe-network-interfaces,
    ec2 describe-instances, ec2 describe-security-groups, ec2 describe-security-group-rules,
    ec2 describe-network-acls, ec2 describe-route-tables, ec2 describe-internet-gateways,
    ec2 describe-egress-only-internet-gateways, ec2 describe-nat-gateways,
    ec2 describe-addresses, ec2 describe-vpc-peering-connections, ec2 describe-vpn-gateways,
    ec2 describe-vpn-connections, ec2 describe-managed-prefix-lists,
    ec2 describe-carrier-gateways, ec2 describe-transit-gateways,
    ec2 describe-transit-gateway-vpc-attachments, ec2 describe-transit-gateway-attachments,
    ec2 describe-transit-gateway-peering-attachments,
    ec2 describe-transit-gateway-route-tables, ec2 describe-vpc-endpoints,
    ec2 describe-vpc-endpoint-service-configurations, elbv2 describe-load-balancers,
    elbv2 describe-target-groups, elb describe-load-balancers
""".replace("\n", " ").split(",")
EACH = [
    ("ec2 describe-vpcs", "VpcId", "ec2 describe-vpc-attribute --attribute enableDnsSupport --vpc-id"),
    (
        "ec2 describe-managed-prefix-lists",
        "PrefixListId",
        "ec2 get-managed-prefix-list-entries --prefix-list-id",
    ),
    (
        "ec2 describe-transit-gateway-route-tables",
        "TransitGatewayRouteTableId",
        "ec2 search-transit-gateway-routes --filters Name=state,Values=active,blackhole"
        " --transit-gateway-route-table-id",
    ),
    (
        "ec2 describe-transit-gateway-route-tables",
        "TransitGatewayRouteTableId",
        "ec2 get-transit-gateway-route-table-propagations --transit-gateway-route-table-id",
    ),
    (
        "elbv2 describe-load-balancers",
        "LoadBalancerArn",
        "elbv2 describe-load-balancer-attributes --load-balancer-arn",
    ),
    ("elbv2 describe-load-balancers", "LoadBalancerArn", "elbv2 describe-listeners --load-balancer-arn"),
    (
        "elbv2 describe-target-groups",
        "TargetGroupArn",
        "elbv2 describe-target-group-attributes --target-group-arn",
    ),
    ("elbv2 describe-target-groups", "TargetGroupArn", "elbv2 describe-target-health --target-group-arn"),
    (
        "elb describe-load-balancers",
        "LoadBalancerName",
        "elb describe-load-balancer-attributes --load-balancer-name",
    ),
    ("elb describe-load-balancers", "LoadBalancerName", "elb describe-instance-health --load-balancer-name"),
]


@pytest.fixture(scope="module")
def printed(moto):
    """The command line's answers: those of a Region by call, the others by call and subject."""
    answers = {call.strip(): aws(moto, *call.split()) for call in SINGLE}
    assert all(answers.values()), [call for call, answer in answers.items() if not answer]
    for of, field, call in EACH:
        (items,) = (value for value in answers[of].values() if isinstance(value, list))
        for item in items:
            subject = item[field]
            verb = " ".join(call.split()[:2])
            answers[f"{verb} {subject}"] = aws(moto, *call.split(), subject) or {}
    listeners = [it for call, answer in answers.items() if " describe-listeners " in call
                 for it in answer["Listeners"]]
    for listener in listeners:
        arn = listener["ListenerArn"]
        call = ["elbv2", "describe-rules", "--listener-arn", arn]
        answers[f"elbv2 describe-rules {arn}"] = aws(moto, *call)
    return answers


def test_answers_are_what_the_command_line_prints(collected, printed):
    out, _ = collected
    for call in (call for call in printed if call.count(" ") == 1):
        ours = json.loads((out / PLACE / f"{call.replace(' ', '-')}.json").read_text())
        assert ours == without_secrets(printed[call]), call


def test_wrapped_answers_are_what_the_command_line_prints(collected, printed):
    out, _ = collected
    compared = 0
    for of, field, call in EACH:
        verb = " ".join(call.split()[:2])
        file = json.loads((out / PLACE / f"{verb.replace(' ', '-')}.json").read_text())
        (items,) = file.values()
        for item in items:
            subject = item[field] if field == "VpcId" else item.pop(field)
            assert item == printed[f"{verb} {subject}"], (verb, subject)
            compared += 1
    assert compared > 20


def test_both_roads_give_the_same_snapshot(collected, printed, tmp_path):
    out, _ = collected
    folder = tmp_path / PLACE
    folder.mkdir(parents=True)
    for call, answer in printed.items():
        name = re.sub("[/:]", "_", call.replace(" ", "-"))
        (folder / f"{name}.json").write_text(json.dumps(answer))
    # Asked for by name on the command line, and not compared: moto knows no policy of a firewall.
    (theirs,) = snapshot(tmp_path)["Regions"]
    (ours,) = snapshot(out)["Regions"]
    ours.pop("Firewalls"), ours.pop("FirewallPolicies", None), ours.pop("FirewallRuleGroups", None)
    assert ours.keys() == theirs.keys()
    for kind, resources in ours.items():
        # What is listed by balancer or table comes in the order of the files.
        assert sorted(resources, key=json.dumps) == sorted(theirs[kind], key=json.dumps), kind
    assert len(ours["NetworkInterfaces"]) > world.INTERFACES
    states = {instance["State"]["Name"] for instance in ours["Instances"]}
    assert states == {"running", "stopped", "terminated"}


def test_what_moto_does_not_know_is_told(collected, moto, tmp_path):
    out, told = collected
    gaps = json.loads((out / PLACE / "not-collected.json").read_text())["NotCollected"]
    assert {gap["Call"] for gap in gaps} >= {
        "ec2 describe-vpc-block-public-access-options",
        "directconnect describe-virtual-interfaces",
        "network-firewall describe-firewall-policy",
    }
    assert all(gap["Code"] and gap["Action"] and gap["Call"] in told for gap in gaps)
    reach = Reach(moto.url, tmp_path)
    run = reach.scan(out)
    codes = [it["message"] for it in run["diagnostics"] if it["code"] == "not_collected"]
    assert len(codes) == len(gaps)


def test_nothing_secret_is_kept(collected):
    out, _ = collected
    text = "".join(path.read_text() for path in out.rglob("*.json"))
    assert "user-data-secret" not in text
    assert "pre_shared_key" not in text and "CustomerGatewayConfiguration" not in text
    assert "word <&> \u00fc" in text


def test_without_tag_values(reach):
    reach("collect", "out", "--no-tags", code=1)
    text = "".join(path.read_text() for path in (reach.folder / "out").rglob("*.json"))
    assert '"Secret"' in text and "word <&>" not in text


def test_a_zip_holds_the_same(collected, reach):
    out, _ = collected
    reach("collect", "out.zip", code=1)
    with zipfile.ZipFile(reach.folder / "out.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.json")
    }
    assert [path.name for path in reach.folder.iterdir()] == ["out.zip"]
    assert snapshot(reach.folder / "out.zip") == snapshot(out)


def test_the_plan_and_the_policy_are_what_happens(moto, reach):
    """What the server was asked for is what `--dry-run` lists and `iam-policy` allows."""
    policy = json.loads(reach("iam-policy", code=0).stdout)
    (statement,) = policy["Statement"]
    listed = reach("collect", "--dry-run", code=0).stdout
    for action in statement["Action"]:
        if action != "ec2:DescribeRegions":
            assert action in listed, action
    assert not any(reach.folder.iterdir())
    assert (ROOT / "docs/collect.md").exists()
