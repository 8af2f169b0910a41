//! Small networks that have what the specification's rules turn on.

mod acls;
mod addresses;
mod appliances;
mod base;
mod edge_tables;
mod endpoints;
mod gateways;
mod groups;
mod hybrid;
mod load_balancers;
mod managed;
mod missing;
mod nat;
mod peering;
mod prefix_lists;
mod public_access;
mod regional_nat;
mod routes;
mod states;
mod transit;
mod transit_peering;

use reach_core::snapshot::Snapshot;

use super::Dice;
use super::features::{FEATURES, Features};
use super::site::Site;

/// A small network and what it was made of.
#[derive(Debug, Clone)]
pub struct Corners {
    /// The network.
    pub snapshot: Snapshot,
    /// The features that put something into it.
    pub features: Features,
}

/// A small network of the features that stand by default: 1 to 4 VPCs, 2 to 12 interfaces.
#[must_use]
pub fn corners(seed: u64) -> Snapshot {
    corners_with(seed, Features::default()).snapshot
}

/// The same, made of some of these features.
#[must_use]
pub fn corners_with(seed: u64, features: Features) -> Corners {
    let mut site = Site::new(seed);
    base::build(&mut site);
    // A network of everything lets hardly a packet through.
    let percent = site.dice.between(20, 70);
    let mut used = Features::NONE;
    for feature in FEATURES {
        // Drawn for every feature, so that taking one away leaves the others where they were.
        let wanted = site.dice.chance(percent.max(feature.least));
        let own = Dice::new(site.dice.roll());
        if wanted && features.contains(feature.bit) {
            let shared = std::mem::replace(&mut site.dice, own);
            (feature.add)(&mut site);
            site.dice = shared;
            used = used.with(feature.bit);
        }
    }
    Corners { snapshot: site.snapshot(), features: used }
}

/// Which functions add which feature.
pub(super) mod add {
    pub(in crate::generate) use super::acls::acls;
    pub(in crate::generate) use super::addresses::{addresses, ipv6};
    pub(in crate::generate) use super::appliances::appliances;
    pub(in crate::generate) use super::edge_tables::edge_tables;
    pub(in crate::generate) use super::endpoints::{
        gateway_endpoints, interface_endpoints, preserving_endpoints,
    };
    pub(in crate::generate) use super::gateways::{egress_only, internet_gateway};
    pub(in crate::generate) use super::groups::{references, rule_ids, rules};
    pub(in crate::generate) use super::hybrid::vpn_gateway;
    pub(in crate::generate) use super::load_balancers::load_balancers;
    pub(in crate::generate) use super::managed::managed;
    pub(in crate::generate) use super::missing::{missing, missing_gateways, unseen};
    pub(in crate::generate) use super::nat::{nat_gateway, nat64};
    pub(in crate::generate) use super::peering::peering;
    pub(in crate::generate) use super::prefix_lists::prefix_lists;
    pub(in crate::generate) use super::public_access::public_access;
    pub(in crate::generate) use super::regional_nat::regional_nat;
    pub(in crate::generate) use super::routes::routes;
    pub(in crate::generate) use super::states::{host_states, odd_text};
    pub(in crate::generate) use super::transit::transit_gateway;
    pub(in crate::generate) use super::transit_peering::transit_peering;
}
