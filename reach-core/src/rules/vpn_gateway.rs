//! Virtual private gateways and the VPN connections behind them (semantics section 11, HYB-*).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Interface, Reason, Split};
use crate::index::{TableIdx, VpcIdx};
use crate::packet::{HeaderSet, IpSet};

/// A virtual private gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct VpnGateway {
    pub(crate) id: Arc<str>,
    /// The VPC that it is attached to, when attachment and gateway work (HYB-01).
    pub(crate) vpc: Option<VpcIdx>,
    /// Its gateway route table (RT-14).
    pub(crate) table: Option<TableIdx>,
    /// VPN connections that end here.
    pub(crate) connections: usize,
    /// Whether one of them has a tunnel that is up (HYB-03); `None` when they were not collected.
    pub(crate) tunnel_up: Option<bool>,
    /// On-premises prefixes that it knows (HYB-02).
    pub(crate) prefixes: IpSet,
    /// Whether there may be more: routes learned by BGP that no route table shows.
    pub(crate) more_prefixes: bool,
}

impl VpnGateway {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::VpnGateway, &self.id)
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// HYB-01, HYB-03, HYB-06: attached to this VPC, a tunnel up, and no IPv6.
    pub(crate) fn serve(&self, vpc: VpcIdx, headers: HeaderSet) -> Split {
        if self.vpc != Some(vpc) {
            return Split::drop(
                headers,
                self.reason(ExplanationCode::BadStateAttachment, "HYB-01"),
            );
        }
        let v6 = headers.restrict_sources(&IpSet::all_v6());
        let v4 = headers.difference(&v6);
        let mut split = match self.tunnel_up {
            Some(true) => Split::pass(v4),
            Some(false) => Split::drop(
                v4,
                self.reason(ExplanationCode::BadStateVpn, "HYB-03").with(Evidence::attribute(
                    &self.id,
                    "VgwTelemetry[].Status",
                    if self.connections == 0 { "no connection" } else { "DOWN" },
                )),
            ),
            None => Split::unsure(v4, self.reason(ExplanationCode::UnknownResource, "HYB-03")),
        };
        split.add_dropped(v6, self.reason(ExplanationCode::VgwIpv6NotSupported, "HYB-06"));
        split
    }

    /// HYB-02: to on-premises, only prefixes that it knows.
    pub(crate) fn know(&self, headers: &HeaderSet) -> Split {
        let known = headers.restrict_destinations(&self.prefixes);
        let unknown = headers.difference(&known);
        let mut split = Split::pass(known);
        if self.more_prefixes {
            split.add_unsure(unknown, self.reason(ExplanationCode::UnknownResource, "HYB-02"));
        } else {
            split.add_dropped(unknown, self.reason(ExplanationCode::VgwPrefixNotKnown, "HYB-02"));
        }
        split
    }

    /// HYB-05, PIPE-08: to on-premises, only sources that the sending interface owns.
    pub(crate) fn refuse_foreign_sources(
        &self,
        interface: &Interface,
        headers: &HeaderSet,
    ) -> Split {
        let own = headers.restrict_sources(&interface.owned);
        let foreign = headers.difference(&own);
        let mut split = Split::pass(own);
        let code = ExplanationCode::VgwPrivateIpAssociationForEgress;
        split.add_dropped(foreign, self.reason(code, "HYB-05"));
        split
    }

    /// HYB-04: from on-premises, nothing that no attached interface of the VPC owns.
    pub(crate) fn refuse_foreign_destinations(&self) -> Reason {
        self.reason(ExplanationCode::VgwPrivateIpAssociationForIngress, "HYB-04")
    }
}
