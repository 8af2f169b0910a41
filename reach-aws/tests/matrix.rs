//! The matrix, as the command prints it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// Runs the command on the lab.
fn matrix(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reach"))
        .args(["matrix", "docs/examples/lab"])
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn text(args: &[&str]) -> String {
    let output = matrix(args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn document(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["--format", "json"]].concat())).unwrap()
}

#[test]
fn by_class_with_names() {
    let text = text(&["--port", "22"]);
    let bastion = "to eni-";
    assert!(text.contains(bastion) && text.contains("(BastionServer):"), "{text}");
    assert!(text.contains("tcp 22"), "{text}");
    let app = text.split("\n\n").find(|part| part.contains("(AppServer):")).unwrap();
    assert!(app.contains("(BastionServer)") && !app.contains("from internet"), "{app}");
}

#[test]
fn pairs_a_line_each() {
    let lines = text(&["--from", "BastionServer", "--to", "AppServer", "--format", "jsonl"]);
    let pairs: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(pairs.len(), 1, "{lines}");
    assert!(pairs[0]["from"].as_str().unwrap().starts_with("eni-"), "{lines}");
    assert!(pairs[0].get("passing").is_some(), "{lines}");
}

#[test]
fn groups_instead_of_interfaces() {
    let by = document(&["--port", "22", "--group-by", "tag:Name"]);
    assert_eq!(by["group_by"], "tag:Name");
    let pair = |from: &str, to: &str| {
        let pairs = by["pairs"].as_array().unwrap();
        pairs.iter().find(|pair| pair["from"]["id"] == from && pair["to"]["id"] == to).cloned()
    };
    let inside = pair("BastionServer", "AppServer").unwrap();
    assert_eq!(inside["from"], json!({"id": "BastionServer", "interfaces": true}));
    assert!(pair("internet", "BastionServer").is_some());
    assert!(pair("internet", "AppServer").is_none());

    let table = text(&["--port", "22", "--group-by", "subnet"]);
    assert!(table.contains("to subnet-") && table.contains("from internet"), "{table}");
    assert!(document(&["--group-by", "vpc"])["pairs"].as_array().unwrap().iter().any(|pair| {
        pair["from"]["id"] == pair["to"]["id"] && pair["from"]["interfaces"] == true
    }));
    assert_eq!(matrix(&["--group-by", "zone"]).status.code(), Some(2));
}

#[cfg(feature = "arrow")]
#[test]
fn a_file_for_data_frames() {
    let output = matrix(&["--to", "AppServer", "--format", "arrow"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = std::io::Cursor::new(output.stdout);
    let batches = arrow_ipc::reader::FileReader::try_new(file, None).unwrap();
    let names = ["source", "destination", "passing", "sometimes", "unknown"];
    let fields: Vec<String> =
        batches.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(fields, names);
    let rows: usize = batches.map(|batch| batch.unwrap().num_rows()).sum();
    let lines = text(&["--to", "AppServer", "--format", "jsonl"]).lines().count();
    assert!(rows == lines && rows > 0, "{rows} rows, {lines} lines");
    assert_eq!(matrix(&["--group-by", "vpc", "--format", "arrow"]).status.code(), Some(2));
}
