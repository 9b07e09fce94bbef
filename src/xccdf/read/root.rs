//! Looks at the root element: is this a benchmark, and if not, what is it?

use std::io::Read;

use super::cursor::{Cursor, Element};
use super::{Content, Detail, ReadError, arf, benchmark, platform, profile, stream};
use crate::xccdf::model::Schema;
use crate::xml::read::{Event, Reader, excerpt, excerpt_of};

/// The namespace that `OpenSCAP` gave tailorings of XCCDF 1.1, which has none of its own.
const TAILORING_1_1: &str = "http://open-scap.org/page/Xccdf-1.1-tailoring";

/// Reads a document from its first byte to its last.
pub(super) fn read<R: Read>(input: R, detail: Detail) -> Result<Content, ReadError> {
    let mut reader = Reader::new(input);
    let root = loop {
        if let (position, Event::Start(tag)) = reader.next_event()? {
            break Element::new(position, tag.to_start());
        }
    };
    let schema = Schema::of(root.namespace());
    let mut cursor = Cursor::new(reader, schema.unwrap_or_default(), detail);
    let content = match (root.name(), schema, root.namespace()) {
        ("Benchmark", Some(_), _) => Content::Benchmark(Box::new(benchmark::read(&mut cursor, &root)?)),
        ("Tailoring", Some(_), _) | ("Tailoring", _, Some(TAILORING_1_1)) => {
            Content::Tailoring(Box::new(profile::tailoring(&mut cursor, &root)?))
        }
        ("TestResult", Some(schema), _) => {
            let id = root.required("id")?;
            cursor.skip()?;
            Content::TestResult { schema, id }
        }
        ("data-stream-collection", _, Some(stream::NAMESPACE)) => {
            Content::Collection(Box::new(stream::read(&mut cursor, &root)?))
        }
        ("asset-report-collection", _, Some(arf::NAMESPACE)) => Content::Reports(arf::read(&mut cursor)?),
        ("cpe-list", None, _) => Content::Dictionary(platform::dictionary(&mut cursor)?),
        ("platform-specification", None, _) => Content::Platforms(platform::specification(&mut cursor)?),
        _ => return root.refuse(described(&root)),
    };
    cursor.finish()?;
    Ok(content)
}

/// Roots that people come with, and what they are. Told by name alone: the namespaces of these
/// formats change from edition to edition.
const KNOWN: &[(&str, &str)] = &[
    ("data-stream-collection", "a SCAP data stream of an edition other than 1.2 and 1.3"),
    ("TestResult", "a scan's result, of an unknown edition of XCCDF"),
    ("asset-report-collection", "a scan's result (ARF) of an edition other than 1.1"),
    ("Tailoring", "a tailoring of an unknown edition of XCCDF"),
    ("Group", "a part of a benchmark (an XCCDF Group), not a whole one"),
    ("Rule", "a part of a benchmark (an XCCDF Rule), not a whole one"),
    ("Profile", "a part of a benchmark (an XCCDF Profile), not a whole one"),
    ("CHECKLIST", "a checklist (CKL), not a benchmark"),
    ("oval_definitions", "a set of OVAL definitions, not a benchmark"),
    ("ocil", "an OCIL questionnaire, not a benchmark"),
    ("NessusClientData_v2", "a Nessus report, not a benchmark"),
    ("html", "a web page, not a benchmark: download the file itself"),
];

/// What the root is, in words.
fn described(root: &Element) -> String {
    let name = root.name();
    if let Some((_, what)) = KNOWN.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
        return format!("the document begins with '<{}': this is {what}", excerpt(name));
    }
    // Long enough for any namespace in use to be seen whole.
    let namespace = match root.namespace() {
        Some(namespace) => format!("the namespace '{}'", excerpt_of(namespace, 100)),
        None => "no namespace".to_owned(),
    };
    format!(
        "the root element is '{}' in {namespace}; a benchmark begins with 'Benchmark' in '{}' or '{}'",
        excerpt(name),
        Schema::V1_1.namespace(),
        Schema::V1_2.namespace()
    )
}
