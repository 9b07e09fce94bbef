//! The identity that a checklist is filed under.

use serde::{Deserialize, Serialize};

use super::marking;
use crate::disa::TECH_AREAS;

/// Who a checklist speaks of. STIG Viewer, STIG Manager and eMASS find the asset by these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case", expecting = "a table")]
pub struct Asset {
    /// Host name, and the name of the asset in every importer. At most 255 characters.
    pub name: String,
    /// Fully qualified domain name; empty when unknown.
    pub fqdn: String,
    /// IP addresses, without prefix length.
    pub ip: Vec<String>,
    /// MAC address, `AA:BB:CC:DD:EE:FF`, or several with blanks between them; empty when unknown.
    pub mac: String,
    /// `Computing` or `Non-Computing`.
    #[serde(rename = "asset-type", skip_serializing_if = "AssetType::is_computing")]
    pub kind: AssetType,
    /// `None`, `Workstation`, `Member Server` or `Domain Controller`.
    pub role: Role,
    /// STIG Viewer's technology area; empty when none.
    pub tech_area: String,
    /// Marking of the results (`CUI`); empty when none.
    pub marking: String,
    /// A remark on the target.
    pub comment: String,
    /// Of a service that runs on the host: which one it is (`UCP`); empty where the asset is the host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub web_db_site: String,
    /// Of a service that runs on the host: which of several; empty where the asset is the host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub web_db_instance: String,
}

/// A service that has a checklist of its own beside that of its host: what checklists call
/// `WEB_OR_DATABASE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service<'a> {
    /// `WEB_DB_SITE`.
    pub site: &'a str,
    /// `WEB_DB_INSTANCE`.
    pub instance: &'a str,
}

/// What kind of asset it is, in the words of DISA's checklist schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetType {
    /// A computer, or what runs on computers.
    #[default]
    Computing,
    /// Anything else.
    #[serde(rename = "Non-Computing")]
    NonComputing,
}

impl AssetType {
    /// The schema's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            AssetType::Computing => "Computing",
            AssetType::NonComputing => "Non-Computing",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_computing(&self) -> bool {
        *self == AssetType::Computing
    }
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

impl Asset {
    /// What is wrong with it, in words, for the first thing that an importer would refuse.
    pub fn check(&self) -> Result<(), String> {
        if self.name.is_empty() || self.name.chars().count() > 255 {
            return Err("name must have 1 to 255 characters".into());
        }
        if !self.tech_area.is_empty() && !TECH_AREAS.contains(&self.tech_area.as_str()) {
            return Err(format!("tech-area {:?} is not one of DISA's: {}", self.tech_area, TECH_AREAS.join(", ")));
        }
        for (key, text) in [("web-db-site", &self.web_db_site), ("web-db-instance", &self.web_db_instance)] {
            if text.chars().count() > 255 || text.chars().any(char::is_control) {
                return Err(format!("{key} must be one line of at most 255 characters"));
            }
        }
        marking::check(&self.marking).map_err(|e| e.to_string())?;
        if self.key().chars().count() > 255 {
            return Err(format!(
                "{:?}, which STIG Manager makes of name, web-db-site and web-db-instance, has more than \
                 255 characters",
                self.key()
            ));
        }
        for ip in &self.ip {
            if ip.parse::<std::net::IpAddr>().is_err() {
                return Err(format!("ip {ip:?} is not an IP address (write it without a prefix length)"));
            }
        }
        if !self.mac.split_whitespace().all(is_mac) {
            return Err(format!("mac {:?} is not of the form AA:BB:CC:DD:EE:FF", self.mac));
        }
        Ok(())
    }

    /// The service that it is, where it is one: a site or an instance says so.
    #[must_use]
    pub fn service(&self) -> Option<Service<'_>> {
        let service = Service { site: self.web_db_site.trim(), instance: self.web_db_instance.trim() };
        (!service.site.is_empty() || !service.instance.is_empty()).then_some(service)
    }

    /// What tells assets apart: the name, and of a service `name-site-instance`, with `NA` for what is
    /// empty. STIG Manager files an asset under this; `OpenRMF` keys on the same parts.
    #[must_use]
    pub fn key(&self) -> String {
        let part = |text: &str| {
            if text.is_empty() { "NA".to_owned() } else { text.to_owned() }
        };
        match self.service() {
            None => self.name.clone(),
            Some(Service { site, instance }) => {
                format!("{}-{}-{}", self.name, part(site), part(instance))
            }
        }
    }

    /// The domain name if importers take it: it needs a dot, and letters, digits, dots and hyphens
    /// only. `ucp01` or a name with an underscore makes Heimdall refuse the file.
    #[must_use]
    pub fn importable_fqdn(&self) -> &str {
        // The dot of the root names the same host, and no importer takes it.
        let fqdn = self.fqdn.strip_suffix('.').unwrap_or(&self.fqdn);
        let fine = fqdn.contains('.')
            && fqdn.parse::<std::net::IpAddr>().is_err()
            && fqdn.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if fine { fqdn } else { "" }
    }
}

/// The MAC addresses in a text, each once as `AA:BB:CC:DD:EE:FF`, and what in it is none. They are written in pairs with
/// `:`, `-` or nothing between them, or in fours with dots; several have blanks, commas or semicolons between them.
#[must_use]
pub fn macs(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut found, mut odd) = (Vec::new(), Vec::new());
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|part| !part.is_empty()) {
        let digits: String = part.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
        if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            odd.push(part.to_owned());
            continue;
        }
        let pairs: Vec<&str> = (0..12).step_by(2).map(|at| &digits[at..at + 2]).collect();
        let address = pairs.join(":").to_ascii_uppercase();
        if !found.contains(&address) {
            found.push(address);
        }
    }
    (found, odd)
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 6 && parts.iter().all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Asset {
        Asset { name: name.into(), ..Asset::default() }
    }

    #[test]
    fn what_importers_refuse_is_refused_first() {
        assert!(named("ucp01").check().is_ok());
        assert!(named("").check().is_err());
        assert!(named(&"x".repeat(256)).check().is_err());
        assert!(Asset { ip: vec!["10.0.0.5/24".into()], ..named("a") }.check().is_err());
        assert!(Asset { mac: "02-42-ac-11-00-02".into(), ..named("a") }.check().is_err());
        assert!(Asset { tech_area: "None".into(), ..named("a") }.check().is_err());
    }

    #[test]
    fn a_service_is_told_apart_from_its_host() {
        let service = |site: &str, instance: &str| Asset {
            web_db_site: site.into(),
            web_db_instance: instance.into(),
            ..named("ucp01")
        };
        for (asset, key) in [
            (named("ucp01"), "ucp01"),
            (service("UCP", "443"), "ucp01-UCP-443"),
            (service("UCP", ""), "ucp01-UCP-NA"),
            (service(" ", "443"), "ucp01-NA-443"),
            (service(" ", ""), "ucp01"),
        ] {
            assert_eq!(asset.key(), key);
            assert_eq!(asset.service().is_some(), key != "ucp01");
            assert!(asset.check().is_ok());
        }
        assert!(service("a\nb", "").check().is_err());
        assert!(service(&"x".repeat(200), &"y".repeat(60)).check().is_err());
    }

    #[test]
    fn mac_addresses_are_read_in_every_spelling() {
        let one = "02:42:AC:11:00:02";
        for text in ["02:42:AC:11:00:02", "02-42-ac-11-00-02", "0242.ac11.0002", "0242AC110002", " 02:42:ac:11:00:02, "]
        {
            assert_eq!(macs(text), (vec![one.to_owned()], vec![]), "{text}");
        }
        let (found, odd) = macs("0242ac110002; 02:42:AC:11:00:03\n02-42-AC-11-00-02 none 02:42");
        assert_eq!(
            (found.join(" ").as_str(), odd.join(" ").as_str()),
            ("02:42:AC:11:00:02 02:42:AC:11:00:03", "none 02:42")
        );
        assert!(Asset { mac: found.join(" "), ..named("a") }.check().is_ok());
    }

    #[test]
    fn what_is_not_said_does_not_change_how_an_asset_is_kept() {
        let kept = serde_json::to_value(named("ucp01")).expect("JSON");
        assert!(kept.get("asset-type").is_none() && kept.get("web-db-site").is_none());
        let written: Asset =
            serde_json::from_str(r#"{"name": "a", "asset-type": "Non-Computing", "web-db-site": "UCP"}"#)
                .expect("an asset");
        assert_eq!(written.kind, AssetType::NonComputing);
        let again = serde_json::to_value(&written).expect("JSON");
        assert_eq!(serde_json::from_value::<Asset>(again).expect("read"), written);
    }

    #[test]
    fn only_a_real_domain_name_is_given_to_importers() {
        for (fqdn, given) in [
            ("ucp.example.mil", "ucp.example.mil"),
            ("ucp.example.mil.", "ucp.example.mil"),
            ("ucp01", ""),
            ("ucp01.", ""),
            ("a_b.mil", ""),
            ("10.0.0.5", ""),
        ] {
            assert_eq!(Asset { fqdn: fqdn.into(), ..named("a") }.importable_fqdn(), given);
        }
    }
}
