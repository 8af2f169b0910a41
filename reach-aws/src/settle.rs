//! One of each resource: the same one may stand in several answers.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::mem;

use reach_core::Diagnostic;

use crate::text::shown;

/// What the loader has to know of a resource.
pub(crate) trait Resource: PartialEq + Sized {
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
    let mut places: HashMap<String, Place> = HashMap::new();
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for resource in mem::take(list) {
        let Some(id) = resource.id() else {
            kept.push(resource);
            continue;
        };
        let Some(place) = places.get_mut(&*id) else {
            places.insert(id.into_owned(), Place { index: kept.len(), contradicted: false });
            kept.push(resource);
            continue;
        };
        drop(id);
        let Some(first) = kept.get_mut(place.index) else { continue };
        let Some(other) = first.join(resource) else { continue };
        let owned = |resource: &T| account.is_some() && resource.owner().as_deref() == account;
        let better = owned(&other) && !owned(first);
        if better {
            *first = other;
        }
        if !mem::replace(&mut place.contradicted, true) {
            diagnostics.extend(first.id().map(|id| {
                let which = if better || owned(first) { "the owner's" } else { "the first" };
                let message = format!("two answers differ; {which} is used");
                Diagnostic::warning("duplicate_resource", message).resource(shown(&id))
            }));
        }
    }
    *list = kept;
}

/// Where the first answer about a resource stands.
struct Place {
    index: usize,
    contradicted: bool,
}

/// Leaves the first of those with the same key: the same page may have been read twice.
pub(crate) fn without_repetition<T, K: Hash + Eq>(list: &mut Vec<T>, key: fn(&T) -> &K) {
    let mut seen = HashSet::with_capacity(list.len());
    let fresh: Vec<bool> = list.iter().map(|item| seen.insert(key(item))).collect();
    drop(seen);
    let mut fresh = fresh.into_iter();
    list.retain(|_| fresh.next().unwrap_or(true));
}
