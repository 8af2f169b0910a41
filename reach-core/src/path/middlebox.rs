//! Through what stands in the way: appliances and inspection endpoints (E4m, E12, MB-*, NAT-14).

use std::net::{IpAddr, Ipv4Addr};

use super::branch::{Branch, Device, Rewrite, Trail, Translator, Waypoint};
use super::flow::Vouched;
use super::walk::{Exit, Place, State};
use super::{End, Explanation, Walk};
use crate::index::{InterfaceIdx, SubnetIdx};
use crate::network::{Compiled, Edge};
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    Assumption, Direction, ExplanationCode, NatGateway, Reason, Selection, Sender, Split, Target,
};

impl Walk<'_> {
    /// MB-01: an interface as the next hop. `from` is the subnet that the packet comes from, none
    /// behind a gateway route table.
    pub(super) fn through_appliance(
        &mut self,
        mut state: State,
        index: InterfaceIdx,
        from: Option<SubnetIdx>,
    ) {
        let interface = &self.net.interfaces[index];
        let crossing = interface.subnet.is_none() || interface.subnet != from;
        // A route may lead to the destination itself.
        let own = state.headers.restrict_destinations(&interface.owned);
        state.headers = state.headers.difference(&own);
        let place = Place::Arrive { interface: index, crossing };
        self.go(State { place, headers: own, ..state.clone() });
        if state.headers.is_empty() {
            return;
        }
        let device = Device::Appliance(index);
        let mut states = self.enter_subnet(state, index, crossing);
        for state in &mut states {
            self.hop(state, interface.component());
        }
        states = self.filter(states, |headers| interface.check_destination(headers));
        let seen = self.request.passed(device);
        if self.forwards() {
            states = self.pass_groups(states, index);
        } else if !seen {
            states = self.surprise(states, index);
        }
        states = self.filter(states, |headers| interface.carry(self.net.host(interface), headers));
        let Some(subnet) = interface.subnet else {
            for state in states {
                self.end(state, End::Nowhere);
            }
            return;
        };
        for mut state in states {
            if state.goes_round(device) {
                self.block(
                    state,
                    Reason::new(ExplanationCode::Loop, interface.component(), &["PIPE-05"]),
                );
                continue;
            }
            state.sender = Sender::Lost;
            if self.forwards() {
                let hidden = self.hidden_behind(index, subnet, &state.headers);
                let plain = state.headers.difference(&hidden);
                self.hide(State { headers: hidden, ..state.clone() }, index, subnet);
                state.headers = plain;
            }
            if state.headers.is_empty() {
                continue;
            }
            let at_edge = from.is_none();
            let headers = state.headers.clone();
            state.trail.waypoints.push(Waypoint {
                device,
                at_edge,
                headers,
                tracked: HeaderSet::empty(),
            });
            state.trail.assumptions.push(Assumption::APPLIANCE_FORWARDS);
            self.send_on(state, index, subnet, !seen);
        }
    }

    /// MB-01: out by the appliance's own groups, and on by its subnet's table.
    fn send_on(&mut self, state: State, index: InterfaceIdx, subnet: SubnetIdx, filtered: bool) {
        let mut states = vec![state];
        if filtered {
            states = self.filter(states, |headers| {
                self.security_groups(index, true, &headers, &Sender::Lost)
            });
        }
        for state in states {
            self.go(State { place: Place::Route(Exit::Interface(index), subnet), ..state });
        }
    }

    /// NAT-14: what an appliance has to hide behind its own address for an internet gateway to
    /// pass it: packets on their way there whose sources have no public address. Whether it does
    /// is assumed.
    fn hidden_behind(
        &self,
        index: InterfaceIdx,
        subnet: SubnetIdx,
        headers: &HeaderSet,
    ) -> HeaderSet {
        let interface = &self.net.interfaces[index];
        let subnet = &self.net.subnets[subnet];
        let (Some(vpc), Some(table), false) =
            (interface.vpc, subnet.table, interface.pairings.is_empty())
        else {
            return HeaderSet::empty();
        };
        let near = headers.restrict_destinations(&subnet.ranges);
        let away = headers.difference(&near).restrict_destinations(&IpSet::all_v4());
        let carried = away.restrict_traffic(&NatGateway::carried());
        let mut hosts = IpSet::empty();
        for owner in self.net.residents[vpc].addresses.owners(&carried.sources()) {
            let pairings = &self.net.interfaces[owner].pairings;
            hosts = pairings
                .iter()
                .fold(hosts, |set, pair| set.union(&IpSet::from_addr(IpAddr::V4(pair.private))));
        }
        let nameless = carried.difference(&carried.restrict_sources(&hosts));
        let table = &self.net.tables[table];
        let (parts, _) = table.select(&nameless);
        HeaderSet::union_all(parts.into_iter().filter_map(|(selection, part)| match selection {
            Selection::Route(position) => {
                let target = &table.route(position)?.target;
                matches!(target, Target::InternetGateway(_)).then_some(part)
            }
            Selection::Unclear(_) => None,
        }))
    }

    /// NAT-14: translated to the instance's own address, and out by its groups.
    fn hide(&mut self, mut state: State, index: InterfaceIdx, subnet: SubnetIdx) {
        let Some(pair) = self.net.interfaces[index].pairings.first() else { return };
        if state.headers.is_empty() {
            return;
        }
        let private: Ipv4Addr = pair.private;
        let requests = state.headers.clone();
        let by = Translator::Interface(index);
        let translated = NatGateway::translate(&requests, private);
        let rewrite = Rewrite::Translated { by, private, requests };
        self.rewritten(&mut state, translated, Some(rewrite));
        state.trail.assumptions.push(Assumption::APPLIANCE_NAT);
        self.send_on(state, index, subnet, true);
    }

    /// MB-03: a reply at an appliance that the request did not pass. Its groups take it for a new
    /// flow; what the appliance does with it nobody knows. A flow that came in by an internet
    /// gateway cannot leave by another way (IG-08).
    fn surprise(&self, states: Vec<State>, index: InterfaceIdx) -> Vec<State> {
        let interface = &self.net.interfaces[index];
        let mut states = self.pass_groups(states, index);
        let translated_back = states.iter().any(|state| state.trail.turned_back());
        if self.came_by_internet_gateway() && !translated_back {
            let code = ExplanationCode::AsymmetricReturnPath;
            let reason = Reason::new(code, interface.component(), &["IG-08"]);
            return self.filter(states, |headers| Split::drop(headers, reason.clone()));
        }
        if self.vouched.asymmetric {
            for state in &mut states {
                state.trail.assumptions.push(Assumption::ASYMMETRIC);
            }
            return states;
        }
        let code = ExplanationCode::AsymmetricAppliance;
        let reason = Reason::new(code, interface.component(), &["MB-03"]);
        self.filter(states, |headers| Split::unsure(headers, reason.clone()))
    }

    pub(super) fn came_by_internet_gateway(&self) -> bool {
        self.request.edges.iter().any(|edge| matches!(edge, Edge::InternetGateway(_)))
    }
}

/// MB-03, RP-02, IG-08: what the request passed and the reply, now home, did not. A Gateway Load Balancer
/// bears that (MB-06).
pub(super) fn miss(net: &Compiled, vouched: Vouched, request: &Trail, reply: &mut Branch) {
    for edge in &request.edges {
        let (component, rule) = match edge {
            Edge::InternetGateway(index) => (net.internet_gateways[*index].component(), "IG-08"),
            Edge::EgressOnlyInternetGateway(index) => {
                (net.egress_only_gateways[*index].component(), "RP-02")
            }
            Edge::Peering { .. } | Edge::VpnGateway(_) => continue,
        };
        if !reply.trail.edges.contains(edge) {
            let reason = Reason::new(ExplanationCode::AsymmetricReturnPath, component, &[rule]);
            let told = Explanation::new(Direction::Return, reason, reply.headers.clone());
            reply.trail.blocks.push(told);
        }
    }
    for past in &request.waypoints {
        if reply.trail.passed(past.device) {
            continue;
        }
        let (component, code, rule) = match past.device {
            Device::Appliance(index) if past.at_edge => {
                (net.interfaces[index].component(), ExplanationCode::AsymmetricAppliance, "RT-16")
            }
            Device::Appliance(index) => {
                (net.interfaces[index].component(), ExplanationCode::AsymmetricAppliance, "MB-03")
            }
            Device::Endpoint(index) => {
                let endpoint = &net.endpoints[index];
                if !net.firewall_endpoints.contains_key(&endpoint.id) {
                    continue;
                }
                (endpoint.component(), ExplanationCode::NfwAsymmetric, "NFW-07")
            }
        };
        let certain = past.at_edge || matches!(past.device, Device::Endpoint(_));
        if vouched.asymmetric && !certain {
            reply.trail.assumptions.push(Assumption::ASYMMETRIC);
            continue;
        }
        let reason = Reason::new(code, component, &[rule]);
        let told = Explanation::new(Direction::Return, reason, reply.headers.clone());
        if certain {
            reply.trail.blocks.push(told);
        } else {
            reply.trail.doubts.push(told);
        }
    }
}
