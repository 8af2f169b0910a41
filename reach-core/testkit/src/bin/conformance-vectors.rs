//! Writes the conformance cases as JSON for runners in other languages:
//! `conformance-vectors FOLDER` makes `FOLDER/conformance.json`.

use std::error::Error;
use std::path::PathBuf;

use reach_testkit::conformance::{Suite, vectors};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: conformance-vectors FOLDER")?;
    let suite = Suite::read()?;
    let text = serde_json::to_string(&vectors(&suite)?)?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("conformance.json"), text)?;
    Ok(())
}
