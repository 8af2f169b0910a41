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
    id: fn(&'a T) -> &'a str,
    owner: fn(&'a T) -> Option<&'a str>,
    same: fn(&T, &T) -> bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Located<'a, T>> {
    let mut items = Vec::new();
    let mut views = Vec::new();
    for region in &snapshot.regions {
        for item in list(region).into_iter().flatten() {
            views.push(View { region, id: id(item), owner: owner(item) });
            items.push(item);
        }
    }
    let items = Items { items, same };
    let located =
        |at: usize| Some(Located { region: views.get(at)?.region, item: *items.items.get(at)? });
    choose(&views, &items, diagnostics).into_iter().filter_map(located).collect()
}

/// One account's view of a resource.
struct View<'a> {
    region: &'a Region,
    id: &'a str,
    owner: Option<&'a str>,
}

impl View<'_> {
    /// The owner's view first, then by where it was read.
    fn rank(&self) -> (bool, Option<&str>, Option<&str>) {
        let (account, name) = (self.region.account.as_deref(), self.region.name.as_deref());
        (self.owner.is_none_or(|owner| Some(owner) != account), account, name)
    }
}

/// What is asked of items whatever their type: the choice is compiled once.
trait Contents {
    fn same(&self, one: usize, other: usize) -> bool;
    fn text(&self, at: usize) -> String;
}

struct Items<'a, T> {
    items: Vec<&'a T>,
    same: fn(&T, &T) -> bool,
}

#[expect(clippy::indexing_slicing, reason = "there are as many views as items")]
impl<T: Debug> Contents for Items<'_, T> {
    fn same(&self, one: usize, other: usize) -> bool {
        (self.same)(self.items[one], self.items[other])
    }

    fn text(&self, at: usize) -> String {
        format!("{:?}", self.items[at])
    }
}

/// The views that are used, by id.
fn choose(
    views: &[View<'_>],
    contents: &dyn Contents,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<usize> {
    let mut by_id: BTreeMap<&str, (usize, &View<'_>)> = BTreeMap::new();
    for new in views.iter().enumerate() {
        let (at, view) = new;
        let Some(known) = by_id.get_mut(view.id) else {
            by_id.insert(view.id, new);
            continue;
        };
        let (old_rank, new_rank) = (known.1.rank(), view.rank());
        if !contents.same(known.0, at) && old_rank.0 == new_rank.0 {
            let text = "it is in the snapshot twice with different contents; one is used";
            diagnostics.push(Diagnostic::warning("duplicate_resource", text).resource(view.id));
        }
        if new_rank < old_rank || new_rank == old_rank && contents.text(at) < contents.text(known.0)
        {
            *known = new;
        }
    }
    by_id.into_values().map(|(at, _)| at).collect()
}
