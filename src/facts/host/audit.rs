//! The rules of the kernel's audit system: what is watched.

use serde::{Deserialize, Serialize};

use super::Looked;
use crate::facts::Later;

/// What is audited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRules {
    /// Where the rules were read.
    pub source: RuleSource,
    /// The program auditd, or another sign that it is installed.
    pub auditd: Looked<String>,
    /// Each rule that watches a path.
    pub watches: Vec<Watch>,
    /// Rules that keep records from being written: all of them, or nobody can tell which.
    pub silencing: Vec<String>,
    /// Rules that keep records of a path from being written.
    pub exempt: Vec<Watch>,
    /// Auditing is switched off (`enabled 0`, `-e 0`).
    pub off: bool,
    /// Rules that are not understood, by number of their line.
    pub unclear: Vec<String>,
    /// How many rules there are.
    pub count: u64,
    /// The rules of `/etc/audit/audit.rules` where they are others than augenrules makes of rules.d: which of the two
    /// the kernel has loaded is not known.
    #[serde(default, skip_serializing_if = "Later::is_unknown")]
    pub on_disk: Later<Option<Box<AuditRules>>>,
}

/// Where audit rules were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSource {
    /// From the kernel: `auditctl -l`.
    Loaded,
    /// From files, which the kernel may not have loaded.
    Files(Vec<String>),
    /// From nowhere: there are none.
    #[default]
    Nowhere,
}

/// A rule that watches a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    /// The path as the rule has it.
    pub path: String,
    /// The same without links, where it is there.
    pub real: Option<String>,
    /// It covers what is below the path as well.
    pub deep: bool,
    /// It reports writing.
    pub writes: bool,
    /// It reports execution.
    pub executes: bool,
    /// Its keys.
    pub keys: Vec<String>,
    /// It reports some accesses only.
    pub narrowed: Narrowed,
}

/// What a rule leaves out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Narrowed {
    /// Nothing.
    #[default]
    No,
    /// What no person did: processes without a login (`auid>=1000`, `auid!=unset`).
    ToPeople,
    /// What its other conditions leave out.
    Further(String),
}

impl Watch {
    /// It covers a path: it is about this path, or about a directory above it.
    #[must_use]
    pub fn covers(&self, path: &str) -> bool {
        let about = |own: &str| {
            let own = own.trim_end_matches('/');
            path == own || (self.deep && path.strip_prefix(own).is_some_and(|rest| rest.starts_with('/')))
        };
        about(&self.path) || self.real.as_deref().is_some_and(about)
    }

    /// It leaves out nothing but what no person did.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !matches!(self.narrowed, Narrowed::Further(_))
    }
}

impl AuditRules {
    /// Reads rules as `auditctl -l` prints them and as `auditctl -R` reads them from a file. `-D`, `-W` and `-d` take
    /// back what stands before them; behind `-e 2` the kernel takes no more.
    pub fn add(&mut self, text: &str) {
        let before = self.watches.len();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') || line == "No rules" {
                continue;
            }
            let options = match options(line) {
                Ok(options) => options,
                Err(why) => {
                    self.unclear.push(format!("rule {}: {why}", number + 1));
                    continue;
                }
            };
            let value = |name: char| options.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
            if options.iter().any(|(name, _)| matches!(name, 'a' | 'A' | 'w')) {
                self.count += 1;
                self.rule(&options, line);
            } else if value('D').is_some() {
                self.delete_all(before, value('k'));
            } else if value('W').is_some() || value('d').is_some() {
                if let Some(path) = value('W').or_else(|| path_of(&options)) {
                    self.watches.retain(|watch| watch.path != path);
                }
            } else if let Some(enabled) = value('e') {
                self.off = enabled == "0";
                if enabled == "2" {
                    break;
                }
            }
        }
    }

    /// `-D` takes back every rule, `-D -k KEY` those with the key.
    fn delete_all(&mut self, before: usize, key: Option<&str>) {
        let Some(key) = key else {
            self.watches.truncate(before);
            self.silencing.clear();
            self.exempt.clear();
            return;
        };
        self.watches.retain(|watch| !watch.keys.iter().any(|own| own == key));
    }

    fn rule(&mut self, options: &[(char, &str)], line: &str) {
        let rule = Rule::of(options);
        let on = |list: &str| rule.lists.contains(&list);
        if on("exclude") {
            // What it excludes by anything but a type of record is not known to be harmless.
            if !rule.excludes_harmless {
                self.silencing.push(line.to_owned());
            }
        } else if on("never") {
            let about_path = rule.watch.is_some() && !on("task");
            match rule.watch {
                Some(watch) if about_path => self.exempt.push(watch),
                _ if rule.some_calls && !on("task") => {}
                _ => self.silencing.push(line.to_owned()),
            }
        } else if let Some(watch) = rule.watch
            && (rule.lists.is_empty() || (on("always") && on("exit")))
        {
            self.watches.push(watch);
        }
    }

    /// The sets of rules of which one is loaded: these, and those of audit.rules where they are others. An error where
    /// the version that collected them read all files as one.
    pub fn all(&self) -> Result<Vec<&AuditRules>, String> {
        let others = match &self.source {
            RuleSource::Files(files) if files.len() > 1 => {
                self.on_disk.read("the audit rules file by file").map_err(|absent| absent.to_string())?.as_ref()
            }
            _ => self.on_disk.known().and_then(Option::as_ref),
        };
        Ok(std::iter::once(self).chain(others.map(Box::as_ref)).collect())
    }
}

/// What augenrules makes of the files of rules.d, in their order: of the control options `-D`, `-b` and `-f` the last
/// of each goes to the top, `-e` to the end; rules stay in order.
#[must_use]
pub fn generated<'a>(files: impl IntoIterator<Item = &'a str>) -> String {
    let (mut top, mut rules, mut end) = ([None; 3], Vec::new(), None);
    for line in files.into_iter().flat_map(str::lines).map(str::trim) {
        match line.get(..2) {
            _ if line.starts_with('#') => {}
            Some("-D") => top[0] = Some(line),
            Some("-b") => top[1] = Some(line),
            Some("-f") => top[2] = Some(line),
            Some("-e") => end = Some(line),
            _ if line.is_empty() => {}
            _ => rules.push(line),
        }
    }
    let lines: Vec<&str> = top.into_iter().flatten().chain(rules).chain(end).collect();
    lines.join("\n") + "\n"
}

/// The options of a line in order, as getopt takes them: `-p wa` is `-pwa`. An error where one is not known.
fn options(line: &str) -> Result<Vec<(char, &str)>, String> {
    const VALUED: &str = "aAwWpkSFCdebfrqRsm";
    const PLAIN: &str = "Dcitlvh";
    const LONG_VALUED: &[&str] = &["--backlog_wait_time", "--signal"];
    const LONG_PLAIN: &[&str] = &["--loginuid-immutable", "--reset-lost", "--reset_backlog_wait_time_actual"];
    let mut found = Vec::new();
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        let name = word.split_once('=').map_or(word, |(name, _)| name);
        if LONG_PLAIN.contains(&name) {
            continue;
        }
        if LONG_VALUED.contains(&name) {
            if name == word {
                words.next().ok_or_else(|| format!("{word} without a value"))?;
            }
            continue;
        }
        let mut letters = word.strip_prefix('-').ok_or_else(|| format!("{word} is not known"))?;
        if letters.is_empty() {
            return Err("- is not known".into());
        }
        while let Some(letter) = letters.chars().next() {
            letters = &letters[letter.len_utf8()..];
            if VALUED.contains(letter) {
                let value = if letters.is_empty() { words.next() } else { Some(letters) };
                found.push((letter, value.ok_or_else(|| format!("-{letter} without a value"))?));
                break;
            }
            if !PLAIN.contains(letter) {
                return Err(format!("{word} is not known"));
            }
            found.push((letter, ""));
        }
    }
    Ok(found)
}

fn path_of<'a>(options: &[(char, &'a str)]) -> Option<&'a str> {
    let values = options.iter().map(|(_, value)| *value);
    values.into_iter().find_map(|value| value.strip_prefix("path=").or(value.strip_prefix("dir=")))
}

/// One rule, taken apart.
struct Rule<'a> {
    /// List and action: `always,exit`. None for `-w`.
    lists: Vec<&'a str>,
    /// The path that it is about, or the program that an `exe` names.
    watch: Option<Watch>,
    /// It is about some system calls only, none of which starts a program or opens a file.
    some_calls: bool,
    /// It excludes a type of record by name, and none that tells what was executed.
    excludes_harmless: bool,
}

impl<'a> Rule<'a> {
    fn of(options: &[(char, &'a str)]) -> Self {
        let mut lists = Vec::new();
        let mut watch = Watch::default();
        let mut permissions: Option<&str> = None;
        let mut calls: Vec<&str> = Vec::new();
        let mut further: Vec<&str> = Vec::new();
        let mut types = Vec::new();
        for (name, value) in options {
            match name {
                'w' => {
                    (*value).clone_into(&mut watch.path);
                    watch.deep = true;
                }
                'p' => permissions = Some(value),
                'k' => watch.keys.push((*value).to_owned()),
                'a' | 'A' => lists = value.split(',').collect(),
                'S' => calls.extend(value.split(',')),
                _ => {
                    let (field, text) = value.split_once('=').unwrap_or((value, ""));
                    match field {
                        "path" | "dir" if watch.path.is_empty() => {
                            text.clone_into(&mut watch.path);
                            watch.deep = field == "dir";
                        }
                        "perm" => permissions = Some(text),
                        "key" => watch.keys.push(text.to_owned()),
                        "arch" => {}
                        "msgtype" => types.push(text),
                        // A rule with `never` keeps what the program does from being recorded, its start among it.
                        "exe" if lists.contains(&"never") && watch.path.is_empty() => {
                            text.clone_into(&mut watch.path);
                        }
                        _ if is_people(value) => watch.narrowed = Narrowed::ToPeople,
                        _ => further.push(value),
                    }
                }
            }
        }
        let all = calls.is_empty() || calls.contains(&"all");
        let opens = ["open", "openat", "openat2", "write"];
        let starts = ["execve", "execveat"];
        let permits = |letter| permissions.is_none_or(|p| p.contains(letter));
        watch.writes = permits('w') && (all || calls.iter().any(|call| opens.contains(call)));
        watch.executes = permits('x') && (all || calls.iter().any(|call| starts.contains(call)));
        let told = ["EXECVE", "1309", "SYSCALL", "1300"];
        let named = |text: &&str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let excludes_harmless = further.is_empty()
            && watch.path.is_empty()
            && watch.narrowed == Narrowed::No
            && !types.is_empty()
            && types.iter().all(|text| named(text) && !told.contains(text));
        if !further.is_empty() {
            watch.narrowed = Narrowed::Further(further.join(" "));
        }
        Rule {
            some_calls: !(watch.writes || watch.executes || all),
            watch: (!watch.path.is_empty()).then_some(watch),
            lists,
            excludes_harmless,
        }
    }
}

/// The conditions that rules about what people do are usually written with.
fn is_people(field: &str) -> bool {
    let unset = ["auid!=unset", "auid!=-1", "auid!=4294967295"];
    let human = ["auid>=1000", "auid>=500"];
    unset.contains(&field) || human.contains(&field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> AuditRules {
        let mut rules = AuditRules::default();
        rules.add(text);
        rules
    }

    #[test]
    fn both_ways_of_writing_a_watch_are_read() {
        for text in [
            "-w /etc/docker -p wa -k docker",
            "-w /etc/docker/ -p rwxa -k docker\n",
            "-a always,exit -S all -F dir=/etc/docker -F perm=wa -F key=docker",
            "-a exit,always -F dir=/etc/docker -F perm=wa -F auid>=1000 -F auid!=unset -k docker\r\n",
        ] {
            let rules = rules(text);
            let [watch] = rules.watches.as_slice() else { panic!("{text}: {rules:?}") };
            assert!(watch.covers("/etc/docker/daemon.json"), "{text}");
            assert!(watch.covers("/etc/docker"), "{text}");
            assert!(!watch.covers("/etc/docker-x"), "{text}");
            assert!(watch.writes && watch.is_whole(), "{text}");
            assert_eq!(watch.keys, ["docker"], "{text}");
        }
    }

    #[test]
    fn what_narrows_a_rule_is_told() {
        let one = |text: &str| rules(text).watches[0].clone();
        assert!(!one("-a always,exit -F path=/etc/docker -F perm=wa").covers("/etc/docker/x"));
        assert!(!one("-a always,exit -F path=/x -F uid=7").is_whole());
        assert!(!one("-w /x -p r").writes);
        assert!(one("-w /x").executes && one("-w /x").writes);
        let exec = one("-a always,exit -F arch=b64 -S execve -F path=/usr/bin/docker -k docker");
        assert!(exec.executes && !exec.writes);
        assert!(rules("-a never,exit -F path=/x -F perm=wa").watches.is_empty());
        assert!(rules("-a always,exclude -F msgtype=CWD").silencing.is_empty());
        assert_eq!(rules("-a always,exclude -F msgtype=EXECVE").silencing.len(), 1);
        assert_eq!(rules("-a never,task").silencing.len(), 1);
        assert_eq!(rules("-a never,exit -F arch=b64 -S adjtimex -F auid=unset").silencing.len(), 0);
        assert_eq!(rules("-a never,exit -F auid=0").silencing.len(), 1);
        assert_eq!(rules("-a never,exit -F exe=/usr/bin/docker").exempt[0].path, "/usr/bin/docker");
        for excludes in ["-F msgtype>=1300", "-F auid=0", "-F exe=/usr/bin/docker", "-F msgtype=CWD -F uid=0"] {
            assert_eq!(rules(&format!("-a always,exclude {excludes}")).silencing.len(), 1, "{excludes}");
        }
        let both = one("-a always,exit -F path=/x -F dir=/y");
        assert!(both.covers("/x") && !both.is_whole());
    }

    #[test]
    fn options_are_read_as_getopt_reads_them() {
        for text in [
            "-w/usr/bin/docker -prwxa -kdocker",
            "-k docker -p rwxa -w /usr/bin/docker",
            "-aalways,exit -Fpath=/usr/bin/docker -Fperm=rwxa -Fkey=docker",
        ] {
            let rules = rules(text);
            let [watch] = rules.watches.as_slice() else { panic!("{text}: {rules:?}") };
            assert_eq!((watch.path.as_str(), watch.keys.as_slice()), ("/usr/bin/docker", &["docker".to_owned()][..]));
            assert!(watch.executes && watch.writes, "{text}");
        }
        assert!(rules("-e0").off);
        assert_eq!(rules("--backlog_wait_time 60000\n--loginuid-immutable\n-c\n-i\n-r 100\n"), AuditRules::default());
        for text in ["-x /y", "-w", "watch /x", "-"] {
            assert_eq!(rules(text).unclear.len(), 1, "{text}");
        }
    }

    #[test]
    fn augenrules_takes_control_options_out_of_order() {
        let first = "-a task,never\n# a comment\n-w /x\n-e 2\n";
        let text = generated([first, "-D\n-b 8192\n  -w /y -k docker\n"]);
        assert_eq!(text, "-D\n-b 8192\n-a task,never\n-w /x\n-w /y -k docker\n-e 2\n");
        let rules = rules(&text);
        assert_eq!(rules.silencing, ["-a task,never"]);
        assert_eq!(rules.watches.len(), 2);
    }

    #[test]
    fn the_kernel_takes_no_rules_once_they_are_locked() {
        assert_eq!(rules("-w /x\n-e 2\n-w /y\n").watches.len(), 1);
        assert_eq!(rules("-w /x -k a\n-w /y -k b\n-D -k a\n").watches[0].path, "/y");
    }

    #[test]
    fn what_is_taken_back_does_not_count() {
        assert!(rules("-w /x -k docker\n-D\n").watches.is_empty());
        assert!(rules("-w /x -k docker\n-W /x -k docker\n").watches.is_empty());
        assert!(rules("-e 0\n").off && !rules("-e 0\n-e 2\n").off);
        assert_eq!(rules("-w\n").unclear.len(), 1);
        assert_eq!(rules("No rules\n"), AuditRules::default());
    }
}
