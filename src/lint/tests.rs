//! A good file of each kind, and one thing wrong with it at a time: what is said, on which line, for whom.

use super::{Importer, Kind, lint};

const CKL: &str = include_str!("tests/good.ckl");
const CKLB: &str = include_str!("tests/good.cklb");
const XCCDF: &str = include_str!("tests/good.xml");
const NESSUS: &str = include_str!("tests/good.nessus");

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
        let new: Vec<String> = said(name, broken.as_bytes())
            .into_iter()
            .filter(|line| !always.contains(line))
            .collect();
        if new != *expected {
            let to = &to[..to.len().min(60)];
            wrong.push_str(&format!(
                "{from:?} -> {to:?}\n  said     {new:?}\n  expected {expected:?}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "{name}:\n{wrong}");
}

#[test]
fn good_files_are_let_be() {
    assert_eq!(always("good.ckl"), [""; 0]);
    assert_eq!(always("good.cklb"), ["1 refused kind-not-taken HO"]);
    assert_eq!(
        always("good.xml"),
        [
            "2 refused kind-not-taken E",
            "26 remark evidence H",
            "26 remark evidence O",
        ]
    );
    assert_eq!(
        always("good.nessus"),
        [
            "1 refused kind-not-taken VMO",
            "4 remark compliance-items E"
        ]
    );
}

#[test]
fn every_kind_is_known_by_its_content() {
    for (name, expected) in [
        ("good.ckl", Kind::Ckl),
        ("good.cklb", Kind::Cklb),
        ("good.xml", Kind::Xccdf),
        ("good.nessus", Kind::Nessus),
    ] {
        for as_name in [name, "results.xml", "results.ckl", ""] {
            let report = lint(as_name, good(name).as_bytes(), &Importer::ALL);
            assert_eq!(report.kind, expected, "{name} as {as_name}");
        }
    }
    assert_eq!(lint("a.ckl", b"", &Importer::ALL).kind, Kind::Ckl);
    assert_eq!(said("a.txt", b"hello"), ["1 refused unknown-kind VMEHO"]);
    assert_eq!(
        said("a.ckl", b"<checklist/>")[0],
        "1 refused mistaken-kind H",
    );
}

#[test]
fn names_of_files_count() {
    let said = |name: &str, text: &str| said(name, text.as_bytes());
    assert_eq!(said("GOOD.CKL", CKL), ["1 dropped file-name M"]);
    assert_eq!(
        said("good.xml", CKL),
        [
            "1 refused file-name M",
            "1 refused file-name O",
            "1 refused file-name E"
        ]
    );
    assert_eq!(
        said("my-xccdf-results.ckl", CKL),
        ["1 refused mistaken-kind H"]
    );
    assert_eq!(
        said("good.json", CKLB),
        [
            "1 refused kind-not-taken HO",
            "1 refused file-name E",
            "1 dropped file-name M"
        ]
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
        let mut bytes = CKL
            .replace("UTF-8", declared)
            .replace("the limit is 10", "le limit\u{1} 10")
            .into_bytes();
        bytes
            .iter_mut()
            .filter(|b| **b == 1)
            .for_each(|b| *b = 0xE9);
        ckl(bytes)
    };
    assert_eq!(latin("ISO-8859-1"), ["58 mangled encoding MH"]);
    assert_eq!(
        latin("UTF-8"),
        [
            "58 refused not-well-formed VEO",
            "58 mangled encoding MH",
            "58 remark not-well-formed MH"
        ]
    );
    assert_eq!(
        said("good.cklb", &[b"\xEF\xBB\xBF", CKLB.as_bytes()].concat())[..2],
        ["1 refused kind-not-taken HO", "1 refused byte-order-mark M"]
    );
    let large = vec![b' '; usize::try_from(super::MOST_BYTES).unwrap() + 1];
    assert_eq!(said("a.ckl", &large), ["1 refused too-large VMEHO"]);
}

#[test]
fn checklists_in_xml() {
    cases(
        "good.ckl",
        &[
            (
                "the limit is 10",
                "the \u{1b}[31mlimit is 10",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "a & b",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "x < 10",
                &[
                    "36 refused no-finding-details M",
                    "58 mangled text-shape M",
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed H",
                    "62 dropped not-well-formed M",
                ],
            ),
            (
                "the limit is 10",
                "<br>",
                &[
                    "36 refused no-finding-details M",
                    "58 mangled text-shape M",
                    "58 refused not-well-formed H",
                    "58 refused not-well-formed VEO",
                    "58 dropped not-well-formed M",
                ],
            ),
            (
                "the limit is 10",
                "]]> ",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "&nbsp;",
                &[
                    "58 refused not-well-formed VEO",
                    "58 mangled decoded-twice M",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "</COMMENTS>",
                "</COMMENT>",
                &[
                    "59 refused not-well-formed H",
                    "59 refused not-well-formed VEO",
                    "59 dropped not-well-formed M",
                ],
            ),
            (
                "</VULN>",
                "",
                &[
                    "82 refused not-well-formed H",
                    "82 refused not-well-formed VEO",
                    "82 dropped not-well-formed M",
                ],
            ),
            (
                "</CHECKLIST>",
                "",
                &[
                    "3 refused not-well-formed H",
                    "3 dropped not-well-formed M",
                    "85 refused not-well-formed VEO",
                ],
            ),
            (
                "</CHECKLIST>",
                "</CHECKLIST",
                &[
                    "84 refused not-well-formed M",
                    "84 refused not-well-formed H",
                    "84 refused not-well-formed VEO",
                ],
            ),
            (
                "</CHECKLIST>",
                "</CHECKLIST><CHECKLIST/>",
                &[
                    "84 refused not-well-formed H",
                    "84 refused not-well-formed VEO",
                    "84 dropped not-well-formed M",
                ],
            ),
            (
                "<CHECKLIST>",
                "<!DOCTYPE CHECKLIST><CHECKLIST>",
                &["3 remark doctype VMEHO"],
            ),
            (
                "<ASSET>",
                "<ASSET><!-- a -- b -->",
                &[
                    "4 refused not-well-formed H",
                    "4 refused not-well-formed VEO",
                    "4 remark not-well-formed M",
                ],
            ),
            (
                "<?xml",
                "\n<?xml",
                &[
                    "2 refused not-well-formed H",
                    "2 refused not-well-formed VEO",
                    "2 remark not-well-formed M",
                ],
            ),
            (
                " version=\"1.0\"",
                "",
                &[
                    "1 refused not-well-formed H",
                    "1 refused not-well-formed VEO",
                    "1 remark not-well-formed M",
                ],
            ),
            ("<ASSET>", "<ASSET><!--c-->", &["4 refused comment O"]),
            (
                "<STIG_INFO>",
                "<STIG_INFO><!--c-->",
                &["19 refused comment O"],
            ),
            (
                "<VULN>",
                "<VULN>text",
                &[
                    "36 refused schema-text V",
                    "36 refused comment O",
                    "36 remark schema-text E",
                ],
            ),
            (
                "<CHECKLIST>",
                "<CHECKLIST a=\"1\">",
                &[
                    "3 refused mistaken-kind H",
                    "3 refused schema-attribute V",
                    "3 remark schema-attribute E",
                ],
            ),
            (
                "<CHECKLIST>",
                "<CHECKLIST >",
                &["3 refused mistaken-kind H"],
            ),
            (
                "<STATUS>",
                "<STATUS a=\"1\">",
                &[
                    "57 dropped status M",
                    "57 refused schema-attribute V",
                    "57 remark schema-attribute E",
                ],
            ),
            (
                "<STIG_DATA>",
                "<STIG_DATA xmlns=\"u\">",
                &[
                    "37 refused schema-attribute V",
                    "37 dropped namespace H",
                    "37 remark schema-attribute E",
                ],
            ),
            (
                "<HOST_NAME>ucp01</HOST_NAME>",
                "",
                &[
                    "4 refused host-name M",
                    "4 refused host-name O",
                    "4 remark host-name EV",
                    "8 refused schema-missing V",
                    "8 remark schema-missing E",
                ],
            ),
            (
                "<HOST_NAME>ucp01",
                "<HOST_NAME>",
                &[
                    "7 refused host-name M",
                    "7 refused host-name O",
                    "7 remark host-name EV",
                ],
            ),
            (
                ">ucp01<",
                ">uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu<",
                &["7 refused host-name M"],
            ),
            (
                "<HOST_NAME>ucp01</HOST_NAME>",
                "<HOST_NAME>a</HOST_NAME><HOST_NAME>b</HOST_NAME>",
                &[
                    "7 mangled host-name M",
                    "7 refused schema-element V",
                    "7 remark schema-element E",
                ],
            ),
            (
                "<ROLE>None",
                "<ROLE>",
                &[
                    "5 refused schema-value V",
                    "5 refused asset-field H",
                    "5 remark schema-value E",
                ],
            ),
            (
                "<ROLE>None",
                "<ROLE>Manager",
                &[
                    "5 refused schema-value V",
                    "5 refused asset-field H",
                    "5 remark schema-value E",
                ],
            ),
            (
                "<ROLE>None</ROLE>",
                "",
                &["6 refused schema-missing V", "6 remark schema-missing E"],
            ),
            (
                ">Computing<",
                ">computing<",
                &[
                    "6 refused schema-value V",
                    "6 refused asset-field H",
                    "6 remark schema-value E",
                ],
            ),
            (
                "<TECH_AREA>",
                "<TECH_AREA>None",
                &[
                    "11 refused schema-value V",
                    "11 refused asset-field H",
                    "11 remark schema-value E",
                ],
            ),
            ("10.0.0.5", "10.0.0.5/24", &["8 refused asset-field H"]),
            ("10.0.0.5", "10.0.0.5 10.0.0.6", &[]),
            (
                "02:42:AC:11:00:02",
                "0242AC110002",
                &["9 refused asset-field H"],
            ),
            ("ucp01.example.mil", "ucp01", &["10 refused asset-field H"]),
            (
                "ucp01.example.mil",
                "ucp_1.example.mil",
                &["10 refused asset-field H"],
            ),
            (
                ">10.0.0.5<",
                ">10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5<",
                &["8 cut asset-field M"],
            ),
            (
                "<WEB_OR_DATABASE>false",
                "<WEB_OR_DATABASE>no",
                &[
                    "13 refused schema-value V",
                    "13 refused asset-field H",
                    "13 remark schema-value E",
                ],
            ),
            (
                "<TARGET_KEY>5281</TARGET_KEY>",
                "<TARGET_COMMENT></TARGET_COMMENT><TARGET_KEY>5281</TARGET_KEY>",
                &["12 refused schema-element V", "12 remark schema-element E"],
            ),
            (
                "<ASSET>",
                "<ASSET><FOO/>",
                &["4 refused schema-element V", "4 remark schema-element E"],
            ),
            (
                "<SID_NAME>customname",
                "<SID_NAME>hostname",
                &["33 refused schema-value V", "33 remark schema-value E"],
            ),
            (
                "<VULN_ATTRIBUTE>LEGACY_ID",
                "<VULN_ATTRIBUTE>LegacyID",
                &["50 refused schema-value V", "50 remark schema-value E"],
            ),
            (
                "<SID_NAME>stigid",
                "<SID_NAME>title",
                &["19 refused stig-id M"],
            ),
            (
                "Docker_Enterprise_2-x_Linux-UNIX_STIG",
                "",
                &["18 refused stig-id M", "24 dropped stig-id M"],
            ),
            (
                "Docker_Enterprise_2-x_Linux-UNIX_STIG",
                &"D".repeat(256),
                &["24 cut stig-id M"],
            ),
            (
                "<SID_NAME>version",
                "<SID_NAME>title",
                &["19 refused revision M"],
            ),
            (
                "<SID_DATA>2<",
                "<SID_DATA><",
                &["20 mangled release-info M", "20 remark release-info M"],
            ),
            (
                "<SID_DATA>2<",
                "<SID_DATA>1<",
                &["20 remark release-info M"],
            ),
            (
                "Release: 2 Benchmark Date: 24 Jul 2024</SID",
                "Release: 2</SID",
                &["28 mangled release-info M"],
            ),
            (
                "Release: 2 Benchmark Date: 24 Jul 2024</SID",
                "releaseinfo</SID",
                &["28 mangled release-info M", "28 remark release-info EOV"],
            ),
            (
                "<SID_NAME>releaseinfo",
                "<SID_NAME>title",
                &["19 refused revision M", "19 remark release-info EOV"],
            ),
            (
                "NotAFinding",
                "notafinding",
                &[
                    "57 refused schema-value V",
                    "57 dropped status M",
                    "57 dropped status E",
                    "57 mangled status H",
                    "57 mangled status O",
                    "57 remark schema-value E",
                ],
            ),
            (
                "NotAFinding",
                "Profile_Error",
                &[
                    "57 refused schema-value V",
                    "57 dropped status M",
                    "57 dropped status E",
                    "57 mangled status H",
                    "57 mangled status O",
                    "57 remark schema-value E",
                ],
            ),
            (
                "<STATUS>NotAFinding</STATUS>",
                "",
                &[
                    "36 dropped status M",
                    "36 dropped status E",
                    "36 mangled status H",
                    "36 mangled status O",
                    "58 refused schema-missing V",
                    "58 remark schema-missing E",
                ],
            ),
            ("NotAFinding", "Not_Reviewed", &[]),
            (">SV-235775r960735_rule<", "><", &["45 dropped rule-id M"]),
            (
                "<VULN_ATTRIBUTE>Rule_ID",
                "<VULN_ATTRIBUTE>Class",
                &["36 dropped rule-id M"],
            ),
            (
                ">SV-235775r960735_rule<",
                ">SV-235775r960735<",
                &["45 dropped rule-id M"],
            ),
            (
                ">SV-235775r960735_rule<",
                ">xccdf_mil.disa.stig_rule_SV-235775r960735_rule<",
                &["45 cut rule-id M", "45 remark rule-id VE"],
            ),
            (">low<", ">Low<", &["41 refused severity H"]),
            (">low<", "><", &["41 refused severity H"]),
            (
                "<VULN_ATTRIBUTE>Severity",
                "<VULN_ATTRIBUTE>Class",
                &["36 refused severity H"],
            ),
            ("V-235776", "V-235775", &["63 mangled vuln-num H"]),
            (">V-235775<", "><", &["36 mangled vuln-num H"]),
            (
                "<COMMENTS>by hand</COMMENTS>",
                "",
                &[
                    "36 refused no-finding-details M",
                    "60 refused schema-missing V",
                    "60 remark schema-missing E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><![CDATA[by hand]]>",
                &["59 mangled text-shape M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS xml:space=\"preserve\">by hand",
                &[
                    "59 mangled text-shape M",
                    "59 refused schema-attribute V",
                    "59 remark schema-attribute E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><!--c-->by hand",
                &["59 mangled text-shape M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><b>x</b>",
                &[
                    "59 refused schema-element V",
                    "59 refused text-shape H",
                    "59 mangled text-shape M",
                    "59 remark schema-element E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>&amp;lt;b&amp;gt;",
                &["59 mangled decoded-twice M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>a=1&amp;copy=2",
                &["59 mangled decoded-twice M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>see this :: x",
                &["59 dropped comment-split H"],
            ),
            ("<COMMENTS>by hand", "<COMMENTS>NOTE :: x", &[]),
            ("<COMMENTS>by hand", "<COMMENTS>a\tb", &["59 remark tabs O"]),
            (
                "the limit is 10",
                &"x".repeat(32768),
                &["58 cut text-length M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                &"x".repeat(4001),
                &["77 remark text-length E"],
            ),
            (
                "tcp://0.0.0.0:2375",
                "passed :: TEST a",
                &["77 mangled details-split H"],
            ),
            (
                "<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>",
                "<SEVERITY_OVERRIDE>high</SEVERITY_OVERRIDE>",
                &[
                    "60 dropped severity-override M",
                    "60 remark severity-override VE",
                ],
            ),
            (
                "<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>",
                "<SEVERITY_OVERRIDE>CAT I</SEVERITY_OVERRIDE>",
                &[
                    "60 refused schema-value V",
                    "60 refused severity H",
                    "60 dropped severity-override M",
                    "60 remark schema-value E",
                    "60 remark severity-override VE",
                ],
            ),
            (
                "<SID_NAME>customname</SID_NAME>",
                "<SID_NAME>customname</SID_NAME><SID_DATA>mine</SID_DATA>",
                &["32 refused custom-name H"],
            ),
            (
                "</iSTIG>",
                "</iSTIG><iSTIG><STIG_INFO/></iSTIG>",
                &[
                    "82 refused schema-missing V",
                    "82 refused ckl-structure M",
                    "82 refused ckl-structure H",
                    "82 mangled several-stigs O",
                    "82 remark schema-missing E",
                    "82 remark several-stigs E",
                    "82 refused schema-missing V",
                    "82 remark schema-missing E",
                    "82 remark release-info EOV",
                ],
            ),
            (
                "<!--written",
                "<!--<Evaluate-STIG><version>1</version></Evaluate-STIG>--><!--written",
                &["2 remark engine M"],
            ),
            (
                "the limit is 10",
                "xmlns=\"http://checklists.nist.gov/xccdf/1.2\"",
                &["58 refused mistaken-kind H"],
            ),
            (
                "</ASSET>",
                "</ASSET><ASSET><ROLE/></ASSET>",
                &[
                    "4 dropped second-element H",
                    "16 refused schema-element V",
                    "16 dropped second-element M",
                    "16 remark schema-element E",
                    "16 refused asset-field H",
                ],
            ),
        ],
    );
}

#[test]
fn checklists_in_json() {
    cases(
        "good.cklb",
        &[
            (
                "\"title\": \"ucp01\",",
                "",
                &["1 refused schema-missing V", "1 remark schema-missing E"],
            ),
            (
                "\"id\": \"430285a1-ca31-42aa-8da1-e698092c767a\"",
                "\"id\": \"1\"",
                &["3 refused schema-value V", "3 remark schema-value E"],
            ),
            (
                "\"stigs\"",
                "\"stig\"",
                &["1 refused cklb-structure M", "4 remark schema-unknown V"],
            ),
            (
                "\"stig_id\": \"Docker_Enterprise_2-x_Linux-UNIX_STIG\",",
                "",
                &[
                    "5 refused stig-id M",
                    "5 refused schema-missing V",
                    "5 dropped stig-id M",
                    "5 remark schema-missing E",
                ],
            ),
            (
                "Docker_Enterprise_2-x_Linux-UNIX_STIG",
                &"D".repeat(256),
                &["8 cut stig-id M"],
            ),
            (
                "\"Release: 2 Benchmark Date: 24 Jul 2024\"",
                "\"Release: 2\"",
                &["9 mangled release-info M"],
            ),
            ("\"version\": \"2\",", "", &["5 mangled revision M"]),
            ("\"version\": \"2\"", "\"version\": 2", &[]),
            (
                "\"size\": 2",
                "\"size\": \"2\"",
                &["12 refused schema-value V", "12 remark schema-value E"],
            ),
            (
                "\"rules\": [",
                "\"rules\": [], \"x\": [",
                &["13 dropped no-results M", "13 remark schema-unknown V"],
            ),
            (
                "\"rules\"",
                "\"rule\"",
                &["5 refused cklb-structure M", "13 remark schema-unknown V"],
            ),
            ("\"host_name\": \"ucp01\",", "", &["42 refused host-name M"]),
            (
                "\"host_name\": \"ucp01\"",
                "\"host_name\": \"\"",
                &["44 refused host-name M"],
            ),
            (
                "\"host_name\": \"ucp01\"",
                "\"host_name\": 5",
                &[
                    "44 refused schema-value V",
                    "44 mangled host-name M",
                    "44 remark schema-value E",
                ],
            ),
            (
                "\"host_name\": \"ucp01\"",
                "\"host_name\": \"uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu\"",
                &["44 refused host-name M"],
            ),
            (
                "\"10.0.0.5\"",
                "\"1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111\"",
                &["45 cut asset-field M"],
            ),
            (
                "\"is_web_database\": false",
                "\"is_web_database\": \"false\"",
                &[
                    "47 refused schema-value V",
                    "47 mangled asset-field M",
                    "47 remark schema-value E",
                ],
            ),
            (
                "\"not_a_finding\"",
                "\"NotAFinding\"",
                &[
                    "22 refused schema-value V",
                    "22 dropped status M",
                    "22 dropped status E",
                    "22 remark schema-value E",
                ],
            ),
            (
                "\"not_a_finding\"",
                "null",
                &[
                    "22 refused schema-value V",
                    "22 dropped status M",
                    "22 dropped status E",
                    "22 remark schema-value E",
                ],
            ),
            (
                "\"status\": \"not_a_finding\",",
                "",
                &["14 dropped status M", "14 dropped status E"],
            ),
            (
                "\"status\": \"not_a_finding\"",
                "\"status\": \"not_reviewed\"",
                &[],
            ),
            (
                "\"rule_id_src\": \"SV-235775r960735_rule\",",
                "",
                &["14 dropped rule-id M"],
            ),
            (
                "SV-235775r960735_rule",
                "SV-235775r960735",
                &["18 dropped rule-id M"],
            ),
            (
                "SV-235775r960735_rule",
                "xccdf_mil.disa.stig_rule_SV-235775r960735_rule",
                &["18 cut rule-id M"],
            ),
            (
                "\"comments\": \"by hand\"",
                "\"comments\": null",
                &["24 remark schema-null V"],
            ),
            (
                "\"comments\": \"by hand\"",
                "\"comments\": 5",
                &[
                    "24 refused schema-value V",
                    "24 mangled text-shape M",
                    "24 remark schema-value E",
                ],
            ),
            (
                "\"overrides\": {}",
                "\"overrides\": {\"severity\": {\"severity\": \"high\"}}",
                &[
                    "23 dropped severity-override M",
                    "23 remark severity-override VE",
                ],
            ),
            (
                "\"severity\": \"low\"",
                "\"severity\": \"CAT III\"",
                &["16 refused schema-value V", "16 remark schema-value E"],
            ),
            (
                "the limit is 10",
                &"x".repeat(32768),
                &["25 cut text-length M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                &"x".repeat(4001),
                &["34 remark text-length E"],
            ),
            (
                "\"group_title\": \"SRG-APP-000001\"",
                "\"group_title\": \"The number of sessions must be limited.\"",
                &["17 remark group-title V"],
            ),
            (
                "\"ccis\": [\"CCI-000054\"]",
                "\"ccis\": \"CCI-000054\"",
                &["21 refused schema-value V", "21 remark schema-value E"],
            ),
            (
                "\"status\": \"open\"",
                "\"status\": \"open\", \"status\": \"open\"",
                &["31 dropped same-name VME"],
            ),
            (
                "\"cklb_version\": \"1.0\"",
                "\"cklb_version\": \"1.0\",",
                &["51 refused not-json VME"],
            ),
            (
                "\"cklb_version\": \"1.0\"",
                "\"cklb_version\": \"1.0\", \"mine\": 1",
                &["50 remark schema-unknown V"],
            ),
            (
                "\"cklb_version\": \"1.0\"",
                "\"cklb_version\": \"1.0\", \"evaluate-stig\": {}",
                &["50 remark engine M"],
            ),
            ("by hand", "by\u{1b}hand", &["24 refused not-json VME"]),
            ("by hand", "by \\x hand", &["24 refused not-json VME"]),
            ("\n}", "\n", &["52 refused not-json VME"]),
            (
                "\"stigs\": [",
                "\"stigs\": [null, ",
                &[
                    "4 refused cklb-structure M",
                    "4 refused schema-value V",
                    "4 remark schema-value E",
                    "5 remark several-stigs E",
                ],
            ),
        ],
    );
}

#[test]
fn results_in_xccdf() {
    cases(
        "good.xml",
        &[
            (
                " test-system=\"cpe:/a:example:tool:0.1.0\"",
                "",
                &["18 refused test-system M"],
            ),
            (
                "cpe:/a:example:tool:0.1.0",
                "tool",
                &["18 remark test-system M"],
            ),
            ("cpe:/a:example:tool:0.1.0", "cpe:/a:niwc:scc:5.14", &[]),
            (
                "<cdf:target>ucp01</cdf:target>",
                "",
                &["18 refused target M", "21 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:target>ucp01",
                "<cdf:target>",
                &["20 refused target M"],
            ),
            (
                "<cdf:target>ucp01</cdf:target>",
                "<cdf:target>a</cdf:target><cdf:target>b</cdf:target>",
                &["20 dropped target M"],
            ),
            (
                "<cdf:target>ucp01",
                "<cdf:target>uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
                &["20 refused target M"],
            ),
            (
                " id=\"xccdf_mil.disa.stig_benchmark_Docker_Enterprise_2-x_Linux-UNIX_STIG\" resolved",
                " resolved",
                &["2 refused benchmark M", "2 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>Pass",
                &[
                    "26 mangled result H",
                    "27 dropped result V",
                    "27 dropped result M",
                    "27 dropped result O",
                    "27 remark xccdf-schema VMHO",
                ],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>notchecked",
                &["27 dropped result M", "27 remark result O"],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>error",
                &[
                    "27 dropped result M",
                    "27 remark result V",
                    "27 remark result O",
                ],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>notselected",
                &[
                    "27 remark result V",
                    "27 remark result M",
                    "27 remark result O",
                ],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>notapplicable",
                &["27 dropped result O"],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>fixed",
                &[
                    "27 dropped result M",
                    "27 dropped result O",
                    "27 remark result V",
                ],
            ),
            (
                "<cdf:result>pass</cdf:result>",
                "",
                &[
                    "26 dropped result V",
                    "26 dropped result M",
                    "26 dropped result O",
                    "26 mangled result H",
                    "28 remark xccdf-schema VMHO",
                ],
            ),
            (
                " time=\"2026-11-21T18:04:00Z\" version=\"DKER-EE-001000\"",
                " time=\"yesterday\" version=\"DKER-EE-001000\"",
                &["26 refused time M", "26 remark xccdf-schema VMHO"],
            ),
            (
                " time=\"2026-11-21T18:04:00Z\" version=\"DKER-EE-001000\"",
                " time=\"21 Nov 2026\" version=\"DKER-EE-001000\"",
                &["26 remark time M", "26 remark xccdf-schema VMHO"],
            ),
            (" version=\"DKER-EE-001000\"", "", &["26 refused stig-id O"]),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                "",
                &[
                    "7 mangled result H",
                    "26 refused rule-id M",
                    "26 dropped rule-id V",
                    "26 dropped rule-id H",
                    "26 remark xccdf-schema VMHO",
                ],
            ),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                " idref=\"SV-235775r960735_rule\"",
                &[
                    "7 mangled result H",
                    "26 dropped rule-id H",
                    "26 remark xccdf-schema VMHO",
                ],
            ),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                " idref=\"xccdf_org.ssgproject.content_rule_a_very_long_name_of_a_rule\"",
                &[
                    "7 mangled result H",
                    "26 dropped rule-id H",
                    "26 cut rule-id M",
                    "26 remark xccdf-schema VMHO",
                ],
            ),
            (
                "<cdf:message severity=\"info\">tcp",
                "<cdf:message>tcp",
                &["33 dropped evidence M", "33 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:message severity=\"info\">tcp",
                "<cdf:message severity=\"info\">x</cdf:message><cdf:message severity=\"info\">tcp",
                &["33 dropped evidence M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                "<![CDATA[tcp]]>",
                &["33 dropped evidence M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                "&amp;lt;",
                &["33 mangled decoded-twice M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                &"x".repeat(32768),
                &["33 cut text-length M"],
            ),
            (
                "<sm:detail>",
                "<sm:detail a=\"1\">",
                &["29 mangled text-shape M"],
            ),
            (
                "<sm:comment>by hand",
                "<sm:comment><![CDATA[x]]>",
                &["29 mangled text-shape M"],
            ),
            (
                "</cdf:check>",
                "</cdf:check><cdf:check system=\"urn:x\"/>",
                &["29 dropped several-checks M"],
            ),
            (
                "<cdf:fact name=\"urn:scap:fact:asset:identifier:ipv4\"",
                "<cdf:fact",
                &["24 refused target-fact M", "24 remark xccdf-schema VMHO"],
            ),
            (
                "identifier:ipv4",
                "identifier:host_name",
                &["24 dropped target-fact M"],
            ),
            (
                "<cdf:result>fail</cdf:result>",
                "<cdf:result>fail</cdf:result><cdf:override authority=\"a\" time=\"2026-11-21T18:04:00Z\"><cdf:old-result>fail</cdf:old-result><cdf:remark>r</cdf:remark></cdf:override>",
                &["32 dropped override M", "32 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:TestResult ",
                "<cdf:TestResult/><cdf:TestResult ",
                &[
                    "18 remark xccdf-schema VMHO",
                    "18 refused several-results M",
                    "18 dropped no-results H",
                ],
            ),
            (" severity=\"low\"", "", &["7 mangled severity H"]),
            (
                " severity=\"low\"",
                " severity=\"unknown\"",
                &["7 mangled severity H"],
            ),
            (
                "<cdf:ident system=\"http://cyber.mil/cci\">CCI-000054",
                "<cdf:ident>CCI-000054",
                &["9 refused ident H", "9 remark xccdf-schema VMHO"],
            ),
            (">CCI-000054<", "><", &["9 refused ident H"]),
            (
                "<cdf:Rule id=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                "<cdf:Rule id=\"SV-235775r960735_rule\"",
                &[
                    "7 mangled result H",
                    "7 remark xccdf-schema VMHO",
                    "26 dropped rule-id H",
                ],
            ),
            (
                "<cdf:result>pass",
                "<!--c--><cdf:result>pass",
                &["27 refused comment O"],
            ),
            (
                "<cdf:title>Docker Enterprise 2.x Linux/UNIX Security Technical Implementation Guide</cdf:title>",
                "",
                &["2 refused title O"],
            ),
            (
                "</cdf:rule-result>",
                "",
                &[
                    "13 mangled result H",
                    "36 refused not-well-formed VEO",
                    "36 dropped not-well-formed M",
                    "36 dropped not-well-formed H",
                ],
            ),
            (
                "<cdf:score",
                "\u{1}<cdf:score",
                &[
                    "35 refused not-well-formed VEO",
                    "35 remark not-well-formed MH",
                ],
            ),
        ],
    );
}

#[test]
fn files_of_nessus() {
    cases(
        "good.nessus",
        &[
            (",CCI|", ", CCI|", &[]),
            (
                ",Vuln-ID|V-235775",
                ", Vuln-ID|V-235775",
                &["15 dropped reference H"],
            ),
            (",Vuln-ID|V-235775", "", &["15 dropped reference H"]),
            ("CAT|III,", "", &["15 mangled severity H"]),
            (
                "PASSED",
                "passed",
                &["9 remark nessus-shape E", "14 mangled result H"],
            ),
            (
                "PASSED",
                "SKIPPED",
                &["9 remark nessus-shape E", "14 mangled result H"],
            ),
            (
                "<cm:compliance-reference>",
                "<cm:compliance-reference a=\"1\">",
                &["15 refused reference H"],
            ),
            (
                "<policyName>STIG (by hand)</policyName>",
                "",
                &["2 remark policy H"],
            ),
            (
                "<compliance>true",
                "<compliance>false",
                &["9 remark nessus-shape E"],
            ),
            (
                "severity=\"0\"",
                "severity=\"2\"",
                &["9 remark nessus-shape E"],
            ),
            ("2.2.0", "v2r2", &["9 remark nessus-shape E"]),
            ("1795428000", "1795428000.5", &["6 remark nessus-shape E"]),
            (
                "http://www.nessus.org/cm",
                "urn:cm",
                &["4 remark nessus-shape E"],
            ),
            (
                "</Report>",
                "</Report><Report/>",
                &["26 dropped empty-profile H"],
            ),
            (
                "NessusClientData_v2>",
                "NessusClientData>",
                &[
                    "1 dropped empty-profile H",
                    "27 refused not-well-formed E",
                    "27 dropped not-well-formed H",
                ],
            ),
            (
                "<compliance>true</compliance>",
                "<compliance>true</compliance><cm:compliance-control-id>abc</cm:compliance-control-id>",
                &["9 remark nessus-shape E", "17 remark nessus-shape E"],
            ),
        ],
    );
}

#[test]
fn an_arf_is_told_once() {
    let arf = "<?xml version=\"1.0\"?>\n<arf:asset-report-collection \
               xmlns:arf=\"http://scap.nist.gov/schema/asset-reporting-format/1.1\"/>";
    assert_eq!(
        said("results.arf.xml", arf.as_bytes()),
        [
            "1 refused kind-not-taken VMEO",
            "1 dropped kind-not-taken H"
        ]
    );
}

#[test]
fn the_importers_asked_for_are_told_alone() {
    let broken = CKL.replace("<ROLE>None", "<ROLE>");
    let report = lint("a.ckl", broken.as_bytes(), &[Importer::StigManager]);
    assert_eq!(report.problems, []);
    assert!(!report.loses());
    let report = lint(
        "a.ckl",
        broken.as_bytes(),
        &[Importer::Heimdall, Importer::StigViewer],
    );
    let whom: Vec<&[Importer]> = report
        .problems
        .iter()
        .map(|p| p.importers.as_slice())
        .collect();
    assert_eq!(whom, [[Importer::StigViewer], [Importer::Heimdall]]);
}

#[test]
fn no_file_has_more_problems_than_are_told() {
    let vuln = CKL
        .split_once("<VULN>")
        .unwrap()
        .1
        .split_once("</VULN>")
        .unwrap()
        .0;
    let bad = format!("<VULN>{}</VULN>", vuln.replace("NotAFinding", "pass"));
    let many = CKL.replacen("<VULN>", &format!("{}<VULN>", bad.repeat(2_000)), 1);
    let report = lint("a.ckl", many.as_bytes(), &Importer::ALL);
    assert_eq!(report.problems.len(), super::MOST);
    assert!(report.more);
}
