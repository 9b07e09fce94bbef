//! The schemas as tables, one file for each XSD, and which of them belong together.

mod ai;
mod arf;
mod catalog;
mod common;
mod cpe;
mod dsig;
mod dublin_core;
mod platforms;
mod sds;
mod tailoring_1_1;
mod v1_1;
mod v1_2;

use super::schema::{Attr, Simple, Term, Type, may};
use crate::xml::read::Attribute;

/// A kind of document: its root, and every element that a wildcard in it may find declared.
pub(super) struct Document {
    /// What it is called.
    pub(super) name: &'static str,
    roots: &'static [&'static str],
    declared: &'static [&'static [Term]],
    /// Attributes that its schemas declare globally, beside those of `xml.xsd`.
    attributes: &'static [&'static [Attr]],
}

/// The namespace of XCCDF 1.1.4.
pub(super) const XCCDF_1_1: &str = v1_1::NS;
/// The namespace of XCCDF 1.2.
pub(super) const XCCDF_1_2: &str = v1_2::NS;

/// The namespace of the asset reporting format.
pub(super) const ARF: &str = arf::NS;
/// The namespace of its relationships.
pub(super) const CORE: &str = arf::CORE;
/// The namespace of asset identification.
pub(super) const AI: &str = ai::NS;
/// The namespace of OVAL results.
pub(super) const OVAL_RESULTS: &str = arf::OVAL_RESULTS;
/// The namespace of XML signatures.
pub(super) const DSIG: &str = common::DSIG;
/// The namespace of data streams.
pub(super) const SDS: &str = sds::NS;
/// The namespace of XML catalogs.
pub(super) const CATALOG: &str = catalog::NS;

static DOCUMENTS: &[Document] = &[
    Document {
        name: "XCCDF 1.1.4",
        roots: &["Benchmark", "TestResult"],
        declared: &[v1_1::GLOBAL, dublin_core::GLOBAL],
        attributes: &[],
    },
    Document {
        name: "XCCDF 1.2",
        roots: &["Benchmark", "TestResult", "Tailoring"],
        declared: &[v1_2::GLOBAL, cpe::GLOBAL],
        attributes: &[],
    },
    Document {
        name: "OpenSCAP's tailoring for XCCDF 1.1.4",
        roots: &["Tailoring"],
        declared: &[tailoring_1_1::GLOBAL, v1_1::GLOBAL, dublin_core::GLOBAL],
        attributes: &[],
    },
    Document {
        name: "SCAP source data stream",
        roots: &["data-stream-collection"],
        declared: &[sds::GLOBAL, v1_2::GLOBAL, cpe::GLOBAL, dsig::GLOBAL],
        attributes: &[sds::XLINK_ATTRIBUTES],
    },
    Document {
        name: "ARF 1.1",
        roots: &["asset-report-collection"],
        declared: &[
            arf::GLOBAL,
            ai::GLOBAL,
            sds::GLOBAL,
            v1_2::GLOBAL,
            cpe::GLOBAL,
            dsig::GLOBAL,
            v1_1::GLOBAL,
            dublin_core::GLOBAL,
        ],
        attributes: &[sds::XLINK_ATTRIBUTES, ai::GLOBAL_ATTRIBUTES],
    },
];

/// The attributes that are declared globally: those of `xml.xsd`.
static XML_ATTRIBUTES: &[Attr] =
    &[common::LANG, common::BASE, may("space", Simple::Words(&["default", "preserve"])).of(common::XML)];

impl Document {
    /// The declaration of an attribute that means the same on every element.
    pub(super) fn attribute(&self, attribute: Attribute<'_>) -> Option<&'static Attr> {
        let mut all = XML_ATTRIBUTES.iter().chain(self.attributes.iter().copied().flatten());
        all.find(|a| a.name == attribute.name && a.namespace == attribute.namespace)
    }

    /// The kind of document that has this root. The namespace decides, and then the name.
    pub(super) fn of_root(namespace: Option<&str>, name: &str) -> Option<&'static Document> {
        DOCUMENTS.iter().find(|document| {
            let own = document.declared[0].iter().find(|term| term.takes(namespace, name));
            own.is_some() && document.roots.contains(&name)
        })
    }

    /// Some element of that namespace is declared globally.
    pub(super) fn declares(&self, namespace: Option<&str>) -> bool {
        let mut all = self.declared.iter().flat_map(|list| list.iter());
        all.any(|term| match term {
            Term::Element { namespace: own, .. } => namespace == Some(own),
            Term::Any(..) => true,
        })
    }

    /// The type of the element that is declared globally under this name.
    pub(super) fn declared(&self, namespace: Option<&str>, name: &str) -> Option<&'static Type> {
        let mut all = self.declared.iter().flat_map(|list| list.iter());
        match all.find(|term| term.takes(namespace, name)) {
            Some(Term::Element { declared, .. }) => Some(declared),
            _ => None,
        }
    }
}
