use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::xccdf::apply::{Only, Texts, apply};
use crate::xccdf::model::{Dictionary, DictionaryItem};
use crate::xccdf::read::read;
use crate::xccdf::resolve::{self, AbstractProfiles};

fn run(content: &str, outcomes: &str, target: &Target) -> Processed {
    let text = format!(
        "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' \
         xmlns:c='http://cpe.mitre.org/language/2.0' id='B'>{content}</Benchmark>"
    );
    let b = read(Cursor::new(text)).expect("a benchmark").benchmark;
    let applied = apply(&b, b.profiles.first(), &Only::default());
    let outcomes: Outcomes = serde_json::from_str(outcomes).expect("outcomes");
    process(&b, &applied, &outcomes, target)
}

fn results(content: &str, outcomes: &str) -> Vec<Verdict> {
    let processed = run(content, outcomes, &Target::default());
    processed.results.iter().map(|r| r.result).collect()
}

fn rule(id: &str, refs: &str) -> String {
    format!("<Rule id='{id}'><check system='s'>{refs}</check></Rule>")
}

const DOCUMENT: &str = r#"{"d": {"y": "fail", "x": "pass"}}"#;

#[test]
fn the_first_reference_that_leads_somewhere_decides() {
    let one =
        |refs: &str| results(&(rule("r", refs) + &rule("s", "<check-content-ref href='d' name='x'/>")), DOCUMENT)[0];
    assert_eq!(one("<check-content-ref href='d' name='x'/>"), Verdict::Pass);
    assert_eq!(one("<check-content-ref href='no'/><check-content-ref href='d' name='y'/>"), Verdict::Fail);
    assert_eq!(one("<check-content-ref href='d' name='z'/>"), Verdict::NotChecked);
    assert_eq!(one("<check-content-ref href='d'/>"), Verdict::Fail, "all together");
    assert_eq!(one(""), Verdict::NotChecked);
}

#[test]
fn no_other_system_is_tried_once_one_is_supported() {
    let checks = "<check system='none'><check-content-ref href='q'/></check>\
        <check system='s'><check-content-ref href='q'/></check>\
        <check system='t'><check-content-ref href='d' name='x'/></check>";
    let first = format!("<Rule id='r'>{checks}</Rule>");
    let known = rule("s", "<check-content-ref href='d' name='x'/>");
    let found = results(&(first + &known), DOCUMENT);
    assert_eq!(found, [Verdict::NotChecked, Verdict::Pass]);
}

#[test]
fn several_checks_give_several_results_when_asked_to() {
    let content = "<Rule id='r'><check system='s' multi-check='1'><check-content-ref href='d'/></check></Rule>";
    let processed = run(content, DOCUMENT, &Target::default());
    let found: Vec<_> = processed.results.iter().map(|r| (r.result, r.check.as_ref().map(|c| c.1.as_str()))).collect();
    assert_eq!(found, [(Verdict::Fail, Some("y")), (Verdict::Pass, Some("x"))]);
    let scores: Vec<f64> = processed.scores.iter().map(|s| s.score).collect();
    assert_eq!(scores, [50.0, 0.5, 0.5, 0.0], "half of the rule is met");
}

/// The standard leaves open what a document without checks comes to; it is decided by nothing.
#[test]
fn a_document_without_checks_decides_nothing() {
    let with = |id: &str, attribute: &str| {
        format!("<Rule id='{id}'><check system='s' {attribute}><check-content-ref href='e'/></check></Rule>")
    };
    let content = with("one", "") + &with("each", "multi-check='1'") + &with("not", "negate='1'");
    let found = results(&content, r#"{"e": {}}"#);
    assert_eq!(found, [Verdict::Error, Verdict::Unknown, Verdict::Error]);
}

#[test]
fn what_oval_says_is_no_answer_of_another_system() {
    let outcomes = r#"{"d": {"oval:a:def:1": "pass"}, "q": {"ocil:a:questionnaire:1": "pass"}}"#;
    let with = |system: &str, reference: &str| {
        format!(
            "<Rule id='{system}{}'><check system='{system}'><check-content-ref {reference}/></check></Rule>",
            reference.len()
        )
    };
    let oval = "http://oval.mitre.org/XMLSchema/oval-definitions-5";
    for (system, reference, wanted) in [
        (oval, "href='d' name='oval:a:def:1'", Verdict::Pass),
        (oval, "href='d'", Verdict::Pass),
        ("none", "href='d'", Verdict::NotChecked),
        ("none", "href='d' name='oval:a:def:1'", Verdict::NotChecked),
        (oval, "href='q'", Verdict::NotChecked),
        ("http://scap.nist.gov/schema/ocil/2", "href='q'", Verdict::Pass),
    ] {
        let found = results(&with(system, reference), outcomes);
        assert_eq!(found, [wanted], "{system} {reference}");
    }
}

#[test]
fn roles_come_before_checks_and_after_selection() {
    let with = |role: &str| {
        format!(
            "<Rule id='{role}' role='{role}'><check system='s'><check-content-ref href='d' name='y'/></check></Rule>"
        )
    };
    let content = with("full")
        + &with("unscored")
        + &with("unchecked")
        + "<Rule id='off' role='unchecked' selected='0'/><Rule id='none' role='unscored'/>";
    assert_eq!(
        results(&content, DOCUMENT),
        [Verdict::Fail, Verdict::Informational, Verdict::NotChecked, Verdict::NotSelected, Verdict::Informational]
    );
}

#[test]
fn complex_checks_combine_and_negate() {
    let content = "<Rule id='r'><complex-check operator='OR' negate='1'>\
        <check system='s' negate='1'><check-content-ref href='d' name='x'/></check>\
        <complex-check operator='AND'><check system='s'><check-content-ref href='d' name='x'/></check>\
        <check system='s'><check-content-ref href='d' name='nowhere'/></check></complex-check>\
        </complex-check></Rule><Rule id='e'><complex-check operator='AND'/></Rule>";
    assert_eq!(results(content, DOCUMENT), [Verdict::Fail, Verdict::NotChecked]);
}

const PLATFORMS: &str = "<c:platform-specification><c:platform id='both'><c:logical-test operator='AND'>\
    <c:check-fact-ref href='d' id-ref='x'/><c:check-fact-ref href='d' id-ref='z'/>\
    </c:logical-test></c:platform><c:platform id='no'><c:logical-test operator='AND' negate='true'>\
    <c:check-fact-ref href='d' id-ref='x'/></c:logical-test></c:platform></c:platform-specification>";

#[test]
fn what_is_not_known_of_the_platform_applies() {
    let on = |id: &str, platform: &str| {
        format!(
            "<Rule id='{id}'><platform idref='{platform}'/><check system='s'><check-content-ref href='d' name='x'/></check></Rule>"
        )
    };
    let content = PLATFORMS.to_owned() + &on("a", "#both") + &on("b", "no") + &on("c", "cpe:/o:x:y");
    let found = results(&content, DOCUMENT);
    assert_eq!(found, [Verdict::Pass, Verdict::NotApplicable, Verdict::Pass]);

    let named = Target { names: Some(vec!["cpe:/o:x:y:2".into()]), ..Target::default() };
    let two = on("a", "cpe:/o:x:y") + &on("b", "cpe:/o:other");
    let of =
        |target: &Target| -> Vec<Verdict> { run(&two, DOCUMENT, target).results.iter().map(|r| r.result).collect() };
    assert_eq!(of(&named), [Verdict::Pass, Verdict::NotApplicable]);

    let item = |name: &str, check: &str| DictionaryItem { name: name.into(), checks: vec![("d".into(), check.into())] };
    let given =
        |check| Target { dictionary: Some(Dictionary { items: vec![item("cpe:/o:x:y", check)] }), ..Target::default() };
    assert_eq!(of(&given("x")), [Verdict::Pass, Verdict::NotApplicable]);
    assert_eq!(of(&given("y")), [Verdict::NotApplicable, Verdict::NotApplicable]);
    assert_eq!(of(&given("z"))[0], Verdict::Pass, "its check said nothing");
}

#[test]
fn platforms_may_be_defined_outside() {
    let defined = "<platform-specification xmlns='http://cpe.mitre.org/language/2.0'><platform id='p'>\
        <logical-test operator='AND' negate='false'><check-fact-ref system='s' href='d' id-ref='y'/>\
        </logical-test></platform></platform-specification>";
    let document = crate::xccdf::read::read_any(Cursor::new(defined)).expect("platforms");
    let crate::xccdf::read::Content::Platforms(platforms) = document.content else {
        panic!("{}", document.content.described());
    };
    let target = Target { platforms, ..Target::default() };
    let on = |platform: &str| {
        format!(
            "<Rule id='a'><platform idref='{platform}'/><check system='s'><check-content-ref href='d' name='x'/></check></Rule>"
        )
    };
    for (platform, wanted) in [("#p", Verdict::NotApplicable), ("p", Verdict::NotApplicable), ("#q", Verdict::Pass)] {
        let processed = run(&on(platform), DOCUMENT, &target);
        assert_eq!(processed.results[0].result, wanted, "{platform}");
    }
}

#[test]
fn a_group_that_does_not_apply_takes_its_rules_along() {
    let content = PLATFORMS.to_owned()
        + "<Group id='g'><platform idref='#no'/>"
        + &rule("r", "<check-content-ref href='d' name='x'/>")
        + "</Group>";
    assert_eq!(results(&content, DOCUMENT), [Verdict::NotApplicable]);
}

#[test]
fn outcomes_are_words_of_the_standard() {
    for wrong in [r#"{"d": "good"}"#, r#"{"d": {"x": "good"}}"#, r#"{"d": 1}"#, "[]"] {
        assert!(serde_json::from_str::<Outcomes>(wrong).is_err(), "{wrong}");
    }
    let whole: Outcomes = serde_json::from_str(r#"{"d": "pass", "system:s": "fail"}"#).expect("outcomes");
    assert_eq!(whole.of("d", Some("n")).map(|o| o[0].1), Some(Verdict::Pass));
    assert_eq!(whole.of_system("s"), Some(Verdict::Fail));
}

const RICH: &str = "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='B'>\
    <platform idref='cpe:/o:x:y'/><plain-text id='t'>x</plain-text>\
    <Profile id='p'><select idref='g' selected='1'/><refine-rule idref='r' weight='2' role='unscored'/>\
    <refine-value idref='v' selector='x'/></Profile>\
    <Profile id='q' extends='p'><set-value idref='v'>9</set-value></Profile>\
    <Value id='v'><value>1</value><value selector='x'>2</value></Value>\
    <Group id='g'><requires idref='r s'/><Rule id='r' cluster-id='c'><conflicts idref='s'/>\
    <fix>a <sub idref='v'/> b<sub idref='t'/></fix><check system='s' multi-check='1'>\
    <check-content-ref href='d'/></check></Rule></Group><Group id='h' extends='g'/>\
    <Rule id='s' extends='e'><complex-check operator='OR'><check system='s' negate='1'>\
    <check-content-ref href='d' name='x'/></check></complex-check></Rule>\
    <Rule id='e' abstract='1'><platform idref='#p'/></Rule></Benchmark>";

/// All of the road for one document, with every profile.
fn whole_road(document: &str) {
    let Ok(document) = read(Cursor::new(document)) else {
        return;
    };
    let Ok(b) = resolve::resolved(document.benchmark, AbstractProfiles::Remove) else {
        return;
    };
    let outcomes: Outcomes = serde_json::from_str(DOCUMENT).expect("outcomes");
    for profile in b.profiles.iter().map(Some).chain([None]) {
        let applied = apply(&b, profile, &Only::default());
        let processed = process(&b, &applied, &outcomes, &Target::default());
        assert!(processed.results.len() >= b.rules().count());
        assert!(processed.scores.iter().all(|s| s.score.is_finite()));
        let texts = Texts::new(&b, &applied.values);
        for fix in b.rules().flat_map(|(_, r)| &r.fixes) {
            let _ = texts.fix(fix);
        }
        let _ = Texts::fill_in(b.clone(), &applied.values);
    }
}

#[test]
fn the_road_goes_to_its_end() {
    whole_road(RICH);
}

proptest! {
    /// A whole document with one piece of it exchanged for another piece of it.
    #[test]
    fn no_exchange_makes_it_panic(from in 0..RICH.len(), length in 0_usize..40, other in 0..RICH.len()) {
        let end = RICH.len().min(from + length);
        let piece = &RICH[other..RICH.len().min(other + length)];
        whole_road(&format!("{}{piece}{}", &RICH[..from], &RICH[end..]));
    }
}
