//! A good file of each kind, and one thing wrong with it at a time: what is said, on which line, for whom.
#![allow(clippy::too_many_lines, reason = "tables of one thing wrong at a time")]

mod ckl;
mod cklb;
mod nessus;
mod xccdf;

use super::{Importer, Kind, lint};

const CKL: &str = include_str!("files/good.ckl");
const CKLB: &str = include_str!("files/good.cklb");
const XCCDF: &str = include_str!("files/good.xml");
const NESSUS: &str = include_str!("files/good.nessus");

/// What is said of a file: `line effect code importers`, one line each. Who is told of the file's kind alone is left
/// out where `kind` is false.
fn said(name: &str, bytes: &[u8]) -> Vec<String> {
    let short = |importer: &Importer| match importer {
        Importer::StigViewer => 'V',
        Importer::StigManager => 'M',
        Importer::Emass => 'E',
        Importer::Heimdall => 'H',
        Importer::OpenRmf => 'O',
    };
    let report = lint(name, bytes, &Importer::ALL);
    let mut said: Vec<String> = report
        .problems
        .iter()
        .map(|p| {
            let whom: String = p.importers.iter().map(short).collect();
            format!("{} {} {} {whom}", p.line, p.effect.as_str(), p.code)
        })
        .collect();
    said.dedup();
    said
}

fn good(name: &str) -> &'static str {
    match name {
        "good.ckl" => CKL,
        "good.cklb" => CKLB,
        "good.nessus" => NESSUS,
        _ => XCCDF,
    }
}

/// What is said of every file of its kind.
fn always(name: &str) -> Vec<String> {
    said(name, good(name).as_bytes())
}

/// Takes one thing for another, and holds what is said beyond what is said always against what should be.
fn cases(name: &str, cases: &[(&str, &str, &[&str])]) {
    let always = always(name);
    let mut wrong = String::new();
    for (from, to, expected) in cases {
        let text = good(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        let broken = text.replacen(from, to, 1);
        let new: Vec<String> =
            said(name, broken.as_bytes()).into_iter().filter(|line| !always.contains(line)).collect();
        if new != *expected {
            let to = &to[..to.len().min(60)];
            wrong.push_str(&format!("{from:?} -> {to:?}\n  said     {new:?}\n  expected {expected:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{name}:\n{wrong}");
}

#[test]
fn good_files_are_let_be() {
    assert_eq!(always("good.ckl"), [""; 0]);
    assert_eq!(always("good.cklb"), ["1 refused kind-not-taken HO"]);
    assert_eq!(always("good.xml"), ["2 refused kind-not-taken E", "26 remark evidence H", "26 remark evidence O",]);
    assert_eq!(always("good.nessus"), ["1 refused kind-not-taken VMO", "4 remark compliance-items E"]);
}

#[test]
fn every_kind_is_known_by_its_content() {
    for (name, expected) in
        [("good.ckl", Kind::Ckl), ("good.cklb", Kind::Cklb), ("good.xml", Kind::Xccdf), ("good.nessus", Kind::Nessus)]
    {
        for as_name in [name, "results.xml", "results.ckl", ""] {
            let report = lint(as_name, good(name).as_bytes(), &Importer::ALL);
            assert_eq!(report.kind, expected, "{name} as {as_name}");
        }
    }
    assert_eq!(lint("a.ckl", b"", &Importer::ALL).kind, Kind::Ckl);
    assert_eq!(said("a.txt", b"hello"), ["1 refused unknown-kind VMEHO"]);
    assert_eq!(said("a.ckl", b"<checklist/>")[0], "1 refused mistaken-kind H",);
}

#[test]
fn names_of_files_count() {
    let said = |name: &str, text: &str| said(name, text.as_bytes());
    assert_eq!(said("GOOD.CKL", CKL), ["1 dropped file-name M"]);
    assert_eq!(said("good.xml", CKL), ["1 refused file-name M", "1 refused file-name O", "1 refused file-name E"]);
    assert_eq!(said("my-xccdf-results.ckl", CKL), ["1 refused mistaken-kind H"]);
    assert_eq!(
        said("good.json", CKLB),
        ["1 refused kind-not-taken HO", "1 refused file-name E", "1 dropped file-name M"]
    );
    assert!(said("good.XML", XCCDF).contains(&"1 dropped file-name M".to_owned()));
    assert!(said("good.txt", NESSUS).contains(&"1 refused file-name H".to_owned()));
}

#[test]
fn what_the_bytes_are_counts() {
    let ckl = |bytes: Vec<u8>| said("good.ckl", &bytes);
    let marked = [b"\xEF\xBB\xBF", CKL.as_bytes()].concat();
    assert_eq!(ckl(marked), ["1 refused byte-order-mark H"]);
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(CKL.replace("UTF-8", "UTF-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(ckl(utf16), ["1 refused encoding MH"]);
    let latin = |declared: &str| {
        let mut bytes = CKL.replace("UTF-8", declared).replace("the limit is 10", "le limit\u{1} 10").into_bytes();
        bytes.iter_mut().filter(|b| **b == 1).for_each(|b| *b = 0xE9);
        ckl(bytes)
    };
    assert_eq!(latin("ISO-8859-1"), ["58 mangled encoding MH"]);
    assert_eq!(
        latin("UTF-8"),
        ["58 refused not-well-formed VEO", "58 mangled encoding MH", "58 remark not-well-formed MH"]
    );
    assert_eq!(
        said("good.cklb", &[b"\xEF\xBB\xBF", CKLB.as_bytes()].concat())[..2],
        ["1 refused kind-not-taken HO", "1 refused byte-order-mark M"]
    );
    let large = vec![b' '; usize::try_from(super::MOST_BYTES).unwrap() + 1];
    assert_eq!(said("a.ckl", &large), ["1 refused too-large VMEHO"]);
}

#[test]
fn an_arf_is_told_once() {
    let arf = "<?xml version=\"1.0\"?>\n<arf:asset-report-collection \
               xmlns:arf=\"http://scap.nist.gov/schema/asset-reporting-format/1.1\"/>";
    assert_eq!(
        said("results.arf.xml", arf.as_bytes()),
        ["1 refused kind-not-taken VMEO", "1 dropped kind-not-taken H"]
    );
}

#[test]
fn the_importers_asked_for_are_told_alone() {
    let broken = CKL.replace("<ROLE>None", "<ROLE>");
    let report = lint("a.ckl", broken.as_bytes(), &[Importer::StigManager]);
    assert_eq!(report.problems, []);
    assert!(!report.loses());
    let report = lint("a.ckl", broken.as_bytes(), &[Importer::Heimdall, Importer::StigViewer]);
    let whom: Vec<&[Importer]> = report.problems.iter().map(|p| p.importers.as_slice()).collect();
    assert_eq!(whom, [[Importer::StigViewer], [Importer::Heimdall]]);
}

#[test]
fn no_file_has_more_problems_than_are_told() {
    let vuln = CKL.split_once("<VULN>").unwrap().1.split_once("</VULN>").unwrap().0;
    let bad = format!("<VULN>{}</VULN>", vuln.replace("NotAFinding", "pass"));
    let many = CKL.replacen("<VULN>", &format!("{}<VULN>", bad.repeat(2_000)), 1);
    let report = lint("a.ckl", many.as_bytes(), &Importer::ALL);
    assert_eq!(report.problems.len(), super::MOST);
    assert!(report.more);
}

#[test]
fn counts_are_over_everything_and_the_worst_is_told_first() {
    let (head, rest) = CKL.split_once("<VULN>").unwrap();
    let (vuln, rest) = rest.split_once("</VULN>").unwrap();
    // What STIG Manager has a remark on, more often than is told, and then something that makes Heimdall refuse the file.
    let overridden = vuln.replace("<SEVERITY_OVERRIDE></", "<SEVERITY_OVERRIDE>low</");
    assert_ne!(overridden, vuln);
    let many = format!("<VULN>{overridden}</VULN>").repeat(super::MOST + 5);
    let last = format!("<VULN>{}</VULN>", vuln.replace(">low<", ">Low<"));
    let text = format!("{head}{many}{last}{rest}");
    for importers in [&[Importer::Heimdall][..], &Importer::ALL] {
        let report = lint("a.ckl", text.as_bytes(), importers);
        assert_eq!(report.count(super::Effect::Refused, &[Importer::Heimdall]), 1);
        assert!(report.loses());
        assert_eq!(report.problems[0].effect, super::Effect::Refused, "{:?}", report.problems[0]);
    }
    let report = lint("a.ckl", text.as_bytes(), &Importer::ALL);
    assert!(report.more && report.problems.is_sorted_by_key(|p| p.effect));
    let told = report.problems.iter().filter(|p| p.effect == super::Effect::Remark).count();
    assert!(report.count(super::Effect::Remark, &Importer::ALL) > told);
}
