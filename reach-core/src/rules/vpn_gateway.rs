//! Virtual private gateways and the VPN connections behind them (semantics section 11, HYB-*).

use std::sync::Arc;

use super::{Component, ComponentKind, EdgeTable, Evidence, ExplanationCode, Reason, Split};
use crate::index::VpcIdx;
use crate::packet::{HeaderSet, IpSet};

/// A virtual private gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct VpnGateway {
    pub(crate) id: Arc<str>,
    /// The VPC that it is attached to, when attachment and gateway work (HYB-01).
    pub(crate) vpc: Option<VpcIdx>,
    /// Its gateway route table (RT-14).
    pub(crate) table: EdgeTable,
    /// What leads on from it.
    pub(crate) link: Link,
    pub(crate) direct: Direct,
    /// On-premises prefixes that it knows (HYB-02).
    pub(crate) prefixes: IpSet,
    /// Whether there may be more: routes learned by BGP that no route table shows.
    pub(crate) more_prefixes: bool,
}

/// The way from a virtual private gateway to the customer's network (HYB-03, HYB-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// A VPN connection with a tunnel that is up.
    Up,
    /// VPN connections, and no tunnel is up.
    Down,
    /// No VPN connection: Direct Connect or nothing.
    NoVpn,
    /// VPN connections or their tunnels were not collected.
    NotCollected,
}

/// The way over Direct Connect (HYB-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direct {
    /// A private virtual interface whose BGP session is up leads here.
    Up,
    /// None does.
    None,
    /// Direct Connect was not collected.
    NotCollected,
}

impl VpnGateway {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::VpnGateway, &self.id)
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// HYB-01, HYB-03, HYB-06, HYB-07: attached to this VPC, and a way on: a VPN tunnel, which
    /// carries no IPv6 here, or Direct Connect.
    pub(crate) fn serve(&self, vpc: VpcIdx, headers: HeaderSet) -> Split {
        if self.vpc != Some(vpc) {
            return Split::drop(
                headers,
                self.reason(ExplanationCode::BadStateAttachment, "HYB-01"),
            );
        }
        if self.direct == Direct::Up {
            return Split::pass(headers);
        }
        if (self.link, self.direct) == (Link::NoVpn, Direct::NotCollected) {
            return Split::unsure(headers, self.reason(ExplanationCode::UnknownResource, "HYB-07"));
        }
        let v6 = headers.restrict_sources(&IpSet::all_v6());
        let v4 = headers.difference(&v6);
        let mut split = match self.link {
            Link::Up => Split::pass(v4),
            Link::Down => {
                let status = Evidence::attribute(&self.id, "VgwTelemetry[].Status", "DOWN");
                let reason = self.reason(ExplanationCode::BadStateVpn, "HYB-03").with(status);
                Split::drop(v4, reason)
            }
            Link::NoVpn => Split::drop(v4, self.reason(ExplanationCode::BadStateVpn, "HYB-07")),
            Link::NotCollected => {
                Split::unsure(v4, self.reason(ExplanationCode::UnknownResource, "HYB-03"))
            }
        };
        split.add_dropped(v6, self.reason(ExplanationCode::VgwIpv6NotSupported, "HYB-06"));
        split
    }

    /// Whether all that leads on is Direct Connect, which nobody collected.
    pub(crate) fn untold(&self) -> bool {
        (self.link, self.direct) == (Link::NoVpn, Direct::NotCollected)
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

    /// HYB-05, PIPE-08: to on-premises, only sources that interfaces of the VPC (`hosts`) own.
    pub(crate) fn refuse_foreign_sources(&self, hosts: &IpSet, headers: &HeaderSet) -> Split {
        let own = headers.restrict_sources(hosts);
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
