//! The whole story on one page: load, collect, evaluate, report.

mod load;

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::collect::{self, CollectError, Progress, Targets};
use crate::evidence::checked::CheckError;
use crate::evidence::manifest::{Digests, seal};
use crate::evidence::order::Place;
use crate::evidence::place::Staging;
use crate::evidence::signature::{Signer, Trust};
use crate::evidence::{Bundle, BundleError, Evidence};
use crate::import::ImportError;
use crate::input;
use crate::join::Previous;
use crate::outcome::{BenchmarkSource, Interpretation, Outcome};
use crate::plan::Plan;
use crate::policy::{Policy, PolicyError};
use crate::printable;
use crate::report::Format;
use crate::report::poam::Template;
use crate::target::Asset;
use crate::when::is_credible;
use crate::xccdf::apply::Texts;
use crate::xccdf::model::Schema;
use crate::xccdf::stream::Choice;
use crate::xccdf::{Benchmark, Profile, ReadError};

pub use load::{load_any, load_benchmark, load_document, prepare};

mod beside;
mod combined;
mod conclude;
mod convert;
mod filing;
mod identify;
mod opened;
mod package;
mod past;
mod stored;
mod zips;

pub use beside::{Nessus, NessusFiles};
pub use combined::{Together, combinable, combine};
use conclude::conclude;
pub use convert::{Conversion, Converted, convert, read_results};
pub use filing::Filing;
use identify::{check_beforehand, identify, simulate};
pub use package::{Packed, package};
pub use stored::{Pruned, Stored, ahead, beyond, prune, results_of, stored};

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
    #[error("{doing} {}: {source}", printable::path(path))]
    File {
        /// What was to be done with it.
        doing: Doing,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The policy cannot be used.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A file of results cannot be taken in.
    #[error("{}: {source}", printable::path(path))]
    Results {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ImportError,
    },
    /// What was asked for does not fit the benchmark.
    #[error("{0}")]
    Selection(String),
    /// A run is not as its list says.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// The evidence cannot be used or kept.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Collecting could not begin, or was broken off.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// A package cannot be made of what was given.
    #[error("package: {0}")]
    Package(String),
    /// What the results are to be filed under does not do.
    #[error("asset: {0}")]
    Asset(String),
}

/// What could not be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Reading the policy.
    ReadPolicy,
    /// Reading the benchmark.
    ReadBenchmark,
    /// Reading the tailoring.
    ReadTailoring,
    /// Reading the key that signs.
    ReadKey,
    /// Reading results.
    ReadResults,
    /// Reading a scan by Nessus.
    ReadNessus,
    /// Reading the control ids that were learned.
    ReadIds,
    /// Writing them.
    WriteIds,
    /// Writing results.
    WriteResults,
    /// Writing a bundle of evidence.
    WriteEvidence,
    /// Removing an old run.
    RemoveRun,
    /// Reading a finished run.
    ReadRun,
    /// Writing a package.
    WritePackage,
}

impl std::fmt::Display for Doing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Doing::ReadPolicy => "the policy cannot be read from",
            Doing::ReadBenchmark => "the benchmark cannot be read from",
            Doing::ReadTailoring => "the tailoring cannot be read from",
            Doing::ReadKey => "the key that signs cannot be read from",
            Doing::ReadResults => "results cannot be read from",
            Doing::ReadNessus => "the scan by Nessus cannot be read from",
            Doing::ReadIds => "learned control ids cannot be read from",
            Doing::WriteIds => "learned control ids cannot be written to",
            Doing::WriteResults => "results cannot be written to",
            Doing::WriteEvidence => "evidence cannot be written to",
            Doing::RemoveRun => "the run cannot be removed:",
            Doing::ReadRun => "the run cannot be read from",
            Doing::WritePackage => "the package cannot be written to",
        })
    }
}

fn cannot(doing: Doing, path: &Path) -> impl FnOnce(io::Error) -> RunError {
    let path = path.to_owned();
    move |source| RunError::File { doing, path, source }
}

/// What a run is made with.
#[derive(Clone, Debug)]
pub struct Request {
    /// A benchmark file, or the name of a shipped one.
    pub benchmark: String,
    /// Which benchmark of a collection of data streams.
    pub choice: Choice,
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
    /// The edition that XCCDF results are written in.
    pub xccdf: Schema,
    /// The columns of a plan of action and milestones.
    pub poam: Template,
    /// The key that signs the manifest.
    pub sign: Option<PathBuf>,
    /// Earlier checklists and runs, whose words of people are carried over.
    pub previous: Vec<PathBuf>,
    /// Take them although they are filed under another asset.
    pub previous_any_asset: bool,
    /// Scans by Nessus, to be put beside.
    pub nessus: NessusFiles,
    /// Under which assets results are filed, and how they are marked.
    pub filing: Filing,
    /// Who must have signed the runs that are read.
    pub trust: Trust,
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
    pub benchmark: Arc<Benchmark>,
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
    /// The edition that XCCDF results are written in.
    pub xccdf: Schema,
    /// The columns of a plan of action and milestones.
    pub poam: Template,
    /// What signs the manifest.
    pub signer: Option<Signer>,
    /// Earlier checklists and runs.
    pub previous: Vec<Previous>,
    /// Scans by Nessus.
    pub nessus: Nessus,
    /// Under which assets results are filed, and how they are marked.
    pub filing: Filing,
    /// Who must have signed the runs that are read.
    pub trust: Trust,
}

/// Reads benchmark and policy and plans the run. Nothing is asked of any target yet.
pub fn load(request: &Request) -> Result<Loaded, RunError> {
    request.filing.check()?;
    let (document, source) = load_document(&request.benchmark, &request.choice)?;
    let (benchmark, profile) = prepare(document, request.profile.as_deref(), request.tailoring.as_deref())?;
    sound(&benchmark).map_err(|reason| RunError::Selection(format!("benchmark {}: {reason}", request.benchmark)))?;
    let plan = Plan::new(&benchmark, profile.as_ref(), &request.only).map_err(RunError::Selection)?;
    let benchmark = Arc::new(Texts::fill_in(benchmark, &plan.applied.values));
    let rules = |policy: Policy| policy.with_rules(|name| load::rule_called(&benchmark, name));
    let policy = match &request.policy {
        PolicySource::None => Policy::default(),
        PolicySource::Given(policy) => rules((**policy).clone())?,
        PolicySource::File(path) => {
            let text = input::named_text(path, input::SMALL).map_err(cannot(Doing::ReadPolicy, path))?;
            rules(Policy::parse(path, &text, |path| input::named(path, input::DOCUMENT))?)?
        }
    };
    let signer = request.sign.as_deref().map(read_signer).transpose()?;
    let previous = request.previous.iter().map(|path| {
        Ok(Previous {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            outcomes: people_s(read_results(path, None, None, &request.trust)?, path)?,
            any_asset: request.previous_any_asset,
        })
    });
    let previous = previous.collect::<Result<Vec<Previous>, RunError>>()?;
    for one in &previous {
        one.check(&benchmark).map_err(|e| RunError::Selection(format!("--previous: {e}")))?;
    }
    let nessus = Nessus::read(&request.nessus, &benchmark)?;
    Ok(Loaded {
        benchmark,
        source,
        profile,
        plan,
        policy,
        interpretation: request.interpretation,
        xccdf: request.xccdf,
        poam: request.poam.clone(),
        signer,
        previous,
        nessus,
        filing: request.filing.clone(),
        trust: request.trust.clone(),
    })
}

/// Results that people may have written on. What a scanner says is no person's word, and carried over as one it
/// would answer questions that only people can.
fn people_s(outcomes: Vec<Outcome>, path: &Path) -> Result<Vec<Outcome>, RunError> {
    let formats = outcomes.iter().filter_map(|o| o.imported.as_ref());
    let mut formats = formats.map(|from| from.format.as_str());
    let scans = [(".nessus", "join it with --nessus"), ("HDF", "give the checklist that it was made from")];
    let found = formats.find_map(|f| scans.into_iter().find(|(format, _)| *format == f));
    match found {
        None => Ok(outcomes),
        Some((format, instead)) => Err(RunError::Selection(format!(
            "--previous {}: {format} holds what a scanner says, and not what people wrote: {instead}",
            path.display()
        ))),
    }
}

/// Reads the key that signs manifests.
pub fn read_signer(path: &Path) -> Result<Signer, RunError> {
    let pem = input::named(path, input::SMALL).map_err(cannot(Doing::ReadKey, path))?;
    Signer::from_pem(&pem).map_err(|e| cannot(Doing::ReadKey, path)(io::Error::other(e)))
}

/// What can be scanned with: at least one rule, and no id that two rules have.
fn sound(benchmark: &Benchmark) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    match benchmark.rules().find(|(_, rule)| !ids.insert(&rule.id)) {
        Some((_, rule)) => Err(format!("two rules have the id {}: their results could not be told apart", rule.id)),
        None if ids.is_empty() => Err("it has no rules".into()),
        None => Ok(()),
    }
}

/// A finished run: what came out, and where it lies.
#[derive(Debug)]
pub struct Finished {
    /// What came out.
    pub outcome: Outcome,
    /// The directory of the run.
    pub dir: PathBuf,
    /// What came out for each node, and where it lies, where nodes have results of their own.
    pub nodes: Vec<(Outcome, PathBuf)>,
    /// What went wrong beside the results.
    pub warnings: Vec<String>,
    /// Why a scan by Nessus was not joined: the results stand without it.
    pub refused: Option<String>,
}

/// What is asked of whom, for whom.
pub struct Survey<'a> {
    /// What is to be decided, and so what has to be known.
    pub loaded: &'a Loaded,
    /// Who is asked.
    pub targets: &'a Targets,
    /// What the evidence is filed under, as far as the configuration says.
    pub asset: Asset,
    /// The scenario of the lab, where it is known beforehand that nobody real is asked. What is asked
    /// says so itself too, but a run may have nothing to ask.
    pub simulated: Option<String>,
    /// Told how far it has come.
    pub progress: &'a dyn Progress,
}

impl Survey<'_> {
    /// Collects the evidence into a directory. Gives also what went wrong beside the facts.
    async fn collect_into(
        self,
        dir: &Path,
        interrupt: impl Future<Output = ()>,
    ) -> Result<(Bundle, Vec<String>), RunError> {
        check_beforehand(&self.asset, self.targets).map_err(RunError::Asset)?;
        let now = collect::now();
        if !is_credible(now) {
            let why = format!("the clock of this machine says {now}: set it; results carry the time of their evidence");
            return Err(CollectError::Setup(why).into());
        }
        let needs = self.loaded.plan.needs();
        let mut collected = collect::collect(&needs, self.targets, dir, self.progress, interrupt).await?;
        collected.simulated = collected.simulated.or(self.simulated);
        let mut asset = identify(self.asset, self.targets, &collected.facts).map_err(RunError::Asset)?;
        if collected.simulated.is_some() {
            simulate(&mut asset);
        }
        let warnings = collected.warnings.clone();
        Ok((Evidence::new(asset, collected).write(dir)?, warnings))
    }
}

/// Collects, evaluates and reports in one go.
pub async fn scan(
    survey: Survey<'_>,
    formats: &BTreeSet<Format>,
    output: &Path,
    interrupt: impl Future<Output = ()>,
) -> Result<Finished, RunError> {
    // The place for results is made first: better to fail in the first second than after an hour.
    let staging = Staging::new(output).map_err(cannot(Doing::WriteResults, output))?;
    let loaded = survey.loaded;
    let (bundle, warnings) = survey.collect_into(staging.path(), interrupt).await?;
    let mut finished = conclude(loaded, &bundle, formats, staging, output, Place::Newest)?;
    finished.warnings.splice(0..0, warnings);
    Ok(finished)
}

/// Collects into one bundle, without any verdict. Gives what went wrong beside the facts.
pub async fn gather(
    survey: Survey<'_>,
    output: &Path,
    interrupt: impl Future<Output = ()>,
) -> Result<(Bundle, Vec<String>), RunError> {
    if output.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        let source = io::Error::other("the directory is not empty; evidence is not written over: name another");
        return Err(RunError::File { doing: Doing::WriteEvidence, path: output.into(), source });
    }
    let parent = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staging = Staging::new(parent).map_err(cannot(Doing::WriteEvidence, parent))?;
    let signer = survey.loaded.signer.as_ref();
    let (bundle, warnings) = survey.collect_into(staging.path(), interrupt).await?;
    seal(staging.path(), &Digests::new(), signer).map_err(cannot(Doing::WriteEvidence, staging.path()))?;
    staging.publish(output).map_err(cannot(Doing::WriteEvidence, output))?;
    Ok((Bundle { dir: output.into(), ..bundle }, warnings))
}

/// Verdicts from a bundle: no target is asked anything.
pub fn judge(
    loaded: &Loaded,
    bundle: &Bundle,
    formats: &BTreeSet<Format>,
    output: &Path,
) -> Result<Finished, RunError> {
    let staging = Staging::new(output).map_err(cannot(Doing::WriteResults, output))?;
    bundle.copy_to(staging.path())?;
    conclude(loaded, bundle, formats, staging, output, Place::ByTime)
}
