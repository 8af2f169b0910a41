use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use reach_core::Severity;
use reach_core::packet::{IpSet, Traffic};

#[derive(Debug, Parser)]
#[command(
    name = "reach",
    version,
    about = "What can reach what in an AWS network, and why not: read from configuration, without a packet",
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find what is exposed: ports that the internet, a peered VPC or a VPN can reach.
    ///
    /// Exit code: 0 nothing at or above --fail-on, 1 findings at or above it, 2 could not answer
    /// (an error, or with --fail-on exposures that nobody can tell).
    Scan(ScanArgs),
    /// Follow traffic from one end to another and back, and name what stops it.
    ///
    /// Exit code: 0 answered, 2 could not answer (an error, or the verdict is unknown).
    Trace(TraceArgs),
    /// List every way from one end to another, with the exact packets that take it.
    ///
    /// Exit code: 0 answered, 2 could not answer (an error, or the verdict is unknown).
    Paths(PathsArgs),
    /// What everything can send to everything: every ordered pair of network interfaces, the
    /// internet and the gateways, in classes of ends that are alike.
    ///
    /// Exit code: 0 answered, 2 could not answer (an error).
    Matrix(MatrixArgs),
}

/// What is read, for every question.
#[derive(Debug, Args)]
pub(crate) struct SnapshotArgs {
    /// Folder, zip or file of what `aws … describe-*` printed; `-` reads standard input.
    pub(crate) snapshot: PathBuf,
    /// Edits to apply first, as JSON named after EC2 actions; may be repeated, in order.
    #[arg(long = "edit", value_name = "FILE")]
    pub(crate) edits: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) input: SnapshotArgs,
    /// Assess only instances with this tag; several are OR-ed.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub(crate) tags: Vec<(String, String)>,
    /// What agents say about listening processes, as JSON by instance id.
    #[arg(long, value_name = "FILE")]
    pub(crate) listeners: Option<PathBuf>,
    /// An earlier run (`--format json`): findings are marked new, unchanged or resolved.
    #[arg(long, value_name = "RUN")]
    pub(crate) baseline: Option<PathBuf>,
    /// Exit with 1 when a finding is this severe or worse: high, medium, low, informational.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArgs {
    #[command(flatten)]
    pub(crate) input: SnapshotArgs,
    #[command(flatten)]
    pub(crate) ends: Ends,
    /// `tcp/22`, `udp/53`, `tcp/80-443`, `icmp/8/0`, `icmp/echo-request`, `proto/50` or `any`.
    pub(crate) traffic: Traffic,
    #[command(flatten)]
    pub(crate) terms: TermsArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = TraceFormat::Table)]
    pub(crate) format: TraceFormat,
}

#[derive(Debug, Args)]
pub(crate) struct PathsArgs {
    #[command(flatten)]
    pub(crate) input: SnapshotArgs,
    #[command(flatten)]
    pub(crate) ends: Ends,
    /// As for `trace`.
    #[arg(default_value = "any")]
    pub(crate) traffic: Traffic,
    #[command(flatten)]
    pub(crate) terms: TermsArgs,
    /// Also ways on which certainly nothing gets through.
    #[arg(long)]
    pub(crate) all: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct MatrixArgs {
    #[command(flatten)]
    pub(crate) input: SnapshotArgs,
    /// Only these sources: an end as for `trace`, `sg-…` for the members of a security group,
    /// `tag:KEY=VALUE` for instances with a tag; may be repeated.
    #[arg(long, value_name = "SEL")]
    pub(crate) from: Vec<String>,
    /// Only these destinations, in the same words; may be repeated.
    #[arg(long, value_name = "SEL")]
    pub(crate) to: Vec<String>,
    /// Only this TCP and UDP port; may be repeated.
    #[arg(long, value_name = "P")]
    pub(crate) port: Vec<u16>,
    /// Only this traffic, as for `trace`.
    #[arg(long, value_name = "TRAFFIC", conflicts_with = "port")]
    pub(crate) traffic: Option<Traffic>,
    /// Ask for one-way delivery instead of a flow that completes.
    #[arg(long)]
    pub(crate) forward: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = MatrixFormat::Table)]
    pub(crate) format: MatrixFormat,
}

/// The ends of a question.
#[derive(Debug, Args)]
pub(crate) struct Ends {
    /// Instance, interface, subnet, VPC, address, CIDR block, gateway, peering connection, load
    /// balancer, unique Name tag, or `internet`.
    pub(crate) from: String,
    /// As FROM, without peering connections.
    pub(crate) to: String,
}

/// How a flow is asked about.
#[derive(Debug, Args)]
pub(crate) struct TermsArgs {
    /// Ask for one-way delivery instead of a flow that completes.
    #[arg(long)]
    pub(crate) forward: bool,
    /// The client's source port instead of the ephemeral ones, 1024-65535.
    #[arg(long, value_name = "PORT")]
    pub(crate) source_port: Option<u16>,
    /// A load balancer, one of its nodes or an endpoint that the flow goes through; TRAFFIC is
    /// then what is sent there.
    #[arg(long, value_name = "LB", visible_alias = "via")]
    pub(crate) through: Option<String>,
    /// The only node of the load balancer that the flow goes through.
    #[arg(long, value_name = "ENI")]
    pub(crate) node: Option<String>,
    /// Address or CIDR block that the source sends with, instead of all its own; may be repeated.
    #[arg(long, value_name = "IP", value_parser = addresses, visible_alias = "source-address")]
    pub(crate) client: Vec<IpSet>,
    /// An assumption that you vouch for, A-PORT25 or A-ASYMMETRIC; may be repeated.
    #[arg(long, value_name = "CODE")]
    pub(crate) assume: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// As AWS Reachability Analyzer answers: a `NetworkInsightsAnalysis`.
    Aws,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MatrixFormat {
    /// For people: by class of destinations.
    Table,
    /// For programs: classes, and what each can send to each.
    Json,
    /// For programs: one pair of ends a line.
    Jsonl,
}

fn addresses(text: &str) -> Result<IpSet, String> {
    serde_json::from_value([text].as_slice().into()).map_err(|error| error.to_string())
}

fn tag(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "a tag is written KEY=VALUE".to_owned())
}
