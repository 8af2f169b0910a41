//! VPC peering (section 9).

use std::net::IpAddr;

use reach_core::snapshot::{PeeringVpcInfo, VpcPeeringConnection};

use super::codes;
use super::model::{Owner, every, inside};
use super::route_table::Target;
use super::walk::{Came, Crossing, End, Go, Kept, Next, Origin, Point, Scope, Sender, Walk};

impl<'s> Walk<'_, 's> {
    fn peering(&self, id: &str) -> Option<&'s VpcPeeringConnection> {
        every!(self.model, vpc_peering_connections)
            .find(|found| found.vpc_peering_connection_id == id)
    }

    /// SG-12: whether the two sides are in one Region; none if nobody can tell.
    fn same_region(&self, pcx: &'s VpcPeeringConnection) -> Option<bool> {
        let region = |info: &'s PeeringVpcInfo| {
            let told = info.region.as_deref();
            let vpc = info.vpc_id.as_deref();
            told.or_else(|| self.model.region_of(vpc?).and_then(|region| region.name.as_deref()))
        };
        Some(region(&pcx.requester_vpc_info)? == region(&pcx.accepter_vpc_info)?)
    }

    /// SG-12: how far outbound references reach over a peering connection.
    pub(super) fn peering_scope(&self, id: &str, vpc: &str) -> Scope<'s> {
        let Some(pcx) = self.peering(id) else { return Scope::Unseen };
        let active = pcx.status.as_ref().is_some_and(|status| status.code == "active");
        let Some((_, far)) = sides(pcx, vpc).filter(|_| active) else { return Scope::None };
        let Some(far) = far.vpc_id.as_deref() else { return Scope::Unseen };
        match self.same_region(pcx) {
            Some(true) => Scope::Vpc(far),
            Some(false) => Scope::None,
            None => Scope::Perhaps(far),
        }
    }

    /// Whether every connection of a VPC is in the snapshot.
    pub(super) fn peerings_known(&self, vpc: &str) -> bool {
        self.model.answers_for(vpc).is_some_and(|region| region.vpc_peering_connections.is_some())
    }

    /// SG-12: how far outbound references reach over every connection of a VPC.
    pub(super) fn scopes_around(&self, vpc: &str) -> Vec<Scope<'s>> {
        every!(self.model, vpc_peering_connections)
            .filter(|pcx| sides(pcx, vpc).is_some())
            .map(|pcx| self.peering_scope(&pcx.vpc_peering_connection_id, vpc))
            .collect()
    }

    /// E5, steps 2 to 5.
    pub(super) fn out_by_peering(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        let Some(pcx) = self.peering(id) else { return self.not_there(point, id) };
        self.is_active(pcx)?;
        let Some((near, far)) = sides(pcx, point.vpc) else {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        };
        self.leave_subnet(point)?;
        // LB-13: the client's address stays on the way to a target in a peered VPC.
        let kept =
            !self.reply && matches!(self.last(), Some(Crossing::Proxied { steered: true, .. }));
        if !kept {
            self.carries(pcx, near, far)?;
        }
        // PIPE-08: nobody in the VPC sends this.
        if !kept
            && self.model.owners(point.vpc, self.packet.source).is_empty()
            && self.interfaces_known(point.vpc)
        {
            return self.deny(codes::GATEWAY_REJECTS_SPOOFED_TRAFFIC, id);
        }
        let Some(vpc) = far.vpc_id.as_deref() else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        // The flow came by a peering connection with this VPC: it is home.
        if self.reply && self.crossings.is_empty() && self.asked_by_peer(vpc) {
            return Ok(Next::End(End::Peer(id)));
        }
        if self.model.vpc(vpc).is_none() {
            return self.lost(codes::UNKNOWN_RESOURCE, vpc);
        }
        self.encrypted(vpc, Target::Peering(id))?;
        let kept = self.kept_over(pcx);
        if self.sender.kept() == Kept::Yes {
            self.sender = self.sender.with(kept);
        }
        self.came = Came::Otherwise;
        self.arrive(vpc, None)
    }

    /// A flow that comes in by a peering connection.
    pub(super) fn start_peer(&mut self, id: &str) -> Go<Next<'s>> {
        let Some(pcx) = self.peering(id) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        self.is_active(pcx)?;
        let (one, two) = (&pcx.requester_vpc_info, &pcx.accepter_vpc_info);
        // The side that has the destination takes it, the other one sends it.
        let wanted = match self.flow.via {
            None => self.model.interface(&self.flow.to),
            Some(_) => self.sole_owner(),
        };
        let wanted = wanted.and_then(|eni| self.model.vpc_of(eni));
        let to_one = match wanted {
            Some(vpc) => one.vpc_id.as_deref() == Some(vpc),
            None => self.side_has(one, self.packet.destination),
        };
        let (near, far) = if to_one { (two, one) } else { (one, two) };
        self.carries(pcx, near, far)?;
        let Some(vpc) = far.vpc_id.as_deref() else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        if self.model.vpc(vpc).is_none() {
            return self.lost(codes::UNKNOWN_RESOURCE, vpc);
        }
        self.origin = Some(Origin::Peering(near.vpc_id.as_deref()));
        self.encrypted(vpc, Target::Peering(pcx.vpc_peering_connection_id.as_str()))?;
        // SG-16: the sender, if its VPC is in the snapshot.
        let kept = self.kept_over(pcx);
        let known = near.vpc_id.as_deref().filter(|vpc| self.model.vpc(vpc).is_some());
        let owner =
            known.and_then(|vpc| self.model.owners(vpc, self.packet.source).first().copied());
        self.sender = match owner {
            Some(Owner::Interface(eni)) => Sender::Interface(eni, kept),
            Some(Owner::Nat(_)) => Sender::Nobody,
            None if known.is_some_and(|vpc| self.interfaces_known(vpc)) => Sender::Nobody,
            None => Sender::Somebody(kept),
        };
        self.came = Came::Otherwise;
        self.arrive(vpc, None)
    }

    /// PCX-01.
    fn is_active(&mut self, pcx: &'s VpcPeeringConnection) -> Go<()> {
        let id = pcx.vpc_peering_connection_id.as_str();
        match pcx.status.as_ref().map(|status| status.code.as_str()) {
            Some("active") => Ok(()),
            Some(_) => self.deny(codes::BAD_STATE, id),
            None => self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// PCX-03: from one side's ranges to the other's.
    fn carries(
        &self,
        pcx: &'s VpcPeeringConnection,
        near: &'s PeeringVpcInfo,
        far: &'s PeeringVpcInfo,
    ) -> Go<()> {
        if self.side_has(near, self.packet.source) && self.side_has(far, self.packet.destination) {
            return Ok(());
        }
        self.deny(codes::PCX_REQUIRES_ADDRESS_IN_VPC_CIDR, &pcx.vpc_peering_connection_id)
    }

    /// PCX-03: whether a connection says that a VPC has a block with the address.
    pub(super) fn peer_may_have(&self, vpc: &str, address: IpAddr) -> bool {
        let mut sides = every!(self.model, vpc_peering_connections)
            .flat_map(|pcx| [&pcx.requester_vpc_info, &pcx.accepter_vpc_info]);
        sides.any(|side| side.vpc_id.as_deref() == Some(vpc) && self.side_has(side, address))
    }

    fn side_has(&self, side: &PeeringVpcInfo, address: IpAddr) -> bool {
        // The connection lists the blocks as they were told; the VPC itself has them first hand.
        if let Some(vpc) = side.vpc_id.as_deref().filter(|vpc| self.model.vpc(vpc).is_some()) {
            return self.model.in_vpc(vpc, address);
        }
        let v4 = side.cidr_block_set.iter().map(|block| block.cidr_block.as_str());
        let v6 = side.ipv6_cidr_block_set.iter().map(|block| block.ipv6_cidr_block.as_str());
        let mut told = v4.chain(v6).chain(side.cidr_block.as_deref());
        told.any(|text| inside(text, address))
    }

    /// PIPE-06, PCX-07: identity survives inside one Region.
    fn kept_over(&self, pcx: &'s VpcPeeringConnection) -> Kept {
        match self.same_region(pcx) {
            Some(true) => Kept::Yes,
            Some(false) => Kept::No,
            None => Kept::Unknown,
        }
    }
}

/// The side of a VPC, and the other one.
fn sides<'s>(
    pcx: &'s VpcPeeringConnection,
    vpc: &str,
) -> Option<(&'s PeeringVpcInfo, &'s PeeringVpcInfo)> {
    let (one, two) = (&pcx.requester_vpc_info, &pcx.accepter_vpc_info);
    if one.vpc_id.as_deref() == Some(vpc) {
        Some((one, two))
    } else if two.vpc_id.as_deref() == Some(vpc) {
        Some((two, one))
    } else {
        None
    }
}
