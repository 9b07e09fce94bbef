//! Where paths of a node lead: what containers mount may be a link to something else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Looked;

/// Paths of the node with where they lead once all links are followed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mounts {
    /// What containers mount, and the sockets of engines.
    pub paths: BTreeMap<String, Looked<String>>,
    /// The links in `/` and in `/var`: `/bin` leads to `/usr/bin` where everything has moved below `/usr`.
    pub links: BTreeMap<String, String>,
}

impl Mounts {
    /// Where a path leads that was followed when evidence was collected.
    #[must_use]
    pub fn followed(&self, path: &str) -> Looked<&str> {
        match self.paths.get(path) {
            Some(Looked::Is(to)) => Looked::Is(to),
            Some(Looked::Missing) => Looked::Missing,
            Some(Looked::Unseen(reason)) => Looked::Unseen(reason.clone()),
            None => Looked::Unseen("it was not looked at when evidence was collected".into()),
        }
    }

    /// Where any other path leads by the links of the system alone.
    #[must_use]
    pub fn by_system(&self, path: &str) -> String {
        let leads = self.links.iter().find_map(|(link, to)| {
            let rest = path.strip_prefix(link.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
        });
        leads.unwrap_or_else(|| path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_system_lead_on() {
        let links = [("/bin", "/usr/bin"), ("/lib", "/usr/lib"), ("/var/run", "/run")];
        let links = links.map(|(link, to)| (link.to_owned(), to.to_owned()));
        let mounts = Mounts { links: links.into(), ..Mounts::default() };
        for (path, to) in [
            ("/bin", "/usr/bin"),
            ("/lib/x", "/usr/lib/x"),
            ("/lib64", "/lib64"),
            ("/var/run/docker.sock", "/run/docker.sock"),
            ("/etc", "/etc"),
        ] {
            assert_eq!(mounts.by_system(path), to);
        }
        assert!(matches!(mounts.followed("/x"), Looked::Unseen(_)));
    }
}
