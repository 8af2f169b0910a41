use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use reach_core::Severity;
use reach_core::packet::Traffic;

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
    /// Instance, interface, address, CIDR block, gateway, peering connection, unique Name tag, or
    /// `internet`.
    pub(crate) from: String,
    /// As FROM, without peering connections.
    pub(crate) to: String,
    /// `tcp/22`, `udp/53`, `tcp/80-443`, `icmp/8/0`, `icmp/echo-request`, `proto/50` or `any`.
    pub(crate) traffic: Traffic,
    /// Ask for one-way delivery instead of a flow that completes.
    #[arg(long)]
    pub(crate) forward: bool,
    /// The client's source port instead of the ephemeral ones, 1024-65535.
    #[arg(long, value_name = "PORT")]
    pub(crate) source_port: Option<u16>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

fn tag(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "a tag is written KEY=VALUE".to_owned())
}
