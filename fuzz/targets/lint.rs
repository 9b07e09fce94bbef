//! Any file of results as `lint` looks at it, under each of the names by which importers go.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::lint::{Importer, MOST, lint};

fuzz_target!(|data: &[u8]| {
    for name in ["a.ckl", "a.cklb", "a.xml", "a.nessus"] {
        let report = lint(name, data, &Importer::ALL);
        assert!(report.problems.len() <= MOST);
        for problem in &report.problems {
            assert!(problem.line > 0 && problem.column > 0, "{problem:?}");
            assert!(!problem.importers.is_empty() && !problem.message.is_empty(), "{problem:?}");
        }
    }
});
