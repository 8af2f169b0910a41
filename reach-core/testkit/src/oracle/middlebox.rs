//! Appliances: interfaces that a route leads to (section 14, NAT-14).

use std::net::IpAddr;

use reach_core::snapshot::NetworkInterface;

use super::codes;
use super::interface::{State, attached};
use super::model::{Owner, owns};
use super::network_acl::Way;
use super::route_table::{self, Selected, Target};
use super::walk::{Crossing, Go, Kept, Next, Point, Sender, Walk};

impl<'s> Walk<'_, 's> {
    /// An interface as the next hop.
    pub(super) fn via_interface(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        match self.model.interface(id) {
            // RT-04: the destination itself.
            Some(eni) if owns(eni, self.packet.destination) => self.arrive(point.vpc, point.subnet),
            Some(eni) => self.through_appliance(point, eni),
            None => self.not_followed(point, codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// MB-01, in the order of E4m.
    pub(super) fn through_appliance(
        &mut self,
        point: &Point<'s>,
        eni: &'s NetworkInterface,
    ) -> Go<Next<'s>> {
        let id = eni.network_interface_id.as_str();
        // PIPE-05, MB-02.
        if point.hop == Some(id) {
            return self.deny(codes::LOOP, id);
        }
        let Some(subnet) = self.model.subnet_of(eni) else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        // RT-09: the target's own state is part of the route.
        self.host_up(eni)?;
        self.cross_to(point.subnet, subnet)?;
        self.visit(id)?;
        self.check(eni, self.packet.destination)?;
        // SG-03: asked once a flow; a reply that the request did not precede is a new flow.
        let translated_by = |crossing: &Crossing<'_>| matches!(crossing, Crossing::Translated { by, .. } if *by == id);
        let known = self.reply
            && (self.appliances.contains(&id) || self.crossings.iter().any(translated_by));
        if !known {
            self.groups_pass(eni, Way::In)?;
            self.may_receive(eni)?;
        }
        let onward = self.point(subnet, Some(id));
        let translated = !self.reply && self.appliance_translates(&onward, eni);
        if !known {
            self.scope = self.look_ahead(&onward);
            self.groups_pass(eni, Way::Out)?;
        }
        self.check(eni, self.packet.source)?;
        if self.reply {
            self.appliance_on_the_way_back(id, known)?;
        } else {
            self.passed.push(id);
            if !translated {
                self.appliances.push(id);
            }
        }
        // PIPE-06: identity is lost at any appliance.
        self.sender = match self.sender {
            Sender::Interface(sender, _) if !translated => Sender::Interface(sender, Kept::No),
            Sender::Balancer(node, _) if !translated => Sender::Balancer(node, Kept::No),
            _ => Sender::Nobody,
        };
        Ok(Next::Route(onward))
    }

    /// NAT-14 and MB-01 told apart: what leaves for an internet gateway without a public address
    /// of its own is translated to the appliance's (A-APPLIANCE-NAT), all else is forwarded as it
    /// is (A-APPLIANCE-FORWARDS).
    fn appliance_translates(&mut self, onward: &Point<'s>, eni: &'s NetworkInterface) -> bool {
        let packet = self.packet;
        let Some(table) = onward.table else { return false };
        let out = matches!(
            route_table::select(self.model, table, packet.destination),
            Selected::To(Target::Internet(_))
        );
        let local = super::model::in_subnet_of(onward.subnet, packet.destination);
        if !out || local || packet.source.is_ipv6() {
            return false;
        }
        let pairs = self.model.public_pairs(onward.vpc);
        let has_own = pairs.iter().any(|(private, _, owner)| {
            let up = matches!(owner, Owner::Interface(owner) if !matches!(attached(owner), State::Down(_)));
            *private == packet.source && up
        });
        if has_own || !matches!(packet.protocol, 1 | 6 | 17) {
            return false;
        }
        let id = eni.network_interface_id.as_str();
        let paired: Option<IpAddr> = pairs
            .iter()
            .find(|(_, _, owner)| {
                matches!(owner, Owner::Interface(owner) if owner.network_interface_id == id)
            })
            .map(|(private, _, _)| *private);
        let Some(source) = paired else { return false };
        self.packet.source = source;
        self.pick_port();
        self.crossings.push(Crossing::Translated { by: id, before: packet, after: self.packet });
        true
    }

    /// PK-05: a port that the network chooses.
    pub(super) fn pick_port(&mut self) {
        if matches!(self.packet.protocol, 6 | 17) {
            let ports = &self.model.ports;
            let picked = self.choices.pick(ports.len());
            self.packet.source_port = ports.get(picked).copied().unwrap_or(1024);
        }
    }

    /// MB-03: the reply passes an appliance.
    fn appliance_on_the_way_back(&mut self, id: &'s str, known: bool) -> Go<()> {
        self.appliances_back.push(id);
        if known {
            return Ok(());
        }
        self.asymmetric(id)
    }

    /// MB-03, RT-16, IG-08: one direction only.
    fn asymmetric(&mut self, id: &str) -> Go<()> {
        let inward = matches!(self.last(), Some(Crossing::Entered(_)));
        if self.redirected || inward {
            return self.deny(codes::ASYMMETRIC_APPLIANCE, id);
        }
        if self.vouched("A-ASYMMETRIC") {
            return Ok(());
        }
        self.doubt(codes::ASYMMETRIC_APPLIANCE, id)
    }

    /// MB-03 at the end: what the request passed and the reply did not.
    pub(super) fn appliances_both_ways(&mut self) -> Go<()> {
        let missed: Vec<&'s str> = self
            .appliances
            .iter()
            .filter(|id| !self.appliances_back.contains(id))
            .copied()
            .collect();
        for id in missed {
            self.asymmetric(id)?;
        }
        Ok(())
    }
}
