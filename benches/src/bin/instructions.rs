//! Compares the instructions of the hot path with `benches/instructions.txt`: it catches a slip
//! without timing anything. `instructions --write` takes them for the new baseline, and writes what
//! they were for into `benches/notes/profile.md`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use reach_benches::profile;

const QUESTIONS: [&str; 10] = [
    "read",
    "compile",
    "scan",
    "scan-peered",
    "verdict",
    "trace",
    "matrix",
    "np-guard",
    "edit",
    "edit-matrix",
];

/// How far a count may be above the baseline. Hash tables and allocators differ by version.
const TOLERANCE: f64 = 1.10;

/// Below this share of the baseline somebody should write it anew.
const BETTER: f64 = 0.80;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!(
            "valgrind is not installed, so that nothing can be counted: apt install valgrind"
        );
        return Ok(ExitCode::FAILURE);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let counted = |question: &str| -> Result<PathBuf, Box<dyn Error>> {
        Ok(std::env::current_exe()?.with_file_name(format!("{question}.callgrind")))
    };
    let mut counts = BTreeMap::new();
    for question in QUESTIONS {
        counts.insert(question, count(question, &counted(question)?)?);
    }
    if std::env::args().any(|it| it == "--write") {
        let lines: Vec<String> =
            counts.iter().map(|(it, count)| format!("{it} {count}\n")).collect();
        fs::write(&path, lines.concat())?;
        let mut shares = BTreeMap::new();
        for question in QUESTIONS {
            shares.insert(question, profile::shares(&counted(question)?)?);
        }
        fs::write(path.with_file_name("notes").join("profile.md"), profile::table(&shares))?;
    }
    let baseline = fs::read_to_string(&path)?;
    let known: BTreeMap<&str, f64> = baseline
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(question, count)| Some((question, count.parse().ok()?)))
        .collect();
    let mut slipped = false;
    for (question, count) in &counts {
        let Some(before) = known.get(question) else {
            println!("{question:12} {count:>14}  is not in the baseline");
            slipped = true;
            continue;
        };
        let share = count / before;
        let word = match share {
            it if it > TOLERANCE => "TOO MANY",
            it if it < BETTER => "better: write the baseline anew with --write",
            _ => "",
        };
        slipped |= share > TOLERANCE;
        println!("{question:12} {count:>14}  {:>6.1} % of the baseline {word}", share * 100.0);
    }
    Ok(ExitCode::from(u8::from(slipped)))
}

/// Instructions of one question.
fn count(question: &str, counted: &Path) -> Result<f64, Box<dyn Error>> {
    let hot = std::env::current_exe()?.with_file_name("hot");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=hot::measured*"])
        .arg(format!("--callgrind-out-file={}", counted.display()))
        .arg(hot)
        .arg(question)
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = told.lines().find_map(|line| line.split("Collected : ").nth(1));
    let count = count.and_then(|it| it.trim().parse::<f64>().ok()).filter(|it| *it > 0.0);
    if !output.status.success() {
        return Err(format!("hot {question}: {told}").into());
    }
    count.ok_or_else(|| format!("callgrind counted nothing of {question}: {told}").into())
}
