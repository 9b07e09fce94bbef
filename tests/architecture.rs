//! The arrows of the house: who may name whom, and who may touch the world outside.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each room with its floor. A room names rooms of its own floor and of those below.
const FLOORS: &[(&str, u32)] = &[
    ("xml", 0),
    ("toml_file", 0),
    ("cci", 0),
    ("disa", 0),
    ("threads", 0),
    ("input", 0),
    ("printable", 0),
    ("shipped", 0),
    ("when", 0),
    ("xccdf", 1),
    ("facts", 2),
    ("tenable", 2),
    ("finding", 2),
    ("policy", 3),
    ("target", 3),
    ("probes", 4),
    ("registry", 5),
    ("plan", 6),
    ("outcome", 6),
    ("collect", 7),
    ("evidence", 7),
    ("evaluate", 8),
    ("report", 8),
    ("package", 9),
    ("lab", 8),
    ("import", 9),
    ("history", 9),
    ("lint", 9),
    ("join", 10),
    ("run", 11),
    ("cli", 12),
];

/// Rooms that may not name each other although their floors would allow it.
const APART: &[(&str, &[&str])] = &[
    ("collect", &["probes", "registry", "plan"]),
    ("probes", &["collect", "report", "evidence"]),
    ("report", &["collect", "evidence", "probes", "registry", "plan", "policy", "evaluate"]),
    ("evaluate", &["collect", "report"]),
    // Anybody's file is judged by what it says, not by who we are.
    (
        "lint",
        &[
            "facts", "finding", "policy", "target", "probes", "registry", "plan", "outcome", "collect", "evidence",
            "evaluate", "report", "run", "lab",
        ],
    ),
    (
        "lab",
        &[
            "xml", "xccdf", "facts", "finding", "policy", "target", "probes", "registry", "plan", "outcome", "collect",
            "evidence", "evaluate", "report", "run",
        ],
    ),
];

/// Rooms that may touch files, network, processes, the environment or the clock.
const OUTSIDE: &[&str] = &["input", "collect", "evidence", "run", "cli", "lab", "main", "lib"];

/// How touching them looks.
const TOUCHES: &[&str] = &[
    "std::fs",
    "File::open",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "tokio::net",
    "std::process",
    "std::env::",
    "Utc::now",
    "SystemTime",
    "Instant::now",
    "reqwest",
    "std::time::Instant",
    "fastrand",
];

/// The text without the items that are there for tests alone. What stands behind them counts.
fn without_tests(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            code.push_str(line);
            code.push('\n');
            continue;
        }
        // An item ends with its first line that begins at the margin, is no attribute, and closes it.
        let is_end = |line: &&str| {
            let at_margin = !line.starts_with([' ', '#', '/']) && !line.is_empty();
            at_margin && line.ends_with(['}', ';'])
        };
        let _ = lines.find(is_end);
    }
    code
}

#[test]
fn what_is_there_for_tests_alone_does_not_count_and_the_rest_does() {
    let text = "use a;\n#[cfg(test)]\nmod model;\nuse b;\n#[cfg(test)]\n#[allow(x)]\npub(super) fn cases() -> Vec<\n    A,\n> {\n    c;\n\n    d\n}\n\nuse e;\n\n#[cfg(test)]\nmod tests {\n    use f;\n}\n";
    assert_eq!(without_tests(text), "use a;\nuse b;\n\nuse e;\n\n");
}

/// Every source file with its room, without its tests.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for entry in dir.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let is_test = path.file_stem().is_some_and(|s| s == "tests" || s == "cases");
            if path.is_dir() && !is_test {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_test {
                let inside = path.strip_prefix(&root).unwrap();
                let room = inside.components().next().unwrap().as_os_str().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                let code = without_tests(&text);
                found.push((room.trim_end_matches(".rs").to_owned(), path, code));
            }
        }
    }
    found.sort();
    found
}

/// The rooms that a text names by `crate::`, also inside braces.
fn named(code: &str) -> BTreeSet<String> {
    let words = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let code: String = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + 7..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = &list[..list.find(';').unwrap_or(list.len())];
            rooms.extend(list.split(',').map(|item| words(item.trim())));
        } else {
            rooms.insert(words(rest));
        }
    }
    rooms.remove("");
    rooms
}

/// One reader refuses what is not certain (a key that stands twice), so nobody reads past it.
#[test]
fn what_a_server_sent_is_read_by_one_reader_of_json() {
    let is_reader = |path: &Path| path.ends_with("collect/json.rs");
    let collect =
        sources().into_iter().filter(|(room, path, _)| room == "collect" && !path.to_string_lossy().contains("/host/"));
    let (readers, others): (Vec<_>, Vec<_>) = collect.partition(|(_, path, _)| is_reader(path));
    assert_eq!(readers.len(), 1);
    for (_, path, code) in others {
        let past = ["serde_json::from_slice", "serde_json::from_str", "serde_json::from_reader"];
        assert!(!past.iter().any(|call| code.contains(call)), "{} reads JSON by itself", path.display());
    }
}

#[test]
fn data_flows_one_way() {
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (room, path, code) in sources() {
        let Some(floor) = floors.get(room.as_str()) else {
            assert!(["main", "lib"].contains(&room.as_str()), "{room} has no floor: give it one in this test");
            continue;
        };
        for other in named(&code) {
            let apart = APART.iter().any(|(a, b)| *a == room && b.contains(&other.as_str()));
            let above = floors.get(other.as_str()).is_none_or(|f| f > floor);
            if other != room && (above || apart) {
                wrong.push(format!("{} names {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_lab_is_known_to_the_command_line_only() {
    for (room, path, code) in sources() {
        if !["lab", "cli", "lib"].contains(&room.as_str()) {
            assert!(!named(&code).contains("lab"), "{} names the lab", path.display());
        }
    }
}

#[test]
fn few_touch_the_world_outside() {
    let mut wrong = Vec::new();
    for (room, path, code) in sources() {
        if OUTSIDE.contains(&room.as_str()) {
            continue;
        }
        for (number, line) in code.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//")) {
            wrong.extend(
                TOUCHES
                    .iter()
                    .filter(|touch| line.contains(**touch))
                    .map(|touch| format!("{}:{}: {touch}", path.display(), number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
