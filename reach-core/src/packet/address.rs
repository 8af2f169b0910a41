use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};
use num_bigint::BigUint;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::interval::IntervalSet;

/// A set of IPv4 and IPv6 addresses. The families are apart: an IPv4-mapped IPv6 address is an
/// IPv6 address.
///
/// # Complexity
///
/// With n and m ranges of adjacent addresses on the two sides: building from n prefixes in any
/// order is O(n log n), an operation O(n + m), a membership test O(log n).
///
/// # Example
///
/// ```
/// use reach_core::packet::IpSet;
///
/// let vpc = IpSet::from_net("10.0.0.0/16".parse()?);
/// let subnet = IpSet::from_net("10.0.0.0/17".parse()?);
/// assert!(subnet.is_subset(&vpc));
/// assert_eq!(vpc.difference(&subnet).to_string(), "10.0.128.0/17");
/// assert_eq!(IpSet::all().to_string(), "0.0.0.0/0, ::/0");
/// # Ok::<(), ipnet::AddrParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string[]"))]
pub struct IpSet {
    v4: IntervalSet<u32>,
    v6: IntervalSet<u128>,
}

impl IpSet {
    /// No address.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The set with these IPv4 and these IPv6 addresses.
    pub fn from_intervals(v4: IntervalSet<u32>, v6: IntervalSet<u128>) -> Self {
        Self { v4, v6 }
    }

    /// Every address of both families.
    pub fn all() -> Self {
        Self { v4: IntervalSet::full(), v6: IntervalSet::full() }
    }

    /// Every IPv4 address.
    pub fn all_v4() -> Self {
        Self::from(IntervalSet::<u32>::full())
    }

    /// Every IPv6 address.
    pub fn all_v6() -> Self {
        Self::from(IntervalSet::<u128>::full())
    }

    /// One address.
    pub fn from_addr(addr: IpAddr) -> Self {
        Self::from_range(addr, addr)
    }

    /// The addresses of a prefix; host bits do not matter.
    pub fn from_net(net: IpNet) -> Self {
        Self::from_range(net.network(), net.broadcast())
    }

    /// The addresses of any number of prefixes, in any order; host bits do not matter.
    pub fn from_nets(nets: impl IntoIterator<Item = IpNet>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for net in nets {
            match net {
                IpNet::V4(net) => v4.push((net.network().to_bits(), net.broadcast().to_bits())),
                IpNet::V6(net) => v6.push((net.network().to_bits(), net.broadcast().to_bits())),
            }
        }
        Self { v4: IntervalSet::from_ranges(v4), v6: IntervalSet::from_ranges(v6) }
    }

    /// The addresses from `first` to `last`, both included; nothing if they are reversed or of
    /// different families.
    pub fn from_range(first: IpAddr, last: IpAddr) -> Self {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) => {
                IntervalSet::range(first.to_bits(), last.to_bits()).into()
            }
            (IpAddr::V6(first), IpAddr::V6(last)) => {
                IntervalSet::range(first.to_bits(), last.to_bits()).into()
            }
            _ => Self::empty(),
        }
    }

    /// Whether it holds no address.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds every address of both families.
    pub fn is_all(&self) -> bool {
        self.v4.is_full() && self.v6.is_full()
    }

    /// Whether the address is in it.
    pub fn contains(&self, addr: IpAddr) -> bool {
        match addr {
            IpAddr::V4(addr) => self.v4.contains(addr.to_bits()),
            IpAddr::V6(addr) => self.v6.contains(addr.to_bits()),
        }
    }

    /// Whether every address of the prefix is in it.
    pub fn contains_net(&self, net: IpNet) -> bool {
        match net {
            IpNet::V4(net) => {
                self.v4.contains_range(net.network().to_bits(), net.broadcast().to_bits())
            }
            IpNet::V6(net) => {
                self.v6.contains_range(net.network().to_bits(), net.broadcast().to_bits())
            }
        }
    }

    /// The addresses in either set.
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// The addresses in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// The addresses in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// The addresses of both families that are not in it.
    pub fn complement(&self) -> Self {
        Self { v4: self.v4.complement(), v6: self.v6.complement() }
    }

    /// Whether the other set holds every address of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    /// Whether the two sets share no address.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.v4.is_disjoint(&other.v4) && self.v6.is_disjoint(&other.v6)
    }

    /// The addresses in any of the sets, in one sort.
    pub fn union_all<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in sets {
            v4.extend(set.v4.ranges());
            v6.extend(set.v6.ranges());
        }
        Self { v4: IntervalSet::from_ranges(v4), v6: IntervalSet::from_ranges(v6) }
    }

    /// The shortest list of prefixes that makes it up, IPv4 first, ascending.
    pub fn nets(&self) -> Vec<IpNet> {
        let v4 = self.v4.ranges().flat_map(|(first, last)| {
            Ipv4Subnets::new(Ipv4Addr::from_bits(first), Ipv4Addr::from_bits(last), 0)
        });
        let v6 = self.v6.ranges().flat_map(|(first, last)| {
            Ipv6Subnets::new(Ipv6Addr::from_bits(first), Ipv6Addr::from_bits(last), 0)
        });
        v4.map(IpNet::from).chain(v6.map(IpNet::from)).collect()
    }

    /// The smallest address, IPv4 first.
    pub fn sample(&self) -> Option<IpAddr> {
        let v4 = self.v4.first().map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)));
        v4.or_else(|| self.v6.first().map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))))
    }

    /// The IPv4 addresses as intervals.
    pub fn v4(&self) -> &IntervalSet<u32> {
        &self.v4
    }

    /// The IPv6 addresses as intervals.
    pub fn v6(&self) -> &IntervalSet<u128> {
        &self.v6
    }

    /// The IPv4 part.
    pub fn only_v4(&self) -> Self {
        self.v4.clone().into()
    }

    /// The IPv6 part.
    pub fn only_v6(&self) -> Self {
        self.v6.clone().into()
    }

    /// How many addresses it holds.
    pub fn count(&self) -> BigUint {
        self.v4.count() + self.v6.count()
    }

    pub(super) fn from_parts(v4: IntervalSet<u32>, v6: IntervalSet<u128>) -> Self {
        Self { v4, v6 }
    }
}

impl From<IntervalSet<u32>> for IpSet {
    fn from(v4: IntervalSet<u32>) -> Self {
        Self { v4, v6: IntervalSet::empty() }
    }
}

impl From<IntervalSet<u128>> for IpSet {
    fn from(v6: IntervalSet<u128>) -> Self {
        Self { v4: IntervalSet::empty(), v6 }
    }
}

impl From<IpAddr> for IpSet {
    fn from(addr: IpAddr) -> Self {
        Self::from_addr(addr)
    }
}

impl From<IpNet> for IpSet {
    fn from(net: IpNet) -> Self {
        Self::from_net(net)
    }
}

impl From<Ipv4Net> for IpSet {
    fn from(net: Ipv4Net) -> Self {
        Self::from_net(net.into())
    }
}

impl From<Ipv6Net> for IpSet {
    fn from(net: Ipv6Net) -> Self {
        Self::from_net(net.into())
    }
}

impl FromIterator<IpNet> for IpSet {
    fn from_iter<I: IntoIterator<Item = IpNet>>(nets: I) -> Self {
        Self::from_nets(nets)
    }
}

/// The prefixes of [`IpSet::nets`], single addresses without a length; `none` where there is none.
impl fmt::Display for IpSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (position, net) in self.nets().into_iter().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            if net.prefix_len() == net.max_prefix_len() {
                write!(f, "{}", net.addr())?;
            } else {
                write!(f, "{net}")?;
            }
        }
        Ok(())
    }
}

/// The prefixes of [`IpSet::nets`], as strings.
impl Serialize for IpSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.nets())
    }
}

/// A list of prefixes or single addresses, as strings.
impl<'de> Deserialize<'de> for IpSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts
            .iter()
            .map(|text| {
                text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).map_err(
                    |_| {
                        let text = text.escape_debug();
                        de::Error::custom(format!("`{text}` is neither a prefix nor an address"))
                    },
                )
            })
            .collect()
    }
}
