//! A plan of action and milestones as a spreadsheet: in the columns of eMASS's newer or older template, of MCCAST's, or in
//! a workbook that somebody has already.
//!
//! One row for each open rule, also where it is open on several assets. What only the organization can say stays empty.
//! Texts are cut to what eMASS's interface takes. Status and severities are the words of eMASS's lists.

mod columns;
mod fill;
mod items;
pub(crate) mod workbook;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use self::columns::{EMASS, MCCAST, NEWER, column_of};
use self::items::items;
use super::identity::{marked, name};
use super::text::{line, time, tool};
use crate::outcome::Outcome;

/// Which columns a plan has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// Those of eMASS's newer template, which has a Milestone ID.
    #[default]
    Emass,
    /// Those of eMASS's older template.
    EmassOlder,
    /// Those of MCCAST's template.
    Mccast,
    /// Those of a workbook, which is filled.
    Own(Vec<u8>),
}

impl Template {
    /// The template of this name, if it is one of ours.
    #[must_use]
    pub fn called(name: &str) -> Option<Self> {
        match name {
            "emass" => Some(Template::Emass),
            "emass-older" => Some(Template::EmassOlder),
            "mccast" => Some(Template::Mccast),
            _ => None,
        }
    }

    /// A workbook to be filled, if it has a row of headers that are known.
    pub fn own(workbook: Vec<u8>) -> Result<Self, String> {
        fill::fill(&workbook, &[])?;
        Ok(Template::Own(workbook))
    }
}

/// The plan for what is open in these results, at least one; `marking` is that of the whole.
#[must_use]
pub fn write(outcomes: &[&Outcome], marking: &str, template: &Template) -> Vec<u8> {
    written(outcomes, marking, template)
}

fn written(outcomes: &[&Outcome], marking: &str, template: &Template) -> Vec<u8> {
    let older: Vec<&str> = EMASS.into_iter().filter(|title| *title != NEWER).collect();
    let titles = match template {
        Template::Emass => &EMASS[..],
        Template::EmassOlder => &older,
        Template::Mccast => &MCCAST,
        // It was filled once already, with nothing.
        Template::Own(workbook) => return fill::fill(workbook, &items(outcomes)).expect("a workbook that was read"),
    };
    // It is written into memory from texts that were cut to what a cell takes: nothing of that can fail.
    made(outcomes, marking, titles).expect("a workbook in memory is written")
}

/// The first row of items, counted from 0: eMASS's own lines stand before it.
const FIRST: u32 = 7;

fn made(outcomes: &[&Outcome], marking: &str, titles: &[&str]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let newest = outcomes.iter().map(|o| o.finished).max().unwrap_or_default();
    let title = outcomes.iter().find(|o| o.simulated.is_some()).map_or("POA&M".into(), |o| marked(o, "POA&M"));
    let mut properties = DocProperties::new().set_title(title).set_author(tool());
    // Excel's calendar begins in 1900 and ends with 9999.
    if let Ok(created) = ExcelDateTime::from_timestamp(newest.timestamp()) {
        properties = properties.set_creation_datetime(&created);
    }
    workbook.set_properties(&properties);
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    let cell = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet();
    sheet.set_name("POA&M")?;
    sheet.set_landscape();
    for (row, (label, value)) in (0_u32..).zip(about(outcomes, marking, time(newest))) {
        sheet.write_string_with_format(row, 0, label, &head)?;
        sheet.write_string(row, 1, super::text::cut(&value, 2_000))?;
    }
    let columns: Vec<_> =
        (0_u16..).zip(titles).filter_map(|(at, title)| Some((at, title, column_of(title)?))).collect();
    for (at, title, column) in &columns {
        sheet.set_column_width(*at, column.width)?;
        sheet.write_string_with_format(FIRST - 1, *at, **title, &head)?;
    }
    for (row, item) in (FIRST..).zip(items(outcomes)) {
        for (at, _, column) in &columns {
            sheet.write_string_with_format(row, *at, item.value(column.content, column.limit), &cell)?;
        }
    }
    sheet.set_freeze_panes(FIRST, 0)?;
    let marking = line(marking).replace('&', "&&");
    sheet.set_header(format!("&C{marking}"));
    sheet.set_footer(format!("&C{marking}"));
    workbook.save_to_buffer()
}

/// What stands above the table.
fn about(outcomes: &[&Outcome], marking: &str, newest: String) -> [(&'static str, String); 6] {
    let each = |say: &dyn Fn(&Outcome) -> String| {
        let mut all: Vec<String> = Vec::new();
        for text in outcomes.iter().map(|o| say(o)) {
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all.join("; ")
    };
    let notice = outcomes.iter().find_map(|o| o.simulated_notice());
    [
        ("Date Exported:", newest),
        ("Exported By:", tool()),
        ("System / Project Name:", each(&|o| marked(o, &name(&o.asset)))),
        ("Source:", each(&|o| format!("{} {}", line(&o.benchmark.title), o.benchmark.revision()))),
        ("Marking:", line(marking)),
        ("Note:", notice.unwrap_or_else(|| "Empty columns are for the organization to fill in.".into())),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn rows(bytes: &[u8]) -> Vec<Vec<(String, String)>> {
        let sheets = workbook::read(bytes).expect("a workbook");
        let rows = sheets.into_iter().next().expect("a sheet").rows.into_iter();
        rows.map(|row| row.cells.into_iter().map(|cell| (cell.column, cell.text)).collect()).collect()
    }

    /// The text under a header, in the first row of items.
    fn under(bytes: &[u8], header: &str) -> String {
        let rows = rows(bytes);
        let head = rows.iter().position(|row| row.iter().any(|(_, text)| text == header)).expect(header);
        let (column, _) = rows[head].iter().find(|(_, text)| text == header).expect(header);
        let below = rows[head + 1].iter().find(|(known, _)| known == column);
        below.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    #[test]
    fn only_what_is_open_is_an_item_and_the_bytes_are_the_same() {
        let outcome = fixture::outcome();
        for template in [Template::Emass, Template::EmassOlder, Template::Mccast] {
            let bytes = write(&[&outcome], "CUI", &template);
            assert_eq!(bytes, write(&[&outcome], "CUI", &template));
            let all: String = rows(&bytes).into_iter().flatten().map(|(_, text)| text + "\n").collect();
            assert!(all.contains("SV-235776r960759_rule") && !all.contains("SV-235775r960735_rule"), "{template:?}");
        }
    }

    #[test]
    fn the_templates_have_the_columns_that_are_published() {
        let outcome = fixture::outcome();
        let heads =
            [(Template::Emass, 26), (Template::EmassOlder, 25), (Template::Mccast, 23)].map(|(template, count)| {
                let bytes = write(&[&outcome], "", &template);
                let head = rows(&bytes).into_iter().find(|row| row.len() == count).expect("a head");
                head.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
            });
        assert!(heads[0].contains(&"Milestone ID".into()) && !heads[1].contains(&"Milestone ID".into()));
        let bytes = write(&[&outcome], "", &Template::Emass);
        assert_eq!(under(&bytes, "Status"), "Ongoing");
        assert_eq!(under(&bytes, "Raw Severity"), "II");
        assert_eq!(under(&bytes, "Severity"), "Moderate");
        let bytes = write(&[&outcome], "", &Template::Mccast);
        assert_eq!(under(&bytes, "Date Identified"), "11/21/2026");
        assert_eq!(under(&bytes, "Vulnerability Library (Rule_ID)"), "SV-235776r960759_rule");
        assert_eq!(under(&bytes, "Affected Hardware"), "ucp01\nucp01.example.mil");
    }

    #[test]
    fn what_is_simulated_says_so_whatever_stands_beside_it() {
        let (real, simulated) = (fixture::outcome(), fixture::nasty());
        let bytes = write(&[&real, &simulated], "", &Template::Emass);
        let all: String = rows(&bytes).into_iter().flatten().map(|(_, text)| text).collect();
        assert!(all.contains("SIMULATED: these results come from"));
    }
}
