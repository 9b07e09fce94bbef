//! What results are filed under, as far as it can be told from what is asked.

use std::path::Path;

use crate::collect::{Targets, host_name};
use crate::facts::{Facts, Reach};
use crate::outcome::SIMULATED;
use crate::printable;
use crate::target::Asset;

/// What is wrong with the asset, whatever its name will be, and that it will have one: better said in the first second
/// than after an hour.
pub(super) fn check_beforehand(asset: &Asset, targets: &Targets) -> Result<(), String> {
    let mut asset = asset.clone();
    if asset.name.is_empty() {
        asset.name = name_beforehand(targets)?;
    }
    asset.check()
}

/// The name that is known before anybody is asked, or one in place of what an engine of this machine will say.
///
/// Copies of other machines are never filed under this machine's name, whatever it is.
fn name_beforehand(targets: &Targets) -> Result<String, String> {
    let known = url_host(targets).or_else(|| root_name(targets)).or_else(|| engine_host(targets));
    if let Some(name) = known {
        return Ok(name);
    }
    match targets.hosts.first() {
        Some(root) => Err(format!(
            "the copy of a host at {} does not say its name (etc/hostname): name what the results are filed under with \
             --asset, or with name under [asset] in stigprobe.toml",
            printable::path(root)
        )),
        // An engine of this machine, or nothing but what the lab has recorded.
        None => Ok(host_name(Path::new("/")).unwrap_or_else(|| "unnamed".into())),
    }
}

/// The name that the first root of a host says: of this machine, or of a copy.
fn root_name(targets: &Targets) -> Option<String> {
    targets.hosts.iter().find_map(|root| host_name(root))
}

/// Where the first engine of another machine was asked.
fn engine_host(targets: &Targets) -> Option<String> {
    targets.engines.iter().find_map(|e| e.uri.host()).map(String::from)
}

/// Fills in what the configuration does not say of the asset: from the URLs of UCP and DTR, else from
/// what the first engine says of itself, else from the name of the host whose files were read, else from
/// where an engine was asked.
pub(super) fn identify(mut asset: Asset, targets: &Targets, facts: &Facts) -> Result<Asset, String> {
    if asset.name.is_empty() {
        let host = match url_host(targets).or_else(|| own_name(facts)) {
            Some(host) => host,
            None => name_beforehand(targets)?,
        };
        let is_ip = host.parse::<std::net::IpAddr>().is_ok();
        if asset.fqdn.is_empty() && !is_ip && host.contains('.') {
            asset.fqdn.clone_from(&host);
        }
        if asset.ip.is_empty() && is_ip {
            asset.ip.push(host.clone());
        }
        asset.name = host;
    }
    asset.check()?;
    Ok(asset)
}

fn url_host(targets: &Targets) -> Option<String> {
    let urls = [targets.ucp.as_ref().map(|t| &t.url), targets.dtr.as_ref().map(|t| &t.url)];
    let host = urls.into_iter().flatten().find_map(|url| url.host_str());
    host.map(|host| host.trim_matches(['[', ']']).to_owned())
}

/// The name of the first engine that says one. UCP's name of itself is that of a container.
fn own_name(facts: &Facts) -> Option<String> {
    let engines = facts.engines.iter().filter(|e| e.reach == Reach::Node);
    let mut names = engines.filter_map(|e| Some(e.info.read().ok()?.value.name.clone()));
    names.find(|name| !name.is_empty())
}

/// Marks an asset that is not real. What is not known of it is filled in from what is reserved for
/// things that do not exist, so that no name or address of it can be taken for somebody's: a domain
/// of RFC 2606, an address of RFC 5737, a MAC address of RFC 9542.
pub(super) fn simulate(asset: &mut Asset) {
    asset.name = format!("{SIMULATED}-{}", asset.name);
    if asset.fqdn.is_empty() {
        asset.fqdn = "simulated.example".into();
    }
    if asset.ip.is_empty() {
        asset.ip.push("192.0.2.1".into());
    }
    if asset.mac.is_empty() {
        asset.mac = "00:00:5E:00:53:01".into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::EngineTarget;
    use crate::facts::engine::Info;
    use crate::facts::{Engine, Fact, Need, Read};

    fn engine(name: &str, reach: Reach) -> Engine {
        let info = Info { name: name.into(), ..Info::default() };
        let at = chrono::DateTime::UNIX_EPOCH;
        Engine {
            reach,
            info: Fact::Read(Read::new(Need::EngineInfo, "GET /info".into(), at, info)),
            ..Engine::default()
        }
    }

    #[test]
    fn an_engine_is_filed_under_its_own_name() {
        let targets = Targets {
            engines: vec![EngineTarget { uri: "tcp://10.0.0.5".parse().expect("a URI"), tls: None }],
            ..Targets::default()
        };
        let named = |engines: Vec<Engine>| {
            let facts = Facts { engines, ..Facts::default() };
            identify(Asset::default(), &targets, &facts).expect("an asset")
        };
        let own = named(vec![engine("node1.example.mil", Reach::Node)]);
        assert_eq!((own.name.as_str(), own.fqdn.as_str()), ("node1.example.mil", "node1.example.mil"));
        let ucp = named(vec![engine("ucp-controller-10.0.0.5", Reach::Cluster)]);
        assert_eq!((ucp.name.as_str(), ucp.ip.as_slice()), ("10.0.0.5", &["10.0.0.5".to_owned()][..]));
    }

    #[test]
    fn a_copy_is_filed_under_its_own_name_and_never_under_this_machine_s() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("etc")).expect("a directory");
        let named = |text: Option<&str>, engines: &[&str]| {
            let file = dir.path().join("etc/hostname");
            match text {
                Some(text) => std::fs::write(file, text).expect("a file"),
                None => drop(std::fs::remove_file(file)),
            }
            let engine = |uri: &&str| EngineTarget { uri: uri.parse().expect("a URI"), tls: None };
            let targets = Targets {
                hosts: vec![dir.path().to_owned()],
                engines: engines.iter().map(engine).collect(),
                ..Targets::default()
            };
            let beforehand = check_beforehand(&Asset::default(), &targets);
            let after = identify(Asset::default(), &targets, &Facts::default()).map(|asset| asset.name);
            assert_eq!(beforehand.is_ok(), after.is_ok());
            assert!(check_beforehand(&Asset { name: "a".into(), ..Asset::default() }, &targets).is_ok());
            after
        };
        assert_eq!(named(Some("node7\n"), &[]).as_deref(), Ok("node7"));
        assert_eq!(named(Some("node7\n"), &["unix://"]).as_deref(), Ok("node7"));
        assert_eq!(named(None, &["ssh://node8"]).as_deref(), Ok("node8"));
        for nameless in [None, Some(""), Some("# nothing\n"), Some("localhost\n"), Some("localhost.localdomain\n")] {
            for engines in [&[][..], &["unix://"]] {
                let why = named(nameless, engines).expect_err("no name");
                assert!(why.contains("--asset"), "{why}");
            }
        }
    }

    #[test]
    fn what_is_simulated_has_names_that_nobody_else_has() {
        let mut asset = Asset { name: "lab".into(), ip: vec!["127.0.0.1".into()], ..Asset::default() };
        simulate(&mut asset);
        assert_eq!(asset.name, "SIMULATED-lab");
        assert_eq!(asset.ip, ["127.0.0.1"]);
        assert!(asset.check().is_ok());
        assert_eq!(asset.importable_fqdn(), "simulated.example");
    }
}
