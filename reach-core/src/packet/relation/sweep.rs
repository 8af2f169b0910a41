use super::super::interval::Key;
use crate::order;

/// One range of one class.
#[derive(Clone, Copy)]
pub(super) struct Segment<K> {
    pub(super) first: K,
    pub(super) last: K,
    pub(super) class: usize,
}

impl<K: Key> Segment<K> {
    pub(super) fn sort(segments: &mut [Self]) {
        order::sort_by_key(segments, |segment| segment.first);
    }
}

/// Visits, ascending, the stretches on which neither side changes class, with the classes there.
/// Stops when the visitor says no.
pub(super) fn sweep<'a, K: Key>(
    mut left: &'a [Segment<K>],
    mut right: &'a [Segment<K>],
    mut visit: impl FnMut(K, K, Option<usize>, Option<usize>) -> bool,
) {
    let mut from = K::MIN;
    loop {
        let a = left.first().map(|segment| (segment.first.max(from), *segment));
        let b = right.first().map(|segment| (segment.first.max(from), *segment));
        let (first, last, own, theirs) = match (a, b) {
            (None, None) => return,
            (Some((first, a)), None) => (first, a.last, Some(a.class), None),
            (None, Some((first, b))) => (first, b.last, None, Some(b.class)),
            (Some((first, a)), Some((until, _))) if first < until => {
                (first, a.last.min(until.before()), Some(a.class), None)
            }
            (Some((until, _)), Some((first, b))) if first < until => {
                (first, b.last.min(until.before()), None, Some(b.class))
            }
            (Some((first, a)), Some((_, b))) => {
                (first, a.last.min(b.last), Some(a.class), Some(b.class))
            }
        };
        if !visit(first, last, own, theirs) {
            return;
        }
        let Some(after) = last.next() else { return };
        from = after;
        for side in [&mut left, &mut right] {
            if let [segment, rest @ ..] = *side
                && segment.last < from
            {
                *side = rest;
            }
        }
    }
}
