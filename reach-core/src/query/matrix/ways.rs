//! What gets from one kind of address to another as if no security groups were there.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::{Arrival, Cell, Interned, Way};
use super::classes::{Classes, Place};
use crate::index::InterfaceIdx;
use crate::network::Compiled;
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::parallel;
use crate::path::{Device, End, Flow, Origin, Terms, Trail, establish};
use crate::rules::Sender;

/// The ways from each kind of address to those that something of it gets to.
#[derive(Debug)]
pub(super) struct Ways {
    /// By kind of source: kind of destination and number of the way, ascending.
    pub(super) rows: Vec<Vec<(u32, u32)>>,
    pub(super) kinds: Vec<Arc<Way>>,
}

struct Asker<'n> {
    net: &'n Compiled,
    classes: &'n Classes,
    asked: &'n Traffic,
    terms: Terms,
}

/// Rows that are in memory at a time before their ways are told apart.
const ROWS: usize = 128;

impl Ways {
    /// From some kinds of addresses to others.
    pub(super) fn of(
        net: &Compiled,
        classes: &Classes,
        (from, to): (&[bool], &[bool]),
        asked: &Traffic,
        terms: Terms,
    ) -> Self {
        let terms = Terms { open: true, detail: false, ..terms };
        let asker = Asker { net, classes, asked, terms };
        let wanted = |sides: &[bool], way: usize| sides.get(way).copied().unwrap_or_default();
        let goals: Vec<u32> =
            (0_u32..).take(classes.ways.len()).filter(|way| wanted(to, *way as usize)).collect();
        let sources: Vec<usize> =
            (0..classes.ways.len()).filter(|way| wanted(from, *way)).collect();
        let (mut rows, mut kinds) = (vec![Vec::new(); classes.ways.len()], Interned::new());
        for sources in sources.chunks(ROWS) {
            let found = parallel::map(sources, || (), |(), way| asker.row(*way, &goals));
            for (source, found) in sources.iter().zip(found) {
                let mut row: Vec<(u32, u32)> =
                    found.into_iter().map(|(goal, way)| (goal, kinds.add(way))).collect();
                row.sort_unstable();
                if let Some(place) = rows.get_mut(*source) {
                    *place = row;
                }
            }
        }
        Self { rows, kinds: kinds.into_values() }
    }
}

impl Asker<'_> {
    /// The ways from one kind of address.
    fn row(&self, way: usize, goals: &[u32]) -> Vec<(u32, Way)> {
        let Some((first, rest)) = self.classes.ways.get(way).and_then(|it| it.split_first()) else {
            return Vec::new();
        };
        // A packet needs two interfaces: where the first place of both is one, another stands in.
        let mut stand_in = None;
        let mut places = Vec::with_capacity(goals.len());
        for goal in goals {
            let Some(goals) = self.classes.ways.get(*goal as usize) else { continue };
            match goals.iter().find(|place| place.0 != first.0) {
                Some(place) => places.push((*goal, *place)),
                None => stand_in = goals.first().map(|place| (*goal, *place)),
            }
        }
        let mut row = self.ask(*first, &places);
        if let (Some(goal), Some(second)) = (stand_in, rest.first()) {
            row.extend(self.ask(*second, &[goal]));
        }
        row
    }

    /// What gets from one place to others, all at once.
    fn ask(&self, (source, from): Place, goals: &[(u32, Place)]) -> Vec<(u32, Way)> {
        let mut at: BTreeMap<IpAddr, Vec<(u32, InterfaceIdx)>> = BTreeMap::new();
        for (goal, (interface, address)) in goals {
            at.entry(*address).or_default().push((*goal, *interface));
        }
        let destinations: IpSet = at.keys().map(|address| ipnet::IpNet::from(*address)).collect();
        let headers = HeaderSet::product(&IpSet::from_addr(from), &destinations, self.asked);
        let reached = |end| matches!(end, End::Interface(_));
        let origin = Origin::Interface(source);
        let flows = establish(self.net, origin, &headers, self.terms, &reached);
        let mut found: FxHashMap<u32, Found> = FxHashMap::default();
        for flow in &flows {
            let all = [&flow.passing, &flow.sometimes, &flow.perhaps];
            if all.iter().all(|set| set.is_empty()) {
                continue;
            }
            let whole = hangs_on_more(&flow.forward.trail)
                || flow.replies.iter().any(|reply| hangs_on_more(&reply.trail));
            let arrival = arrival(flow, source);
            let mut ends: Vec<IpAddr> = Vec::new();
            for set in all {
                for (first, last) in bounds(&set.destinations()) {
                    ends.extend(at.range(first..=last).map(|(address, _)| *address));
                }
            }
            ends.sort_unstable();
            ends.dedup();
            for address in ends {
                let to = IpSet::from_addr(address);
                let part = |set: &HeaderSet| set.restrict_destinations(&to).traffic();
                let cell = Cell {
                    passing: part(&flow.passing),
                    sometimes: part(&flow.sometimes),
                    unknown: part(&flow.perhaps),
                };
                for (goal, interface) in at.get(&address).into_iter().flatten() {
                    if matches!(flow.forward.end, End::Interface(end) if end != *interface) {
                        continue;
                    }
                    // Whom a doubtful packet to an address of several is meant for is told by the
                    // engine alone.
                    let whole = whole
                        || arrival == Some(Arrival::Asked)
                            && self.classes.shared.contains(interface);
                    let found = found.entry(*goal).or_default();
                    found.add(arrival.filter(|_| !whole), &cell);
                    found.chosen |= flow.chosen();
                }
            }
        }
        let mut row: Vec<_> = found.into_iter().collect();
        row.sort_unstable_by_key(|(goal, _)| *goal);
        row.into_iter().map(|(goal, found)| (goal, found.way())).collect()
    }
}

/// How a flow meets the groups of its destination; `None` if that cannot be told apart.
fn arrival(flow: &Flow, source: InterfaceIdx) -> Option<Arrival> {
    if flow.forward.end == End::Nowhere {
        return Some(Arrival::Asked);
    }
    match &flow.forward.sender {
        Sender::Lost => Some(Arrival::Lost),
        Sender::Interface(index) if *index == source => Some(Arrival::Kept),
        Sender::Perhaps(inner) => match **inner {
            Sender::Interface(index) if index == source => Some(Arrival::Perhaps),
            Sender::Lost => Some(Arrival::Lost),
            _ => None,
        },
        _ => None,
    }
}

/// What was found for one destination.
#[derive(Debug, Default)]
struct Found {
    parts: BTreeMap<Arrival, Cell>,
    whole: bool,
    chosen: bool,
}

impl Found {
    fn add(&mut self, arrival: Option<Arrival>, cell: &Cell) {
        match arrival {
            None => self.whole = true,
            Some(arrival) => {
                let part = self.parts.entry(arrival).or_default();
                *part = part.join(cell);
            }
        }
    }

    fn way(self) -> Way {
        // What passes by every choice has to do so with every identity.
        let sure = self
            .parts
            .keys()
            .filter(|arrival| matches!(arrival, Arrival::Kept | Arrival::Perhaps | Arrival::Lost));
        if self.whole || self.chosen && sure.count() > 1 {
            Way::Whole
        } else {
            Way::Open(self.parts.into_iter().collect())
        }
    }
}

/// Whether what happened on the way may hang on more of its ends than where they are.
fn hangs_on_more(trail: &Trail) -> bool {
    !trail.rewrites.is_empty()
        || trail.waypoints.iter().any(|past| matches!(past.device, Device::Appliance(_)))
}

/// First and last addresses of the ranges.
fn bounds(set: &IpSet) -> impl Iterator<Item = (IpAddr, IpAddr)> {
    let v4 = set.v4().ranges().map(|(a, b)| (a.to_be_bytes().into(), b.to_be_bytes().into()));
    let v6 = set.v6().ranges().map(|(a, b)| (a.to_be_bytes().into(), b.to_be_bytes().into()));
    v4.chain(v6).collect::<Vec<_>>().into_iter()
}
