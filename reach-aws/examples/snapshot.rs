//! Prints the Snapshot that the loader makes of a folder, a zip or a file.
//!
//!     cargo run --package reach-aws --example snapshot -- docs/examples/lab

use std::error::Error;
use std::io::Write;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which snapshot?")?;
    let loaded = reach_aws::load(path)?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &loaded.snapshot)?;
    writeln!(out)?;
    Ok(())
}
