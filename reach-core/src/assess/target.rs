use serde::{Deserialize, Serialize};

use crate::network::Instance;

/// What is assessed: every instance, or those that carry one of these tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Target {
    /// Several pairs are OR-ed; none means every instance.
    pub tags: Vec<TagPair>,
}

/// A tag that an instance has to carry, key and value exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct TagPair {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
}

impl Target {
    pub(crate) fn covers(&self, instance: &Instance) -> bool {
        self.tags.is_empty()
            || self.tags.iter().any(|wanted| {
                instance
                    .tags
                    .iter()
                    .any(|(key, value)| **key == *wanted.key && **value == *wanted.value)
            })
    }
}
