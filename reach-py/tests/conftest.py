"""The lab, its edits, and what tests need of `make python`."""

import json
import os
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reach

ROOT = Path(__file__).resolve().parents[2]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what `make python` did not set up, and says so; in CI that is a failure."""
    for mark in item.iter_markers("needs"):
        (variable,) = mark.args
        if variable not in os.environ:
            missing = f"{variable} is not set: make python"
            pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)


@pytest.fixture(scope="session")
def lab() -> reach.Network:
    return reach.load(ROOT / "docs/examples/lab")


@pytest.fixture(scope="session")
def lab_files() -> dict[str, bytes]:
    folder = ROOT / "docs/examples/lab"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


@pytest.fixture(scope="session")
def estate() -> reach.Network:
    return reach.load(runpy.run_path(str(ROOT / "docs/notebooks/estate.py"))["answers"]())


@pytest.fixture(scope="session")
def edits() -> dict[str, str]:
    folder = ROOT / "docs/examples/lab-edits"
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.json"))}


@pytest.fixture(scope="session")
def big() -> Callable[[int], str]:
    return big_snapshot


def big_snapshot(n_instances: int) -> str:
    """One VPC with instances open to the internet, each with a group and rules of its own."""
    instances: list[dict[str, Any]] = []
    interfaces: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for i in range(n_instances):
        private = f"10.0.{i // 256}.{i % 256}"
        held = {"PublicIp": f"198.18.{i // 256}.{i % 256}", "IpOwnerId": "111122223333"}
        rules = [
            {
                "IpProtocol": "tcp",
                "FromPort": 1000 * k,
                "ToPort": 1000 * k + i % 900,
                "IpRanges": [{"CidrIp": f"203.{k}.{i % 256}.0/24"}],
            }
            for k in range(1, 20)
        ]
        address = {"PrivateIpAddress": private, "Primary": True, "Association": held}
        attachment = {"InstanceId": f"i-{i}", "Status": "attached"}
        groups.append({"GroupId": f"sg-{i}", "VpcId": "vpc-1", "IpPermissions": rules})
        interfaces.append(
            {
                "NetworkInterfaceId": f"eni-{i}",
                "SubnetId": "subnet-1",
                "VpcId": "vpc-1",
                "Status": "in-use",
                "Groups": [{"GroupId": f"sg-{i}"}],
                "PrivateIpAddress": private,
                "PrivateIpAddresses": [address],
                "Association": held,
                "Attachment": attachment,
            }
        )
        instances.append(
            {"InstanceId": f"i-{i}", "VpcId": "vpc-1", "State": {"Code": 16, "Name": "running"}}
        )
    block = {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
    ]
    table = {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": routes}
    gateway = {"Attachments": [{"VpcId": "vpc-1", "State": "available"}]}
    vpc = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [block]}
    return json.dumps(
        {
            "Vpcs": [vpc],
            "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
            "InternetGateways": [{"InternetGatewayId": "igw-1", **gateway}],
            "RouteTables": [{**table, "Associations": [{"Main": True, "RouteTableId": "rtb-1"}]}],
            "NetworkAcls": [],
            "SecurityGroups": groups,
            "NetworkInterfaces": interfaces,
            "Reservations": [{"OwnerId": "111122223333", "Instances": instances}],
        }
    )
