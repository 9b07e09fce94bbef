//! Ids of a run, from everything that decides what reports say of it.

use sha2::{Digest, Sha256};

use super::{Outcome, TOOL_VERSION};
use crate::xccdf::ids::hex;

impl Outcome {
    /// The digest of everything that decides what the reports say. Ids and directory names are made
    /// from it, so that the same input gives the same bytes.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let tailoring = self.profile.as_ref().and_then(|p| p.tailoring.as_ref());
        for part in [
            TOOL_VERSION,
            &self.source.sha256,
            self.profile.as_ref().map_or("", |p| &p.id),
            tailoring.map_or("", |t| &t.id),
            tailoring.map_or("", |t| &t.version),
            &self.evidence_sha256,
            self.policy_sha256.as_deref().unwrap_or(""),
            self.interpretation.word(),
            &self.asset.name,
            self.imported.as_ref().map_or("", |from| &from.sha256),
        ] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        if let Some(service) = self.asset.service() {
            hash.update(format!("{}\0{}\0", service.site, service.instance).as_bytes());
        }
        for rule in &self.rules {
            hash.update([rule.result as u8, rule.after_waiver() as u8]);
            for written in [&rule.details, &rule.comments].into_iter().flatten() {
                hash.update(written.as_bytes());
                hash.update([0]);
            }
            if let Some(by_person) = &rule.severity_override {
                hash.update(by_person.severity.as_str().as_bytes());
                hash.update(by_person.reason.as_bytes());
            }
            for beside in &rule.beside {
                hash.update(beside.source.as_bytes());
                hash.update([beside.result as u8, beside.standing as u8]);
                for (name, value) in &beside.facts {
                    hash.update(format!("{name}\0{value}\0").as_bytes());
                }
            }
            if let Some(from) = &rule.tenable_learned_from {
                hash.update(from.as_bytes());
            }
        }
        hex(&hash.finalize())
    }

    /// The outcome with its digest at hand, for formats that name many things in it.
    #[must_use]
    pub fn identified(&self) -> Identified<'_> {
        Identified { outcome: self, digest: self.digest() }
    }
}

/// An outcome whose digest was taken once.
#[derive(Debug)]
pub struct Identified<'a> {
    outcome: &'a Outcome,
    digest: String,
}

impl std::ops::Deref for Identified<'_> {
    type Target = Outcome;

    fn deref(&self) -> &Outcome {
        self.outcome
    }
}

impl Identified<'_> {
    /// A UUID for the thing of this name in this run, the same whenever the run is evaluated.
    #[must_use]
    pub fn uuid(&self, name: &str) -> String {
        let mut bytes = [0; 16];
        let digest = Sha256::digest(format!("{}\n{name}", self.digest).as_bytes());
        bytes.copy_from_slice(&digest[..16]);
        // RFC 9562: version 5 (made from a name), variant 10.
        bytes[6] = bytes[6] & 0x0f | 0x50;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let h = hex(&bytes);
        format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    }
}
