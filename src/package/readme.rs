//! The text that says what goes where.

use std::fmt::Write as _;

use super::limits::TEST_RESULT;
use crate::outcome::{TOOL, TOOL_VERSION};
use crate::printable::line;

/// What is in a package.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The system that it is prepared for, where one was named.
    pub system: Option<String>,
    /// The marking, empty where there is none.
    pub marking: String,
    /// Each asset.
    pub assets: Vec<Item>,
}

/// The files of one asset.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// What tells the asset from others.
    pub key: String,
    /// The benchmark with its revision.
    pub benchmark: String,
    /// How the results stand, in words.
    pub standing: String,
    /// The checklist of STIG Viewer 2.
    pub ckl: String,
    /// The checklist of STIG Viewer 3.
    pub cklb: String,
    /// The POA&M as a workbook.
    pub poam: String,
    /// The POA&M in OSCAL.
    pub oscal: String,
    /// `container-scan-results`.
    pub containers: String,
    /// The evidence.
    pub evidence: Vec<Zip>,
    /// The rules whose finding details are longer than a test result takes.
    pub long: Vec<String>,
}

/// A zip of evidence, or the parts of one that was too large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zip {
    /// The name of the zip.
    pub name: String,
    /// The names of its parts, where it had to be cut.
    pub parts: Vec<String>,
}

/// The text. Lines end with a line feed; the marking stands first and last.
#[must_use]
pub fn text(contents: &Contents) -> String {
    let mut text = String::new();
    let marking = contents.marking.trim();
    if !marking.is_empty() {
        let _ = writeln!(text, "{marking}\n");
    }
    let system = match contents.system.as_deref() {
        Some(system) => format!(" of the system {system}"),
        None => String::new(),
    };
    let _ = writeln!(
        text,
        "Prepared for import into eMASS{system} by {TOOL} {TOOL_VERSION}.\n\
         Nobody has reviewed or accepted anything by this: results are what an automated check found, and the\n\
         assessor decides.\n\n\
         MANIFEST.sha256 holds the digest of every file here ('stigprobe verify DIR', or sha256sum -c).\n\n\
         WHAT GOES WHERE\n\n\
         Checklists: POST /api/systems/{{systemId}}/device-scan-results?scanType=disaStigViewerCklCklb, one file\n\
         per request, or the Asset Manager. Give the CKL or the CKLB of an asset, not both.\n\
         POA&M: the .poam.xlsx has the columns of eMASS's import; empty ones are for the organisation to fill\n\
         in. The .oscal-poam.json holds the same in OSCAL.\n\
         Evidence: the .zip files are artifacts, each smaller than 30 MB.\n\
         Containers: POST /api/systems/{{systemId}}/container-scan-results with the content of\n\
         .emass-containers.json. It holds one entry for an asset, not one for a container: the rules are decided\n\
         over all containers. Give it or the checklist, as the system's categorization wants.\n"
    );
    for item in &contents.assets {
        let _ = writeln!(
            text,
            "ASSET {}\n\n  {}\n  {}\n  CKL         {}\n  CKLB        {}\n  POA&M       {}\n  POA&M OSCAL {}\n  Containers  {}",
            line(&item.key),
            item.benchmark,
            item.standing,
            item.ckl,
            item.cklb,
            item.poam,
            item.oscal,
            item.containers
        );
        for zip in &item.evidence {
            if zip.parts.is_empty() {
                let _ = writeln!(text, "  Evidence    {}", zip.name);
            } else {
                let _ = writeln!(
                    text,
                    "  Evidence    {}, which is too large for one artifact, in {} parts. Put together they are\n\
                     {:14}the zip: cat {} > {}",
                    zip.name,
                    zip.parts.len(),
                    "",
                    zip.parts.join(" "),
                    zip.name
                );
            }
        }
        if !item.long.is_empty() {
            let _ = writeln!(
                text,
                "  The finding details of these rules are longer than the {TEST_RESULT} characters of a test result;\n  \
                 they are whole in the checklist, and begin with what matters: {}",
                item.long.join(", ")
            );
        }
        text.push('\n');
    }
    if !marking.is_empty() {
        let _ = writeln!(text, "{marking}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_goes_where_and_claims_nothing() {
        let contents = Contents {
            system: Some("Harbour".into()),
            marking: "CUI".into(),
            assets: vec![Item {
                key: "ucp01-UCP-443".into(),
                evidence: vec![
                    Zip { name: "a.zip".into(), parts: Vec::new() },
                    Zip { name: "b.zip".into(), parts: vec!["b.zip.001".into(), "b.zip.002".into()] },
                ],
                long: vec!["DKER-EE-001000".into()],
                ..Item::default()
            }],
        };
        let text = text(&contents);
        assert!(text.starts_with("CUI\n") && text.ends_with("CUI\n"));
        for part in [
            "of the system Harbour",
            "scanType=disaStigViewerCklCklb",
            "cat b.zip.001 b.zip.002 > b.zip",
            "DKER-EE-001000",
            "ASSET ucp01-UCP-443",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        for word in ["compliant", "certified", "approved", "validated", "was accepted"] {
            assert!(!text.contains(word), "{word}");
        }
    }
}
