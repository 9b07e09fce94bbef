//! A plan of action and milestones as a spreadsheet, its columns those of eMASS's export and import.
//!
//! One row for each open rule. What only the organisation can say (offices, dates, milestones, threat and
//! impact) stays empty: a made-up date would look like a promise. Texts are cut to what eMASS's interface
//! takes. Status and severities are the words of eMASS's lists.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::checklist::{no_category, vuln_num};
use super::identity::{bare, fqdn, marked, name};
use super::text::{clean, cut, line, maker, time, tool, waived};
use crate::outcome::{Outcome, RuleOutcome};
use crate::xccdf::{Category, Group, Rule, Verdict};

/// The columns, in eMASS's order, with how many characters its interface takes.
const COLUMNS: [(&str, f64, usize); 25] = [
    ("POA&M Item ID", 12.0, 100),
    ("Control Vulnerability Description", 60.0, 2_000),
    ("Controls / APs", 18.0, 100),
    ("Office/Org", 18.0, 100),
    ("Security Checks", 26.0, 250),
    ("Resources Required", 18.0, 250),
    ("Scheduled Completion Date", 16.0, 100),
    ("Milestone with Completion Dates", 24.0, 2_000),
    ("Milestone Changes", 18.0, 2_000),
    ("Source Identifying Vulnerability", 36.0, 2_000),
    ("Status", 12.0, 100),
    ("Comments", 60.0, 2_000),
    ("Raw Severity", 14.0, 100),
    ("Devices Affected", 26.0, 2_000),
    ("Mitigations (in-house and in conjunction with the Navy CSSP)", 30.0, 2_000),
    ("Predisposing Conditions", 18.0, 2_000),
    ("Severity", 14.0, 100),
    ("Relevance of Threat", 14.0, 100),
    ("Threat Description", 18.0, 2_000),
    ("Likelihood", 12.0, 100),
    ("Impact", 12.0, 100),
    ("Impact Description", 18.0, 2_000),
    ("Residual Risk Level", 14.0, 100),
    ("Recommendations", 60.0, 2_000),
    ("Resulting Residual Risk after Proposed Mitigations", 18.0, 100),
];

/// The document.
pub(super) fn write(outcome: &Outcome) -> Vec<u8> {
    // It is written into memory from texts that were cut to what a cell takes: nothing of that can fail.
    sheet(outcome).expect("a workbook in memory is written")
}

fn sheet(outcome: &Outcome) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new().set_title(marked(outcome, "POA&M")).set_author(tool());
    // Excel's calendar begins in 1900 and ends with 9999.
    if let Ok(created) = ExcelDateTime::from_timestamp(outcome.finished.timestamp()) {
        properties = properties.set_creation_datetime(&created);
    }
    workbook.set_properties(&properties);
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet();
    sheet.set_name("POA&M")?;
    sheet.set_landscape();
    for (row, (label, value)) in (0_u32..).zip(about(outcome)) {
        sheet.write_string_with_format(row, 0, label, &head)?;
        sheet.write_string(row, 1, value)?;
    }
    for (column, (title, width, _)) in (0_u16..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(FIRST - 1, column, title, &head)?;
    }
    let open = outcome.results().filter(|(_, _, ro)| ro.result == Verdict::Fail);
    for (row, (group, rule, rule_outcome)) in (FIRST..).zip(open) {
        let values = values(outcome, group, rule, rule_outcome);
        for (column, (value, (_, _, limit))) in (0_u16..).zip(values.iter().zip(COLUMNS)) {
            sheet.write_string_with_format(row, column, cut(&clean(value), limit), &cell)?;
        }
    }
    sheet.set_freeze_panes(FIRST, 0)?;
    let marking = line(&outcome.asset.marking).replace('&', "&&");
    sheet.set_header(format!("&C{marking}"));
    sheet.set_footer(format!("&C{marking}"));
    workbook.save_to_buffer()
}

/// The first row of items, counted from 0: eMASS's own lines stand before it.
const FIRST: u32 = 7;

/// What stands above the table.
fn about(outcome: &Outcome) -> [(&'static str, String); 6] {
    let benchmark = &outcome.benchmark;
    [
        ("Date Exported:", time(outcome.finished)),
        ("Exported By:", tool()),
        ("System / Project Name:", marked(outcome, &name(&outcome.asset))),
        ("Source:", format!("{} {}", line(&benchmark.title), benchmark.revision())),
        ("Marking:", line(&outcome.asset.marking)),
        (
            "Note:",
            outcome.simulated_notice().unwrap_or_else(|| "Empty columns are for the organisation to fill in.".into()),
        ),
    ]
}

fn values(
    outcome: &Outcome,
    group: Option<&Group>,
    rule: &Rule,
    rule_outcome: &RuleOutcome,
) -> [String; COLUMNS.len()] {
    let ccis: Vec<&str> = rule.ccis().collect();
    let mut controls: Vec<String> = crate::cci::newest(rule.ccis()).into_iter().map(crate::cci::base).collect();
    controls.dedup();
    // Where there is none the organization has to choose one.
    let severity = match rule_outcome.severity.category() {
        Some(Category::I) => ("I", "High"),
        Some(Category::II) => ("II", "Moderate"),
        Some(Category::III) => ("III", "Low"),
        None => ("", ""),
    };
    let asset = &outcome.asset;
    let empty = String::new;
    [
        empty(),
        format!("{}\n\n{}", line(&rule.title), rule.described("VulnDiscussion")),
        controls.join(", "),
        empty(),
        format!("{}\n{}\n{}", bare(&rule.id, "_rule_"), vuln_num(group, rule), line(&rule.version)),
        empty(),
        empty(),
        empty(),
        empty(),
        format!("{} {}, {}", line(&outcome.benchmark.title), outcome.benchmark.revision(), maker(outcome)),
        "Ongoing".into(),
        format!(
            "{}\nCCI: {}{}{}",
            rule_outcome.summary,
            ccis.join(", "),
            no_category(&rule_outcome.severity).map_or(String::new(), |words| format!("\n{words}")),
            waived(rule_outcome).map_or(String::new(), |words| format!("\n{words}"))
        ),
        severity.0.into(),
        [name(asset), fqdn(asset).to_owned()].iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join("\n"),
        empty(),
        empty(),
        severity.1.into(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        empty(),
        rule.fix_text().to_owned(),
        empty(),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;
    use crate::report::fixture;

    #[test]
    fn only_what_is_open_is_an_item_and_the_bytes_are_the_same() {
        let outcome = fixture::outcome();
        let bytes = write(&outcome);
        assert_eq!(bytes, write(&outcome));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
        let mut text = String::new();
        zip.by_name("xl/sharedStrings.xml").expect("strings").read_to_string(&mut text).expect("text");
        assert!(text.contains("DKER-EE-001050") && !text.contains("DKER-EE-001070"));
    }
}
