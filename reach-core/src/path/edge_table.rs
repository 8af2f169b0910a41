//! Gateway route tables, which act only on what enters by their gateway (RT-14 to RT-17).

use super::Walk;
use super::walk::{Exit, Place, State};
use crate::index::InterfaceIdx;
use crate::network::Edge;
use crate::rules::{
    Component, ComponentKind, EdgeTable, EndpointKind, ExplanationCode, Reason, Route, RouteTable,
    Selection, Split, Target,
};

impl Walk<'_> {
    /// Past a gateway, on to the interface that owns the destination or where the gateway's own
    /// route table leads instead.
    pub(super) fn edge_table(&mut self, state: State, by: Edge, interface: InterfaceIdx) {
        let net = self.net;
        let (table, gateway) = match by {
            Edge::InternetGateway(index) => {
                let gateway = &net.internet_gateways[index];
                (gateway.table, gateway.component())
            }
            Edge::VpnGateway(index) => {
                let gateway = &net.vpn_gateways[index];
                (gateway.table, gateway.component())
            }
            Edge::EgressOnlyInternetGateway(_) | Edge::Peering { .. } => return,
        };
        let table = match table {
            EdgeTable::One(table) => &net.tables[table],
            EdgeTable::None => {
                for state in self.past_gateway(state, by, Exit::Interface(interface), interface) {
                    let place = Place::Arrive { interface, crossing: true };
                    self.go(State { place, ..state });
                }
                return;
            }
            EdgeTable::Unclear => {
                // Whatever middlebox comes first, the owner has its own say.
                let code = ExplanationCode::UnknownResource;
                let reason = Reason::new(code, gateway, &["RT-14"]);
                let unsure = |headers| Split::unsure(headers, reason.clone());
                let owner = Exit::Interface(interface);
                let states = self.past_gateway(state, by, owner, interface);
                for state in self.filter(states, unsure) {
                    let place = Place::Arrive { interface, crossing: true };
                    self.go(State { place, ..state });
                }
                return;
            }
        };
        let (parts, unrouted) = table.select(&state.headers);
        let lost = State { headers: unrouted, ..state.clone() };
        for state in self.past_gateway(lost, by, Exit::Interface(interface), interface) {
            self.block(state, table.no_route());
        }
        for (selection, headers) in parts {
            let Some(route) = table.route(selection.position()) else { continue };
            let exchanges = match route.target {
                Target::Interface(middlebox) => Exit::Interface(middlebox),
                Target::Endpoint(endpoint) => Exit::Endpoint(endpoint),
                _ => Exit::Interface(interface),
            };
            let state = State { headers, ..state.clone() };
            for state in self.past_gateway(state, by, exchanges, interface) {
                match selection {
                    Selection::Route(_) => self.edge_route(state, by, interface, table, route),
                    Selection::Unclear(_) => self.doubt(state, table.unclear(route)),
                }
            }
        }
    }

    /// E1 steps 2 and 3: Block Public Access, and an attached interface.
    fn past_gateway(
        &self,
        state: State,
        by: Edge,
        exchanges: Exit,
        owner: InterfaceIdx,
    ) -> Vec<State> {
        if !matches!(by, Edge::InternetGateway(_)) || state.headers.is_empty() {
            return vec![state];
        }
        let subnet = match exchanges {
            Exit::Interface(interface) => self.net.interfaces[interface].subnet,
            Exit::Endpoint(endpoint) => self.subnet_of(endpoint),
            Exit::Attachment => None,
        };
        let states = match subnet {
            Some(subnet) => self.public_access(state, exchanges, subnet, !self.forwards()),
            None => vec![state],
        };
        self.filter(states, |headers| self.net.interfaces[owner].take_part(headers))
    }

    fn edge_route(
        &mut self,
        mut state: State,
        by: Edge,
        interface: InterfaceIdx,
        table: &RouteTable,
        route: &Route,
    ) {
        let net = self.net;
        let evidence = table.evidence(route);
        self.hop_with(&mut state, table.component(), evidence.clone());
        if route.blackhole {
            return self.block(state, table.blackhole(route));
        }
        let from_internet = matches!(by, Edge::InternetGateway(_));
        match &route.target {
            Target::Local => {
                let place = Place::Arrive { interface, crossing: true };
                self.go(State { place, ..state });
            }
            Target::Interface(index) => {
                // RT-15: behind an internet gateway the middlebox needs a public address.
                let middlebox = &self.net.interfaces[*index];
                let needs_public = from_internet && middlebox.pairings.is_empty();
                let code = ExplanationCode::IngressRtbNoPublicIp;
                let reason = Reason::new(code, middlebox.component(), &["RT-15"]).with(evidence);
                let states = self.filter(vec![state], |headers| {
                    middlebox.carry(self.net.host(middlebox), headers)
                });
                let states = self.filter(states, |headers| {
                    if needs_public {
                        Split::drop(headers, reason.clone())
                    } else {
                        Split::pass(headers)
                    }
                });
                for state in states {
                    self.through_appliance(state, *index, None);
                }
            }
            // RT-17.
            Target::Endpoint(_) | Target::Missing(ComponentKind::VpcEndpoint) if !from_internet => {
                let code = ExplanationCode::VgwRouteTableRestriction;
                let reason = Reason::new(code, table.component(), &["RT-17"]).with(evidence);
                self.block(state, reason);
            }
            Target::Endpoint(index)
                if net.endpoints[*index].kind == EndpointKind::GatewayLoadBalancer =>
            {
                for state in self.endpoint_ready(vec![state], *index) {
                    self.through_endpoint(state, *index, None);
                }
            }
            Target::Missing(kind) => {
                let component = Component::new(*kind, &route.target_id);
                let code = ExplanationCode::UnknownResource;
                self.doubt(state, Reason::new(code, component, &["RT-09"]).with(evidence));
            }
            _ => {
                let component = Component::new(ComponentKind::Other, &route.target_id);
                self.not_modelled(state, component, "RT-14", evidence);
            }
        }
    }
}
