use std::ops::Deref;
use std::sync::Arc;

/// A list that clones share. An empty one takes no memory, and no counter is touched for it: most
/// parts of most sets are empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Shared<T>(Option<Arc<[T]>>);

impl<T> Shared<T> {
    pub(super) fn empty() -> Self {
        Self(None)
    }

    pub(super) fn one(item: T) -> Self {
        Self(Some(Arc::new([item])))
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(items: Vec<T>) -> Self {
        Self((!items.is_empty()).then(|| items.into()))
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().unwrap_or_default()
    }
}
