//! Tests of ARF documents: that their parts find each other.

use super::*;
use crate::report::fixture;
use crate::xccdf::Verdict;
use crate::xccdf::model::Ident;

const COMPONENT: &str = "scap_mil.disa.stig_comp_U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml";

#[test]
fn the_parts_refer_to_each_other() {
    let text = write(&[&fixture::outcome()]);
    for part in [
        "<arf:report-request id=\"collection1\">".to_owned(),
        format!("<ds:component id=\"{COMPONENT}\""),
        format!("xlink:href=\"#{COMPONENT}\""),
        format!("<cdf:benchmark href=\"#{COMPONENT}\" id=\"xccdf_mil.disa.stig_benchmark_"),
        "href=\"\" name=\"asset0\">".to_owned(),
        "<arf:asset id=\"asset0\">".to_owned(),
        "type=\"scap-rel:checkContext\" subject=\"ocil1\">\n   <core:ref>xccdf1<".to_owned(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert_eq!(text.matches("<cdf:TestResult xmlns:cdf=").count(), 1);
    assert_eq!(text.matches("<ocil:ocil ").count(), 2);
}

/// Over a socket there is no address but the machine's own, and nobody else's asset list learns of it.
#[test]
fn a_machine_that_was_asked_by_socket_has_its_own_address_in_the_report_only() {
    let mut outcome = fixture::outcome();
    outcome.asset.ip.clear();
    for endpoint in &mut outcome.endpoints {
        endpoint.url = "unix:///var/run/docker.sock".into();
    }
    let text = write(&[&outcome]);
    assert!(text.contains("<cdf:target-address>127.0.0.1</cdf:target-address>"), "{text}");
    assert!(!text.contains("<ai:ip-v4>"), "{text}");
    outcome.endpoints[0].url = "https://ucp.example.mil".into();
    assert!(!write(&[&outcome]).contains("target-address"));
    outcome.asset.ip = vec!["10.0.0.5".into()];
    let text = write(&[&outcome]);
    assert!(text.contains("10.0.0.5</cdf:target-address>") && !text.contains("127.0.0.1"));
}

#[test]
fn only_what_was_checked_refers_to_a_check() {
    let outcome = fixture::outcome();
    let text = write(&[&outcome]);
    let results = text.split("<cdf:rule-result ").skip(1);
    for (at, (result, rule)) in results.zip(&outcome.rules).enumerate() {
        let reference =
            format!("<cdf:check-content-ref href=\"#ocil1\" name=\"ocil:io.stigprobe:questionnaire:{}\">", at + 1);
        let result = result.split("</cdf:rule-result>").next().unwrap_or_default();
        assert_eq!(result.contains(&reference), is_decided(rule.result), "{result}");
        assert_eq!(result.contains("<cdf:check "), is_decided(rule.result));
        assert!(result.contains(&rule.control_id));
        assert_eq!(result.matches("<cdf:message ").count(), 1);
    }
}

fn is_decided(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Pass | Verdict::Fail | Verdict::Error)
}

#[test]
fn a_run_in_which_nobody_looked_has_no_report_of_checks() {
    let mut outcome = fixture::outcome();
    for rule in &mut outcome.rules {
        rule.result = Verdict::NotChecked;
    }
    let text = write(&[&outcome]);
    assert_eq!(text.matches("<arf:report id=").count(), 1);
    assert!(!text.contains("ocil1") && !text.contains("checkContext"));
    assert_eq!(text.matches("<ocil:ocil ").count(), 1);
}

#[test]
fn every_outcome_has_an_asset_and_reports_of_its_own() {
    let one = fixture::outcome();
    let mut two = fixture::nasty();
    two.asset.name = "ucp02".into();
    let text = write(&[&one, &two, &one]);
    assert_eq!(text.matches("<arf:report-request ").count(), 1);
    assert_eq!(text.matches("<cdf:Benchmark ").count(), 1);
    for at in 0..3 {
        for part in [
            format!("<arf:asset id=\"asset{at}\">"),
            format!("<arf:report id=\"xccdf{}\">", at + 1),
            format!("<arf:report id=\"ocil{}\">", at + 1),
            format!("href=\"\" name=\"asset{at}\">"),
        ] {
            assert_eq!(text.matches(&part).count(), 1, "{part}");
        }
    }
    let ids = text.split("_testresult_").skip(1);
    let ids: HashSet<&str> = ids.filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
    // The profile that all of them used stands in the benchmark once.
    assert_eq!(text.matches("<cdf:Profile ").count(), 1);
}

#[test]
fn enumerated_idents_are_copied_and_ours_stand_apart() {
    let mut outcome = fixture::outcome();
    for item in &mut std::sync::Arc::make_mut(&mut outcome.benchmark).items {
        let crate::xccdf::Item::Group(group) = item else {
            continue;
        };
        for item in &mut group.items {
            if let crate::xccdf::Item::Rule(rule) = item {
                rule.idents.push(Ident { system: "http://cce.mitre.org".into(), value: "CCE-2466-1".into() });
            }
        }
    }
    let text = write(&[&outcome]);
    let id = &outcome.rules[0].control_id;
    assert!(!text.contains("<cdf:ident system=\"urn:stigprobe:"));
    assert!(text.contains(&format!("<dc:identifier>urn:stigprobe:control-id:v1 {id}</dc:identifier>")));
}
