#!/usr/bin/env python3
"""Makes docs/examples/lab: the lab's environment as an EC2 API answers for it.

    pip install -r docs/examples/requirements.txt
    python docs/examples/build_lab.py            # write docs/examples/lab
    python docs/examples/build_lab.py --check    # fail if docs/examples/lab is not what comes out

The environment is built with boto3 on a moto server that this script starts on the loopback
interface and stops again. No AWS account is asked and no credentials are read. The server's ids
come from a seeded generator, so every run writes the same bytes.
"""

import argparse
import difflib
import json
import logging
import os
import re
import sys
import urllib.request
from datetime import datetime
from pathlib import Path

# Settings of the person who runs this (profile, endpoint, account, proxy) must not change what
# comes out. They are read when boto3 and moto are imported, so they go before that.
for name in list(os.environ):
    if name.upper().startswith(("AWS_", "MOTO_")) or name.upper().endswith("_PROXY"):
        del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

HERE = Path(__file__).resolve().parent
SEED = 42
REGION = "us-east-1"
ZONE = "us-east-1a"
# Stands for every time of the answers.
MOMENT = "2025-01-01T00:00:00+00:00"
IMAGE = "al2023-ami-2023.*-kernel-6.1-x86_64"
EVERYWHERE = "0.0.0.0/0"
# Public addresses out of TEST-NET-2 (RFC 5737): public in form, and nobody's.
BASTION_PUBLIC_IP = "198.51.100.10"
NAT_PUBLIC_IP = "198.51.100.20"
NAT_PRIVATE_IP = "10.0.1.20"

# The calls whose answers are saved, each to a file of its name.
CALLS = [
    "describe-vpcs",
    "describe-subnets",
    "describe-network-interfaces",
    "describe-instances",
    "describe-security-groups",
    "describe-security-group-rules",
    "describe-network-acls",
    "describe-route-tables",
    "describe-internet-gateways",
    "describe-egress-only-internet-gateways",
    "describe-nat-gateways",
    "describe-addresses",
    "describe-vpc-peering-connections",
    "describe-vpn-gateways",
    "describe-vpn-connections",
    "describe-managed-prefix-lists",
]


def named(kind, name, **more):
    """The argument that tags a resource as it is made."""
    tags = [{"Key": key, "Value": value} for key, value in {"Name": name, **more}.items()]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]}


def name_it(ec2, resource, name):
    """Names what AWS made by itself."""
    ec2.create_tags(Resources=[resource], Tags=[{"Key": "Name", "Value": name}])


def delete_default_vpc(ec2):
    """The server starts with a default VPC; the lab's account has none.

    It goes after the lab is built: moto takes the first subnet of an empty zone for a default one.
    """
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    in_vpc = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
    for subnet in ec2.describe_subnets(Filters=in_vpc)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for gateway in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
        ids = {"InternetGatewayId": gateway["InternetGatewayId"]}
        ec2.detach_internet_gateway(VpcId=vpc["VpcId"], **ids)
        ec2.delete_internet_gateway(**ids)
    ec2.delete_vpc(VpcId=vpc["VpcId"])


def build_network(ec2):
    """The VPC, a public subnet with a NAT gateway, a private subnet that goes out through it."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **named("vpc", "LabVPC"))["Vpc"]["VpcId"]
    in_vpc = {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})

    (main,) = ec2.describe_route_tables(**in_vpc)["RouteTables"]
    name_it(ec2, main["RouteTableId"], "MainRouteTable")
    (acl,) = ec2.describe_network_acls(**in_vpc)["NetworkAcls"]
    name_it(ec2, acl["NetworkAclId"], "LabNetworkAcl")
    (group,) = ec2.describe_security_groups(**in_vpc)["SecurityGroups"]
    name_it(ec2, group["GroupId"], "DefaultSG")
    # AWS makes a default group with a rule that admits its own members; moto leaves it out.
    itself = [{"GroupId": group["GroupId"]}]
    allow(ec2, group["GroupId"], IpProtocol="-1", UserIdGroupPairs=itself)

    def subnet(cidr, name):
        made = ec2.create_subnet(
            VpcId=vpc, CidrBlock=cidr, AvailabilityZone=ZONE, **named("subnet", name)
        )
        return made["Subnet"]["SubnetId"]

    def route_table(subnet, name, **default):
        table = ec2.create_route_table(VpcId=vpc, **named("route-table", name))
        table = table["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, **default)

    public = subnet("10.0.1.0/24", "PublicSubnet")
    ec2.modify_subnet_attribute(SubnetId=public, MapPublicIpOnLaunch={"Value": True})
    private = subnet("10.0.2.0/24", "PrivateSubnet")

    gateway = ec2.create_internet_gateway(**named("internet-gateway", "LabInternetGateway"))
    gateway = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

    # Asked for by address: left to itself, moto gives Elastic IP addresses out of 127.0.0.0/8.
    address = ec2.allocate_address(
        Domain="vpc", Address=NAT_PUBLIC_IP, **named("elastic-ip", "LabNatAddress")
    )
    nat = ec2.create_nat_gateway(
        SubnetId=public,
        AllocationId=address["AllocationId"],
        ConnectivityType="public",
        **named("natgateway", "LabNatGateway"),
    )
    nat = nat["NatGateway"]
    name_it(ec2, nat["NatGatewayAddresses"][0]["NetworkInterfaceId"], "LabNatGateway-eni")

    route_table(public, "PublicRouteTable", GatewayId=gateway)
    route_table(private, "PrivateRouteTable", NatGatewayId=nat["NatGatewayId"])
    return vpc, public, private


def allow(ec2, group, **permission):
    """Adds one inbound rule."""
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])


def build_servers(ec2, iam, vpc, public, private):
    """The bastion in the public subnet, the application server in the private one."""

    def group(name, description):
        made = ec2.create_security_group(
            GroupName=name, Description=description, VpcId=vpc, **named("security-group", name)
        )
        return made["GroupId"]

    def tcp(port, **peers):
        return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}

    def anyone(why):
        return [{"CidrIp": EVERYWHERE, "Description": why}]

    bastion_group = group("BastionServerSG", "Access to the bastion")
    allow(ec2, bastion_group, **tcp(22, IpRanges=anyone("SSH for administrators")))
    allow(ec2, bastion_group, **tcp(23, IpRanges=anyone("Telnet, no longer needed")))
    app_group = group("AppServerSG", "Access to the application server")
    from_bastion = [{"GroupId": bastion_group, "Description": "SSH from the bastion"}]
    allow(ec2, app_group, **tcp(22, UserIdGroupPairs=from_bastion))

    # The role that lets Session Manager manage the application server.
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = "AppServerRole"
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_instance_profile(InstanceProfileName=role)
    iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)

    (image, *_) = ec2.describe_images(
        Owners=["amazon"], Filters=[{"Name": "name", "Values": [IMAGE]}]
    )["Images"]

    def server(name, tags, interface, **more):
        made = ec2.run_instances(
            ImageId=image["ImageId"],
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[{"DeviceIndex": 0, "DeleteOnTermination": True, **interface}],
            **named("instance", name, **tags),
            **more,
        )
        (instance,) = made["Instances"]
        (eni,) = instance["NetworkInterfaces"]
        # Not the instance's own name: a name that is unique can stand for its resource.
        name_it(ec2, eni["NetworkInterfaceId"], f"{name}-eni")

    server(
        "BastionServer",
        {"SecurityScan": "true"},
        {
            "SubnetId": public,
            "Groups": [bastion_group],
            "PrivateIpAddress": "10.0.1.10",
            "AssociatePublicIpAddress": True,
        },
    )
    server(
        "AppServer",
        {},
        {
            "SubnetId": private,
            "Groups": [app_group],
            "PrivateIpAddress": "10.0.2.10",
            "AssociatePublicIpAddress": False,
        },
        IamInstanceProfile={"Name": role},
    )


def collect(ec2):
    """Asks every call of CALLS, and for the entries of every prefix list."""
    answers = {}
    for call in CALLS:
        answer = getattr(ec2, call.replace("-", "_"))()
        answers[call] = {key: answer[key] for key in answer if key != "ResponseMetadata"}
    # This answer does not say whose entries it holds, so a snapshot wraps it.
    wrapped = []
    for prefix_list in answers["describe-managed-prefix-lists"]["PrefixLists"]:
        ids = {"PrefixListId": prefix_list["PrefixListId"]}
        entries = ec2.get_managed_prefix_list_entries(**ids)["Entries"]
        wrapped.append({**ids, "Entries": entries})
    answers["get-managed-prefix-list-entries"] = {"ManagedPrefixListEntries": wrapped}
    return answers


def correct(answers):
    """Puts right what moto answers and AWS would not. Nothing else changes an answer.

    Only what would make the snapshot false as an account is here. What moto leaves out or words
    otherwise, and no reader is misled by, stays as the server gave it.
    """
    interfaces = answers["describe-network-interfaces"]["NetworkInterfaces"]
    (nat,) = answers["describe-nat-gateways"]["NatGateways"]
    (nat_address,) = nat["NatGatewayAddresses"]
    instances = [
        instance
        for reservation in answers["describe-instances"]["Reservations"]
        for instance in reservation["Instances"]
    ]

    # moto keeps the network ACL of a VPC that is deleted. AWS deletes it with its VPC.
    vpcs = {vpc["VpcId"] for vpc in answers["describe-vpcs"]["Vpcs"]}
    acls = answers["describe-network-acls"]
    acls["NetworkAcls"] = [acl for acl in acls["NetworkAcls"] if acl["VpcId"] in vpcs]

    # moto gives the interface of a NAT gateway the face of a free interface with the default
    # group. AWS: of the type nat_gateway, run and attached by the service, without groups, and
    # without the check of addresses that are not its own.
    for eni in interfaces:
        if eni["NetworkInterfaceId"] == nat_address["NetworkInterfaceId"]:
            eni["InterfaceType"] = "nat_gateway"
            eni["Description"] = f"Interface for NAT Gateway {nat['NatGatewayId']}"
            eni["RequesterManaged"] = True
            eni["SourceDestCheck"] = False
            eni["Groups"] = []
            eni["Status"] = "in-use"
            eni["Attachment"] = {
                "AttachmentId": nat["NatGatewayId"].replace("nat-", "ela-attach-"),
                "DeleteOnTermination": False,
                "DeviceIndex": 1,
                "InstanceOwnerId": "amazon-aws",
                "Status": "attached",
            }

    for eni in [*interfaces, *(eni for i in instances for eni in i["NetworkInterfaces"])]:
        association = eni.get("Association")
        if association == {}:
            # moto says so of an interface without a public address. AWS leaves the key out.
            del eni["Association"]
        elif association:
            # moto has the owner's account here and an internal name. AWS: an address that is no
            # Elastic IP address is Amazon's, and the name is the public one.
            if "AllocationId" not in association:
                association["IpOwnerId"] = "amazon"
            dashed = association["PublicIp"].replace(".", "-")
            association["PublicDnsName"] = f"ec2-{dashed}.compute-1.amazonaws.com"
            # moto leaves it out beside the private address, in describe-network-interfaces. AWS
            # has it there too: that is what pairs the public address with a private one.
            eni["PrivateIpAddresses"][0]["Association"] = dict(association)

    # moto says that an instance launched with an interface has no groups. AWS lists those of its
    # primary interface.
    for instance in instances:
        instance["SecurityGroups"] = list(instance["NetworkInterfaces"][0]["Groups"])

    # moto says "" for an address that is not an instance's. AWS leaves the key out.
    for address in answers["describe-addresses"]["Addresses"]:
        if address["InstanceId"] == "":
            del address["InstanceId"]

    # moto forgets here the description of a rule that names a group. AWS has what
    # describe-security-groups has.
    about = {
        (group["GroupId"], permission.get("FromPort", -1), pair["GroupId"]): pair["Description"]
        for group in answers["describe-security-groups"]["SecurityGroups"]
        for permission in group["IpPermissions"]
        for pair in permission["UserIdGroupPairs"]
        if "Description" in pair
    }
    for rule in answers["describe-security-group-rules"]["SecurityGroupRules"]:
        peer = rule.get("ReferencedGroupInfo", {}).get("GroupId")
        description = about.get((rule["GroupId"], rule["FromPort"], peer))
        if description and not rule["IsEgress"]:
            rule["Description"] = description

    # moto draws the bastion's public address out of a block that real instances use, and a
    # private address for the NAT gateway that its subnet does not hold. AWS would give a free
    # public address, and an address of the subnet. Both stand in several answers and in names.
    (bastion_ip,) = (i["PublicIpAddress"] for i in instances if "PublicIpAddress" in i)
    replaced = {bastion_ip: BASTION_PUBLIC_IP, nat_address["PrivateIp"]: NAT_PRIVATE_IP}
    for old, new in list(replaced.items()):
        replaced[old.replace(".", "-")] = new.replace(".", "-")

    def renumber(value):
        if isinstance(value, str):
            for old, new in replaced.items():
                value = value.replace(old, new)
        return value

    return walk(answers, renumber)


def walk(value, change):
    """Rebuilds a value, with `change` called on every object and every scalar in it."""
    if isinstance(value, dict):
        return change({key: walk(item, change) for key, item in value.items()})
    if isinstance(value, list):
        return [walk(item, change) for item in value]
    return change(value)


def steady(value):
    """What differs from run to run: times, and the tokens that boto3 makes up."""
    if isinstance(value, datetime):
        return MOMENT
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if key != "ClientToken"}
    return value


def render(answers):
    """File name to contents."""
    answers = walk(answers, steady)
    return {
        f"{call}.json": json.dumps(answer, indent=2, sort_keys=True) + "\n"
        for call, answer in answers.items()
    }


def make():
    """Builds the lab on a fresh server; gives file name to contents."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        for action in ("reset", f"seed?a={SEED}"):
            request = urllib.request.Request(f"{url}/moto-api/{action}", method="POST")
            urllib.request.urlopen(request).close()
        session = boto3.Session("testing", "testing", region_name=REGION)
        ec2 = session.client("ec2", endpoint_url=url)
        iam = session.client("iam", endpoint_url=url)
        build_servers(ec2, iam, *build_network(ec2))
        delete_default_vpc(ec2)
        return render(correct(collect(ec2)))
    finally:
        server.stop()


def differences(made, folder):
    """How a folder differs from what was made, and who names an id that was not made."""
    there = {path.name for path in folder.glob("*")}
    for name in sorted(there - made.keys()):
        yield f"{folder / name}: does not come out"
    for name in sorted(made.keys() - there):
        yield f"{folder / name}: missing"
    for name in sorted(there & made.keys()):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        yield from difflib.unified_diff(
            lines, made[name].splitlines(), str(folder / name), "made", lineterm=""
        )
    everything = "".join(made.values())
    for path in [*sorted((HERE / "lab-edits").glob("*.json")), HERE.parent / "lab.md"]:
        for resource in re.findall(r"\b[a-z]+-[0-9a-f]{17}\b", path.read_text(encoding="utf-8")):
            if resource not in everything:
                yield f"{path}: {resource} is not in the lab"


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", type=Path, default=HERE / "lab", metavar="DIR", help="the snapshot's folder"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if DIR is not what comes out"
    )
    options = parser.parse_args()

    made = make()
    if options.check:
        found = list(differences(made, options.output))
        print("\n".join(found) if found else f"{options.output} is what comes out")
        return 1 if found else 0
    options.output.mkdir(parents=True, exist_ok=True)
    for name, contents in made.items():
        (options.output / name).write_text(contents, encoding="utf-8", newline="\n")
    print(f"wrote {len(made)} files to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
