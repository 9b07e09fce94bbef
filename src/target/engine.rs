//! How an engine is named: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://auditor@host`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where docker looks when it is told nothing.
pub const DEFAULT_SOCKET: &str = "/var/run/docker.sock";
/// The port for engines with TLS, registered with IANA.
const TLS_PORT: u16 = 2376;

/// Where an engine is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineUri {
    /// A socket of this machine.
    Unix(PathBuf),
    /// TLS with client certificates.
    Tcp {
        /// Host name or address, an IPv6 address without brackets.
        host: String,
        /// Port.
        port: u16,
    },
    /// Through the system's `ssh`.
    Ssh(SshHost),
}

/// What `ssh` is given. No part of it can be taken for an option or for words of a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshHost {
    /// The account there; what ssh's own configuration says where none is given.
    pub user: Option<String>,
    /// Host name, address, or a name that ssh's own configuration knows.
    pub host: String,
    /// Port; what ssh's own configuration says where none is given.
    pub port: Option<u16>,
}

impl EngineUri {
    /// The host's name or address, where it is another machine.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            EngineUri::Unix(_) => None,
            EngineUri::Tcp { host, .. } => Some(host),
            EngineUri::Ssh(ssh) => Some(&ssh.host),
        }
    }
}

impl FromStr for EngineUri {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!(
                "{:?} says not how to reach it; write unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host",
                blurred(text)
            ));
        };
        match scheme {
            "unix" if rest.is_empty() => Ok(EngineUri::Unix(DEFAULT_SOCKET.into())),
            "unix" if rest.starts_with('/') => Ok(EngineUri::Unix(rest.into())),
            "unix" => Err(format!("{:?}: a socket is named by its full path, as {DEFAULT_SOCKET} is", blurred(text))),
            "tcp" => {
                if rest.contains('@') {
                    return Err(
                        "tcp:// takes no user name or password: an engine knows its clients by certificates".into()
                    );
                }
                let (host, port) = host_and_port(rest)?;
                Ok(EngineUri::Tcp { host, port: port.unwrap_or(TLS_PORT) })
            }
            "ssh" => {
                let (user, place) = match rest.rsplit_once('@') {
                    Some((user, _)) if user.contains(':') => {
                        return Err("ssh:// takes no password: give ssh a key, or an agent that has one".into());
                    }
                    Some((user, place)) => (Some(user.to_owned()), place),
                    None => (None, rest),
                };
                if user.as_deref().is_some_and(|user| !is_plain(user, "_.+@-")) {
                    return Err("the user name of ssh:// has characters that no account has".into());
                }
                let (host, port) = host_and_port(place)?;
                Ok(EngineUri::Ssh(SshHost { user, host, port }))
            }
            "http" | "https" => Err(format!(
                "{:?}: an engine is named tcp://host:2376, and is always spoken to with TLS",
                blurred(text)
            )),
            "fd" => Err(format!(
                "{:?} is how an engine is started, not how it is reached: its socket is unix://{DEFAULT_SOCKET}",
                blurred(text)
            )),
            _ => Err(format!("{:?} is not one of unix://, tcp:// and ssh://", blurred(text))),
        }
    }
}

impl fmt::Display for EngineUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = |host: &str| {
            if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
        };
        match self {
            EngineUri::Unix(path) => write!(f, "unix://{}", path.display()),
            EngineUri::Tcp { host, port } => write!(f, "tcp://{}:{port}", bracketed(host)),
            EngineUri::Ssh(ssh) => {
                f.write_str("ssh://")?;
                if let Some(user) = &ssh.user {
                    write!(f, "{user}@")?;
                }
                f.write_str(&bracketed(&ssh.host))?;
                ssh.port.map_or(Ok(()), |port| write!(f, ":{port}"))
            }
        }
    }
}

/// A host with perhaps a port, and nothing else.
fn host_and_port(text: &str) -> Result<(String, Option<u16>), String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let shown = blurred(text);
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, port) =
                rest.split_once(']').ok_or_else(|| format!("{shown:?}: the address is not closed with a bracket"))?;
            host.parse::<std::net::Ipv6Addr>().map_err(|_| format!("{:?} is no IPv6 address", blurred(host)))?;
            (host, port)
        }
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(port) => match port.parse::<u16>() {
            Ok(port @ 1..) => Some(port),
            _ => return Err(format!("{shown:?}: the port is no number from 1 to 65535")),
        },
        None => return Err(format!("{shown:?} is no host and port")),
    };
    if !is_plain(host, "_.:-") {
        return Err(format!(
            "{shown:?} is no host and port: a host has letters, digits, dots and hyphens, and begins with none of the \
             latter"
        ));
    }
    Ok((host.to_owned(), port))
}

/// Letters, digits and these others, and no option of a program: it does not begin with a hyphen.
fn is_plain(text: &str, others: &str) -> bool {
    !text.is_empty() && !text.starts_with('-') && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

/// The text without what stands before an `@`, which may be a password, and without a query or a fragment, which may be
/// a token.
fn blurred(text: &str) -> &str {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    text.rsplit_once('@').map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_named_as_docker_names_it() {
        for (text, shown) in [
            ("unix://", "unix:///var/run/docker.sock"),
            ("unix:///run/d.sock", "unix:///run/d.sock"),
            ("tcp://10.0.0.5", "tcp://10.0.0.5:2376"),
            ("tcp://ucp.example.mil:443/", "tcp://ucp.example.mil:443"),
            ("tcp://[::1]:2376", "tcp://[::1]:2376"),
            ("ssh://node1", "ssh://node1"),
            ("ssh://auditor@node1.example.mil:2222", "ssh://auditor@node1.example.mil:2222"),
            ("ssh://a.b@corp@node1", "ssh://a.b@corp@node1"),
            ("ssh://[fe80::1]", "ssh://[fe80::1]"),
        ] {
            let uri: EngineUri = text.parse().expect(text);
            assert_eq!(uri.to_string(), shown);
            assert_eq!(shown.parse::<EngineUri>(), Ok(uri));
        }
    }

    #[test]
    fn nothing_in_it_can_be_taken_for_an_option_or_a_command() {
        for text in [
            "/var/run/docker.sock",
            "unix://run/docker.sock",
            "ssh://-oProxyCommand=id",
            "ssh://-oProxyCommand=id@host",
            "ssh://a@-b",
            "ssh://host$(id)",
            "ssh://host;id",
            "ssh://us`id`er@host",
            "ssh://host/var/run/docker.sock",
            "ssh://host:0",
            "ssh://host:65536",
            "ssh://",
            "ssh://@host",
            "ssh://user:hunter2@host",
            "ssh://[x]",
            "tcp://",
            "tcp://user:hunter2@host",
            "tcp://host:2376/path",
            "tcp://a:b:c",
            "https://user:hunter2@host",
            "tcp://host:2376/?token=hunter2",
            "tcp://[::1?token=hunter2",
            "ssh://host#hunter2",
            "unix://run?token=hunter2",
            "fd://x?hunter2",
            "host?token=hunter2",
            "fd://",
            "npipe:////./pipe/docker_engine",
        ] {
            let error = text.parse::<EngineUri>().expect_err(text);
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
