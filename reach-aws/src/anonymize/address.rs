//! Addresses to others of the same class: two that share a prefix share one of the same length
//! afterwards, so that every set of addresses keeps its shape.
//!
//! Each bit is kept or flipped by a keyed function of the bits before it. It is kept where the
//! address itself means something: on the way to ranges with a meaning of their own, inside ranges
//! where single addresses have one, at the base of a VPC (whose third address is the resolver),
//! and inside subnets (whose first and last addresses are reserved).

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::key::Key;

/// Ranges that stay themselves as a whole.
const CLASSES: &[&str] = &[
    "10.0.0.0/8",
    "100.64.0.0/10",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "2000::/3",
    "fc00::/7",
];

/// Ranges of which every address stays itself.
const STILL: &[&str] = &[
    "0.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "224.0.0.0/3",
    "::/8",
    "64:ff9b:1::/48",
    "fd00:ec2::/32",
    "fe80::/10",
    "ff00::/8",
];

/// IPv4 addresses in IPv6 clothes (NAT64).
const EMBEDDED: &str = "64:ff9b::/96";

/// A prefix: its bits from the left, and how many.
type Prefix = (u128, u32);

/// How addresses are replaced.
#[derive(Debug)]
pub(crate) struct Addresses {
    v4: Family,
    v6: Family,
    embedded: Option<IpNet>,
}

#[derive(Debug, Default)]
struct Family {
    classes: Vec<Prefix>,
    still: BTreeSet<Prefix>,
    bases: BTreeSet<Prefix>,
}

impl Addresses {
    pub(crate) fn new() -> Self {
        let embedded = EMBEDDED.parse().ok();
        let mut addresses = Self { v4: Family::default(), v6: Family::default(), embedded };
        for (texts, still) in [(CLASSES, false), (STILL, true), (&[EMBEDDED], false)] {
            for net in texts.iter().filter_map(|text| text.parse::<IpNet>().ok()) {
                let prefix = prefix(net);
                let family = addresses.family(net.addr());
                family.classes.push(prefix);
                if still {
                    family.still.insert(prefix);
                }
            }
        }
        addresses
    }

    /// The first and last addresses of a subnet are reserved.
    pub(crate) fn learn_subnet(&mut self, net: IpNet) {
        self.family(net.addr()).still.insert(prefix(net));
    }

    /// The third address of a VPC's range is the resolver.
    pub(crate) fn learn_vpc(&mut self, net: IpNet) {
        let (base, length) = prefix(net);
        let width = u32::from(net.max_prefix_len());
        let family = self.family(net.addr());
        family.bases.insert((base, length));
        family.still.insert((base, length.max(width - 4)));
    }

    fn family(&mut self, address: IpAddr) -> &mut Family {
        if address.is_ipv4() { &mut self.v4 } else { &mut self.v6 }
    }

    pub(crate) fn address(&self, key: &Key, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(v4) => {
                let bits = self.v4.map(key, u128::from(u32::from(v4)) << 96, 32) >> 96;
                // Only the lower 32 bits are left.
                Ipv4Addr::from(u32::try_from(bits).unwrap_or(u32::MAX)).into()
            }
            IpAddr::V6(v6) if self.embedded.is_some_and(|net| net.contains(&address)) => {
                let [.., a, b, c, d] = v6.octets();
                let IpAddr::V4(inner) = self.address(key, Ipv4Addr::new(a, b, c, d).into()) else {
                    return address;
                };
                let high = u128::from(v6) & !u128::from(u32::MAX);
                Ipv6Addr::from(high | u128::from(u32::from(inner))).into()
            }
            IpAddr::V6(v6) => Ipv6Addr::from(self.v6.map(key, u128::from(v6), 128)).into(),
        }
    }

    /// The host bits of a network are replaced where it has any.
    pub(crate) fn net(&self, key: &Key, net: IpNet) -> IpNet {
        let address = self.address(key, net.addr());
        let mapped = IpNet::new(address, net.prefix_len()).unwrap_or(net);
        if net.addr() == net.network() { mapped.trunc() } else { mapped }
    }
}

impl Family {
    fn map(&self, key: &Key, address: u128, width: u32) -> u128 {
        let mut kept: Vec<(u32, u32)> = Vec::new();
        for (class, length) in &self.classes {
            kept.push((0, (*length).min(common(address, *class) + 1)));
        }
        // Of ranges inside each other, the widest keeps the most.
        let still = (0..=width).find(|length| self.still.contains(&cut(address, *length)));
        kept.extend(still.map(|length| (length, width)));
        for length in 0..=width {
            let base = cut(address, length);
            if self.bases.contains(&base) {
                kept.push((length, common(address, base.0) + 1));
            }
        }
        let mut flips = 0;
        let mut block = [0; 32];
        for depth in 0..width {
            let within = depth % 8;
            if within == 0 {
                block = key.hash("address", &[&[u8::from(width == 128)], &bytes(address, depth)]);
            }
            // The nodes of eight levels, numbered as in a heap: 255 of them.
            let above = (address << (depth - within)) >> 120;
            let node = (1_u128 << within) | (above >> (8 - within));
            let node = usize::try_from(node).unwrap_or_default();
            let bit = block.get(node / 8).map_or(0, |byte| (byte >> (node % 8)) & 1);
            let keep = kept.iter().any(|(from, to)| (*from..*to).contains(&depth));
            if bit == 1 && !keep {
                flips |= 1_u128 << (127 - depth);
            }
        }
        address ^ flips
    }
}

/// The bits before a depth that is a multiple of eight, and how many.
fn bytes(address: u128, depth: u32) -> [u8; 20] {
    let mut out = [0; 20];
    let (bits, length) = cut(address, depth);
    let all = bits.to_be_bytes().into_iter().chain(length.to_be_bytes());
    out.iter_mut().zip(all).for_each(|(out, byte)| *out = byte);
    out
}

fn prefix(net: IpNet) -> Prefix {
    let bits = match net.network() {
        IpAddr::V4(v4) => u128::from(u32::from(v4)) << 96,
        IpAddr::V6(v6) => u128::from(v6),
    };
    (bits, u32::from(net.prefix_len()))
}

/// The first so many bits of an address.
fn cut(address: u128, length: u32) -> Prefix {
    let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
    (address & mask, length)
}

/// How many bits two addresses share from the left.
fn common(a: u128, b: u128) -> u32 {
    (a ^ b).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(addresses: &Addresses, text: &str) -> String {
        addresses.address(&Key::of(b"k"), text.parse().unwrap()).to_string()
    }

    #[test]
    fn classes_stay() {
        let addresses = Addresses::new();
        for text in [
            "0.0.0.0",
            "127.0.0.1",
            "169.254.169.254",
            "255.255.255.255",
            "224.0.0.5",
            "::",
            "::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert_eq!(mapped(&addresses, text), text);
        }
        for class in CLASSES.iter().chain(&[EMBEDDED]) {
            let net: IpNet = class.parse().unwrap();
            let hosts = [net.network(), net.broadcast()];
            for host in hosts {
                let mapped = addresses.address(&Key::of(b"k"), host);
                assert!(net.contains(&mapped), "{host} in {class} became {mapped}");
            }
        }
        assert_ne!(mapped(&addresses, "10.1.2.3"), "10.1.2.3");
        assert_ne!(mapped(&addresses, "203.0.113.9"), "203.0.113.9");
        let inner = mapped(&addresses, "203.0.113.9").parse::<Ipv4Addr>().unwrap();
        let embedded = Ipv6Addr::from((0x64_ff9b_u128 << 96) | u128::from(u32::from(inner)));
        assert_eq!(mapped(&addresses, "64:ff9b::203.0.113.9"), embedded.to_string());
    }

    #[test]
    fn prefixes_are_kept_and_no_two_addresses_meet() {
        let mut addresses = Addresses::new();
        addresses.learn_vpc("10.4.0.0/16".parse().unwrap());
        addresses.learn_subnet("10.4.7.0/24".parse().unwrap());
        let key = Key::of(b"k");
        let all: Vec<u32> =
            (0..2000_u32).map(|i| i.wrapping_mul(2_654_435_761) | (i % 3) << 30).collect();
        let bits = |address: u32| match addresses.address(&key, Ipv4Addr::from(address).into()) {
            IpAddr::V4(v4) => u32::from(v4),
            IpAddr::V6(_) => panic!(),
        };
        for pair in all.windows(2) {
            let before = (pair[0] ^ pair[1]).leading_zeros();
            assert_eq!((bits(pair[0]) ^ bits(pair[1])).leading_zeros(), before);
        }
    }

    #[test]
    fn what_aws_reserves_stays_where_it_is() {
        let mut addresses = Addresses::new();
        addresses.learn_vpc("10.4.0.0/16".parse().unwrap());
        addresses.learn_subnet("10.4.7.0/24".parse().unwrap());
        addresses.learn_subnet("2600:1f00:1:2::/64".parse().unwrap());
        let key = Key::of(b"k");
        let vpc = addresses.net(&key, "10.4.0.0/16".parse().unwrap());
        assert_eq!(vpc.network(), vpc.addr());
        let resolver = addresses.address(&key, "10.4.0.2".parse().unwrap());
        assert_eq!(resolver, vpc.hosts().nth(1).unwrap());
        let subnet = addresses.net(&key, "10.4.7.0/24".parse().unwrap());
        assert_eq!(subnet.network(), subnet.addr());
        let last = addresses.address(&key, "10.4.7.255".parse().unwrap());
        assert_eq!(last, subnet.broadcast());
        let sixth = addresses.address(&key, "2600:1f00:1:2::5".parse().unwrap()).to_string();
        assert!(sixth.ends_with("::5"), "{sixth}");
    }
}
