//! Any file of results as `convert` reads it: CKL, CKLB, XCCDF, ARF, .nessus, HDF, our own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::import::{Source, read};
use stigprobe::report::{Format, lost, write};

fuzz_target!(|data: &[u8]| {
    let source = Source { name: "file", bytes: data, modified: std::time::UNIX_EPOCH.into(), benchmark: None };
    match read(&source) {
        Ok(outcomes) => {
            assert!(!outcomes.is_empty());
            for outcome in &outcomes {
                assert_eq!(outcome.rules.len(), outcome.benchmark.rules().count());
                assert!(!outcome.asset.name.is_empty());
                for format in [Format::Ckl, Format::Xccdf, Format::Nessus] {
                    assert!(!write(format, outcome).is_empty());
                    assert!(lost(format, outcome).iter().all(|said| !said.is_empty()));
                }
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
