//! What security groups let out of one class and into another, each asked once.
//!
//! Groups see of the other end only which of the blocks that they name hold its address, and which
//! of the groups that they name it is in. Those signs are compared; what they come to is asked of
//! the engine.

use std::net::IpAddr;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cell::{Arrival, Cell, Gate, Interned, Way};
use super::classes::{Classes, departs};
use super::ways::Ways;
use crate::network::Compiled;
use crate::packet::{HeaderSet, IpSet, Traffic};
use crate::path::{Guard, Terms, Walk};
use crate::rules::{Peer, Sender};

/// What is known so far of the groups of a network's classes, and of the cells that they make.
#[derive(Debug)]
pub(super) struct Memo {
    gates: Interned<Gate>,
    out: FxHashMap<(u32, u64), u32>,
    into: FxHashMap<(u32, u64, Arrival), u32>,
    signs_out: FxHashMap<u32, Arc<[Sign]>>,
    signs_into: FxHashMap<u32, Arc<[Sign]>>,
    cells: Interned<Cell>,
    made: FxHashMap<(u32, u32, [u32; Arrival::COUNT]), u32>,
}

/// Something that groups see of the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sign {
    /// Whether its address is one of these.
    In(IpSet),
    /// Whether it is in this group.
    Member(u32),
    /// All there is: no two classes are alike.
    Everything,
}

/// Most signs that are compared one by one.
const MOST_SIGNS: usize = 60;

/// A class's groups and one of its kinds of address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) groups: u32,
    pub(super) peer: u32,
}

/// What groups are asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) net: &'a Compiled,
    pub(super) classes: &'a Classes,
    pub(super) asked: &'a Traffic,
}

impl Memo {
    pub(super) fn new() -> Self {
        let mut memo = Self {
            gates: Interned::new(),
            out: FxHashMap::default(),
            into: FxHashMap::default(),
            signs_out: FxHashMap::default(),
            signs_into: FxHashMap::default(),
            cells: Interned::new(),
            made: FxHashMap::default(),
        };
        memo.add(Cell::default());
        memo
    }

    /// The number of the cell with nothing.
    pub(super) const EMPTY: u32 = 0;

    pub(super) fn add(&mut self, cell: Cell) -> u32 {
        self.cells.add(cell)
    }

    pub(super) fn get(&self, number: u32) -> Option<&Arc<Cell>> {
        self.cells.get(number)
    }

    /// The number of the cell of a way between two ends; `None` for one that has to be asked whole.
    pub(super) fn cell(
        &mut self,
        asker: Asker<'_>,
        ways: &Ways,
        way: u32,
        (from, to): (Side, Side),
    ) -> Option<u32> {
        let Some(Way::Open(parts)) = ways.kinds.get(way as usize).map(|way| &**way) else {
            return None;
        };
        let out = self.out(asker, from.groups, to.peer);
        let mut into = [0; Arrival::COUNT];
        for (place, (arrival, _)) in into.iter_mut().zip(parts) {
            *place = self.into(asker, to.groups, from.peer, *arrival);
        }
        let key = (way, out, into);
        if let Some(cell) = self.made.get(&key) {
            return Some(*cell);
        }
        let gates: Vec<&Gate> = into
            .iter()
            .take(parts.len())
            .filter_map(|gate| self.gates.get(*gate))
            .map(|it| &**it)
            .collect();
        let cell = Way::guarded(parts, self.gates.get(out)?, &gates);
        let cell = self.cells.add(cell);
        self.made.insert(key, cell);
        Some(cell)
    }

    fn out(&mut self, asker: Asker<'_>, groups: u32, peer: u32) -> u32 {
        let signs = self.signs_out.entry(groups).or_insert_with(|| asker.signs(groups, true));
        let key = (groups, asker.seen(signs, peer));
        if let Some(gate) = self.out.get(&key) {
            return *gate;
        }
        let gate = self.gates.add(asker.ask_out(groups, peer).unwrap_or_default());
        self.out.insert(key, gate);
        gate
    }

    fn into(&mut self, asker: Asker<'_>, groups: u32, peer: u32, arrival: Arrival) -> u32 {
        let signs = self.signs_into.entry(groups).or_insert_with(|| asker.signs(groups, false));
        let key = (groups, asker.seen(signs, peer), arrival);
        if let Some(gate) = self.into.get(&key) {
            return *gate;
        }
        let gate = self.gates.add(asker.ask_into(groups, peer, arrival).unwrap_or_default());
        self.into.insert(key, gate);
        gate
    }
}

impl Asker<'_> {
    /// What the groups of a class see.
    fn signs(self, groups: u32, egress: bool) -> Arc<[Sign]> {
        let everything = || Arc::new([Sign::Everything]) as Arc<[Sign]>;
        let list = if egress { &self.classes.out } else { &self.classes.into };
        let Some(index) = list.get(groups as usize) else { return everything() };
        // Targets and listeners look at more than the rules do.
        if self.net.balancer_nodes.contains_key(index) || self.net.endpoint_of.contains_key(index) {
            return everything();
        }
        let mut signs = Vec::new();
        for group in &self.net.interfaces[*index].groups {
            for rule in self.net.groups[*group].rules(egress) {
                let sign = match &rule.peer {
                    Peer::Addresses(set)
                    | Peer::UnknownList { widest: set, .. }
                    | Peer::Unreadable(set) => Sign::In(set.clone()),
                    // SG-12: whom a reference stands for depends on where both ends are.
                    Peer::Group(_) if egress => return everything(),
                    Peer::Group(reference) => match self.classes.referenced.get(&reference.id) {
                        Some(group) => Sign::Member(*group),
                        None => return everything(),
                    },
                };
                if !signs.contains(&sign) {
                    signs.push(sign);
                }
            }
        }
        if signs.len() > MOST_SIGNS { everything() } else { signs.into() }
    }

    /// What a peer class shows of some signs: equal where all are.
    fn seen(self, signs: &[Sign], peer: u32) -> u64 {
        let Some(of) = self.classes.peers.get(peer as usize) else { return u64::MAX };
        let (_, address) = of.place;
        let mut seen = u64::from(address.is_ipv6()) | u64::from(of.untold) << 1;
        for (place, sign) in signs.iter().enumerate() {
            let shown = match sign {
                Sign::In(set) => set.contains(address),
                Sign::Member(group) => of.groups.binary_search(group).is_ok(),
                Sign::Everything => return u64::from(peer) | 1 << 63,
            };
            seen |= u64::from(shown) << (place + 2);
        }
        seen
    }

    fn ask_out(self, groups: u32, peer: u32) -> Option<Gate> {
        let index = *self.classes.out.get(groups as usize)?;
        let (_, to) = self.classes.peers.get(peer as usize)?.place;
        if !departs(&self.net.interfaces[index]) {
            return Some(Gate { passed: self.asked.clone(), ..Gate::default() });
        }
        let headers = HeaderSet::product(&family(to), &IpSet::from_addr(to), self.asked);
        Some(gate(&Walk::forward(self.net, Terms::default()).guard_out(index, headers)))
    }

    fn ask_into(self, groups: u32, peer: u32, arrival: Arrival) -> Option<Gate> {
        let index = *self.classes.into.get(groups as usize)?;
        let (source, from) = self.classes.peers.get(peer as usize)?.place;
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
