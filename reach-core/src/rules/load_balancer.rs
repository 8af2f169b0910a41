//! Load balancers: state, listeners, what a listener forwards to (semantics section 13, LB-*).

use std::sync::Arc;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::{InterfaceIdx, TargetGroupIdx, VpcIdx};
use crate::packet::{HeaderSet, IcmpSet, PortSet, Traffic};

/// What a load balancer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum BalancerKind {
    Application,
    Network,
    Gateway,
    Classic,
}

/// Who can reach it (LB-02).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    InternetFacing,
    Internal,
    /// Internal, but the internet reaches it over IPv6.
    InternalButV6,
}

/// A load balancer, compiled.
#[derive(Debug, Clone)]
pub(crate) struct LoadBalancer {
    /// ARN; the name of a Classic one, which has no ARN.
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) dns_name: Option<Arc<str>>,
    pub(crate) kind: BalancerKind,
    pub(crate) scheme: Scheme,
    pub(crate) state: Arc<str>,
    pub(crate) vpc: Option<VpcIdx>,
    /// The zones that it is enabled in (LB-08).
    pub(crate) zones: Vec<Arc<str>>,
    pub(crate) nodes: Vec<Node>,
    /// Its subnets whose nodes the snapshot lacks.
    pub(crate) without_node: Vec<Arc<str>>,
    /// `None` when nobody collected them.
    pub(crate) listeners: Option<Vec<Listener>>,
    /// Whether nodes use targets of other zones; `None` when nobody collected it.
    pub(crate) cross_zone: Option<bool>,
    /// Whether its groups are asked about what comes by endpoints; `None` when nobody told (EP-08).
    pub(crate) guards_endpoints: Option<bool>,
    /// Whether IPv6 UDP reaches targets from a prefix of its own.
    pub(crate) v6_source_prefix: bool,
    /// The addresses and ports that it sends to.
    pub(crate) outbound: HeaderSet,
    /// Whether those are all.
    pub(crate) outbound_complete: bool,
}

/// A node: an interface in a subnet of the load balancer (LB-02).
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) interface: InterfaceIdx,
    pub(crate) zone: Option<Arc<str>>,
}

/// A listener.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    pub(crate) port: u16,
    pub(crate) protocol: Arc<str>,
    /// What clients send to it.
    pub(crate) traffic: Traffic,
    /// The target groups that some action of it forwards to (LB-06).
    pub(crate) forwards: Vec<Forward>,
    /// Whether all its rules were collected.
    pub(crate) complete: bool,
}

/// One way on from a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Forward {
    Group(TargetGroupIdx),
    /// A target group that the snapshot lacks.
    Missing(Arc<str>),
}

impl Listener {
    /// LB-05: which traffic a protocol stands for; `None` when nobody can read it.
    pub(crate) fn traffic(protocol: &str, port: u16) -> Option<Traffic> {
        let ports = PortSet::single(port);
        Some(match protocol.to_ascii_uppercase().as_str() {
            "HTTP" | "HTTPS" | "TCP" | "TLS" | "SSL" => Traffic::tcp(&ports),
            "UDP" | "QUIC" => Traffic::udp(&ports),
            "TCP_UDP" | "TCP_QUIC" => Traffic::tcp(&ports).union(&Traffic::udp(&ports)),
            _ => return None,
        })
    }

    /// What an answer shows of it.
    pub(crate) fn evidence(&self, balancer: &LoadBalancer) -> Evidence {
        let value = format!("{} {}", self.protocol, self.port);
        Evidence::attribute(&balancer.id, "Listener", &value)
    }
}

impl LoadBalancer {
    pub(crate) fn component(&self) -> Component {
        Component::named(ComponentKind::LoadBalancer, &self.id, Some(&self.name))
    }

    pub(crate) fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    /// Something of it that the snapshot lacks.
    pub(crate) fn unknown(&self, rule: &'static str, attribute: &str, value: &str) -> Reason {
        let lacking = Evidence::attribute(&self.id, attribute, value);
        self.reason(ExplanationCode::UnknownResource, rule).with(lacking)
    }

    /// Whether this is what people call it: name, ARN or DNS name.
    pub(crate) fn is_called(&self, text: &str) -> bool {
        let dns = self.dns_name.as_deref().unwrap_or_default();
        let text_as_dns = text.strip_prefix("dualstack.").unwrap_or(text);
        *self.id == *text
            || *self.name == *text
            || !dns.is_empty()
                && (dns.eq_ignore_ascii_case(text) || dns.eq_ignore_ascii_case(text_as_dns))
    }

    /// What a node takes that its groups let in: LB-04, then LB-05.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        let state = Evidence::attribute(&self.id, "State.Code", &self.state);
        match &*self.state {
            "active" | "active_impaired" => self.listen(headers),
            "provisioning" | "failed" => {
                let code = ExplanationCode::BadState;
                Split::drop(headers, self.reason(code, "LB-04").with(state))
            }
            _ => {
                let code = ExplanationCode::UnreadableEntry;
                Split::unsure(headers, self.reason(code, "LB-04").with(state))
            }
        }
    }

    /// LB-05: a listener on the port. LB-18: the nodes of an Application or a Classic one answer
    /// pings themselves.
    fn listen(&self, headers: HeaderSet) -> Split {
        let Some(listeners) = &self.listeners else {
            return Split::unsure(headers, self.unknown("LB-05", "Listeners", "not collected"));
        };
        let heard = listeners.iter().map(|listener| listener.traffic.clone());
        let mut heard = Traffic::union_all(heard);
        let code = match self.kind {
            BalancerKind::Classic => ExplanationCode::ElbListenersMismatch,
            _ => ExplanationCode::Elbv2ListenersMismatch,
        };
        if matches!(self.kind, BalancerKind::Application | BalancerKind::Classic) {
            heard = heard.union(&echo());
        }
        let passed = headers.restrict_traffic(&heard);
        let mut split = Split::pass(passed.clone());
        split.evidence = listeners
            .iter()
            .filter(|listener| !passed.restrict_traffic(&listener.traffic).is_empty())
            .map(|listener| listener.evidence(self))
            .collect();
        let unheard = headers.difference(&passed);
        let pings = unheard.restrict_traffic(&every_icmp());
        split.add_dropped(unheard.difference(&pings), self.reason(code, "LB-05"));
        split.add_dropped(pings, self.reason(code, "LB-18"));
        split
    }

    /// ENI-09: it sends to targets only.
    pub(crate) fn send(&self, headers: &HeaderSet) -> Split {
        let passed = headers.intersection(&self.outbound);
        let rest = headers.difference(&passed);
        let mut split = Split::pass(passed);
        if self.outbound_complete {
            let refused = self.reason(ExplanationCode::TargetAddressRestriction, "LB-07");
            split.add_dropped(rest, refused);
        } else {
            split.add_unsure(rest, self.unknown("LB-07", "Targets", "not collected"));
        }
        split
    }
}

fn echo() -> Traffic {
    Traffic::icmp(&IcmpSet::of_type(8)).union(&Traffic::icmpv6(&IcmpSet::of_type(128)))
}

fn every_icmp() -> Traffic {
    Traffic::all_icmp().union(&Traffic::all_icmpv6())
}
