//! Paths: together they are the answer, and each says what becomes of its packets.

use reach_core::packet::HeaderSet;
use reach_core::{Network, PathsOptions, TraceAnswer, Verdict};
use reach_testkit::conformance::Suite;

fn each_answer(mut look: impl FnMut(&str, &TraceAnswer)) {
    let suite = Suite::read().unwrap();
    for case in &suite.cases {
        let network = Network::compile(suite.snapshot(&case.id).unwrap());
        for asked in &case.asked {
            let answer = asked.question.ask(&network).unwrap();
            look(&format!("{}: {}", case.id, asked.text.0), &answer);
        }
    }
}

#[test]
fn they_add_up_to_the_answer() {
    let (mut open, mut wrong) = (0, Vec::new());
    each_answer(|at, answer| {
        let all = |of: &dyn Fn(&reach_core::Path) -> HeaderSet| {
            HeaderSet::union_all(answer.paths.iter().map(of))
        };
        let passing = all(&|path| path.passing.clone());
        let unknown = all(&|path| path.unknown.clone());
        // Without a walk there is no path to tell of.
        let told = answer.paths.is_empty()
            || passing == answer.passing.union(&answer.sometimes)
                && answer.unknown.is_subset(&unknown.union(&passing));
        if !told {
            wrong.push(at.to_owned());
        }
        open += usize::from(!unknown.is_empty());
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(open > 10, "{open}");
}

#[test]
fn each_says_why() {
    each_answer(|at, answer| {
        for path in &answer.paths {
            match path.verdict {
                Verdict::Reachable | Verdict::PartlyReachable => {
                    assert!(!path.passing.is_empty(), "{at}");
                }
                Verdict::Unknown => {
                    assert!(path.passing.is_empty(), "{at}");
                    assert!(!path.unknown.is_empty(), "{at}");
                }
                Verdict::NotReachable => {
                    assert!(path.passing.is_empty() && path.unknown.is_empty(), "{at}");
                }
            }
            for explanation in &path.explanations {
                let Some(position) = path.hop_of(explanation) else { continue };
                let hops = [&path.forward, &path.reply];
                let hop = hops.into_iter().find_map(|hops| {
                    let hop = hops.get(position)?;
                    (hop.component == explanation.reason.component).then_some(hop)
                });
                assert!(hop.is_some(), "{at}");
            }
        }
    });
}

#[test]
fn blocked_ways_are_left_out() {
    let suite = Suite::read().unwrap();
    let network = Network::compile(suite.snapshot("T4").unwrap());
    let all = "any".parse().unwrap();
    let ask = |blocked| {
        let options = PathsOptions { blocked, ..PathsOptions::default() };
        network.paths("vpc-v", "internet", &all, &options).unwrap()
    };
    let (open, every) = (ask(false), ask(true));
    assert!(open.paths.len() < every.paths.len());
    assert!(open.paths.iter().all(|path| path.verdict != Verdict::NotReachable));
    assert_eq!(every.paths[..open.paths.len()], open.paths[..]);
    assert_eq!(open.passing, every.passing);
    assert_eq!(ask(true), every, "the same every time");
}
