//! Every cell of the table, and what no scan may ever do.

use std::fmt::Write as _;

use super::rules::Heard;
use super::*;
use crate::facts::fleet::{Missed, Nodes};
use crate::import::nessus::{NessusHost, NessusItem, Said, read_scan};
use crate::outcome::{Answer, Statement, Waived};
use crate::report::{self, Format, fixture};
use crate::tenable::LearnedIds;
use crate::xccdf::Verdict;

/// An item as Nessus writes it, by what it comes to.
fn item(heard: Heard) -> NessusItem {
    let word = match heard {
        Heard::Passed | Heard::Unclear => "PASSED",
        Heard::Review | Heard::NotPerformed => "WARNING",
        Heard::Unknown => "SKIPPED",
        Heard::Error => "ERROR",
        Heard::Failed => "FAILED",
    };
    let mut item = NessusItem {
        plugin: "21157".into(),
        plugin_revision: "1.843".into(),
        said: Said::of(word),
        word: word.into(),
        check_name: "DKER-EE-001000 - Title".into(),
        reference:
            "DISA_Benchmark|Docker_Enterprise_2-x_Linux-UNIX_STIG,Rule-ID|SV-235775r960735_rule,\
            STIG-ID|DKER-EE-001000,Vuln-ID|V-235775"
                .into(),
        audit_file: "docker.audit".into(),
        functional_id: "0123456789".into(),
        policy_value: "cmd: x".into(),
        actual_value: Some(format!("saw {word}").into()),
        ..NessusItem::default()
    };
    match heard {
        Heard::Unclear => {
            item.reference = format!("{},STIG-ID|DKER-EE-001050", item.reference).into();
        }
        Heard::NotPerformed => {
            item.functional_id = "3f365ea2f1".into();
            item.policy_value = "WARNING".into();
            item.actual_value = None;
        }
        Heard::Review => {
            item.info = "NOTE: Nessus has provided the target output to assist.".into();
        }
        Heard::Error => {
            item.actual_value = None;
            item.error = "no route".into();
        }
        _ => {}
    }
    item
}

const HEARD: [Heard; 7] = [
    Heard::Passed,
    Heard::Review,
    Heard::NotPerformed,
    Heard::Unclear,
    Heard::Unknown,
    Heard::Error,
    Heard::Failed,
];

fn host(name: &str, items: Vec<NessusItem>) -> NessusHost {
    let tag = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    NessusHost {
        name: name.into(),
        properties: vec![tag("HOST_START", "Fri Nov 20 10:00:00 2026")],
        items,
    }
}

fn scanned(hosts: Vec<NessusHost>) -> Scanned {
    Scanned {
        file: "scan.nessus".into(),
        sha256: "9".repeat(64),
        scan: NessusScan {
            hosts,
            ..NessusScan::default()
        },
    }
}

/// The rule of these items, by its number in the benchmark of the tests.
fn about(mut item: NessusItem, number: usize) -> NessusItem {
    let names = [
        ("235775r960735", "DKER-EE-001000"),
        ("235776r960759", "DKER-EE-001050"),
        ("235777r960762", "DKER-EE-001070"),
        ("235778r960765", "DKER-EE-001080"),
        ("235779r960768", "DKER-EE-001090"),
    ];
    let (id, stig_id) = names[number];
    item.check_name = format!("{stig_id} - Title").into();
    item.reference = format!(
        "Rule-ID|SV-{id}_rule,STIG-ID|{stig_id},Vuln-ID|V-{}",
        &id[..6]
    )
    .into();
    item
}

/// Our result of the first rule, with nothing behind it.
fn ours(result: Verdict) -> Outcome {
    let mut outcome = fixture::outcome();
    outcome.rules[0].result = result;
    outcome.rules[0].summary = "Ours.".into();
    outcome.rules[0].observations.clear();
    outcome
}

fn joined(outcome: Outcome, hosts: Vec<NessusHost>) -> Outcome {
    join(outcome, &[scanned(hosts)], &[], false)
        .expect("joined")
        .0
}

#[test]
fn every_cell_of_the_table() {
    use Standing::{Agrees, Conflict, Counts, SetAside};
    use Verdict::{
        Error, Fail, Fixed, Informational, NotApplicable, NotChecked, NotSelected, Pass, Unknown,
    };
    // For each result of ours: what becomes of it, and what the word counts for.
    let good = [Pass, Fixed, NotApplicable];
    let undecided = [NotChecked, Error, Unknown];
    let out = [NotSelected, Informational];
    let decides_nothing = |heard| match heard {
        Heard::Review => Agrees,
        _ => SetAside,
    };
    let mut cells: Vec<(Verdict, Heard, Verdict, Standing)> = Vec::new();
    for heard in HEARD {
        for ours in good {
            cells.push(match heard {
                Heard::Passed => (ours, heard, ours, Agrees),
                Heard::Failed => (ours, heard, Fail, Conflict),
                _ => (ours, heard, ours, decides_nothing(heard)),
            });
        }
        for ours in undecided {
            cells.push(match heard {
                Heard::Passed => (ours, heard, Pass, Counts),
                Heard::Failed => (ours, heard, Fail, Counts),
                _ => (ours, heard, ours, decides_nothing(heard)),
            });
        }
        cells.push(match heard {
            Heard::Passed => (Fail, heard, Fail, Conflict),
            Heard::Failed => (Fail, heard, Fail, Agrees),
            _ => (Fail, heard, Fail, decides_nothing(heard)),
        });
        cells.extend(out.map(|ours| (ours, heard, ours, SetAside)));
    }
    assert_eq!(cells.len(), 63);
    for (was, heard, result, standing) in cells {
        let outcome = joined(ours(was), vec![host("10.0.0.5", vec![item(heard)])]);
        let rule = &outcome.rules[0];
        assert_eq!(rule.result, result, "{was} {heard:?}");
        let [beside] = rule.beside.as_slice() else {
            panic!("{was} {heard:?}: {:?}", rule.beside);
        };
        assert_eq!(
            beside.standing, standing,
            "{was} {heard:?}: {}",
            beside.because
        );
        assert!(beside.because.ends_with('.'), "{}", beside.because);
        assert_eq!(beside.source, "Nessus on 10.0.0.5 (scan.nessus)");
        assert_eq!(
            rule.summary == "Ours.",
            standing != Conflict && standing != Counts
        );
        if standing == Counts || standing == Conflict {
            assert!(
                rule.summary.contains("10.0.0.5") && rule.summary.contains("Ours."),
                "{}",
                rule.summary
            );
        }
        let conflicts: Vec<_> = outcome
            .conflicts()
            .map(|(r, _)| r.version.clone())
            .collect();
        assert_eq!(conflicts.len(), usize::from(standing == Conflict));
        let by_nessus = rule.rests_on().is_some();
        assert_eq!(by_nessus, result != was, "{was} {heard:?}");
    }
}

#[test]
fn no_scan_closes_what_is_open_or_passes_what_nobody_looked_at() {
    let mut lists: Vec<Vec<Heard>> = vec![Vec::new()];
    for one in HEARD {
        lists.push(vec![one]);
        lists.extend(HEARD.map(|two| vec![one, two]));
    }
    let outcome = fixture::outcome();
    let (_, rule) = outcome.benchmark.rules().next().expect("a rule");
    let words = Words::new(&outcome.benchmark);
    let whole = scanned(Vec::new());
    let mut passed_by_nessus = 0;
    for a in &lists {
        for b in &lists {
            let hosts =
                [a, b].map(|list| host("10.0.0.5", list.iter().map(|h| item(*h)).collect()));
            let mut said = Vec::new();
            let mut speaking = Vec::new();
            for host in &hosts {
                let found = words.of(host).0.remove(&0);
                if let Some(word) = found {
                    said.push(HostWord {
                        speaker: speaking.len(),
                        ..word
                    });
                    speaking.push(Speaker {
                        scanned: &whole,
                        host,
                        is_asset: true,
                    });
                }
            }
            if said.is_empty() {
                continue;
            }
            for was in Verdict::ALL {
                let mut now = RuleOutcome {
                    result: was,
                    ..RuleOutcome::of("x", rule)
                };
                one(rule, &mut now, &said, &speaking);
                let all: Vec<Heard> = a.iter().chain(b).copied().collect();
                let left_out = matches!(was, Verdict::NotSelected | Verdict::Informational);
                assert!(
                    was != Verdict::Fail || now.result == Verdict::Fail,
                    "{a:?} {b:?}"
                );
                if all.contains(&Heard::Failed) && !left_out {
                    assert_eq!(now.result, Verdict::Fail, "{was} {a:?} {b:?}");
                }
                if now.result == Verdict::Pass && was != Verdict::Pass {
                    assert!(
                        was.is_undecided() && all.iter().all(|h| *h == Heard::Passed),
                        "{was} {a:?} {b:?}"
                    );
                    passed_by_nessus += 1;
                }
                if was != now.result {
                    assert!(matches!(now.result, Verdict::Pass | Verdict::Fail));
                }
                assert_eq!(now.beside.len(), said.len());
                let kept: usize = now
                    .beside
                    .iter()
                    .map(|b| b.details.matches('[').count())
                    .sum();
                assert_eq!(kept, all.len());
            }
        }
    }
    // One or two items on either host or on both, for three results of ours.
    assert_eq!(passed_by_nessus, 8 * 3);
}

#[test]
fn both_sides_keep_their_evidence() {
    let mut failed = item(Heard::Failed);
    failed.actual_value = Some("mode 0777 <x>\nowner bob".into());
    failed.control_id = "ab".repeat(32).into();
    failed.full_id = "cd".repeat(32).into();
    failed.benchmark_version = "2.2.0".into();
    let mut second = item(Heard::Passed);
    second.full_id = "ef".repeat(32).into();
    let before = fixture::outcome();
    let outcome = joined(before.clone(), vec![host("UCP01", vec![failed, second])]);
    let rule = &outcome.rules[0];
    assert_eq!(
        (before.rules[0].result, rule.result),
        (Verdict::Pass, Verdict::Fail)
    );
    assert_eq!(rule.observations, before.rules[0].observations);
    let beside = &rule.beside[0];
    assert!(
        beside.details.contains("actual: mode 0777 <x>\nowner bob"),
        "{}",
        beside.details
    );
    let fact = |name: &str| {
        let all = beside.facts.iter().filter(|(n, _)| n == name);
        all.map(|(_, v)| v.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(fact("file sha256"), ["9".repeat(64)]);
    assert_eq!(fact("plugin revision"), ["1.843"]);
    assert_eq!(fact("audit-file"), ["docker.audit"]);
    assert_eq!(fact("benchmark-version"), ["2.2.0"]);
    assert_eq!(fact("HOST_START"), ["Fri Nov 20 10:00:00 2026"]);
    assert_eq!(fact("control-id"), ["ab".repeat(32)]);
    assert_eq!(fact("full-id"), ["cd".repeat(32), "ef".repeat(32)]);
    let score = |o: &Outcome| o.scores[0].score;
    assert!(score(&outcome) < score(&before));
    assert_ne!(outcome.digest(), before.digest());
    for format in Format::ALL {
        let Ok(text) = String::from_utf8(report::write(format, &outcome)) else {
            continue;
        };
        let short = [Format::Sarif, Format::Junit, Format::Csv, Format::Markdown];
        let wanted = if short.contains(&format) {
            "fail"
        } else {
            "owner bob"
        };
        assert!(text.contains(wanted), "{format}");
    }
    let details = report::text::details(
        &outcome,
        outcome.benchmark.rules().next().expect("a rule").1,
        rule,
    );
    assert!(
        details.contains("Decided by: Nessus on UCP01 (scan.nessus), as joined by stigprobe"),
        "{details}"
    );
}

#[test]
fn a_host_is_known_by_names_and_addresses_and_by_nothing_that_others_share() {
    let with = |name: &str, tag: &str, value: &str| {
        let mut host = host(name, vec![item(Heard::Passed)]);
        host.properties.push((tag.into(), value.into()));
        host
    };
    for (name, tag, value, is_it) in [
        ("10.0.0.5", "x", "", true),
        ("::ffff:10.0.0.5", "x", "", true),
        ("UCP01.example.MIL.", "x", "", true),
        ("ucp.example.mil", "x", "", true),
        ("x", "host-ip", "10.0.0.5", true),
        ("x", "host-fqdn", "dtr.example.mil", true),
        ("x", "hostname", "ucp01", true),
        ("x", "netbios-name", "MIL\\UCP01", true),
        ("x", "operating-system", "ucp01", false),
        ("ucp01.example.com", "x", "", false),
        ("ucp02", "host-ip", "10.0.0.50", false),
        ("127.0.0.1", "hostname", "localhost", false),
        ("", "host-ip", "", false),
    ] {
        let mut outcome = ours(Verdict::NotChecked);
        outcome.asset.ip.push("127.0.0.1".into());
        let scans = [scanned(vec![with(name, tag, value)])];
        let result = join(outcome.clone(), &scans, &[], false);
        assert_eq!(result.is_ok(), is_it, "{name} {tag} {value}");
        if let Err(error) = result {
            assert!(matches!(error, JoinError::OtherHosts { .. }), "{error}");
            let text = error.to_string();
            assert!(
                text.contains("ucp01") && text.contains("--nessus-force"),
                "{text}"
            );
            let (forced, remarks) = join(outcome, &scans, &[], true).expect("forced");
            assert_eq!(forced.rules[0].result, Verdict::Pass);
            assert!(forced.rules[0].beside[0].because.contains("by force"));
            assert!(
                remarks.iter().any(|r| r.contains("joined by force")),
                "{remarks:?}"
            );
        }
    }
}

#[test]
fn of_several_hosts_the_worst_counts_and_each_is_named() {
    let nodes = |a: Heard, b: Heard| {
        vec![
            host("10.0.0.5", vec![item(a)]),
            host("ucp01", vec![item(b)]),
            host("other", vec![item(Heard::Failed)]),
        ]
    };
    let outcome = joined(ours(Verdict::Error), nodes(Heard::Passed, Heard::Failed));
    let rule = &outcome.rules[0];
    assert_eq!(rule.result, Verdict::Fail);
    let standings: Vec<Standing> = rule.beside.iter().map(|b| b.standing).collect();
    assert_eq!(standings, [Standing::SetAside, Standing::Counts]);
    assert!(
        rule.beside[0].because.contains("not on ucp01"),
        "{}",
        rule.beside[0].because
    );
    assert!(
        rule.summary.contains("FAILED on ucp01."),
        "{}",
        rule.summary
    );
    let both = joined(ours(Verdict::Error), nodes(Heard::Passed, Heard::Passed));
    assert_eq!(both.rules[0].result, Verdict::Pass);
    assert!(
        both.rules[0].summary.contains("PASSED on 10.0.0.5, ucp01"),
        "{}",
        both.rules[0].summary
    );
    // Hosts of several files are nodes of one asset too, whatever the order.
    let files = [
        host("ucp01", vec![item(Heard::Review)]),
        host("10.0.0.5", vec![item(Heard::Passed)]),
    ];
    for order in [[0, 1], [1, 0]] {
        let scans = order.map(|n| scanned(vec![files[n].clone()]));
        let (outcome, _) = join(ours(Verdict::NotChecked), &scans, &[], false).expect("joined");
        assert_eq!(outcome.rules[0].result, Verdict::NotChecked);
    }
    // The cluster is known by its nodes as well, where somebody knows them.
    let scans = [scanned(vec![host("Worker-1", vec![item(Heard::Failed)])])];
    let also = ["worker-1".to_owned()];
    let by_node = join(ours(Verdict::Pass), &scans, &also, false);
    assert_eq!(by_node.expect("joined").0.rules[0].result, Verdict::Fail);
    assert!(join(ours(Verdict::Pass), &scans, &[], false).is_err());
    // A file of another host stays out, and is named.
    let scans = [
        scanned(vec![files[1].clone()]),
        scanned(vec![host("other", vec![item(Heard::Failed)])]),
    ];
    let (outcome, remarks) = join(ours(Verdict::NotChecked), &scans, &[], false).expect("joined");
    assert_eq!(outcome.rules[0].result, Verdict::Pass);
    assert!(
        remarks.iter().any(|r| r.contains("it is not joined")),
        "{remarks:?}"
    );
}

#[test]
fn a_pass_needs_every_node_of_a_rule_about_nodes() {
    let outcome = fixture::outcome();
    let of_cluster: Vec<bool> = outcome
        .benchmark
        .rules()
        .map(|(_, r)| is_of_cluster(r))
        .collect();
    assert!(of_cluster[0], "a setting of UCP");
    assert!(!of_cluster[1], "the daemon of each node");
    for (number, result) in [(0, Verdict::Pass), (1, Verdict::Error)] {
        let mut outcome = outcome.clone();
        outcome.rules[number].result = Verdict::Error;
        outcome.rules[number].observations.clear();
        let elsewhere = about(item(Heard::Review), 4);
        let hosts = vec![
            host("10.0.0.5", vec![about(item(Heard::Passed), number)]),
            host("ucp01", vec![elsewhere]),
        ];
        let joined = joined(outcome, hosts);
        assert_eq!(joined.rules[number].result, result);
        let silent = joined.rules[number].beside[0]
            .because
            .contains("say nothing of this rule");
        assert_eq!(silent, result == Verdict::Error);
    }
    // Of nodes that we know of and could not see, the scan must have seen every one.
    for (missed, result) in [("ucp01", Verdict::Pass), ("worker-9", Verdict::Error)] {
        let mut outcome = ours(Verdict::Error);
        outcome.rules[0].nodes = Some(Nodes {
            seen: vec!["a".into()],
            missed: vec![Missed {
                place: missed.into(),
                reason: "no answer".into(),
            }],
        });
        let joined = joined(outcome, vec![host("ucp01", vec![item(Heard::Passed)])]);
        assert_eq!(joined.rules[0].result, result, "{missed}");
    }
    // What is undecided and holds something open is no hole to be filled.
    let mut open = fixture::outcome();
    open.rules[1].result = Verdict::Error;
    let joined = joined(
        open,
        vec![host("ucp01", vec![about(item(Heard::Passed), 1)])],
    );
    assert_eq!(joined.rules[1].result, Verdict::Error);
    assert_eq!(joined.rules[1].beside[0].standing, Standing::Conflict);
}

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
        (
            "STIG-Legacy|SV-104693,STIG-Legacy|V-94863",
            "x",
            true,
            false,
        ),
        ("STIG-Legacy|V-94863", "x", true, false),
        ("Vuln-ID|V-94863", "x", true, false),
        ("CAT|II", "Rule DKER-EE-001000 must be kept.", false, false),
        (
            "Vuln-ID|V-999999",
            "Rule DKER-EE-001000 must be kept.",
            false,
            false,
        ),
        ("Vuln-ID|", "x", false, false),
        (
            "Vuln-ID|V-235775,DISA_Benchmark|docker_enterprise_2-x_LINUX-unix_STIG",
            "x",
            true,
            false,
        ),
        (
            "Vuln-ID|V-235775,DISA_Benchmark|Somewhere_Else",
            "x",
            true,
            false,
        ),
    ] {
        let outcome = ours(Verdict::Pass);
        let scans = [scanned(vec![host("ucp01", vec![with(reference, name)])])];
        let result = join(outcome, &scans, &[], false);
        match result {
            Ok((outcome, remarks)) => {
                assert!(found, "{reference} {name}");
                assert_eq!(outcome.rules[0].result, Verdict::Fail, "{reference}");
                let notes = &outcome.rules[0].notes;
                assert_eq!(
                    notes.iter().any(|n| n.contains("another revision")),
                    noted,
                    "{reference}: {notes:?}"
                );
                assert_eq!(remarks.iter().any(|r| r.contains("other revisions")), noted);
            }
            Err(error) => {
                assert!(!found, "{reference} {name}: {error}");
                assert!(
                    error.to_string().contains("1 results of docker.audit"),
                    "{error}"
                );
            }
        }
    }
    // Where one audit names this benchmark, items of another are not ours.
    let ours_named = "Vuln-ID|V-235776,DISA_Benchmark|Docker_Enterprise_2-x_Linux-UNIX_STIG";
    let other = "Vuln-ID|V-235775,DISA_Benchmark|RHEL_7_STIG";
    let outcome = joined(
        ours(Verdict::Pass),
        vec![host("ucp01", vec![with(ours_named, "x"), with(other, "y")])],
    );
    assert_eq!(outcome.rules[0].result, Verdict::Pass);
}

#[test]
fn what_stigprobe_wrote_itself_is_no_second_opinion() {
    let written = |outcome: &Outcome| {
        let bytes = report::write(Format::Nessus, outcome);
        let mut own = scanned(Vec::new());
        own.scan = read_scan(bytes.as_slice()).expect("a file");
        own
    };
    let real = fixture::outcome();
    let own = written(&real);
    let refused = join(real.clone(), std::slice::from_ref(&own), &[], false);
    assert!(matches!(refused, Err(JoinError::Ours { .. })));
    assert!(matches!(
        check(&own, &real.benchmark, false),
        Err(JoinError::Ours { .. })
    ));
    assert!(join(real.clone(), &[own], &[], true).is_ok());
    let simulated = written(&fixture::nasty());
    let refused = join(real, std::slice::from_ref(&simulated), &[], true);
    assert!(
        matches!(refused, Err(JoinError::Simulated { .. })),
        "not by force either"
    );
    let (lab, _) = join(fixture::nasty(), &[simulated], &[], true).expect("both are from the lab");
    assert!(lab.simulated.is_some());
}

#[test]
fn what_people_decided_stays_with_the_rule() {
    let said = Statement {
        by: "Jane".into(),
        on: "2026-11-01".parse().expect("a day"),
        text: "SSP 4".into(),
        expires: None,
        evidence: None,
    };
    let mut outcome = ours(Verdict::Pass);
    outcome.rules[0].answer = Some(Answer {
        result: Verdict::Pass,
        statement: said.clone(),
    });
    outcome.rules[0].beside.push(Beside {
        source: "old.ckl".into(),
        result: Verdict::Pass,
        details: String::new(),
        comments: String::new(),
        facts: Vec::new(),
        standing: Standing::Counts,
        because: "a person said so".into(),
    });
    outcome.rules[1].waiver = Some(Waived {
        result: Verdict::Pass,
        statement: said,
    });
    let (answer, waiver) = (
        outcome.rules[0].answer.clone(),
        outcome.rules[1].waiver.clone(),
    );
    let hosts = vec![host(
        "ucp01",
        vec![item(Heard::Failed), about(item(Heard::Failed), 1)],
    )];
    let joined = joined(outcome, hosts);
    assert_eq!(joined.rules[0].result, Verdict::Fail);
    assert_eq!(
        (&joined.rules[0].answer, &joined.rules[1].waiver),
        (&answer, &waiver)
    );
    assert_eq!(joined.rules[1].after_waiver(), Verdict::Pass);
    let standings: Vec<Standing> = joined.rules[0].beside.iter().map(|b| b.standing).collect();
    assert_eq!(
        standings,
        [Standing::Conflict, Standing::Conflict],
        "the person's word does not count any more"
    );
    let mut unchecked = ours(Verdict::NotChecked);
    unchecked.rules[0].role = "unchecked".into();
    let kept = join(
        unchecked,
        &[scanned(vec![host("ucp01", vec![item(Heard::Passed)])])],
        &[],
        false,
    );
    assert_eq!(kept.expect("joined").0.rules[0].result, Verdict::NotChecked);
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
    let (ids, remarks) = learned(vec![
        with(0, 'a', same),
        with(0, 'a', same),
        with(1, 'b', same),
    ]);
    assert_eq!((ids.len(), remarks.len()), (2, 0));
    let outcome = with_ids(fixture::outcome(), &ids);
    assert_eq!(outcome.rules[0].tenable_control_id, Some("a".repeat(64)));
    assert_eq!(
        outcome.rules[0].tenable_learned_from.as_deref(),
        Some("scan.nessus (audit docker.audit, plugin revision 1.843)")
    );
    assert_eq!(
        outcome.rules[1].tenable_learned_from, None,
        "it has one already"
    );
    let text = String::from_utf8(report::write(Format::Nessus, &outcome)).expect("text");
    let mut wanted = String::new();
    let _ = write!(wanted, "<cm:compliance-control-id>{}<", "a".repeat(64));
    assert!(text.contains(&wanted), "it is written");
    assert!(text.contains("control-id as Nessus wrote it, learned from scan.nessus"));
    let read = read_scan(text.as_bytes()).expect("a file");
    let own = Scanned {
        scan: read,
        ..scanned(Vec::new())
    };
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
    assert!(
        ids.is_empty() && remarks[0].contains("not the one that Tenable publishes"),
        "{remarks:?}"
    );
    let (mut ids, _) = learned(vec![with(0, 'a', same)]);
    let remarks = learn(
        &scanned(vec![host("b", vec![with(0, 'c', same)])]),
        &mut ids,
    );
    assert!(remarks[0].contains("which is kept"), "{remarks:?}");
    assert_eq!(
        ids.find("SV-235775r960735_rule", "DKER-EE-001000")
            .map(|l| l.control_id.clone()),
        Some("a".repeat(64))
    );
}
