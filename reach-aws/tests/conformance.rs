//! The conformance cases as files are the snapshots that they were made of.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use reach_aws::Loader;
use reach_core::snapshot::{Region, Snapshot};
use reach_testkit::conformance::{Suite, files};

#[test]
fn every_case_is_loaded_as_it_was_built() {
    let suite = Suite::read().unwrap();
    for case in &suite.cases {
        let snapshot = suite.snapshot(&case.id).unwrap();
        let mut loader = Loader::new();
        for (name, content) in files(&snapshot).unwrap() {
            loader.add(&name, content.to_string().as_bytes()).unwrap();
        }
        let loaded = loader.finish().unwrap();
        assert_eq!(sorted(loaded.snapshot), sorted(snapshot), "{}", case.id);
    }
}

/// The order of Regions means nothing, and of resources neither.
fn sorted(mut snapshot: Snapshot) -> Vec<serde_json::Value> {
    snapshot.regions.sort_by(|one, other| one.name.cmp(&other.name));
    snapshot.regions.iter().map(json).collect()
}

fn json(region: &Region) -> serde_json::Value {
    let mut json = serde_json::to_value(region).unwrap();
    for list in json.as_object_mut().unwrap().values_mut().filter_map(|list| list.as_array_mut()) {
        list.sort_by_key(ToString::to_string);
    }
    json
}
