//! The identity that a checklist is filed under.

use serde::{Deserialize, Serialize};

/// Who a checklist speaks of. STIG Viewer, STIG Manager and eMASS find the asset by these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    rename_all = "kebab-case",
    expecting = "a table"
)]
pub struct Asset {
    /// Host name, and the name of the asset in every importer. At most 255 characters.
    pub name: String,
    /// Fully qualified domain name; empty when unknown.
    pub fqdn: String,
    /// IP addresses, without prefix length.
    pub ip: Vec<String>,
    /// MAC address, `AA:BB:CC:DD:EE:FF`; empty when unknown.
    pub mac: String,
    /// `None`, `Workstation`, `Member Server` or `Domain Controller`.
    pub role: Role,
    /// STIG Viewer's technology area; empty when none.
    pub tech_area: String,
    /// Marking of the results (`CUI`); empty when none.
    pub marking: String,
    /// A remark on the target.
    pub comment: String,
}

/// The role of a computer, in the words of DISA's checklist schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// No role, which is right for a cluster.
    #[default]
    None,
    /// A workstation.
    Workstation,
    /// A server in a domain.
    #[serde(rename = "Member Server")]
    MemberServer,
    /// A domain controller.
    #[serde(rename = "Domain Controller")]
    DomainController,
}

impl Role {
    /// The schema's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::None => "None",
            Role::Workstation => "Workstation",
            Role::MemberServer => "Member Server",
            Role::DomainController => "Domain Controller",
        }
    }
}

/// The technology areas that DISA's checklist schema 2.5 knows, besides none.
pub const TECH_AREAS: [&str; 17] = [
    "Application Review",
    "Boundary Security",
    "CDS Admin Review",
    "CDS Technical Review",
    "Database Review",
    "Domain Name System (DNS)",
    "Exchange Server",
    "Host Based System Security (HBSS)",
    "Internal Network",
    "Mobility",
    "Releasable Networks (REL)",
    "Traditional Security",
    "UNIX OS",
    "VVOIP Review",
    "Web Review",
    "Windows OS",
    "Other Review",
];

impl Asset {
    /// What is wrong with it, in words, for the first thing that an importer would refuse.
    pub fn check(&self) -> Result<(), String> {
        if self.name.is_empty() || self.name.chars().count() > 255 {
            return Err("name must have 1 to 255 characters".into());
        }
        if !self.tech_area.is_empty() && !TECH_AREAS.contains(&self.tech_area.as_str()) {
            return Err(format!(
                "tech-area {:?} is not one of DISA's: {}",
                self.tech_area,
                TECH_AREAS.join(", ")
            ));
        }
        for ip in &self.ip {
            if ip.parse::<std::net::IpAddr>().is_err() {
                return Err(format!(
                    "ip {ip:?} is not an IP address (write it without a prefix length)"
                ));
            }
        }
        if !self.mac.is_empty() && !is_mac(&self.mac) {
            return Err(format!(
                "mac {:?} is not of the form AA:BB:CC:DD:EE:FF",
                self.mac
            ));
        }
        Ok(())
    }

    /// The domain name if importers take it: it needs a dot, and letters, digits, dots and hyphens
    /// only. `ucp01` or a name with an underscore makes Heimdall refuse the file.
    #[must_use]
    pub fn importable_fqdn(&self) -> &str {
        let fine = self.fqdn.contains('.')
            && self.fqdn.parse::<std::net::IpAddr>().is_err()
            && self
                .fqdn
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if fine { &self.fqdn } else { "" }
    }
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Asset {
        Asset {
            name: name.into(),
            ..Asset::default()
        }
    }

    #[test]
    fn what_importers_refuse_is_refused_first() {
        assert!(named("ucp01").check().is_ok());
        assert!(named("").check().is_err());
        assert!(named(&"x".repeat(256)).check().is_err());
        assert!(
            Asset {
                ip: vec!["10.0.0.5/24".into()],
                ..named("a")
            }
            .check()
            .is_err()
        );
        assert!(
            Asset {
                mac: "02-42-ac-11-00-02".into(),
                ..named("a")
            }
            .check()
            .is_err()
        );
        assert!(
            Asset {
                tech_area: "None".into(),
                ..named("a")
            }
            .check()
            .is_err()
        );
    }

    #[test]
    fn only_a_real_domain_name_is_given_to_importers() {
        for (fqdn, given) in [
            ("ucp.example.mil", "ucp.example.mil"),
            ("ucp01", ""),
            ("a_b.mil", ""),
            ("10.0.0.5", ""),
        ] {
            assert_eq!(
                Asset {
                    fqdn: fqdn.into(),
                    ..named("a")
                }
                .importable_fqdn(),
                given
            );
        }
    }
}
