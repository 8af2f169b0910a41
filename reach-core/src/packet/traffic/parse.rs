use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::super::icmp::{IcmpSet, type_named};
use super::super::ports::PortSet;
use super::super::protocol::Protocol;
use super::Traffic;

/// Text that is not traffic, with what is wrong and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{}`: {reason}; expected {GRAMMAR}", .text.escape_debug())]
pub struct ParseTrafficError {
    text: String,
    reason: String,
}

impl ParseTrafficError {
    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

const GRAMMAR: &str = "`any`, `tcp`, `tcp/PORT`, `tcp/FROM-TO`, `udp/…` alike, `icmp`, \
    `icmp/TYPE`, `icmp/TYPE/CODE`, `icmpv6/…` alike (a type is a number or a name such as \
    `echo-request`) or `proto/NUMBER`";

/// Reads what the command line takes: `tcp/22`, `tcp/80-443`, `udp`, `icmp/8/0`,
/// `icmpv6/echo-request`, `proto/50`, `any`. A protocol number means the same as its name:
/// `proto/6` is all of TCP.
impl FromStr for Traffic {
    type Err = ParseTrafficError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map_err(|reason| ParseTrafficError { text: text.to_owned(), reason })
    }
}

fn parse(text: &str) -> Result<Traffic, String> {
    let lower = text.to_ascii_lowercase();
    let (word, rest) = match lower.split_once('/') {
        Some((word, rest)) => (word, Some(rest)),
        None => (lower.as_str(), None),
    };
    match (word, rest) {
        ("", _) => Err("no protocol".to_owned()),
        ("any", None) => Ok(Traffic::all()),
        ("proto", None) => Err("no protocol number".to_owned()),
        ("proto", Some(number)) => {
            Ok(Traffic::protocol(Protocol(number_upto(number, "protocol", u8::MAX)?)))
        }
        ("tcp", Some(range)) => Ok(Traffic::tcp(&ports(range)?)),
        ("udp", Some(range)) => Ok(Traffic::udp(&ports(range)?)),
        ("icmp", Some(message)) => Ok(Traffic::icmp(&messages(Protocol::ICMP, message)?)),
        ("icmpv6", Some(message)) => Ok(Traffic::icmpv6(&messages(Protocol::ICMPV6, message)?)),
        (name, rest) => match (Protocol::from_name(name), rest) {
            (Some(protocol), None) => Ok(Traffic::protocol(protocol)),
            (Some(_), Some(_)) => Err(format!("`{name}` has no ports or types")),
            (None, _) if name == "any" => Err("`any` has no ports or types".to_owned()),
            (None, _) => Err(format!("unknown protocol `{}`", name.escape_debug())),
        },
    }
}

fn ports(text: &str) -> Result<PortSet, String> {
    let Some((first, last)) = text.split_once('-') else {
        return Ok(PortSet::single(number_upto(text, "port", u16::MAX)?));
    };
    let first = number_upto(first, "port", u16::MAX)?;
    let last = number_upto(last, "port", u16::MAX)?;
    if first > last {
        return Err(format!("the range starts at {first} and ends before it, at {last}"));
    }
    Ok(PortSet::range(first, last))
}

fn messages(protocol: Protocol, text: &str) -> Result<IcmpSet, String> {
    let (kind, code) = match text.split_once('/') {
        Some((kind, code)) => (kind, Some(code)),
        None => (text, None),
    };
    let kind = match type_named(protocol, kind) {
        Some(kind) => kind,
        None if kind.starts_with(|first: char| first.is_ascii_alphabetic()) => {
            return Err(format!("{protocol} has no type called `{}`", kind.escape_debug()));
        }
        None => number_upto(kind, "type", u8::MAX)?,
    };
    Ok(match code {
        Some(code) => IcmpSet::of_type_code(kind, number_upto(code, "code", u8::MAX)?),
        None => IcmpSet::of_type(kind),
    })
}

fn number_upto<T: FromStr + Copy + fmt::Display>(
    text: &str,
    what: &str,
    max: T,
) -> Result<T, String> {
    // `parse` alone would take a plus sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Ok(number),
        _ => Err(format!("{what} `{}` is not a number from 0 to {max}", text.escape_debug())),
    }
}
