//! Which files a rule is about on one host.

use super::{FileRule, Tls, View, Wants, Which};
use crate::facts::Origin;
use crate::facts::field::Field;
use crate::facts::host::{
    CONFIG, DEFAULT_CA, DEFAULT_CERTIFICATE, DEFAULT_KEY, Daemon, Entry, Files, Kind, Looked, Settings,
};
use crate::policy::Policy;

/// What a rule is about on one host.
pub(super) enum Population<'a> {
    /// These files.
    Items(Vec<Item<'a>>),
    /// Nothing, for this reason, which was seen there.
    Outside(String, &'a Origin),
    /// Nobody knows, for this reason.
    Unknown(String),
}

/// A file that a rule is about.
pub(super) struct Item<'a> {
    pub(super) path: String,
    pub(super) at: Looked<&'a Entry>,
    pub(super) missing: Missing,
}

/// What it means that a file is not there.
pub(super) enum Missing {
    Holds(&'static str),
    Fails(&'static str),
    Undecided(&'static str),
}

const CERTIFICATES: &str = "/etc/docker/certs.d";
const DEFAULTS: &str = "/etc/default/docker";
const SOCKET: &str = "/var/run/docker.sock";

impl FileRule {
    pub(super) fn population<'a>(&self, view: &View<'a>, policy: &Policy) -> Population<'a> {
        let files = &view.files.value;
        let one =
            |path: &str, missing| Population::Items(vec![Item { path: path.to_owned(), at: files.at(path), missing }]);
        match self.which {
            Which::Service | Which::SocketUnit => self.unit(view),
            Which::Directory => {
                let item = |path: &str, missing| Item { path: path.to_owned(), at: files.at(path), missing };
                let gone = "there is no such directory, and the check must see its owner and mode";
                let mut items = vec![item("/etc/docker", Missing::Fails(gone))];
                let ubuntu = view.os.is_some_and(|os| os.value.is_ubuntu());
                if ubuntu && !files.at(DEFAULTS).is_missing() {
                    items.push(item(DEFAULTS, Missing::Holds("there is no such file")));
                }
                Population::Items(items)
            }
            Which::RegistryCertificates => self.certificates(view),
            Which::Tls(which) => tls(which, view, policy),
            Which::Socket => sockets(view),
            Which::DaemonJson => self.daemon_json(view),
            Which::Defaults => match (view.os, files.at(DEFAULTS)) {
                (None, _) => Population::Unknown("the operating system is not known".into()),
                (Some(os), _) if !os.value.is_ubuntu() => {
                    Population::Outside(format!("{} is not Ubuntu", os.value.shown()), &os.origin)
                }
                (Some(_), Looked::Missing) if !files.signs.is_empty() => {
                    Population::Outside(format!("there is no {DEFAULTS}"), &view.files.origin)
                }
                _ => one(DEFAULTS, Missing::Undecided("there is no such file")),
            },
        }
    }

    fn unit<'a>(&self, view: &View<'a>) -> Population<'a> {
        let Some(daemon) = view.daemon else {
            return Population::Unknown("the units were not looked at".into());
        };
        let unit = match self.which {
            Which::Service => Some(&daemon.value.service.unit),
            _ => daemon.value.sockets.first().map(|socket| &socket.unit),
        };
        let Some(unit) = unit else {
            return Population::Unknown("the unit was not looked at".into());
        };
        let missing = Missing::Holds("there is no such unit file: nothing to find");
        let (path, at) = match unit.path() {
            Looked::Is(path) => (path.to_owned(), view.files.value.at(path)),
            Looked::Missing => (unit.name.clone(), Looked::Missing),
            Looked::Unseen(reason) => (unit.name.clone(), Looked::Unseen(reason)),
        };
        Population::Items(vec![Item { path, at, missing }])
    }

    /// Directories and files for owners, files alone for modes.
    fn certificates<'a>(&self, view: &View<'a>) -> Population<'a> {
        let files = &view.files.value;
        match files.at(CERTIFICATES) {
            Looked::Unseen(reason) => {
                return Population::Unknown(format!("{CERTIFICATES}: {reason}"));
            }
            Looked::Missing if files.signs.is_empty() => {
                let why = format!("there is no {CERTIFICATES}, and nothing shows that this root holds an engine");
                return Population::Unknown(why);
            }
            Looked::Missing | Looked::Is(_) => {}
        }
        let owners = matches!(self.wants, Wants::Root);
        let items: Vec<Item<'a>> = files
            .below(CERTIFICATES)
            .filter(|file| owners || !file.at.get().is_some_and(is_directory))
            .map(|file| Item {
                path: file.path.clone(),
                at: files.at(&file.path),
                missing: Missing::Undecided("it is not there any more"),
            })
            .collect();
        if items.is_empty() {
            return Population::Items(vec![Item {
                path: format!("{CERTIFICATES}/*"),
                at: Looked::Missing,
                missing: Missing::Holds("no registry certificates: nothing to judge"),
            }]);
        }
        Population::Items(items)
    }

    fn daemon_json<'a>(&self, view: &View<'a>) -> Population<'a> {
        let files = &view.files.value;
        let owner = self.wants == Wants::Root;
        // The rule names the usual file. Where it is not known whether the engine was told to read another,
        // that one is judged; but then it cannot be said that there is none.
        let configs = match view.daemon {
            Some(daemon) => daemon.value.config(),
            None => Err("the engine's settings were not looked at".to_owned()),
        };
        let (paths, unknown) = match configs {
            Ok(configs) => (configs.iter().map(|c| c.path.as_str()).collect(), None),
            Err(reason) => (vec![CONFIG], Some(reason)),
        };
        let gone = paths.iter().all(|path| files.at(path).is_missing());
        if !owner && gone && !files.signs.is_empty() {
            if let Some(reason) = unknown {
                return Population::Unknown(reason);
            }
            let why = "there is no daemon.json, so that it has no mode (DKER-EE-005330 reports that)";
            return Population::Outside(why.into(), &view.files.origin);
        }
        let items = paths.into_iter().map(|path| Item {
            path: path.to_owned(),
            at: files.at(path),
            missing: Missing::Fails("there is no such file, and it must be created"),
        });
        Population::Items(items.collect())
    }

    /// The paths that the check's command names, and what it means if one is missing.
    pub(super) fn letter_paths(&self, view: &View<'_>, policy: &Policy) -> Option<(Vec<String>, Option<bool>)> {
        let files = &view.files.value;
        let hidden = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        // What the shell makes of `certs.d/*` and `certs.d/*/*`.
        let matching = |depth: usize| {
            let matching = files.below(CERTIFICATES).filter(|file| {
                let inside = &file.path[CERTIFICATES.len() + 1..];
                inside.split('/').count() == depth && !inside.split('/').any(hidden)
            });
            matching.map(|file| file.path.clone()).collect()
        };
        match self.which {
            Which::Service | Which::SocketUnit => {
                let Population::Items(items) = self.unit(view) else {
                    return None;
                };
                let seen = items.into_iter().filter(|item| !item.at.is_missing());
                Some((seen.map(|item| item.path).collect(), Some(true)))
            }
            Which::Directory => {
                let ubuntu = view.os.is_some_and(|os| os.value.is_ubuntu());
                let path = if ubuntu && self.wants == Wants::Root { DEFAULTS } else { "/etc/docker" };
                Some((vec![path.into()], Some(false)))
            }
            Which::RegistryCertificates if self.wants == Wants::Root => Some((matching(1), None)),
            Which::RegistryCertificates => Some((matching(2), None)),
            Which::Tls(which) => match tls(which, view, policy) {
                Population::Items(items) => Some((items.into_iter().map(|i| i.path).collect(), None)),
                Population::Outside(..) | Population::Unknown(_) => None,
            },
            Which::Socket => Some((vec![SOCKET.into()], None)),
            Which::DaemonJson => Some((vec![CONFIG.into()], Some(false))),
            Which::Defaults if view.os.is_some_and(|os| os.value.is_ubuntu()) => {
                Some((vec![DEFAULTS.into()], Some(false)))
            }
            Which::Defaults => None,
        }
    }
}

fn is_directory(entry: &Entry) -> bool {
    let kind = match &entry.link {
        Some(link) => link.to.get().map_or(entry.kind, |to| to.kind),
        None => entry.kind,
    };
    kind == Kind::Directory
}

/// The file that settings name, else the policy, else the place where an engine looks that was told to
/// use TLS and not with which files.
fn tls<'a>(which: Tls, view: &View<'a>, policy: &Policy) -> Population<'a> {
    let Some(daemon) = view.daemon else {
        return Population::Unknown("the engine's settings were not looked at".into());
    };
    let said = match daemon.value.said() {
        Ok(said) => said,
        Err(reason) => return Population::Unknown(reason),
    };
    let mut paths: Vec<String> = Vec::new();
    for said in &said {
        match named(which, said.settings) {
            Field::Is(path) if !path.is_empty() => {
                // An engine is started in the root directory.
                let path = if path.starts_with('/') { path.clone() } else { format!("/{path}") };
                if !paths.contains(&path) {
                    paths.push(path);
                }
            }
            Field::Odd(kind) => {
                return Population::Unknown(format!("{}: the path is {kind}", said.place));
            }
            Field::Is(_) | Field::Absent | Field::Null => {}
        }
    }
    let (by_policy, default) = match which {
        Tls::Ca => (&policy.host_tls_ca, DEFAULT_CA),
        Tls::Certificate => (&policy.host_tls_cert, DEFAULT_CERTIFICATE),
        Tls::Key => (&policy.host_tls_key, DEFAULT_KEY),
    };
    if paths.is_empty() {
        paths.extend(by_policy.clone());
    }
    let files: &'a Files = &view.files.value;
    if paths.is_empty() {
        let asks_for_tls = said.iter().any(|said| {
            let off = |field: &Field<bool>| matches!(field, Field::Absent | Field::Null | Field::Is(false));
            !off(&said.settings.tls) || !off(&said.settings.tls_verify)
        });
        if asks_for_tls && !files.at(default).is_missing() {
            paths.push(default.into());
        } else {
            return Population::Outside(outside(&daemon.value), &daemon.origin);
        }
    }
    let items = paths.into_iter().map(|path| Item {
        at: files.at(&path),
        path,
        missing: Missing::Undecided("the file that is named is not there"),
    });
    Population::Items(items.collect())
}

fn outside(daemon: &Daemon) -> String {
    let said = daemon.said().unwrap_or_default();
    let places: Vec<&str> = said.iter().map(|said| said.place.as_str()).collect();
    format!("the engine has no such file: none is named in {}", places.join(", "))
}

fn named(which: Tls, settings: &Settings) -> &Field<String> {
    match which {
        Tls::Ca => &settings.tls_ca,
        Tls::Certificate => &settings.tls_cert,
        Tls::Key => &settings.tls_key,
    }
}

/// The socket that the check names, and others that the engine serves its API on.
fn sockets<'a>(view: &View<'a>) -> Population<'a> {
    let files: &'a Files = &view.files.value;
    let mut items = vec![Item {
        path: SOCKET.into(),
        at: files.at(SOCKET),
        missing: Missing::Undecided(
            "there is no socket: the engine does not run, serves its API elsewhere, or this is a copy",
        ),
    }];
    let mut paths: Vec<String> = Vec::new();
    if let Some(daemon) = view.daemon {
        let said = daemon.value.said().unwrap_or_default();
        let hosts = said.iter().flat_map(|said| said.settings.hosts.get().into_iter().flatten());
        paths.extend(hosts.filter_map(|host| Some(host.strip_prefix("unix://")?.to_owned())));
        let listens = daemon.value.sockets.iter().flat_map(|socket| &socket.listen);
        paths.extend(listens.filter(|listen| listen.starts_with('/')).cloned());
    }
    // /var/run is /run.
    let same = |path: &str| path.strip_prefix("/var").unwrap_or(path) == "/run/docker.sock";
    for path in paths {
        let at = files.at(&path);
        if !same(&path) && !at.is_missing() && !items.iter().any(|item| item.path == path) {
            items.push(Item { path, at, missing: Missing::Undecided("there is no such socket") });
        }
    }
    // An engine that serves another socket may have none at the usual place.
    if items.len() > 1 && items[0].at.is_missing() {
        items.remove(0);
    }
    Population::Items(items)
}
