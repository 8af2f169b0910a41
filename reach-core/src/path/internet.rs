//! At the edge to the internet: internet gateways and egress-only gateways (E1, IG-*).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::branch::Rewrite;
use super::walk::{Exit, Place, State};
use super::{End, Origin, Walk};
use crate::index::{
    EgressOnlyIdx, InterfaceIdx, InternetGatewayIdx, NatGatewayIdx, SubnetIdx, VpcIdx,
};
use crate::network::Edge;
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::rules::{
    Attached, Component, EdgeTable, ExplanationCode, InterfaceKind, InternetGateway, PublicAccess,
    Reason, Sender, Split, Target, WayOut,
};
use crate::snapshot::Kind;

impl Walk<'_> {
    /// E1 return, and E2's last steps: out over an internet gateway. Whether it is attached and the
    /// reply may take it was asked with the route.
    pub(super) fn leave_internet_gateway(
        &mut self,
        mut state: State,
        index: InternetGatewayIdx,
        from: Exit,
        subnet: SubnetIdx,
    ) {
        let net = self.net;
        let component = net.internet_gateways[index].component();
        self.hop(&mut state, component.clone());
        let vpc = net.subnets[subnet].vpc;
        for mut state in self.public_access(state, from, subnet, self.forwards()) {
            for (owner, part) in self.owners_of_sources(vpc, &state.headers) {
                state.headers = state.headers.difference(&part);
                // IG-02: of somebody else's address only while that interface is attached.
                let attached = net.interfaces[owner].attached == Attached::Yes;
                let holder = (attached || from == Exit::Interface(owner)).then_some(owner);
                self.translate(&State { headers: part, ..state.clone() }, index, holder);
            }
            if !state.headers.is_empty() {
                self.refuse_strangers(state, index, from);
            }
        }
    }

    /// BPA-03: Block Public Access of the subnet that exchanges packets with an internet gateway,
    /// and of what does it there.
    pub(super) fn public_access(
        &self,
        state: State,
        of: Exit,
        subnet: SubnetIdx,
        starts_inside: bool,
    ) -> Vec<State> {
        let (block, component) = self.blocked_at(of, subnet);
        // BPA-01: flows of NAT gateways are spared.
        let outbound_only = matches!(of, Exit::Interface(of)
            if self.net.interfaces[of].kind == InterfaceKind::NatGateway);
        self.filter(vec![state], |headers| match outbound_only && starts_inside {
            true => block.at_outbound_gateway(component.clone(), headers),
            false => block.at_internet_gateway(component.clone(), starts_inside, headers),
        })
    }

    /// BPA-04: paths over Network Firewall are blocked even if the subnet of the firewall's
    /// endpoint is excluded, so that the VPC's state counts.
    fn blocked_at(&self, of: Exit, subnet: SubnetIdx) -> (PublicAccess, Component) {
        let subnet = &self.net.subnets[subnet];
        let inspected = matches!(of, Exit::Endpoint(endpoint)
            if self.net.firewall_endpoints.contains_key(&self.net.endpoints[endpoint].id));
        match inspected {
            true => {
                let vpc = &self.net.vpcs[subnet.vpc];
                (vpc.block, vpc.component())
            }
            false => (subnet.block, subnet.component()),
        }
    }

    /// PIPE-08: whose addresses the sources are, in this VPC.
    pub(super) fn owners_of_sources(
        &self,
        vpc: VpcIdx,
        headers: &HeaderSet,
    ) -> Vec<(InterfaceIdx, HeaderSet)> {
        let owners = self.net.residents[vpc].addresses.owners(&headers.sources());
        let part =
            |owner: InterfaceIdx| headers.restrict_sources(&self.net.interfaces[owner].owned);
        owners.into_iter().map(|owner| (owner, part(owner))).collect()
    }

    /// PIPE-08, IG-02: sources that no interface of the VPC has.
    fn refuse_strangers(&mut self, state: State, index: InternetGatewayIdx, from: Exit) {
        match from {
            Exit::Interface(_) => self.translate(&state, index, None),
            Exit::Endpoint(_) | Exit::Attachment => {
                let component = self.net.internet_gateways[index].component();
                self.reject_spoofed(state, component);
            }
        }
    }

    /// IG-02, IG-05, then IG-04 and IG-11 (E2 step 8).
    fn translate(&mut self, state: &State, index: InternetGatewayIdx, of: Option<InterfaceIdx>) {
        let gateway = &self.net.internet_gateways[index];
        let of = of.map(|of| &self.net.interfaces[of]);
        let (parts, refused) = gateway.translate_out(of, &state.headers);
        for (headers, reason) in refused.dropped {
            let state = State { headers, ..state.clone() };
            let mut states =
                self.filter(vec![state], |headers| Split::drop(headers, reason.clone()));
            states = self.filter(states, |headers| gateway.refuse_private_destinations(&headers));
            for state in states {
                self.end(state, End::Nowhere);
            }
        }
        for part in parts {
            let mut state = state.clone();
            let rewrite = part.rewrite.map(|(before, after)| Rewrite::Source { before, after });
            self.rewritten(&mut state, part.headers, rewrite);
            state.sender = Sender::Lost;
            state.trail.edges.push(Edge::InternetGateway(index));
            let mut states =
                self.filter(vec![state], |headers| gateway.refuse_private_destinations(&headers));
            if self.forwards() && !self.vouched.mail {
                states = self.filter(states, |headers| gateway.refuse_mail(&headers));
            }
            for state in states {
                self.beyond(state, Edge::InternetGateway(index));
            }
        }
    }

    /// Past an internet or egress-only gateway: back to whoever asked, in through another gateway
    /// when the address is one of ours (IG-09), or out to the internet.
    pub(super) fn beyond(&mut self, mut state: State, edge: Edge) {
        if self.origin == Some(Origin::Edge(edge)) {
            return self.end(state, End::Edge(edge));
        }
        for gateway in self.left_by_egress_only() {
            // IG-06: replies come back by the gateway that let the request out.
            let Some(vpc) = self.net.egress_only_gateways[gateway].vpc else { continue };
            let v6 = state.headers.destinations().only_v6();
            let owners = self.net.residents[vpc].addresses.owners(&v6);
            let ours = owners.iter().map(|owner| &self.net.interfaces[*owner].internet_v6);
            let part = state.headers.restrict_destinations(&IpSet::union_all(ours));
            state.headers = state.headers.difference(&part);
            let place = Place::EnterEgressOnly(gateway);
            self.go(State { place, headers: part, ..state.clone() });
        }
        for (gateway, ours) in self.public_addresses(&state.headers.destinations()) {
            let part = state.headers.restrict_destinations(&ours);
            state.headers = state.headers.difference(&part);
            let place = Place::EnterInternetGateway(gateway);
            self.go(State { place, headers: part, ..state.clone() });
        }
        self.end(state, End::Internet(edge));
    }

    /// The egress-only gateways that the request of this reply went out by.
    fn left_by_egress_only(&self) -> Vec<EgressOnlyIdx> {
        let out = |edge: &Edge| match edge {
            Edge::EgressOnlyInternetGateway(gateway) => Some(*gateway),
            _ => None,
        };
        self.request.edges.iter().filter_map(out).collect()
    }

    /// Which of these addresses each internet gateway takes in: public IPv4 addresses and usable
    /// IPv6 addresses of interfaces of its VPC (IG-03, IG-05).
    fn public_addresses(&self, addresses: &IpSet) -> Vec<(InternetGatewayIdx, IpSet)> {
        let mut by_vpc: BTreeMap<(VpcIdx, bool), Vec<IpSet>> = BTreeMap::new();
        for (public, (holder, _)) in self.holders(addresses) {
            let interface = &self.net.interfaces[holder];
            if let Some(vpc) = interface.vpc {
                let address = IpSet::from_addr(IpAddr::V4(public));
                by_vpc.entry((vpc, interface.by_carrier(public))).or_default().push(address);
            }
        }
        let gateways = self.net.internet_gateways.iter();
        gateways
            .filter_map(|(index, gateway)| {
                let vpc = gateway.vpc?;
                let carrier = gateway.carrier;
                let v6 = self.net.residents[vpc].addresses.owners(&addresses.only_v6());
                let v6 = v6
                    .into_iter()
                    .filter(|_| !carrier)
                    .map(|owner| &self.net.interfaces[owner].internet_v6);
                let nat = self.regional_in(vpc, addresses).filter(|_| !carrier);
                let sets =
                    by_vpc.get(&(vpc, carrier)).into_iter().flatten().chain(v6).chain(nat.as_ref());
                Some((index, IpSet::union_all(sets).intersection(addresses)))
            })
            .filter(|(_, ours)| !ours.is_empty())
            .collect()
    }

    /// The public addresses of regional NAT gateways of a VPC (NAT-12).
    fn regional_in(&self, vpc: VpcIdx, addresses: &IpSet) -> Option<IpSet> {
        let here = |nat: &NatGatewayIdx| {
            self.net.nat_gateways[*nat].regional.as_ref().is_some_and(|it| it.vpc == Some(vpc))
        };
        let all = self.net.regional_addresses.iter().filter(|(_, nat)| here(nat));
        let set: IpSet = all.map(|(address, _)| IpNet::from(IpAddr::V4(*address))).collect();
        let set = set.intersection(addresses);
        (!set.is_empty()).then_some(set)
    }

    /// Who holds these public IPv4 addresses.
    pub(super) fn holders(&self, addresses: &IpSet) -> Vec<(Ipv4Addr, (InterfaceIdx, Ipv4Addr))> {
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
    pub(super) fn redirected(
        &self,
        gateway: &InternetGateway,
        subnet: SubnetIdx,
        headers: &HeaderSet,
    ) -> Split {
        let table = match gateway.table {
            EdgeTable::One(table) => &self.net.tables[table],
            EdgeTable::None => return Split::pass(headers.clone()),
            EdgeTable::Unclear => {
                let code = ExplanationCode::UnknownResource;
                let reason = Reason::new(code, gateway.component(), &["RT-16"]);
                return Split::unsure(headers.clone(), reason);
            }
        };
        // The table is asked about the way back in: the subnet's addresses are its destinations.
        let ranges = &self.net.subnets[subnet].ranges;
        let back = HeaderSet::product(&headers.destinations(), ranges, &Traffic::all());
        let (parts, _) = table.select(&back);
        let mut split = Split::pass(headers.clone());
        for (selection, part) in parts {
            let Some(route) = table.route(selection.position()) else { continue };
            // A middlebox does not redirect the subnet that it is in.
            if route.target != Target::Local && self.subnet_of_target(route) != Some(subnet) {
                // Packets of others that leave from this subnet are redirected with it.
                let redirected = part.destinations();
                let others = match (redirected.only_v4(), redirected.only_v6()) {
                    (v4, v6) if v6.is_empty() && !v4.is_empty() => IpSet::all_v4(),
                    (v4, _) if v4.is_empty() => IpSet::all_v6(),
                    _ => IpSet::all(),
                };
                let sources = redirected.union(&others.difference(ranges));
                let redirected = split.passed.restrict_sources(&sources);
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
        let states = self.encrypted(vec![state], vpc, WayOut::InternetGateway);
        let component = gateway.component();
        for state in self
            .filter(states, |headers| InternetGateway::refuse_private_sources(&component, &headers))
        {
            self.find_owners(state, index, vpc);
        }
    }

    /// IG-01: in over a gateway that the VPC may have.
    pub(super) fn enter_uncollected(&mut self, mut state: State, vpc: VpcIdx) {
        let component = self.net.vpcs[vpc].component();
        self.hop(&mut state, component.clone());
        let code = ExplanationCode::UnknownResource;
        let reason = Reason::new(code, component.clone(), &["IG-01"]);
        let refuse = |headers| InternetGateway::refuse_private_sources(&component, &headers);
        for state in self.filter(vec![state], refuse) {
            self.doubt(state, reason.clone());
        }
    }

    /// IG-03, IG-05: to whoever holds the public address, with the private one.
    fn find_owners(&mut self, state: State, index: InternetGatewayIdx, vpc: VpcIdx) {
        let mut state = self.turn_back_regional(state, index);
        let net = self.net;
        for (public, (holder, private)) in self.holders(&state.headers.destinations()) {
            let interface = &net.interfaces[holder];
            let carrier = net.internet_gateways[index].carrier;
            if interface.vpc != Some(vpc) || interface.by_carrier(public) != carrier {
                continue;
            }
            let (before, after) = (IpAddr::V4(public), IpAddr::V4(private));
            let part = state.headers.restrict_destinations(&IpSet::from_addr(before));
            state.headers = state.headers.difference(&part);
            let mut inside = State { headers: part.clone(), ..state.clone() };
            let rewrite = Rewrite::Destination { before, after };
            self.rewritten(&mut inside, part.with_destination(after), Some(rewrite));
            self.admit(inside, index, holder);
        }
        let carrier = net.internet_gateways[index].carrier;
        let v6 = state.headers.destinations().only_v6();
        let v6 = if carrier { IpSet::empty() } else { v6 };
        for owner in net.residents[vpc].addresses.owners(&v6) {
            let part = state.headers.restrict_destinations(&net.interfaces[owner].internet_v6);
            state.headers = state.headers.difference(&part);
            self.admit(State { headers: part, ..state.clone() }, index, owner);
        }
        // NAT-01: a regional NAT gateway takes no flows from outside either.
        if let Some(taken) = self.regional_in(vpc, &state.headers.destinations()) {
            for (address, nat) in &net.regional_addresses {
                let address = IpSet::from_addr(IpAddr::V4(*address)).intersection(&taken);
                let headers = state.headers.restrict_destinations(&address);
                state.headers = state.headers.difference(&headers);
                let code = ExplanationCode::NatGatewayInbound;
                let reason = Reason::new(code, net.nat_gateways[*nat].component(), &["NAT-01"]);
                self.block(State { headers, ..state.clone() }, reason);
            }
        }
        let gateway = &net.internet_gateways[index];
        if !net.vpcs[vpc].collected(Kind::NetworkInterfaces) {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, Reason::new(code, gateway.component(), &["IG-03"]));
        }
        let mut split = Split::pass(HeaderSet::empty());
        let code = ExplanationCode::IgwPrivateIpAssociationForIngress;
        gateway.drop_by_family(&mut split, &state.headers, code, "IG-03");
        for (headers, reason) in split.dropped {
            self.block(State { headers, ..state.clone() }, reason);
        }
    }

    /// Past an internet gateway's translation: on by the gateway's route table if it has one, else
    /// straight to the subnet (IG-07).
    fn admit(&mut self, state: State, index: InternetGatewayIdx, interface: InterfaceIdx) {
        if state.headers.is_empty() {
            return;
        }
        let holder = &self.net.interfaces[interface];
        if holder.subnet.is_none() {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, Reason::new(code, holder.component(), &["ENI-01"]));
        }
        self.edge_table(state, Edge::InternetGateway(index), interface);
    }

    /// IG-06: out over an egress-only gateway: IPv6, flows that start inside. Whether it is attached
    /// and the reply may take it was asked with the route.
    pub(super) fn leave_egress_only(
        &mut self,
        mut state: State,
        index: EgressOnlyIdx,
        from: Exit,
        at: SubnetIdx,
    ) {
        let net = self.net;
        let gateway = &net.egress_only_gateways[index];
        let subnet = &net.subnets[at];
        self.hop(&mut state, gateway.component());
        let reason = |code, rule| Reason::new(code, gateway.component(), &[rule]);
        let mut hosts = IpSet::empty();
        let mut usable = IpSet::empty();
        for (owner, _) in self.owners_of_sources(subnet.vpc, &state.headers) {
            hosts = hosts.union(&net.interfaces[owner].owned);
            usable = usable.union(&net.interfaces[owner].internet_v6);
        }
        let pass = |headers: HeaderSet| {
            let v6 = headers.restrict_sources(&IpSet::all_v6());
            let ours = v6.restrict_sources(&hosts);
            let passed = ours.restrict_sources(&usable);
            let mut split = Split::pass(passed.clone());
            let code = ExplanationCode::EgressOnlyGatewayRestriction;
            split.add_dropped(headers.difference(&v6), reason(code, "IG-06"));
            let code = match from {
                Exit::Interface(_) => ExplanationCode::IgwIpv6NotUsable,
                _ => ExplanationCode::GatewayRejectsSpoofedTraffic,
            };
            split.add_dropped(v6.difference(&ours), reason(code, "PIPE-08"));
            let code = ExplanationCode::IgwIpv6NotUsable;
            split.add_dropped(ours.difference(&passed), reason(code, "ENI-04"));
            split
        };
        let (block, component) = self.blocked_at(from, at);
        let mut states = self
            .filter(vec![state], |headers| block.at_outbound_gateway(component.clone(), headers));
        states = self.filter(states, pass);
        for mut state in states {
            let edge = Edge::EgressOnlyInternetGateway(index);
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
}
