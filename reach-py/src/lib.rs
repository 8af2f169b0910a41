//! The Python package `reach`: conversions and docstrings, and no decision.

#![expect(clippy::needless_pass_by_value, reason = "arguments are made for the call")]
#![expect(clippy::doc_link_with_quotes, reason = "docstrings show Python")]

mod answer;
mod convert;
mod diagnostic;
mod enums;
mod errors;
mod finding;
mod load;
mod matrix;
mod network;
mod objects;
mod run;
mod words;

/// What `reach` re-exports; import it from there.
#[pyo3::pymodule]
mod _reach {
    #[pymodule_export]
    use crate::diagnostic::PyDiagnostic;
    #[pymodule_export]
    use crate::finding::PyFinding;
    #[pymodule_export]
    use crate::load::{load_files, load_path, unpickled};
    #[pymodule_export]
    use crate::matrix::{PyMatrix, matrix_again};
    #[pymodule_export]
    use crate::network::PyNetwork;
    #[pymodule_export]
    use crate::run::{PyRun, since};
    #[pymodule_export]
    use crate::words::{explanation_codes, in_words, visible};

    /// Version of the package.
    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    pub(crate) const __version__: &str = env!("CARGO_PKG_VERSION");
}
