//! VPC endpoints (semantics section 12, EP-*; MB-04 for those of Gateway Load Balancers).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::{InterfaceIdx, SubnetIdx, VpcIdx};
use crate::packet::{HeaderSet, IcmpSet, IpSet, Traffic};

/// A VPC endpoint, compiled.
#[derive(Debug, Clone)]
pub(crate) struct VpcEndpoint {
    pub(crate) id: Arc<str>,
    pub(crate) kind: EndpointKind,
    pub(crate) vpc: Option<VpcIdx>,
    pub(crate) state: Arc<str>,
    /// Its interfaces that the snapshot has.
    pub(crate) interfaces: Vec<InterfaceIdx>,
    pub(crate) subnets: Vec<SubnetIdx>,
    pub(crate) service: Arc<str>,
}

/// What an endpoint does with packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndpointKind {
    /// A route target for a service's public addresses (EP-01).
    Gateway,
    /// Interfaces that answer for a service (EP-04).
    Interface,
    /// A route target in front of inspection (MB-04, NFW-01).
    GatewayLoadBalancer,
    /// Interfaces with something behind them that no describe call of EC2 shows (EP-09).
    Opaque,
}

impl EndpointKind {
    /// A missing type means gateway.
    pub(crate) fn of(text: Option<&str>) -> Self {
        match text.unwrap_or("Gateway") {
            "Gateway" => Self::Gateway,
            "Interface" => Self::Interface,
            "GatewayLoadBalancer" => Self::GatewayLoadBalancer,
            _ => Self::Opaque,
        }
    }
}

impl VpcEndpoint {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::VpcEndpoint, &self.id)
    }

    pub(crate) fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// EP-05: only `Available` passes traffic; `Partial` does in some zones, and no call says in
    /// which. The capitals differ between answers of AWS.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        let state = || Evidence::attribute(&self.id, "State", &self.state);
        if self.state.eq_ignore_ascii_case("available") {
            Split::pass(headers)
        } else if self.state.eq_ignore_ascii_case("partial") {
            let code = ExplanationCode::UnknownResource;
            Split::unsure(headers, self.reason(code, "EP-05").with(state()))
        } else {
            Split::drop(headers, self.reason(ExplanationCode::BadState, "EP-05").with(state()))
        }
    }

    /// EP-09: what lies behind some endpoints no describe call of EC2 shows.
    pub(crate) fn answer(&self, headers: HeaderSet) -> Split {
        match self.kind {
            EndpointKind::Opaque => {
                Split::unsure(headers, self.reason(ExplanationCode::NotModelled, "EP-09"))
            }
            _ => Split::pass(headers),
        }
    }

    /// EP-02: TCP and ICMP echo, from a host of this VPC. `own` are the sources that its
    /// interfaces have.
    pub(crate) fn carry_to_service(&self, own: &IpSet, headers: &HeaderSet) -> Split {
        // E10: the protocol before the source.
        let carried = Traffic::all_tcp()
            .union(&Traffic::icmp(&IcmpSet::of_type(8)))
            .union(&Traffic::icmpv6(&IcmpSet::of_type(128)));
        let meant = headers.restrict_traffic(&carried);
        let passed = meant.restrict_sources(own);
        let mut split = Split::pass(passed.clone());
        let code = ExplanationCode::VpceGatewayProtocolRestriction;
        split.add_dropped(headers.difference(&meant), self.reason(code, "EP-02"));
        let code = ExplanationCode::VpceGatewaySourceRestriction;
        split.add_dropped(meant.difference(&passed), self.reason(code, "EP-02"));
        split
    }
}
