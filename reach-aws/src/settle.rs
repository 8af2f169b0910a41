//! One of each resource: the same one may stand in several answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;
use std::mem;

use reach_core::Diagnostic;

use crate::text::shown;

/// What the loader has to know of a resource.
pub(crate) trait Resource: Debug + PartialEq + Sized {
    /// Two answers with the same id are about the same resource.
    fn id(&self) -> Option<Cow<'_, str>>;

    /// The account whose view of it counts.
    fn owner(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Fills in what the wrapper tells; `more` says that there is another page.
    fn unwrapped(&mut self, more: bool) -> Option<Diagnostic> {
        let _ = more;
        None
    }

    /// Takes over another answer about the same resource; gives it back where the two contradict
    /// each other.
    fn join(&mut self, other: Self) -> Option<Self> {
        (*self != other).then_some(other)
    }

    /// Once all answers are joined: leaves one of each thing that it holds.
    fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let _ = diagnostics;
    }
}

/// Leaves one of each resource, and notes where answers about one contradict each other.
pub(crate) fn settle_list<T: Resource>(
    list: &mut Vec<T>,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if has_duplicates(list) {
        join_duplicates(list, account, diagnostics);
    }
    for resource in list {
        resource.settle_inside(diagnostics);
    }
}

fn has_duplicates<T: Resource>(list: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(list.len());
    !list.iter().filter_map(T::id).all(|id| seen.insert(id))
}

fn join_duplicates<T: Resource>(
    list: &mut Vec<T>,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    let mut rivals: BTreeMap<usize, Vec<T>> = BTreeMap::new();
    for resource in mem::take(list) {
        let Some(id) = resource.id() else {
            kept.push(resource);
            continue;
        };
        let Some(place) = places.get(&*id).copied() else {
            places.insert(id.into_owned(), kept.len());
            kept.push(resource);
            continue;
        };
        drop(id);
        let Some(first) = kept.get_mut(place) else { continue };
        if let Some(rival) = first.join(resource) {
            rivals.entry(place).or_default().push(rival);
        }
    }
    for (place, rivals) in rivals {
        let Some(first) = kept.get_mut(place) else { continue };
        let owned = |resource: &T| account.is_some() && resource.owner().as_deref() == account;
        diagnostics.extend(first.id().map(|id| {
            let ours = owned(first) || rivals.iter().any(owned);
            let which = if ours { "the owner's" } else { "one" };
            let message = format!("answers about it differ; {which} is used");
            Diagnostic::warning("duplicate_resource", message).resource(shown(&id))
        }));
        // Among equals, what they say decides: the order of files and lists means nothing.
        let rank = |resource: &T| (!owned(resource), format!("{resource:?}"));
        let best =
            rivals.into_iter().map(|rival| (rank(&rival), rival)).min_by(|a, b| a.0.cmp(&b.0));
        if let Some((best_rank, best)) = best
            && best_rank < rank(first)
        {
            *first = best;
        }
    }
    *list = kept;
}

/// Leaves the first of those with the same key: the same page may have been read twice.
pub(crate) fn without_repetition<T, K: Hash + Eq>(list: &mut Vec<T>, key: fn(&T) -> &K) {
    let mut seen = HashSet::with_capacity(list.len());
    let fresh: Vec<bool> = list.iter().map(|item| seen.insert(key(item))).collect();
    drop(seen);
    let mut fresh = fresh.into_iter();
    list.retain(|_| fresh.next().unwrap_or(true));
}
