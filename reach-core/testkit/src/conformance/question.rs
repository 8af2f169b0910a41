//! Questions and expectations in a line each.

use std::net::IpAddr;

use reach_core::packet::{IpSet, PortSet};
use reach_core::{Direction, Network, QueryError, TraceAnswer, TraceOptions, Verdict};
use serde::Serialize;

use super::Problem;

/// The internet client of the specification.
const X: &str = "203.0.113.5";
/// The same over IPv6.
const X6: &str = "2001:db8:ffff::5";

/// A question and what is expected of the answer, as written and as read.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As written.
    pub text: (String, String),
    /// As read.
    pub question: Question,
    /// As read.
    pub expected: Expected,
}

impl Asked {
    /// Reads both lines.
    ///
    /// # Errors
    ///
    /// The word that nobody understands.
    pub fn parse(question: &str, expected: &str) -> Result<Self, Problem> {
        Ok(Self {
            text: (question.to_owned(), expected.to_owned()),
            question: Question::parse(question)?,
            expected: Expected::parse(expected)?,
        })
    }
}

/// `FROM > TO TRAFFIC`, then `forward` for one-way delivery, `port=N` or `port=any` for another
/// client port than 50000, `via=LB`, `source=ADDRESS` for what the source sends with, and
/// `vouch=CODE` for an assumption that the asker vouches for. `X` and `X6` are the internet
/// clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The source.
    pub from: String,
    /// The destination.
    pub to: String,
    /// What is sent.
    pub traffic: String,
    /// One-way delivery.
    pub forward: bool,
    /// The client's port; any ephemeral one without.
    pub source_port: Option<u16>,
    /// What the source sends with, when not with an address of its own.
    pub source: Option<String>,
    /// What the flow goes through.
    pub via: Option<String>,
    /// Assumptions that the asker vouches for.
    pub vouched: Vec<String>,
}

impl Question {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// The word that nobody understands.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [from, ">", to, traffic, more @ ..] = words.as_slice() else {
            return Err(format!("{text:?} is no question"));
        };
        let end = |text: &str| match text {
            "X" => X.to_owned(),
            "X6" => X6.to_owned(),
            _ => text.to_owned(),
        };
        let mut question = Self {
            from: end(from),
            to: end(to),
            traffic: (*traffic).to_owned(),
            forward: false,
            source_port: Some(50000),
            source: None,
            via: None,
            vouched: Vec::new(),
        };
        for word in more {
            match word.split_once('=') {
                None if *word == "forward" => question.forward = true,
                Some(("port", "any")) => question.source_port = None,
                Some(("port", port)) => {
                    question.source_port = Some(port.parse().map_err(|_| format!("{word:?}"))?);
                }
                Some(("source", address)) => question.source = Some(end(address)),
                Some(("via", via)) => question.via = Some(via.to_owned()),
                Some(("vouch", code)) => question.vouched.push(code.to_owned()),
                _ => return Err(format!("{word:?} is no option of a question")),
            }
        }
        Ok(question)
    }

    /// Asks.
    ///
    /// # Errors
    ///
    /// As [`Network::trace`].
    ///
    /// # Panics
    ///
    /// If traffic or source cannot be read: a mistake in a test.
    #[expect(clippy::panic, reason = "a test with an unreadable question is wrong")]
    pub fn ask(&self, network: &Network) -> Result<TraceAnswer, QueryError> {
        let traffic = self.traffic.parse();
        let Ok(traffic) = traffic else { panic!("{:?} is no traffic", self.traffic) };
        let source = self.source.as_ref().map(|text| {
            let Ok(address) = text.parse::<IpAddr>() else { panic!("{text:?} is no address") };
            IpSet::from(address)
        });
        let options = TraceOptions {
            forward: self.forward,
            source_ports: self.source_port.map(PortSet::single),
            source_addresses: source,
            via: self.via.clone(),
            vouched: self.vouched.clone(),
        };
        network.trace(&self.from, &self.to, &traffic, &options)
    }
}

/// `ALLOW`, `PARTIAL`, `DENY` or `UNKNOWN`; `R` when the reply decides; the code of the first
/// explanation; the id of its component; `#N` for the number of a network ACL entry. Then
/// `assuming CODE` for an assumption, `note CODE` for a note, `through ID` for a hop,
/// `passing PART` for the client ports or the destinations that get through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// The verdict, as answers spell it.
    pub verdict: Verdict,
    /// `return` when the reply decides.
    pub direction: Direction,
    /// Code of the first explanation.
    pub code: Option<String>,
    /// Id of its component.
    pub component: Option<String>,
    /// Number of the network ACL entry, `null` for the final deny.
    pub acl_entry: Option<String>,
    /// Assumptions that the answer lists.
    pub assumptions: Vec<String>,
    /// Notes that the answer lists.
    pub notes: Vec<String>,
    /// Elements that a path of the answer goes through.
    pub through: Vec<String>,
    /// TCP source ports or destinations that get through.
    pub passing: Option<String>,
}

impl Expected {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// The word that nobody understands.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let mut words = text.split_whitespace().peekable();
        let verdict = match words.next() {
            Some("ALLOW") => Verdict::Reachable,
            Some("PARTIAL") => Verdict::PartlyReachable,
            Some("DENY") => Verdict::NotReachable,
            Some("UNKNOWN") => Verdict::Unknown,
            _ => return Err(format!("{text:?} expects no verdict")),
        };
        let direction = match words.next_if(|word| *word == "R") {
            Some(_) => Direction::Return,
            None => Direction::Forward,
        };
        let mut expected = Self {
            verdict,
            direction,
            code: None,
            component: None,
            acl_entry: None,
            assumptions: Vec::new(),
            notes: Vec::new(),
            through: Vec::new(),
            passing: None,
        };
        while let Some(word) = words.next() {
            let mut next =
                || words.next().map(str::to_owned).ok_or_else(|| format!("{text:?} is cut off"));
            match word {
                "assuming" => expected.assumptions.push(next()?),
                "note" => expected.notes.push(next()?),
                "through" => expected.through.push(next()?),
                "passing" => expected.passing = Some(next()?),
                _ if word.starts_with('#') => {
                    expected.acl_entry = Some(word.trim_start_matches('#').to_owned());
                }
                _ if expected.code.is_none() => expected.code = Some(word.to_owned()),
                _ if expected.component.is_none() => expected.component = Some(word.to_owned()),
                _ => return Err(format!("{word:?} in {text:?} is too much")),
            }
        }
        Ok(expected)
    }

    /// Whether an answer says what is expected, and nothing that does not fit together.
    ///
    /// # Errors
    ///
    /// What does not fit.
    pub fn compare(&self, answer: &TraceAnswer) -> Result<(), Problem> {
        if answer.verdict != self.verdict {
            return Err(format!("{:?} was answered", answer.verdict));
        }
        consistent(answer)?;
        self.compare_explanation(answer)?;
        for code in &self.assumptions {
            if !answer.assumptions.iter().any(|assumption| assumption.code == code) {
                return Err(format!("the answer does not assume {code}"));
            }
        }
        for code in &self.notes {
            if !answer.notes.iter().any(|note| note.code == code) {
                return Err(format!("the answer does not note {code}"));
            }
        }
        for id in &self.through {
            let mut hops =
                answer.paths.iter().flat_map(|path| path.forward.iter().chain(&path.reply));
            if !hops.any(|hop| names(id, &hop.component.id)) {
                return Err(format!("no path goes through {id}"));
            }
        }
        let ports = answer.passing.traffic().tcp_source_ports().to_string();
        let addresses = answer.passing.destinations().to_string();
        match &self.passing {
            Some(part) if *part != ports && *part != addresses => {
                Err(format!("{ports} to {addresses} gets through"))
            }
            _ => Ok(()),
        }
    }

    fn compare_explanation(&self, answer: &TraceAnswer) -> Result<(), Problem> {
        let Some(code) = &self.code else { return Ok(()) };
        let Some(first) = answer.explanations.first() else {
            return Err("the answer explains nothing".to_owned());
        };
        if first.direction != self.direction || first.reason.code.as_str() != code {
            return Err("another explanation comes first".to_owned());
        }
        let decides = &first.reason.component.id;
        if self.component.as_ref().is_some_and(|id| !names(id, decides)) {
            return Err("another element decides".to_owned());
        }
        let Some(number) = &self.acl_entry else { return Ok(()) };
        let json = serde_json::to_string(&first.reason).map_err(|error| error.to_string())?;
        match json.contains(&format!("\"rule_number\":{number},")) {
            true => Ok(()),
            false => Err(format!("entry {number} was expected")),
        }
    }
}

/// Whether a word is an id, or a part of one that is an ARN.
fn names(word: &str, id: &str) -> bool {
    word == id || id.starts_with("arn:") && id.split('/').any(|part| part == word)
}

/// What every answer owes its reader.
fn consistent(answer: &TraceAnswer) -> Result<(), Problem> {
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
