//! Looks at the root element: is this a benchmark, and if not, what is it?

use std::io::Read;

use super::ReadError;
use super::benchmark;
use super::cursor::{Cursor, Element};
use crate::xccdf::Benchmark;
use crate::xccdf::model::Schema;
use crate::xml::read::{Event, Reader, excerpt, excerpt_of};

/// Reads a document from its first byte to its last.
pub(super) fn read<R: Read>(input: R) -> Result<Benchmark, ReadError> {
    let mut reader = Reader::new(input);
    let root = loop {
        if let (position, Event::Start(start)) = reader.next_event()? {
            break Element::new(position, start);
        }
    };
    let namespace = root.namespace();
    let schema = [Schema::V1_1, Schema::V1_2]
        .into_iter()
        .find(|schema| namespace == Some(schema.namespace()));
    let Some(schema) = schema.filter(|_| root.name() == "Benchmark") else {
        return root.refuse(described(&root));
    };
    let mut cursor = Cursor::new(reader, schema);
    let benchmark = benchmark::read(&mut cursor, &root)?;
    cursor.finish()?;
    Ok(benchmark)
}

/// Roots that people come with, and what they are. Told by name alone: the namespaces of these
/// formats change from edition to edition.
const KNOWN: &[(&str, &str)] = &[
    (
        "data-stream-collection",
        "a SCAP data stream, which is not supported yet",
    ),
    (
        "TestResult",
        "a scan's result (an XCCDF TestResult), which is not supported yet",
    ),
    (
        "asset-report-collection",
        "a scan's result (ARF), which is not supported yet",
    ),
    (
        "Tailoring",
        "an XCCDF tailoring, which goes with a benchmark and is not supported yet",
    ),
    (
        "Group",
        "a part of a benchmark (an XCCDF Group), not a whole one",
    ),
    (
        "Rule",
        "a part of a benchmark (an XCCDF Rule), not a whole one",
    ),
    (
        "Profile",
        "a part of a benchmark (an XCCDF Profile), not a whole one",
    ),
    ("CHECKLIST", "a checklist (CKL), not a benchmark"),
    (
        "oval_definitions",
        "a set of OVAL definitions, not a benchmark",
    ),
    ("ocil", "an OCIL questionnaire, not a benchmark"),
    ("NessusClientData_v2", "a Nessus report, not a benchmark"),
    (
        "html",
        "a web page, not a benchmark: download the file itself",
    ),
];

/// What the root is, in words.
fn described(root: &Element) -> String {
    let name = root.name();
    if let Some((_, what)) = KNOWN
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known))
    {
        return format!(
            "the document begins with '<{}': this is {what}",
            excerpt(name)
        );
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
