//! An asset in the words of NIST's Asset Identification 1.1, as SP 800-126 r3, 4.4.2 (RES-299) wants
//! it in an ARF: address, MAC address, domain name and host name, as far as they are known. What is
//! not known is left out: a made-up one would make other people's asset lists take two things for one.

use std::net::IpAddr;

use super::identity::{addresses, domain, expanded, name};
use crate::outcome::Outcome;
use crate::target::asset::macs;
use crate::xml::write::Writer;

/// Writes the asset, with those of its parts that the schema's patterns let through. Its name, which
/// need not look like a host's, always stands in the synthetic id.
pub(super) fn device(w: &mut Writer, outcome: &Outcome) {
    let name = name(&outcome.asset);
    w.start("ai:computing-device");
    w.start("ai:synthetic-id").attr("resource", "urn:stigprobe:asset").attr("id", &name).end();
    let (ips, macs) = (addresses(outcome), macs(&outcome.asset.mac).0);
    if !ips.is_empty() || !macs.is_empty() {
        w.start("ai:connections");
        // One address for each connection; which of them has which MAC address is not known, so that they stand in
        // their order.
        for at in 0..ips.len().max(macs.len()) {
            w.start("ai:connection");
            if let Some(ip) = ips.get(at) {
                let element = match ip {
                    IpAddr::V4(_) => "ai:ip-v4",
                    IpAddr::V6(_) => "ai:ip-v6",
                };
                w.start("ai:ip-address").leaf(element, &expanded(*ip)).end();
            }
            if let Some(mac) = macs.get(at) {
                w.leaf("ai:mac-address", mac);
            }
            w.end();
        }
        w.end();
    }
    let domain = domain(outcome);
    if !domain.is_empty() {
        w.leaf("ai:fqdn", &domain);
    }
    if is_host_name(&name) {
        w.leaf("ai:hostname", &name);
    }
    w.end();
}

/// Labels of letters, digits and hyphens: the pattern's `\w` has no underscore.
fn is_host_name(text: &str) -> bool {
    text.split('.').all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::target::Asset;

    fn written(outcome: &Outcome) -> String {
        let mut w = Writer::new(" ");
        device(&mut w, outcome);
        w.finish()
    }

    #[test]
    fn what_does_not_fit_the_patterns_is_left_out() {
        let mut outcome = fixture::outcome();
        outcome.endpoints.clear();
        outcome.asset = Asset { name: "SIMULATED ucp_01".into(), fqdn: "ucp01".into(), ..Asset::default() };
        let text = written(&outcome);
        assert!(text.contains("id=\"SIMULATED ucp_01\">"));
        for not in ["<ai:connections>", "<ai:fqdn>", "<ai:hostname>"] {
            assert!(!text.contains(not), "{not}");
        }
        outcome.asset.ip = vec!["2001:db8::1".into(), "10.0.0.5".into()];
        outcome.asset.mac = "02:42:ac:11:00:02".into();
        let text = written(&outcome);
        assert!(text.contains("<ai:ip-v6>2001:db8:0:0:0:0:0:1</ai:ip-v6>"));
        assert_eq!(text.matches("<ai:connection>").count(), 2);
        assert_eq!(text.matches("<ai:mac-address>").count(), 1);
    }

    #[test]
    fn what_was_asked_says_where_the_asset_is_if_nothing_else_does() {
        let mut outcome = fixture::outcome();
        outcome.asset.fqdn.clear();
        outcome.asset.ip.clear();
        let text = written(&outcome);
        assert!(text.contains("<ai:fqdn>ucp.example.mil</ai:fqdn>"), "{text}");
        assert!(!text.contains("<ai:ip-address>"), "{text}");
        outcome.endpoints[0].url = "https://[2001:db8::7]:8443/x".into();
        outcome.endpoints[1].url = "https://10.0.0.9:444".into();
        let text = written(&outcome);
        assert!(text.contains("<ai:ip-v6>2001:db8:0:0:0:0:0:7</ai:ip-v6>"));
        assert!(text.contains("<ai:ip-v4>10.0.0.9</ai:ip-v4>") && !text.contains("<ai:fqdn>"));
    }
}
