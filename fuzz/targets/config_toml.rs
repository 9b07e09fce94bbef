//! Reading UCP's configuration, as a server answers it. An error never repeats the answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::facts::config::{Config, Setting, Written};

fuzz_target!(|answer: &[u8]| match Config::parse(answer) {
    Ok(config) => {
        for setting in Setting::ALL {
            let _ = config.get(*setting).map(Written::shown);
        }
        let kept = serde_json::to_vec(&config).expect("settings have string keys");
        let read: Config = serde_json::from_slice(&kept).expect("what was written");
        assert_eq!(read, config);
    }
    Err(reason) => {
        let line = reason.strip_prefix("the answer is no valid TOML (line ");
        let line = line.and_then(|rest| rest.strip_suffix(')'));
        let is_a_place = line.is_some_and(|line| line.parse::<usize>().is_ok());
        assert!(is_a_place || REASONS.contains(&reason.as_str()), "{reason}");
    }
});

/// The others. One of the sentences names a line.
const REASONS: [&str; 4] = [
    "the answer is larger than 512 KiB, which no UCP configuration is",
    "the answer is not UTF-8 text, so no TOML",
    "the answer is a web page, not a TOML file",
    "the answer is empty, or holds no table of a UCP configuration",
];
