//! From options and configuration file to what a run is made with. Options win.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use reqwest::Url;

use super::options::{Judging, Rules, Sources, Writing};
use super::output::Failed;
use super::{engines, secrets};
use crate::collect::{DtrTarget, EngineTarget, EngineTls, KubernetesTarget, Targets, UcpTarget, base_url, now};
use crate::evidence::signature::Trust;
use crate::evidence::store;
use crate::facts::tls::certificates_from_pem;
use crate::facts::{Absent, Fact, Host, Need, Read};
use crate::input;
use crate::lab::{Lab, Options, Scenario};
use crate::policy::Policy;
use crate::report::poam::Template;
use crate::report::{self, Format};
use crate::run::{Filing, NessusFiles, PolicySource, Request};
use crate::shipped::SHIPPED;
use crate::target::config::Config;
use crate::target::credentials::UcpIdentity;
use crate::target::{Asset, ClientBundle, Login, Pin};
use crate::toml_file;
use crate::xccdf::model::Schema;
use crate::xccdf::stream::Choice;

/// The file that is read where it exists.
const CONFIG: &str = "stigprobe.toml";

/// Reads the configuration file, if there is one. Paths in it are made relative to it.
pub(super) fn config(named: Option<&Path>) -> Result<Config, Failed> {
    let path = match named {
        Some(path) => path,
        None if store::stands_there(Path::new(CONFIG)).map_err(|e| format!("{CONFIG}: {e}"))? => Path::new(CONFIG),
        None => return Ok(Config::default()),
    };
    let shown = path.display().to_string();
    let text = input::named_text(path, input::SMALL).map_err(|e| format!("{shown}: {e}"))?;
    let mut config: Config = toml_file::parse(&shown, &text).map_err(|e| e.to_string())?;
    let dir = path.parent().unwrap_or(Path::new(""));
    let here = |path: &mut Option<PathBuf>| {
        if let Some(path) = path {
            *path = dir.join(&path);
        }
    };
    here(&mut config.policy);
    here(&mut config.ca_file);
    here(&mut config.cert);
    here(&mut config.output);
    here(&mut config.ucp.password_file);
    here(&mut config.ucp.client_bundle);
    here(&mut config.dtr.password_file);
    for root in &mut config.host.roots {
        *root = dir.join(&root);
    }
    for engine in &mut config.engine {
        here(&mut engine.cert_path);
    }
    if config.limits.concurrency == 0 || config.limits.request_seconds == 0 || config.limits.scan_seconds == 0 {
        return Err(format!("{shown}: the values of [limits] must be greater than zero").into());
    }
    if !config.asset.name.is_empty() {
        config.asset.check().map_err(|e| format!("{shown}: [asset] {e}"))?;
    }
    Ok(config)
}

/// Who must have signed the runs that are read: by the certificate that is named, else by that of the configuration,
/// which is read where a command has none.
pub(super) fn trust(named: Option<&Path>, config: Option<&Config>) -> Result<Trust, Failed> {
    let (option, path) = match (named, config) {
        (Some(path), _) => ("--cert", Some(path.to_owned())),
        (None, Some(config)) => ("cert", config.cert.clone()),
        (None, None) => ("cert", self::config(None)?.cert),
    };
    let Some(path) = path else {
        return Ok(Trust::default());
    };
    let shown = path.display().to_string();
    let pem = input::named(&path, input::SMALL).map_err(|e| format!("{option} {shown}: {e}"))?;
    Ok(Trust::in_certificate(shown.clone(), pem).map_err(|e| format!("{option} {shown}: {e}"))?)
}

/// What to decide, and by what.
pub(super) fn request(rules: &Rules, judging: Option<&Judging>, config: &Config) -> Request {
    let benchmark = rules.benchmark.clone().or_else(|| config.benchmark.clone());
    let policy = judging.and_then(|j| j.policy.clone()).or_else(|| config.policy.clone());
    Request {
        benchmark: benchmark.unwrap_or_else(|| SHIPPED[0].name.to_owned()),
        profile: rules.profile.clone().or_else(|| config.profile.clone()),
        choice: Choice { data_stream: rules.datastream.clone(), component: rules.component.clone() },
        tailoring: rules.tailoring.clone(),
        only: rules.rule.clone(),
        policy: policy.map_or(PolicySource::None, PolicySource::File),
        interpretation: judging.map(|j| j.interpretation).unwrap_or_default(),
        xccdf: Schema::V1_2,
        poam: Template::default(),
        sign: None,
        previous: judging.map(|j| j.previous.clone()).unwrap_or_default(),
        previous_any_asset: judging.is_some_and(|j| j.previous_any_asset),
        nessus: judging.map_or_else(NessusFiles::default, |j| NessusFiles {
            scans: j.nessus.clone(),
            force: j.nessus_force,
            ids: j.tenable_ids.clone(),
        }),
        filing: Filing::default(),
        trust: Trust::default(),
    }
}

/// The columns of a plan of action and milestones: a template of ours, or a workbook that is filled.
pub(super) fn poam_template(name: &str) -> Result<Template, Failed> {
    if let Some(template) = Template::called(name) {
        return Ok(template);
    }
    let bytes = input::named(Path::new(name), input::DOCUMENT).map_err(|e| {
        format!("--poam-template {name}: cannot be read: {e}; give a workbook (.xlsx), or emass, emass-older or mccast")
    })?;
    Template::own(bytes).map_err(|e| format!("--poam-template {name}: {e}").into())
}

/// Under which assets results are filed, and how they are marked.
pub(super) fn filing(writing: &Writing, config: &Config) -> Filing {
    Filing {
        assets: writing.assets.unwrap_or(config.results.assets),
        nodes: config.node.clone(),
        marking: writing.marking.clone(),
        configured: config.asset.marking.clone(),
    }
}

/// Where Tenable's control ids are kept that scans by Nessus teach, unless another file is named.
pub(super) fn learned_ids(request: &mut Request, output: &Path) {
    let ids = &mut request.nessus.ids;
    ids.get_or_insert_with(|| output.join("tenable-control-ids.json"));
}

/// What to write and where.
pub(super) fn writing(writing: &Writing, config: &Config) -> Result<(BTreeSet<Format>, PathBuf), Failed> {
    formats(writing.format.as_deref(), writing.output.as_deref(), config)
}

/// The formats that are asked for, and where they go.
pub(super) fn formats(
    list: Option<&str>,
    output: Option<&Path>,
    config: &Config,
) -> Result<(BTreeSet<Format>, PathBuf), Failed> {
    let list = match (list, config.format.as_slice()) {
        (Some(list), _) => list.to_owned(),
        (None, []) => "assessor".to_owned(),
        (None, list) => list.join(","),
    };
    let formats = report::parse_list(&list).map_err(|e| e.to_string())?;
    let output = output.map(Path::to_owned).or_else(|| config.output.clone());
    Ok((formats.into_iter().collect(), output.unwrap_or_else(|| PathBuf::from("results"))))
}

/// What to ask, and the lab if that is what is asked.
pub(super) struct Asked {
    pub targets: Targets,
    pub asset: Asset,
    pub lab: Option<Lab>,
}

/// The scenario of the lab, if that is what is asked.
pub(super) fn simulated(sources: &Sources) -> Option<String> {
    sources.lab.then(|| sources.lab_scenario.clone())
}

/// Real targets, with their credentials; or the lab, started.
pub(super) async fn targets(sources: &Sources, config: &Config) -> Result<Asked, Failed> {
    if sources.lab {
        return lab_targets(sources, config).await;
    }
    let ca_file = sources.ca_file.as_ref().or(config.ca_file.as_ref());
    let mut roots = match ca_file {
        Some(path) => read_roots(path)?,
        None => Vec::new(),
    };
    let ucp_url = sources.ucp.as_ref().or(config.ucp.url.as_ref());
    let dtr_url = sources.dtr.as_ref().or(config.dtr.url.as_ref());
    let hosts = hosts(sources, config);
    let engines = engines::targets(sources, config)?;
    if ucp_url.is_none() && dtr_url.is_none() && hosts.is_empty() && engines.is_empty() && sources.kubernetes.is_none()
    {
        return Err("nothing to scan: give --ucp URL, --dtr URL, --engine URI or --host-root, a configuration file, or --lab to try it".to_owned().into());
    }
    let url = |option: &str, url: Option<&String>| {
        url.map(|url| base_url(url).map_err(|e| format!("{option}: {e}"))).transpose()
    };
    let (ucp_url, dtr_url) = (url("--ucp", ucp_url)?, url("--dtr", dtr_url)?);

    let bundle = sources.ucp_client_bundle.as_ref().or(config.ucp.client_bundle.as_ref());
    let ucp_login = secrets::ucp(sources, config, ucp_url.is_some() && bundle.is_none())?;
    let dtr_login = secrets::dtr(sources, config, ucp_login.as_ref(), dtr_url.is_some())?;
    if bundle.is_none() && sources.kubernetes.is_some() {
        let why = "--kubernetes needs --ucp-client-bundle: the API server takes client certificates";
        return Err(why.to_owned().into());
    }
    let ucp_pin = pin("--ucp-pin", sources.ucp_pin.as_deref(), config.ucp.pin.as_ref(), ucp_url.as_ref())?;
    let dtr_pin = pin("--dtr-pin", sources.dtr_pin.as_deref(), config.dtr.pin.as_ref(), dtr_url.as_ref())?;
    let mut kubernetes = None;
    let identity = match bundle {
        Some(dir) => {
            let (bundle, ca) = secrets::client_bundle("client bundle", dir)?;
            roots.extend(ca);
            let named = sources.kubernetes.as_ref().or(config.kubernetes.url.as_ref());
            kubernetes = match url("--kubernetes", named)? {
                Some(url) => Some(url),
                None => secrets::api_server(dir).or_else(|| beside(ucp_url.as_ref()?)),
            }
            .map(|url| KubernetesTarget { url, bundle: bundle.clone() });
            Some(UcpIdentity::Bundle(bundle))
        }
        None => ucp_login.map(UcpIdentity::Login),
    };
    let targets = Targets {
        ucp: ucp_url.map(|url| UcpTarget { url, identity, pin: ucp_pin }),
        dtr: dtr_url.map(|url| DtrTarget { url, login: dtr_login, pin: dtr_pin }),
        hosts,
        recorded: Vec::new(),
        host_files: config.host.files.clone(),
        kubernetes,
        engines,
        labels: config.labels.iter().cloned().collect(),
        roots,
        limits: config.limits,
    };
    Ok(Asked { targets, asset: named(config.asset.clone(), sources), lab: None })
}

/// The asset under the name that was asked for.
fn named(mut asset: Asset, sources: &Sources) -> Asset {
    if let Some(name) = &sources.asset {
        asset.name.clone_from(name);
    }
    asset
}

/// The certificate that a target is known by. One for a target that is not asked was not meant so.
fn pin(option: &str, given: Option<&str>, configured: Option<&Pin>, url: Option<&Url>) -> Result<Option<Pin>, Failed> {
    let given = given.map(|text| text.parse().map_err(|e| format!("{option}: {e}"))).transpose()?;
    let pin: Option<Pin> = given.or_else(|| configured.cloned());
    if pin.is_some() && url.is_none() {
        let target = option.trim_end_matches("-pin");
        return Err(
            format!("{option} (pin in stigprobe.toml) is given, and not what it is for: give {target} URL").into()
        );
    }
    Ok(pin)
}

/// The roots of hosts: those of the command line, else those of the configuration.
fn hosts(sources: &Sources, config: &Config) -> Vec<PathBuf> {
    if sources.host_root.is_empty() { config.host.roots.clone() } else { sources.host_root.clone() }
}

/// Where UCP puts the API server of its Kubernetes, unless `kube_apiserver_port` says otherwise.
fn beside(ucp: &Url) -> Option<Url> {
    let mut url = ucp.clone();
    url.set_port(Some(6443)).ok()?;
    Some(url)
}

fn read_roots(path: &Path) -> Result<Vec<crate::facts::tls::Certificate>, Failed> {
    let shown = path.display();
    let pem = input::named(path, input::SMALL).map_err(|e| format!("--ca-file {shown}: {e}"))?;
    Ok(certificates_from_pem(&pem).map_err(|e| format!("--ca-file {shown}: {e}"))?)
}

async fn lab_targets(sources: &Sources, config: &Config) -> Result<Asked, Failed> {
    let scenario: Scenario = sources.lab_scenario.parse().map_err(|e| format!("--lab-scenario: {e}"))?;
    let lab = Lab::start(Options { scenario, ..Options::default() }).await.map_err(|e| e.to_string())?;
    let login = Login { username: lab.username().to_owned(), password: lab.password().clone() };
    let targets = Targets {
        ucp: Some(UcpTarget {
            url: base_url(lab.ucp_url())?,
            identity: Some(UcpIdentity::Login(login.clone())),
            pin: None,
        }),
        dtr: Some(DtrTarget { url: base_url(lab.dtr_url())?, login: Some(login), pin: None }),
        hosts: Vec::new(),
        recorded: lab_hosts(&lab)?,
        host_files: Vec::new(),
        kubernetes: Some(KubernetesTarget { url: base_url(lab.kubernetes_url())?, bundle: lab_bundle(&lab) }),
        engines: lab_engines(&lab)?,
        labels: BTreeSet::new(),
        roots: certificates_from_pem(lab.ca_pem().as_bytes())?,
        limits: config.limits,
    };
    // The ports differ from run to run; the results should be filed under one name.
    let asset = Asset { name: "lab".into(), ip: vec!["127.0.0.1".into()], ..Asset::default() };
    Ok(Asked { targets, asset: named(asset, sources), lab: Some(lab) })
}

/// The lab's engines, which take the certificate of its client bundle.
fn lab_engines(lab: &Lab) -> Result<Vec<EngineTarget>, Failed> {
    let engine = |engine: &crate::lab::Engine| {
        Ok(EngineTarget {
            uri: engine.uri().parse()?,
            tls: Some(EngineTls {
                roots: certificates_from_pem(lab.engine_ca_pem().as_bytes())?,
                identity: lab_bundle(lab),
            }),
        })
    };
    lab.engines().iter().map(engine).collect()
}

/// What the lab's hosts say.
fn lab_hosts(lab: &Lab) -> Result<Vec<Host>, Failed> {
    let host = |told: serde_json::Value| {
        Ok(Host {
            root: "lab".into(),
            name: told["name"].as_str().unwrap_or_default().to_owned(),
            os: recorded(&told, Need::HostOs, "os")?,
            daemon: recorded(&told, Need::HostDaemon, "daemon")?,
            files: recorded(&told, Need::HostFiles, "files")?,
            audit_rules: recorded(&told, Need::HostAuditRules, "audit-rules")?,
            audit_log: recorded(&told, Need::HostAuditLog, "audit-log")?,
            security: recorded(&told, Need::HostSecurity, "security")?,
            listeners: recorded(&told, Need::HostListeners, "listeners")?,
            groups: recorded(&told, Need::HostGroups, "groups")?,
            mounts: recorded(&told, Need::HostMounts, "mounts")?,
        })
    };
    lab.hosts().into_iter().map(host).collect()
}

/// One fact of a host of the lab: what it is, or why it is not known.
fn recorded<T>(host: &serde_json::Value, need: Need, key: &str) -> Result<Fact<T>, Failed>
where
    T: serde::Serialize + serde::de::DeserializeOwned,
{
    let request = format!("recorded by the lab: {need} of {}", host["name"]);
    let Some(told) = host.get(key) else {
        return Ok(Fact::default());
    };
    if let Some(reason) = told["failed"].as_str() {
        let reason = reason.to_owned();
        return Ok(Fact::Absent(Absent::Failed { request, reason }));
    }
    let value = T::deserialize(&told["is"]).map_err(|e| format!("{request}: {e}"))?;
    Ok(Fact::Read(Read::new(need, request, now(), value)))
}

/// The policy that fits the lab: what its organisation decided.
pub(super) fn lab_policy(lab: &Lab) -> Result<Policy, Failed> {
    let text = lab_policy_text(lab, "roots.pem");
    let policy = Policy::parse(Path::new("lab-policy.toml"), &text, |_| Ok(lab.policy_roots_pem().as_bytes().to_vec()));
    Ok(policy.map_err(|e| e.to_string())?)
}

/// The same as a file, which names the file of the roots.
pub(super) fn lab_policy_text(lab: &Lab, roots: &str) -> String {
    let signers: Vec<String> = lab.signers().iter().map(|s| format!("{s:?}")).collect();
    format!(
        "[trust]\nsigners = [{}]\n\n[ca]\nucp = {roots:?}\ndtr = {roots:?}\n\n{}\n{}\n{}\n{}",
        signers.join(", "),
        lab.ucp_policy(),
        lab.dtr_policy(),
        lab.kubernetes_policy(),
        lab.engine_policy(),
    )
}

/// The client certificate of the lab's administrator, as a bundle.
pub(super) fn lab_bundle(lab: &Lab) -> ClientBundle {
    let bundle = lab.client_bundle();
    ClientBundle { certificate: bundle.certificate_pem().as_bytes().to_vec(), key: bundle.key_pem().clone() }
}
