//! A flow from its start to its end and back (sections 1 and 16).

use std::collections::BTreeMap;
use std::net::IpAddr;

use reach_core::snapshot::NetworkInterface;

use super::choice::Choices;
use super::interface::{self, Kind, State};
use super::model::{Model, Owner};
use super::walk::{Came, Crossing, End, Go, Next, Origin, Scope, Sender, Stop, Walk};
use super::{Judgement, Oracle, Stage, Verdict, codes, security_group};
use crate::{Flow, Packet};

/// Hops that a packet takes at most; no network of the specification needs that many.
pub(super) const MOST_HOPS: usize = 64;

/// One walk, with one combination of choices.
pub(super) fn walk(model: &Model<'_>, flow: &Flow, choices: &mut Choices) -> Judgement {
    let mut walk = Walk {
        model,
        flow,
        choices,
        packet: flow.packet,
        sender: Sender::Nobody,
        scope: Scope::None,
        came: Came::Otherwise,
        reply: false,
        crossings: Vec::new(),
        peered: 0,
        origin: None,
        passed: Vec::new(),
        appliances: Vec::new(),
        appliances_back: Vec::new(),
        redirected: false,
        inspected: Vec::new(),
        inspected_back: Vec::new(),
        unanswered: None,
        transited: false,
        seen: Vec::new(),
        hashed: BTreeMap::new(),
        doubted: None,
    };
    let (verdict, stage) = match walk.establish() {
        Ok(()) => match walk.doubted.take() {
            None => (Verdict::Allow, None),
            stage => (Verdict::Unknown, stage),
        },
        Err(Stop::Denied(stage)) => (Verdict::Deny, Some(stage)),
        Err(Stop::Lost(stage)) => match walk.closed_end().or_else(|| walk.first_leg()) {
            Some(certain) => (Verdict::Deny, Some(certain)),
            None => (Verdict::Unknown, Some(walk.doubted.take().unwrap_or(stage))),
        },
    };
    Judgement { verdict, stage, others: Vec::new() }
}

/// PK-02: the packet that answers one; none where nothing answers (RP-05).
fn answer(packet: &Packet) -> Option<Packet> {
    let back = Packet { source: packet.destination, destination: packet.source, ..*packet };
    match (packet.protocol, packet.source_port) {
        (6 | 17, port) => {
            Some(Packet { source_port: packet.destination_port, destination_port: port, ..back })
        }
        (1, 8) => Some(Packet { source_port: 0, ..back }),
        (58, 128) => Some(Packet { source_port: 129, ..back }),
        (1 | 58, _) => None,
        _ => Some(back),
    }
}

fn at_a_node(end: End<'_>) -> bool {
    matches!(end, End::Interface(eni) if interface::kind(eni) == Kind::Balancer)
}

/// The id of what a packet reached.
fn name(end: End<'_>) -> &str {
    match end {
        End::Interface(eni) => eni.network_interface_id.as_str(),
        End::OnPremises(gateway) | End::Peer(gateway) | End::Gateway(gateway, _) => gateway,
        End::Far(_, attachment) => attachment,
        End::Internet | End::Carrier(..) => "internet",
        End::Service => "service",
    }
}

impl<'s> Walk<'_, 's> {
    /// RP-01: the request, then the reply to it as it arrived.
    fn establish(&mut self) -> Go<()> {
        let start = self.start()?;
        let end = self.run(start)?;
        self.is_wanted(end)?;
        if self.flow.forward {
            return Ok(());
        }
        let Some(answer) = answer(&self.packet) else { return Ok(()) };
        self.packet = answer;
        self.reply = true;
        self.sender = Sender::Nobody;
        self.seen.clear();
        let start = match end {
            End::Service | End::Peer(_) => return Ok(()),
            End::Interface(eni) => self.leave(eni)?,
            End::Internet => Next::Outside,
            End::OnPremises(gateway) => self.enter_by_virtual_gateway(gateway)?,
            End::Far(gateway, attachment) => self.back_from_far(gateway, attachment)?,
            End::Carrier(gateway, vpc) => self.back_by_carrier(gateway, vpc)?,
            End::Gateway(_, vpc) => self.arrive(vpc, None)?,
        };
        let end = self.run(start)?;
        self.is_home(end)
    }

    fn run(&mut self, mut next: Next<'s>) -> Go<End<'s>> {
        for _ in 0..MOST_HOPS {
            next = match next {
                Next::Route(point) => self.route(point)?,
                Next::Outside => self.outside()?,
                Next::End(end) => return Ok(end),
            };
        }
        // PIPE-05.
        let element = self.seen.last().map_or("", |(element, _)| *element);
        self.deny(codes::LOOP, element)
    }

    fn start(&mut self) -> Go<Next<'s>> {
        let from = self.flow.from.as_str();
        if let Some(eni) = self.model.interface(from) {
            self.origin = Some(Origin::Interface(eni));
            return self.leave(eni);
        }
        if from == "internet" || from.starts_with("igw-") {
            self.origin = Some(Origin::Internet);
            return self.start_outside(from);
        }
        if from.starts_with("pcx-") {
            return self.start_peer(from);
        }
        if from.starts_with("vgw-") {
            return self.start_virtual_gateway(from);
        }
        self.lost(codes::UNKNOWN_RESOURCE, from)
    }

    /// Whether the request ended where it was meant to.
    fn is_wanted(&mut self, end: End<'s>) -> Go<()> {
        let to = self.flow.to.as_str();
        let reached = name(end);
        // EP-07: who asks for an endpoint asks for what is behind it.
        let proxied = self.crossings.iter().any(|crossing| {
            matches!(crossing, Crossing::Proxied { home, .. } if home.network_interface_id == to)
        });
        let through =
            self.crossings.iter().any(|crossing| matches!(crossing, Crossing::Proxied { .. }));
        // PIPE-07: what is asked for by way of a load balancer has to go through it.
        let around = self.flow.via.is_some() && !through && !at_a_node(end);
        if !around && (to == "any" || to == reached || proxied) {
            return Ok(());
        }
        self.deny(codes::DESTINATION_ELSEWHERE, reached)
    }

    /// RP-02, RP-03: whether the reply came to who asked, by everything that has to see it.
    fn is_home(&mut self, end: End<'s>) -> Go<()> {
        let home = self.crossings.is_empty()
            && match (end, self.origin) {
                (End::Interface(eni), Some(Origin::Interface(origin))) => {
                    eni.network_interface_id == origin.network_interface_id
                }
                // RP-03: any gateway, as long as it leads to the same network.
                (End::Interface(eni), Some(Origin::Peering(vpc))) => {
                    vpc.is_some() && self.model.vpc_of(eni) == vpc
                }
                (End::Internet, Some(Origin::Internet))
                | (End::Peer(_), Some(Origin::Peering(..))) => true,
                (End::OnPremises(gateway), Some(Origin::Virtual(origin))) => gateway == origin,
                _ => false,
            };
        // RP-03, HYB-08: whether both lead to one network of the customer nobody can tell.
        let far = match (end, self.origin) {
            (End::Far(_, attachment), Some(Origin::Virtual(_))) => Some(attachment),
            _ => None,
        };
        if let Some(attachment) = far {
            self.doubt(codes::NOT_MODELLED, attachment)?;
        }
        if home || far.is_some() {
            self.appliances_both_ways()?;
            return self.inspected_both_ways();
        }
        self.deny(codes::ASYMMETRIC_RETURN_PATH, name(end))
    }

    /// Section 0: a destination that takes nothing of the kind from anybody, or is down, is a
    /// certain DENY however the packet gets there.
    fn closed_end(&self) -> Option<Stage> {
        if self.reply {
            return None;
        }
        // By way of a load balancer it is whoever the packet is for now.
        let eni = match self.flow.via {
            None => self.model.interface(&self.flow.to)?,
            Some(_) => self.sole_owner()?,
        };
        // ENI-01: it stands in no VPC of the snapshot.
        self.model.vpc_of(eni).and_then(|vpc| self.model.vpc(vpc))?;
        let stage = |code, component: &str| {
            Some(Stage { code, component: component.to_owned(), reply: false })
        };
        let id = eni.network_interface_id.as_str();
        if let Some(code) = security_group::closed(self.model, eni, &self.packet) {
            return stage(code, id);
        }
        match interface::kind(eni) {
            Kind::Sender | Kind::Neither => return stage(codes::INTERFACE_TYPE_NO_INBOUND, id),
            Kind::Nat => return stage(codes::NAT_GATEWAY_INBOUND, id),
            _ => {}
        }
        match interface::state(self.model, eni) {
            State::Down(id) => stage(codes::BAD_STATE, id),
            _ => None,
        }
    }

    /// The only interface that has the destination address, inside or in public.
    pub(super) fn sole_owner(&self) -> Option<&'s NetworkInterface> {
        let address = self.packet.destination;
        let inside = self.model.vpc_ids().into_iter();
        let mut owners: Vec<_> = inside.flat_map(|vpc| self.model.owners(vpc, address)).collect();
        if owners.is_empty() {
            owners = self.public_owners(address).into_iter().map(|(_, owner)| owner).collect();
        }
        match owners.as_slice() {
            [Owner::Interface(eni)] => Some(eni),
            _ => None,
        }
    }

    /// E7, E8: each leg has its own return, so that the first fails whatever becomes of the next.
    fn first_leg(&self) -> Option<Stage> {
        self.flow.via.as_ref()?;
        let mut crossings = self.crossings.iter();
        let home = crossings.find_map(|crossing| match crossing {
            Crossing::Proxied { home, .. } => Some(home.network_interface_id.clone()),
            _ => None,
        })?;
        let flow = Flow { to: home, via: None, ..self.flow.clone() };
        let told = Oracle::of(self.model, &flow);
        told.stage.filter(|_| told.verdict == Verdict::Deny)
    }

    /// PIPE-05: the same hop twice with the same header.
    pub(super) fn visit(&mut self, hop: &'s str) -> Go<()> {
        if self.seen.contains(&(hop, self.packet)) {
            return self.deny(codes::LOOP, hop);
        }
        self.seen.push((hop, self.packet));
        Ok(())
    }

    /// The VPCs in which somebody owns an address as the internet sees it.
    pub(super) fn public_owners(&self, address: IpAddr) -> Vec<(&'s str, Owner<'s>)> {
        let mut found = Vec::new();
        for vpc in self.model.vpc_ids() {
            if address.is_ipv4() {
                let pairs = self.model.public_pairs(vpc);
                let owner = pairs.into_iter().find(|(_, public, _)| *public == address);
                found.extend(owner.map(|(_, _, owner)| (vpc, owner)));
            } else {
                let owners = self.model.owners(vpc, address);
                found.extend(owners.into_iter().next().map(|owner| (vpc, owner)));
            }
        }
        found
    }
}
