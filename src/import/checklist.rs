//! What both kinds of checklist have in common: the words of assets, statuses and severities, and what a rule quotes its
//! STIG as.

use super::draft::status;
use crate::disa::TECH_AREAS;
use crate::outcome::{Maker, RuleOutcome, SeverityOverride};
use crate::target::Asset;
use crate::target::asset::Role;
use crate::xccdf::model::PlainText;
use crate::xccdf::{Benchmark, Severity, Verdict};

/// The id of a benchmark that the file does not name.
pub(super) const NAMELESS: &str = "unknown";

/// A site and an instance say that the asset is a service: where the file says that it is none, they are
/// lost, and where it says that it is one without naming it, that is.
pub(super) fn unserved(asset: &mut Asset, is_service: bool) -> Option<String> {
    match (is_service, asset.service().is_some()) {
        (false, true) => {
            let site = std::mem::take(&mut asset.web_db_site);
            let instance = std::mem::take(&mut asset.web_db_instance);
            Some(format!("site {site:?} and instance {instance:?} of the asset, which is said to be no service"))
        }
        (true, false) => Some("that the asset is a service, without site and instance".into()),
        _ => None,
    }
}

/// A technology area by the schema's word.
pub(super) fn tech_area(word: &str) -> Option<String> {
    TECH_AREAS.into_iter().find(|known| *known == word).map(String::from)
}

/// A role by the schema's word.
pub(super) fn role(word: &str) -> Option<Role> {
    [Role::None, Role::Workstation, Role::MemberServer, Role::DomainController]
        .into_iter()
        .find(|role| role.word() == word)
}

/// A person's severity in the place of the rule's own.
pub(super) fn overridden(severity: &str, reason: &str) -> Option<SeverityOverride> {
    let stated = !severity.trim().is_empty();
    stated.then(|| SeverityOverride { severity: Severity::read(severity), reason: reason.to_owned() })
}

/// The severity that applies.
pub(super) fn applied(rule: &RuleOutcome, by_person: Option<&SeverityOverride>) -> Severity {
    by_person.map_or(&rule.severity, |by_person| &by_person.severity).clone()
}

/// A status in a word that checklists do not have. One that says that something is open stays open.
pub(super) fn odd_status(word: &str, rule: &str, lost: &mut Vec<String>) -> Verdict {
    let is_open = ["open", "fail", "failed"].contains(&word.trim().to_ascii_lowercase().as_str());
    let taken = if is_open { Verdict::Fail } else { Verdict::Unknown };
    lost.push(format!(
        "the status {word:?} of {rule}, which is none of the four that checklists have: it is taken as {taken}"
    ));
    taken
}

/// What a `STIGRef` says: title, version and release line.
fn quoted(reference: &str) -> Option<(&str, &str, &str)> {
    let (title, rest) = reference.rsplit_once(" :: Version ")?;
    let (version, release) = rest.split_once(',').unwrap_or((rest, ""));
    Some((title.trim(), version.trim(), release.trim()))
}

/// Fills what a checklist does not say of its STIG from what its rules quote it as. `lies` says that the version in the
/// checklist is none: that of STIG Viewer 3 is always 1.
pub(super) fn by_reference(benchmark: &mut Benchmark, reference: &str, lies: bool) {
    let Some((title, version, release)) = quoted(reference) else {
        return;
    };
    if benchmark.title.trim().is_empty() {
        title.clone_into(&mut benchmark.title);
    }
    if !version.is_empty() && (lies || benchmark.version.trim().is_empty()) {
        version.clone_into(&mut benchmark.version);
    }
    if !release.is_empty() && (lies || benchmark.release_info().trim().is_empty()) {
        benchmark.plain_texts = vec![PlainText { id: "release-info".into(), text: release.to_owned() }];
        benchmark.statuses = status(release);
    }
}

/// Which of the undecided results stigprobe's own details name: checklists have one word for all.
pub(super) fn refined(result: Verdict, details: &str, maker: &Maker) -> Verdict {
    if result != Verdict::NotChecked || !maker.is_ours() {
        return result;
    }
    let undecided = [Verdict::Error, Verdict::Unknown, Verdict::NotSelected, Verdict::Informational];
    let first = details.lines().find(|l| !l.starts_with(crate::outcome::SIMULATED));
    let word = first.and_then(|l| Some(l.split_once(": ")?.0)).unwrap_or("");
    let named = undecided.into_iter().find(|v| v.word() == word);
    named.unwrap_or(result)
}
