//! Inside a VPC: leaving an interface, routing, delivery, reaching an interface.

use std::sync::LazyLock;

use super::branch::{Rewrite, Translator};
use super::walk::{Exit, Place, State};
use super::{End, Origin, Walk};
use crate::index::{InterfaceIdx, SubnetIdx, VpcIdx};
use crate::network::{Edge, Vpc};
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    BalancerKind, Component, ComponentKind, Evidence, ExplanationCode, InterfaceKind, LinkLocal,
    Reason, RouteTable, Selection, Sender, Split, Target, parse_net,
};
use crate::snapshot::Kind;

/// Everybody in a link's range.
static BROADCAST: LazyLock<IpSet> = LazyLock::new(|| nets(&["255.255.255.255/32"]));

/// Everybody who joined a group.
static MULTICAST: LazyLock<IpSet> = LazyLock::new(|| nets(&["224.0.0.0/4", "ff00::/8"]));

fn nets(texts: &[&str]) -> IpSet {
    texts.iter().filter_map(|text| parse_net(text)).collect()
}

impl Walk<'_> {
    /// PIPE-01: host, security groups, source check; a reply skips the groups (SG-03).
    pub(super) fn depart(&mut self, mut state: State, index: InterfaceIdx) {
        let net = self.net;
        let interface = &net.interfaces[index];
        self.hop(&mut state, interface.component());
        if self.forwards() {
            // ENI-11: what a host sends to itself never meets the network.
            let own = state.headers.restrict_destinations(&interface.owned);
            if !own.is_empty() {
                let rest = state.headers.difference(&own);
                let itself = vec![State { headers: own, ..state.clone() }];
                let mut itself = self.filter(itself, |headers| interface.originate(headers));
                if let Some(endpoint) = net.connect_endpoints.get(&index) {
                    itself = self.filter(itself, |headers| endpoint.serve(headers));
                }
                for state in self
                    .filter(itself, |headers| interface.carry(self.net.host(interface), headers))
                {
                    self.end(state, End::Interface(index));
                }
                state.headers = rest;
            }
        }
        let (Some(vpc), Some(subnet)) = (interface.vpc, interface.subnet) else {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, interface.component(), &["ENI-01"]);
            let mut states = self
                .filter(vec![state], |headers| interface.carry(self.net.host(interface), headers));
            if self.forwards() {
                states = self.filter(states, |headers| interface.originate(headers));
            }
            for state in states {
                self.doubt(state, reason.clone());
            }
            return;
        };
        state.trail.left = true;
        let mut states =
            self.filter(vec![state], |headers| interface.carry(self.net.host(interface), headers));
        if self.forwards() {
            states = self.filter(states, |headers| interface.originate(headers));
            if let Some(endpoint) = net.connect_endpoints.get(&index) {
                states = self.filter(states, |headers| endpoint.serve(headers));
                let ranges = net.vpcs[vpc].ranges.iter().copied().collect();
                states = self.filter(states, |headers| endpoint.stay(&ranges, headers));
            }
            if !self.open {
                states = self.send_to_targets(states, index);
            }
        }
        states = self.divert_services(states, index, vpc);
        if self.forwards() {
            states = self.leave_groups(states, index);
        }
        // LB-12: a node that leaves the client's address in the packet sends no address of its own.
        if self.preserving != Some(index) {
            states = self.filter(states, |headers| interface.check_source(headers));
        }
        for state in states {
            self.go(State { place: Place::Route(Exit::Interface(index), subnet), ..state });
        }
    }

    /// ENI-09: a load balancer's node sends to targets only.
    pub(super) fn send_to_targets(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        match self.net.balancer_at(index) {
            Some(balancer) => self.filter(states, |headers| balancer.send(&headers)),
            None => states,
        }
    }

    /// SG-01, outbound.
    pub(super) fn leave_groups(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        self.filter(states, |headers| self.security_groups(index, true, &headers, &Sender::Lost))
    }

    /// SG-17, NA-14, RT-12, SC-01: services that nothing filters.
    fn divert_services(
        &mut self,
        states: Vec<State>,
        index: InterfaceIdx,
        vpc: VpcIdx,
    ) -> Vec<State> {
        let vpc = &self.net.vpcs[vpc];
        let services = LinkLocal::addresses(vpc.dns);
        let off = self.switched_off(index, vpc);
        let mut others = Vec::with_capacity(states.len());
        for mut state in states {
            let service = state.headers.restrict_destinations(&services);
            if !service.is_empty() {
                state.headers = state.headers.difference(&service);
                let code = ExplanationCode::ServiceDisabled;
                let component = Component::new(ComponentKind::LinkLocalService, &vpc.id);
                let reason = Reason::new(code, component, &["SC-01"]);
                let service = vec![State { headers: service, ..state.clone() }];
                for service in self.filter(service, |headers| {
                    let lost = headers.restrict_destinations(&off);
                    let mut split = Split::pass(headers.difference(&lost));
                    split.add_dropped(lost, reason.clone());
                    split
                }) {
                    self.end(service, End::Service);
                }
            }
            if !state.headers.is_empty() {
                others.push(state);
            }
        }
        others
    }

    /// SC-01: services that the VPC or the instance has switched off.
    fn switched_off(&self, index: InterfaceIdx, vpc: &Vpc) -> IpSet {
        let dns = if vpc.dns_enabled { IpSet::empty() } else { LinkLocal::dns(vpc.dns) };
        let instance = self.net.interfaces[index].instance;
        match instance.is_none_or(|instance| self.net.instances[instance].metadata) {
            true => dns,
            false => dns.union(&LinkLocal::metadata()),
        }
    }

    /// PIPE-01: the same subnet directly (RT-13), everything else by the subnet's route table and
    /// out through its ACL.
    pub(super) fn route(&mut self, state: State, from: Exit, index: SubnetIdx) {
        if let (false, Some(node)) = (self.forwards(), self.preserving) {
            return self.steer(state, node, index);
        }
        let subnet = &self.net.subnets[index];
        let mut state = self.refuse_everybody(state, subnet.vpc);
        // RT-13 is about what an interface sends; what comes in over an attachment is always routed
        // by the table of the attachment's subnet (TGW-07).
        let near = match from {
            Exit::Attachment => HeaderSet::empty(),
            _ => state.headers.restrict_destinations(&subnet.ranges),
        };
        if !near.is_empty() {
            let rest = state.headers.difference(&near);
            let place = Place::Deliver { vpc: subnet.vpc, crossing: false };
            let mut near = vec![State { place, headers: near, ..state.clone() }];
            // LB-15, NA-02: what a Classic Load Balancer sends is always tested.
            let classic = InterfaceKind::Node(BalancerKind::Classic);
            let tested =
                matches!(from, Exit::Interface(it) if self.net.interfaces[it].kind == classic);
            if self.forwards() && tested {
                near = near.into_iter().flat_map(|state| self.classic_acl(state, index)).collect();
            }
            for state in near {
                self.go(state);
            }
            state.headers = rest;
        }
        if state.headers.is_empty() {
            return;
        }
        let Some(table) = subnet.table.map(|table| &self.net.tables[table]) else {
            let reason =
                Reason::new(ExplanationCode::UnknownResource, subnet.component(), &["RT-01"])
                    .with(Evidence::attribute(&subnet.id, "RouteTables", "none for it"));
            return self.leave_into_doubt(state, index, &reason);
        };
        let (parts, unrouted) = table.select(&state.headers);
        self.block(State { headers: unrouted, ..state.clone() }, table.no_route());
        for (selection, headers) in parts {
            self.follow(State { headers, ..state.clone() }, from, index, table, selection);
        }
    }

    /// LB-15: AWS has a name of its own for what a Classic Load Balancer is denied in its subnet.
    fn classic_acl(&self, state: State, subnet: SubnetIdx) -> Vec<State> {
        let mut states = self.acl(state, subnet, true);
        for block in states.iter_mut().flat_map(|state| &mut state.trail.blocks) {
            if block.reason.code == ExplanationCode::SubnetAclRestriction {
                block.reason.code = ExplanationCode::ElbAclRestriction;
                block.reason.rules.push("LB-15");
                block.message = block.reason.code.sentence();
            }
        }
        states
    }

    /// LB-12: a reply to a client whose address a load balancer left in the packet. The network
    /// leads it back to the node, whatever the route table says.
    fn steer(&mut self, state: State, node: InterfaceIdx, from: SubnetIdx) {
        let crossing = self.net.interfaces[node].subnet != Some(from);
        let place = Place::Arrive { interface: node, crossing };
        let states = if crossing { self.acl(state, from, true) } else { vec![state] };
        for state in states {
            self.go(State { place, ..state });
        }
    }

    fn follow(
        &mut self,
        mut state: State,
        from: Exit,
        subnet: SubnetIdx,
        table: &RouteTable,
        selection: Selection,
    ) {
        let Some(route) = table.route(selection.position()) else { return };
        if let Selection::Unclear(_) = selection {
            return self.leave_into_doubt(state, subnet, &table.unclear(route));
        }
        self.hop_with(&mut state, table.component(), table.evidence(route));
        if route.blackhole {
            return self.block(state, table.blackhole(route));
        }
        if (from, &route.target) == (Exit::Attachment, &Target::Local) {
            // TGW-09: no network ACL for a destination in the attachment's own subnet.
            let subnet = &self.net.subnets[subnet];
            let near = state.headers.restrict_destinations(&subnet.ranges);
            state.headers = state.headers.difference(&near);
            let place = Place::Deliver { vpc: subnet.vpc, crossing: false };
            self.go(State { place, headers: near, ..state.clone() });
            if state.headers.is_empty() {
                return;
            }
        }
        // NA-02: a target in the same subnet is not across its boundary.
        let crossing = self.subnet_of_target(route) != Some(subnet);
        for state in self.ready(state, subnet, table, route) {
            let states = if crossing { self.acl(state, subnet, true) } else { vec![state] };
            for state in states {
                self.take(state, from, subnet, table, route);
            }
        }
    }

    /// PK-07: a broadcast reaches nobody, and whom a multicast reaches only a transit gateway's
    /// multicast domain knows.
    pub(super) fn refuse_everybody(&mut self, mut state: State, vpc: VpcIdx) -> State {
        let broadcast = state.headers.restrict_destinations(&BROADCAST);
        let multicast = state.headers.restrict_destinations(&MULTICAST);
        let vpc = self.net.vpcs[vpc].component();
        let reason = |code| Reason::new(code, vpc.clone(), &["PK-07"]);
        state.headers = state.headers.difference(&broadcast).difference(&multicast);
        let all = State { headers: broadcast, ..state.clone() };
        self.block(all, reason(ExplanationCode::NoPossibleDestination));
        let some = State { headers: multicast, ..state.clone() };
        self.doubt(some, reason(ExplanationCode::NotModelled));
        state
    }

    /// Nobody knows where the packet goes from here, but the subnet's network ACL comes first.
    fn leave_into_doubt(&mut self, state: State, subnet: SubnetIdx, reason: &Reason) {
        for state in self.acl(state, subnet, true) {
            self.doubt(state, reason.clone());
        }
    }

    /// PK-06: only to interfaces that own the address.
    pub(super) fn deliver(&mut self, state: State, index: VpcIdx, crossing: bool) {
        let vpc = &self.net.vpcs[index];
        let destinations = state.headers.destinations();
        // Without details a reply counts where it comes home; whom else it gets to does not matter.
        let known = vpc.collected(Kind::NetworkInterfaces);
        let wanted = match self.homes(index).filter(|_| known) {
            Some(homes) => destinations.intersection(&homes),
            None => destinations.clone(),
        };
        let mut owned = Vec::new();
        for (owner, addresses) in self.receivers_of(index, &wanted) {
            let headers = state.headers.restrict_destinations(&addresses);
            let place = Place::Arrive { interface: owner, crossing };
            self.go(State { place, headers, ..state.clone() });
            owned.push(addresses);
        }
        if known && !self.detail {
            return;
        }
        let lost = destinations.difference(&IpSet::union_all(&owned));
        let headers = state.headers.restrict_destinations(&lost);
        self.lose(State { headers, ..state }, index);
    }

    /// Interfaces that own some of these addresses, each with those. To a reply all of a subnet are
    /// alike, if it does not matter which of them it comes to: one stands for the others.
    fn receivers_of(&self, vpc: VpcIdx, wanted: &IpSet) -> Vec<(InterfaceIdx, IpSet)> {
        let all = &self.net.residents[vpc];
        let alike = !self.detail
            && !self.forwards()
            && self.asked_by_peer(vpc)
            && !self.request.translated();
        if !alike {
            return all.addresses.shares(wanted);
        }
        let residents = all.by_subnet.iter();
        let residents = residents.map(|(one, addresses)| (*one, addresses.intersection(wanted)));
        residents.filter(|(_, addresses)| !addresses.is_empty()).collect()
    }

    /// The addresses of a VPC at which a reply is home, or given back to a client by a translation;
    /// `None` where all addresses count.
    fn homes(&self, vpc: VpcIdx) -> Option<IpSet> {
        if self.detail || self.forwards() || self.asked_by_peer(vpc) {
            return None;
        }
        let home = match self.origin {
            Some(Origin::Interface(index) | Origin::Preserving(index)) => Some(index),
            _ => None,
        };
        let translators = self.request.rewrites.iter().filter_map(|rewrite| match rewrite {
            Rewrite::Translated { by: Translator::Interface(index), .. } => Some(*index),
            Rewrite::Translated { by: Translator::Gateway(gateway), .. } => {
                Some(self.net.nat_gateways[*gateway].primary?.0)
            }
            _ => None,
        });
        let homes = home.into_iter().chain(translators);
        Some(IpSet::union_all(homes.map(|index| &self.net.interfaces[index].owned)))
    }

    /// RP-03: whoever asked by a peering connection is one of the interfaces behind it.
    fn asked_by_peer(&self, vpc: VpcIdx) -> bool {
        let Some(Origin::Edge(Edge::Peering { index, into })) = self.origin else { return false };
        self.net.peerings[index].far_side(into).and_then(|far| far.vpc) == Some(vpc)
    }

    /// PK-06: nobody in the VPC owns the address, if its interfaces were collected.
    fn lose(&mut self, lost: State, index: VpcIdx) {
        let vpc = &self.net.vpcs[index];
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
        let mut states = self.enter_subnet(state, index, crossing);
        for state in &mut states {
            self.hop(state, interface.component());
        }
        if self.forwards() {
            states = self.filter(states, |headers| interface.accept(headers));
            states = self.pass_groups(states, index);
            if !self.open {
                states = self.enter_endpoint(states, index);
            }
            states =
                self.filter(states, |headers| interface.carry(self.net.host(interface), headers));
            if !self.open {
                states = self.meet_listeners(states, index);
            }
        }
        for state in states {
            match self.translated_at(index, &state.trail) {
                Some(translation) => self.turn_back(&state, index, &translation),
                None => self.end(state, End::Interface(index)),
            }
        }
    }

    /// EP-04, EP-05: an interface of an endpoint answers for its service while that works.
    pub(super) fn enter_endpoint(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        let Some(endpoint) = self.net.endpoint_of.get(&index) else { return states };
        let endpoint = &self.net.endpoints[*endpoint];
        let states = self.filter(states, |headers| endpoint.serve(headers));
        self.filter(states, |headers| endpoint.answer(headers))
    }

    /// LB-05: a load balancer's node takes what its listeners take.
    pub(super) fn meet_listeners(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        match self.net.balancer_at(index) {
            Some(balancer) => self.filter(states, |headers| balancer.serve(headers)),
            None => states,
        }
    }

    /// PIPE-03: into the subnet of an interface, through its network ACL when the packet comes from
    /// outside.
    pub(super) fn enter_subnet(
        &self,
        state: State,
        index: InterfaceIdx,
        crossing: bool,
    ) -> Vec<State> {
        let interface = &self.net.interfaces[index];
        match interface.subnet {
            Some(subnet) if crossing => self.acl(state, subnet, false),
            Some(_) => vec![state],
            None => {
                let code = ExplanationCode::UnknownResource;
                let reason = Reason::new(code, interface.component(), &["ENI-01"]);
                self.filter(vec![state], |headers| Split::unsure(headers, reason.clone()))
            }
        }
    }

    /// SG-01, inbound: each state with the identity that it carries.
    pub(super) fn pass_groups(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        let mut passed = Vec::with_capacity(states.len());
        for state in states {
            let sender = state.sender.clone();
            passed.extend(self.filter(vec![state], |headers| {
                self.security_groups(index, false, &headers, &sender)
            }));
        }
        passed
    }

    /// A subnet's network ACL, in one direction (NA-01, NA-02).
    pub(super) fn acl(&self, mut state: State, subnet: SubnetIdx, egress: bool) -> Vec<State> {
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
}
