//! What makes sense in a value, beyond its type.

use std::net::IpAddr;

use super::values::{
    AllowedAccess, AllowedCapabilities, AllowedCgroup, AllowedDevice, AllowedGrant, AllowedPort, AllowedUlimit,
    EncryptedByApplication, Exemption, IdentityProvider, SecretOwner, Selector,
};
use super::values::{HOLDER, is_pattern};
use super::words::{absolute, filled, name, names, no_pattern, one_of};

/// A value that can have the right type and make no sense.
pub(super) trait Checked {
    /// What is wrong with it.
    fn check(&self) -> Result<(), String>;
}

/// A name.
impl Checked for String {
    fn check(&self) -> Result<(), String> {
        name(self, "a name")
    }
}

impl Checked for Selector {
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Checked for AllowedGrant {
    fn check(&self) -> Result<(), String> {
        for (text, what) in [(&self.subject, "subject"), (&self.role, "role"), (&self.object, "object")] {
            filled(text, what)?;
            let braces = if what == "object" { text.replace(HOLDER, "") } else { text.clone() };
            if braces.contains(['{', '}']) {
                return Err(format!("{what} is {text:?}: {HOLDER} in object is all that may stand in braces"));
            }
        }
        if [&self.subject, &self.role, &self.object].iter().all(|text| text.chars().all(|c| c == '*')) {
            return Err(
                "it approves every grant there can be, so that nothing is decided: name at least one part".into()
            );
        }
        Ok(())
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
        names(&self.members, "a member")?;
        for (text, what) in [(&self.org, "org"), (&self.team, "team"), (&self.user, "user")] {
            no_pattern(text, what)?;
        }
        for repository in &self.repos {
            let all_of = repository.name.strip_suffix("/*");
            let is_pattern = repository.name != "*/*" && is_pattern(all_of.unwrap_or(&repository.name));
            if !repository.name.contains('/') || is_pattern {
                return Err(format!(
                    "{:?} is no repository: write namespace/name, namespace/*, or */* for all",
                    repository.name
                ));
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
        name(&self.value, "value")
    }
}

impl Checked for AllowedUlimit {
    fn check(&self) -> Result<(), String> {
        name(&self.name, "name")?;
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
        name(&self.app, "app")?;
        if self.secrets.is_empty() {
            return Err(format!("{} has no secrets", self.app));
        }
        names(&self.secrets, "a secret's name")
    }
}

impl Checked for EncryptedByApplication {
    fn check(&self) -> Result<(), String> {
        name(&self.network, "network")?;
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
