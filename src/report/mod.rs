//! Results in the formats that other programs take in: one file per format, each from the
//! [`Outcome`] alone.
//!
//! Which file goes where: STIG Viewer 2 and Heimdall show evidence from a CKL only, STIG Viewer 3
//! reads CKLB, STIG Manager keeps undecided rules only from CKL and CKLB and text unchanged only
//! from CKLB, `OpenSCAP`'s tools and compliance-trestle read XCCDF 1.2 and ARF, scripts read the JSON.
//! The same outcome always gives the same bytes: nothing here looks at a clock or draws a number.

mod arf;
mod asset;
mod benchmark;
mod checklist;
mod ckl;
mod cklb;
mod clean;
mod csv;
mod details;
mod edition;
#[cfg(test)]
pub(crate) mod fixture;
mod hdf;
mod html;
mod identity;
mod items;
pub mod json;
mod junit;
mod losses;
mod markdown;
mod nessus;
mod ocil;
mod oscal;
pub mod poam;
mod results;
mod sarif;
mod stream;
mod test_result;
pub mod text;
mod values;
mod words;
mod xccdf;

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::outcome::Outcome;
use crate::printable;
use crate::xccdf::model::Schema;

pub use losses::lost;

/// A format that results are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// XCCDF 1.2 results: the benchmark with one `TestResult`.
    Xccdf,
    /// ARF 1.1: asset, benchmark and XCCDF results in one document.
    Arf,
    /// The checklist of STIG Viewer 2.
    Ckl,
    /// The checklist of STIG Viewer 3.
    Cklb,
    /// stigprobe's own results.
    Json,
    /// Nessus's export.
    Nessus,
    /// Heimdall Data Format.
    Hdf,
    /// A table.
    Csv,
    /// `JUnit`'s XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Markdown.
    Markdown,
    /// A page for people.
    Html,
    /// OSCAL assessment results.
    OscalResults,
    /// OSCAL plan of action and milestones.
    OscalPoam,
    /// A plan of action and milestones in eMASS's columns.
    Xlsx,
}

/// A name that is not that of a format, with the near ones and all there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownFormat(String);

/// Names for several formats at once.
const GROUPS: [(&str, &[Format]); 6] = [
    ("all", &Format::ALL),
    ("assessor", &Format::ASSESSOR),
    ("emass", &[Format::Ckl, Format::Cklb, Format::Json, Format::OscalPoam, Format::Xlsx]),
    ("heimdall", &[Format::Ckl, Format::Hdf]),
    ("stig-viewer", &[Format::Ckl, Format::Cklb, Format::Xccdf]),
    ("stig-manager", &[Format::Ckl, Format::Cklb]),
];

impl Format {
    /// Every format.
    pub const ALL: [Format; 15] = [
        Format::Xccdf,
        Format::Arf,
        Format::Ckl,
        Format::Cklb,
        Format::Json,
        Format::Nessus,
        Format::Hdf,
        Format::Csv,
        Format::Junit,
        Format::Sarif,
        Format::Markdown,
        Format::Html,
        Format::OscalResults,
        Format::OscalPoam,
        Format::Xlsx,
    ];

    /// What is written where nothing else is asked for: what an assessor hands in, and the results for
    /// scripts.
    pub const ASSESSOR: [Format; 6] =
        [Format::Xccdf, Format::Arf, Format::Ckl, Format::Cklb, Format::Json, Format::Html];

    /// The name by which it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Xccdf => "xccdf",
            Format::Arf => "arf",
            Format::Ckl => "ckl",
            Format::Cklb => "cklb",
            Format::Json => "json",
            Format::Nessus => "nessus",
            Format::Hdf => "hdf",
            Format::Csv => "csv",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
            Format::Markdown => "markdown",
            Format::Html => "html",
            Format::OscalResults => "oscal-ar",
            Format::OscalPoam => "oscal-poam",
            Format::Xlsx => "xlsx",
        }
    }

    /// What file names end in, without the leading dot. In lower case, because STIG Manager's
    /// upload does not see files whose extension is written otherwise.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Format::Xccdf => "xccdf.xml",
            Format::Arf => "arf.xml",
            Format::Ckl => "ckl",
            Format::Cklb => "cklb",
            Format::Json => "json",
            Format::Nessus => "nessus",
            Format::Hdf => "hdf.json",
            Format::Csv => "csv",
            Format::Junit => "junit.xml",
            Format::Sarif => "sarif",
            Format::Markdown => "md",
            Format::Html => "html",
            Format::OscalResults => "oscal-ar.json",
            Format::OscalPoam => "oscal-poam.json",
            Format::Xlsx => "poam.xlsx",
        }
    }

    /// What it is and who reads it, in a line.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Format::Xccdf => {
                "XCCDF results (1.2, or 1.1 on request), for STIG Viewer 2, STIG Manager and OpenSCAP's tools"
            }
            Format::Arf => "NIST ARF 1.1, for OpenSCAP's tools (not the ASR/ARF of eMASS)",
            Format::Ckl => "checklist of STIG Viewer 2, also for STIG Manager, eMASS and Heimdall",
            Format::Cklb => "checklist of STIG Viewer 3, also for STIG Manager and eMASS",
            Format::Json => "stigprobe's own results, for scripts",
            Format::Nessus => ".nessus version 2, for programs that read Nessus's compliance results",
            Format::Hdf => "Heimdall Data Format, for Heimdall and the SAF tools",
            Format::Csv => "a table, in the columns of Tenable's CSV and more",
            Format::Junit => "JUnit's XML, for build servers",
            Format::Sarif => "SARIF 2.1.0, for code scanning",
            Format::Markdown => "Markdown, for tickets and merge requests",
            Format::Html => "a page for people, on a screen and on paper",
            Format::OscalResults => "OSCAL assessment results 1.1",
            Format::OscalPoam => "OSCAL plan of action and milestones 1.1: what is open",
            Format::Xlsx => "plan of action and milestones in the columns of eMASS",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let name = text.trim().to_ascii_lowercase();
        let found = Format::ALL.into_iter().find(|f| f.name() == name);
        found.ok_or_else(|| unknown(text, &Format::ALL.map(Format::name)))
    }
}

/// The formats of a comma-separated list of names, each once and in the order of [`Format::ALL`].
///
/// Besides formats it takes `all`, `stig-viewer` and `stig-manager`: what that program reads.
pub fn parse_list(list: &str) -> Result<Vec<Format>, UnknownFormat> {
    let mut formats = Vec::new();
    for item in list.split(',') {
        let name = item.trim().to_ascii_lowercase();
        if let Some((_, group)) = GROUPS.iter().find(|(group, _)| *group == name) {
            formats.extend_from_slice(group);
        } else if let Ok(format) = name.parse() {
            formats.push(format);
        } else {
            let names = Format::ALL.map(Format::name).into_iter();
            let names: Vec<_> = names.chain(GROUPS.map(|(group, _)| group)).collect();
            return Err(unknown(item, &names));
        }
    }
    formats.sort_unstable();
    formats.dedup();
    Ok(formats)
}

/// Says that there is no such name, which one may be meant, and which there are.
fn unknown(wanted: &str, names: &[&str]) -> UnknownFormat {
    let wanted = wanted.trim().to_ascii_lowercase();
    let near: Vec<String> =
        names.iter().filter(|name| strsim::jaro_winkler(&wanted, name) > 0.8).map(|name| format!("{name:?}")).collect();
    let hint = if near.is_empty() { String::new() } else { format!(" (did you mean {}?)", near.join(" or ")) };
    UnknownFormat(format!("{wanted:?} is not a format{hint}; there are: {}", names.join(", ")))
}

/// The results in the given format, XCCDF in edition 1.2.
#[must_use]
pub fn write(format: Format, outcome: &Outcome) -> Vec<u8> {
    let text = match format {
        Format::Xccdf => xccdf(outcome, Schema::V1_2),
        Format::Arf => arf(outcome, &[]),
        Format::Ckl => ckl::write(outcome),
        Format::Cklb => cklb::write(outcome),
        Format::Json => json::write(outcome),
        Format::Nessus => nessus::write(outcome),
        Format::Hdf => hdf::write(outcome),
        Format::Csv => csv::write(outcome),
        Format::Junit => junit::write(outcome),
        Format::Sarif => sarif::write(outcome),
        // Ids and digests of files by others stand in them as they are.
        Format::Markdown => printable::spelled(markdown::write(outcome)),
        Format::Html => printable::spelled(html::write(outcome)),
        Format::OscalResults => oscal::assessment_results(outcome),
        Format::OscalPoam => oscal::plan(outcome),
        Format::Xlsx => return poam::write(&[outcome], &outcome.asset.marking, &poam::Template::default()),
    };
    text.into_bytes()
}

/// The results as XCCDF of the given edition. In 1.1.4 all ids are DISA's own, for programs that
/// know no others.
#[must_use]
pub fn xccdf(outcome: &Outcome, edition: Schema) -> String {
    xccdf::write(outcome, edition.into())
}

/// The results of one or more runs of the same benchmark as one ARF: the benchmark once, and for each
/// run an asset with its reports. It is always XCCDF 1.2 inside: ARF 1.1 knows no other (SP 800-126
/// r3, 4.4, RES-363).
#[must_use]
pub fn arf(first: &Outcome, more: &[&Outcome]) -> String {
    arf::write(&[&[first], more].concat())
}

/// Indented JSON with a newline at the end.
fn to_json(value: &impl Serialize) -> String {
    // Writing to memory cannot fail, and the documents here are structs, vectors and strings: none
    // has a map whose keys are not text.
    printable::json(value).expect("structs of plain data serialize")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_groups_of_formats() {
        use Format::{Ckl, Cklb, Json, Xccdf};
        assert_eq!(parse_list("cklb, ckl").as_deref(), Ok(&[Ckl, Cklb][..]));
        assert_eq!(parse_list("all").as_deref(), Ok(&Format::ALL[..]));
        assert_eq!(parse_list("assessor").as_deref(), Ok(&Format::ASSESSOR[..]));
        assert_eq!(parse_list("stig-viewer").as_deref(), Ok(&[Xccdf, Ckl, Cklb][..]));
        assert_eq!(parse_list("json,STIG-manager,ckl").as_deref(), Ok(&[Ckl, Cklb, Json][..]));
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
    }

    #[test]
    fn every_format_tells_who_answered_and_who_excepted() {
        let outcome = fixture::spoken();
        for format in Format::ALL {
            let Ok(text) = String::from_utf8(write(format, &outcome)) else {
                continue;
            };
            assert!(text.contains("The AO"), "{format}");
        }
    }

    /// The document as text; of a workbook, the texts of all of its parts.
    fn text_of(format: Format, outcome: &Outcome) -> String {
        let bytes = write(format, outcome);
        if format != Format::Xlsx {
            return String::from_utf8(bytes).expect("text");
        }
        let mut zip = ::zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
        let mut text = String::new();
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).expect("a part");
            std::io::Read::read_to_string(&mut part, &mut text).expect("text");
        }
        text
    }

    #[test]
    fn every_format_shows_the_marking_word_for_word() {
        let mut outcome = fixture::outcome();
        outcome.asset.marking = "SECRET//REL TO USA, NZL".into();
        for format in Format::ALL {
            let text = text_of(format, &outcome);
            assert!(text.contains("SECRET//REL TO USA, NZL"), "{format}");
        }
        let stem = "SECRET--REL-TO-USA--NZL_";
        assert!(outcome.file_stem().starts_with(stem), "{}", outcome.file_stem());
        outcome.asset.marking.clear();
        for format in Format::ALL {
            assert!(!text_of(format, &outcome).contains("SECRET//"), "{format}");
        }
        assert!(outcome.file_stem().starts_with(&outcome.asset.name));
    }

    #[test]
    fn pages_and_tables_for_people_begin_and_end_with_the_marking() {
        let mut outcome = fixture::outcome();
        outcome.asset.marking = "CUI//SP-X".into();
        for format in [Format::Html, Format::Markdown] {
            assert_eq!(text_of(format, &outcome).matches("CUI//SP-X").count(), 2, "{format}");
        }
        let sheet = text_of(Format::Xlsx, &outcome);
        for part in ["oddHeader>&amp;CCUI//SP-X<", "oddFooter>&amp;CCUI//SP-X<"] {
            assert!(sheet.contains(part), "{part}");
        }
        let csv = text_of(Format::Csv, &outcome);
        let rows = csv.matches("CUI//SP-X").count();
        assert_eq!(rows, outcome.rules.len(), "a column, one value a row");
    }

    #[test]
    fn a_service_is_filed_as_one_by_checklists_and_facts() {
        let mut outcome = fixture::outcome();
        outcome.asset.web_db_site = "UCP & co".into();
        outcome.asset.web_db_instance = "443".into();
        outcome.asset.kind = crate::target::asset::AssetType::NonComputing;
        for (format, parts) in [
            (
                Format::Ckl,
                &[
                    "<ASSET_TYPE>Non-Computing<",
                    "<WEB_OR_DATABASE>true<",
                    "<WEB_DB_SITE>UCP &amp; co<",
                    "<WEB_DB_INSTANCE>443<",
                ][..],
            ),
            (
                Format::Cklb,
                &[
                    "\"target_type\": \"Non-Computing\"",
                    "\"is_web_database\": true",
                    "\"web_db_site\": \"UCP & co\"",
                    "\"web_db_instance\": \"443\"",
                ],
            ),
            (
                Format::Xccdf,
                &[
                    ":asset:metadata:cklWebOrDatabase\" type=\"string\">true<",
                    ":asset:metadata:cklWebDbSite\" type=\"string\">UCP &amp; co<",
                    ":asset:metadata:cklWebDbInstance\" type=\"string\">443<",
                    ":asset:noncomputing\" type=\"string\">true<",
                ],
            ),
            (Format::Html, &["UCP &amp; co, instance 443"]),
            (Format::Json, &["\"web_db_site\": \"UCP & co\"", "Non-Computing"]),
        ] {
            let text = text_of(format, &outcome);
            for part in parts {
                assert!(text.contains(part), "{format}: {part}");
            }
        }
        assert!(outcome.file_stem().contains("-UCP---co-443-"));
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_near_one() {
        let error = "xcdf".parse::<Format>().expect_err("a typo").to_string();
        assert!(error.contains("did you mean \"xccdf\"?"), "{error}");
        let error = parse_list("ckl,stigviewer").expect_err("a typo").to_string();
        assert!(error.contains("\"stig-viewer\""), "{error}");
        for nothing in ["", "ckl,", "pdf"] {
            let error = parse_list(nothing).expect_err("no format").to_string();
            assert!(error.contains("there are: xccdf, arf"), "{error}");
        }
    }

    #[test]
    fn the_same_outcome_gives_the_same_bytes_and_no_byte_order_mark() {
        let outcome = fixture::nasty();
        for format in Format::ALL {
            let bytes = write(format, &outcome);
            assert_eq!(bytes, write(format, &outcome.clone()), "{format}");
            if format != Format::Xlsx {
                let text = String::from_utf8(bytes).expect("text");
                assert!(!text.starts_with('\u{feff}'), "{format}");
                assert!(text.ends_with('\n'), "{format}");
            }
        }
    }

    #[test]
    fn no_format_lets_through_what_its_readers_choke_on_or_hides_that_it_is_simulated() {
        let outcome = fixture::nasty();
        for format in Format::ALL.into_iter().filter(|f| *f != Format::Xlsx) {
            let text = String::from_utf8(write(format, &outcome)).expect("text");
            for not in ["\u{1b}", "\u{0}", "\u{202e}", "\u{feff}", "\r", "\\u001b", "\\r", "<![CDATA["] {
                assert!(!text.contains(not), "{format} has {not:?}");
            }
            assert!(text.chars().all(printable::is_harmless), "{format}");
            assert!(text.contains("SIMULATED: these results come from"), "{format}");
        }
    }
}
