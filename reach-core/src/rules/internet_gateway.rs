//! Internet gateways (semantics section 7, IG-*).

use std::net::IpAddr;
use std::sync::Arc;

use super::address::private_v4;
use super::{
    Component, ComponentKind, EdgeTable, ExplanationCode, Interface, Reason, Split, parse_net,
};
use crate::index::VpcIdx;
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};

/// An internet gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct InternetGateway {
    pub(crate) id: Arc<str>,
    /// The VPC that it is attached to, when the attachment works (IG-01).
    pub(crate) vpc: Option<VpcIdx>,
    /// Its gateway route table (RT-14).
    pub(crate) table: EdgeTable,
    /// A carrier gateway maps carrier addresses as an internet gateway maps public ones (HYB-10).
    pub(crate) carrier: bool,
}

impl InternetGateway {
    pub(crate) fn component(&self) -> Component {
        let kind = match self.carrier {
            true => ComponentKind::CarrierGateway,
            false => ComponentKind::InternetGateway,
        };
        Component::new(kind, &self.id)
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// IG-01: it works only for the VPC that it is attached to.
    pub(crate) fn serve(&self, vpc: VpcIdx, headers: HeaderSet) -> Split {
        if self.vpc == Some(vpc) {
            Split::pass(headers)
        } else {
            Split::drop(headers, self.reason(ExplanationCode::BadStateAttachment, "IG-01"))
        }
    }

    /// IG-04, inbound: nothing from private sources, whichever gateway it is.
    pub(crate) fn refuse_private_sources(gateway: &Component, headers: &HeaderSet) -> Split {
        let private = headers.restrict_sources(private_v4());
        let mut split = Split::pass(headers.difference(&private));
        drop_private(
            &mut split,
            gateway,
            &private,
            HeaderSet::restrict_sources,
            ExplanationCode::IgwSourceAddressNotInRfc1918Ingress,
            ExplanationCode::IgwSourceAddressNotInRfc6598Ingress,
        );
        split
    }

    /// IG-04, outbound: nothing to private destinations.
    pub(crate) fn refuse_private_destinations(&self, headers: &HeaderSet) -> Split {
        let private = headers.restrict_destinations(private_v4());
        let mut split = Split::pass(headers.difference(&private));
        drop_private(
            &mut split,
            &self.component(),
            &private,
            HeaderSet::restrict_destinations,
            ExplanationCode::IgwDestinationAddressNotInRfc1918Egress,
            ExplanationCode::IgwDestinationAddressNotInRfc6598Egress,
        );
        split
    }

    /// IG-02, IG-05: a source passes only with the public address paired with it; IPv4 sources are
    /// rewritten, IPv6 ones must be usable on the internet. `interface` owns the sources, if one of
    /// the VPC does. Gives the parts that pass, each with
    /// the private and public address of its rewriting.
    pub(crate) fn translate_out(
        &self,
        interface: Option<&Interface>,
        headers: &HeaderSet,
    ) -> (Vec<Translated>, Split) {
        let mut rest = headers.clone();
        let mut parts = Vec::new();
        let pairings = interface.into_iter().flat_map(|interface| &interface.pairings);
        for pair in pairings.filter(|pair| pair.carrier == self.carrier) {
            let private = IpAddr::V4(pair.private);
            let own = rest.restrict_sources(&IpSet::from_addr(private));
            if own.is_empty() {
                continue;
            }
            rest = rest.difference(&own);
            let public = IpAddr::V4(pair.public);
            parts.push(Translated {
                headers: own.with_source(public),
                rewrite: Some((private, public)),
            });
        }
        let v6 = interface
            .filter(|_| !self.carrier)
            .map(|interface| rest.restrict_sources(&interface.internet_v6));
        if let Some(v6) = v6
            && !v6.is_empty()
        {
            rest = rest.difference(&v6);
            parts.push(Translated { headers: v6, rewrite: None });
        }
        let mut split = Split::pass(HeaderSet::empty());
        self.drop_by_family(
            &mut split,
            &rest,
            ExplanationCode::IgwPublicIpAssociationForEgress,
            "IG-02",
        );
        (parts, split)
    }

    /// The drops of IG-02, IG-03 and IG-05, which differ by family.
    pub(crate) fn drop_by_family(
        &self,
        split: &mut Split,
        headers: &HeaderSet,
        v4_code: ExplanationCode,
        v4_rule: &'static str,
    ) {
        let v4 = headers.restrict_sources(&IpSet::all_v4());
        let v6 = headers.restrict_sources(&IpSet::all_v6());
        split.add_dropped(v4, self.reason(v4_code, v4_rule));
        split.add_dropped(v6, self.reason(ExplanationCode::IgwIpv6NotUsable, "ENI-04"));
    }

    /// IG-11: EC2 blocks outbound TCP 25 to public IPv4 addresses unless the account is exempt,
    /// which no call shows.
    pub(crate) fn refuse_mail(&self, headers: &HeaderSet) -> Split {
        let mail = headers
            .restrict_traffic(&Traffic::tcp(&PortSet::single(25)))
            .restrict_destinations(&IpSet::all_v4());
        let mut split = Split::pass(headers.difference(&mail));
        split.add_dropped(mail, self.reason(ExplanationCode::Port25Restriction, "IG-11"));
        split
    }
}

/// A part of the headers after an internet gateway rewrote its source.
#[derive(Debug, Clone)]
pub(crate) struct Translated {
    pub(crate) headers: HeaderSet,
    /// Address before and after; none for IPv6, which is not translated.
    pub(crate) rewrite: Option<(IpAddr, IpAddr)>,
}

fn drop_private(
    split: &mut Split,
    gateway: &Component,
    private: &HeaderSet,
    restrict: fn(&HeaderSet, &IpSet) -> HeaderSet,
    rfc1918: ExplanationCode,
    rfc6598: ExplanationCode,
) {
    let reason = |code| Reason::new(code, gateway.clone(), &["IG-04"]);
    let shared: IpSet = parse_net("100.64.0.0/10").into_iter().collect();
    let in_shared = restrict(private, &shared);
    split.add_dropped(private.difference(&in_shared), reason(rfc1918));
    split.add_dropped(in_shared, reason(rfc6598));
}
