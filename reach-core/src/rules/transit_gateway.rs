//! Transit gateways (semantics section 10, TGW-*).

use std::collections::BTreeMap;
use std::sync::Arc;

use ipnet::IpNet;

use super::route_table::paint;
use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, Selection, Split};
use crate::index::{AttachmentIdx, SubnetIdx, TransitGatewayIdx, TransitTableIdx, VpcIdx};
use crate::packet::{HeaderSet, IpSet};

/// A transit gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct TransitGateway {
    pub(crate) id: Arc<str>,
    /// Whether it passes on the identity of security groups (SG-13), if that is told.
    pub(crate) referencing: Option<bool>,
}

/// What is attached to a transit gateway.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub(crate) id: Arc<str>,
    pub(crate) gateway: TransitGatewayIdx,
    /// `State` as it was reported.
    pub(crate) state: Arc<str>,
    pub(crate) kind: AttachmentKind,
    /// The route table that packets from here are looked up in (TGW-04).
    pub(crate) table: Associated,
    /// Whether it passes on the identity of security groups (SG-13), if that is told.
    pub(crate) referencing: Option<bool>,
    /// Whether one zone serves a flow in both directions (TGW-10).
    pub(crate) appliance_mode: bool,
}

/// Kind of an attachment.
#[derive(Debug, Clone)]
pub(crate) enum AttachmentKind {
    /// A VPC with the subnets of the attachment, one a zone; `complete` when the snapshot has all.
    Vpc { vpc: Option<VpcIdx>, subnets: Vec<SubnetIdx>, complete: bool },
    /// A VPN connection, and whether a tunnel is up (TGW-12).
    Vpn { up: Option<bool> },
    /// Another transit gateway's end of a peering attachment (TGW-11); `None` when the snapshot
    /// lacks it.
    Peering { far: Option<AttachmentIdx> },
    /// Direct Connect or Connect: whoever is behind it announced the routes that lead there
    /// (TGW-12).
    Announced,
    /// Network functions and what nobody has heard of: not modelled.
    Other,
}

/// The table associated with an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Associated {
    Table(TransitTableIdx),
    None,
    /// The snapshot does not tell.
    Unknown,
}

/// A route table of a transit gateway, compiled.
#[derive(Debug, Clone)]
pub(crate) struct TransitTable {
    pub(crate) id: Arc<str>,
    pub(crate) routes: Vec<TransitRoute>,
    /// `None` when its routes are not in the snapshot (TGW-14).
    cells: Option<Vec<(Selection, IpSet)>>,
    /// Whether there are routes besides whose prefixes nobody knows.
    pub(crate) open: bool,
}

/// One route.
#[derive(Debug, Clone)]
pub(crate) struct TransitRoute {
    pub(crate) nets: Vec<IpNet>,
    pub(crate) text: Arc<str>,
    pub(crate) preference: TransitPreference,
    pub(crate) state: TransitRouteState,
    pub(crate) attachments: Vec<Option<AttachmentIdx>>,
    /// Ids of the attachments, as the route names them.
    pub(crate) target: Arc<str>,
}

/// TGW-05: which of two routes with one prefix is used; the smaller wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TransitPreference {
    Static,
    PrefixList,
    Vpc,
    DirectConnect,
    Connect,
    Vpn,
    Peering,
    Unknown,
}

/// TGW-06: what becomes of a packet that a route is selected for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransitRouteState {
    Active,
    Blackhole,
    /// Being made or deleted.
    Changing,
}

impl TransitGateway {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::TransitGateway, &self.id)
    }
}

impl Attachment {
    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::TransitGatewayAttachment, &self.id)
    }

    /// TGW-01: `available` and `modifying` carry traffic.
    pub(crate) fn serve(&self, headers: HeaderSet) -> Split {
        if matches!(&*self.state, "available" | "modifying") {
            return Split::pass(headers);
        }
        let code = ExplanationCode::BadStateAttachment;
        let state = Evidence::attribute(&self.id, "State", &self.state);
        Split::drop(headers, Reason::new(code, self.component(), &["TGW-01"]).with(state))
    }
}

impl Attachment {
    /// TGW-12: a VPN carries traffic with one tunnel up.
    pub(crate) fn link_up(&self, headers: HeaderSet) -> Split {
        let reason = |code| Reason::new(code, self.component(), &["TGW-12"]);
        match self.kind {
            AttachmentKind::Vpn { up: Some(false) } => {
                Split::drop(headers, reason(ExplanationCode::TgwBadStateVpn))
            }
            AttachmentKind::Vpn { up: None } => {
                Split::unsure(headers, reason(ExplanationCode::UnknownResource))
            }
            _ => Split::pass(headers),
        }
    }
}

impl TransitTable {
    /// TGW-05: longest prefix, then the kind of route. Without routes nothing is known.
    pub(crate) fn compile(id: Arc<str>, routes: Option<Vec<TransitRoute>>, open: bool) -> Self {
        let Some(routes) = routes else {
            return Self { id, routes: Vec::new(), cells: None, open };
        };
        let mut by_prefix: BTreeMap<IpNet, Selection> = BTreeMap::new();
        for (position, route) in routes.iter().enumerate() {
            for net in &route.nets {
                by_prefix
                    .entry(net.trunc())
                    .and_modify(|chosen| *chosen = prefer(&routes, *chosen, position))
                    .or_insert(Selection::Route(position));
            }
        }
        let cells = Some(paint(&by_prefix));
        Self { id, routes, cells, open }
    }

    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::TransitGatewayRouteTable, &self.id)
    }

    /// Parts the headers by the route that their destinations select, and what no route matches;
    /// nothing when the routes are not known.
    pub(crate) fn select(
        &self,
        headers: &HeaderSet,
    ) -> Option<(Vec<(Selection, HeaderSet)>, HeaderSet)> {
        let mut rest = headers.clone();
        let mut parts = Vec::new();
        for (selection, destinations) in self.cells.as_ref()? {
            let part = rest.restrict_destinations(destinations);
            if !part.is_empty() {
                rest = rest.difference(&part);
                parts.push((*selection, part));
            }
        }
        Some((parts, rest))
    }

    /// Disjoint sets of destinations, one a selection.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &IpSet> {
        self.cells.iter().flatten().map(|(_, set)| set)
    }

    /// The addresses that are routed to an attachment.
    pub(crate) fn leads_to(&self, attachment: AttachmentIdx) -> IpSet {
        let leads = |selection: &Selection| {
            let route = self.routes.get(selection.position());
            route.is_some_and(|route| route.attachments.contains(&Some(attachment)))
        };
        let cells = self.cells.iter().flatten().filter(|(selection, _)| leads(selection));
        IpSet::union_all(cells.map(|(_, set)| set))
    }

    pub(crate) fn reason(&self, code: ExplanationCode, rule: &'static str) -> Reason {
        Reason::new(code, self.component(), &[rule])
    }

    pub(crate) fn evidence(&self, route: &TransitRoute) -> Evidence {
        Evidence::Route {
            table: Arc::clone(&self.id),
            destination: Arc::clone(&route.text),
            target: Arc::clone(&route.target),
        }
    }
}

fn prefer(routes: &[TransitRoute], chosen: Selection, candidate: usize) -> Selection {
    let position = chosen.position();
    let (Some(old), Some(new)) = (routes.get(position), routes.get(candidate)) else {
        return chosen;
    };
    match new.preference.cmp(&old.preference) {
        std::cmp::Ordering::Less => Selection::Route(candidate),
        std::cmp::Ordering::Greater => chosen,
        std::cmp::Ordering::Equal if old.target == new.target => chosen,
        // BGP attributes or ECMP decide, and no call shows them.
        std::cmp::Ordering::Equal => Selection::Unclear(position),
    }
}
