//! The system that the engine runs on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::Looked;

/// `/etc/os-release`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Os {
    /// `ID`.
    pub id: String,
    /// `ID_LIKE`.
    pub like: Vec<String>,
    /// `VERSION_ID`.
    pub version: String,
    /// `PRETTY_NAME`.
    pub name: String,
}

impl Os {
    /// Reads it. Without an `ID` nothing is known: the default of the format (`linux`) names no system.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value = |key: &str| {
            let line = text
                .trim_start_matches('\u{feff}')
                .lines()
                .rev()
                .find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches(['"', '\'']).to_owned()
        };
        let os = Os {
            id: value("ID"),
            like: value("ID_LIKE").split_whitespace().map(str::to_owned).collect(),
            version: value("VERSION_ID"),
            name: value("PRETTY_NAME"),
        };
        (!os.id.is_empty()).then_some(os)
    }

    /// Ubuntu, or a system that says it is made from it.
    #[must_use]
    pub fn is_ubuntu(&self) -> bool {
        self.id == "ubuntu" || self.like.iter().any(|like| like == "ubuntu")
    }

    /// What to call it.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// What the kernel enforces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Security {
    /// `/proc/sys/crypto/fips_enabled`.
    pub fips: Looked<bool>,
    /// `/sys/fs/selinux/enforce`; missing where the kernel runs without `SELinux`.
    pub selinux_enforcing: Looked<bool>,
    /// `SELINUX=` in `/etc/selinux/config`.
    pub selinux_config: Looked<String>,
    /// `/sys/module/apparmor/parameters/enabled`; missing where the kernel runs without `AppArmor`.
    pub apparmor: Looked<bool>,
}

/// What is listened on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listeners {
    /// Each TCP socket that listens, over IPv4 and IPv6.
    pub tcp: Vec<Listener>,
    /// `docker-state.json` in the engine's data: missing where the engine is in no swarm.
    pub swarm: Looked<SwarmState>,
}

/// A socket that listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// On which address.
    pub address: IpAddr,
    /// On which port.
    pub port: u16,
}

impl Listener {
    /// It listens on every address of the node.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        match self.address {
            IpAddr::V4(address) => address.is_unspecified(),
            IpAddr::V6(address) => {
                address.is_unspecified() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_unspecified())
            }
        }
    }
}

/// What an engine remembers of its place in the swarm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwarmState {
    /// The address that it listens on as a manager.
    pub listen: String,
    /// It keeps the state of the swarm, as managers do.
    pub manager: bool,
}

/// The sockets that listen, from `/proc/net/tcp` or `tcp6`. `None` where a line is not understood: then
/// nobody knows what it says.
#[must_use]
pub fn listeners(table: &str) -> Option<Vec<Listener>> {
    const LISTEN: &str = "0A";
    let mut lines = table.lines();
    if !lines.next()?.contains("local_address") {
        return None;
    }
    let mut found = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let mut columns = line.split_whitespace().skip(1);
        let (local, _, state) = (columns.next()?, columns.next()?, columns.next()?);
        if !state.eq_ignore_ascii_case(LISTEN) {
            continue;
        }
        let (address, port) = local.split_once(':')?;
        found.push(Listener { address: address_of(address)?, port: u16::from_str_radix(port, 16).ok()? });
    }
    Some(found)
}

/// The kernel prints words of four bytes as numbers, in the order of the machine: little-endian on all
/// that the product runs on.
fn address_of(hex: &str) -> Option<IpAddr> {
    let mut bytes = Vec::new();
    for at in (0..hex.len()).step_by(8) {
        let word = u32::from_str_radix(hex.get(at..at + 8)?, 16).ok()?;
        bytes.extend(word.to_le_bytes());
    }
    if let Ok(four) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(four).into());
    }
    let sixteen = <[u8; 16]>::try_from(bytes.as_slice()).ok()?;
    Some(Ipv6Addr::from(sixteen).into())
}

/// Who is in the group docker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groups {
    /// The group; missing where the node has none of this name.
    pub docker: Looked<DockerGroup>,
    /// Whom else the system asks for groups (`ldap`, `sss`), where that was not seen: members may be
    /// there as well.
    pub elsewhere: Vec<String>,
}

/// The group docker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DockerGroup {
    /// Its number.
    pub gid: u32,
    /// Its members by name, sorted: those that the group lists.
    pub listed: Vec<String>,
    /// Accounts whose own group it is; no list of members shows them.
    pub primary: Vec<String>,
    /// Where it was read.
    pub place: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_the_kernel_is_read() {
        let v4 = "  sl  local_address rem_address   st tx_queue\n   0: 00000000:0949 00000000:0000 0A 0:0\n   1: 0500000A:0949 00000000:0000 0A 0:0\n   2: 0100007F:0949 0100007F:1000 01 0:0\n";
        let found = listeners(v4).expect("a table");
        assert_eq!(found.len(), 2);
        assert!(found[0].is_everywhere() && found[0].port == 2377);
        assert_eq!(found[1].address.to_string(), "10.0.0.5");
        assert!(!found[1].is_everywhere());
        let v6 = "  sl  local_address                         remote_address                        st\n   0: 00000000000000000000000000000000:0949 00000000000000000000000000000000:0000 0A\n   1: 0000000000000000FFFF000000000000:0949 00000000000000000000000000000000:0000 0A\n   2: B80D0120000000000000000001000000:0949 00000000000000000000000000000000:0000 0A\n";
        let found = listeners(v6).expect("a table");
        assert_eq!(found.iter().filter(|l| l.is_everywhere()).count(), 2);
        assert_eq!(found[2].address.to_string(), "2001:db8::1");
        for broken in ["", "x\n", "sl local_address\n 0: 0000:0949 0:0 0A\n", "sl local_address\n 0: 00000000:0949\n"] {
            assert!(listeners(broken).is_none(), "{broken:?}");
        }
    }

    #[test]
    fn ubuntu_is_what_says_so() {
        let os = |text: &str| Os::parse(text).expect("a system");
        assert!(os("ID=ubuntu\n").is_ubuntu());
        assert!(os("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n").is_ubuntu());
        assert!(!os("NAME=\"Ubuntu\"\r\nID=\"rhel\"\r\n").is_ubuntu());
        assert_eq!(os("ID=\"rhel\"\r\n").id, "rhel");
        assert!(Os::parse("NAME=Ubuntu\n").is_none());
    }
}
