//! NIST's ARF 1.1: the benchmark as what was asked for, the asset, and the XCCDF results as the
//! report on it. For `OpenSCAP`'s tools; eMASS means another format by this name, and STIG Manager
//! and Heimdall take none of it.
//!
//! All parts are XCCDF 1.2 also where the STIG is not: a 1.1 result in an ARF passes `OpenSCAP`'s
//! check of the envelope and is invalid all the same.

use std::net::IpAddr;

use super::benchmark::{begin, component};
use super::identity::{expanded, fqdn, ips, mac, name};
use super::test_result::test_result;
use crate::outcome::Outcome;
use crate::target::Asset;
use crate::xml::write::Writer;

/// The asset within the document.
const ASSET: &str = "asset0";
/// The report within the document.
const REPORT: &str = "xccdf1";

/// The document.
pub(super) fn write(outcome: &Outcome) -> String {
    let mut w = Writer::new(" ");
    w.start("arf:asset-report-collection");
    w.attr(
        "xmlns:arf",
        "http://scap.nist.gov/schema/asset-reporting-format/1.1",
    );
    w.attr(
        "xmlns:core",
        "http://scap.nist.gov/schema/reporting-core/1.1",
    );
    w.attr(
        "xmlns:ai",
        "http://scap.nist.gov/schema/asset-identification/1.1",
    );
    let request = component(outcome);
    w.start("core:relationships");
    w.attr(
        "xmlns:arfvocab",
        "http://scap.nist.gov/specifications/arf/vocabulary/relationships/1.0#",
    );
    for (kind, to) in [
        ("arfvocab:createdFor", request.as_str()),
        ("arfvocab:isAbout", ASSET),
    ] {
        w.start("core:relationship")
            .attr("type", kind)
            .attr("subject", REPORT);
        w.leaf("core:ref", to).end();
    }
    w.end();
    w.start("arf:report-requests")
        .start("arf:report-request")
        .attr("id", &request)
        .start("arf:content");
    begin(&mut w, outcome);
    w.end().end().end().end();
    w.start("arf:assets").start("arf:asset").attr("id", ASSET);
    device(&mut w, &outcome.asset);
    w.end().end();
    w.start("arf:reports")
        .start("arf:report")
        .attr("id", REPORT)
        .start("arf:content");
    test_result(&mut w, outcome, Some(ASSET));
    w.finish()
}

/// The asset, with those of its parts that the patterns of Asset Identification 1.1 let through.
/// Its name, which need not look like a host's, always stands in the synthetic id.
fn device(w: &mut Writer, asset: &Asset) {
    w.start("ai:computing-device");
    w.start("ai:synthetic-id")
        .attr("resource", "urn:stigprobe:asset")
        .attr("id", &name(asset))
        .end();
    let (ips, mac) = (ips(asset), mac(asset));
    if !ips.is_empty() || !mac.is_empty() {
        w.start("ai:connections");
        // One address for each connection; which of them has the MAC address is not known, so that
        // it stands with the first.
        for at in 0..ips.len().max(1) {
            w.start("ai:connection");
            if let Some(ip) = ips.get(at) {
                let element = match ip {
                    IpAddr::V4(_) => "ai:ip-v4",
                    IpAddr::V6(_) => "ai:ip-v6",
                };
                w.start("ai:ip-address").leaf(element, &expanded(*ip)).end();
            }
            if at == 0 && !mac.is_empty() {
                w.leaf("ai:mac-address", &mac);
            }
            w.end();
        }
        w.end();
    }
    if !fqdn(asset).is_empty() {
        w.leaf("ai:fqdn", fqdn(asset));
    }
    if is_host_name(&name(asset)) {
        w.leaf("ai:hostname", &name(asset));
    }
    w.end();
}

/// Labels of letters, digits and hyphens: the pattern's `\w` has no underscore.
fn is_host_name(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_parts_refer_to_each_other() {
        let text = write(&fixture::outcome());
        let request =
            "scap_mil.disa.stig_comp_U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml";
        assert!(text.contains(&format!("<arf:report-request id=\"{request}\">")));
        assert!(text.contains(&format!("<core:ref>{request}</core:ref>")));
        assert!(text.contains(&format!("<cdf:benchmark href=\"#{request}\"")));
        assert!(text.contains("<cdf:target-id-ref system=\"http://scap.nist.gov/schema/asset-identification/1.1\" href=\"\" name=\"asset0\">"));
        assert!(text.contains("<arf:asset id=\"asset0\">"));
        assert_eq!(text.matches("<cdf:TestResult xmlns:cdf=").count(), 1);
    }

    #[test]
    fn what_does_not_fit_the_patterns_is_left_out() {
        let mut outcome = fixture::outcome();
        outcome.asset = Asset {
            name: "SIMULATED ucp_01".into(),
            fqdn: "ucp01".into(),
            ..Asset::default()
        };
        let text = write(&outcome);
        assert!(text.contains("id=\"SIMULATED ucp_01\">"));
        for not in ["<ai:connections>", "<ai:fqdn>", "<ai:hostname>"] {
            assert!(!text.contains(not), "{not}");
        }
        outcome.asset.ip = vec!["2001:db8::1".into(), "10.0.0.5".into()];
        outcome.asset.mac = "02:42:ac:11:00:02".into();
        let text = write(&outcome);
        assert!(text.contains("<ai:ip-v6>2001:db8:0:0:0:0:0:1</ai:ip-v6>"));
        assert_eq!(text.matches("<ai:connection>").count(), 2);
        assert_eq!(text.matches("<ai:mac-address>").count(), 1);
    }
}
