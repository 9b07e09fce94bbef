//! Signatures of an ARF (TMSAD; SP 800-126 r3, section 4.8), as far as their form goes. Nothing is
//! verified.

use std::collections::{HashMap, HashSet};

use super::envelope::Envelope;
use super::requirements;
use super::{Open, is_child_of};
use crate::xccdf::validate::problem::Report;
use crate::xccdf::validate::tables::{ARF, DSIG};
use crate::xml::read::{Position, Tag, excerpt};

/// TMSAD's properties of a signature.
const TMSAD: &str = "http://scap.nist.gov/schema/xml-dsig/1.0";
/// `XPath` filter 2.
const FILTER: &str = "http://www.w3.org/2002/06/xmldsig-filter2";

/// One signature in an `extended-info`.
struct Signature {
    position: Position,
    id: Option<String>,
    has_info: bool,
    has_key: bool,
    objects: HashSet<String>,
    properties: HashSet<String>,
    /// The URIs of those references that are the first of their parent.
    first: Vec<String>,
    /// The URI of the second reference of `SignedInfo`.
    second: Option<String>,
    /// How many transforms of the first references are `XPath` filters.
    filters: usize,
    /// Whose references are being counted, and how many there were.
    counted: Option<(Position, usize)>,
}

/// All of a document's.
#[derive(Default)]
pub(super) struct Signatures {
    open: Option<(usize, Signature)>,
    ended: Vec<Signature>,
    /// How often each id is a signature's, wherever that stands.
    ids: HashMap<String, usize>,
}

impl Signatures {
    /// An element begins.
    pub(super) fn start(&mut self, above: &[Open], start: &Tag<'_>, position: Position) {
        let name = start.name();
        let attribute = |name: &str| start.attribute(name).map(|a| a.value.to_owned());
        if start.is(DSIG, "Signature") {
            let id = attribute("Id");
            if let Some(id) = &id {
                *self.ids.entry(id.clone()).or_default() += 1;
            }
            if self.open.is_none() && is_child_of(above, ARF, "extended-info") {
                self.open = Some((above.len(), Signature::new(position, id)));
                return;
            }
        }
        let Some((depth, signature)) = &mut self.open else {
            return;
        };
        match start.namespace() {
            Some(TMSAD) => signature.has_info |= name == "signature-info",
            Some(DSIG) => {}
            _ => return,
        }
        match name {
            "KeyInfo" => signature.has_key |= above.len() == *depth + 1,
            "Object" => signature.objects.extend(attribute("Id")),
            "SignatureProperties" => signature.properties.extend(attribute("Id")),
            "Reference" => {
                let parent = above.last();
                let at = parent.map_or(position, |open| open.position);
                let is_signed_info =
                    above.len() == *depth + 2 && parent.is_some_and(|open| open.is(DSIG, "SignedInfo"));
                signature.refer(at, attribute("URI"), is_signed_info);
            }
            "Transform" if attribute("Algorithm").as_deref() == Some(FILTER) => {
                let is_first = signature.counted.is_some_and(|(_, count)| count == 1);
                signature.filters += usize::from(is_first);
            }
            _ => {}
        }
    }

    /// An element ends below so many others.
    pub(super) fn end(&mut self, above: usize) {
        if let Some((_, signature)) = self.open.take_if(|(depth, _)| *depth == above) {
            self.ended.push(signature);
        }
    }

    /// The collection has ended.
    pub(super) fn finish(&self, envelope: &Envelope, report: &mut Report) {
        for signature in &self.ended {
            signature.check(report);
            let count = signature.id.as_ref().and_then(|id| self.ids.get(id));
            if count != Some(&1) {
                let what = match &signature.id {
                    None => "it has no Id".to_owned(),
                    Some(id) => format!("its Id '{}' is that of another as well", excerpt(id)),
                };
                let text = format!("Signature: {what}; the original of a countersigned one is not kept beside it");
                requirements::COUNTERSIGNED.unmet(signature.position, &text, report);
            }
        }
        if !self.ended.is_empty() && !envelope.has_request() {
            let text = "asset-report-collection: it is signed, and the data stream collection \
                        that it comes from is not in it";
            requirements::SIGNED_SOURCE.unmet(envelope.root(), text, report);
        }
    }
}

impl Signature {
    fn new(position: Position, id: Option<String>) -> Self {
        Signature {
            position,
            id,
            has_info: false,
            has_key: false,
            objects: HashSet::new(),
            properties: HashSet::new(),
            first: Vec::new(),
            second: None,
            filters: 0,
            counted: None,
        }
    }

    /// One more reference of the parent that stands there.
    fn refer(&mut self, parent: Position, uri: Option<String>, is_signed_info: bool) {
        let count = match self.counted {
            Some((before, count)) if before == parent => count + 1,
            _ => 1,
        };
        self.counted = Some((parent, count));
        match count {
            1 => self.first.extend(uri),
            2 if is_signed_info => self.second = uri,
            _ => {}
        }
    }

    fn check(&self, report: &mut Report) {
        let at = self.position;
        let local = |uri: &str, ids: &HashSet<String>| uri.strip_prefix('#').is_some_and(|id| ids.contains(id));
        if !self.has_info {
            let text = "Signature: no signature-info says in its SignatureProperties who signed \
                        and when";
            requirements::SIGNATURE_INFO.unmet(at, text, report);
        }
        let mut first = self.first.iter();
        if !first.any(|uri| uri.is_empty() || local(uri, &self.objects)) {
            let text = "Signature: its first Reference is neither to the collection (URI=\"\") \
                        nor to an Object of it";
            requirements::SIGNED.unmet(at, text, report);
        }
        if self.filters != 2 {
            let text = format!(
                "Signature: its first Reference has {} XPath filters ({FILTER}), not the two that \
                 leave signatures out",
                self.filters
            );
            requirements::TRANSFORMS.unmet(at, &text, report);
        }
        if !self.second.as_ref().is_some_and(|uri| local(uri, &self.properties)) {
            let text = "Signature: its second Reference is not to its SignatureProperties";
            requirements::PROPERTIES.unmet(at, text, report);
        }
        if !self.has_key {
            let text = "Signature: it has no KeyInfo";
            requirements::KEY.unmet(at, text, report);
        }
    }
}
