//! How answers in XML become what the command line prints: the table that `shapes/generate.py`
//! derives from the service models, read once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a value is.
#[derive(Debug)]
pub(crate) enum Type {
    Text,
    Truth,
    Number,
    /// A structure, by name.
    Shape(&'static str),
    /// The element of an item, and what the item is.
    List(&'static str, Box<Type>),
    /// The elements of a key and of its value, and what the value is.
    Map(&'static str, &'static str, Box<Type>),
}

/// A member of a structure.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) printed: &'static str,
    pub(crate) kind: Type,
}

/// The members of a structure, by the element that holds each.
pub(crate) type Members = BTreeMap<&'static str, Member>;

/// What an operation answers.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) shape: &'static str,
    /// The element around it.
    pub(crate) wrapper: Option<&'static str>,
}

/// One service's operations and structures.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    pub(crate) operations: BTreeMap<&'static str, Output>,
    pub(crate) structures: BTreeMap<&'static str, Members>,
}

/// By the service's name on the command line.
pub(crate) static SHAPES: LazyLock<BTreeMap<&'static str, Shapes>> =
    LazyLock::new(|| read(include_str!("../../shapes/shapes.txt")));

/// Leaves out what it cannot read; the tests make sure that this is nothing.
fn read(text: &'static str) -> BTreeMap<&'static str, Shapes> {
    let mut services: BTreeMap<&'static str, Shapes> = BTreeMap::new();
    let mut service = "";
    for line in text.lines() {
        let mut words = line.split(' ');
        let (Some(what), Some(name)) = (words.next(), words.next()) else { continue };
        if what == "service" {
            service = name;
            continue;
        }
        let shapes = services.entry(service).or_default();
        match what {
            "operation" => {
                let Some(shape) = words.next() else { continue };
                shapes.operations.insert(name, Output { shape, wrapper: words.next() });
            }
            "shape" => {
                shapes.structures.insert(name, words.filter_map(member).collect());
            }
            _ => {}
        }
    }
    services
}

fn member(text: &'static str) -> Option<(&'static str, Member)> {
    let (names, kind) = text.split_once(':')?;
    let (printed, element) = names.split_once('=').unwrap_or((names, names));
    Some((element, Member { printed, kind: kind_of(kind)? }))
}

fn kind_of(text: &'static str) -> Option<Type> {
    Some(match text {
        "s" => Type::Text,
        "b" => Type::Truth,
        "n" => Type::Number,
        _ => {
            if let Some(shape) = text.strip_prefix('{') {
                Type::Shape(shape.strip_suffix('}')?)
            } else if let Some(list) = text.strip_prefix('[') {
                let (item, kind) = list.split_once(']')?;
                Type::List(item, Box::new(kind_of(kind)?))
            } else {
                let (names, kind) = text.strip_prefix('<')?.split_once('>')?;
                let (key, value) = names.split_once(',')?;
                Type::Map(key, value, Box::new(kind_of(kind)?))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_read() {
        let text = include_str!("../../shapes/shapes.txt");
        let written = |what: &str| text.lines().filter(|line| line.starts_with(what)).count();
        let read = |count: fn(&Shapes) -> usize| SHAPES.values().map(count).sum::<usize>();
        assert_eq!(read(|shapes| shapes.operations.len()), written("operation "));
        assert_eq!(read(|shapes| shapes.structures.len()), written("shape "));
        let members: usize = text
            .lines()
            .filter(|line| line.starts_with("shape "))
            .map(|line| line.split(' ').count() - 2)
            .sum();
        assert!(members > 1000, "{members}");
        assert_eq!(
            read(|shapes| shapes.structures.values().map(BTreeMap::len).sum()),
            members,
            "an element stands for one member"
        );
    }

    #[test]
    fn every_structure_that_is_named_is_there() {
        fn named(kind: &Type) -> Option<&'static str> {
            match kind {
                Type::Shape(name) => Some(name),
                Type::List(_, kind) | Type::Map(_, _, kind) => named(kind),
                _ => None,
            }
        }
        for shapes in SHAPES.values() {
            let members = shapes.structures.values().flat_map(BTreeMap::values);
            let inner = members.filter_map(|member| named(&member.kind));
            let outer = shapes.operations.values().map(|output| output.shape);
            for name in inner.chain(outer) {
                assert!(shapes.structures.contains_key(name), "{name}");
            }
        }
    }
}
