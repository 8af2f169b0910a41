use std::collections::BTreeMap;
use std::io::Write;

use reach_core::packet::{PortSet, Traffic};
use reach_core::{
    Block, Cell, Diagnostic, GroupPair, Grouping, Matrix, MatrixClass, MatrixGroup, MatrixOptions,
};
use serde::Serialize;

use crate::Outcome;
use crate::args::{MatrixArgs, MatrixFormat};
use crate::error::Failure;
use crate::output::shown;
use crate::{input, output};

/// Most classes printed for people, the largest first; JSON has them all.
const MOST_CLASSES: usize = 40;

/// Most lines for one class.
const MOST_LINES: usize = 8;

/// Members that a class is told by.
const NAMED: usize = 3;

/// A matrix as JSON, with what reading and compiling noticed.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    matrix: &'a Matrix,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

pub(crate) fn run(args: &MatrixArgs) -> Result<Outcome, Failure> {
    let network = input::network(&args.input)?;
    let options = MatrixOptions {
        from: args.from.clone(),
        to: args.to.clone(),
        traffic: traffic(args),
        forward: args.forward,
    };
    let matrix = network.matrix(&options)?;
    if let Some(by) = &args.group_by {
        return groups(&matrix, by, network.diagnostics(), args.format);
    }
    match args.format {
        MatrixFormat::Json => {
            output::json(&Document { matrix: &matrix, diagnostics: network.diagnostics() })?;
        }
        MatrixFormat::Jsonl => {
            output::diagnostics(network.diagnostics());
            output::json_lines(matrix.pairs())?;
        }
        MatrixFormat::Table => {
            output::diagnostics(network.diagnostics());
            print(&matrix)?;
        }
        #[cfg(feature = "arrow")]
        MatrixFormat::Arrow => {
            output::diagnostics(network.diagnostics());
            reach_aws::arrow::write(&matrix, std::io::stdout().lock())?;
        }
    }
    Ok(Outcome::Fine)
}

/// A matrix of groups as JSON.
#[derive(Serialize)]
struct Groups<'a> {
    group_by: &'a Grouping,
    traffic: &'a Traffic,
    pairs: &'a [GroupPair<'a>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

fn groups(
    matrix: &Matrix,
    by: &Grouping,
    diagnostics: &[Diagnostic],
    format: MatrixFormat,
) -> Result<Outcome, Failure> {
    let pairs = matrix.grouped(by);
    match format {
        MatrixFormat::Json => {
            let (traffic, pairs) = (matrix.asked(), &*pairs);
            output::json(&Groups { group_by: by, traffic, pairs, diagnostics })?;
        }
        MatrixFormat::Jsonl => {
            output::diagnostics(diagnostics);
            output::json_lines(pairs.iter())?;
        }
        MatrixFormat::Table => {
            output::diagnostics(diagnostics);
            let mut out = output::stdout();
            for (place, pair) in pairs.iter().enumerate() {
                let before = place.checked_sub(1).and_then(|place| pairs.get(place));
                if before.is_none_or(|before| before.to != pair.to) {
                    let line = if before.is_some() { "\n" } else { "" };
                    writeln!(out, "{line}to {}:", group(&pair.to, by))?;
                }
                writeln!(out, "  {}\n    from {}", parts(&pair.cell), group(&pair.from, by))?;
            }
            out.flush()?;
        }
        #[cfg(feature = "arrow")]
        MatrixFormat::Arrow => return Err(Failure::NoArrowGroups),
    }
    Ok(Outcome::Fine)
}

fn group(group: &MatrixGroup<'_>, by: &Grouping) -> String {
    match group.id {
        Some(id) => with_name(id, group.name),
        None => format!("interfaces without {}", shown(&by.to_string())),
    }
}

fn with_name(id: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{} ({})", shown(id), shown(name)),
        None => shown(id),
    }
}

fn traffic(args: &MatrixArgs) -> Option<Traffic> {
    let ports = args.port.iter().map(|port| {
        let port = PortSet::single(*port);
        Traffic::tcp(&port).union(&Traffic::udp(&port))
    });
    args.traffic.clone().or_else(|| ports.reduce(|all, one| all.union(&one)))
}

/// By class of destinations: what comes from where.
fn print(matrix: &Matrix) -> Result<(), Failure> {
    let mut out = output::stdout();
    let (sources, destinations) = (matrix.sources().len(), matrix.destinations().len());
    writeln!(
        out,
        "{sources} sources in {} classes, {destinations} destinations in {} classes",
        matrix.source_classes().len(),
        matrix.destination_classes().len(),
    )?;
    let mut into: BTreeMap<usize, Vec<Block<'_>>> = BTreeMap::new();
    for block in matrix.blocks() {
        into.entry(block.to.number()).or_default().push(block);
    }
    let mut classes: Vec<_> = matrix.destination_classes().collect();
    classes.sort_by_key(|class| std::cmp::Reverse(class.positions().len()));
    let (reached, alone): (Vec<_>, Vec<_>) =
        classes.into_iter().partition(|class| into.contains_key(&class.number()));
    for class in reached.iter().take(MOST_CLASSES) {
        writeln!(out, "\nto {}:", named(&[*class]))?;
        lines(&mut out, into.get(&class.number()).map_or(&[], Vec::as_slice))?;
    }
    if let Some(more) = reached.len().checked_sub(MOST_CLASSES).filter(|more| *more > 0) {
        writeln!(out, "\nand {more} more classes; narrow it with --to, or take --format json")?;
    }
    if !alone.is_empty() {
        writeln!(out, "\nnothing gets to {}", named(&alone))?;
    }
    out.flush()?;
    Ok(())
}

/// One line for what comes from several classes alike, those with most sources first.
fn lines(out: &mut impl Write, blocks: &[Block<'_>]) -> Result<(), Failure> {
    let mut alike: BTreeMap<u32, Vec<MatrixClass<'_>>> = BTreeMap::new();
    let mut cells = BTreeMap::new();
    for block in blocks {
        alike.entry(block.cell_number).or_default().push(block.from);
        cells.insert(block.cell_number, &block.cell);
    }
    let mut alike: Vec<_> = alike.into_iter().collect();
    alike.sort_by_key(|(_, from)| std::cmp::Reverse(count(from)));
    for (number, from) in alike.iter().take(MOST_LINES) {
        let Some(cell) = cells.get(number) else { continue };
        writeln!(out, "  {}\n    from {}", parts(cell), named(from))?;
    }
    if let Some(more) = alike.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        writeln!(out, "  and {more} more kinds of traffic")?;
    }
    Ok(())
}

fn parts(cell: &Cell) -> String {
    let parts = [("", &cell.passing), ("sometimes ", &cell.sometimes), ("perhaps ", &cell.unknown)];
    let parts = parts.iter().filter(|(_, traffic)| !traffic.is_empty());
    let parts: Vec<String> =
        parts.map(|(word, traffic)| format!("{word}{}", told(traffic))).collect();
    shown(&parts.join("; "))
}

/// Without the source ports, which are the ephemeral ones in every line.
fn told(traffic: &Traffic) -> String {
    let text = traffic.with_any_source_port().to_string();
    if traffic.from_source_ports(&PortSet::ephemeral()) == *traffic {
        text
    } else {
        traffic.to_string()
    }
}

fn count(classes: &[MatrixClass<'_>]) -> usize {
    classes.iter().map(|class| class.positions().len()).sum()
}

/// How many, and the first of them.
fn named(classes: &[MatrixClass<'_>]) -> String {
    let count = count(classes);
    let members = classes.iter().flat_map(MatrixClass::members).take(NAMED);
    let ids: Vec<_> = members.map(|end| with_name(end.id, end.name)).collect();
    let ids = ids.join(", ");
    match count.checked_sub(NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{ids} and {more} more"),
        None => ids,
    }
}
