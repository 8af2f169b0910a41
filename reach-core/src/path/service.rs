//! To an AWS service and back through a gateway endpoint (E10).

use super::walk::{Exit, Place, State};
use super::{End, Walk};
use crate::index::EndpointIdx;
use crate::packet::IpSet;
use crate::rules::ExplanationCode;

impl Walk<'_> {
    /// E10, past the client's subnet: the endpoint works, the packet is one that it carries, and a
    /// host of its VPC sends it.
    pub(super) fn enter_gateway_endpoint(
        &mut self,
        mut state: State,
        index: EndpointIdx,
        from: Exit,
    ) {
        let endpoint = &self.net.endpoints[index];
        self.hop(&mut state, endpoint.component());
        let own = match (from, endpoint.vpc) {
            (Exit::Interface(_), Some(vpc)) => {
                let owners = self.net.residents[vpc].addresses.owners(&state.headers.sources());
                let owned = owners.iter().map(|owner| &self.net.interfaces[*owner].owned);
                IpSet::union_all(owned)
            }
            _ => IpSet::empty(),
        };
        let mut states = self.filter(vec![state], |headers| endpoint.serve(headers));
        states = self.filter(states, |headers| endpoint.carry_to_service(&own, &headers));
        for state in states {
            self.end(state, End::GatewayEndpoint(index));
        }
    }

    /// E10 return: straight to the client, past its subnet's network ACL.
    pub(super) fn leave_gateway_endpoint(&mut self, mut state: State, index: EndpointIdx) {
        let endpoint = &self.net.endpoints[index];
        self.hop(&mut state, endpoint.component());
        match endpoint.vpc {
            Some(vpc) => self.go(State { place: Place::Deliver { vpc, crossing: true }, ..state }),
            None => {
                let code = ExplanationCode::UnknownResource;
                self.doubt(state, endpoint.reason(code, "EP-01"));
            }
        }
    }
}
