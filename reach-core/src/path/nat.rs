//! At a NAT gateway (E2, NAT-*).

use std::net::Ipv4Addr;

use super::branch::{Rewrite, Trail, Translator};
use super::walk::{Exit, Place, State};
use super::{End, Walk};
use crate::index::{InterfaceIdx, NatGatewayIdx, SubnetIdx};
use crate::packet::HeaderSet;
use crate::rules::{Component, ExplanationCode, NatGateway, Reason, Sender};

/// A translation that the request went through, for its replies.
pub(super) struct Translation {
    by: Translator,
    component: Component,
    private: Ipv4Addr,
    requests: HeaderSet,
}

impl Walk<'_> {
    /// E2 steps 4 to 6: into the gateway's subnet, translated, and on by that subnet's table.
    /// Whether the gateway is up was asked with the route.
    pub(super) fn enter_nat_gateway(
        &mut self,
        mut state: State,
        index: NatGatewayIdx,
        from: SubnetIdx,
    ) {
        let gateway = &self.net.nat_gateways[index];
        let reason = |code, rule| Reason::new(code, gateway.component(), &[rule]);
        if let Some(regional) = &gateway.regional {
            return self.enter_regional(state, index, regional, from);
        }
        let primary = gateway.primary.and_then(|(interface, private)| {
            Some((interface, private, self.net.interfaces[interface].subnet?))
        });
        let Some((interface, private, subnet)) = primary else {
            return self.doubt(state, reason(ExplanationCode::UnknownResource, "NAT-04"));
        };
        // NAT-10, PIPE-05: the table of its own subnet sends its packets back to it.
        let by = Translator::Gateway(index);
        let again = |rewrite: &Rewrite| matches!(rewrite, Rewrite::Translated { by: past, .. } if *past == by);
        if state.trail.rewrites.iter().any(again) {
            self.hop(&mut state, gateway.component());
            return self.block(state, reason(ExplanationCode::Loop, "NAT-10"));
        }
        let mut states = self.enter_subnet(state, interface, subnet != from);
        for state in &mut states {
            self.hop(state, gateway.component());
        }
        states = self.filter(states, |headers| gateway.accept(&headers));
        for mut state in states {
            let requests = state.headers.clone();
            let headers = NatGateway::translate(&requests, private);
            if headers.is_empty() {
                // Blocked for what it is, and no translation to follow.
                self.end(state, End::Nowhere);
                continue;
            }
            let rewrite = Rewrite::Translated { by, private, requests };
            self.rewritten(&mut state, headers, Some(rewrite));
            state.sender = Sender::Lost;
            self.go(State { place: Place::Route(Exit::Interface(interface), subnet), ..state });
        }
    }

    /// The translation at this interface that a reply comes back to.
    pub(super) fn translated_at(&self, index: InterfaceIdx, reply: &Trail) -> Option<Translation> {
        if self.forwards() {
            return None;
        }
        self.request.rewrites.iter().rev().find_map(|rewrite| match rewrite {
            Rewrite::Translated { by, private, requests } => {
                let (interface, component) = match by {
                    Translator::Gateway(gateway) => {
                        let nat = &self.net.nat_gateways[*gateway];
                        (nat.primary?.0, nat.component())
                    }
                    Translator::Interface(at) => (*at, self.net.interfaces[*at].component()),
                };
                let (by, private, requests) = (*by, *private, requests.clone());
                (interface == index && !reply.turned_back_by(by)).then_some(Translation {
                    by,
                    component,
                    private,
                    requests,
                })
            }
            _ => None,
        })
    }

    /// E2 return, steps 3 and 4: the client's own address and port again, and on by the table of
    /// the gateway's subnet.
    pub(super) fn turn_back(
        &mut self,
        state: &State,
        index: InterfaceIdx,
        translation: &Translation,
    ) {
        let Some(subnet) = self.net.interfaces[index].subnet else { return };
        let Translation { by, component, private, requests } = translation;
        let returned = NatGateway::turn_back(requests, &state.headers, *private);
        if returned.always.is_empty() && returned.sometimes.is_empty() {
            return self.end(state.clone(), End::Nowhere);
        }
        for (headers, by_chance) in [(returned.always, false), (returned.sometimes, true)] {
            let mut state = state.clone();
            self.hop(&mut state, component.clone());
            self.rewritten(&mut state, headers, Some(Rewrite::TurnedBack { by: *by }));
            state.trail.by_chance |= by_chance;
            self.go(State { place: Place::Route(Exit::Interface(index), subnet), ..state });
        }
    }
}
