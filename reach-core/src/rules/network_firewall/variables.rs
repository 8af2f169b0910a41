//! How stateful rules write addresses and ports: `any`, variables, lists, exclusions.

use std::collections::BTreeMap;

use crate::packet::{IpSet, PortSet};
use crate::rules::{parse_addr, parse_net};

/// How deep lists may stand in lists.
const DEEPEST: usize = 16;

/// What the names in the rules of one group stand for.
#[derive(Debug, Default)]
pub(crate) struct Variables<'a> {
    pub(crate) addresses: BTreeMap<&'a str, &'a [String]>,
    pub(crate) ports: BTreeMap<&'a str, &'a [String]>,
    /// Sets that are kept elsewhere, by the name behind `@`; `None` where nobody knows them.
    pub(crate) references: BTreeMap<&'a str, Option<IpSet>>,
    /// NFW-06: the blocks of the firewall's VPC; `None` where nobody knows them.
    pub(crate) home: Option<IpSet>,
}

impl Variables<'_> {
    /// The addresses; `None` when the text cannot be read or names something unknown.
    pub(super) fn read_addresses(&self, text: &str) -> Option<IpSet> {
        expression(text, 0, &|atom| match atom.strip_prefix('$') {
            Some(name) => self.named_addresses(name),
            None => self.plain_addresses(atom),
        })
    }

    /// NFW-06: a group's or policy's own definition, else the VPC; `EXTERNAL_NET` is everything
    /// else where it is not defined.
    fn named_addresses(&self, name: &str) -> Option<IpSet> {
        if let Some(definition) = self.addresses.get(name) {
            return list(definition.iter().map(String::as_str), 0, &|atom| {
                self.plain_addresses(atom)
            });
        }
        match name {
            "HOME_NET" => self.home.clone(),
            "EXTERNAL_NET" => self.named_addresses("HOME_NET").map(|home| home.complement()),
            _ => None,
        }
    }

    fn plain_addresses(&self, atom: &str) -> Option<IpSet> {
        match atom.strip_prefix('@') {
            Some(name) => self.references.get(name).cloned().flatten(),
            None => parse_net(atom)
                .map(IpSet::from_net)
                .or_else(|| parse_addr(atom).map(IpSet::from_addr)),
        }
    }

    /// The ports; `None` when the text cannot be read or names something unknown.
    pub(super) fn read_ports(&self, text: &str) -> Option<PortSet> {
        expression(text, 0, &|atom| match atom.strip_prefix('$') {
            Some(name) => {
                let definition = self.ports.get(name)?;
                list(definition.iter().map(String::as_str), 0, &plain_ports)
            }
            None => plain_ports(atom),
        })
    }
}

/// `80`, `1024:2048`, `1024:`, `:1023`.
fn plain_ports(atom: &str) -> Option<PortSet> {
    let port = |text: &str, open: u16| match text {
        "" => Some(open),
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    match atom.split_once(':') {
        Some(("", "")) => None,
        Some((first, last)) => {
            let (first, last) = (port(first, 0)?, port(last, u16::MAX)?);
            (first <= last).then(|| PortSet::range(first, last))
        }
        None if atom.is_empty() => None,
        None => port(atom, 0).map(PortSet::single),
    }
}

/// What [`expression`] needs of a set.
trait Members: Sized {
    fn everything() -> Self;
    fn nothing() -> Self;
    fn with(&self, other: &Self) -> Self;
    fn without(&self, other: &Self) -> Self;
}

macro_rules! members {
    ($($set:ty),*) => {$(
        impl Members for $set {
            fn everything() -> Self {
                Self::all()
            }
            fn nothing() -> Self {
                Self::empty()
            }
            fn with(&self, other: &Self) -> Self {
                self.union(other)
            }
            fn without(&self, other: &Self) -> Self {
                self.difference(other)
            }
        }
    )*};
}

members!(IpSet, PortSet);

fn expression<S: Members>(text: &str, depth: usize, atom: &dyn Fn(&str) -> Option<S>) -> Option<S> {
    if depth > DEEPEST {
        return None;
    }
    let text = text.trim();
    if let Some(excluded) = text.strip_prefix('!') {
        return Some(S::everything().without(&expression(excluded, depth + 1, atom)?));
    }
    if let Some(inner) = text.strip_prefix('[') {
        return list(split_list(inner.strip_suffix(']')?)?.into_iter(), depth + 1, atom);
    }
    if text.eq_ignore_ascii_case("any") { Some(S::everything()) } else { atom(text) }
}

/// All that is listed, or everything where only exclusions are, without what is excluded.
fn list<'t, S: Members>(
    items: impl Iterator<Item = &'t str>,
    depth: usize,
    atom: &dyn Fn(&str) -> Option<S>,
) -> Option<S> {
    let (mut included, mut excluded): (Option<S>, S) = (None, S::nothing());
    let mut any = false;
    for item in items {
        any = true;
        match item.trim().strip_prefix('!') {
            Some(item) => excluded = excluded.with(&expression(item, depth + 1, atom)?),
            None => {
                let more = expression(item, depth + 1, atom)?;
                included =
                    Some(included.map_or_else(|| S::nothing().with(&more), |s| s.with(&more)));
            }
        }
    }
    any.then(|| included.unwrap_or_else(S::everything).without(&excluded))
}

/// Splits at the commas that stand in no inner list.
fn split_list(text: &str) -> Option<Vec<&str>> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (position, letter) in text.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                items.push(text.get(start..position)?);
                start = position + 1;
            }
            _ => {}
        }
    }
    items.push(text.get(start..)?);
    (depth == 0).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn addresses() {
        let (office, loops) = (strings(&["192.0.2.0/24", "!192.0.2.9"]), strings(&["$LOOP"]));
        let variables = Variables {
            addresses: BTreeMap::from([("OFFICE", &office[..]), ("LOOP", &loops[..])]),
            references: BTreeMap::from([
                ("LIST", Some("198.51.100.0/24".parse::<ipnet::IpNet>().unwrap().into())),
                ("GONE", None),
            ]),
            home: Some("10.0.0.0/16".parse::<ipnet::IpNet>().unwrap().into()),
            ..Variables::default()
        };
        for (text, expected) in [
            ("any", "0.0.0.0/0, ::/0"),
            ("ANY", "0.0.0.0/0, ::/0"),
            ("10.1.2.3", "10.1.2.3"),
            (
                "[10.0.0.0/8, !10.1.0.0/16]",
                "10.0.0.0/16, 10.2.0.0/15, 10.4.0.0/14, 10.8.0.0/13, \
              10.16.0.0/12, 10.32.0.0/11, 10.64.0.0/10, 10.128.0.0/9",
            ),
            ("[10.0.0.0/24,[10.0.1.0/24]]", "10.0.0.0/23"),
            ("!any", "none"),
            ("![0.0.0.0/0]", "::/0"),
            ("[!0.0.0.0/1]", "128.0.0.0/1, ::/0"),
            ("$HOME_NET", "10.0.0.0/16"),
            ("[$EXTERNAL_NET,$HOME_NET]", "0.0.0.0/0, ::/0"),
            ("[$OFFICE,!192.0.2.0/25]", "192.0.2.128/25"),
            ("@LIST", "198.51.100.0/24"),
        ] {
            let read = variables.read_addresses(text).map(|set| set.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for text in [
            "",
            "$NOBODY",
            "@GONE",
            "@NOBODY",
            "$LOOP",
            "[]",
            "[10.0.0.0/8",
            "10.0.0/8",
            "[,]",
            &deep,
        ] {
            assert_eq!(variables.read_addresses(text), None, "{text:.20}");
        }
    }

    #[test]
    fn ports() {
        let web = strings(&["80", "443"]);
        let variables =
            Variables { ports: BTreeMap::from([("WEB", &web[..])]), ..Variables::default() };
        for (text, expected) in [
            ("any", "0-65535"),
            ("80", "80"),
            ("80:90", "80-90"),
            ("1024:", "1024-65535"),
            (":1023", "0-1023"),
            ("!80", "0-79, 81-65535"),
            ("[80,81:90,!85]", "80-84, 86-90"),
            ("[$WEB,22]", "22, 80, 443"),
        ] {
            let read = variables.read_ports(text).map(|set| set.to_string());
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        for text in ["", ":", "90:80", "65536", "+80", "http", "$NOBODY", "80-90"] {
            assert_eq!(variables.read_ports(text), None, "{text}");
        }
    }
}
