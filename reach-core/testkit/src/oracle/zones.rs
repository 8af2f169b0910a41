//! Gateways of Wavelength Zones and Outposts (HYB-10).

use std::net::IpAddr;

use super::block_public_access::Flowing;
use super::codes;
use super::model::every;
use super::walk::{Crossing, End, Go, Next, Point, Sender, Walk};

impl<'s> Walk<'_, 's> {
    /// A carrier gateway maps a private address to a carrier one as an internet gateway does.
    pub(super) fn out_by_carrier(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        let mut gateways = every!(self.model, carrier_gateways);
        let Some(gateway) = gateways.find(|found| found.carrier_gateway_id == id) else {
            return self.not_there(point, id);
        };
        if gateway.vpc_id.as_deref() != Some(point.vpc) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        if gateway.state.as_deref().is_some_and(|state| state != "available") {
            return self.deny(codes::BAD_STATE, id);
        }
        if self.reply {
            return self.deny(codes::ASYMMETRIC_RETURN_PATH, id);
        }
        self.leave_subnet(point)?;
        // BPA-04.
        self.public_access(point.vpc, point.subnet, Flowing::Outbound)?;
        let before = self.packet;
        let Some(carrier) = self.carrier_address(point.vpc, before.source) else {
            return self.deny(codes::IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS, id);
        };
        self.packet.source = carrier;
        self.sender = Sender::Nobody;
        self.crossings.push(Crossing::Translated { by: id, before, after: self.packet });
        Ok(Next::End(End::Carrier(id, point.vpc)))
    }

    fn carrier_address(&self, vpc: &str, private: IpAddr) -> Option<IpAddr> {
        every!(self.model, network_interfaces)
            .filter(|eni| self.model.vpc_of(eni) == Some(vpc))
            .flat_map(|eni| &eni.private_ip_addresses)
            .filter(|address| address.private_ip_address.parse() == Ok(private))
            .find_map(|address| address.association.as_ref()?.carrier_ip.as_deref())
            .and_then(|text| text.parse().ok())
    }

    /// The reply by the carrier gateway.
    pub(super) fn back_by_carrier(&mut self, id: &'s str, vpc: &'s str) -> Go<Next<'s>> {
        self.turn_back(id)?;
        self.arrive(vpc, None)
    }

    /// A local gateway: what is behind it is opaque, and assumed to answer (A-ONPREM).
    pub(super) fn out_by_local_gateway(&mut self, point: &Point<'s>, id: &'s str) -> Go<Next<'s>> {
        let mut gateways = every!(self.model, local_gateways);
        let Some(gateway) = gateways.find(|found| found.local_gateway_id == id) else {
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        if gateway.state.as_deref().is_some_and(|state| state != "available") {
            return self.deny(codes::BAD_STATE, id);
        }
        self.leave_subnet(point)?;
        self.sender = Sender::Nobody;
        Ok(Next::End(End::Gateway(id, point.vpc)))
    }
}
