//! The snapshot that a network was compiled from.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::snapshot::Snapshot;

/// A snapshot, or how to make it out of one: edits are not made before somebody asks.
#[derive(Clone)]
pub(crate) struct Source {
    unedited: Arc<Snapshot>,
    edited: Option<Arc<Edited>>,
}

struct Edited {
    make: Box<dyn Fn(&Snapshot) -> Snapshot + Send + Sync>,
    made: OnceLock<Arc<Snapshot>>,
}

impl Source {
    pub(crate) fn of(snapshot: Arc<Snapshot>) -> Self {
        Self { unedited: snapshot, edited: None }
    }

    /// What `make` gives of a snapshot; pieces, interfaces and addresses are all that
    /// it may change.
    pub(crate) fn edited(
        unedited: Arc<Snapshot>,
        make: impl Fn(&Snapshot) -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        let edited = Edited { make: Box::new(make), made: OnceLock::new() };
        Self { unedited, edited: Some(Arc::new(edited)) }
    }

    /// Everything but the pieces, interfaces and addresses that edits change by themselves is here as
    /// it is.
    pub(crate) fn unedited(&self) -> &Snapshot {
        &self.unedited
    }

    pub(crate) fn snapshot(&self) -> &Arc<Snapshot> {
        let make = |edited: &Edited| Arc::new((edited.make)(&self.unedited));
        match &self.edited {
            Some(edited) => edited.made.get_or_init(|| make(edited)),
            None => &self.unedited,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshot().fmt(f)
    }
}
