//! A matrix, class by class.

use std::sync::Arc;

use super::cell::Cell;
use super::classes::Classes;
use super::gates::{Asker, Memo, Side};
use super::line::{End, Key, Line, Selection};
use super::ways::Ways;
use crate::network::{Compiled, Edge};
use crate::packet::Traffic;
use crate::path::Terms;
use crate::query::Verdict;
use crate::query::endpoint::Place;
use crate::query::through::Via;
use crate::query::trace::Tracer;
use crate::snapshot::Kind;

/// What a matrix is made of: the classes and the ways between them.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) asked: Traffic,
    pub(super) terms: Terms,
    pub(super) sources: Line,
    pub(super) destinations: Line,
    classes: Arc<Classes>,
    ways: Arc<Ways>,
    /// The kinds of addresses that the ways are from and to.
    sides: (Vec<bool>, Vec<bool>),
    /// Destination classes by the kinds of addresses that they have, each with its peer class.
    by_way: Vec<Vec<(u32, u32)>>,
    /// Destination classes that are asked whole from everywhere.
    apart: Vec<u32>,
}

impl Tables {
    /// `before` are those of a network that no way between two ends differs in.
    pub(super) fn of(
        net: &Compiled,
        classes: Arc<Classes>,
        (asked, terms): (Traffic, Terms),
        (from, to): (Selection, Selection),
        before: Option<&Self>,
    ) -> Self {
        let sources = Line::of(&classes, from, true);
        let destinations = Line::of(&classes, to, false);
        let sides = (used(&classes, &sources), used(&classes, &destinations));
        let same = |it: &&Self| it.sides == sides && it.classes.ways == classes.ways;
        let ways = match before.filter(same) {
            Some(before) => Arc::clone(&before.ways),
            None => Arc::new(Ways::of(net, &classes, (&sides.0, &sides.1), &asked, terms)),
        };
        let by_way = by_way(&classes, &destinations);
        let apart = apart(&destinations);
        Self { asked, terms, sources, destinations, classes, ways, sides, by_way, apart }
    }

    /// The cells of a source class: destination classes and numbers, ascending, without empty ones.
    pub(super) fn row(&self, net: &Compiled, memo: &mut Memo, source: usize) -> Vec<(u32, u32)> {
        Builder { net, tables: self, memo }.row(source, None)
    }

    /// The cell of a pair of classes.
    pub(super) fn cell(&self, net: &Compiled, memo: &mut Memo, from: usize, to: usize) -> u32 {
        let only = u32::try_from(to).ok();
        let row = Builder { net, tables: self, memo }.row(from, only);
        row.first().map_or(Memo::EMPTY, |(_, cell)| *cell)
    }
}

/// The kinds of addresses that the ends along a side have.
fn used(classes: &Classes, line: &Line) -> Vec<bool> {
    let mut used = vec![false; classes.ways.len()];
    let plain = line.keys.iter().filter(|key| !key.odd);
    for spot in plain.flat_map(|key| &key.spots) {
        let way = classes.spots.get(*spot as usize).map(|spot| spot.way as usize);
        if let Some(used) = way.and_then(|way| used.get_mut(way)) {
            *used = true;
        }
    }
    used
}

/// The destination classes by the kinds of addresses that they have, each with its peer class.
fn by_way(classes: &Classes, destinations: &Line) -> Vec<Vec<(u32, u32)>> {
    let mut found = vec![Vec::new(); classes.ways.len()];
    for (class, key) in (0_u32..).zip(&destinations.keys).filter(|(_, key)| !key.odd) {
        for spot in key.spots.iter().filter_map(|spot| classes.spots.get(*spot as usize)) {
            if let Some(list) = found.get_mut(spot.way as usize) {
                list.push((class, spot.peer));
            }
        }
    }
    found
}

/// The destination classes that are asked whole from everywhere.
fn apart(destinations: &Line) -> Vec<u32> {
    (0_u32..).zip(&destinations.keys).filter(|(_, key)| key.odd).map(|(class, _)| class).collect()
}

struct Builder<'a> {
    net: &'a Compiled,
    tables: &'a Tables,
    memo: &'a mut Memo,
}

impl Builder<'_> {
    /// The row of a source class, or its cell with one destination class.
    fn row(&mut self, source: usize, only: Option<u32>) -> Vec<(u32, u32)> {
        let tables = self.tables;
        let Some(key) = tables.sources.keys.get(source) else { return Vec::new() };
        let mut row = Vec::new();
        let mut whole: Vec<u32> = match (key.odd, only) {
            (true, Some(only)) => vec![only],
            (true, None) => (0_u32..).take(tables.destinations.classes.len()).collect(),
            (false, _) => tables.apart.clone(),
        };
        whole.retain(|class| only.is_none_or(|only| only == *class));
        if !key.odd {
            self.plain(key, only, &mut row, &mut whole);
        }
        whole.sort_unstable();
        whole.dedup();
        row.retain(|(class, _)| whole.binary_search(class).is_err());
        for class in whole {
            let cell = self.whole(source, class as usize);
            row.push((class, cell));
        }
        row.sort_unstable();
        self.joined(&mut row);
        row.retain(|(class, cell)| {
            *cell != Memo::EMPTY && self.two(source, *class as usize).is_some()
        });
        row
    }

    /// The cells of pairs whose halves are known; `whole` takes the classes of the others.
    fn plain(
        &mut self,
        key: &Key,
        only: Option<u32>,
        row: &mut Vec<(u32, u32)>,
        whole: &mut Vec<u32>,
    ) {
        let Tables { classes, ways, by_way, destinations, .. } = self.tables;
        let asker = Asker { net: self.net, classes, asked: &self.tables.asked };
        for spot in key.spots.iter().filter_map(|spot| classes.spots.get(*spot as usize)) {
            let from = Side { groups: key.groups, peer: spot.peer };
            let goals = ways.rows.get(spot.way as usize).map_or(&[][..], Vec::as_slice);
            for (goal, way) in goals {
                let found = by_way.get(*goal as usize).map_or(&[][..], Vec::as_slice);
                let found = match only {
                    // The list is in order of the classes.
                    Some(only) => {
                        let start = found.partition_point(|(class, _)| *class < only);
                        let end = found.partition_point(|(class, _)| *class <= only);
                        found.get(start..end).unwrap_or_default()
                    }
                    None => found,
                };
                for (class, peer) in found {
                    let Some(to) = destinations.keys.get(*class as usize) else { continue };
                    let to = Side { groups: to.groups, peer: *peer };
                    match self.memo.cell(asker, ways, *way, (from, to)) {
                        Some(Memo::EMPTY) => {}
                        Some(cell) => row.push((*class, cell)),
                        None => whole.push(*class),
                    }
                }
            }
        }
    }

    /// One cell a class: that of several addresses is what any of them has.
    fn joined(&mut self, row: &mut Vec<(u32, u32)>) {
        let memo = &mut *self.memo;
        row.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same
                && next.1 != kept.1
                && let (Some(one), Some(other)) = (memo.get(kept.1), memo.get(next.1))
            {
                let both = one.join(other);
                kept.1 = memo.add(both);
            }
            same
        });
    }

    /// Two different ends that stand for the classes, if they have such.
    fn two(&self, source: usize, destination: usize) -> Option<(&End, &End)> {
        let mut sources = self.tables.sources.members(source).take(2);
        sources.find_map(|from| {
            let mut destinations = self.tables.destinations.members(destination).take(2);
            destinations.find(|to| *to != from).map(|to| (from, to))
        })
    }

    fn whole(&mut self, source: usize, destination: usize) -> u32 {
        let Tables { asked, terms, .. } = self.tables;
        let cell = match self.two(source, destination) {
            Some((End::Symbol(_), End::Symbol(_))) | None => return Memo::EMPTY,
            Some((from, to)) if apart_by_gateway(self.net, from, to) => return Memo::EMPTY,
            Some((from, to)) => decide(self.net, asked, *terms, from, to),
        };
        self.memo.add(cell)
    }
}

/// Whether a gateway certainly takes nothing in for an interface, because it is another VPC's.
fn apart_by_gateway(net: &Compiled, from: &End, to: &End) -> bool {
    let (End::Symbol(Place::Edge(edge)), End::Interface(to)) = (from, to) else { return false };
    let vpc = match edge {
        Edge::InternetGateway(index) => net.internet_gateways[*index].vpc,
        Edge::VpnGateway(index) => net.vpn_gateways[*index].vpc,
        _ => return false,
    };
    let there = net.interfaces[*to].vpc;
    there.is_some()
        && vpc != there
        && !net.endpoint_of.contains_key(to)
        && vpc.is_none_or(|vpc| net.vpcs[vpc].collected(Kind::NetworkInterfaces))
}

/// What a trace from one end to another comes to.
pub(super) fn decide(net: &Compiled, asked: &Traffic, terms: Terms, from: &End, to: &End) -> Cell {
    let (source, destination) = (from.endpoint(), to.endpoint());
    let via = Via::implied(net, &destination);
    let tracer = Tracer::plain(net, asked.clone(), terms);
    let nobody_knows = || Cell { unknown: asked.clone(), ..Cell::default() };
    let Ok(answer) = tracer.ask(&source, &destination, via) else { return nobody_knows() };
    let cell = Cell {
        passing: answer.passing.traffic(),
        sometimes: answer.sometimes.traffic(),
        unknown: answer.unknown.traffic(),
    };
    if answer.verdict == Verdict::Unknown && cell.is_empty() { nobody_knows() } else { cell }
}
