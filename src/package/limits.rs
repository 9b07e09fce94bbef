//! The limits that eMASS's interface publishes, and what is beyond them.

use std::fmt;

use crate::report::poam::workbook;

/// The largest artifact: 30 MB, taken as the smaller of the two things that may mean.
pub const LARGEST_FILE: u64 = 30_000_000;
/// The description of a test result, in characters.
pub const TEST_RESULT: usize = 4_000;
/// The name of a file, in characters: what file systems take.
const FILE_NAME: usize = 250;

/// The columns of a POA&M with a limit, in characters.
const POAM: [(&str, usize); 8] = [
    ("Control Vulnerability Description", 2_000),
    ("Office/Org", 100),
    ("Resources Required", 250),
    ("Milestone with Completion Dates", 2_000),
    ("Source Identifying Vulnerability", 2_000),
    ("Comments", 2_000),
    ("Mitigations", 2_000),
    ("Recommendations", 2_000),
];

/// Something that eMASS would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// The file.
    pub file: String,
    /// The field in it.
    pub field: String,
    /// The limit, and what is there.
    pub limit: String,
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.file, self.field, self.limit)
    }
}

/// What is wrong with a file of the package by its name and size.
#[must_use]
pub fn of_file(name: &str, bytes: u64) -> Vec<Excess> {
    let excess = |field: &str, limit: String| Excess { file: name.into(), field: field.into(), limit };
    let mut found = Vec::new();
    let characters = name.chars().count();
    if characters > FILE_NAME {
        found.push(excess("file name", format!("at most {FILE_NAME} characters, and it has {characters}")));
    }
    if bytes >= LARGEST_FILE {
        found.push(excess("size", format!("less than {LARGEST_FILE} bytes (30 MB), and it has {bytes}")));
    }
    found
}

/// The cells of a POA&M that are beyond their column's limit. One that cannot be read is beyond all.
#[must_use]
pub fn of_poam(name: &str, workbook: &[u8]) -> Vec<Excess> {
    let excess = |field: &str, limit: String| Excess { file: name.into(), field: field.into(), limit };
    let rows = match rows(workbook) {
        Ok(rows) => rows,
        Err(why) => return vec![excess("workbook", format!("cannot be read: {why}"))],
    };
    let is_head = |row: &&Vec<(String, String)>| row.iter().any(|(_, text)| text == POAM[0].0);
    let Some(head) = rows.iter().find(is_head) else {
        return vec![excess("workbook", format!("has no column {:?}", POAM[0].0))];
    };
    let columns = head.iter().filter_map(|(column, title)| {
        let limit = POAM.iter().find(|(known, _)| title.starts_with(known))?;
        Some((column, title, limit.1))
    });
    let columns: Vec<_> = columns.collect();
    let below = rows.iter().skip_while(|row| *row != head).skip(1);
    let mut found = Vec::new();
    for (row, item) in below.zip(1..) {
        for (column, text) in row {
            let limited = columns.iter().find(|(known, ..)| *known == column);
            let characters = text.chars().count();
            if let Some((_, title, limit)) = limited.filter(|(.., limit)| characters > *limit) {
                found.push(excess(
                    &format!("{title} of item {item}"),
                    format!("at most {limit} characters, and it has {characters}"),
                ));
            }
        }
    }
    found
}

/// The texts of a workbook, row by row, each with the letters of its column.
fn rows(workbook: &[u8]) -> Result<Vec<Vec<(String, String)>>, String> {
    let sheets = workbook::read(workbook)?.into_iter();
    let rows = sheets.flat_map(|sheet| sheet.rows);
    Ok(rows.map(|row| row.cells.into_iter().map(|cell| (cell.column, cell.text)).collect()).collect())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::Workbook;

    use super::*;
    use crate::report::{self, Format, fixture};

    #[test]
    fn what_is_written_is_within_the_limits_and_its_cells_are_seen() {
        let mut outcome = fixture::nasty();
        outcome.rules[1].summary = "x".repeat(9_000);
        let bytes = report::write(Format::Xlsx, &outcome);
        assert_eq!(of_poam("a.xlsx", &bytes), []);
        let rows = rows(&bytes).expect("rows");
        let texts: Vec<&str> = rows.iter().flatten().map(|(_, text)| text.as_str()).collect();
        assert!(texts.contains(&"Ongoing") && texts.contains(&"Devices Affected"));
        assert!(texts.iter().any(|text| text.chars().count() > 1_500), "a long one");
    }

    #[test]
    fn a_cell_beyond_its_limit_is_named() {
        let written = |texts: [&str; 3]| {
            let mut workbook = Workbook::new();
            let sheet = workbook.add_worksheet();
            for (column, (title, text)) in
                (0_u16..).zip(["Control Vulnerability Description", "Office/Org", "Status"].into_iter().zip(texts))
            {
                sheet.write_string(3, column, title).expect("written");
                sheet.write_string(4, column, text).expect("written");
            }
            workbook.save_to_buffer().expect("a workbook")
        };
        let long = "é".repeat(2_001);
        let office = "o".repeat(101);
        assert_eq!(of_poam("p", &written([&long[..4_000], &office[..100], &long])), []);
        let found = of_poam("p", &written([&long, &office, ""]));
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "p: Control Vulnerability Description of item 1: at most 2000 characters, and it has 2001",
                "p: Office/Org of item 1: at most 100 characters, and it has 101"
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_within_any_limit() {
        assert_eq!(of_poam("p", b"no workbook").len(), 1);
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_string(0, 0, "x").expect("written");
        let bytes = workbook.save_to_buffer().expect("a workbook");
        let found = of_poam("p", &bytes);
        assert!(found[0].limit.contains("has no column"), "{found:?}");
    }

    #[test]
    fn files_have_names_and_sizes() {
        assert_eq!(of_file("a.ckl", LARGEST_FILE - 1), []);
        assert_eq!(of_file("a.ckl", LARGEST_FILE)[0].field, "size");
        assert_eq!(of_file(&"x".repeat(251), 1)[0].field, "file name");
    }
}
