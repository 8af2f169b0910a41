//! AWS Network Firewall.

use serde_json::{Value, json};

use super::super::Problem;
use super::super::draft::Draft;
use super::super::merge;
use super::super::table::{FirewallRow, InterfaceRow, PolicyRow, Row, Topology};
use super::hosts;
use crate::topology::ACCOUNT;

pub(super) fn build(draft: &mut Draft, topology: &Topology) -> Result<(), Problem> {
    for (name, row) in &topology.firewall {
        firewall(draft, name, row)?;
    }
    for (name, row) in &topology.policy {
        policy(draft, name, row)?;
    }
    Ok(())
}

fn arn(draft: &Draft, kind: &str, name: &str) -> String {
    format!("arn:aws:network-firewall:{}:{ACCOUNT}:{kind}/{name}", draft.name)
}

fn firewall(draft: &mut Draft, name: &str, row: &Row<FirewallRow>) -> Result<(), Problem> {
    let short = &row.short;
    let (mut states, mut mappings) = (json!({}), Vec::new());
    for (endpoint, place) in &short.endpoints {
        let made = InterfaceRow {
            subnet: place.subnet.clone(),
            ip: Some(place.ip.clone()),
            r#type: Some("gateway_load_balancer_endpoint".to_owned()),
            groups: Some(Vec::new()),
            ..InterfaceRow::default()
        };
        hosts::interface(draft, endpoint, &made)?;
        let (id, subnet) = (format!("vpce-{endpoint}"), format!("subnet-{}", place.subnet));
        let status = place.status.as_deref().unwrap_or("READY");
        draft.push(
            "VpcEndpoints",
            json!({
                "VpcEndpointId": id, "VpcEndpointType": "GatewayLoadBalancer", "State": "available",
                "VpcId": format!("vpc-{}", short.vpc), "OwnerId": ACCOUNT,
                "RequesterManaged": true, "SubnetIds": [subnet],
                "NetworkInterfaceIds": [format!("eni-{endpoint}")],
                "ServiceName": format!("com.amazonaws.vpce.{}.vpce-svc-{name}", draft.name),
            }),
        );
        let zone = draft.zone_of_subnet(&place.subnet)?;
        mappings.push(json!({ "SubnetId": subnet }));
        states[zone] = json!({
            "Attachment": { "SubnetId": subnet, "EndpointId": id, "Status": status },
        });
    }
    let json = json!({
        "Firewall": {
            "FirewallArn": arn(draft, "firewall", name), "FirewallName": name,
            "FirewallPolicyArn": arn(draft, "firewall-policy", &short.policy),
            "VpcId": format!("vpc-{}", short.vpc), "SubnetMappings": mappings,
        },
        "FirewallStatus": { "Status": "READY", "SyncStates": states },
    });
    draft.push_with("Firewalls", json, &row.api);
    Ok(())
}

fn policy(draft: &mut Draft, name: &str, row: &Row<PolicyRow>) -> Result<(), Problem> {
    let short = &row.short;
    let order = match short.order.as_deref().unwrap_or("default") {
        "strict" => "STRICT_ORDER",
        "default" => "DEFAULT_ACTION_ORDER",
        other => return Err(format!("{other:?} is no rule order")),
    };
    let action = short.stateless_default.as_deref().unwrap_or("forward_to_sfe");
    let defaults: Vec<_> = short.default.iter().map(|word| format!("aws:{word}")).collect();
    let mut json = json!({
        "StatelessDefaultActions": [format!("aws:{action}")],
        "StatefulDefaultActions": defaults, "StatefulEngineOptions": { "RuleOrder": order },
    });
    if !short.stateless.is_empty() {
        let (id, rules) = (format!("{name}-stateless"), stateless(&short.stateless)?);
        let group = arn(draft, "stateless-rulegroup", &id);
        json["StatelessRuleGroupReferences"] = json!([{ "ResourceArn": group, "Priority": 1 }]);
        let source = json!({ "StatelessRulesAndCustomActions": { "StatelessRules": rules } });
        rule_group(draft, &group, &id, "STATELESS", &json!({ "RulesSource": source }));
    }
    if !short.rules.is_empty() {
        let (id, rules) = (format!("{name}-stateful"), stateful(&short.rules)?);
        let group = arn(draft, "stateful-rulegroup", &id);
        let mut reference = json!({ "ResourceArn": group });
        if order == "STRICT_ORDER" {
            reference["Priority"] = json!(1);
        }
        json["StatefulRuleGroupReferences"] = json!([reference]);
        let content = json!({
            "RulesSource": { "StatefulRules": rules },
            "StatefulRuleOptions": { "RuleOrder": order },
        });
        rule_group(draft, &group, &id, "STATEFUL", &content);
    }
    let mut json = json!({
        "FirewallPolicyResponse": {
            "FirewallPolicyArn": arn(draft, "firewall-policy", name), "FirewallPolicyName": name,
            "FirewallPolicyStatus": "ACTIVE",
        },
        "FirewallPolicy": json,
    });
    merge::deep(&mut json["FirewallPolicy"], &Value::Object(row.api.clone()));
    draft.push("FirewallPolicies", json);
    Ok(())
}

fn rule_group(draft: &mut Draft, arn: &str, name: &str, kind: &str, content: &Value) {
    let json = json!({
        "RuleGroupResponse": {
            "RuleGroupArn": arn, "RuleGroupName": name, "Type": kind, "RuleGroupStatus": "ACTIVE",
        },
        "RuleGroup": content,
    });
    draft.push("FirewallRuleGroups", json);
}

/// `ACTION PROTOCOL SOURCE PORT -> DESTINATION PORT`, and what stands in parentheses behind it.
struct Rule<'t> {
    words: [&'t str; 7],
    options: Vec<&'t str>,
}

fn rule(text: &str) -> Result<Rule<'_>, Problem> {
    let (header, options) = match text.split_once('(') {
        Some((header, options)) => (header, options.trim_end_matches(')')),
        None => (text, ""),
    };
    let words: Vec<_> = header.split_whitespace().collect();
    let words = words.try_into().map_err(|_| format!("{text:?} is no rule"))?;
    let options = options.split(';').map(str::trim).filter(|option| !option.is_empty());
    Ok(Rule { words, options: options.collect() })
}

fn stateful(texts: &[String]) -> Result<Vec<Value>, Problem> {
    let mut rules = Vec::new();
    for (text, number) in texts.iter().zip(1..) {
        let Rule { words: [action, protocol, source, from, arrow, to, port], options } =
            rule(text)?;
        let direction = match arrow {
            "->" => "FORWARD",
            "<>" => "ANY",
            _ => return Err(format!("{text:?} has no direction")),
        };
        let mut keywords: Vec<_> = options
            .iter()
            .map(|option| match option.split_once(':') {
                Some((keyword, setting)) => json!({ "Keyword": keyword, "Settings": [setting] }),
                None => json!({ "Keyword": option }),
            })
            .collect();
        keywords.push(json!({ "Keyword": "sid", "Settings": [number.to_string()] }));
        rules.push(json!({
            "Action": action.to_uppercase(), "RuleOptions": keywords,
            "Header": {
                "Protocol": protocol.to_uppercase(), "Source": word(source),
                "SourcePort": word(from), "Direction": direction, "Destination": word(to),
                "DestinationPort": word(port),
            },
        }));
    }
    Ok(rules)
}

/// The API's word for any is in capitals.
fn word(text: &str) -> &str {
    if text == "any" { "ANY" } else { text }
}

fn stateless(texts: &[String]) -> Result<Vec<Value>, Problem> {
    let mut rules = Vec::new();
    for (text, priority) in texts.iter().zip(1..) {
        let Rule { words: [action, protocol, source, from, _, to, port], .. } = rule(text)?;
        let protocols = match protocol {
            "ip" => vec![],
            "tcp" => vec![6],
            "udp" => vec![17],
            "icmp" => vec![1],
            other => return Err(format!("{other:?} is no protocol of a stateless rule")),
        };
        let address = |text: &str| match text {
            "any" => vec![],
            block => vec![json!({ "AddressDefinition": block })],
        };
        let ports = |text: &str| -> Result<Vec<Value>, Problem> {
            if text == "any" {
                return Ok(vec![]);
            }
            let port: u16 = text.parse().map_err(|e| format!("{text}: {e}"))?;
            Ok(vec![json!({ "FromPort": port, "ToPort": port })])
        };
        rules.push(json!({
            "Priority": priority,
            "RuleDefinition": {
                "Actions": [format!("aws:{action}")],
                "MatchAttributes": {
                    "Protocols": protocols, "Sources": address(source),
                    "Destinations": address(to), "SourcePorts": ports(from)?,
                    "DestinationPorts": ports(port)?,
                },
            },
        }));
    }
    Ok(rules)
}
