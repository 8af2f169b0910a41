//! JSON text as serde reads it, with the way to what is wrong.
//!
//! `serde_json` reads texts, numbers and whatever is passed over. Maps and lists are walked here,
//! where nothing but a visitor's own code depends on the type that is read: there are hundreds of
//! types, and code for each of them twice, once more to follow the way to an error, made a third of
//! the module for browsers.

mod fault;

use std::borrow::Cow;

pub(crate) use fault::{Fault, Step};
use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, Expected, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// JSON text, from here on.
pub(crate) struct Json<'de> {
    text: &'de str,
    at: usize,
}

/// A text that is a part of the JSON wherever nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

/// The bytes that end what is plain in a text. A table, because most of a file goes by here.
#[expect(clippy::indexing_slicing, reason = "it is filled before the program runs")]
static ENDS_PLAIN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < b' ' {
        ends[byte as usize] = true;
        byte += 1;
    }
    ends[b'"' as usize] = true;
    ends[b'\\' as usize] = true;
    ends
};

impl<'de> Json<'de> {
    pub(crate) fn new(text: &'de str) -> Self {
        Self { text, at: 0 }
    }

    /// Nothing may follow.
    pub(crate) fn end(&mut self) -> Result<(), Fault> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("trailing characters")),
        }
    }

    /// The next byte that is not white.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// The text is no JSON at the next byte.
    #[cold]
    fn unexpected(&self, message: &str) -> Fault {
        Fault::syntax(message.to_owned(), self.text.len().min(self.at + 1))
    }

    /// Reads what is neither a list nor a map, or passes over anything.
    fn read<T: Deserialize<'de>>(&mut self) -> Result<T, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(Fault::of_part(&error, rest, self.at)),
            None => Err(self.unexpected("EOF while parsing a value")),
        }
    }

    /// Reads the text that begins here.
    #[inline(never)]
    fn text(&mut self) -> Result<Cow<'de, str>, Fault> {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let ends = |byte| ENDS_PLAIN.get(usize::from(byte)).is_none_or(|ends| *ends);
        let end = rest.bytes().position(ends);
        // Nearly every text is free of what has to be escaped.
        if let Some((plain, rest)) = end.and_then(|end| rest.split_at_checked(end))
            && rest.starts_with('"')
        {
            self.at += plain.len() + 2;
            return Ok(Cow::Borrowed(plain));
        }
        let Text(text) = self.read()?;
        Ok(text)
    }

    fn leaf<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        let visited = match self.peek() {
            Some(b'"') => match self.text()? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Some(b'n' | b't' | b'f' | b'-' | b'0'..=b'9') => match self.read()? {
                Value::Bool(truth) => visitor.visit_bool(truth),
                Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                    (Some(number), _) => visitor.visit_u64(number),
                    (None, Some(number)) => visitor.visit_i64(number),
                    (None, None) => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
                },
                _ => visitor.visit_unit(),
            },
            _ => Err(self.refused(&visitor)),
        };
        visited.map_err(|fault: Fault| fault.at(self.at))
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.open(b'[', &visitor)?;
        let read = visitor.visit_seq(Elements { json: self, index: None });
        self.close(read, b']')
    }

    fn map<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        self.open(b'{', &visitor)?;
        let read = visitor.visit_map(Entries { json: self, key: None });
        self.close(read, b'}')
    }

    #[inline(never)]
    fn open(&mut self, start: u8, expected: &dyn Expected) -> Result<(), Fault> {
        if self.peek() == Some(start) {
            self.at += 1;
            return Ok(());
        }
        Err(self.refused(expected))
    }

    /// What stands here is not what was expected.
    #[cold]
    fn refused(&mut self, expected: &dyn Expected) -> Fault {
        struct Refused<'e>(&'e dyn Expected);

        impl Visitor<'_> for Refused<'_> {
            type Value = ();

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        let found = match self.peek() {
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            Some(b'"' | b'n' | b't' | b'f' | b'-' | b'0'..=b'9') => {
                let refused = self.leaf(Refused(expected));
                return refused.err().unwrap_or_else(|| self.unexpected("expected value"));
            }
            Some(_) => return self.unexpected("expected value"),
            None => return self.unexpected("EOF while parsing a value"),
        };
        let fault: Fault = serde::de::Error::invalid_type(found, expected);
        fault.at(self.at)
    }

    /// The end of a list or a map, which also ends what is wrong in it.
    fn close<T>(&mut self, read: Result<T, Fault>, end: u8) -> Result<T, Fault> {
        match read {
            Ok(value) => self.end_of_sound(end).map(|()| value),
            Err(fault) => Err(self.end_of_wrong(fault, end)),
        }
    }

    #[inline(never)]
    fn end_of_sound(&mut self, end: u8) -> Result<(), Fault> {
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        Err(self.unexpected("trailing characters"))
    }

    #[cold]
    fn end_of_wrong(&mut self, fault: Fault, end: u8) -> Fault {
        if self.peek() == Some(end) {
            self.at += 1;
        }
        fault.at(self.at)
    }

    /// Whether another element or entry follows, and the cursor is at it.
    fn follows(&mut self, first: bool, end: u8) -> Result<bool, Fault> {
        let (unfinished, separator) = match end {
            b']' => ("EOF while parsing a list", "expected `,` or `]`"),
            _ => ("EOF while parsing an object", "expected `,` or `}`"),
        };
        match self.peek() {
            None => Err(self.unexpected(unfinished)),
            Some(byte) if byte == end => Ok(false),
            Some(_) if first => Ok(true),
            Some(b',') => {
                self.at += 1;
                match self.peek() {
                    None => Err(self.unexpected("EOF while parsing a value")),
                    Some(byte) if byte == end => Err(self.unexpected("trailing comma")),
                    Some(_) => Ok(true),
                }
            }
            Some(_) => Err(self.unexpected(separator)),
        }
    }

    #[inline(never)]
    fn colon(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(self.unexpected("expected `:`")),
            None => Err(self.unexpected("EOF while parsing an object")),
        }
    }
}

struct Elements<'j, 'de> {
    json: &'j mut Json<'de>,
    /// Of the element that was read last.
    index: Option<usize>,
}

impl Elements<'_, '_> {
    #[inline(never)]
    fn next(&mut self) -> Result<bool, Fault> {
        let follows = self.json.follows(self.index.is_none(), b']')?;
        self.index = Some(self.index.map_or(0, |index| index + 1));
        Ok(follows)
    }

    #[cold]
    fn of_element(&self, fault: Fault) -> Fault {
        fault.below(Step::Index(self.index.unwrap_or_default()))
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        if !self.next()? {
            return Ok(None);
        }
        match seed.deserialize(&mut *self.json) {
            Ok(value) => Ok(Some(value)),
            Err(fault) => Err(self.of_element(fault)),
        }
    }
}

struct Entries<'j, 'de> {
    json: &'j mut Json<'de>,
    /// The one that was read last.
    key: Option<Cow<'de, str>>,
}

impl Entries<'_, '_> {
    #[inline(never)]
    fn next(&mut self) -> Result<Option<&str>, Fault> {
        if !self.json.follows(self.key.is_none(), b'}')? {
            return Ok(None);
        }
        if self.json.peek() != Some(b'"') {
            return Err(self.json.unexpected("key must be a string"));
        }
        let key = self.json.text()?;
        Ok(Some(self.key.insert(key)))
    }

    #[cold]
    fn of_value(&self, fault: Fault) -> Fault {
        let key = self.key.as_deref().unwrap_or_default();
        fault.below(Step::Key(key.to_owned()))
    }
}

impl<'de> MapAccess<'de> for Entries<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some(key) = self.next()? else { return Ok(None) };
        let key: StrDeserializer<'_, Fault> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        self.json.colon()?;
        seed.deserialize(&mut *self.json).map_err(|fault| self.of_value(fault))
    }
}

macro_rules! leaves {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.leaf(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Json<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'{') => self.map(visitor),
            Some(b'[') => self.list(visitor),
            _ => self.leaf(visitor),
        }
    }

    leaves! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_identifier
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek() != Some(b'n') {
            return visitor.visit_some(self);
        }
        self.read::<IgnoredAny>()?;
        visitor.visit_none()
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.map(visitor)
    }

    /// Fields have names: a list of values in their order is no answer of AWS.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.read::<IgnoredAny>()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct enum
    }
}

#[cfg(test)]
mod tests;
