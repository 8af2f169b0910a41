use serde_json::{Value, json};

use super::super::fixture::{edit, snapshot};
use super::*;

/// One edit per action, with every parameter that it takes.
fn every_action() -> Vec<Value> {
    let permission = json!({
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
        "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "office"}],
        "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32", "Description": "office"}],
        "PrefixListIds": [{"PrefixListId": "pl-1", "Description": "office"}],
        "UserIdGroupPairs": [{
            "GroupId": "sg-2", "GroupName": "web", "UserId": "1", "VpcId": "vpc-1",
            "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "active", "Description": "web"}],
    });
    let flat = json!({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8",
                      "CidrIpv6": "::/0"});
    let update = json!({
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "10.0.0.0/8",
        "CidrIpv6": "::/0", "PrefixListId": "pl-1", "ReferencedGroupId": "sg-2",
        "Description": "office"});
    let entry = json!({
        "NetworkAclId": "acl-1", "RuleNumber": 1, "Protocol": "6", "RuleAction": "allow",
        "Egress": false, "CidrBlock": "10.0.0.0/8", "Ipv6CidrBlock": "::/0",
        "PortRange": {"From": 1, "To": 2}, "IcmpTypeCode": {"Type": 8, "Code": 0}});
    let destination = json!({
        "RouteTableId": "rtb-1", "DestinationCidrBlock": "10.0.0.0/8",
        "DestinationIpv6CidrBlock": "::/0", "DestinationPrefixListId": "pl-1"});
    let route = joined(
        &destination,
        &json!({
        "GatewayId": "igw-1", "VpcEndpointId": "vpce-1", "NatGatewayId": "nat-1",
        "NetworkInterfaceId": "eni-1", "InstanceId": "i-1", "VpcPeeringConnectionId": "pcx-1",
        "TransitGatewayId": "tgw-1", "EgressOnlyInternetGatewayId": "eigw-1",
        "LocalGatewayId": "lgw-1", "CarrierGatewayId": "cagw-1", "CoreNetworkArn": "arn:1",
        "OdbNetworkArn": "arn:2", "LocalTarget": true}),
    );
    let instances = json!({"InstanceIds": ["i-1"]});
    let mut edits = Vec::new();
    for direction in ["Ingress", "Egress"] {
        let group = joined(
            &json!({"GroupId": "sg-1", "GroupName": "db", "IpPermissions": [permission]}),
            &flat,
        );
        let ids = json!({"SecurityGroupRuleIds": ["sgr-1"]});
        edits.push((format!("AuthorizeSecurityGroup{direction}"), group.clone()));
        edits.push((format!("RevokeSecurityGroup{direction}"), joined(&group, &ids)));
    }
    let rules = json!({"GroupId": "sg-1", "SecurityGroupRules": [
        {"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": update}]});
    edits.push(("ModifySecurityGroupRules".to_owned(), rules));
    for (action, fields) in [
        ("StartInstances", &instances),
        ("StopInstances", &instances),
        ("TerminateInstances", &instances),
        ("CreateNetworkAclEntry", &entry),
        ("ReplaceNetworkAclEntry", &entry),
        (
            "DeleteNetworkAclEntry",
            &json!({"NetworkAclId": "acl-1", "RuleNumber": 1, "Egress": true}),
        ),
        ("CreateRoute", &route),
        ("ReplaceRoute", &route),
        ("DeleteRoute", &destination),
        (
            "AssociateAddress",
            &json!({"AllocationId": "eipalloc-1", "PublicIp": "198.51.100.1", "InstanceId": "i-1",
                    "NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.1",
                    "AllowReassociation": true}),
        ),
        (
            "DisassociateAddress",
            &json!({"AssociationId": "eipassoc-1", "PublicIp": "198.51.100.1"}),
        ),
    ] {
        edits.push((action.to_owned(), fields.clone()));
    }
    edits.into_iter().map(|(action, fields)| joined(&json!({"Action": action}), &fields)).collect()
}

fn joined(one: &Value, other: &Value) -> Value {
    let mut all = one.as_object().unwrap().clone();
    all.extend(other.as_object().unwrap().clone());
    Value::Object(all)
}

/// Every object inside a value, by the path to it.
fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(path.to_owned());
            for (key, value) in fields {
                objects(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                objects(value, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_action_reads_and_writes_the_same_json() {
    let every = every_action();
    assert_eq!(every.len(), 16);
    for value in every {
        let edit = edit(value.clone());
        assert_eq!(value["Action"], edit.action());
        assert_eq!(serde_json::to_value(&edit).unwrap(), value);
    }
}

#[test]
fn unknown_fields_are_refused_at_every_depth() {
    let mut n_tried = 0;
    for value in every_action() {
        let mut paths = Vec::new();
        objects(&value, "", &mut paths);
        for path in paths {
            let mut odd = value.clone();
            odd.pointer_mut(&path).unwrap()["Cidr"] = json!("0.0.0.0/0");
            let error = serde_json::from_value::<Edit>(odd).unwrap_err().to_string();
            assert!(error.starts_with("unknown field `Cidr`, expected "), "{path}: {error}");
            n_tried += 1;
        }
    }
    assert!(n_tried > 40, "{n_tried}");
}

#[test]
fn unknown_actions_are_refused() {
    let error = serde_json::from_value::<Edit>(json!({"Action": "DeleteVpc"})).unwrap_err();
    assert!(error.to_string().starts_with("unknown variant `DeleteVpc`, expected one of"));
    let error = serde_json::from_value::<Edit>(json!({"InstanceIds": []})).unwrap_err();
    assert!(error.to_string().contains("missing field `Action`"));
}

#[test]
fn all_or_nothing() {
    let before = snapshot(json!({
        "Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}}],
        "SecurityGroups": [{"GroupId": "sg-1"}],
    }));
    let stop = |id: &str| edit(json!({"Action": "StopInstances", "InstanceIds": [id]}));
    let open = edit(json!({
        "Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-1", "IpProtocol": "-1",
        "CidrIp": "0.0.0.0/0"}));
    let kept = before.clone();
    let error = apply(&before, &[open.clone(), stop("i-1"), stop("i-9")]).unwrap_err();
    assert_eq!(before, kept);
    assert_eq!((error.index(), error.resource()), (Some(2), Some("i-9")));
    assert_eq!(error.to_string(), "edit 3, `StopInstances`: `i-9` is not in the snapshot");

    let after = apply(&before, &[open.clone(), stop("i-1")]).unwrap();
    let mut by_hand = before.clone();
    open.apply(&mut by_hand).unwrap();
    stop("i-1").apply(&mut by_hand).unwrap();
    assert_eq!(after, by_hand);
    assert_eq!(apply(&before, &[]), Ok(before));
}

#[test]
fn nothing_fits_an_empty_snapshot() {
    let empty = Snapshot::default();
    for value in every_action() {
        let mut snapshot = empty.clone();
        assert!(edit(value).apply(&mut snapshot).is_err());
        assert_eq!(snapshot, empty);
    }
}
