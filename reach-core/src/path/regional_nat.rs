//! At a regional NAT gateway, which has no subnet (E2's last lines, NAT-12, NAT-13).

use std::net::{IpAddr, Ipv4Addr};

use super::branch::{Fork, Rewrite, Translator};
use super::walk::{Place, State};
use super::{End, Walk};
use crate::index::{InternetGatewayIdx, NatGatewayIdx, SubnetIdx, VpcIdx};
use crate::network::Edge;
use crate::packet::{HeaderSet, IpSet};
use crate::rules::{
    ExplanationCode, NatGateway, Reason, Regional, Route, RouteTable, Selection, Sender, Target,
};

impl Walk<'_> {
    /// NAT-12: translated to a public address and on by the gateway's own table, past no network
    /// ACL.
    pub(super) fn enter_regional(
        &mut self,
        mut state: State,
        index: NatGatewayIdx,
        regional: &Regional,
        from: SubnetIdx,
    ) {
        let gateway = &self.net.nat_gateways[index];
        let vpc = self.net.subnets[from].vpc;
        let reason = |code, rule| Reason::new(code, gateway.component(), &[rule]);
        self.hop(&mut state, gateway.component());
        let addresses = regional.addresses_for(self.net.subnets[from].zone.as_ref());
        for state in self.filter(vec![state], |headers| gateway.accept(&headers)) {
            if addresses.is_empty() {
                // Blocked or doubted with the route; without any address nobody knows its own.
                self.doubt(state, reason(ExplanationCode::UnknownResource, "NAT-13"));
                continue;
            }
            let Some(table) = regional.table.map(|table| &self.net.tables[table]) else {
                self.doubt(state, reason(ExplanationCode::UnknownResource, "NAT-12"));
                continue;
            };
            let at = Fork::Address { gateway: index };
            for (mut state, public) in self.fork(state, at, &addresses) {
                let requests = state.headers.clone();
                let headers = NatGateway::translate(&requests, public);
                if headers.is_empty() {
                    // Blocked for what it is, and no translation to follow.
                    self.end(state, End::Nowhere);
                    continue;
                }
                let by = Translator::Gateway(index);
                let rewrite = Rewrite::Translated { by, private: public, requests };
                self.rewritten(&mut state, headers, Some(rewrite));
                state.sender = Sender::Lost;
                for (state, route) in self.routed(state, table, vpc) {
                    match &route.target {
                        Target::InternetGateway(gateway) => {
                            self.leave_regional(state, regional, *gateway);
                        }
                        _ => {
                            let code = ExplanationCode::NotModelled;
                            let reason = reason(code, "NAT-12").with(table.evidence(route));
                            self.doubt(state, reason);
                        }
                    }
                }
            }
        }
    }

    /// E2 step 8, with the Block Public Access state of the VPC (BPA-04).
    fn leave_regional(&mut self, mut state: State, regional: &Regional, index: InternetGatewayIdx) {
        let net = self.net;
        let gateway = &net.internet_gateways[index];
        let Some(vpc) = regional.vpc else {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, Reason::new(code, gateway.component(), &["NAT-12"]));
        };
        self.hop(&mut state, gateway.component());
        state.trail.edges.push(Edge::InternetGateway(index));
        let vpc_of = &net.vpcs[vpc];
        let mut states = self.filter(vec![state], |headers| gateway.serve(vpc, headers));
        states = self.filter(states, |headers| {
            vpc_of.block.at_outbound_gateway(vpc_of.component(), headers)
        });
        states = self.filter(states, |headers| gateway.refuse_private_destinations(&headers));
        if !self.vouched.mail {
            states = self.filter(states, |headers| gateway.refuse_mail(&headers));
        }
        for state in states {
            self.beyond(state, Edge::InternetGateway(index));
        }
    }

    /// NAT-07, NAT-12: replies to the public address that a regional NAT gateway gave the request
    /// are the client's again. Gives what is left.
    pub(super) fn turn_back_regional(
        &mut self,
        mut state: State,
        index: InternetGatewayIdx,
    ) -> State {
        if self.forwards() {
            return state;
        }
        let mut given: Vec<(NatGatewayIdx, Ipv4Addr, HeaderSet)> = Vec::new();
        for rewrite in &self.request.rewrites {
            if let Rewrite::Translated { by, private, requests } = rewrite
                && let Translator::Gateway(nat) = by
                && !state.trail.turned_back_by(*by)
            {
                given.push((*nat, *private, requests.clone()));
            }
        }
        for (nat, public, requests) in given {
            let (by, gateway) = (Translator::Gateway(nat), &self.net.nat_gateways[nat]);
            let Some(regional) = &gateway.regional else { continue };
            let address = IpSet::from_addr(IpAddr::V4(public));
            let part = state.headers.restrict_destinations(&address);
            let ours =
                regional.vpc.filter(|vpc| self.net.internet_gateways[index].vpc == Some(*vpc));
            let (Some(vpc), false) = (ours, part.is_empty()) else { continue };
            state.headers = state.headers.difference(&part);
            let block = &self.net.vpcs[vpc];
            let back = State { headers: part, ..state.clone() };
            let states = self.filter(vec![back], |headers| {
                block.block.at_outbound_gateway(block.component(), headers)
            });
            for back in states {
                let returned = NatGateway::turn_back(&requests, &back.headers, public);
                if returned.always.is_empty() && returned.sometimes.is_empty() {
                    self.end(back, End::Nowhere);
                    continue;
                }
                for (headers, by_chance) in [(returned.always, false), (returned.sometimes, true)] {
                    let mut back = back.clone();
                    self.hop(&mut back, gateway.component());
                    self.rewritten(&mut back, headers, Some(Rewrite::TurnedBack { by }));
                    back.trail.by_chance |= by_chance;
                    self.route_back(back, regional, gateway, vpc);
                }
            }
        }
        state
    }

    /// NAT-12: what the gateway's own table makes of a packet, route by route.
    fn routed<'t>(
        &mut self,
        state: State,
        table: &'t RouteTable,
        vpc: VpcIdx,
    ) -> Vec<(State, &'t Route)> {
        // NAT64 may have made a broadcast of it.
        let state = self.refuse_everybody(state, vpc);
        let (parts, unrouted) = table.select(&state.headers);
        self.block(State { headers: unrouted, ..state.clone() }, table.no_route());
        let mut routed = Vec::new();
        for (selection, headers) in parts {
            let Some(route) = table.route(selection.position()) else { continue };
            let mut state = State { headers, ..state.clone() };
            if let Selection::Unclear(_) = selection {
                self.doubt(state, table.unclear(route));
                continue;
            }
            self.hop_with(&mut state, table.component(), table.evidence(route));
            if route.blackhole {
                self.block(state, table.blackhole(route));
            } else {
                routed.push((state, route));
            }
        }
        routed
    }

    /// NAT-07, NAT-12: on to the client by the gateway's own table.
    fn route_back(&mut self, state: State, regional: &Regional, nat: &NatGateway, vpc: VpcIdx) {
        let Some(table) = regional.table.map(|table| &self.net.tables[table]) else {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, Reason::new(code, nat.component(), &["NAT-12"]));
        };
        for (state, route) in self.routed(state, table, vpc) {
            match &route.target {
                Target::Local => {
                    self.go(State { place: Place::Deliver { vpc, crossing: true }, ..state });
                }
                // IG-08: out again is not back to the client.
                Target::InternetGateway(_) => {
                    let code = ExplanationCode::AsymmetricReturnPath;
                    let reason = Reason::new(code, nat.component(), &["NAT-07"]);
                    self.block(state, reason.with(table.evidence(route)));
                }
                _ => {
                    let reason =
                        Reason::new(ExplanationCode::NotModelled, nat.component(), &["NAT-12"]);
                    self.doubt(state, reason.with(table.evidence(route)));
                }
            }
        }
    }
}
