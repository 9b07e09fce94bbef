//! Under which assets results are filed, and how they are marked.

use super::RunError;
use super::identify::simulate;
use crate::collect::base_url;
use crate::evaluate::nodes::NodeAsset;
use crate::evidence::Evidence;
use crate::target::asset::Asset;
use crate::target::config::Assets;
use crate::target::{EngineUri, marking};

/// How results are filed.
#[derive(Clone, Debug, Default)]
pub struct Filing {
    /// One asset for the cluster, or one for each node besides.
    pub assets: Assets,
    /// What is said of the assets of single nodes.
    pub nodes: Vec<Asset>,
    /// The marking that was asked for: it wins.
    pub marking: Option<String>,
    /// The marking of the configuration.
    pub configured: String,
}

impl Filing {
    /// What is wrong with it, before anything is asked.
    pub fn check(&self) -> Result<(), RunError> {
        let mut names: Vec<String> = Vec::new();
        for node in &self.nodes {
            node.check().map_err(|e| RunError::Asset(format!("[[node]] {}: {e}", node.name)))?;
            let name = node.name.to_ascii_lowercase();
            if names.contains(&name) {
                return Err(RunError::Asset(format!("[[node]]: there are two with the name {:?}", node.name)));
            }
            names.push(name);
        }
        self.marked(&[]).map(drop)
    }

    /// The marking of what is made from inputs with these.
    pub fn marked(&self, inputs: &[&str]) -> Result<String, RunError> {
        // What was asked for wins over the configuration, and is held against the inputs.
        let asked = self.marking.as_deref();
        let configured = [self.configured.as_str()];
        let own = if asked.is_some() { &[][..] } else { &configured };
        marking::settle(asked, inputs.iter().chain(own).copied()).map_err(|e| RunError::Asset(e.to_string()))
    }

    /// The asset of the cluster: what the evidence is filed under, with its marking. Where nodes have
    /// results of their own it is a service on its host, so that no node is taken for it.
    pub fn cluster(&self, evidence: &Evidence) -> Result<Asset, RunError> {
        let mut asset = evidence.asset.clone();
        asset.marking = self.marked(&[&asset.marking])?;
        if self.assets == Assets::PerNode && asset.service().is_none() {
            let asked = |kind: &str| evidence.endpoints.iter().find(|e| e.kind == kind);
            let (site, url) = match (asked("UCP"), asked("DTR")) {
                (Some(ucp), _) => ("UCP", Some(&ucp.url)),
                (None, Some(dtr)) => ("DTR", Some(&dtr.url)),
                (None, None) => ("SWARM", None),
            };
            asset.web_db_site = site.into();
            let port = url.and_then(|url| base_url(url).ok()).and_then(|url| url.port_or_known_default());
            asset.web_db_instance = match (&evidence.simulated, port) {
                // The lab's ports are new each time.
                (Some(_), _) => "lab".into(),
                (None, port) => port.map(|port| port.to_string()).unwrap_or_default(),
            };
        }
        asset.check().map_err(RunError::Asset)?;
        Ok(asset)
    }

    /// The assets of the nodes, as far as nodes have results of their own: what is known of each, and
    /// what the configuration says instead. Marking, role and technology area are the cluster's where
    /// nothing else is said.
    pub fn nodes(&self, evidence: &Evidence, cluster: &Asset) -> Result<Vec<NodeAsset>, RunError> {
        if self.assets == Assets::Cluster {
            return Ok(Vec::new());
        }
        let known = evidence.facts.known_nodes();
        let all = known.into_iter().map(|node| {
            let said = self.nodes.iter().find(|said| said.name.eq_ignore_ascii_case(node.name));
            let uris = node.addresses.iter().filter_map(|a| a.parse().ok());
            let uris: Vec<EngineUri> = uris.collect();
            let mut asset = said.cloned().unwrap_or_default();
            fill(&mut asset, node.name, &uris, cluster);
            asset.marking = self.marked(&[&cluster.marking, &asset.marking])?;
            if evidence.simulated.is_some() {
                simulate(&mut asset);
            }
            asset.check().map_err(|e| RunError::Asset(format!("node {}: {e}", node.name)))?;
            Ok(NodeAsset { node: node.name.to_owned(), asset })
        });
        all.collect()
    }
}

/// Fills in what is known and not said: names and addresses under which the node was asked.
fn fill(asset: &mut Asset, node: &str, uris: &[EngineUri], cluster: &Asset) {
    let is_ip = |text: &str| text.parse::<std::net::IpAddr>().is_ok();
    let hosts: Vec<&str> = uris.iter().filter_map(EngineUri::host).collect();
    if asset.name.is_empty() {
        // A node that did not say its name goes by where it was asked.
        let nameless = node.contains("://");
        let name = if nameless { hosts.first().copied().unwrap_or("this-host") } else { node };
        name.clone_into(&mut asset.name);
    }
    if asset.fqdn.is_empty() {
        let mut names = std::iter::once(asset.name.as_str()).chain(hosts.iter().copied());
        let found = names.find(|name| name.contains('.') && !is_ip(name));
        asset.fqdn = found.map(str::to_owned).unwrap_or_default();
    }
    if asset.ip.is_empty() {
        let found = hosts.iter().find(|host| is_ip(host));
        asset.ip = found.map(|ip| (*ip).to_owned()).into_iter().collect();
    }
    if asset.role == crate::target::asset::Role::None {
        asset.role = cluster.role;
    }
    if asset.tech_area.is_empty() {
        asset.tech_area.clone_from(&cluster.tech_area);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::asset::Role;

    fn uris(texts: &[&str]) -> Vec<EngineUri> {
        let parsed = texts.iter().map(|text| text.parse().expect("a URI"));
        parsed.collect()
    }

    #[test]
    fn a_node_is_filed_under_what_is_known_of_it() {
        let cluster = Asset { role: Role::MemberServer, tech_area: "UNIX OS".into(), ..Asset::default() };
        let of = |said: Asset, node: &str, addresses: &[&str]| {
            let mut asset = said;
            fill(&mut asset, node, &uris(addresses), &cluster);
            (asset.name, asset.fqdn, asset.ip.join(" "), asset.role)
        };
        let plain = |node, addresses| of(Asset::default(), node, addresses);
        let row = |name: &str, fqdn: &str, ip: &str| (name.into(), fqdn.into(), ip.into(), Role::MemberServer);
        assert_eq!(
            plain("m1", &["tcp://10.0.0.5:2376", "ssh://a@m1.example.mil"]),
            row("m1", "m1.example.mil", "10.0.0.5")
        );
        assert_eq!(plain("m1.example.mil", &[]), row("m1.example.mil", "m1.example.mil", ""));
        assert_eq!(plain("tcp://10.0.0.9:2376", &["tcp://10.0.0.9:2376"]), row("10.0.0.9", "", "10.0.0.9"));
        let said =
            Asset { name: "W1".into(), ip: vec!["10.0.0.7".into()], role: Role::Workstation, ..Asset::default() };
        assert_eq!(
            of(said, "w1", &["tcp://10.0.0.8:2376"]),
            ("W1".into(), String::new(), "10.0.0.7".into(), Role::Workstation)
        );
    }

    #[test]
    fn what_was_asked_for_wins_over_the_configuration_and_not_over_what_is_there() {
        let filing = |asked: Option<&str>, configured: &str| Filing {
            marking: asked.map(str::to_owned),
            configured: configured.into(),
            ..Filing::default()
        };
        let marked = |asked, configured, input: &str| filing(asked, configured).marked(&[input]).ok();
        assert_eq!(marked(None, "CUI", "").as_deref(), Some("CUI"));
        assert_eq!(marked(None, "CUI", "SECRET").as_deref(), Some("SECRET"));
        assert_eq!(marked(Some("U"), "CUI", "").as_deref(), Some("U"));
        assert_eq!(marked(Some("U"), "CUI", "SECRET"), None);
        assert_eq!(marked(None, "CUI//SP-A", "CUI//SP-B"), None);
        assert!(filing(Some("a\nb"), "").check().is_err());
    }

    #[test]
    fn two_of_one_name_are_refused() {
        let node = |name: &str| Asset { name: name.into(), ..Asset::default() };
        let filing = Filing { nodes: vec![node("w1"), node("W1")], ..Filing::default() };
        assert!(filing.check().is_err());
        let filing = Filing { nodes: vec![node("")], ..Filing::default() };
        assert!(filing.check().is_err());
    }
}
