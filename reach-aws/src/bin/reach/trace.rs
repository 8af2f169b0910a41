use std::io::Write;

use reach_core::packet::{HeaderSet, IpSet, PortSet};
use reach_core::{
    Component, ComponentKind, Diagnostic, Direction, Evidence, Explanation, Hop, Path, TraceAnswer,
    TraceOptions, Verdict,
};
use serde::Serialize;

use crate::Outcome;
use crate::args::{Format, TraceArgs};
use crate::error::Failure;
use crate::output::shown;
use crate::{input, output};

/// Most blocks missing from the internet for the rest to be called that.
const MOST_LEFT_OUT: usize = 8;

/// Most paths printed for people; JSON has them all.
const MOST_PATHS: usize = 4;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    answer: &'a TraceAnswer,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diagnostics: &'a [Diagnostic],
}

pub(crate) fn run(args: &TraceArgs) -> Result<Outcome, Failure> {
    let network = input::network(&args.input)?;
    let options = TraceOptions {
        forward: args.forward,
        source_ports: args.source_port.map(PortSet::single),
        ..TraceOptions::default()
    };
    let answer = network.trace(&args.from, &args.to, &args.traffic, &options)?;
    match args.format {
        Format::Json => {
            output::json(&Document { answer: &answer, diagnostics: network.diagnostics() })?;
        }
        Format::Table => {
            output::diagnostics(network.diagnostics());
            print(&answer)?;
        }
    }
    Ok(if answer.verdict == Verdict::Unknown { Outcome::Unknown } else { Outcome::Fine })
}

fn print(answer: &TraceAnswer) -> Result<(), Failure> {
    let mut out = output::stdout();
    let style = output::colour(output::of_verdict(answer.verdict)).bold();
    let question = &answer.question;
    let asked = format!("{} -> {}, {}", question.from, question.to, question.traffic);
    let one_way = if question.question == "forward" { " (one way)" } else { "" };
    writeln!(out, "{style}{}{style:#}: {}{one_way}", answer.verdict, shown(&asked))?;
    if answer.verdict == Verdict::PartlyReachable && !answer.passing.is_empty() {
        writeln!(out, "\ngets through:")?;
        headers(&mut out, &answer.passing)?;
    }
    if !answer.sometimes.is_empty() {
        writeln!(out, "\ngets through for some of the ports that a NAT gateway may choose:")?;
        headers(&mut out, &answer.sometimes)?;
    }
    if !answer.unknown.is_empty() {
        writeln!(out, "\ncannot be told:")?;
        headers(&mut out, &answer.unknown)?;
    }
    if !answer.explanations.is_empty() {
        writeln!(out, "\nwhy not:")?;
        for explanation in &answer.explanations {
            writeln!(out, "  {}", shown(&explanation_text(explanation)))?;
            for evidence in &explanation.reason.evidence {
                writeln!(out, "    {}", shown(&evidence_text(evidence)))?;
            }
        }
    }
    for path in answer.paths.iter().take(MOST_PATHS) {
        writeln!(out, "\npath, {}:", path.verdict)?;
        path_table(&mut out, path)?;
    }
    if let Some(more) = answer.paths.len().checked_sub(MOST_PATHS).filter(|more| *more > 0) {
        writeln!(out, "\nand {more} more paths; `--format json` has them all")?;
    }
    for assumption in &answer.assumptions {
        writeln!(out, "\nassumed ({}): {}", assumption.code, assumption.text)?;
    }
    out.flush()?;
    Ok(())
}

fn headers(out: &mut impl Write, set: &HeaderSet) -> Result<(), Failure> {
    for (sources, destinations, traffic) in set.products() {
        writeln!(out, "  {} -> {}: {traffic}", short(&sources), short(&destinations))?;
    }
    Ok(())
}

fn path_table(out: &mut impl Write, path: &Path) -> Result<(), Failure> {
    let mut table = output::table(["", "ELEMENT", "HEADERS", "BY"]);
    for (direction, hops) in [("forward", &path.forward), ("return", &path.reply)] {
        for (position, hop) in hops.iter().enumerate() {
            let first = if position == 0 { direction } else { "" };
            let by: Vec<String> =
                hop.evidence.iter().map(|evidence| shown(&evidence_text(evidence))).collect();
            table.add_row([
                first.to_owned(),
                shown(&component_text(&hop.component)),
                flow_text(hop),
                by.join("\n"),
            ]);
        }
    }
    writeln!(out, "{table}")?;
    Ok(())
}

/// The headers in few words: sources and destinations, cut where they are many.
fn flow_text(hop: &Hop) -> String {
    let ends =
        |set: &HeaderSet| format!("{} -> {}", short(&set.sources()), short(&set.destinations()));
    match &hop.outbound {
        Some(outbound) if ends(outbound) != ends(&hop.inbound) => {
            format!("{}\nleaves as {}", ends(&hop.inbound), ends(outbound))
        }
        _ => ends(&hop.inbound),
    }
}

fn short(addresses: &IpSet) -> String {
    let internet = reach_core::internet();
    for whole in [internet, &internet.only_v4(), &internet.only_v6()] {
        if addresses == whole {
            return "the internet".to_owned();
        }
        // Public addresses of one's own are no destination on the internet.
        let left_out = whole.difference(addresses).nets().len();
        if left_out <= MOST_LEFT_OUT && addresses.is_subset(whole) {
            return "the rest of the internet".to_owned();
        }
    }
    match addresses.nets().len() {
        0..=3 => addresses.to_string(),
        many => format!("{many} blocks"),
    }
}

fn component_text(component: &Component) -> String {
    let kind = kind_text(component.kind);
    let name = component.name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
    if component.kind == ComponentKind::Internet {
        return kind.to_owned();
    }
    format!("{kind}{name} {}", component.id)
}

fn kind_text(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Internet => "the internet",
        ComponentKind::OnPremises => "on-premises network",
        ComponentKind::Instance => "instance",
        ComponentKind::NetworkInterface => "network interface",
        ComponentKind::SecurityGroup => "security group",
        ComponentKind::NetworkAcl => "network ACL",
        ComponentKind::RouteTable => "route table",
        ComponentKind::Subnet => "subnet",
        ComponentKind::Vpc => "VPC",
        ComponentKind::InternetGateway => "internet gateway",
        ComponentKind::EgressOnlyInternetGateway => "egress-only internet gateway",
        ComponentKind::NatGateway => "NAT gateway",
        ComponentKind::VpcPeeringConnection => "VPC peering connection",
        ComponentKind::VpnGateway => "virtual private gateway",
        ComponentKind::TransitGateway => "transit gateway",
        ComponentKind::TransitGatewayAttachment => "transit gateway attachment",
        ComponentKind::TransitGatewayRouteTable => "transit gateway route table",
        ComponentKind::PrefixList => "prefix list",
        ComponentKind::Firewall => "firewall",
        ComponentKind::LinkLocalService => "link-local service",
        _ => "element",
    }
}

fn explanation_text(explanation: &Explanation) -> String {
    let way = match explanation.direction {
        Direction::Forward => "",
        Direction::Return => " on the way back",
    };
    format!(
        "{} at {}{way}: {} ({})",
        explanation.reason.code,
        component_text(&explanation.reason.component),
        explanation.message,
        explanation.reason.rules.join(", "),
    )
}

fn evidence_text(evidence: &Evidence) -> String {
    match evidence {
        Evidence::SecurityGroupRule { group, rule, egress, traffic, peer, description } => {
            let (way, side) = if *egress { ("outbound", "to") } else { ("inbound", "from") };
            let rule = rule.as_deref().map(|rule| format!(" {rule}")).unwrap_or_default();
            let description =
                description.as_deref().map(|text| format!(" \"{text}\"")).unwrap_or_default();
            format!("{group}{rule} {way} {traffic} {side} {peer}{description}")
        }
        Evidence::SecurityGroup { group, name } => {
            let name = name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
            format!("no matching rule in {group}{name}")
        }
        Evidence::NetworkAclEntry { acl, rule_number, egress, allow } => {
            let way = if *egress { "outbound" } else { "inbound" };
            let action = if *allow { "allow" } else { "deny" };
            let number = rule_number.map_or("*".to_owned(), |number| number.to_string());
            format!("{acl} {way} entry {number} {action}")
        }
        Evidence::Route { table, destination, target } => {
            format!("{table} {destination} -> {target}")
        }
        Evidence::FirewallRule { group, rule, action, .. } => format!("{group} {rule} {action}"),
        Evidence::Attribute { resource, attribute, value } => {
            format!("{resource} {attribute} = {value}")
        }
        _ => String::new(),
    }
}
