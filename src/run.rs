//! The whole story on one page: load, collect, evaluate, report.

mod load;

use std::collections::BTreeSet;
use std::fs::File;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};

use crate::collect::{self, CollectError, Progress, Targets};
use crate::evaluate::{Case, evaluate};
use crate::evidence::place::{Staging, free_name, point_latest};
use crate::evidence::{self, Bundle, BundleError, Evidence, store};
use crate::outcome::{BenchmarkSource, Interpretation, Outcome, SIMULATED, file_safe};
use crate::plan::Plan;
use crate::policy::{Policy, PolicyError};
use crate::report::{self, Format};
use crate::target::Asset;
use crate::xccdf::apply::Texts;
use crate::xccdf::stream::Choice;
use crate::xccdf::{Benchmark, Profile, ReadError};

pub use load::{load_any, load_benchmark, load_document, prepare};

/// Why a scan could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The benchmark cannot be read.
    #[error("benchmark {name}: {source}")]
    Benchmark {
        /// The file.
        name: String,
        /// What is wrong.
        source: ReadError,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// What was asked for does not fit the benchmark.
    #[error("{0}")]
    Selection(String),
    /// The evidence cannot be used or kept.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Collecting could not begin, or was broken off.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// What the results are to be filed under does not do.
    #[error("asset: {0}")]
    Asset(String),
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> RunError {
    let path = path.to_owned();
    move |source| RunError::File { path, source }
}

/// What a run is made with.
#[derive(Clone, Debug)]
pub struct Request {
    /// A benchmark file, or the name of a shipped one.
    pub benchmark: String,
    /// A profile of the benchmark, or of the tailoring.
    pub profile: Option<String>,
    /// A tailoring: a file, or a component of the data stream that the benchmark came in.
    pub tailoring: Option<String>,
    /// Only these rules, when any are named.
    pub only: Vec<String>,
    /// The policy.
    pub policy: PolicySource,
    /// Which reading decides.
    pub interpretation: Interpretation,
}

/// Where the policy comes from.
#[derive(Clone, Debug)]
pub enum PolicySource {
    /// There is none.
    None,
    /// A file.
    File(PathBuf),
    /// One that is at hand already (the lab's).
    Given(Box<Policy>),
}

/// A request with everything that it names read.
#[derive(Debug)]
pub struct Loaded {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// Where it came from.
    pub source: BenchmarkSource,
    /// The profile that applies.
    pub profile: Option<Profile>,
    /// What is to be decided.
    pub plan: Plan,
    /// What the organisation wants.
    pub policy: Policy,
    /// Which reading decides.
    pub interpretation: Interpretation,
}

/// Reads benchmark and policy and plans the run. Nothing is asked of any target yet.
pub fn load(request: &Request) -> Result<Loaded, RunError> {
    let (document, source) = load_document(&request.benchmark, &Choice::default())?;
    let (benchmark, profile) = prepare(
        document,
        request.profile.as_deref(),
        request.tailoring.as_deref(),
    )?;
    let plan =
        Plan::new(&benchmark, profile.as_ref(), &request.only).map_err(RunError::Selection)?;
    let benchmark = Texts::fill_in(benchmark, &plan.applied.values);
    let policy = match &request.policy {
        PolicySource::None => Policy::default(),
        PolicySource::Given(policy) => (**policy).clone(),
        PolicySource::File(path) => {
            let text = std::fs::read_to_string(path).map_err(file_error(path))?;
            Policy::parse(path, &text, |path| std::fs::read(path))?
        }
    };
    Ok(Loaded {
        benchmark,
        source,
        profile,
        plan,
        policy,
        interpretation: request.interpretation,
    })
}

/// A finished run: what came out, and where it lies.
#[derive(Debug)]
pub struct Finished {
    /// What came out.
    pub outcome: Outcome,
    /// The directory of the run.
    pub dir: PathBuf,
    /// What went wrong beside the results.
    pub warnings: Vec<String>,
}

/// Collects, evaluates and reports in one go.
pub async fn scan(
    loaded: &Loaded,
    targets: &Targets,
    asset: Asset,
    formats: &BTreeSet<Format>,
    output: &Path,
    progress: &dyn Progress,
    interrupt: impl Future<Output = ()>,
) -> Result<Finished, RunError> {
    // The place for results is made first: better to fail in the first second than after an hour.
    let staging = Staging::new(output).map_err(file_error(output))?;
    let collected = collect::collect(
        &loaded.plan.needs(),
        targets,
        staging.path(),
        progress,
        interrupt,
    )
    .await?;
    let asset = identify(asset, targets, collected.simulated.is_some()).map_err(RunError::Asset)?;
    let warnings = collected.warnings.clone();
    let bundle = Evidence::new(asset, collected).write(staging.path())?;
    let (outcome, dir) = conclude(loaded, &bundle, formats, staging, output)?;
    Ok(Finished {
        outcome,
        dir,
        warnings,
    })
}

/// Collects into one bundle, without any verdict. Gives what went wrong beside the facts.
pub async fn gather(
    loaded: &Loaded,
    targets: &Targets,
    asset: Asset,
    output: &Path,
    progress: &dyn Progress,
    interrupt: impl Future<Output = ()>,
) -> Result<(Bundle, Vec<String>), RunError> {
    if output
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some())
    {
        let source = io::Error::other(
            "the directory is not empty; evidence is not written over: name another",
        );
        return Err(RunError::File {
            path: output.into(),
            source,
        });
    }
    let parent = output
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let staging = Staging::new(parent).map_err(file_error(parent))?;
    let collected = collect::collect(
        &loaded.plan.needs(),
        targets,
        staging.path(),
        progress,
        interrupt,
    )
    .await?;
    let asset = identify(asset, targets, collected.simulated.is_some()).map_err(RunError::Asset)?;
    let warnings = collected.warnings.clone();
    let bundle = Evidence::new(asset, collected).write(staging.path())?;
    store::write_manifest(staging.path()).map_err(file_error(staging.path()))?;
    staging.publish(output).map_err(file_error(output))?;
    Ok((
        Bundle {
            dir: output.into(),
            ..bundle
        },
        warnings,
    ))
}

/// Verdicts from a bundle: no target is asked anything.
pub fn judge(
    loaded: &Loaded,
    bundle: &Bundle,
    formats: &BTreeSet<Format>,
    output: &Path,
) -> Result<Finished, RunError> {
    let staging = Staging::new(output).map_err(file_error(output))?;
    store::write(&staging.path().join(evidence::FILE), &bundle.json)
        .map_err(file_error(staging.path()))?;
    for file in bundle.evidence.facts.side_files() {
        let (from, to) = (bundle.dir.join(&file.name), staging.path().join(&file.name));
        let copied = store::create_private(&to)
            .and_then(|mut to| io::copy(&mut File::open(&from)?, &mut to));
        copied.map_err(file_error(&to))?;
    }
    let (outcome, dir) = conclude(loaded, bundle, formats, staging, output)?;
    Ok(Finished {
        outcome,
        dir,
        warnings: Vec::new(),
    })
}

fn conclude(
    loaded: &Loaded,
    bundle: &Bundle,
    formats: &BTreeSet<Format>,
    staging: Staging,
    output: &Path,
) -> Result<(Outcome, PathBuf), RunError> {
    let outcome = evaluate(&Case {
        benchmark: &loaded.benchmark,
        source: &loaded.source,
        profile: loaded.profile.as_ref(),
        plan: &loaded.plan,
        bundle,
        policy: &loaded.policy,
        interpretation: loaded.interpretation,
    });
    let stem = outcome.file_stem();
    for &format in formats {
        let name = format!("{stem}.{}", format.extension());
        let path = staging.path().join(&name);
        store::write(&path, report::write(format, &outcome).as_bytes())
            .map_err(file_error(&path))?;
        if format == Format::Json {
            // A name that scripts can know beforehand.
            let link = staging.path().join("results.json");
            std::os::unix::fs::symlink(&name, &link).map_err(file_error(&link))?;
        }
    }
    store::write_manifest(staging.path()).map_err(file_error(staging.path()))?;

    let asset_dir = output.join(file_safe(&outcome.asset.name));
    store::create_dirs(&asset_dir).map_err(file_error(&asset_dir))?;
    let base = format!("{}-{}", outcome.stamp(), &outcome.digest()[..8]);
    let dir = free_name(&asset_dir, &base);
    staging.publish(&dir).map_err(file_error(&dir))?;
    point_latest(&asset_dir, &dir).map_err(file_error(&asset_dir))?;
    Ok((outcome, dir))
}

/// Fills in what the configuration does not say of the asset, and marks one that is not real.
fn identify(mut asset: Asset, targets: &Targets, simulated: bool) -> Result<Asset, String> {
    let urls = [
        targets.ucp.as_ref().map(|t| &t.url),
        targets.dtr.as_ref().map(|t| &t.url),
    ];
    let host = urls.into_iter().flatten().find_map(|url| url.host_str());
    let host = host.unwrap_or("unnamed").trim_matches(['[', ']']);
    let is_ip = host.parse::<std::net::IpAddr>().is_ok();
    if asset.name.is_empty() {
        host.clone_into(&mut asset.name);
        if asset.fqdn.is_empty() && !is_ip && host.contains('.') {
            host.clone_into(&mut asset.fqdn);
        }
        if asset.ip.is_empty() && is_ip {
            asset.ip.push(host.to_owned());
        }
    }
    if simulated {
        asset.name = format!("{SIMULATED}-{}", asset.name);
    }
    asset.check()?;
    Ok(asset)
}
