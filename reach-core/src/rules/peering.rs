//! VPC peering connections (semantics section 9, PCX-*).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::VpcIdx;
use crate::packet::{HeaderSet, IpSet};

/// A peering connection, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Peering {
    pub(crate) id: Arc<str>,
    /// `Status.Code`.
    pub(crate) status: Arc<str>,
    pub(crate) requester: PeeringSide,
    pub(crate) accepter: PeeringSide,
    /// Whether group references survive it: both sides known to be in one Region (SG-12, PCX-07).
    /// `None` when a Region is not known.
    pub(crate) same_region: Option<bool>,
}

/// One side of a peering connection.
#[derive(Debug, Clone)]
pub(crate) struct PeeringSide {
    pub(crate) vpc_id: Arc<str>,
    /// The VPC, if the snapshot has it.
    pub(crate) vpc: Option<VpcIdx>,
    /// Its ranges; empty when neither the VPC nor the connection tells.
    pub(crate) ranges: IpSet,
}

impl Peering {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::VpcPeeringConnection, &self.id)
    }

    /// PCX-01: only an active connection carries anything.
    pub(crate) fn active(&self) -> bool {
        &*self.status == "active"
    }

    /// The far side, seen from a VPC; `None` when the VPC is not a side of it.
    pub(crate) fn far_side(&self, from: VpcIdx) -> Option<&PeeringSide> {
        if self.requester.vpc == Some(from) {
            Some(&self.accepter)
        } else if self.accepter.vpc == Some(from) {
            Some(&self.requester)
        } else {
            None
        }
    }

    /// The near side, seen from a VPC.
    pub(crate) fn near_side(&self, from: VpcIdx) -> Option<&PeeringSide> {
        if self.requester.vpc == Some(from) {
            Some(&self.requester)
        } else if self.accepter.vpc == Some(from) {
            Some(&self.accepter)
        } else {
            None
        }
    }

    /// PCX-01: it must be active, and join this VPC to another.
    pub(crate) fn serve(&self, vpc: VpcIdx, headers: HeaderSet) -> Split {
        if self.near_side(vpc).is_none() {
            let code = ExplanationCode::BadStateAttachment;
            Split::drop(headers, Reason::new(code, self.component(), &["PCX-03"]))
        } else if self.active() {
            Split::pass(headers)
        } else {
            let reason = Reason::new(ExplanationCode::BadState, self.component(), &["PCX-01"])
                .with(Evidence::attribute(&self.id, "Status.Code", &self.status));
            Split::drop(headers, reason)
        }
    }

    /// PCX-03, seen from the VPC that sends.
    pub(crate) fn cross(&self, from: VpcIdx, headers: HeaderSet) -> Split {
        match (self.near_side(from), self.far_side(from)) {
            (Some(near), Some(far)) => self.carry(near, far, &headers),
            _ => Split::pass(headers),
        }
    }

    /// PCX-03, seen from the VPC that receives.
    pub(crate) fn enter(&self, into: VpcIdx, headers: HeaderSet) -> Split {
        match (self.near_side(into), self.far_side(into)) {
            (Some(near), Some(far)) => self.carry(far, near, &headers),
            _ => Split::pass(headers),
        }
    }

    /// PCX-03: the source in one VPC's ranges and the destination in the other's. There is no way
    /// through it to a third network.
    fn carry(&self, near: &PeeringSide, far: &PeeringSide, headers: &HeaderSet) -> Split {
        if near.ranges.is_empty() || far.ranges.is_empty() {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, self.component(), &["PCX-03"]);
            return Split::unsure(headers.clone(), reason);
        }
        let inside = headers.restrict_sources(&near.ranges).restrict_destinations(&far.ranges);
        let outside = headers.difference(&inside);
        let mut split = Split::pass(inside);
        split.add_dropped(
            outside,
            Reason::new(
                ExplanationCode::PcxRequiresAddressInVpcCidr,
                self.component(),
                &["PCX-03"],
            ),
        );
        split
    }
}
