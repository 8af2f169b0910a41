//! Internet gateways and egress-only internet gateways (section 7).

use std::net::IpAddr;

use reach_core::snapshot::{GatewayAttachment, NetworkInterface, Subnet};

use super::block_public_access::Flowing;
use super::codes;
use super::interface::{State, attached};
use super::model::{Owner, every, inside, private_use, shared_space};
use super::route_table::{self, Selected, Target};
use super::walk::{Came, Crossing, End, Go, Next, Origin, Point, Sender, Walk};

fn attached_to(attachments: &[GatewayAttachment], vpc: &str) -> bool {
    attachments.iter().any(|found| {
        // IG-01: `available` or `attached`.
        let state = found.state.as_deref();
        found.vpc_id == vpc && state.is_none_or(|state| matches!(state, "available" | "attached"))
    })
}

impl<'s> Walk<'_, 's> {
    /// The internet gateway attached to a VPC.
    fn internet_gateway(&self, vpc: &str) -> Option<&'s str> {
        every!(self.model, internet_gateways)
            .find(|gateway| attached_to(&gateway.attachments, vpc))
            .map(|gateway| gateway.internet_gateway_id.as_str())
    }

    /// IG-02, IG-04, IG-05, IG-11, in the order of E2 step 8.
    pub(super) fn out_by_internet_gateway(
        &mut self,
        point: &Point<'s>,
        id: &'s str,
    ) -> Go<Next<'s>> {
        let mut gateways = every!(self.model, internet_gateways);
        let Some(gateway) = gateways.find(|found| found.internet_gateway_id == id) else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        if !attached_to(&gateway.attachments, point.vpc) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        if let Some(table) = self.redirects(id, point) {
            return self.deny(codes::INGRESS_RTB_TRAFFIC_REDIRECTION, table);
        }
        self.leave_subnet(point)?;
        let flowing = match self.last() {
            _ if self.reply => Flowing::Inbound,
            Some(Crossing::Translated { by, after, .. })
                if by.starts_with("nat-") && after.source == self.packet.source =>
            {
                Flowing::OutboundOnly
            }
            _ => Flowing::Outbound,
        };
        self.public_access(point.vpc, point.subnet, flowing)?;
        self.public_source(point.vpc, id)?;
        let destination = self.packet.destination;
        if private_use(destination) {
            return self.deny(codes::IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS, id);
        }
        if shared_space(destination) {
            return self.deny(codes::IGW_DESTINATION_ADDRESS_NOT_IN_RFC6598_EGRESS, id);
        }
        // IG-11: new flows only.
        if !self.reply
            && !self.vouched("A-PORT25")
            && destination.is_ipv4()
            && self.packet.protocol == 6
            && self.packet.destination_port == 25
        {
            return self.deny(codes::PORT_25_RESTRICTION, id);
        }
        self.sender = Sender::Nobody;
        if self.reply {
            // RP-03: the gateway of the same VPC both ways.
            match self.crossings.pop() {
                Some(Crossing::Entered(vpc)) if vpc == point.vpc => {}
                _ => return self.deny(codes::ASYMMETRIC_RETURN_PATH, id),
            }
        } else {
            self.crossings.push(Crossing::Left(point.vpc));
        }
        Ok(Next::Outside)
    }

    /// IG-02, IG-05: the source becomes the public address paired with it.
    fn public_source(&mut self, vpc: &'s str, id: &'s str) -> Go<()> {
        let source = self.packet.source;
        if source.is_ipv6() {
            return match self.model.owners(vpc, source).first() {
                Some(Owner::Interface(eni)) => {
                    self.is_attached(eni)?;
                    self.usable_ipv6(eni, source, id)
                }
                _ => self.no_public_source(vpc, id),
            };
        }
        let pairs = self.model.public_pairs(vpc);
        let paired = pairs.into_iter().find(|(private, _, owner)| {
            let up = match owner {
                Owner::Interface(eni) => !matches!(attached(eni), State::Down(_)),
                Owner::Nat(_) => true,
            };
            *private == source && up
        });
        match paired {
            Some((_, public, _)) => self.packet.source = public,
            None => return self.no_public_source(vpc, id),
        }
        Ok(())
    }

    /// PIPE-08: an address of somebody in another VPC, or one without a public address.
    fn no_public_source(&self, vpc: &str, id: &str) -> Go<()> {
        let source = self.packet.source;
        let elsewhere = self
            .model
            .vpc_ids()
            .into_iter()
            .any(|other| other != vpc && !self.model.owners(other, source).is_empty());
        if elsewhere && self.model.owners(vpc, source).is_empty() {
            return self.deny(codes::GATEWAY_REJECTS_SPOOFED_TRAFFIC, id);
        }
        if source.is_ipv6() {
            return self.deny(codes::IGW_IPV6_NOT_USABLE, id);
        }
        self.deny(codes::IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS, id)
    }

    /// ENI-04: an IPv6 address that the internet can use.
    fn usable_ipv6(&mut self, eni: &'s NetworkInterface, address: IpAddr, id: &str) -> Go<()> {
        let public = self.model.subnet_of(eni).is_some_and(|subnet| {
            subnet.ipv6_cidr_block_association_set.iter().any(|block| {
                let attribute = block.ipv6_address_attribute.as_deref();
                inside(&block.ipv6_cidr_block, address)
                    && attribute.is_none_or(|attribute| attribute == "public")
            })
        });
        if !public || eni.deny_all_igw_traffic == Some(true) {
            return self.deny(codes::IGW_IPV6_NOT_USABLE, id);
        }
        Ok(())
    }

    /// IG-06.
    pub(super) fn out_by_egress_only(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        let mut gateways = every!(self.model, egress_only_internet_gateways);
        let Some(gateway) = gateways.find(|found| found.egress_only_internet_gateway_id == id)
        else {
            return self.not_there(point, id);
        };
        if !attached_to(&gateway.attachments, point.vpc) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        self.leave_subnet(point)?;
        // IPv6 only, and nothing that was not started from inside.
        if self.packet.source.is_ipv4() || self.reply {
            return self.deny(codes::EGRESS_ONLY_GATEWAY_RESTRICTION, id);
        }
        self.public_access(point.vpc, point.subnet, Flowing::OutboundOnly)?;
        self.public_source(point.vpc, id)?;
        self.crossings.push(Crossing::LeftEgressOnly(point.vpc));
        self.sender = Sender::Nobody;
        Ok(Next::Outside)
    }

    /// A flow that starts in the internet.
    pub(super) fn start_outside(&mut self, from: &str) -> Go<Next<'s>> {
        self.internal_balancer()?;
        let destination = self.packet.destination;
        if from != "internet" {
            let mut gateways = every!(self.model, internet_gateways);
            let Some(gateway) = gateways.find(|found| found.internet_gateway_id == from) else {
                return self.lost(codes::UNKNOWN_RESOURCE, from);
            };
            let vpc =
                self.model.vpc_ids().into_iter().find(|vpc| attached_to(&gateway.attachments, vpc));
            return match vpc {
                Some(vpc) => self.enter(vpc, Some(gateway.internet_gateway_id.as_str())),
                None => self.deny(codes::BAD_STATE_ATTACHMENT, from),
            };
        }
        let owner = self.public_owners(destination).first().map(|(vpc, _)| *vpc);
        let wanted = || self.model.interface(&self.flow.to).and_then(|eni| self.model.vpc_of(eni));
        match owner.or_else(wanted) {
            Some(vpc) => self.enter(vpc, self.internet_gateway(vpc)),
            // IG-03: of a VPC whose interfaces nobody collected.
            None if !self.all_interfaces_known() => self.lost(codes::UNKNOWN_RESOURCE, "internet"),
            None => self.deny(codes::IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS, "internet"),
        }
    }

    /// IG-09: a packet in the open internet may be for somebody in a VPC.
    pub(super) fn outside(&mut self) -> Go<Next<'s>> {
        if self.reply {
            match self.crossings.last().cloned() {
                None if matches!(self.origin, Some(Origin::Internet)) => {
                    return Ok(Next::End(End::Internet));
                }
                // IG-06: the reply to what went out by the egress-only gateway.
                Some(Crossing::LeftEgressOnly(vpc)) => {
                    self.crossings.pop();
                    self.came = Came::Otherwise;
                    return self.arrive(vpc, None);
                }
                Some(Crossing::Left(vpc)) => return self.enter(vpc, self.internet_gateway(vpc)),
                _ => {}
            }
        }
        match self.public_owners(self.packet.destination).first() {
            Some((vpc, _)) => self.enter(vpc, self.internet_gateway(vpc)),
            None => Ok(Next::End(End::Internet)),
        }
    }

    /// E1, steps 1 to 4.
    fn enter(&mut self, vpc: &'s str, gateway: Option<&'s str>) -> Go<Next<'s>> {
        let id = gateway.unwrap_or(vpc);
        let packet = self.packet;
        if private_use(packet.source) {
            return self.deny(codes::IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS, id);
        }
        if shared_space(packet.source) {
            return self.deny(codes::IGW_SOURCE_ADDRESS_NOT_IN_RFC6598_INGRESS, id);
        }
        // IG-03, IG-05: who is it for, and where is it translated to.
        let found = if packet.destination.is_ipv4() {
            let mut pairs = self.model.public_pairs(vpc).into_iter();
            pairs
                .find(|(_, public, _)| *public == packet.destination)
                .map(|(private, _, owner)| (private, owner))
        } else {
            let owners = self.model.owners(vpc, packet.destination);
            owners.first().map(|owner| (packet.destination, *owner))
        };
        // IG-01: there may be one that nobody collected.
        let held = found.is_some() || !self.model.owners(vpc, packet.destination).is_empty();
        if gateway.is_none() && held && !self.gateways_known(vpc) {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        }
        // IG-07: the gateway's own table; a regional NAT gateway is in no subnet of it (NAT-12).
        let table = gateway
            .and_then(|id| route_table::of_gateway(self.model, id))
            .filter(|_| !matches!(found, Some((_, Owner::Nat(nat))) if nat.subnet_id.is_none()));
        let target = match (table, found) {
            (Some(table), Some((private, _))) => route_table::select(self.model, table, private),
            _ => Selected::To(Target::Local),
        };
        self.encrypted(vpc, Target::Internet(id))?;
        if let Some((_, owner)) = found {
            let subnet = self.exchanging(&target, owner);
            // BPA-02: nobody knows what a subnet that the snapshot lacks is excluded from.
            match owner {
                Owner::Interface(_) if subnet.is_none() => {
                    self.doubt(codes::UNKNOWN_RESOURCE, id)?;
                }
                _ => self.public_access(vpc, subnet, Flowing::Inbound)?,
            }
        }
        if gateway.is_none() {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        let Some((private, owner)) = found else {
            if self.flow.to == "any" && !self.interfaces_known(vpc) {
                return self.lost(codes::UNKNOWN_RESOURCE, id);
            }
            // IG-03 is about IPv4, IG-05 about IPv6.
            let v6 = packet.destination.is_ipv6();
            let code = if v6 {
                codes::IGW_IPV6_NOT_USABLE
            } else {
                codes::IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS
            };
            return self.deny(code, id);
        };
        if !self.tables_known(vpc) {
            self.doubt(codes::UNKNOWN_RESOURCE, id)?;
        }
        if let Owner::Interface(eni) = owner {
            self.is_attached(eni)?;
            if packet.destination.is_ipv6() {
                self.usable_ipv6(eni, packet.destination, id)?;
            }
        }
        self.packet.destination = private;
        self.sender = Sender::Nobody;
        self.came = Came::Otherwise;
        if self.reply {
            // RP-03: the gateway of the same VPC both ways.
            match self.crossings.pop() {
                Some(Crossing::Left(left)) if left == vpc => {}
                _ => return self.deny(codes::ASYMMETRIC_RETURN_PATH, id),
            }
        } else {
            self.crossings.push(Crossing::Entered(vpc));
        }
        let Some(table) = table else { return self.arrive(vpc, None) };
        let table_id = table.route_table_id.as_str();
        match target {
            Selected::To(Target::Local) => self.arrive(vpc, None),
            Selected::To(target) => self.redirected(vpc, table, target),
            Selected::NoRoute => self.deny(codes::NO_ROUTE_TO_DESTINATION, table_id),
            Selected::Blackhole => self.deny(codes::BAD_STATE_ROUTE, table_id),
            Selected::Unknown(code, element) => self.lost(code, element),
        }
    }

    /// BPA-03: the subnet that exchanges packets with the gateway: the middlebox's, else the
    /// owner's.
    fn exchanging(&self, target: &Selected<'s>, owner: Owner<'s>) -> Option<&'s Subnet> {
        if let Selected::To(target @ (Target::Interface(_) | Target::Endpoint(_))) = target {
            return self.subnets_of(*target).first().and_then(|id| self.model.subnet(id));
        }
        match owner {
            Owner::Interface(eni) => self.model.subnet_of(eni),
            Owner::Nat(nat) => nat.subnet_id.as_deref().and_then(|id| self.model.subnet(id)),
        }
    }
}
