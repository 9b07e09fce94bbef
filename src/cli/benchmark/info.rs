//! `stigprobe benchmark info`.

use std::borrow::Cow;

use serde::Serialize;

use super::{Which, title};
use crate::cli::CLEAN;
use crate::cli::output::{self, Failed};
use crate::registry;
use crate::report::text::line;
use crate::run;
use crate::xccdf::apply::{Only, apply};
use crate::xccdf::ids::check_digest;
use crate::xccdf::model::{Collection, Component, ComponentContent, Profile, ReportCollection, Tailoring, Written};
use crate::xccdf::read::{Content, Detail};
use crate::xccdf::resolve::{AbstractProfiles, Unresolvable, resolved};
use crate::xccdf::stream::Choice;
use crate::xccdf::{Benchmark, Rule};

// Options of `benchmark info`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let choice = args.which.choice();
    let detail = if args.json { Detail::Full } else { Detail::Outline };
    let (document, source) = run::load_any(&args.which.benchmark, detail, &choice)?;
    match &document.content {
        Content::Tailoring(tailoring) => {
            print(args.json, &tailoring_info(tailoring), || tailoring_text(tailoring))?;
        }
        Content::TestResult { schema, id } => {
            let info = serde_json::json!({
                "document_type": "test-result", "xccdf_version": schema.version(), "id": id,
            });
            print(args.json, &info, || format!("XCCDF {} TestResult\nId        {}\n", schema.version(), line(id)))?;
        }
        Content::Reports(reports) => {
            print(args.json, &reports_info(reports), || reports_text(reports))?;
        }
        Content::Collection(collection) if !has_one(collection) && choice == Choice::default() => {
            print(args.json, &collection_info(collection), || collection_text(collection))?;
        }
        content => {
            let tailorings = match content {
                Content::Collection(collection) => tailorings(collection),
                _ => Vec::new(),
            };
            let named = |source| run::RunError::Benchmark { name: args.which.benchmark.clone(), source };
            let document = document.benchmark(&choice).map_err(named)?;
            // Selection wants inheritance worked in; everything else is said as it is written.
            let effective = effective(&document.benchmark, args.json)
                .map_err(|e| format!("benchmark {}: {e}", args.which.benchmark))?;
            let data_stream = document.stream.as_ref().map(|s| s.data_stream.as_str());
            let benchmark = &document.benchmark;
            if args.json {
                let mut info = info(benchmark, &effective, data_stream);
                info.tailorings = tailorings;
                output::print_json(&info)?;
            } else {
                output::print(&text(benchmark, &source.name, &source.sha256))?;
            }
        }
    }
    Ok(CLEAN)
}

/// The benchmark with inheritance worked in, or as it is where there is none: that it can be worked
/// in has to be seen in any case.
fn effective(benchmark: &Benchmark, is_asked: bool) -> Result<Cow<'_, Benchmark>, Unresolvable> {
    if benchmark.resolved || !(is_asked || benchmark.inherits()) {
        return Ok(Cow::Borrowed(benchmark));
    }
    resolved(benchmark.clone(), AbstractProfiles::Keep).map(Cow::Owned)
}

fn reports_info(reports: &ReportCollection) -> serde_json::Value {
    let requests = reports
        .requests
        .iter()
        .map(|r| serde_json::json!({"id": r.id, "content": r.content, "benchmarks": r.benchmarks}));
    let came_out =
        reports.reports.iter().map(|r| serde_json::json!({"id": r.id, "content": r.content, "benchmark": r.result_of}));
    serde_json::json!({
        "document_type": "asset-report-collection",
        "assets": reports.assets,
        "report_requests": requests.collect::<Vec<_>>(),
        "reports": came_out.collect::<Vec<_>>(),
    })
}

fn reports_text(reports: &ReportCollection) -> String {
    let mut text = "ARF 1.1: results, not a benchmark\n".to_owned();
    for asset in &reports.assets {
        text += &format!("Asset     {}\n", line(asset));
    }
    for request in &reports.requests {
        text += &format!("Request   {} ({})\n", line(&request.id), line(&request.content));
        for benchmark in &request.benchmarks {
            text += &format!("          Benchmark {}\n", line(benchmark));
        }
    }
    for report in &reports.reports {
        let of = report.result_of.as_deref().map(|of| format!(" of {}", line(of)));
        let of = of.unwrap_or_default();
        text += &format!("Report    {} ({}{of})\n", line(&report.id), line(&report.content));
    }
    text
}

fn print(json: bool, info: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failed> {
    if json { output::print_json(info) } else { output::print(&text()) }
}

/// The collection holds one benchmark. Of none or several it is told what there is.
fn has_one(collection: &Collection) -> bool {
    let is_benchmark = |c: &ComponentContent| matches!(c, ComponentContent::Benchmark(_));
    collection.components.iter().filter(|c| is_benchmark(&c.content)).count() == 1
}

/// The tailorings of a collection, whichever data streams name them.
fn tailorings(collection: &Collection) -> Vec<serde_json::Value> {
    let of = |c: &Component| match &c.content {
        ComponentContent::Tailoring(tailoring) => {
            let mut info = tailoring_info(tailoring);
            info["component"] = c.id.as_str().into();
            Some(info)
        }
        _ => None,
    };
    collection.components.iter().filter_map(of).collect()
}

fn collection_info(collection: &Collection) -> serde_json::Value {
    let kind = |id: Option<&str>| {
        let found = collection.components.iter().find(|c| Some(c.id.as_str()) == id)?;
        Some(match &found.content {
            ComponentContent::Benchmark(b) => ("benchmark", b.id.as_str(), b.profiles.as_slice()),
            ComponentContent::Tailoring(t) => ("tailoring", t.id.as_str(), t.profiles.as_slice()),
            ComponentContent::Dictionary(_) => ("cpe-dictionary", "", &[][..]),
            ComponentContent::Other(name) => (name.as_str(), "", &[][..]),
        })
    };
    let streams = collection.data_streams.iter().map(|stream| {
        let refs = stream.checklists.iter().chain(&stream.dictionaries).chain(&stream.checks);
        let components = refs.map(|r| {
            let (kind, id, profiles) = kind(r.component()).unwrap_or(("elsewhere", "", &[][..]));
            let mut info = serde_json::json!({
                "component_ref": r.id, "component": r.component(), "type": kind, "id": id,
            });
            if matches!(kind, "benchmark" | "tailoring") {
                info["profiles"] = profiles.iter().map(profile_info).collect();
            }
            info
        });
        serde_json::json!({
            "id": stream.id, "scap_version": stream.scap_version, "use_case": stream.use_case,
            "components": components.collect::<Vec<_>>(),
        })
    });
    serde_json::json!({
        "document_type": "data-stream-collection",
        "id": collection.id,
        "data_streams": streams.collect::<Vec<_>>(),
    })
}

fn collection_text(collection: &Collection) -> String {
    let mut text = format!("SCAP source data stream collection\nId        {}\n", line(&collection.id));
    for stream in &collection.data_streams {
        let (id, version) = (line(&stream.id), line(&stream.scap_version));
        text += &format!("Stream    {id} (SCAP {version})\n");
        for checklist in &stream.checklists {
            text += &format!("          --component {}\n", line(&checklist.id));
        }
    }
    text
}

fn profile_info(profile: &Profile) -> serde_json::Value {
    serde_json::json!({"id": profile.id, "title": profile.title, "extends": profile.extends})
}

fn tailoring_info(tailoring: &Tailoring) -> serde_json::Value {
    let profiles = tailoring.profiles.iter().map(profile_info);
    serde_json::json!({
        "document_type": "tailoring",
        "xccdf_version": tailoring.schema.version(),
        "id": tailoring.id,
        "benchmark_href": tailoring.benchmark_href,
        "version": tailoring.version,
        "status": tailoring.statuses.first().map_or("", |s| s.value.as_str()),
        "profiles": profiles.collect::<Vec<_>>(),
    })
}

fn tailoring_text(tailoring: &Tailoring) -> String {
    let mut text = format!("XCCDF {} Tailoring\nId        {}\n", tailoring.schema.version(), line(&tailoring.id));
    for profile in &tailoring.profiles {
        let (id, title) = (line(&profile.id), line(&profile.title));
        text += &format!("Profile   {id} ({title})\n");
    }
    text
}

/// The JSON of `benchmark info`: a contract. Values stand as they are written in the file.
#[derive(Serialize)]
struct Info<'a> {
    document_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_stream: Option<&'a str>,
    benchmark_id: &'a str,
    xccdf_version: &'a str,
    version: &'a str,
    release_info: &'a str,
    title: &'a str,
    status: &'a str,
    groups: usize,
    values: usize,
    resolved: bool,
    models: &'a [String],
    check_systems: Vec<&'a str>,
    test_results: &'a [String],
    profiles: Vec<ProfileInfo<'a>>,
    /// Those of the data stream collection that the benchmark is in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tailorings: Vec<serde_json::Value>,
    rules: Vec<RuleInfo<'a>>,
}

#[derive(Serialize)]
struct ProfileInfo<'a> {
    id: &'a str,
    title: &'a str,
    selected: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    extends: Option<&'a str>,
    #[serde(rename = "abstract", skip_serializing_if = "is_false")]
    is_abstract: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[derive(Serialize)]
struct RuleInfo<'a> {
    id: &'a str,
    group_id: Option<&'a str>,
    severity: &'a str,
    weight: &'a str,
    version: &'a str,
    title: &'a str,
    ccis: Vec<&'a str>,
    idents: Vec<IdentInfo<'a>>,
    check_digest: Option<String>,
    /// Of `severity` and `weight`, those that the file does not state: XCCDF's default stands there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    defaults: Vec<&'static str>,
}

/// The attributes of a rule that its file does not state.
fn defaults(rule: &Rule) -> Vec<&'static str> {
    let all = [("severity", Written::SEVERITY), ("weight", Written::WEIGHT)];
    all.into_iter().filter(|(_, bit)| !rule.common.written.has(*bit)).map(|(name, _)| name).collect()
}

/// A name of a rule in another system.
#[derive(Serialize)]
pub(super) struct IdentInfo<'a> {
    system: &'a str,
    value: &'a str,
}

impl<'a> IdentInfo<'a> {
    /// All of a rule's.
    pub(super) fn of(rule: &'a Rule) -> Vec<Self> {
        let idents = rule.idents.iter();
        idents.map(|i| IdentInfo { system: &i.system, value: &i.value }).collect()
    }
}

fn info<'a>(benchmark: &'a Benchmark, effective: &Benchmark, data_stream: Option<&'a str>) -> Info<'a> {
    let selected = |id: &str| {
        let profile: Option<&Profile> = effective.profiles.iter().find(|p| p.id == id);
        let applied = apply(effective, profile, &Only::default());
        applied.rules.iter().filter(|r| r.selected).count()
    };
    let mut systems: Vec<&str> = Vec::new();
    for (_, rule) in benchmark.rules() {
        let combined = rule.complex_check.as_ref().map(|c| c.checks());
        for check in rule.checks.iter().chain(combined.into_iter().flatten()) {
            // DISA's systems are numbers of checks, one for each rule: those are no systems.
            if check.system.contains(':') && !systems.contains(&check.system.as_str()) {
                systems.push(&check.system);
            }
        }
    }
    Info {
        document_type: "benchmark",
        data_stream,
        benchmark_id: &benchmark.id,
        xccdf_version: benchmark.schema.version(),
        version: &benchmark.version,
        release_info: benchmark.release_info(),
        title: &benchmark.title,
        status: benchmark.statuses.first().map_or("", |s| &s.value),
        groups: benchmark.group_count(),
        values: benchmark.all_values().count(),
        resolved: benchmark.resolved,
        models: &benchmark.models,
        check_systems: systems,
        test_results: &benchmark.test_results,
        tailorings: Vec::new(),
        profiles: benchmark
            .profiles
            .iter()
            .map(|p| ProfileInfo {
                id: &p.id,
                title: &p.title,
                selected: selected(&p.id),
                extends: p.extends.as_deref(),
                is_abstract: p.is_abstract,
            })
            .collect(),
        rules: benchmark
            .rules()
            .map(|(group, rule)| RuleInfo {
                id: &rule.id,
                group_id: group.map(|g| g.id.as_str()),
                severity: &rule.severity,
                weight: &rule.weight.text,
                version: &rule.version,
                title: &rule.title,
                ccis: rule.ccis().collect(),
                idents: IdentInfo::of(rule),
                check_digest: check_digest(rule),
                defaults: defaults(rule),
            })
            .collect(),
    }
}

fn text(benchmark: &Benchmark, name: &str, sha256: &str) -> String {
    let count = |severity: &str| benchmark.rules().filter(|(_, r)| r.severity == severity).count();
    let bound = benchmark.rules().filter(|(_, r)| registry::find(r).is_some()).count();
    let profiles: Vec<String> = benchmark.profiles.iter().map(|p| line(&p.id)).collect();
    let release = match benchmark.release_info() {
        "" => String::new(),
        text => format!(" ({})", line(text)),
    };
    format!(
        "{}\n\
         Id        {}\n\
         Revision  {}{release}\n\
         XCCDF     {}\n\
         File      {}\n\
         SHA-256   {sha256}\n\
         Rules     {} in {} groups: {} CAT I, {} CAT II, {} CAT III; {bound} have a probe\n\
         Profiles  {}\n",
        title(benchmark),
        line(&benchmark.id),
        line(&benchmark.revision()),
        benchmark.schema.version(),
        line(name),
        benchmark.rules().count(),
        benchmark.group_count(),
        count("high"),
        count("medium"),
        count("low"),
        profiles.join(", "),
    )
}
