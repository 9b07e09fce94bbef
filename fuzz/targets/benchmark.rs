//! Reading a benchmark, as XML or in a zip, and what is asked of every one that was read.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use stigprobe::xccdf::ids::check_digest;
use stigprobe::xccdf::read::read;

fuzz_target!(|input: &[u8]| match read(Cursor::new(input)) {
    Ok(document) => {
        assert_eq!(document.sha256.len(), 64);
        for (_, rule) in document.benchmark.rules() {
            let _ = (rule.ccis().count(), check_digest(rule));
        }
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
