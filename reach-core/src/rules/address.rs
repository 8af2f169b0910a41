//! Text to addresses, and which addresses are the internet's.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::LazyLock;

use ipnet::IpNet;

use crate::packet::IpSet;

/// Reads a CIDR block as AWS writes one: no number with leading zeros, host bits clear or not (EC2
/// clears them).
///
/// The parser of `ipnet` takes `010.0.0.0/8` too. Some readers take that for octal, so nobody can
/// know what its author meant.
pub(crate) fn parse_net(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    if length.len() > 1 && length.starts_with('0') || !length.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    IpNet::new(parse_addr(address)?, length.parse().ok()?).ok().map(|net| net.trunc())
}

/// Reads one address.
pub(crate) fn parse_addr(text: &str) -> Option<IpAddr> {
    IpAddr::from_str(text).ok()
}

/// IG-04: the private ranges that an internet gateway neither takes nor gives (RFC 1918, RFC 6598).
static PRIVATE_V4: LazyLock<IpSet> =
    LazyLock::new(|| nets(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]));

/// What no router of the internet carries besides: this network, loopback, link-local, multicast
/// and reserved space.
static UNROUTED_V4: LazyLock<IpSet> =
    LazyLock::new(|| nets(&["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"]));

static INTERNET: LazyLock<IpSet> = LazyLock::new(|| {
    IpSet::all_v4().difference(&PRIVATE_V4).difference(&UNROUTED_V4).union(&nets(&["2000::/3"]))
});

/// What "the internet" means as an end of a question: the addresses that a packet there can have.
///
/// IPv4 without the private ranges (RFC 1918, RFC 6598), this network (0.0.0.0/8), loopback,
/// link-local, multicast and reserved space; and IPv6 global unicast (`2000::/3`). Documentation
/// ranges are inside: nothing but convention keeps them off the internet.
///
/// ```
/// assert!(reach_core::internet().contains("8.8.8.8".parse()?));
/// assert!(!reach_core::internet().contains("10.0.0.1".parse()?));
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn internet() -> &'static IpSet {
    &INTERNET
}

/// Most blocks missing from the internet for the rest to be called that.
const MOST_LEFT_OUT: usize = 8;

/// Addresses as people say it: the internet by name, a few blocks in full, many as a number.
///
/// ```
/// let some = ["203.0.113.0/24".parse()?].into_iter().collect();
/// assert_eq!(reach_core::in_words(&some), "203.0.113.0/24");
/// assert_eq!(reach_core::in_words(&reach_core::internet().difference(&some)), "the rest of the internet");
/// # Ok::<(), ipnet::AddrParseError>(())
/// ```
pub fn in_words(addresses: &IpSet) -> String {
    let internet = internet();
    for whole in [internet, &internet.only_v4(), &internet.only_v6()] {
        if addresses == whole {
            return "the internet".to_owned();
        }
        // Public addresses of one's own are no destination on the internet.
        let left_out = whole.difference(addresses).nets().len();
        if left_out <= MOST_LEFT_OUT && addresses.is_subset(whole) {
            return "the rest of the internet".to_owned();
        }
    }
    match addresses.nets().len() {
        0..=3 => addresses.to_string(),
        many => format!("{many} blocks"),
    }
}

/// The RFC 1918 and RFC 6598 part of IPv4.
pub(crate) fn private_v4() -> &'static IpSet {
    &PRIVATE_V4
}

/// Blocks that some rule treats in a way of their own, whatever the network.
pub(crate) fn fixed_sets() -> Vec<IpSet> {
    let blocks = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "169.254.168.0/22",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "224.0.0.0/3",
        "255.255.255.255/32",
        "64:ff9b::/96",
        "2000::/3",
        "fd00:ec2::/32",
        "ff00::/8",
    ];
    blocks.iter().map(|block| nets(&[block])).collect()
}

fn nets(texts: &[&str]) -> IpSet {
    texts.iter().filter_map(|text| parse_net(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_strictly() {
        assert_eq!(parse_net("10.1.2.3/16"), "10.1.0.0/16".parse().ok());
        assert_eq!(parse_net("::/0"), "::/0".parse().ok());
        for text in [
            "0.0.0.0/00",
            "010.0.0.0/8",
            "0.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "x/8",
            "",
        ] {
            assert_eq!(parse_net(text), None, "{text}");
        }
    }

    #[test]
    fn the_internet_has_no_private_addresses() {
        for text in ["10.0.0.1", "172.31.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "fd00::1"]
        {
            assert!(!internet().contains(text.parse().unwrap()), "{text}");
        }
        for text in ["8.8.8.8", "203.0.113.5", "172.32.0.1", "2001:db8::1"] {
            assert!(internet().contains(text.parse().unwrap()), "{text}");
        }
    }
}
