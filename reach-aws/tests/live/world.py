"""A network with every kind of resource that moto knows, and many interfaces."""

IMAGE = "ami-12c6146b"  # Of moto's own list, and no Windows.
INTERFACES = 1000


def build(session, url, interfaces=INTERFACES):
    def client(service):
        return session.client(service, endpoint_url=url)

    ec2, elbv2, elb = client("ec2"), client("elbv2"), client("elb")
    region = session.region_name
    zone_a, zone_b = f"{region}a", f"{region}b"

    vpc = ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        AmazonProvidedIpv6CidrBlock=True,
        TagSpecifications=tags("vpc", Name="big", Secret="word <&> \u00fc"),
    )["Vpc"]["VpcId"]
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]

    def subnet(cidr, zone, of=vpc):
        made = ec2.create_subnet(VpcId=of, CidrBlock=cidr, AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    wide = subnet("10.0.0.0/20", zone_a)
    second = subnet("10.0.16.0/24", zone_b)
    far = subnet("10.9.0.0/24", zone_a, other)

    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    egress = ec2.create_egress_only_internet_gateway(VpcId=vpc)
    egress = egress["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    address = ec2.allocate_address(Domain="vpc")
    nat = ec2.create_nat_gateway(SubnetId=wide, AllocationId=address["AllocationId"])
    nat = nat["NatGateway"]["NatGatewayId"]
    peering = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)
    peering = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)

    prefixes = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=5,
        AddressFamily="IPv4",
        Entries=[
            {"Cidr": "192.0.2.0/24", "Description": "one"},
            {"Cidr": "198.51.100.0/24"},
        ],
    )["PrefixList"]["PrefixListId"]

    group = ec2.create_security_group(GroupName="web", Description="a < b", VpcId=vpc)["GroupId"]
    friend = ec2.create_security_group(GroupName="db", Description="d", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "everyone"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "PrefixListIds": [{"PrefixListId": prefixes}],
            },
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": friend}]},
            {
                "IpProtocol": "icmp",
                "FromPort": -1,
                "ToPort": -1,
                "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
            },
        ],
    )

    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=wide)

    def route(to, **target):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=to, **target)

    route("0.0.0.0/0", GatewayId=gateway)
    route("10.9.0.0/16", VpcPeeringConnectionId=peering)
    route("172.16.0.0/16", NatGatewayId=nat)
    ec2.create_route(
        RouteTableId=table, DestinationIpv6CidrBlock="::/0", EgressOnlyInternetGatewayId=egress
    )

    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for outward in (False, True):
        ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=100,
            Protocol="6",
            RuleAction="allow",
            Egress=outward,
            CidrBlock="0.0.0.0/0",
            PortRange={"From": 1, "To": 65535},
        )

    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    for of, at in ((vpc, wide), (other, far)):
        ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=transit, VpcId=of, SubnetIds=[at]
        )
    (attachment, *_) = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    transit_table = ec2.create_transit_gateway_route_table(TransitGatewayId=transit)
    transit_table = transit_table["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.9.0.0/16",
        TransitGatewayRouteTableId=transit_table,
        TransitGatewayAttachmentId=attachment["TransitGatewayAttachmentId"],
    )
    ec2.create_transit_gateway_route(
        DestinationCidrBlock="10.10.0.0/16",
        TransitGatewayRouteTableId=transit_table,
        Blackhole=True,
    )
    route("10.10.0.0/16", TransitGatewayId=transit)

    private = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=private)
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="192.0.2.1", BgpAsn=65000)
    ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=private,
    )

    ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{region}.s3", RouteTableIds=[table]
    )
    ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{region}.ec2",
        VpcEndpointType="Interface",
        SubnetIds=[wide],
    )

    started = ec2.run_instances(
        ImageId=IMAGE,
        MinCount=4,
        MaxCount=4,
        InstanceType="t3.micro",
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": wide,
                "Groups": [group],
                "AssociatePublicIpAddress": True,
            }
        ],
        TagSpecifications=tags("instance", Name="web"),
        UserData="#!/bin/sh\necho user-data-secret",
    )["Instances"]
    ids = [instance["InstanceId"] for instance in started]
    ec2.stop_instances(InstanceIds=[ids[1]])
    ec2.terminate_instances(InstanceIds=[ids[2]])
    for _ in range(interfaces):
        ec2.create_network_interface(SubnetId=wide, Groups=[group])

    balancers(elbv2, elb, vpc, [wide, second], group, ids)
    client("network-firewall").create_firewall(
        FirewallName="edge",
        FirewallPolicyArn=f"arn:aws:network-firewall:{region}:123456789012:firewall-policy/p",
        VpcId=vpc,
        SubnetMappings=[{"SubnetId": wide}],
    )


def balancers(elbv2, elb, vpc, subnets, group, instances):
    groups = elbv2.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
    )["TargetGroups"]
    (target,) = (it["TargetGroupArn"] for it in groups)
    elbv2.register_targets(TargetGroupArn=target, Targets=[{"Id": instances[0], "Port": 8080}])
    for name, kind in (("front", "application"), ("pass", "network")):
        made = elbv2.create_load_balancer(
            Name=name,
            Subnets=subnets,
            Type=kind,
            **({"SecurityGroups": [group]} if kind == "application" else {}),
        )["LoadBalancers"][0]["LoadBalancerArn"]
        listener = elbv2.create_listener(
            LoadBalancerArn=made,
            Protocol="HTTP" if kind == "application" else "TCP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
        )["Listeners"][0]["ListenerArn"]
        if kind == "application":
            elbv2.create_rule(
                ListenerArn=listener,
                Priority=10,
                Conditions=[{"Field": "path-pattern", "Values": ["/admin/*"]}],
                Actions=[{"Type": "forward", "TargetGroupArn": target}],
            )
    elbv2.create_load_balancer(Name="idle", Subnets=subnets, Type="network")
    elb.create_load_balancer(
        LoadBalancerName="classic",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}],
        Subnets=subnets,
        SecurityGroups=[group],
    )
    elb.register_instances_with_load_balancer(
        LoadBalancerName="classic", Instances=[{"InstanceId": instances[0]}]
    )


def tags(kind, **pairs):
    listed = [{"Key": key, "Value": value} for key, value in pairs.items()]
    return [{"ResourceType": kind, "Tags": listed}]
