//! What a walk leaves behind.

use std::net::{IpAddr, Ipv4Addr};

use serde::Serialize;

use super::walk::Place;
use crate::index::{
    AttachmentIdx, EndpointIdx, InterfaceIdx, NatGatewayIdx, TableIdx, TransitTableIdx, VpcIdx,
    VpnGatewayIdx,
};
use crate::network::Edge;
use crate::packet::HeaderSet;
use crate::rules::{Assumption, Component, Direction, Evidence, NatGateway, Reason, Sender};

/// One element of a path, with the headers that entered and left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Hop {
    /// The element.
    pub component: Component,
    /// What entered it.
    pub inbound: HeaderSet,
    /// What left it, where that differs: an address was rewritten, or a part was let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbound: Option<HeaderSet>,
    /// The rule or route that let it through.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "ts", ts(as = "Option<_>"))]
    pub evidence: Vec<Evidence>,
}

/// Why some headers do not get through, or why nobody can tell whether they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(optional_fields))]
pub struct Explanation {
    /// Which of the flow's two packets.
    pub direction: Direction,
    /// Code, element, rules and evidence.
    #[serde(flatten)]
    pub reason: Reason,
    /// The code in words.
    pub message: &'static str,
    /// The headers concerned, as they met the element.
    pub headers: HeaderSet,
}

/// Where a walk can start, and where the reply has to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// At an interface.
    Interface(InterfaceIdx),
    /// At a node of a load balancer that leaves the client's address in the packet (LB-10).
    Preserving(InterfaceIdx),
    /// Outside an edge of a VPC.
    Edge(Edge),
    /// Behind a transit gateway's attachment that is no VPC.
    Beyond(AttachmentIdx),
    /// Behind something that this version does not follow.
    Unfollowed(Unfollowed),
    /// Outside an internet gateway of a VPC, if it has one: nobody collected it.
    Uncollected(VpcIdx),
}

/// A way into a VPC that nobody can follow: the target of one of its routes is not modelled or not
/// in the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfollowed {
    pub(crate) vpc: VpcIdx,
    pub(crate) table: TableIdx,
    /// Position of the route in the table.
    pub(crate) route: usize,
}

/// Where a branch of a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// At an interface, accepted by everything but its blocks.
    Interface(InterfaceIdx),
    /// On the internet.
    Internet(Edge),
    /// Behind a virtual private gateway.
    OnPremises(VpnGatewayIdx),
    /// Behind a transit gateway's attachment that is no VPC.
    Beyond(AttachmentIdx),
    /// On the network of an Outpost, past the local gateway of a VPC (HYB-10).
    Outpost(VpcIdx),
    /// Outside the edge that the request came in by.
    Edge(Edge),
    /// At a service that nothing filters.
    Service,
    /// At the service behind a gateway endpoint.
    GatewayEndpoint(EndpointIdx),
    /// Nowhere: what comes after the last block or doubt cannot be told.
    Nowhere,
}

/// What happened to one part of the headers on its way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trail {
    pub(crate) hops: Vec<Hop>,
    /// Certain drops, the deciding one first. With one of them the part does not get through.
    pub(crate) blocks: Vec<Explanation>,
    /// What the passing of the part depends on and nobody knows.
    pub(crate) doubts: Vec<Explanation>,
    pub(crate) rewrites: Vec<Rewrite>,
    /// Whether it left its host (ENI-11).
    pub(crate) left: bool,
    /// Middleboxes that it was led through.
    pub(crate) waypoints: Vec<Waypoint>,
    /// Where transit gateways looked it up, and with which headers (PIPE-05).
    pub(super) lookups: Vec<(Place, HeaderSet)>,
    /// Ways that AWS chose for it (PIPE-07).
    pub(crate) choices: Vec<Choice>,
    /// Whether it depends on a port that a gateway chooses (PK-05).
    pub(crate) by_chance: bool,
    /// Edges crossed.
    pub(crate) edges: Vec<Edge>,
    /// Private gateways crossed, by their ids (RP-04).
    pub(crate) private: Vec<Component>,
    /// Whatever it passed that is no part of a VPC, with details or without (LB-13).
    pub(crate) gateways: Vec<Component>,
    pub(crate) assumptions: Vec<Assumption>,
}

/// What a gateway replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rewrite {
    /// The source address.
    Source { before: IpAddr, after: IpAddr },
    /// The destination address.
    Destination { before: IpAddr, after: IpAddr },
    /// Source address and port of these requests (NAT-04, NAT-14).
    Translated { by: Translator, private: Ipv4Addr, requests: HeaderSet },
    /// Destination address and port of replies: they are the client's again (NAT-07).
    TurnedBack { by: Translator },
}

/// One of several ways that AWS chooses from, and nobody can say which (PIPE-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) at: Fork,
    pub(crate) option: usize,
    /// How many options there are.
    pub(crate) of: usize,
}

/// Where AWS chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fork {
    /// Attachments that share the load of a transit gateway's route.
    Ecmp { direction: Direction, table: TransitTableIdx, route: usize },
    /// The public address that a regional NAT gateway gives a flow (NAT-13).
    Address { gateway: NatGatewayIdx },
    /// The zone that a packet leaves a transit gateway in, when its own is not at hand (TGW-03).
    Zone { direction: Direction, attachment: AttachmentIdx },
    /// The appliance that a Gateway Load Balancer sends a flow to (MB-05).
    Appliance { endpoint: EndpointIdx },
    /// The zone of a flow through an attachment in appliance mode, for both directions (TGW-10).
    Flow { attachment: AttachmentIdx },
}

/// Who hides clients behind its own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Translator {
    Gateway(NatGatewayIdx),
    /// An instance with this interface (NAT-14).
    Interface(InterfaceIdx),
}

/// A middlebox on the way.
#[derive(Debug, Clone)]
pub(crate) struct Waypoint {
    pub(crate) device: Device,
    /// Whether a gateway's own route table led there (RT-14).
    pub(crate) at_edge: bool,
    /// What passed.
    pub(crate) headers: HeaderSet,
    /// The requests that a firewall keeps state of (NFW-05).
    pub(crate) tracked: HeaderSet,
}

/// A middlebox that a route can lead through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Appliance(InterfaceIdx),
    Endpoint(EndpointIdx),
}

/// One part of the headers, followed to its end.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) end: End,
    /// The headers as they arrived.
    pub(crate) headers: HeaderSet,
    /// The identity that they arrived with.
    pub(crate) sender: Sender,
    pub(crate) trail: Trail,
}

impl Origin {
    /// The node that replies are steered back to (LB-12).
    pub(super) fn preserving(self) -> Option<InterfaceIdx> {
        match self {
            Self::Preserving(node) => Some(node),
            Self::Interface(_)
            | Self::Edge(_)
            | Self::Beyond(_)
            | Self::Unfollowed(_)
            | Self::Uncollected(_) => None,
        }
    }
}

impl Trail {
    pub(crate) fn blocked(&self) -> bool {
        !self.blocks.is_empty()
    }

    pub(crate) fn doubtful(&self) -> bool {
        !self.doubts.is_empty()
    }

    /// Headers of this branch as they set out, as they arrive.
    pub(crate) fn redo(&self, headers: HeaderSet) -> HeaderSet {
        self.rewrites.iter().fold(headers, |headers, rewrite| match rewrite {
            Rewrite::Source { after, .. } => headers.with_source(*after),
            Rewrite::Destination { after, .. } => headers.with_destination(*after),
            Rewrite::Translated { private, .. } => NatGateway::translate(&headers, *private),
            Rewrite::TurnedBack { .. } => headers,
        })
    }

    /// Headers that arrived, as they were when they set out.
    pub(crate) fn undo(&self, headers: HeaderSet) -> HeaderSet {
        self.rewrites.iter().rev().fold(headers, |headers, rewrite| match rewrite {
            Rewrite::Source { before, .. } => headers.with_source(*before),
            Rewrite::Destination { before, .. } => headers.with_destination(*before),
            Rewrite::Translated { requests, .. } => NatGateway::before(requests, &headers),
            Rewrite::TurnedBack { .. } => headers,
        })
    }

    pub(crate) fn passed(&self, device: Device) -> bool {
        self.waypoints.iter().any(|past| past.device == device)
    }

    /// Whether a NAT gateway gave a reply back to its client.
    pub(crate) fn turned_back(&self) -> bool {
        self.rewrites.iter().any(|rewrite| matches!(rewrite, Rewrite::TurnedBack { .. }))
    }

    /// Whether some translation sent it on with another source.
    pub(crate) fn translated(&self) -> bool {
        self.rewrites.iter().any(|rewrite| matches!(rewrite, Rewrite::Translated { .. }))
    }

    /// Whether this one did: it keeps one entry a flow, and a reply that comes again is none.
    pub(crate) fn turned_back_by(&self, by: Translator) -> bool {
        self.rewrites.contains(&Rewrite::TurnedBack { by })
    }
}

impl Explanation {
    pub(crate) fn new(direction: Direction, reason: Reason, headers: HeaderSet) -> Self {
        Self { direction, message: reason.code.sentence(), reason, headers }
    }
}
