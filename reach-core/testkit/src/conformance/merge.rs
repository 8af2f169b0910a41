//! Tables over tables.

use serde_json::Value;

/// The word that takes something of the base away.
const NONE: &str = "none";

/// Lays `over` on `base`: tables are merged, anything else is replaced, `"none"` removes.
pub(super) fn deep(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                if value == NONE {
                    // A field of the API may be one that only building the resource gives.
                    if base.remove(key).is_none() && key.starts_with(|c: char| c.is_uppercase()) {
                        base.insert(key.clone(), value.clone());
                    }
                } else {
                    deep(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (base, Value::Object(over)) => {
            *base = Value::Object(serde_json::Map::new());
            deep(base, &Value::Object(over.clone()));
        }
        (base, over) => *base = over.clone(),
    }
}

/// The path of something that `before` says and `after` does not. Empty lists and nulls say
/// nothing.
pub(super) fn lost(before: &Value, after: &Value) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.iter().find_map(|(key, value)| match after.get(key) {
                Some(other) => lost(value, other).map(|path| format!("{key}.{path}")),
                None if says_nothing(value) => None,
                None => Some(key.clone()),
            })
        }
        (Value::Array(before), Value::Array(after)) => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(at, (a, b))| lost(a, b).map(|path| format!("{at}.{path}"))),
        (before, after) if before == after => None,
        _ => Some(before.to_string()),
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}
