//! `trace` and `paths` on the built command: their options, and what they print.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use reach_core::Network;
use reach_testkit::conformance::{Suite, files};
use serde_json::Value;
use tempfile::TempDir;

const LAB: &str = "docs/examples/lab";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn reach(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reach"))
        .args(args)
        .current_dir(root())
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn text(args: &[&str]) -> String {
    let output = reach(args);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.stdout.is_empty(), "{args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["--format", "json"]].concat())).unwrap()
}

fn refused(args: &[&str]) -> String {
    let output = reach(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The files of a topology or case.
fn snapshot(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = Suite::read().unwrap().snapshot(name).unwrap();
    for (name, content) in files(&snapshot).unwrap() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content.to_string()).unwrap();
    }
    folder
}

#[test]
fn through_a_load_balancer() {
    let folder = snapshot("T7");
    let at = folder.path().to_str().unwrap();
    let ask = |more: &[&str]| {
        json(&[&["trace", at, "internet", "q1", "tcp/443"], more].concat())["verdict"].clone()
    };
    assert_eq!(ask(&[]), "not_reachable");
    assert_eq!(ask(&["--through", "alb"]), "reachable");
    assert_eq!(ask(&["--via", "alb"]), "reachable");
    let node = ["--through", "alb", "--node", "eni-alb-p"];
    let args = [&["trace", at, "internet", "q1", "tcp/443"], &node[..]].concat();
    let answer = json(&args);
    assert_eq!(answer["verdict"], "reachable");
    let all = json(&["trace", at, "internet", "q1", "tcp/443", "--through", "alb"]);
    let count = |answer: &Value| answer["paths"].as_array().unwrap().len();
    assert!(count(&answer) < count(&all), "one node of two");
    assert!(text(&args).contains("target group"), "{}", text(&args));
    let wrong = ["trace", at, "internet", "q1", "tcp/443", "--through", "alb", "--node", "eni-q1"];
    assert!(refused(&wrong).contains("`eni-q1` is no node of `alb`"));
}

#[test]
fn from_given_addresses() {
    let passing = |more: &[&str]| {
        let answer = json(&[&["trace", LAB, "internet", "BastionServer", "tcp/22"], more].concat());
        answer["passing"][0]["sources"].clone()
    };
    assert_eq!(passing(&["--client", "203.0.113.7"]), serde_json::json!(["203.0.113.7/32"]));
    let both = ["--client", "203.0.113.0/25", "--source-address", "203.0.113.128/25"];
    assert_eq!(passing(&both), serde_json::json!(["203.0.113.0/24"]));
    let wrong = refused(&["trace", LAB, "internet", "BastionServer", "tcp/22", "--client", "home"]);
    assert!(wrong.contains("home"), "{wrong}");
}

#[test]
fn vouched_for() {
    let ask = |more: &[&str]| {
        json(&[&["trace", LAB, "BastionServer", "203.0.113.7", "tcp/25"], more].concat())
    };
    let plain = ask(&[]);
    assert_eq!(plain["verdict"], "not_reachable");
    assert_eq!(plain["explanations"][0]["code"], "PORT_25_RESTRICTION");
    assert_eq!(ask(&["--assume", "A-PORT25"])["verdict"], "reachable");
    let args = ["trace", LAB, "BastionServer", "203.0.113.7", "tcp/25", "--assume", "A-HOST"];
    assert!(refused(&args).contains("A-HOST"));
}

#[test]
fn where_it_stops_is_marked() {
    let printed = text(&["trace", LAB, "AppServer", "BastionServer", "tcp/80"]);
    let lines: Vec<&str> = printed.lines().collect();
    let at = lines.iter().position(|line| line.ends_with("STOPPED:")).unwrap();
    assert!(lines[at].contains("network interface"), "{printed}");
    assert!(lines[at + 1].contains("eni-44fa240122f9e7232"), "{printed}");
    assert!(lines[at + 1].ends_with("ENI_SG_RULES_MISMATCH"), "{printed}");
    assert_eq!(printed.matches("STOPPED").count(), 1, "{printed}");
}

#[test]
fn notes_are_printed() {
    // RP-04: there by one connection, back by another.
    let suite = Suite::read().unwrap();
    let noted = suite.cases.iter().find_map(|case| {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        let asked = case.asked.iter().find(|asked| {
            let question = &asked.question;
            let plain = question.via.is_none() && question.source.is_none();
            plain && question.ask(&network).is_ok_and(|answer| !answer.notes.is_empty())
        })?;
        Some((&case.id, &asked.question))
    });
    let (id, question) = noted.unwrap();
    let folder = snapshot(id);
    let at = folder.path().to_str().unwrap();
    let printed = text(&["trace", at, &question.from, &question.to, &question.traffic]);
    assert!(printed.contains("note (ASYMMETRIC_STATELESS): request and reply"), "{printed}");
}

#[test]
fn paths_are_the_ways_that_get_through() {
    let open = json(&["paths", LAB, "internet", "BastionServer"]);
    assert_eq!(open["verdict"], "partly_reachable");
    let ways = open["paths"].as_array().unwrap();
    assert_eq!(ways.len(), 1);
    assert_eq!(ways[0]["passing"], open["passing"]);
    assert_eq!(ways[0]["explanations"], Value::Null);

    let all = json(&["paths", LAB, "internet", "BastionServer", "--all"]);
    let ways = all["paths"].as_array().unwrap();
    assert!(ways.len() > 1);
    assert_eq!(ways[0], open["paths"][0]);
    for blocked in &ways[1..] {
        assert_eq!(blocked["verdict"], "not_reachable");
        assert!(blocked["explanations"][0]["code"].is_string());
    }
    // It is the trace of the same question.
    let trace = json(&["trace", LAB, "internet", "BastionServer", "any"]);
    assert_eq!(trace, all);

    let none = text(&["paths", LAB, "internet", "AppServer"]);
    assert!(none.contains("IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS"), "{none}");
    let ssh = json(&["paths", LAB, "internet", "BastionServer", "tcp/22"]);
    assert_eq!(ssh["verdict"], "reachable");
}

#[test]
fn ends_can_be_subnets_and_vpcs() {
    let folder = snapshot("T4");
    let at = folder.path().to_str().unwrap();
    let answer = json(&["paths", at, "vpc-v", "203.0.113.7", "tcp/443"]);
    let ways = answer["paths"].as_array().unwrap();
    let by = |gateway: &str| {
        ways.iter()
            .filter(|way| {
                let hops = way["forward"].as_array().unwrap();
                hops.iter().any(|hop| hop["component"]["id"] == gateway)
            })
            .flat_map(|way| way["passing"].as_array().unwrap())
            .flat_map(|part| part["sources"].as_array().unwrap())
            .map(|source| source.as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut behind_nat = by("nat-n");
    behind_nat.sort();
    assert_eq!(behind_nat, ["10.0.2.10/32", "10.0.2.11/32"]);
    let private = json(&["paths", at, "subnet-q", "203.0.113.7", "tcp/443"]);
    assert_eq!(private["verdict"], "reachable");
    let inbound = json(&["paths", at, "internet", "subnet-p", "tcp/22"]);
    let open: Vec<&str> = inbound["passing"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|part| part["destinations"].as_array().unwrap())
        .map(|block| block.as_str().unwrap())
        .collect();
    assert_eq!(open, ["198.51.100.10/31"]);
    assert!(refused(&["trace", at, "vpc-nowhere", "internet", "any"]).contains("vpc-nowhere"));
}

#[test]
fn choices_are_told() {
    let suite = Suite::read().unwrap();
    let (mut seen, mut total) = (0, 0);
    for case in &suite.cases {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        for asked in &case.asked {
            for path in &asked.question.ask(&network).unwrap().paths {
                total += 1;
                for choice in &path.choices {
                    assert!(choice.option < choice.of, "{}", case.id);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 0, "none of {total} paths");
}

#[test]
fn the_shape_of_reachability_analyzer() {
    let args = ["trace", LAB, "203.0.113.7", "BastionServer", "tcp/22", "--format", "aws"];
    let answer: Value = serde_json::from_str(&text(&args)).unwrap();
    assert_eq!(answer["NetworkPathFound"], true);
    let first = &answer["ForwardPathComponents"][0];
    assert_eq!(first["Component"]["Id"], "igw-da710154fb06d08f0");
    assert_eq!(first["InboundHeader"]["Protocol"], "6");
}
