//! Route tables (semantics section 6, RT-*).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ipnet::IpNet;

use super::{Component, ComponentKind, Evidence, ExplanationCode, Reason, parse_net};
use crate::index::{
    EgressOnlyIdx, EndpointIdx, InterfaceIdx, InternetGatewayIdx, NatGatewayIdx, PeeringIdx,
    TableIdx, TransitGatewayIdx, VpnGatewayIdx,
};
use crate::order;
use crate::packet::{HeaderSet, IntervalSet, IpSet};

/// A route table, compiled: for each destination the one route that is selected.
#[derive(Debug, Clone)]
pub(crate) struct RouteTable {
    pub(crate) id: Arc<str>,
    routes: Vec<Route>,
    /// Disjoint: the addresses that each selection holds for.
    cells: Vec<(Selection, IpSet)>,
}

/// One route.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) destinations: Destinations,
    /// The destination as it is written: a block or the id of a prefix list.
    pub(crate) text: Arc<str>,
    pub(crate) target: Target,
    /// Id of the target.
    pub(crate) target_id: Arc<str>,
    pub(crate) blackhole: bool,
    pub(crate) preference: Preference,
    /// Whether a VPC route server installed it (RT-18).
    pub(crate) advertised: bool,
}

/// Where a route applies.
#[derive(Debug, Clone)]
pub(crate) enum Destinations {
    Nets(Vec<IpNet>),
    /// A prefix list whose entries the snapshot lacks: some of these addresses.
    UnknownList {
        id: Arc<str>,
        widest: IpSet,
    },
    /// Text that is no block: some of these addresses.
    Unreadable {
        widest: IpSet,
    },
}

/// RT-06: which of two routes with one prefix is used; the smaller wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Preference {
    Static,
    PrefixList,
    Propagated,
}

/// RT-10: what a route leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    Local,
    InternetGateway(InternetGatewayIdx),
    EgressOnlyInternetGateway(EgressOnlyIdx),
    VpnGateway(VpnGatewayIdx),
    Peering(PeeringIdx),
    NatGateway(NatGatewayIdx),
    TransitGateway(TransitGatewayIdx),
    Interface(InterfaceIdx),
    Endpoint(EndpointIdx),
    /// An id of one of these kinds that the snapshot lacks.
    Missing(ComponentKind),
    Unmodelled(UnmodelledTarget),
}

/// A kind of target that this version does not follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnmodelledTarget {
    LocalGateway,
    CoreNetwork,
    OdbNetwork,
    /// The route names no target that anybody knows.
    Unreadable,
}

/// The route table that a gateway has of its own (RT-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EdgeTable {
    None,
    One(TableIdx),
    /// Two tables claim the gateway, or nobody collected the tables.
    Unclear,
}

/// What routing does with a destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Selection {
    /// This route, by its position.
    Route(usize),
    /// One of two routes that nothing tells apart, or one with unknown destinations.
    Unclear(usize),
}

impl Selection {
    /// Position of the route that it is about.
    pub(crate) fn position(self) -> usize {
        match self {
            Self::Route(position) | Self::Unclear(position) => position,
        }
    }
}

impl RouteTable {
    /// Selects for every destination: the longest prefix first (RT-02), then the preference of
    /// RT-06; a propagated route never takes what a local one covers (RT-05). `ranges` are the
    /// VPC's blocks in force: each has a local route even if the snapshot leaves it out (RT-03).
    pub(crate) fn compile(id: Arc<str>, mut routes: Vec<Route>, ranges: &[IpNet]) -> Self {
        add_local_routes(&mut routes, ranges);
        // The order of an answer must not follow the order of the snapshot.
        order::sort_by(&mut routes, |a, b| {
            let key = |route: &Route| (route.preference, route.blackhole, route.advertised);
            let texts = |route: &Route| (Arc::clone(&route.text), Arc::clone(&route.target_id));
            texts(a).cmp(&texts(b)).then_with(|| key(a).cmp(&key(b)))
        });
        let local: IpSet = ranges.iter().copied().collect();
        // RT-02, RT-06: no entry of a list beats a static route to one address.
        let single: IpSet = routes
            .iter()
            .filter(|route| route.preference == Preference::Static)
            .filter_map(|route| match &route.destinations {
                Destinations::Nets(nets) => Some(nets),
                _ => None,
            })
            .flatten()
            .filter(|net| net.prefix_len() == net.max_prefix_len())
            .copied()
            .collect();
        let mut by_prefix: BTreeMap<IpNet, Selection> = BTreeMap::new();
        let mut propagated: BTreeMap<IpNet, Selection> = BTreeMap::new();
        let mut unknown: Vec<(usize, IpSet)> = Vec::new();
        for (position, route) in routes.iter().enumerate() {
            let nets = match &route.destinations {
                Destinations::Nets(nets) => nets,
                // RT-07: entries inside the VPC's own blocks are ignored.
                Destinations::UnknownList { widest, .. } => {
                    unknown.push((position, widest.difference(&local).difference(&single)));
                    continue;
                }
                Destinations::Unreadable { widest } => {
                    unknown.push((position, widest.clone()));
                    continue;
                }
            };
            let into = if route.preference == Preference::Propagated {
                &mut propagated
            } else {
                &mut by_prefix
            };
            // RT-07: an entry that is not valid for the table is ignored.
            let invalid = |net: &&IpNet| {
                route.preference == Preference::PrefixList && local.contains_net(**net)
            };
            for net in nets.iter().filter(|net| !invalid(net)) {
                into.entry(net.trunc())
                    .and_modify(|chosen| *chosen = prefer(&routes, *chosen, position))
                    .or_insert(Selection::Route(position));
            }
        }
        for (net, selection) in propagated {
            let position = selection.position();
            let advertised = routes.get(position).is_some_and(|route| route.advertised);
            // RT-05, RT-06: never against a local route, never against a static one. RT-18: a route
            // server's against the local one, nobody knows.
            if !local.contains_net(net) {
                by_prefix.entry(net).or_insert(selection);
            } else if advertised {
                by_prefix
                    .entry(net)
                    .and_modify(|chosen| {
                        let chosen_route = routes.get(chosen.position());
                        if chosen_route.is_some_and(|route| route.target == Target::Local) {
                            *chosen = Selection::Unclear(position);
                        }
                    })
                    .or_insert(Selection::Unclear(position));
            }
        }
        let mut cells = paint(&by_prefix);
        // Destinations that nobody knows may be longer than any known route: what they could take
        // is open.
        for (position, open) in unknown {
            for (_, set) in &mut cells {
                *set = set.difference(&open);
            }
            cells.push((Selection::Unclear(position), open));
        }
        cells.retain(|(_, set)| !set.is_empty());
        Self { id, routes, cells }
    }

    pub(crate) fn component(&self) -> Component {
        Component::new(ComponentKind::RouteTable, &self.id)
    }

    /// Parts the headers by the route that their destinations select. The second value is what no
    /// route matches (RT-11) or no route may take (RT-12).
    pub(crate) fn select(&self, headers: &HeaderSet) -> (Vec<(Selection, HeaderSet)>, HeaderSet) {
        let mut rest = headers.difference(&headers.restrict_destinations(unroutable()));
        let never = headers.difference(&rest);
        let mut parts = Vec::new();
        for (selection, destinations) in &self.cells {
            if rest.is_empty() {
                break;
            }
            let part = rest.restrict_destinations(destinations);
            if !part.is_empty() {
                rest = rest.difference(&part);
                parts.push((*selection, part));
            }
        }
        (parts, rest.union(&never))
    }

    /// Disjoint sets of destinations, one a selection.
    pub(crate) fn cells(&self) -> impl Iterator<Item = &(Selection, IpSet)> {
        self.cells.iter()
    }

    /// Every route, selected anywhere or not.
    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The route at a position.
    pub(crate) fn route(&self, position: usize) -> Option<&Route> {
        self.routes.get(position)
    }

    pub(crate) fn no_route(&self) -> Reason {
        Reason::new(ExplanationCode::NoRouteToDestination, self.component(), &["RT-11"])
    }

    pub(crate) fn evidence(&self, route: &Route) -> Evidence {
        Evidence::Route {
            table: Arc::clone(&self.id),
            destination: Arc::clone(&route.text),
            target: Arc::clone(&route.target_id),
        }
    }

    /// RT-08: a blackhole drops; no wider route takes over.
    pub(crate) fn blackhole(&self, route: &Route) -> Reason {
        Reason::new(ExplanationCode::BadStateRoute, self.component(), &["RT-08"])
            .with(self.evidence(route))
    }

    /// RT-07: two routes that AWS chooses from as it likes, or a list that nobody can look into.
    pub(crate) fn unclear(&self, route: &Route) -> Reason {
        match &route.destinations {
            Destinations::UnknownList { id, .. } => Reason::new(
                ExplanationCode::UnknownPrefixList,
                Component::new(ComponentKind::PrefixList, id),
                &["RT-07"],
            ),
            _ if route.advertised => {
                Reason::new(ExplanationCode::NotModelled, self.component(), &["RT-18"])
            }
            Destinations::Unreadable { .. } | Destinations::Nets(_) => {
                Reason::new(ExplanationCode::UnreadableEntry, self.component(), &["RT-07"])
            }
        }
        .with(self.evidence(route))
    }
}

/// RT-12: never forwarded by a route, however wide.
fn unroutable() -> &'static IpSet {
    static RANGES: std::sync::LazyLock<IpSet> = std::sync::LazyLock::new(|| {
        ["169.254.168.0/22", "fd00:ec2::/32"].iter().filter_map(|text| parse_net(text)).collect()
    });
    &RANGES
}

fn add_local_routes(routes: &mut Vec<Route>, ranges: &[IpNet]) {
    for range in ranges {
        let written = routes.iter().any(|route| {
            route.preference == Preference::Static
                && matches!(&route.destinations, Destinations::Nets(nets) if nets.contains(range))
        });
        if !written {
            routes.push(Route {
                destinations: Destinations::Nets(vec![*range]),
                text: Arc::from(range.to_string()),
                target: Target::Local,
                target_id: Arc::from("local"),
                blackhole: false,
                preference: Preference::Static,
                advertised: false,
            });
        }
    }
}

/// RT-06 for two routes of one prefix; RT-07 when nothing tells them apart and it matters.
fn prefer(routes: &[Route], chosen: Selection, candidate: usize) -> Selection {
    let position = chosen.position();
    let (Some(old), Some(new)) = (routes.get(position), routes.get(candidate)) else {
        return chosen;
    };
    match new.preference.cmp(&old.preference) {
        std::cmp::Ordering::Less => Selection::Route(candidate),
        std::cmp::Ordering::Greater => chosen,
        std::cmp::Ordering::Equal
            if old.target == new.target
                && old.target_id == new.target_id
                && old.blackhole == new.blackhole =>
        {
            chosen
        }
        std::cmp::Ordering::Equal => Selection::Unclear(position),
    }
}

/// Prefixes lie within or beside each other, so one pass with a stack gives each selection the
/// addresses that no longer prefix takes from it.
pub(super) fn paint(by_prefix: &BTreeMap<IpNet, Selection>) -> Vec<(Selection, IpSet)> {
    let mut v4: Vec<(u32, u32, Selection)> = Vec::new();
    let mut v6: Vec<(u128, u128, Selection)> = Vec::new();
    for (net, selection) in by_prefix {
        match net {
            IpNet::V4(net) => {
                v4.push((net.network().into(), net.broadcast().into(), *selection));
            }
            IpNet::V6(net) => {
                v6.push((net.network().into(), net.broadcast().into(), *selection));
            }
        }
    }
    let (mut v4, mut v6) = (nested(v4), nested(v6));
    let selections: BTreeSet<Selection> = order::tree(v4.keys().chain(v6.keys()).copied());
    selections
        .into_iter()
        .map(|selection| {
            let v4 = IntervalSet::from_ranges(v4.remove(&selection).unwrap_or_default());
            let v6 = IntervalSet::from_ranges(v6.remove(&selection).unwrap_or_default());
            (selection, IpSet::from_intervals(v4, v6))
        })
        .collect()
}

trait Step: Copy + Ord {
    fn next(self) -> Option<Self>;
    fn previous(self) -> Option<Self>;
}

impl Step for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

impl Step for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }
}

fn nested<K: Step>(mut prefixes: Vec<(K, K, Selection)>) -> BTreeMap<Selection, Vec<(K, K)>> {
    // Outer prefixes before the inner ones that start at the same address.
    order::sort_by(&mut prefixes, |a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut painted: BTreeMap<Selection, Vec<(K, K)>> = BTreeMap::new();
    let mut open: Vec<(K, Selection)> = Vec::new();
    // Where the paint of the innermost open prefix starts; `None` past the end of the space.
    let mut cursor: Option<K> = None;
    let mut close_until =
        |open: &mut Vec<(K, Selection)>, cursor: &mut Option<K>, start: Option<K>| {
            while let Some((end, selection)) = open.last().copied() {
                if start.is_some_and(|start| end >= start) {
                    break;
                }
                if let Some(from) = *cursor
                    && from <= end
                {
                    painted.entry(selection).or_default().push((from, end));
                }
                *cursor = end.next();
                open.pop();
            }
            if let (Some(start), Some((_, selection)), Some(from)) = (start, open.last(), *cursor)
                && from < start
                && let Some(before) = start.previous()
            {
                painted.entry(*selection).or_default().push((from, before));
            }
        };
    for (start, end, selection) in prefixes {
        close_until(&mut open, &mut cursor, Some(start));
        cursor = Some(start);
        open.push((end, selection));
    }
    close_until(&mut open, &mut cursor, None);
    painted
}
