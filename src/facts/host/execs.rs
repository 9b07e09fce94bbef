//! `docker exec` in the audit log.
//!
//! A command may hold passwords: of each use is kept who, when, on which container and which of the two
//! options, nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::Later;

/// How many uses are kept by name.
pub const KEPT: usize = 50;

/// What the audit log says of `docker exec`, whatever the key of an event: which rule takes an event, and so its key,
/// depends on the order in which the kernel has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditLog {
    /// The files that were read, oldest first.
    pub files: Vec<LogFile>,
    /// Files, or parts of them, that were not read, and why.
    pub unread: Vec<String>,
    /// Events under the key docker.
    pub events: u64,
    /// Those that start `docker exec`.
    pub execs: u64,
    /// Those of them with `--privileged`, and with `--user`.
    pub privileged: u64,
    /// See [`AuditLog::privileged`].
    pub user: u64,
    /// The first of them.
    pub uses: Vec<ExecUse>,
    /// Events that may be one and were not understood.
    pub unclear: u64,
    /// Lines in which `grep exec | grep privileged` finds what it looks for.
    pub lines_privileged: u64,
    /// Lines in which `grep exec | grep user` does.
    pub lines_user: u64,
    /// Lines in which `grep exec | grep privileged | grep user` does.
    pub lines_both: u64,
    /// The time of the first and the last record, in seconds since 1970.
    pub span: Option<(u64, u64)>,
    /// How many of `execs` stand in events under other keys than docker, which version 0.1.0 did not read.
    #[serde(default, skip_serializing_if = "Later::is_unknown")]
    pub other_keys: Later<u64>,
}

/// A file of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogFile {
    /// Its path.
    pub path: String,
    /// How many records it holds.
    pub records: u64,
}

/// One use of `docker exec`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExecUse {
    /// The event: `1364481363.243:24287`.
    pub event: String,
    /// Who had logged in.
    pub auid: String,
    /// The container, as it was named.
    pub container: String,
    /// With `--privileged`.
    pub privileged: bool,
    /// With `--user`.
    pub user: bool,
}

/// It cannot be told what a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclear;

/// The options of a command that is a `docker exec`: whether it has `--privileged` and `--user`, and the
/// container. `Ok(None)` where it is another command, an error where it cannot be told.
pub fn exec_options(command: &[String]) -> Result<Option<(bool, bool, String)>, Unclear> {
    // What the client takes before its subcommand, and which of it has a value.
    const GLOBAL: Flags = Flags {
        valued: &["config", "context", "host", "log-level", "tlscacert", "tlscert", "tlskey"],
        plain: &["debug", "tls", "tlsverify", "version", "help"],
        short: "cHl",
        short_plain: "Dvh",
    };
    const COMPOSE: Flags = Flags {
        valued: &[
            "file",
            "project-name",
            "profile",
            "project-directory",
            "env-file",
            "ansi",
            "parallel",
            "progress",
            "workdir",
        ],
        plain: &["compatibility", "dry-run", "verbose", "no-ansi", "all-resources", "help"],
        short: "fp",
        short_plain: "h",
    };
    const EXEC: Flags = Flags {
        valued: &["detach-keys", "env", "env-file", "user", "workdir", "index"],
        plain: &["detach", "interactive", "tty", "privileged", "help", "no-TTY", "no-tty", "dry-run"],
        short: "euw",
        short_plain: "ditTh",
    };
    let program = command.first().map(|p| p.rsplit('/').next().unwrap_or(p));
    let mut rest = command.get(1..).unwrap_or_default();
    match program {
        Some("docker") => (_, rest) = GLOBAL.skip(rest)?,
        Some("docker-compose") => {}
        // A program of another name: a copy of the client, or something else under the same key.
        Some(_) => {
            let looks = rest.iter().any(|word| word == "exec")
                && rest.iter().any(|word| {
                    word.starts_with("--privileged") || word.starts_with("--user") || word.starts_with("-u")
                });
            return if looks { Err(Unclear) } else { Ok(None) };
        }
        None => return Err(Unclear),
    }
    if program == Some("docker") {
        match rest.first().map(String::as_str) {
            Some("exec") => {}
            Some("container") => rest = &rest[1..],
            Some("compose") => (_, rest) = COMPOSE.skip(&rest[1..])?,
            _ => return Ok(None),
        }
    } else {
        (_, rest) = COMPOSE.skip(rest)?;
    }
    if rest.first().map(String::as_str) != Some("exec") {
        return Ok(None);
    }
    let (set, rest) = EXEC.skip(&rest[1..])?;
    let on = |name: &str, short: char| {
        let long = set
            .get(name)
            .is_some_and(|value| !matches!(value.as_deref(), Some("false" | "0" | "f" | "F" | "FALSE" | "False")));
        long || set.contains_key(&short.to_string())
    };
    let privileged = on("privileged", '\0');
    let user = set.contains_key("user") || set.contains_key("u");
    Ok(Some((privileged, user, rest.first().cloned().unwrap_or_default())))
}

/// The options that a command knows.
struct Flags {
    valued: &'static [&'static str],
    plain: &'static [&'static str],
    short: &'static str,
    short_plain: &'static str,
}

/// Options that are set, and what is left.
type Skipped<'a> = (BTreeMap<String, Option<String>>, &'a [String]);

impl Flags {
    /// The options at the beginning: they end at the first word that is none.
    fn skip<'a>(&self, mut words: &'a [String]) -> Result<Skipped<'a>, Unclear> {
        let mut set = BTreeMap::new();
        while let Some(word) = words.first() {
            if word == "--" {
                return Ok((set, &words[1..]));
            }
            if !word.starts_with('-') || word == "-" {
                break;
            }
            words = &words[1..];
            let mut next = || {
                let (first, rest) = words.split_first().ok_or(Unclear)?;
                words = rest;
                Ok::<_, Unclear>(first.clone())
            };
            if let Some(long) = word.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None if self.valued.contains(&long) => (long, Some(next()?)),
                    None => (long, None),
                };
                if !self.valued.contains(&name) && !self.plain.contains(&name) {
                    return Err(Unclear);
                }
                set.insert(name.to_owned(), value);
                continue;
            }
            let cluster = &word[1..];
            for (at, letter) in cluster.char_indices() {
                if self.short.contains(letter) {
                    let tied = &cluster[at + letter.len_utf8()..];
                    let value = if tied.is_empty() { next()? } else { tied.to_owned() };
                    set.insert(letter.to_string(), Some(value));
                    break;
                }
                if !self.short_plain.contains(letter) {
                    return Err(Unclear);
                }
                set.insert(letter.to_string(), None);
            }
        }
        Ok((set, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Option<(bool, bool)>, Unclear> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        exec_options(&words).map(|found| found.map(|(p, u, _)| (p, u)))
    }

    #[test]
    fn options_are_those_before_the_container() {
        for (line, privileged, user) in [
            ("docker exec web ls", false, false),
            ("docker exec --privileged web ls", true, false),
            ("docker exec --privileged=true web ls", true, false),
            ("docker exec --privileged=false web ls", false, false),
            ("/usr/bin/docker exec -it -u root web sh", false, true),
            ("docker exec -itu root web sh", false, true),
            ("docker exec -uroot web sh", false, true),
            ("docker exec --user=root --privileged web sh", true, true),
            ("docker container exec --user root web sh", false, true),
            ("docker -H tcp://x --tlsverify exec --privileged web sh", true, false),
            ("docker exec web sudo --user=root --privileged", false, false),
            ("docker exec -e user=x web id", false, false),
            ("docker exec -e --privileged web id", false, false),
            ("docker exec -- web --privileged", false, false),
            ("docker compose -f x.yml exec --privileged web sh", true, false),
            ("docker-compose exec -u root web sh", false, true),
        ] {
            assert_eq!(of(line), Ok(Some((privileged, user))), "{line}");
        }
        for line in ["docker ps", "docker run --privileged x exec", "docker", "ls exec", "docker container ls"] {
            assert_eq!(of(line), Ok(None), "{line}");
        }
        for line in ["docker --new-flag exec --privileged x", "docker exec --new x y", "dkr exec --privileged x"] {
            assert_eq!(of(line), Err(Unclear), "{line}");
        }
    }
}
