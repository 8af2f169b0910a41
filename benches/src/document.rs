use std::collections::BTreeMap;

use reach_core::snapshot::Kind;
use serde_json::Value;

/// One JSON document with a list a kind, written item by item: a million values would not fit into
/// memory.
pub(crate) struct Document {
    lists: BTreeMap<&'static str, String>,
}

impl Document {
    /// Every call was made and answered "none".
    pub(crate) fn new() -> Self {
        Self { lists: Kind::ALL.iter().map(|kind| (kind.key(), String::new())).collect() }
    }

    pub(crate) fn push(&mut self, key: &'static str, item: &Value) {
        let list = self.lists.entry(key).or_default();
        if !list.is_empty() {
            list.push_str(",\n");
        }
        list.push_str(&item.to_string());
    }

    pub(crate) fn finish(self) -> String {
        let lists: Vec<_> =
            self.lists.into_iter().map(|(key, list)| format!("\"{key}\": [\n{list}\n]")).collect();
        format!("{{{}}}\n", lists.join(",\n"))
    }
}
