//! Security groups on the way: whose groups a packet carries, and what a reference stands for
//! (PIPE-06, SG-10 to SG-16).

use super::Walk;
use crate::index::{InterfaceIdx, VpcIdx};
use crate::network::Edge;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    ExplanationCode, GroupReference, Members, Peering, Reason, Sender, Split, sg_filter,
};
use crate::snapshot::Kind;

impl Walk<'_> {
    /// The security groups of an interface, in one direction (SG-01, SG-18).
    pub(crate) fn security_groups(
        &self,
        index: InterfaceIdx,
        egress: bool,
        headers: &HeaderSet,
        sender: &Sender,
    ) -> Split {
        if self.open {
            return Split::pass(headers.clone());
        }
        self.ask_groups(index, egress, headers, sender)
    }

    /// The same, also where groups are left out: of what no flow's ends have a say in.
    pub(super) fn ask_groups(
        &self,
        index: InterfaceIdx,
        egress: bool,
        headers: &HeaderSet,
        sender: &Sender,
    ) -> Split {
        let interface = &self.net.interfaces[index];
        if !interface.kind.filtered(!interface.group_ids.is_empty()) {
            return Split::pass(headers.clone());
        }
        let groups: Vec<_> =
            interface.groups.iter().map(|group| &*self.net.groups[*group]).collect();
        let members = |reference: &GroupReference| {
            if egress {
                self.receivers(reference, interface.vpc)
            } else {
                self.senders(reference, sender)
            }
        };
        let mut split = sg_filter(
            interface.component(),
            &groups,
            egress,
            headers,
            &members,
            &|reference| self.meant(reference, if egress { None } else { Some(sender) }),
            self.detail,
        );
        if !interface.groups_complete {
            // A group that the snapshot lacks may let through whatever the others do not.
            let reason =
                Reason::new(ExplanationCode::UnknownResource, interface.component(), &["SG-16"]);
            for (headers, _) in std::mem::take(&mut split.dropped) {
                split.add_unsure(headers, reason.clone());
            }
        }
        split
    }

    /// SG-10, ingress: which sources a group reference stands for, given whose packet it is.
    pub(crate) fn senders(&self, reference: &GroupReference, sender: &Sender) -> Members {
        let none = Members { sure: IpSet::empty(), perhaps: IpSet::empty() };
        match sender {
            // LB-11: the load balancer's groups match whatever the source address is.
            Sender::Through(index)
                if self.net.interfaces[*index].group_ids.contains(&reference.id) =>
            {
                Members { sure: IpSet::all(), ..none }
            }
            Sender::Lost | Sender::Through(_) => none,
            Sender::Interface(index) => {
                let interface = &self.net.interfaces[*index];
                if interface.group_ids.contains(&reference.id) {
                    Members { sure: interface.owned.clone(), ..none }
                } else if interface.groups_untold() {
                    // SG-16: a participant's interface whose groups the caller may not see.
                    Members { perhaps: interface.owned.clone(), ..none }
                } else {
                    none
                }
            }
            Sender::Within(vpc) => {
                let sure = self.members_in(reference, *vpc);
                let perhaps = if self.net.vpcs[*vpc].collected(Kind::NetworkInterfaces) {
                    self.ungrouped_in(*vpc)
                } else {
                    IpSet::all()
                };
                Members { sure, perhaps }
            }
            // SG-16: a peer VPC that the snapshot lacks. Groups that live in VPCs of the snapshot
            // have no members there.
            Sender::Outside if self.net.group_homes.contains_key(&reference.id) => none,
            Sender::Outside | Sender::Unknown => Members { perhaps: IpSet::all(), ..none },
            Sender::Perhaps(sender) => {
                let Members { sure, perhaps } = self.senders(reference, sender);
                Members { perhaps: sure.union(&perhaps), ..none }
            }
        }
    }

    /// The addresses that a reference would stand for if identity were never lost. A packet that
    /// kept its identity is judged by it.
    fn meant(&self, reference: &GroupReference, sender: Option<&Sender>) -> IpSet {
        match sender {
            Some(Sender::Interface(index)) => {
                let interface = &self.net.interfaces[*index];
                let member = interface.group_ids.contains(&reference.id);
                if member { interface.owned.clone() } else { IpSet::empty() }
            }
            Some(Sender::Through(_)) => IpSet::empty(),
            _ => self
                .net
                .members
                .get(&reference.id)
                .map_or_else(IpSet::empty, |by_vpc| IpSet::union_all(by_vpc.values())),
        }
    }

    /// SG-10, SG-12, egress: members in the same VPC and across active peerings of the Region.
    fn receivers(&self, reference: &GroupReference, vpc: Option<VpcIdx>) -> Members {
        let mut members = Members { sure: IpSet::empty(), perhaps: IpSet::empty() };
        let Some(vpc) = vpc else { return members };
        members.sure = self.members_in(reference, vpc);
        members.perhaps = self.ungrouped_in(vpc);
        for edge in self.net.topology.edges(vpc) {
            let Edge::Peering { index, .. } = edge else { continue };
            let peering = &self.net.peerings[index];
            let Some(far) = peering.far_side(vpc).filter(|_| peering.active()) else { continue };
            match (peering.same_region, far.vpc) {
                (Some(false), _) => {}
                (Some(true), Some(far)) => {
                    members.sure = members.sure.union(&self.members_in(reference, far));
                    members.perhaps = members.perhaps.union(&self.ungrouped_in(far));
                }
                (None, Some(far)) => {
                    members.perhaps = members.perhaps.union(&self.members_in(reference, far));
                }
                (_, None) if self.net.group_homes.contains_key(&reference.id) => {}
                (_, None) => members.perhaps = members.perhaps.union(&far.ranges),
            }
        }
        members
    }

    /// SG-16: addresses of hosts whose groups nobody told.
    fn ungrouped_in(&self, vpc: VpcIdx) -> IpSet {
        self.net.ungrouped.get(&vpc).cloned().unwrap_or_else(IpSet::empty)
    }

    fn members_in(&self, reference: &GroupReference, vpc: VpcIdx) -> IpSet {
        self.net
            .members
            .get(&reference.id)
            .and_then(|by_vpc| by_vpc.get(&vpc))
            .cloned()
            .unwrap_or_else(IpSet::empty)
    }
}

/// SG-12, PCX-07: group identity survives a peering inside one Region and no other.
pub(super) fn across(peering: &Peering, sender: Sender) -> Sender {
    match (peering.same_region, sender) {
        (Some(true), sender) => sender,
        (Some(false), _) | (None, Sender::Lost) => Sender::Lost,
        // Nobody knows the Regions: nobody knows whether references match.
        (None, sender) => Sender::Perhaps(Box::new(sender)),
    }
}
