use std::fmt;

use super::error::{Fault, tick};

/// An IP protocol as rules name it, equal however it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Protocol {
    /// Every protocol: `-1`.
    All,
    /// One protocol by its number.
    Number(u8),
    /// Text in the snapshot that names none; equal to itself only.
    Unreadable(String),
}

impl Protocol {
    pub(super) const ICMP: Self = Self::Number(1);
    pub(super) const TCP: Self = Self::Number(6);
    pub(super) const UDP: Self = Self::Number(17);
    pub(super) const ICMPV6: Self = Self::Number(58);

    /// As a snapshot has it: never fails.
    pub(super) fn read(text: &str) -> Self {
        const NAMES: [(&str, Protocol); 4] = [
            ("tcp", Protocol::TCP),
            ("udp", Protocol::UDP),
            ("icmp", Protocol::ICMP),
            ("icmpv6", Protocol::ICMPV6),
        ];
        if text == "-1" {
            return Self::All;
        }
        if let Some((_, protocol)) = NAMES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name))
        {
            return protocol.clone();
        }
        match text.parse() {
            // `parse` takes a plus sign, EC2 does not.
            Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => Self::Number(number),
            _ => Self::Unreadable(text.to_owned()),
        }
    }

    /// As a request has it.
    pub(super) fn request(text: &str) -> Result<Self, Fault> {
        match Self::read(text) {
            Self::Unreadable(_) => Err(Fault::value(format!(
                "{} is not a protocol: `tcp`, `udp`, `icmp`, `icmpv6`, a number up to 255, or \
                 `-1` for all",
                tick(text)
            ))),
            protocol => Ok(protocol),
        }
    }

    pub(super) fn has_ports(&self) -> bool {
        *self == Self::TCP || *self == Self::UDP
    }

    pub(super) fn is_icmp(&self) -> bool {
        *self == Self::ICMP || *self == Self::ICMPV6
    }

    /// As network ACLs write it.
    pub(super) fn number(&self) -> String {
        match self {
            Self::All => "-1".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Unreadable(text) => text.clone(),
        }
    }
}

/// As security groups write it.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(1) => f.write_str("icmp"),
            Self::Number(6) => f.write_str("tcp"),
            Self::Number(17) => f.write_str("udp"),
            Self::Number(58) => f.write_str("icmpv6"),
            _ => f.write_str(&self.number()),
        }
    }
}

/// A port range, both ends given, in order and inside 0 to 65535.
pub(super) fn port_range(from: i32, to: i32) -> Result<(), Fault> {
    const PORTS: std::ops::RangeInclusive<i32> = 0..=65535;
    if !PORTS.contains(&from) || !PORTS.contains(&to) {
        return Err(Fault::value(format!("port range {from} to {to} goes beyond 0 to 65535")));
    }
    if from > to {
        return Err(Fault::value(format!("port range {from} to {to} is reversed")));
    }
    Ok(())
}

/// An ICMP type and code; −1 is the wildcard, and every type means every code.
pub(super) fn icmp_type_code(r#type: i32, code: i32) -> Result<(), Fault> {
    const VALUES: std::ops::RangeInclusive<i32> = -1..=255;
    if !VALUES.contains(&r#type) || !VALUES.contains(&code) {
        return Err(Fault::value(format!("ICMP type {type} code {code} goes beyond -1 to 255")));
    }
    if r#type == -1 && code != -1 {
        return Err(Fault::value(format!("ICMP type -1 needs code -1, not {code}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_equal() {
        for (text, name, number) in [
            ("tcp", "tcp", "6"),
            ("6", "tcp", "6"),
            ("UDP", "udp", "17"),
            ("1", "icmp", "1"),
            ("58", "icmpv6", "58"),
            ("50", "50", "50"),
            ("-1", "-1", "-1"),
        ] {
            let protocol = Protocol::request(text).unwrap();
            assert_eq!((protocol.to_string().as_str(), protocol.number().as_str()), (name, number));
        }
        for bad in ["", "256", "+6", "-2", "all", "tcp ", "٦", "6.0"] {
            assert!(Protocol::request(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ranges() {
        assert!(port_range(0, 0).is_ok() && port_range(0, 65535).is_ok());
        for (from, to) in [(23, 22), (-1, -1), (0, 65536), (i32::MIN, i32::MAX)] {
            assert!(port_range(from, to).is_err(), "{from} {to}");
        }
        assert!(icmp_type_code(-1, -1).is_ok() && icmp_type_code(8, -1).is_ok());
        for (r#type, code) in [(-1, 0), (-2, 0), (256, 0), (3, i32::MAX)] {
            assert!(icmp_type_code(r#type, code).is_err(), "{type} {code}");
        }
    }
}
