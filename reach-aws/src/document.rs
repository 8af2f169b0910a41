//! One JSON file: a map of top-level keys, each a describe answer's own.

use std::fmt;

use reach_core::Diagnostic;
use reach_core::snapshot::{Kind, Region};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::error::LoadError;
use crate::json::{Fault, Json};
use crate::key::Key;
use crate::reading::Reading;
use crate::resource_id::resource_id;
use crate::text::{shown_message, shown_name};

/// What one file holds.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The resources, not yet told which account and Region they are from.
    pub(crate) region: Region,
    /// The answers that they came in.
    pub(crate) answers: Vec<Answer>,
    /// Whether calls were refused: there was a Region to ask, even where nothing came of it.
    pub(crate) gaps: bool,
    /// What was not read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// One describe answer, or one page of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) kind: Kind,
    /// The resource that was asked for, where the call asks for one.
    pub(crate) subject: Option<String>,
    /// Whether there is another page.
    pub(crate) more: bool,
}

impl Answer {
    /// All of a kind, as far as this page goes.
    pub(crate) fn whole(kind: Kind) -> Self {
        Self { kind, subject: None, more: false }
    }
}

impl Document {
    /// Reads a file; the name carries the subject of answers that do not name it themselves.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(not_utf8(name, bytes, error.valid_up_to())),
        };
        let mut json = Json::new(text);
        DocumentSeed { name }
            .deserialize(&mut json)
            .and_then(|document| json.end().map(|()| document))
            .map_err(|fault| explain(name, text, &fault))
    }
}

fn not_utf8(name: &str, bytes: &[u8], valid_up_to: usize) -> LoadError {
    let valid = bytes.get(..valid_up_to).unwrap_or_default();
    let line_start = valid.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let message = if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        "the text is UTF-16, and UTF-8 is needed"
    } else {
        "the text is not UTF-8"
    };
    LoadError::Json {
        file: shown_name(name),
        line: valid.split(|b| *b == b'\n').count(),
        column: valid_up_to - line_start + 1,
        message: message.to_owned(),
    }
}

fn explain(name: &str, text: &str, fault: &Fault) -> LoadError {
    let (line, column) = fault.position(text);
    let (file, message) = (shown_name(name), in_words_of_json(fault.message()));
    if fault.is_syntax() {
        return LoadError::Json { file, line, column, message };
    }
    let resource = resource_id(text, fault.way());
    let field = shown_message(&fault.field());
    LoadError::Field { file, line, column, field, resource, message }
}

fn in_words_of_json(text: &str) -> String {
    let text = match text.rsplit_once(", expected ") {
        Some((found, wanted)) => {
            let wanted = match wanted {
                "i32" | "u32" => "a 32-bit integer".to_owned(),
                "a sequence" => "a list".to_owned(),
                _ => wanted.strip_prefix("struct ").map_or_else(
                    || wanted.to_owned(),
                    |resource| format!("a map of the fields of `{resource}`"),
                ),
            };
            format!("{found}, expected {wanted}")
        }
        None => text.to_owned(),
    };
    shown_message(&text)
}

struct DocumentSeed<'n> {
    name: &'n str,
}

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Document, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl DocumentSeed<'_> {
    fn not_an_answer(&self, what: &str) -> Document {
        let message = format!("holds {what}, not a describe answer");
        let diagnostic = Diagnostic::warning("not_a_describe_answer", message);
        Document {
            diagnostics: vec![diagnostic.file(shown_name(self.name))],
            ..Document::default()
        }
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a describe answer")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Document, E> {
        Ok(self.not_an_answer("a truth value"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Document, E> {
        Ok(self.not_an_answer("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Document, E> {
        Ok(self.not_an_answer("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Document, E> {
        Ok(self.not_an_answer("a number"))
    }

    fn visit_str<E>(self, _: &str) -> Result<Document, E> {
        Ok(self.not_an_answer("a text"))
    }

    fn visit_unit<E>(self) -> Result<Document, E> {
        Ok(self.not_an_answer("nothing"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Document, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.not_an_answer("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut reading = Reading::new(self.name);
        while let Some(key) = map.next_key::<KeyOf>()? {
            reading.read(key.0, &mut map)?;
        }
        match reading.finish() {
            Some(document) => Ok(document),
            None => Ok(self.not_an_answer("a map without any known key")),
        }
    }
}

/// A top-level key, told apart without a copy.
struct KeyOf(Key);

impl<'de> Deserialize<'de> for KeyOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;

        impl Visitor<'_> for KeyVisitor {
            type Value = KeyOf;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<KeyOf, E> {
                Ok(KeyOf(Key::of(key)))
            }
        }

        deserializer.deserialize_str(KeyVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::MOST_UNKNOWN_KEYS;

    #[test]
    fn every_kind_of_the_core_is_read() {
        for kind in Kind::ALL {
            let json = format!(r#"{{"{}": []}}"#, kind.key());
            let document = Document::parse("x.json", json.as_bytes()).unwrap();
            assert!(document.region.collected(*kind), "{} is not read", kind.key());
            assert!(document.diagnostics.is_empty());
        }
    }

    #[test]
    fn positions_of_text_that_is_not_utf8() {
        let error = Document::parse("x.json", b"{\n \"a\": \"\xff\"}").unwrap_err();
        assert_eq!((error.line(), error.column()), (Some(2), Some(8)));
        let error = Document::parse("x.json", b"\xff\xfe{\0}\0").unwrap_err();
        assert!(error.to_string().contains("UTF-16"), "{error}");
    }

    #[test]
    fn unknown_keys_are_counted_out() {
        let keys: Vec<String> = (0..1000).map(|n| format!("\"k{n}\": 1, \"k{n}\": 2")).collect();
        let json = format!("{{{}}}", keys.join(","));
        let document = Document::parse("x.json", json.as_bytes()).unwrap();
        assert_eq!(document.diagnostics.len(), MOST_UNKNOWN_KEYS + 1);
    }
}
