//! One packet on its way: what it is now, what it met, and how a stage ends the walk.

use std::collections::BTreeMap;

use reach_core::snapshot::{NetworkInterface, RouteTable, Subnet};

use super::Stage;
use super::choice::Choices;
use super::model::{Model, Zone};
use crate::{Flow, Packet};

/// Why a walk goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// A stage fails for certain.
    Denied(Stage),
    /// Nobody can tell where it goes on.
    Lost(Stage),
}

pub(super) type Go<T> = Result<T, Stop>;

/// Whether the identity of the sender is still with the packet (PIPE-06).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    Yes,
    No,
    Unknown,
}

/// Who sent the packet, as group references see it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sender<'s> {
    /// Nobody in a VPC, or an address that is no longer the sender's.
    Nobody,
    /// Somebody in a VPC whose interfaces are not in the snapshot.
    Somebody(Kept),
    Interface(&'s NetworkInterface, Kept),
    /// The node of a load balancer, whose groups count whatever the source is (LB-11).
    Balancer(&'s NetworkInterface, Kept),
}

impl Sender<'_> {
    pub(super) fn kept(self) -> Kept {
        match self {
            Sender::Nobody => Kept::No,
            Sender::Somebody(kept) | Sender::Interface(_, kept) | Sender::Balancer(_, kept) => kept,
        }
    }

    /// The same sender, its identity kept or lost.
    pub(super) fn with(self, kept: Kept) -> Self {
        match self {
            Sender::Nobody => Sender::Nobody,
            Sender::Somebody(_) => Sender::Somebody(kept),
            Sender::Interface(eni, _) => Sender::Interface(eni, kept),
            Sender::Balancer(eni, _) => Sender::Balancer(eni, kept),
        }
    }
}

/// The VPC that the packet's way leads to, as far as outbound group references reach (SG-10).
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope<'s> {
    Vpc(&'s str),
    /// SG-12: a peer of which nobody can tell whether it is in the same Region.
    Perhaps(&'s str),
    None,
    /// A connection that the snapshot lacks.
    Unseen,
    /// No route leads out of this VPC.
    Nowhere(&'s str),
    /// Nobody knows where: out of this VPC by any of its ways.
    Unknown(&'s str),
}

/// What the request passed and the reply has to come back by, in the order that it passed it.
#[derive(Debug, Clone)]
pub(super) enum Crossing<'s> {
    /// Left a VPC by its internet gateway.
    Left(&'s str),
    /// Left a VPC by its egress-only internet gateway.
    LeftEgressOnly(&'s str),
    /// Came into a VPC by its internet gateway.
    Entered(&'s str),
    /// Translated: by what, and the packet before and after.
    Translated { by: &'s str, before: Packet, after: Packet },
    /// Taken up by a load balancer's node and sent on; `home` is what the client sees.
    Proxied {
        node: &'s NetworkInterface,
        home: &'s NetworkInterface,
        before: Packet,
        after: Packet,
        /// LB-12: whether the target answers to the client's address.
        steered: bool,
    },
}

/// How a packet came into the VPC that it is in (NAT-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// From a host of the VPC.
    Here,
    Transit,
    Otherwise,
}

/// Where a packet is routed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point<'s> {
    pub(super) vpc: &'s str,
    /// The subnet that it leaves; none at a regional NAT gateway.
    pub(super) subnet: Option<&'s Subnet>,
    pub(super) table: Option<&'s RouteTable>,
    pub(super) zone: Zone<'s>,
    /// The hop that puts it there, if it is not the sender (PIPE-05).
    pub(super) hop: Option<&'s str>,
    /// RT-13: whether it reaches its own subnet without routing; not from a transit gateway.
    pub(super) direct: bool,
}

/// Where a packet ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'s> {
    Interface(&'s NetworkInterface),
    /// Outside, past the internet gateways.
    Internet,
    /// The other side of a virtual private gateway.
    OnPremises(&'s str),
    /// The other side of a VPN, Direct Connect or Connect attachment: transit gateway, attachment.
    Far(&'s str, &'s str),
    /// The carrier's network: gateway, VPC.
    Carrier(&'s str, &'s str),
    /// What is behind a gateway endpoint or a local gateway: its id, VPC.
    Gateway(&'s str, &'s str),
    /// The other side of the peering connection that the flow came by.
    Peer(&'s str),
    /// A service that nothing filters (SC-01); it always answers.
    Service,
}

/// What happens next.
#[derive(Debug)]
pub(super) enum Next<'s> {
    Route(Point<'s>),
    /// In the open internet.
    Outside,
    End(End<'s>),
}

#[derive(Debug)]
pub(super) struct Walk<'r, 's> {
    pub(super) model: &'r Model<'s>,
    pub(super) flow: &'r Flow,
    pub(super) choices: &'r mut Choices,
    /// The packet as it is now.
    pub(super) packet: Packet,
    pub(super) sender: Sender<'s>,
    pub(super) scope: Scope<'s>,
    pub(super) came: Came,
    /// Whether this is the reply.
    pub(super) reply: bool,
    /// What the reply has still to come back by; the request adds, the reply takes away.
    pub(super) crossings: Vec<Crossing<'s>>,
    /// Transit gateway peerings crossed, however often (PIPE-05).
    pub(super) peered: usize,
    /// The interface or gateway that the flow came from, for the reply to end at.
    pub(super) origin: Option<Origin<'s>>,
    /// Group filters are asked once a flow (SG-03): whom the request passed.
    pub(super) passed: Vec<&'s str>,
    /// MB-03: appliances that the request passed untranslated, and that the reply passed.
    pub(super) appliances: Vec<&'s str>,
    pub(super) appliances_back: Vec<&'s str>,
    /// Whether a gateway route table led the request to a middlebox (RT-16).
    pub(super) redirected: bool,
    /// Endpoints with something behind them that inspects: those that the request passed, and
    /// those that the reply passed.
    pub(super) inspected: Vec<Inspected<'s>>,
    pub(super) inspected_back: Vec<&'s str>,
    /// LB-13: the load balancer whose target cannot answer.
    pub(super) unanswered: Option<&'s str>,
    /// Whether the way led over a transit gateway.
    pub(super) transited: bool,
    /// PIPE-05: hops visited, each with the header.
    pub(super) seen: Vec<(&'s str, Packet)>,
    /// TGW-10: the zone that an attachment in appliance mode chose.
    pub(super) hashed: BTreeMap<&'s str, usize>,
    /// The first stage that nobody can tell about.
    pub(super) doubted: Option<Stage>,
}

/// An endpoint that the request passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inspected<'s> {
    pub(super) endpoint: &'s str,
    /// The firewall, where it is one.
    pub(super) firewall: Option<&'s str>,
    /// Whether the stateful engine saw the request.
    pub(super) stateful: bool,
}

/// Where a flow came from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'s> {
    Interface(&'s NetworkInterface),
    /// Outside, by this VPC's internet gateway: the first crossing tells.
    Internet,
    /// A virtual private gateway.
    Virtual(&'s str),
    /// A peering connection, with this VPC on the other side.
    Peering(Option<&'s str>),
}

impl<'s> Walk<'_, 's> {
    fn stage(&self, code: &'static str, component: &str) -> Stage {
        Stage { code, component: component.to_owned(), reply: self.reply }
    }

    /// The packet does not get through here, for certain.
    pub(super) fn deny<T>(&self, code: &'static str, component: &str) -> Go<T> {
        Err(Stop::Denied(self.stage(code, component)))
    }

    /// Nobody can tell whether it gets through here; it goes on, for a certain stop further on
    /// makes the doubt moot (section 0).
    #[expect(clippy::unnecessary_wraps, reason = "a stage ends in it as it ends in `deny`")]
    pub(super) fn doubt(&mut self, code: &'static str, component: &str) -> Go<()> {
        let stage = self.stage(code, component);
        self.doubted.get_or_insert(stage);
        Ok(())
    }

    /// Nobody can tell where it goes on.
    pub(super) fn lost<T>(&self, code: &'static str, component: &str) -> Go<T> {
        Err(Stop::Lost(self.stage(code, component)))
    }

    /// Whether the asker vouches for an assumption.
    pub(super) fn vouched(&self, code: &str) -> bool {
        self.flow.vouched.iter().any(|vouched| vouched == code)
    }

    /// What the reply has to come back by next.
    pub(super) fn last(&self) -> Option<&Crossing<'s>> {
        self.crossings.last()
    }
}
