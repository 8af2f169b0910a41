"""``from_boto3``: against moto where it has the call, against botocore's stubber where not."""

import datetime
import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

import reach
from reach import _boto3

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person who runs this must not change what comes out."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A session with an account of moto's, whose server answers calls that it lacks with 500."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        reset = urllib.request.Request(f"{url}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset).close()
        yield boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name=REGION)
    finally:
        server.stop()


def build(ec2: Any) -> dict[str, str]:
    """A host in a public subnet, with SSH open."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["al2023*"]}])["Images"][0]
    ec2.run_instances(
        ImageId=image["ImageId"], MinCount=1, MaxCount=1, InstanceType="t3.micro",
        NetworkInterfaces=[{
            "DeviceIndex": 0, "SubnetId": subnet, "Groups": [group],
            "AssociatePublicIpAddress": True,
        }],
    )  # fmt: skip
    reservations = ec2.describe_instances()["Reservations"]
    return {"vpc": vpc, "instance": reservations[0]["Instances"][0]["InstanceId"]}


def test_an_account_is_read(session: Any) -> None:
    ec2 = session.client("ec2")
    made = build(ec2)
    network = reach.from_boto3(session)
    assert {region for _, region in network.regions} == {REGION}
    assert network.counts["instances"] == 1
    (exposed, _) = network.scan()
    assert (exposed.instance_id, exposed.port) == (made["instance"], 22)
    assert exposed.severity is reach.Severity.MEDIUM
    direct = reach.load([ec2.describe_vpcs(), ec2.describe_instances(), ec2.describe_subnets()])
    assert direct.counts["vpcs"] == network.counts["vpcs"]
    assert direct.counts["instances"] == 1


def test_answers_of_boto3_have_datetimes(session: Any) -> None:
    ec2 = session.client("ec2")
    build(ec2)
    answer = ec2.describe_instances()
    launched = answer["Reservations"][0]["Instances"][0]["LaunchTime"]
    assert isinstance(launched, datetime.datetime)
    assert "ResponseMetadata" in answer
    assert reach.load(answer).counts["instances"] == 1


def test_what_is_not_answered_is_told(session: Any) -> None:
    build(session.client("ec2"))
    network = reach.from_boto3(session)
    failed = [it for it in network.diagnostics if it.code == "call_failed"]
    assert failed, "moto does not have every call"
    for diagnostic in failed:
        assert diagnostic.level is reach.Level.WARNING
        assert f" in {REGION}: " in diagnostic.message


def test_regions(session: Any) -> None:
    build(session.client("ec2", region_name="us-east-1"))
    several = reach.from_boto3(session, regions=["us-east-1", REGION, "us-east-1"])
    assert sorted(region or "" for _, region in several.regions) == [REGION, "us-east-1"]
    one = reach.from_boto3(session, regions="us-east-1")
    assert [region for _, region in one.regions] == ["us-east-1"]
    known = {it["RegionName"] for it in session.client("ec2").describe_regions()["Regions"]}
    assert set(_boto3._regions(session, "all")) == known


def test_a_session_without_a_region(session: Any) -> None:
    nowhere = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(reach.LoadError) as caught:
        reach.from_boto3(nowhere)
    assert caught.value.code == "no_region"


def test_no_credentials() -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.from_boto3(boto3.Session(region_name=REGION))
    assert caught.value.code == "aws_unreachable"
    assert isinstance(caught.value.__cause__, NoCredentialsError)


class Recorded:
    """A session whose clients give answers out of a table, and nothing else."""

    region_name = REGION

    def __init__(self, answers: dict[tuple[str, str], Callable[..., Any]]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    def client(self, service: str, region_name: str) -> Any:
        real = boto3.client(
            service, region_name=region_name, aws_access_key_id="a", aws_secret_access_key="b",
            config=Config(retries={"total_max_attempts": 1}),
        )  # fmt: skip
        return Client(self, service, real)


class Client:
    """Checks what is asked and what is answered against botocore's model of the service."""

    def __init__(self, session: Recorded, service: str, real: Any) -> None:
        self.session, self.service, self.real = session, service, real

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.session.asked.append((self.service, method, arguments))
            answer = self.session.answers.get((self.service, method))
            with Stubber(self.real) as stub:
                if answer is None:
                    stub.add_client_error(method, "UnauthorizedOperation", "no \x1b[2J\u202e")
                else:
                    stub.add_response(method, answer(**arguments), arguments)
                return getattr(self.real, method)(**arguments)

        return call


ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333"
LB, LISTENER = f"{ARN}:loadbalancer/app/web/1", f"{ARN}:listener/app/web/1/2"
GROUP, RULE = f"{ARN}:targetgroup/web/3", f"{ARN}:listener-rule/app/web/1/2/4"
FIREWALL = "arn:aws:network-firewall:eu-west-1:111122223333:firewall/f"
POLICY = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/p"
RULES = "arn:aws:network-firewall:eu-west-1:111122223333:stateless-rulegroup/r"
MANAGED = "arn:aws:network-firewall:eu-west-1:aws-managed:stateful-rulegroup/m"
TABLE = "tgw-rtb-1"


def pages(key: str, items: list[Any], token: str = "NextToken", ask: str = "NextToken") -> Any:
    """One item a page."""

    def page(**arguments: Any) -> dict[str, Any]:
        at = int(arguments.get(ask, 0))
        more = {token: str(at + 1)} if at + 1 < len(items) else {}
        return {key: items[at : at + 1], **more}

    return page


def whole(**answer: Any) -> Callable[..., Any]:
    return lambda **_: answer


ANSWERS: dict[tuple[str, str], Callable[..., Any]] = {
    ("ec2", "describe_vpcs"): pages("Vpcs", [{"VpcId": f"vpc-{it}"} for it in range(3)]),
    ("ec2", "describe_vpc_attribute"): lambda VpcId, Attribute: {
        "VpcId": VpcId, "EnableDnsSupport": {"Value": Attribute == "enableDnsSupport"},
    },
    ("ec2", "describe_stale_security_groups"): lambda VpcId: {
        "StaleSecurityGroupSet": [{"GroupId": f"sg-{VpcId}", "VpcId": VpcId}]
    },
    ("ec2", "describe_managed_prefix_lists"): whole(
        PrefixLists=[{"PrefixListId": "pl-1", "PrefixListName": "x", "AddressFamily": "IPv4"}]
    ),
    ("ec2", "get_managed_prefix_list_entries"): pages(
        "Entries", [{"Cidr": "10.0.0.0/8"}, {"Cidr": "10.1.0.0/16"}]
    ),
    ("ec2", "describe_transit_gateway_route_tables"): whole(
        TransitGatewayRouteTables=[{"TransitGatewayRouteTableId": TABLE, "TransitGatewayId": "tgw-1"}]
    ),
    ("ec2", "search_transit_gateway_routes"): lambda TransitGatewayRouteTableId, Filters: {
        "Routes": [{"DestinationCidrBlock": "10.0.0.0/8", "Type": "static", "State": "active"}],
        "AdditionalRoutesAvailable": False,
    },
    ("ec2", "get_transit_gateway_route_table_propagations"): pages(
        "TransitGatewayRouteTablePropagations",
        [{"TransitGatewayAttachmentId": f"tgw-attach-{it}", "State": "enabled"} for it in (1, 2)],
    ),
    ("ec2", "get_transit_gateway_prefix_list_references"): whole(
        TransitGatewayPrefixListReferences=[
            {"TransitGatewayRouteTableId": TABLE, "PrefixListId": "pl-1", "State": "available"}
        ]
    ),
    ("ec2", "describe_vpc_block_public_access_options"): whole(
        VpcBlockPublicAccessOptions={"InternetGatewayBlockMode": "off", "State": "default-state"}
    ),
    ("ec2", "describe_vpc_encryption_controls"): pages("VpcEncryptionControls", []),
    ("elbv2", "describe_load_balancers"): pages(
        "LoadBalancers",
        [{"LoadBalancerArn": LB, "Type": "application", "VpcId": "vpc-1", "LoadBalancerName": "web"}],
        "NextMarker", "Marker",
    ),
    ("elbv2", "describe_listeners"): whole(
        Listeners=[{"ListenerArn": LISTENER, "LoadBalancerArn": LB, "Port": 80, "Protocol": "HTTP"}]
    ),
    ("elbv2", "describe_rules"): pages(
        "Rules",
        [{"RuleArn": f"{RULE}{it}", "Priority": "default", "IsDefault": True} for it in range(2)],
        "NextMarker", "Marker",
    ),
    ("elbv2", "describe_load_balancer_attributes"): whole(Attributes=[{"Key": "a", "Value": "b"}]),
    ("elbv2", "describe_target_groups"): whole(
        TargetGroups=[{"TargetGroupArn": GROUP, "Protocol": "HTTP", "Port": 80, "VpcId": "vpc-1"}]
    ),
    ("elbv2", "describe_target_group_attributes"): whole(Attributes=[{"Key": "a", "Value": "b"}]),
    ("elbv2", "describe_target_health"): whole(
        TargetHealthDescriptions=[{"Target": {"Id": "i-1", "Port": 80},
                                   "TargetHealth": {"State": "healthy"}}]
    ),
    ("elb", "describe_load_balancers"): whole(
        LoadBalancerDescriptions=[{"LoadBalancerName": "old", "VPCId": "vpc-1"}]
    ),
    ("elb", "describe_load_balancer_attributes"): whole(
        LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": True}}
    ),
    ("elb", "describe_instance_health"): whole(
        InstanceStates=[{"InstanceId": "i-1", "State": "InService"}]
    ),
    ("network-firewall", "list_firewalls"): whole(Firewalls=[{"FirewallArn": FIREWALL}]),
    ("network-firewall", "describe_firewall"): whole(
        Firewall={"FirewallArn": FIREWALL, "FirewallName": "f", "FirewallPolicyArn": POLICY,
                  "VpcId": "vpc-1", "SubnetMappings": [], "FirewallId": "1" * 36},
        FirewallStatus={"Status": "READY", "ConfigurationSyncStateSummary": "IN_SYNC"},
    ),
    ("network-firewall", "list_firewall_policies"): whole(FirewallPolicies=[{"Arn": POLICY}]),
    ("network-firewall", "describe_firewall_policy"): whole(
        UpdateToken="0" * 36,
        FirewallPolicyResponse={
            "FirewallPolicyArn": POLICY, "FirewallPolicyName": "p", "FirewallPolicyId": "1" * 36,
        },
        FirewallPolicy={
            "StatelessDefaultActions": ["aws:pass"], "StatelessFragmentDefaultActions": ["aws:pass"],
            "StatefulRuleGroupReferences": [{"ResourceArn": MANAGED}],
        },
    ),
    ("network-firewall", "list_rule_groups"): whole(RuleGroups=[{"Arn": RULES}]),
    ("network-firewall", "describe_rule_group"): lambda RuleGroupArn: {
        "UpdateToken": "0" * 36,
        "RuleGroupResponse": {
            "RuleGroupArn": RuleGroupArn, "RuleGroupName": "r", "RuleGroupId": "1" * 36,
            "Type": "STATEFUL",
        },
    },
    ("directconnect", "describe_virtual_interfaces"): whole(
        virtualInterfaces=[{"virtualInterfaceId": "dxvif-1", "region": REGION}]
    ),
    ("directconnect", "describe_direct_connect_gateways"): pages(
        "directConnectGateways",
        [{"directConnectGatewayId": it} for it in ("dx-1", "dx-2")], "nextToken", "nextToken",
    ),
    ("directconnect", "describe_direct_connect_gateway_associations"): (
        lambda directConnectGatewayId: {"directConnectGatewayAssociations": [
            {"directConnectGatewayId": directConnectGatewayId,
             "associationId": f"of {directConnectGatewayId}"}]}
    ),
    ("directconnect", "describe_direct_connect_gateway_attachments"): (
        lambda directConnectGatewayId: {"directConnectGatewayAttachments": [
            {"directConnectGatewayId": directConnectGatewayId, "virtualInterfaceId": "dxvif-1"}]}
    ),
}  # fmt: skip


def test_every_page_and_every_subject_is_asked() -> None:
    session = Recorded(ANSWERS)
    network = reach.from_boto3(session)
    counts = network.counts
    assert (counts["vpcs"], counts["vpc_attributes"], counts["stale_security_groups"]) == (3, 3, 3)
    (region,) = network.to_dict()["Regions"]
    assert region["ManagedPrefixListEntries"] == [
        {"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}, {"Cidr": "10.1.0.0/16"}]}
    ]
    for kind, number in {
        "transit_gateway_routes": 1, "transit_gateway_propagations": 1,
        "transit_gateway_prefix_list_references": 1, "vpc_block_public_access_options": 1,
        "vpc_encryption_controls": 0, "load_balancers": 1, "load_balancer_listeners": 1,
        "listener_rules": 2, "load_balancer_attributes": 1, "target_groups": 1,
        "target_group_attributes": 1, "load_balancer_target_health": 1,
        "load_balancer_descriptions": 1, "classic_load_balancer_attributes": 1,
        "classic_load_balancer_instance_states": 1, "firewalls": 1, "firewall_policies": 1,
        "firewall_rule_groups": 2, "virtual_interfaces": 1,
        "direct_connect_gateway_associations": 2, "direct_connect_gateway_attachments": 2,
    }.items():  # fmt: skip
        assert counts.get(kind) == number, kind
    (propagations,) = region["TransitGatewayPropagations"]
    assert len(propagations["TransitGatewayRouteTablePropagations"]) == 2
    noticed = {it.code for it in network.diagnostics}
    assert "answer_truncated" not in noticed
    assert "file_skipped" not in noticed
    assert not any("key of no" in it.message for it in network.diagnostics)


def test_every_kind_is_asked_for() -> None:
    session = Recorded(ANSWERS)
    network = reach.from_boto3(session)
    asked = {(service, method) for service, method, _ in session.asked}
    assert set(ANSWERS) <= asked
    kinds = {it.message for it in network.diagnostics if it.code == "kind_not_collected"}
    refused = {it.message for it in network.diagnostics if it.code == "call_failed"}
    assert len(refused) == len(asked - set(ANSWERS))
    for message in kinds:
        call = message.rpartition("(")[2].rstrip(")").split(" ")[-1]
        assert any(call in told for told in refused), f"nothing asks for {call}"


def test_only_reading_calls_are_made() -> None:
    session = Recorded(ANSWERS)
    reach.from_boto3(session)
    for _, method, _ in session.asked:
        assert method.startswith(("describe_", "get_", "list_", "search_"))


def test_refusals_are_told_on_one_line() -> None:
    answers = {("ec2", "describe_vpcs"): ANSWERS["ec2", "describe_vpcs"]}
    network = reach.from_boto3(Recorded(answers))
    failed = [it for it in network.diagnostics if it.code == "call_failed"]
    assert len(failed) > 30
    for diagnostic in failed:
        assert "UnauthorizedOperation" in diagnostic.message
        assert diagnostic.message.isprintable()


@pytest.mark.parametrize("regions", [None, "all", [REGION, "us-east-1"]])
def test_nothing_is_answered(regions: Any) -> None:
    with pytest.raises(reach.LoadError) as caught:
        reach.from_boto3(Recorded({}), regions=regions)
    assert caught.value.code == "aws_unreachable"
    assert str(caught.value).isprintable()


def test_one_prefix_list_that_is_refused_costs_no_other() -> None:
    def entries(PrefixListId: str, **_: Any) -> dict[str, Any]:
        return {"Entries": [{"Cidr": "10.0.0.0/8"}]}

    lists = [{"PrefixListId": it, "PrefixListName": "x"} for it in ("pl-1", "pl-2")]
    answers = {
        **ANSWERS,
        ("ec2", "describe_managed_prefix_lists"): whole(PrefixLists=lists),
        ("ec2", "get_managed_prefix_list_entries"): entries,
    }

    class Refusing(Recorded):
        def client(self, service: str, region_name: str) -> Any:
            client = super().client(service, region_name)
            if service == "ec2":
                given = client.get_managed_prefix_list_entries

                def get(PrefixListId: str) -> Any:
                    if PrefixListId == "pl-1":
                        return client.not_there()
                    return given(PrefixListId=PrefixListId)

                client.not_there = client.describe_subnets
                client.get_managed_prefix_list_entries = get
            return client

    network = reach.from_boto3(Refusing(answers))
    assert network.counts["managed_prefix_list_entries"] == 1
    assert any("entries pl-1" in it.message for it in network.diagnostics)


def test_the_guide_lists_the_calls() -> None:
    guide = (Path(__file__).resolve().parents[2] / "docs/python.md").read_text(encoding="utf-8")
    session = Recorded(ANSWERS)
    reach.from_boto3(session)
    for service, method, _ in session.asked:
        assert f"| {service} | `{method}` |" in guide
