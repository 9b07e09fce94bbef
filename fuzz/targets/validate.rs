//! Holding a document against the tables of the schemas.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use stigprobe::xccdf::validate::{MOST, validate};

fuzz_target!(|input: &[u8]| match validate(Cursor::new(input)) {
    Ok(report) => {
        assert_eq!(report.is_valid(), report.problems.is_empty());
        assert!(report.problems.len() <= MOST);
        for problem in report.problems {
            assert!(problem.position.line > 0 && problem.position.column > 0);
            assert!(!problem.message.is_empty());
        }
    }
    Err(error) => assert!(!error.to_string().is_empty()),
});
