//! Whether what profiles set is what their Values admit (NIST IR 7275 r4, section 6.4.5). The
//! standard does not say what becomes of a value that is not: it is told, and the document valid.

use std::io::{Read, Seek};

use super::problem::{Code, Report};
use crate::xccdf::Benchmark;
use crate::xccdf::apply::applied_values;
use crate::xccdf::model::ComponentContent;
use crate::xccdf::read::{Content, read_any};
use crate::xccdf::resolve::{AbstractProfiles, resolved};
use crate::xml::read::{Position, excerpt_of};

/// A `set-value` or `set-complex-value`: whose it is, what it sets, and where it stands.
pub(super) struct Setting {
    pub(super) benchmark: String,
    pub(super) profile: String,
    pub(super) idref: String,
    pub(super) position: Position,
}

/// Reads a valid document once more, now for what it means, and warns of values that do not fit. That
/// costs as much again: a document without settings is not read. One that cannot be read or resolved
/// has been told of, or will be when it is used.
pub(super) fn check<R: Read + Seek>(input: R, settings: &[Setting], report: &mut Report) {
    if settings.is_empty() || !report.is_valid() {
        return;
    }
    let Ok(document) = read_any(input) else {
        return;
    };
    match document.content {
        Content::Benchmark(benchmark) => held(*benchmark, settings, report),
        Content::Collection(collection) => {
            for component in collection.components {
                if let ComponentContent::Benchmark(benchmark) = component.content {
                    held(*benchmark, settings, report);
                }
            }
        }
        _ => {}
    }
}

fn held(benchmark: Benchmark, settings: &[Setting], report: &mut Report) {
    let is_own = |setting: &&Setting| setting.benchmark == benchmark.id;
    let own: Vec<&Setting> = settings.iter().filter(is_own).collect();
    if own.is_empty() {
        return;
    }
    let Ok(benchmark) = resolved(benchmark, AbstractProfiles::Keep) else {
        return;
    };
    for profile in &benchmark.profiles {
        // What a profile inherits is told where it is set.
        let mut own = own.iter().filter(|s| s.profile == profile.id).peekable();
        if own.peek().is_none() {
            continue;
        }
        let own: Vec<_> = own.collect();
        let applied = applied_values(&benchmark, Some(profile));
        for (value, applied) in benchmark.all_values().zip(&applied) {
            let is_it = |idref: &str| idref == value.id || value.cluster_id.as_deref() == Some(idref);
            // The last one is the one that counts.
            let setting = own.iter().rfind(|s| is_it(&s.idref));
            if let (Some(why), Some(setting)) = (&applied.misfit, setting) {
                let id = excerpt_of(&value.id, 120);
                let text = format!("Profile: what it gives '{id}': {why} (IR 7275 r4, section 6.4.5)");
                report.warn(setting.position, Code::Misfit, text);
            }
        }
    }
    report.sort();
}
