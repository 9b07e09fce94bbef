//! One `rule-result` of an ARF, and what SCAP asks of it.

use super::benchmarks::{Benchmarks, Ident};
use super::envelope::{Body, Envelope};
use super::oval::Oval;
use super::requirements;
use super::{Open, is_child_of, is_true, mapping, value};
use crate::xccdf::validate::problem::Report;
use crate::xccdf::validate::tables::XCCDF_1_2;
use crate::xml::read::{Position, Tag, excerpt, excerpt_of};

/// A `rule-result`.
pub(super) struct RuleResult {
    pub(super) position: Position,
    pub(super) idref: String,
    pub(super) result: String,
    pub(super) role: Option<String>,
    missing: Vec<&'static str>,
    idents: Vec<Ident>,
    pub(super) checks: Vec<Check>,
    /// The complex check, if that is what it has.
    pub(super) complex: Option<Complex>,
}

/// A `check` in it.
pub(super) struct Check {
    pub(super) position: Position,
    pub(super) system: String,
    pub(super) is_negated: bool,
    references: Vec<Reference>,
}

/// A `check-content-ref`.
struct Reference {
    position: Position,
    href: Option<String>,
    name: Option<String>,
}

/// The outermost `complex-check`.
pub(super) struct Complex {
    pub(super) is_and: bool,
    pub(super) is_negated: bool,
    /// There are others in it.
    pub(super) is_nested: bool,
}

/// Which text is wanted.
pub(super) enum Wanted {
    Result,
    Ident,
    Nothing,
}

impl RuleResult {
    pub(super) fn new(start: &Tag<'_>, position: Position) -> Self {
        let is_missing = |name: &&str| start.attribute(name).is_none_or(|a| a.value.is_empty());
        RuleResult {
            position,
            idref: value(start, "idref").unwrap_or_default(),
            result: String::new(),
            role: value(start, "role"),
            missing: ["role", "severity", "weight"].into_iter().filter(is_missing).collect(),
            idents: Vec::new(),
            checks: Vec::new(),
            complex: None,
        }
    }

    /// An element begins in it.
    pub(super) fn start(&mut self, above: &[Open], start: &Tag<'_>, position: Position) -> Wanted {
        let is_child = is_child_of(above, XCCDF_1_2, "rule-result");
        let is_negated = || start.attribute("negate").is_some_and(is_true);
        match start.name() {
            "result" if is_child => return Wanted::Result,
            "ident" if is_child => {
                self.idents.push(Ident::of(start));
                return Wanted::Ident;
            }
            "complex-check" => match &mut self.complex {
                Some(complex) => complex.is_nested = true,
                None => {
                    self.complex = Some(Complex {
                        is_and: value(start, "operator").as_deref() != Some("OR"),
                        is_negated: is_negated(),
                        is_nested: false,
                    });
                }
            },
            "check" => {
                self.checks.push(Check {
                    position,
                    system: value(start, "system").unwrap_or_default(),
                    is_negated: is_negated(),
                    references: Vec::new(),
                });
            }
            "check-content-ref" => {
                if let Some(check) = self.checks.last_mut() {
                    check.references.push(Reference {
                        position,
                        href: value(start, "href"),
                        name: value(start, "name"),
                    });
                }
            }
            _ => {}
        }
        Wanted::Nothing
    }

    /// A text that was wanted.
    pub(super) fn text(&mut self, text: &str, is_ident: bool) {
        if !is_ident {
            text.trim().clone_into(&mut self.result);
        } else if let Some(ident) = self.idents.last_mut() {
            ident.say(text);
        }
    }

    /// The collection has ended; `own` is the report that it stands in.
    pub(super) fn check(
        &self,
        own: &str,
        envelope: &Envelope,
        benchmarks: &Benchmarks,
        oval: &Oval,
        report: &mut Report,
    ) {
        let at = self.position;
        if !self.missing.is_empty() {
            let text = format!("rule-result: it has no {}", self.missing.join(", no "));
            requirements::ROLE.unmet(at, &text, report);
        }
        if !benchmarks.carries(&self.idref, &self.idents) {
            let text = "rule-result: its Rule has CCE, CVE or CPE names; all idents of the Rule \
                        stand in the result, in their order";
            requirements::IDENTS.unmet(at, text, report);
        }
        self.check_role(benchmarks, report);
        self.check_names(benchmarks, report);
        for check in &self.checks {
            check.check_references(own, envelope, report);
        }
        mapping::check(self, envelope, oval, report);
    }

    fn check_role(&self, benchmarks: &Benchmarks, report: &mut Report) {
        // A rule that a profile took out, or gave another role, is not what its Rule says.
        if self.result == "notselected" || benchmarks.is_refined(&self.idref) {
            return;
        }
        for (role, result, requirement) in [
            ("unchecked", "notchecked", &requirements::UNCHECKED),
            ("unscored", "informational", &requirements::UNSCORED),
        ] {
            let mut rules = benchmarks.requested(&self.idref);
            let is_so = rules.any(|r| r.is_selected && r.role.as_deref() == Some(role));
            if is_so && self.result != result {
                let text = format!(
                    "rule-result: its Rule has the role {role}, so the result is '{result}', not \
                     '{}'",
                    excerpt(&self.result)
                );
                requirement.unmet(self.position, &text, report);
            }
        }
    }

    /// Does it say which check gave the result?
    fn check_names(&self, benchmarks: &Benchmarks, report: &mut Report) {
        // None when the Rule is not in the document: then nobody knows.
        let is_nameless = benchmarks.is_nameless(&self.idref);
        let is_named = |check: &Check| check.references.iter().any(|r| r.name.is_some());
        if is_nameless == Some(false) {
            for check in self.checks.iter().filter(|check| !is_named(check)) {
                let text = "check: no check-content-ref names the check, as the Rule does or as \
                            it asks for with multi-check";
                requirements::NO_NAME.unmet(check.position, text, report);
            }
        }
        if matches!(self.result.as_str(), "notapplicable" | "notchecked" | "notselected") {
            return;
        }
        let is_whole = |r: &Reference| r.href.is_some() && r.name.is_some();
        let has_whole = self.checks.iter().any(|c| c.references.iter().any(is_whole));
        let is_found = |check: &Check| {
            if is_named(check) {
                has_whole
            } else {
                let has_href = check.references.iter().any(|r| r.href.is_some());
                has_href && is_nameless != Some(false)
            }
        };
        if self.checks.is_empty() || !self.checks.iter().all(is_found) {
            let text = format!(
                "rule-result: it is '{}', and no check-content-ref says by href and name which \
                 check gave that",
                excerpt(&self.result)
            );
            requirements::CHECK_REFERENCE.unmet(self.position, &text, report);
        }
    }
}

impl Check {
    /// The report and the name that its first reference leads to.
    pub(super) fn target(&self) -> Option<(&str, &str)> {
        let first = self.references.first()?;
        Some((first.href.as_deref()?.strip_prefix('#')?, first.name.as_deref()?))
    }

    /// The name in its first reference.
    pub(super) fn name(&self) -> Option<&str> {
        self.references.first()?.name.as_deref()
    }

    fn check_references(&self, own: &str, envelope: &Envelope, report: &mut Report) {
        for reference in &self.references {
            let href = reference.href.as_deref().unwrap_or_default();
            let id = href.strip_prefix('#').filter(|id| envelope.is_report(id));
            let shown = excerpt_of(href, 120);
            if id.is_none_or(|id| id == own) {
                let what = match (href, id) {
                    ("", _) => "it has no href".to_owned(),
                    (_, None) => format!("its href '{shown}' leads to no report of this document"),
                    (_, Some(_)) => {
                        format!("its href '{shown}' leads to the report that it stands in")
                    }
                };
                let text = format!(
                    "check-content-ref: {what}; it is '#' and the id of the report that holds the \
                     result of the check"
                );
                requirements::REPORT.unmet(reference.position, &text, report);
            }
            self.check_content(href, &shown, reference.position, envelope, report);
        }
    }

    /// Does the report hold what the checking system makes?
    fn check_content(&self, href: &str, shown: &str, position: Position, envelope: &Envelope, report: &mut Report) {
        let wanted = match self.system.as_str() {
            system if system.contains("oval") => "oval_results",
            system if system.contains("ocil") => "ocil",
            system => {
                let text = format!(
                    "check-content-ref: the system '{}' of its check is neither OVAL nor OCIL, \
                     which SCAP results come from",
                    excerpt_of(system, 120)
                );
                requirements::REPORT_CONTENT.unmet(position, &text, report);
                return;
            }
        };
        let is_right = match envelope.body(href.trim_start_matches('#')) {
            Some(Body::Remote) => true,
            Some(Body::Local(name)) => name == wanted,
            None => false,
        };
        if !is_right {
            let text = format!("check-content-ref: no report '{shown}' holds '{wanted}'");
            requirements::REPORT_CONTENT.unmet(position, &text, report);
        }
    }
}
