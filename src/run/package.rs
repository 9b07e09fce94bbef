//! A package for eMASS from finished runs: what it holds is theirs, as their manifests have it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::zips::{self, Part};
use super::{Doing, Filing, RunError, cannot};
use crate::evidence::checked::Checked;
use crate::evidence::manifest::{Digests, MANIFEST, seal};
use crate::evidence::place::Staging;
use crate::evidence::signature::{SIGNATURE, Signer, Trust};
use crate::evidence::{Evidence, FILE, LARGEST, store};
use crate::input;
use crate::outcome::{SIMULATED, file_safe, marked};
use crate::package::limits::{of_file, of_poam};
use crate::package::readme::{self, Contents, Item};
use crate::package::{Excess, LARGEST_FILE, containers};
use crate::printable::line;
use crate::report::Format;
use crate::report::json::{Results, SCHEMA};
use crate::target::Asset;

/// The formats that a run has to have for it.
const NEEDED: [Format; 5] = [Format::Ckl, Format::Cklb, Format::Json, Format::OscalPoam, Format::Xlsx];

/// A package that was made.
#[derive(Debug)]
pub struct Packed {
    /// The directory.
    pub dir: PathBuf,
    /// How many assets are in it.
    pub assets: usize,
    /// How many files.
    pub files: usize,
}

/// A run that goes into a package.
struct Taken {
    dir: PathBuf,
    checked: Checked,
    /// What its files are called, without their extensions.
    stem: String,
    results: Results,
    key: String,
    files: Vec<String>,
}

/// Makes a package of these runs in `output`, which must not be there yet or be empty. Nothing stays
/// behind where that fails: a run that is simulated, that is not as its manifest has it or lacks a format,
/// two runs of one asset, and anything that eMASS's published limits do not let through.
pub fn package(
    runs: &[PathBuf],
    output: &Path,
    system: Option<&str>,
    filing: &Filing,
    signer: Option<&Signer>,
    trust: &Trust,
) -> Result<Packed, RunError> {
    if output.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        let source = io::Error::other("the directory is not empty: name another");
        return Err(cannot(Doing::WritePackage, output)(source));
    }
    let taken: Vec<Taken> = runs.iter().map(|run| take(run, trust)).collect::<Result<_, _>>()?;
    apart(&taken)?;
    let markings: Vec<&str> = taken.iter().map(|run| run.results.target.marking.as_str()).collect();
    let marking = filing.marked(&markings)?;
    let parent = output.parent().filter(|p| !p.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let staging = Staging::new(parent).map_err(cannot(Doing::WritePackage, parent))?;
    let mut contents = Contents { system: system.map(str::to_owned), marking, assets: Vec::new() };
    for run in &taken {
        let item = run.write(staging.path(), &contents.marking)?;
        contents.assets.push(item);
    }
    let name = format!("{}README.txt", marked(&contents.marking));
    let path = staging.path().join(name);
    store::write_new(&path, readme::text(&contents).as_bytes()).map_err(cannot(Doing::WritePackage, &path))?;
    let beyond = beyond(staging.path()).map_err(cannot(Doing::WritePackage, staging.path()))?;
    if !beyond.is_empty() {
        let told: Vec<String> = beyond.iter().map(ToString::to_string).collect();
        return Err(RunError::Package(format!(
            "eMASS would not take this, and nothing was written:\n  {}",
            told.join("\n  ")
        )));
    }
    seal(staging.path(), &Digests::new(), signer).map_err(cannot(Doing::WritePackage, staging.path()))?;
    let files = staging.path().read_dir().map_err(cannot(Doing::WritePackage, staging.path()))?.count();
    staging.publish(output).map_err(cannot(Doing::WritePackage, output))?;
    Ok(Packed { dir: output.to_owned(), assets: taken.len(), files })
}

/// Reads a run and sees that it can be handed in.
fn take(dir: &Path, trust: &Trust) -> Result<Taken, RunError> {
    let refused = |why: String| RunError::Package(format!("{}: {why}", dir.display()));
    let checked = Checked::open(dir, trust).map_err(|e| RunError::Package(e.to_string()))?;
    let files: Vec<String> = checked.names().map(str::to_owned).collect();
    let mut checklists = files.iter().filter_map(|name| name.strip_suffix(&format!(".{}", Format::Ckl.extension())));
    let stem = match (checklists.next(), checklists.next()) {
        (Some(stem), None) => stem.to_owned(),
        (None, _) => return Err(refused(lacking(dir, Format::Ckl))),
        (Some(_), Some(_)) => return Err(refused("it holds more than one CKL".into())),
    };
    for format in NEEDED {
        if !files.contains(&format!("{stem}.{}", format.extension())) {
            return Err(refused(lacking(dir, format)));
        }
    }
    if !files.iter().any(|name| name == FILE) {
        return Err(refused(format!("it has no {FILE}: results without their evidence are not handed in")));
    }
    let read = |name: &str, limit: u64| {
        let read = checked.read(name, limit).map_err(cannot(Doing::ReadRun, &dir.join(name)))?;
        Ok::<_, RunError>(read.bytes)
    };
    let bytes = read(&format!("{stem}.{}", Format::Json.extension()), input::DOCUMENT)?;
    let results: Results = serde_json::from_slice(&bytes).map_err(|e| refused(format!("its results: {e}")))?;
    if results.schema != SCHEMA {
        return Err(refused(format!("its results are of the form {:?}", results.schema)));
    }
    let bytes = read(FILE, LARGEST)?;
    let evidence = Evidence::from_json(&dir.join(FILE), &bytes)?;
    if results.simulated.is_some() || evidence.simulated.is_some() || results.target.name.starts_with(SIMULATED) {
        return Err(refused(format!("it is {SIMULATED}: what was not seen on a real system is not handed in")));
    }
    if results.evidence_sha256 != crate::xccdf::ids::sha256_hex(&bytes) {
        return Err(refused(format!("its results do not rest on its {FILE}")));
    }
    let asset = Asset {
        name: results.target.name.clone(),
        web_db_site: results.target.web_db_site.clone(),
        web_db_instance: results.target.web_db_instance.clone(),
        ..Asset::default()
    };
    Ok(Taken { dir: dir.to_owned(), checked, stem, key: asset.key(), results, files })
}

fn lacking(dir: &Path, format: Format) -> String {
    format!(
        "it has no {} ({}): make it with 'stigprobe evaluate --evidence {} --format emass'",
        format.name(),
        format.describe(),
        dir.display()
    )
}

/// One asset and one STIG is one checklist: what eMASS does with a second one is not published.
fn apart(runs: &[Taken]) -> Result<(), RunError> {
    let mut known: BTreeMap<(String, String), &Path> = BTreeMap::new();
    let mut stems = BTreeSet::new();
    for run in runs {
        let name = (run.key.to_lowercase(), run.results.benchmark.id.clone());
        if let Some(other) = known.insert(name, &run.dir) {
            return Err(RunError::Package(format!(
                "{} and {} are both of asset {}: give one of them",
                other.display(),
                run.dir.display(),
                run.key
            )));
        }
        if !stems.insert(file_safe(&run.stem).to_lowercase()) {
            return Err(RunError::Package(format!("{}: its files have the names of another run's", run.dir.display())));
        }
    }
    Ok(())
}

impl Taken {
    /// Writes what belongs to this run into the package.
    fn write(&self, to: &Path, marking: &str) -> Result<Item, RunError> {
        let name = |extension: &str| format!("{}.{extension}", self.stem);
        for format in NEEDED.into_iter().filter(|f| *f != Format::Json) {
            let name = name(format.extension());
            let (bytes, to) = (self.read(&name)?, to.join(&name));
            store::write_new(&to, &bytes).map_err(cannot(Doing::WritePackage, &to))?;
        }
        let document = containers::document(&self.results, &self.key).map_err(|e| RunError::Package(e.to_string()))?;
        let path = to.join(name("emass-containers.json"));
        store::write_new(&path, document.as_bytes()).map_err(cannot(Doing::WritePackage, &path))?;
        let mut files: Vec<Part<'_>> = self.files.iter().map(|name| Part::File(&self.checked, name)).collect();
        files.push(Part::Bytes(MANIFEST, self.checked.list()));
        files.extend(self.checked.signature().map(|signature| Part::Bytes(SIGNATURE, signature)));
        // The names of what is made here show the marking of the whole.
        let own = marked(&self.results.target.marking);
        let rest = self.stem.strip_prefix(&own).unwrap_or(&self.stem);
        let stem = format!("{}{rest}", marked(marking));
        let evidence = zips::write(&files, to, &stem, LARGEST_FILE).map_err(cannot(Doing::WritePackage, to))?;
        Ok(Item {
            key: self.key.clone(),
            benchmark: line(&format!("{} {}", self.results.benchmark.title, self.results.benchmark.revision)),
            standing: standing(&self.results),
            ckl: name(Format::Ckl.extension()),
            cklb: name(Format::Cklb.extension()),
            poam: name(Format::Xlsx.extension()),
            oscal: name(Format::OscalPoam.extension()),
            containers: name("emass-containers.json"),
            evidence,
            long: self.long_details()?,
        })
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, RunError> {
        let read = self.checked.read(name, input::DOCUMENT);
        Ok(read.map_err(cannot(Doing::ReadRun, &self.dir.join(name)))?.bytes)
    }

    /// The rules whose finding details are longer than a test result takes.
    fn long_details(&self) -> Result<Vec<String>, RunError> {
        let name = format!("{}.{}", self.stem, Format::Cklb.extension());
        let wrong = |e| RunError::Package(format!("{}: {e}", self.dir.join(&name).display()));
        let checklist: serde_json::Value = serde_json::from_slice(&self.read(&name)?).map_err(wrong)?;
        let rules = checklist["stigs"][0]["rules"].as_array();
        let long = rules.into_iter().flatten().filter(|rule| {
            let details = rule["finding_details"].as_str().unwrap_or_default();
            details.chars().count() > crate::package::limits::TEST_RESULT
        });
        Ok(long.filter_map(|rule| rule["rule_version"].as_str().map(str::to_owned)).collect())
    }
}

fn standing(results: &Results) -> String {
    let counts = &results.counts;
    format!(
        "{} open, {} undecided, {} not a finding per automated check, {} not applicable, {} left out",
        counts.fail,
        counts.error + counts.unknown + counts.notchecked,
        counts.pass + counts.fixed,
        counts.notapplicable,
        counts.notselected + counts.informational
    )
}

/// What in a directory is beyond eMASS's limits.
fn beyond(dir: &Path) -> io::Result<Vec<Excess>> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = dir.read_dir()?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        found.extend(of_file(&name, entry.metadata()?.len()));
        if name.ends_with(Format::Xlsx.extension()) {
            let workbook = input::bounded(input::regular(&entry.path())?, input::DOCUMENT)?;
            found.extend(of_poam(&name, &workbook));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
