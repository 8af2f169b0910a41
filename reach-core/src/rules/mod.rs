//! What one AWS element does to a header set: one file an element, each a pure function of the
//! compiled element and a header set, each decision with its rule id from `semantics.md`.

mod address;
mod block_public_access;
mod code;
mod connect_endpoint;
mod encryption_control;
mod endpoint_service;
mod evidence;
mod interface;
mod internet_gateway;
mod load_balancer;
mod nat64;
mod nat_gateway;
mod network_acl;
mod network_firewall;
mod peering;
mod route_table;
mod security_group;
mod service;
mod target_group;
mod transit_gateway;
mod vpc_endpoint;
mod vpn_gateway;

pub(crate) use address::{fixed_sets, parse_addr, parse_net};
pub use address::{in_words, internet};
pub(crate) use block_public_access::{BlockMode, Exclusion, Lift, PublicAccess};
pub use code::ExplanationCode;
pub(crate) use connect_endpoint::ConnectEndpoint;
pub(crate) use encryption_control::{EncryptionControl, WayOut};
pub(crate) use endpoint_service::EndpointService;
pub use evidence::{Assumption, Component, ComponentKind, Direction, Evidence, Note, Reason};
pub(crate) use interface::{Attached, Host, Interface, InterfaceKind, PublicPairing};
pub(crate) use internet_gateway::InternetGateway;
pub(crate) use load_balancer::{BalancerKind, Forward, Listener, LoadBalancer, Node, Scheme};
pub(crate) use nat_gateway::{NatGateway, Regional};
pub(crate) use nat64::embedded as nat64_embedded;
pub(crate) use network_acl::{Entry as AclEntry, NetworkAcl};
pub(crate) use network_firewall::{Firewall, FirewallEndpoint, FirewallPolicy, PolicySource};
pub(crate) use peering::{Peering, PeeringSide};
pub(crate) use route_table::{
    Destinations, EdgeTable, Preference, Route, RouteTable, Selection, Target, UnmodelledTarget,
};
pub(crate) use security_group::{
    GroupReference, Members, Peer, Rule, SecurityGroup, Sender, filter as sg_filter,
    protocol_number, traffic as sg_traffic,
};
pub(crate) use service::LinkLocal;
pub(crate) use target_group::{
    GroupAttributes, Health, Target as GroupTarget, TargetGroup, TargetKind, TargetPlace,
    TargetZone, Use,
};
pub(crate) use transit_gateway::{
    Associated, Attachment, AttachmentKind, TransitGateway, TransitPreference, TransitRoute,
    TransitRouteState, TransitTable,
};
pub(crate) use vpc_endpoint::{EndpointKind, VpcEndpoint};
pub(crate) use vpn_gateway::{Direct, Link, VpnGateway};

use crate::packet::HeaderSet;

/// What became of the headers that met an element: every one of them is in exactly one part.
#[derive(Debug, Clone)]
pub(crate) struct Split {
    /// Certainly let through.
    pub(crate) passed: HeaderSet,
    /// Let through or not, depending on something that is not known.
    pub(crate) unsure: Vec<(HeaderSet, Reason)>,
    /// Certainly dropped.
    pub(crate) dropped: Vec<(HeaderSet, Reason)>,
    /// What let the passed ones through.
    pub(crate) evidence: Vec<Evidence>,
}

impl Split {
    pub(crate) fn pass(headers: HeaderSet) -> Self {
        Self { passed: headers, unsure: Vec::new(), dropped: Vec::new(), evidence: Vec::new() }
    }

    pub(crate) fn drop(headers: HeaderSet, reason: Reason) -> Self {
        let mut split = Self::pass(HeaderSet::empty());
        split.add_dropped(headers, reason);
        split
    }

    pub(crate) fn unsure(headers: HeaderSet, reason: Reason) -> Self {
        let mut split = Self::pass(HeaderSet::empty());
        split.add_unsure(headers, reason);
        split
    }

    pub(crate) fn add_dropped(&mut self, headers: HeaderSet, reason: Reason) {
        if !headers.is_empty() {
            self.dropped.push((headers, reason));
        }
    }

    pub(crate) fn add_unsure(&mut self, headers: HeaderSet, reason: Reason) {
        if !headers.is_empty() {
            self.unsure.push((headers, reason));
        }
    }
}
