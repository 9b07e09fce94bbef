//! What makes sense in a value, beyond its type.

use std::net::IpAddr;

use super::values::{
    AllowedAccess, AllowedCapabilities, AllowedCgroup, AllowedDevice, AllowedGrant, AllowedPort, AllowedUlimit,
    EncryptedByApplication, Exemption, IdentityProvider, SecretOwner, Selector,
};
use super::words::{absolute, all_filled, filled, one_of};

/// A value that can have the right type and make no sense.
pub(super) trait Checked {
    /// What is wrong with it.
    fn check(&self) -> Result<(), String>;
}

/// A name.
impl Checked for String {
    fn check(&self) -> Result<(), String> {
        filled(self, "a name")
    }
}

impl Checked for Selector {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Checked for AllowedGrant {
    fn check(&self) -> Result<(), String> {
        filled(&self.subject, "subject")?;
        filled(&self.role, "role")?;
        filled(&self.object, "object")
    }
}

impl Checked for AllowedAccess {
    fn check(&self) -> Result<(), String> {
        let team = (self.org.is_empty(), self.team.is_empty());
        match (self.user.is_empty(), team) {
            (true, (false, false)) => {}
            (false, (true, true)) if self.members.is_empty() => {}
            (false, (true, true)) => return Err("a user has no members".into()),
            _ => return Err("it names neither an org and a team, nor a user alone".into()),
        }
        all_filled(&self.members, "a member")?;
        for repository in &self.repos {
            if !repository.name.contains('/') {
                return Err(format!("{:?} is no repository: write namespace/name, or namespace/*", repository.name));
            }
            one_of(&repository.level, &["read-only", "read-write", "admin"])?;
        }
        Ok(())
    }
}

impl Checked for AllowedCapabilities {
    fn check(&self) -> Result<(), String> {
        if self.allow_add.is_empty() && self.require_drop.is_empty() {
            return Err("it neither allows nor demands anything".into());
        }
        let odd = |name: &&String| name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        match self.allow_add.iter().chain(&self.require_drop).find(odd) {
            Some(name) => Err(format!("{name:?} is no capability: write it as in NET_ADMIN")),
            None => Ok(()),
        }
    }
}

impl Checked for AllowedPort {
    fn check(&self) -> Result<(), String> {
        one_of(&self.proto, &["tcp", "udp", "sctp"])?;
        if self.container_port == 0 || self.host_port == Some(0) {
            return Err("0 is no port".into());
        }
        match &self.host_ip {
            Some(ip) if ip.parse::<IpAddr>().is_err() => Err(format!("{ip:?} is no IP address")),
            _ => Ok(()),
        }
    }
}

impl Checked for AllowedDevice {
    fn check(&self) -> Result<(), String> {
        absolute(&self.path_on_host)?;
        let given = &self.permissions;
        let each_once = |c: char| given.matches(c).count() == 1;
        if given.is_empty() || !given.chars().all(|c| "rwm".contains(c) && each_once(c)) {
            return Err(format!("permissions are {given:?}: write rwm or fewer of these letters"));
        }
        Ok(())
    }
}

impl Checked for AllowedCgroup {
    fn check(&self) -> Result<(), String> {
        filled(&self.value, "value")
    }
}

impl Checked for AllowedUlimit {
    fn check(&self) -> Result<(), String> {
        filled(&self.name, "name")?;
        // -1 stands for no limit.
        let at_most = |limit: i64| if limit == -1 { i64::MAX } else { limit };
        if self.soft < -1 || self.hard < -1 {
            return Err("a limit is less than -1, which means none".into());
        }
        if at_most(self.soft) > at_most(self.hard) {
            return Err("the soft limit is above the hard one".into());
        }
        Ok(())
    }
}

impl Checked for Exemption {
    fn check(&self) -> Result<(), String> {
        filled(&self.reason, "reason")
    }
}

impl Checked for SecretOwner {
    fn check(&self) -> Result<(), String> {
        filled(&self.app, "app")?;
        if self.secrets.is_empty() {
            return Err(format!("{} has no secrets", self.app));
        }
        all_filled(&self.secrets, "a secret's name")
    }
}

impl Checked for EncryptedByApplication {
    fn check(&self) -> Result<(), String> {
        filled(&self.network, "network")?;
        filled(&self.evidence, "evidence")
    }
}

impl Checked for IdentityProvider {
    fn check(&self) -> Result<(), String> {
        let all = [&self.ldap_url, &self.reader_dn, &self.saml_metadata_url, &self.sp_host];
        if all.iter().all(|value| value.is_none()) {
            return Err("it expects nothing: give at least one of its values".into());
        }
        all.into_iter().flatten().try_for_each(|text| filled(text, "a value"))
    }
}
