//! The same work on one thread or, with feature `rayon`, on several: results are in the order of
//! what they were made of either way.

/// Fewest items that a thread takes at a time.
#[cfg(all(feature = "rayon", not(target_arch = "wasm32")))]
const FEWEST: usize = 32;

/// Maps items in order. Each thread has a state of its own, which must not show in the results.
#[cfg(all(feature = "rayon", not(target_arch = "wasm32")))]
pub(crate) fn map<T: Sync, S, R: Send>(
    items: &[T],
    state: impl Fn() -> S + Sync + Send,
    work: impl Fn(&mut S, &T) -> R + Sync + Send,
) -> Vec<R> {
    use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
    items.par_iter().with_min_len(FEWEST).map_init(state, work).collect()
}

/// Maps items in order.
#[cfg(not(all(feature = "rayon", not(target_arch = "wasm32"))))]
pub(crate) fn map<T, S, R>(
    items: &[T],
    state: impl Fn() -> S,
    work: impl Fn(&mut S, &T) -> R,
) -> Vec<R> {
    let mut state = state();
    items.iter().map(|item| work(&mut state, item)).collect()
}
