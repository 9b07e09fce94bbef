//! What kind of file it is, and who takes such a file at all under such a name.

use super::check::Effect::{Dropped, Refused};
use super::check::Importer::{Emass, Heimdall, OpenRmf, StigManager, StigViewer};
use super::check::{Found, Row};
use super::source::Source;
use super::tree::Tree;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// STIG Viewer 2's checklist.
    Ckl,
    /// STIG Viewer 3's checklist.
    Cklb,
    /// XCCDF with results, or a benchmark.
    Xccdf,
    /// NIST's Asset Reporting Format 1.1.
    Arf,
    /// Nessus's file, version 2.
    Nessus,
    /// None of these.
    Unknown,
}

impl Kind {
    /// The word that is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Ckl => "ckl",
            Kind::Cklb => "cklb",
            Kind::Xccdf => "xccdf",
            Kind::Arf => "arf",
            Kind::Nessus => "nessus",
            Kind::Unknown => "unknown",
        }
    }

    /// By the content, and by the name where that says nothing.
    pub(super) fn of(name: &str, source: &Source<'_>, tree: Option<&Tree<'_>>) -> Self {
        let by_name = Kind::of_name(name);
        let Some(tree) = tree else {
            let is_checklist =
                source.text.contains("\"stigs\"") || source.text.contains("\"target_data\"") || by_name == Kind::Cklb;
            return if is_checklist { Kind::Cklb } else { Kind::Unknown };
        };
        let roots = tree.roots().map(|root| tree.get(root).local);
        let known = |local: &str| match local {
            "CHECKLIST" => Some(Kind::Ckl),
            "Benchmark" | "TestResult" => Some(Kind::Xccdf),
            "asset-report-collection" => Some(Kind::Arf),
            "NessusClientData_v2" => Some(Kind::Nessus),
            _ => None,
        };
        roots.into_iter().find_map(known).unwrap_or(by_name)
    }

    /// By the end of the name.
    pub(super) fn of_name(name: &str) -> Self {
        match extension(name).to_ascii_lowercase().as_str() {
            "ckl" => Kind::Ckl,
            "cklb" => Kind::Cklb,
            "nessus" => Kind::Nessus,
            _ => Kind::Unknown,
        }
    }
}

/// What stands behind the last dot of a name.
fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

static UNKNOWN: Row = Row {
    code: "unknown-kind",
    on: &[(StigViewer, Refused), (StigManager, Refused), (Emass, Refused), (Heimdall, Refused), (OpenRmf, Refused)],
    when: "the file is neither CKL, CKLB, XCCDF, ARF nor .nessus",
    mend: "Give one of these: `stigprobe convert` reads what other tools wrote.",
};

static CKLB: Row = Row {
    code: "kind-not-taken",
    on: &[(Heimdall, Refused), (OpenRmf, Refused)],
    when: "a CKLB: Heimdall, SAF CLI and OpenRMF OSS have no reader for it",
    mend: "Give a CKL: `stigprobe convert FILE --format ckl`. OpenRMF Professional takes CKLB.",
};

static ARF: Row = Row {
    code: "kind-not-taken",
    on: &[(StigViewer, Refused), (StigManager, Refused), (Emass, Refused), (OpenRmf, Refused), (Heimdall, Dropped)],
    when: "a NIST ARF: Heimdall makes an empty profile of it without an error; the ARF that eMASS takes in a zip with an \
           ASR is another format",
    mend: "Give a CKL or CKLB: `stigprobe convert FILE --format ckl,cklb`.",
};

static NESSUS: Row = Row {
    code: "kind-not-taken",
    on: &[(StigViewer, Refused), (StigManager, Refused), (OpenRmf, Refused)],
    when: "a .nessus file: STIG Viewer, STIG Manager and OpenRMF OSS have no reader for it",
    mend: "Give a CKL: `stigprobe convert FILE --format ckl`. OpenRMF Professional takes audit scans.",
};

static MANAGER_IGNORES: Row = Row {
    code: "file-name",
    on: &[(StigManager, Dropped)],
    when: "the name ends in neither `.ckl`, `.cklb` nor `.xml` in small letters: STIG Manager's interface passes it over",
    mend: "Rename the file so that it ends in .ckl, .cklb or .xml, in small letters, as its content is.",
};

static MANAGER_MISTAKES: Row = Row {
    code: "file-name",
    on: &[(StigManager, Refused)],
    when: "the end of the name promises another format than the file has: STIG Manager goes by it",
    mend: "Rename the file: .ckl for CHECKLIST, .cklb for JSON, .xml for XCCDF.",
};

static NOT_NESSUS: Row = Row {
    code: "file-name",
    on: &[(Heimdall, Refused)],
    when: "a .nessus file whose name does not end in `.nessus`: Heimdall and SAF CLI know it by that alone",
    mend: "Rename the file so that it ends in .nessus.",
};

static RMF_NAME: Row = Row {
    code: "file-name",
    on: &[(OpenRmf, Refused)],
    when: "the name ends neither in `.ckl` (a CKL) nor in `.xml` (XCCDF), by which OpenRMF OSS goes",
    mend: "Rename the file: .ckl for a CKL, .xml for XCCDF.",
};

static EMASS_NAME: Row = Row {
    code: "file-name",
    on: &[(Emass, Refused)],
    when: "a checklist whose name has neither `.ckl` nor `.cklb`: eMASS's route `disaStigViewerCklCklb` takes no other",
    mend: "Rename the file so that it ends in .ckl or .cklb.",
};

static MISTAKEN: Row = Row {
    code: "mistaken-kind",
    on: &[(Heimdall, Refused)],
    when: "Heimdall and SAF CLI take the file for another kind: they look for words in the name and the text \
           (`xccdf` in the name, a namespace of XCCDF on one line, the literal tags `<CHECKLIST>`, `<STIGS>`, \
           `<STIG_INFO>` without attributes)",
    mend: "Take the word out of the name or the text, and write the three tags without attributes, prefix or blanks.",
};

pub(super) static ROWS: &[&Row] = &[
    &UNKNOWN,
    &CKLB,
    &ARF,
    &NESSUS,
    &MANAGER_IGNORES,
    &MANAGER_MISTAKES,
    &NOT_NESSUS,
    &RMF_NAME,
    &EMASS_NAME,
    &MISTAKEN,
];

/// Who takes such a file at all.
pub(super) fn check(name: &str, kind: Kind, source: &Source<'_>, found: &mut Found) {
    let not_taken = match kind {
        Kind::Unknown => Some((&UNKNOWN, "this is none of the formats that are known here")),
        Kind::Cklb => Some((&CKLB, "there is no reader for CKLB")),
        Kind::Arf => Some((&ARF, "there is no reader for NIST's ARF")),
        Kind::Nessus => Some((&NESSUS, "there is no reader for .nessus files")),
        Kind::Ckl | Kind::Xccdf => None,
    };
    if let Some((row, message)) = not_taken {
        found.whole(row, "file", message);
        found.settle(row);
        if kind == Kind::Arf {
            found.settle_all();
        }
    }
    if kind == Kind::Unknown {
        return;
    }
    by_name(name, kind, found);
    if found.is_open() {
        heimdall(name, kind, source, found);
    }
}

fn by_name(name: &str, kind: Kind, found: &mut Found) {
    if name.is_empty() {
        return;
    }
    let extension = extension(name);
    let wanted = match kind {
        Kind::Ckl => "ckl",
        Kind::Cklb => "cklb",
        Kind::Xccdf => "xml",
        Kind::Nessus => "nessus",
        Kind::Arf | Kind::Unknown => return,
    };
    let place = "file name";
    if extension == wanted {
        return;
    }
    let is_same = extension.eq_ignore_ascii_case(wanted);
    if ["ckl", "cklb", "xml"].contains(&extension) {
        found.whole(
            &MANAGER_MISTAKES,
            place,
            format!("a file that ends in .{extension} is read as such, and this is {}", kind.as_str()),
        );
        found.settle(&MANAGER_MISTAKES);
    } else {
        found.whole(&MANAGER_IGNORES, place, "a file of this name is not looked at");
    }
    if is_same {
        return;
    }
    match kind {
        Kind::Nessus => found.whole(&NOT_NESSUS, place, "the name does not end in .nessus"),
        Kind::Ckl | Kind::Xccdf => found.whole(&RMF_NAME, place, format!("the name does not end in .{wanted}")),
        _ => {}
    }
    let is_checklist = ["ckl", "cklb"].iter().any(|e| extension.eq_ignore_ascii_case(e));
    if matches!(kind, Kind::Ckl | Kind::Cklb) && !is_checklist {
        found.whole(&EMASS_NAME, place, format!("the name does not end in .{wanted}"));
    }
}

/// Heimdall's `fingerprint`: the first that fits, by name and words.
fn heimdall(name: &str, kind: Kind, source: &Source<'_>, found: &mut Found) {
    let text = source.text.as_ref();
    let lower = name.to_ascii_lowercase();
    let is_nessus = lower.ends_with(".nessus");
    let namespace = xccdf_namespace(text);
    let mut tell = |offset: usize, why: String| {
        found.add(&MISTAKEN, offset, "file", why);
    };
    let has = |word: &str| text.contains(word);
    match kind {
        Kind::Nessus => {}
        _ if is_nessus => tell(0, "a file that ends in .nessus is taken for one".to_owned()),
        Kind::Xccdf if namespace.is_none() && !lower.contains("xccdf") => {
            let why = "neither does a namespace of XCCDF stand in the text nor 'xccdf' in the name";
            tell(0, why.to_owned());
        }
        Kind::Ckl if lower.contains("xccdf") => {
            tell(0, "'xccdf' in the name makes it XCCDF".to_owned());
        }
        Kind::Ckl => {
            if let Some(at) = namespace {
                tell(at, "a namespace of XCCDF in the text makes it XCCDF".to_owned());
                return;
            }
            let words: [(&[&str], &str); 6] = [
                (&["\"AwsAccountId\"", "\"SchemaVersion\""], "ASFF"),
                (&["issues burpVersion"], "Burp Suite's"),
                (&["scoutsuite_results"], "Scout Suite's"),
                (&["Policy", "Job Name", "Check ID"], "DbProtect's"),
                (&["veracode", "detailedreport"], "Veracode's"),
                (&["<netsparker-", "generated"], "Netsparker's"),
            ];
            for (all, whose) in words {
                if all.iter().all(|word| has(word)) {
                    let at = text.find(all[0]).unwrap_or(0);
                    tell(at, format!("the word '{}' makes it {whose}", all[0]));
                    return;
                }
            }
            for tag in ["<CHECKLIST>", "<STIGS>", "<STIG_INFO>"] {
                if !has(tag) {
                    let begin = tag.trim_end_matches('>');
                    let at = text.find(begin).unwrap_or(0);
                    tell(at, format!("the literal tag {tag} is not in the text"));
                    return;
                }
            }
        }
        _ => {}
    }
}

/// Where `xmlns`, `http` and `/xccdf` follow one another on one line.
fn xccdf_namespace(text: &str) -> Option<usize> {
    let mut begin = 0;
    while let Some(at) = text[begin..].find("xmlns").map(|at| begin + at) {
        let line = text[at..].lines().next().unwrap_or_default();
        let fits = line.find("http").is_some_and(|http| line[http..].contains("/xccdf"));
        if fits {
            return Some(at);
        }
        begin = at + line.len().max("xmlns".len());
    }
    None
}
