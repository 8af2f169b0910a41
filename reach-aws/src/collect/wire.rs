//! Answers as they came over the wire, as the command line prints them.

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use super::shapes::{SHAPES, Shapes, Type};

/// An answer as `aws … describe-*` prints it.
pub(crate) type Printed = Map<String, Value>;

/// Never kept: keys and passwords that some answers carry.
const SECRETS: &[&str] = &[
    "AuthKey",
    "CustomerGatewayConfiguration",
    "PreSharedKey",
    "UserData",
    "authKey",
    "customerRouterConfig",
];

/// Reads an answer of a service that speaks XML.
pub(crate) fn xml(service: &str, operation: &str, bytes: &[u8]) -> Result<Printed, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the answer is not UTF-8".to_owned())?;
    let document =
        Document::parse(text).map_err(|error| format!("the answer is not XML: {error}"))?;
    let unknown = || format!("the shape of `{service}` `{operation}` is not known");
    let shapes = SHAPES.get(service).ok_or_else(unknown)?;
    let output = shapes.operations.get(operation).ok_or_else(unknown)?;
    let root = document.root_element();
    let around = match output.wrapper {
        None => root,
        Some(wrapper) => elements(root)
            .find(|element| element.tag_name().name() == wrapper)
            .ok_or_else(|| format!("the answer has no `{wrapper}`"))?,
    };
    structure(shapes, output.shape, around)
}

/// Reads an answer of a service that speaks JSON: it is printed as it came.
pub(crate) fn json(bytes: &[u8]) -> Result<Printed, String> {
    let mut answer: Printed = serde_json::from_slice(bytes)
        .map_err(|error| format!("the answer is not a map in JSON: {error}"))?;
    without_secrets(&mut answer);
    Ok(answer)
}

/// Takes the values of tags out, everywhere.
pub(crate) fn without_tag_values(answer: &mut Printed) {
    for (key, value) in answer.iter_mut() {
        if let ("Tags" | "TagSet" | "tags", Value::Array(tags)) = (key.as_str(), &mut *value) {
            for tag in tags.iter_mut().filter_map(Value::as_object_mut) {
                for (_, text) in tag.iter_mut().filter(|(name, _)| is_value(name)) {
                    *text = Value::String(String::new());
                }
            }
        } else {
            each_map(value, &mut without_tag_values);
        }
    }
}

fn is_value(name: &str) -> bool {
    matches!(name, "Value" | "value")
}

fn without_secrets(answer: &mut Printed) {
    answer.retain(|key, _| !SECRETS.contains(&key.as_str()));
    for value in answer.values_mut() {
        each_map(value, &mut without_secrets);
    }
}

fn each_map(value: &mut Value, change: &mut dyn FnMut(&mut Printed)) {
    match value {
        Value::Object(map) => change(map),
        Value::Array(list) => list.iter_mut().for_each(|item| each_map(item, change)),
        _ => {}
    }
}

fn elements<'a, 'x>(node: Node<'a, 'x>) -> impl Iterator<Item = Node<'a, 'x>> {
    node.children().filter(Node::is_element)
}

fn text(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

/// No deeper than structures hold each other: none holds itself.
fn structure(shapes: &Shapes, name: &str, node: Node<'_, '_>) -> Result<Printed, String> {
    let mut printed = Map::new();
    let Some(members) = shapes.structures.get(name) else {
        return Err(format!("the shape `{name}` is not known"));
    };
    for element in elements(node) {
        if let Some(member) = members.get(element.tag_name().name())
            && !SECRETS.contains(&member.printed)
        {
            let value = value(shapes, &member.kind, element)?;
            printed.insert(member.printed.to_owned(), value);
        }
    }
    Ok(printed)
}

fn value(shapes: &Shapes, kind: &Type, node: Node<'_, '_>) -> Result<Value, String> {
    Ok(match kind {
        Type::Text => Value::String(text(node)),
        Type::Truth => Value::Bool(text(node).trim() == "true"),
        Type::Number => {
            let text = text(node);
            let read: Option<Value> = match text.trim().parse::<i64>() {
                Ok(number) => Some(number.into()),
                Err(_) => text.trim().parse::<f64>().ok().map(Value::from),
            };
            read.ok_or_else(|| format!("`{}` is no number: {text:?}", node.tag_name().name()))?
        }
        Type::Shape(name) => Value::Object(structure(shapes, name, node)?),
        Type::List(item, kind) => {
            let items = elements(node).filter(|element| element.tag_name().name() == *item);
            Value::Array(items.map(|item| value(shapes, kind, item)).collect::<Result<_, _>>()?)
        }
        Type::Map(key, of, kind) => {
            let mut printed = Map::new();
            for entry in elements(node) {
                let part = |name: &str| elements(entry).find(|part| part.tag_name().name() == name);
                if let (Some(key), Some(of)) = (part(key), part(of)) {
                    printed.insert(text(key), value(shapes, kind, of)?);
                }
            }
            Value::Object(printed)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn printed_names_are_not_those_of_the_elements() {
        let answer = br#"<?xml version="1.0"?>
            <DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
              <requestId>x</requestId>
              <securityGroupInfo><item>
                <groupId>sg-1</groupId><groupDescription>a &amp; b</groupDescription>
                <ipPermissions><item>
                  <ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>
                  <groups/>
                  <ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item></ipRanges>
                </item></ipPermissions>
                <tagSet><item><key>Name</key><value/></item></tagSet>
                <unheardOf>1</unheardOf>
              </item></securityGroupInfo>
              <nextToken>more</nextToken>
            </DescribeSecurityGroupsResponse>"#;
        let expected = json!({
            "SecurityGroups": [{
                "GroupId": "sg-1",
                "Description": "a & b",
                "IpPermissions": [{
                    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                    "UserIdGroupPairs": [], "IpRanges": [{"CidrIp": "10.0.0.0/8"}]
                }],
                "Tags": [{"Key": "Name", "Value": ""}]
            }],
            "NextToken": "more"
        });
        let printed = xml("ec2", "DescribeSecurityGroups", answer).unwrap();
        assert_eq!(Value::Object(printed), expected);
    }

    #[test]
    fn the_query_protocol_wraps_its_answers() {
        let answer = b"<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers>
            <member><Scheme>internal</Scheme><SecurityGroups><member>sg-1</member></SecurityGroups>
            <AvailabilityZones/></member>
            </LoadBalancers></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>";
        let expected = json!({"LoadBalancers": [
            {"Scheme": "internal", "SecurityGroups": ["sg-1"], "AvailabilityZones": []}
        ]});
        let printed = xml("elbv2", "DescribeLoadBalancers", answer).unwrap();
        assert_eq!(Value::Object(printed), expected);
        let error = xml("elbv2", "DescribeLoadBalancers", b"<html/>").unwrap_err();
        assert!(error.contains("DescribeLoadBalancersResult"), "{error}");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for (operation, answer) in [
            ("DescribeVpcs", "<a>"),
            ("DescribeVpcs", "\u{0}"),
            ("RunInstances", "<a/>"),
            (
                "DescribeSecurityGroups",
                "<a><securityGroupInfo><item><ipPermissions><item><fromPort>x</fromPort></item>\
                 </ipPermissions></item></securityGroupInfo></a>",
            ),
        ] {
            assert!(xml("ec2", operation, answer.as_bytes()).is_err(), "{operation} {answer}");
        }
        assert!(xml("s3", "DescribeVpcs", b"<a/>").is_err());
        assert!(xml("ec2", "DescribeVpcs", b"\xff").is_err());
        assert!(json(b"[]").is_err());
    }

    #[test]
    fn secrets_are_left_behind() {
        let answer = b"<a><vpnConnectionSet><item><vpnConnectionId>vpn-1</vpnConnectionId>
            <customerGatewayConfiguration>psk</customerGatewayConfiguration>
            <options><tunnelOptionSet><item><preSharedKey>psk</preSharedKey></item></tunnelOptionSet>
            </options></item></vpnConnectionSet></a>";
        let printed = xml("ec2", "DescribeVpnConnections", answer).unwrap();
        assert!(!Value::Object(printed.clone()).to_string().contains("psk"));
        assert!(Value::Object(printed).to_string().contains("TunnelOptions"));
        let answer =
            br#"{"virtualInterfaces": [{"authKey": "psk", "bgpPeers": [{"authKey": "psk"}],
            "customerRouterConfig": "psk", "vlan": 7}]}"#;
        let printed = Value::Object(json(answer).unwrap());
        assert_eq!(printed, json!({"virtualInterfaces": [{"bgpPeers": [{}], "vlan": 7}]}));
    }

    #[test]
    fn tag_values() {
        let mut answer = json(
            br#"{"Vpcs": [{"Tags": [{"Key": "Name", "Value": "v"}], "Value": "kept"}],
                 "virtualInterfaces": [{"tags": [{"key": "a", "value": "v"}]}]}"#,
        )
        .unwrap();
        without_tag_values(&mut answer);
        assert_eq!(
            Value::Object(answer),
            json!({"Vpcs": [{"Tags": [{"Key": "Name", "Value": ""}], "Value": "kept"}],
                   "virtualInterfaces": [{"tags": [{"key": "a", "value": ""}]}]})
        );
    }
}
