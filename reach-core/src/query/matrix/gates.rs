//! What security groups let out of one class and into another, each asked once.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::cell::{Arrival, Cell, Gate, Interned, Way};
use super::classes::{Classes, departs};
use super::ways::Ways;
use crate::index::InterfaceIdx;
use crate::network::Compiled;
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::path::{Terms, Walk};
use crate::rules::Sender;

/// The groups of a network's classes, and the cells that they make of ways.
pub(super) struct Gates<'n> {
    net: &'n Compiled,
    classes: &'n Classes,
    asked: &'n Traffic,
    gates: Interned<Gate>,
    out: FxHashMap<(u32, u32), u32>,
    into: FxHashMap<(u32, u32, Arrival), u32>,
    cells: Interned<Cell>,
    made: FxHashMap<(u32, u32, Box<[u32]>), u32>,
}

/// A source class's groups and one of its kinds of address.
#[derive(Clone, Copy)]
pub(super) struct Side {
    pub(super) groups: u32,
    pub(super) peer: u32,
}

impl<'n> Gates<'n> {
    pub(super) fn new(net: &'n Compiled, classes: &'n Classes, asked: &'n Traffic) -> Self {
        Self {
            net,
            classes,
            asked,
            gates: Interned::new(),
            out: FxHashMap::default(),
            into: FxHashMap::default(),
            cells: Interned::new(),
            made: FxHashMap::default(),
        }
    }

    pub(super) fn cells(&mut self) -> &mut Interned<Cell> {
        &mut self.cells
    }

    pub(super) fn into_cells(self) -> Vec<Cell> {
        self.cells.into_values()
    }

    /// The number of the cell of a way between two ends; `None` for one that has to be asked whole.
    pub(super) fn cell(&mut self, ways: &Ways, way: u32, from: Side, to: Side) -> Option<u32> {
        let Some(Way::Open(parts)) = ways.kinds.get(way as usize) else { return None };
        let out = self.out(from.groups, to.peer);
        let into: Box<[u32]> =
            parts.iter().map(|(arrival, _)| self.into(to.groups, from.peer, *arrival)).collect();
        let key = (way, out, into);
        if let Some(cell) = self.made.get(&key) {
            return Some(*cell);
        }
        let gates: Vec<&Gate> = key.2.iter().filter_map(|gate| self.gates.get(*gate)).collect();
        let cell = Way::guarded(parts, self.gates.get(out)?, &gates);
        let cell = self.cells.add(cell);
        self.made.insert(key, cell);
        Some(cell)
    }

    fn out(&mut self, groups: u32, peer: u32) -> u32 {
        if let Some(gate) = self.out.get(&(groups, peer)) {
            return *gate;
        }
        let gate =
            match (self.classes.out.get(groups as usize), self.classes.peers.get(peer as usize)) {
                (Some(index), Some(_)) if !departs(&self.net.interfaces[*index]) => {
                    Gate { passed: self.asked.clone(), unsure: Traffic::none() }
                }
                (Some(index), Some((_, to))) => {
                    let headers =
                        HeaderSet::product(&family(*to), &IpSet::from_addr(*to), self.asked);
                    self.ask(*index, true, &headers, &Sender::Lost)
                }
                _ => Gate { passed: Traffic::none(), unsure: Traffic::none() },
            };
        let gate = self.gates.add(gate);
        self.out.insert((groups, peer), gate);
        gate
    }

    fn into(&mut self, groups: u32, peer: u32, arrival: Arrival) -> u32 {
        if let Some(gate) = self.into.get(&(groups, peer, arrival)) {
            return *gate;
        }
        let gate =
            match (self.classes.into.get(groups as usize), self.classes.peers.get(peer as usize)) {
                (Some(index), Some((source, from))) => {
                    let all = family(*from);
                    let known = IpSet::from_addr(*from);
                    let kept = Sender::Interface(*source);
                    let (sources, sender) = match arrival {
                        Arrival::Kept => (&known, kept),
                        Arrival::Perhaps => (&known, Sender::Perhaps(Box::new(kept))),
                        Arrival::Lost => (&known, Sender::Lost),
                        // Whatever the source is by then.
                        Arrival::Asked => (&all, Sender::Unknown),
                    };
                    let traffic = match arrival {
                        Arrival::Asked => &self.asked.with_any_source_port(),
                        _ => self.asked,
                    };
                    let headers = HeaderSet::product(sources, &all, traffic);
                    self.ask(*index, false, &headers, &sender)
                }
                _ => Gate { passed: Traffic::none(), unsure: Traffic::none() },
            };
        let gate = self.gates.add(gate);
        self.into.insert((groups, peer, arrival), gate);
        gate
    }

    fn ask(&self, index: InterfaceIdx, egress: bool, headers: &HeaderSet, sender: &Sender) -> Gate {
        let walk = Walk::forward(self.net, Terms::default());
        let split = walk.security_groups(index, egress, headers, sender);
        let unsure = split.unsure.into_iter().map(|(headers, _)| headers);
        Gate { passed: split.passed.traffic(), unsure: HeaderSet::union_all(unsure).traffic() }
    }
}

fn family(of: IpAddr) -> IpSet {
    if of.is_ipv4() { IpSet::all_v4() } else { IpSet::all_v6() }
}
