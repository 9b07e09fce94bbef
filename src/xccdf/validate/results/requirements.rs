//! What SCAP 1.3 asks of results (SP 800-126 r3, section 4), as far as a document by itself shows
//! whether it is met. The numbers are those of NIST's SCAP content validation tool, and so is the
//! line between what a document must and what it should.

use crate::xccdf::validate::problem::{Code, Report};
use crate::xml::read::Position;

/// One requirement.
pub(super) struct Requirement {
    number: &'static str,
    /// The section of SP 800-126 r3.
    section: &'static str,
    /// A document that does not meet it is not valid; one that should, and does not, is.
    is_must: bool,
}

const fn must(number: &'static str, section: &'static str) -> Requirement {
    Requirement { number, section, is_must: true }
}
const fn should(number: &'static str, section: &'static str) -> Requirement {
    Requirement { is_must: false, ..must(number, section) }
}

/// Who evaluated is told by name.
pub(super) const IDENTITY: Requirement = must("RES-42-1", "4.5");
/// A rule's CCE, CVE and CPE names stand in its result.
pub(super) const IDENTS: Requirement = must("RES-44-1", "4.5.1");
/// The result is what the table makes of OVAL's results.
pub(super) const MAPPING: Requirement = must("RES-126-1", "4.5.2, table 23");
/// The class of a definition can be found.
pub(super) const CLASS: Requirement = should("RES-126-2", "4.5.2, table 23");
/// What is not applicable was not applicable to OVAL either.
pub(super) const NOT_APPLICABLE: Requirement = should("RES-126-3", "4.5.2, table 23");
/// A definition has one result.
pub(super) const ONE_DEFINITION: Requirement = should("RES-126-4", "4.5.2, table 23");
/// A check without a name stands for a rule's check without one.
pub(super) const NO_NAME: Requirement = must("RES-126-5", "4.5.2");
/// XCCDF reports are `TestResult`s.
pub(super) const ROOT: Requirement = must("RES-131-1", "4.4.1, table 19");
/// Begin and end.
pub(super) const TIMES: Requirement = must("RES-133-1", "4.5");
/// What evaluated, as a CPE name.
pub(super) const TEST_SYSTEM: Requirement = must("RES-134-1", "4.5");
/// Target and addresses are there.
pub(super) const ADDRESSES: Requirement = must("RES-136-1", "4.5");
/// Addresses are IP addresses.
pub(super) const ADDRESS: Requirement = must("RES-136-2", "4.5");
/// All of OVAL's results are reported, all full or all thin.
pub(super) const DIRECTIVES: Requirement = must("RES-179-1", "4.6");
/// Full results have both parts of the system characteristics, or neither.
pub(super) const CHARACTERISTICS: Requirement = must("RES-181-1", "4.6");
/// The benchmark's id.
pub(super) const BENCHMARK_ID: Requirement = must("RES-253-1", "4.5");
/// Where the benchmark is.
pub(super) const BENCHMARK_HREF: Requirement = must("RES-253-2", "4.5");
/// One result for each definition.
pub(super) const MULTI_CHECK: Requirement = should("RES-258-1", "4.5.2");
/// A rule's result says which check gave it.
pub(super) const CHECK_REFERENCE: Requirement = must("RES-260-1", "4.5");
/// An asset can be recognised.
pub(super) const ASSET: Requirement = should("RES-299-1", "4.4.2, table 20");
/// The source is in the document.
pub(super) const SOURCE: Requirement = should("RES-300-1", "4.4.3");
/// So is a tailoring that was used. Whether one was is not asked: NIST's tool says both together.
pub(super) const TAILORING: Requirement = should("RES-300-3", "4.4.3");
/// A result names the asset it is about.
pub(super) const TARGET_ID: Requirement = must("RES-304-1", "4.5");
/// System characteristics name the asset they are about.
pub(super) const SYSTEM_INFO: Requirement = should("RES-306-1", "4.6");
/// A signature says who signed, and when.
pub(super) const SIGNATURE_INFO: Requirement = must("RES-311-1", "4.8");
/// A signature is about the collection.
pub(super) const SIGNED: Requirement = must("RES-312-1", "4.8");
/// A signature leaves itself out.
pub(super) const TRANSFORMS: Requirement = must("RES-313-1", "4.8");
/// A signature covers its own properties.
pub(super) const PROPERTIES: Requirement = must("RES-314-1", "4.8");
/// A signature has its key with it.
pub(super) const KEY: Requirement = should("RES-315-1", "4.8");
/// A countersigned signature stands in one place.
pub(super) const COUNTERSIGNED: Requirement = must("RES-316-1", "4.8");
/// What is signed has its source with it.
pub(super) const SIGNED_SOURCE: Requirement = should("RES-323-1", "4.8");
/// A check's reference leads to a report.
pub(super) const REPORT: Requirement = must("RES-370-1", "4.5");
/// That report is OVAL's or OCIL's.
pub(super) const REPORT_CONTENT: Requirement = must("RES-370-2", "4.5");
/// What is unchecked was not checked.
pub(super) const UNCHECKED: Requirement = must("RES-391-1", "4.5.2");
/// What is unscored is informational.
pub(super) const UNSCORED: Requirement = must("RES-391-2", "4.5.2");
/// Role, severity and weight.
pub(super) const ROLE: Requirement = must("RES-392-1", "4.5");

impl Requirement {
    /// Says that it is not met, and how it could be. A document that is none of SCAP's only should.
    pub(super) fn unmet(&self, position: Position, what: &str, report: &mut Report) {
        let text = format!("{what} (SP 800-126 r3, section {})", self.section);
        let code = Code::Requirement(self.number);
        if self.is_must && !report.is_beyond_scap {
            report.add(position, code, text);
        } else {
            report.warn(position, code, text);
        }
    }
}
