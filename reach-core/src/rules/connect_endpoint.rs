//! EC2 Instance Connect Endpoints (EP-10).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::packet::{HeaderSet, IpSet};

/// An EC2 Instance Connect Endpoint, compiled.
#[derive(Debug, Clone)]
pub(crate) struct ConnectEndpoint {
    pub(crate) id: Arc<str>,
    pub(crate) state: Arc<str>,
    /// Whether targets see the client's address instead of the endpoint's.
    pub(crate) preserves: bool,
}

impl ConnectEndpoint {
    /// EP-10: it works once it is made; what it does while it is made, changed or deleted nobody
    /// says.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        let reason = |code| {
            Reason::new(code, self.component(), &["EP-10"]).with(Evidence::attribute(
                &self.id,
                "State",
                &self.state,
            ))
        };
        match &*self.state {
            "create-complete" | "update-complete" | "update-in-progress" | "update-failed" => {
                Split::pass(headers)
            }
            "delete-in-progress" => {
                Split::unsure(headers, reason(ExplanationCode::UnknownResource))
            }
            _ => Split::drop(headers, reason(ExplanationCode::BadState)),
        }
    }

    /// EP-10: with the client's address it reaches targets of its own VPC only.
    pub(crate) fn stay(&self, vpc: &IpSet, headers: HeaderSet) -> Split {
        if !self.preserves {
            return Split::pass(headers);
        }
        let inside = headers.restrict_destinations(vpc);
        let code = ExplanationCode::EiceTargetOutsideVpc;
        let mut split = Split::pass(inside.clone());
        split.add_dropped(
            headers.difference(&inside),
            Reason::new(code, self.component(), &["EP-10"]),
        );
        split
    }

    fn component(&self) -> Component {
        Component::new(ComponentKind::InstanceConnectEndpoint, &self.id)
    }
}
