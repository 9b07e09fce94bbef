//! An engine behind `ssh`, as docker reaches it: the system's `ssh` runs `docker system dial-stdio` over
//! there, which passes bytes between its standard input and output and the engine's socket.
//!
//! The HTTP client knows sockets only, so it is given one: in a directory that only this user may enter,
//! and each connection to it is one `ssh`. Keys, known hosts and jump hosts are what ssh's own
//! configuration says; nothing is asked for on a terminal.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, sink};
use tokio::net::UnixListener;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Command;
use tokio::task::{JoinHandle, JoinSet};

use crate::target::engine::SshHost;

/// How much of what ssh complains about is looked at.
const COMPLAINT: u64 = 16 * 1024;
/// What every answer of an engine begins with.
const ANSWER: &[u8] = b"HTTP/";
/// How much is looked at of something else that comes, and for how long after its beginning.
const PRINTED: u64 = 512;
const PRINTING: Duration = Duration::from_secs(2);

/// A way to an engine through `ssh`. It ends with this.
#[derive(Debug)]
pub(super) struct Bridge {
    dir: TempDir,
    /// Takes connections; its end is the end of every `ssh`.
    task: JoinHandle<()>,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

/// Why there is no way.
#[derive(Clone, Debug)]
struct Trouble {
    reason: String,
    /// Trying again is of no use, and may lock an account.
    lasts: bool,
}

impl Bridge {
    /// Listens for connections. No `ssh` is started before there is one.
    pub(super) fn open(host: &SshHost) -> Result<Self, String> {
        let dir = tempfile::Builder::new()
            .prefix("stigprobe-ssh-")
            .tempdir()
            .map_err(|e| format!("no directory for its socket: {e}"))?;
        let listener = UnixListener::bind(socket_in(&dir)).map_err(|e| format!("no socket for ssh: {e}"))?;
        let trouble = Arc::default();
        let task = tokio::spawn(serve(listener, arguments(host), Arc::clone(&trouble)));
        Ok(Bridge { dir, task, trouble })
    }

    /// Where the engine is reached.
    pub(super) fn socket(&self) -> PathBuf {
        socket_in(&self.dir)
    }

    /// Why the last `ssh` did not get through.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map(|t| t.reason.clone())
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn socket_in(dir: &TempDir) -> PathBuf {
    Path::join(dir.path(), "engine.sock")
}

/// What `ssh` is called with. The words for the other side are fixed, and the host can be no option:
/// [`SshHost`] holds none that begins with a hyphen, and `--` stands before it.
fn arguments(host: &SshHost) -> Vec<String> {
    let options = ["BatchMode=yes", "ClearAllForwardings=yes", "ConnectTimeout=10"];
    let mut arguments: Vec<String> = ["-T", "-a", "-x"].map(String::from).to_vec();
    for option in options {
        arguments.extend(["-o".to_owned(), option.to_owned()]);
    }
    if let Some(user) = &host.user {
        arguments.extend(["-l".to_owned(), user.clone()]);
    }
    if let Some(port) = host.port {
        arguments.extend(["-p".to_owned(), port.to_string()]);
    }
    arguments.extend(["--".to_owned(), host.host.clone()]);
    arguments.extend(["docker", "system", "dial-stdio"].map(String::from));
    arguments
}

async fn serve(listener: UnixListener, arguments: Vec<String>, state: Arc<Mutex<Option<Trouble>>>) {
    let arguments = Arc::new(arguments);
    // Dropped with this task, and every ssh with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let (arguments, state) = (Arc::clone(&arguments), Arc::clone(&state));
        connections.spawn(async move {
            let lasts = |t: &Option<Trouble>| t.as_ref().is_some_and(|t| t.lasts);
            if lasts(&state.lock().unwrap_or_else(PoisonError::into_inner)) {
                return;
            }
            let (from_client, mut to_client) = stream.into_split();
            let trouble = carry(from_client, &mut to_client, &arguments).await.err();
            // Before the client is told that there is no connection: it asks why.
            *state.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
            drop(to_client);
        });
    }
}

/// Carries one connection until either side ends it.
async fn carry(
    mut from_client: OwnedReadHalf,
    to_client: &mut OwnedWriteHalf,
    arguments: &[String],
) -> Result<(), Trouble> {
    let mut ssh = Command::new("ssh");
    ssh.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // ssh may be configured to pass variables on: not those that hold passwords.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("STIGPROBE_") {
            ssh.env_remove(name);
        }
    }
    let mut ssh = ssh.spawn().map_err(|e| Trouble { reason: format!("ssh cannot be run: {e}"), lasts: true })?;
    let (Some(mut there), Some(mut back), Some(complaints)) = (ssh.stdin.take(), ssh.stdout.take(), ssh.stderr.take())
    else {
        return Ok(());
    };
    let up = async {
        let _ = copy(&mut from_client, &mut there).await;
        drop(there);
        // What comes back ends the connection, not what goes there.
        std::future::pending::<()>().await;
    };
    let down = async {
        let mut head = Vec::new();
        let _ = (&mut back).take(ANSWER.len() as u64).read_to_end(&mut head).await;
        if head.len() == ANSWER.len() && head != ANSWER {
            let rest = (&mut back).take(PRINTED);
            let _ = tokio::time::timeout(PRINTING, { rest }.read_to_end(&mut head)).await;
            return Err(no_answer(&head));
        }
        // An error here is one of the client's end, and no trouble of ssh's.
        let carried = head.len() as u64;
        match to_client.write_all(&head).await {
            Ok(()) => Ok(carried + copy(&mut back, to_client).await.unwrap_or(1)),
            Err(_) => Ok(carried + 1),
        }
    };
    let listen = async {
        let mut said = Vec::new();
        let mut beginning = complaints.take(COMPLAINT);
        let _ = beginning.read_to_end(&mut said).await;
        let _ = copy(&mut beginning.into_inner(), &mut sink()).await;
        said
    };
    let both = async { tokio::try_join!(down, async { Ok(listen.await) }) };
    let (carried, said) = tokio::select! {
        both = both => both?,
        () = up => return Ok(()),
    };
    let ended = ssh.wait().await;
    match ended {
        Ok(status) if carried == 0 && !status.success() => Err(trouble(status, &said)),
        _ => Ok(()),
    }
}

/// What came in place of an answer: what the account's shell prints, if it runs docker at all. Only whoever can log in
/// there gets to see it, and its first line is what says why.
fn no_answer(printed: &[u8]) -> Trouble {
    let text = String::from_utf8_lossy(printed);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let line: String = line.chars().filter(|c| !c.is_control()).take(160).collect();
    Trouble {
        reason: format!(
            "ssh gets there, but no engine answers: it printed {line:?}; the account needs a shell that runs `docker system \
             dial-stdio` and prints nothing of its own"
        ),
        lasts: true,
    }
}

/// What went wrong, in words of our own: what the other side says may hold anything.
fn trouble(status: ExitStatus, said: &[u8]) -> Trouble {
    const KNOWN: &[(&str, &str, bool)] = &[
        (
            "host key verification failed",
            "ssh does not know this host's key, or knows another: connect to it once by hand and look at the key",
            true,
        ),
        (
            "permission denied (",
            "ssh: the account was not let in; it needs a key without a question (ssh-agent, or IdentityFile)",
            true,
        ),
        ("too many authentication failures", "ssh: the account was not let in: too many keys were offered", true),
        ("could not resolve hostname", "ssh: there is no host of this name", true),
        ("connection refused", "ssh: the host refuses the connection", false),
        ("timed out", "ssh: the host does not answer", false),
        ("no route to host", "ssh: there is no route to the host", false),
        (
            "permission denied while trying to connect",
            "ssh gets there, but that account may not use the engine's socket",
            true,
        ),
        ("cannot connect to the docker daemon", "ssh gets there, but docker does not reach an engine there", false),
        (
            "is not a docker command",
            "ssh gets there, but its docker knows no `docker system dial-stdio`: that needs Docker 18.09",
            true,
        ),
        ("not found", "ssh gets there, but finds no docker on that account's PATH", true),
    ];
    let said = String::from_utf8_lossy(said).to_lowercase();
    let known = KNOWN.iter().find(|(words, _, _)| said.contains(words));
    match known {
        Some((_, reason, lasts)) => Trouble { reason: (*reason).to_owned(), lasts: *lasts },
        None => Trouble {
            reason: format!(
                "ssh ended with {}; try by hand: ssh -o BatchMode=yes HOST docker system dial-stdio",
                status.code().map_or("a signal".to_owned(), |code| format!("status {code}"))
            ),
            lasts: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_in_place_of_an_answer_is_told_by_its_first_line() {
        let told = no_answer(b"\n\x1b[1mThis account is currently not available.\r\nhunter2\n").reason;
        assert!(told.contains("printed \"[1mThis account is currently not available.\";"), "{told}");
        assert!(!told.contains("hunter2"));
    }

    #[test]
    fn ssh_is_called_without_anything_to_interpret() {
        let host = SshHost { user: Some("auditor".into()), host: "node1".into(), port: Some(2222) };
        let line = arguments(&host).join(" ");
        assert!(line.ends_with("-l auditor -p 2222 -- node1 docker system dial-stdio"), "{line}");
        assert!(line.contains("-o BatchMode=yes"));
    }
}
