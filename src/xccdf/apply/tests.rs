use std::io::Cursor;

use super::*;
use crate::xccdf::model::Datum;
use crate::xccdf::read::read;

fn benchmark(content: &str) -> Benchmark {
    let text = format!("<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='B'>{content}</Benchmark>");
    read(Cursor::new(text)).expect("a benchmark").benchmark
}

/// The ids of the rules that are selected with the first profile.
fn selected(content: &str) -> Vec<String> {
    let b = benchmark(content);
    let applied = apply(&b, b.profiles.first(), &Only::default());
    let rules = b.rules().zip(applied.rules);
    rules.filter(|(_, a)| a.selected).map(|((_, r), _)| r.id.clone()).collect()
}

#[test]
fn selectors_run_in_document_order() {
    let rules = "<Rule id='a' cluster-id='c'/><Rule id='b' cluster-id='c' selected='0'/>";
    let with = |selects: &str| selected(&format!("<Profile id='p'>{selects}</Profile>{rules}"));
    assert_eq!(with(""), ["a"]);
    let (on, off) = ("<select idref='c' selected='1'/>", "<select idref='a' selected='0'/>");
    assert_eq!(with(&format!("{on}{off}")), ["b"], "the later one stands");
    assert_eq!(with(&format!("{off}{on}")), ["a", "b"]);
}

#[test]
fn requirements_are_looked_at_once_and_in_order() {
    // What a deselected group holds is still selected as far as others require it.
    let content = "<Rule id='r1' selected='0'/>\
        <Group id='g' selected='0'><Rule id='r2'><requires idref='r1'/></Rule></Group>\
        <Rule id='r3'><requires idref='r2'/></Rule>\
        <Rule id='r4'><requires idref='r1 r3'/><conflicts idref='r1'/></Rule>\
        <Rule id='r5'><conflicts idref='r6'/></Rule><Rule id='r6'><conflicts idref='r5'/></Rule>\
        <Group id='h'><requires idref='nobody'/><Rule id='r7'/></Group>";
    assert_eq!(selected(content), ["r3", "r4", "r6"]);
    let b = benchmark(content);
    let applied = apply(&b, None, &Only::default());
    let last = &applied.rules[6];
    assert_eq!(last.reason, "its group h is off: requires nobody, which is not selected");
}

#[test]
fn refinements_change_what_they_say_and_no_more() {
    let b = benchmark(
        "<Profile id='p'><refine-rule idref='r' severity='high'/><refine-rule idref='r' weight='2'/>\
         <refine-rule idref='g' weight='5' severity='low'/></Profile>\
         <Group id='g'><Rule id='r' role='unscored' severity='low' weight='7'/></Group>",
    );
    let applied = apply(&b, b.profiles.first(), &Only::default());
    let rule = &applied.rules[0];
    assert_eq!((&*rule.role, &*rule.severity), ("unscored", "high"));
    assert_eq!((rule.weight.value, applied.group_weights[0].value), (2.0, 5.0));
}

#[test]
fn values_are_what_was_said_last() {
    let value = "<Value id='v'><value>1</value><value selector='x'>2</value></Value>";
    let of = |settings: &str| {
        let b = benchmark(&format!("<Profile id='p'>{settings}</Profile>{value}"));
        let applied = apply(&b, b.profiles.first(), &Only::default());
        applied.values[0].value.as_ref().map(Datum::to_text)
    };
    let (set, refine) = ("<set-value idref='v'>9</set-value>", "<refine-value idref='v' selector='x'/>");
    assert_eq!(of("").as_deref(), Some("1"));
    assert_eq!(of(refine).as_deref(), Some("2"));
    assert_eq!(of(&format!("{refine}{set}")).as_deref(), Some("9"));
    assert_eq!(of(&format!("{set}{refine}")).as_deref(), Some("2"));
    let unknown = "<refine-value idref='v' selector='nowhere'/>";
    assert_eq!(of(unknown).as_deref(), Some("1"));
    let list = "<set-complex-value idref='v'><item>a</item><item>b</item></set-complex-value>";
    assert_eq!(of(list).as_deref(), Some("a,b"));
}

#[test]
fn rules_can_be_named_and_left_out() {
    let b = benchmark("<Rule id='a' selected='0'/><Rule id='b'><version>S-1</version></Rule><Rule id='c'/>");
    let run = |rules: &[&str], skipped: &[&str]| {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let only = Only { rules: own(rules), skipped: own(skipped) };
        only.check(&b)?;
        let applied = apply(&b, None, &only);
        Ok::<Vec<bool>, String>(applied.rules.iter().map(|r| r.selected).collect())
    };
    assert_eq!(run(&["a"], &[]), Ok(vec![true, false, false]));
    assert_eq!(run(&[], &["S-1"]), Ok(vec![false, false, true]));
    assert!(run(&["nobody"], &[]).is_err());
    assert!(run(&[""], &[]).is_err(), "an empty version is no name");
}

#[test]
fn texts_are_filled_and_a_fix_that_cannot_be_is_none() {
    let b = benchmark(
        "<plain-text id='t'>plain</plain-text><Value id='v'><title>T</title><value>1</value></Value>\
         <Rule id='r'><description>x <sub idref='v'/> <sub idref='v' use='title'/></description>\
         <fixtext>do <sub idref='t'/> <sub idref='none'/>.</fixtext>\
         <fix>set <sub idref='v'/></fix><fix>set <sub idref='none'/></fix></Rule>",
    );
    let applied = apply(&b, None, &Only::default());
    let texts = Texts::new(&b, &applied.values);
    let fixes: Vec<_> = b.rules().flat_map(|(_, r)| r.fixes.iter().map(|f| texts.fix(f))).collect();
    assert_eq!(fixes, [Ok("set 1".into()), Err(Unfilled("none".into()))]);
    let filled = Texts::fill_in(b, &applied.values);
    let (_, rule) = filled.rules().next().expect("a rule");
    assert_eq!((&*rule.description, rule.fix_text()), ("x 1 T", "do plain ."));
}

/// A megabyte that asks for gigabytes: a long text, and many places that name it.
#[test]
fn so_much_is_put_into_texts_and_no_more() {
    let b = benchmark(&format!(
        "<plain-text id='t'>{}</plain-text><Rule id='r'><fixtext>{}</fixtext><fix><sub idref='t'/></fix></Rule>",
        "x".repeat(1 << 20),
        "<sub idref='t'/>".repeat(70),
    ));
    let applied = apply(&b, None, &Only::default());
    let texts = Texts::new(&b, &applied.values);
    let (_, rule) = b.rules().next().expect("a rule");
    assert!(texts.fix(&rule.fixes[0]).is_ok());
    assert_eq!(texts.fix_text(&rule.fixtexts[0]).len(), 63 << 20);
    // Half of a script is worse than none.
    assert_eq!(texts.fix(&rule.fixes[0]), Err(Unfilled("t".into())));
    let filled = Texts::fill_in(b.clone(), &applied.values);
    let (_, rule) = filled.rules().next().expect("a rule");
    assert_eq!(rule.fix_text().len(), 64 << 20);
}

#[test]
fn the_selector_falls_back_to_checks_without_one() {
    let b = benchmark(
        "<Rule id='r'><check system='a' selector='x'/><check system='b'/><check system='c' selector=''/></Rule>",
    );
    let (_, rule) = b.rules().next().expect("a rule");
    let systems = |selector| match basis(rule, selector) {
        Basis::Checks(checks) => checks.iter().map(|c| c.system.clone()).collect(),
        Basis::Complex(_) => Vec::new(),
    };
    assert_eq!(systems(Some("x")), ["a"]);
    assert_eq!(systems(Some("y")), ["b", "c"]);
    assert_eq!(systems(None), ["b", "c"]);
}
