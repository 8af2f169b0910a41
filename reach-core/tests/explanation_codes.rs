//! `docs/explanation-codes.md` lists with each code where it is met, what it is shown by and which
//! rules say so. The sources and the answers of the conformance cases are held against it. With
//! `UPDATE_GUIDES=1` what is missing there is added.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reach_core::{Evidence, Explanation, ExplanationCode, Network};
use reach_testkit::conformance::{Suite, rules};

/// What the page says of a code.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Row {
    whose: String,
    condition: String,
    elements: BTreeSet<String>,
    evidence: BTreeSet<String>,
    rules: BTreeSet<String>,
}

type Page = BTreeMap<String, Row>;

fn page_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/explanation-codes.md")
}

fn set(cell: &str) -> BTreeSet<String> {
    let words = cell.split(", ").map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.trim_matches('`').to_owned()).collect()
}

fn row(line: &str) -> Option<(String, Row)> {
    let cells: Vec<&str> = line.strip_prefix("| `")?.split('|').map(str::trim).collect();
    let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
    let row = Row {
        whose: cell(1).to_owned(),
        condition: cell(2).to_owned(),
        elements: set(cell(3)),
        evidence: set(cell(4)),
        rules: set(cell(5)),
    };
    Some((cell(0).trim_matches('`').to_owned(), row))
}

fn read() -> (String, Page) {
    let text = std::fs::read_to_string(page_path()).unwrap();
    let page = text.lines().filter_map(row).collect();
    (text, page)
}

fn write(text: &str, page: &Page) {
    let joined = |set: &BTreeSet<String>, quote: &str| {
        let words: Vec<String> = set.iter().map(|word| format!("{quote}{word}{quote}")).collect();
        words.join(", ")
    };
    let lines = text.lines().map(|line| match row(line) {
        Some((code, _)) => {
            let Row { whose, condition, elements, evidence, rules } = &page[&code];
            let (elements, evidence) = (joined(elements, ""), joined(evidence, "`"));
            let rules = joined(rules, "");
            format!("| `{code}` | {whose} | {condition} | {elements} | {evidence} | {rules} |")
        }
        None => line.to_owned(),
    });
    let lines: Vec<String> = lines.collect();
    std::fs::write(page_path(), lines.join("\n") + "\n").unwrap();
}

/// What an answer shows a code with.
fn meet(met: &mut Page, explanation: &Explanation) {
    let reason = &explanation.reason;
    let row = met.entry(reason.code.to_string()).or_default();
    let kind = serde_json::to_value(reason.component.kind).unwrap();
    row.elements.insert(kind.as_str().unwrap().replace('_', " "));
    row.rules.extend(reason.rules.iter().map(|rule| (*rule).to_owned()));
    row.evidence.extend(reason.evidence.iter().map(|evidence| match evidence {
        Evidence::Attribute { attribute, .. } => attribute.to_string(),
        other => serde_json::to_value(other).unwrap()["type"].as_str().unwrap().to_owned(),
    }));
}

fn of_the_cases() -> Page {
    let (suite, mut met) = (Suite::read().unwrap(), Page::new());
    for case in &suite.cases {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        for asked in &case.asked {
            let answer = asked.question.ask(&network).unwrap();
            let of_paths = answer.paths.iter().flat_map(|path| &path.explanations);
            answer.explanations.iter().chain(of_paths).for_each(|it| meet(&mut met, it));
        }
    }
    met
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().unwrap() != "tests" {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// The functions of a file, tests left out.
fn functions(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut functions = vec![String::new()];
    for line in text.lines() {
        let words = line.trim_start();
        let starts = ["fn ", "pub fn ", "pub(crate) fn ", "pub(super) fn ", "const fn "];
        if starts.iter().any(|start| words.starts_with(start)) {
            functions.push(String::new());
        }
        functions.last_mut().unwrap().extend([line, "\n"]);
    }
    functions
}

/// `IG-03` and its like, where they stand as text.
fn quoted_rules(text: &str) -> BTreeSet<String> {
    let quoted = text.split('"').skip(1).step_by(2);
    let is_rule = |word: &&str| {
        word.rsplit_once('-').is_some_and(|(topic, number)| {
            topic.starts_with(|c: char| c.is_ascii_uppercase())
                && topic.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                && number.len() == 2
                && number.chars().all(|c| c.is_ascii_digit())
        })
    };
    quoted.filter(is_rule).map(str::to_owned).collect()
}

/// The codes and the rules that stand together in one function of the engine.
fn of_the_sources() -> Vec<(String, BTreeSet<String>, BTreeSet<String>)> {
    let named: BTreeMap<String, String> =
        ExplanationCode::ALL.iter().map(|code| (format!("{code:?}"), code.to_string())).collect();
    let mut files = Vec::new();
    for room in ["rules", "path", "query", "network"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut files);
    }
    let mut together = Vec::new();
    for file in files {
        for function in functions(&std::fs::read_to_string(&file).unwrap()) {
            let words = function.split("ExplanationCode::").skip(1);
            let variants = words.filter_map(|rest| {
                rest.split(|c: char| !c.is_ascii_alphanumeric()).next().map(str::to_owned)
            });
            let codes: BTreeSet<String> =
                variants.filter_map(|variant| named.get(&variant).cloned()).collect();
            let rules = quoted_rules(&function);
            if !codes.is_empty() && !rules.is_empty() {
                together.push((file.display().to_string(), codes, rules));
            }
        }
    }
    together
}

#[test]
fn every_code_is_documented_with_what_it_is_met_with() {
    let (text, mut page) = read();
    let met = of_the_cases();
    assert!(met.len() > 50, "{}", met.len());
    if std::env::var_os("UPDATE_GUIDES").is_some() {
        for (code, met) in &met {
            let row = page.get_mut(code).unwrap();
            row.elements.extend(met.elements.iter().cloned());
            row.evidence.extend(met.evidence.iter().cloned());
            row.rules.extend(met.rules.iter().cloned());
        }
        for (_, codes, rules) in of_the_sources() {
            if let [code] = codes.iter().collect::<Vec<_>>().as_slice() {
                page.get_mut(*code).unwrap().rules.extend(rules);
            }
        }
        write(&text, &page);
    }
    for (code, met) in &met {
        let row = page.get(code).unwrap_or_else(|| panic!("{code} has no row"));
        let missing = |met: &BTreeSet<String>, row: &BTreeSet<String>| -> Vec<String> {
            met.difference(row).cloned().collect()
        };
        assert_eq!(missing(&met.elements, &row.elements), [""; 0], "element of {code}");
        assert_eq!(missing(&met.evidence, &row.evidence), [""; 0], "evidence of {code}");
        assert_eq!(missing(&met.rules, &row.rules), [""; 0], "rules of {code}");
    }
}

#[test]
fn every_rule_beside_a_code_is_in_a_row() {
    let (_, page) = read();
    let together = of_the_sources();
    assert!(together.len() > 50, "{}", together.len());
    let mut missing = BTreeSet::new();
    for (file, codes, rules) in together {
        let rows: BTreeSet<&String> = codes.iter().flat_map(|code| &page[code].rules).collect();
        let lost = rules.iter().filter(|rule| !rows.contains(rule));
        missing.extend(lost.map(|rule| format!("{file}: {rule} beside {codes:?}")));
    }
    assert!(missing.is_empty(), "in no row of a code beside it:\n{missing:#?}");
}

#[test]
fn every_row_is_whole() {
    let (_, page) = read();
    let known = rules().unwrap();
    assert_eq!(page.len(), ExplanationCode::ALL.len());
    let mut holes = BTreeSet::new();
    for (code, row) in &page {
        let cells = [&row.elements, &row.rules];
        let whole = cells.iter().all(|cell| !cell.is_empty());
        let whose = row.whose == "AWS" || row.whose == "ours";
        if !whole || !whose || !row.condition.ends_with('.') {
            holes.insert(format!("{code}: {row:?}"));
        }
        let strange = row.rules.iter().filter(|rule| !known.contains_key(*rule));
        holes.extend(strange.map(|rule| format!("{code}: there is no rule {rule}")));
    }
    assert!(holes.is_empty(), "{holes:#?}");
}
