//! Where the instructions of a question go, by what they are for.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// Shares of a question's instructions, in the order of [`PARTS`].
pub type Shares = [f64; PARTS.len()];

/// What instructions are for, with the beginnings of the names of such functions. What fits
/// nothing is the last part.
const PARTS: [(&str, &[&str]); 6] = [
    (
        "memory: taken, given back, copied, compared",
        &[
            "malloc",
            "_int_",
            "free",
            "realloc",
            "calloc",
            "__mem",
            "__rdl",
            "__rustc",
            "unlink_chunk",
            "cfree",
        ],
    ),
    ("sets of packets", &["reach_core::packet"]),
    ("rules and the walk", &["reach_core::rules", "reach_core::path"]),
    ("questions and findings", &["reach_core::query", "reach_core::assess"]),
    ("compile", &["reach_core::network"]),
    ("everything else: lists, maps, text, hashes", &[]),
];

/// Reads what callgrind wrote. `callgrind_annotate` comes with valgrind.
pub fn shares(counted: &Path) -> Result<Shares, Box<dyn Error>> {
    let output = Command::new("callgrind_annotate").arg("--threshold=100").arg(counted).output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    let mut counts = [0.0; PARTS.len()];
    for (count, function) in told.lines().filter_map(line) {
        let part = PARTS.iter().position(|(_, names)| {
            names.iter().any(|name| function.trim_start_matches('<').starts_with(name))
        });
        if let Some(sum) = counts.get_mut(part.unwrap_or(PARTS.len() - 1)) {
            *sum += count;
        }
    }
    let all: f64 = counts.iter().sum();
    if all > 0.0 { Ok(counts.map(|count| count / all)) } else { Err(told.into()) }
}

/// Instructions and function of a line such as `824,148 (10.61%)  malloc.c:free [libc.so]`.
fn line(text: &str) -> Option<(f64, &str)> {
    let (count, rest) = text.trim_start().split_once(" (")?;
    let count = count.replace(',', "").parse().ok()?;
    let (_, rest) = rest.split_once("%)")?;
    // The file's name has colons in it where it is not known.
    let place = rest.trim_start();
    let function = place.split_once(':').map_or(place, |(_, function)| function);
    let function = function.trim_start_matches([':', '?']);
    (function != "PROGRAM TOTALS" && place != "PROGRAM TOTALS").then_some((count, function))
}

/// A table, a question a row.
pub fn table(shares: &BTreeMap<&str, Shares>) -> String {
    let mut text = String::from("|");
    for (part, _) in PARTS {
        let _ = write!(text, " | {part}");
    }
    text.push_str(" |\n|---");
    text.push_str(&"|---".repeat(PARTS.len()));
    text.push_str("|\n");
    for (question, shares) in shares {
        let _ = write!(text, "| {question}");
        for share in shares {
            let _ = write!(text, " | {:.0} %", share * 100.0);
        }
        text.push_str(" |\n");
    }
    text
}
