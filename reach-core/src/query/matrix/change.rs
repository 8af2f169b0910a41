//! What two matrices differ in, class by class.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::line::Line;
use super::{Cell, Matrix};

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
        let sources = together((self, &self.tables.sources), (after, &after.tables.sources));
        let destinations =
            together((self, &self.tables.destinations), (after, &after.tables.destinations));
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
fn together<'m>(
    (before, old): (&'m Matrix, &'m Line),
    (after, new): (&'m Matrix, &'m Line),
) -> BTreeMap<Both, Vec<&'m str>> {
    let mut classes: BTreeMap<&'m str, Both> = BTreeMap::new();
    for (position, end) in old.ends.iter().enumerate() {
        let class = old.class_of(position).and_then(|class| u32::try_from(class).ok());
        classes.entry(end.view(&before.network).id).or_default().0 = class;
    }
    for (position, end) in new.ends.iter().enumerate() {
        let class = new.class_of(position).and_then(|class| u32::try_from(class).ok());
        classes.entry(end.view(&after.network).id).or_default().1 = class;
    }
    let mut found: BTreeMap<Both, Vec<&'m str>> = BTreeMap::new();
    for (id, both) in classes {
        found.entry(both).or_default().push(id);
    }
    found
}
