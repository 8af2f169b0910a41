//! The command `reach`: questions about a snapshot, answered on the terminal or as JSON.
//!
//! Exit codes: 0 nothing at or above `--fail-on`, 1 findings at or above it, 2 could not answer.
//! Of `collect`: 0 everything was answered, 1 the snapshot lacks what was refused, 2 none was written.

mod anonymize;
mod args;
#[cfg(feature = "sdk")]
mod collect;
mod error;
mod input;
mod matrix;
mod output;
mod path;
mod paths;
mod scan;
mod terms;
mod trace;
mod words;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use error::Failure;

/// What a command came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to object to.
    Fine,
    /// Findings at or above `--fail-on`.
    Findings,
    /// A snapshot that lacks what was refused.
    #[cfg(feature = "sdk")]
    Gaps,
    /// Nobody can tell.
    Unknown,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let answer = match &cli.command {
        Command::Scan(args) => scan::run(args),
        #[cfg(feature = "sdk")]
        Command::Collect(args) => collect::run(args),
        #[cfg(feature = "sdk")]
        Command::IamPolicy(args) => collect::policy(args),
        Command::Anonymize(args) => anonymize::run(args),
        Command::Trace(args) => trace::run(args),
        Command::Paths(args) => paths::run(args),
        Command::Matrix(args) => matrix::run(args),
    };
    match answer {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        #[cfg(feature = "sdk")]
        Ok(Outcome::Gaps) => ExitCode::from(1),
        Ok(Outcome::Unknown) => ExitCode::from(2),
        // Whoever reads the output has enough of it.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            output::error(&failure);
            ExitCode::from(2)
        }
    }
}
