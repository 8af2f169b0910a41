//! Inside a VPC: leaving an interface, routing, delivery, reaching an interface.

use super::walk::{Place, State};
use super::{End, Walk};
use crate::index::{InterfaceIdx, SubnetIdx, VpcIdx};
use crate::network::Edge;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    Component, ComponentKind, Evidence, ExplanationCode, GroupReference, InterfaceKind, LinkLocal,
    Members, Reason, Route, RouteTable, Selection, Sender, Split, Target, sg_filter,
};
use crate::snapshot::Kind;

impl Walk<'_> {
    /// PIPE-01: host, security groups, source check; a reply skips the groups (SG-03).
    pub(super) fn depart(&mut self, mut state: State, index: InterfaceIdx) {
        let net = self.net;
        let interface = &net.interfaces[index];
        self.hop(&mut state, interface.component());
        let (Some(vpc), Some(subnet)) = (interface.vpc, interface.subnet) else {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, interface.component(), &["ENI-01"]);
            return self.doubt(state, reason);
        };
        if self.forwards() {
            // ENI-11: what a host sends to itself never meets the network.
            let own = state.headers.restrict_destinations(&interface.owned);
            if !own.is_empty() {
                let rest = state.headers.difference(&own);
                let itself = vec![State { headers: own, ..state.clone() }];
                for state in self.filter(itself, |headers| interface.carry(headers)) {
                    self.end(state, End::Interface(index));
                }
                state.headers = rest;
            }
        }
        let mut states = self.filter(vec![state], |headers| interface.carry(headers));
        if self.forwards() {
            states = self.filter(states, |headers| interface.originate(headers));
            states = self.divert_services(states, vpc);
            states = self.filter(states, |headers| {
                self.security_groups(index, true, &headers, &Sender::Lost)
            });
        }
        for state in self.filter(states, |headers| interface.check_source(headers)) {
            self.go(State { place: Place::Route(index, subnet), ..state });
        }
    }

    /// SG-17, NA-14, RT-12, SC-01: services that nothing filters.
    fn divert_services(&mut self, states: Vec<State>, vpc: VpcIdx) -> Vec<State> {
        let services = LinkLocal::addresses(self.net.vpcs[vpc].dns);
        let mut others = Vec::with_capacity(states.len());
        for mut state in states {
            let service = state.headers.restrict_destinations(&services);
            if !service.is_empty() {
                state.headers = state.headers.difference(&service);
                self.end(State { headers: service, ..state.clone() }, End::Service);
            }
            if !state.headers.is_empty() {
                others.push(state);
            }
        }
        others
    }

    /// PIPE-01: the same subnet directly (RT-13), everything else by the subnet's route table and
    /// out through its ACL.
    pub(super) fn route(&mut self, mut state: State, from: InterfaceIdx, index: SubnetIdx) {
        let subnet = &self.net.subnets[index];
        let near = state.headers.restrict_destinations(&subnet.ranges);
        if !near.is_empty() {
            let rest = state.headers.difference(&near);
            let place = Place::Deliver { vpc: subnet.vpc, crossing: false };
            self.go(State { place, headers: near, ..state.clone() });
            state.headers = rest;
        }
        if state.headers.is_empty() {
            return;
        }
        let Some(table) = subnet.table.map(|table| &self.net.tables[table]) else {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, subnet.component(), &["RT-01"])
                    .with(Evidence::attribute(&subnet.id, "RouteTables", "none for it"));
            return self.doubt(state, reason);
        };
        let (parts, unrouted) = table.select(&state.headers);
        self.block(State { headers: unrouted, ..state.clone() }, table.no_route());
        for (selection, headers) in parts {
            self.follow(State { headers, ..state.clone() }, from, index, table, selection);
        }
    }

    fn follow(
        &mut self,
        mut state: State,
        from: InterfaceIdx,
        subnet: SubnetIdx,
        table: &RouteTable,
        selection: Selection,
    ) {
        let (Selection::Route(position) | Selection::Unclear(position)) = selection;
        let Some(route) = table.route(position) else { return };
        if let Selection::Unclear(_) = selection {
            return self.doubt(state, table.unclear(route));
        }
        self.hop_with(&mut state, table.component(), table.evidence(route));
        if route.blackhole {
            return self.block(state, table.blackhole(route));
        }
        for state in self.acl(state, subnet, true) {
            self.take(state, from, subnet, table, route);
        }
    }

    /// RT-09, RT-10: on to what the route leads to.
    fn take(
        &mut self,
        state: State,
        from: InterfaceIdx,
        subnet: SubnetIdx,
        table: &RouteTable,
        route: &Route,
    ) {
        let vpc = self.net.subnets[subnet].vpc;
        let place = match &route.target {
            Target::Local => Place::Deliver { vpc, crossing: true },
            Target::InternetGateway(gateway) => Place::LeaveInternetGateway(*gateway, from),
            Target::EgressOnlyInternetGateway(gateway) => Place::LeaveEgressOnly(*gateway, from),
            Target::Peering(peering) => Place::CrossPeering(*peering, vpc),
            Target::VpnGateway(gateway) => Place::LeaveVpnGateway(*gateway, from),
            Target::NatGateway(gateway) => {
                let component = self.net.nat_gateways[*gateway].component();
                return self.dead_end(state, component, table.evidence(route));
            }
            Target::Interface(appliance) => return self.appliance(state, *appliance),
            Target::Missing(kind) => {
                let component = Component::new(*kind, &route.target_id);
                let reason = Reason::new(ExplanationCode::UnknownResource, component, &["RT-09"])
                    .with(table.evidence(route));
                return self.doubt(state, reason);
            }
            Target::Unmodelled(_) => {
                let component = Component::new(ComponentKind::Other, &route.target_id);
                let reason = Reason::new(ExplanationCode::NotModelled, component, &["RT-10"])
                    .with(table.evidence(route));
                return self.doubt(state, reason);
            }
        };
        self.go(State { place, ..state });
    }

    /// A NAT gateway, which this version does not walk through. That a reply to a flow which did
    /// not come through it is lost is certain all the same (IG-08, RP-02).
    fn dead_end(&mut self, state: State, component: Component, evidence: Evidence) {
        if self.forwards() {
            let reason =
                Reason::new(ExplanationCode::NotModelled, component, &["NAT-01"]).with(evidence);
            self.doubt(state, reason);
        } else {
            let reason = Reason::new(ExplanationCode::AsymmetricReturnPath, component, &["RP-02"])
                .with(evidence);
            self.block(state, reason);
        }
    }

    /// RT-09: a route to an interface. What an appliance does with the packet is not modelled, but
    /// a host that is down or a check that is on settles it (ENI-05, ENI-06).
    fn appliance(&mut self, state: State, index: InterfaceIdx) {
        let interface = &self.net.interfaces[index];
        let carried = interface.carry(state.headers.clone());
        if let Some((_, reason)) = carried.dropped.into_iter().next() {
            return self.block(state, reason);
        }
        let foreign =
            state.headers.difference(&state.headers.restrict_destinations(&interface.owned));
        if interface.source_dest_check && foreign == state.headers {
            return self.block(state, interface.check_reason());
        }
        let reason = Reason::new(ExplanationCode::NotModelled, interface.component(), &["MB-01"]);
        self.doubt(state, reason);
    }

    /// PK-06: only to interfaces that own the address.
    pub(super) fn deliver(&mut self, state: State, index: VpcIdx, crossing: bool) {
        let vpc = &self.net.vpcs[index];
        let mut rest = state.headers.clone();
        for owner in vpc.addresses.owners(&state.headers.destinations()) {
            let part = rest.restrict_destinations(&self.net.interfaces[owner].owned);
            rest = rest.difference(&part);
            let place = Place::Arrive { interface: owner, crossing };
            self.go(State { place, headers: part, ..state.clone() });
        }
        let lost = State { headers: rest, ..state };
        if vpc.collected(Kind::NetworkInterfaces) {
            let reason =
                Reason::new(ExplanationCode::NoPossibleDestination, vpc.component(), &["PK-06"]);
            self.block(lost, reason);
        } else {
            let reason = Reason::new(ExplanationCode::UnknownResource, vpc.component(), &["PK-06"]);
            self.doubt(lost, reason);
        }
    }

    /// PIPE-02: ACL, security groups, host; a reply skips the groups (SG-03).
    pub(super) fn arrive(&mut self, state: State, index: InterfaceIdx, crossing: bool) {
        let interface = &self.net.interfaces[index];
        let mut states = match interface.subnet.filter(|_| crossing) {
            Some(subnet) => self.acl(state, subnet, false),
            None => vec![state],
        };
        for state in &mut states {
            self.hop(state, interface.component());
        }
        if self.forwards() {
            let sender = states.first().map_or(Sender::Lost, |state| state.sender.clone());
            states = self.filter(states, |headers| interface.accept(headers));
            states = self
                .filter(states, |headers| self.security_groups(index, false, &headers, &sender));
            states = self.filter(states, |headers| interface.carry(headers));
        }
        for state in states {
            self.end(state, End::Interface(index));
        }
    }

    /// A subnet's network ACL, in one direction (NA-01, NA-02).
    fn acl(&self, mut state: State, subnet: SubnetIdx, egress: bool) -> Vec<State> {
        let subnet = &self.net.subnets[subnet];
        let Some(acl) = subnet.acl.map(|acl| &self.net.acls[acl]) else {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, subnet.component(), &["NA-01"])
                    .with(Evidence::attribute(&subnet.id, "NetworkAcls", "none for it"));
            return self.filter(vec![state], |headers| Split::unsure(headers, reason.clone()));
        };
        self.hop(&mut state, acl.component());
        self.filter(vec![state], |headers| acl.filter(egress, headers, self.detail))
    }

    /// The security groups of an interface, in one direction (SG-01, SG-18).
    pub(crate) fn security_groups(
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
            interface.groups.iter().map(|group| &self.net.groups[*group]).collect();
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
            &|reference| self.members_anywhere(reference),
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
            Sender::Lost => none,
            Sender::Interface(index) => {
                let interface = &self.net.interfaces[*index];
                if interface.group_ids.contains(&reference.id) {
                    Members { sure: interface.owned.clone(), ..none }
                } else if interface.group_ids.is_empty() && interface.kind == InterfaceKind::Host {
                    // SG-16: a participant's interface whose groups the caller may not see.
                    Members { perhaps: interface.owned.clone(), ..none }
                } else {
                    none
                }
            }
            Sender::Within(vpc) => {
                let sure = self.members_in(reference, *vpc);
                let perhaps = if self.net.vpcs[*vpc].collected(Kind::NetworkInterfaces) {
                    IpSet::empty()
                } else {
                    IpSet::all()
                };
                Members { sure, perhaps }
            }
            // SG-16: a peer VPC that the snapshot lacks. Groups that live in VPCs of the snapshot
            // have no members there.
            Sender::Outside if self.net.group_homes.contains_key(&reference.id) => none,
            Sender::Outside => Members { perhaps: IpSet::all(), ..none },
        }
    }

    /// SG-10, SG-12, egress: members in the same VPC and across active peerings of the Region.
    fn receivers(&self, reference: &GroupReference, vpc: Option<VpcIdx>) -> Members {
        let mut members = Members { sure: IpSet::empty(), perhaps: IpSet::empty() };
        let Some(vpc) = vpc else { return members };
        members.sure = self.members_in(reference, vpc);
        for edge in self.net.topology.edges(vpc) {
            let Edge::Peering { index, .. } = edge else { continue };
            let peering = &self.net.peerings[index];
            let Some(far) = peering.far_side(vpc).filter(|_| peering.active()) else { continue };
            match (peering.same_region, far.vpc) {
                (Some(false), _) => {}
                (Some(true), Some(far)) => {
                    members.sure = members.sure.union(&self.members_in(reference, far));
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

    fn members_in(&self, reference: &GroupReference, vpc: VpcIdx) -> IpSet {
        self.net
            .members
            .get(&reference.id)
            .and_then(|by_vpc| by_vpc.get(&vpc))
            .cloned()
            .unwrap_or_else(IpSet::empty)
    }

    fn members_anywhere(&self, reference: &GroupReference) -> IpSet {
        self.net
            .members
            .get(&reference.id)
            .map_or_else(IpSet::empty, |by_vpc| IpSet::union_all(by_vpc.values()))
    }
}
