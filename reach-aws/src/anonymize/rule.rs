//! Text that means something beyond names: addresses among others, rules in Suricata's language.

use std::net::IpAddr;

use ipnet::IpNet;

use super::address::Addresses;
use super::key::Key;
use super::word::{name, word};

/// The addresses in a text that means something by the rest, too.
pub(crate) fn addresses_in(key: &Key, addresses: &Addresses, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let part_of_one = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !part_of_one(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_one = token.parse::<IpAddr>().is_ok() || token.parse::<IpNet>().is_ok();
        out.push_str(&if is_one { word(key, addresses, token) } else { token.to_owned() });
        let mut chars = after.chars();
        out.extend(chars.next());
        rest = chars.as_str();
    }
    out
}

/// Rules in Suricata's language: comments go, quoted text is replaced, and so are addresses.
pub(crate) fn suricata(key: &Key, addresses: &Addresses, text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.trim_start().starts_with('#') {
            return "#".to_owned();
        }
        let mut out = String::new();
        let mut quoted: Option<String> = None;
        let mut plain = String::new();
        let mut escaped = false;
        for c in line.chars() {
            match quoted.as_mut() {
                Some(inside) if c == '"' && !escaped => {
                    out.push_str(&name(key, inside));
                    out.push('"');
                    quoted = None;
                }
                Some(inside) => inside.push(c),
                None if c == '"' => {
                    out.push_str(&addresses_in(key, addresses, &plain));
                    plain.clear();
                    out.push('"');
                    quoted = Some(String::new());
                }
                None => plain.push(c),
            }
            escaped = c == '\\' && !escaped;
        }
        out.push_str(&addresses_in(key, addresses, &plain));
        out.extend(quoted.map(|inside| name(key, &inside)));
        let out = without_option(&out, "metadata:");
        without_option(&out, "reference:")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn without_option(rule: &str, option: &str) -> String {
    let mut out = String::new();
    let mut rest = rule;
    while let Some((before, after)) = rest.split_once(option) {
        out.push_str(before);
        rest = after.split_once(';').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_keep_what_decides() {
        let key = Key::of(b"k");
        let rule = "# who\npass tcp [10.0.0.0/8,!10.1.2.3] any -> $HOME_NET 80:443 \
                    (msg:\"a \\\" secret; word\"; metadata:by bob; sid:1; flow:established;)";
        let out = suricata(&key, &Addresses::new(), rule);
        assert!(out.starts_with("#\npass tcp [10.0.0.0/8,!10."), "{out}");
        assert!(out.contains("any -> $HOME_NET 80:443 (msg:\"x"), "{out}");
        assert!(out.ends_with("\";  sid:1; flow:established;)"), "{out}");
        assert!(!out.contains("secret") && !out.contains("bob") && !out.contains("10.1.2.3"));
    }
}
