//! Sets of packet headers: exact, canonical, and ignorant of AWS.
//!
//! [`HeaderSet`] holds whole headers; [`IpSet`] and [`Traffic`] are what it is a product of. Every
//! set knows union, intersection, difference, complement and subset, and two sets that hold the
//! same are `==`, whatever way they were built.
//!
//! ```
//! use reach_core::packet::{HeaderSet, IpSet, Traffic};
//!
//! let web = IpSet::from_net("10.0.1.0/24".parse()?);
//! let opened = HeaderSet::product(&IpSet::all_v4(), &web, &"tcp/22-80".parse()?);
//! let closed = HeaderSet::product(&IpSet::all(), &web, &"tcp/23".parse()?);
//! let passing = opened.difference(&closed);
//! assert_eq!(passing.to_string(), "0.0.0.0/0 -> 10.0.1.0/24: tcp 22, 24-80");
//! assert_eq!(passing.reply().request(), passing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod address;
mod header;
mod header_set;
mod icmp;
mod interval;
mod ports;
mod protocol;
mod relation;
mod set;
mod shared;
#[cfg(test)]
mod tests;
mod traffic;

pub use address::IpSet;
pub use header::{Header, L4};
pub use header_set::HeaderSet;
pub use icmp::IcmpSet;
pub use interval::{IntervalSet, Key};
pub use ports::PortSet;
pub use protocol::Protocol;
pub use traffic::{ParseTrafficError, Traffic};
