//! `docker exec` in the audit log, event by event.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::root::{Root, shown};
use crate::facts::host::{AuditLog, ExecUse, KEPT, LogFile, Looked, Unclear, exec_options};

const LIMIT: u64 = 4 << 20;
const LOG: &str = "/var/log/audit/audit.log";
/// The kernel cuts records at 8970 bytes; auditd adds little to them.
const LINE: usize = 64 * 1024;
/// Records of different events mix; this many events are held open at a time.
const OPEN_EVENTS: usize = 1024;
/// How many processes are remembered, so that what they do after their start is not counted once more.
const PROCESSES: usize = 65_536;

/// What the audit log says of `docker exec`. An error where there is no log or it cannot be read.
pub(super) fn read(root: &Root) -> Result<(String, AuditLog), (String, String)> {
    let settings = root.text("/etc/audit/auditd.conf", LIMIT);
    let place = settings.get().and_then(|text| {
        text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == "log_file").then(|| value.trim().to_owned())
        })
    });
    let place = place.unwrap_or_else(|| LOG.into());
    let fail = |path: &str, reason: &str| (format!("read {path}"), reason.to_owned());
    let path = Path::new(&place);
    let (Some(directory), Some(stem)) = (path.parent(), path.file_name()) else {
        return Err(fail(&place, "it is no path of a file"));
    };
    let stem = stem.to_string_lossy().into_owned();
    let names = match root.names(directory) {
        Looked::Is(names) => names,
        Looked::Missing => return Err(fail(&place, "it is not there: nothing is recorded")),
        Looked::Unseen(reason) => return Err(fail(&shown(directory), &reason)),
    };
    // audit.log is the newest; audit.log.1 is older, audit.log.2 older still.
    let mut files: Vec<(u32, String)> = Vec::new();
    let mut scanner = Scanner::default();
    for name in names.iter().map(|name| name.to_string_lossy()) {
        let Some(rest) = name.strip_prefix(stem.as_str()) else {
            continue;
        };
        let number = if rest.is_empty() { Some(0) } else { rest.strip_prefix('.').and_then(|rest| rest.parse().ok()) };
        match number {
            Some(number) => files.push((number, name.into_owned())),
            None => scanner.log.unread.push(format!("{}/{name}: its form is not known", shown(directory))),
        }
    }
    if !files.iter().any(|(number, _)| *number == 0) {
        return Err(fail(&place, "it is not there: nothing is recorded"));
    }
    files.sort_by(|a, b| b.cmp(a));
    for (_, name) in files {
        let path = directory.join(&name);
        let text = shown(&path);
        match root.open(&path) {
            Looked::Is(file) => scanner.file(&text, file),
            Looked::Missing => scanner.log.unread.push(format!("{text}: it has gone")),
            Looked::Unseen(reason) => return Err(fail(&text, &reason)),
        }
    }
    Ok((format!("read {place} and what was rotated from it"), scanner.finish()))
}

/// What a log says that is at hand already.
#[must_use]
pub fn of_text(text: &[u8]) -> AuditLog {
    let mut scanner = Scanner::default();
    scanner.file("audit.log", text);
    scanner.finish()
}

/// Reads a log record by record, and keeps the events of which not all records may have come.
#[derive(Default)]
struct Scanner {
    log: AuditLog,
    open: BTreeMap<(u64, u64, u64), Event>,
    /// Processes whose `docker exec` was counted.
    counted: BTreeSet<u64>,
    other_keys: u64,
}

/// One event: what its records say together.
#[derive(Default)]
struct Event {
    /// It stands under the key docker.
    docker: bool,
    /// The file name of its program; none where no record says it.
    program: Option<String>,
    pid: Option<u64>,
    auid: String,
    arguments: BTreeMap<(usize, usize), String>,
    /// A word of the command could not be read.
    torn: bool,
    title: Option<Vec<String>>,
    lines: [u64; 3],
}

impl Scanner {
    fn file(&mut self, path: &str, file: impl std::io::Read) {
        let mut reader = BufReader::new(file);
        let mut records = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = (&mut reader).take(LINE as u64 + 1).read_until(b'\n', &mut line);
            match read {
                Ok(0) => break,
                Ok(_) if line.len() > LINE => {
                    self.log.unread.push(format!("{path}: a line has more than {LINE} bytes"));
                    return;
                }
                Ok(_) => {}
                Err(e) => {
                    self.log.unread.push(format!("{path}: {e}"));
                    return;
                }
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            records += 1;
            let text = String::from_utf8_lossy(&line);
            if self.record(text.trim_end()).is_none() {
                self.log.unread.push(format!("{path}: record {records} is not of the known form"));
                return;
            }
        }
        self.log.files.push(LogFile { path: path.to_owned(), records });
    }

    fn record(&mut self, line: &str) -> Option<()> {
        // What auditd adds for readers stands behind this sign; it says nothing new.
        let plain = line.split('\u{1d}').next().unwrap_or(line);
        let (head, body) = plain.split_once("msg=audit(")?;
        let (stamp, body) = body.split_once(')')?;
        let (time, serial) = stamp.rsplit_once(':')?;
        let (seconds, millis) = time.split_once('.')?;
        let id: (u64, u64, u64) = (seconds.parse().ok()?, millis.parse().ok()?, serial.parse().ok()?);
        let (first, last) = self.log.span.unwrap_or((id.0, id.0));
        self.log.span = Some((first.min(id.0), last.max(id.0)));

        let kind = head.split_whitespace().find_map(|word| word.strip_prefix("type="))?;
        let event = self.open.entry(id).or_default();
        let has = |word: &str| plain.contains(word);
        if has("exec") {
            event.lines[0] += u64::from(has("privileged"));
            event.lines[1] += u64::from(has("user"));
            event.lines[2] += u64::from(has("privileged") && has("user"));
        }
        let fields = || fields(body);
        match kind {
            "SYSCALL" => {
                for (name, value) in fields() {
                    match name {
                        "key" => {
                            event.docker |= keys(value).iter().any(|key| key.contains("docker"));
                        }
                        "auid" => event.auid = value.chars().filter(char::is_ascii_digit).collect(),
                        "pid" => event.pid = value.parse().ok(),
                        "exe" => event.program = decode(value).as_deref().map(file_name),
                        _ => {}
                    }
                }
            }
            "EXECVE" => {
                for (name, value) in fields() {
                    event.argument(name, value);
                }
            }
            "PROCTITLE" => {
                let title = fields().find(|(name, _)| *name == "proctitle");
                let words = title.and_then(|(_, value)| decode(value));
                event.title = words.map(|title| title.split('\0').map(str::to_owned).collect());
            }
            _ => {}
        }
        if self.open.len() > OPEN_EVENTS
            && let Some((id, event)) = self.open.pop_first()
        {
            self.close(id, &event);
        }
        Some(())
    }

    fn close(&mut self, id: (u64, u64, u64), event: &Event) {
        let log = &mut self.log;
        // The check's `ausearch -k docker` sees events under that key alone.
        if event.docker {
            log.events += 1;
            log.lines_privileged += event.lines[0];
            log.lines_user += event.lines[1];
            log.lines_both += event.lines[2];
        }
        let may_be_one = event.docker || event.may_be_the_client();
        let Some(command) = event.command() else {
            // Watches on files report no command; one that was torn may be anything.
            log.unclear += u64::from(event.torn && may_be_one);
            return;
        };
        match exec_options(&command) {
            Ok(Some((privileged, user, container))) => {
                // Of a process that was counted at its start, further events say nothing new.
                let started = !event.arguments.is_empty();
                if let Some(pid) = event.pid {
                    if self.counted.len() >= PROCESSES {
                        self.counted.clear();
                    }
                    if !self.counted.insert(pid) && !started {
                        return;
                    }
                }
                log.execs += 1;
                self.other_keys += u64::from(!event.docker);
                log.privileged += u64::from(privileged);
                log.user += u64::from(user);
                if (privileged || user) && log.uses.len() < KEPT {
                    log.uses.push(ExecUse {
                        event: format!("{}.{:03}:{}", id.0, id.1, id.2),
                        auid: event.auid.clone(),
                        container: container.chars().filter(|c| !c.is_control()).take(128).collect(),
                        privileged,
                        user,
                    });
                }
            }
            Ok(None) => {}
            Err(Unclear) => log.unclear += u64::from(may_be_one),
        }
    }

    fn finish(mut self) -> AuditLog {
        for (id, event) in std::mem::take(&mut self.open) {
            self.close(id, &event);
        }
        self.log.other_keys = self.other_keys.into();
        self.log
    }
}

impl Event {
    /// `a0="docker"`, `a1=6578`, and long ones in pieces: `a2_len=9000`, `a2[0]=…`.
    fn argument(&mut self, name: &str, value: &str) {
        let Some(rest) = name.strip_prefix('a') else {
            return;
        };
        if rest.ends_with("_len") {
            return;
        }
        let (number, piece) = match rest.split_once('[') {
            Some((number, piece)) => (number, piece.trim_end_matches(']').parse().ok()),
            None => (rest, Some(0)),
        };
        let (Ok(number), Some(piece)) = (number.parse::<usize>(), piece) else {
            return;
        };
        match decode(value) {
            Some(text) => {
                self.arguments.insert((number, piece), text);
            }
            None => self.torn = true,
        }
    }

    /// The program is a docker client, or nobody can tell what it is.
    fn may_be_the_client(&self) -> bool {
        let first = self.arguments.get(&(0, 0)).map(|name| file_name(name));
        let names = [self.program.clone(), first];
        let known: Vec<String> = names.into_iter().flatten().collect();
        known.is_empty() || known.iter().any(|name| ["docker", "docker-compose"].contains(&name.as_str()))
    }

    /// The command, word by word. None where the event is about none.
    fn command(&self) -> Option<Vec<String>> {
        if self.torn {
            return None;
        }
        let mut words: Vec<String> = Vec::new();
        for ((number, _), text) in &self.arguments {
            if *number == words.len() {
                words.push(text.clone());
            } else if *number + 1 == words.len() {
                words[*number] += text;
            } else {
                return None;
            }
        }
        if words.is_empty() {
            return self.title.clone().filter(|title| !title.is_empty());
        }
        Some(words)
    }
}

fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// `name=value` pairs; values may be quoted.
fn fields(body: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = body.trim_start_matches(':').trim_start();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('=')?;
        let name = name.rsplit(' ').next().unwrap_or(name);
        let end = if let Some(quoted) = after.strip_prefix('"') {
            quoted.find('"').map_or(after.len(), |at| at + 2)
        } else {
            after.find(' ').unwrap_or(after.len())
        };
        let (value, tail) = after.split_at(end);
        rest = tail.trim_start();
        Some((name, value))
    })
}

/// A value: quoted as it is, otherwise in hexadecimal. `(null)` and what is neither are nothing.
fn decode(value: &str) -> Option<String> {
    if let Some(text) = value.strip_prefix('"') {
        return text.strip_suffix('"').map(str::to_owned);
    }
    let digits = value.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let mut bytes = Vec::new();
    for pair in digits.chunks(2) {
        let pair = std::str::from_utf8(pair).ok()?;
        bytes.push(u8::from_str_radix(pair, 16).ok()?);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The keys of an event: several stand in one value, with 0x01 between them.
fn keys(value: &str) -> Vec<String> {
    let text = decode(value).unwrap_or_default();
    text.split('\u{1}').map(str::to_owned).collect()
}
