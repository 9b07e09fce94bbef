use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::xccdf::model::{Item, Schema};

const NS: &str = "http://checklists.nist.gov/xccdf/1.1";

/// A document whose root begins on line 1 and whose content on line 2.
fn benchmark(content: &str) -> String {
    format!("<Benchmark xmlns='{NS}' id='B'>\n{content}\n</Benchmark>")
}

fn parsed(document: &str) -> Benchmark {
    read(Cursor::new(document)).expect("a benchmark").benchmark
}

#[track_caller]
fn refused(document: impl AsRef<[u8]>, line: u64, column: u64, part: &str) {
    let error = read(Cursor::new(document.as_ref())).expect_err("refused");
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("line {line}, column {column}: ")),
        "{text}"
    );
    assert!(text.contains(part), "{text}");
}

const EVERYTHING: &str = "<?xml version='1.0'?>
<x:Benchmark xmlns:x='http://checklists.nist.gov/xccdf/1.2' xmlns:h='http://www.w3.org/1999/xhtml'
  xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:o='urn:other' id='B' xml:lang='en'>
 <x:status date='2024-07-24'>accepted</x:status><x:status/>
 <x:title>T<x:sub idref='v'/>1</x:title><x:title>second</x:title>
 <x:description> <h:p>One <h:b>two</h:b></h:p>\n</x:description>
 <x:notice id='n'>N</x:notice>
 <x:reference href='H'>see <dc:publisher>P</dc:publisher><o:no>x</o:no></x:reference>
 <x:plain-text id='release-info'>Release: 2</x:plain-text>
 <o:Rule id='foreign'><x:Rule id='inside'/></o:Rule>
 <x:version>3</x:version>
 <x:Profile id='P'><x:title>PT</x:title><x:select idref='G' selected='0'/><x:select
  idref='R' selected='true'/><x:set-value idref='v'>1</x:set-value></x:Profile>
 <x:Value id='v'><x:title>not this</x:title></x:Value>
 <x:Group id='G' cluster-id='C' selected='false' weight='+2.50'>
  <x:title>GT</x:title>
  <x:Group id='H'><x:Rule id='R' severity='high' weight='10.0' role='unscored' selected='1' cluster-id='D'>
   <x:version>S-1</x:version><x:title>RT</x:title><x:description>&lt;a&gt;</x:description>
   <x:reference><dc:identifier>5281</dc:identifier></x:reference>
   <x:ident system='http://cyber.mil/cci'>CCI-000001</x:ident><x:ident>x</x:ident>
   <x:fixtext fixref='F'>do</x:fixtext><x:fix id='F'/><x:fix/>
   <x:check system='C-1' selector='s'><x:check-content-ref href='f' name='n'/>
    <x:check-content> \tlook\r\n</x:check-content></x:check><x:check system='C-2'/>
   <x:complex-check operator='AND'><x:check system='C-3'/></x:complex-check>
  </x:Rule></x:Group>
  <x:description>GD</x:description>
 </x:Group>
 <x:Rule id='R'/>
 <x:TestResult id='t'><x:title>nor this</x:title></x:TestResult>
</x:Benchmark>
";

#[test]
fn everything_that_the_model_holds_is_read() {
    let document = read(Cursor::new(EVERYTHING)).expect("a benchmark");
    assert_eq!(document.sha256, ids::sha256_hex(EVERYTHING.as_bytes()));
    assert_eq!(document.entry, None);
    let b = document.benchmark;
    assert_eq!(
        (b.schema, &*b.id, b.lang.as_deref()),
        (Schema::V1_2, "B", Some("en"))
    );
    assert_eq!(b.statuses[0].date.as_deref(), Some("2024-07-24"));
    assert_eq!(
        (&*b.statuses[0].value, &*b.statuses[1].value),
        ("accepted", "")
    );
    assert_eq!(
        (&*b.title, &*b.description, &*b.version),
        ("T1", " One two\n", "3")
    );
    assert_eq!((&*b.notices[0].id, &*b.notices[0].text), ("n", "N"));
    assert_eq!(b.references[0].href.as_deref(), Some("H"));
    assert_eq!(b.references[0].text, "see ");
    assert_eq!(
        b.references[0].dc,
        [("publisher".to_owned(), "P".to_owned())]
    );
    assert_eq!(b.release(), Some("2"));
    assert_eq!((&*b.profiles[0].id, &*b.profiles[0].title), ("P", "PT"));
    let selects = b.profiles[0]
        .selects
        .iter()
        .map(|s| (&*s.idref, s.selected));
    assert_eq!(selects.collect::<Vec<_>>(), [("G", false), ("R", true)]);

    let [Item::Group(group), Item::Rule(_)] = &b.items[..] else {
        panic!("{:?}", b.items)
    };
    assert_eq!(
        (&*group.title, &*group.description, group.selected),
        ("GT", "GD", false)
    );
    assert_eq!(
        (&*group.weight.text, group.cluster_id.as_deref()),
        ("+2.50", Some("C"))
    );
    let rules: Vec<_> = b
        .rules()
        .map(|(group, rule)| (group.map(|g| &*g.id), rule))
        .collect();
    assert_eq!((rules[0].0, rules[1].0, rules.len()), (Some("H"), None, 2));
    let rule = rules[0].1;
    assert_eq!(
        (&*rule.severity, &*rule.role, rule.selected),
        ("high", "unscored", true)
    );
    assert_eq!(
        (&*rule.version, &*rule.title, &*rule.description),
        ("S-1", "RT", "<a>")
    );
    assert_eq!(
        (rule.dc("identifier"), rule.fix_text()),
        (Some("5281"), "do")
    );
    assert_eq!(rule.ccis().collect::<Vec<_>>(), ["CCI-000001"]);
    assert_eq!(
        (rule.idents.len(), &rule.fixes[..], rule.checks.len()),
        (2, &["F".to_owned()][..], 2)
    );
    assert_eq!(rule.check_content(), Some(" \tlook\n"));
    assert_eq!(rule.check_content_ref(), Some(("n", "f")));
    assert_eq!(rule.checks[0].selector.as_deref(), Some("s"));
}

#[test]
fn what_is_missing_has_its_default() {
    let b = parsed(&benchmark("<Group id='G'><Rule id='R'/></Group>"));
    assert_eq!(
        (b.schema, b.lang.is_none(), &*b.title, &*b.version),
        (Schema::V1_1, true, "", "")
    );
    let (group, rule) = b.rules().next().expect("a rule");
    assert_eq!(
        group.map(|g| (g.selected, g.weight.value)),
        Some((true, 1.0))
    );
    assert_eq!(
        (&*rule.severity, &*rule.role, &*rule.weight.text),
        ("unknown", "full", "1.0")
    );
    assert!(rule.selected && rule.check_content().is_none());
}

#[test]
fn rules_that_share_an_id_are_all_kept() {
    assert_eq!(
        parsed(&benchmark("<Rule id='R'/><Rule id='R'/>"))
            .rules()
            .count(),
        2
    );
}

#[test]
fn what_would_change_results_is_refused_with_its_place() {
    refused(
        format!("\n <Benchmark xmlns='{NS}'/>"),
        2,
        2,
        "this Benchmark has no id",
    );
    refused(
        benchmark("<Group><Rule id='R'/></Group>"),
        2,
        1,
        "this Group has no id",
    );
    refused(
        benchmark("<Group id='G'>\n<Rule/></Group>"),
        3,
        1,
        "this Rule has no id",
    );
    refused(benchmark("<Rule id=''/>"), 2, 1, "this Rule has no id");
    refused(benchmark("<Profile/>"), 2, 1, "this Profile has no id");
    for wrong in ["inf", "NaN", "1e3", "", "-1", "1,5"] {
        let rule = format!("<Rule id='R'\n weight='{wrong}'/>");
        refused(
            benchmark(&rule),
            3,
            2,
            &format!("the weight '{wrong}' is not a decimal"),
        );
    }
    for wrong in ["yes", "TRUE", ""] {
        let group = format!("<Group id='G' selected='{wrong}'/>");
        refused(benchmark(&group), 2, 15, "not true or false");
    }
    let select =
        |attributes| benchmark(&format!("<Profile id='P'><select {attributes}/></Profile>"));
    refused(select("selected='1'"), 2, 17, "this select has no idref");
    refused(select("idref='R'"), 2, 17, "does not say whether");
    refused(select("idref='R' selected='on'"), 2, 35, "selected is 'on'");
}

#[test]
fn what_cannot_be_represented_yet_is_refused() {
    refused(
        benchmark("<Profile id='P' extends='Q'/>"),
        2,
        17,
        "'extends' on a Profile",
    );
    refused(
        benchmark("<Rule id='R' extends='Q'/>"),
        2,
        14,
        "'extends' on a Rule",
    );
    refused(
        benchmark("<Group id='G' abstract='1'/>"),
        2,
        15,
        "'abstract' on a Group",
    );
    refused(
        benchmark("<Rule id='R'><requires idref='S'/></Rule>"),
        2,
        14,
        "'requires'",
    );
    refused(
        benchmark("<Profile id='P'><refine-rule idref='R'/></Profile>"),
        2,
        17,
        "'refine-rule'",
    );
    assert_eq!(
        parsed(&benchmark("<Rule id='R' abstract='false'/>"))
            .items
            .len(),
        1
    );
}

#[test]
fn other_documents_are_told_what_they_are() {
    let stream =
        "<d:data-stream-collection xmlns:d='http://scap.nist.gov/schema/scap/source/1.2'/>";
    refused(
        stream,
        1,
        1,
        "a SCAP data stream, which is not supported yet",
    );
    refused(
        format!("<TestResult xmlns='{NS}'/>"),
        1,
        1,
        "a scan's result",
    );
    refused("<CHECKLIST/>", 1, 1, "a checklist (CKL), not a benchmark");
    refused(
        "<html xmlns='http://www.w3.org/1999/xhtml'/>",
        1,
        1,
        "begins with '<html': this is a web page",
    );
    refused(
        "<Benchmark xmlns='urn:x' id='B'/>",
        1,
        1,
        "'Benchmark' in the namespace 'urn:x'",
    );
    refused("<Benchmark id='B'/>", 1, 1, "'Benchmark' in no namespace");
    refused("", 1, 1, "the document is empty");
}

#[test]
fn the_document_is_well_formed_to_its_last_byte() {
    refused(benchmark("") + "x", 3, 13, "text follows the root");
    refused(benchmark("") + "\n<a/>", 4, 1, "second root");
}

#[test]
fn groups_may_be_as_deep_as_elements() {
    let deep = format!("{}{}", "<Group id='G'>".repeat(255), "</Group>".repeat(255));
    assert_eq!(parsed(&benchmark(&deep)).items.len(), 1);
    let deeper = "<Group id='G'>\n".repeat(10_000);
    refused(benchmark(&deeper), 257, 1, "more than 256 elements");
}

#[test]
fn a_document_that_is_cut_off_is_always_refused() {
    let rules =
        "<Group id='V-1'><Rule id='SV-1' weight='10.0'><title>é &lt;</title></Rule></Group>\n";
    let whole = benchmark(&rules.repeat(300));
    assert!(read(Cursor::new(&whole)).is_ok());
    for end in (0..whole.len())
        .step_by(1000)
        .chain(whole.len() - 50..whole.len())
    {
        let error = read(Cursor::new(&whole.as_bytes()[..end])).expect_err("refused");
        assert!(matches!(error, ReadError::Xml(_)), "{end}: {error}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(Cursor::new(&bytes));
        let _ = read(Cursor::new([&b"PK\x03\x04"[..], &bytes].concat()));
    }

    /// A whole document with one piece of it exchanged for another.
    #[test]
    fn no_exchange_makes_it_panic(from in 0..EVERYTHING.len(), length in 0_usize..60, to in ".{0,8}") {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        let end = bytes.len().min(from + length);
        bytes.splice(from..end, to.bytes());
        let _ = read(Cursor::new(&bytes));
    }
}
