//! What is known: plain typed data, each piece with its origin or the reason it is absent. No I/O.
//!
//! A probe asks for a fact with [`Fact::read`] and gets it together with its [`Origin`], or gets the
//! [`Absent`] that it passes on with `?`. There is no way to a passing observation but through an
//! origin, so a probe cannot pass on what nobody saw.

pub mod access;
pub mod accounts;
pub mod address;
pub mod config;
pub mod container;
pub mod defaults;
pub mod dtr;
pub mod engine;
pub mod field;
pub mod fleet;
pub mod host;
pub mod kubernetes;
mod later;
pub mod ldap;
mod need;
pub mod proof;
mod sources;
pub mod swarm;
pub mod tags;
pub mod tls;

use std::fmt;
use std::io;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::xccdf::Verdict;
use crate::xccdf::ids::hex;

pub use later::Later;
use proof::Proven;

pub use need::Need;
pub use sources::{AnyFact, Dtr, Engine, Facts, Host, Kubernetes, Reach, Ucp};

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// Which fact it is.
    pub fact: Need,
    /// What was asked of whom (`GET https://ucp.example.mil/api/ucp/config-toml`).
    pub request: String,
    /// When the answer was complete.
    pub at: DateTime<Utc>,
    /// SHA-256 of the fact as it is kept (its JSON in the evidence), not of the raw answer: an
    /// answer may hold passwords that are not kept, and a digest over them could be used to guess.
    pub sha256: String,
    /// The node that it speaks of, where it speaks of one alone. It follows from whose fact it is
    /// ([`Facts::place`]), and is kept nowhere.
    #[serde(skip)]
    pub node: Option<String>,
}

/// Where something was seen: what an observation is made with. Its node is that of the fact, or none;
/// nothing outside of this module can name another.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    origin: &'a Origin,
    node: Option<&'a str>,
}

impl<'a> At<'a> {
    /// The fact.
    #[must_use]
    pub fn origin(self) -> &'a Origin {
        self.origin
    }

    /// The node that is spoken of, if it is one alone.
    #[must_use]
    pub fn node(self) -> Option<&'a str> {
        self.node
    }

    /// The same place, for something that is said of several nodes, or of the cluster as a whole.
    #[must_use]
    pub fn whole(self) -> Self {
        At { node: None, ..self }
    }

    /// The same fact, for what it says of this node.
    fn on(self, node: Option<&'a str>) -> Self {
        At { node, ..self }
    }

    /// The same fact, for something that it says of the node where another one was seen: what a registry
    /// says of an image that lies on a node.
    #[must_use]
    pub fn about(self, other: At<'a>) -> Self {
        At { node: other.node, ..self }
    }
}

impl<'a> From<&'a Origin> for At<'a> {
    fn from(origin: &'a Origin) -> Self {
        let node = origin.node.as_deref();
        At { origin, node }
    }
}

impl<'a> From<&&'a Origin> for At<'a> {
    fn from(origin: &&'a Origin) -> Self {
        At::from(*origin)
    }
}

impl Origin {
    /// This fact, for something that is said of several nodes, or of the cluster as a whole.
    #[must_use]
    pub fn whole(&self) -> At<'_> {
        At::from(self).whole()
    }
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read<T> {
    /// Where and when.
    pub origin: Origin,
    /// What.
    pub value: T,
}

impl<T: Serialize> Read<T> {
    /// Something that was seen just now.
    #[must_use]
    pub fn new(fact: Need, request: String, at: DateTime<Utc>, value: T) -> Self {
        let sha256 = digest(&value);
        Read { origin: Origin { fact, request, at, sha256, node: None }, value }
    }

    /// The value is still the one that the origin speaks of.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        digest(&self.value) == self.origin.sha256
    }
}

fn digest(value: &impl Serialize) -> String {
    // Piece by piece: a list of ten thousand containers is not written out once more for it.
    struct Sink(Sha256);
    impl io::Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut sink = io::BufWriter::new(Sink(Sha256::new()));
    // Facts are plain data with string keys: there is nothing in them that JSON cannot hold. Should
    // there ever be, the empty digest is one that nothing has, and the bundle is refused.
    let written = serde_json::to_writer(&mut sink, value);
    match (written, sink.into_inner()) {
        (Ok(()), Ok(sink)) => hex(&sink.0.finalize()),
        _ => String::new(),
    }
}

/// Something that was seen, or the reason it was not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact<T> {
    /// It was seen.
    Read(Read<T>),
    /// It broke off: a part was seen. Nothing can be said of the whole by it, so that [`Fact::read`] gives the reason
    /// instead. What is certainly wrong in a part is so in the whole: for that there is [`Fact::part`].
    Partial {
        /// The part.
        read: Read<T>,
        /// Why it is not the whole.
        missing: Absent,
    },
    /// It was not.
    Absent(Absent),
}

impl<T: Proven> Fact<T> {
    /// The fact, or the reason it is absent: written `facts.ucp.config.read()?` in a probe. One that lacks what every
    /// such list has is as good as absent.
    pub fn read(&self) -> Result<&Read<T>, Absent> {
        match self {
            Fact::Read(read) => match read.value.proven() {
                Ok(()) => Ok(read),
                Err(unproven) => Err(unproven.absent(&read.origin)),
            },
            Fact::Partial { missing: absent, .. } | Fact::Absent(absent) => Err(absent.clone()),
        }
    }

    /// As much as was seen, and why that is not the whole. Whoever takes the part has to keep the reason:
    /// [`crate::finding::Parts::look_at_part`] does.
    pub(crate) fn part(&self) -> (Option<&Read<T>>, Option<Absent>) {
        let part = match self {
            Fact::Read(read) | Fact::Partial { read, .. } => Some(read),
            Fact::Absent(_) => None,
        };
        (part, self.read().err())
    }
}

impl<T> Fact<T> {
    /// Nobody asked for it; for leaving a fact out of evidence that version 0.1.0 did not know.
    #[must_use]
    pub fn is_not_collected(&self) -> bool {
        matches!(self, Fact::Absent(Absent::NotCollected))
    }
}

impl<T> Default for Fact<T> {
    fn default() -> Self {
        Fact::Absent(Absent::NotCollected)
    }
}

/// Why a fact, or a value of the policy, is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Absent {
    /// The source was not configured.
    NotConfigured {
        /// The source (`UCP`).
        source: String,
        /// What to set to have it read.
        set: String,
    },
    /// Nobody asked for it: the evidence was collected for other rules.
    NotCollected,
    /// The version that collected the evidence did not know this fact, or this part of one.
    EarlierVersion {
        /// What it is, for a sentence ("the number of containers").
        what: String,
    },
    /// The organisation has not said what it wants.
    NotInPolicy {
        /// The value to set (`[ca] ucp`).
        value: String,
        /// What the value says.
        meaning: String,
    },
    /// It was asked for and did not come, or not in a shape that can be trusted.
    Failed {
        /// What was asked of whom.
        request: String,
        /// What went wrong.
        reason: String,
    },
}

impl Absent {
    /// The result of a rule that needs what is absent. Never `pass`, never `notapplicable`.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Absent::NotConfigured { .. }
            | Absent::NotCollected
            | Absent::EarlierVersion { .. }
            | Absent::NotInPolicy { .. } => Verdict::NotChecked,
            Absent::Failed { .. } => Verdict::Error,
        }
    }

    /// What is absent, in a few words.
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Absent::NotConfigured { source, .. } => source,
            Absent::NotCollected => "the evidence",
            Absent::EarlierVersion { what } => what,
            Absent::NotInPolicy { value, .. } => value,
            Absent::Failed { request, .. } => request,
        }
    }

    /// Why it is absent, beside [`Absent::place`].
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Absent::NotConfigured { set, .. } => format!("not configured: set {set}"),
            Absent::NotCollected => "does not hold this fact: it was collected for other rules".into(),
            Absent::EarlierVersion { .. } => "not collected by stigprobe 0.1.0: collect again".into(),
            Absent::NotInPolicy { meaning, .. } => format!("the policy does not set it ({meaning})"),
            Absent::Failed { reason, .. } => reason.clone(),
        }
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Absent::NotConfigured { source, set } => {
                write!(f, "{source} is not configured: set {set}")
            }
            Absent::NotCollected => {
                write!(f, "the evidence does not hold this fact: it was collected for other rules")
            }
            Absent::EarlierVersion { what } => {
                write!(f, "stigprobe 0.1.0 collected this evidence without {what}: collect again")
            }
            Absent::NotInPolicy { value, meaning } => {
                write!(f, "the policy does not set {value} ({meaning}): set it in the policy file")
            }
            Absent::Failed { request, reason } => write!(f, "{request}: {reason}"),
        }
    }
}
