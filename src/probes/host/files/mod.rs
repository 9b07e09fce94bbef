//! Owners and modes of the engine's files: one question, asked of many files.
//!
//! How this could pass without evidence: a file that a copy of a node lacks, one that could not be looked
//! at, a link whose end was not seen, certificates that nobody listed, settings that may name a file and
//! were not read, a name `root` that somebody gave to another number. Missing counts only where something
//! else shows that this root holds an engine; numbers decide, names are shown; everything else is
//! undecided.

mod population;
mod rules;
#[cfg(test)]
mod tests;

pub use rules::*;

use self::population::{Item, Missing, Population};
use super::{Tally, Words, on_linux};
use crate::facts::host::{Daemon, Entry, Files, Groups, Kind, Looked, Os};
use crate::facts::proof::Proven;
use crate::facts::{Absent, Fact, Facts, Host, Need, Read};
use crate::finding::{Finding, Observation};
use crate::policy::Policy;
use crate::probes::{Card, Probe};

#[cfg(test)]
pub(super) use tests::cases;

/// A rule about the owner or the mode of files.
#[derive(Debug)]
pub struct FileRule {
    card: &'static Card,
    which: Which,
    wants: Wants,
    /// What the check's own command must print.
    letter: Letter,
    /// How that differs.
    parts: &'static str,
    /// What is said where the rule is not about any host.
    outside: &'static str,
}

/// Which files a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    /// The file of `docker.service`.
    Service,
    /// The file of `docker.socket`.
    SocketUnit,
    /// `/etc/docker`.
    Directory,
    /// `/etc/docker/certs.d`: directories and files for owners, files for modes.
    RegistryCertificates,
    /// A file that the engine's settings name.
    Tls(Tls),
    /// The socket of the API.
    Socket,
    /// `daemon.json`.
    DaemonJson,
    /// `/etc/default/docker` on Ubuntu.
    Defaults,
}

/// The files of the engine's TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    Ca,
    Certificate,
    Key,
}

/// What a file must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wants {
    /// User 0 and group 0.
    Root,
    /// User 0 and the group docker.
    RootDocker,
    /// This mode or a more restrictive one.
    AtMost(u32),
    /// This mode.
    Exactly(u32),
}

/// What the check's `stat` must print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    /// `stat -c %U:%G`: something with this in it.
    Owners(&'static str),
    /// `stat -c %a`: this mode or less.
    AtMost(u32),
    /// `stat -c %a`: exactly this.
    Mode(u32),
}

/// What was read of a host.
pub(super) struct View<'a> {
    files: &'a Read<Files>,
    daemon: Option<&'a Read<Daemon>>,
    os: Option<&'a Read<Os>>,
    groups: Option<&'a Read<Groups>>,
    /// What the rule would read besides and is not there.
    pub(super) absent: Vec<Absent>,
}

impl Probe for FileRule {
    fn card(&self) -> &'static Card {
        self.card
    }

    fn decide(&self, facts: &Facts, policy: &Policy) -> Result<Finding, Absent> {
        let mut hosts = facts.hosts_with(|host| self.view(host), on_linux)?;
        hosts.lack(|view| &view.absent);
        let mut tally = Tally::default();
        for (host, view) in &hosts.seen {
            self.judge(&host.name, view, policy, &mut tally);
        }
        let words = Words {
            pass: "Every file that the rule is about is as it should be.",
            fail: "Not every file that the rule is about is as it should be.",
            undecided: "Some of what the rule is about could not be seen.",
            outside: self.outside,
            letter: self.parts,
        };
        Ok(tally.conclude(&hosts, &words))
    }
}

impl FileRule {
    /// What is read of a host. Without its files there is nothing to say; of the rest, what is there.
    pub(super) fn view<'a>(&self, host: &'a Host) -> Result<View<'a>, Absent> {
        fn part<'a, T: Proven>(wanted: bool, fact: &'a Fact<T>, absent: &mut Vec<Absent>) -> Option<&'a Read<T>> {
            let read = wanted.then(|| fact.read())?;
            read.map_err(|reason| absent.push(reason)).ok()
        }
        let needs = |need| self.card.needs.contains(&need);
        let mut absent = Vec::new();
        Ok(View {
            files: host.files.read()?,
            daemon: part(needs(Need::HostDaemon), &host.daemon, &mut absent),
            os: part(needs(Need::HostOs), &host.os, &mut absent),
            groups: part(needs(Need::HostGroups), &host.groups, &mut absent),
            absent,
        })
    }

    /// What is to be said of a host.
    pub(super) fn judge(&self, host: &str, view: &View<'_>, policy: &Policy, tally: &mut Tally) {
        let origin = &view.files.origin;
        let items = match self.population(view, policy) {
            Population::Outside(why, origin) => {
                let expected = self.expected();
                tally.outside.push(Observation::seen(origin, host, expected, why, true));
                tally.letter.push(self.letter_says(view, policy));
                return;
            }
            // What is not there is told by itself.
            Population::Unknown(_) if !view.absent.is_empty() => return,
            Population::Unknown(why) => {
                tally.observations.push(Observation::undecided(origin, host, self.expected(), why));
                return;
            }
            Population::Items(items) => items,
        };
        let mut held: Vec<(String, String)> = Vec::new();
        for item in items {
            let subject = format!("{host}: {}", item.path);
            match self.item(&item, view) {
                Ok((true, actual)) => held.push((subject, actual)),
                Ok((false, actual)) => {
                    let seen = Observation::seen(origin, subject, self.expected(), actual, false);
                    tally.observations.push(seen);
                }
                Err(why) => {
                    let undecided = Observation::undecided(origin, subject, self.expected(), why);
                    tally.observations.push(undecided);
                }
            }
        }
        if let [(subject, actual)] = held.as_slice() {
            let seen = Observation::seen(origin, subject, self.expected(), actual, true);
            tally.observations.push(seen);
        } else if !held.is_empty() {
            let subject = format!("{host}: {} files", held.len());
            let seen = Observation::seen(origin, subject, self.expected(), "as they should be", true);
            tally.observations.push(seen);
        }
        tally.letter.push(self.letter_says(view, policy));
    }

    /// Whether one thing is as it should be, and what it is; an error where that was not seen.
    fn item(&self, item: &Item<'_>, view: &View<'_>) -> Result<(bool, String), String> {
        let entry = match &item.at {
            Looked::Is(entry) => *entry,
            Looked::Unseen(reason) => return Err(reason.clone()),
            Looked::Missing => {
                if view.files.value.signs.is_empty() {
                    return Err("it is not there, and nothing shows that this root holds an engine".into());
                }
                return match item.missing {
                    Missing::Holds(why) => Ok((true, why.into())),
                    Missing::Fails(why) => Ok((false, why.into())),
                    Missing::Undecided(why) => Err(why.into()),
                };
            }
        };
        if let Some(kind) = self.other_kind(&item.path, entry) {
            let what = format!("it is {}, not {}", kind.shown(), self.kind(&item.path).shown());
            return match item.missing {
                // What must be there is not: something else stands in its place.
                Missing::Fails(_) => Ok((false, what)),
                Missing::Holds(_) | Missing::Undecided(_) => Err(what),
            };
        }
        let Some(link) = &entry.link else {
            return self.entry(entry, view).map(|holds| (holds, self.actual(entry)));
        };
        let target = match &link.to {
            Looked::Is(target) => target.as_ref(),
            Looked::Missing => {
                return Err(format!("a link to {}, which is not there", link.target));
            }
            Looked::Unseen(reason) => return Err(format!("a link to {}: {reason}", link.target)),
        };
        // A link has no mode of its own; its owner can make it lead elsewhere.
        let own = match self.wants {
            Wants::Root => self.entry(entry, view)?,
            Wants::RootDocker => entry.uid == 0,
            Wants::AtMost(_) | Wants::Exactly(_) => true,
        };
        let holds = own && self.entry(target, view)?;
        let of_link = if own { String::new() } else { format!(", the link itself of {}", entry.owners()) };
        Ok((holds, format!("{} (a link to {}{of_link})", self.actual(target), link.target)))
    }

    /// What the rule takes a path for.
    fn kind(&self, path: &str) -> Kind {
        match self.which {
            Which::Socket => Kind::Socket,
            Which::Directory if path == "/etc/docker" => Kind::Directory,
            _ => Kind::File,
        }
    }

    /// What is at the path, or at the end of its links, where that is not what the rule takes it for.
    fn other_kind(&self, path: &str, entry: &Entry) -> Option<Kind> {
        let end = match &entry.link {
            Some(link) => link.to.get()?.kind,
            None => entry.kind,
        };
        let directories = self.which == Which::RegistryCertificates && self.wants == Wants::Root;
        (end != self.kind(path) && !(directories && end == Kind::Directory)).then_some(end)
    }

    fn entry(&self, entry: &Entry, view: &View<'_>) -> Result<bool, String> {
        match self.wants {
            Wants::Root => Ok(entry.uid == 0 && entry.gid == 0),
            // Whoever the group is, nobody but root may own it.
            Wants::RootDocker if entry.uid != 0 => Ok(false),
            Wants::RootDocker => {
                let groups = view.groups.map(|groups| &groups.value);
                let docker = match groups.map(|groups| (&groups.docker, groups.elsewhere.as_slice())) {
                    Some((Looked::Is(docker), _)) => Some(docker.gid),
                    Some((Looked::Missing, [])) => None,
                    Some((Looked::Missing, elsewhere)) => {
                        return Err(format!(
                            "/etc/group has no group docker, and {} was not asked",
                            elsewhere.join(", ")
                        ));
                    }
                    Some((Looked::Unseen(reason), _)) => return Err(reason.clone()),
                    None => return Err("the group docker was not looked up".into()),
                };
                Ok(docker == Some(entry.gid))
            }
            // Whom the group's bits are for an access control list says, not the mode alone.
            Wants::AtMost(mode) if self.which == Which::Socket => Ok(entry.is_at_most(mode) && entry.acl.is_empty()),
            Wants::AtMost(mode) => Ok(entry.is_at_most(mode)),
            Wants::Exactly(mode) => Ok(entry.mode == mode),
        }
    }

    fn actual(&self, entry: &Entry) -> String {
        let what = match self.wants {
            Wants::Root | Wants::RootDocker => entry.owners(),
            Wants::AtMost(_) | Wants::Exactly(_) => entry.octal(),
        };
        if entry.acl.is_empty() {
            what
        } else {
            format!("{what}, and its access control list names {}", entry.acl.join(", "))
        }
    }

    fn expected(&self) -> String {
        match self.wants {
            Wants::Root => "root:root (0:0)".into(),
            Wants::RootDocker => "root:docker".into(),
            Wants::AtMost(mode) => format!("mode {mode:o} or more restrictive"),
            Wants::Exactly(mode) => format!("mode {mode:o}"),
        }
    }

    /// What the check's own command would say on this host. None where it says nothing, or where what it
    /// would print is not known.
    fn letter_says(&self, view: &View<'_>, policy: &Policy) -> Option<bool> {
        let (paths, missing) = self.letter_paths(view, policy)?;
        let mut all = true;
        for path in paths {
            let holds = match view.files.value.at(&path) {
                Looked::Is(entry) => self.letter.prints(entry)?,
                Looked::Missing => missing?,
                Looked::Unseen(_) => return None,
            };
            all &= holds;
        }
        Some(all)
    }
}

impl Letter {
    /// Whether `stat`, which does not follow links, prints what it should.
    fn prints(self, entry: &Entry) -> Option<bool> {
        match self {
            Letter::Owners(wanted) => {
                // Number 0 without a name in the files that were read: nobody knows what it is called.
                let known = |name: &Option<String>, id: u32| name.is_some() || id != 0;
                if !known(&entry.user, entry.uid) || !known(&entry.group, entry.gid) {
                    return None;
                }
                Some(entry.owners().contains(wanted))
            }
            Letter::AtMost(mode) => Some(entry.link.is_none() && entry.is_at_most(mode)),
            Letter::Mode(mode) => Some(entry.link.is_none() && entry.mode == mode),
        }
    }
}
