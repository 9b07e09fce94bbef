//! Collecting from engines, without the command line: all that can be known of them.

use std::collections::BTreeSet;
use std::path::Path;

use stigprobe::collect::{self, Collected, EngineTarget, EngineTls, Progress, Targets};
use stigprobe::facts::tls::certificates_from_pem;
use stigprobe::facts::{Engine, Need};
use stigprobe::target::ClientBundle;

/// Tells nobody.
pub(crate) struct Silent;

impl Progress for Silent {
    fn step(&self, _: &str, _: u64, _: u64) {}
}

/// Everything that engines are asked.
pub(crate) fn needs() -> BTreeSet<Need> {
    let all = Need::ALL.iter().copied();
    all.filter(|need| need.source() == "engine").collect()
}

pub(crate) fn target(uri: &str) -> Targets {
    Targets { engines: vec![EngineTarget { uri: uri.parse().unwrap(), tls: None }], ..Targets::default() }
}

/// The same with the certificates of a directory in docker's layout.
pub(crate) fn target_with(uri: &str, certificates: &Path) -> Targets {
    let read = |name: &str| std::fs::read(certificates.join(name)).unwrap();
    let key = String::from_utf8(read("key.pem")).unwrap();
    let mut targets = target(uri);
    targets.engines[0].tls = Some(EngineTls {
        roots: certificates_from_pem(&read("ca.pem")).unwrap(),
        identity: ClientBundle { certificate: read("cert.pem"), key: key.into() },
    });
    targets
}

pub(crate) async fn collected(targets: &Targets, needs: &BTreeSet<Need>) -> Collected {
    let dir = tempfile::tempdir().unwrap();
    let never = std::future::pending();
    let collected = collect::collect(needs, targets, dir.path(), &Silent, never);
    Box::pin(collected).await.unwrap()
}

/// All that the first engine says.
pub(crate) fn gather(targets: &Targets) -> Engine {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut collected = runtime.block_on(collected(targets, &needs()));
    collected.facts.engines.remove(0)
}
