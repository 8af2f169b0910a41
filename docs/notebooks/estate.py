"""An estate to try things on: what boto3 would answer for a company with three VPCs.

Nothing of it exists. The public addresses are from a range that is kept for benchmarks
(198.18.0.0/15, RFC 2544), and every call gives the same answers.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"
EVERYWHERE = "0.0.0.0/0"
LAUNCHED = datetime(2025, 1, 1, tzinfo=UTC)

# VPC, its second octet, and in each: tier, number of instances in each zone, whether public.
VPCS = {
    "shop": (10, [("web", 40, True), ("app", 60, False), ("db", 10, False)]),
    "data": (20, [("ingest", 20, True), ("worker", 120, False), ("store", 12, False)]),
    "office": (30, [("jump", 2, True), ("build", 30, False)]),
}
ZONES = ("a", "b", "c")

# Group, and its rules: protocol, first and last port, who may come, and why.
RULES: Mapping[str, Sequence[tuple[str, int, int, str, str]]] = {
    "web": [("tcp", 80, 80, EVERYWHERE, "shoppers"), ("tcp", 443, 443, EVERYWHERE, "shoppers")],
    "app": [("tcp", 8080, 8080, "web", "from the web tier")],
    "db": [("tcp", 5432, 5432, "app", "PostgreSQL"), ("tcp", 5432, 5432, "10.20.0.0/16", "reports")],
    "ingest": [("tcp", 443, 443, EVERYWHERE, "uploads"), ("tcp", 21, 21, EVERYWHERE, "old uploads")],
    "worker": [("tcp", 9000, 9100, "ingest", "jobs")],
    "store": [("tcp", 27017, 27017, "worker", "MongoDB"), ("tcp", 9200, 9200, "worker", "search")],
    "jump": [("tcp", 22, 22, "203.0.113.0/24", "the office"), ("tcp", 3389, 3389, EVERYWHERE, "")],
    "build": [("tcp", 22, 22, "jump", "from the jump hosts")],
}
# One group too many: somebody was in a hurry.
HURRY = ("tcp", 22, 23, EVERYWHERE, "temporary, remove after the incident")


def answers() -> list[dict[str, Any]]:
    """What the calls answered, one ``dict`` a call."""
    estate = _Estate()
    for number, (name, (octet, tiers)) in enumerate(VPCS.items(), 1):
        estate.vpc(number, name, octet, tiers)
    estate.peering(1, 2)
    return estate.answers()


class _Estate:
    def __init__(self) -> None:
        self.lists: dict[str, list[dict[str, Any]]] = {key: [] for key in KEYS}
        self.public = count(1)
        self.instances = count(1)

    def answers(self) -> list[dict[str, Any]]:
        return [{key: found, "ResponseMetadata": {}} for key, found in self.lists.items()]

    def vpc(self, number: int, name: str, octet: int, tiers: list[tuple[str, int, bool]]) -> None:
        vpc, block = f"vpc-{number}", f"10.{octet}.0.0/16"
        associated = {"CidrBlock": block, "CidrBlockState": {"State": "associated"}}
        self.add("Vpcs", name, VpcId=vpc, CidrBlock=block, CidrBlockAssociationSet=[associated])
        attached = [{"VpcId": vpc, "State": "available"}]
        self.add("InternetGateways", name, InternetGatewayId=f"igw-{number}", Attachments=attached)
        entries = [_entry(100, "allow", way) for way in (False, True)]
        entries += [_entry(32767, "deny", way) for way in (False, True)]
        subnets = []
        for tier_number, (tier, instances, public) in enumerate(tiers):
            self.group(vpc, tier)
            for zone_number, zone in enumerate(ZONES):
                third = 16 * tier_number + zone_number
                subnet = f"subnet-{number}{tier_number}{zone}"
                subnets.append((subnet, public))
                self.add(
                    "Subnets", f"{tier}-{zone}", SubnetId=subnet, VpcId=vpc,
                    CidrBlock=f"10.{octet}.{third}.0/24", AvailabilityZone=f"{REGION}{zone}",
                )  # fmt: skip
                for host in range(instances):
                    address = f"10.{octet}.{third}.{host + 10}"
                    self.instance(vpc, subnet, tier, address, public)
        associations = [{"NetworkAclId": f"acl-{number}", "SubnetId": it} for it, _ in subnets]
        self.add(
            "NetworkAcls", name, NetworkAclId=f"acl-{number}", VpcId=vpc, IsDefault=True,
            Entries=entries, Associations=associations,
        )  # fmt: skip
        self.tables(number, vpc, block, subnets)
        if name == "data":
            self.group(vpc, "hurry", [HURRY])
            for interface in self.lists["NetworkInterfaces"][-450::90]:
                interface["Groups"].append({"GroupId": "sg-hurry", "GroupName": "hurry"})

    def tables(self, number: int, vpc: str, block: str, subnets: list[tuple[str, bool]]) -> None:
        for public in (True, False):
            table = f"rtb-{number}{'public' if public else 'private'}"
            routes = [{"DestinationCidrBlock": block, "GatewayId": "local", "State": "active"}]
            if public:
                gateway = f"igw-{number}"
                default = {"DestinationCidrBlock": EVERYWHERE, "GatewayId": gateway}
                routes.append({**default, "State": "active"})
            associations: list[dict[str, Any]] = [
                {"RouteTableId": table, "SubnetId": subnet, "Main": False}
                for subnet, is_public in subnets
                if is_public == public
            ]
            if not public:
                associations.append({"RouteTableId": table, "Main": True})
            self.add(
                "RouteTables", table, RouteTableId=table, VpcId=vpc, Routes=routes,
                Associations=associations,
            )  # fmt: skip

    def group(self, vpc: str, name: str, rules: Any = None) -> None:
        permissions = []
        for number, (protocol, first, last, who, why) in enumerate(rules or RULES[name]):
            ports = {"IpProtocol": protocol, "FromPort": first, "ToPort": last}
            rule = {"SecurityGroupRuleId": f"sgr-{name}{number}", "GroupId": f"sg-{name}"}
            if "/" in who:
                permissions.append({**ports, "IpRanges": [{"CidrIp": who, "Description": why}]})
                peer: dict[str, Any] = {"CidrIpv4": who}
            else:
                pair = {"GroupId": f"sg-{who}", "UserId": ACCOUNT, "Description": why}
                permissions.append({**ports, "UserIdGroupPairs": [pair]})
                peer = {"ReferencedGroupInfo": {"GroupId": f"sg-{who}", "UserId": ACCOUNT}}
            self.lists["SecurityGroupRules"].append(
                {**rule, **ports, **peer, "IsEgress": False, "Description": why}
            )
        out = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": EVERYWHERE}]}
        self.add(
            "SecurityGroups", name, GroupId=f"sg-{name}", GroupName=name, VpcId=vpc,
            IpPermissions=permissions, IpPermissionsEgress=[out],
        )  # fmt: skip

    def instance(self, vpc: str, subnet: str, tier: str, address: str, public: bool) -> None:
        number = next(self.instances)
        instance, name = f"i-{number:04}", f"{tier}-{number:04}"
        held = {}
        if public:
            third, fourth = divmod(next(self.public), 250)
            held = {"Association": {"PublicIp": f"198.18.{third}.{fourth}", "IpOwnerId": ACCOUNT}}
        group = {"GroupId": f"sg-{tier}", "GroupName": tier}
        private = {"PrivateIpAddress": address, "Primary": True, **held}
        self.add(
            "NetworkInterfaces", name, NetworkInterfaceId=f"eni-{number:04}", VpcId=vpc,
            SubnetId=subnet, Status="in-use", SourceDestCheck=True, InterfaceType="interface",
            Groups=[group], PrivateIpAddress=address, PrivateIpAddresses=[private],
            Attachment={"InstanceId": instance, "Status": "attached"}, **held,
        )  # fmt: skip
        tags = [{"Key": "Name", "Value": name}, {"Key": "Tier", "Value": tier}]
        self.lists["Reservations"].append(
            {
                "OwnerId": ACCOUNT,
                "Instances": [
                    {
                        "InstanceId": instance,
                        "VpcId": vpc,
                        "SubnetId": subnet,
                        "State": {"Code": 16, "Name": "running"},
                        "LaunchTime": LAUNCHED,
                        "Tags": tags,
                    }
                ],
            }
        )

    def peering(self, one: int, other: int) -> None:
        blocks = [octet for octet, _ in VPCS.values()]

        def side(number: int) -> dict[str, str]:
            block = f"10.{blocks[number - 1]}.0.0/16"
            return {"VpcId": f"vpc-{number}", "OwnerId": ACCOUNT, "CidrBlock": block}

        self.add(
            "VpcPeeringConnections", "reports", VpcPeeringConnectionId="pcx-1",
            Status={"Code": "active"}, RequesterVpcInfo=side(one), AccepterVpcInfo=side(other),
        )  # fmt: skip
        for table in self.lists["RouteTables"]:
            number = int(table["VpcId"].removeprefix("vpc-"))
            if number in (one, other):
                far = side(other if number == one else one)["CidrBlock"]
                route = {"DestinationCidrBlock": far, "VpcPeeringConnectionId": "pcx-1"}
                table["Routes"].append({**route, "State": "active"})

    def add(self, key: str, name: str, **fields: Any) -> None:
        tags = [{"Key": "Name", "Value": name}]
        self.lists[key].append({**fields, "OwnerId": ACCOUNT, "Tags": tags})


def _entry(number: int, action: str, egress: bool) -> dict[str, Any]:
    return {
        "RuleNumber": number, "Protocol": "-1", "RuleAction": action, "Egress": egress,
        "CidrBlock": EVERYWHERE,
    }  # fmt: skip


# The calls that were made. An empty list says that there is none.
KEYS = (
    "Vpcs", "Subnets", "NetworkInterfaces", "Reservations", "SecurityGroups", "SecurityGroupRules",
    "NetworkAcls", "RouteTables", "InternetGateways", "EgressOnlyInternetGateways", "NatGateways",
    "Addresses", "VpcPeeringConnections", "VpnGateways", "VpnConnections", "PrefixLists", "ManagedPrefixListEntries",
)  # fmt: skip
