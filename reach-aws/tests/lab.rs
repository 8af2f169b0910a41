//! The lab's story, played on the built command, and what the command does when it cannot answer.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs the command at the root of the workspace.
fn reach(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reach"))
        .args(args)
        .current_dir(root())
        .env_remove("CLICOLOR_FORCE")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(args: &[&str]) -> Value {
    let output = reach(args);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Severity, protocol, port and instance of each finding.
fn open(run: &Value, list: &str) -> Vec<(String, String, u64, String)> {
    run[list]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
        .iter()
        .filter(|finding| finding["type"] != "NetworkExposure")
        .map(|finding| {
            (
                finding["severity"].as_str().unwrap().to_owned(),
                finding["protocol"].as_str().unwrap().to_owned(),
                finding["port"].as_u64().unwrap(),
                finding["instance_name"].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

fn line(severity: &str, port: u64) -> (String, String, u64, String) {
    (severity.to_owned(), "TCP".to_owned(), port, "BastionServer".to_owned())
}

const LAB: &str = "docs/examples/lab";
const TASK_4: &str = "docs/examples/lab-edits/task4.json";
const TASK_5: &str = "docs/examples/lab-edits/task5.json";

#[test]
fn the_whole_story() {
    let folder = tempfile::tempdir().unwrap();

    // Tasks 2 and 3: one High and one Medium, on the bastion only, with or without the tag.
    let first = json(&["scan", LAB, "--tag", "SecurityScan=true", "--format", "json"]);
    assert_eq!(open(&first, "findings"), [line("HIGH", 23), line("MEDIUM", 22)]);
    let everything = json(&["scan", LAB, "--format", "json"]);
    assert_eq!(everything["findings"], first["findings"], "AppServer has none");
    assert_eq!(everything["instances"].as_array().unwrap().len(), 2);
    let high = &first["findings"][0];
    let lab = (
        high["service"].as_str(),
        high["security_group_name"].as_str(),
        high["rules"][0]["description"].as_str(),
        high["rules"][0]["source"].as_str(),
    );
    assert_eq!(
        lab,
        (
            Some("Telnet"),
            Some("BastionServerSG"),
            Some("Telnet, no longer needed"),
            Some("0.0.0.0/0")
        )
    );
    for id in ["igw-", "acl-", "sg-", "sgr-", "eni-", "vpc-", "i-"] {
        assert!(high["description"].as_str().unwrap().contains(id), "{id} in {high}");
    }
    assert!(high["recommendation"].as_str().unwrap().contains("sg-"));
    let first_run = folder.path().join("first.json");
    std::fs::write(&first_run, first.to_string()).unwrap();

    // Task 4: no Telnet, SSH from one address only. The Medium stays.
    let baseline = first_run.to_str().unwrap();
    let args =
        ["scan", LAB, "--tag", "SecurityScan=true", "--edit", TASK_4, "--baseline", baseline];
    let second = json(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(open(&second, "findings"), [line("MEDIUM", 22)]);
    assert_eq!(open(&second, "resolved"), [line("HIGH", 23)]);
    assert_eq!(second["findings"][0]["status"], "unchanged");
    assert_eq!(second["findings"][0]["id"], first["findings"][1]["id"]);
    assert_eq!(second["resolved"][0]["status"], "resolved");
    assert_eq!(second["findings"][0]["sources"], serde_json::json!(["203.0.113.7/32"]));

    // Task 5: no SSH, the bastion stopped. Nothing is left.
    let args = ["scan", LAB, "--edit", TASK_4, "--edit", TASK_5, "--baseline", baseline];
    let third = json(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(third["findings"], serde_json::json!([]));
    assert_eq!(open(&third, "resolved"), [line("HIGH", 23), line("MEDIUM", 22)]);
    assert_eq!(third["unknown"], Value::Null);
}

#[test]
fn the_same_bytes_every_time() {
    let once = reach(&["scan", LAB, "--format", "json"]);
    let again = reach(&["scan", LAB, "--format", "json"]);
    assert_eq!(once.stdout, again.stdout);
}

#[test]
fn exit_codes() {
    let code = |args: &[&str]| reach(args).status.code();
    assert_eq!(code(&["scan", LAB]), Some(0));
    assert_eq!(code(&["scan", LAB, "--fail-on", "high"]), Some(1));
    assert_eq!(code(&["scan", LAB, "--edit", TASK_4, "--fail-on", "HIGH"]), Some(0));
    assert_eq!(code(&["scan", LAB, "--edit", TASK_4, "--fail-on", "medium"]), Some(1));
    assert_eq!(code(&["scan", LAB, "--tag", "SecuritySkan=true"]), Some(0));
    assert_eq!(code(&["scan", LAB, "--tag", "SecuritySkan=true", "--fail-on", "high"]), Some(2));
    assert_eq!(code(&["scan", "no/such/folder"]), Some(2));
    assert_eq!(code(&["scan", LAB, "--fail-on", "terrible"]), Some(2));
    assert_eq!(code(&["trace", LAB, "internet", "BastionServer", "tcp/22"]), Some(0));
    assert_eq!(code(&["trace", LAB, "internet", "AppServer", "tcp/22"]), Some(0));
    assert_eq!(code(&["trace", LAB, "internet", "nobody", "tcp/22"]), Some(2));
}

#[test]
fn traces() {
    let verdict = |from: &str, to: &str, traffic: &str| {
        let answer = json(&["trace", LAB, from, to, traffic, "--format", "json"]);
        answer["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(verdict("internet", "BastionServer", "tcp/23"), "reachable");
    assert_eq!(verdict("internet", "BastionServer", "tcp/80"), "not_reachable");
    assert_eq!(verdict("203.0.113.9", "198.51.100.10", "tcp/22"), "reachable");
    assert_eq!(verdict("internet", "AppServer", "tcp/22"), "not_reachable");
    assert_eq!(verdict("BastionServer", "AppServer", "tcp/22"), "reachable");
    assert_eq!(verdict("BastionServer", "10.0.2.10", "tcp/80"), "not_reachable");

    let answer = json(&["trace", LAB, "internet", "BastionServer", "tcp/80", "--format", "json"]);
    let why = &answer["explanations"][0];
    assert_eq!(why["code"], "ENI_SG_RULES_MISMATCH");
    assert_eq!(why["direction"], "forward");
    assert_eq!(why["component"]["kind"], "network_interface");
    assert_eq!(why["evidence"][0]["name"], "BastionServerSG");
}

#[test]
fn a_gate_is_not_passed_by_not_knowing() {
    // Without route tables nobody can say whether a reply gets back.
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root().join(LAB)).unwrap() {
        let file = file.unwrap();
        if file.file_name() != "describe-route-tables.json" {
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
    }
    let snapshot = folder.path().to_str().unwrap();
    let output = reach(&["scan", snapshot, "--fail-on", "low"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("UNKNOWN"), "{}", stdout(&output));
    assert!(stderr(&output).contains("`RouteTables` was not collected"), "{}", stderr(&output));
    // What is open for the gate was not mended by that either.
    let first = folder.path().join("first.run");
    let run = json(&["scan", LAB, "--format", "json"]);
    std::fs::write(&first, run.to_string()).unwrap();
    let args = ["scan", snapshot, "--baseline", first.to_str().unwrap(), "--format", "json"];
    let blind = json(&args);
    assert_eq!(blind["resolved"], Value::Null);
    assert!(!blind["unknown"].as_array().unwrap().is_empty());
}

#[test]
fn a_gate_is_not_passed_on_half_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root().join(LAB)).unwrap() {
        let file = file.unwrap();
        let mut text = std::fs::read_to_string(file.path()).unwrap();
        if file.file_name() == "describe-network-interfaces.json" {
            text = text.replacen('{', "{\"NextToken\": \"more\",", 1);
        }
        std::fs::write(folder.path().join(file.file_name()), text).unwrap();
    }
    let snapshot = folder.path().to_str().unwrap();
    let output = reach(&["scan", snapshot, "--edit", TASK_4, "--edit", TASK_5, "--fail-on", "low"]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("more pages"), "{}", stderr(&output));
}

#[test]
fn errors_are_one_line_and_name_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let broken = file("broken.json", "{\"Vpcs\": [\n  {\"VpcId\": 7}]}");
    let no_json = file("no.json", "Vpcs");
    let other = file("other.json", "[1, 2]");
    let edit = file("edit.json", r#"{"Action": "StopInstances", "InstanceIds": ["i-nobody"]}"#);
    let typo = file("typo.json", r#"{"Action": "StopInstance", "InstanceIds": []}"#);
    for (args, wanted) in [
        (vec!["scan", broken.as_str()], vec!["broken.json", "2", "Vpcs[0].VpcId"]),
        (vec!["scan", no_json.as_str()], vec!["no.json"]),
        (vec!["scan", other.as_str()], vec!["describe"]),
        (
            vec!["scan", LAB, "--edit", edit.as_str()],
            vec!["i-nobody", "StopInstances", "InvalidInstanceID.NotFound"],
        ),
        (vec!["scan", LAB, "--edit", typo.as_str()], vec!["typo.json", "StopInstance"]),
        (vec!["scan", LAB, "--baseline", other.as_str()], vec!["other.json"]),
        (vec!["trace", LAB, "internet", "nobody", "tcp/22"], vec!["nobody"]),
        (vec!["trace", LAB, "internet", "BastionServer", "tcp/99999"], vec!["tcp/99999"]),
    ] {
        let output = reach(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let text = stderr(&output);
        for word in wanted {
            assert!(text.contains(word), "{args:?}: {text}");
        }
    }
}

#[test]
fn hostile_names_do_not_reach_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(root().join(LAB)).unwrap() {
        let file = file.unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let text = text
            .replace("\"BastionServer\"", "\"Bastion\\u001b[2J\\u202e<script>\\nHIGH\"")
            .replace("Telnet, no longer needed", "\\u001b]0;owned\\u0007");
        std::fs::write(folder.path().join(file.file_name()), text).unwrap();
    }
    let snapshot = folder.path().to_str().unwrap();
    let output = reach(&["scan", snapshot]);
    let text = stdout(&output);
    assert!(text.contains("\\u{1b}[2J"), "{text}");
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
}

/// What the guides show is what the command prints. With `UPDATE_GUIDES=1` the guides are written
/// anew instead.
#[test]
fn the_guides_show_real_output() {
    let folder = tempfile::tempdir().unwrap();
    // Runs that one command of a guide writes and another reads.
    let elsewhere = |word: &str| match word.strip_prefix("target/") {
        Some(name) => folder.path().join(name).to_str().unwrap().to_owned(),
        None => word.to_owned(),
    };
    let mut shown = 0;
    for guide in ["README.md", "docs/lab.md"] {
        let path = root().join(guide);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut real = String::new();
        for (index, part) in text.split("```").enumerate() {
            if index > 0 {
                real.push_str("```");
            }
            let Some((command, words)) = console(part) else {
                real.push_str(part);
                continue;
            };
            let words: Vec<String> = words.iter().map(|word| elsewhere(word)).collect();
            let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
            let file = args.iter().position(|word| *word == ">").map(|at| args.split_off(at)[1]);
            let output = reach(&args);
            assert!(output.status.code() != Some(2) || !output.stdout.is_empty(), "{command}");
            let printed = stdout(&output);
            let printed = if let Some(file) = file {
                std::fs::write(file, printed).unwrap();
                String::new()
            } else {
                shown += 1;
                let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
                lines.join("\n") + "\n"
            };
            real.extend(["console\n", &command, "\n", &printed]);
        }
        if std::env::var_os("UPDATE_GUIDES").is_some() {
            std::fs::write(&path, &real).unwrap();
        } else {
            assert!(text == real, "{guide} is not up to date: run with UPDATE_GUIDES=1");
        }
    }
    assert!(shown > 5, "the guides show what the command prints");
}

/// The command of a console block, as written and as words.
fn console(block: &str) -> Option<(String, Vec<String>)> {
    let lines = block.strip_prefix("console\n")?;
    let mut command = String::new();
    for line in lines.lines() {
        command.push_str(line);
        if !line.ends_with('\\') {
            break;
        }
        command.push('\n');
    }
    let words = command.replace("\\\n", " ");
    let words = words.strip_prefix("$ cargo reach ")?;
    Some((command.clone(), words.split_whitespace().map(str::to_owned).collect()))
}

#[test]
fn a_gate_is_not_passed_without_instances() {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(root().join(LAB)).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let gate = |args: &[&str]| {
        let output = reach(&[&["scan", path, "--fail-on", "high"], args].concat());
        (output.status.code(), stdout(&output))
    };
    assert_eq!(gate(&[]).0, Some(1));
    assert_eq!(gate(&["--edit", TASK_4, "--edit", TASK_5]).0, Some(0));
    for name in ["describe-instances.json", "describe-network-interfaces.json"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
        let (code, text) = gate(&[]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("UNKNOWN"), "{text}");
    }
}
