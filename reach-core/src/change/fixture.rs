//! A small account for the tests of every action.

use super::{Edit, EditError};
use crate::snapshot::{Region, Snapshot};

/// One Region with `lists` as describe answers.
pub(super) fn snapshot(lists: serde_json::Value) -> Snapshot {
    let region: Region = serde_json::from_value(lists).unwrap();
    Snapshot { regions: vec![region] }
}

pub(super) fn edit(value: serde_json::Value) -> Edit {
    serde_json::from_value(value).unwrap()
}

/// Makes an edit that must fit.
pub(super) fn make(snapshot: &mut Snapshot, value: serde_json::Value) {
    let edit = edit(value);
    let text = serde_json::to_string(&edit).unwrap();
    assert_eq!(serde_json::from_str::<Edit>(&text).unwrap(), edit, "round trip");
    edit.apply(snapshot).unwrap_or_else(|error| panic!("{error}"));
}

/// Makes an edit that must not fit, and checks what every such edit owes.
pub(super) fn refuse(snapshot: &Snapshot, value: serde_json::Value) -> EditError {
    let edit = edit(value);
    let mut changed = snapshot.clone();
    let error = edit.apply(&mut changed).expect_err("fits");
    assert_eq!(*snapshot, changed, "a refused edit changes nothing");
    assert_eq!(error.action(), edit.action());
    let text = error.to_string();
    assert!(text.starts_with(&format!("`{}`: ", edit.action())), "{text}");
    assert!(!text.contains(char::is_control) && !text.ends_with('.'), "{text:?}");
    error
}

/// The code and resource of an edit that must not fit.
pub(super) fn refused(snapshot: &Snapshot, value: serde_json::Value) -> (&'static str, String) {
    let error = refuse(snapshot, value);
    (error.code(), error.resource().unwrap_or_default().to_owned())
}
