use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use reach_core::packet::{IpSet, Traffic};
use reach_core::{Grouping, Severity};

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
    /// Ask AWS accounts, and write what they say as a snapshot.
    ///
    /// Exit code: 0 everything was answered, 1 the snapshot lacks what was refused (it says so
    /// itself), 2 no snapshot was written.
    #[cfg(feature = "sdk")]
    Collect(CollectArgs),
    /// Print the least IAM policy that `collect` needs; all of it only reads.
    #[cfg(feature = "sdk")]
    IamPolicy(IamPolicyArgs),
    /// Write a snapshot that may be shown: ids, names, tags and addresses replaced, every answer the
    /// same.
    ///
    /// Exit code: 0 written, 2 nothing was written.
    Anonymize(AnonymizeArgs),
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
pub(crate) struct AnonymizeArgs {
    /// Folder, zip or file of what `aws … describe-*` printed.
    pub(crate) snapshot: PathBuf,
    /// What to write: a zip where the name ends in `.zip`, else what the snapshot is.
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
}

/// What replacements hang on.
#[derive(Debug, Args)]
pub(crate) struct SecretArgs {
    /// A file with a secret: under the same one, the same is replaced by the same in every snapshot.
    /// Without it, the secret is a new one that nobody keeps.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// Folder, zip or file of what `aws … describe-*` printed; `-` reads standard input.
    #[cfg_attr(feature = "sdk", arg(required_unless_present = "live", conflicts_with = "live"))]
    #[cfg_attr(not(feature = "sdk"), arg(required = true))]
    pub(crate) snapshot: Option<PathBuf>,
    /// Ask AWS now instead of reading a snapshot.
    #[cfg(feature = "sdk")]
    #[arg(long)]
    pub(crate) live: bool,
    #[cfg(feature = "sdk")]
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// Edits to apply first, as JSON named after EC2 actions; may be repeated, in order.
    #[arg(long = "edit", value_name = "FILE")]
    pub(crate) edits: Vec<PathBuf>,
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

/// Whom to ask, and how.
#[cfg(feature = "sdk")]
#[derive(Debug, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AskArgs {
    /// Profile of the AWS configuration; may be repeated.
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Vec<String>,
    /// Region, or `all` for every one that the account may use; may be repeated.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Vec<String>,
    /// Role to assume first; may be repeated, for an account each.
    #[arg(long, value_name = "ARN", conflicts_with = "org_role")]
    pub(crate) role_arn: Vec<String>,
    /// Name of a role to assume in every account of the organisation.
    #[arg(long, value_name = "NAME")]
    pub(crate) org_role: Option<String>,
    /// Leave the values of tags out.
    #[arg(long)]
    pub(crate) no_tags: bool,
    /// The most requests at a time.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) concurrency: u16,
    /// How many seconds one attempt of a request may take.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: u64,
}

#[cfg(feature = "sdk")]
#[derive(Debug, Args)]
pub(crate) struct CollectArgs {
    /// The folder to write, or the zip where the name ends in `.zip`.
    #[arg(required_unless_present = "dry_run")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    /// List the calls, and make none.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Replace ids, names, tags and addresses, as `reach anonymize` does; nothing else is ever
    /// written, so that an interrupted run starts again.
    #[arg(long)]
    pub(crate) anonymize: bool,
    #[command(flatten)]
    pub(crate) secret: SecretArgs,
}

#[cfg(feature = "sdk")]
#[derive(Debug, Args)]
pub(crate) struct IamPolicyArgs {
    /// Also allow to assume this role in every account of the organisation.
    #[arg(long, value_name = "NAME")]
    pub(crate) org_role: Option<String>,
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
    /// Print groups instead of interfaces: `subnet`, `vpc`, `group` (security group) or `tag:KEY`.
    #[arg(long, value_name = "GROUPING")]
    pub(crate) group_by: Option<Grouping>,
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
    /// For data frames: an Arrow IPC file (Feather) of pairs of ends.
    #[cfg(feature = "arrow")]
    Arrow,
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
