//! Which field of a file an error is about.

use std::borrow::Cow;
use std::fmt::{self, Write};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// No value that is read lies deeper: the parser stops before.
const DEEPEST: usize = 128;

/// The way to the value that the parser was reading at a line and column, both from 1, such as
/// `SecurityGroups[0].GroupId`; empty for the file as a whole.
pub(crate) fn field_at(text: &str, line: usize, column: usize) -> String {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let at = lines.map(str::len).sum::<usize>() + column;
    let mut way = String::new();
    let mut rest = Some(text);
    for _ in 0..DEEPEST {
        let Some(value) = rest else { break };
        let mut child = None;
        let seed = ChildAt { at, base: text.as_ptr() as usize, child: &mut child };
        // What cannot be read lies behind the value that is looked for.
        let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(value));
        let Some((step, value)) = child else { break };
        match step {
            Step::Index(index) => {
                // Writing into a String cannot fail.
                let _ = write!(way, "[{index}]");
            }
            Step::Key(key) => {
                way.push_str(if way.is_empty() { "" } else { "." });
                way.push_str(&key);
            }
        }
        rest = Some(value);
    }
    way
}

enum Step<'t> {
    Index(usize),
    Key(Cow<'t, str>),
}

/// Looks for the member of a map or list that is, or ends, at an offset.
struct ChildAt<'t, 'c> {
    at: usize,
    /// Where the text lies in memory: a member's own place tells its offset.
    base: usize,
    child: &'c mut Option<(Step<'t>, &'t str)>,
}

impl<'t> ChildAt<'t, '_> {
    fn see(&mut self, step: Step<'t>, value: &'t RawValue) {
        let value = value.get();
        let start = value.as_ptr() as usize - self.base;
        if (start..=start + value.len()).contains(&self.at) {
            *self.child = Some((step, value));
        }
    }
}

impl<'t> DeserializeSeed<'t> for ChildAt<'t, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for ChildAt<'t, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or a list")
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            let value = map.next_value()?;
            self.see(Step::Key(key), value);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(value) = list.next_element()? {
            self.see(Step::Index(index), value);
            index += 1;
        }
        Ok(())
    }
}

/// A key, copied only where it has escapes.
#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways() {
        let text = "{\"a\": 1, \"b\": [\n {\"c\": 22}, [7, [ ]], \"x\"]}";
        for (line, column, way) in [
            (1, 0, ""),
            (1, 7, "a"),
            (1, 14, "b"),
            (2, 7, "b[0].c"),
            (2, 9, "b[0].c"),
            (2, 10, "b[0]"),
            (2, 14, "b[1][0]"),
            (2, 19, "b[1][1]"),
            (2, 25, "b[2]"),
            (2, 27, ""),
            (9, 9, ""),
        ] {
            assert_eq!(field_at(text, line, column), way, "{line}:{column}");
        }
    }

    #[test]
    fn text_without_end_and_without_bottom() {
        for text in ["{\"a\": [1, ", "", &"[".repeat(100_000), &"{\"a\":".repeat(100_000)] {
            let _ = field_at(text, 1, 7);
        }
    }
}
