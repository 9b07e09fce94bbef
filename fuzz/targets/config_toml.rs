//! Reading UCP's configuration, as a server answers it. An error never repeats the answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stigprobe::facts::config::{Config, Setting, Written};

fuzz_target!(|answer: &[u8]| match Config::parse(answer) {
    Ok(config) => {
        for setting in Setting::ALL {
            let _ = config.get(setting).map(Written::shown);
        }
        let kept = serde_json::to_vec(&config).expect("settings have string keys");
        let read: Config = serde_json::from_slice(&kept).expect("what was written");
        assert_eq!(read, config);
    }
    Err(reason) => {
        let digits = reason.replace(|c: char| c.is_ascii_digit(), "");
        assert!(REASONS.contains(&digits.as_str()), "{reason}");
    }
});

const REASONS: [&str; 4] = [
    "the answer is not UTF-8 text, so no TOML",
    "the answer is a web page, not a TOML file",
    "the answer is no valid TOML (line )",
    "the answer is empty, or holds no table of a UCP configuration",
];
