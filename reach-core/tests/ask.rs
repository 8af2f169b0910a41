//! Questions and expectations in a line each.

use std::fmt::Write;

use reach_core::packet::PortSet;
use reach_core::{Direction, Network, TraceAnswer, TraceOptions, Verdict};
use reach_testkit::Lab;

/// The internet client of the specification.
pub(crate) const X: &str = "203.0.113.5";
/// The same over IPv6.
pub(crate) const X6: &str = "2001:db8:ffff::5";

/// A case: id, network, question and what is expected of the answer.
///
/// Question: `FROM > TO TRAFFIC`, then `forward` for one-way delivery and `port=N` or `port=any`
/// for another client port than 50000. `X` and `X6` are the internet clients.
///
/// Expected: `ALLOW`, `PARTIAL`, `DENY` or `UNKNOWN`; `R` when the reply decides; the code of the
/// first explanation; the id of its component; `#N` for the number of the network ACL entry.
pub(crate) type Case<'a> = (&'a str, Lab, &'a str, &'a str);

/// Runs cases and tells all that fail.
pub(crate) fn run(cases: Vec<Case<'_>>) {
    assert!(!cases.is_empty(), "a table without cases tests nothing");
    let mut failures = String::new();
    for (id, lab, question, expected) in cases {
        let network = Network::compile(lab.snapshot());
        let answer = ask(&network, question);
        if let Err(problem) = compare(&answer, expected) {
            writeln!(failures, "{id}: {question}\n  {problem}").unwrap();
            for told in &answer.explanations {
                let (reason, direction) = (&told.reason, told.direction);
                let (code, id) = (reason.code, &reason.component.id);
                writeln!(failures, "    {direction:?} {code} {id} {:?}", reason.rules).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Asks one question.
pub(crate) fn ask(network: &Network, question: &str) -> TraceAnswer {
    try_ask(network, question).unwrap_or_else(|error| panic!("{question}: {error}"))
}

/// Asks one question that may have no answer.
pub(crate) fn try_ask(
    network: &Network,
    question: &str,
) -> Result<TraceAnswer, reach_core::QueryError> {
    let words: Vec<&str> = question.split(' ').collect();
    let [from, ">", to, traffic, more @ ..] = words.as_slice() else {
        panic!("{question:?} is no question");
    };

    let end = |text: &str| match text {
        "X" => X.to_owned(),
        "X6" => X6.to_owned(),
        _ => text.to_owned(),
    };
    let mut options =
        TraceOptions { source_ports: Some(PortSet::single(50000)), ..TraceOptions::default() };
    for word in more {
        match word.split_once('=') {
            None if *word == "forward" => options.forward = true,
            Some(("port", "any")) => options.source_ports = None,
            Some(("port", port)) => {
                options.source_ports = Some(PortSet::single(port.parse().unwrap()));
            }
            _ => panic!("{word:?} is no option of a question"),
        }
    }
    network.trace(&end(from), &end(to), &traffic.parse().unwrap(), &options)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reachable => "ALLOW",
        Verdict::PartlyReachable => "PARTIAL",
        Verdict::NotReachable => "DENY",
        Verdict::Unknown => "UNKNOWN",
    }
}

fn compare(answer: &TraceAnswer, expected: &str) -> Result<(), String> {
    let mut words = expected.split(' ').peekable();
    let verdict = words.next().unwrap_or_default();
    if word(answer.verdict) != verdict {
        return Err(format!("{verdict} was expected and {} answered", word(answer.verdict)));
    }
    consistent(answer)?;
    let direction = match words.peek() {
        Some(&"R") => {
            words.next();
            Direction::Return
        }
        _ => Direction::Forward,
    };
    let Some(code) = words.next() else { return Ok(()) };
    let Some(first) = answer.explanations.first() else {
        return Err("the answer explains nothing".to_owned());
    };
    let json = serde_json::to_string(&first.reason).map_err(|error| error.to_string())?;
    let fits = first.direction == direction
        && first.reason.code.as_str() == code
        && words.all(|word| match word.strip_prefix('#') {
            Some(number) => json.contains(&format!("\"rule_number\":{number},")),
            None => &*first.reason.component.id == word,
        });
    if fits { Ok(()) } else { Err(format!("`{expected}` was expected")) }
}

/// What every answer owes its reader.
fn consistent(answer: &TraceAnswer) -> Result<(), String> {
    let sound = match answer.verdict {
        Verdict::Reachable => !answer.passing.is_empty() && answer.explanations.is_empty(),
        Verdict::PartlyReachable => {
            let some = !answer.passing.is_empty() || !answer.sometimes.is_empty();
            some && !answer.explanations.is_empty()
        }
        Verdict::NotReachable | Verdict::Unknown => {
            answer.passing.is_empty() && !answer.explanations.is_empty()
        }
    };
    let rules = answer.explanations.iter().all(|told| !told.reason.rules.is_empty());
    match (sound, rules) {
        (false, _) => Err("verdict, passing set and explanations do not fit together".to_owned()),
        (_, false) => Err("an explanation names no rule".to_owned()),
        (true, true) => Ok(()),
    }
}
