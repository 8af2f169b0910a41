//! Which rule of the specification is where: `docs/coverage.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use reach_testkit::conformance::{Rule, Suite, rules};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/coverage.md");

/// The chapters, in the specification's order.
const CHAPTERS: &[(&str, &str)] = &[
    ("PK", "Packets and questions"),
    ("PIPE", "Forwarding"),
    ("ENI", "Interfaces"),
    ("SG", "Security groups"),
    ("NA", "Network ACLs"),
    ("RT", "Route tables"),
    ("IG", "Internet gateways"),
    ("BPA", "Block Public Access"),
    ("NAT", "NAT"),
    ("PCX", "Peering"),
    ("TGW", "Transit gateways"),
    ("HYB", "On-premises networks and other edges"),
    ("EP", "Endpoints"),
    ("LB", "Load balancers"),
    ("MB", "Appliances and gateway load balancers"),
    ("NFW", "Network Firewall"),
    ("SC", "Other features"),
    ("RP", "Return path"),
];

/// With `UPDATE_COVERAGE=1` the page is written anew instead.
#[test]
fn the_page_is_up_to_date() {
    let page = page();
    if std::env::var_os("UPDATE_COVERAGE").is_some() {
        std::fs::write(PAGE, page).unwrap();
    } else {
        let written = std::fs::read_to_string(PAGE).unwrap();
        assert!(written == page, "docs/coverage.md is not up to date: run with UPDATE_COVERAGE=1");
    }
}

#[test]
fn every_rule_has_a_case_or_says_why_not() {
    let (rules, cases) = (rules().unwrap(), cases());
    for (id, Rule { why_no_case, .. }) in &rules {
        assert!(cases.contains_key(id) != why_no_case.is_some(), "{id}");
    }
    // `E1` to `E14` are the evaluation-order tables.
    for id in cases.keys().filter(|id| !id.starts_with('E') || id.contains('-')) {
        assert!(rules.contains_key(id), "there is no rule {id}");
    }
}

/// The ids of the cases by rule: those of the specification first.
fn cases() -> BTreeMap<String, Vec<String>> {
    let mut cases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in Suite::read().unwrap().cases {
        for rule in case.rules {
            cases.entry(rule).or_default().push(case.id.clone());
        }
    }
    cases
}

/// The source files that name a rule, by rule.
fn sources(rules: &BTreeMap<String, Rule>) -> BTreeMap<&str, BTreeSet<String>> {
    let mut files = Vec::new();
    walk(Path::new(ROOT), &mut files);
    let mut sources: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(ROOT).unwrap().to_string_lossy().replace('\\', "/");
        let letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        for word in text.split(|c| !letter(c)) {
            if let Some((rule, _)) = rules.get_key_value(word) {
                sources.entry(rule).or_default().insert(name.clone());
            }
        }
    }
    sources
}

/// The source files of a folder, tests excepted.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_stem().unwrap().to_str() {
            Some("tests") => {}
            _ if path.is_dir() => walk(&path, files),
            _ => files.push(path),
        }
    }
}

fn page() -> String {
    let rules = rules().unwrap();
    let (cases, sources) = (cases(), sources(&rules));
    let mut page = String::from(
        "# Coverage\n\n\
         Every rule of the specification: the source files of `reach-core` that name it, and the \
         conformance cases that are about it (`reach-core/testkit/conformance/`).\n\
         Confidence D is documented by AWS, I inferred, U undocumented.\n\n\
         This page is generated: `UPDATE_COVERAGE=1 cargo test -p reach-core coverage`.\n",
    );
    for (prefix, chapter) in CHAPTERS {
        write!(page, "\n## {chapter}\n\n| rule | | | source | cases |\n|---|---|---|---|---|\n")
            .unwrap();
        let of = |id: &str| id.split_once('-').is_some_and(|(before, _)| before == *prefix);
        for (id, Rule { title, confidence, why_no_case }) in rules.iter().filter(|(id, _)| of(id)) {
            let files: Vec<_> =
                sources.get(id.as_str()).into_iter().flatten().map(String::as_str).collect();
            let files = files.join(", ");
            let about = match why_no_case {
                Some(why) => why.clone(),
                None => listed(cases.get(id).map(Vec::as_slice).unwrap_or_default()),
            };
            writeln!(page, "| {id} | {title} | {confidence} | {files} | {about} |").unwrap();
        }
    }
    page
}

/// `C-001, C-002 and 3 more`.
fn listed(cases: &[String]) -> String {
    let (numbered, more): (Vec<&str>, Vec<&str>) =
        cases.iter().map(String::as_str).partition(|id| id.starts_with("C-"));
    match (numbered.join(", "), more.len()) {
        (text, 0) => text,
        (text, more) if text.is_empty() => format!("{more} beyond section 20"),
        (text, more) => format!("{text} and {more} more"),
    }
}
