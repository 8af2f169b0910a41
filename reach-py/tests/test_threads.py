"""Other threads run while the native code works, and a network serves several at a time."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import reach


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


def longest_pause(work: Callable[[], object]) -> tuple[float, float]:
    """The longest time that this thread stood still while another did the work, and the whole."""
    span: list[float] = []

    def timed() -> None:
        span.append(time.perf_counter())
        work()
        span.append(time.perf_counter())

    worker = threading.Thread(target=timed)
    ticks: list[float] = []
    worker.start()
    while worker.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0)
    start, end = span
    during = [start, *(tick for tick in ticks if start <= tick <= end), end]
    return max(b - a for a, b in zip(during, during[1:], strict=False)), end - start


SNAPSHOT = big_snapshot(1500)


@pytest.mark.parametrize("name", ["loads", "scan", "with_edits"])
def test_other_threads_run_meanwhile(name: str) -> None:
    network = reach.loads(SNAPSHOT)
    stop = {"Action": "StopInstances", "InstanceIds": ["i-0"]}
    work: dict[str, Callable[[], object]] = {
        "loads": lambda: reach.loads(SNAPSHOT),
        "scan": network.scan,
        "with_edits": lambda: network.with_edits(stop),
    }
    tries = []
    for _ in range(5):
        pause, whole = longest_pause(work[name])
        tries.append((pause, whole))
        if pause < whole / 2:
            return
    pytest.fail(f"this thread stood still: {tries}")


def test_one_network_for_many_threads(lab: reach.Network) -> None:
    expected = lab.scan()
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: lab.scan(), range(64)))
    assert all(run == expected for run in runs)
