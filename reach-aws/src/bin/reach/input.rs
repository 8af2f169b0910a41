use std::fs;
use std::path::{Path, PathBuf};

use reach_aws::Loaded;
use reach_core::Network;
use reach_core::change::{Edit, EditFile};
use serde::de::DeserializeOwned;

use crate::args::SnapshotArgs;
use crate::error::Failure;

/// Reads the snapshot, applies the edits, compiles.
pub(crate) fn network(args: &SnapshotArgs) -> Result<Network, Failure> {
    compile(reach_aws::load(&args.snapshot)?, &args.edits)
}

/// Compiles what was read, with the edits applied.
pub(crate) fn compile(loaded: Loaded, paths: &[PathBuf]) -> Result<Network, Failure> {
    let network = loaded.compile();
    let mut edits: Vec<Edit> = Vec::new();
    for path in paths {
        edits.extend(document::<EditFile>(path, "file of edits")?.into_edits());
    }
    if edits.is_empty() {
        return Ok(network);
    }
    Ok(network.with(&edits)?)
}

/// Reads a JSON document.
pub(crate) fn document<T: DeserializeOwned>(path: &Path, what: &'static str) -> Result<T, Failure> {
    let bytes = fs::read(path).map_err(|source| Failure::File { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|source| Failure::Document {
        path: path.to_owned(),
        what,
        source,
    })
}
