//! Endpoint services as their providers see them (EP-07).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::LoadBalancerIdx;
use crate::packet::HeaderSet;

/// What lies behind an endpoint whose provider the snapshot has.
#[derive(Debug, Clone)]
pub(crate) struct EndpointService {
    pub(crate) id: Arc<str>,
    pub(crate) state: Arc<str>,
    /// What the provider says about this endpoint; `None` when the snapshot does not tell.
    pub(crate) connection: Option<Arc<str>>,
    /// Ids of the zones that it is available in; empty when nobody told.
    pub(crate) zones: Vec<Arc<str>>,
    /// Its load balancers, by ARN, as far as the snapshot has them.
    pub(crate) balancers: Vec<(Arc<str>, Option<LoadBalancerIdx>)>,
}

impl EndpointService {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::EndpointService, &self.id)
    }

    pub(crate) fn reason(&self, code: ExplanationCode) -> Reason {
        Reason::new(code, self.component(), &["EP-07"])
    }

    /// The service works, and its provider accepted the endpoint.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        let states = [("ServiceState", Some(&self.state))];
        let connection = [("VpcEndpointState", self.connection.as_ref())];
        for (field, state) in states.into_iter().chain(connection) {
            let Some(state) = state else { continue };
            if !state.eq_ignore_ascii_case("available") {
                let evidence = Evidence::attribute(&self.id, field, state);
                let reason = self.reason(ExplanationCode::BadState).with(evidence);
                return Split::drop(headers, reason);
            }
        }
        Split::pass(headers)
    }

    /// Whether it is available in a zone; `None` when names of different accounts would have to be
    /// compared.
    pub(crate) fn installed_in(&self, zone: &str) -> Option<bool> {
        let by_id = zone.contains("-az") && !self.zones.is_empty();
        by_id.then(|| self.zones.iter().any(|own| **own == *zone))
    }
}
