use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Edit;

/// A file of edits: one edit, a list of them, or `{"Edits": [...]}`.
///
/// ```
/// use reach_core::change::EditFile;
///
/// let one = r#"{"Action": "StopInstances", "InstanceIds": ["i-1"]}"#;
/// let list = format!("[{one}]");
/// let named = format!(r#"{{"Edits": [{one}]}}"#);
/// for text in [one, &list, &named] {
///     let file: EditFile = serde_json::from_str(text)?;
///     assert_eq!(file.into_edits().len(), 1);
/// }
///
/// let error = serde_json::from_str::<EditFile>(r#"[{"Action": "StopInstance"}]"#).unwrap_err();
/// assert!(error.to_string().starts_with("edit 1: unknown variant `StopInstance`, expected one of"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EditFile {
    edits: Vec<Edit>,
}

impl EditFile {
    /// The edits, in the order in which they are made.
    pub fn into_edits(self) -> Vec<Edit> {
        self.edits
    }
}

impl From<Vec<Edit>> for EditFile {
    fn from(edits: Vec<Edit>) -> Self {
        Self { edits }
    }
}

// By hand, because serde's `untagged` answers every mistake with "did not match any variant".
impl<'de> Deserialize<'de> for EditFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FileVisitor)
    }
}

const KEY: &str = "Edits";

struct FileVisitor;

impl<'de> Visitor<'de> for FileVisitor {
    type Value = EditFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an edit, a list of edits, or an object with the key `Edits`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<EditFile, A::Error> {
        ListVisitor.visit_seq(seq).map(EditFile::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EditFile, A::Error> {
        let first = map.next_key::<String>()?;
        if first.as_deref() == Some(KEY) {
            let edits = map.next_value_seed(ListVisitor)?;
            return match map.next_key::<String>()? {
                Some(key) => Err(A::Error::unknown_field(&key, &[KEY])),
                None => Ok(edits.into()),
            };
        }
        let whole = MapAccessDeserializer::new(Rejoined { first, rest: map });
        Ok(vec![Edit::deserialize(whole)?].into())
    }
}

/// Reads a list and says which edit is wrong.
struct ListVisitor;

impl<'de> DeserializeSeed<'de> for ListVisitor {
    type Value = Vec<Edit>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<Edit>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListVisitor {
    type Value = Vec<Edit>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of edits")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Edit>, A::Error> {
        let mut edits = Vec::new();
        loop {
            let number = edits.len().saturating_add(1);
            match seq.next_element() {
                Ok(Some(edit)) => edits.push(edit),
                Ok(None) => return Ok(edits),
                Err(error) => return Err(A::Error::custom(format!("edit {number}: {error}"))),
            }
        }
    }
}

/// A map whose first key was looked at already.
struct Rejoined<A> {
    first: Option<String>,
    rest: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Rejoined<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        serde_json::from_str::<EditFile>(text).unwrap_err().to_string()
    }

    #[test]
    fn the_three_shapes() {
        let stop = r#"{"InstanceIds": ["i-1"], "Action": "StopInstances"}"#;
        let start = r#"{"Action": "StartInstances", "InstanceIds": ["i-1"]}"#;
        for (text, n_edits) in [
            (stop.to_owned(), 1),
            ("[]".to_owned(), 0),
            (format!("[{stop}, {start}]"), 2),
            (format!(r#"{{"Edits": [{stop}, {start}]}}"#), 2),
            (r#"{"Edits": []}"#.to_owned(), 0),
        ] {
            let file: EditFile = serde_json::from_str(&text).unwrap();
            let again = serde_json::to_string(&file).unwrap();
            assert!(again.starts_with(r#"{"Edits":["#), "{again}");
            assert_eq!(serde_json::from_str::<EditFile>(&again).unwrap(), file);
            assert_eq!(file.into_edits().len(), n_edits, "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert!(error("{}").contains("missing field `Action`"));
        assert!(error("7").contains("expected an edit, a list of edits"));
        assert!(error(r#"{"Edits": 7}"#).contains("expected a list of edits"));
        assert!(error(r#"{"Edits": [], "Edit": []}"#).contains("unknown field `Edit`"));
        assert!(error(r#"{"Action": "Nonsense"}"#).contains("unknown variant `Nonsense`"));
        assert!(error("[{}, {}]").starts_with("edit 1: missing field `Action`"));
        let second = error(
            r#"[{"Action": "StopInstances", "InstanceIds": []},
                {"Action": "StopInstances", "InstanceId": "i-1"}]"#,
        );
        assert!(
            second.starts_with("edit 2: unknown field `InstanceId`, expected `InstanceIds`"),
            "{second}"
        );
        assert!(second.contains(" at line 2 column "), "keeps the position: {second}");
    }
}
