//! Units of systemd, read as systemd reads them: one file and the drop-ins over it, in order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Looked, Settings, is_engine};

/// A unit: which file describes it, and what is laid over that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// `docker.service`.
    pub name: String,
    /// Its file.
    pub state: UnitState,
    /// The files of its drop-ins, in the order in which they apply.
    pub drop_ins: Vec<String>,
    /// Parts of it that could not be read, and why.
    pub unread: Vec<String>,
}

/// What is known of the file of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitState {
    /// No directory of units has it.
    #[default]
    Missing,
    /// It is there: the path that `systemctl show -p FragmentPath` prints.
    Loaded(String),
    /// This path leads to `/dev/null` or is empty: the unit cannot be started.
    Masked(String),
    /// It could not be looked at.
    Unseen(String),
}

impl Unit {
    /// The file of the unit, where it has one.
    #[must_use]
    pub fn path(&self) -> Looked<&str> {
        match &self.state {
            UnitState::Loaded(path) => Looked::Is(path),
            UnitState::Missing | UnitState::Masked(_) => Looked::Missing,
            UnitState::Unseen(reason) => Looked::Unseen(reason.clone()),
        }
    }
}

/// `docker.service`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The unit.
    pub unit: Unit,
    /// How it starts the engine.
    pub start: Start,
    /// `DOCKER_FIPS` in its environment.
    pub docker_fips: Option<String>,
    /// The files that its environment comes from.
    pub environment_files: Vec<EnvironmentFile>,
}

/// A file that a unit takes its environment from. What stands in it is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentFile {
    /// Its path.
    pub path: String,
    /// The names of the variables in it.
    pub names: Looked<Vec<String>>,
}

/// How a unit starts the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// With these arguments.
    Known(Box<Settings>),
    /// It cannot be told.
    Unclear(String),
}

impl Default for Start {
    fn default() -> Self {
        Start::Unclear("there is no such unit".into())
    }
}

/// A socket that systemd opens and hands to the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Socket {
    /// The unit.
    pub unit: Unit,
    /// `ListenStream`.
    pub listen: Vec<String>,
}

/// Whether a `ListenStream` is a TCP port: anything but a path, an abstract socket, a vsock.
#[must_use]
pub fn is_tcp_stream(listen: &str) -> bool {
    !expanded(listen).starts_with(['/', '@']) && !listen.starts_with("vsock:")
}

/// A value with the specifiers put in that are directories of the system's units (systemd.unit(5), "Specifiers").
pub(crate) fn expanded(value: &str) -> String {
    const DIRECTORIES: &[(char, &str)] = &[
        ('t', "/run"),
        ('S', "/var/lib"),
        ('C', "/var/cache"),
        ('L', "/var/log"),
        ('E', "/etc"),
        ('T', "/tmp"),
        ('V', "/var/tmp"),
        ('h', "/root"),
        ('%', "%"),
    ];
    let mut out = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        let specifier = if letter == '%' { letters.clone().next() } else { None };
        match DIRECTORIES.iter().find(|(name, _)| Some(*name) == specifier) {
            Some((_, directory)) => {
                letters.next();
                out += directory;
            }
            None => out.push(letter),
        }
    }
    out
}

/// The assignments of a unit in order: section, key, value. Lines that end in a backslash go on in the
/// next; comments in between do not end them.
pub(crate) fn assignments(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut section = String::new();
    let mut open: Option<String> = None;
    let mut take = |line: &str, section: &mut String| {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name.clone_into(section);
        } else if let Some((key, value)) = line.split_once('=') {
            found.push((section.clone(), key.trim().to_owned(), value.trim().to_owned()));
        }
    };
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        if line.starts_with(['#', ';']) || (line.is_empty() && open.is_none()) {
            continue;
        }
        // What is open only grows: copied for each of its lines, a file of lines would take minutes.
        let mut whole = match open.take() {
            Some(start) => start + " ",
            None => String::new(),
        };
        whole += line;
        if whole.ends_with('\\') {
            whole.pop();
            whole.truncate(whole.trim_end().len());
            open = Some(whole);
        } else {
            take(&whole, &mut section);
        }
    }
    if let Some(line) = open {
        take(&line, &mut section);
    }
    found
}

/// The words of a line, as systemd splits it: quotes group, backslashes escape. An error is a quote
/// that is not closed.
pub(crate) fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        match (c, quote) {
            ('\\', _) => {
                let escaped = letters.next().ok_or("it ends in a backslash")?;
                let plain = match escaped {
                    'n' => '\n',
                    't' => '\t',
                    's' => ' ',
                    other => other,
                };
                word.get_or_insert_default().push(plain);
            }
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote in it is not closed".into());
    }
    words.extend(word);
    Ok(words)
}

/// The variables of a unit: from `Environment=` and from files, the later over the earlier.
#[derive(Debug, Default)]
pub struct Environment {
    known: BTreeMap<String, String>,
    /// Files that were not read: any variable may be in them.
    unread: Vec<String>,
}

impl Environment {
    /// Takes `A=1 "B=2 3"`.
    pub fn assign(&mut self, line: &str) -> Result<(), String> {
        for word in words(line)? {
            if let Some((name, value)) = word.split_once('=') {
                self.known.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(())
    }

    /// Takes a file of lines `A=1`; gives the names in it.
    pub fn read(&mut self, text: &str) -> Vec<String> {
        let mut names = Vec::new();
        for (_, name, value) in assignments(text) {
            let name = name.strip_prefix("export ").unwrap_or(&name).trim().to_owned();
            // One value with quotes around it: not split into words here.
            let value =
                ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(&value).to_owned();
            names.push(name.clone());
            self.known.insert(name, value);
        }
        names
    }

    /// A file that could not be read.
    pub fn miss(&mut self, path: &str, reason: &str) {
        self.unread.push(format!("{path}: {reason}"));
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(String::as_str)
    }

    /// The value, empty where it is not set; an error where it may be set in a file that was not read.
    fn value(&self, name: &str) -> Result<&str, String> {
        match self.get(name) {
            // A file that was not read may set it anew.
            _ if !self.unread.is_empty() => Err(format!("${name} is not known: {}", self.unread.join("; "))),
            Some(value) => Ok(value),
            None => Ok(""),
        }
    }

    /// A word of `ExecStart` with its variables put in: `$A` alone becomes words, `${A}` stays in its
    /// word.
    fn expand(&self, word: &str) -> Result<Vec<String>, String> {
        let named = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if let Some(name) = word.strip_prefix('$')
            && named(name)
        {
            return words(self.value(name)?);
        }
        let mut out = String::new();
        let mut rest = word;
        // Not looked for again where there is none.
        let mut has_brace = true;
        while let Some((before, after)) = rest.split_once('$') {
            out += before;
            if out.len() > LONGEST {
                return Err(TOO_LONG.into());
            }
            if let Some(tail) = after.strip_prefix('$') {
                out.push('$');
                rest = tail;
            } else if let Some((name, tail)) =
                after.strip_prefix('{').filter(|_| has_brace).and_then(|after| after.split_once('}'))
            {
                out += self.value(name)?;
                rest = tail;
            } else {
                has_brace &= !after.starts_with('{');
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                out += self.value(&after[..end])?;
                rest = &after[end..];
            }
        }
        Ok(vec![out + rest])
    }
}

/// What Linux takes of arguments at a start, and how much larger they are not made by variables.
const LONGEST: usize = 2 << 20;
const TOO_LONG: &str = "ExecStart comes to more than 2 MiB of arguments, which nothing can be started with";

impl Start {
    /// What a line of `ExecStart` starts.
    #[must_use]
    pub fn of(line: &str, environment: &Environment) -> Self {
        match Self::parse(line, environment) {
            Ok(settings) => Start::Known(Box::new(settings)),
            Err(reason) => Start::Unclear(reason),
        }
    }

    fn parse(line: &str, environment: &Environment) -> Result<Settings, String> {
        // `@` makes the second word the program's own name; the others change how it is run.
        let bare = line.trim_start_matches(['@', '-', ':', '+', '!', '|']);
        let named = line[..line.len() - bare.len()].contains('@');
        let plain = line[..line.len() - bare.len()].contains(':');
        let mut all = words(bare).map_err(|reason| format!("ExecStart: {reason}"))?;
        if all.is_empty() {
            return Err("ExecStart is empty".into());
        }
        let program = all.remove(0);
        if named && !all.is_empty() {
            all.remove(0);
        }
        if !is_engine(&program) {
            return Err("ExecStart starts another program than dockerd".into());
        }
        let mut arguments: Vec<String> = Vec::new();
        let mut length = 0;
        for word in all {
            let words = if plain { vec![word] } else { environment.expand(&word)? };
            length += words.iter().map(|word| word.len() + 1).sum::<usize>();
            if length > LONGEST {
                return Err(TOO_LONG.into());
            }
            arguments.extend(words);
        }
        Ok(Settings::from_arguments(&arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_and_comments_do_not_end_them() {
        let text = "[Unit]\nA=b\n# no\n[Service]\nExecStart=/usr/bin/dockerd \\\n  # no\n  -H fd:// \\\n  -H tcp://0.0.0.0\n; no\nX = y \r\n";
        let found = assignments(text);
        assert_eq!(found[1].2, "/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0");
        assert_eq!(found[2], ("Service".into(), "X".into(), "y".into()));
    }

    #[test]
    fn variables_become_words_or_stay_in_theirs() {
        let mut environment = Environment::default();
        environment.assign("\"A=-H tcp://0.0.0.0:2375\" B=unix:///x").expect("words");
        let hosts = |line: &str, environment: &Environment| match Start::of(line, environment) {
            Start::Known(settings) => settings.hosts.get().cloned().unwrap_or_default(),
            Start::Unclear(reason) => vec![format!("unclear: {reason}")],
        };
        assert_eq!(hosts("/usr/bin/dockerd $A", &environment), ["tcp://0.0.0.0:2375"]);
        assert_eq!(hosts("/usr/bin/dockerd -H ${B}", &environment), ["unix:///x"]);
        assert_eq!(hosts("/usr/bin/dockerd --host=$B $NOT", &environment), ["unix:///x"]);
        assert_eq!(hosts("-/usr/bin/dockerd -H fd://", &environment), ["fd://"]);
        assert!(hosts("/bin/sh -c \"dockerd $A\"", &environment)[0].starts_with("unclear"));
        assert!(hosts("/usr/bin/dockerd \"-H", &environment)[0].starts_with("unclear"));
        assert_eq!(environment.read("DOCKER_OPTS=\"-H tcp://1.2.3.4\"\n#X=1\n"), ["DOCKER_OPTS"]);
        assert_eq!(hosts("/usr/bin/dockerd $DOCKER_OPTS", &environment), ["tcp://1.2.3.4"]);
        environment.miss("/etc/default/docker", "permission denied");
        assert!(hosts("/usr/bin/dockerd $A", &environment)[0].starts_with("unclear"));
        assert_eq!(hosts("/usr/bin/dockerd -H fd://", &environment), ["fd://"]);
    }

    /// Files that are no longer than is read of one, and asked for minutes or gigabytes.
    #[test]
    fn long_units_take_no_longer_than_they_are() {
        let lines = "A=b\\\n".repeat(1 << 17);
        assert_eq!(assignments(&lines).len(), 1);
        let mut environment = Environment::default();
        let known = |start: Start| matches!(start, Start::Known(_));
        let open = format!("/usr/bin/dockerd x{}", "${".repeat(1 << 19));
        assert!(known(Start::of(&open, &environment)));
        environment.read(&format!("A={}", "b".repeat(1 << 20)));
        assert!(known(Start::of("/usr/bin/dockerd $A", &environment)));
        for many in ["x${A}", " $A", " x$A"] {
            let start = Start::of(&format!("/usr/bin/dockerd {}", many.repeat(1 << 17)), &environment);
            assert_eq!(start, Start::Unclear(TOO_LONG.into()), "{many}");
        }
    }

    #[test]
    fn a_port_is_no_path() {
        for (listen, tcp) in
            [("2375", true), ("0.0.0.0:2375", true), ("[::]:2375", true), ("/run/docker.sock", false), ("@x", false)]
        {
            assert_eq!(is_tcp_stream(listen), tcp, "{listen}");
        }
        assert!(!is_tcp_stream("%t/docker.sock"));
        assert!(is_tcp_stream("%H:2375"));
        assert_eq!(expanded("%t/docker-%%t.sock"), "/run/docker-%t.sock");
    }
}
