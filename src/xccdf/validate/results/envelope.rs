//! The envelope: assets, requests and reports, and how they are related (NIST IR 7694).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::relationships::Relationship;
use super::requirements;
use super::{Open, is_child_of, value};
use crate::xccdf::validate::problem::{Code, Report};
use crate::xccdf::validate::tables::{AI, ARF, CORE, XCCDF_1_2};
use crate::xccdf::validate::values::is_ncname;
use crate::xml::read::{Position, Tag, excerpt, excerpt_of};

/// What an id of the envelope belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Request,
    Asset,
    Report,
    Info,
}

impl Kind {
    /// The kind of an element of the envelope, and the element that it stands in.
    fn of(name: &str) -> Option<(Self, &'static str)> {
        Some(match name {
            "report-request" => (Kind::Request, "report-requests"),
            "asset" => (Kind::Asset, "assets"),
            "report" => (Kind::Report, "reports"),
            "extended-info" => (Kind::Info, "extended-infos"),
            _ => return None,
        })
    }

    fn named(self) -> &'static str {
        match self {
            Kind::Request => "report-request",
            Kind::Asset => "asset",
            Kind::Report => "report",
            Kind::Info => "extended-info",
        }
    }
}

/// What a report holds.
pub(super) enum Body {
    /// It lies elsewhere.
    Remote,
    /// The element of this name.
    Local(String),
}

/// Where in the envelope an element stands.
struct Place {
    kind: Kind,
    id: Option<Arc<str>>,
    position: Position,
    is_remote: bool,
    /// What an asset has been seen to have.
    has: [bool; 4],
}

/// What an asset can be recognised by (SP 800-126 r3, table 20).
const RECOGNISED_BY: [&str; 4] = ["IP address", "MAC address", "fqdn", "hostname"];

/// The envelope, as far as it has come.
#[derive(Default)]
pub(super) struct Envelope {
    root: Option<Position>,
    place: Option<Place>,
    kinds: HashMap<String, Kind>,
    /// How many ids are missing, malformed or used twice. Each has been told, and may be what a
    /// reference in vain was meant for.
    spoilt: usize,
    bodies: HashMap<Arc<str>, Body>,
    relationships: Vec<Relationship>,
    has_request: bool,
    /// Assets that do not have all that they should.
    vague: Vec<Place>,
}

impl Envelope {
    /// An element begins; says whether its text is wanted.
    pub(super) fn start(&mut self, above: &[Open], start: &Tag<'_>, position: Position, report: &mut Report) -> bool {
        let name = start.name();
        match (start.namespace(), above.len()) {
            (_, 0) => self.root = Some(position),
            (Some(ARF), 2) => self.enter(above, start, position),
            (Some(ARF), 3) if name == "remote-resource" => self.remote(),
            (Some(CORE), 2) if is_child_of(above, CORE, "relationships") => {
                let relationship = Relationship::of(start, position, report);
                self.relationships.push(relationship);
            }
            (Some(CORE), 3) => return name == "ref",
            (_, 4) if is_child_of(above, ARF, "content") => self.hold_body(start, report),
            (Some(AI), _) => self.recognise(name),
            _ => {}
        }
        false
    }

    /// An element ends that its start wanted the text of.
    pub(super) fn text(&mut self, text: &str, position: Position) {
        if let Some(relationship) = self.relationships.last_mut() {
            relationship.refs.push((text.trim().to_owned(), position));
        }
    }

    /// An element ends below so many others.
    pub(super) fn end(&mut self, above: usize) {
        if above == 2
            && let Some(place) = self.place.take()
            && place.kind == Kind::Asset
            && !place.is_remote
            && place.has != [true; 4]
        {
            self.vague.push(place);
        }
    }

    fn enter(&mut self, above: &[Open], start: &Tag<'_>, position: Position) {
        let Some((kind, parent)) = Kind::of(start.name()) else {
            return;
        };
        if !is_child_of(above, ARF, parent) {
            return;
        }
        self.has_request |= kind == Kind::Request;
        let id = value(start, "id").filter(|id| is_ncname(id));
        match &id {
            Some(id) if !self.kinds.contains_key(id) => {
                self.kinds.insert(id.clone(), kind);
            }
            _ => self.spoilt += 1,
        }
        self.place = Some(Place { kind, id: id.map(Arc::from), position, is_remote: false, has: [false; 4] });
    }

    fn remote(&mut self) {
        let Some(place) = &mut self.place else {
            return;
        };
        place.is_remote = true;
        if let (Kind::Report, Some(id)) = (place.kind, &place.id) {
            self.bodies.insert(id.clone(), Body::Remote);
        }
    }

    fn hold_body(&mut self, start: &Tag<'_>, report: &mut Report) {
        let Some(place) = self.place.as_ref().filter(|p| p.kind == Kind::Report) else {
            return;
        };
        if start.namespace() == Some(XCCDF_1_2) && start.name() != "TestResult" {
            let text = format!(
                "report: it holds the XCCDF element '{}'; results of XCCDF are a TestResult",
                excerpt(start.name())
            );
            requirements::ROOT.unmet(place.position, &text, report);
        }
        if let Some(id) = &place.id {
            let body = Body::Local(start.name().to_owned());
            self.bodies.insert(id.clone(), body);
        }
    }

    fn recognise(&mut self, name: &str) {
        let what = match name {
            "ip-v4" | "ip-v6" => 0,
            "mac-address" => 1,
            "fqdn" => 2,
            "hostname" => 3,
            _ => return,
        };
        if let Some(place) = &mut self.place {
            place.has[what] = true;
        }
    }

    /// The request, the report and the like that is open.
    pub(super) fn is_in(&self, kind: Kind) -> bool {
        self.place.as_ref().is_some_and(|place| place.kind == kind)
    }

    /// The id of the report that is open.
    pub(super) fn report(&self) -> Option<&Arc<str>> {
        let place = self.place.as_ref().filter(|p| p.kind == Kind::Report)?;
        place.id.as_ref()
    }

    /// What the report of that id holds.
    pub(super) fn body(&self, id: &str) -> Option<&Body> {
        self.bodies.get(id)
    }

    /// There is such a report.
    pub(super) fn is_report(&self, id: &str) -> bool {
        self.kinds.get(id) == Some(&Kind::Report)
    }

    /// There is a request.
    pub(super) fn has_request(&self) -> bool {
        self.has_request
    }

    /// The collection.
    pub(super) fn root(&self) -> Position {
        self.root.unwrap_or(Position::START)
    }

    /// Which assets each report is about.
    pub(super) fn subjects(&self) -> HashSet<(&str, &str)> {
        let all = self.relationships.iter();
        let about = all.filter(|r| r.is_about());
        about
            .filter_map(|r| Some((r.subject.as_deref()?, &r.refs)))
            .flat_map(|(subject, refs)| refs.iter().map(move |(to, _)| (subject, to.as_str())))
            .collect()
    }

    /// The collection has ended: is everything that is related there, and of the right kind?
    pub(super) fn finish(&self, report: &mut Report) {
        let mut explained: HashSet<&str> = HashSet::new();
        for relationship in &self.relationships {
            let (at, written) = (relationship.position, relationship.written.as_str());
            let (subject, to) = relationship.ends();
            if let Some(id) = &relationship.subject {
                self.hold(("relationship: its subject", written, id), at, subject, &mut explained, report);
            }
            for (id, at) in &relationship.refs {
                self.hold(("ref: its text", written, id), *at, to, &mut explained, report);
            }
        }
        self.check_assets(report);
        if !self.has_request {
            let text = "asset-report-collection: the data stream collection that the results were \
                        made with is not in it; it belongs into a report-request";
            requirements::SOURCE.unmet(self.root(), text, report);
            let text = "asset-report-collection: without a report-request, a tailoring that was \
                        used is not in it either";
            requirements::TAILORING.unmet(self.root(), text, report);
        }
    }

    /// What was evaluated should be there to be recognised; other assets need not.
    fn check_assets(&self, report: &mut Report) {
        let targets: HashSet<&str> = self.subjects().into_iter().map(|(_, to)| to).collect();
        for place in &self.vague {
            if !place.id.as_deref().is_some_and(|id| targets.contains(id)) {
                continue;
            }
            let all = RECOGNISED_BY.iter().zip(place.has);
            let missing: Vec<&str> = all.filter(|(_, has)| !has).map(|(what, _)| *what).collect();
            let text = format!("asset: it has no {}; where the asset has one, it belongs there", missing.join(", no "));
            requirements::ASSET.unmet(place.position, &text, report);
        }
    }

    /// One end of a relationship: who says so, under which term, and the id.
    fn hold<'a>(
        &'a self,
        (who, written, id): (&str, &str, &'a str),
        position: Position,
        wanted: Option<Kind>,
        explained: &mut HashSet<&'a str>,
        report: &mut Report,
    ) {
        let shown = excerpt_of(id, 120);
        match (self.kinds.get(id), wanted) {
            (None, _) => {
                // What is no name has been told.
                if !is_ncname(id) || explained.contains(id) {
                    return;
                }
                if explained.len() < self.spoilt {
                    explained.insert(id);
                    return;
                }
                let text = format!(
                    "{who} '{shown}' is the id of no report-request, asset, report or \
                     extended-info (NIST IR 7694)"
                );
                report.add(position, Code::DanglingReference, text);
            }
            (Some(kind), Some(wanted)) if *kind != wanted => {
                let text = format!(
                    "{who} '{shown}' is the id of a {}; '{written}' wants a {} there \
                     (NIST IR 7694, section 6)",
                    kind.named(),
                    wanted.named()
                );
                report.add(position, Code::WrongRelationship, text);
            }
            _ => {}
        }
    }
}
