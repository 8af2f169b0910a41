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
        let mut slots = Slots(mem::take(list).into_iter().map(Some).collect());
        join_duplicates(&mut slots, account, diagnostics);
        list.extend(slots.0.into_iter().flatten());
    }
    for resource in list {
        resource.settle_inside(diagnostics);
    }
}

fn has_duplicates(ids: &mut dyn Iterator<Item = Option<Cow<'_, str>>>) -> bool {
    let mut seen = HashSet::new();
    !ids.flatten().all(|id| seen.insert(id))
}

/// Resources by their places in a list, whatever their kind.
trait Places {
    fn len(&self) -> usize;
    fn id(&self, place: usize) -> Option<Cow<'_, str>>;
    fn owner(&self, place: usize) -> Option<Cow<'_, str>>;
    fn text(&self, place: usize) -> String;
    /// Whether the second still stands, because it contradicts the first.
    fn join(&mut self, first: usize, second: usize) -> bool;
    /// Puts the second in the place of the first, or drops it.
    fn decide(&mut self, first: usize, second: usize, second_wins: bool);
}

struct Slots<T>(Vec<Option<T>>);

impl<T: Resource> Slots<T> {
    fn at(&self, place: usize) -> Option<&T> {
        self.0.get(place)?.as_ref()
    }

    fn take(&mut self, place: usize) -> Option<T> {
        self.0.get_mut(place)?.take()
    }
}

impl<T: Resource> Places for Slots<T> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn id(&self, place: usize) -> Option<Cow<'_, str>> {
        self.at(place)?.id()
    }

    fn owner(&self, place: usize) -> Option<Cow<'_, str>> {
        self.at(place)?.owner()
    }

    fn text(&self, place: usize) -> String {
        self.at(place).map(|resource| format!("{resource:?}")).unwrap_or_default()
    }

    fn join(&mut self, first: usize, second: usize) -> bool {
        let Some(other) = self.take(second) else { return false };
        let Some(Some(one)) = self.0.get_mut(first) else { return false };
        let rival = one.join(other);
        let rivals = rival.is_some();
        if let Some(slot) = self.0.get_mut(second) {
            *slot = rival;
        }
        rivals
    }

    fn decide(&mut self, first: usize, second: usize, second_wins: bool) {
        let rival = self.take(second);
        if let (true, Some(slot)) = (second_wins, self.0.get_mut(first)) {
            *slot = rival;
        }
    }
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

fn join_duplicates(
    list: &mut dyn Places,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first_with: HashMap<String, usize> = HashMap::new();
    let mut rivals: Vec<(usize, usize)> = Vec::new();
    for place in 0..list.len() {
        let Some(id) = list.id(place).map(Cow::into_owned) else { continue };
        match first_with.get(&id).copied() {
            Some(first) if list.join(first, place) => rivals.push((first, place)),
            Some(_) => {}
            None => {
                first_with.insert(id, place);
            }
        }
    }
    let rank = |list: &dyn Places, place: usize| -> Rank {
        let owned = account.is_some() && list.owner(place).as_deref() == account;
        (!owned, list.text(place))
    };
    let mut contests: BTreeMap<usize, Contest> = BTreeMap::new();
    for (first, place) in rivals {
        let contest = contests.entry(first).or_insert_with(|| Contest::of(rank(list, first)));
        let won = contest.won_by(rank(list, place));
        list.decide(first, place, won);
    }
    for (first, contest) in contests {
        diagnostics.extend(list.id(first).map(|id| contest.told(&id)));
    }
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

/// Leaves the first of those with the same key: the same page may have been read twice.
pub(crate) fn without_repetition<T, K: Hash + Eq>(list: &mut Vec<T>, key: fn(&T) -> &K) {
    let mut seen = HashSet::with_capacity(list.len());
    let fresh: Vec<bool> = list.iter().map(|item| seen.insert(key(item))).collect();
    drop(seen);
    let mut fresh = fresh.into_iter();
    list.retain(|_| fresh.next().unwrap_or(true));
}
