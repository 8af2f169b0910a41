//! Through a transit gateway (E6, TGW-*).

use std::sync::Arc;

use super::walk::{Exit, Place, State};
use super::{End, Walk};
use crate::index::{AttachmentIdx, SubnetIdx, TransitGatewayIdx, VpcIdx};
use crate::rules::{
    Associated, Attachment, AttachmentKind, Component, ExplanationCode, Reason, Selection, Sender,
    Split, TransitRoute, TransitRouteState, TransitTable,
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
        let states = match self.attachment_subnet(attachment, self.zone(subnet)) {
            Some(entry) => self.acl(state, entry, false),
            None => vec![state],
        };
        for mut state in states {
            self.hop(&mut state, self.net.transit_gateways[gateway].component());
            self.look_up(state, index, self.zone(subnet));
        }
    }

    /// TGW-04 to TGW-06: the table associated with the attachment that a packet came by.
    fn look_up(&mut self, mut state: State, from: AttachmentIdx, zone: Option<&Arc<str>>) {
        let attachment = &self.net.attachments[from];
        let table = match attachment.table {
            Associated::Table(table) => &self.net.transit_tables[table],
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
            self.follow_transit(state, from, table, selection, zone);
        }
    }

    fn follow_transit(
        &mut self,
        mut state: State,
        from: AttachmentIdx,
        table: &TransitTable,
        selection: Selection,
        zone: Option<&Arc<str>>,
    ) {
        let Some(route) = table.routes.get(selection.position()) else { return };
        if let Some(hop) = state.trail.hops.last_mut() {
            hop.evidence.push(table.evidence(route));
        }
        let reason = |code, rule| table.reason(code, rule).with(table.evidence(route));
        let next = match (selection, route.state) {
            (Selection::Unclear(_), _) => {
                return self.doubt(state, reason(ExplanationCode::NotModelled, "TGW-05"));
            }
            (_, TransitRouteState::Blackhole) => {
                return self.block(state, reason(ExplanationCode::TgwRtbBadStateRoute, "TGW-06"));
            }
            (_, TransitRouteState::Changing) => {
                return self.doubt(state, reason(ExplanationCode::TgwRtbBadStateRoute, "TGW-06"));
            }
            (_, TransitRouteState::Active) => sole(route),
        };
        match next {
            Some(to) => self.leave_by(state, from, to, zone),
            // Several attachments share the load, or the snapshot lacks the one there is.
            None if route.attachments.len() > 1 => {
                self.doubt(state, reason(ExplanationCode::NotModelled, "PIPE-07"));
            }
            None => self.doubt(state, reason(ExplanationCode::UnknownResource, "TGW-05")),
        }
    }

    /// Out by an attachment: into a VPC (TGW-07), or to what is not followed.
    fn leave_by(
        &mut self,
        state: State,
        from: AttachmentIdx,
        to: AttachmentIdx,
        zone: Option<&Arc<str>>,
    ) {
        let (source, target) = (&self.net.attachments[from], &self.net.attachments[to]);
        for mut state in self.filter(vec![state], |headers| target.serve(headers)) {
            match &target.kind {
                AttachmentKind::Vpc { vpc: Some(_), .. } => {
                    // SG-13: identity needs the gateway and both attachments.
                    let gateway = &self.net.transit_gateways[target.gateway];
                    let kept = gateway.referencing && source.referencing && target.referencing;
                    if !(kept && source.gateway == target.gateway) {
                        state.sender = Sender::Lost;
                    }
                    self.enter_vpc(state, target, zone);
                }
                AttachmentKind::Vpn { up: Some(false) } => {
                    let code = ExplanationCode::BadStateVpn;
                    self.block(state, Reason::new(code, target.component(), &["TGW-12"]));
                }
                AttachmentKind::Vpc { vpc: None, .. } => {
                    let code = ExplanationCode::UnknownResource;
                    self.doubt(state, Reason::new(code, target.component(), &["TGW-14"]));
                }
                AttachmentKind::Vpn { .. } | AttachmentKind::Other => {
                    let code = ExplanationCode::NotModelled;
                    self.doubt(state, Reason::new(code, target.component(), &["TGW-12"]));
                }
            }
        }
    }

    /// TGW-03, TGW-07: at the attachment's subnet in the zone of origin, or in any when it has none
    /// there, and on by that subnet's table.
    fn enter_vpc(&mut self, state: State, attachment: &Attachment, zone: Option<&Arc<str>>) {
        let AttachmentKind::Vpc { subnets, .. } = &attachment.kind else { return };
        let subnet = self.attachment_subnet(attachment, zone).or_else(|| subnets.first().copied());
        match subnet {
            Some(subnet) => {
                self.go(State { place: Place::Route(Exit::Attachment, subnet), ..state })
            }
            None => {
                let code = ExplanationCode::UnknownResource;
                self.doubt(state, Reason::new(code, attachment.component(), &["TGW-07"]));
            }
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

/// The one attachment that a route leads to.
fn sole(route: &TransitRoute) -> Option<AttachmentIdx> {
    match route.attachments.as_slice() {
        [one] => *one,
        _ => None,
    }
}
