//! What results are filed under, as far as it can be told from what is asked.

use crate::collect::{Targets, host_name};
use crate::outcome::SIMULATED;
use crate::target::Asset;

/// Fills in what the configuration does not say of the asset, from the URLs of the targets, or
/// from the name of the host whose files are read.
pub(super) fn identify(mut asset: Asset, targets: &Targets) -> Result<Asset, String> {
    let urls = [
        targets.ucp.as_ref().map(|t| &t.url),
        targets.dtr.as_ref().map(|t| &t.url),
    ];
    let url = urls.into_iter().flatten().find_map(|url| url.host_str());
    // Of hosts alone: the first one's own name.
    let own = match url {
        Some(_) => None,
        None => targets.hosts.iter().find_map(|root| host_name(root)),
    };
    let host = url.or(own.as_deref()).unwrap_or("unnamed");
    let host = host.trim_matches(['[', ']']);
    let is_ip = host.parse::<std::net::IpAddr>().is_ok();
    if asset.name.is_empty() {
        host.clone_into(&mut asset.name);
        if asset.fqdn.is_empty() && !is_ip && host.contains('.') {
            host.clone_into(&mut asset.fqdn);
        }
        if asset.ip.is_empty() && is_ip {
            asset.ip.push(host.to_owned());
        }
    }
    asset.check()?;
    Ok(asset)
}

/// Marks an asset that is not real. What is not known of it is filled in from what is reserved for
/// things that do not exist, so that no name or address of it can be taken for somebody's: a domain
/// of RFC 2606, an address of RFC 5737, a MAC address of RFC 9542.
pub(super) fn simulate(asset: &mut Asset) {
    asset.name = format!("{SIMULATED}-{}", asset.name);
    if asset.fqdn.is_empty() {
        asset.fqdn = "simulated.example".into();
    }
    if asset.ip.is_empty() {
        asset.ip.push("192.0.2.1".into());
    }
    if asset.mac.is_empty() {
        asset.mac = "00:00:5E:00:53:01".into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_simulated_has_names_that_nobody_else_has() {
        let mut asset = Asset {
            name: "lab".into(),
            ip: vec!["127.0.0.1".into()],
            ..Asset::default()
        };
        simulate(&mut asset);
        assert_eq!(asset.name, "SIMULATED-lab");
        assert_eq!(asset.ip, ["127.0.0.1"]);
        assert!(asset.check().is_ok());
        assert_eq!(asset.importable_fqdn(), "simulated.example");
    }
}
