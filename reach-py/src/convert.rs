//! Plain data in and out. There is one road: JSON text, and Python's own `json`, so that a value
//! looks the same in Python as in what the command line prints.

use std::net::IpAddr;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyString};
use reach_core::Visible;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::errors;

/// A JSON object on its way to Python, where it is a `dict`.
pub(crate) struct Dict(String);

/// A JSON array of objects on its way to Python, where it is a `list` of `dict`.
pub(crate) struct Dicts(String);

impl Dict {
    pub(crate) fn of(value: &impl Serialize) -> PyResult<Self> {
        compact(value).map(Self)
    }
}

impl Dicts {
    pub(crate) fn of(values: &impl Serialize) -> PyResult<Self> {
        compact(values).map(Self)
    }
}

impl<'py> IntoPyObject<'py> for Dict {
    type Target = PyDict;
    type Output = Bound<'py, PyDict>;
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::DICT;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(parsed(py, self.0)?.cast_into()?)
    }
}

impl<'py> IntoPyObject<'py> for Dicts {
    type Target = PyList;
    type Output = Bound<'py, PyList>;
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::DICTS;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        Ok(parsed(py, self.0)?.cast_into()?)
    }
}

fn parsed(py: Python<'_>, json: String) -> PyResult<Bound<'_, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// The JSON that the command line prints.
pub(crate) fn json(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string_pretty(value).map_err(unwritable)
}

/// The same JSON on one line.
pub(crate) fn compact(value: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(value).map_err(unwritable)
}

#[expect(clippy::needless_pass_by_value, reason = "stands in `map_err`")]
fn unwritable(error: serde_json::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// How an enum without fields stands in JSON, without the quotes.
pub(crate) fn word(value: &impl Serialize) -> PyResult<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(PyValueError::new_err(format!("no word: {other:?}"))),
    }
}

/// JSON that the caller gives: as text, as a file's path, or as what Python's `json` can write.
pub(crate) struct Json {
    text: Vec<u8>,
    /// The file that it came from.
    pub(crate) file: Option<String>,
}

impl Json {
    fn of(value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return Ok(Self { text: value.extract::<String>()?.into_bytes(), file: None });
        }
        if value.hasattr("__fspath__")? {
            let path: PathBuf = value.extract()?;
            let file = Visible::new(&path.to_string_lossy()).to_string();
            return match value.py().detach(|| std::fs::read(&path)) {
                Ok(text) => Ok(Self { text, file: Some(file) }),
                Err(error) => Err(errors::unreadable(value.py(), &file, error)),
            };
        }
        let text: String = value.py().import("json")?.call_method1("dumps", (value,))?.extract()?;
        Ok(Self { text: text.into_bytes(), file: None })
    }

    pub(crate) fn read<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.text)
    }
}

/// Edits: one, a list of them, JSON text of either, or the path of a file of it.
pub(crate) struct Edits(pub(crate) Json);

impl<'py> FromPyObject<'_, 'py> for Edits {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::EDITS;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Json::of(&value).map(Self)
    }
}

/// What agents say about listening processes: a mapping, JSON text of one, or the path of a file.
pub(crate) struct Listeners(pub(crate) Json);

impl<'py> FromPyObject<'_, 'py> for Listeners {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::LISTENERS;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Json::of(&value).map(Self)
    }
}

/// Tags: a mapping of keys to values, or any iterable of pairs.
pub(crate) struct Tags(pub(crate) Vec<(String, String)>);

impl<'py> FromPyObject<'_, 'py> for Tags {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::TAGS;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let pairs =
            if value.hasattr("items")? { value.call_method0("items")? } else { value.to_owned() };
        pairs.try_iter()?.map(|pair| pair?.extract()).collect::<PyResult<_>>().map(Self)
    }
}

/// Text or bytes, borrowed from Python.
#[derive(FromPyObject)]
pub(crate) enum Content {
    Text(pyo3::pybacked::PyBackedStr),
    Bytes(pyo3::pybacked::PyBackedBytes),
}

impl AsRef<[u8]> for Content {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// An end of a question: text, or an address or network of Python's `ipaddress`.
pub(crate) struct End(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for End {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::END;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !value.is_instance_of::<PyString>() {
            if value.hasattr("network_address")? {
                return value.str()?.extract().map(Self);
            }
            if let Ok(address) = value.extract::<IpAddr>() {
                return Ok(Self(address.to_string()));
            }
        }
        value.extract().map(Self)
    }
}

/// Several addresses or networks, or one.
pub(crate) struct Ends(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Ends {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::ENDS;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(End(one)) = value.extract::<End>() {
            return Ok(Self(vec![one]));
        }
        let ends = value.try_iter()?.map(|end| end?.extract::<End>().map(|End(text)| text));
        ends.collect::<PyResult<_>>().map(Self)
    }
}

/// A list of texts.
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::TEXTS;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        value.extract().map(Self)
    }
}

/// Files by name.
pub(crate) struct Files(pub(crate) Vec<(String, Content)>);

impl<'py> FromPyObject<'_, 'py> for Files {
    type Error = PyErr;

    #[cfg(feature = "inspect")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = hint::FILES;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let items = value.cast::<PyMapping>()?.items()?;
        items.iter().map(|item| item.extract()).collect::<PyResult<_>>().map(Self)
    }
}

/// Types as the stub names them.
#[cfg(feature = "inspect")]
mod hint {
    use pyo3::inspect::PyStaticExpr;
    use pyo3::{type_hint_identifier, type_hint_subscript, type_hint_union};

    const ANY: PyStaticExpr = type_hint_identifier!("typing", "Any");
    const STR: PyStaticExpr = type_hint_identifier!("builtins", "str");
    const BYTES: PyStaticExpr = type_hint_identifier!("builtins", "bytes");
    const MAPPING: PyStaticExpr = type_hint_identifier!("collections.abc", "Mapping");
    const ITERABLE: PyStaticExpr = type_hint_identifier!("collections.abc", "Iterable");
    const OBJECT: PyStaticExpr = type_hint_subscript!(MAPPING, STR, ANY);
    const CONTENT: PyStaticExpr = type_hint_union!(STR, BYTES);
    const PATH: PyStaticExpr = type_hint_subscript!(type_hint_identifier!("os", "PathLike"), STR);
    const PAIR: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("builtins", "tuple"), STR, STR);

    pub(super) const DICT: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("builtins", "dict"), STR, ANY);
    pub(super) const DICTS: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("builtins", "list"), DICT);
    pub(super) const EDITS: PyStaticExpr = type_hint_union!(
        STR,
        PATH,
        OBJECT,
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Sequence"), OBJECT)
    );
    pub(super) const END: PyStaticExpr = type_hint_union!(
        STR,
        type_hint_identifier!("ipaddress", "IPv4Address"),
        type_hint_identifier!("ipaddress", "IPv6Address"),
        type_hint_identifier!("ipaddress", "IPv4Network"),
        type_hint_identifier!("ipaddress", "IPv6Network")
    );
    pub(super) const ENDS: PyStaticExpr =
        type_hint_union!(END, type_hint_subscript!(ITERABLE, END));
    pub(super) const TEXTS: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Sequence"), STR);
    pub(super) const LISTENERS: PyStaticExpr = type_hint_union!(STR, PATH, OBJECT);
    pub(super) const TAGS: PyStaticExpr = type_hint_union!(
        type_hint_subscript!(MAPPING, STR, STR),
        type_hint_subscript!(ITERABLE, PAIR)
    );
    pub(super) const FILES: PyStaticExpr = type_hint_subscript!(MAPPING, STR, CONTENT);
}
