//! Which virtual private gateways Direct Connect leads to (HYB-07).

use rustc_hash::{FxHashMap, FxHashSet};

use crate::rules::Direct;
use crate::snapshot::{Snapshot, VirtualInterface};

/// What leads where.
pub(super) struct DirectConnect<'a> {
    collected: bool,
    /// Virtual private gateways and Direct Connect gateways with a private virtual interface that
    /// is up.
    up: FxHashSet<&'a str>,
    /// The Direct Connect gateways that a virtual private gateway is associated with.
    associated: FxHashMap<&'a str, Vec<&'a str>>,
}

impl<'a> DirectConnect<'a> {
    pub(super) fn read(snapshot: &'a Snapshot) -> Self {
        let regions = || snapshot.regions.iter();
        let interfaces = regions().flat_map(|region| region.virtual_interfaces.iter().flatten());
        let up = interfaces
            .filter(|interface| carries(interface))
            .flat_map(|it| [&it.virtual_gateway_id, &it.direct_connect_gateway_id])
            .filter_map(|id| id.as_deref())
            .collect();
        let associations = regions()
            .flat_map(|region| region.direct_connect_gateway_associations.iter().flatten());
        let mut associated: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for association in associations {
            let gateway = association.associated_gateway.as_ref();
            let gateway = gateway
                .and_then(|gateway| gateway.id.as_deref())
                .or(association.virtual_gateway_id.as_deref());
            let works = association.association_state.as_deref() == Some("associated");
            let through = association.direct_connect_gateway_id.as_deref().filter(|_| works);
            if let (Some(gateway), Some(through)) = (gateway, through) {
                associated.entry(gateway).or_default().push(through);
            }
        }
        // An interface may lead to the gateway by way of an association only.
        let collected = regions().any(|region| {
            region.virtual_interfaces.is_some()
                && region.direct_connect_gateway_associations.is_some()
        });
        Self { collected, up, associated }
    }

    /// Over a virtual interface of its own, or of a Direct Connect gateway that it is associated
    /// with.
    pub(super) fn to(&self, gateway: &str) -> Direct {
        let mut through = self.associated.get(gateway).into_iter().flatten();
        match () {
            () if self.up.contains(gateway) || through.any(|it| self.up.contains(it)) => Direct::Up,
            () if self.collected => Direct::None,
            () => Direct::NotCollected,
        }
    }
}

/// A private virtual interface with a BGP session that is up.
fn carries(interface: &VirtualInterface) -> bool {
    interface.virtual_interface_type.as_deref() == Some("private")
        && interface.virtual_interface_state.as_deref() == Some("available")
        && interface.bgp_peers.iter().any(|peer| peer.bgp_status.as_deref() == Some("up"))
}
