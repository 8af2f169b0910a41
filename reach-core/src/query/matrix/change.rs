//! What two matrices differ in, class by class.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::build::Tables;
use super::classes::Classes;
use super::line::{Line, Selection};
use super::{Cell, Matrix, MatrixOptions, QueryError};
use crate::index::InterfaceIdx;
use crate::network::{Apart, Compiled, Network};

/// Pairs of ends between which something else gets through than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<'m> {
    /// The sources, by id.
    pub from: Vec<&'m str>,
    /// The destinations, by id. A pair of one end and itself does not count.
    pub to: Vec<&'m str>,
    /// What got through before.
    pub before: Arc<Cell>,
    /// What gets through now.
    pub after: Arc<Cell>,
}

/// The class of an end before and after; none where it is not there.
type Both = (Option<u32>, Option<u32>);

impl Matrix {
    /// What another matrix tells else about pairs of ends, an end that only one of them has being
    /// out of reach in the other. Ends are known by their ids.
    ///
    /// # Complexity
    ///
    /// One comparison for each pair of classes between which something gets through in either
    /// matrix, whatever number of ends they have.
    pub fn changes<'m>(&'m self, after: &'m Matrix) -> Vec<Change<'m>> {
        self.compared(after, (&self.network, &after.network))
    }
}

impl Network {
    /// What the matrix of another network tells else, as [`Matrix::changes`] tells it, although not
    /// always in the same classes.
    ///
    /// # Errors
    ///
    /// As those of [`matrix`](Network::matrix).
    ///
    /// # Complexity
    ///
    /// Where [`with`](Network::with) made one network out of the other by rules of security groups
    /// and hosts that start and stop: the rows or columns of the interfaces that have one of those
    /// groups or hosts, for both networks, and the classes of both. Two whole matrices otherwise,
    /// and where such an interface may have a say in flows of others.
    pub fn matrix_changes<'n>(
        &'n self,
        after: &'n Self,
        options: &MatrixOptions,
    ) -> Result<Vec<Change<'n>>, QueryError> {
        let question = options.question()?;
        let (old, new) = (options.ends(self)?, options.ends(after)?);
        let classes = |network: &Network| Arc::new(Classes::of(network.compiled()));
        let (old_classes, new_classes) = (classes(self), classes(after));
        let apart = self.compiled().apart(after.compiled());
        let parts = match &apart {
            Some(apart) => {
                let split = |ends| rows_and_columns(self.compiled(), apart, &ends);
                split(old).into_iter().zip(split(new)).collect()
            }
            None => vec![(old, new)],
        };
        let mut changes = Vec::new();
        for (old, new) in parts {
            let (net, classes) = (self.compiled(), Arc::clone(&old_classes));
            let old = Tables::of(net, classes, question.clone(), old, None);
            let (net, classes) = (after.compiled(), Arc::clone(&new_classes));
            // What groups alone have a say in leaves the ways as they are.
            let before = apart.as_ref().filter(|apart| !apart.hosts).map(|_| &old);
            let new = Tables::of(net, classes, question.clone(), new, before);
            let (old, new) = (Matrix::of(self, old), Matrix::of(after, new));
            changes.extend(old.compared(&new, (self, after)));
        }
        Ok(changes)
    }
}

/// The parts of a matrix that may differ, which share no pair: rows of interfaces that let out
/// something else, and of the other rows the columns of those that let in something else. An
/// endpoint whose service is there stands for all that is behind it (EP-07).
fn rows_and_columns(
    net: &Compiled,
    apart: &Apart,
    (from, to): &(Selection, Selection),
) -> Vec<(Selection, Selection)> {
    let Apart { ingress, egress, .. } = apart;
    let service = |index: &InterfaceIdx| {
        let endpoint = net.endpoint_of.get(index);
        endpoint.is_some_and(|endpoint| net.endpoint_services.contains_key(endpoint))
    };
    let rows = (from.only(|index| egress.contains(index)), to.clone());
    let mut others = from.only(|index| !egress.contains(index));
    others.symbols.clone_from(&from.symbols);
    let columns = (others, to.only(|index| ingress.contains(index) || service(index)));
    [rows, columns].into_iter().filter(|(from, to)| !from.is_empty() && !to.is_empty()).collect()
}

impl Matrix {
    /// The networks are those of the matrices.
    fn compared<'n>(&self, after: &Self, networks: (&'n Network, &'n Network)) -> Vec<Change<'n>> {
        let sources =
            together((networks.0, &self.tables.sources), (networks.1, &after.tables.sources));
        let destinations = together(
            (networks.0, &self.tables.destinations),
            (networks.1, &after.tables.destinations),
        );
        let mut by_before: BTreeMap<u32, Vec<Both>> = BTreeMap::new();
        let mut by_after: BTreeMap<u32, Vec<Both>> = BTreeMap::new();
        for both in destinations.keys() {
            if let Some(class) = both.0 {
                by_before.entry(class).or_default().push(*both);
            }
            if let Some(class) = both.1 {
                by_after.entry(class).or_default().push(*both);
            }
        }
        let nothing = Arc::new(Cell::default());
        let mut changes = Vec::new();
        for (source, from) in &sources {
            let (old, new) = (self.cells_of(source.0), after.cells_of(source.1));
            let touched = old.keys().filter_map(|class| by_before.get(class));
            let touched = touched.chain(new.keys().filter_map(|class| by_after.get(class)));
            let touched: BTreeSet<Both> = touched.flatten().copied().collect();
            for both in touched {
                let cell = |row: &BTreeMap<u32, Arc<Cell>>, class: Option<u32>| {
                    class.and_then(|class| row.get(&class)).unwrap_or(&nothing).clone()
                };
                let (before, after) = (cell(&old, both.0), cell(&new, both.1));
                let Some(to) = destinations.get(&both) else { continue };
                if before != after && !(from.len() == 1 && from == to) {
                    changes.push(Change { from: from.clone(), to: to.clone(), before, after });
                }
            }
        }
        changes
    }

    fn cells_of(&self, source: Option<u32>) -> BTreeMap<u32, Arc<Cell>> {
        let row = source.map_or_else(Vec::new, |class| self.row(class as usize));
        row.into_iter().map(|(to, _, cell)| (to, cell)).collect()
    }
}

/// The ends of two sides, by their classes on both.
fn together<'n>(
    (before, old): (&'n Network, &Line),
    (after, new): (&'n Network, &Line),
) -> BTreeMap<Both, Vec<&'n str>> {
    let mut classes: BTreeMap<&'n str, Both> = BTreeMap::new();
    for (position, end) in old.ends.iter().enumerate() {
        let class = old.class_of(position).and_then(|class| u32::try_from(class).ok());
        classes.entry(end.view(before).id).or_default().0 = class;
    }
    for (position, end) in new.ends.iter().enumerate() {
        let class = new.class_of(position).and_then(|class| u32::try_from(class).ok());
        classes.entry(end.view(after).id).or_default().1 = class;
    }
    let mut found: BTreeMap<Both, Vec<&'n str>> = BTreeMap::new();
    for (id, both) in classes {
        found.entry(both).or_default().push(id);
    }
    found
}
