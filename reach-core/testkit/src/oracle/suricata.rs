//! Rules in Suricata's language, as far as their headers go (NFW-05).

use std::net::IpAddr;

use reach_core::snapshot::StatefulRule;

use super::variables::Variables;
use crate::Packet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Pass,
    Drop,
    Reject,
    Alert,
}

/// Whether a rule is about a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Matched {
    Yes,
    No,
    /// Options beyond the header decide.
    Maybe,
    /// What the application says decides, after the handshake.
    Application,
}

/// A rule's header, and whether anything beyond it decides.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) action: Action,
    pub(super) protocol: String,
    pub(super) source: String,
    pub(super) source_port: String,
    /// `<>`: either direction.
    pub(super) both: bool,
    pub(super) destination: String,
    pub(super) destination_port: String,
    pub(super) options: bool,
    pub(super) application: bool,
}

/// Options that describe a rule and decide nothing.
const NEUTRAL: [&str; 8] =
    ["msg", "sid", "rev", "gid", "priority", "classtype", "metadata", "reference"];

fn action(text: &str) -> Option<Action> {
    match text.to_ascii_lowercase().as_str() {
        "pass" => Some(Action::Pass),
        "drop" => Some(Action::Drop),
        "reject" => Some(Action::Reject),
        "alert" => Some(Action::Alert),
        _ => None,
    }
}

/// A keyword about what the application says.
fn about_application(keyword: &str) -> bool {
    let prefixes =
        ["tls", "ssl", "http", "dns", "ssh", "smb", "ja3", "content", "pcre", "app-layer"];
    prefixes.iter().any(|prefix| keyword.starts_with(prefix))
}

pub(super) fn of_stateful_rule(rule: &StatefulRule) -> Option<Rule> {
    let header = &rule.header;
    let any = |text: Option<&str>| text.unwrap_or("any").to_owned();
    let keywords = || rule.rule_options.iter().filter_map(|option| option.keyword.as_deref());
    let name = |text: &str| text.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(Rule {
        action: action(rule.action.as_deref()?)?,
        protocol: header.protocol.as_deref()?.to_ascii_lowercase(),
        source: any(header.source.as_deref()),
        source_port: any(header.source_port.as_deref()),
        both: header.direction.as_deref() == Some("ANY"),
        destination: any(header.destination.as_deref()),
        destination_port: any(header.destination_port.as_deref()),
        options: keywords().any(|text| !NEUTRAL.contains(&name(text).as_str())),
        application: keywords().any(|text| about_application(&name(text))),
    })
}

/// One rule a line; none for a line that nobody can read.
pub(super) fn of_text(text: &str) -> Vec<Option<Rule>> {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    joined
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(of_line)
        .collect()
}

fn of_line(line: &str) -> Option<Rule> {
    let (header, options) = line.split_once('(')?;
    let words = words(header);
    let [verb, protocol, source, source_port, arrow, destination, destination_port] =
        words.as_slice()
    else {
        return None;
    };
    let both = match arrow.as_str() {
        "->" => false,
        "<>" => true,
        _ => return None,
    };
    let options = options.trim().strip_suffix(')')?;
    let keywords: Vec<String> = split_outside_quotes(options)
        .iter()
        .map(|text| text.split(':').next().unwrap_or_default().trim().to_ascii_lowercase())
        .filter(|keyword| !keyword.is_empty())
        .collect();
    Some(Rule {
        action: action(verb)?,
        protocol: protocol.to_ascii_lowercase(),
        source: source.clone(),
        source_port: source_port.clone(),
        both,
        destination: destination.clone(),
        destination_port: destination_port.clone(),
        options: keywords.iter().any(|keyword| !NEUTRAL.contains(&keyword.as_str())),
        application: keywords.iter().any(|keyword| about_application(keyword)),
    })
}

/// Words of a header; blanks inside brackets do not part them.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut depth) = (Vec::new(), String::new(), 0_u32);
    for letter in text.chars() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if letter.is_whitespace() {
            if depth == 0 && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(letter);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn split_outside_quotes(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for letter in text.chars() {
        if letter == ';' && !quoted && !escaped {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = letter == '\\' && !escaped;
        part.push(letter);
    }
    parts.push(part);
    parts
}

impl Rule {
    /// NFW-05: by the header; by what is beyond it nobody can tell.
    pub(super) fn matches(&self, packet: &Packet, variables: &Variables<'_>) -> Matched {
        let Some(application) = self.fits_protocol(packet) else { return Matched::No };
        let there = self.fits(packet, packet.source, packet.destination, false, variables);
        let back = self.fits(packet, packet.destination, packet.source, true, variables);
        let fits = match (there, self.both, back) {
            (Some(true), ..) | (_, true, Some(true)) => Some(true),
            (Some(false), false, _) | (Some(false), true, Some(false)) => Some(false),
            _ => None,
        };
        match fits {
            Some(false) => Matched::No,
            None => Matched::Maybe,
            // Without a handshake the first packet may have it already.
            Some(true) if (application || self.application) && packet.protocol == 6 => {
                Matched::Application
            }
            Some(true) if application || self.options => Matched::Maybe,
            Some(true) => Matched::Yes,
        }
    }

    /// None if the protocol is another one; else whether it is an application's.
    fn fits_protocol(&self, packet: &Packet) -> Option<bool> {
        let carried = |over: &[u8]| over.contains(&packet.protocol);
        match self.protocol.as_str() {
            "ip" | "any" => Some(false),
            "tcp" => carried(&[6]).then_some(false),
            "udp" => carried(&[17]).then_some(false),
            "icmp" => carried(&[1, 58]).then_some(false),
            "dns" | "krb5" | "sip" | "nfs" => carried(&[6, 17]).then_some(true),
            "dhcp" | "ntp" | "tftp" | "ikev2" | "ike" | "snmp" | "quic" => {
                carried(&[17]).then_some(true)
            }
            _ => carried(&[6]).then_some(true),
        }
    }

    fn fits(
        &self,
        packet: &Packet,
        source: IpAddr,
        destination: IpAddr,
        turned: bool,
        variables: &Variables<'_>,
    ) -> Option<bool> {
        let (from, to) = if turned {
            (packet.destination_port, packet.source_port)
        } else {
            (packet.source_port, packet.destination_port)
        };
        let has_ports = matches!(packet.protocol, 6 | 17);
        let port = |text: &str, port: u16| {
            if has_ports { variables.port(text, port, 0) } else { Some(true) }
        };
        let parts = [
            variables.address(&self.source, source, 0),
            variables.address(&self.destination, destination, 0),
            port(&self.source_port, from),
            port(&self.destination_port, to),
        ];
        if parts.contains(&Some(false)) {
            Some(false)
        } else if parts.contains(&None) {
            None
        } else {
            Some(true)
        }
    }
}
