//! One list a kind out of every Region's lists: sorted by id, each resource once.

use std::collections::BTreeMap;
use std::fmt::Debug;

use crate::Diagnostic;
use crate::snapshot::{Region, Snapshot};

/// A resource and the Region that it was read from.
#[derive(Debug)]
pub(crate) struct Located<'a, T> {
    pub(crate) region: &'a Region,
    pub(crate) item: &'a T,
}

/// Gathers one kind. The same id twice is one resource: the view of the account that owns it wins
/// (two accounts see one peering connection); views that differ without an owner to decide are
/// worth a diagnostic. Which one is used never depends on the order in the snapshot.
pub(crate) fn gather<'a, T: Debug>(
    snapshot: &'a Snapshot,
    list: impl Fn(&'a Region) -> Option<&'a Vec<T>>,
    id: impl Fn(&'a T) -> &'a str,
    owner: impl Fn(&'a T) -> Option<&'a str>,
    same: impl Fn(&T, &T) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Located<'a, T>> {
    let mut by_id: BTreeMap<&'a str, Located<'a, T>> = BTreeMap::new();
    for region in &snapshot.regions {
        for item in list(region).into_iter().flatten() {
            let new = Located { region, item };
            let Some(known) = by_id.get_mut(id(item)) else {
                by_id.insert(id(item), new);
                continue;
            };
            // The owner's view first, then by where it was read.
            let rank = |located: &Located<'a, T>| {
                let (account, name) = (&located.region.account, &located.region.name);
                let foreign = owner(located.item).is_none_or(|o| Some(o) != account.as_deref());
                (foreign, account.clone(), name.clone())
            };
            let (old_rank, new_rank) = (rank(known), rank(&new));
            if !same(known.item, item) && old_rank.0 == new_rank.0 {
                let text = "it is in the snapshot twice with different contents; one is used";
                let told = Diagnostic::warning("duplicate_resource", text).resource(id(item));
                diagnostics.push(told);
            }
            let text = |located: &Located<'a, T>| format!("{:?}", located.item);
            if new_rank < old_rank || new_rank == old_rank && text(&new) < text(known) {
                *known = new;
            }
        }
    }
    by_id.into_values().collect()
}
