//! Putting in order with one sort for all types.
//!
//! The standard library compiles its sorts for each type and each order, and `collect` into a tree
//! sorts too: a tenth of the module for browsers. Here a type brings how two places compare and
//! how they are swapped, and nothing else. Most lists come in order, which is seen first; matrices
//! sort numbers with the standard library.

use std::cmp::Ordering;

pub(crate) fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

pub(crate) fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Equal items keep their order.
#[expect(clippy::indexing_slicing, reason = "a place is one of this very list")]
pub(crate) fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    if list.is_sorted_by(|a, b| compare(a, b).is_le()) {
        return;
    }
    let places = in_order(list.len(), &|a, b| compare(&list[a], &list[b]));
    put(places, &mut |a, b| list.swap(a, b));
}

/// Where keys cost more than room for them.
#[expect(clippy::indexing_slicing, reason = "there are as many keys as items")]
pub(crate) fn sort_by_cached_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    let keys: Vec<K> = list.iter().map(key).collect();
    let places = in_order(list.len(), &|a, b| keys[a].cmp(&keys[b]));
    put(places, &mut |a, b| list.swap(a, b));
}

/// A map or a set that is kept in order.
pub(crate) fn tree<T, C: Default + Extend<T>>(items: impl IntoIterator<Item = T>) -> C {
    let mut tree = C::default();
    tree.extend(items);
    tree
}

/// Which place each item comes from.
#[inline(never)]
fn in_order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|a, b| compare(*a, *b));
    places
}

/// Goes round each circle of places once.
#[inline(never)]
fn put(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut to = start;
        while let Some(place) = places.get_mut(to) {
            let from = std::mem::replace(place, to);
            if from == start || from == to {
                break;
            }
            swap(to, from);
            to = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_standard_library_sorts(list: Vec<(u8, u8)>) {
            let mut expected = list.clone();
            expected.sort_by_key(|it| it.0);
            let mut sorted = list.clone();
            sort_by_key(&mut sorted, |it| it.0);
            prop_assert_eq!(&sorted, &expected);
            sorted.clone_from(&list);
            sort_by_cached_key(&mut sorted, |it| it.0);
            prop_assert_eq!(&sorted, &expected);
            expected.sort_unstable();
            sort(&mut sorted);
            prop_assert_eq!(&sorted, &expected);
            let collected: BTreeMap<u8, u8> = list.iter().copied().collect();
            prop_assert_eq!(tree::<_, BTreeMap<u8, u8>>(list), collected);
        }
    }
}
