//! What a route leads to (RT-09, RT-10).

use super::Walk;
use super::walk::{Exit, Place, State};
use crate::index::{EndpointIdx, SubnetIdx, VpcIdx};
use crate::network::Edge;
use crate::packet::HeaderSet;
use crate::rules::{
    Component, ComponentKind, EndpointKind, Evidence, ExplanationCode, Reason, Route, RouteTable,
    Split, Target, UnmodelledTarget, WayOut,
};

impl Walk<'_> {
    /// RT-09: a route is only as good as its target, whose own state is part of routing and comes
    /// before the subnet's network ACL (E1, E2, E5, E9).
    pub(super) fn ready(
        &self,
        state: State,
        subnet: SubnetIdx,
        table: &RouteTable,
        route: &Route,
    ) -> Vec<State> {
        let net = self.net;
        let vpc = net.subnets[subnet].vpc;
        // Past a NAT gateway a reply is on its way inside again.
        let outward = !state.trail.turned_back();
        let states = vec![state];
        match &route.target {
            Target::InternetGateway(index) => {
                let gateway = &net.internet_gateways[*index];
                let back = self.only_back_by(Edge::InternetGateway(*index), || {
                    let code = ExplanationCode::AsymmetricReturnPath;
                    Reason::new(code, gateway.component(), &["IG-08"])
                });
                let mut states = self.filter(states, back);
                states = self.filter(states, |headers| gateway.serve(vpc, headers));
                states = self.encrypted(states, vpc, WayOut::InternetGateway);
                self.filter(states, |headers| self.redirected(gateway, subnet, &headers))
            }
            Target::EgressOnlyInternetGateway(index) => {
                let gateway = &net.egress_only_gateways[*index];
                let reason = |code| Reason::new(code, gateway.component(), &["IG-06"]);
                let back = self.only_back_by(Edge::EgressOnlyInternetGateway(*index), || {
                    reason(ExplanationCode::EgressOnlyGatewayRestriction)
                });
                let states = self.filter(states, back);
                let states = self.encrypted(states, vpc, WayOut::EgressOnlyGateway);
                self.filter(states, |headers| {
                    if gateway.vpc == Some(vpc) {
                        Split::pass(headers)
                    } else {
                        Split::drop(headers, reason(ExplanationCode::BadStateAttachment))
                    }
                })
            }
            Target::Peering(index) => {
                let peering = &net.peerings[*index];
                let states = self.filter(states, |headers| peering.serve(vpc, headers));
                self.encrypted(states, vpc, WayOut::Peering)
            }
            Target::VpnGateway(index) => {
                let gateway = &net.vpn_gateways[*index];
                let states = self.filter(states, |headers| gateway.serve(vpc, headers));
                self.encrypted(states, vpc, WayOut::VpnGateway)
            }
            Target::Interface(index) => {
                let interface = &net.interfaces[*index];
                self.filter(states, |headers| interface.carry(self.net.host(interface), headers))
            }
            Target::TransitGateway(index) => {
                let component = net.transit_gateways[*index].component();
                let states = self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                });
                self.attached(states, *index, subnet)
            }
            Target::NatGateway(index) => {
                let gateway = &net.nat_gateways[*index];
                let component = gateway.component();
                let states = self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                });
                let zone = net.subnets[subnet].zone.as_ref();
                let states = self.filter(states, |headers| gateway.serve(headers));
                let states = self.filter(states, |headers| gateway.serve_zone(zone, headers));
                self.encrypted(states, vpc, WayOut::NatGateway)
            }
            Target::Endpoint(index) => {
                let endpoint = &net.endpoints[*index];
                match endpoint.kind {
                    // E10 asks for its state past the subnet's network ACL.
                    EndpointKind::Gateway => states,
                    _ => self.endpoint_ready(states, *index),
                }
            }
            Target::Unmodelled(kind) if *kind != UnmodelledTarget::Unreadable => {
                let component = Component::new(ComponentKind::Other, &route.target_id);
                self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                })
            }
            // A missing interface may be one that the request went through by another way.
            Target::Missing(kind)
                if !matches!(
                    kind,
                    ComponentKind::InternetGateway | ComponentKind::NetworkInterface
                ) =>
            {
                let component = Component::new(*kind, &route.target_id);
                self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                })
            }
            Target::Local | Target::Missing(_) | Target::Unmodelled(_) => states,
        }
    }

    /// EP-05, NFW-01: an endpoint has to be available; about a firewall's its firewall decides.
    pub(super) fn endpoint_ready(&self, states: Vec<State>, index: EndpointIdx) -> Vec<State> {
        let endpoint = &self.net.endpoints[index];
        match self.net.firewall_endpoints.get(&endpoint.id) {
            Some(at) => self.filter(states, |headers| at.serve(endpoint.component(), headers)),
            None => self.filter(states, |headers| endpoint.serve(headers)),
        }
    }

    /// The subnet that a target stands in, if it stands in one.
    pub(super) fn subnet_of_target(&self, route: &Route) -> Option<SubnetIdx> {
        match &route.target {
            Target::Interface(index) => self.net.interfaces[*index].subnet,
            Target::NatGateway(index) => {
                let (interface, _) = self.net.nat_gateways[*index].primary?;
                self.net.interfaces[interface].subnet
            }
            Target::Endpoint(index) => self.subnet_of(*index),
            _ => None,
        }
    }

    /// SC-03: a VPC that enforces encryption.
    pub(super) fn encrypted(&self, states: Vec<State>, vpc: VpcIdx, way: WayOut) -> Vec<State> {
        match &self.net.vpcs[vpc].encryption {
            Some(control) => self.filter(states, |headers| control.pass(way, headers)),
            None => states,
        }
    }

    /// RP-02, IG-08: a reply may leave by a stateful or translating gateway only if the request
    /// came by it.
    fn only_back_by(
        &self,
        edge: Edge,
        reason: impl Fn() -> Reason,
    ) -> impl FnMut(HeaderSet) -> Split {
        let allowed = self.forwards() || self.request.edges.contains(&edge);
        move |headers| if allowed { Split::pass(headers) } else { Split::drop(headers, reason()) }
    }

    /// What this version does not walk through. A reply is lost there for certain, however it
    /// works, if the request came in by an internet gateway (IG-08, MB-06), and a NAT gateway
    /// never passes a reply to a flow that it did not carry (RP-02).
    fn lost_there(
        &self,
        component: &Component,
        outward: bool,
        table: &RouteTable,
        route: &Route,
        headers: HeaderSet,
    ) -> Split {
        let translates = matches!(
            route.target,
            Target::NatGateway(_) | Target::Missing(ComponentKind::NatGateway)
        );
        let from_internet = outward
            && self.request.edges.iter().any(|edge| matches!(edge, Edge::InternetGateway(_)));
        if self.forwards() || !(translates || from_internet) {
            return Split::pass(headers);
        }
        let rule = if translates { "RP-02" } else { "IG-08" };
        let code = ExplanationCode::AsymmetricReturnPath;
        let reason = Reason::new(code, component.clone(), &[rule]);
        Split::drop(headers, reason.with(table.evidence(route)))
    }

    /// On to what the route leads to, past the subnet's network ACL.
    pub(super) fn take(
        &mut self,
        state: State,
        from: Exit,
        subnet: SubnetIdx,
        table: &RouteTable,
        route: &Route,
    ) {
        let vpc = self.net.subnets[subnet].vpc;
        let evidence = table.evidence(route);
        let place = match &route.target {
            Target::Local => Place::Deliver { vpc, crossing: true },
            Target::InternetGateway(gateway) => Place::LeaveInternetGateway(*gateway, from, subnet),
            Target::EgressOnlyInternetGateway(gateway) => {
                Place::LeaveEgressOnly(*gateway, from, subnet)
            }
            Target::Peering(peering) => Place::CrossPeering(*peering, vpc),
            Target::VpnGateway(gateway) => Place::LeaveVpnGateway(*gateway, from, subnet),
            Target::TransitGateway(gateway) => Place::EnterTransitGateway(*gateway, subnet),
            Target::Interface(appliance) if from == Exit::Interface(*appliance) => {
                let component = self.net.interfaces[*appliance].component();
                return self
                    .block(state, Reason::new(ExplanationCode::Loop, component, &["PIPE-05"]));
            }
            Target::Interface(appliance) => {
                return self.through_appliance(state, *appliance, Some(subnet));
            }
            Target::Endpoint(endpoint) => match self.net.endpoints[*endpoint].kind {
                EndpointKind::Gateway => Place::EnterGatewayEndpoint(*endpoint, from),
                _ if from == Exit::Endpoint(*endpoint) => {
                    let endpoint = &self.net.endpoints[*endpoint];
                    return self.block(state, endpoint.reason(ExplanationCode::Loop, "PIPE-05"));
                }
                EndpointKind::GatewayLoadBalancer => {
                    return self.through_endpoint(state, *endpoint, Some(subnet));
                }
                EndpointKind::Interface | EndpointKind::Opaque => {
                    let component = self.net.endpoints[*endpoint].component();
                    return self.not_modelled(state, component, "RT-10", evidence);
                }
            },
            Target::NatGateway(gateway) => Place::EnterNatGateway(*gateway, subnet),
            Target::Unmodelled(UnmodelledTarget::LocalGateway) => {
                return self.enter_outpost(state, vpc, &route.target_id);
            }
            Target::Unmodelled(UnmodelledTarget::CoreNetwork) => {
                // HYB-09: what its segments route only Network Manager tells.
                let component = Component::new(ComponentKind::CoreNetwork, &route.target_id);
                let code = ExplanationCode::UnknownResource;
                return self.doubt(state, Reason::new(code, component, &["HYB-09"]).with(evidence));
            }
            Target::Unmodelled(_) => {
                let component = Component::new(ComponentKind::Other, &route.target_id);
                return self.not_modelled(state, component, "RT-10", evidence);
            }
            Target::Missing(kind) => {
                let component = Component::new(*kind, &route.target_id);
                let code = ExplanationCode::UnknownResource;
                let reason = Reason::new(code, component, &["RT-09"]).with(evidence);
                return self.doubt(state, reason);
            }
        };
        self.go(State { place, ..state });
    }

    pub(super) fn not_modelled(
        &mut self,
        state: State,
        component: Component,
        rule: &'static str,
        evidence: Evidence,
    ) {
        let reason = Reason::new(ExplanationCode::NotModelled, component, &[rule]).with(evidence);
        self.doubt(state, reason);
    }
}
