//! Reading a policy. Every file that it names is the second half of the input, after a NUL.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use stigprobe::policy::Policy;

fuzz_target!(|input: &[u8]| {
    let mut halves = input.splitn(2, |byte| *byte == 0);
    let policy = halves.next().unwrap_or_default();
    let roots = halves.next().unwrap_or_default();
    let Ok(text) = std::str::from_utf8(policy) else {
        return;
    };
    match Policy::parse(Path::new("policy.toml"), text, |_| Ok(roots.to_vec())) {
        Ok(policy) => assert!(policy.sha256.is_some()),
        Err(error) => assert!(error.to_string().starts_with("policy.toml")),
    }
});
