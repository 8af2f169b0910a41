//! Security groups on the way: whose groups a packet carries, and what a reference stands for
//! (PIPE-06, SG-10 to SG-16).

use super::Walk;
use crate::index::{InterfaceIdx, PeeringIdx, SubnetIdx, VpcIdx};
use crate::network::Edge;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    ComponentKind, ExplanationCode, GroupReference, Members, Peering, Reason, Selection, Sender,
    Split, Target, UnmodelledTarget, sg_filter,
};
use crate::snapshot::Kind;

/// How far a group reference of the sender reaches on the way to some destinations.
enum Leads {
    /// In the VPC.
    Inside,
    Over(PeeringIdx),
    /// Over a peering that nobody collected.
    Unseen,
    /// No route leads there.
    Nowhere,
    /// Nobody knows which route leads there.
    Unclear,
}

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
            if egress { self.receivers(reference, index) } else { self.senders(reference, sender) }
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
                if self.net.member_of(interface, &reference.id) {
                    Members { sure: interface.owned.clone(), ..none }
                } else if interface.groups_untold() {
                    // SG-16: a participant's interface whose groups the caller may not see.
                    Members { perhaps: interface.owned.clone(), ..none }
                } else {
                    none
                }
            }
            Sender::Within(vpc) => self.inside(reference, *vpc),
            // SG-16: a peer VPC that the snapshot lacks. Groups that live in VPCs of the snapshot
            // have no members there.
            Sender::Outside if self.net.at_home.contains_key(&reference.id) => none,
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

    /// SG-10, egress: the members that the way there leads to.
    fn receivers(&self, reference: &GroupReference, index: InterfaceIdx) -> Members {
        let mut members = Members { sure: IpSet::empty(), perhaps: IpSet::empty() };
        let interface = &self.net.interfaces[index];
        let (Some(vpc), Some(subnet)) = (interface.vpc, interface.subnet) else { return members };
        for (leads, destinations) in self.leads(subnet) {
            let Members { sure, perhaps } = match leads {
                Leads::Inside => self.inside(reference, vpc),
                Leads::Over(peering) => self.across_peering(reference, peering, vpc),
                Leads::Unseen => self.anywhere(reference),
                Leads::Nowhere => self.around(reference, vpc),
                // SG-16: by a peering that nobody collected.
                Leads::Unclear if !self.net.vpcs[vpc].collected(Kind::VpcPeeringConnections) => {
                    self.anywhere(reference)
                }
                Leads::Unclear => {
                    let Members { sure, perhaps } = self.around(reference, vpc);
                    Members { sure: IpSet::empty(), perhaps: sure.union(&perhaps) }
                }
            };
            members.sure = members.sure.union(&sure.intersection(&destinations));
            members.perhaps = members.perhaps.union(&perhaps.intersection(&destinations));
        }
        members
    }

    /// Parts the destinations by how far a group reference reaches on the way there. What is left
    /// out leads to a transit gateway, an appliance or another gateway, over which none matches
    /// (SG-13, SG-14).
    fn leads(&self, subnet: SubnetIdx) -> Vec<(Leads, IpSet)> {
        let subnet = &self.net.subnets[subnet];
        // RT-13.
        let near = &subnet.ranges;
        let mut leads = vec![(Leads::Inside, near.clone())];
        let mut rest = IpSet::all().difference(near);
        let Some(table) = subnet.table.map(|table| &self.net.tables[table]) else {
            leads.push((Leads::Unclear, rest));
            return leads;
        };
        for (selection, cell) in table.cells() {
            let cell = cell.intersection(&rest);
            rest = rest.difference(&cell);
            let Some(route) = table.route(selection.position()) else { continue };
            leads.push(match (selection, &route.target) {
                (Selection::Unclear(_), _)
                | (_, Target::Unmodelled(UnmodelledTarget::Unreadable)) => (Leads::Unclear, cell),
                // The route is the better explanation.
                _ if route.blackhole => (Leads::Nowhere, cell),
                (_, Target::Local) => (Leads::Inside, cell),
                (_, Target::Peering(index)) => (Leads::Over(*index), cell),
                (_, Target::Missing(ComponentKind::VpcPeeringConnection)) => (Leads::Unseen, cell),
                // RT-04: the destination itself.
                (_, Target::Interface(index)) => {
                    (Leads::Inside, cell.intersection(&self.net.interfaces[*index].owned))
                }
                _ => continue,
            });
        }
        leads.push((Leads::Nowhere, rest));
        leads
    }

    fn inside(&self, reference: &GroupReference, vpc: VpcIdx) -> Members {
        Members { sure: self.members_in(reference, vpc), perhaps: self.untold_in(reference, vpc) }
    }

    /// SG-12: members across an active peering of the Region.
    fn across_peering(
        &self,
        reference: &GroupReference,
        peering: PeeringIdx,
        vpc: VpcIdx,
    ) -> Members {
        let none = Members { sure: IpSet::empty(), perhaps: IpSet::empty() };
        let peering = &self.net.peerings[peering];
        let Some(far) = peering.far_side(vpc).filter(|_| peering.active()) else { return none };
        match (peering.same_region, far.vpc) {
            (Some(false), _) => none,
            (Some(true), Some(far)) => self.inside(reference, far),
            (None, Some(far)) => {
                let Members { sure, perhaps } = self.inside(reference, far);
                Members { perhaps: sure.union(&perhaps), ..none }
            }
            (_, None) if self.net.at_home.contains_key(&reference.id) => none,
            (_, None) => Members { perhaps: far.ranges.clone(), ..none },
        }
    }

    /// SG-16: across a peering that the snapshot lacks. A group that lives in a VPC of the snapshot
    /// has no members but those that are known, and those that nobody told there.
    fn anywhere(&self, reference: &GroupReference) -> Members {
        let perhaps = if self.net.at_home.contains_key(&reference.id) {
            let untold = self.net.vpcs.iter().map(|(vpc, _)| self.untold_in(reference, vpc));
            self.meant(reference, None).union(&IpSet::union_all(&untold.collect::<Vec<_>>()))
        } else {
            IpSet::all()
        };
        Members { sure: IpSet::empty(), perhaps }
    }

    /// The same for the VPC and every peering of it, where no route tells which.
    fn around(&self, reference: &GroupReference, vpc: VpcIdx) -> Members {
        let mut members = self.inside(reference, vpc);
        for edge in self.net.topology.edges(vpc) {
            let Edge::Peering { index, .. } = edge else { continue };
            let Members { sure, perhaps } = self.across_peering(reference, index, vpc);
            members.sure = members.sure.union(&sure);
            members.perhaps = members.perhaps.union(&perhaps);
        }
        members
    }

    /// SG-16: addresses of hosts whose groups nobody told, and in a VPC whose interfaces were not
    /// all collected those that none of the others has.
    fn untold_in(&self, reference: &GroupReference, vpc: VpcIdx) -> IpSet {
        let ungrouped = self.net.ungrouped.get(&vpc).cloned().unwrap_or_else(IpSet::empty);
        match self.net.at_home.get(&reference.id) {
            Some(home) if *home != vpc => ungrouped,
            _ => ungrouped.union(&self.net.residents[vpc].unseen),
        }
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
