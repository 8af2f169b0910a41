//! The hops of a path as path components.

use super::directory::Directory;
use super::explanation::explain;
use super::shape::{
    AdditionalDetail, AlternatePathHint, AnalysisComponent, AnalysisExplanation,
    AnalysisPacketHeader, PathComponent,
};
use super::{header, rule};
use crate::path::Hop;
use crate::query::{Path, TraceAnswer};
use crate::rules::{Assumption, Component, ComponentKind, Direction, Evidence};
use crate::snapshot::Snapshot;

pub(super) struct Writer<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) directory: &'a Directory<'a>,
    pub(super) answer: &'a TraceAnswer,
    pub(super) path: &'a Path,
}

impl Writer<'_> {
    pub(super) fn components(&self, direction: Direction) -> Vec<PathComponent> {
        let hops = match direction {
            Direction::Forward => &self.path.forward,
            Direction::Return => &self.path.reply,
        };
        let mut list = Vec::new();
        for (at, position) in order(hops).into_iter().enumerate() {
            let Some(hop) = hops.get(position) else { continue };
            let first = at == 0;
            let last = at.saturating_add(1) == hops.len();
            let mut written = match hop.component.kind {
                ComponentKind::NetworkInterface => {
                    let same = |at: Option<usize>| {
                        let there = at.and_then(|at| hops.get(at));
                        there.is_some_and(|there| there.component == hop.component)
                    };
                    let enters = !first && !same(position.checked_sub(1));
                    let leaves = !last && !same(position.checked_add(1));
                    self.interface(hop, direction, (first, enters), (last, leaves))
                }
                _ => vec![self.element(hop, first, last)],
            };
            let why = self.explanations(direction, position);
            let about = written.iter_mut().find(|it| {
                it.component.as_ref().and_then(|it| it.id.as_deref()) == Some(&*hop.component.id)
            });
            if let Some(about) = about {
                about.explanations = why;
            }
            list.extend(written);
        }
        for (number, component) in (1..).zip(&mut list) {
            component.sequence_number = Some(number);
        }
        list
    }

    fn explanations(&self, direction: Direction, position: usize) -> Vec<AnalysisExplanation> {
        let here = self.path.explanations.iter().filter(|explanation| {
            explanation.direction == direction && self.path.hop_of(explanation) == Some(position)
        });
        let paths = std::slice::from_ref(self.path);
        here.map(|explanation| explain(self.snapshot, self.directory, paths, explanation)).collect()
    }

    fn element(&self, hop: &Hop, first: bool, last: bool) -> PathComponent {
        let kind = hop.component.kind;
        // Network ACLs and route tables stand for themselves.
        let inside = !matches!(kind, ComponentKind::NetworkAcl | ComponentKind::RouteTable);
        let entry = self.directory.entry(&hop.component.id).filter(|_| inside);
        let known = |id: Option<&str>| id.map(|id| self.directory.by_id(id));
        let (stateless, stateful) = rule::firewall(&hop.evidence);
        let transit = kind == ComponentKind::TransitGatewayRouteTable;
        let route = || rule::route(self.snapshot, &hop.evidence);
        let transit_route = || rule::transit_route(self.snapshot, &hop.evidence);
        let (inbound_header, outbound_header) =
            if inside { headers(hop, first, last) } else { (None, None) };
        PathComponent {
            acl_rule: rule::acl(self.snapshot, &hop.evidence),
            component: Some(self.directory.component(&hop.component)),
            inbound_header,
            outbound_header,
            route_table_route: (!transit).then(route).flatten(),
            subnet: known(entry.and_then(|entry| entry.subnet)),
            vpc: known(entry.and_then(|entry| entry.vpc)),
            transit_gateway: known(entry.and_then(|entry| entry.transit_gateway)),
            transit_gateway_route_table_route: transit.then(transit_route).flatten(),
            elastic_load_balancer_listener: rule::listener(self.snapshot, &hop.evidence),
            firewall_stateless_rule: stateless,
            firewall_stateful_rule: stateful,
            additional_details: self.details(&hop.component, first),
            ..PathComponent::default()
        }
    }

    /// An interface with its instance on the far side and the security group that it is behind on
    /// the near one. A load balancer's node that ends one connection and starts another is two
    /// hops: it is entered at one of them and left at the other.
    fn interface(
        &self,
        hop: &Hop,
        of: Direction,
        (first, enters): (bool, bool),
        (last, leaves): (bool, bool),
    ) -> Vec<PathComponent> {
        let entry = self.directory.entry(&hop.component.id);
        let instance = entry.and_then(|entry| entry.instance);
        let host = instance.map(|id| self.directory.by_id(id));
        let mut own = PathComponent {
            attached_to: host.clone(),
            ..self.element(hop, false, last && host.is_none())
        };
        own.additional_details = self.details(&hop.component, first);
        let mut list = Vec::new();
        if first {
            let sent = Some(header::whole(&hop.inbound));
            match &host {
                Some(host) => list.push(PathComponent {
                    component: Some(host.clone()),
                    outbound_header: sent,
                    ..PathComponent::default()
                }),
                None => own.outbound_header = sent,
            }
            list.push(own);
            list.extend(self.group(hop, of, true));
            return list;
        }
        if enters {
            list.extend(self.group(hop, of, false));
        }
        list.push(own);
        if last {
            list.extend(host.map(|host| PathComponent {
                component: Some(host),
                inbound_header: Some(header::whole(&hop.inbound)),
                ..PathComponent::default()
            }));
        } else if leaves {
            // A middlebox sends on what it took in.
            list.extend(self.group(hop, of, true));
        }
        list
    }

    /// The group that let the packets through; a reply passes the one that its request passed,
    /// without a rule.
    fn group(&self, hop: &Hop, of: Direction, egress: bool) -> Option<PathComponent> {
        if let Some((group, rule)) = rule::security_group(&hop.evidence, egress) {
            return Some(PathComponent {
                component: Some(self.directory.by_id(group)),
                security_group_rule: Some(rule),
                ..PathComponent::default()
            });
        }
        if of == Direction::Forward {
            return None;
        }
        let request = self.path.forward.iter().filter(|it| it.component == hop.component);
        let group = request.flat_map(|hop| &hop.evidence).find_map(|evidence| match evidence {
            Evidence::SecurityGroupRule { group, egress: by, .. } if *by != egress => Some(group),
            _ => None,
        })?;
        let component = Some(self.directory.by_id(group));
        Some(PathComponent { component, ..PathComponent::default() })
    }

    fn details(&self, component: &Component, first: bool) -> Vec<AdditionalDetail> {
        let detail = |code| AdditionalDetail {
            additional_detail_type: Some(code),
            component: Some(self.directory.component(component)),
        };
        let mut list = Vec::new();
        if first && self.answer.question.question == "forward" {
            list.push(detail("UNIDIRECTIONAL_PATH_ANALYSIS_ONLY"));
        }
        let inspected = self.answer.assumptions.contains(&Assumption::GWLB_PASSES);
        if inspected && component.kind == ComponentKind::VpcEndpoint {
            list.push(detail("PATH_THROUGH_GWLB_NOT_CHECKED"));
        }
        list
    }
}

/// What enters a path, what leaves it, and what is rewritten on the way: of that the fields that
/// change.
fn headers(
    hop: &Hop,
    first: bool,
    last: bool,
) -> (Option<AnalysisPacketHeader>, Option<AnalysisPacketHeader>) {
    let entered = || Some(header::whole(&hop.inbound));
    match &hop.outbound {
        Some(after) if last && !first => (None, Some(header::whole(after))),
        Some(after) => (entered(), header::changed(&hop.inbound, after)),
        None if first || last => (entered(), None),
        None => (None, None),
    }
}

/// AWS puts the network ACL of a subnet before its route table, the walk decides on the route
/// first.
fn order(hops: &[Hop]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..hops.len()).collect();
    let kind = |at: usize| hops.get(at).map(|hop| hop.component.kind);
    for at in 1..hops.len() {
        let before = at.saturating_sub(1);
        if kind(before) == Some(ComponentKind::RouteTable)
            && kind(at) == Some(ComponentKind::NetworkAcl)
        {
            order.swap(before, at);
        }
    }
    order
}

/// The element as a hint: another way leads through it.
pub(super) fn hint(component: AnalysisComponent) -> AlternatePathHint {
    let AnalysisComponent { id, arn, .. } = component;
    AlternatePathHint { component_id: id, component_arn: arn }
}
