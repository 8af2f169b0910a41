//! What security groups let out of one class and into another, each asked once.

use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::cell::{Arrival, Cell, Gate, Interned, Way};
use super::classes::{Classes, departs};
use super::ways::Ways;
use crate::network::Compiled;
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::path::{Guard, Terms, Walk};
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
        let gate = self.gates.add(self.ask_out(groups, peer).unwrap_or_default());
        self.out.insert((groups, peer), gate);
        gate
    }

    fn ask_out(&self, groups: u32, peer: u32) -> Option<Gate> {
        let index = *self.classes.out.get(groups as usize)?;
        let (_, to) = *self.classes.peers.get(peer as usize)?;
        if !departs(&self.net.interfaces[index]) {
            return Some(Gate { passed: self.asked.clone(), ..Gate::default() });
        }
        let headers = HeaderSet::product(&family(to), &IpSet::from_addr(to), self.asked);
        Some(gate(&Walk::forward(self.net, Terms::default()).guard_out(index, headers)))
    }

    fn into(&mut self, groups: u32, peer: u32, arrival: Arrival) -> u32 {
        if let Some(gate) = self.into.get(&(groups, peer, arrival)) {
            return *gate;
        }
        let gate = self.gates.add(self.ask_into(groups, peer, arrival).unwrap_or_default());
        self.into.insert((groups, peer, arrival), gate);
        gate
    }

    fn ask_into(&self, groups: u32, peer: u32, arrival: Arrival) -> Option<Gate> {
        let index = *self.classes.into.get(groups as usize)?;
        let (source, from) = *self.classes.peers.get(peer as usize)?;
        let all = family(from);
        let kept = Sender::Interface(source);
        let walk = Walk::forward(self.net, Terms::default());
        let come = |sender| {
            let headers = HeaderSet::product(&IpSet::from_addr(from), &all, self.asked);
            walk.guard_in(index, headers, sender)
        };
        Some(gate(&match arrival {
            Arrival::Kept => come(kept),
            Arrival::Perhaps => come(Sender::Perhaps(Box::new(kept))),
            Arrival::Lost => come(Sender::Lost),
            // Whatever the source is by then.
            Arrival::Asked => {
                let traffic = self.asked.with_any_source_port();
                walk.guard_in_from_anybody(index, &HeaderSet::product(&all, &all, &traffic))
            }
        }))
    }
}

fn gate(guard: &Guard) -> Gate {
    Gate { passed: guard.passed.traffic(), unsure: guard.unsure.traffic() }
}

fn family(of: IpAddr) -> IpSet {
    if of.is_ipv4() { IpSet::all_v4() } else { IpSet::all_v6() }
}
