//! Scans as the tests make them, a rule and a host at a time.

mod cells;
mod hosts;
mod kept;
mod numbers;

use super::rules::Heard;
use super::*;
use crate::import::nessus::{NessusHost, NessusItem, Said, read_scan};
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
        reference: "DISA_Benchmark|Docker_Enterprise_2-x_Linux-UNIX_STIG,Rule-ID|SV-235775r960735_rule,\
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

const HEARD: [Heard; 7] =
    [Heard::Passed, Heard::Review, Heard::NotPerformed, Heard::Unclear, Heard::Unknown, Heard::Error, Heard::Failed];

fn host(name: &str, items: Vec<NessusItem>) -> NessusHost {
    let tag = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    NessusHost { name: name.into(), properties: vec![tag("HOST_START", "Fri Nov 20 10:00:00 2026")], items }
}

fn scanned(hosts: Vec<NessusHost>) -> Scanned {
    Scanned { file: "scan.nessus".into(), sha256: "9".repeat(64), scan: NessusScan { hosts, ..NessusScan::default() } }
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
    item.reference = format!("Rule-ID|SV-{id}_rule,STIG-ID|{stig_id},Vuln-ID|V-{}", &id[..6]).into();
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
    join(outcome, &[scanned(hosts)], &Population::Asset, false).expect("joined").0
}
