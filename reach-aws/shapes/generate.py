"""Writes shapes.txt: how the XML of EC2 and Elastic Load Balancing becomes what the command line prints.

    pip install botocore
    python reach-aws/shapes/generate.py > reach-aws/shapes/shapes.txt
    python reach-aws/shapes/generate.py --vocabulary > reach-aws/shapes/vocabulary.txt

A name in the XML is often not the one that is printed (`ipPermissions` is `IpPermissions`, `groupSet`
is `Groups`), and only the service models, which botocore carries, say which is which.
"""

import gzip
import json
import pathlib
import sys

import botocore

OPERATIONS = {
    ("ec2", "2016-11-15"): """
        DescribeAddresses DescribeCarrierGateways DescribeEgressOnlyInternetGateways
        DescribeInstanceConnectEndpoints DescribeInstances DescribeInternetGateways
        DescribeLocalGateways DescribeManagedPrefixLists DescribeNatGateways DescribeNetworkAcls
        DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroupRules
        DescribeSecurityGroupVpcAssociations DescribeSecurityGroups DescribeStaleSecurityGroups
        DescribeSubnets DescribeTransitGatewayAttachments DescribeTransitGatewayConnects
        DescribeTransitGatewayPeeringAttachments DescribeTransitGatewayRouteTables
        DescribeTransitGatewayVpcAttachments DescribeTransitGateways DescribeVpcAttribute
        DescribeVpcBlockPublicAccessExclusions DescribeVpcBlockPublicAccessOptions
        DescribeVpcEncryptionControls DescribeVpcEndpointConnections
        DescribeVpcEndpointServiceConfigurations DescribeVpcEndpoints
        DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConnections DescribeVpnGateways
        GetManagedPrefixListEntries GetTransitGatewayPrefixListReferences
        GetTransitGatewayRouteTablePropagations SearchTransitGatewayRoutes""",
    ("elbv2", "2015-12-01"): """
        DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules
        DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth""",
    ("elb", "2012-06-01"): """
        DescribeInstanceHealth DescribeLoadBalancerAttributes DescribeLoadBalancers""",
}

HEADER = f"""\
# How answers in XML become what the command line prints. Written by generate.py: do not edit.
# Derived from the service models of botocore {botocore.__version__}, which is licensed under the
# Apache License 2.0: Copyright Amazon.com, Inc. or its affiliates. https://github.com/boto/botocore
#
# service NAME                      the lines that follow are of this service
# operation NAME SHAPE [WRAPPER]    what an operation answers, and the element around it
# shape NAME MEMBER...              PRINTED[=ELEMENT]:TYPE, ELEMENT where it is another name
#
# TYPE: s text, b truth value, n number, {{SHAPE}}, [ELEMENT]TYPE a list with the name of its items,
# <KEY,VALUE>TYPE a map with text for keys"""

# The words of AWS's own that answers consist of: what is none of them may be somebody's.
JSON_OPERATIONS = {
    ("network-firewall", "2020-11-12"): "DescribeFirewall DescribeFirewallPolicy DescribeRuleGroup",
    ("directconnect", "2012-10-25"): """
        DescribeDirectConnectGatewayAssociations DescribeDirectConnectGatewayAttachments
        DescribeVirtualInterfaces""",
}
VOCABULARY_HEADER = f"""\
# Words of AWS's own in answers. Written by generate.py: do not edit. Derived from the service
# models of botocore {botocore.__version__}, which is licensed under the Apache License 2.0:
# Copyright Amazon.com, Inc. or its affiliates. https://github.com/boto/botocore"""
# Long lists of models and the like decide nothing.
MOST_WORDS = 60

SCALARS = {
    "string": "s",
    "timestamp": "s",
    "boolean": "b",
    "integer": "n",
    "long": "n",
    "float": "n",
    "double": "n",
}


class Model:
    def __init__(self, service, version):
        data = pathlib.Path(botocore.__file__).parent / "data" / service / version
        with gzip.open(data / "service-2.json.gz") as file:
            self.model = json.load(file)
        self.written = {}

    def type_of(self, name, above):
        assert name not in above, f"{name} contains itself"
        above = (*above, name)
        shape = self.model["shapes"][name]
        kind = shape["type"]
        if kind in SCALARS:
            return SCALARS[kind]
        if kind == "list":
            assert not shape.get("flattened"), name
            member = shape["member"]
            return f"[{member.get('locationName', 'member')}]{self.type_of(member['shape'], above)}"
        if kind == "map":
            assert not shape.get("flattened"), name
            key, value = shape["key"], shape["value"]
            assert self.type_of(key["shape"], above) == "s", name
            names = f"{key.get('locationName', 'key')},{value.get('locationName', 'value')}"
            return f"<{names}>{self.type_of(value['shape'], above)}"
        assert kind == "structure", (name, kind)
        members = []
        for printed, member in shape["members"].items():
            element = member.get("locationName", printed)
            alias = "" if element == printed else f"={element}"
            members.append(f"{printed}{alias}:{self.type_of(member['shape'], above)}")
        self.written[name] = " ".join(members)
        return f"{{{name}}}"

    def words(self, name, seen):
        if name in seen:
            return
        seen.add(name)
        shape = self.model["shapes"][name]
        if len(shape.get("enum", ())) <= MOST_WORDS:
            yield from shape.get("enum", ())
        inner = [shape.get("member"), shape.get("key"), shape.get("value")]
        for member in [*inner, *shape.get("members", {}).values()]:
            if member:
                yield from self.words(member["shape"], seen)

    def operation(self, name):
        output = self.model["operations"][name]["output"]
        self.type_of(output["shape"], ())
        return " ".join(filter(None, [name, output["shape"], output.get("resultWrapper")]))


def vocabulary():
    print(VOCABULARY_HEADER)
    words = set()
    for (service, version), names in (OPERATIONS | JSON_OPERATIONS).items():
        model, seen = Model(service, version), set()
        for name in names.split():
            words.update(model.words(model.model["operations"][name]["output"]["shape"], seen))
    print("\n".join(sorted(words)))


def main():
    if sys.argv[1:] == ["--vocabulary"]:
        return vocabulary()
    print(HEADER)
    for (service, version), names in OPERATIONS.items():
        model = Model(service, version)
        operations = [model.operation(name) for name in names.split()]
        print(f"\nservice {service}")
        for operation in operations:
            print(f"operation {operation}")
        for name, members in sorted(model.written.items()):
            print(f"shape {name} {members}".rstrip())


if __name__ == "__main__":
    main()
