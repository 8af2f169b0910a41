//! The shape that the np-guard analyzer was measured with.

use serde_json::{Value, json};

use crate::document::Document;

/// Which of the measured variants.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Small {
    /// Instances, spread over six subnets.
    pub instances: usize,
    /// Eight blocks for tcp 22 instead of one, and two denies in the network ACL.
    pub variants: bool,
}

/// One VPC with an internet gateway, six subnets under one network ACL, and six groups that each
/// allow the one before on one port; two of them allow tcp 443 from anywhere and tcp 22 from one
/// block.
#[must_use]
pub fn small(shape: Small) -> String {
    let mut out = Document::new();
    out.push(
        "Vpcs",
        &json!({
            "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111111111111",
            "CidrBlockAssociationSet": [
                {"CidrBlock": "10.0.0.0/16", "CidrBlockState": {"State": "associated"}}
            ],
        }),
    );
    out.push(
        "InternetGateways",
        &json!({
            "InternetGatewayId": "igw-1", "OwnerId": "111111111111",
            "Attachments": [{"State": "available", "VpcId": "vpc-1"}],
        }),
    );
    out.push("RouteTables", &json!({
        "RouteTableId": "rtb-1", "VpcId": "vpc-1", "OwnerId": "111111111111",
        "Associations": [{"Main": true, "RouteTableId": "rtb-1", "AssociationState": {"State": "associated"}}],
        "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active", "Origin": "CreateRouteTable"},
            {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active", "Origin": "CreateRoute"},
        ],
    }));
    let subnets: Vec<Value> =
        (0..6).map(|it| json!({"NetworkAclAssociationId": format!("aclassoc-{it}"), "SubnetId": format!("subnet-{it}")})).collect();
    out.push(
        "NetworkAcls",
        &json!({
            "NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": true, "OwnerId": "111111111111",
            "Associations": subnets,
            "Entries": entries(shape.variants),
        }),
    );
    for subnet in 0..6 {
        out.push(
            "Subnets",
            &json!({
                "SubnetId": format!("subnet-{subnet}"), "VpcId": "vpc-1", "State": "available",
                "CidrBlock": format!("10.0.{subnet}.0/24"), "AvailabilityZone": "eu-west-1a",
                "AvailabilityZoneId": "euw1-az1", "OwnerId": "111111111111",
            }),
        );
        out.push("SecurityGroups", &group(subnet, shape.variants));
    }
    for number in 0..shape.instances {
        let (subnet, host) = (number % 6, number / 6 + 10);
        let (eni, instance) = (format!("eni-{number:04}"), format!("i-{number:04}"));
        let address = format!("10.0.{subnet}.{host}");
        out.push(
            "NetworkInterfaces",
            &json!({
                "NetworkInterfaceId": eni, "VpcId": "vpc-1", "SubnetId": format!("subnet-{subnet}"),
                "Status": "in-use", "InterfaceType": "interface", "SourceDestCheck": true,
                "OwnerId": "111111111111", "PrivateIpAddress": address,
                "PrivateIpAddresses": [{"Primary": true, "PrivateIpAddress": address}],
                "Groups": [{"GroupId": format!("sg-{subnet}"), "GroupName": format!("g{subnet}")}],
                "Attachment": {"InstanceId": instance, "DeviceIndex": 0, "Status": "attached"},
            }),
        );
        out.push(
            "Reservations",
            &json!({"OwnerId": "111111111111", "Instances": [{
                "InstanceId": instance, "State": {"Code": 16, "Name": "running"},
                "VpcId": "vpc-1", "SubnetId": format!("subnet-{subnet}"),
                "NetworkInterfaces": [{"NetworkInterfaceId": eni}],
            }]}),
        );
    }
    out.finish()
}

fn group(number: u32, variants: bool) -> Value {
    let before = (number + 5) % 6;
    let mut rules = vec![json!({
        "IpProtocol": "tcp", "FromPort": 8000 + number, "ToPort": 8000 + number,
        "UserIdGroupPairs": [{"GroupId": format!("sg-{before}"), "UserId": "111111111111"}],
    })];
    if number < 2 {
        let blocks: Vec<Value> = (0..if variants { 8 } else { 1 })
            .map(|it| json!({"CidrIp": format!("203.0.{}.0/24", 100 + it)}))
            .collect();
        rules.push(json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": blocks}));
        rules.push(json!({
            "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
        }));
    }
    json!({
        "GroupId": format!("sg-{number}"), "GroupName": format!("g{number}"), "VpcId": "vpc-1",
        "OwnerId": "111111111111", "Description": "", "IpPermissions": rules,
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    })
}

fn entries(variants: bool) -> Vec<Value> {
    let all = |egress: bool, number: i32, action: &str| {
        json!({
            "CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "-1", "RuleAction": action,
            "RuleNumber": number,
        })
    };
    let mut entries = Vec::new();
    for egress in [false, true] {
        if variants {
            entries.push(json!({
                "CidrBlock": "192.0.0.0/8", "Egress": egress, "Protocol": "-1",
                "RuleAction": "deny", "RuleNumber": 50,
            }));
            entries.push(json!({
                "CidrBlock": "0.0.0.0/0", "Egress": egress, "Protocol": "6", "RuleNumber": 60,
                "PortRange": {"From": 23, "To": 23}, "RuleAction": "deny",
            }));
        }
        entries.push(all(egress, 100, "allow"));
        entries.push(all(egress, 32767, "deny"));
    }
    entries
}
