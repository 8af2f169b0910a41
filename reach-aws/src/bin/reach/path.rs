//! One way through the network, as a table.

use std::io::Write;

use comfy_table::{Cell, Color, ColumnConstraint, Table, Width};
use reach_core::packet::HeaderSet;
use reach_core::{Direction, Explanation, Hop, Path, Verdict, in_words};

use crate::error::Failure;
use crate::output;
use crate::output::shown;
use crate::words::{component_text, evidence_text};

/// What a cell has beside its text.
const PADDING: usize = 2;

/// Packets in words, one line for each product of sources and destinations.
pub(crate) fn headers(out: &mut impl Write, set: &HeaderSet) -> Result<(), Failure> {
    for (sources, destinations, traffic) in set.products() {
        writeln!(out, "  {} -> {}: {traffic}", in_words(&sources), in_words(&destinations))?;
    }
    Ok(())
}

/// The elements of a path, and at those that stop the packets the reason.
pub(crate) fn table(out: &mut impl Write, path: &Path) -> Result<(), Failure> {
    let mut table = output::table(["", "ELEMENT", "HEADERS", "BY"]);
    direction(&mut table, path, Direction::Forward, &path.forward);
    direction(&mut table, path, Direction::Return, &path.reply);
    // A code is not for breaking in two.
    let codes = path.explanations.iter().map(|it| it.reason.code.as_str().len());
    let widest = codes.max().and_then(|code| u16::try_from(code.saturating_add(PADDING)).ok());
    if let (Some(width), Some(column)) = (widest, table.column_mut(3)) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    writeln!(out, "{table}")?;
    for choice in &path.choices {
        let at = shown(&component_text(&choice.component));
        let option = choice.option.saturating_add(1);
        writeln!(out, "way {option} of {} that AWS may choose at {at}", choice.of)?;
    }
    Ok(())
}

fn direction(table: &mut Table, path: &Path, direction: Direction, hops: &[Hop]) {
    let word = match direction {
        Direction::Forward => "forward",
        Direction::Return => "return",
    };
    let reasons = || path.explanations.iter().filter(|it| it.direction == direction);
    let at: Vec<Option<usize>> = reasons().map(|reason| path.hop_of(reason)).collect();
    for (position, hop) in hops.iter().enumerate() {
        let mut by: Vec<String> = hop.evidence.iter().map(evidence_text).collect();
        let here = reasons().zip(&at).filter(|(_, at)| **at == Some(position));
        let here: Vec<[String; 2]> = here.map(|(reason, _)| mark(path, reason)).collect();
        let stops = !here.is_empty();
        by.extend(here.into_iter().flatten());
        let first = if position == 0 { word } else { "" };
        row(table, path, stops, [first, &component_text(&hop.component), &flow_text(hop)], &by);
    }
    // An element that is no hop of its own, such as the VPC of a host.
    for (index, (reason, _)) in reasons().zip(&at).filter(|(_, at)| at.is_none()).enumerate() {
        let first = if hops.is_empty() && index == 0 { word } else { "" };
        let element = component_text(&reason.reason.component);
        row(table, path, true, [first, &element, ""], &mark(path, reason));
    }
}

fn mark(path: &Path, reason: &Explanation) -> [String; 2] {
    let word = match path.verdict {
        Verdict::NotReachable if path.explanations.first() == Some(reason) => "STOPPED:",
        Verdict::NotReachable => "would stop too:",
        _ => "UNKNOWN:",
    };
    [word.to_owned(), reason.reason.code.to_string()]
}

fn row(table: &mut Table, path: &Path, marked: bool, cells: [&str; 3], by: &[String]) {
    let colour = match path.verdict {
        _ if !marked => Color::Reset,
        Verdict::NotReachable => Color::Red,
        _ => Color::Magenta,
    };
    let by: Vec<String> = by.iter().map(|line| shown(line)).collect();
    let [first, element, flow] = cells;
    let by = Cell::new(by.join("\n"));
    table.add_row([
        Cell::new(first),
        Cell::new(shown(element)),
        Cell::new(flow),
        if marked { by.fg(colour) } else { by },
    ]);
}

/// The headers in few words: sources and destinations, cut where they are many.
fn flow_text(hop: &Hop) -> String {
    let ends = |set: &HeaderSet| {
        format!("{} -> {}", in_words(&set.sources()), in_words(&set.destinations()))
    };
    match &hop.outbound {
        Some(outbound) if ends(outbound) != ends(&hop.inbound) => {
            format!("{}\nleaves as {}", ends(&hop.inbound), ends(outbound))
        }
        _ => ends(&hop.inbound),
    }
}
