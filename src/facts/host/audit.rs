//! The rules of the kernel's audit system: what is watched.

use serde::{Deserialize, Serialize};

use super::Looked;

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
    /// Reads rules as `auditctl -l` prints them and files hold them. `-D`, `-W` and `-d` take back what
    /// stands before them.
    pub fn add(&mut self, text: &str) {
        let before = self.watches.len();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') || line == "No rules" {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[0] {
                "-D" => {
                    self.watches.truncate(before);
                    self.silencing.clear();
                    self.exempt.clear();
                }
                "-W" | "-d" => {
                    if let Some(path) = path_of(&words) {
                        self.watches.retain(|watch| watch.path != path);
                    }
                }
                "-e" => self.off = words.get(1) == Some(&"0"),
                "-w" | "-a" | "-A" => {
                    self.count += 1;
                    if let Err(why) = self.rule(&words) {
                        self.unclear.push(format!("rule {}: {why}", number + 1));
                    }
                }
                _ => {}
            }
        }
    }

    fn rule(&mut self, words: &[&str]) -> Result<(), String> {
        let rule = Rule::parse(words)?;
        let list = rule.list;
        if list.contains(&"never") {
            let narrow = rule.watch.is_some() || rule.some_calls || rule.exe;
            if list.contains(&"task") || !narrow {
                self.silencing.push(words.join(" "));
            } else if let Some(watch) = rule.watch {
                self.exempt.push(watch);
            }
            return Ok(());
        }
        if list.contains(&"exclude") && rule.excludes_commands {
            self.silencing.push(words.join(" "));
            return Ok(());
        }
        let counts = list.is_empty() || (list.contains(&"always") && list.contains(&"exit"));
        if let Some(watch) = rule.watch
            && counts
        {
            self.watches.push(watch);
        }
        Ok(())
    }
}

fn path_of<'a>(words: &[&'a str]) -> Option<&'a str> {
    let value = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    value("-W").or_else(|| words.iter().find_map(|word| word.strip_prefix("path=").or(word.strip_prefix("dir="))))
}

/// One rule, taken apart.
struct Rule<'a> {
    list: Vec<&'a str>,
    watch: Option<Watch>,
    /// It is about some system calls only, none of which starts a program or opens a file.
    some_calls: bool,
    exe: bool,
    excludes_commands: bool,
}

impl<'a> Rule<'a> {
    fn parse(words: &[&'a str]) -> Result<Self, String> {
        let mut rule = Rule { list: Vec::new(), watch: None, some_calls: false, exe: false, excludes_commands: false };
        let mut watch = Watch::default();
        let mut permissions: Option<&str> = None;
        let mut calls: Vec<&str> = Vec::new();
        let mut further: Vec<&str> = Vec::new();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} without a value"));
            match word {
                "-w" => {
                    value()?.clone_into(&mut watch.path);
                    watch.deep = true;
                }
                "-p" => permissions = Some(value()?),
                "-k" => watch.keys.push(value()?.to_owned()),
                "-a" | "-A" => rule.list = value()?.split(',').collect(),
                "-S" => calls.extend(value()?.split(',')),
                "-F" | "-C" => {
                    let field = value()?;
                    let (name, text) = field.split_once('=').unwrap_or((field, ""));
                    match name {
                        "path" => text.clone_into(&mut watch.path),
                        "dir" => {
                            text.clone_into(&mut watch.path);
                            watch.deep = true;
                        }
                        "perm" => permissions = Some(text),
                        "key" => watch.keys.push(text.to_owned()),
                        "arch" => {}
                        "exe" => {
                            rule.exe = true;
                            further.push(field);
                        }
                        "msgtype" => {
                            let commands = ["EXECVE", "1309", "SYSCALL", "1300"];
                            rule.excludes_commands |= commands.contains(&text);
                        }
                        _ if is_people(field) => watch.narrowed = Narrowed::ToPeople,
                        _ => further.push(field),
                    }
                }
                other => return Err(format!("{other} is not known")),
            }
        }
        let all = calls.is_empty() || calls.contains(&"all");
        let opens = ["open", "openat", "openat2", "write"];
        let permits = |letter| permissions.is_none_or(|p| p.contains(letter));
        watch.writes = permits('w') && (all || calls.iter().any(|call| opens.contains(call)));
        watch.executes = permits('x') && (all || calls.contains(&"execve"));
        if !further.is_empty() {
            watch.narrowed = Narrowed::Further(further.join(" "));
        }
        rule.some_calls = !(watch.writes || watch.executes || all);
        if !watch.path.is_empty() {
            rule.watch = Some(watch);
        }
        Ok(rule)
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
