use std::io::Write;

use reach_core::packet::HeaderSet;
use reach_core::{PathsOptions, TraceAnswer, Verdict};

use crate::Outcome;
use crate::args::{Format, PathsArgs};
use crate::error::Failure;
use crate::trace::{Document, outcome};
use crate::{input, output, path, terms, trace};

/// Most ways printed for people; JSON has them all.
const MOST_PATHS: usize = 20;

pub(crate) fn run(args: &PathsArgs) -> Result<Outcome, Failure> {
    let network = input::network(&args.input)?;
    let trace = terms::options(&network, &args.terms)?;
    let options = PathsOptions { trace, blocked: args.all };
    let answer = network.paths(&args.ends.from, &args.ends.to, &args.traffic, &options)?;
    match args.format {
        Format::Json => {
            output::json(&Document { answer: &answer, diagnostics: network.diagnostics() })?;
        }
        Format::Table => {
            output::diagnostics(network.diagnostics());
            print(&answer)?;
        }
    }
    Ok(outcome(&answer))
}

fn print(answer: &TraceAnswer) -> Result<(), Failure> {
    let mut out = output::stdout();
    trace::verdict(&mut out, answer)?;
    if answer.paths.is_empty() {
        trace::why_not(&mut out, answer)?;
    }
    let of = answer.paths.len();
    for (index, path) in answer.paths.iter().take(MOST_PATHS).enumerate() {
        let number = index.saturating_add(1);
        writeln!(out, "\nway {number} of {of}, {}:", path.verdict)?;
        let set = match path.verdict {
            Verdict::Unknown => &path.unknown,
            _ => &path.passing,
        };
        taken(&mut out, set)?;
        path::table(&mut out, path)?;
    }
    if let Some(more) = of.checked_sub(MOST_PATHS).filter(|more| *more > 0) {
        writeln!(out, "\nand {more} more ways; `--format json` has them all")?;
    }
    trace::remarks(&mut out, answer)?;
    out.flush()?;
    Ok(())
}

fn taken(out: &mut impl Write, set: &HeaderSet) -> Result<(), Failure> {
    path::headers(out, set)?;
    if !set.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}
