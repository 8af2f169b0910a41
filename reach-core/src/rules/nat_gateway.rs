//! NAT gateways (semantics section 8, NAT-*).

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split, nat64};
use crate::index::{InterfaceIdx, TableIdx, VpcIdx};
use crate::packet::{HeaderSet, IpSet, PortSet, Traffic};

/// A NAT gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct NatGateway {
    pub(crate) id: Arc<str>,
    pub(crate) state: Arc<str>,
    /// What a regional one has instead of a subnet (NAT-12).
    pub(crate) regional: Option<Regional>,
    /// The interface with its primary address, and that address.
    pub(crate) primary: Option<(InterfaceIdx, Ipv4Addr)>,
}

/// A NAT gateway of a whole VPC: no subnet, no interface, a route table of its own (NAT-12).
#[derive(Debug, Clone)]
pub(crate) struct Regional {
    pub(crate) vpc: Option<VpcIdx>,
    pub(crate) table: Option<TableIdx>,
    /// Whether it serves zones before it has addresses there (NAT-13).
    pub(crate) automatic: bool,
    /// Its public addresses, each with its zone by every name that is told.
    pub(crate) addresses: Vec<(Vec<Arc<str>>, Ipv4Addr)>,
}

impl Regional {
    /// NAT-13: the addresses that clients of a zone get: those of their zone, or any of them where
    /// the gateway serves every zone; none where it does not serve theirs.
    pub(crate) fn addresses_for(&self, zone: Option<&Arc<str>>) -> Vec<Ipv4Addr> {
        let all = || self.addresses.iter().map(|(_, address)| *address);
        let own =
            self.addresses.iter().filter(|(zones, _)| zone.is_some_and(|it| zones.contains(it)));
        let own: Vec<Ipv4Addr> = own.map(|(_, address)| *address).collect();
        if own.is_empty() && self.automatic { all().collect() } else { own }
    }
}

/// Replies that a NAT gateway turned back, as the client's own.
#[derive(Debug, Clone)]
pub(crate) struct Returned {
    /// Replies that get here whatever port the gateway chose.
    pub(crate) always: HeaderSet,
    /// Replies that get here for some of the ports that it may choose, and not for others.
    pub(crate) sometimes: HeaderSet,
}

impl NatGateway {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::NatGateway, &self.id)
    }

    fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// NAT-02: only `available` forwards; `deleting` does as long as it can.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        let state = Evidence::attribute(&self.id, "State", &self.state);
        match &*self.state {
            "available" => Split::pass(headers),
            "deleting" => {
                let code = ExplanationCode::UnknownResource;
                Split::unsure(headers, self.reason(code, "NAT-02").with(state))
            }
            _ => Split::drop(headers, self.reason(ExplanationCode::BadState, "NAT-02").with(state)),
        }
    }

    /// NAT-03, NAT-11: TCP, UDP and ICMP over IPv4. IPv6 passes only to addresses that stand for
    /// IPv4 ones.
    pub(crate) fn accept(&self, headers: &HeaderSet) -> Split {
        let v4 = headers.restrict_destinations(&IpSet::all_v4());
        let v6 = headers.difference(&v4);
        let passed = v4.restrict_traffic(&Self::carried());
        let mut split = Split::pass(passed.clone());
        let refused = self.reason(ExplanationCode::ProtocolRestriction, "NAT-03");
        split.add_dropped(v4.difference(&passed), refused);
        let meant = v6.restrict_destinations(&nat64::prefix());
        let for_v4 = meant.restrict_traffic(&nat64::carried());
        // Which messages besides echo have a counterpart, nobody says.
        let untold = meant.restrict_traffic(&Traffic::all_icmpv6()).difference(&for_v4);
        split.add_unsure(untold.clone(), self.reason(ExplanationCode::NotModelled, "NAT-11"));
        let other = self.reason(ExplanationCode::ProtocolRestriction, "NAT-11");
        split.add_dropped(v6.difference(&for_v4).difference(&untold), other);
        split.passed = split.passed.union(&for_v4);
        split
    }

    /// NAT-13: a regional one in manual mode serves the zones that it has addresses in.
    pub(crate) fn serve_zone(&self, zone: Option<&Arc<str>>, headers: HeaderSet) -> Split {
        let Some(regional) = &self.regional else { return Split::pass(headers) };
        let untold = zone.is_none()
            || regional.automatic
            || regional.addresses.iter().any(|(zones, _)| zones.is_empty());
        match (regional.addresses_for(zone).is_empty(), untold) {
            (false, _) => Split::pass(headers),
            (true, true) => {
                Split::unsure(headers, self.reason(ExplanationCode::UnknownResource, "NAT-13"))
            }
            (true, false) => {
                let code = ExplanationCode::RegionalNgwRouteAzRestriction;
                Split::drop(headers, self.reason(code, "NAT-13"))
            }
        }
    }

    /// NAT-03: TCP, UDP and ICMP.
    pub(crate) fn carried() -> Traffic {
        Traffic::all_tcp().union(&Traffic::all_udp()).union(&Traffic::all_icmp())
    }

    /// NAT-04, PK-05: the gateway's private address and any port that it may choose.
    pub(crate) fn translate(headers: &HeaderSet, private: Ipv4Addr) -> HeaderSet {
        let v4 = headers.restrict_destinations(&IpSet::all_v4()).union(&nat64::to_v4(headers));
        v4.with_source(IpAddr::V4(private)).map_traffic(|traffic| {
            traffic.with_any_source_port().from_source_ports(&PortSet::ephemeral())
        })
    }

    /// NAT-07: which of the requests that went in (`requests`) get these replies back, as replies
    /// to the client. A reply that does not arrive for every port that the gateway may have chosen
    /// arrives only sometimes.
    pub(crate) fn turn_back(
        requests: &HeaderSet,
        replies: &HeaderSet,
        private: Ipv4Addr,
    ) -> Returned {
        let answered = replies.request();
        let missing = Self::translate(requests, private).difference(&answered);
        let some = requests.intersection(&whoever_asked(&answered));
        let never_sure = some.intersection(&whoever_asked(&missing));
        Returned { always: some.difference(&never_sure).reply(), sometimes: never_sure.reply() }
    }

    /// Requests as they went in, of those that left as these.
    pub(crate) fn before(requests: &HeaderSet, outer: &HeaderSet) -> HeaderSet {
        requests.intersection(&whoever_asked(outer))
    }
}

/// The same destinations and services, asked by anybody from any port, over IPv6 too (NAT-11).
fn whoever_asked(headers: &HeaderSet) -> HeaderSet {
    let v4 =
        HeaderSet::union_all(headers.products().into_iter().map(|(_, destinations, traffic)| {
            HeaderSet::product(&IpSet::all_v4(), &destinations, &traffic.with_any_source_port())
        }));
    let v6 = nat64::to_v6(&v4);
    v4.union(&v6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(source: &str, destination: &str, traffic: &str) -> HeaderSet {
        let net = |text: &str| IpSet::from_net(text.parse().unwrap());
        HeaderSet::product(&net(source), &net(destination), &traffic.parse().unwrap())
    }

    #[test]
    fn replies_for_some_ports_only_are_not_sure() {
        let private = Ipv4Addr::new(10, 0, 1, 200);
        let web = set("10.0.2.10/32", "203.0.113.5/32", "tcp/443");
        let dns = set("10.0.2.10/32", "203.0.113.5/32", "udp/53");
        let requests = web.union(&dns);
        let outer = NatGateway::translate(&requests, private);
        let all = NatGateway::turn_back(&requests, &outer.reply(), private);
        assert_eq!(all.always, requests.reply());
        assert!(all.sometimes.is_empty());

        let high = Traffic::all_tcp().from_source_ports(&PortSet::range(32768, 65535));
        let part = outer.restrict_traffic(&high);
        let some = NatGateway::turn_back(&requests, &part.reply(), private);
        assert!(some.always.is_empty());
        assert_eq!(some.sometimes, web.reply());
    }
}
