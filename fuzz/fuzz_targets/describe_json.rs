//! Bytes that somebody says are a describe answer: read, compiled, scanned.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reach_aws::{Limits, Loader};
use reach_core::{Run, ScanOptions};

fuzz_target!(|bytes: &[u8]| {
    let mut loader = Loader::with_limits(Limits::default().bytes(1 << 20));
    if let Err(error) = loader.add("input", bytes) {
        assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
        return;
    }
    let Ok(loaded) = loader.finish() else { return };
    let run = loaded.compile().scan(&ScanOptions::default());
    let text = serde_json::to_string(&run).expect("a run is JSON");
    let again: Run = serde_json::from_str(&text).expect("and reads as one");
    assert_eq!(again, run);
});
