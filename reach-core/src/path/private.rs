//! At the edge to private networks: peering connections and virtual private gateways (E5, E9).

use std::sync::Arc;

use super::branch::Unfollowed;
use super::groups::across;
use super::walk::{Exit, Place, State};
use super::{End, Origin, Walk};
use crate::index::{PeeringIdx, SubnetIdx, VpcIdx, VpnGatewayIdx};
use crate::network::Edge;
use crate::packet::IpSet;
use crate::rules::{
    Assumption, Attached, Component, ComponentKind, ExplanationCode, Reason, Sender, Split, Target,
};
use crate::snapshot::Kind;

impl Walk<'_> {
    /// E5: from one VPC of a peering connection into the other.
    pub(super) fn cross_peering(&mut self, mut state: State, index: PeeringIdx, from: VpcIdx) {
        let peering = &self.net.peerings[index];
        self.hop(&mut state, peering.component());
        let mut states = vec![state];
        // LB-13: a load balancer's packets cross although they carry the client's address.
        if self.preserving.is_none() {
            states = self.filter(states, |headers| peering.cross(from, headers));
        }
        states = self.refuse_forged(states, from, &peering.component());
        for mut state in states {
            let Some(far) = peering.far_side(from) else {
                // Blocked when the route was asked.
                self.end(state, End::Nowhere);
                continue;
            };
            let back = Edge::Peering { index, into: from };
            if self.origin == Some(Origin::Edge(back)) {
                self.end(state, End::Edge(back));
                continue;
            }
            let Some(into) = far.vpc else {
                let component = Component::new(ComponentKind::Vpc, &far.vpc_id);
                let code = ExplanationCode::UnknownResource;
                self.doubt(state, Reason::new(code, component, &["PCX-02"]));
                continue;
            };
            state.sender = across(peering, state.sender);
            state.trail.edges.push(Edge::Peering { index, into });
            state.trail.private.push(peering.component());
            self.go(State { place: Place::Deliver { vpc: into, crossing: true }, ..state });
        }
    }

    /// PIPE-08: sources that no interface of the sending VPC has.
    fn refuse_forged(&self, states: Vec<State>, from: VpcIdx, at: &Component) -> Vec<State> {
        let collected = self.net.vpcs[from].collected(Kind::NetworkInterfaces);
        if self.preserving.is_some() || !collected {
            return states;
        }
        let code = ExplanationCode::GatewayRejectsSpoofedTraffic;
        let reason = Reason::new(code, at.clone(), &["PIPE-08"]);
        self.filter(states, |headers| {
            let owners = self.net.residents[from].addresses.owners(&headers.sources());
            let owned = owners.iter().map(|owner| &self.net.interfaces[*owner].owned);
            let passed = headers.restrict_sources(&IpSet::union_all(owned));
            let mut split = Split::pass(passed.clone());
            split.add_dropped(headers.difference(&passed), reason.clone());
            split
        })
    }

    /// Where a walk from a peered VPC as a whole starts, and whose groups its packets may carry.
    pub(super) fn start_at_peering(&self, index: PeeringIdx, into: VpcIdx) -> (Place, Sender) {
        let peering = &self.net.peerings[index];
        let peer = match peering.far_side(into).and_then(|far| far.vpc) {
            Some(far) => Sender::Within(far),
            None => Sender::Outside,
        };
        (Place::EnterPeering(index, into), across(peering, peer))
    }

    /// A peered VPC as an edge: whatever has a source in its ranges may come.
    pub(super) fn enter_peering(&mut self, mut state: State, index: PeeringIdx, into: VpcIdx) {
        let peering = &self.net.peerings[index];
        self.hop(&mut state, peering.component());
        state.trail.edges.push(Edge::Peering { index, into });
        // RP-04: the reply may come back by another gateway.
        state.trail.private.push(peering.component());
        let mut states = self.filter(vec![state], |headers| peering.serve(into, headers));
        states = self.filter(states, |headers| peering.enter(into, headers));
        for state in states {
            self.go(State { place: Place::Deliver { vpc: into, crossing: true }, ..state });
        }
    }

    /// E9 return: out over a virtual private gateway, which was asked with the route whether it
    /// works.
    pub(super) fn leave_vpn_gateway(
        &mut self,
        mut state: State,
        index: VpnGatewayIdx,
        from: Exit,
        subnet: SubnetIdx,
    ) {
        let gateway = &self.net.vpn_gateways[index];
        let vpc = self.net.subnets[subnet].vpc;
        // HYB-05: of somebody else's address only while that interface is attached.
        let owners = self.owners_of_sources(vpc, &state.headers).into_iter();
        let owners = owners.map(|(owner, _)| (owner, &self.net.interfaces[owner]));
        let owned = owners.filter_map(|(owner, interface)| {
            let attached = interface.attached == Attached::Yes;
            (attached || from == Exit::Interface(owner)).then_some(&interface.owned)
        });
        let hosts = IpSet::union_all(owned);
        self.hop(&mut state, gateway.component());
        let mut states = self.filter(vec![state], |headers| gateway.know(&headers));
        states = self.filter(states, |headers| gateway.refuse_foreign_sources(&hosts, &headers));
        for mut state in states {
            let edge = Edge::VpnGateway(index);
            state.sender = Sender::Lost;
            state.trail.edges.push(edge);
            state.trail.assumptions.push(Assumption::ON_PREMISES);
            if self.origin == Some(Origin::Edge(edge)) {
                self.end(state, End::Edge(edge));
            } else {
                self.end(state, End::OnPremises(index));
            }
        }
    }

    /// E9 forward: in over a virtual private gateway.
    pub(super) fn enter_vpn_gateway(&mut self, mut state: State, index: VpnGatewayIdx) {
        let net = self.net;
        let gateway = &net.vpn_gateways[index];
        self.hop(&mut state, gateway.component());
        state.sender = Sender::Lost;
        state.trail.edges.push(Edge::VpnGateway(index));
        state.trail.assumptions.push(Assumption::ON_PREMISES);
        let Some(vpc) = gateway.vpc else {
            let code = ExplanationCode::BadStateAttachment;
            return self.block(state, Reason::new(code, gateway.component(), &["HYB-01"]));
        };
        for mut state in self.filter(vec![state], |headers| gateway.serve(vpc, headers)) {
            for owner in net.residents[vpc].addresses.owners(&state.headers.destinations()) {
                let interface = &net.interfaces[owner];
                let part = state.headers.restrict_destinations(&interface.owned);
                state.headers = state.headers.difference(&part);
                let inside = vec![State { headers: part, ..state.clone() }];
                // HYB-04: an attached interface.
                for inside in self.filter(inside, |headers| interface.take_part(headers)) {
                    self.edge_table(inside, Edge::VpnGateway(index), owner);
                }
            }
            if net.vpcs[vpc].collected(Kind::NetworkInterfaces) {
                self.block(state, gateway.refuse_foreign_destinations());
            } else {
                let code = ExplanationCode::UnknownResource;
                self.doubt(state, Reason::new(code, gateway.component(), &["HYB-04"]));
            }
        }
    }

    /// HYB-10: over a local gateway into the network of its Outpost, which is opaque.
    pub(super) fn enter_outpost(&mut self, mut state: State, vpc: VpcIdx, id: &Arc<str>) {
        self.hop(&mut state, Component::new(ComponentKind::LocalGateway, id));
        state.sender = Sender::Lost;
        state.trail.assumptions.push(Assumption::ON_PREMISES);
        self.end(state, End::Outpost(vpc));
    }

    /// In by a way that this version does not follow: whether the packet comes is open, but what
    /// the VPC does with it is not.
    pub(super) fn enter_unfollowed(&mut self, mut state: State, way: Unfollowed) {
        let table = &self.net.tables[way.table];
        let Some(route) = table.route(way.route) else { return };
        let (kind, code) = match route.target {
            Target::Missing(kind) => (kind, ExplanationCode::UnknownResource),
            _ => (ComponentKind::Other, ExplanationCode::NotModelled),
        };
        let component = Component::new(kind, &route.target_id);
        self.hop(&mut state, component.clone());
        let reason = Reason::new(code, component, &["RT-10"]).with(table.evidence(route));
        let place = Place::Deliver { vpc: way.vpc, crossing: true };
        for state in self.filter(vec![state], |headers| Split::unsure(headers, reason.clone())) {
            self.go(State { place, ..state });
        }
    }
}
