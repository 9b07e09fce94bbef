use std::io::Cursor;

use super::*;
use crate::xccdf::model::{Datum, Rule, Tailoring};
use crate::xccdf::read::{Content, read_any};

fn document(content: &str) -> Content {
    let text = format!("<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='B'>{content}</Benchmark>");
    read_any(Cursor::new(text)).expect("a document").content
}

fn benchmark(content: &str) -> Benchmark {
    match document(content) {
        Content::Benchmark(benchmark) => *benchmark,
        other => panic!("{other:?}"),
    }
}

fn done(content: &str) -> Result<Benchmark, String> {
    resolved(benchmark(content), AbstractProfiles::Remove).map_err(|e| e.0)
}

fn rule<'a>(benchmark: &'a Benchmark, id: &str) -> &'a Rule {
    let mut rules = benchmark.rules().map(|(_, rule)| rule);
    rules.find(|r| r.id == id).expect("the rule")
}

fn tailoring(profiles: &str) -> Tailoring {
    let text = format!("<Tailoring xmlns='http://checklists.nist.gov/xccdf/1.2' id='T'>{profiles}</Tailoring>");
    match read_any(Cursor::new(text)).expect("a document").content {
        Content::Tailoring(tailoring) => *tailoring,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_rule_inherits_by_the_model_of_each_property() {
    let b = done(
        "<Rule id='base' abstract='1' weight='3' severity='high' selected='0' role='unscored'>\
         <version>v</version><title>t</title><requires idref='X'/><ident system='s'>1</ident>\
         <platform idref='p1'/><check system='a'><check-content-ref href='base'/></check>\
         <check system='b'><check-content-ref href='base'/></check></Rule>\
         <Group id='G'><Rule id='heir' extends='base' severity='low'>\
         <title>own</title><requires idref='Y'/><ident system='s'>2</ident>\
         <platform idref='p2' override='1'/>\
         <check system='a'><check-content-ref href='own'/></check></Rule></Group>",
    )
    .expect("resolved");
    assert_eq!(b.rules().count(), 1, "the abstract one is gone");
    let heir = rule(&b, "heir");
    assert_eq!((&*heir.severity, heir.weight.value), ("low", 3.0));
    assert_eq!((heir.selected, &*heir.role), (false, "unscored"));
    assert_eq!((&*heir.title, &*heir.version), ("own", "v"));
    assert_eq!(heir.common.requires, [["X"], ["Y"]]);
    let idents: Vec<&str> = heir.idents.iter().map(|i| i.value.as_str()).collect();
    assert_eq!(idents, ["1", "2"]);
    assert_eq!(heir.common.platforms.len(), 1);
    let checks: Vec<(&str, &str)> =
        heir.checks.iter().map(|c| (c.system.as_str(), c.content_refs[0].href.as_str())).collect();
    assert_eq!(checks, [("b", "base"), ("a", "own")]);
}

#[test]
fn a_value_inherits_what_it_offers() {
    let b = done(
        "<Value id='base' type='number'><value>1</value><value selector='x'>2</value></Value>\
         <Value id='heir' extends='base'><value selector='x'>3</value></Value>",
    )
    .expect("resolved");
    let heir = &b.values[1];
    assert_eq!(heir.type_name(), "number");
    let chosen = |selector| crate::xccdf::model::Value::chosen(&heir.values, selector);
    assert_eq!(chosen(None), Some(&Datum::Simple("1".into())));
    assert_eq!(chosen(Some("x")), Some(&Datum::Simple("3".into())));
    assert_eq!(chosen(Some("nowhere")), Some(&Datum::Simple("1".into())));
}

#[test]
fn circles_and_missing_bases_are_named_as_a_chain() {
    for (content, part) in [
        (
            "<Rule id='a' extends='b'/><Rule id='b' extends='c'/><Rule id='c' extends='b'/>",
            "Rules inherit in a circle: a extends b extends c extends b",
        ),
        ("<Rule id='a' extends='a'/>", "a extends a"),
        ("<Rule id='a' extends='b'/>", "\"b\" is not in the benchmark"),
        (
            "<Group id='G'><Rule id='b'/></Group><Rule id='a' extends='b'/>",
            "stands in a group that it is not visible from",
        ),
        ("<Value id='v' extends='w'/>", "Value v extends w"),
        (
            "<Profile id='p' extends='q'/><Profile id='q' extends='p'/>",
            "Profiles inherit in a circle: p extends q extends p",
        ),
        ("<Profile id='p' extends='q'/>", "\"q\" is not in the benchmark"),
        ("<Group id='g' extends='h'/><Group id='h' extends='g'/>", "Groups inherit in a circle"),
    ] {
        let error = done(content).expect_err("refused");
        assert!(error.contains(part), "{error}");
    }
    let mut long = String::new();
    for at in 0..70 {
        long += &format!("<Profile id='p{at}' extends='p{}'/>", at + 1);
    }
    let error = done(&format!("{long}<Profile id='p70'/>")).expect_err("too long");
    assert!(error.contains("more than 64 steps"), "{error}");
}

#[test]
fn a_benchmark_that_is_resolved_is_left_alone() {
    let mut b = benchmark("<Profile id='p' extends='nowhere'/>");
    b.resolved = true;
    assert_eq!(resolved(b.clone(), AbstractProfiles::Remove), Ok(b));
}

#[test]
fn an_extended_group_lends_copies_with_ids_of_their_own() {
    let b = done("<Group id='g' weight='2'><Rule id='r'/></Group><Group id='h' extends='g'><Rule id='s'/></Group>")
        .expect("resolved");
    let ids: Vec<&str> = b.rules().map(|(_, r)| r.id.as_str()).collect();
    assert_eq!(ids, ["r", "h-r", "s"]);
    let heir = b.rules().nth(1).and_then(|(g, _)| g).expect("a group");
    assert_eq!(heir.weight.text, "2");
}

#[test]
fn profiles_inherit_first_and_speak_after() {
    let b = done(
        "<Profile id='p' abstract='1'><title>P</title><select idref='a' selected='1'/>\
         <select idref='b' selected='1'/><refine-rule idref='a' weight='2' role='unscored'/></Profile>\
         <Profile id='q' extends='p'><select idref='a' selected='0'/>\
         <refine-rule idref='a' role='full'/></Profile>",
    )
    .expect("resolved");
    assert_eq!(b.profiles.len(), 1);
    let q = &b.profiles[0];
    assert_eq!((q.title.as_str(), q.selects.len()), ("P", 3));
    let shown = merged(q);
    let selects: Vec<(&str, bool)> = shown.selects.iter().map(|s| (s.idref.as_str(), s.selected)).collect();
    assert_eq!(selects, [("a", false), ("b", true)]);
    let refine = &shown.refine_rules[0];
    assert_eq!(refine.weight.as_ref().map(|w| w.value), Some(2.0));
    assert_eq!(refine.role.as_deref(), Some("full"));
}

#[test]
fn a_tailoring_adds_shadows_or_is_refused() {
    let with = |profiles: &str| {
        let b = benchmark(
            "<Profile id='A'><select idref='r' selected='1'/></Profile><Profile id='B'/>\
             <Profile id='C' abstract='1'><select idref='s' selected='1'/></Profile>",
        );
        let b = resolved(b, AbstractProfiles::Keep).expect("resolved");
        tailored(b, &tailoring(profiles)).map_err(|e| e.0)
    };
    let b = with("<Profile id='A' extends='A'><select idref='t' selected='1'/></Profile>");
    let b = b.expect("a shadow");
    assert_eq!((b.profiles.len(), b.profiles[0].selects.len()), (3, 2));
    let origin = b.profiles[0].tailoring.as_ref().map(|t| t.id.as_str());
    assert_eq!((origin, &b.profiles[1].tailoring), (Some("T"), &None));
    let b = with("<Profile id='D' extends='C'/>").expect("an addition");
    assert_eq!(b.profiles[3].selects.len(), 1);
    assert!(!b.profiles[3].is_abstract);
    for (profiles, part) in [
        ("<Profile id='A'/>", "does not extend it"),
        ("<Profile id='A' extends='B'/>", "does not extend it"),
        ("<Profile id='X'/><Profile id='Y' extends='X'/>", "of the same tailoring"),
        ("<Profile id='X' extends='Y'/>", "is not in the benchmark"),
        ("<Profile id='X'/><Profile id='X'/>", "the same id"),
    ] {
        let error = with(profiles).expect_err("refused");
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_profile_is_found_by_id_or_by_an_ending_that_only_it_has() {
    let b = benchmark("<Profile id='x_common'/><Profile id='x_uncommon'/><Profile id='common_x'/>");
    let id = |wanted: &str| find_profile(&b, wanted).map(|p| p.id.clone());
    assert_eq!(id("x_common"), Ok("x_common".into()));
    assert_eq!(id("_common"), Ok("x_common".into()));
    assert!(id("common").expect_err("two").contains("is ambiguous"));
    assert!(id("").expect_err("none").contains("is not in the benchmark"));
}

/// A megabyte that asks for gigabytes: every heir gets a copy.
#[test]
fn so_much_is_inherited_and_no_more() {
    let text = "x".repeat(1 << 20);
    let heirs = |heir: &dyn Fn(usize) -> String| (0..70).map(heir).collect::<String>();
    let rules = heirs(&|n| format!("<Rule id='r{n}' extends='base'/>"));
    let base = format!("<Rule id='base'><description>{text}</description></Rule>");
    let groups = heirs(&|n| format!("<Group id='g{n}' extends='all'/>"));
    let values = heirs(&|n| format!("<Value id='v{n}' extends='base'/>"));
    let profiles = heirs(&|n| format!("<Profile id='p{n}' extends='base'><title>t</title></Profile>"));
    let text = format!("<description>{text}</description>");
    for many in [
        format!("{base}{rules}"),
        format!("<Group id='all'>{base}</Group>{groups}"),
        format!("<Value id='base'>{text}<value>1</value></Value>{values}"),
        format!("<Profile id='base'><title>t</title>{text}</Profile>{profiles}"),
    ] {
        let error = done(&many).expect_err("too much");
        assert!(error.contains("comes to more than 64 MiB"), "{error}");
    }
    let few = heirs(&|n| {
        let extends = if n < 60 { "extends='base'" } else { "" };
        format!("<Rule id='r{n}' {extends}/>")
    });
    assert_eq!(done(&format!("{base}{few}")).expect("resolved").rules().count(), 71);
    let mut copied = Copied::default();
    assert_eq!(copied.add(COPIED), Ok(()));
    assert!(copied.add(1).is_err());
}
