//! Transit gateways (section 10).

use reach_core::snapshot::{
    Subnet, TransitGateway, TransitGatewayAttachment, TransitGatewayRoute,
    TransitGatewayRouteAttachment, TransitGatewayVpcAttachment,
};

use super::codes;
use super::model::{Zone, block, every, zone};
use super::network_acl::Way;
use super::route_table::Target;
use super::walk::{Came, Go, Kept, Next, Point, Walk};

/// TGW-01: what carries traffic.
pub(super) fn carries(state: Option<&str>) -> bool {
    matches!(state, Some("available" | "modifying"))
}

/// What a packet came into a transit gateway by, as far as group identity goes (SG-13).
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'s> {
    Vpc(&'s TransitGatewayVpcAttachment),
    /// A VPC's attachment of which nobody told more.
    UntoldVpc,
    Other,
}

impl<'s> Walk<'_, 's> {
    fn transit_gateway(&self, id: &str) -> Option<&'s TransitGateway> {
        every!(self.model, transit_gateways).find(|found| found.transit_gateway_id == id)
    }

    /// An attachment as its transit gateway sees it; a peering is one on either side.
    fn any_attachment(&self, gateway: &str, id: &str) -> Option<&'s TransitGatewayAttachment> {
        every!(self.model, transit_gateway_attachments).find(|found| {
            found.transit_gateway_attachment_id == id
                && found.transit_gateway_id.as_deref() == Some(gateway)
        })
    }

    /// E6, steps 2 to 4.
    pub(super) fn out_by_transit_gateway(
        &mut self,
        point: &Point<'s>,
        id: &'s str,
    ) -> Go<Next<'s>> {
        // TGW-01.
        let mut attachments = every!(self.model, transit_gateway_vpc_attachments)
            .filter(|found| {
                found.transit_gateway_id.as_deref() == Some(id)
                    && found.vpc_id.as_deref() == Some(point.vpc)
            })
            .peekable();
        // One that carries traffic, beside what is left of those before it.
        let first = attachments.peek().copied();
        let attachment = attachments.find(|found| carries(found.state.as_deref())).or(first);
        let Some(attachment) = attachment else {
            if let Some(found) = self.untold_attachment(id, point.vpc) {
                let attachment = found.transit_gateway_attachment_id.as_str();
                if !carries(found.state.as_deref()) {
                    return self.deny(codes::BAD_STATE_ATTACHMENT, attachment);
                }
                // TGW-02: which subnets it has nobody told.
                self.doubt(codes::UNKNOWN_RESOURCE, attachment)?;
                self.leave_subnet(point)?;
                return self.leave_attachment(id, attachment, By::UntoldVpc, point.zone);
            }
            let region = self.model.answers_for(point.vpc);
            let known = region.is_some_and(|it| it.transit_gateway_vpc_attachments.is_some())
                && self.transit_gateway(id).is_some();
            if known {
                return self.deny(codes::BAD_STATE_ATTACHMENT, id);
            }
            return self.not_followed(point, codes::UNKNOWN_RESOURCE, id);
        };
        let attachment_id = attachment.transit_gateway_attachment_id.as_str();
        if !carries(attachment.state.as_deref()) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, attachment_id);
        }
        // TGW-02.
        let all = attachment.subnet_ids.iter().all(|id| self.model.subnet(id).is_some());
        let near = self.subnet_in_zone(attachment, point.zone)?;
        match near {
            None if all => return self.deny(codes::TGW_ROUTE_AZ_RESTRICTION, attachment_id),
            None => {
                self.doubt(codes::UNKNOWN_RESOURCE, attachment_id)?;
                self.leave_subnet(point)?;
            }
            // TGW-09: out of the sender's subnet, into the attachment's, even if they are one.
            Some(near) => {
                self.leave_subnet(point)?;
                self.cross(near, Way::In)?;
            }
        }
        self.leave_attachment(id, attachment_id, By::Vpc(attachment), point.zone)
    }

    /// A VPC's attachment that only the list of all kinds has.
    fn untold_attachment(&self, gateway: &str, vpc: &str) -> Option<&'s TransitGatewayAttachment> {
        every!(self.model, transit_gateway_attachments).find(|found| {
            found.transit_gateway_id.as_deref() == Some(gateway)
                && found.resource_type.as_deref() == Some("vpc")
                && found.resource_id.as_deref() == Some(vpc)
        })
    }

    /// TGW-04 to TGW-06: from an attachment through the table that it is associated with.
    pub(super) fn leave_attachment(
        &mut self,
        gateway: &'s str,
        id: &'s str,
        by: By<'s>,
        origin: Zone<'s>,
    ) -> Go<Next<'s>> {
        self.transited = true;
        let table = self.associated_table(gateway, id)?;
        self.visit(table)?;
        let target = self.transit_route(table, id)?;
        self.reach_attachment(gateway, by, target, origin)
    }

    /// The attachment subnet in a zone, the first if nobody can tell.
    fn subnet_in_zone(
        &mut self,
        attachment: &'s TransitGatewayVpcAttachment,
        wanted: Zone<'_>,
    ) -> Go<Option<&'s Subnet>> {
        let id = attachment.transit_gateway_attachment_id.as_str();
        let subnets: Vec<&'s Subnet> =
            attachment.subnet_ids.iter().filter_map(|id| self.model.subnet(id)).collect();
        if let Some(subnet) = subnets.iter().find(|subnet| zone(subnet).is(wanted) == Some(true)) {
            return Ok(Some(subnet));
        }
        let unsure = subnets.iter().find(|subnet| zone(subnet).is(wanted).is_none()).copied();
        if unsure.is_some() {
            self.doubt(codes::UNKNOWN_RESOURCE, id)?;
            return Ok(unsure);
        }
        Ok(None)
    }

    /// TGW-04: the table that packets of an attachment are looked up in.
    fn associated_table(&mut self, gateway: &str, attachment: &'s str) -> Go<&'s str> {
        let Some(found) = self.any_attachment(gateway, attachment) else {
            return self.lost(codes::TGW_RTB_ROUTES_ARE_UNKNOWN, attachment);
        };
        let Some(association) = found.association.as_ref() else {
            return self.deny(codes::TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION, attachment);
        };
        match association.state.as_deref() {
            None | Some("associated") => {}
            Some("associating" | "disassociating") => {
                self.doubt(codes::UNKNOWN_RESOURCE, attachment)?;
            }
            Some(_) => return self.deny(codes::TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION, attachment),
        }
        match association.transit_gateway_route_table_id.as_deref() {
            Some(table) => Ok(table),
            None => self.lost(codes::TGW_RTB_ROUTES_ARE_UNKNOWN, attachment),
        }
    }

    /// TGW-05, TGW-06: where the table sends the packet.
    fn transit_route(
        &mut self,
        table: &'s str,
        attachment: &'s str,
    ) -> Go<&'s TransitGatewayRouteAttachment> {
        let destination = self.packet.destination;
        let whole = every!(self.model, transit_gateway_routes)
            .find(|found| found.transit_gateway_route_table_id == table);
        let fixed = every!(self.model, transit_gateway_static_routes)
            .find(|found| found.transit_gateway_route_table_id == table);
        let Some(routes) = whole.or(fixed) else {
            return self.lost(codes::TGW_RTB_ROUTES_ARE_UNKNOWN, attachment);
        };
        let mut best: Vec<(u8, u8, &TransitGatewayRoute)> = Vec::new();
        for route in &routes.routes {
            if route.state.as_deref() == Some("deleted") {
                continue;
            }
            let text = route.destination_cidr_block.as_deref().unwrap_or_default();
            let Some(block) = block(text) else {
                return self.lost(codes::UNREADABLE_ENTRY, table);
            };
            if block.contains(&destination) {
                best.push((u8::MAX - block.prefix_len(), self.transit_rank(route), route));
            }
        }
        best.sort_by_key(|(length, rank, _)| (*length, *rank));
        // A table that is not there as a whole may have a longer route.
        let full = if destination.is_ipv4() { 32 } else { 128 };
        let certain =
            best.first().is_some_and(|(length, rank, _)| *length == u8::MAX - full && *rank == 0);
        let cut = whole.is_none() || routes.additional_routes_available == Some(true);
        if cut && !certain {
            return self.lost(codes::TGW_RTB_ROUTES_ARE_UNKNOWN, attachment);
        }
        let Some((length, rank, route)) = best.first().copied() else {
            return self.deny(codes::TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT, table);
        };
        let ties = best.iter().filter(|found| (found.0, found.1) == (length, rank)).count();
        if ties > 1 {
            return self.lost(codes::UNREADABLE_ENTRY, table);
        }
        match route.state.as_deref() {
            None | Some("active") => {}
            Some("blackhole") => return self.deny(codes::TGW_RTB_BAD_STATE_ROUTE, table),
            Some(_) => return self.lost(codes::TGW_RTB_BAD_STATE_ROUTE, table),
        }
        // TGW-05: several share the traffic (PIPE-07).
        let picked = self.choices.pick(route.transit_gateway_attachments.len().max(1));
        match route.transit_gateway_attachments.get(picked) {
            Some(target) => Ok(target),
            None => self.deny(codes::TGW_RTB_BAD_STATE_ROUTE, table),
        }
    }

    /// TGW-05: the order among routes of the same prefix.
    fn transit_rank(&self, route: &TransitGatewayRoute) -> u8 {
        if route.r#type.as_deref() != Some("propagated") {
            return u8::from(route.prefix_list_id.is_some());
        }
        let first = route.transit_gateway_attachments.first();
        let private = first.and_then(|found| found.resource_id.as_deref()).is_some_and(|id| {
            every!(self.model, vpn_connections)
                .filter(|vpn| vpn.vpn_connection_id == id)
                .filter_map(|vpn| vpn.options.as_ref())
                .any(|options| options.transport_transit_gateway_attachment_id.is_some())
        });
        match first.and_then(|found| found.resource_type.as_deref()) {
            Some("vpc") => 2,
            Some("direct-connect-gateway") => 3,
            Some("connect") => 4,
            Some("vpn") if private => 5,
            Some("vpn") => 6,
            Some("vpn-concentrator") => 7,
            _ => 8,
        }
    }

    /// E6, steps 5 and 6: out of the transit gateway.
    pub(super) fn reach_attachment(
        &mut self,
        gateway: &'s str,
        by: By<'s>,
        target: &'s TransitGatewayRouteAttachment,
        origin: Zone<'s>,
    ) -> Go<Next<'s>> {
        let id = target.transit_gateway_attachment_id.as_deref().unwrap_or(gateway);
        if target.resource_type.as_deref() != Some("vpc") {
            return self.reach_other(gateway, target, id, origin);
        }
        let Some(attachment) = self.model.attachment(id) else {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        };
        if !carries(attachment.state.as_deref()) {
            return self.deny(codes::BAD_STATE_ATTACHMENT, id);
        }
        if let Some(vpc) = attachment.vpc_id.as_deref() {
            self.encrypted(vpc, Target::Transit(gateway))?;
        }
        let subnet = self.entry_subnet(attachment, origin)?;
        let kept = match by {
            _ if self.sender.kept() == Kept::No => Kept::No,
            By::Vpc(from) => self.kept_across(gateway, Some(from), attachment),
            By::UntoldVpc => self.kept_across(gateway, None, attachment),
            By::Other => Kept::No,
        };
        let kept = if kept == Kept::Yes { self.sender.kept() } else { kept };
        self.sender = self.sender.with(kept);
        self.came = Came::Transit;
        // TGW-07: routed by the table of the attachment subnet.
        let mut point = self.point(subnet, None);
        point.direct = false;
        Ok(Next::Route(point))
    }

    /// TGW-03, TGW-10: the zone that the packet comes out in.
    fn entry_subnet(
        &mut self,
        attachment: &'s TransitGatewayVpcAttachment,
        origin: Zone<'s>,
    ) -> Go<&'s Subnet> {
        let id = attachment.transit_gateway_attachment_id.as_str();
        let subnets: Vec<&'s Subnet> =
            attachment.subnet_ids.iter().filter_map(|id| self.model.subnet(id)).collect();
        let options = attachment.options.as_ref();
        let mode = options.and_then(|options| options.appliance_mode_support.as_deref());
        let same = subnets.iter().position(|subnet| zone(subnet).is(origin) == Some(true));
        // There is one subnet a zone: one that is not there is of another.
        let told = mode != Some("enable") && same.is_some();
        if (subnets.len() < attachment.subnet_ids.len() || subnets.is_empty()) && !told {
            return self.lost(codes::UNKNOWN_RESOURCE, id);
        }
        let picked = if mode == Some("enable") {
            // One zone a flow, in both directions.
            match self.hashed.get(id) {
                Some(picked) => *picked,
                None => {
                    let picked = self.choices.pick(subnets.len());
                    self.hashed.insert(id, picked);
                    picked
                }
            }
        } else {
            same.unwrap_or_else(|| self.choices.pick(subnets.len()))
        };
        match subnets.get(picked) {
            Some(subnet) => Ok(subnet),
            None => self.lost(codes::UNKNOWN_RESOURCE, id),
        }
    }

    /// SG-13: inbound references need support on the gateway (default off) and on both
    /// attachments (default on).
    fn kept_across(
        &self,
        gateway: &str,
        from: Option<&'s TransitGatewayVpcAttachment>,
        to: &'s TransitGatewayVpcAttachment,
    ) -> Kept {
        let gateway = self.transit_gateway(gateway);
        let on_gateway = gateway.and_then(|found| found.options.as_ref());
        let support =
            on_gateway.and_then(|found| found.security_group_referencing_support.as_deref());
        let disabled = |attachment: &TransitGatewayVpcAttachment| {
            let options = attachment.options.as_ref();
            options.and_then(|options| options.security_group_referencing_support.as_deref())
                == Some("disable")
        };
        // Not in this zone.
        let excepted = |attachment: &TransitGatewayVpcAttachment| {
            let mut subnets = attachment.subnet_ids.iter().filter_map(|id| self.model.subnet(id));
            subnets.any(|subnet| subnet.availability_zone_id.as_deref() == Some("use1-az3"))
        };
        let none = |attachment| disabled(attachment) || excepted(attachment);
        if from.is_some_and(none) || none(to) {
            return Kept::No;
        }
        match (gateway, support) {
            (Some(_), Some("enable")) if from.is_some() => Kept::Yes,
            (None, _) | (_, Some("enable")) => Kept::Unknown,
            (Some(_), _) => Kept::No,
        }
    }
}
