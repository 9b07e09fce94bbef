//! How the engine of a node was started, or would be.

use serde::{Deserialize, Serialize};

use super::{Looked, Service, Settings, Socket, Start};

/// Everything that decides an engine's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Daemon {
    /// The engines that run.
    pub running: Running,
    /// `docker.service`.
    pub service: Service,
    /// `docker.socket`, and other sockets that systemd opens for `docker.service`.
    pub sockets: Vec<Socket>,
    /// `/etc/docker/daemon.json`, and any file that `--config-file` names.
    pub configs: Vec<Config>,
    /// A volume of UCP's in the engine's data: the node is, or was, one of UCP's.
    pub ucp_volume: Looked<String>,
}

/// The engines that run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Running {
    /// These. None, where all processes were seen and none is an engine.
    Seen(Vec<Process>),
    /// The root is a copy without processes.
    #[default]
    Copy,
    /// There are processes, and not all of them could be seen.
    Hidden(String),
}

/// A process that is an engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// It has another root directory than the node: an engine inside a container.
    pub nested: bool,
    /// What its arguments say.
    pub arguments: Looked<Settings>,
}

/// A daemon.json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Its path.
    pub path: String,
    /// What it says.
    pub settings: Looked<Settings>,
}

/// An engine that runs, and where it listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningEngine {
    pid: u32,
    nested: bool,
    /// `unix:///var/run/docker.sock`, `tcp://0.0.0.0:2376`; nothing where that was not seen.
    pub sockets: Vec<String>,
}

impl RunningEngine {
    /// It listens at this path of the host. One with a root of its own listens somewhere below that.
    #[must_use]
    pub fn is_at(&self, path: &str) -> bool {
        let same = |own: &str| {
            if self.nested { own.len() < path.len() && path.ends_with(own) } else { bare(own) == bare(path) }
        };
        self.sockets.iter().filter_map(|socket| socket.strip_prefix("unix://")).any(same)
    }

    /// `dockerd (process 812) at unix:///run/other.sock`.
    #[must_use]
    pub fn shown(&self) -> String {
        let inside = if self.nested { ", inside a container or another root," } else { "" };
        let sockets = match self.sockets.as_slice() {
            [] => "a place that was not seen".to_owned(),
            sockets => sockets.join(", "),
        };
        format!("dockerd (process {}){inside} at {sockets}", self.pid)
    }
}

/// `/var/run` is `/run` on every system with systemd.
fn bare(path: &str) -> &str {
    match path.strip_prefix("/var") {
        Some(rest) if rest.starts_with("/run/") => rest,
        _ => path,
    }
}

/// Where an engine listens that is told nothing.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// Settings and where they stand.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// `the arguments of dockerd (process 812)`, `/etc/docker/daemon.json`.
    pub place: String,
    /// The settings.
    pub settings: &'a Settings,
}

/// Where the engine looks where nothing names another file.
pub(crate) const CONFIG: &str = "/etc/docker/daemon.json";

/// Where an engine that root starts finds certificates if its settings ask for TLS and name none: in root's home
/// on the host that is looked at (`dockerd --help` states it as the default of `--tlscacert`).
pub(crate) const DEFAULT_CA: &str = "/root/.docker/ca.pem";
/// Likewise the engine's own certificate.
pub(crate) const DEFAULT_CERTIFICATE: &str = "/root/.docker/cert.pem";
/// And its key.
pub(crate) const DEFAULT_KEY: &str = "/root/.docker/key.pem";

impl Daemon {
    /// The arguments that engines run with; where none is seen running, those it will be started with.
    pub fn arguments(&self) -> Result<Vec<Said<'_>>, String> {
        let mut said = Vec::new();
        let running = match &self.running {
            Running::Seen(processes) => processes.as_slice(),
            Running::Copy => &[],
            Running::Hidden(reason) => {
                return Err(format!("the arguments of dockerd were not seen: {reason}"));
            }
        };
        for process in running {
            let place = format!("the arguments of dockerd (process {})", process.pid);
            match &process.arguments {
                Looked::Is(settings) => said.push(Said { place, settings }),
                Looked::Missing => {}
                Looked::Unseen(reason) => return Err(format!("{place} were not seen: {reason}")),
            }
        }
        if !running.iter().any(|process| !process.nested) {
            let unit = self.service.unit.path();
            match (&unit, &self.service.start) {
                (Looked::Is(path), Start::Known(settings)) => {
                    said.push(Said { place: format!("ExecStart of {path} (no dockerd was seen running)"), settings });
                }
                (_, Start::Unclear(reason)) => {
                    return Err(format!(
                        "no dockerd was seen running, and how docker.service starts it is not known: {}",
                        unit.unseen().unwrap_or(reason)
                    ));
                }
                (Looked::Missing | Looked::Unseen(_), Start::Known(_)) => {
                    return Err("no dockerd was seen running, and docker.service is not there".into());
                }
            }
            if let Some(first) = self.service.unit.unread.first() {
                return Err(format!("docker.service was not read whole: {first}"));
            }
        }
        Ok(said)
    }

    /// The daemon.json that counts, for each engine.
    pub fn config(&self) -> Result<Vec<&Config>, String> {
        let mut paths: Vec<&str> = Vec::new();
        for said in self.arguments()? {
            let path = said.settings.config_file.get().map_or(CONFIG, String::as_str);
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let find = |path: &&str| {
            self.configs
                .iter()
                .find(|config| config.path == **path)
                .ok_or_else(|| format!("{path}, which --config-file names, was not looked at"))
        };
        paths.iter().map(find).collect()
    }

    /// All settings that count, with where they stand: arguments first.
    pub fn said(&self) -> Result<Vec<Said<'_>>, String> {
        let mut said = self.arguments()?;
        for config in self.config()? {
            match &config.settings {
                Looked::Is(settings) => said.push(Said { place: config.path.clone(), settings }),
                Looked::Missing => {}
                Looked::Unseen(reason) => return Err(format!("{}: {reason}", config.path)),
            }
        }
        if self.nested() {
            return Err("a dockerd runs inside a container, and its daemon.json was not looked at".into());
        }
        Ok(said)
    }

    /// The engines that are seen running, each with where it listens.
    #[must_use]
    pub fn engines(&self) -> Vec<RunningEngine> {
        let Running::Seen(processes) = &self.running else {
            return Vec::new();
        };
        let engine = |process: &Process| RunningEngine {
            pid: process.pid,
            nested: process.nested,
            sockets: self.sockets_of(process),
        };
        processes.iter().map(engine).collect()
    }

    /// Where an engine listens; nothing where its arguments were not seen.
    fn sockets_of(&self, process: &Process) -> Vec<String> {
        let Some(arguments) = process.arguments.get() else {
            return Vec::new();
        };
        let path = arguments.config_file.get().map_or(CONFIG, String::as_str);
        let config = self.configs.iter().find(|config| config.path == path && !process.nested);
        let config = config.and_then(|config| config.settings.get());
        let said = [Some(arguments), config].into_iter().flatten();
        let mut sockets: Vec<String> = said.flat_map(|s| s.hosts.get().into_iter().flatten()).cloned().collect();
        let by_systemd = sockets.iter().any(|socket| socket.starts_with("fd:"));
        if by_systemd {
            let listen = self.sockets.iter().flat_map(|socket| &socket.listen);
            sockets.extend(listen.filter(|listen| listen.starts_with('/')).map(|path| format!("unix://{path}")));
        }
        if sockets.is_empty() || by_systemd {
            sockets.push(format!("unix://{DEFAULT_SOCKET}"));
        }
        sockets
    }

    /// Whatever can be seen of them, where not all can: what is open in these is open whatever the others
    /// say. Nothing may be found in order by them.
    #[must_use]
    pub fn seen(&self) -> Vec<Said<'_>> {
        let mut said = self.arguments().unwrap_or_default();
        if said.is_empty()
            && let Running::Seen(processes) = &self.running
        {
            said.extend(processes.iter().filter_map(|process| {
                Some(Said {
                    place: format!("the arguments of dockerd (process {})", process.pid),
                    settings: process.arguments.get()?,
                })
            }));
        }
        let configs = match self.config() {
            Ok(configs) => configs,
            Err(_) => self.configs.iter().collect(),
        };
        said.extend(
            configs
                .into_iter()
                .filter_map(|config| Some(Said { place: config.path.clone(), settings: config.settings.get()? })),
        );
        said
    }

    /// What `ps` shows: the arguments of running engines, where processes were seen.
    #[must_use]
    pub fn listed(&self) -> Option<Vec<&Settings>> {
        match &self.running {
            Running::Seen(processes) => processes.iter().map(|p| p.arguments.get()).collect(),
            Running::Copy | Running::Hidden(_) => None,
        }
    }

    /// An engine runs inside a container.
    fn nested(&self) -> bool {
        matches!(&self.running, Running::Seen(processes) if processes.iter().any(|p| p.nested))
    }

    /// The daemon.json of the check texts, which know no other.
    #[must_use]
    pub fn default_config(&self) -> Option<&Looked<Settings>> {
        let config = self.configs.iter().find(|config| config.path == CONFIG)?;
        Some(&config.settings)
    }

    /// Where engines keep their data.
    #[must_use]
    pub fn data_roots(&self) -> Vec<String> {
        let said = self.said().unwrap_or_default();
        let mut roots: Vec<String> = said.iter().filter_map(|said| said.settings.data().map(str::to_owned)).collect();
        roots.dedup();
        if roots.is_empty() {
            roots.push("/var/lib/docker".into());
        }
        roots
    }
}
