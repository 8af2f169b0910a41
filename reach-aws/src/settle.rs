//! One of each resource: the same one may stand in several answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;
use std::hash::Hash;

use reach_core::Diagnostic;
use reach_core::record::{List, Value};

use crate::text::shown;

/// What the loader has to know of a resource.
pub(crate) trait Resource: Debug + Sized {
    /// Two answers with the same id are about the same resource.
    fn id(&self) -> Option<Cow<'_, str>>;

    /// The account whose view of it counts.
    fn owner(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Fills in what the snapshot's wrapper tells; `more` says that there is another page.
    fn unwrapped(&mut self, more: bool) -> Option<Diagnostic> {
        let _ = more;
        None
    }

    /// Takes over what another answer tells about the same resource. Where it does not, the two
    /// agree only if they say the same.
    fn join(&mut self, other: &mut Self) -> bool {
        let _ = other;
        false
    }

    /// Once all answers are joined: leaves one of each thing that it holds.
    fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        let _ = diagnostics;
    }
}

/// Leaves one of each resource, and notes where answers about one contradict each other.
pub(crate) fn settle_list(
    list: &mut dyn Places,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if has_duplicates(list) {
        let kept = join_duplicates(list, account, diagnostics);
        let places = kept.iter().enumerate().filter(|(_, kept)| **kept);
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        for (to, place) in places.iter().enumerate() {
            list.swap(to, *place);
        }
        list.truncate(places.len());
    }
    list.settle_inside(diagnostics);
}

fn has_duplicates(list: &dyn Places) -> bool {
    let mut seen = HashSet::new();
    !(0..list.len()).filter_map(|place| list.id(place)).all(|id| seen.insert(id))
}

/// Resources by their places in a list, whatever their kind: there are dozens of kinds, and what
/// is the same for all of them is compiled once.
pub(crate) trait Places: List {
    fn len(&self) -> usize;
    fn id(&self, place: usize) -> Option<Cow<'_, str>>;
    fn owner(&self, place: usize) -> Option<Cow<'_, str>>;
    fn text(&self, place: usize) -> String;
    fn unwrapped(&mut self, place: usize, more: bool) -> Option<Diagnostic>;
    /// Whether the first took over the second.
    fn join(&mut self, first: usize, second: usize) -> bool;
    fn swap(&mut self, one: usize, other: usize);
    fn truncate(&mut self, len: usize);
    fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>);
}

impl<T: Resource + Value + Default> Places for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn id(&self, place: usize) -> Option<Cow<'_, str>> {
        self.get(place)?.id()
    }

    fn owner(&self, place: usize) -> Option<Cow<'_, str>> {
        self.get(place)?.owner()
    }

    fn text(&self, place: usize) -> String {
        self.get(place).map(|resource| format!("{resource:?}")).unwrap_or_default()
    }

    fn unwrapped(&mut self, place: usize, more: bool) -> Option<Diagnostic> {
        self.get_mut(place)?.unwrapped(more)
    }

    fn join(&mut self, first: usize, second: usize) -> bool {
        self.get_disjoint_mut([first, second]).is_ok_and(|[first, second]| first.join(second))
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.as_mut_slice().swap(one, other);
    }

    fn truncate(&mut self, len: usize) {
        self.truncate(len);
    }

    fn settle_inside(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        for resource in self {
            resource.settle_inside(diagnostics);
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

/// Tells which places are still needed.
fn join_duplicates(
    list: &mut dyn Places,
    account: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<bool> {
    let mut first_with: HashMap<String, First> = HashMap::new();
    let mut rivals: Vec<(usize, usize)> = Vec::new();
    let mut kept = Vec::with_capacity(list.len());
    for place in 0..list.len() {
        let id = list.id(place).map(Cow::into_owned);
        let first = id.as_ref().and_then(|id| first_with.get_mut(id));
        kept.push(first.is_none());
        match (first, id) {
            (Some(first), _) => {
                if !first.agrees(list, place) {
                    rivals.push((first.place, place));
                }
            }
            (None, Some(id)) => {
                first_with.insert(id, First { place, text: None });
            }
            (None, None) => {}
        }
    }
    let rank = |list: &dyn Places, place: usize| -> Rank {
        let owned = account.is_some() && list.owner(place).as_deref() == account;
        (!owned, list.text(place))
    };
    let mut contests: BTreeMap<usize, Contest> = BTreeMap::new();
    for (first, place) in rivals {
        let contest = contests.entry(first).or_insert_with(|| Contest::of(rank(list, first)));
        if contest.won_by(rank(list, place)) {
            list.swap(first, place);
        }
    }
    for (first, contest) in contests {
        diagnostics.extend(list.id(first).map(|id| contest.told(&id)));
    }
    kept
}

/// The first with an id.
struct First {
    place: usize,
    /// What it says, once that was asked: there may be many others, and it may be long.
    text: Option<String>,
}

impl First {
    /// Whether another with its id says the same, or more that it took over.
    fn agrees(&mut self, list: &mut dyn Places, other: usize) -> bool {
        if list.join(self.place, other) {
            self.text = None;
            return true;
        }
        *self.text.get_or_insert_with(|| list.text(self.place)) == list.text(other)
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
