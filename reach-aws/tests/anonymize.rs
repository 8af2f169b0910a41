//! Anonymised snapshots answer as the ones that they were made of, and do not tell whose they are.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use reach_aws::Loader;
use reach_aws::anonymize::{Anonymizer, anonymize_files};
use reach_core::snapshot::Snapshot;
use reach_core::{Network, ScanOptions, Verdict};
use reach_testkit::Flow;
use reach_testkit::conformance::{Question, Suite, files};
use reach_testkit::flows::flows;
use reach_testkit::generate::corners;
use serde_json::Value;

const SECRET: &[u8] = b"nobody knows";

struct Pair {
    before: Network,
    after: Network,
    anonymizer: Anonymizer,
}

type Files = BTreeMap<String, Vec<u8>>;

fn load(files: &Files) -> Network {
    let mut loader = Loader::new();
    for (name, bytes) in files {
        loader.add(name, bytes).unwrap();
    }
    loader.finish().unwrap().compile()
}

fn pair(snapshot: &Snapshot) -> Pair {
    let files = files(snapshot).unwrap();
    let mut anonymizer = Anonymizer::new(SECRET);
    for file in files.values() {
        anonymizer.learn(file);
    }
    let files: Files =
        files.into_iter().map(|(name, file)| (name, file.to_string().into_bytes())).collect();
    let after = load(&anonymize_files(files.clone(), SECRET).unwrap());
    Pair { before: load(&files), after, anonymizer }
}

impl Pair {
    /// The same question, about what the ends are called now.
    fn renamed(&self, question: &Question) -> Question {
        let name = |text: &String| match text.as_str() {
            "internet" => text.clone(),
            _ => self.anonymizer.rename(text),
        };
        Question {
            from: name(&question.from),
            to: name(&question.to),
            source: question.source.as_ref().map(name),
            via: question.via.as_ref().map(name),
            ..question.clone()
        }
    }

    /// The verdict and what decides it, before and after.
    fn answers(&self, question: &Question) -> [Option<(Verdict, BTreeSet<String>, String)>; 2] {
        let ask = |network: &Network, question: &Question| {
            let answer = question.ask(network).ok()?;
            let answer = serde_json::to_value(&answer).unwrap();
            let codes = answer["explanations"].as_array().unwrap().iter();
            let codes = codes.map(|it| it["code"].as_str().unwrap().to_owned()).collect();
            let verdict = serde_json::from_value(answer["verdict"].clone()).unwrap();
            Some((verdict, codes, format!("{} paths", answer["paths"].as_array().unwrap().len())))
        };
        [ask(&self.before, question), ask(&self.after, &self.renamed(question))]
    }
}

fn question(flow: &Flow) -> Question {
    let packet = &flow.packet;
    let port = packet.destination_port;
    let traffic = match packet.protocol {
        6 => format!("tcp/{port}"),
        17 => format!("udp/{port}"),
        1 => format!("icmp/{}/{port}", packet.source_port),
        58 => format!("icmpv6/{}/{port}", packet.source_port),
        other => format!("proto/{other}"),
    };
    let to = match flow.to.as_str() {
        "any" => packet.destination.to_string(),
        to => to.to_owned(),
    };
    Question {
        from: flow.from.clone(),
        to,
        traffic,
        forward: flow.forward,
        source_port: matches!(packet.protocol, 6 | 17).then_some(packet.source_port),
        source: Some(packet.source.to_string()),
        via: flow.via.clone(),
        vouched: flow.vouched.clone(),
    }
}

#[test]
fn every_conformance_case_is_answered_as_before() {
    let suite = Suite::read().unwrap();
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for case in &suite.cases {
        let pair = pair(&suite.snapshot(&case.id).unwrap());
        for asked in &case.asked {
            let [before, after] = pair.answers(&asked.question);
            assert_eq!(before, after, "{}: {:?}", case.id, asked.text);
            let (verdict, ..) = before.unwrap();
            *verdicts.entry(format!("{verdict:?}")).or_default() += 1;
        }
    }
    assert!(verdicts.len() == 4 && verdicts.values().sum::<usize>() > 235, "{verdicts:?}");
}

#[test]
fn flows_of_networks_that_are_unlike_one_another_are_answered_as_before() {
    let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..60 {
        let snapshot = corners(seed);
        let pair = pair(&snapshot);
        for flow in flows(&snapshot, seed, 12, 4) {
            let question = question(&flow);
            let [before, after] = pair.answers(&question);
            assert_eq!(before, after, "seed {seed}: {question:?}");
            let verdict = before.map(|(verdict, ..)| format!("{verdict:?}")).unwrap_or_default();
            *verdicts.entry(verdict).or_default() += 1;
        }
    }
    assert!(verdicts["Reachable"] > 50 && verdicts["NotReachable"] > 500, "{verdicts:?}");
}

#[test]
fn scans_find_as_many() {
    let counts = |network: &Network| {
        let run = network.scan(&ScanOptions::default());
        let run = serde_json::to_value(&run).unwrap();
        let findings = run["findings"].as_array().unwrap().iter().map(|finding| {
            ["type", "severity", "protocol", "port", "tcp_ports", "udp_ports", "reachability"]
                .map(|key| finding[key].to_string())
        });
        let mut findings: Vec<_> = findings.collect();
        findings.sort();
        (findings, run["unknown"].as_array().map_or(0, Vec::len))
    };
    let mut found = 0;
    for seed in 100..160 {
        let pair = pair(&corners(seed));
        let before = counts(&pair.before);
        assert_eq!(before, counts(&pair.after), "seed {seed}");
        found += before.0.len();
    }
    assert!(found > 20, "{found}");
}

fn lab() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples/lab"))
}

fn reach(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reach"));
    command.args(arguments).current_dir(folder).output().unwrap()
}

fn findings(folder: &Path, snapshot: &str) -> Vec<Value> {
    let output = reach(folder, &["scan", snapshot, "--format", "json"]);
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    run["findings"].as_array().unwrap().clone()
}

#[test]
fn the_lab_as_a_folder_a_zip_and_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab().to_str().unwrap();
    fs::write(folder.path().join("key"), "k").unwrap();
    for out in ["out", "out.zip"] {
        let output = reach(folder.path(), &["anonymize", lab, out, "--key-file", "key"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && output.stderr.is_empty());
        let severities: Vec<Value> =
            findings(folder.path(), out).iter().map(|it| it["severity"].clone()).collect();
        assert_eq!(severities, ["HIGH", "MEDIUM", "INFORMATIONAL"]);
    }
    assert_eq!(findings(folder.path(), "out"), findings(folder.path(), "out.zip"), "one key");
    let zip = fs::File::open(folder.path().join("out.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(zip).unwrap();
    let first = zip.by_index(0).unwrap();
    assert!(first.last_modified().is_some_and(|time| time.is_valid()), "a date that there is");
    assert_eq!(first.unix_mode(), Some(0o644));
    let file = format!("{lab}/describe-vpcs.json");
    assert!(reach(folder.path(), &["anonymize", &file, "one.json"]).status.success());
    assert!(folder.path().join("one.json").is_file());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4, "nothing is left over");
}

#[test]
fn nothing_of_the_lab_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab().to_str().unwrap();
    for out in ["one", "two"] {
        assert!(reach(folder.path(), &["anonymize", lab, out]).status.success());
    }
    let mut same = 0;
    for entry in fs::read_dir(folder.path().join("one")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        for told in [
            "123456789012",
            "Bastion",
            "AppServer",
            "Lab",
            "Telnet",
            "SecurityScan",
            "10.0.1.10",
            "198.51.100",
            "vpc-9af3739bc4b716148",
            "i-34a8b7a77a92db7ba",
            "compute-1.amazonaws",
        ] {
            assert!(!text.contains(told), "{}: {told}", path.display());
        }
        let other = folder.path().join("two").join(path.file_name().unwrap());
        same += usize::from(text == fs::read_to_string(other).unwrap());
    }
    // Files that list nothing.
    assert_eq!(same, 4, "a secret is used once");
}

#[test]
fn ids_in_file_names_are_replaced_and_still_tell() {
    let group =
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b2c3d4e5f6a7b";
    let name = group.replace([':', '/'], "_");
    let files: Files = [
        (
            "111122223333/eu-west-1/get-managed-prefix-list-entries-pl-0abc12.json".to_owned(),
            r#"{"Entries": [{"Cidr": "203.0.113.0/24", "Description": "hq"}]}"#,
        ),
        (
            format!("111122223333/eu-west-1/describe-target-health-{name}.json"),
            r#"{"TargetHealthDescriptions": []}"#,
        ),
        (
            "111122223333/eu-west-1/describe-instance-health-shop.json".to_owned(),
            r#"{"InstanceStates": []}"#,
        ),
        ("111122223333/eu-west-1/shop.json".to_owned(), r#"{"Vpcs": []}"#),
    ]
    .into_iter()
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .collect();
    let after = anonymize_files(files, SECRET).unwrap();
    let anonymizer = Anonymizer::new(SECRET);
    let mut loader = Loader::new();
    for (name, bytes) in &after {
        assert!(
            !name.contains("111122223333") && !name.contains("shop") && !name.contains("0abc12")
        );
        loader.add(name, bytes).unwrap();
    }
    let loaded = loader.finish().unwrap();
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let [region] = loaded.snapshot.regions.try_into().unwrap();
    let list = &region.managed_prefix_list_entries.unwrap()[0];
    assert_eq!(list.prefix_list_id, anonymizer.rename("pl-0abc12"));
    let health = &region.load_balancer_target_health.unwrap()[0];
    assert_eq!(health.target_group_arn, anonymizer.rename(group));
    let states = &region.classic_load_balancer_instance_states.unwrap()[0];
    assert_eq!(states.load_balancer_name, anonymizer.rename("shop"));
    assert_eq!(region.account, Some(anonymizer.rename("111122223333")));
    assert_eq!(region.name.as_deref(), Some("eu-west-1"));
}

#[test]
fn bad_input_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("no.json"), "{").unwrap();
    fs::write(folder.path().join("there"), "").unwrap();
    let lab = lab().to_str().unwrap();
    for (arguments, message) in [
        (["anonymize", "gone", "out"], "gone: cannot be read"),
        (["anonymize", "no.json", "out"], "not readable as JSON"),
        (["anonymize", lab, "there"], "there: exists already"),
    ] {
        let output = reach(folder.path(), &arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.starts_with("error: ") && text.contains(message), "{text}");
        assert!(!folder.path().join("out").exists());
    }
}
