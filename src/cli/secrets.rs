//! Where passwords come from: a file that is named, the environment, a file that the configuration
//! names, or a prompt. Never an argument.

use std::io::IsTerminal as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::options::Sources;
use super::output::{self, Failed};
use crate::collect::base_url;
use crate::evidence::store;
use crate::facts::tls::{Certificate, certificates_from_pem};
use crate::input;
use crate::target::config::Config;
use crate::target::{ClientBundle, Login};

/// The most bytes of a file that holds a password.
const PASSWORD: u64 = 64 << 10;

/// The account for UCP, if one was given; asked for on a terminal where it is `needed`.
pub(super) fn ucp(sources: &Sources, config: &Config, needed: bool) -> Result<Option<Login>, Failed> {
    let username = sources.ucp_username.clone().or_else(|| config.ucp.username.clone());
    let named = sources.ucp_password_file.as_deref();
    let configured = config.ucp.password_file.as_deref();
    login("UCP", username, password("STIGPROBE_UCP_PASSWORD", named, configured)?, needed)
}

/// The account for DTR: its own, or UCP's where nothing else is said.
pub(super) fn dtr(
    sources: &Sources,
    config: &Config,
    ucp: Option<&Login>,
    needed: bool,
) -> Result<Option<Login>, Failed> {
    let username = sources.dtr_username.clone().or_else(|| config.dtr.username.clone());
    let named = sources.dtr_password_file.as_deref();
    let configured = config.dtr.password_file.as_deref();
    let password = password("STIGPROBE_DTR_PASSWORD", named, configured)?;
    match (username, password, ucp) {
        (None, None, Some(ucp)) => Ok(Some(ucp.clone())),
        // A password of UCP's belongs to UCP's user, and to nobody else.
        (None, Some(password), Some(ucp)) => Ok(Some(Login { username: ucp.username.clone(), password })),
        (Some(username), None, Some(ucp)) if username == ucp.username => Ok(Some(ucp.clone())),
        (username, password, _) => login("DTR", username, password, needed),
    }
}

/// The certificate and key of a directory in docker's layout, as an unpacked client bundle is one, and the CA that it
/// brings for connecting. `what` it is, for errors.
pub(super) fn client_bundle(what: &str, dir: &Path) -> Result<(ClientBundle, Vec<Certificate>), Failed> {
    let read = |name: &str| {
        let path = dir.join(name);
        input::named(&path, input::SMALL).map_err(|e| format!("{what} {}: {e}", path.display()))
    };
    let key = String::from_utf8(read("key.pem")?).map_err(|_| format!("{what}: key.pem is no PEM text"))?;
    let bundle = ClientBundle { certificate: read("cert.pem")?, key: SecretString::from(key) };
    // A bundle without ca.pem is fine where the system or --ca-file knows the CA.
    let named = dir.join("ca.pem");
    let ca = if store::stands_there(&named).map_err(|e| format!("{what} {}: {e}", named.display()))? {
        certificates_from_pem(&read("ca.pem")?).map_err(|e| format!("{what}: ca.pem: {e}"))?
    } else {
        Vec::new()
    };
    Ok((bundle, ca))
}

/// The API server that a bundle's kube.yml names: the one line `server: URL` in it.
pub(super) fn api_server(dir: &Path) -> Option<reqwest::Url> {
    let text = input::named_text(&dir.join("kube.yml"), input::SMALL).ok()?;
    let mut servers = text.lines().filter_map(|line| line.trim().strip_prefix("server:"));
    let server = servers.next()?.trim().trim_matches(['"', '\'']);
    let is_only = servers.all(|other| other.trim().trim_matches(['"', '\'']) == server);
    base_url(server).ok().filter(|_| is_only)
}

fn password(variable: &str, named: Option<&Path>, configured: Option<&Path>) -> Result<Option<SecretString>, Failed> {
    if let Some(path) = named {
        return from_file(path).map(Some);
    }
    if let Some(value) = std::env::var_os(variable) {
        let value = value.into_string().map_err(|_| format!("{variable} is not UTF-8 text"))?;
        return Ok(Some(SecretString::from(value)));
    }
    configured.map(from_file).transpose()
}

fn from_file(path: &Path) -> Result<SecretString, Failed> {
    let shown = path.display();
    let text = input::named_text(path, PASSWORD).map_err(|e| format!("password file {shown}: {e}"))?;
    let mode = path.metadata().map(|m| m.permissions().mode()).unwrap_or_default();
    if mode & 0o077 != 0 {
        let mode = mode & 0o777;
        output::warn(&format!("others can read the password file {shown} (mode {mode:03o}): chmod 600 it"));
    }
    // Editors end a file with a newline, which is no part of the password.
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SecretString::from(line.strip_suffix('\r').unwrap_or(line)))
}

fn login(
    of: &str,
    username: Option<String>,
    password: Option<SecretString>,
    needed: bool,
) -> Result<Option<Login>, Failed> {
    let prompt = needed && std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let username = match (username, &password) {
        (Some(username), _) => username,
        (None, None) if !prompt => return Ok(None),
        (None, _) if prompt => {
            output::say(&format!("{of} user name: "));
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map_err(|e| format!("the user name cannot be read: {e}"))?;
            line.trim().to_owned()
        }
        (None, _) => {
            return Err(format!("a password for {of} was given, but no user name: set STIGPROBE_{of}_USERNAME").into());
        }
    };
    let password = match password {
        Some(password) => password,
        None if prompt => {
            let asked = rpassword::prompt_password(format!("{of} password of {username}: "));
            SecretString::from(asked.map_err(|e| format!("the password cannot be read: {e}"))?)
        }
        None => return Err(format!("the user name {username} for {of} was given, but no password: set STIGPROBE_{of}_PASSWORD or --{}-password-file", of.to_lowercase()).into()),
    };
    if password.expose_secret().is_empty() {
        return Err(format!("the password for {of} is empty").into());
    }
    Ok(Some(Login { username, password }))
}
