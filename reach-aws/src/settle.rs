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
///
/// There are dozens of kinds of resource: what is the same for all of them stands outside, so that
/// it is compiled once.
pub(crate) fn settle_list<T: Resource>(
    list: &mut Vec<T>,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if has_duplicates(&mut list.iter().map(T::id)) {
        join_duplicates(list, account, diagnostics);
    }
    for resource in list {
        resource.settle_inside(diagnostics);
    }
}

fn has_duplicates(ids: &mut dyn Iterator<Item = Option<Cow<'_, str>>>) -> bool {
    let mut seen = HashSet::new();
    !ids.flatten().all(|id| seen.insert(id))
}

/// Which of the things with one id is used.
struct Contest {
    /// Of the one that leads.
    rank: Rank,
    /// Whether one of them is the owner's.
    ours: bool,
}

/// The least is used. Among equals what they say decides: the order of files and lists means
/// nothing.
type Rank = (bool, String);

fn join_duplicates<T: Resource>(
    list: &mut Vec<T>,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut places = Places::default();
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    let mut rivals: Vec<(usize, T)> = Vec::new();
    for resource in mem::take(list) {
        match places.taken(resource.id(), kept.len()) {
            None => kept.push(resource),
            Some(place) => {
                let first = kept.get_mut(place);
                let rival = first.and_then(|first| first.join(resource));
                rivals.extend(rival.map(|rival| (place, rival)));
            }
        }
    }
    let rank = |resource: &T| -> Rank {
        let owned = account.is_some() && resource.owner().as_deref() == account;
        (!owned, format!("{resource:?}"))
    };
    let mut contests: BTreeMap<usize, Contest> = BTreeMap::new();
    for (place, rival) in rivals {
        let Some(first) = kept.get_mut(place) else { continue };
        let contest = contests.entry(place).or_insert_with(|| Contest::of(rank(first)));
        if contest.won_by(rank(&rival)) {
            *first = rival;
        }
    }
    for (place, contest) in contests {
        let id = kept.get(place).and_then(T::id);
        diagnostics.extend(id.map(|id| contest.told(&id)));
    }
    *list = kept;
}

impl Contest {
    fn of(rank: Rank) -> Self {
        Self { ours: !rank.0, rank }
    }

    fn won_by(&mut self, rank: Rank) -> bool {
        self.ours |= !rank.0;
        let won = rank < self.rank;
        if won {
            self.rank = rank;
        }
        won
    }

    fn told(&self, id: &str) -> Diagnostic {
        let which = if self.ours { "the owner's" } else { "one" };
        let message = format!("answers about it differ; {which} is used");
        Diagnostic::warning("duplicate_resource", message).resource(shown(id))
    }
}

/// Where the first thing with an id stands.
#[derive(Default)]
struct Places(HashMap<String, usize>);

impl Places {
    /// The place of an earlier thing with this id; without one, this is the first.
    fn taken(&mut self, id: Option<Cow<'_, str>>, place: usize) -> Option<usize> {
        let id = id?;
        let taken = self.0.get(&*id).copied();
        if taken.is_none() {
            self.0.insert(id.into_owned(), place);
        }
        taken
    }
}

/// Leaves the first of those with the same key: the same page may have been read twice.
pub(crate) fn without_repetition<T, K: Hash + Eq>(list: &mut Vec<T>, key: fn(&T) -> &K) {
    let mut seen = HashSet::with_capacity(list.len());
    let fresh: Vec<bool> = list.iter().map(|item| seen.insert(key(item))).collect();
    drop(seen);
    let mut fresh = fresh.into_iter();
    list.retain(|_| fresh.next().unwrap_or(true));
}
