mod products;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use num_bigint::BigUint;

use super::address::IpSet;
use super::header::Header;
use super::interval::{IntervalSet, Key};
use super::relation::Relation;
use super::set::Set;
use super::traffic::Traffic;

/// An exact set of whole headers: source address, destination address and [`Traffic`].
///
/// Canonical: two sets that hold the same headers are `==`, however they came about. A header is
/// either IPv4 or IPv6 on both ends; a product of mixed [`IpSet`]s holds the pairs within each
/// family.
///
/// # Complexity
///
/// Per family, the set is a partition of the source addresses, each class with a partition of the
/// destination addresses, each class of that with its traffic. An operation sweeps once over the
/// intervals of both sides and goes a level deeper once per pair of classes that overlap.
///
/// # Example
///
/// ```
/// use reach_core::packet::{HeaderSet, IpSet};
///
/// let subnet = IpSet::from_net("10.0.1.0/24".parse()?);
/// let office = IpSet::from_net("203.0.113.0/24".parse()?);
/// let inbound = HeaderSet::product(&IpSet::all_v4(), &subnet, &"tcp/22".parse()?);
/// let allowed = inbound.restrict_sources(&office);
/// assert_eq!(allowed.to_string(), "203.0.113.0/24 -> 10.0.1.0/24: tcp 22");
/// assert!(inbound.difference(&allowed).restrict_sources(&office).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
#[cfg_attr(
    feature = "ts",
    derive(ts_rs::TS),
    ts(type = "{ sources: string[], destinations: string[], traffic: string }[]")
)]
pub struct HeaderSet {
    v4: Family<u32>,
    v6: Family<u128>,
}

/// Source → destination → traffic.
type Family<A> = Relation<A, Relation<A, Traffic>>;

impl HeaderSet {
    /// No header.
    pub fn empty() -> Self {
        Self { v4: Relation::empty(), v6: Relation::empty() }
    }

    /// Every header of both families.
    pub fn all() -> Self {
        static ALL: LazyLock<HeaderSet> =
            LazyLock::new(|| HeaderSet { v4: Relation::full(), v6: Relation::full() });
        ALL.clone()
    }

    /// All of the traffic from all of the sources to all of the destinations of their family.
    pub fn product(sources: &IpSet, destinations: &IpSet, traffic: &Traffic) -> Self {
        Self {
            v4: Relation::product(sources.v4(), &Relation::product(destinations.v4(), traffic)),
            v6: Relation::product(sources.v6(), &Relation::product(destinations.v6(), traffic)),
        }
    }

    /// One header.
    pub fn single(header: &Header) -> Self {
        Self::product(
            &IpSet::from_addr(header.source),
            &IpSet::from_addr(header.destination),
            &Traffic::single(&header.l4),
        )
    }

    /// Whether it holds no header.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// Whether it holds every header of both families.
    pub fn is_all(&self) -> bool {
        self.v4.is_full() && self.v6.is_full()
    }

    /// Whether the header is in it. A header whose ends are of different families never is.
    pub fn contains(&self, header: &Header) -> bool {
        let traffic = match (header.source, header.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                self.v4.get(source.to_bits()).and_then(|inner| inner.get(destination.to_bits()))
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                self.v6.get(source.to_bits()).and_then(|inner| inner.get(destination.to_bits()))
            }
            _ => None,
        };
        traffic.is_some_and(|traffic| traffic.contains(&header.l4))
    }

    /// The headers in either set.
    pub fn union(&self, other: &Self) -> Self {
        Self { v4: self.v4.union(&other.v4), v6: self.v6.union(&other.v6) }
    }

    /// The headers in both sets.
    pub fn intersection(&self, other: &Self) -> Self {
        Self { v4: self.v4.intersection(&other.v4), v6: self.v6.intersection(&other.v6) }
    }

    /// The headers in this set and not in the other.
    pub fn difference(&self, other: &Self) -> Self {
        Self { v4: self.v4.difference(&other.v4), v6: self.v6.difference(&other.v6) }
    }

    /// The headers that are not in it.
    pub fn complement(&self) -> Self {
        Self::all().difference(self)
    }

    /// Whether the other set holds every header of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.v4.is_subset(&other.v4) && self.v6.is_subset(&other.v6)
    }

    /// Whether the two sets share no header.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        self.v4.is_disjoint(&other.v4) && self.v6.is_disjoint(&other.v6)
    }

    /// The union of any number of sets; much cheaper than one by one.
    pub fn union_all(sets: impl IntoIterator<Item = Self>) -> Self {
        let (v4, v6): (Vec<_>, Vec<_>) = sets.into_iter().map(|set| (set.v4, set.v6)).unzip();
        Self { v4: Set::union_all(v4), v6: Set::union_all(v6) }
    }

    /// One header of it, the same every time: the smallest addresses of the first class, IPv4
    /// before IPv6, with [`Traffic::sample`].
    pub fn sample(&self) -> Option<Header> {
        if let Some((source, destination, traffic)) = sample_family(&self.v4) {
            let (source, destination) =
                (Ipv4Addr::from_bits(source).into(), Ipv4Addr::from_bits(destination).into());
            return Some(Header { source, destination, l4: traffic.sample()? });
        }
        let (source, destination, traffic) = sample_family(&self.v6)?;
        let (source, destination) =
            (Ipv6Addr::from_bits(source).into(), Ipv6Addr::from_bits(destination).into());
        Some(Header { source, destination, l4: traffic.sample()? })
    }

    /// How many headers it holds.
    pub fn count(&self) -> BigUint {
        self.v4.count() + self.v6.count()
    }

    /// The addresses that any of it comes from.
    pub fn sources(&self) -> IpSet {
        IpSet::from_parts(self.v4.keys(), self.v6.keys())
    }

    /// The addresses that any of it goes to.
    pub fn destinations(&self) -> IpSet {
        IpSet::from_parts(destinations(&self.v4), destinations(&self.v6))
    }

    /// The traffic between any two addresses of it.
    pub fn traffic(&self) -> Traffic {
        let v4 = self.v4.classes().flat_map(|(_, inner)| inner.classes());
        let v6 = self.v6.classes().flat_map(|(_, inner)| inner.classes());
        let traffic = v4.map(|(_, traffic)| traffic).chain(v6.map(|(_, traffic)| traffic));
        Traffic::union_all(traffic.cloned())
    }

    /// The headers from these sources.
    pub fn restrict_sources(&self, sources: &IpSet) -> Self {
        Self { v4: self.v4.restrict_keys(sources.v4()), v6: self.v6.restrict_keys(sources.v6()) }
    }

    /// The headers to these destinations.
    pub fn restrict_destinations(&self, destinations: &IpSet) -> Self {
        Self {
            v4: self.v4.map_values(|inner| inner.restrict_keys(destinations.v4())),
            v6: self.v6.map_values(|inner| inner.restrict_keys(destinations.v6())),
        }
    }

    /// The headers with this traffic.
    pub fn restrict_traffic(&self, traffic: &Traffic) -> Self {
        if traffic.is_all() || self.is_empty() {
            return self.clone();
        }
        self.map_traffic(|own| own.intersection(traffic))
    }

    /// Every header with its source replaced by the address, as source NAT does. Headers of the
    /// other family are gone.
    pub fn with_source(&self, source: IpAddr) -> Self {
        match source {
            IpAddr::V4(source) => {
                Self { v4: with_source(&self.v4, source.to_bits()), ..Self::empty() }
            }
            IpAddr::V6(source) => {
                Self { v6: with_source(&self.v6, source.to_bits()), ..Self::empty() }
            }
        }
    }

    /// Every header with its destination replaced by the address, as destination NAT does. Headers
    /// of the other family are gone.
    pub fn with_destination(&self, destination: IpAddr) -> Self {
        match destination {
            IpAddr::V4(to) => {
                Self { v4: with_destination(&self.v4, to.to_bits()), ..Self::empty() }
            }
            IpAddr::V6(to) => {
                Self { v6: with_destination(&self.v6, to.to_bits()), ..Self::empty() }
            }
        }
    }

    /// What answers it: addresses swapped, and [`Traffic::reply`].
    pub fn reply(&self) -> Self {
        self.map_traffic(Traffic::reply).swapped()
    }

    /// What it answers: addresses swapped, and [`Traffic::request`].
    pub fn request(&self) -> Self {
        self.map_traffic(Traffic::request).swapped()
    }

    /// The part that nothing answers: see [`Traffic::unanswered`].
    pub fn unanswered(&self) -> Self {
        self.map_traffic(Traffic::unanswered)
    }

    /// Every header's traffic rewritten, once per class.
    pub fn map_traffic(&self, rewrite: impl Fn(&Traffic) -> Traffic) -> Self {
        Self {
            v4: self.v4.map_values(|inner| inner.map_values(&rewrite)),
            v6: self.v6.map_values(|inner| inner.map_values(&rewrite)),
        }
    }

    fn swapped(&self) -> Self {
        Self { v4: self.v4.transpose(), v6: self.v6.transpose() }
    }
}

impl Default for HeaderSet {
    fn default() -> Self {
        Self::empty()
    }
}

fn sample_family<A: Key>(family: &Family<A>) -> Option<(A, A, &Traffic)> {
    let (sources, inner) = family.classes().next()?;
    let (destinations, traffic) = inner.classes().next()?;
    Some((sources.first()?, destinations.first()?, traffic))
}

fn destinations<A: Key>(family: &Family<A>) -> IntervalSet<A> {
    Set::union_all(family.classes().map(|(_, inner)| inner.keys()))
}

fn with_source<A: Key>(family: &Family<A>, source: A) -> Family<A> {
    Relation::product(&IntervalSet::single(source), &family.values())
}

fn with_destination<A: Key>(family: &Family<A>, destination: A) -> Family<A> {
    let destination = IntervalSet::single(destination);
    family.map_values(|inner| Relation::product(&destination, &inner.values()))
}
