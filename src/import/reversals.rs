//! Every way in which a result is turned into its opposite, in every format that can say it, there and back.

use Verdict::{Error, Fail, NotApplicable, NotChecked, Pass, Unknown};

use super::tests::{back, read_text};
use crate::outcome::{Outcome, RuleOutcome};
use crate::report::{self, Format};
use crate::xccdf::Verdict;

/// `rule-result` elements of one rule: what was found, and what exceptions make of it.
type Case = (&'static str, &'static str, Verdict, Verdict);

/// An override by its attributes, old and new result.
macro_rules! o {
    ($attributes:literal, $old:literal, $new:literal) => {
        concat!(
            "<override ",
            $attributes,
            "><old-result>",
            $old,
            "</old-result><new-result>",
            $new,
            "</new-result><remark>seen by hand</remark></override>"
        )
    };
    ($old:literal, $new:literal) => {
        o!("time='2026-01-01T09:45:30-05:00' authority='isso'", $old, $new)
    };
}

/// A `rule-result`.
macro_rules! r {
    ($($part:expr),*) => { concat!("<rule-result idref='xccdf_a.b_rule_1' time='2026-01-01T09:30:00Z'>", $($part),*, "</rule-result>") };
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("plain pass", r!("<result>pass</result>"), Pass, Pass),
    ("plain fail", r!("<result>fail</result>"), Fail, Fail),
    ("fail in another spelling", r!("<result>FAIL</result>"), Fail, Fail),
    ("pass in another spelling", r!("<result>PASS</result>"), Unknown, Unknown),
    ("fail to pass", r!("<result>pass</result>", o!("fail", "pass")), Fail, Pass),
    ("fail to not applicable", r!("<result>notapplicable</result>", o!("fail", "notapplicable")), Fail, NotApplicable),
    ("not checked to pass", r!("<result>pass</result>", o!("notchecked", "pass")), NotChecked, Pass),
    ("pass to fail", r!("<result>fail</result>", o!("pass", "fail")), Fail, Fail),
    ("pass to error", r!("<result>error</result>", o!("pass", "error")), Error, Error),
    ("pass to fail, no time", r!("<result>fail</result>", o!("authority='isso'", "pass", "fail")), Fail, Fail),
    ("fail to pass, no time", r!("<result>pass</result>", o!("authority='isso'", "fail", "pass")), Fail, Fail),
    ("fail to pass, no such day", r!("<result>pass</result>", o!("time='2026-02-30T00:00:00Z' authority='isso'", "fail", "pass")), Fail, Fail),
    ("fail to pass, time in words", r!("<result>pass</result>", o!("time='yesterday' authority='isso'", "fail", "pass")), Fail, Fail),
    ("fail to pass, nobody", r!("<result>pass</result>", o!("time='2026-01-01T09:45:30Z'", "fail", "pass")), Fail, Fail),
    ("fail to pass, unknown word", r!("<result>pass</result>", o!("fail", "passed")), Fail, Fail),
    ("a failure in another spelling to pass", r!("<result>pass</result>", o!("Fail", "pass")), Fail, Fail),
    ("fail to pass, but the result is fail", r!("<result>fail</result>", o!("fail", "pass")), Fail, Fail),
    ("pass to fail, but the result is pass", r!("<result>pass</result>", o!("pass", "fail")), Fail, Fail),
    ("in a row to pass", r!("<result>pass</result>", o!("fail", "unknown"), o!("time='2026-01-02T00:00:00Z' authority='ao'", "unknown", "pass")), Fail, Pass),
    ("in a row to fail", r!("<result>fail</result>", o!("unknown", "pass"), o!("time='2026-01-02T00:00:00Z' authority='ao'", "pass", "fail")), Fail, Fail),
    ("fail and back", r!("<result>pass</result>", o!("pass", "fail"), o!("time='2026-01-02T00:00:00Z' authority='ao'", "fail", "pass")), Fail, Pass),
    ("pass and back", r!("<result>fail</result>", o!("fail", "pass"), o!("time='2026-01-02T00:00:00Z' authority='ao'", "pass", "fail")), Fail, Fail),
    ("a gap in the row", r!("<result>pass</result>", o!("fail", "unknown"), o!("time='2026-01-02T00:00:00Z' authority='ao'", "error", "pass")), Fail, Fail),
    ("pass and not checked", concat!(r!("<result>pass</result>"), r!("<result>notchecked</result>")), NotChecked, NotChecked),
    ("pass and fail", concat!(r!("<result>pass</result>"), r!("<result>fail</result>")), Fail, Fail),
    ("one instance excepted", concat!(r!("<result>fail</result><instance>web01</instance>"),
        r!("<result>pass</result>", o!("fail", "pass"), "<instance>web02</instance>")), Fail, Fail),
    ("one instance excepted, the other passes", concat!(r!("<result>pass</result><instance>web01</instance>"),
        r!("<result>pass</result>", o!("fail", "pass"), "<instance>web02</instance>")), Fail, Pass),
    ("one instance excepted, the other not checked", concat!(r!("<result>notchecked</result><instance>web01</instance>"),
        r!("<result>pass</result>", o!("fail", "pass"), "<instance>web02</instance>")), Fail, NotChecked),
    ("one instance made worse", concat!(r!("<result>pass</result><instance>web01</instance>"),
        r!("<result>fail</result>", o!("pass", "fail"), "<instance>web02</instance>")), Fail, Fail),
];

fn document(results: &str) -> String {
    format!(
        "<Benchmark xmlns='http://checklists.nist.gov/xccdf/1.2' id='xccdf_a.b_benchmark_t'><status>draft</status>\
         <title>t</title><version>1</version><Rule id='xccdf_a.b_rule_1' severity='high'><title>r1</title></Rule>\
         <TestResult id='xccdf_a.b_testresult_1' end-time='2026-01-01T10:00:00Z' version='1'><target>h</target>{results}\
         </TestResult></Benchmark>"
    )
}

/// What a checklist's reader sees.
fn status(verdict: Verdict) -> &'static str {
    match verdict {
        Pass | Verdict::Fixed => "Not a Finding",
        Fail => "Open",
        NotApplicable => "Not Applicable",
        _ => "Not Reviewed",
    }
}

fn only(outcome: &Outcome) -> &RuleOutcome {
    assert_eq!(outcome.rules.len(), 1);
    &outcome.rules[0]
}

/// What is wrong with a file that is read back.
fn read_back(format: Format, outcome: &Outcome, found: Verdict, after: Verdict) -> Option<String> {
    let again = back(outcome, format);
    let rule = only(&again);
    let fits = match format {
        Format::Ckl | Format::Cklb => status(rule.result) == status(found) && rule.waiver.is_none(),
        // It has one word for passed and not applicable; details say which.
        Format::Nessus => status(rule.result) == status(found),
        Format::Hdf => {
            status(rule.result) == status(found)
                && rule.after_waiver() == if found == after { rule.result } else { after }
        }
        _ => rule.result == found && rule.after_waiver() == after,
    };
    (!fits).then(|| format!("{format} comes back as {}, after exceptions {}", rule.result, rule.after_waiver()))
}

/// What is wrong with a file that is not read back: what it says of the result.
fn written(format: Format, outcome: &Outcome, found: Verdict, after: Verdict) -> Option<String> {
    let Ok(text) = String::from_utf8(report::write(format, outcome)) else {
        return None;
    };
    let open = |says: bool| (says != (found == Fail)).then(|| format!("{format} does not say that it is {found}"));
    let has = |part: &str| (!text.contains(part)).then(|| format!("{format} has no {part:?}"));
    match format {
        Format::Csv => has(&format!("\"{found}\"")),
        Format::Markdown => has(&format!("| {found} |\n")),
        Format::Html => open(text.contains("data-result=\"fail\"")),
        Format::Sarif => open(text.contains("\"kind\": \"fail\"")),
        Format::OscalResults => has(&format!("\"value\": \"{found}\"")),
        Format::OscalPoam => open(!text.contains("Nothing is open")),
        Format::Junit => ((after == Fail) != text.contains("<failure ")).then(|| format!("{format} is not {after}")),
        _ => None,
    }
}

#[test]
fn no_format_turns_a_result_into_its_opposite() {
    let mut wrong = Vec::new();
    for (name, results, found, after) in CASES {
        let mut all = read_text(&document(results)).expect("results");
        let first = all.pop().expect("one");
        // Its own output is read as anybody else's.
        for outcome in [&first, &back(&first, Format::Xccdf), &back(&first, Format::Json), &back(&first, Format::Arf)] {
            let rule = only(outcome);
            if (rule.result, rule.after_waiver()) != (*found, *after) {
                wrong.push(format!("{name}: {} and {}", rule.result, rule.after_waiver()));
            }
            for format in Format::ALL {
                let problem = match format {
                    Format::Ckl
                    | Format::Cklb
                    | Format::Xccdf
                    | Format::Arf
                    | Format::Json
                    | Format::Nessus
                    | Format::Hdf => read_back(format, outcome, *found, *after),
                    _ => written(format, outcome, *found, *after),
                };
                wrong.extend(problem.map(|problem| format!("{name}: {problem}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_override_that_does_not_count_is_named_in_every_format_with_words() {
    for (name, results, found, after) in CASES.iter().filter(|(_, results, ..)| results.contains("<override")) {
        let outcome = read_text(&document(results)).expect("results").pop().expect("one");
        let rule = only(&outcome);
        let contradicted = rule.contradicted_by().next().is_some();
        assert!(contradicted || found != after || !rule.beside.is_empty(), "{name}");
        for format in Format::ALL {
            let Ok(text) = String::from_utf8(report::write(format, &outcome)) else {
                continue;
            };
            let is_told = text.contains("isso") || text.contains("nobody who is named") || text.contains("ao");
            // What is not open is no item of a plan, and Markdown lists conflicts and exceptions alone.
            let has_place = format != Format::OscalPoam && (format != Format::Markdown || contradicted);
            assert!(is_told || !has_place, "{name}: {format}");
        }
    }
}

#[test]
fn overrides_that_are_no_exception_come_back_from_what_we_write() {
    let mut seen = 0;
    for (name, results, ..) in CASES.iter().filter(|(_, results, ..)| results.contains("<override")) {
        let outcome = read_text(&document(results)).expect("results").pop().expect("one");
        // XCCDF has no place for one that does not say when, by whom or why.
        let is_whole = |time: &str, by: &str| chrono::DateTime::parse_from_rfc3339(time).is_ok() && !by.is_empty();
        let stated = |outcome: &Outcome| {
            let all = only(outcome).beside.iter().filter_map(|b| Some((b.result, b.comments.clone(), b.overriding()?)));
            let whole = all.filter(|(.., o)| is_whole(o.time, o.authority));
            whole.map(|(new, why, o)| format!("{} {new} {why} {} {}", o.old, o.authority, o.time)).collect::<Vec<_>>()
        };
        let waiver = |outcome: &Outcome| only(outcome).waiver.clone();
        seen += stated(&outcome).len();
        for format in [Format::Xccdf, Format::Arf, Format::Json] {
            let once = back(&outcome, format);
            let twice = back(&once, format);
            for again in [&once, &twice] {
                assert_eq!(stated(again), stated(&outcome), "{name}: {format}");
                assert_eq!(waiver(again), waiver(&outcome), "{name}: {format}");
            }
            assert_eq!(report::write(format, &once).len(), report::write(format, &twice).len(), "{name}: {format}");
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn results_that_were_folded_say_how_many_and_which() {
    let results = concat!(r!("<result>pass</result>"), r!("<result>notchecked</result>"), r!("<result>pass</result>"));
    let outcome = read_text(&document(results)).expect("results").pop().expect("one");
    for format in Format::ALL {
        if let Ok(text) = String::from_utf8(report::write(format, &outcome)) {
            let is_told = text.contains("3 results of this rule are folded") && text.contains("1 notchecked, 2 pass");
            assert!(is_told || format == Format::OscalPoam, "{format}");
        }
    }
    let lost = &outcome.imported.as_ref().expect("a file").lost;
    assert!(lost.iter().any(|l| l.contains("1 notchecked, 2 pass")), "{lost:?}");
}

#[test]
fn our_own_results_do_not_except_what_they_make_worse() {
    let outcome = read_text(&document(CASES[4].1)).expect("results").pop().expect("one");
    let text = String::from_utf8(report::write(Format::Json, &outcome)).expect("JSON");
    for (from, to, found, after) in [
        ("\"new_result\": \"pass\"", "\"new_result\": \"pass\"", Fail, Pass),
        ("\"result\": \"fail\"", "\"result\": \"pass\"", Fail, Fail),
        ("\"authority\": \"isso\"", "\"authority\": \"\"", Fail, Fail),
        ("\"time\": \"2026-01-01T09:45:30-05:00\"", "\"time\": \"never\"", Fail, Fail),
    ] {
        assert!(text.contains(from), "{from}");
        let read = read_text(&text.replace(from, to)).expect("results").pop().expect("one");
        assert_eq!((only(&read).result, only(&read).after_waiver()), (found, after), "{to}");
    }
    let worse = text
        .replace("\"result\": \"fail\"", "\"result\": \"pass\"")
        .replace("\"old_result\": \"fail\"", "\"old_result\": \"pass\"")
        .replace("\"new_result\": \"pass\"", "\"new_result\": \"fail\"");
    let read = read_text(&worse).expect("results").pop().expect("one");
    assert_eq!((only(&read).result, only(&read).waiver.as_ref()), (Fail, None));
}

#[test]
fn a_rule_that_stands_twice_on_a_checklist_has_the_worse_of_both() {
    let outcome = read_text(&document(CASES[0].1)).expect("results").pop().expect("one");
    for format in [Format::Ckl, Format::Cklb] {
        let text = String::from_utf8(report::write(format, &outcome)).expect("text");
        let twice = if format == Format::Ckl {
            let (head, rest) = text.split_once("<VULN>").expect("a rule");
            let (rule, _) = rest.split_once("</VULN>").expect("its end");
            format!("{head}<VULN>{}</VULN><VULN>{rest}", rule.replace("NotAFinding", "Open"))
        } else {
            let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let rules = document["stigs"][0]["rules"].as_array_mut().expect("rules");
            let mut open = rules[0].clone();
            open["status"] = "open".into();
            rules.push(open);
            document.to_string()
        };
        let read = read_text(&twice).expect("a checklist").pop().expect("one");
        assert_eq!(only(&read).result, Fail, "{format}");
        assert!(only(&read).summary.contains("2 results of this rule are folded"), "{}", only(&read).summary);
    }
}
