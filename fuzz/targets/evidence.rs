//! Reading `evidence.json`. Behind the digests, which chance does not get right, the facts are read
//! by themselves too.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use stigprobe::evidence::Evidence;
use stigprobe::facts::{Fact, Facts};

fuzz_target!(|input: &[u8]| {
    match Evidence::from_json(Path::new("evidence.json"), input) {
        Ok(evidence) => {
            for file in evidence.facts.side_files() {
                assert!(!file.name.contains('/'));
            }
        }
        Err(error) => assert!(error.to_string().starts_with("evidence.json: ")),
    }
    if let Ok(facts) = serde_json::from_slice::<Facts>(input) {
        let _ = (facts.altered(), facts.side_files().count());
        if let Fact::Read(walk) = &facts.dtr.tags
            && let Ok(tally) = walk.value.complete()
        {
            assert!(tally.offenders() >= tally.unsigned);
        }
    }
});
