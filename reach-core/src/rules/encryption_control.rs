//! VPC encryption controls (SC-03).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::packet::HeaderSet;

/// The encryption control of a VPC that is enforced, compiled.
#[derive(Debug, Clone)]
pub(crate) struct EncryptionControl {
    pub(crate) id: Arc<str>,
    /// Ways out that need no encryption.
    pub(crate) excluded: Vec<WayOut>,
}

/// A way out of a VPC that may carry plain traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayOut {
    InternetGateway,
    EgressOnlyGateway,
    NatGateway,
    VpnGateway,
    Peering,
}

impl EncryptionControl {
    /// SC-03: without an exclusion AWS may refuse the way or what it carries, and which of the two
    /// no text says.
    pub(crate) fn pass(&self, way: WayOut, headers: HeaderSet) -> Split {
        if self.excluded.contains(&way) {
            return Split::pass(headers);
        }
        let component = Component::new(ComponentKind::VpcEncryptionControl, &self.id);
        let reason = Reason::new(ExplanationCode::EncryptionEnforce, component, &["SC-03"])
            .with(Evidence::attribute(&self.id, "Mode", "enforce"));
        Split::unsure(headers, reason)
    }
}
