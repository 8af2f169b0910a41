use std::io::Write;

use reach_core::{Diagnostic, TraceAnswer, Verdict};
use serde::Serialize;

use crate::Outcome;
use crate::args::{TraceArgs, TraceFormat};
use crate::error::Failure;
use crate::output::shown;
use crate::words::{evidence_text, explanation_text};
use crate::{input, output, path, terms};

/// Most paths printed for people; JSON has them all.
const MOST_PATHS: usize = 4;

/// An answer as JSON, with what reading and compiling noticed.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    #[serde(flatten)]
    pub(crate) answer: &'a TraceAnswer,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) diagnostics: &'a [Diagnostic],
}

pub(crate) fn run(args: &TraceArgs) -> Result<Outcome, Failure> {
    let network = input::network(&args.input)?;
    let options = terms::options(&network, &args.terms)?;
    let answer = network.trace(&args.ends.from, &args.ends.to, &args.traffic, &options)?;
    match args.format {
        TraceFormat::Json => {
            output::json(&Document { answer: &answer, diagnostics: network.diagnostics() })?;
        }
        TraceFormat::Aws => output::json(&network.analysis(&answer))?,
        TraceFormat::Table => {
            output::diagnostics(network.diagnostics());
            print(&answer)?;
        }
    }
    Ok(outcome(&answer))
}

pub(crate) fn outcome(answer: &TraceAnswer) -> Outcome {
    if answer.verdict == Verdict::Unknown { Outcome::Unknown } else { Outcome::Fine }
}

fn print(answer: &TraceAnswer) -> Result<(), Failure> {
    let mut out = output::stdout();
    verdict(&mut out, answer)?;
    why_not(&mut out, answer)?;
    for path in answer.paths.iter().take(MOST_PATHS) {
        writeln!(out, "\npath, {}:", path.verdict)?;
        path::table(&mut out, path)?;
    }
    if let Some(more) = answer.paths.len().checked_sub(MOST_PATHS).filter(|more| *more > 0) {
        writeln!(out, "\nand {more} more paths; `--format json` has them all")?;
    }
    remarks(&mut out, answer)?;
    out.flush()?;
    Ok(())
}

/// The answer in a word, what was asked, and the packets that it holds for.
pub(crate) fn verdict(out: &mut impl Write, answer: &TraceAnswer) -> Result<(), Failure> {
    let style = output::colour(output::of_verdict(answer.verdict)).bold();
    let question = &answer.question;
    let asked = format!("{} -> {}, {}", question.from, question.to, question.traffic);
    let one_way = if question.question == "forward" { " (one way)" } else { "" };
    writeln!(out, "{style}{}{style:#}: {}{one_way}", answer.verdict, shown(&asked))?;
    if answer.verdict == Verdict::PartlyReachable && !answer.passing.is_empty() {
        writeln!(out, "\ngets through:")?;
        path::headers(out, &answer.passing)?;
    }
    if !answer.sometimes.is_empty() {
        writeln!(out, "\ngets through for some of the ports or ways that AWS may choose:")?;
        path::headers(out, &answer.sometimes)?;
    }
    if !answer.unknown.is_empty() {
        writeln!(out, "\ncannot be told:")?;
        path::headers(out, &answer.unknown)?;
    }
    Ok(())
}

pub(crate) fn why_not(out: &mut impl Write, answer: &TraceAnswer) -> Result<(), Failure> {
    if !answer.explanations.is_empty() {
        writeln!(out, "\nwhy not:")?;
    }
    for explanation in &answer.explanations {
        writeln!(out, "  {}", shown(&explanation_text(explanation)))?;
        for evidence in &explanation.reason.evidence {
            writeln!(out, "    {}", shown(&evidence_text(evidence)))?;
        }
    }
    Ok(())
}

/// What the answer takes for granted, and what else is worth knowing.
pub(crate) fn remarks(out: &mut impl Write, answer: &TraceAnswer) -> Result<(), Failure> {
    for assumption in &answer.assumptions {
        writeln!(out, "\nassumed ({}): {}", assumption.code, assumption.text)?;
    }
    for note in &answer.notes {
        writeln!(out, "\nnote ({}): {}", note.code, note.text)?;
    }
    Ok(())
}
