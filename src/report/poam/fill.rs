//! Items put into a workbook that somebody has already: an export of eMASS, with its lists, formats and rows.
//!
//! Everything that stands there stays, byte for byte; rows are added after the last item. A rule that is an
//! item there already, by its Rule id, Group id or STIG-ID under "Security Checks", is not added again: what people wrote
//! on it is theirs.

use std::collections::BTreeSet;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::columns::{Column, Content, column_of};
use super::items::Item;
use super::workbook::{Row, Sheet, number_of, read};
use crate::xccdf::naming::key;
use crate::xml::write::escaped;

/// As many headers make a row the one of the headers.
const ENOUGH: usize = 4;

/// A column of the workbook that is filled.
struct Filled {
    letters: String,
    style: Option<String>,
    column: &'static Column,
}

/// The workbook with these items added.
pub(super) fn fill(workbook: &[u8], items: &[Item<'_>]) -> Result<Vec<u8>, String> {
    let sheets = read(workbook)?;
    let found = sheets.iter().find_map(|sheet| Some((sheet, head(sheet)?)));
    let Some((sheet, head)) = found else {
        return Err(format!(
            "no sheet has a row with at least {ENOUGH} headers of a POA&M (Control Vulnerability Description, Controls / \
             APs, Security Checks, Status, …)"
        ));
    };
    let columns = columns(sheet, head);
    let known = known(sheet, head, &columns);
    let new: Vec<&Item<'_>> =
        items.iter().filter(|item| !item.names().iter().any(|name| known.contains(name))).collect();
    if new.is_empty() {
        return Ok(workbook.to_vec());
    }
    let last = last(sheet, head, &columns, u32::try_from(new.len()).unwrap_or(u32::MAX));
    let xml = with(sheet, &columns, &new, last);
    rewritten(workbook, &sheet.name, &xml).map_err(|e| e.to_string())
}

/// The place of the row of headers.
fn head(sheet: &Sheet) -> Option<usize> {
    let known = |row: &Row| row.cells.iter().filter(|cell| column_of(&cell.text).is_some()).count();
    sheet.rows.iter().position(|row| known(row) >= ENOUGH)
}

/// The columns that are known, with the styles of the row below the headers.
fn columns(sheet: &Sheet, head: usize) -> Vec<Filled> {
    let number = sheet.rows[head].number;
    let below = sheet.rows.get(head + 1).filter(|row| row.number == number + 1);
    let mut columns: Vec<Filled> = Vec::new();
    for cell in &sheet.rows[head].cells {
        let Some(column) = column_of(&cell.text) else { continue };
        let like = below.and_then(|row| row.cells.iter().find(|c| c.column == cell.column));
        columns.push(Filled { letters: cell.column.clone(), style: like.and_then(|c| c.style.clone()), column });
    }
    columns.sort_by_key(|filled| number_of(&filled.letters));
    columns
}

/// The names of the rules that are items already.
fn known(sheet: &Sheet, head: usize, columns: &[Filled]) -> BTreeSet<String> {
    let checks = |letters: &str| {
        let content = columns.iter().find(|filled| filled.letters == letters).map(|filled| filled.column.content);
        matches!(content, Some(Content::RuleIds | Content::RuleId))
    };
    let below = sheet.rows.iter().skip(head + 1).flat_map(|row| &row.cells);
    let texts = below.filter(|cell| checks(&cell.column)).map(|cell| cell.text.as_str());
    let names = texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|')));
    names.map(key).filter(|name| !name.is_empty()).collect()
}

/// The number of the row that the new ones come after: the last item, where as many blank rows follow, else the last row
/// that has a text.
fn last(sheet: &Sheet, head: usize, columns: &[Filled], count: u32) -> u32 {
    let is_known = |letters: &str| columns.iter().any(|filled| filled.letters == letters);
    let is_item = |row: &&Row| {
        // A marking below the table is no item.
        row.cells.iter().filter(|cell| is_known(&cell.column) && !cell.text.trim().is_empty()).count() > 1
    };
    let item = sheet.rows[head..].iter().filter(is_item).map(|row| row.number).max().unwrap_or_default();
    let texts = || sheet.rows.iter().filter(|row| !row.is_blank()).map(|row| row.number);
    let room = item + 1..=item.saturating_add(count);
    if texts().any(|number| room.contains(&number)) { texts().max().unwrap_or(item) } else { item }
}

/// The sheet's XML with these rows after the one of that number. Rows that are blank give way to them.
fn with(sheet: &Sheet, columns: &[Filled], items: &[&Item<'_>], last: u32) -> String {
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let ends = sheet.rows.iter().skip(1).map(|row| row.begin).chain([sheet.end]);
    let (mut before, mut after) = (String::new(), String::new());
    for (row, end) in sheet.rows.iter().zip(ends) {
        let text = &sheet.xml[row.begin..end];
        if row.number <= last {
            before += text;
        } else if row.number > last.saturating_add(count) {
            after += text;
        }
    }
    let prefix = &sheet.prefix;
    let mut added = String::new();
    for (number, item) in (last + 1..).zip(items) {
        added += &format!("<{prefix}row r=\"{number}\">");
        for Filled { letters, style, column } in columns {
            let value = item.value(column.content, column.limit);
            let style = style.as_ref().map_or(String::new(), |style| format!(" s=\"{}\"", escaped(style)));
            if value.is_empty() {
                added += &format!("<{prefix}c r=\"{letters}{number}\"{style}/>");
            } else {
                added += &format!(
                    "<{prefix}c r=\"{letters}{number}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t \
                     xml:space=\"preserve\">{}</{prefix}t></{prefix}is></{prefix}c>",
                    escaped(&value)
                );
            }
        }
        added += &format!("</{prefix}row>");
    }
    let begin = sheet.rows.first().map_or(sheet.end, |row| row.begin);
    // How far the cells reach is worked out anew by whoever reads it.
    let start = match &sheet.dimension {
        Some(dimension) if dimension.end <= begin => {
            format!("{}{}", &sheet.xml[..dimension.start], &sheet.xml[dimension.end..begin])
        }
        _ => sheet.xml[..begin].to_owned(),
    };
    format!("{start}{before}{added}{after}{}", &sheet.xml[sheet.end..])
}

/// The workbook with another text of one sheet; all other entries stay as they are.
fn rewritten(workbook: &[u8], name: &str, xml: &str) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut old = ZipArchive::new(Cursor::new(workbook))?;
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let file = old.by_index_raw(at)?;
        if file.name()? == name {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default());
            new.start_file(name, options)?;
            new.write_all(xml.as_bytes())?;
        } else {
            new.raw_copy_file(file)?;
        }
    }
    Ok(new.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Workbook};

    use super::super::items::items;
    use super::super::{Template, write};
    use super::*;
    use crate::report::fixture;

    /// An export: lines above, headers in another order and row, a list on another sheet, an item of a person's, and below
    /// it rows that have a style and no text.
    fn export(item: &str) -> Vec<u8> {
        let mut workbook = Workbook::new();
        let styled = Format::new().set_italic();
        let lists = workbook.add_worksheet();
        lists.write_string(0, 0, "Ongoing").expect("written");
        lists.write_string(1, 0, "Completed").expect("written");
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "CUI").expect("written");
        let headers = ["Status ", "Our own column", "security  checks", "Controls / APs", "Raw Severity", "Comments"];
        for (column, header) in (0_u16..).zip(headers) {
            sheet.write_string(4, column, header).expect("written");
            sheet.write_string_with_format(5, column, "", &styled).expect("written");
        }
        for row in 6..9 {
            sheet.write_string_with_format(row, 0, "", &styled).expect("written");
        }
        if !item.is_empty() {
            sheet.write_string(5, 2, item).expect("written");
            sheet.write_string(5, 5, "Words of the ISSO & <others>").expect("written");
        }
        sheet.write_string(40, 0, "CUI").expect("written");
        workbook.save_to_buffer().expect("a workbook")
    }

    fn texts(workbook: &[u8], sheet: usize) -> Vec<(String, String)> {
        let sheets = read(workbook).expect("a workbook");
        let rows = sheets[sheet].rows.iter();
        rows.flat_map(|row| row.cells.iter().map(|c| (format!("{}{}", c.column, row.number), c.text.clone())))
            .filter(|(_, text)| !text.is_empty())
            .collect()
    }

    #[test]
    fn items_are_added_under_the_headers_and_all_else_stays() {
        let outcome = fixture::outcome();
        for (item, row) in [("", 6), ("SV-1r2_rule", 7)] {
            let template = export(item);
            let filled = write(&[&outcome], "", &Template::own(template.clone()).expect("a template"));
            assert_eq!(filled, write(&[&outcome], "", &Template::Own(template.clone())));
            assert_eq!(texts(&filled, 0), texts(&template, 0));
            let (old, new) = (texts(&template, 1), texts(&filled, 1));
            assert!(old.iter().all(|cell| new.contains(cell)), "{old:?} {new:?}");
            let added: Vec<&(String, String)> = new.iter().filter(|cell| !old.contains(cell)).collect();
            let at = |letter: &str| {
                let place = format!("{letter}{row}");
                added.iter().find(|(known, _)| *known == place).map(|(_, text)| text.as_str())
            };
            assert_eq!((at("A"), at("B"), at("E")), (Some("Ongoing"), None, Some("II")));
            assert_eq!(at("C"), Some("SV-235776r960759_rule\nV-235776\nDKER-EE-001050"));
            assert!(added.iter().all(|(place, _)| place.ends_with(&row.to_string())), "{added:?}");
            let sheets = read(&filled).expect("a workbook");
            let numbers: Vec<u32> = sheets[1].rows.iter().map(|row| row.number).collect();
            assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
            let added = sheets[1].rows.iter().find(|added| added.number == row).expect("a row");
            assert!(added.cells[0].style.is_some(), "the style of the row below the headers");
        }
    }

    #[test]
    fn where_there_is_no_room_items_come_after_all_that_has_a_text() {
        let mut other = fixture::outcome();
        other.rules[0].result = crate::xccdf::Verdict::Fail;
        let template = export("SV-1r2_rule");
        let sheets = read(&template).expect("a workbook");
        let at = head(&sheets[1]).expect("headers");
        let columns = columns(&sheets[1], at);
        assert_eq!((last(&sheets[1], at, &columns, 34), last(&sheets[1], at, &columns, 35)), (6, 41));
        let filled = fill(&template, &items(&[&other])).expect("filled");
        assert!(texts(&filled, 1).iter().any(|(place, _)| place == "C8"));
    }

    #[test]
    fn a_rule_that_is_an_item_already_is_left_alone() {
        let outcome = fixture::outcome();
        for known in ["SV-235776r627452_rule", "CCI-1; V-235776", "dker-ee-001050"] {
            let template = export(known);
            assert_eq!(fill(&template, &items(&[&outcome])), Ok(template), "{known}");
        }
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "Status").expect("written");
        let other = workbook.save_to_buffer().expect("a workbook");
        assert!(Template::own(other).expect_err("refused").contains("no sheet has a row"));
        assert!(Template::own(b"PK".to_vec()).expect_err("refused").contains("no workbook"));
    }
}
