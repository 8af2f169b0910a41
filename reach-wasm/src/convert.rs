//! Plain data in and out. There is one road: JSON text, so that a value looks the same in
//! JavaScript as in what the command line prints, and so that no value is nested too deep: reading
//! JavaScript objects one by one could overflow the stack, which a module does not survive.

use std::collections::BTreeMap;
use std::fmt::Display;

use js_sys::{JSON, Reflect, Uint8Array};
use reach_core::packet::{IpSet, PortSet};
use reach_core::{Listeners, Run, TraceOptions};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use crate::error;

/// A value on its way to JavaScript.
pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    let text = serde_json::to_string(value).map_err(|e| error::plain("internal", &e))?;
    JSON::parse(&text)
}

/// Reads a value, or JSON text of one; the code is that of the error.
pub(crate) fn from_js<T: DeserializeOwned>(value: &JsValue, code: &str) -> Result<T, JsValue> {
    let text = match value.as_string() {
        Some(text) => text,
        None => stringify(value).map_err(|e| error::plain(code, &e))?,
    };
    serde_json::from_str(&text).map_err(|e| error::plain(code, &e))
}

fn stringify(value: &JsValue) -> Result<String, impl Display> {
    // What cannot stand in JSON, such as `undefined`, is no text at all.
    JSON::stringify(value)
        .map(|text| text.as_string().unwrap_or_else(|| "null".to_owned()))
        .map_err(|thrown| thrown.unchecked_into::<js_sys::Error>().message())
}

/// Reads options; `undefined` and `null` are the default.
pub(crate) fn options<T: DeserializeOwned + Default>(value: &JsValue) -> Result<T, JsValue> {
    let given: Option<T> = from_js(value, "invalid_options")?;
    Ok(given.unwrap_or_default())
}

/// Options of a scan.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScanInput {
    pub(crate) tags: Tags,
    pub(crate) listeners: Option<Listeners>,
    pub(crate) baseline: Option<Run>,
}

/// Tags: an object of keys and values, or pairs where a key has several values.
#[derive(Deserialize)]
#[serde(untagged, expecting = "`tags` is an object of strings, or a list of pairs of strings")]
pub(crate) enum Tags {
    Pairs(Vec<(String, String)>),
    Object(BTreeMap<String, String>),
}

impl Default for Tags {
    fn default() -> Self {
        Self::Pairs(Vec::new())
    }
}

impl Tags {
    pub(crate) fn into_pairs(self) -> Vec<(String, String)> {
        match self {
            Self::Pairs(pairs) => pairs,
            Self::Object(object) => object.into_iter().collect(),
        }
    }
}

/// Options of a trace.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct TraceInput {
    forward: bool,
    source_port: Option<u16>,
    source_addresses: Option<IpSet>,
    via: Option<String>,
    vouched: Vec<String>,
}

impl From<TraceInput> for TraceOptions {
    fn from(input: TraceInput) -> Self {
        let TraceInput { forward, source_port, source_addresses, via, vouched } = input;
        let source_ports = source_port.map(PortSet::single);
        Self { forward, source_ports, source_addresses, via, vouched }
    }
}

/// Options of paths.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PathsInput {
    pub(crate) trace: TraceInput,
    pub(crate) blocked: bool,
}

/// The files of an object: names and contents.
pub(crate) fn files(value: &JsValue) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
    if !value.is_object() {
        return Err(error::plain("invalid_files", &"not an object of file names and contents"));
    }
    let mut files = Vec::new();
    for key in Reflect::own_keys(value)? {
        let content = Reflect::get(value, &key)?;
        let bytes = match (content.as_string(), content.dyn_ref::<Uint8Array>()) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(bytes)) => bytes.to_vec(),
            (None, None) => {
                let what = format!("{key:?} is neither a string nor a Uint8Array");
                return Err(error::plain("invalid_files", &what));
            }
        };
        files.push((key.as_string().unwrap_or_default(), bytes));
    }
    Ok(files)
}
