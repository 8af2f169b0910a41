//! One JSON file: a map of top-level keys, each a describe answer's own.

use std::collections::BTreeSet;
use std::fmt;

use reach_core::Diagnostic;
use reach_core::snapshot::{Instance, Kind, ManagedPrefixListEntries, PrefixListEntry, Region};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::error::Category;

use crate::error::LoadError;
use crate::key::Key;
use crate::resource::{self, append};
use crate::text::{shown_message, shown_name};

/// How many keys of one file are named when nobody knows them.
const MOST_UNKNOWN_KEYS: usize = 20;

/// What one file holds.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The resources, not yet told which account and Region they are from.
    pub(crate) region: Region,
    /// The answers that they came in.
    pub(crate) answers: Vec<Answer>,
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

impl Document {
    /// Reads a file; the name carries the subject of answers that do not name it themselves.
    pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Self, LoadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return Err(not_utf8(name, bytes, error.valid_up_to())),
        };
        let mut json = serde_json::Deserializer::from_str(text);
        DocumentSeed { name }
            .deserialize(&mut json)
            .and_then(|document| json.end().map(|()| document))
            .map_err(|error| explain(name, text, &error))
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

/// Turns the parser's error into ours. Following the way to each field costs time, so that it is
/// only done now, over again, when there is an error to tell about.
fn explain(name: &str, text: &str, error: &serde_json::Error) -> LoadError {
    let (file, line, column) = (shown_name(name), error.line(), error.column());
    let message = plain(error);
    if error.classify() != Category::Data {
        return LoadError::Json { file, line, column, message };
    }
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_str(text);
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    // The same error once more: what counts is the way that the track remembers.
    let _ = DocumentSeed { name }.deserialize(tracked);
    let field = shown_message(&track.path().to_string());
    LoadError::Field { file, line, column, field, message }
}

/// The parser's message without the position, which stands elsewhere, and in words of JSON.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&position).unwrap_or(&text);
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

/// A file while its keys go by.
struct Reading<'n> {
    name: &'n str,
    document: Document,
    /// Whether the file as a whole has another page.
    more: bool,
    /// Whether there was a known key, told about or not.
    known: bool,
    /// The keys that were told about.
    told: BTreeSet<String>,
    unknown: usize,
}

impl<'n> Reading<'n> {
    fn new(name: &'n str) -> Self {
        Self {
            name,
            document: Document::default(),
            more: false,
            known: false,
            told: BTreeSet::new(),
            unknown: 0,
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Kind(kind) => return self.read_kind(kind, map),
            Key::Entries => return self.read_entries(map),
            Key::NextToken => {
                self.more |= map.next_value::<Token>()?.0;
                return Ok(());
            }
            Key::Silent => {}
            Key::NotModelled(key) => {
                // An account that has none of it loses nothing by our not modelling it.
                self.known = true;
                if !map.next_value::<Nothing>()?.0 {
                    self.tell(key, not_modelled);
                }
                return Ok(());
            }
            Key::NotUsed(key) => self.tell(key, |key| {
                Diagnostic::note("kind_not_used", format!("`{key}` decides no traffic"))
            }),
            Key::Listener => self.tell("listeners", |_| {
                let message = "a file of listeners, not a describe answer";
                Diagnostic::note("kind_not_used", message)
            }),
            Key::Unknown(key) => self.tell_unknown(&key),
        }
        map.next_value::<IgnoredAny>()?;
        Ok(())
    }

    fn read_kind<'de, A: MapAccess<'de>>(
        &mut self,
        kind: Kind,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let region = &mut self.document.region;
        match kind {
            Kind::Instances => {
                let reservations: Vec<Reservation> = map.next_value()?;
                let mut instances = Vec::with_capacity(reservations.len());
                for Reservation { owner_id, instances: reserved } in reservations {
                    instances.extend(reserved.into_iter().map(|mut instance| {
                        instance.owner_id = instance.owner_id.or_else(|| owner_id.clone());
                        instance
                    }));
                }
                append(&mut region.instances, instances);
            }
            Kind::ManagedPrefixListEntries => {
                let wrapped: Vec<WrappedEntries> = map.next_value()?;
                if wrapped.is_empty() {
                    self.document.answers.push(Answer { kind, subject: None, more: false });
                }
                for one in &wrapped {
                    let subject = Some(one.prefix_list_id.clone());
                    let more = one.next_token.0;
                    self.document.answers.push(Answer { kind, subject, more });
                }
                let lists = wrapped.into_iter().map(WrappedEntries::unwrap).collect();
                append(&mut region.managed_prefix_list_entries, lists);
                return Ok(());
            }
            _ => {
                if !resource::read(kind, map, region)? {
                    map.next_value::<IgnoredAny>()?;
                    self.tell(kind.key(), not_modelled);
                    return Ok(());
                }
            }
        }
        self.document.answers.push(Answer { kind, subject: None, more: false });
        Ok(())
    }

    fn read_entries<'de, A: MapAccess<'de>>(&mut self, map: &mut A) -> Result<(), A::Error> {
        let Some(id) = prefix_list_of(self.name) else {
            map.next_value::<IgnoredAny>()?;
            self.tell("Entries", |_| {
                let message = "`Entries` names no prefix list, and neither does the file name";
                Diagnostic::warning("subject_unknown", message)
            });
            return Ok(());
        };
        let entries: Vec<PrefixListEntry> = map.next_value()?;
        let kind = Kind::ManagedPrefixListEntries;
        let subject = Some(id.clone());
        self.document.answers.push(Answer { kind, subject, more: false });
        let list = ManagedPrefixListEntries { prefix_list_id: id, entries };
        append(&mut self.document.region.managed_prefix_list_entries, vec![list]);
        Ok(())
    }

    /// Notes a key, once for the file.
    fn tell(&mut self, key: &str, diagnostic: impl FnOnce(&str) -> Diagnostic) {
        if !self.told.contains(key) {
            self.told.insert(key.to_owned());
            self.document.diagnostics.push(diagnostic(key).file(shown_name(self.name)));
        }
    }

    fn tell_unknown(&mut self, key: &str) {
        if self.unknown >= MOST_UNKNOWN_KEYS {
            self.tell("", |_| Diagnostic::warning("unknown_kind", "more unknown keys follow"));
        } else if !self.told.contains(key) {
            self.unknown += 1;
            self.tell(key, |key| {
                let message = format!("`{key}` is the key of no describe answer that is known");
                Diagnostic::warning("unknown_kind", message)
            });
        }
    }

    /// `None` where nothing was worth a word.
    fn finish(mut self) -> Option<Document> {
        let read = !self.document.answers.is_empty() || !self.document.diagnostics.is_empty();
        if !read && !self.known {
            return None;
        }
        for answer in &mut self.document.answers {
            answer.more |= self.more;
        }
        Some(self.document)
    }
}

/// Whether a value is an empty list.
struct Nothing(bool);

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;

        impl<'de> Visitor<'de> for Seen {
            type Value = Nothing;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Nothing, A::Error> {
                let mut empty = true;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    empty = false;
                }
                Ok(Nothing(empty))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Nothing, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Nothing(false))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_str<E>(self, _: &str) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }

            fn visit_unit<E>(self) -> Result<Nothing, E> {
                Ok(Nothing(false))
            }
        }

        deserializer.deserialize_any(Seen)
    }
}

fn not_modelled(key: &str) -> Diagnostic {
    let message = format!("`{key}` is not modelled: answers that meet one are unknown");
    Diagnostic::note("kind_not_modelled", message)
}

/// The prefix list that a file name carries: `get-managed-prefix-list-entries-pl-0123.json`.
fn prefix_list_of(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next()?;
    file.match_indices("pl-").find_map(|(at, prefix)| {
        let starts_a_word =
            file.get(..at)?.chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric());
        let rest = file.get(at + prefix.len()..)?;
        let length = rest.find(|c| !matches!(c, '0'..='9' | 'a'..='f')).unwrap_or(rest.len());
        let hex = rest.get(..length)?;
        (starts_a_word && !hex.is_empty()).then(|| format!("pl-{hex}"))
    })
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

/// Whether there is another page: any token but an empty one.
#[derive(Debug, Default)]
struct Token(bool);

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let token: Option<String> = Option::deserialize(deserializer)?;
        Ok(Self(token.is_some_and(|token| !token.is_empty())))
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reservation {
    #[serde(default)]
    owner_id: Option<String>,
    instances: Vec<Instance>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrappedEntries {
    prefix_list_id: String,
    entries: Vec<PrefixListEntry>,
    #[serde(default)]
    next_token: Token,
}

impl WrappedEntries {
    fn unwrap(self) -> ManagedPrefixListEntries {
        ManagedPrefixListEntries { prefix_list_id: self.prefix_list_id, entries: self.entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn file_names_carry_prefix_lists() {
        for (name, id) in [
            ("get-managed-prefix-list-entries-pl-0abc12.json", Some("pl-0abc12")),
            ("pl-0a/entries.json", None),
            ("deep/pl-63a5400a-page2.json", Some("pl-63a5400a")),
            ("tpl-12.json", None),
            ("pl-xyz_pl-1.json", Some("pl-1")),
            ("pl-", None),
            ("é-pl-é.json", None),
        ] {
            assert_eq!(prefix_list_of(name).as_deref(), id, "{name}");
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
