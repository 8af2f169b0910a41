//! What a route leads to (RT-09, RT-10).

use super::Walk;
use super::walk::{Place, State};
use crate::index::{InterfaceIdx, SubnetIdx};
use crate::network::Edge;
use crate::packet::HeaderSet;
use crate::rules::{
    Component, ComponentKind, Evidence, ExplanationCode, Reason, Route, RouteTable, Split, Target,
    UnmodelledTarget,
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
                self.filter(states, |headers| self.redirected(gateway, &headers))
            }
            Target::EgressOnlyInternetGateway(index) => {
                let gateway = &net.egress_only_gateways[*index];
                let reason = |code| Reason::new(code, gateway.component(), &["IG-06"]);
                let back = self.only_back_by(Edge::EgressOnlyInternetGateway(*index), || {
                    reason(ExplanationCode::EgressOnlyGatewayRestriction)
                });
                let states = self.filter(states, back);
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
                self.filter(states, |headers| peering.serve(vpc, headers))
            }
            Target::VpnGateway(index) => {
                let gateway = &net.vpn_gateways[*index];
                self.filter(states, |headers| gateway.serve(vpc, headers))
            }
            Target::Interface(index) => {
                let interface = &net.interfaces[*index];
                self.filter(states, |headers| interface.carry(headers))
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
                self.filter(states, |headers| gateway.serve(headers))
            }
            Target::Unmodelled(kind) if *kind != UnmodelledTarget::Unreadable => {
                let component = Component::new(ComponentKind::Other, &route.target_id);
                self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                })
            }
            Target::Missing(kind @ ComponentKind::TransitGateway) => {
                let component = Component::new(*kind, &route.target_id);
                self.filter(states, |headers| {
                    self.lost_there(&component, outward, table, route, headers)
                })
            }
            Target::Local | Target::Missing(_) | Target::Unmodelled(_) => states,
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
        let translates = matches!(route.target, Target::NatGateway(_));
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
        from: Option<InterfaceIdx>,
        subnet: SubnetIdx,
        table: &RouteTable,
        route: &Route,
    ) {
        let vpc = self.net.subnets[subnet].vpc;
        let evidence = table.evidence(route);
        let place = match &route.target {
            Target::Local => Place::Deliver { vpc, crossing: true },
            Target::InternetGateway(gateway) => match from {
                Some(from) => Place::LeaveInternetGateway(*gateway, from),
                None => {
                    let component = self.net.internet_gateways[*gateway].component();
                    return self.reject_spoofed(state, component);
                }
            },
            Target::EgressOnlyInternetGateway(gateway) => match from {
                Some(from) => Place::LeaveEgressOnly(*gateway, from),
                None => {
                    let component = self.net.egress_only_gateways[*gateway].component();
                    return self.reject_spoofed(state, component);
                }
            },
            Target::Peering(peering) => Place::CrossPeering(*peering, vpc),
            Target::VpnGateway(gateway) => match from {
                Some(from) => Place::LeaveVpnGateway(*gateway, from),
                None => {
                    let component = self.net.vpn_gateways[*gateway].component();
                    return self.reject_spoofed(state, component);
                }
            },
            Target::TransitGateway(gateway) => Place::EnterTransitGateway(*gateway, subnet),
            Target::Interface(appliance) => {
                return self.appliance(state, *appliance, Some(subnet));
            }
            Target::NatGateway(gateway) => Place::EnterNatGateway(*gateway, subnet),
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

    /// MB-01: an interface as the next hop; `from` is the subnet that the packet comes from. What
    /// the appliance does with the packet is not modelled, but its subnet's network ACL, its check,
    /// its groups or its host can settle it.
    pub(super) fn appliance(
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
        let mut states = self.enter_subnet(state, index, crossing);
        for state in &mut states {
            self.hop(state, interface.component());
        }
        states = self.filter(states, |headers| interface.check_destination(headers));
        if self.forwards() {
            states = self.pass_groups(states, index);
        }
        states = self.filter(states, |headers| interface.carry(headers));
        for state in states {
            let code = ExplanationCode::NotModelled;
            self.doubt(state, Reason::new(code, interface.component(), &["MB-01"]));
        }
    }
}
