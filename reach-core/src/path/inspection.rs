//! Through endpoints in front of inspection: Gateway Load Balancers and Network Firewall (E12,
//! E13, MB-04 to MB-06, NFW-*).

use super::Walk;
use super::branch::{Device, Fork, Waypoint};
use super::walk::{Exit, Place, State};
use crate::index::{EndpointIdx, InterfaceIdx, SubnetIdx};
use crate::network::Appliances;
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};
use crate::rules::{
    Assumption, BalancerKind, ComponentKind, ExplanationCode, FirewallEndpoint, Reason, Sender,
    Split,
};

/// The port of GENEVE, which carries packets to appliances (MB-05).
const GENEVE: u16 = 6081;

impl Walk<'_> {
    /// MB-04, E12: into the endpoint's subnet, inspected, and on by its subnet's table. `from` is
    /// the subnet that the packet comes from, none behind a gateway route table.
    pub(super) fn through_endpoint(
        &mut self,
        state: State,
        index: EndpointIdx,
        from: Option<SubnetIdx>,
    ) {
        let endpoint = &self.net.endpoints[index];
        let Some(subnet) = self.subnet_of(index) else {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, endpoint.reason(code, "MB-04"));
        };
        let device = Device::Endpoint(index);
        let mut states = match from == Some(subnet) {
            true => vec![state],
            false => self.acl(state, subnet, false),
        };
        for state in &mut states {
            self.hop(state, endpoint.component());
            state.sender = Sender::Lost;
        }
        for (mut state, tracked) in self.inspect(states, index, subnet) {
            if state.goes_round(device) {
                self.block(state, endpoint.reason(ExplanationCode::Loop, "PIPE-05"));
                continue;
            }
            let headers = state.headers.clone();
            let at_edge = from.is_none();
            state.trail.waypoints.push(Waypoint { device, at_edge, headers, tracked });
            self.go(State { place: Place::Route(Exit::Endpoint(index), subnet), ..state });
        }
    }

    pub(super) fn subnet_of(&self, index: EndpointIdx) -> Option<SubnetIdx> {
        let endpoint = &self.net.endpoints[index];
        let interface = endpoint.interfaces.first();
        interface
            .and_then(|interface| self.net.interfaces[*interface].subnet)
            .or_else(|| endpoint.subnets.first().copied())
    }

    /// What inspection lets through, with the requests that it keeps state of.
    fn inspect(
        &mut self,
        states: Vec<State>,
        index: EndpointIdx,
        subnet: SubnetIdx,
    ) -> Vec<(State, HeaderSet)> {
        match self.net.firewall_endpoints.get(&self.net.endpoints[index].id) {
            Some(firewall) => self.ask_firewall(states, index, firewall),
            None => self.ask_appliances(states, index, subnet),
        }
    }

    /// NFW-02 to NFW-07.
    fn ask_firewall(
        &self,
        states: Vec<State>,
        index: EndpointIdx,
        at: &FirewallEndpoint,
    ) -> Vec<(State, HeaderSet)> {
        let firewall = &self.net.firewalls[at.firewall];
        let device = Device::Endpoint(index);
        let record = self.detail;
        let mut inspected = Vec::new();
        for state in states {
            if self.forwards() {
                let mut tracked = HeaderSet::empty();
                let sure = state.trail.doubts.len();
                let mut states = self.filter(vec![state], |headers| {
                    let seen = firewall.request(headers, record);
                    tracked = seen.tracked;
                    seen.split
                });
                for state in states.iter_mut().filter(|state| state.trail.doubts.len() > sure) {
                    state.trail.assumptions.push(Assumption::FIREWALL_LAYER_7);
                }
                inspected.extend(states.into_iter().map(|state| (state, tracked.clone())));
                continue;
            }
            let states = if self.request.passed(device) {
                let past = self.request.waypoints.iter().filter(|past| past.device == device);
                let tracked = HeaderSet::union_all(past.map(|past| past.tracked.clone()));
                self.filter(vec![state], |headers| firewall.reply(headers, &tracked, record))
            } else {
                let reason = self.asymmetric(index);
                self.filter(vec![state], |headers| Split::drop(headers, reason.clone()))
            };
            inspected.extend(states.into_iter().map(|state| (state, HeaderSet::empty())));
        }
        inspected
    }

    /// NFW-07, TGW-10: a reply at a firewall endpoint that its request did not pass. Between zones
    /// behind a transit gateway that is what appliance mode is for.
    fn asymmetric(&self, index: EndpointIdx) -> Reason {
        let endpoint = &self.net.endpoints[index];
        let firewall = |index: EndpointIdx| {
            let id = &self.net.endpoints[index].id;
            self.net.firewall_endpoints.get(id).map(|endpoint| endpoint.firewall)
        };
        let sibling = self.request.waypoints.iter().any(|past| match past.device {
            Device::Endpoint(other) => other != index && firewall(other) == firewall(index),
            Device::Appliance(_) => false,
        });
        let gateways = &self.request.private;
        let transit = gateways.iter().any(|it| it.kind == ComponentKind::TransitGateway);
        match sibling && transit {
            true => endpoint.reason(ExplanationCode::TgwAsymmetricAz, "TGW-10"),
            false => endpoint.reason(ExplanationCode::NfwAsymmetric, "NFW-07"),
        }
    }

    /// MB-05, MB-06: what the appliances let through is opaque and assumed; but they have to be
    /// there, and a reply to a request that they never saw is dropped.
    fn ask_appliances(
        &mut self,
        mut states: Vec<State>,
        index: EndpointIdx,
        subnet: SubnetIdx,
    ) -> Vec<(State, HeaderSet)> {
        let endpoint = &self.net.endpoints[index];
        if !self.forwards() && !self.request.passed(Device::Endpoint(index)) {
            let reason = endpoint.reason(ExplanationCode::GwlbAsymmetric, "MB-06");
            states = self.filter(states, |headers| Split::drop(headers, reason.clone()));
        } else if self.forwards() {
            states = self.spread(states, index, subnet);
        }
        for state in &mut states {
            state.trail.assumptions.push(Assumption::GWLB_PASSES);
        }
        states.into_iter().map(|state| (state, HeaderSet::empty())).collect()
    }

    /// MB-05: each flow goes to one of the appliances that serve the endpoint's zone (PIPE-07).
    fn spread(&mut self, states: Vec<State>, index: EndpointIdx, subnet: SubnetIdx) -> Vec<State> {
        let zone = self.net.subnets[subnet].zone.as_deref();
        let appliances = match self.net.appliances(index, zone) {
            Appliances::Of(appliances) => appliances,
            // Somebody else's service, or one that the snapshot has only part of: assumed.
            Appliances::Perhaps(_) => return states,
        };
        if appliances.is_empty() {
            let reason = self.net.endpoints[index].reason(ExplanationCode::GwlbNoTarget, "MB-05");
            return self.filter(states, |headers| Split::drop(headers, reason.clone()));
        }
        let at = Fork::Appliance { endpoint: index };
        let mut spread = Vec::new();
        for state in states {
            for (state, appliance) in self.fork(state, at, &appliances) {
                spread.extend(match self.closed_to_geneve(appliance) {
                    Some(reason) => {
                        self.filter(vec![state], |headers| Split::drop(headers, reason.clone()))
                    }
                    None => vec![state],
                });
            }
        }
        spread
    }

    /// MB-05: an appliance that takes no GENEVE: its host, its groups or its network ACL.
    fn closed_to_geneve(&self, index: InterfaceIdx) -> Option<Reason> {
        let interface = &self.net.interfaces[index];
        let (sources, sender) = self.balancers_of(index);
        let traffic = Traffic::udp(&PortSet::single(GENEVE));
        let mut probe = HeaderSet::product(&sources, &interface.owned, &traffic);
        for stage in 0..3 {
            let split = match stage {
                0 => match interface.subnet.and_then(|subnet| self.net.subnets[subnet].acl) {
                    // NA-02: nothing between two in one subnet; the nodes' subnets are not compared.
                    Some(acl) if sender.is_none() => {
                        self.net.acls[acl].filter(false, probe.clone(), false)
                    }
                    _ => Split::pass(probe.clone()),
                },
                1 => {
                    let sender = sender.map_or(Sender::Unknown, Sender::Interface);
                    self.ask_groups(index, false, &probe, &sender)
                }
                _ => interface.carry(self.net.host(interface), probe.clone()),
            };
            let open = split.unsure.into_iter().map(|(headers, _)| headers).chain([split.passed]);
            let left = HeaderSet::union_all(open);
            if left.is_empty() && !probe.is_empty() {
                return split.dropped.into_iter().next().map(|(_, reason)| reason);
            }
            probe = left;
        }
        None
    }

    /// The addresses that Gateway Load Balancers send to an appliance from: those of their nodes,
    /// or any of the VPC where the snapshot lacks them. One in the same subnet is told.
    fn balancers_of(&self, appliance: InterfaceIdx) -> (IpSet, Option<InterfaceIdx>) {
        let interface = &self.net.interfaces[appliance];
        let nodes = self.net.load_balancers.iter().flat_map(|(_, balancer)| {
            let gateway = balancer.kind == BalancerKind::Gateway;
            balancer.nodes.iter().filter(move |_| gateway).map(|node| node.interface)
        });
        let nodes: Vec<InterfaceIdx> =
            nodes.filter(|node| self.net.interfaces[*node].vpc == interface.vpc).collect();
        let near = nodes.iter().copied().find(|node| {
            self.net.interfaces[*node].subnet == interface.subnet && interface.subnet.is_some()
        });
        let addresses = IpSet::union_all(nodes.iter().map(|it| &self.net.interfaces[*it].owned));
        if !addresses.is_empty() {
            return (addresses, near);
        }
        let ranges = interface.vpc.map(|vpc| self.net.vpcs[vpc].ranges.iter().copied().collect());
        (ranges.unwrap_or_else(IpSet::all), None)
    }
}
