//! Words of the answers as members of Python's enums, which `reach._enums` defines.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

macro_rules! python_enums {
    ($($rust:ident = $python:literal;)*) => {$(
        /// A member, by its value.
        pub(crate) struct $rust(pub(crate) String);

        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;

            #[cfg(feature = "inspect")]
            const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr =
                pyo3::type_hint_identifier!("reach._enums", $python);

            fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
                static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
                CLASS.import(py, "reach._enums", $python)?.call1((self.0,))
            }
        }
    )*};
}

python_enums! {
    PyFindingType = "FindingType";
    PyLevel = "Level";
    PyReachability = "Reachability";
    PySeverity = "Severity";
    PyStatus = "Status";
}
