//! Network interfaces (semantics section 3, ENI-*).

use std::net::Ipv4Addr;
use std::sync::Arc;

use super::{BalancerKind, Component, ComponentKind, Evidence, ExplanationCode, Reason, Split};
use crate::index::{GroupIdx, InstanceIdx, SubnetIdx, VpcIdx};
use crate::packet::{HeaderSet, IpSet};

/// An interface, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Interface {
    pub(crate) id: Arc<str>,
    pub(crate) vpc: Option<VpcIdx>,
    pub(crate) subnet: Option<SubnetIdx>,
    pub(crate) instance: Option<InstanceIdx>,
    pub(crate) kind: InterfaceKind,
    pub(crate) attached: Attached,
    /// Its host, where that is no instance of the snapshot.
    pub(crate) host: Host,
    /// Whether foreign traffic is dropped (ENI-06), if that is told.
    pub(crate) source_dest_check: Option<bool>,
    /// Every address that it owns (ENI-02).
    pub(crate) owned: IpSet,
    /// Public IPv4 addresses, each paired with one private address (ENI-03).
    pub(crate) pairings: Vec<PublicPairing>,
    /// The owned IPv6 addresses that an internet gateway passes (ENI-04).
    pub(crate) internet_v6: IpSet,
    /// Its groups that the snapshot has.
    pub(crate) groups: Vec<GroupIdx>,
    /// Ids of all its groups, also of those that the snapshot lacks.
    pub(crate) group_ids: Vec<Arc<str>>,
    /// Whether every group is in the snapshot.
    pub(crate) groups_complete: bool,
}

/// A public IPv4 address and the private one that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicPairing {
    pub(crate) private: Ipv4Addr,
    pub(crate) public: Ipv4Addr,
    /// Whether it is a carrier address, which only a carrier gateway maps (HYB-10).
    pub(crate) carrier: bool,
}

/// Whether an interface is attached to something (ENI-07).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attached {
    Yes,
    No(Arc<str>),
}

/// Whether the host behind an interface runs (ENI-05, ENI-08).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Host {
    /// It runs, or it belongs to an AWS service, which is assumed up.
    Up,
    /// An instance in another state than `running`.
    Down { instance: Arc<str>, state: Arc<str> },
    /// An instance that the snapshot lacks, or lacks the state of.
    Unknown { instance: Arc<str> },
}

impl Host {
    /// An instance in a state.
    pub(crate) fn of(instance: &Arc<str>, state: &Arc<str>) -> Self {
        let instance = Arc::clone(instance);
        match &**state {
            "running" => Self::Up,
            "pending" | "stopping" | "stopped" | "shutting-down" | "terminated" => {
                Self::Down { instance, state: Arc::clone(state) }
            }
            _ => Self::Unknown { instance },
        }
    }
}

/// What an interface is for (ENI-09).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum InterfaceKind {
    /// A host's: instances, and services that look like one (RDS, EFS …; ENI-08).
    Host,
    /// A Lambda function's (ENI-10).
    Lambda,
    NatGateway,
    /// An interface endpoint's: answers, never asks (EP-04).
    VpcEndpoint,
    /// Starts flows into the VPC and takes none: EC2 Instance Connect endpoints, API Gateway …
    OutboundOnly,
    /// No IP at all.
    EfaOnly,
    /// A load balancer's node: takes what its listeners take, and sends to targets.
    Node(BalancerKind),
    /// Filters traffic as an interface does, but what it passes on depends on more than that.
    NotModelled,
    /// Same, and no security group filters it.
    NotModelledUnfiltered,
}

impl InterfaceKind {
    /// Both spellings that AWS data has (`nat_gateway`, `natGateway`) are read.
    pub(crate) fn of(interface_type: Option<&str>, description: Option<&str>) -> Self {
        let compact: String = interface_type
            .unwrap_or("interface")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match compact.as_str() {
            // ALB and CLB nodes carry the plain type and are told by their description.
            "interface" if description.is_some_and(|text| text.starts_with("ELB ")) => {
                Self::NotModelled
            }
            "interface" | "efa" | "trunk" | "branch" => Self::Host,
            "efaonly" => Self::EfaOnly,
            "lambda" => Self::Lambda,
            "natgateway" => Self::NatGateway,
            "vpcendpoint" => Self::VpcEndpoint,
            "ec2instanceconnectendpoint"
            | "globalacceleratormanaged"
            | "apigatewaymanaged"
            | "iotrulesmanaged"
            | "quicksight"
            | "awscodestarconnectionsmanaged" => Self::OutboundOnly,
            "gatewayloadbalancer" | "gatewayloadbalancerendpoint" | "transitgateway" => {
                Self::NotModelledUnfiltered
            }
            _ => Self::NotModelled,
        }
    }

    /// SG-18: an AWS-managed interface without groups is not filtered, which never means that it
    /// denies all.
    pub(crate) fn filtered(self, has_groups: bool) -> bool {
        match self {
            Self::Host | Self::Lambda => true,
            Self::NatGateway | Self::NotModelledUnfiltered | Self::EfaOnly => false,
            Self::Node(kind) => match kind {
                BalancerKind::Application | BalancerKind::Classic => true,
                BalancerKind::Network => has_groups,
                BalancerKind::Gateway => false,
            },
            Self::VpcEndpoint | Self::OutboundOnly | Self::NotModelled => has_groups,
        }
    }
}

impl Interface {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::NetworkInterface, &self.id)
    }

    /// HYB-10: whether a public address of it is a carrier address.
    pub(crate) fn by_carrier(&self, public: Ipv4Addr) -> bool {
        self.pairings.iter().any(|pair| pair.public == public && pair.carrier)
    }

    /// SG-16: AWS gives every host a group, so a list without one was not visible to the caller: a
    /// participant's interface in a shared subnet.
    pub(crate) fn groups_untold(&self) -> bool {
        self.group_ids.is_empty()
            && matches!(self.kind, InterfaceKind::Host | InterfaceKind::Lambda)
    }

    /// ENI-07: nothing answers on an unattached interface. A gateway asks for that before anything
    /// in the VPC sees the packet (IG-03, HYB-04).
    pub(crate) fn take_part(&self, headers: HeaderSet) -> Split {
        match &self.attached {
            Attached::Yes => Split::pass(headers),
            Attached::No(status) => {
                let reason = Reason::new(ExplanationCode::BadState, self.component(), &["ENI-07"])
                    .with(Evidence::attribute(&self.id, "Status", status));
                Split::drop(headers, reason)
            }
        }
    }

    /// ENI-07, ENI-05: nothing answers on an unattached interface or behind a host that does not
    /// run.
    pub(crate) fn carry(&self, host: &Host, headers: HeaderSet) -> Split {
        if let Attached::No(_) = &self.attached {
            return self.take_part(headers);
        }
        match host {
            Host::Up => Split::pass(headers),
            Host::Down { instance, state } => {
                let component = Component::new(ComponentKind::Instance, instance);
                let reason = Reason::new(ExplanationCode::BadState, component, &["ENI-05"])
                    .with(Evidence::attribute(instance, "State.Name", state));
                Split::drop(headers, reason)
            }
            Host::Unknown { instance } => {
                let component = Component::new(ComponentKind::Instance, instance);
                Split::unsure(
                    headers,
                    Reason::new(ExplanationCode::UnknownResource, component, &["ENI-05"]),
                )
            }
        }
    }

    /// ENI-09, ENI-10: which kinds of interface take new flows.
    pub(crate) fn accept(&self, headers: HeaderSet) -> Split {
        let code = match self.kind {
            InterfaceKind::Host | InterfaceKind::VpcEndpoint => return Split::pass(headers),
            // Which of it a listener takes is the load balancer's affair (LB-05).
            InterfaceKind::Node(kind) if kind != BalancerKind::Gateway => {
                return Split::pass(headers);
            }
            InterfaceKind::Node(_)
            | InterfaceKind::NotModelled
            | InterfaceKind::NotModelledUnfiltered => {
                let reason =
                    Reason::new(ExplanationCode::NotModelled, self.component(), &["ENI-09"]);
                return Split::unsure(headers, reason);
            }
            // NAT-01: unsolicited packets to its own addresses are dropped.
            InterfaceKind::NatGateway => ExplanationCode::NatGatewayInbound,
            InterfaceKind::Lambda | InterfaceKind::OutboundOnly | InterfaceKind::EfaOnly => {
                ExplanationCode::InterfaceTypeNoInbound
            }
        };
        Split::drop(headers, Reason::new(code, self.component(), &["ENI-09"]))
    }

    /// ENI-09: which kinds of interface start flows.
    pub(crate) fn originate(&self, headers: HeaderSet) -> Split {
        match self.kind {
            InterfaceKind::Host
            | InterfaceKind::Lambda
            | InterfaceKind::OutboundOnly
            | InterfaceKind::Node(_) => Split::pass(headers),
            // A NAT gateway sends only what it translated.
            InterfaceKind::VpcEndpoint | InterfaceKind::EfaOnly | InterfaceKind::NatGateway => {
                let code = ExplanationCode::InterfaceTypeNoOutbound;
                Split::drop(headers, Reason::new(code, self.component(), &["ENI-09"]))
            }
            InterfaceKind::NotModelled | InterfaceKind::NotModelledUnfiltered => Split::unsure(
                headers,
                Reason::new(ExplanationCode::NotModelled, self.component(), &["ENI-09"]),
            ),
        }
    }

    /// ENI-06, outbound: a source that the interface does not own needs the check to be off.
    pub(crate) fn check_source(&self, headers: HeaderSet) -> Split {
        let own = headers.restrict_sources(&self.owned);
        self.check(headers, own)
    }

    /// ENI-06, inbound: a destination that the interface does not own needs the check to be off.
    pub(crate) fn check_destination(&self, headers: HeaderSet) -> Split {
        let own = headers.restrict_destinations(&self.owned);
        self.check(headers, own)
    }

    fn check(&self, headers: HeaderSet, own: HeaderSet) -> Split {
        let reason = |code, told: &str| {
            Reason::new(code, self.component(), &["ENI-06"]).with(Evidence::attribute(
                &self.id,
                "SourceDestCheck",
                told,
            ))
        };
        let foreign = headers.difference(&own);
        match self.source_dest_check {
            Some(false) => Split::pass(headers),
            Some(true) => {
                let mut split = Split::pass(own);
                let code = ExplanationCode::EniSourceDestCheckRestriction;
                split.add_dropped(foreign, reason(code, "true"));
                split
            }
            None => {
                let mut split = Split::pass(own);
                split.add_unsure(foreign, reason(ExplanationCode::UnknownResource, "not told"));
                split
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface(source_dest_check: Option<bool>) -> Interface {
        Interface {
            id: Arc::from("eni-1"),
            vpc: None,
            subnet: None,
            instance: None,
            kind: InterfaceKind::Host,
            attached: Attached::Yes,
            host: Host::Up,
            source_dest_check,
            owned: IpSet::from_addr([10, 0, 2, 10].into()),
            pairings: Vec::new(),
            internet_v6: IpSet::empty(),
            groups: Vec::new(),
            group_ids: Vec::new(),
            groups_complete: true,
        }
    }

    /// C-028: a host with two interfaces answers through the wrong one.
    #[test]
    fn foreign_sources_are_dropped_while_the_check_is_on() {
        let foreign = IpSet::from_addr([10, 0, 1, 10].into());
        let reply = HeaderSet::all().restrict_sources(&foreign);
        let dropped = interface(Some(true)).check_source(reply.clone());
        assert!(dropped.passed.is_empty());
        let codes: Vec<_> = dropped.dropped.iter().map(|(_, reason)| reason.code).collect();
        assert_eq!(codes, [ExplanationCode::EniSourceDestCheckRestriction]);
        assert_eq!(interface(Some(false)).check_source(reply.clone()).passed, reply);
    }

    /// Section 19, conflict 6.
    #[test]
    fn both_spellings_of_a_type() {
        for text in ["nat_gateway", "natGateway"] {
            assert_eq!(InterfaceKind::of(Some(text), None), InterfaceKind::NatGateway);
        }
        let node = InterfaceKind::of(Some("interface"), Some("ELB app/web/0123"));
        assert_eq!(node, InterfaceKind::NotModelled);
    }
}
