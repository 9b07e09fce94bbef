//! XCCDF results: a resolved benchmark with exactly one `TestResult`.
//!
//! A `TestResult` alone is a valid document too, but Heimdall makes an empty profile of it and
//! oscap-report fails; with two of them STIG Manager rejects the file.

use super::benchmark::begin;
use super::edition::Edition;
use super::test_result::{Form, Place, result_id, test_result};
use crate::outcome::Outcome;
use crate::xml::write::Writer;

/// The document.
pub(super) fn write(outcome: &Outcome, edition: Edition) -> String {
    let mut w = Writer::new(" ");
    begin(&mut w, &[outcome], edition, None);
    let form = Form { edition, id: &result_id(outcome, edition), place: Place::Benchmark };
    test_result(&mut w, outcome, &form);
    w.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_result_for_each_rule_in_its_order() {
        let outcome = fixture::outcome();
        let text = write(&outcome, Edition::V1_2);
        assert_eq!(text.matches("<cdf:TestResult ").count(), 1);
        assert_eq!(text.matches("<cdf:rule-result ").count(), outcome.rules.len());
        assert_eq!(text.matches("<cdf:message severity=\"info\">").count(), outcome.rules.len());
        assert_eq!(text.matches("<cdf:score ").count(), 4);
        let at = |needle: &str| text.find(needle).unwrap_or_else(|| panic!("{needle}"));
        let order = [
            "<cdf:benchmark href=\"#scap_mil.disa.stig_comp_U_Docker",
            "<cdf:title>stigprobe",
            "<cdf:identity authenticated=\"true\"",
            "<cdf:profile idref=\"xccdf_mil.disa.stig_profile_MAC-1_Classified\"",
            "<cdf:target>ucp01<",
            "<cdf:target-address>10.0.0.5<",
            "<cdf:target-facts>",
            "<cdf:fact name=\"urn:scap:fact:asset:identifier:host_name\" type=\"string\">ucp01<",
            "<cdf:rule-result idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\" role=\"full\" severity=\"low\" \
             time=\"2026-11-21T18:04:00Z\" version=\"DKER-EE-001000\" weight=\"10.0\">",
            "<cdf:rule-result idref=\"xccdf_mil.disa.stig_rule_SV-235776",
            "<cdf:score system=\"urn:xccdf:scoring:default\" maximum=\"100.0\">",
        ];
        assert!(order.map(at).is_sorted(), "{text}");
    }

    #[test]
    fn every_id_of_the_control_is_carried() {
        let outcome = fixture::outcome();
        let text = write(&outcome, Edition::V1_2);
        let id = &outcome.rules[0].control_id;
        assert!(text.contains(&format!("<cdf:ident system=\"urn:stigprobe:control-id:v1\">{id}</cdf:ident>")));
        assert!(text.contains("<cdf:ident system=\"http://cyber.mil/cci\">CCI-000054</cdf:ident>"));
        assert_eq!(text.matches("<cdf:ident system=\"https://www.tenable.com/audits/control-id\">").count(), 1);
    }

    #[test]
    fn nasty_text_arrives_escaped_once_and_without_attributes() {
        let text = write(&fixture::nasty(), Edition::V1_2);
        assert!(text.contains("]]&gt; &amp;amp;lt; &lt;b&gt;"), "{text}");
        assert!(text.contains("<sm:detail>SIMULATED") && text.contains("<sm:comment>SIMULATED"));
        assert!(text.contains("<cdf:title>SIMULATED: stigprobe"));
        assert!(text.contains("test-system=\"cpe:/a:stigprobe:stigprobe_simulated:"));
        assert!(text.contains("name=\"urn:stigprobe:fact:simulated\" type=\"string\">default<"));
    }
}
