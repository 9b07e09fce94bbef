//! By which numbers rules are found, and which control ids are learned.

use std::fmt::Write as _;

use super::*;

#[test]
fn rules_are_found_by_numbers_that_stay() {
    let with = |reference: &str, name: &str| {
        let mut one = item(Heard::Failed);
        one.reference = reference.to_owned().into();
        one.check_name = name.to_owned().into();
        one.control_id = "ab".repeat(32).into();
        one
    };
    for (reference, name, found, noted) in [
        ("Vuln-ID|V-235775", "x", true, false),
        ("Rule-ID|SV-235775r960735_rule", "x", true, false),
        ("Rule-ID|SV-235775r627452_rule", "x", true, true),
        ("STIG-ID|DKER-EE-001000", "x", true, false),
        ("CAT|II", "DKER-EE-001000 - title - sub", true, false),
        ("STIG-Legacy|SV-104693,STIG-Legacy|V-94863", "x", true, false),
        ("STIG-Legacy|V-94863", "x", true, false),
        ("Vuln-ID|V-94863", "x", true, false),
        ("CAT|II", "Rule DKER-EE-001000 must be kept.", false, false),
        ("Vuln-ID|V-999999", "Rule DKER-EE-001000 must be kept.", false, false),
        ("Vuln-ID|", "x", false, false),
        ("Vuln-ID|V-235775,DISA_Benchmark|docker_enterprise_2-x_LINUX-unix_STIG", "x", true, false),
        ("Vuln-ID|V-235775,DISA_Benchmark|Somewhere_Else", "x", true, false),
    ] {
        let outcome = ours(Verdict::Pass);
        let scans = [scanned(vec![host("ucp01", vec![with(reference, name)])])];
        let result = join(outcome, &scans, &Population::Asset, false);
        match result {
            Ok((outcome, remarks)) => {
                assert!(found, "{reference} {name}");
                assert_eq!(outcome.rules[0].result, Verdict::Fail, "{reference}");
                let notes = &outcome.rules[0].notes;
                assert_eq!(notes.iter().any(|n| n.contains("another revision")), noted, "{reference}: {notes:?}");
                assert_eq!(remarks.iter().any(|r| r.contains("other revisions")), noted);
            }
            Err(error) => {
                assert!(!found, "{reference} {name}: {error}");
                assert!(error.to_string().contains("1 results of docker.audit"), "{error}");
            }
        }
    }
    // Where one audit names this benchmark, items of another are not ours.
    let ours_named = "Vuln-ID|V-235776,DISA_Benchmark|Docker_Enterprise_2-x_Linux-UNIX_STIG";
    let other = "Vuln-ID|V-235775,DISA_Benchmark|RHEL_7_STIG";
    let outcome = joined(ours(Verdict::Pass), vec![host("ucp01", vec![with(ours_named, "x"), with(other, "y")])]);
    assert_eq!(outcome.rules[0].result, Verdict::Pass);
}

#[test]
fn control_ids_are_learned_from_plugins_and_audits_that_tell_rules_apart() {
    let with = |number: usize, digit: char, change: &dyn Fn(&mut NessusItem)| {
        let mut one = about(item(Heard::Passed), number);
        one.control_id = digit.to_string().repeat(64).into();
        change(&mut one);
        one
    };
    let learned = |items: Vec<NessusItem>| {
        let mut ids = LearnedIds::default();
        let remarks = learn(&scanned(vec![host("anybody", items)]), &mut ids);
        (ids, remarks)
    };
    let same = &|_: &mut NessusItem| {};
    let (ids, remarks) = learned(vec![with(0, 'a', same), with(0, 'a', same), with(1, 'b', same)]);
    assert_eq!((ids.len(), remarks.len()), (2, 0));
    let outcome = with_ids(fixture::outcome(), &ids);
    assert_eq!(outcome.rules[0].tenable_control_id, Some("a".repeat(64)));
    assert_eq!(
        outcome.rules[0].tenable_learned_from.as_deref(),
        Some("scan.nessus (audit docker.audit, plugin revision 1.843)")
    );
    assert_eq!(outcome.rules[1].tenable_learned_from, None, "it has one already");
    let text = String::from_utf8(report::write(Format::Nessus, &outcome)).expect("text");
    let mut wanted = String::new();
    let _ = write!(wanted, "<cm:compliance-control-id>{}<", "a".repeat(64));
    assert!(text.contains(&wanted), "it is written");
    assert!(text.contains("control-id as Nessus wrote it, learned from scan.nessus"));
    let read = read_scan(text.as_bytes()).expect("a file");
    let own = Scanned { scan: read, ..scanned(Vec::new()) };
    assert!(
        {
            let mut none = LearnedIds::default();
            learn(&own, &mut none);
            none.is_empty()
        },
        "not from our own files"
    );

    let old = |i: &mut NessusItem| i.plugin_revision = "1.497".into();
    let unknown = |i: &mut NessusItem| i.plugin_revision = "".into();
    let bare = |i: &mut NessusItem| i.reference = "STIG-ID|DKER-EE-001000".into();
    for items in [
        vec![with(0, 'a', &old)],
        vec![with(0, 'a', &unknown)],
        vec![with(0, 'a', &bare)],
        vec![with(0, 'a', same), with(1, 'a', same)],
        vec![with(0, 'a', same), with(0, 'b', same)],
    ] {
        assert!(learned(items).0.is_empty());
    }
    // What is published or known is not replaced, and that is said.
    let published = |i: &mut NessusItem| {
        i.reference = "Rule-ID|SV-235803r627536_rule,STIG-ID|DKER-EE-001970".into();
    };
    let (ids, remarks) = learned(vec![with(0, 'a', &published)]);
    assert!(ids.is_empty() && remarks[0].contains("not the one that Tenable publishes"), "{remarks:?}");
    let (mut ids, _) = learned(vec![with(0, 'a', same)]);
    let remarks = learn(&scanned(vec![host("b", vec![with(0, 'c', same)])]), &mut ids);
    assert!(remarks[0].contains("which is kept"), "{remarks:?}");
    assert_eq!(ids.find("SV-235775r960735_rule", "DKER-EE-001000").map(|l| l.control_id.clone()), Some("a".repeat(64)));
}
