//! A matrix, class by class.

use super::Matrix;
use super::cell::Cell;
use super::classes::Classes;
use super::gates::{Gates, Side};
use super::line::{End, Key, Line, Selection};
use super::ways::Ways;
use crate::network::{Compiled, Edge, Network};
use crate::packet::Traffic;
use crate::path::Terms;
use crate::query::Verdict;
use crate::query::endpoint::Place;
use crate::query::through::Via;
use crate::query::trace::Tracer;
use crate::snapshot::Kind;

pub(super) fn matrix(
    network: &Network,
    asked: Traffic,
    terms: Terms,
    from: Selection,
    to: Selection,
) -> Matrix {
    let net = network.compiled();
    let classes = Classes::of(net);
    let sources = Line::of(&classes, from, true);
    let destinations = Line::of(&classes, to, false);
    let sides = (used(&classes, &sources), used(&classes, &destinations));
    let ways = Ways::of(net, &classes, (&sides.0, &sides.1), &asked, terms);
    let mut gates = Gates::new(net, &classes, &asked);
    // Number 0 is the empty cell, which rows leave out.
    let empty = gates.cells().add(Cell::default());
    let mut builder = Builder {
        net,
        classes: &classes,
        ways: &ways,
        asked: &asked,
        terms,
        sources: &sources,
        destinations: &destinations,
        by_way: by_way(&classes, &destinations),
        apart: apart(&destinations),
        gates,
        empty,
    };
    let rows = (0..sources.classes.len()).map(|class| builder.row(class)).collect();
    let cells = builder.gates.into_cells();
    Matrix { network: network.clone(), asked, terms, sources, destinations, rows, cells }
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
    classes: &'a Classes,
    ways: &'a Ways,
    asked: &'a Traffic,
    terms: Terms,
    sources: &'a Line,
    destinations: &'a Line,
    by_way: Vec<Vec<(u32, u32)>>,
    apart: Vec<u32>,
    gates: Gates<'a>,
    empty: u32,
}

impl Builder<'_> {
    fn row(&mut self, source: usize) -> Vec<(u32, u32)> {
        let Some(key) = self.sources.keys.get(source) else { return Vec::new() };
        let mut row = Vec::new();
        let mut whole: Vec<u32> = self.apart.clone();
        if key.odd {
            whole = (0_u32..).take(self.destinations.classes.len()).collect();
        } else {
            self.plain(key, &mut row, &mut whole);
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
        row.retain(|(class, cell)| *cell != self.empty && self.has_pairs(source, *class as usize));
        row
    }

    /// The cells of pairs whose halves are known; `whole` takes the classes of the others.
    fn plain(&mut self, key: &Key, row: &mut Vec<(u32, u32)>, whole: &mut Vec<u32>) {
        for spot in key.spots.iter().filter_map(|spot| self.classes.spots.get(*spot as usize)) {
            let from = Side { groups: key.groups, peer: spot.peer };
            let goals = self.ways.rows.get(spot.way as usize).map_or(&[][..], Vec::as_slice);
            for (goal, way) in goals {
                let found = self.by_way.get(*goal as usize).map_or(&[][..], Vec::as_slice);
                for (class, peer) in found {
                    let Some(to) = self.destinations.keys.get(*class as usize) else { continue };
                    let to = Side { groups: to.groups, peer: *peer };
                    match self.gates.cell(self.ways, *way, from, to) {
                        Some(cell) if cell == self.empty => {}
                        Some(cell) => row.push((*class, cell)),
                        None => whole.push(*class),
                    }
                }
            }
        }
    }

    /// One cell a class: that of several addresses is what any of them has.
    fn joined(&mut self, row: &mut Vec<(u32, u32)>) {
        let cells = self.gates.cells();
        row.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same
                && next.1 != kept.1
                && let (Some(one), Some(other)) = (cells.get(kept.1), cells.get(next.1))
            {
                kept.1 = cells.add(one.join(other));
            }
            same
        });
    }

    /// Whether two different ends are in the two classes.
    fn has_pairs(&self, source: usize, destination: usize) -> bool {
        self.two(source, destination).is_some()
    }

    /// Two different ends that stand for the classes.
    fn two(&self, source: usize, destination: usize) -> Option<(&End, &End)> {
        let mut sources = self.sources.members(source).take(2);
        sources.find_map(|from| {
            let mut destinations = self.destinations.members(destination).take(2);
            destinations.find(|to| *to != from).map(|to| (from, to))
        })
    }

    fn whole(&mut self, source: usize, destination: usize) -> u32 {
        let cell = match self.two(source, destination) {
            Some((End::Symbol(_), End::Symbol(_))) | None => return self.empty,
            Some((from, to)) if apart_by_gateway(self.net, from, to) => return self.empty,
            Some((from, to)) => decide(self.net, self.asked, self.terms, from, to),
        };
        self.gates.cells().add(cell)
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
