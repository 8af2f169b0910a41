//! A snapshot with anything in its fields: compiled, then traced between all of its ends.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reach_core::packet::Traffic;
use reach_core::snapshot::Snapshot;
use reach_core::{Network, TraceOptions, Verdict};

/// Ends asked about; more of them say little and take long.
const MOST_ENDS: usize = 6;

fuzz_target!(|bytes: &[u8]| {
    let Ok(snapshot) = serde_json::from_slice::<Snapshot>(bytes) else { return };
    let mut ends = vec!["internet".to_owned()];
    for region in &snapshot.regions {
        ends.extend(region.instances.iter().flatten().map(|it| it.instance_id.clone()));
        let interfaces = region.network_interfaces.iter().flatten();
        ends.extend(interfaces.map(|it| it.network_interface_id.clone()));
        let gateways = region.internet_gateways.iter().flatten();
        ends.extend(gateways.map(|it| it.internet_gateway_id.clone()));
    }
    ends.truncate(MOST_ENDS);
    let network = Network::compile(snapshot);
    for from in &ends {
        for to in &ends {
            let traffic = Traffic::all();
            let Ok(answer) = network.trace(from, to, &traffic, &TraceOptions::default()) else {
                continue;
            };
            let passes = matches!(answer.verdict, Verdict::Reachable | Verdict::PartlyReachable);
            assert_eq!(passes, !answer.passing.is_empty());
            assert!(passes || !answer.explanations.is_empty(), "every no has a reason");
            serde_json::to_string(&answer).expect("an answer is JSON");
        }
    }
});
