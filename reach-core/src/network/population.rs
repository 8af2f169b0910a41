//! Interfaces, and what follows from which of them has which address.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{AddressIndex, Frame, Vpc};
use crate::Diagnostic;
use crate::index::{InterfaceIdx, LoadBalancerIdx, Patched, TargetGroupIdx, VpcIdx};
use crate::packet::IpSet;
use crate::rules::{Interface, LoadBalancer, TargetGroup};
use crate::snapshot::Kind;

/// Interfaces and what their addresses and attachments have a part in. Edits of addresses and
/// instances that are terminated patch it; other edits share it.
#[derive(Debug, Clone)]
pub(crate) struct Population {
    pub(crate) interfaces: Patched<InterfaceIdx, Interface>,
    /// Who lives in each VPC.
    pub(crate) residents: Patched<VpcIdx, Residents>,
    /// Addresses of the members of each group, by the VPC that the member is in (SG-10).
    pub(crate) members: Arc<FxHashMap<Arc<str>, BTreeMap<VpcIdx, IpSet>>>,
    /// Addresses of hosts whose groups nobody told, by VPC: they may be in any (SG-16).
    pub(crate) ungrouped: BTreeMap<VpcIdx, IpSet>,
    /// Who holds a public IPv4 address, and for which private one (ENI-03).
    pub(crate) public_addresses: Arc<BTreeMap<Ipv4Addr, (InterfaceIdx, Ipv4Addr)>>,
    pub(crate) load_balancers: Patched<LoadBalancerIdx, LoadBalancer>,
    pub(crate) target_groups: Patched<TargetGroupIdx, TargetGroup>,
    pub(crate) frame: Arc<Frame>,
}

impl Deref for Population {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

/// Who lives in a VPC.
#[derive(Debug, Clone)]
pub(crate) struct Residents {
    /// Who owns which address.
    pub(crate) addresses: AddressIndex,
    /// One interface of each subnet, with the addresses of all that are in it.
    pub(crate) by_subnet: Vec<(InterfaceIdx, IpSet)>,
    /// Addresses of the VPC's blocks that an interface which nobody collected may have; none where
    /// all were collected.
    pub(crate) unseen: IpSet,
}

impl Residents {
    /// Those of some VPCs. Of two who claim one address one keeps it, which is told.
    pub(super) fn of(
        vpcs: &mut dyn Iterator<Item = (VpcIdx, &Vpc)>,
        interfaces: &Patched<InterfaceIdx, Interface>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<(VpcIdx, Self)> {
        let mut owned: BTreeMap<VpcIdx, Vec<(InterfaceIdx, &IpSet)>> = BTreeMap::new();
        for (index, interface) in interfaces.iter() {
            if let Some(vpc) = interface.vpc {
                owned.entry(vpc).or_default().push((index, &interface.owned));
            }
        }
        let mut all = Vec::new();
        for (index, vpc) in vpcs {
            let owned = owned.get(&index).map_or(&[][..], Vec::as_slice);
            let unseen = if vpc.collected(Kind::NetworkInterfaces) {
                IpSet::empty()
            } else {
                let ranges: IpSet = vpc.ranges.iter().copied().collect();
                ranges.difference(&IpSet::union_all(owned.iter().map(|(_, set)| *set)))
            };
            let (addresses, clashes) = AddressIndex::build(owned);
            for clash in clashes {
                let text = format!(
                    "its address {} belongs to `{}` too, which keeps it",
                    clash.address, interfaces[clash.first].id
                );
                let warning = Diagnostic::warning("contradiction", text);
                diagnostics.push(warning.resource(&*interfaces[clash.second].id));
            }
            let by_subnet = addresses.by_subnet(interfaces);
            all.push((index, Self { addresses, by_subnet, unseen }));
        }
        all
    }
}
