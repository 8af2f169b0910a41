//! Edits as the commands of the AWS command line that make them true.

use std::fmt::Write;

use reach_core::change::Edit;
use reach_core::snapshot::{Region, Snapshot};
use serde_json::{Map, Value};

/// The command that makes an edit in the account that a snapshot is of.
///
/// It is one line for a POSIX shell. Whatever the snapshot's author wrote stands in it as JSON
/// between single quotes, in printable ASCII: no text of it ends the quotes, hides, or reorders
/// what is read.
///
/// ```
/// use reach_core::change::Edit;
/// use reach_core::snapshot::Snapshot;
///
/// let edit: Edit = serde_json::from_str(
///     r#"{"Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-1",
///         "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
///             "IpRanges": [{"CidrIp": "203.0.113.7/32", "Description": "it's me"}]}]}"#,
/// )?;
/// assert_eq!(
///     reach_aws::aws_command(&edit, &Snapshot::default()),
///     "aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions \
///      '[{\"FromPort\":22,\"IpProtocol\":\"tcp\",\"IpRanges\":[{\"CidrIp\":\"203.0.113.7/32\",\
///      \"Description\":\"it\\u0027s me\"}],\"ToPort\":22}]'",
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn aws_command(edit: &Edit, snapshot: &Snapshot) -> String {
    let mut command = format!("aws ec2 {}", kebab(edit.action()));
    let mut request = match serde_json::to_value(edit) {
        Ok(Value::Object(request)) => request,
        // An edit is an object with text for keys.
        _ => Map::new(),
    };
    request.remove("Action");
    nest_flat_rule(&mut request);
    let region = region_of(&request, snapshot).and_then(|region| region.name.as_deref());
    if let Some(region) = region.filter(|region| is_plain(region)) {
        let _ = write!(command, " --region {region}");
    }
    let options: Option<Vec<String>> =
        request.iter().map(|(key, value)| option(key, value)).collect();
    match options {
        Some(options) => options.iter().for_each(|option| command.push_str(option)),
        None => {
            let _ = write!(command, " --cli-input-json {}", quoted(&Value::Object(request)));
        }
    }
    command
}

/// An option and its value; none where the value does not stand for itself in a shell.
fn option(key: &str, value: &Value) -> Option<String> {
    let name = kebab(key);
    Some(match value {
        // The command line has a word for each direction.
        Value::Bool(true) if key == "Egress" => " --egress".to_owned(),
        Value::Bool(false) if key == "Egress" => " --ingress".to_owned(),
        Value::Bool(true) => format!(" --{name}"),
        Value::Bool(false) => format!(" --no-{name}"),
        Value::Number(number) => format!(" --{name} {number}"),
        Value::String(text) => is_plain(text).then(|| format!(" --{name} {text}"))?,
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().try_fold(format!(" --{name}"), |words, word| {
                let word = word.as_str().filter(|word| is_plain(word))?;
                Some(format!("{words} {word}"))
            })?
        }
        Value::Array(_) | Value::Object(_) => format!(" --{name} {}", quoted(value)),
        Value::Null => return None,
    })
}

/// Whether neither a shell nor the AWS command line, which reads files for `file://…`, takes a
/// word for anything but itself.
fn is_plain(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !word.contains("://")
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:/@,+".contains(c))
}

/// JSON between single quotes.
fn quoted(value: &Value) -> String {
    let mut text = String::from("'");
    // Outside strings JSON has neither of what is escaped here.
    for c in value.to_string().chars() {
        if c != '\'' && (c == ' ' || c.is_ascii_graphic()) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text.push('\'');
    text
}

/// `IpProtocol`, `FromPort` and so on stand beside `GroupId` in the API; the command line has them
/// below `--ip-permissions`.
fn nest_flat_rule(request: &mut Map<String, Value>) {
    let Some(protocol) = request.remove("IpProtocol") else { return };
    let mut permission = Map::from_iter([("IpProtocol".to_owned(), protocol)]);
    for port in ["FromPort", "ToPort"] {
        permission.extend(request.remove(port).map(|value| (port.to_owned(), value)));
    }
    for (key, list) in [("CidrIp", "IpRanges"), ("CidrIpv6", "Ipv6Ranges")] {
        if let Some(block) = request.remove(key) {
            let range = Map::from_iter([(key.to_owned(), block)]);
            permission.insert(list.to_owned(), Value::Array(vec![Value::Object(range)]));
        }
    }
    let permissions = Value::Array(vec![Value::Object(permission)]);
    request.insert("IpPermissions".to_owned(), permissions);
}

/// `IpPermissions` as the command line writes it: `ip-permissions`.
fn kebab(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// The Region that holds what the request is about.
fn region_of<'s>(request: &Map<String, Value>, snapshot: &'s Snapshot) -> Option<&'s Region> {
    let id = |key: &str| request.get(key).and_then(Value::as_str);
    let instances = request.get("InstanceIds").and_then(Value::as_array);
    let instance = instances.and_then(|list| list.first()).and_then(Value::as_str);
    let instance = instance.or_else(|| id("InstanceId"));
    let holds = |region: &&Region| {
        let groups = region.security_groups.iter().flatten();
        let acls = region.network_acls.iter().flatten();
        let tables = region.route_tables.iter().flatten();
        let hosts = region.instances.iter().flatten();
        let interfaces = region.network_interfaces.iter().flatten();
        groups.map(|it| it.group_id.as_str()).any(|it| Some(it) == id("GroupId"))
            || acls.map(|it| it.network_acl_id.as_str()).any(|it| Some(it) == id("NetworkAclId"))
            || tables.map(|it| it.route_table_id.as_str()).any(|it| Some(it) == id("RouteTableId"))
            || hosts.map(|it| it.instance_id.as_str()).any(|it| Some(it) == instance)
            || interfaces
                .map(|it| it.network_interface_id.as_str())
                .any(|it| Some(it) == id("NetworkInterfaceId"))
    };
    snapshot.regions.iter().find(holds)
}

#[cfg(test)]
mod tests {
    use reach_core::snapshot::SecurityGroup;

    use super::*;

    fn command(edit: &str) -> String {
        let group = SecurityGroup { group_id: "sg-1".into(), ..SecurityGroup::default() };
        let region = Region {
            name: Some("eu-west-1".into()),
            security_groups: Some(vec![group]),
            ..Region::default()
        };
        let edit = serde_json::from_str(edit).unwrap();
        aws_command(&edit, &Snapshot { regions: vec![region] })
    }

    #[test]
    fn words_where_words_do() {
        for (edit, expected) in [
            (
                r#"{"Action": "StopInstances", "InstanceIds": ["i-1", "i-2"]}"#,
                "aws ec2 stop-instances --instance-ids i-1 i-2",
            ),
            (
                r#"{"Action": "RevokeSecurityGroupIngress", "GroupId": "sg-1",
                    "SecurityGroupRuleIds": ["sgr-1"]}"#,
                "aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id sg-1 \
                 --security-group-rule-ids sgr-1",
            ),
            (
                r#"{"Action": "DeleteNetworkAclEntry", "NetworkAclId": "acl-1", "RuleNumber": 100,
                    "Egress": false}"#,
                "aws ec2 delete-network-acl-entry --ingress --network-acl-id acl-1 \
                 --rule-number 100",
            ),
            (
                r#"{"Action": "CreateRoute", "RouteTableId": "rtb-1",
                    "DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}"#,
                "aws ec2 create-route --cli-input-json '{\"DestinationIpv6CidrBlock\":\"::/0\",\
                 \"GatewayId\":\"igw-1\",\"RouteTableId\":\"rtb-1\"}'",
            ),
            (
                r#"{"Action": "AssociateAddress", "AllocationId": "eipalloc-1",
                    "InstanceId": "i-1", "AllowReassociation": true}"#,
                "aws ec2 associate-address --allocation-id eipalloc-1 --allow-reassociation \
                 --instance-id i-1",
            ),
            (
                r#"{"Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-1",
                    "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0"}"#,
                "aws ec2 authorize-security-group-ingress --region eu-west-1 --group-id sg-1 \
                 --ip-permissions '[{\"FromPort\":22,\"IpProtocol\":\"tcp\",\
                 \"Ipv6Ranges\":[{\"CidrIpv6\":\"::/0\"}],\"ToPort\":22}]'",
            ),
        ] {
            assert_eq!(command(edit), expected);
        }
    }

    #[test]
    fn hostile_text_stays_between_the_quotes() {
        for evil in
            ["'; rm -rf ~; '", "$(id)", "`id`", "file:///etc/passwd", "--profile", "a\u{202e}b\n"]
        {
            let id = serde_json::to_string(evil).unwrap();
            let command =
                command(&format!(r#"{{"Action": "StopInstances", "InstanceIds": [{id}]}}"#));
            let json = command
                .strip_prefix("aws ec2 stop-instances --cli-input-json '")
                .and_then(|rest| rest.strip_suffix('\''))
                .unwrap();
            assert!(!json.contains('\'') && json.chars().all(|c| (' '..='~').contains(&c)));
            let back: Value = serde_json::from_str(json).unwrap();
            assert_eq!(back["InstanceIds"][0], evil);
        }
    }
}
