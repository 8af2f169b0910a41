//! AWS Config: configuration items as the describe answers that they were recorded from.
//!
//! An item of the EC2 and Elastic Load Balancing kinds holds what the describe call said, with the
//! first letter of each name in lower case. Each item says its account and Region.

use std::collections::{BTreeMap, BTreeSet};

use reach_core::Diagnostic;
use serde_json::{Map, Value, json};

use crate::text::{shown, shown_name};

/// Files of describe answers, by name, and what was not read.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Types whose items hold a describe answer, and its key.
const TYPES: &[(&str, &str)] = &[
    ("AWS::EC2::EIP", "Addresses"),
    ("AWS::EC2::EgressOnlyInternetGateway", "EgressOnlyInternetGateways"),
    ("AWS::EC2::Instance", "Reservations"),
    ("AWS::EC2::InternetGateway", "InternetGateways"),
    ("AWS::EC2::NatGateway", "NatGateways"),
    ("AWS::EC2::NetworkAcl", "NetworkAcls"),
    ("AWS::EC2::NetworkInterface", "NetworkInterfaces"),
    ("AWS::EC2::RouteTable", "RouteTables"),
    ("AWS::EC2::SecurityGroup", "SecurityGroups"),
    ("AWS::EC2::Subnet", "Subnets"),
    ("AWS::EC2::VPC", "Vpcs"),
    ("AWS::EC2::VPCEndpoint", "VpcEndpoints"),
    ("AWS::EC2::VPCPeeringConnection", "VpcPeeringConnections"),
    ("AWS::EC2::VPNConnection", "VpnConnections"),
    ("AWS::EC2::VPNGateway", "VpnGateways"),
    ("AWS::ElasticLoadBalancing::LoadBalancer", "LoadBalancerDescriptions"),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancers"),
];

/// What an item is called that says that there is nothing.
const GONE: &[&str] = &["ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded"];

/// The items of a file, where it is one of AWS Config: a snapshot, or what
/// `select-resource-config` or `batch-get-resource-config` printed.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Option<Recorded> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
    // Describe answers are not parsed twice.
    if !text.contains("resourceType") || !text.contains("onfiguration") {
        return None;
    }
    let Ok(Value::Object(mut file)) = serde_json::from_str::<Value>(text) else { return None };
    let keys = ["configurationItems", "ConfigurationItems", "Results", "baseConfigurationItems"];
    let Value::Array(items) = keys.iter().find_map(|key| file.remove(*key))? else { return None };
    let mut lists: BTreeMap<(String, String), BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
    let mut untold: BTreeSet<String> = BTreeSet::new();
    let mut unreadable = 0_usize;
    for item in items {
        match told(item) {
            Some(Told::Gone) => {}
            Some(Told::OfNoUse(kind)) => {
                untold.extend(kind);
            }
            Some(Told::Resource { place, key, resource }) => {
                lists.entry(place).or_default().entry(key).or_default().push(resource);
            }
            None => unreadable += 1,
        }
    }
    let mut recorded = Recorded::default();
    for ((account, region), lists) in lists {
        let content = serde_json::to_vec(&lists).ok()?;
        recorded.files.push((format!("{name}/{account}/{region}/aws-config.json"), content));
    }
    let mut tell = |code: &str, message: String| {
        recorded.diagnostics.push(Diagnostic::warning(code, message).file(shown_name(name)));
    };
    for kind in untold {
        let message = format!("items of `{}` are not read: collect them by describe", shown(&kind));
        tell("kind_not_modelled", message);
    }
    if unreadable > 0 {
        let message = format!("{unreadable} items without type, Region or whole configuration");
        tell("unreadable_entry", message);
    }
    Some(recorded)
}

enum Told {
    Gone,
    /// Not read; with its type where it is of networks.
    OfNoUse(Option<String>),
    Resource {
        place: (String, String),
        key: &'static str,
        resource: Value,
    },
}

fn told(item: Value) -> Option<Told> {
    // `select-resource-config` prints each item as a text.
    let item = match item {
        Value::String(text) => serde_json::from_str(&text).ok()?,
        item => item,
    };
    let text =
        |names: &[&str]| names.iter().find_map(|name| Some(item.get(*name)?.as_str()?.to_owned()));
    let kind = text(&["resourceType"])?;
    if text(&["configurationItemStatus"]).is_some_and(|status| GONE.contains(&status.as_str())) {
        return Some(Told::Gone);
    }
    let Some((_, key)) = TYPES.iter().find(|(known, _)| *known == kind) else {
        let services = ["AWS::EC2::", "AWS::ElasticLoadBalancing", "AWS::NetworkFirewall::"];
        let of_networks = services.iter().any(|service| kind.starts_with(service));
        return Some(Told::OfNoUse(of_networks.then_some(kind)));
    };
    let account = text(&["awsAccountId", "accountId"]).unwrap_or_default();
    let region = text(&["awsRegion"])?;
    let configuration = match item.get("configuration")? {
        Value::String(text) => serde_json::from_str(text).ok()?,
        configuration => configuration.clone(),
    };
    let Value::Object(mut resource) = printed(configuration) else { return None };
    if let (false, Some(tags)) = (resource.contains_key("Tags"), item.get("tags")) {
        resource.insert("Tags".to_owned(), tag_list(tags));
    }
    let resource = match *key {
        "Reservations" => json!({ "OwnerId": account, "Instances": [resource] }),
        _ => Value::Object(resource),
    };
    Some(Told::Resource { place: (account, region), key, resource })
}

/// The names as the command line prints them.
fn printed(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            // Groups list their ranges twice: as texts, and whole under another name.
            let whole = map.contains_key("ipv4Ranges");
            let entries = map
                .into_iter()
                .filter(|(key, value)| !(value.is_null() || whole && key == "ipRanges"));
            Value::Object(entries.map(|(key, value)| (name(&key), printed(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(printed).collect()),
        value => value,
    }
}

fn name(key: &str) -> String {
    match key {
        "ipv4Ranges" => "IpRanges".to_owned(),
        "dnsname" | "dNSName" => "DNSName".to_owned(),
        "vpcid" | "vPCId" => "VPCId".to_owned(),
        "sslcertificateId" => "SSLCertificateId".to_owned(),
        _ => {
            let mut letters = key.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    }
}

/// A map in a snapshot, a list of `{key, value}` in answers to queries.
fn tag_list(tags: &Value) -> Value {
    match tags {
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| json!({ "Key": key, "Value": value });
            Value::Array(map.iter().map(one).collect())
        }
        Value::Array(list) => {
            let one = |tag: &Value| {
                let mut out = Map::new();
                for (short, long) in [("key", "Key"), ("value", "Value")] {
                    out.extend(tag.get(short).map(|value| (long.to_owned(), value.clone())));
                }
                Value::Object(out)
            };
            Value::Array(list.iter().map(one).collect())
        }
        _ => Value::Array(Vec::new()),
    }
}
