//! Whom a result speaks of, and so whom somebody else's word must speak of to close a rule.
//!
//! | whose word | speaks of | closes |
//! |---|---|---|
//! | a scan by Nessus | the hosts that it visited | a rule about UCP, DTR or Kubernetes by one host; any other only if it visited every node of [`Population::Nodes`] |
//! | an earlier checklist | the asset that it is filed under | what only a person can answer, for the asset of the same name |
//! | `[[attest]]` of the policy | the whole asset: the organisation answers for all nodes | what a person may answer, never what is open |
//! | `[[waiver]]` of the policy | the whole asset | nothing: the result stands, with the exception beside it |

use crate::facts::Facts;
use crate::target::EngineUri;

/// The nodes that the results of an asset speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Population {
    /// The asset is a node, and no more than that.
    Asset,
    /// Each of these nodes, which is known by any of its names and addresses.
    Nodes(Vec<Vec<String>>),
    /// These nodes, and others perhaps: the evidence has no list of them.
    Unlisted {
        /// Those that are known.
        known: Vec<Vec<String>>,
        /// Why there is no list.
        reason: String,
    },
}

impl Population {
    /// That of a whole cluster, by the roster of its evidence.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let all = |nodes: &[crate::facts::fleet::KnownNode<'_>]| {
            let names = nodes.iter().map(|node| {
                let uris = node.addresses.iter().filter_map(|address| address.parse::<EngineUri>().ok());
                let hosts: Vec<String> = uris.filter_map(|uri| uri.host().map(String::from)).collect();
                std::iter::once(node.name.to_owned()).chain(hosts).collect()
            });
            names.collect()
        };
        match facts.population() {
            Ok(nodes) => Population::Nodes(all(&nodes)),
            Err(absent) => Population::Unlisted { known: all(&facts.known_nodes()), reason: absent.to_string() },
        }
    }

    /// Every name and address of a node, besides those of the asset.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let nodes = match self {
            Population::Asset => &[][..],
            Population::Nodes(nodes) | Population::Unlisted { known: nodes, .. } => nodes,
        };
        nodes.iter().flatten().map(String::as_str)
    }

    /// The reason why a word does not speak of all of it, where it speaks of the nodes that `is_covered` knows by
    /// their names.
    #[must_use]
    pub fn uncovered(&self, is_covered: impl Fn(&[String]) -> bool) -> Option<String> {
        const NAMED: usize = 5;
        match self {
            Population::Asset => None,
            Population::Unlisted { reason, .. } => Some(format!("the evidence has no list of the nodes ({reason})")),
            Population::Nodes(nodes) => {
                let out: Vec<&[String]> = nodes.iter().map(Vec::as_slice).filter(|names| !is_covered(names)).collect();
                let mut named: Vec<&str> =
                    out.iter().take(NAMED).filter_map(|n| n.first()).map(String::as_str).collect();
                let more = format!("{} more", out.len().saturating_sub(NAMED));
                if out.len() > NAMED {
                    named.push(&more);
                }
                (!out.is_empty()).then(|| format!("it does not speak of {}", named.join(", ")))
            }
        }
    }
}
