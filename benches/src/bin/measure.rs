//! Measures what docs/benchmarks.md tells, and writes it with its plot.
//!
//! `measure SIZE… QUESTION…` measures networks of these sizes, and asks these questions if any are
//! named, and prints the table only.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use reach_benches::report::{Report, question};
use reach_benches::{Lab, Small, ratios, small};

const SIZES: [usize; 5] = [1_000, 3_000, 10_000, 30_000, 100_000];

/// Nothing is measured at a size where it is bound to take longer, judged by the size before.
const LONGEST: f64 = 60.0;

fn main() -> Result<(), Box<dyn Error>> {
    let (asked, named): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|it| it.parse::<usize>().is_ok());
    let asked: Vec<usize> = asked.iter().filter_map(|it| it.parse().ok()).collect();
    let wanted = |name: &str| named.is_empty() || named.iter().any(|it| it == name);
    let sizes = if asked.is_empty() { SIZES.to_vec() } else { asked.clone() };
    let mut report = Report::new();
    for size in sizes {
        eprintln!("{size} interfaces");
        let mut lab = Lab::of(size);
        for question in question::ALL.iter().filter(|it| wanted(it.name)) {
            if report.bound_to_take(question.name, size) < LONGEST {
                let seconds = question.median(&mut lab);
                eprintln!("  {:<24} {:>12.3} ms", question.name, seconds * 1e3);
                report.add(question.name, size, seconds);
            }
        }
        if named.is_empty() {
            report.note(&lab);
            report.memory(size, &footprint(size)?);
        }
    }
    if named.is_empty() || wanted("ratios") {
        let (ratios, left_out) = ratios::measure()?;
        for why in left_out {
            eprintln!("not compared: {why}");
        }
        report.ratios(ratios);
    }
    for (instances, variants) in [(10, false), (100, false), (300, false), (300, true)] {
        let document = small(Small { instances, variants });
        report.small(instances, variants, question::small(&document));
    }
    let text = report.text();
    println!("{text}");
    if asked.is_empty() && named.is_empty() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        fs::write(docs.join("benchmarks.md"), text)?;
        fs::write(docs.join("benchmarks.svg"), report.plot())?;
    }
    Ok(())
}

/// What the program that counts allocations says of a size.
fn footprint(size: usize) -> Result<String, Box<dyn Error>> {
    let own = std::env::current_exe()?;
    let output = Command::new(own.with_file_name("footprint")).arg(size.to_string()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
