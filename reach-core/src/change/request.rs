//! Reading of request parameters that several actions share.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use sha2::{Digest, Sha256};

use super::error::{Fault, tick};
use crate::rules::parse_net;

/// The one parameter that was given out of several that exclude each other.
pub(super) fn exactly_one<'a>(
    given: &[(&'static str, Option<&'a str>)],
) -> Result<(&'static str, &'a str), Fault> {
    let mut found = given.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some((one, _)), Some((other, _))) => {
            Err(Fault::combination(format!("`{one}` and `{other}` exclude each other")))
        }
        (None, _) => {
            let names: Vec<_> = given.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(Fault::missing(format!("needs {}", names.join(" or "))))
        }
    }
}

/// An IPv4 block. Host bits are cut off, as EC2 does.
pub(super) fn ipv4_net(text: &str) -> Result<Ipv4Net, Fault> {
    match parse_net(text) {
        Some(IpNet::V4(net)) => Ok(net),
        _ => Err(Fault::value(format!("{} is not an IPv4 block like `10.0.0.0/16`", tick(text)))),
    }
}

/// An IPv6 block. Host bits are cut off, as EC2 does.
pub(super) fn ipv6_net(text: &str) -> Result<Ipv6Net, Fault> {
    match parse_net(text) {
        Some(IpNet::V6(net)) => Ok(net),
        _ => Err(Fault::value(format!("{} is not an IPv6 block like `2001:db8::/32`", tick(text)))),
    }
}

/// A single IPv4 address.
pub(super) fn ipv4_addr(text: &str) -> Result<Ipv4Addr, Fault> {
    text.parse().map_err(|_| Fault::value(format!("{} is not an IPv4 address", tick(text))))
}

/// An id that EC2 would draw at random, drawn from what it stands for instead, so that the same
/// edit of the same snapshot always gives the same bytes.
pub(super) fn derived_id(prefix: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps `("ab", "c")` and `("a", "bc")` apart.
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digits = hash.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]).take(17);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    format!("{prefix}-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_look_like_ec2_ids_and_differ_by_part() {
        let id = derived_id("sgr", &["sg-1", "ingress"]);
        assert_eq!(id, derived_id("sgr", &["sg-1", "ingress"]));
        let digits = id.strip_prefix("sgr-").unwrap();
        assert_eq!(digits.len(), 17);
        assert!(digits.chars().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_uppercase()));
        assert_ne!(derived_id("sgr", &["ab", "c"]), derived_id("sgr", &["a", "bc"]));
    }

    #[test]
    fn blocks_lose_their_host_bits() {
        assert_eq!(ipv4_net("10.1.2.3/16").unwrap().to_string(), "10.1.0.0/16");
        assert_eq!(ipv6_net("2001:DB8::1/32").unwrap().to_string(), "2001:db8::/32");
        for bad in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "010.0.0.0/8",
            "0.0.0.0/00",
            "::/0",
            "0.0.0.0/0 ",
        ] {
            assert!(ipv4_net(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "::", "::/129", "0.0.0.0/0", "fe80::1%eth0/64"] {
            assert!(ipv6_net(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn one_of_several() {
        let both = [("A", Some("1")), ("B", Some("2"))];
        assert!(exactly_one(&both).is_err());
        assert!(exactly_one(&[("A", None), ("B", None)]).is_err());
        assert_eq!(exactly_one(&[("A", None), ("B", Some("2"))]), Ok(("B", "2")));
    }
}
