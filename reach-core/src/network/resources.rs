//! One list a kind out of every Region's lists: sorted by id, each resource once.

use std::collections::BTreeMap;

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
/// worth a diagnostic.
pub(crate) fn gather<'a, T>(
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
            let owned = owner(item).is_some() && owner(item) == region.account.as_deref();
            match by_id.get_mut(id(item)) {
                None => {
                    by_id.insert(id(item), Located { region, item });
                }
                Some(known) if same(known.item, item) => {}
                Some(known) => {
                    let known_owned = owner(known.item).is_some()
                        && owner(known.item) == known.region.account.as_deref();
                    if owned == known_owned {
                        diagnostics.push(
                            Diagnostic::warning(
                                "duplicate_resource",
                                "it is in the snapshot twice with different contents; the first is used",
                            )
                            .resource(id(item)),
                        );
                    } else if owned {
                        *known = Located { region, item };
                    }
                }
            }
        }
    }
    by_id.into_values().collect()
}
