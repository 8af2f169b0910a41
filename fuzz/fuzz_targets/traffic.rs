//! Text that somebody says is traffic: what can be read prints, and what it prints reads as the
//! same once it is written as questions are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reach_core::packet::Traffic;

fuzz_target!(|text: &str| {
    let traffic = match text.parse::<Traffic>() {
        Ok(traffic) => traffic,
        Err(error) => {
            assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
            return;
        }
    };
    let printed = traffic.to_string();
    let asked = if traffic.is_all() { "any".to_owned() } else { printed.replace(' ', "/") };
    assert_eq!(asked.parse(), Ok(traffic), "{printed}");
});
