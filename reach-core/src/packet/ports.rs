use std::fmt;

use num_bigint::BigUint;

use super::interval::IntervalSet;
use super::set::{Set, delegate_to_intervals};

/// A set of TCP or UDP ports, 0-65535.
///
/// # Example
///
/// ```
/// use reach_core::packet::PortSet;
///
/// let open = PortSet::from_ranges([(80, 80), (443, 443), (22, 22)]);
/// assert_eq!(open.to_string(), "22, 80, 443");
/// assert!(open.is_disjoint(&PortSet::ephemeral()));
/// assert_eq!(open.union(&PortSet::range(81, 442)).to_string(), "22, 80-443");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[must_use]
pub struct PortSet(IntervalSet<u16>);

delegate_to_intervals!(PortSet, u16);

impl PortSet {
    /// One port.
    pub fn single(port: u16) -> Self {
        Self(IntervalSet::single(port))
    }

    /// The ports from `first` to `last`, both included; nothing if they are reversed.
    pub fn range(first: u16, last: u16) -> Self {
        Self(IntervalSet::range(first, last))
    }

    /// The union of inclusive ranges in any order, which may overlap.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(IntervalSet::from_ranges(ranges))
    }

    /// The ports that clients, NAT gateways and proxies send from: 1024-65535.
    pub fn ephemeral() -> Self {
        Self::range(1024, u16::MAX)
    }

    /// Whether the port is in it.
    pub fn contains(&self, port: u16) -> bool {
        self.0.contains(port)
    }

    /// The inclusive ranges, ascending.
    pub fn ranges(&self) -> impl DoubleEndedIterator<Item = (u16, u16)> + ExactSizeIterator + '_ {
        self.0.ranges()
    }

    /// The smallest port.
    pub fn first(&self) -> Option<u16> {
        self.0.first()
    }

    /// The largest port.
    pub fn last(&self) -> Option<u16> {
        self.0.last()
    }

    /// The ports as intervals.
    pub fn intervals(&self) -> &IntervalSet<u16> {
        &self.0
    }
}

impl From<IntervalSet<u16>> for PortSet {
    fn from(intervals: IntervalSet<u16>) -> Self {
        Self(intervals)
    }
}

/// `22, 80-443`; `none` where there is no port.
impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (position, (first, last)) in self.ranges().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            if first == last {
                write!(f, "{first}")?;
            } else {
                write!(f, "{first}-{last}")?;
            }
        }
        Ok(())
    }
}
