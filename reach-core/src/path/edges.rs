//! At the edge of a VPC: internet gateways, egress-only gateways, peering, virtual private
//! gateways (E1, E5, E9).

use std::net::{IpAddr, Ipv4Addr};

use super::branch::Rewrite;
use super::walk::{Place, State};
use super::{End, Origin, Walk};
use crate::index::{
    EgressOnlyIdx, InterfaceIdx, InternetGatewayIdx, PeeringIdx, TableIdx, VpcIdx, VpnGatewayIdx,
};
use crate::network::{Edge, Subnet};
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    Assumption, BlockMode, Component, ComponentKind, Evidence, ExplanationCode, InternetGateway,
    Peering, Reason, Selection, Sender, Split, Target,
};

impl Walk<'_> {
    /// E1 return, and E2's last steps: out over an internet gateway.
    pub(super) fn leave_internet_gateway(
        &mut self,
        mut state: State,
        index: InternetGatewayIdx,
        from: InterfaceIdx,
    ) {
        let net = self.net;
        let gateway = &net.internet_gateways[index];
        let interface = &net.interfaces[from];
        let edge = Edge::InternetGateway(index);
        let (Some(vpc), Some(subnet)) = (interface.vpc, interface.subnet) else { return };
        self.hop(&mut state, gateway.component());
        if !self.came_by(edge) {
            return self.block(state, asymmetric(gateway.component(), "IG-08"));
        }
        let subnet = &net.subnets[subnet];
        let mut states = self.filter(vec![state], |headers| gateway.serve(vpc, headers));
        states = self.filter(states, |headers| self.redirected(gateway, &headers));
        states = self.filter(states, |headers| public_access(subnet, headers));
        states = self.filter(states, |headers| gateway.refuse_private_destinations(&headers));
        for state in states {
            self.translate(&state, index, from);
        }
    }

    /// IG-02, IG-05, IG-11.
    fn translate(&mut self, state: &State, index: InternetGatewayIdx, from: InterfaceIdx) {
        let gateway = &self.net.internet_gateways[index];
        let (parts, split) = gateway.translate_out(&self.net.interfaces[from], &state.headers);
        for (headers, reason) in split.dropped {
            self.block(State { headers, ..state.clone() }, reason);
        }
        for part in parts {
            let mut state = state.clone();
            let rewrite =
                part.rewrite.map(|(before, after)| Rewrite { source: true, before, after });
            self.rewritten(&mut state, part.headers, rewrite);
            state.sender = Sender::Lost;
            state.trail.edges.push(Edge::InternetGateway(index));
            let mut states = vec![state];
            if self.forwards() {
                states = self.filter(states, |headers| gateway.refuse_mail(&headers));
            }
            for state in states {
                self.beyond(state, Edge::InternetGateway(index));
            }
        }
    }

    /// Past an internet or egress-only gateway: back to whoever asked, in through another gateway
    /// when the address is one of ours (IG-09), or out to the internet.
    fn beyond(&mut self, mut state: State, edge: Edge) {
        if self.origin == Some(Origin::Edge(edge)) {
            return self.end(state, End::Edge(edge));
        }
        for gateway in self.gateways_of(&state.headers.destinations()) {
            let ours = self.public_addresses_of(gateway, &state.headers.destinations());
            let part = state.headers.restrict_destinations(&ours);
            if part.is_empty() {
                continue;
            }
            state.headers = state.headers.difference(&part);
            let place = Place::EnterInternetGateway(gateway);
            self.go(State { place, headers: part, ..state.clone() });
        }
        self.end(state, End::Internet(edge));
    }

    /// The internet gateways whose VPCs hold some of these addresses.
    fn gateways_of(&self, addresses: &IpSet) -> Vec<InternetGatewayIdx> {
        self.net
            .internet_gateways
            .iter()
            .filter(|(index, _)| !self.public_addresses_of(*index, addresses).is_empty())
            .map(|(index, _)| index)
            .collect()
    }

    /// Which of these addresses an internet gateway takes in: public IPv4 addresses and usable IPv6
    /// addresses of interfaces of its VPC (IG-03, IG-05).
    pub(crate) fn public_addresses_of(
        &self,
        gateway: InternetGatewayIdx,
        addresses: &IpSet,
    ) -> IpSet {
        let Some(vpc) = self.net.internet_gateways[gateway].vpc else { return IpSet::empty() };
        let v4 = self
            .holders(addresses)
            .into_iter()
            .filter(|(_, (holder, _))| self.net.interfaces[*holder].vpc == Some(vpc))
            .map(|(public, _)| IpSet::from_addr(IpAddr::V4(public)));
        let v6 = self.net.vpcs[vpc]
            .addresses
            .owners(&addresses.only_v6())
            .into_iter()
            .map(|owner| self.net.interfaces[owner].internet_v6.intersection(addresses));
        let sets: Vec<IpSet> = v4.chain(v6).collect();
        IpSet::union_all(&sets)
    }

    /// Who holds these public IPv4 addresses.
    fn holders(&self, addresses: &IpSet) -> Vec<(Ipv4Addr, (InterfaceIdx, Ipv4Addr))> {
        addresses
            .v4()
            .ranges()
            .flat_map(|(from, to)| {
                self.net.public_addresses.range(Ipv4Addr::from(from)..=Ipv4Addr::from(to))
            })
            .map(|(public, holder)| (*public, *holder))
            .collect()
    }

    /// RT-16: a subnet that the gateway's own route table redirects cannot use the gateway
    /// directly.
    fn redirected(&self, gateway: &InternetGateway, headers: &HeaderSet) -> Split {
        let Some(table) = gateway.table.map(|table| &self.net.tables[table]) else {
            return Split::pass(headers.clone());
        };
        // The table is asked about the way back in: the sources are its destinations.
        let back = HeaderSet::product(
            &headers.destinations(),
            &headers.sources(),
            &crate::packet::Traffic::all(),
        );
        let (parts, _) = table.select(&back);
        let mut split = Split::pass(headers.clone());
        for (selection, part) in parts {
            let (Selection::Route(position) | Selection::Unclear(position)) = selection;
            let Some(route) = table.route(position) else { continue };
            if route.target != Target::Local {
                let redirected = split.passed.restrict_sources(&part.destinations());
                split.passed = split.passed.difference(&redirected);
                let code = ExplanationCode::IngressRtbTrafficRedirection;
                let reason =
                    Reason::new(code, table.component(), &["RT-16"]).with(table.evidence(route));
                split.add_dropped(redirected, reason);
            }
        }
        split
    }

    /// E1 forward: in over an internet gateway.
    pub(super) fn enter_internet_gateway(&mut self, mut state: State, index: InternetGatewayIdx) {
        let net = self.net;
        let gateway = &net.internet_gateways[index];
        self.hop(&mut state, gateway.component());
        state.sender = Sender::Lost;
        state.trail.edges.push(Edge::InternetGateway(index));
        let Some(vpc) = gateway.vpc else {
            let code = ExplanationCode::BadStateAttachment;
            return self.block(state, Reason::new(code, gateway.component(), &["IG-01"]));
        };
        for state in self.filter(vec![state], |headers| gateway.refuse_private_sources(&headers)) {
            self.find_owners(state, index, vpc);
        }
    }

    /// IG-03, IG-05: to whoever holds the public address, with the private one.
    fn find_owners(&mut self, mut state: State, index: InternetGatewayIdx, vpc: VpcIdx) {
        let net = self.net;
        for (public, (holder, private)) in self.holders(&state.headers.destinations()) {
            if net.interfaces[holder].vpc != Some(vpc) {
                continue;
            }
            let (before, after) = (IpAddr::V4(public), IpAddr::V4(private));
            let part = state.headers.restrict_destinations(&IpSet::from_addr(before));
            state.headers = state.headers.difference(&part);
            let mut inside = State { headers: part.clone(), ..state.clone() };
            let rewrite = Rewrite { source: false, before, after };
            self.rewritten(&mut inside, part.with_destination(after), Some(rewrite));
            self.admit(inside, index, holder);
        }
        let v6 = state.headers.destinations().only_v6();
        for owner in net.vpcs[vpc].addresses.owners(&v6) {
            let part = state.headers.restrict_destinations(&net.interfaces[owner].internet_v6);
            state.headers = state.headers.difference(&part);
            self.admit(State { headers: part, ..state.clone() }, index, owner);
        }
        let mut split = Split::pass(HeaderSet::empty());
        let code = ExplanationCode::IgwPrivateIpAssociationForIngress;
        let gateway = &net.internet_gateways[index];
        gateway.drop_by_family(&mut split, &state.headers, code, "IG-03");
        for (headers, reason) in split.dropped {
            self.block(State { headers, ..state.clone() }, reason);
        }
    }

    /// Past an internet gateway's translation: Block Public Access, then the gateway's route table
    /// if it has one, else straight to the subnet (IG-07).
    fn admit(&mut self, state: State, index: InternetGatewayIdx, interface: InterfaceIdx) {
        if state.headers.is_empty() {
            return;
        }
        let net = self.net;
        let gateway = &net.internet_gateways[index];
        let Some(subnet) = net.interfaces[interface].subnet.map(|subnet| &net.subnets[subnet])
        else {
            let component = net.interfaces[interface].component();
            let reason = Reason::new(ExplanationCode::UnknownResource, component, &["ENI-01"]);
            return self.doubt(state, reason);
        };
        for state in self.filter(vec![state], |headers| public_access(subnet, headers)) {
            let code = ExplanationCode::IngressRtbNoPublicIp;
            self.edge_table(state, gateway.table, interface, code);
        }
    }

    /// RT-14 to RT-17: a gateway's own route table, which acts only on what enters there.
    fn edge_table(
        &mut self,
        state: State,
        table: Option<TableIdx>,
        interface: InterfaceIdx,
        no_public_ip: ExplanationCode,
    ) {
        let place = Place::Arrive { interface, crossing: true };
        let Some(table) = table.map(|table| &self.net.tables[table]) else {
            return self.go(State { place, ..state });
        };
        let (parts, unrouted) = table.select(&state.headers);
        self.block(State { headers: unrouted, ..state.clone() }, table.no_route());
        for (selection, headers) in parts {
            let mut state = State { headers, ..state.clone() };
            let (Selection::Route(position) | Selection::Unclear(position)) = selection;
            let Some(route) = table.route(position) else { continue };
            if let Selection::Unclear(_) = selection {
                self.doubt(state, table.unclear(route));
                continue;
            }
            self.hop_with(&mut state, table.component(), table.evidence(route));
            if route.blackhole {
                self.block(state, table.blackhole(route));
                continue;
            }
            match &route.target {
                Target::Local => self.go(State { place, ..state }),
                Target::Interface(appliance)
                    if no_public_ip == ExplanationCode::IngressRtbNoPublicIp
                        && self.net.interfaces[*appliance].pairings.is_empty() =>
                {
                    let component = self.net.interfaces[*appliance].component();
                    let reason = Reason::new(no_public_ip, component, &["RT-15"])
                        .with(table.evidence(route));
                    self.block(state, reason);
                }
                // RT-17.
                Target::Unmodelled(_)
                    if no_public_ip == ExplanationCode::VgwRouteTableRestriction =>
                {
                    let reason = Reason::new(no_public_ip, table.component(), &["RT-17"])
                        .with(table.evidence(route));
                    self.block(state, reason);
                }
                _ => {
                    let component = Component::new(ComponentKind::Other, &route.target_id);
                    let reason = Reason::new(ExplanationCode::NotModelled, component, &["RT-14"])
                        .with(table.evidence(route));
                    self.doubt(state, reason);
                }
            }
        }
    }

    /// IG-06: out over an egress-only gateway: IPv6, flows that start inside.
    pub(super) fn leave_egress_only(
        &mut self,
        mut state: State,
        index: EgressOnlyIdx,
        from: InterfaceIdx,
    ) {
        let net = self.net;
        let gateway = &net.egress_only_gateways[index];
        let interface = &net.interfaces[from];
        let edge = Edge::EgressOnlyInternetGateway(index);
        self.hop(&mut state, gateway.component());
        let reason = |code, rule| Reason::new(code, gateway.component(), &[rule]);
        if gateway.vpc.is_none() || gateway.vpc != interface.vpc {
            return self.block(state, reason(ExplanationCode::BadStateAttachment, "IG-06"));
        }
        if !self.came_by(edge) {
            let code = ExplanationCode::EgressOnlyGatewayRestriction;
            return self.block(state, reason(code, "IG-06"));
        }
        let usable = |headers: HeaderSet| {
            let v6 = headers.restrict_sources(&IpSet::all_v6());
            let passed = v6.restrict_sources(&interface.internet_v6);
            let mut split = Split::pass(passed.clone());
            let code = ExplanationCode::EgressOnlyGatewayRestriction;
            split.add_dropped(headers.difference(&v6), reason(code, "IG-06"));
            let code = ExplanationCode::IgwIpv6NotUsable;
            split.add_dropped(v6.difference(&passed), reason(code, "ENI-04"));
            split
        };
        let mut states = self.filter(vec![state], usable);
        let subnet = interface.subnet.map(|subnet| &net.subnets[subnet]);
        if let Some(subnet) = subnet.filter(|subnet| subnet.block.blocks_egress_only_gateway()) {
            states = self.filter(states, |headers| public_access(subnet, headers));
        }
        for mut state in states {
            state.sender = Sender::Lost;
            state.trail.edges.push(edge);
            self.beyond(state, edge);
        }
    }

    /// IG-06: a reply on its way in over an egress-only gateway; requests never pass.
    pub(super) fn enter_egress_only(&mut self, mut state: State, index: EgressOnlyIdx) {
        let gateway = &self.net.egress_only_gateways[index];
        self.hop(&mut state, gateway.component());
        state.trail.edges.push(Edge::EgressOnlyInternetGateway(index));
        match gateway.vpc.filter(|_| !self.forwards()) {
            Some(vpc) => self.go(State { place: Place::Deliver { vpc, crossing: true }, ..state }),
            None => {
                let code = ExplanationCode::EgressOnlyGatewayRestriction;
                self.block(state, Reason::new(code, gateway.component(), &["IG-06"]));
            }
        }
    }

    /// E5: from one VPC of a peering connection into the other.
    pub(super) fn cross_peering(&mut self, mut state: State, index: PeeringIdx, from: VpcIdx) {
        let peering = &self.net.peerings[index];
        self.hop(&mut state, peering.component());
        for mut state in self.filter(vec![state], |headers| peering.cross(from, &headers)) {
            let Some(far) = peering.far_side(from) else { return };
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
            self.go(State { place: Place::Deliver { vpc: into, crossing: true }, ..state });
        }
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
        let Some(far) = peering.far_side(into) else { return };
        for state in self.filter(vec![state], |headers| peering.enter(far, into, &headers)) {
            self.go(State { place: Place::Deliver { vpc: into, crossing: true }, ..state });
        }
    }

    /// E9 return: out over a virtual private gateway.
    pub(super) fn leave_vpn_gateway(
        &mut self,
        mut state: State,
        index: VpnGatewayIdx,
        from: InterfaceIdx,
    ) {
        let gateway = &self.net.vpn_gateways[index];
        let interface = &self.net.interfaces[from];
        let Some(vpc) = interface.vpc else { return };
        self.hop(&mut state, gateway.component());
        let mut states = self.filter(vec![state], |headers| gateway.serve(vpc, headers));
        states = self.filter(states, |headers| gateway.know(&headers));
        states = self.filter(states, |headers| gateway.refuse_foreign_sources(interface, &headers));
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
            for owner in net.vpcs[vpc].addresses.owners(&state.headers.destinations()) {
                let part = state.headers.restrict_destinations(&net.interfaces[owner].owned);
                state.headers = state.headers.difference(&part);
                let inside = State { headers: part, ..state.clone() };
                let code = ExplanationCode::VgwRouteTableRestriction;
                self.edge_table(inside, gateway.table, owner, code);
            }
            self.block(state, gateway.refuse_foreign_destinations());
        }
    }

    /// Whether a reply may leave by this edge: only stateful or translating ones care (RP-02,
    /// RP-03).
    fn came_by(&self, edge: Edge) -> bool {
        self.forwards() || self.request_edges.contains(&edge)
    }
}

fn asymmetric(component: Component, rule: &'static str) -> Reason {
    Reason::new(ExplanationCode::AsymmetricReturnPath, component, &[rule])
}

/// BPA-01, BPA-03: Block Public Access of the subnet that exchanges packets with the gateway.
fn public_access(subnet: &Subnet, headers: HeaderSet) -> Split {
    if subnet.block == BlockMode::Off {
        return Split::pass(headers);
    }
    let field = "BlockPublicAccessStates.InternetGatewayBlockMode";
    let evidence = Evidence::attribute(&subnet.id, field, subnet.block.name());
    let reason = |code| Reason::new(code, subnet.component(), &["BPA-01"]).with(evidence);
    if subnet.block.blocks_internet_gateway() {
        Split::drop(headers, reason(ExplanationCode::VpcBlockPublicAccessEnabled))
    } else {
        Split::unsure(headers, reason(ExplanationCode::UnreadableEntry))
    }
}

/// SG-12, PCX-07: group identity survives a peering inside one Region and no other.
fn across(peering: &Peering, sender: Sender) -> Sender {
    match (peering.same_region, sender) {
        (Some(true), sender) => sender,
        (Some(false), _) | (None, Sender::Lost) => Sender::Lost,
        // Nobody knows the Regions: nobody knows whether references match.
        (None, _) => Sender::Outside,
    }
}
