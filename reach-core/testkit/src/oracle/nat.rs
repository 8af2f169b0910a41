//! NAT gateways (section 8).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reach_core::snapshot::{NatGateway, NatGatewayAddress, Subnet};

use super::codes;
use super::model::{Zone, every};
use super::walk::{Came, Crossing, Go, Next, Point, Sender, Walk};

/// NAT-11: the IPv4 address that a NAT64 address stands for.
fn embedded(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    let bits = address.to_bits();
    let prefix: u128 = 0x0064_ff9b << 96;
    let low = u32::try_from(bits ^ prefix).ok()?;
    Some(Ipv4Addr::from_bits(low))
}

impl<'s> Walk<'_, 's> {
    /// A NAT gateway as the target of a route: E2, steps 2 to 5.
    pub(super) fn through_nat(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        // PIPE-05, NAT-10: its own onward route leads back to it.
        if point.hop == Some(id) {
            return self.deny(codes::LOOP, id);
        }
        let Some(nat) = self.model.nat(id) else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        // NAT-02.
        match nat.state.as_deref() {
            Some("available") => {}
            Some("pending" | "failed" | "deleted") => return self.deny(codes::BAD_STATE, id),
            _ => self.doubt(codes::UNKNOWN_RESOURCE, id)?,
        }
        let regional = nat.availability_mode.as_deref() == Some("regional");
        let subnet = nat.subnet_id.as_deref().and_then(|id| self.model.subnet(id));
        if regional {
            self.zone_is_served(nat, point.zone)?;
        }
        // PIPE-03: into the NAT gateway's subnet; a regional one has none (NAT-12).
        match subnet {
            Some(subnet) => self.cross_to(point.subnet, subnet)?,
            None => self.leave_subnet(point)?,
        }
        if subnet.is_none() && !regional {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        }
        self.visit(id)?;
        let before = self.packet;
        self.translate_family(id)?;
        // NAT-03.
        if !matches!(self.packet.protocol, 1 | 6 | 17) {
            return self.deny(codes::PROTOCOL_RESTRICTION, id);
        }
        // NAT-08.
        if self.came == Came::Otherwise {
            return self.deny(codes::NGW_REQUIRES_SOURCE_IN_VPC, id);
        }
        // NAT-04.
        let Some(source) = Self::source_of(nat, point.zone) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        self.reached_directly()?;
        self.packet.source = IpAddr::V4(source);
        self.pick_port();
        self.sender = Sender::Nobody;
        self.came = Came::Here;
        self.crossings.push(Crossing::Translated { by: id, before, after: self.packet });
        Ok(Next::Route(self.nat_point(nat, subnet, point.zone)))
    }

    /// NAT-05, NAT-12: the table that the NAT gateway's packets use.
    fn nat_point(
        &self,
        nat: &'s NatGateway,
        subnet: Option<&'s Subnet>,
        zone: Zone<'s>,
    ) -> Point<'s> {
        let id = nat.nat_gateway_id.as_str();
        if let Some(subnet) = subnet {
            return self.point(subnet, Some(id));
        }
        let table = nat.route_table_id.as_deref().and_then(|id| {
            every!(self.model, route_tables).find(|table| table.route_table_id == id)
        });
        let vpc = nat.vpc_id.as_deref().unwrap_or_default();
        Point { vpc, subnet: None, table, zone, hop: Some(id), direct: false }
    }

    /// NAT-13: an automatic regional gateway serves every zone, a manual one those that it has an
    /// address in.
    fn zone_is_served(&mut self, nat: &'s NatGateway, zone: Zone<'s>) -> Go<()> {
        let id = nat.nat_gateway_id.as_str();
        match nat.auto_provision_zones.as_deref() {
            Some("enabled") => return Ok(()),
            Some("disabled") => {}
            _ => return self.doubt(codes::UNKNOWN_RESOURCE, id),
        }
        let served: Vec<Option<bool>> =
            nat.nat_gateway_addresses.iter().map(|address| zone_of(address).is(zone)).collect();
        if served.contains(&Some(true)) {
            Ok(())
        } else if served.contains(&None) {
            self.doubt(codes::UNKNOWN_RESOURCE, id)
        } else {
            self.deny(codes::REGIONAL_NGW_ROUTE_AZ_RESTRICTION, id)
        }
    }

    /// NAT-04: the primary private address; of a regional gateway the address of the zone, whose
    /// public one stands for a private one that is not told.
    fn source_of(nat: &'s NatGateway, zone: Zone<'s>) -> Option<Ipv4Addr> {
        let addresses = &nat.nat_gateway_addresses;
        let here = |address: &&NatGatewayAddress| zone_of(address).is(zone) == Some(true);
        let primary = |address: &&NatGatewayAddress| address.is_primary == Some(true);
        let address = addresses
            .iter()
            .find(|address| nat.subnet_id.is_none() && here(address))
            .or_else(|| addresses.iter().find(primary))
            .or_else(|| addresses.first())?;
        let public = address.public_ip.as_deref().filter(|_| nat.subnet_id.is_none());
        address.private_ip.as_deref().or(public)?.parse().ok()
    }

    /// NAT-12: whether the packet's source is the public address of a regional gateway, which only
    /// an internet gateway shows; the private one that others see is not told.
    pub(super) fn source_is_not_told(&self) -> bool {
        !self.reply
            && matches!(self.last(), Some(Crossing::Translated { by, after, .. })
                if after.source == self.packet.source
                    && self.model.nat(by).is_some_and(|nat| nat.subnet_id.is_none()
                        && nat.nat_gateway_addresses.iter().all(|told| told.private_ip.is_none())))
    }

    /// NAT-11: of IPv6 only what stands for IPv4.
    fn translate_family(&mut self, id: &'s str) -> Go<()> {
        if self.packet.destination.is_ipv4() {
            return Ok(());
        }
        let Some(destination) = embedded(self.packet.destination) else {
            return self.deny(codes::PROTOCOL_RESTRICTION, id);
        };
        // NAT-03, PK-01: ICMP is protocol 58 there.
        if self.packet.protocol == 1 {
            return self.deny(codes::PROTOCOL_RESTRICTION, id);
        }
        self.packet.destination = IpAddr::V4(destination);
        if self.packet.protocol == 58 {
            // Echo requests; which other messages have a counterpart is not said.
            if (self.packet.source_port, self.packet.destination_port) != (128, 0) {
                return self.lost(codes::NOT_MODELLED, id);
            }
            self.packet.protocol = 1;
            self.packet.source_port = 8;
        }
        Ok(())
    }

    /// E2, return steps 3 and 4: the reply to what the gateway translated.
    pub(super) fn untranslate(
        &mut self,
        nat: &'s NatGateway,
        subnet: Option<&'s Subnet>,
    ) -> Go<Next<'s>> {
        let id = nat.nat_gateway_id.as_str();
        self.turn_back(id)?;
        self.came = Came::Here;
        let zone = subnet.map(super::model::zone).unwrap_or_default();
        Ok(Next::Route(self.nat_point(nat, subnet, zone)))
    }

    /// RP-02: the reply to what was translated gets the client's address back.
    pub(super) fn turn_back(&mut self, id: &str) -> Go<()> {
        let Some(Crossing::Translated { by, before, after }) = self.crossings.last().cloned()
        else {
            return self.deny(codes::NAT_GATEWAY_INBOUND, id);
        };
        // RP-02: the same gateway, and the reply to what it sent.
        if by != id
            || self.packet.source != after.destination
            || self.packet.destination != after.source
        {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
        }
        self.crossings.pop();
        self.packet.destination = before.source;
        self.packet.source = match (before.source, self.packet.source) {
            (IpAddr::V6(_), IpAddr::V4(source)) => {
                let prefix: u128 = 0x0064_ff9b << 96;
                IpAddr::V6(Ipv6Addr::from_bits(prefix | u128::from(source.to_bits())))
            }
            (_, source) => source,
        };
        match before.protocol {
            6 | 17 => self.packet.destination_port = before.source_port,
            58 => {
                self.packet.protocol = 58;
                self.packet.source_port = 129;
            }
            _ => {}
        }
        Ok(())
    }
}

fn zone_of(address: &NatGatewayAddress) -> Zone<'_> {
    Zone { id: address.availability_zone_id.as_deref(), name: address.availability_zone.as_deref() }
}
