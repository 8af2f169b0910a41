//! The cases of `testkit/conformance/`, every one of them.

use std::collections::BTreeSet;
use std::fmt::Write;

use reach_core::Network;
use reach_testkit::conformance::{Asked, Suite};

/// Runs every case and tells all that fail, with what was answered instead.
#[test]
fn every_case() {
    let suite = Suite::read().unwrap();
    let (mut asked, mut failed) = (0, BTreeSet::new());
    let mut failures = String::new();
    for case in &suite.cases {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        for one in &case.asked {
            asked += 1;
            if let Err(problem) = answer(&network, one) {
                failed.insert(&case.id);
                let (question, expected) = &one.text;
                writeln!(failures, "{}: {}", case.id, case.text).unwrap();
                writeln!(failures, "  {question}\n  {expected}\n  {problem}").unwrap();
            }
        }
    }
    println!("{} conformance cases, {asked} questions", suite.cases.len());
    assert!(failures.is_empty(), "\n{failures}\n{} cases fail: {failed:?}", failed.len());
}

fn answer(network: &Network, asked: &Asked) -> Result<(), String> {
    let answer = asked.question.ask(network).map_err(|error| error.to_string())?;
    asked.expected.compare(&answer).map_err(|problem| {
        let mut text = problem;
        for told in &answer.explanations {
            let (reason, direction) = (&told.reason, told.direction);
            let (code, id) = (reason.code, &reason.component.id);
            write!(text, "\n    {direction:?} {code} {id} {:?}", reason.rules).unwrap();
        }
        for assumption in &answer.assumptions {
            write!(text, "\n    assuming {}", assumption.code).unwrap();
        }
        text
    })
}

/// Section 20 has 235 cases and all of them are here, each in the file of its section.
#[test]
fn no_case_is_left_out() {
    let suite = Suite::read().unwrap();
    let ids: BTreeSet<_> = suite.cases.iter().map(|case| case.id.as_str()).collect();
    let missing: Vec<_> =
        (1..=235).map(|n| format!("C-{n:03}")).filter(|id| !ids.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for case in &suite.cases {
        let section = case.file.starts_with("20.");
        assert_eq!(case.id.starts_with("C-"), section, "{} in {}", case.id, case.file);
    }
}
