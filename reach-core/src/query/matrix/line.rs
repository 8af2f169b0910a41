//! The ends along one side of a matrix, and the classes that they fall into.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::MatrixEnd;
use super::atoms::number;
use super::classes::{Classes, id_of};
use crate::index::InterfaceIdx;
use crate::network::{Compiled, Edge, Network};
use crate::query::endpoint::Place;
use crate::query::{Endpoint, QueryError};

/// An end: an interface, or what is no interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Interface(InterfaceIdx),
    Symbol(Place),
}

impl End {
    pub(super) fn endpoint(&self) -> Endpoint {
        match self {
            Self::Interface(index) => Endpoint { place: Place::Interface(*index) },
            Self::Symbol(place) => Endpoint { place: place.clone() },
        }
    }

    pub(super) fn view<'m>(&self, network: &'m Network) -> MatrixEnd<'m> {
        let net = network.compiled();
        match self {
            Self::Interface(index) => {
                let instance = net.interfaces[*index].instance;
                let name = instance.and_then(|index| net.instances[index].name.as_deref());
                MatrixEnd { id: id_of(net, *index), name, interface: true }
            }
            Self::Symbol(place) => {
                MatrixEnd { id: symbol_id(net, place), name: None, interface: false }
            }
        }
    }
}

pub(super) fn symbol_id<'n>(net: &'n Compiled, place: &Place) -> &'n str {
    match place {
        Place::Edge(Edge::InternetGateway(index)) => &net.internet_gateways[*index].id,
        Place::Edge(Edge::VpnGateway(index)) => &net.vpn_gateways[*index].id,
        Place::Peering(edges) => match edges.first() {
            Some(Edge::Peering { index, .. }) => &net.peerings[*index].id,
            _ => "internet",
        },
        _ => "internet",
    }
}

/// The ends that were asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Selection {
    pub(super) interfaces: BTreeSet<InterfaceIdx>,
    pub(super) symbols: Vec<Place>,
}

impl Selection {
    /// Some of its interfaces, and no symbols.
    pub(super) fn only(&self, wanted: impl Fn(&InterfaceIdx) -> bool) -> Self {
        let interfaces = self.interfaces.iter().copied().filter(wanted).collect();
        Self { interfaces, symbols: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.interfaces.is_empty() && self.symbols.is_empty()
    }

    pub(super) fn of(
        network: &Network,
        texts: &[String],
        side: &'static str,
    ) -> Result<Self, QueryError> {
        let net = network.compiled();
        if texts.is_empty() {
            return Ok(Self::everything(net, side));
        }
        let mut selection = Self::default();
        for text in texts {
            selection.add(network, text, side)?;
        }
        Ok(selection)
    }

    fn everything(net: &Compiled, side: &'static str) -> Self {
        let mut symbols = vec![Place::Internet];
        symbols.extend(
            net.internet_gateways
                .iter()
                .map(|(index, _)| Place::Edge(Edge::InternetGateway(index))),
        );
        symbols
            .extend(net.vpn_gateways.iter().map(|(index, _)| Place::Edge(Edge::VpnGateway(index))));
        if side == "source" {
            symbols.extend(net.peerings.iter().map(|(index, peering)| {
                let sides = [peering.requester.vpc, peering.accepter.vpc].into_iter().flatten();
                Place::Peering(sides.map(|into| Edge::Peering { index, into }).collect())
            }));
        }
        Self { interfaces: net.interfaces.iter().map(|(index, _)| index).collect(), symbols }
    }

    fn add(&mut self, network: &Network, text: &str, side: &'static str) -> Result<(), QueryError> {
        let net = network.compiled();
        let unknown = || QueryError::UnknownEndpoint { text: text.to_owned() };
        if let Some(pair) = text.strip_prefix("tag:") {
            let (key, value) = pair.split_once('=').ok_or_else(unknown)?;
            let tagged = net.instances.iter().filter(|(_, instance)| {
                instance.tags.iter().any(|(own, is)| &**own == key && &**is == value)
            });
            let found: Vec<_> = tagged.flat_map(|(_, it)| it.interfaces.iter().copied()).collect();
            return self.take(found, text);
        }
        if net.groups.iter().any(|(_, group)| &*group.id == text) {
            let members =
                net.interfaces.iter().filter(|(_, it)| it.group_ids.iter().any(|id| &**id == text));
            self.interfaces.extend(members.map(|(index, _)| index));
            return Ok(());
        }
        let endpoint = network.endpoint(text)?;
        match &endpoint.place {
            Place::Peering(_) if side == "destination" => {
                Err(QueryError::WrongSide { text: text.to_owned(), side })
            }
            Place::Internet | Place::Edge(_) | Place::Peering(_) => {
                if !self.symbols.contains(&endpoint.place) {
                    self.symbols.push(endpoint.place);
                }
                Ok(())
            }
            _ => self.take(endpoint.interfaces(net, text)?, text),
        }
    }

    fn take(&mut self, found: Vec<InterfaceIdx>, text: &str) -> Result<(), QueryError> {
        if found.is_empty() {
            return Err(QueryError::NoInterface { text: text.to_owned() });
        }
        self.interfaces.extend(found);
        Ok(())
    }
}

/// One side of a matrix.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) ends: Vec<End>,
    of: Vec<u32>,
    /// Positions of the members of each class.
    pub(super) classes: Vec<Vec<u32>>,
    pub(super) keys: Vec<Key>,
}

/// What the ends of a class have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) spots: Vec<u32>,
    pub(super) groups: u32,
    /// Asked whole.
    pub(super) odd: bool,
    /// No interface, but this one of the symbols.
    pub(super) symbol: Option<usize>,
}

impl Line {
    /// `source` tells the side: which groups of an interface count.
    pub(super) fn of(classes: &Classes, selection: Selection, source: bool) -> Self {
        let mut line =
            Self { ends: Vec::new(), of: Vec::new(), classes: Vec::new(), keys: Vec::new() };
        let mut known = FxHashMap::default();
        for index in selection.interfaces {
            let Some(standing) = classes.standing(index) else { continue };
            let (groups, odd) = match source {
                true => (standing.out, standing.odd_source),
                false => (standing.into, standing.odd_destination),
            };
            let key = Key { spots: standing.spots.clone(), groups, odd, symbol: None };
            line.push(End::Interface(index), key, &mut known);
        }
        for (symbol, place) in selection.symbols.into_iter().enumerate() {
            let key = Key { spots: Vec::new(), groups: 0, odd: true, symbol: Some(symbol) };
            line.push(End::Symbol(place), key, &mut known);
        }
        line
    }

    fn push(&mut self, end: End, key: Key, known: &mut FxHashMap<Key, u32>) {
        let position = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let class = number(known, key.clone());
        match self.classes.get_mut(class as usize) {
            Some(members) => members.push(position),
            None => {
                self.classes.push(vec![position]);
                self.keys.push(key);
            }
        }
        self.ends.push(end);
        self.of.push(class);
    }

    pub(super) fn class_of(&self, position: usize) -> Option<usize> {
        self.of.get(position).map(|class| *class as usize)
    }

    pub(super) fn members(&self, class: usize) -> impl Iterator<Item = &End> {
        let members = self.classes.get(class).map_or(&[][..], Vec::as_slice);
        members.iter().filter_map(|position| self.ends.get(*position as usize))
    }
}
