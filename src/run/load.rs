//! Reading benchmarks and tailorings from files, and resolving them.

use std::io::{self, Cursor};
use std::path::Path;

use super::{Doing, RunError, cannot};
use crate::input;
use crate::outcome::BenchmarkSource;
use crate::registry;
use crate::shipped::SHIPPED;
use crate::xccdf::model::Tailoring;
use crate::xccdf::naming;
use crate::xccdf::read::{AnyDocument, Content, Detail, Document};
use crate::xccdf::resolve::AbstractProfiles;
use crate::xccdf::stream::Choice;
use crate::xccdf::{self, Benchmark, Profile, resolve};

/// Reads a benchmark, a shipped one by its name or a file, and resolves it.
pub fn load_benchmark(name: &str) -> Result<(Benchmark, BenchmarkSource), RunError> {
    let (document, source) = load_document(name, &Choice::default())?;
    Ok((prepare(document, None, None)?.0, source))
}

/// Resolves a benchmark, with the tailoring if one is named, and finds the profile that is asked for.
pub fn prepare(
    document: Document,
    profile: Option<&str>,
    tailoring: Option<&str>,
) -> Result<(Benchmark, Option<Profile>), RunError> {
    let failed = |e: resolve::Unresolvable| RunError::Selection(format!("cannot be resolved: {e}"));
    let tailoring = match tailoring {
        None => None,
        Some(name) => Some(load_tailoring(&document, name)?),
    };
    let mut benchmark = resolve::resolved(document.benchmark, AbstractProfiles::Keep).map_err(failed)?;
    if let Some(tailoring) = tailoring {
        benchmark = resolve::tailored(benchmark, &tailoring).map_err(failed)?;
        if profile.is_none() {
            let ids: Vec<&str> = tailoring.profiles.iter().map(|p| p.id.as_str()).collect();
            return Err(RunError::Selection(format!(
                "a tailoring changes nothing by itself: name one of its profiles with --profile ({})",
                ids.join(", ")
            )));
        }
    }
    benchmark.profiles.retain(|p| !p.is_abstract);
    let profile = profile.map(|id| resolve::find_profile(&benchmark, id).cloned());
    let profile = profile.transpose().map_err(RunError::Selection)?;
    Ok((benchmark, profile))
}

/// Reads a tailoring: a component of the data stream that the benchmark came in, or a file.
fn load_tailoring(document: &Document, name: &str) -> Result<Tailoring, RunError> {
    let beside = document.stream.iter().flat_map(|s| &s.tailorings);
    let mut named = beside.filter(|t| [&t.component_ref, &t.component, &t.tailoring.id].contains(&&name.to_owned()));
    if let Some(found) = named.next() {
        let mut tailoring = found.tailoring.clone();
        tailoring.href = format!("#{}", found.component_ref);
        return Ok(tailoring);
    }
    let path = Path::new(name);
    let file = input::seekable(path, input::DOCUMENT).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => {
            let there: Vec<&str> =
                document.stream.iter().flat_map(|s| &s.tailorings).map(|t| t.component_ref.as_str()).collect();
            let there = match (&document.stream, there.as_slice()) {
                (None, _) => "the benchmark is no data stream, which could hold one".to_owned(),
                (Some(_), []) => "the benchmark's data stream holds none".to_owned(),
                (Some(_), all) => format!("the benchmark's data stream holds these: {}", all.join(", ")),
            };
            RunError::Selection(format!("tailoring {name}: there is no such file, and {there}"))
        }
        _ => cannot(Doing::ReadTailoring, path)(source),
    })?;
    let failed = |source| RunError::Benchmark { name: name.into(), source };
    match xccdf::read::read_any(file).map_err(failed)?.content {
        Content::Tailoring(mut tailoring) => {
            // Results are read on other machines: the directory means nothing there.
            let file_name = path.file_name().unwrap_or_default();
            tailoring.href = file_name.to_string_lossy().into_owned();
            Ok(*tailoring)
        }
        other => Err(RunError::Selection(format!("tailoring {name}: it is {}, not a tailoring", other.described()))),
    }
}

/// Reads a benchmark as it stands in its document: a shipped one by its name, or a file.
pub fn load_document(name: &str, choice: &Choice) -> Result<(Document, BenchmarkSource), RunError> {
    let (document, mut source) = load_any(name, Detail::Full, choice)?;
    let document = document.benchmark(choice).map_err(|source| RunError::Benchmark { name: name.into(), source })?;
    source.sha256.clone_from(&document.sha256);
    Ok((document, source))
}

/// Reads any document that the standard knows, in that detail; of a zip with several the entry that is named.
pub fn load_any(name: &str, detail: Detail, choice: &Choice) -> Result<(AnyDocument, BenchmarkSource), RunError> {
    let failed = |source| RunError::Benchmark { name: name.into(), source };
    if let Some(shipped) = SHIPPED.iter().find(|s| s.name == name) {
        let document = xccdf::read::read_in(Cursor::new(shipped.xml), detail).map_err(failed)?;
        let source = BenchmarkSource { name: name.into(), sha256: document.sha256.clone(), shipped: true };
        return Ok((document, source));
    }
    let path = Path::new(name);
    let file = input::seekable(path, input::DOCUMENT).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => {
            let names: Vec<&str> = SHIPPED.iter().map(|s| s.name).collect();
            RunError::Selection(format!(
                "benchmark {name}: there is no such file, and no shipped benchmark of that name ({})",
                names.join(", ")
            ))
        }
        _ => cannot(Doing::ReadBenchmark, path)(source),
    })?;
    let document = xccdf::read::read_entry(file, detail, choice.component.as_deref()).map_err(failed)?;
    let file_name = document.entry.as_deref().map_or(path, Path::new).file_name();
    let name = file_name.map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    let source = BenchmarkSource { name, sha256: document.sha256.clone(), shipped: false };
    Ok((document, source))
}

/// The STIG-ID of a rule that a policy names: one of the benchmark, or one that stigprobe knows, since a
/// policy serves several benchmarks.
pub(super) fn rule_called(benchmark: &Benchmark, name: &str) -> Result<String, String> {
    let rules = benchmark.rules();
    let mut own = rules.filter(|(group, rule)| naming::is_called(*group, rule, name));
    if let Some((_, rule)) = own.next() {
        // The registry goes by STIG-IDs; a benchmark may have other words for its rules.
        let known = registry::find(rule).map(|binding| binding.stig_id);
        let own = if rule.version.is_empty() { &rule.id } else { &rule.version };
        return Ok(known.unwrap_or(own).to_owned());
    }
    registry::called(name)
        .map(|binding| binding.stig_id.to_owned())
        .ok_or_else(|| naming::unknown_among(benchmark, registry::names(), name))
}
