//! What stands in the cells of a workbook (Office Open XML), and where in its sheets.

use std::io::{Cursor, Read as _};
use std::ops::Range;
use std::path::Path;

use zip::ZipArchive;

use crate::xml::read::{Event, Position, Reader};

/// How much of an entry is read: far more than a plan takes.
const LARGEST: u64 = 64 << 20;

/// A sheet.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// The name of its entry.
    pub(crate) name: String,
    /// Its XML.
    pub(crate) xml: String,
    /// What stands before the names of its elements: nothing, or a prefix with its colon.
    pub(crate) prefix: String,
    pub(crate) rows: Vec<Row>,
    /// Where its rows end.
    pub(crate) end: usize,
    /// Where it says how far its cells reach.
    pub(crate) dimension: Option<Range<usize>>,
}

/// A row, with those of its cells that are there.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number, from 1.
    pub(crate) number: u32,
    /// Where it begins in the XML; it ends where the next one begins.
    pub(crate) begin: usize,
    pub(crate) cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug)]
pub(crate) struct Cell {
    /// The letters of its column.
    pub(crate) column: String,
    /// The number of its style.
    pub(crate) style: Option<String>,
    /// Its text, empty where it has none.
    pub(crate) text: String,
}

impl Row {
    /// No cell of it has a text.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.trim().is_empty())
    }
}

/// All sheets of a workbook, in the order of its entries.
pub(crate) fn read(workbook: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut zip = ZipArchive::new(Cursor::new(workbook)).map_err(|e| format!("it is no workbook (.xlsx): {e}"))?;
    let mut strings = Vec::new();
    let mut sheets = Vec::new();
    for at in 0..zip.len() {
        let file = zip.by_index(at).map_err(|e| e.to_string())?;
        let name = file.name().map_err(|e| e.to_string())?.into_owned();
        let is_sheet =
            name.starts_with("xl/worksheets/") && Path::new(&name).extension().is_some_and(|end| end == "xml");
        if !is_sheet && name != "xl/sharedStrings.xml" {
            continue;
        }
        let mut text = String::new();
        let read = file.take(LARGEST + 1).read_to_string(&mut text);
        read.map_err(|e| format!("{name}: {e}"))?;
        if text.len() as u64 > LARGEST {
            return Err(format!("{name} holds more than a plan does"));
        }
        if is_sheet {
            sheets.push((name, text));
        } else {
            strings = shared(&text).map_err(|e| format!("{name}: {e}"))?;
        }
    }
    if sheets.is_empty() {
        return Err("it is no workbook (.xlsx): it has no sheet".into());
    }
    let parsed =
        sheets.into_iter().map(|(name, text)| sheet(&name, text, &strings).map_err(|e| format!("{name}: {e}")));
    parsed.collect()
}

/// The texts that cells point to.
fn shared(xml: &str) -> Result<Vec<String>, String> {
    let mut strings: Vec<String> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    each(xml, |_, event| match event {
        Event::Start(start) => {
            if start.name() == "si" {
                strings.push(String::new());
            }
            open.push(start.name().to_owned());
        }
        // Not how a word is pronounced (rPh).
        Event::Text(text) if open.ends_with(&["t".into()]) && !open.iter().any(|name| name == "rPh") => {
            if let Some(last) = strings.last_mut() {
                last.push_str(text);
            }
        }
        Event::End => drop(open.pop()),
        _ => {}
    })?;
    Ok(strings)
}

fn sheet(name: &str, xml: String, strings: &[String]) -> Result<Sheet, String> {
    let lines = line_starts(&xml);
    let offset = |position: Position| {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX).saturating_sub(1);
        let begin = lines.get(line).copied().unwrap_or(xml.len());
        begin + usize::try_from(position.column).unwrap_or(usize::MAX).saturating_sub(1)
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let (mut end, mut dimension, mut after_dimension) = (None, None, false);
    let (mut prefix, mut is_shared, mut in_value) = (String::new(), false, false);
    each(&xml, |position, event| match event {
        Event::Start(start) => {
            let at = offset(position);
            if let (Some(begin), true) = (dimension.as_ref().map(|d: &Range<usize>| d.start), after_dimension) {
                dimension = Some(begin..at);
                after_dimension = false;
            }
            let attribute = |name: &str| start.attribute(name).map(|a| a.value.to_owned());
            match start.name() {
                "dimension" => {
                    dimension = Some(at..at);
                    after_dimension = true;
                }
                "row" => {
                    let written = &xml[at + 1..];
                    let tag = written.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next();
                    tag.and_then(|tag| tag.strip_suffix("row")).unwrap_or_default().clone_into(&mut prefix);
                    let before = rows.last().map_or(0, |row| row.number);
                    let number = attribute("r").and_then(|r| r.parse().ok()).unwrap_or(before + 1);
                    rows.push(Row { number, begin: at, cells: Vec::new() });
                }
                "c" => {
                    let place = attribute("r").unwrap_or_default();
                    let letters: String = place.chars().take_while(char::is_ascii_alphabetic).collect();
                    if let Some(row) = rows.last_mut() {
                        let next = row.cells.last().map_or(1, |cell| number_of(&cell.column) + 1);
                        let column = if letters.is_empty() { letters_of(next) } else { letters.to_ascii_uppercase() };
                        row.cells.push(Cell { column, style: attribute("s"), text: String::new() });
                    }
                    is_shared = attribute("t").as_deref() == Some("s");
                }
                _ => {}
            }
            in_value = matches!(start.name(), "v" | "t");
            open.push(start.name().to_owned());
        }
        Event::Text(text) if in_value => {
            let value = match is_shared.then(|| text.trim().parse::<usize>()) {
                Some(Ok(at)) => strings.get(at).cloned().unwrap_or_default(),
                _ => text.to_owned(),
            };
            if let Some(cell) = rows.last_mut().and_then(|row| row.cells.last_mut()) {
                cell.text.push_str(&value);
            }
        }
        Event::End => {
            in_value = false;
            if open.pop().as_deref() == Some("sheetData") {
                end = Some(offset(position));
            }
        }
        _ => {}
    })?;
    let end = end.ok_or("it has no rows")?;
    Ok(Sheet { name: name.to_owned(), prefix, rows, end, dimension, xml })
}

/// Where lines begin, in bytes. A byte order mark has no column.
fn line_starts(xml: &str) -> Vec<usize> {
    let first = if xml.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let others = xml.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(first).chain(others).collect()
}

/// The number of a column, from 1: `A` is 1, `AA` is 27.
pub(crate) fn number_of(letters: &str) -> u32 {
    letters.bytes().fold(0, |number: u32, letter| {
        let digit = u32::from(letter.to_ascii_uppercase().saturating_sub(b'A')) + 1;
        number.saturating_mul(26).saturating_add(digit)
    })
}

fn letters_of(mut number: u32) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(char::from(b'A' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
    }
    letters.iter().rev().collect()
}

fn each(xml: &str, mut take: impl FnMut(Position, Event<'_>)) -> Result<(), String> {
    let mut reader = Reader::new(xml.as_bytes());
    loop {
        match reader.next_event().map_err(|e| e.to_string())? {
            (_, Event::Eof) => return Ok(()),
            (position, event) => take(position, event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_by_their_letters() {
        for (letters, number) in [("A", 1), ("Z", 26), ("AA", 27), ("AZ", 52), ("BA", 53), ("XFD", 16_384)] {
            assert_eq!(number_of(letters), number);
            assert_eq!(letters_of(number), letters);
        }
    }

    #[test]
    fn cells_are_read_however_they_are_written() {
        let xml = "<x:worksheet xmlns:x='u'>\n<x:dimension ref='A1'/><x:sheetData>\n<x:row r='3'><x:c r='B3' s='4' t='s'>\
                   <x:v>1</x:v></x:c><x:c t='inlineStr'><x:is><x:t>a</x:t><x:t>b</x:t></x:is></x:c></x:row>\
                   <x:row><x:c r='A4'/></x:row></x:sheetData></x:worksheet>";
        let sheet = sheet("s", xml.into(), &["zero".into(), "one".into()]).expect("a sheet");
        assert_eq!(sheet.prefix, "x:");
        let cells: Vec<_> = sheet.rows[0].cells.iter().map(|c| (c.column.as_str(), c.text.as_str())).collect();
        assert_eq!(cells, [("B", "one"), ("C", "ab")]);
        assert_eq!((sheet.rows[1].number, sheet.rows[1].is_blank()), (4, true));
        assert!(sheet.xml[sheet.rows[1].begin..].starts_with("<x:row><x:c r='A4'"));
        assert!(sheet.xml[sheet.end..].starts_with("</x:sheetData>"));
        let dimension = sheet.dimension.expect("a dimension");
        assert_eq!(&sheet.xml[dimension], "<x:dimension ref='A1'/>");
    }
}
