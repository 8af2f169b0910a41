//! Attachments of a transit gateway other than VPCs (TGW-11, TGW-12).

use std::net::IpAddr;

use reach_core::snapshot::{
    DirectConnectGatewayAssociation, FirewallDescription, TransitGatewayRouteAttachment,
};

use super::codes;
use super::model::{Zone, collected, every, inside};
use super::transit::{By, carries};
use super::vgw::usable;
use super::walk::{Came, End, Go, Inspected, Kept, Next, Walk};

impl<'s> Walk<'_, 's> {
    /// Out of the transit gateway to something that is no VPC.
    pub(super) fn reach_other(
        &mut self,
        gateway: &'s str,
        target: &'s TransitGatewayRouteAttachment,
        id: &'s str,
        origin: Zone<'s>,
    ) -> Go<Next<'s>> {
        let resource = target.resource_id.as_deref().unwrap_or(id);
        self.sender = self.sender.with(Kept::No);
        let far = Ok(Next::End(End::Far(gateway, id)));
        match target.resource_type.as_deref() {
            Some("vpn") => {
                self.transit_vpn(resource)?;
                far
            }
            Some("direct-connect-gateway") => {
                self.direct_connect(gateway, resource)?;
                far
            }
            Some("connect") => {
                let connect = every!(self.model, transit_gateway_connects)
                    .find(|found| found.transit_gateway_attachment_id == id);
                match connect.map(|found| carries(found.state.as_deref())) {
                    Some(true) => {}
                    Some(false) => return self.deny(codes::BAD_STATE_ATTACHMENT, id),
                    None => self.doubt(codes::UNKNOWN_RESOURCE, id)?,
                }
                far
            }
            Some("peering" | "tgw-peering") => self.over_peering(gateway, id, origin),
            Some("network-function") => self.network_function(gateway, id, origin),
            _ => self.lost(codes::NOT_MODELLED, id),
        }
    }

    /// The reply from the other side of an attachment (A-ONPREM).
    pub(super) fn back_from_far(&mut self, gateway: &'s str, id: &'s str) -> Go<Next<'s>> {
        self.came = Came::Otherwise;
        self.leave_attachment(gateway, id, By::Other, Zone::default())
    }

    /// TGW-12: at least one tunnel is up; HYB-06: which family it carries.
    fn transit_vpn(&mut self, id: &'s str) -> Go<()> {
        let vpn = every!(self.model, vpn_connections).find(|vpn| vpn.vpn_connection_id == id);
        let Some(vpn) = vpn else { return self.doubt(codes::UNKNOWN_RESOURCE, id) };
        if !usable(vpn) {
            return self.deny(codes::TGW_BAD_STATE_VPN, id);
        }
        let version =
            vpn.options.as_ref().and_then(|found| found.tunnel_inside_ip_version.as_deref());
        if self.packet.destination.is_ipv6() && version != Some("ipv6") {
            return self.deny(codes::VGW_IPV6_NOT_SUPPORTED, id);
        }
        Ok(())
    }

    /// TGW-12, HYB-07: the association, the virtual interfaces and the allowed prefixes.
    fn direct_connect(&mut self, gateway: &'s str, id: &'s str) -> Go<()> {
        let association = every!(self.model, direct_connect_gateway_associations).find(|found| {
            let other = found.associated_gateway.as_ref().and_then(|other| other.id.as_deref());
            found.direct_connect_gateway_id.as_deref() == Some(id) && other == Some(gateway)
        });
        let Some(association) = association else {
            return self.doubt(codes::UNKNOWN_RESOURCE, id);
        };
        match association.association_state.as_deref() {
            Some("associated") => {}
            Some(_) => return self.deny(codes::BAD_STATE, id),
            None => self.doubt(codes::UNKNOWN_RESOURCE, id)?,
        }
        match self.interface_up(id) {
            Some(true) => {}
            Some(false) => return self.deny(codes::BAD_STATE, id),
            None => self.doubt(codes::UNKNOWN_RESOURCE, id)?,
        }
        // Only what is allowed is announced, so only that is answered.
        if !self.flow.forward && !allowed(association, self.packet.source) {
            return self.deny(codes::VGW_PREFIX_NOT_KNOWN, id);
        }
        Ok(())
    }

    /// HYB-07: a virtual interface of a Direct Connect gateway with a BGP peer that is up.
    pub(super) fn interface_up(&self, id: &str) -> Option<bool> {
        let mut found = every!(self.model, virtual_interfaces)
            .filter(|found| found.direct_connect_gateway_id.as_deref() == Some(id))
            .peekable();
        if found.peek().is_none() && !collected!(self.model, virtual_interfaces) {
            return None;
        }
        Some(found.any(|found| {
            found.virtual_interface_state.as_deref().is_none_or(|state| state == "available")
                && found.bgp_peers.iter().any(|peer| peer.bgp_status.as_deref() == Some("up"))
        }))
    }

    /// TGW-11: the far transit gateway looks up its own table.
    fn over_peering(&mut self, gateway: &'s str, id: &'s str, origin: Zone<'s>) -> Go<Next<'s>> {
        let peering = every!(self.model, transit_gateway_peering_attachments).find(|found| {
            found.transit_gateway_attachment_id == id
                || found.accepter_transit_gateway_attachment_id.as_deref() == Some(id)
        });
        let Some(peering) = peering else { return self.lost(codes::UNKNOWN_RESOURCE, id) };
        if !carries(peering.state.as_deref()) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        let one = peering.requester_tgw_info.as_ref();
        let two = peering.accepter_tgw_info.as_ref();
        let requester = one.and_then(|side| side.transit_gateway_id.as_deref());
        let accepter = two.and_then(|side| side.transit_gateway_id.as_deref());
        let own = peering.transit_gateway_attachment_id.as_str();
        let other = peering.accepter_transit_gateway_attachment_id.as_deref().unwrap_or(own);
        let (far, far_id) =
            if requester == Some(gateway) { (accepter, other) } else { (requester, own) };
        let Some(far) = far else { return self.lost(codes::UNKNOWN_RESOURCE, id) };
        // PIPE-05: two gateways whose tables lead to each other.
        self.peered += 1;
        if self.peered > super::flow::MOST_HOPS {
            return self.deny(codes::LOOP, id);
        }
        self.leave_attachment(far, far_id, By::Other, origin)
    }

    /// TGW-12: a firewall attached to the transit gateway; appliance mode is implied.
    fn network_function(
        &mut self,
        gateway: &'s str,
        id: &'s str,
        origin: Zone<'s>,
    ) -> Go<Next<'s>> {
        let state = |firewall: &'s FirewallDescription| {
            let status = firewall.firewall_status.as_ref()?;
            let found = status.transit_gateway_attachment_sync_state.as_ref()?;
            (found.attachment_id.as_deref() == Some(id)).then_some(found)
        };
        let firewall = every!(self.model, firewalls).find_map(|found| Some((found, state(found)?)));
        let Some((firewall, state)) = firewall else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        if state.transit_gateway_attachment_status.as_deref() != Some("READY") {
            self.doubt(codes::UNKNOWN_RESOURCE, id)?;
        }
        if self.reply {
            let before = self.inspected.iter().find(|found| found.endpoint == id).copied();
            let Some(before) = before else { return self.deny(codes::NFW_ASYMMETRIC, id) };
            self.inspected_back.push(id);
            self.firewall_reply(firewall, before)?;
        } else {
            let stateful = self.firewall_request(firewall)?;
            let arn = Some(firewall.firewall.firewall_arn.as_str());
            self.inspected.push(Inspected { endpoint: id, firewall: arn, stateful });
        }
        self.leave_attachment(gateway, id, By::Other, origin)
    }
}

fn allowed(association: &DirectConnectGatewayAssociation, address: IpAddr) -> bool {
    association
        .allowed_prefixes_to_direct_connect_gateway
        .iter()
        .filter_map(|prefix| prefix.cidr.as_deref())
        .any(|cidr| inside(cidr, address))
}
