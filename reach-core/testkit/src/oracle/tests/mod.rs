//! Cases of section 20, asked of the oracle alone.

mod balancers;
mod edges;
mod filters;
mod middleboxes;
mod private;
mod routes;
mod transit;
mod zones;

use std::fmt::Write;

use super::{Judgement, Oracle, Verdict};
use crate::{Flow, Lab, Packet};

/// Case, network, question and what is expected.
///
/// Question: `FROM SOURCE > TO DESTINATION TRAFFIC`, then `forward`, `port=N`, `via=ID`; traffic is
/// `tcp/22`, `udp/53`, `icmp/8/0`, `58/128/0` or `50`. Expected: the verdict, `R` where the reply
/// decides, the code, the component.
type Case<'a> = (&'static str, Lab, &'static str, &'a str);

fn run(cases: Vec<Case<'_>>) {
    assert!(!cases.is_empty(), "a table without cases tests nothing");
    let mut failures = String::new();
    for (id, lab, question, expected) in cases {
        let snapshot = lab.snapshot();
        let told = tell(&Oracle::new(&snapshot).judge(&flow(question)));
        if told != expected {
            writeln!(failures, "{id}: {question}\n  expected {expected}\n  judged   {told}")
                .unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

fn tell(judgement: &Judgement) -> String {
    let verdict = match judgement.verdict {
        Verdict::Allow => "ALLOW",
        Verdict::Partial => "PARTIAL",
        Verdict::Deny => "DENY",
        Verdict::Unknown => "UNKNOWN",
    };
    match &judgement.stage {
        None => verdict.to_owned(),
        Some(stage) => {
            let reply = if stage.reply { "R " } else { "" };
            format!("{verdict} {reply}{} {}", stage.code, stage.component)
        }
    }
}

fn flow(question: &str) -> Flow {
    let words: Vec<&str> = question.split(' ').collect();
    let [from, source, ">", to, destination, traffic, more @ ..] = words.as_slice() else {
        panic!("{question:?} is no question");
    };
    let numbers: Vec<&str> = traffic.split('/').collect();
    let number = |place: usize| numbers.get(place).map_or(0, |text| text.parse().unwrap());
    let (protocol, source_port, destination_port) = match numbers[0] {
        "tcp" => (6, 50000, number(1)),
        "udp" => (17, 50000, number(1)),
        "icmp" => (1, number(1), number(2)),
        other => (other.parse().unwrap(), number(1), number(2)),
    };
    let mut flow = Flow {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        via: None,
        packet: Packet {
            source: source.parse().unwrap(),
            destination: destination.parse().unwrap(),
            protocol,
            source_port,
            destination_port,
        },
        forward: false,
        vouched: Vec::new(),
    };
    for word in more {
        match word.split_once('=') {
            None if *word == "forward" => flow.forward = true,
            Some(("port", port)) => flow.packet.source_port = port.parse().unwrap(),
            Some(("vouch", code)) => flow.vouched.push(code.to_owned()),
            Some(("via", id)) => flow.via = Some(id.to_owned()),
            _ => panic!("{word:?} is no option of a question"),
        }
    }
    flow
}

/// T4: T0 with a NAT gateway in P that Q's default route leads to.
fn t4() -> Lab {
    Lab::t0().nat_gateway("p", "10.0.1.200", "198.51.100.200").route("rtb-q", "0.0.0.0/0 nat-n")
}
