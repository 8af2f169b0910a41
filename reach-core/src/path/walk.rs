//! The engine: places, states, and what a filter's answer does to a state.

use super::branch::{Choice, Device, Fork, Rewrite, Trail, Unfollowed};
use super::flow::{Sought, Terms, Vouched};
use super::{Branch, End, Explanation, Hop, Origin};
use crate::index::{
    AttachmentIdx, EgressOnlyIdx, EndpointIdx, InterfaceIdx, InternetGatewayIdx, NatGatewayIdx,
    PeeringIdx, SubnetIdx, TransitGatewayIdx, VpcIdx, VpnGatewayIdx,
};
use crate::network::{Compiled, Edge};
use crate::packet::HeaderSet;
use crate::rules::{
    Component, ComponentKind, Direction, Evidence, ExplanationCode, Reason, Sender, Split,
};

/// Where a header set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Leaving an interface (PIPE-01).
    Depart(InterfaceIdx),
    /// Out of something, in its subnet.
    Route(Exit, SubnetIdx),
    /// Delivered inside a VPC; `crossing` a subnet boundary or not (PIPE-03).
    Deliver { vpc: VpcIdx, crossing: bool },
    /// Reaching an interface (PIPE-02).
    Arrive { interface: InterfaceIdx, crossing: bool },
    /// At an internet gateway, on the way out of a subnet.
    LeaveInternetGateway(InternetGatewayIdx, Exit, SubnetIdx),
    /// At an internet gateway, on the way in.
    EnterInternetGateway(InternetGatewayIdx),
    /// At an egress-only internet gateway, on the way out of a subnet.
    LeaveEgressOnly(EgressOnlyIdx, Exit, SubnetIdx),
    /// At an egress-only internet gateway, a reply on its way in.
    EnterEgressOnly(EgressOnlyIdx),
    /// At a transit gateway, coming from a subnet.
    EnterTransitGateway(TransitGatewayIdx, SubnetIdx),
    /// At the route table of a transit gateway that an attachment is associated with, coming from
    /// it. The subnet is the one that it set out from, whose zone counts.
    EnterTable(AttachmentIdx, Option<SubnetIdx>),
    /// At a transit gateway, coming from the customer's network behind an attachment.
    EnterTransit(AttachmentIdx),
    /// At a NAT gateway, a request on its way in from a subnet.
    EnterNatGateway(NatGatewayIdx, SubnetIdx),
    /// At a peering connection, coming from a VPC.
    CrossPeering(PeeringIdx, VpcIdx),
    /// Coming out of a peering connection into a VPC, from a peer that is only an edge.
    EnterPeering(PeeringIdx, VpcIdx),
    /// At a virtual private gateway, on the way out of a subnet.
    LeaveVpnGateway(VpnGatewayIdx, Exit, SubnetIdx),
    /// At a virtual private gateway, on the way in.
    EnterVpnGateway(VpnGatewayIdx),
    /// At a gateway endpoint, on the way to its service.
    EnterGatewayEndpoint(EndpointIdx, Exit),
    /// At a gateway endpoint, a reply of its service.
    LeaveGatewayEndpoint(EndpointIdx),
    /// On the way in by what this version does not follow.
    EnterUnfollowed(Unfollowed),
    /// On the way in by an internet gateway that nobody collected.
    EnterUncollected(VpcIdx),
}

/// What a packet comes out of, in the subnet that it leaves next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// An interface: a host's, an appliance's, a NAT gateway's.
    Interface(InterfaceIdx),
    /// An endpoint in front of inspection.
    Endpoint(EndpointIdx),
    /// A transit gateway's attachment: nobody of the VPC sends.
    Attachment,
}

/// A header set on its way.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) place: Place,
    pub(super) headers: HeaderSet,
    pub(super) sender: Sender,
    pub(super) trail: Trail,
    pub(super) steps: usize,
}

impl State {
    /// PIPE-05: the same headers at the same device once more.
    pub(super) fn goes_round(&self, device: Device) -> bool {
        let mut before = self.trail.waypoints.iter().filter(|past| past.device == device);
        before.any(|past| !past.headers.is_disjoint(&self.headers))
    }

    /// PIPE-05: a transit gateway's lookup of headers that it looked up before.
    fn comes_again(&mut self) -> bool {
        let Place::EnterTable(..) = self.place else { return false };
        let mut before = self.trail.lookups.iter();
        if before.any(|(place, headers)| *place == self.place && self.headers.is_subset(headers)) {
            return true;
        }
        self.trail.lookups.push((self.place, self.headers.clone()));
        false
    }
}

/// One direction of a walk.
#[derive(Debug)]
pub(crate) struct Walk<'n> {
    pub(super) net: &'n Compiled,
    pub(super) direction: Direction,
    /// For a reply: where the request came from.
    pub(super) origin: Option<Origin>,
    /// For a reply: what happened to the request.
    pub(super) request: Trail,
    /// The node of a load balancer that leaves the client's address in the packets (LB-12).
    pub(super) preserving: Option<InterfaceIdx>,
    /// Whether hops, evidence and blocked branches are kept.
    pub(super) detail: bool,
    /// Whether what guards an interface is left out.
    pub(super) open: bool,
    pub(super) sought: Sought,
    pub(super) vouched: Vouched,
    work: Vec<State>,
    done: Vec<Branch>,
}

/// No path of the elements modelled so far visits more places; anything longer goes in circles
/// (PIPE-05).
const MOST_STEPS: usize = 64;

/// Ways that one packet and its reply are followed on; nobody can say what comes of more.
const MOST_WAYS: usize = 1024;

impl<'n> Walk<'n> {
    /// A request.
    pub(crate) fn forward(net: &'n Compiled, terms: Terms) -> Self {
        Self {
            net,
            direction: Direction::Forward,
            origin: None,
            request: Trail::default(),
            preserving: None,
            detail: terms.detail,
            open: terms.open,
            sought: terms.sought,
            vouched: terms.vouched,
            work: Vec::new(),
            done: Vec::new(),
        }
    }

    /// The reply to a request from `origin` that left this trail.
    pub(crate) fn reply(net: &'n Compiled, terms: Terms, origin: Origin, request: Trail) -> Self {
        Self {
            direction: Direction::Return,
            origin: Some(origin),
            request,
            preserving: origin.preserving(),
            ..Self::forward(net, terms)
        }
    }

    /// Follows headers from where they start to every end.
    pub(crate) fn run(mut self, origin: Origin, headers: HeaderSet) -> Vec<Branch> {
        self.preserving = origin.preserving();
        let (place, sender) = self.start(origin);
        self.go(State { place, headers, sender, trail: Trail::default(), steps: 0 });
        self.finish()
    }

    /// Follows a reply from where the request ended.
    pub(crate) fn run_reply(mut self, from: End, headers: HeaderSet) -> Vec<Branch> {
        let place = match from {
            End::Interface(interface) => Place::Depart(interface),
            End::Internet(Edge::InternetGateway(gateway)) => Place::EnterInternetGateway(gateway),
            End::Internet(Edge::EgressOnlyInternetGateway(gateway)) => {
                Place::EnterEgressOnly(gateway)
            }
            End::OnPremises(gateway) => Place::EnterVpnGateway(gateway),
            End::GatewayEndpoint(endpoint) => Place::LeaveGatewayEndpoint(endpoint),
            End::Beyond(attachment) => Place::EnterTransit(attachment),
            End::Outpost(vpc) => Place::Deliver { vpc, crossing: true },
            End::Internet(_) | End::Edge(_) | End::Service | End::Nowhere => return Vec::new(),
        };
        let sender = Sender::Lost;
        self.go(State { place, headers, sender, trail: Trail::default(), steps: 0 });
        self.finish()
    }

    fn start(&self, origin: Origin) -> (Place, Sender) {
        match origin {
            Origin::Interface(interface) => {
                (Place::Depart(interface), Sender::Interface(interface))
            }
            Origin::Preserving(node) => (Place::Depart(node), Sender::Through(node)),
            Origin::Edge(Edge::InternetGateway(gateway)) => {
                (Place::EnterInternetGateway(gateway), Sender::Lost)
            }
            Origin::Edge(Edge::EgressOnlyInternetGateway(gateway)) => {
                (Place::EnterEgressOnly(gateway), Sender::Lost)
            }
            Origin::Edge(Edge::VpnGateway(gateway)) => {
                (Place::EnterVpnGateway(gateway), Sender::Lost)
            }
            Origin::Edge(Edge::Peering { index, into }) => self.start_at_peering(index, into),
            Origin::Beyond(attachment) => (Place::EnterTransit(attachment), Sender::Lost),
            Origin::Unfollowed(way) => (Place::EnterUnfollowed(way), Sender::Outside),
            Origin::Uncollected(vpc) => (Place::EnterUncollected(vpc), Sender::Lost),
        }
    }

    fn finish(mut self) -> Vec<Branch> {
        while let Some(mut state) = self.work.pop() {
            state.steps += 1;
            if state.steps > MOST_STEPS || state.comes_again() {
                let component = self.component_of(state.place);
                self.block(state, Reason::new(ExplanationCode::Loop, component, &["PIPE-05"]));
                continue;
            }
            self.step(state);
        }
        self.done
    }

    fn step(&mut self, state: State) {
        match state.place {
            Place::Depart(interface) => self.depart(state, interface),
            Place::Route(from, subnet) => self.route(state, from, subnet),
            Place::Deliver { vpc, crossing } => self.deliver(state, vpc, crossing),
            Place::Arrive { interface, crossing } => self.arrive(state, interface, crossing),
            Place::LeaveInternetGateway(gateway, from, subnet) => {
                self.leave_internet_gateway(state, gateway, from, subnet);
            }
            Place::EnterInternetGateway(gateway) => self.enter_internet_gateway(state, gateway),
            Place::LeaveEgressOnly(gateway, from, subnet) => {
                self.leave_egress_only(state, gateway, from, subnet);
            }
            Place::EnterEgressOnly(gateway) => self.enter_egress_only(state, gateway),
            Place::EnterTransitGateway(gateway, from) => {
                self.enter_transit_gateway(state, gateway, from);
            }
            Place::EnterTable(attachment, origin) => self.look_up(state, attachment, origin),
            Place::EnterTransit(attachment) => self.enter_from_beyond(state, attachment),
            Place::EnterNatGateway(gateway, from) => self.enter_nat_gateway(state, gateway, from),
            Place::CrossPeering(peering, from) => self.cross_peering(state, peering, from),
            Place::EnterPeering(peering, into) => self.enter_peering(state, peering, into),
            Place::LeaveVpnGateway(gateway, from, subnet) => {
                self.leave_vpn_gateway(state, gateway, from, subnet);
            }
            Place::EnterVpnGateway(gateway) => self.enter_vpn_gateway(state, gateway),
            Place::EnterGatewayEndpoint(endpoint, from) => {
                self.enter_gateway_endpoint(state, endpoint, from);
            }
            Place::LeaveGatewayEndpoint(endpoint) => self.leave_gateway_endpoint(state, endpoint),
            Place::EnterUnfollowed(way) => self.enter_unfollowed(state, way),
            Place::EnterUncollected(vpc) => self.enter_uncollected(state, vpc),
        }
    }

    fn component_of(&self, place: Place) -> Component {
        match place {
            Place::Depart(interface) | Place::Arrive { interface, .. } => {
                self.net.interfaces[interface].component()
            }
            Place::Deliver { vpc, .. } | Place::EnterUncollected(vpc) => {
                self.net.vpcs[vpc].component()
            }
            Place::LeaveInternetGateway(gateway, ..) | Place::EnterInternetGateway(gateway) => {
                self.net.internet_gateways[gateway].component()
            }
            Place::LeaveEgressOnly(gateway, ..) | Place::EnterEgressOnly(gateway) => {
                self.net.egress_only_gateways[gateway].component()
            }
            Place::Route(_, subnet) => self.net.subnets[subnet].component(),
            Place::EnterTransitGateway(gateway, _) => {
                self.net.transit_gateways[gateway].component()
            }
            Place::EnterTable(attachment, _) => {
                self.net.transit_gateways[self.net.attachments[attachment].gateway].component()
            }
            Place::EnterTransit(attachment) => self.net.attachments[attachment].component(),
            Place::EnterNatGateway(gateway, _) => self.net.nat_gateways[gateway].component(),
            Place::CrossPeering(peering, _) | Place::EnterPeering(peering, _) => {
                self.net.peerings[peering].component()
            }
            Place::LeaveVpnGateway(gateway, ..) | Place::EnterVpnGateway(gateway) => {
                self.net.vpn_gateways[gateway].component()
            }
            Place::EnterGatewayEndpoint(endpoint, _) | Place::LeaveGatewayEndpoint(endpoint) => {
                self.net.endpoints[endpoint].component()
            }
            Place::EnterUnfollowed(way) => self.net.vpcs[way.vpc].component(),
        }
    }

    /// PIPE-07: one state an option, when there are several. A packet that comes back to a fork
    /// goes round, and parting it there again would double it with every round.
    pub(super) fn fork<T: Copy>(
        &mut self,
        state: State,
        at: Fork,
        options: &[T],
    ) -> Vec<(State, T)> {
        let before = state.trail.choices.iter().find(|choice| choice.at == at);
        if let Some(taken) = before.and_then(|choice| options.get(choice.option)) {
            return vec![(state, *taken)];
        }
        let of = options.len();
        let made = self.request.choices.iter().chain(&state.trail.choices);
        let ways = made.fold(of, |ways, choice| ways.saturating_mul(choice.of));
        if ways > MOST_WAYS {
            let component = self.component_of(state.place);
            self.doubt(state, Reason::new(ExplanationCode::NotModelled, component, &["PIPE-07"]));
            return Vec::new();
        }
        let choose = |(option, taken): (usize, &T)| {
            let mut state = state.clone();
            if of > 1 {
                state.trail.choices.push(Choice { at, option, of });
            }
            (state, *taken)
        };
        options.iter().enumerate().map(choose).collect()
    }

    pub(super) fn forwards(&self) -> bool {
        self.direction == Direction::Forward
    }

    /// Goes on to the state's place, if there is anything left to go on with.
    pub(super) fn go(&mut self, state: State) {
        if !state.headers.is_empty() {
            self.work.push(state);
        }
    }

    /// Notes the element that the state is at.
    pub(super) fn hop(&self, state: &mut State, component: Component) {
        if !in_a_vpc(component.kind) {
            state.trail.gateways.push(component.clone());
        }
        if self.detail {
            state.trail.hops.push(Hop {
                component,
                inbound: state.headers.clone(),
                outbound: None,
                evidence: Vec::new(),
            });
        }
    }

    /// Notes an element together with what let the headers through it.
    pub(super) fn hop_with(&self, state: &mut State, component: Component, evidence: Evidence) {
        self.hop(state, component);
        if let Some(hop) = state.trail.hops.last_mut() {
            hop.evidence.push(evidence);
        }
    }

    /// Sends states through a filter. What passes, what may pass and what is blocked part here and
    /// go on as states of their own; a state that is already blocked only collects the reason.
    pub(super) fn filter(
        &self,
        states: Vec<State>,
        mut test: impl FnMut(HeaderSet) -> Split,
    ) -> Vec<State> {
        let mut next = Vec::with_capacity(states.len());
        for mut state in states {
            let split = test(state.headers.clone());
            if state.trail.blocked() {
                self.note_blocks(&mut state, split.dropped);
                next.push(state);
                continue;
            }
            let Split { passed, unsure, dropped, evidence } = split;
            if self.detail && !dropped.is_empty() {
                let mut blocked = State { headers: union_of(&dropped), ..state.clone() };
                self.note_blocks(&mut blocked, dropped);
                next.push(blocked);
            }
            if !unsure.is_empty() {
                let mut doubtful = State { headers: union_of(&unsure), ..state.clone() };
                self.note_doubts(&mut doubtful, unsure);
                next.push(doubtful);
            }
            if !passed.is_empty() {
                self.note_passed(&mut state, passed, evidence);
                next.push(state);
            }
        }
        next
    }

    fn note_passed(&self, state: &mut State, passed: HeaderSet, evidence: Vec<Evidence>) {
        if self.detail
            && let Some(hop) = state.trail.hops.last_mut()
        {
            hop.evidence.extend(evidence);
            if passed != state.headers {
                hop.outbound = Some(passed.clone());
            }
        }
        state.headers = passed;
    }

    fn note_blocks(&self, state: &mut State, dropped: Vec<(HeaderSet, Reason)>) {
        let direction = self.direction;
        state.trail.blocks.extend(
            dropped
                .into_iter()
                .map(|(headers, reason)| Explanation::new(direction, reason, headers)),
        );
    }

    pub(super) fn note_doubts(&self, state: &mut State, unsure: Vec<(HeaderSet, Reason)>) {
        let direction = self.direction;
        state.trail.doubts.extend(
            unsure
                .into_iter()
                .map(|(headers, reason)| Explanation::new(direction, reason, headers)),
        );
    }

    /// The state's headers are dropped, and nobody can say where they would go next.
    pub(super) fn block(&mut self, mut state: State, reason: Reason) {
        if !self.detail || state.headers.is_empty() {
            return;
        }
        let headers = state.headers.clone();
        self.note_blocks(&mut state, vec![(headers, reason)]);
        self.end(state, End::Nowhere);
    }

    pub(super) fn end(&mut self, state: State, end: End) {
        if !state.headers.is_empty() {
            let State { headers, sender, trail, .. } = state;
            self.done.push(Branch { end, headers, sender, trail });
        }
    }

    /// Notes that a gateway replaced an address.
    pub(super) fn rewritten(
        &self,
        state: &mut State,
        headers: HeaderSet,
        rewrite: Option<Rewrite>,
    ) {
        if self.detail
            && let Some(hop) = state.trail.hops.last_mut()
        {
            hop.outbound = (headers != hop.inbound).then(|| headers.clone());
        }
        state.headers = headers;
        state.trail.rewrites.extend(rewrite);
    }
}

fn union_of(parts: &[(HeaderSet, Reason)]) -> HeaderSet {
    HeaderSet::union_all(parts.iter().map(|(headers, _)| headers.clone()))
}

fn in_a_vpc(kind: ComponentKind) -> bool {
    matches!(
        kind,
        ComponentKind::NetworkInterface
            | ComponentKind::LoadBalancer
            | ComponentKind::SecurityGroup
            | ComponentKind::NetworkAcl
            | ComponentKind::RouteTable
            | ComponentKind::Subnet
            | ComponentKind::Vpc
    )
}
