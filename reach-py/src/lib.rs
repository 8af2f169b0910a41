//! The Python package `reach`: conversions and docstrings, and no decision.

#![expect(clippy::needless_pass_by_value, reason = "arguments are made for the call")]

mod convert;
mod diagnostic;
mod errors;
mod network;
mod run;
mod trace;

/// What `reach` re-exports; import it from there.
#[pyo3::pymodule]
mod _reach {
    #[pymodule_export]
    use crate::diagnostic::PyDiagnostic;
    #[pymodule_export]
    use crate::network::{PyNetwork, load, loads};
    #[pymodule_export]
    use crate::run::{PyFinding, PyRun};
    #[pymodule_export]
    use crate::trace::{PyExplanation, PyTrace};

    /// Version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    pub(crate) const __version__: &str = env!("CARGO_PKG_VERSION");
}
