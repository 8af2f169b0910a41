//! The services that nothing filters (semantics SG-17, NA-14, RT-12, SC-01).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::LazyLock;

use super::parse_addr;
use crate::packet::IpSet;

/// Amazon DNS, instance metadata, container metadata and time on their link-local addresses.
static SERVICES: LazyLock<IpSet> = LazyLock::new(|| {
    [
        "169.254.169.253",
        "169.254.169.254",
        "169.254.169.123",
        "169.254.170.2",
        "169.254.169.250",
        "169.254.169.251",
        "fd00:ec2::253",
        "fd00:ec2::254",
        "fd00:ec2::123",
    ]
    .iter()
    .filter_map(|text| parse_addr(text))
    .fold(IpSet::empty(), |set, address| set.union(&IpSet::from_addr(address)))
});

/// Link-local services of a VPC.
pub(crate) struct LinkLocal;

impl LinkLocal {
    /// SC-01, SG-17: the addresses that any running host of a VPC reaches whatever its groups,
    /// ACLs and routes say: the fixed ones, and the VPC's base address plus two.
    pub(crate) fn addresses(dns: Option<Ipv4Addr>) -> IpSet {
        SERVICES.union(&Self::dns(dns))
    }

    /// Amazon DNS.
    pub(crate) fn dns(base: Option<Ipv4Addr>) -> IpSet {
        let fixed = ["169.254.169.253", "fd00:ec2::253"];
        let fixed = fixed.iter().filter_map(|text| parse_addr(text));
        let own = base.map(IpAddr::V4);
        fixed.chain(own).fold(IpSet::empty(), |set, address| set.union(&address.into()))
    }

    /// The instance metadata service.
    pub(crate) fn metadata() -> IpSet {
        let fixed = ["169.254.169.254", "fd00:ec2::254"];
        let fixed = fixed.iter().filter_map(|text| parse_addr(text));
        fixed.fold(IpSet::empty(), |set, address| set.union(&address.into()))
    }
}
