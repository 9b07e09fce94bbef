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
    assert!(text.starts_with(&format!("line {line}, column {column}: ")), "{text}");
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
    assert_eq!(document.sha256, crate::xccdf::ids::sha256_hex(EVERYTHING.as_bytes()));
    assert_eq!(document.entry, None);
    let b = document.benchmark;
    assert_eq!((b.schema, &*b.id, b.lang.as_deref()), (Schema::V1_2, "B", Some("en")));
    assert_eq!(b.statuses[0].date.as_deref(), Some("2024-07-24"));
    assert_eq!((&*b.statuses[0].value, &*b.statuses[1].value), ("accepted", ""));
    assert_eq!((&*b.title, &*b.description, &*b.version), ("T1", " One two\n", "3"));
    assert_eq!((&*b.notices[0].id, &*b.notices[0].text), ("n", "N"));
    assert_eq!(b.references[0].href.as_deref(), Some("H"));
    assert_eq!(b.references[0].text, "see ");
    assert_eq!(b.references[0].dc, [("publisher".to_owned(), "P".to_owned())]);
    assert_eq!(b.release(), Some("2"));
    assert_eq!((&*b.profiles[0].id, &*b.profiles[0].title), ("P", "PT"));
    let selects = b.profiles[0].selects.iter().map(|s| (&*s.idref, s.selected));
    assert_eq!(selects.collect::<Vec<_>>(), [("G", false), ("R", true)]);

    let [Item::Group(group), Item::Rule(_)] = &b.items[..] else { panic!("{:?}", b.items) };
    assert_eq!((&*group.title, &*group.description, group.selected), ("GT", "GD", false));
    assert_eq!((&*group.weight.text, group.cluster_id.as_deref()), ("+2.50", Some("C")));
    let rules: Vec<_> = b.rules().map(|(group, rule)| (group.map(|g| &*g.id), rule)).collect();
    assert_eq!((rules[0].0, rules[1].0, rules.len()), (Some("H"), None, 2));
    let rule = rules[0].1;
    assert_eq!((&*rule.severity, &*rule.role, rule.selected), ("high", "unscored", true));
    assert_eq!((&*rule.version, &*rule.title, &*rule.description), ("S-1", "RT", "<a>"));
    assert_eq!((rule.dc("identifier"), rule.fix_text()), (Some("5281"), "do"));
    assert_eq!(rule.ccis().collect::<Vec<_>>(), ["CCI-000001"]);
    assert_eq!((rule.idents.len(), rule.fixes.len(), rule.checks.len()), (2, 2, 2));
    assert!(rule.fixes.iter().any(|fix| fix.id.as_deref() == Some("F")));
    assert_eq!(rule.check_content(), Some(" \tlook\n"));
    assert_eq!(rule.check_content_ref(), Some(("n", "f")));
    assert_eq!(rule.checks[0].selector.as_deref(), Some("s"));
}

#[test]
fn what_is_missing_has_its_default() {
    let b = parsed(&benchmark("<Group id='G'><Rule id='R'/></Group>"));
    assert_eq!((b.schema, b.lang.is_none(), &*b.title, &*b.version), (Schema::V1_1, true, "", ""));
    let (group, rule) = b.rules().next().expect("a rule");
    assert_eq!(group.map(|g| (g.selected, g.weight.value)), Some((true, 1.0)));
    assert_eq!((&*rule.severity, &*rule.role, &*rule.weight.text), ("unknown", "full", "1.0"));
    assert!(rule.selected && rule.check_content().is_none());
}

#[test]
fn rules_that_share_an_id_are_all_kept() {
    assert_eq!(parsed(&benchmark("<Rule id='R'/><Rule id='R'/>")).rules().count(), 2);
}

#[test]
fn what_would_change_results_is_refused_with_its_place() {
    refused(format!("\n <Benchmark xmlns='{NS}'/>"), 2, 2, "this Benchmark has no id");
    refused(benchmark("<Group><Rule id='R'/></Group>"), 2, 1, "this Group has no id");
    refused(benchmark("<Group id='G'>\n<Rule/></Group>"), 3, 1, "this Rule has no id");
    refused(benchmark("<Rule id=''/>"), 2, 1, "this Rule has no id");
    refused(benchmark("<Profile/>"), 2, 1, "this Profile has no id");
    for wrong in ["inf", "NaN", "1e3", "", "-1", "1,5"] {
        let rule = format!("<Rule id='R'\n weight='{wrong}'/>");
        refused(benchmark(&rule), 3, 2, &format!("the weight '{wrong}' is not a decimal"));
    }
    for wrong in ["yes", "TRUE", ""] {
        let group = format!("<Group id='G' selected='{wrong}'/>");
        refused(benchmark(&group), 2, 15, "not true or false");
    }
    let select = |attributes| benchmark(&format!("<Profile id='P'><select {attributes}/></Profile>"));
    refused(select("selected='1'"), 2, 17, "this select has no idref");
    refused(select("idref='R'"), 2, 17, "does not say whether");
    refused(select("idref='R' selected='on'"), 2, 35, "selected is 'on'");
}

#[test]
fn attributes_that_change_results_are_not_guessed_at() {
    refused(benchmark("<Rule id='R' role='none'/>"), 2, 14, "role is 'none', not full or unscored or unchecked");
    refused(benchmark("<Profile id='P'><refine-rule idref='R' severity='x'/></Profile>"), 2, 40, "severity is 'x'");
    refused(benchmark("<model/>"), 2, 1, "this model has no system");
    refused(benchmark("<Rule id='R'><complex-check/></Rule>"), 2, 14, "this complex-check has no operator");
    assert_eq!(parsed(&benchmark("<Rule id='R' abstract='false'/>")).items.len(), 1);
}

#[test]
fn everything_that_processing_needs_is_read() {
    let b = parsed(&benchmark(
        "<platform idref='cpe:/a:x:y'/><model system='urn:m'/>\
         <Profile id='P' extends='Q' abstract='1'><select idref='R' selected='0'/>\
         <refine-rule idref='R' weight='2' role='unscored' selector='s'/>\
         <refine-value idref='V' selector='x'/><set-value idref='V'>7</set-value></Profile>\
         <Value id='V' type='number' operator='equals'><value>1</value><value selector='x'>2</value>\
         <lower-bound>0</lower-bound><choices mustMatch='1'><choice>1</choice></choices></Value>\
         <Group id='G' hidden='1'><requires idref='R S'/><conflicts idref='T'/>\
         <Rule id='R' extends='B'><fix>set <sub idref='V'/> on <instance/>!</fix>\
         <complex-check operator='OR' negate='1'><check system='s' negate='1'>\
         <check-export value-id='V' export-name='n'/></check></complex-check></Rule></Group>\
         <TestResult id='T' end-time='x'/>",
    ));
    let profile = &b.profiles[0];
    assert_eq!(profile.extends.as_deref(), Some("Q"));
    assert!(profile.is_abstract && !profile.selects[0].selected);
    let refine = &profile.refine_rules[0];
    assert_eq!(refine.role.as_deref(), Some("unscored"));
    assert_eq!(refine.weight.as_ref().map(|w| w.value), Some(2.0));
    assert_eq!((profile.values.len(), b.models.len()), (2, 1));
    assert_eq!(b.platforms[0].idref, "cpe:/a:x:y");
    assert_eq!(b.test_results, ["T"]);
    let value = &b.values[0];
    assert_eq!((value.values.len(), value.type_name()), (2, "number"));
    assert!(value.choices[0].part.must_match);
    let (group, rule) = b.rules().next().expect("a rule");
    let common = &group.expect("a group").common;
    assert_eq!(common.requires, [["R", "S"]]);
    assert_eq!((&common.conflicts[..], common.hidden), (&["T".to_owned()][..], true));
    let fix = &rule.fixes[0];
    let places: Vec<usize> = fix.inserts.iter().map(|i| i.at).collect();
    assert_eq!((fix.text.as_str(), places), ("set  on !", vec![4, 8]));
    let complex = rule.complex_check.as_ref().expect("a complex check");
    assert!(complex.negate && complex.checks()[0].negate);
    assert_eq!(complex.checks()[0].exports[0].name, "n");
}

#[test]
fn other_documents_are_told_what_they_are() {
    let of = |xml: &str| read(Cursor::new(xml.to_owned())).expect_err("refused").to_string();
    let stream = "<d:data-stream-collection xmlns:d='http://scap.nist.gov/schema/scap/source/1.2'/>";
    refused(stream, 1, 1, "no data-stream, which it must have");
    let result = of(&format!("<TestResult id='T' xmlns='{NS}'/>"));
    assert!(result.contains("a scan's result"), "{result}");
    let tailoring = of(&format!("<Tailoring id='T' xmlns='{NS}'/>"));
    assert!(tailoring.contains("--tailoring"), "{tailoring}");
    refused("<CHECKLIST/>", 1, 1, "a checklist (CKL), not a benchmark");
    refused("<html xmlns='http://www.w3.org/1999/xhtml'/>", 1, 1, "begins with '<html': this is a web page");
    refused("<Benchmark xmlns='urn:x' id='B'/>", 1, 1, "'Benchmark' in the namespace 'urn:x'");
    refused("<Benchmark id='B'/>", 1, 1, "'Benchmark' in no namespace");
    refused("", 1, 1, "the document is empty");
}

/// A data stream with as many benchmarks as there are names.
fn collection(names: &[&str]) -> String {
    let mut refs = String::new();
    let mut components = String::new();
    for name in names {
        refs += &format!("<d:component-ref id='ref-{name}' x:href='#comp-{name}'/>");
        components += &format!("<d:component id='comp-{name}'><Benchmark xmlns='{NS}' id='{name}'/></d:component>");
    }
    format!(
        "<d:data-stream-collection xmlns:d='http://scap.nist.gov/schema/scap/source/1.2' \
         xmlns:x='http://www.w3.org/1999/xlink' id='C'><d:data-stream id='S'><d:checklists>{refs}\
         <d:component-ref id='out' x:href='http://example.com/x'/></d:checklists></d:data-stream>\
         {components}</d:data-stream-collection>"
    )
}

#[test]
fn a_data_stream_gives_the_benchmark_that_is_named_or_the_only_one() {
    let only = read(Cursor::new(collection(&["A"]))).expect("the only one");
    assert_eq!(only.benchmark.id, "A");
    assert_eq!(only.stream.expect("a stream").component_ref, "ref-A");
    let several = collection(&["A", "B"]);
    let error = read(Cursor::new(&several)).expect_err("ambiguous").to_string();
    assert!(error.contains("name one of ref-A, ref-B"), "{error}");
    for name in ["ref-B", "comp-B", "B"] {
        let choice = Choice { component: Some(name.into()), ..Choice::default() };
        let chosen = read_chosen(Cursor::new(&several), &choice).expect("a benchmark");
        assert_eq!(chosen.benchmark.id, "B");
    }
    let choice = Choice { component: Some("out".into()), ..Choice::default() };
    let error = read_chosen(Cursor::new(&several), &choice).expect_err("elsewhere");
    assert!(error.to_string().contains("is in another file"), "{error}");
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
fn so_many_parts_are_read_and_no_more() {
    for (part, most, wrong) in [
        ("<Rule id='r'/>\n", 200_000, "more than 200000 items"),
        ("<Value id='v'/>\n", 50_000, "more than 50000 Values"),
        ("<Profile id='p'/>\n", 1_000, "more than 1000 profiles"),
    ] {
        let many = |count: usize| benchmark(&part.repeat(count));
        assert!(read(Cursor::new(many(most))).is_ok(), "{part}");
        refused(many(most + 1), most as u64 + 2, 1, wrong);
    }
    let selecting = |count: usize| {
        let selects = "<select idref='r' selected='1'/>\n".repeat(count);
        benchmark(&format!("<Profile id='p'>\n{selects}</Profile>"))
    };
    assert_eq!(parsed(&selecting(200_000)).profiles.len(), 1);
    refused(selecting(200_001), 200_003, 1, "more than 200000 selectors");
}

#[test]
fn a_document_that_is_cut_off_is_always_refused() {
    let rules = "<Group id='V-1'><Rule id='SV-1' weight='10.0'><title>é &lt;</title></Rule></Group>\n";
    let whole = benchmark(&rules.repeat(300));
    assert!(read(Cursor::new(&whole)).is_ok());
    for end in (0..whole.len()).step_by(1000).chain(whole.len() - 50..whole.len()) {
        let error = read(Cursor::new(&whole.as_bytes()[..end])).expect_err("refused");
        assert!(matches!(error, ReadError::Xml(_)), "{end}: {error}");
    }
}

/// An outline refuses what a reading in full refuses, and has the same parts; only texts are missing.
#[test]
fn an_outline_has_all_parts_and_few_texts() {
    let full = read_in(Cursor::new(EVERYTHING), Detail::Full).expect("a benchmark");
    let outline = read_in(Cursor::new(EVERYTHING), Detail::Outline).expect("a benchmark");
    let (Content::Benchmark(whole), Content::Benchmark(part)) = (full.content, outline.content) else {
        panic!("both are benchmarks");
    };
    assert_eq!(full.sha256, outline.sha256);
    assert_eq!((&whole.id, &whole.title), (&part.id, &part.title));
    assert_eq!((&whole.version, &whole.plain_texts), (&part.version, &part.plain_texts));
    let ids = |b: &Benchmark| -> Vec<_> {
        let rules = b.rules().map(|(_, r)| r);
        let parts = rules.map(|r| (r.id.clone(), r.version.clone(), r.idents.clone(), r.checks.len()));
        parts.collect()
    };
    assert_eq!(ids(&whole), ids(&part));
    assert!(whole.rules().any(|(_, r)| !r.description.is_empty()));
    assert!(part.rules().all(|(_, r)| r.description.is_empty() && r.title.is_empty()));
    let wrong = EVERYTHING.replace("<x:Rule id='R'/>", "<x:Rule weight='x' id='S'/>");
    for detail in [Detail::Full, Detail::Outline] {
        let error = read_in(Cursor::new(&wrong), detail).expect_err("no weight");
        assert!(error.to_string().contains("the weight 'x'"), "{error}");
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
