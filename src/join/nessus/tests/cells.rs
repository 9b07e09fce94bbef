//! What the word of a scan counts for beside each result of ours, and what no scan may ever do.

use super::*;

#[test]
fn every_cell_of_the_table() {
    use Standing::{Agrees, Conflict, Counts, SetAside};
    use Verdict::{Error, Fail, Fixed, Informational, NotApplicable, NotChecked, NotSelected, Pass, Unknown};
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
        assert_eq!(beside.standing, standing, "{was} {heard:?}: {}", beside.because);
        assert!(beside.because.ends_with('.'), "{}", beside.because);
        assert_eq!(beside.source, "Nessus on 10.0.0.5 (scan.nessus)");
        assert_eq!(rule.summary == "Ours.", standing != Conflict && standing != Counts);
        if standing == Counts || standing == Conflict {
            assert!(rule.summary.contains("10.0.0.5") && rule.summary.contains("Ours."), "{}", rule.summary);
        }
        let conflicts: Vec<_> = outcome.conflicts().map(|(r, _)| r.version.clone()).collect();
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
            let hosts = [a, b].map(|list| host("10.0.0.5", list.iter().map(|h| item(*h)).collect()));
            let mut said = Vec::new();
            let mut speaking = Vec::new();
            for host in &hosts {
                let found = words.of(host).0.remove(&0);
                if let Some(word) = found {
                    said.push(HostWord { speaker: speaking.len(), ..word });
                    speaking.push(Speaker { scanned: &whole, host, is_asset: true });
                }
            }
            if said.is_empty() {
                continue;
            }
            for was in Verdict::ALL {
                let mut now = RuleOutcome { result: was, ..RuleOutcome::of("x", rule) };
                one(rule, &mut now, &said, &speaking, &Population::Asset);
                let all: Vec<Heard> = a.iter().chain(b).copied().collect();
                let left_out = matches!(was, Verdict::NotSelected | Verdict::Informational);
                assert!(was != Verdict::Fail || now.result == Verdict::Fail, "{a:?} {b:?}");
                if all.contains(&Heard::Failed) && !left_out {
                    assert_eq!(now.result, Verdict::Fail, "{was} {a:?} {b:?}");
                }
                if now.result == Verdict::Pass && was != Verdict::Pass {
                    assert!(was.is_undecided() && all.iter().all(|h| *h == Heard::Passed), "{was} {a:?} {b:?}");
                    passed_by_nessus += 1;
                }
                if was != now.result {
                    assert!(matches!(now.result, Verdict::Pass | Verdict::Fail));
                }
                assert_eq!(now.beside.len(), said.len());
                let kept: usize = now.beside.iter().map(|b| b.details.matches('[').count()).sum();
                assert_eq!(kept, all.len());
            }
        }
    }
    // One or two items on either host or on both, for three results of ours.
    assert_eq!(passed_by_nessus, 8 * 3);
}
