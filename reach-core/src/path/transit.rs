//! Through a transit gateway (E6, TGW-*).

use std::sync::Arc;

use super::branch::Fork;
use super::walk::{Exit, Place, State};
use super::{End, Walk};
use crate::index::{AttachmentIdx, SubnetIdx, TransitGatewayIdx, TransitTableIdx, VpcIdx};
use crate::rules::{
    Associated, Assumption, Attachment, AttachmentKind, Component, ExplanationCode, Reason,
    Selection, Sender, Split, TransitRouteState, TransitTable,
};
use crate::snapshot::Kind;

impl<'n> Walk<'n> {
    /// TGW-01, TGW-02: the VPC is attached, and the attachment has a subnet in the zone of the
    /// sending subnet. Part of routing: it decides before the subnet's network ACL.
    pub(super) fn attached(
        &self,
        states: Vec<State>,
        gateway: TransitGatewayIdx,
        subnet: SubnetIdx,
    ) -> Vec<State> {
        let vpc = self.net.subnets[subnet].vpc;
        let component = self.net.transit_gateways[gateway].component();
        let Some(index) = self.attachment_of(vpc, gateway) else {
            let collected = self.net.vpcs[vpc].collected(Kind::TransitGatewayVpcAttachments);
            let code = match collected {
                true => ExplanationCode::BadStateAttachment,
                false => ExplanationCode::UnknownResource,
            };
            let reason = Reason::new(code, component, &["TGW-01"]);
            return self.filter(states, |headers| match collected {
                true => Split::drop(headers, reason.clone()),
                false => Split::unsure(headers, reason.clone()),
            });
        };
        let attachment = &self.net.attachments[index];
        let states = self.filter(states, |headers| attachment.serve(headers));
        let near = self.attachment_subnet(attachment, self.zone(subnet)).is_some();
        let told = matches!(attachment.kind, AttachmentKind::Vpc { complete: true, .. });
        let reason = |code| Reason::new(code, attachment.component(), &["TGW-02"]);
        self.filter(states, |headers| match (near, told) {
            (true, _) => Split::pass(headers),
            (false, true) => Split::drop(headers, reason(ExplanationCode::TgwRouteAzRestriction)),
            (false, false) => Split::unsure(headers, reason(ExplanationCode::UnknownResource)),
        })
    }

    /// E6 step 3: past the sending subnet's network ACL, into the attachment's subnet, whose ACL is
    /// asked inbound also when it is the same subnet (TGW-09).
    pub(super) fn enter_transit_gateway(
        &mut self,
        state: State,
        gateway: TransitGatewayIdx,
        subnet: SubnetIdx,
    ) {
        let vpc = self.net.subnets[subnet].vpc;
        let Some(index) = self.attachment_of(vpc, gateway) else {
            // Blocked or doubted when the route was asked.
            return self.end(state, End::Nowhere);
        };
        let attachment = &self.net.attachments[index];
        let component = self.net.transit_gateways[gateway].component();
        let states = match self.attachment_subnet(attachment, self.zone(subnet)) {
            Some(entry) => self.acl(state, entry, false),
            None => vec![state],
        };
        for mut state in states {
            self.hop(&mut state, component.clone());
            state.trail.private.push(component.clone());
            self.go(State { place: Place::EnterTable(index, Some(subnet)), ..state });
        }
    }

    /// TGW-12: from the customer's network.
    pub(super) fn enter_from_beyond(&mut self, mut state: State, index: AttachmentIdx) {
        let attachment = &self.net.attachments[index];
        self.hop(&mut state, attachment.component());
        state.trail.assumptions.push(Assumption::ON_PREMISES);
        let states = self.filter(vec![state], |headers| attachment.serve(headers));
        for mut state in self.filter(states, |headers| attachment.link_up(headers)) {
            self.hop(&mut state, self.net.transit_gateways[attachment.gateway].component());
            self.go(State { place: Place::EnterTable(index, None), ..state });
        }
    }

    /// TGW-04 to TGW-06: the table associated with the attachment that a packet came by.
    pub(super) fn look_up(
        &mut self,
        mut state: State,
        from: AttachmentIdx,
        origin: Option<SubnetIdx>,
    ) {
        let attachment = &self.net.attachments[from];
        let (index, table) = match attachment.table {
            Associated::Table(table) => (table, &self.net.transit_tables[table]),
            Associated::None => {
                let code = ExplanationCode::TgwAttachMissingTgwRtbAssociation;
                return self.block(state, Reason::new(code, attachment.component(), &["TGW-04"]));
            }
            Associated::Unknown => {
                let code = ExplanationCode::TgwRtbRoutesAreUnknown;
                return self.doubt(state, Reason::new(code, attachment.component(), &["TGW-14"]));
            }
        };
        self.hop(&mut state, table.component());
        let Some((parts, unrouted)) = table.select(&state.headers) else {
            let code = ExplanationCode::TgwRtbRoutesAreUnknown;
            return self.doubt(state, table.reason(code, "TGW-14"));
        };
        let lost = State { headers: unrouted, ..state.clone() };
        if table.open {
            self.doubt(lost, table.reason(ExplanationCode::TgwRtbRoutesAreUnknown, "TGW-08"));
        } else {
            let code = ExplanationCode::TgwRtbNoRouteToTgwAttachment;
            self.block(lost, table.reason(code, "TGW-06"));
        }
        for (selection, headers) in parts {
            let state = State { headers, ..state.clone() };
            self.follow_transit(state, from, (index, table), selection, origin);
        }
    }

    fn follow_transit(
        &mut self,
        mut state: State,
        from: AttachmentIdx,
        (index, table): (TransitTableIdx, &TransitTable),
        selection: Selection,
        origin: Option<SubnetIdx>,
    ) {
        let Some(route) = table.routes.get(selection.position()) else { return };
        if let Some(hop) = state.trail.hops.last_mut() {
            hop.evidence.push(table.evidence(route));
        }
        let reason = |code, rule| table.reason(code, rule).with(table.evidence(route));
        match (selection, route.state) {
            (Selection::Unclear(_), _) => {
                return self.doubt(state, reason(ExplanationCode::NotModelled, "TGW-05"));
            }
            (_, TransitRouteState::Blackhole) => {
                return self.block(state, reason(ExplanationCode::TgwRtbBadStateRoute, "TGW-06"));
            }
            (_, TransitRouteState::Changing) => {
                return self.doubt(state, reason(ExplanationCode::TgwRtbBadStateRoute, "TGW-06"));
            }
            (_, TransitRouteState::Active) => {}
        }
        let direction = self.direction;
        let at = Fork::Ecmp { direction, table: index, route: selection.position() };
        if route.attachments.is_empty() {
            return self.doubt(state, reason(ExplanationCode::UnknownResource, "TGW-05"));
        }
        // TGW-05: attachments of one route share its load.
        for (state, to) in self.fork(state, at, &route.attachments) {
            match to {
                Some(to) => self.leave_by(state, from, to, origin),
                // The snapshot lacks it.
                None => self.doubt(state, reason(ExplanationCode::UnknownResource, "TGW-05")),
            }
        }
    }

    /// Out by an attachment: into a VPC (TGW-07), to another transit gateway (TGW-11), or to the
    /// customer's network (TGW-12).
    fn leave_by(
        &mut self,
        state: State,
        from: AttachmentIdx,
        to: AttachmentIdx,
        origin: Option<SubnetIdx>,
    ) {
        let (source, target) = (&self.net.attachments[from], &self.net.attachments[to]);
        for mut state in self.filter(vec![state], |headers| target.serve(headers)) {
            // SG-13: identity needs the gateway and both attachments, which are VPCs.
            let gateway = &self.net.transit_gateways[target.gateway];
            let support = [gateway.referencing, source.referencing, target.referencing];
            let inside = matches!(target.kind, AttachmentKind::Vpc { .. });
            state.sender = if !inside || source.gateway != target.gateway {
                Sender::Lost
            } else {
                across_transit(support, state.sender)
            };
            let reason = |code, rule| Reason::new(code, target.component(), &[rule]);
            match &target.kind {
                AttachmentKind::Vpc { vpc: Some(_), .. } => {
                    self.enter_vpc(state, to, origin);
                }
                AttachmentKind::Vpc { vpc: None, .. } => {
                    self.doubt(state, reason(ExplanationCode::UnknownResource, "TGW-14"));
                }
                AttachmentKind::Peering { far: Some(far) } => {
                    self.cross_transit_peering(state, *far, origin);
                }
                AttachmentKind::Peering { far: None } => {
                    self.doubt(state, reason(ExplanationCode::TgwRtbRoutesAreUnknown, "TGW-14"));
                }
                AttachmentKind::Vpn { .. } | AttachmentKind::Announced => {
                    self.hop(&mut state, target.component());
                    state.trail.assumptions.push(Assumption::ON_PREMISES);
                    for state in self.filter(vec![state], |headers| target.link_up(headers)) {
                        self.end(state, End::Beyond(to));
                    }
                }
                AttachmentKind::Other => {
                    self.doubt(state, reason(ExplanationCode::NotModelled, "TGW-12"));
                }
            }
        }
    }

    /// TGW-11: the other gateway looks the packet up in the table of its own end.
    fn cross_transit_peering(
        &mut self,
        state: State,
        far: AttachmentIdx,
        origin: Option<SubnetIdx>,
    ) {
        let end = &self.net.attachments[far];
        for mut state in self.filter(vec![state], |headers| end.serve(headers)) {
            self.hop(&mut state, end.component());
            self.hop(&mut state, self.net.transit_gateways[end.gateway].component());
            self.go(State { place: Place::EnterTable(far, origin), ..state });
        }
    }

    /// TGW-03, TGW-07, TGW-10: at the attachment's subnet in the zone of origin, or in any when it
    /// has none there; in appliance mode in any, the same for both directions. On by that subnet's
    /// table.
    fn enter_vpc(&mut self, state: State, index: AttachmentIdx, origin: Option<SubnetIdx>) {
        let attachment = &self.net.attachments[index];
        let AttachmentKind::Vpc { subnets, complete, .. } = &attachment.kind else { return };
        let near = origin
            .and_then(|origin| self.attachment_subnet(attachment, self.zone(origin)))
            .filter(|_| !attachment.appliance_mode);
        if let Some(subnet) = near {
            return self.go(State { place: Place::Route(Exit::Attachment, subnet), ..state });
        }
        if subnets.is_empty() || !complete {
            let code = ExplanationCode::UnknownResource;
            return self.doubt(state, Reason::new(code, attachment.component(), &["TGW-07"]));
        }
        let at = match attachment.appliance_mode {
            true => Fork::Flow { attachment: index },
            false => Fork::Zone { direction: self.direction, attachment: index },
        };
        // TGW-10: a reply takes the zone that its request took.
        let taken = self.request.choices.iter().find(|choice| choice.at == at);
        if let Some(subnet) = taken.and_then(|taken| subnets.get(taken.option)) {
            return self.go(State { place: Place::Route(Exit::Attachment, *subnet), ..state });
        }
        for (state, subnet) in self.fork(state, at, subnets) {
            self.go(State { place: Place::Route(Exit::Attachment, subnet), ..state });
        }
    }

    fn attachment_of(&self, vpc: VpcIdx, gateway: TransitGatewayIdx) -> Option<AttachmentIdx> {
        self.net.vpc_attachments.get(&(vpc, gateway)).copied()
    }

    fn zone(&self, subnet: SubnetIdx) -> Option<&'n Arc<str>> {
        self.net.subnets[subnet].zone.as_ref()
    }

    fn attachment_subnet(
        &self,
        attachment: &Attachment,
        zone: Option<&Arc<str>>,
    ) -> Option<SubnetIdx> {
        let AttachmentKind::Vpc { subnets, .. } = &attachment.kind else { return None };
        let zone = zone?;
        subnets.iter().copied().find(|subnet| self.net.subnets[*subnet].zone.as_ref() == Some(zone))
    }

    /// PIPE-08: what a gateway of the VPC does with a packet that no interface of the VPC sends.
    pub(super) fn reject_spoofed(&mut self, state: State, component: Component) {
        let code = ExplanationCode::GatewayRejectsSpoofedTraffic;
        self.block(state, Reason::new(code, component, &["PIPE-08"]));
    }
}

/// SG-13: group identity survives where all that it passes supports it.
fn across_transit(support: [Option<bool>; 3], sender: Sender) -> Sender {
    match sender {
        _ if support.contains(&Some(false)) => Sender::Lost,
        sender @ (Sender::Lost | Sender::Perhaps(_)) => sender,
        sender if support.contains(&None) => Sender::Perhaps(Box::new(sender)),
        sender => sender,
    }
}
