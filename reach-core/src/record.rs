//! Structs whose fields are reached by their names, so that one reader serves all of them.
//!
//! The snapshot has more than a hundred types. Read by code of its own, each costs a kilobyte and
//! more of the download of a page. `#[derive(Record)]` makes a table of a type's fields instead,
//! and [`read`], which follows the tables, is compiled once for each format. What is read, what
//! is refused and with which words is as serde's derive has it, but that other names of fields are
//! listed last, and that a list of values in the order of the fields is refused: no answer of AWS
//! is one.
//!
//! ```
//! use reach_core::record::Record;
//!
//! #[derive(Debug, Default, PartialEq, Record)]
//! #[serde(rename_all = "PascalCase")]
//! struct Gateway {
//!     gateway_id: String,
//!     state: Option<String>,
//!     #[serde(default)]
//!     subnet_ids: Vec<String>,
//! }
//!
//! let text = r#"{"GatewayId": "gw-1", "SubnetIds": ["subnet-1"], "Colour": "green"}"#;
//! let gateway: Gateway = serde_json::from_str(text)?;
//! assert_eq!(gateway.subnet_ids, ["subnet-1"]);
//!
//! let error = serde_json::from_str::<Gateway>(r#"{"State": "available"}"#).unwrap_err();
//! assert!(error.to_string().starts_with("missing field `GatewayId`"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};

pub use reach_derive::Record;

/// A struct with named fields.
pub trait Record {
    /// What its fields are called.
    fn shape(&self) -> &'static Shape;

    /// A field by its place in the shape. `None` where there are not so many.
    fn slot_of(&mut self, field: usize) -> Option<Slot<'_>>;
}

/// The names of a struct and of its fields.
#[derive(Debug)]
pub struct Shape {
    /// Of the struct.
    pub name: &'static str,
    /// The fields as the API writes them, at most 64, and after them their other names.
    pub names: &'static [&'static str],
    /// Which field each of the other names is.
    pub aliases: &'static [usize],
    /// The fields that have to be there: a bit each, the lowest for the first.
    pub required: u64,
    /// Whether those may be missing after all, but in something strict.
    pub lenient: bool,
    /// Whether a field that it does not have is refused, in it and in what it holds. Others pass
    /// over it.
    pub strict: bool,
}

impl Shape {
    /// How many fields there are.
    fn fields(&self) -> usize {
        self.names.len().saturating_sub(self.aliases.len())
    }
}

/// What stands in a field: a leaf, a [`Record`], or optional values, lists and maps of those.
pub trait Value {
    /// Itself, as somewhere to read into.
    fn slot(&mut self) -> Slot<'_>;
}

/// Somewhere to read into.
///
/// As a [`DeserializeSeed`] it reads what comes into it. An error leaves it half filled.
pub enum Slot<'a> {
    /// A text.
    Text(&'a mut String),
    /// A truth value.
    Truth(&'a mut bool),
    /// A number.
    Integer(&'a mut i32),
    /// A number that is not negative.
    Natural(&'a mut u32),
    /// A struct.
    Record(&'a mut dyn Record),
    /// What may be `null`.
    Optional(&'a mut dyn Optional),
    /// A list.
    List(&'a mut dyn List),
    /// Values by name.
    Map(&'a mut dyn Map),
}

/// An `Option` of any value.
pub trait Optional {
    /// A fresh value.
    fn insert(&mut self) -> Slot<'_>;
}

/// A `Vec` of any value.
pub trait List {
    /// A fresh value at its end.
    fn push(&mut self) -> Slot<'_>;
}

/// A `BTreeMap` from names to any value.
pub trait Map {
    /// A fresh value of that name, instead of one that was there.
    fn insert(&mut self, name: String) -> Slot<'_>;
}

impl<V: Value + Default> Optional for Option<V> {
    fn insert(&mut self) -> Slot<'_> {
        Option::insert(self, V::default()).slot()
    }
}

impl<V: Value + Default> List for Vec<V> {
    #[expect(clippy::indexing_slicing, reason = "it was pushed just now")]
    fn push(&mut self) -> Slot<'_> {
        let place = self.len();
        Vec::push(self, V::default());
        self[place].slot()
    }
}

impl<V: Value + Default> Map for BTreeMap<String, V> {
    fn insert(&mut self, name: String) -> Slot<'_> {
        let value = self.entry(name).or_default();
        *value = V::default();
        value.slot()
    }
}

macro_rules! values {
    ($($slot:ident: $type:ty $(, $parameter:ident)?;)*) => {
        $(impl$(<$parameter: Value + Default>)? Value for $type {
            fn slot(&mut self) -> Slot<'_> {
                Slot::$slot(self)
            }
        })*
    };
}

values! {
    Text: String;
    Truth: bool;
    Integer: i32;
    Natural: u32;
    Optional: Option<V>, V;
    List: Vec<V>, V;
    Map: BTreeMap<String, V>, V;
}

impl fmt::Debug for Slot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Truth(_) => "Truth",
            Self::Integer(_) => "Integer",
            Self::Natural(_) => "Natural",
            Self::Record(record) => record.shape().name,
            Self::Optional(_) => "Optional",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
        })
    }
}

/// Reads a value of any type: what its `Deserialize` does.
pub fn read<'de, V: Value + Default, D: Deserializer<'de>>(from: D) -> Result<V, D::Error> {
    let mut value = V::default();
    value.slot().deserialize(from)?;
    Ok(value)
}

impl Slot<'_> {
    /// Reads a map whose start was read already.
    pub fn read_map<'de, A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self {
            Self::Record(record) => IntoRecord { record, strict: false }.visit_map(map),
            Self::Map(values) => IntoMap { map: values, strict: false }.visit_map(map),
            Self::Optional(optional) => optional.insert().read_map(map),
            _ => Err(Error::invalid_type(Unexpected::Map, &"what is no map")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        IntoSlot { slot: self, strict: false }.deserialize(from)
    }
}

/// What comes is read into the slot.
struct IntoSlot<'a> {
    slot: Slot<'a>,
    /// Whether it stands in something strict.
    strict: bool,
}

impl<'de> DeserializeSeed<'de> for IntoSlot<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let strict = self.strict;
        match self.slot {
            Slot::Text(text) => *text = String::deserialize(from)?,
            Slot::Truth(truth) => *truth = bool::deserialize(from)?,
            Slot::Integer(number) => *number = i32::deserialize(from)?,
            Slot::Natural(number) => *number = u32::deserialize(from)?,
            Slot::Record(record) => {
                let Shape { name, names, .. } = *record.shape();
                return from.deserialize_struct(name, names, IntoRecord { record, strict });
            }
            Slot::Optional(optional) => {
                return from.deserialize_option(IntoOptional { optional, strict });
            }
            Slot::List(list) => return from.deserialize_seq(IntoList { list, strict }),
            Slot::Map(map) => return from.deserialize_map(IntoMap { map, strict }),
        }
        Ok(())
    }
}

struct IntoRecord<'a> {
    record: &'a mut dyn Record,
    strict: bool,
}

impl<'de> Visitor<'de> for IntoRecord<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.record.shape().name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { record, strict } = self;
        let shape = record.shape();
        let strict = strict || shape.strict;
        let name = |index: usize| shape.names.get(index).copied().unwrap_or_default();
        let mut seen = 0_u64;
        while let Some(found) = map.next_key_seed(FieldOf { shape, strict })? {
            let slot = found.and_then(|index| record.slot_of(index));
            let (Some(index), Some(slot)) = (found, slot) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if seen & (1 << index) != 0 {
                return Err(Error::duplicate_field(name(index)));
            }
            seen |= 1 << index;
            map.next_value_seed(IntoSlot { slot, strict })?;
        }
        let required = if shape.lenient && !strict { 0 } else { shape.required };
        let missing = (0..shape.fields()).find(|at| required & !seen & (1 << at) != 0);
        missing.map_or(Ok(()), |index| Err(Error::missing_field(name(index))))
    }
}

/// Which field a key is.
struct FieldOf {
    shape: &'static Shape,
    strict: bool,
}

impl<'de> DeserializeSeed<'de> for FieldOf {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for FieldOf {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        let Shape { names, aliases, .. } = *self.shape;
        let Some(place) = names.iter().position(|name| *name == key) else {
            return if self.strict { Err(E::unknown_field(key, names)) } else { Ok(None) };
        };
        let alias = place.checked_sub(self.shape.fields());
        Ok(alias.map_or(Some(place), |alias| aliases.get(alias).copied()))
    }
}

struct IntoOptional<'a> {
    optional: &'a mut dyn Optional,
    strict: bool,
}

impl<'de> Visitor<'de> for IntoOptional<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        IntoSlot { slot: self.optional.insert(), strict: self.strict }.deserialize(from)
    }
}

struct IntoList<'a> {
    list: &'a mut dyn List,
    strict: bool,
}

impl<'de> Visitor<'de> for IntoList<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        let Self { list, strict } = self;
        while from.next_element_seed(IntoElement { list, strict })?.is_some() {}
        Ok(())
    }
}

/// The list becomes longer only where something follows.
struct IntoElement<'a> {
    list: &'a mut dyn List,
    strict: bool,
}

impl<'de> DeserializeSeed<'de> for IntoElement<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        IntoSlot { slot: self.list.push(), strict: self.strict }.deserialize(from)
    }
}

struct IntoMap<'a> {
    map: &'a mut dyn Map,
    strict: bool,
}

impl<'de> Visitor<'de> for IntoMap<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while let Some(name) = from.next_key()? {
            let slot = self.map.insert(name);
            from.next_value_seed(IntoSlot { slot, strict: self.strict })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Tag;

    /// One definition, read by serde's derive and by ours.
    macro_rules! twice {
        ($($(#[$attribute:meta])* struct $record:ident { $($field:tt)* })*) => {
            mod by_serde {
                use super::{BTreeMap, Tag};

                $(#[derive(Debug, Default, PartialEq, serde::Deserialize)]
                $(#[$attribute])*
                pub(super) struct $record { $($field)* })*
            }

            mod by_table {
                use super::{BTreeMap, Record, Tag};

                $(#[derive(Debug, Default, PartialEq, Record)]
                $(#[$attribute])*
                pub(super) struct $record { $($field)* })*
            }
        };
    }

    twice! {
        #[serde(rename_all = "PascalCase")]
        struct Outer {
            needed_text: String,
            r#type: Option<String>,
            truth: Option<bool>,
            #[serde(default)]
            integer: i32,
            natural: Option<u32>,
            #[serde(rename = "DNSName", alias = "Dns", default)]
            dns_name: String,
            inner: Inner,
            one: Option<Inner>,
            #[serde(default)]
            many: Vec<Inner>,
            lists: Option<Vec<Vec<String>>>,
            #[serde(default)]
            by_name: BTreeMap<String, Inner>,
            strict: Option<Strict>,
        }

        #[serde(rename_all = "camelCase", default)]
        struct Inner {
            first_word: String,
            second: Vec<i32>,
        }

        #[serde(rename_all = "PascalCase", deny_unknown_fields)]
        struct Strict {
            only_field: Option<Tag>,
        }
    }

    #[test]
    fn reads_and_refuses_what_serde_does() {
        let sound = r#"{"NeededText": "a", "Inner": {}"#;
        let fields = [
            r#""Type": "b", "Truth": false, "Integer": -1, "Natural": 4294967295"#,
            r#""Type": null, "Truth": null, "One": null, "Lists": null, "Natural": null"#,
            r#""DNSName": "c", "DnsName": "d", "dns_name": "e", "needed_text": 1, "firstWord": 2"#,
            r#""One": {"firstWord": "f", "second": [1, 2], "FirstWord": []}, "Unknown": [{}]"#,
            r#""Many": [{}, {"second": []}, {"firstWord": "g"}], "Lists": [[], ["h", "i"]]"#,
            r#""Strict": {"OnlyField": {"Key": "k", "Value": "v"}}, "Dns": "d""#,
            r#""ByName": {"one": {"firstWord": "j"}, "one": {"second": [3]}, "": {}}"#,
            r#""NeededText": "k""#,
            r#""Inner": 1"#,
            r#""Type": "l", "Type": "l""#,
            r#""Unknown": 1, "Unknown": 2"#,
            r#""Type": 1"#,
            r#""Truth": "yes""#,
            r#""Integer": 2147483648"#,
            r#""Integer": null"#,
            r#""Integer": 1.5"#,
            r#""Natural": -1"#,
            r#""DNSName": null"#,
            r#""DNSName": "d", "Dns": "d""#,
            r#""One": "m""#,
            r#""Many": null"#,
            r#""Many": {}"#,
            r#""Many": [null]"#,
            r#""Many": [{"second": [true]}]"#,
            r#""Lists": [["n"], "o"]"#,
            r#""ByName": []"#,
            r#""ByName": {"p": null}"#,
            r#""Strict": {"onlyField": null}"#,
        ];
        let mut texts: Vec<String> = fields.map(|more| format!("{sound}, {more}}}")).into();
        let alone = ["{}", r#"{"NeededText": "a"}"#, r#"{"Inner": {}}"#, "null", "1", r#""q""#];
        texts.extend(alone.map(str::to_owned));
        let mut read_well = 0;
        for text in texts {
            let wanted = serde_json::from_str::<by_serde::Outer>(&text);
            let read = serde_json::from_str::<by_table::Outer>(&text);
            read_well += usize::from(wanted.is_ok());
            assert_eq!(format!("{read:?}"), format!("{wanted:?}"), "{text}");
        }
        assert_eq!(read_well, 8);
    }

    #[test]
    fn what_stands_in_something_strict_is_strict() {
        let text = |strict: &str| {
            format!(r#"{{"NeededText": "", "Inner": {{"new": 1}}, "Strict": {strict}}}"#)
        };
        let read = |strict: &str| serde_json::from_str::<by_table::Outer>(&text(strict));
        read(r#"{"OnlyField": {"Key": "", "Value": ""}}"#).unwrap();
        for (text, message) in [
            (r#"{"Key": "", "Velue": ""}"#, "unknown field `Velue`, expected `Key` or `Value`"),
            (r#"{"Value": ""}"#, "missing field `Key`"),
        ] {
            let error = read(&format!(r#"{{"OnlyField": {text}}}"#)).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
