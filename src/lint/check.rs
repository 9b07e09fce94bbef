//! The words of the findings: who, what becomes of it, and the row that says so.

use std::collections::BTreeMap;

use super::kind::Kind;
use super::source::Source;
use super::{MOST, Problem, Report};
use crate::xml::read::excerpt_of;

/// A tool that takes files of results in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importer {
    /// DISA's STIG Viewer, 2 for CKL and XCCDF, 3 for CKLB too; its schemas are taken to be its rules.
    StigViewer,
    /// STIG Manager: its parser, its web interface and what its API takes.
    StigManager,
    /// eMASS, by the routes of its API.
    Emass,
    /// Heimdall and SAF CLI.
    Heimdall,
    /// `OpenRMF` OSS.
    OpenRmf,
}

impl Importer {
    /// All of them.
    pub const ALL: [Importer; 5] =
        [Importer::StigViewer, Importer::StigManager, Importer::Emass, Importer::Heimdall, Importer::OpenRmf];

    /// The name for `--for`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Importer::StigViewer => "stig-viewer",
            Importer::StigManager => "stig-manager",
            Importer::Emass => "emass",
            Importer::Heimdall => "heimdall",
            Importer::OpenRmf => "openrmf",
        }
    }
}

/// What becomes of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The file is not taken at all.
    Refused,
    /// It is left out, mostly without a word.
    Dropped,
    /// Its end is left out.
    Cut,
    /// It comes in as something else.
    Mangled,
    /// It comes in, and there is something to know about it.
    Remark,
}

impl Effect {
    /// All of them, the worst first.
    pub const ALL: [Effect; 5] = [Effect::Refused, Effect::Dropped, Effect::Cut, Effect::Mangled, Effect::Remark];

    /// The word that is printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Refused => "refused",
            Effect::Dropped => "dropped",
            Effect::Cut => "cut",
            Effect::Mangled => "mangled",
            Effect::Remark => "remark",
        }
    }
}

/// What a check is about, apart from how it looks.
#[derive(Debug)]
pub(super) struct Row {
    /// Its stable name.
    pub(super) code: &'static str,
    /// Whom it concerns, and how.
    pub(super) on: &'static [(Importer, Effect)],
    /// When it is told; a clause for the documentation.
    pub(super) when: &'static str,
    /// What to do.
    pub(super) mend: &'static str,
}

/// What was found so far.
pub(super) struct Found {
    asked: Vec<Importer>,
    /// Those for whom nothing more has to be said.
    settled: Vec<Importer>,
    /// The first of each effect, [`MOST`] at most.
    hits: [Vec<Hit>; Effect::ALL.len()],
    counts: Counts,
}

/// How many problems there are of each effect, on whom.
pub(super) type Counts = BTreeMap<(Effect, Vec<Importer>), usize>;

struct Hit {
    offset: usize,
    row: &'static Row,
    effect: Effect,
    place: String,
    importers: Vec<Importer>,
    message: String,
}

impl Found {
    pub(super) fn new(asked: &[Importer]) -> Self {
        Found { asked: asked.to_vec(), settled: Vec::new(), hits: Default::default(), counts: Counts::new() }
    }

    /// This row holds for the whole file.
    pub(super) fn whole(&mut self, row: &'static Row, place: &str, message: impl Into<String>) {
        self.add(row, 0, place, message);
    }

    /// This row holds for what stands at this byte of the text.
    pub(super) fn add(
        &mut self,
        row: &'static Row,
        offset: usize,
        place: impl Into<String>,
        message: impl Into<String>,
    ) {
        let (place, message) = (place.into(), message.into());
        for effect in Effect::ALL {
            let concerned = |(importer, e): &&(Importer, Effect)| {
                *e == effect && self.asked.contains(importer) && !self.settled.contains(importer)
            };
            let importers: Vec<Importer> = row.on.iter().filter(concerned).map(|(i, _)| *i).collect();
            if importers.is_empty() {
                continue;
            }
            let hits = &mut self.hits[effect as usize];
            if hits.len() < MOST {
                hits.push(Hit {
                    offset,
                    row,
                    effect,
                    place: excerpt_of(&place, 120),
                    importers: importers.clone(),
                    message: message.clone(),
                });
            }
            *self.counts.entry((effect, importers)).or_default() += 1;
        }
    }

    /// For these importers everything has been said: they do not get to see more of the file.
    pub(super) fn settle(&mut self, row: &'static Row) {
        let refused = row.on.iter().filter(|(_, e)| *e == Effect::Refused);
        self.settled.extend(refused.map(|(importer, _)| *importer));
    }

    /// For nobody anything more has to be said.
    pub(super) fn settle_all(&mut self) {
        self.settled.clone_from(&self.asked);
    }

    /// These see no more of the file.
    pub(super) fn settle_for(&mut self, importers: &[Importer]) {
        self.settled.extend_from_slice(importers);
    }

    /// Someone still wants to hear of the file.
    pub(super) fn is_open(&self) -> bool {
        self.asked.iter().any(|i| !self.settled.contains(i))
    }

    /// The findings with their lines, in the order of the file; where they are too many, the worst.
    pub(super) fn report(self, kind: Kind, source: &Source<'_>) -> Report {
        let more = self.counts.values().sum::<usize>() > MOST;
        let mut hits: Vec<Hit> = self.hits.into_iter().flatten().collect();
        if more {
            hits.sort_by_key(|hit| (hit.effect, hit.offset));
            hits.truncate(MOST);
        } else {
            hits.sort_by_key(|hit| (hit.offset, hit.effect));
        }
        let mut problems: Vec<Problem> = Vec::with_capacity(hits.len());
        for hit in hits {
            let position = source.position(hit.offset);
            problems.push(Problem {
                line: position.line,
                column: position.column,
                effect: hit.effect,
                code: hit.row.code,
                place: hit.place,
                importers: hit.importers,
                message: hit.message,
                mend: hit.row.mend,
            });
        }
        Report { kind, problems, more, counts: self.counts }
    }
}
