//! Answers in the shape of AWS Reachability Analyzer: no member that AWS does not have, and what
//! the members say.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use reach_core::{Network, Verdict};
use reach_testkit::conformance::{Question, Suite};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reachability_analyzer")
}

fn analysis(network: &Network, question: &Question) -> (Verdict, Value) {
    let answer = question.ask(network).unwrap();
    let shape = serde_json::to_value(network.analysis(&answer)).unwrap();
    (answer.verdict, shape)
}

/// Members of each shape with their types, as the API's model has them: `str`, `int`, `bool`, `ts`,
/// the words of an enumeration, a shape, or a list of one of them.
fn shapes() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(folder().join("shapes.txt")).unwrap();
    text.lines()
        .map(|line| {
            let (name, members) = line.split_once(" {").unwrap();
            let members = members.strip_suffix('}').unwrap().split(", ");
            let members = members.map(|member| member.split_once(": ").unwrap());
            let members = members.map(|(name, kind)| (name.to_owned(), kind.to_owned()));
            (name.to_owned(), members.collect())
        })
        .collect()
}

type Shapes = BTreeMap<String, BTreeMap<String, String>>;

fn check(shapes: &Shapes, kind: &str, value: &Value, at: &str) {
    if let Some(element) = kind.strip_prefix('[') {
        let element = element.strip_suffix(']').unwrap();
        for (index, value) in value.as_array().unwrap_or_else(|| panic!("{at}")).iter().enumerate()
        {
            check(shapes, element, value, &format!("{at}[{index}]"));
        }
        return;
    }
    match kind {
        "str" | "ts" => assert!(value.is_string(), "{at}: {value}"),
        "int" => assert!(value.is_i64(), "{at}: {value}"),
        "bool" => assert!(value.is_boolean(), "{at}: {value}"),
        words if words.starts_with('"') => {
            assert!(words.split('|').any(|word| word == value.to_string()), "{at}: {value}");
        }
        name => {
            let shape = shapes.get(name).unwrap_or_else(|| panic!("no shape {name}"));
            for (member, value) in value.as_object().unwrap_or_else(|| panic!("{at}: {value}")) {
                let at = format!("{at}.{member}");
                let kind = shape.get(member).unwrap_or_else(|| panic!("{at} is not in the shape"));
                check(shapes, kind, value, &at);
            }
        }
    }
}

/// Every answer of the conformance cases.
#[test]
fn every_answer_has_the_shape() {
    let (suite, shapes) = (Suite::read().unwrap(), shapes());
    let mut members = BTreeMap::new();
    let mut found = BTreeMap::new();
    for case in &suite.cases {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        for asked in &case.asked {
            let at = format!("{}: {}", case.id, asked.text.0);
            let (verdict, value) = analysis(&network, &asked.question);
            check(&shapes, "NetworkInsightsAnalysis", &value, &at);
            let path_found = match verdict {
                Verdict::Reachable | Verdict::PartlyReachable => Value::Bool(true),
                Verdict::NotReachable => Value::Bool(false),
                Verdict::Unknown => Value::Null,
            };
            assert_eq!(value["NetworkPathFound"], path_found, "{at}");
            let explained = value["Explanations"].as_array().is_some_and(|list| !list.is_empty());
            assert!(explained || verdict == Verdict::Reachable || path_found == true, "{at}");
            if verdict == Verdict::Unknown {
                assert_eq!(value["Status"], "failed", "{at}");
                assert!(value["StatusMessage"].as_str().unwrap().starts_with("unknown: "), "{at}");
            } else {
                assert_eq!(value["Status"], "succeeded", "{at}");
            }
            numbered(&value["ForwardPathComponents"], &at);
            numbered(&value["ReturnPathComponents"], &at);
            count(&value, &mut members);
            *found.entry(verdict).or_insert(0) += 1;
        }
    }
    assert_eq!(found.len(), 4, "{found:?}");
    // What the shapes are there for is filled somewhere.
    for member in [
        "AclRule",
        "SecurityGroupRule",
        "RouteTableRoute",
        "TransitGatewayRouteTableRoute",
        "ElasticLoadBalancerListener",
        "FirewallStatelessRule",
        "FirewallStatefulRule",
        "InboundHeader",
        "OutboundHeader",
        "AttachedTo",
        "TransitGateway",
        "MissingComponent",
        "State",
        "AdditionalDetailType",
        "WarningMessage",
    ] {
        assert!(members.contains_key(member), "no answer has {member}");
    }
}

fn numbered(components: &Value, at: &str) {
    for (index, component) in components.as_array().into_iter().flatten().enumerate() {
        assert_eq!(component["SequenceNumber"], index + 1, "{at}");
        assert!(component["Component"]["Id"].is_string(), "{at}: {component}");
    }
}

fn count(value: &Value, members: &mut BTreeMap<String, usize>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                *members.entry(name.clone()).or_default() += 1;
                count(value, members);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| count(value, members)),
        _ => {}
    }
}

/// Of two ways the shorter is shown, and the other is hinted at.
#[test]
fn another_way_is_a_hint() {
    let suite = Suite::read().unwrap();
    let network = Network::compile(suite.snapshot("T4").unwrap());
    let question = Question::parse("vpc-v > 203.0.113.7 tcp/443").unwrap();
    let (_, value) = analysis(&network, &question);
    assert_eq!(value["ForwardPathComponents"][0]["Component"]["Id"], "i-p1");
    assert_eq!(value["AlternatePathHints"][0]["ComponentId"], "nat-n");
}

/// What these answers look like in full. With `UPDATE_GUIDES=1` the files are written anew.
#[test]
fn the_files_show_real_answers() {
    let suite = Suite::read().unwrap();
    let lab = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples/lab");
    let lab = reach_aws::load(lab).unwrap().compile();
    let of = |name: &str| match name {
        "lab" => lab.clone(),
        name => Network::compile(suite.snapshot(name).unwrap()),
    };
    for (file, network, question) in [
        ("internet", "lab", "203.0.113.7 > BastionServer tcp/22"),
        ("blocked", "lab", "AppServer > BastionServer tcp/80"),
        ("transit-gateway", "T2", "p1 > w1 tcp/443"),
        ("nat-gateway", "T4", "q1 > 203.0.113.7 tcp/443"),
        ("load-balancer", "T7", "203.0.113.7 > q1 tcp/443 via=alb"),
        ("network-firewall", "C-192", "q1 > 203.0.113.7 tcp/443"),
        ("unknown", "C-041", "203.0.113.7 > 198.51.100.10 tcp/443"),
    ] {
        let question = Question::parse(question).unwrap();
        let (_, value) = analysis(&of(network), &question);
        let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
        let path = folder().join(file).with_extension("json");
        if std::env::var_os("UPDATE_GUIDES").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let shown = std::fs::read_to_string(&path).unwrap();
        assert!(shown == text, "{file}.json is not up to date: run with UPDATE_GUIDES=1");
    }
}
