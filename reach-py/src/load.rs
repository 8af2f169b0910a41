//! Snapshots, from wherever they are.

use std::path::PathBuf;

use pyo3::prelude::*;
use reach_aws::{Limits, LoadError, Loader};
use reach_core::snapshot::Snapshot;
use reach_core::{Diagnostic, Network};

use crate::convert::{Content, Files, Texts};
use crate::errors;
use crate::network::PyNetwork;

/// Reads a folder, a zip, a JSON file, or ``"-"`` for standard input.
#[pyfunction]
pub(crate) fn load_path(
    py: Python<'_>,
    path: PathBuf,
    max_bytes: Option<u64>,
) -> PyResult<PyNetwork> {
    let read = || -> Result<PyNetwork, LoadError> {
        let mut loader = loader(max_bytes);
        loader.add_path(path)?;
        Ok(PyNetwork(loader.finish()?.compile()))
    };
    py.detach(read).map_err(|e| errors::load(py, e))
}

/// Reads files from memory; ``failed`` are calls of the collection that were not answered.
#[pyfunction]
pub(crate) fn load_files(
    py: Python<'_>,
    files: Files,
    failed: Texts,
    max_bytes: Option<u64>,
) -> PyResult<PyNetwork> {
    let read = || -> Result<PyNetwork, LoadError> {
        let mut loader = loader(max_bytes);
        for (name, content) in &files.0 {
            loader.add(name, content.as_ref())?;
        }
        let mut loaded = loader.finish()?;
        let failed = failed.0.iter().map(|what| Diagnostic::warning("call_failed", what));
        loaded.diagnostics.extend(failed);
        Ok(PyNetwork(loaded.compile()))
    };
    py.detach(read).map_err(|e| errors::load(py, e))
}

/// Makes a network again of what ``pickle`` kept.
#[pyfunction]
pub(crate) fn unpickled(
    py: Python<'_>,
    snapshot: Content,
    noticed: Content,
) -> PyResult<PyNetwork> {
    let read = || -> serde_json::Result<PyNetwork> {
        let snapshot: Snapshot = serde_json::from_slice(snapshot.as_ref())?;
        let noticed = serde_json::from_slice(noticed.as_ref())?;
        Ok(PyNetwork(Network::compile_noting(snapshot, noticed)))
    };
    py.detach(read).map_err(|e| errors::document(py, "invalid_network", &e))
}

fn loader(max_bytes: Option<u64>) -> Loader {
    let limits = Limits::default();
    Loader::with_limits(max_bytes.map_or(limits, |most| limits.bytes(most)))
}
