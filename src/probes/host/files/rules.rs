//! The rules, each a value. In all of them a person sees the same with `stat`, which changes nothing.

use super::{FileRule, Letter, Tls, Wants, Which};
use crate::facts::Need;
use crate::policy::{HOST_TLS_CA, HOST_TLS_CERT, HOST_TLS_KEY, Parameter};
use crate::probes::{Card, Deciding, Met};

const FILES: &[Need] = &[Need::HostFiles, Need::EngineNodes];
const WITH_DAEMON: &[Need] = &[Need::HostFiles, Need::HostDaemon, Need::EngineNodes];
const WITH_OS: &[Need] = &[Need::HostFiles, Need::HostOs, Need::EngineNodes];
const WITH_GROUPS: &[Need] = &[Need::HostFiles, Need::HostDaemon, Need::HostGroups, Need::EngineNodes];

const ROOT: Letter = Letter::Owners("root:root");
const LINK: &str =
    "stat prints the names that numbers have on the node, and of a link the link's own owner and mode 777";
const NO_FILE: &str = "No host has such a file.";

const fn card(
    name: &'static str,
    asks: &'static str,
    needs: &'static [Need],
    parameters: &'static [Parameter],
    by_hand: &'static str,
) -> Card {
    Card { name, asks, needs, decides_with: Deciding::Facts, parameters, by_hand, met: Met::RealProduct }
}

const OWNER_OF_SERVICE: &str = "On each node:\n  systemctl show -p FragmentPath docker.service\n  \
    stat -L -c '%n %u:%g %U:%G %a' /usr/lib/systemd/system/docker.service\n\
    with the path that the first command prints; numbers decide.";
const OWNER_OF_SOCKET: &str = "On each node:\n  systemctl show -p FragmentPath docker.socket\n  \
    stat -L -c '%n %u:%g %U:%G %a' /usr/lib/systemd/system/docker.socket\n\
    with the path that the first command prints; numbers decide.";

/// DKER-EE-005170.
pub static SERVICE_OWNER: FileRule = FileRule {
    card: &card(
        "host-service-owner",
        "The unit file docker.service belongs to root:root",
        WITH_DAEMON,
        &[],
        OWNER_OF_SERVICE,
    ),
    which: Which::Service,
    wants: Wants::Root,
    letter: ROOT,
    parts: LINK,
    outside: NO_FILE,
};

/// DKER-EE-005180.
pub static SERVICE_MODE: FileRule = FileRule {
    card: &card(
        "host-service-mode",
        "The unit file docker.service has mode 644 or a more restrictive one",
        WITH_DAEMON,
        &[],
        OWNER_OF_SERVICE,
    ),
    which: Which::Service,
    wants: Wants::AtMost(0o644),
    letter: Letter::AtMost(0o644),
    parts: LINK,
    outside: NO_FILE,
};

/// DKER-EE-005190.
pub static SOCKET_UNIT_OWNER: FileRule = FileRule {
    card: &card(
        "host-socket-unit-owner",
        "The unit file docker.socket belongs to root:root",
        WITH_DAEMON,
        &[],
        OWNER_OF_SOCKET,
    ),
    which: Which::SocketUnit,
    wants: Wants::Root,
    letter: ROOT,
    parts: LINK,
    outside: NO_FILE,
};

/// DKER-EE-005200.
pub static SOCKET_UNIT_MODE: FileRule = FileRule {
    card: &card(
        "host-socket-unit-mode",
        "The unit file docker.socket has mode 644 or a more restrictive one",
        WITH_DAEMON,
        &[],
        OWNER_OF_SOCKET,
    ),
    which: Which::SocketUnit,
    wants: Wants::AtMost(0o644),
    letter: Letter::AtMost(0o644),
    parts: LINK,
    outside: NO_FILE,
};

/// DKER-EE-005210.
pub static DIRECTORY_OWNER: FileRule = FileRule {
    card: &card(
        "host-directory-owner",
        "The directory /etc/docker, and on Ubuntu the file /etc/default/docker, belongs to root:root",
        WITH_OS,
        &[],
        "On each node:\n  stat -L -c '%n %u:%g %U:%G' /etc/docker /etc/default/docker\n\
        the second on Ubuntu only.",
    ),
    which: Which::Directory,
    wants: Wants::Root,
    letter: ROOT,
    parts: "on Ubuntu the check looks at /etc/default/docker in the place of /etc/docker, and finds it if it is missing; stat does not follow links",
    outside: NO_FILE,
};

/// DKER-EE-005220.
pub static DIRECTORY_MODE: FileRule = FileRule {
    card: &card(
        "host-directory-mode",
        "The directory /etc/docker has mode 755 or a more restrictive one",
        FILES,
        &[],
        "On each node:\n  stat -L -c '%n %a' /etc/docker",
    ),
    which: Which::Directory,
    wants: Wants::AtMost(0o755),
    letter: Letter::Mode(0o755),
    parts: "the check's last sentence wants exactly 755, its title 755 or more restrictive; of a link, stat prints the link's own mode, 777",
    outside: NO_FILE,
};

/// DKER-EE-005230.
pub static REGISTRY_CERTIFICATES_OWNER: FileRule = FileRule {
    card: &card(
        "host-registry-certificates-owner",
        "All that is in /etc/docker/certs.d belongs to root:root",
        FILES,
        &[],
        "On each node:\n  find -L /etc/docker/certs.d -mindepth 1 -printf '%p %U:%G\\n'",
    ),
    which: Which::RegistryCertificates,
    wants: Wants::Root,
    letter: ROOT,
    parts: "stat on certs.d/* looks at the directories in it, not at the certificates, and at nothing whose name begins with a dot; of a link, it prints the link's own owner",
    outside: NO_FILE,
};

/// DKER-EE-005240.
pub static REGISTRY_CERTIFICATES_MODE: FileRule = FileRule {
    card: &card(
        "host-registry-certificates-mode",
        "Every registry certificate has mode 444 or a more restrictive one",
        FILES,
        &[],
        "On each node:\n  find -L /etc/docker/certs.d -type f -printf '%p %m\\n'",
    ),
    which: Which::RegistryCertificates,
    wants: Wants::AtMost(0o444),
    letter: Letter::Mode(0o444),
    parts: "the check's last sentence wants exactly 444, its title 444 or more restrictive; its command sees no links' ends, no deeper directories and no names that begin with a dot",
    outside: NO_FILE,
};

const TLS_BY_HAND: &str = "On each node find the file that the engine was given, and look at it:\n  \
    tr '\\0' ' ' < /proc/$(pidof dockerd)/cmdline\n  \
    grep tls /etc/docker/daemon.json\n  \
    stat -L -c '%n %u:%g %U:%G %a' FILE";
const NO_TLS: &str = "No engine has such a file: neither dockerd's arguments nor daemon.json name one.";

/// DKER-EE-005250.
pub static TLS_CA_OWNER: FileRule = FileRule {
    card: &card(
        "host-tls-ca-owner",
        "The engine's TLS CA certificate belongs to root:root",
        WITH_DAEMON,
        &[HOST_TLS_CA],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Ca),
    wants: Wants::Root,
    letter: ROOT,
    parts: LINK,
    outside: NO_TLS,
};

/// DKER-EE-005260.
pub static TLS_CA_MODE: FileRule = FileRule {
    card: &card(
        "host-tls-ca-mode",
        "The engine's TLS CA certificate has mode 444 or a more restrictive one",
        WITH_DAEMON,
        &[HOST_TLS_CA],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Ca),
    wants: Wants::AtMost(0o444),
    letter: Letter::Mode(0o444),
    parts: "the check's last sentence wants exactly 444, its title 444 or more restrictive; of a link, stat prints the link's own mode, 777",
    outside: NO_TLS,
};

/// DKER-EE-005270.
pub static TLS_CERTIFICATE_OWNER: FileRule = FileRule {
    card: &card(
        "host-tls-certificate-owner",
        "The engine's TLS certificate belongs to root:root",
        WITH_DAEMON,
        &[HOST_TLS_CERT],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Certificate),
    wants: Wants::Root,
    letter: ROOT,
    parts: LINK,
    outside: NO_TLS,
};

/// DKER-EE-005280.
pub static TLS_CERTIFICATE_MODE: FileRule = FileRule {
    card: &card(
        "host-tls-certificate-mode",
        "The engine's TLS certificate has mode 444 or a more restrictive one",
        WITH_DAEMON,
        &[HOST_TLS_CERT],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Certificate),
    wants: Wants::AtMost(0o444),
    letter: Letter::Mode(0o444),
    parts: "the check's last sentence wants exactly 444, its title 444 or more restrictive; of a link, stat prints the link's own mode, 777",
    outside: NO_TLS,
};

/// DKER-EE-005290.
pub static TLS_KEY_OWNER: FileRule = FileRule {
    card: &card(
        "host-tls-key-owner",
        "The private key of the engine's TLS certificate belongs to root:root",
        WITH_DAEMON,
        &[HOST_TLS_KEY],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Key),
    wants: Wants::Root,
    letter: ROOT,
    parts: LINK,
    outside: NO_TLS,
};

/// DKER-EE-005300.
pub static TLS_KEY_MODE: FileRule = FileRule {
    card: &card(
        "host-tls-key-mode",
        "The private key of the engine's TLS certificate has mode 400",
        WITH_DAEMON,
        &[HOST_TLS_KEY],
        TLS_BY_HAND,
    ),
    which: Which::Tls(Tls::Key),
    wants: Wants::Exactly(0o400),
    letter: Letter::Mode(0o400),
    parts: "stat does not follow links, and a link always has mode 777",
    outside: NO_TLS,
};

const SOCKET_BY_HAND: &str = "On each node:\n  \
    stat -L -c '%n %u:%g %U:%G %a' /var/run/docker.sock\n  \
    getent group docker\n  \
    getfacl -n /var/run/docker.sock";

/// DKER-EE-005310.
pub static SOCKET_OWNER: FileRule = FileRule {
    card: &card("host-socket-owner", "The engine's socket belongs to root:docker", WITH_GROUPS, &[], SOCKET_BY_HAND),
    which: Which::Socket,
    wants: Wants::RootDocker,
    letter: Letter::Owners("root:docker"),
    parts: "stat prints the names that numbers have on the node, does not follow links, and looks at /var/run/docker.sock alone",
    outside: NO_FILE,
};

/// DKER-EE-005320.
pub static SOCKET_MODE: FileRule = FileRule {
    card: &card(
        "host-socket-mode",
        "The engine's socket has mode 660 or a more restrictive one, and nobody else is let in by an access control list",
        WITH_DAEMON,
        &[],
        SOCKET_BY_HAND,
    ),
    which: Which::Socket,
    wants: Wants::AtMost(0o660),
    letter: Letter::Mode(0o660),
    parts: "the check's last sentence wants exactly 660, its title 660 or more restrictive; an access control list does not show in the mode; of a link, stat prints the link's own mode, 777",
    outside: NO_FILE,
};

const DAEMON_JSON_BY_HAND: &str = "On each node:\n  \
    stat -L -c '%n %u:%g %U:%G %a' /etc/docker/daemon.json\n\
    or of the file that --config-file names among dockerd's arguments.";

/// DKER-EE-005330.
pub static DAEMON_JSON_OWNER: FileRule = FileRule {
    card: &card(
        "host-daemon-json-owner",
        "The file daemon.json exists and belongs to root:root",
        WITH_DAEMON,
        &[],
        DAEMON_JSON_BY_HAND,
    ),
    which: Which::DaemonJson,
    wants: Wants::Root,
    letter: ROOT,
    parts: "the check looks at /etc/docker/daemon.json even where the engine was given another file, and stat does not follow links",
    outside: NO_FILE,
};

/// DKER-EE-005340.
pub static DAEMON_JSON_MODE: FileRule = FileRule {
    card: &card(
        "host-daemon-json-mode",
        "The file daemon.json has mode 644 or a more restrictive one",
        WITH_DAEMON,
        &[],
        DAEMON_JSON_BY_HAND,
    ),
    which: Which::DaemonJson,
    wants: Wants::AtMost(0o644),
    letter: Letter::Mode(0o644),
    parts: "the check first wants 644 or more restrictive, then exactly 644; where the file is missing, stat prints neither; of a link, stat prints the link's own mode, 777",
    outside: "No host has a daemon.json, so that there is no mode to judge; DKER-EE-005330 reports that it is missing.",
};

const NOT_UBUNTU: &str = "The rule is about Ubuntu hosts that have /etc/default/docker; there is none.";
const DEFAULTS_BY_HAND: &str = "On each Ubuntu node:\n  stat -L -c '%n %u:%g %U:%G %a' /etc/default/docker";

/// DKER-EE-005350.
pub static DEFAULTS_OWNER: FileRule = FileRule {
    card: &card(
        "host-defaults-owner",
        "On Ubuntu, the file /etc/default/docker belongs to root:root",
        WITH_OS,
        &[],
        DEFAULTS_BY_HAND,
    ),
    which: Which::Defaults,
    wants: Wants::Root,
    letter: ROOT,
    parts: "where the file is missing, stat prints no root:root; the check does not say what that means; of a link, stat prints the link's own owner",
    outside: NOT_UBUNTU,
};

/// DKER-EE-005360.
pub static DEFAULTS_MODE: FileRule = FileRule {
    card: &card(
        "host-defaults-mode",
        "On Ubuntu, the file /etc/default/docker has mode 644 or a more restrictive one",
        WITH_OS,
        &[],
        DEFAULTS_BY_HAND,
    ),
    which: Which::Defaults,
    wants: Wants::AtMost(0o644),
    letter: Letter::Mode(0o644),
    parts: "the check's last sentence wants exactly 644, its title 644 or more restrictive; where the file is missing, stat prints neither; of a link, stat prints the link's own mode, 777",
    outside: NOT_UBUNTU,
};

/// All of them.
#[cfg(test)]
pub(super) static ALL: &[&FileRule] = &[
    &SERVICE_OWNER,
    &SERVICE_MODE,
    &SOCKET_UNIT_OWNER,
    &SOCKET_UNIT_MODE,
    &DIRECTORY_OWNER,
    &DIRECTORY_MODE,
    &REGISTRY_CERTIFICATES_OWNER,
    &REGISTRY_CERTIFICATES_MODE,
    &TLS_CA_OWNER,
    &TLS_CA_MODE,
    &TLS_CERTIFICATE_OWNER,
    &TLS_CERTIFICATE_MODE,
    &TLS_KEY_OWNER,
    &TLS_KEY_MODE,
    &SOCKET_OWNER,
    &SOCKET_MODE,
    &DAEMON_JSON_OWNER,
    &DAEMON_JSON_MODE,
    &DEFAULTS_OWNER,
    &DEFAULTS_MODE,
];
