//! Writing: colour only on a terminal that wants it, everything escaped for it.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, Table, presets};
use reach_core::{Diagnostic, Level, Severity, Verdict, Visible};
use serde::Serialize;

use crate::error::Failure;

/// Width of tables when nobody says how wide the terminal is.
const WIDTH: u16 = 110;

/// Most diagnostics printed for people; JSON has them all.
const MOST_DIAGNOSTICS: usize = 20;

/// Standard output, with colours taken out where they are not wanted.
pub(crate) fn stdout() -> impl Write {
    anstream::AutoStream::auto(io::stdout().lock())
}

pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut out, value).map_err(unwritten)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// One value a line.
pub(crate) fn json_lines(values: impl Iterator<Item = impl Serialize>) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    for value in values {
        serde_json::to_writer(&mut out, &value).map_err(unwritten)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

fn unwritten(error: serde_json::Error) -> Failure {
    match error.io_error_kind() {
        Some(kind) => Failure::Output(kind.into()),
        None => Failure::Json(error),
    }
}

/// A table without lines: a header, and cells that wrap.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(header);
    if !table.is_tty() {
        table.set_width(WIDTH);
    }
    table
}

/// Diagnostics go to standard error, so that they never mix with an answer.
pub(crate) fn diagnostics(list: &[Diagnostic]) {
    let mut out = anstream::AutoStream::auto(io::stderr().lock());
    for diagnostic in list.iter().take(MOST_DIAGNOSTICS) {
        let (word, style) = match diagnostic.level {
            Level::Warning => ("warning", colour(AnsiColor::Yellow)),
            Level::Note => ("note", colour(AnsiColor::Cyan)),
        };
        // Nobody is left to tell when standard error is gone.
        let _ = writeln!(out, "{style}{word}{style:#}: {}", shown(&diagnostic.to_string()));
    }
    if let Some(more) = list.len().checked_sub(MOST_DIAGNOSTICS).filter(|more| *more > 0) {
        let _ = writeln!(out, "and {more} more; `--format json` has them all");
    }
}

pub(crate) fn error(failure: &Failure) {
    let mut text = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    let style = colour(AnsiColor::Red).bold();
    let mut out = anstream::AutoStream::auto(io::stderr().lock());
    let _ = writeln!(out, "{style}error{style:#}: {}", shown(&text));
}

/// Text from an account is somebody else's text: fit for a terminal.
pub(crate) fn shown(text: &str) -> String {
    Visible::new(text).to_string()
}

pub(crate) fn colour(colour: AnsiColor) -> Style {
    colour.on_default()
}

pub(crate) fn of_severity(severity: Severity) -> AnsiColor {
    match severity {
        Severity::High => AnsiColor::Red,
        Severity::Medium => AnsiColor::Yellow,
        Severity::Low => AnsiColor::Blue,
        Severity::Informational => AnsiColor::White,
    }
}

pub(crate) fn of_verdict(verdict: Verdict) -> AnsiColor {
    match verdict {
        Verdict::Reachable => AnsiColor::Green,
        Verdict::PartlyReachable => AnsiColor::Yellow,
        Verdict::NotReachable => AnsiColor::Red,
        Verdict::Unknown => AnsiColor::Magenta,
    }
}
