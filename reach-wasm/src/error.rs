//! Errors: JavaScript's own `Error`, with a code and details.

use std::fmt::Display;

use js_sys::{Error, Reflect};
use reach_aws::LoadError;
use reach_core::QueryError;
use reach_core::change::EditError;
use reach_core::packet::ParseTrafficError;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::convert;

/// What a program may want to know, where it applies.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidates: Option<&'a [String]>,
}

pub(crate) fn plain(code: &str, error: &impl Display) -> JsValue {
    make(code, error, &Details::default())
}

pub(crate) fn load(error: &LoadError) -> JsValue {
    let details = Details {
        file: error.file(),
        line: error.line(),
        column: error.column(),
        field: error.field(),
        ..Details::default()
    };
    make(error.code(), error, &details)
}

pub(crate) fn edit(error: &EditError) -> JsValue {
    let details = Details {
        resource_id: error.resource(),
        action: Some(error.action()),
        index: error.index(),
        ..Details::default()
    };
    make(error.code(), error, &details)
}

pub(crate) fn traffic(error: &ParseTrafficError) -> JsValue {
    plain("invalid_traffic", error)
}

pub(crate) fn query(error: &QueryError) -> JsValue {
    let candidates = match error {
        QueryError::AmbiguousEndpoint { candidates, .. } => Some(candidates.as_slice()),
        _ => None,
    };
    make(error.code(), error, &Details { candidates, ..Details::default() })
}

fn make(code: &str, error: &impl Display, details: &Details<'_>) -> JsValue {
    let made = Error::new(&error.to_string());
    made.set_name("ReachError");
    let details = convert::to_js(details).unwrap_or(JsValue::UNDEFINED);
    for (key, value) in [("code", JsValue::from_str(code)), ("details", details)] {
        // A fresh object takes any property.
        let _ = Reflect::set(&made, &JsValue::from_str(key), &value);
    }
    made.into()
}
