//! Reading `results.json`: what was read can be written, and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::report::json::Results;

fuzz_target!(|input: &[u8]| {
    if let Ok(results) = serde_json::from_slice::<Results>(input) {
        let written = serde_json::to_vec(&results).expect("keys are strings");
        let again: Results = serde_json::from_slice(&written).expect("what was written");
        assert_eq!(again.rules, results.rules);
    }
});
