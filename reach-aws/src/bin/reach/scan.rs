use std::io::Write;
use std::path::Path;

use anstyle::AnsiColor;
use comfy_table::{Cell, Color};
use reach_aws::Loaded;
use reach_core::{
    Finding, FindingType, Listeners, Run, ScanOptions, Severity, Status, UnknownExposure,
};

use crate::Outcome;
use crate::args::{Format, ScanArgs};
use crate::error::Failure;
use crate::output::shown;
use crate::{input, output};

pub(crate) fn run(args: &ScanArgs) -> Result<Outcome, Failure> {
    let listeners = args
        .listeners
        .as_deref()
        .map(|path| input::document::<Listeners>(path, "listeners file"))
        .transpose()?;
    let baseline = args
        .baseline
        .as_deref()
        .map(|path| input::document::<Run>(path, "run to compare with"))
        .transpose()?;
    let network = input::compile(load(args)?, &args.edits)?;
    let run = network.scan(&ScanOptions { tags: args.tags.clone(), listeners, baseline });
    match args.format {
        Format::Json => output::json(&run)?,
        Format::Table => {
            output::diagnostics(&run.diagnostics);
            print(&run)?;
        }
    }
    Ok(match args.fail_on {
        Some(limit) if run.worst().is_some_and(|worst| worst >= limit) => Outcome::Findings,
        // Who asks for a gate must not pass it because nobody knows.
        Some(_) if !run.is_conclusive() => Outcome::Unknown,
        // Nor because a tag is misspelt.
        Some(_) if run.instances.is_empty() && !run.target.tags.is_empty() => Outcome::Unknown,
        _ => Outcome::Fine,
    })
}

fn load(args: &ScanArgs) -> Result<Loaded, Failure> {
    #[cfg(feature = "sdk")]
    if args.live {
        return crate::collect::live(&args.ask);
    } else if let Some(option) = crate::collect::only_live(&args.ask) {
        return Err(Failure::NotLive(option));
    }
    // The parser makes sure that there is one.
    Ok(reach_aws::load(args.snapshot.as_deref().unwrap_or(Path::new("-")))?)
}

fn print(run: &Run) -> Result<(), Failure> {
    let mut out = output::stdout();
    writeln!(out, "{}", heading(run))?;
    if !run.findings.is_empty() || !run.resolved.is_empty() {
        writeln!(out)?;
        writeln!(out, "{}", findings(run))?;
    }
    if !run.unknown.is_empty() {
        let style = output::colour(AnsiColor::Magenta).bold();
        writeln!(out, "\n{style}UNKNOWN{style:#}: whether these are reachable cannot be told")?;
        for unknown in &run.unknown {
            writeln!(out, "  {}", shown(&unknown_text(unknown)))?;
        }
    }
    for region in &run.unassessed {
        let style = output::colour(AnsiColor::Magenta).bold();
        let place = if region.resource.is_empty() { "the snapshot" } else { &region.resource };
        writeln!(
            out,
            "\n{style}UNKNOWN{style:#}: {}",
            shown(&format!("{place}: {}", region.message))
        )?;
    }
    for assumption in &run.assumptions {
        let text = format!("assumed: {}: {}", assumption.resource, assumption.message);
        writeln!(out, "\n{}", shown(&text))?;
    }
    writeln!(out, "\n{}", summary(run))?;
    out.flush()?;
    Ok(())
}

fn heading(run: &Run) -> String {
    let tags: Vec<String> =
        run.target.tags.iter().map(|tag| format!("{}={}", tag.key, tag.value)).collect();
    let which =
        if tags.is_empty() { String::new() } else { format!(" with {}", tags.join(" or ")) };
    let count = run.instances.len();
    let noun = if count == 1 { "instance" } else { "instances" };
    shown(&format!("{}: {count} {noun} assessed{which}", run.rules_package))
}

fn findings(run: &Run) -> comfy_table::Table {
    let mut table = output::table(["SEVERITY", "FINDING", "OPENED BY", "WHAT TO DO"]);
    for finding in run.findings.iter().chain(&run.resolved) {
        let (label, colour) = label(finding);
        let colour = match colour {
            AnsiColor::Red => Color::Red,
            AnsiColor::Yellow => Color::Yellow,
            AnsiColor::Blue => Color::Blue,
            AnsiColor::Green => Color::Green,
            _ => Color::Reset,
        };
        table.add_row([
            Cell::new(label).fg(colour),
            Cell::new(shown_lines(&what(finding))),
            Cell::new(shown_lines(&opened_by(finding))),
            Cell::new(shown(&to_do(finding))),
        ]);
    }
    table
}

fn label(finding: &Finding) -> (String, AnsiColor) {
    let severity = finding.severity.as_str();
    match finding.status {
        None => (severity.to_owned(), output::of_severity(finding.severity)),
        Some(Status::New) => (format!("{severity}\nnew"), output::of_severity(finding.severity)),
        Some(Status::Unchanged) => {
            (format!("{severity}\nunchanged"), output::of_severity(finding.severity))
        }
        Some(Status::Resolved) => (format!("{severity}\nresolved"), AnsiColor::Green),
    }
}

fn what(finding: &Finding) -> Vec<String> {
    let ports = match (finding.kind, finding.port) {
        (FindingType::NetworkExposure, _) | (_, None) => {
            let list = |name: &str, ranges: &[(u16, u16)]| {
                (!ranges.is_empty()).then(|| format!("{name} {}", range_list(ranges)))
            };
            let both = [list("tcp", &finding.tcp_ports), list("udp", &finding.udp_ports)];
            let both: Vec<String> = both.into_iter().flatten().collect();
            format!("all open ports: {}", both.join("; "))
        }
        (_, Some(port)) => {
            let service =
                finding.service.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            format!("{} {port}{service}", finding.protocol.to_lowercase())
        }
    };
    let name = finding.instance_name.as_deref().unwrap_or_default();
    vec![
        format!("{ports} from {}", finding.reachability.phrase()),
        format!("{name} {}", finding.instance_id).trim().to_owned(),
        format!("at {}", finding.destinations),
    ]
}

fn range_list(ranges: &[(u16, u16)]) -> String {
    let texts: Vec<String> = ranges
        .iter()
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") })
        .collect();
    texts.join(", ")
}

fn opened_by(finding: &Finding) -> Vec<String> {
    let name = finding.security_group_name.as_deref().unwrap_or_default();
    let mut lines = vec![format!("{name} {}", finding.security_group_id).trim().to_owned()];
    for rule in &finding.rules {
        let description =
            rule.description.as_deref().map(|text| format!(" \"{text}\"")).unwrap_or_default();
        lines.push(format!("{} from {}{description}", rule.traffic, rule.source));
        lines.extend(rule.id.clone());
    }
    let balancer = finding.load_balancer.as_ref();
    let balancer = balancer.map(|by| format!(" and {}", by.name)).unwrap_or_default();
    lines.push(format!("through {}{balancer}", finding.gateway_id));
    lines
}

fn to_do(finding: &Finding) -> String {
    if finding.status == Some(Status::Resolved) {
        return "nothing: it is gone".to_owned();
    }
    let ids: Vec<&str> = finding.rules.iter().filter_map(|rule| rule.id.as_deref()).collect();
    match ids.as_slice() {
        [] => finding.recommendation.clone(),
        ids => format!("revoke or narrow {}", ids.join(", ")),
    }
}

/// Line breaks of ours stay, those in somebody's text do not.
fn shown_lines(lines: &[String]) -> String {
    lines.iter().map(|line| shown(line)).collect::<Vec<_>>().join("\n")
}

fn unknown_text(unknown: &UnknownExposure) -> String {
    let name =
        unknown.instance_name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
    let from =
        unknown.reachability.map(|from| format!(" from {}", from.phrase())).unwrap_or_default();
    let gateway =
        unknown.gateway_id.as_deref().map(|id| format!(" through {id}")).unwrap_or_default();
    let ports = match (unknown.tcp_ports.is_empty(), unknown.udp_ports.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(", tcp {}", range_list(&unknown.tcp_ports)),
        (true, false) => format!(", udp {}", range_list(&unknown.udp_ports)),
        (false, false) => format!(
            ", tcp {}; udp {}",
            range_list(&unknown.tcp_ports),
            range_list(&unknown.udp_ports)
        ),
    };
    let reasons: Vec<String> = unknown
        .reasons
        .iter()
        .map(|reason| format!("{}: {} ({})", reason.resource, reason.message, reason.code))
        .collect();
    format!("{}{name}{from}{gateway}{ports}: {}", unknown.instance_id, reasons.join("; "))
}

fn summary(run: &Run) -> String {
    if run.findings.is_empty() && run.is_conclusive() {
        let resolved = resolved(run);
        return format!("No findings{resolved}");
    }
    let counts: Vec<String> = Severity::ALL
        .iter()
        .map(|severity| {
            let count = run.summary.get(severity).copied().unwrap_or_default();
            format!("{count} {}", severity.as_str().to_lowercase())
        })
        .collect();
    let noun = if run.findings.len() == 1 { "finding" } else { "findings" };
    let unknown = match run.unknown.len().saturating_add(run.unassessed.len()) {
        0 => String::new(),
        count => format!("; {count} unknown"),
    };
    format!("{} {noun}: {}{unknown}{}", run.findings.len(), counts.join(", "), resolved(run))
}

fn resolved(run: &Run) -> String {
    match run.resolved.len() {
        0 => String::new(),
        count => format!("; {count} resolved"),
    }
}
