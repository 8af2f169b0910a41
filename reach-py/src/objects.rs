//! Objects of Python's side, with the types that the stub gives them.

use pyo3::prelude::*;

macro_rules! objects {
    ($($name:ident = $hint:expr;)*) => {$(
        pub(crate) struct $name<'py>(pub(crate) Bound<'py, PyAny>);

        impl<'py> IntoPyObject<'py> for $name<'py> {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = std::convert::Infallible;

            #[cfg(feature = "inspect")]
            const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr = $hint;

            fn into_pyobject(self, _: Python<'py>) -> Result<Self::Output, Self::Error> {
                Ok(self.0)
            }
        }
    )*};
}

objects! {
    Changes = pyo3::type_hint_identifier!("reach._diff", "FindingChanges");
    Capsule = pyo3::type_hint_identifier!("typing", "Any");
    DataFrame = pyo3::type_hint_identifier!("pandas", "DataFrame");
    Drawing = pyo3::type_hint_identifier!("reach._map", "Drawing");
    Findings = hint::FINDINGS;
    Counts = hint::COUNTS;
    Summary = hint::SUMMARY;
    Table = pyo3::type_hint_identifier!("pyarrow", "Table");
}

#[cfg(feature = "inspect")]
mod hint {
    use pyo3::inspect::PyStaticExpr;
    use pyo3::{type_hint_identifier, type_hint_subscript};

    use crate::finding::PyFinding;

    const STR: PyStaticExpr = type_hint_identifier!("builtins", "str");
    const INT: PyStaticExpr = type_hint_identifier!("builtins", "int");
    const DICT: PyStaticExpr = type_hint_identifier!("builtins", "dict");
    const SEVERITY: PyStaticExpr = type_hint_identifier!("reach._enums", "Severity");
    const ITERATOR: PyStaticExpr = type_hint_identifier!("collections.abc", "Iterator");
    const FINDING: PyStaticExpr = <PyFinding as pyo3::PyTypeInfo>::TYPE_HINT;

    pub(super) const FINDINGS: PyStaticExpr = type_hint_subscript!(ITERATOR, FINDING);
    pub(super) const COUNTS: PyStaticExpr = type_hint_subscript!(DICT, STR, INT);
    pub(super) const SUMMARY: PyStaticExpr = type_hint_subscript!(DICT, SEVERITY, INT);
}
