//! Flows at the boundaries of what a snapshot says.
//!
//! A filter that is right at both edges of every range, and one step beyond them, is right
//! everywhere between.

mod boundary;
mod draw;

use std::net::IpAddr;

use reach_core::snapshot::Snapshot;

use crate::Flow;
use crate::generate::Dice;
pub(crate) use boundary::Boundaries;

/// Flows for a snapshot: so many pairs of ends, each with so many packets, one after the other.
#[must_use]
pub fn flows(snapshot: &Snapshot, seed: u64, ends: usize, packets: usize) -> Vec<Flow> {
    let boundaries = Boundaries::of(snapshot);
    let mut dice = Dice::new(seed);
    let mut flows = Vec::new();
    for _ in 0..ends {
        flows.extend(draw::pair(&boundaries, &mut dice, packets));
    }
    flows
}

/// Whether an address can be that of somebody on the internet.
fn public(address: IpAddr) -> bool {
    reach_core::internet().contains(address)
}
