//! The policy file: its tables, and how they become a [`Policy`]. Every mistake is named with file and
//! line; a wrong name also with the nearest right one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::checks::Checked;
use super::people::{NamedFile, WrittenAttestation, WrittenWaiver};
use super::values::{
    AllowedAccess, AllowedCapabilities, AllowedCgroup, AllowedDevice, AllowedGrant, AllowedPort, AllowedUlimit,
    EncryptedByApplication, Exemption, IdentityProvider, Quotas, SecretOwner, Selector,
};
use super::{Named, PARAMETERS, Parameter, Policy, PolicyError, Roots, parameters, words};
use crate::toml_file::{self, TomlError};
use crate::xccdf::ids::sha256_hex;

/// A value that is checked after it was read, so that what is wrong with it has a place.
type Maybe<T> = Option<Spanned<T>>;
/// A list of such values.
type List<T> = Option<Vec<Spanned<T>>>;

/// Declares a table whose keys may all be left out.
macro_rules! table {
    ($(#[$meta:meta])* $name:ident { $($key:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Deserialize, Default)]
        #[serde(deny_unknown_fields, default, expecting = "a table")]
        struct $name { $($key: $ty,)* }
    };
}

table! { Written {
    ucp: Ucp, dtr: Dtr, con: Con, log: Log, ca: Ca, bundle: Bundle, trust: Trust, swarm: Swarm,
    secrets: Secrets, overlay: Overlay, host: Host, k8s: K8s, idp: Idp, mke: Mke, banner: Banner,
    attest: Vec<Spanned<WrittenAttestation>>, waiver: Vec<Spanned<WrittenWaiver>>,
} }
table! { Ucp { per_user_limit: Maybe<Limit>, grants: List<AllowedGrant>, } }
table! { Dtr { in_use: Option<bool>, access: List<AllowedAccess>, scanner_db_max_age: Maybe<String>, } }
table! { Con {
    sensitive_dirs: List<String>, caps: List<AllowedCapabilities>, ports: List<AllowedPort>,
    devices: List<AllowedDevice>, cgroup_parent: List<AllowedCgroup>, ulimits: List<AllowedUlimit>,
    host_network_allowed: List<Selector>, exempt: List<Exemption>,
} }
table! { Log { max_size: Maybe<String>, max_file: Maybe<u32>, plugins: List<String>, } }
table! { Ca { ucp: Maybe<String>, dtr: Maybe<String>, } }
table! { Bundle { subject: Maybe<String>, issuer: Maybe<String>, } }
table! { Trust { signers: List<String>, } }
table! { Swarm { node_cert_expiry: Maybe<String>, } }
table! { Secrets { apps: List<SecretOwner>, } }
table! { Overlay { app_layer_encrypted: List<EncryptedByApplication>, } }
table! { Host {
    tls_ca: Maybe<String>, tls_cert: Maybe<String>, tls_key: Maybe<String>,
    docker_group: List<String>,
} }
table! { K8s {
    kube_system_services: List<String>, quotas: Maybe<BTreeMap<String, BTreeMap<String, Amount>>>,
    host_network_allowed: List<String>,
} }
table! { Idp { expected: Maybe<IdentityProvider>, } }
table! { Mke { host_ipc_allowed: Option<bool>, latest_version: Maybe<String>, } }
table! { Banner { text: Maybe<String>, } }

/// One number, or any of several.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number from 1, or a list of such numbers")]
enum Limit {
    One(u32),
    Any(Vec<u32>),
}

/// A quantity: text, or a whole number.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "expected a quantity such as \"4\" or \"8Gi\" (a name with a dot stands in quotes: \"limits.cpu\")"
)]
enum Amount {
    Text(String),
    Number(u32),
}

/// The file that is read, for what has to be said of places in it.
struct Source<'a, F> {
    file: &'a Path,
    text: &'a str,
    open: F,
    /// Digests of the file and of those it names.
    digests: RefCell<Vec<String>>,
}

/// Reads a policy.
pub(super) fn parse(
    file: &Path,
    text: &str,
    open: impl Fn(&Path) -> std::io::Result<Vec<u8>>,
) -> Result<Policy, PolicyError> {
    let name = file.display().to_string();
    let written: Written = toml_file::parse(&name, text).map_err(misplaced)?;
    let source = Source { file, text, open, digests: RefCell::new(vec![sha256_hex(text.as_bytes())]) };
    source.policy(written)
}

impl<F: Fn(&Path) -> std::io::Result<Vec<u8>>> Source<'_, F> {
    fn policy(&self, written: Written) -> Result<Policy, PolicyError> {
        use parameters as p;
        let names = self.names(&written);
        let Written {
            ucp,
            dtr,
            con,
            log,
            ca,
            bundle,
            trust,
            swarm,
            secrets,
            overlay,
            host,
            k8s,
            idp,
            mke,
            banner,
            attest,
            waiver,
        } = written;
        let path = |path: &String| words::absolute(path);
        let expression = |text: &String| words::expression(text);
        let filled = |text: &String| words::filled(text, "the text");
        let limit = self.checked(ucp.per_user_limit, &p::UCP_PER_USER_LIMIT, limits)?;
        let expiry = self.checked(swarm.node_cert_expiry, &p::SWARM_NODE_CERT_EXPIRY, |text| words::duration(text))?;
        let age = self.checked(dtr.scanner_db_max_age, &p::DTR_SCANNER_DB_MAX_AGE, |text| words::duration(text))?;
        let quotas = self.checked(k8s.quotas, &p::K8S_QUOTAS, quotas)?;
        let attestations = attest.into_iter().map(|entry| self.attestation(entry));
        let waivers = waiver.into_iter().map(|entry| self.waiver(entry));
        let policy = Policy {
            trust_signers: self.list(trust.signers, &p::TRUST_SIGNERS)?,
            ca_ucp: self.roots(ca.ucp, &p::CA_UCP)?,
            ca_dtr: self.roots(ca.dtr, &p::CA_DTR)?,
            ucp_per_user_limit: limit.map(|(_, numbers)| numbers),
            ucp_grants: self.list(ucp.grants, &p::UCP_GRANTS)?,
            dtr_in_use: dtr.in_use,
            dtr_access: self.list(dtr.access, &p::DTR_ACCESS)?,
            dtr_scanner_db_max_age: age.map(|(_, duration)| duration),
            con_sensitive_dirs: self.paths(con.sensitive_dirs, &p::CON_SENSITIVE_DIRS)?,
            con_caps: self.list(con.caps, &p::CON_CAPS)?,
            con_ports: self.list(con.ports, &p::CON_PORTS)?,
            con_devices: self.list(con.devices, &p::CON_DEVICES)?,
            con_cgroup_parent: self.list(con.cgroup_parent, &p::CON_CGROUP_PARENT)?,
            con_ulimits: self.list(con.ulimits, &p::CON_ULIMITS)?,
            con_host_network_allowed: self.list(con.host_network_allowed, &p::CON_HOST_NETWORK_ALLOWED)?,
            con_exempt: self.list(con.exempt, &p::CON_EXEMPT)?.unwrap_or_default(),
            log_max_size: self.text(log.max_size, &p::LOG_MAX_SIZE, |s| words::log_size(s))?,
            log_max_file: self.checked(log.max_file, &p::LOG_MAX_FILE, |n| at_least_one(*n))?.map(|(count, ())| count),
            log_plugins: self.list(log.plugins, &p::LOG_PLUGINS)?,
            bundle_subject: self.text(bundle.subject, &p::BUNDLE_SUBJECT, expression)?,
            bundle_issuer: self.text(bundle.issuer, &p::BUNDLE_ISSUER, expression)?,
            swarm_node_cert_expiry: expiry.map(|(_, duration)| duration),
            secrets_apps: self.list(secrets.apps, &p::SECRETS_APPS)?,
            overlay_app_layer_encrypted: self.list(overlay.app_layer_encrypted, &p::OVERLAY_APP_LAYER_ENCRYPTED)?,
            host_tls_ca: self.text(host.tls_ca, &p::HOST_TLS_CA, path)?,
            host_tls_cert: self.text(host.tls_cert, &p::HOST_TLS_CERT, path)?,
            host_tls_key: self.text(host.tls_key, &p::HOST_TLS_KEY, path)?,
            host_docker_group: self.list(host.docker_group, &p::HOST_DOCKER_GROUP)?,
            k8s_kube_system_services: self.list(k8s.kube_system_services, &p::K8S_KUBE_SYSTEM_SERVICES)?,
            k8s_quotas: quotas.map(|(_, quotas)| quotas),
            k8s_host_network_allowed: self.pods(k8s.host_network_allowed)?,
            idp_expected: self.checked(idp.expected, &p::IDP_EXPECTED, Checked::check)?.map(|(expected, ())| expected),
            mke_host_ipc_allowed: mke.host_ipc_allowed,
            mke_latest_version: self.text(mke.latest_version, &p::MKE_LATEST_VERSION, |v| words::version(v))?,
            banner_text: self.text(banner.text, &p::BANNER_TEXT, filled)?,
            attestations: attestations.collect::<Result<_, _>>()?,
            waivers: waivers.collect::<Result<_, _>>()?,
            names,
            sha256: None,
        };
        let digests = self.digests.borrow().join("\n");
        Ok(Policy { sha256: Some(sha256_hex(digests.as_bytes())), ..policy })
    }

    /// What is wrong at a place of the file.
    fn wrong(&self, at: &Range<usize>, message: String) -> PolicyError {
        let file = self.file.display().to_string();
        toml_file::at(&file, self.text, at.start, message).into()
    }

    /// A value with what the check makes of it.
    fn checked<T, U>(
        &self,
        value: Maybe<T>,
        parameter: &Parameter,
        check: impl Fn(&T) -> Result<U, String>,
    ) -> Result<Option<(T, U)>, PolicyError> {
        let Some(value) = value else { return Ok(None) };
        match check(value.get_ref()) {
            Ok(made) => Ok(Some((value.into_inner(), made))),
            Err(reason) => {
                let message = format!("{}: {reason}", parameter.shown());
                Err(self.wrong(&value.span(), message))
            }
        }
    }

    fn text(
        &self,
        value: Maybe<String>,
        parameter: &Parameter,
        check: impl Fn(&String) -> Result<(), String>,
    ) -> Result<Option<String>, PolicyError> {
        let checked = self.checked(value, parameter, check)?;
        Ok(checked.map(|(text, ())| text))
    }

    fn list_of<T>(
        &self,
        list: List<T>,
        parameter: &Parameter,
        check: impl Fn(&T) -> Result<(), String>,
    ) -> Result<Option<Vec<T>>, PolicyError> {
        let Some(list) = list else { return Ok(None) };
        let each = list.into_iter().map(|item| {
            let item = self.checked(Some(item), parameter, &check)?;
            Ok(item.map(|(item, ())| item))
        });
        let items: Result<Vec<Option<T>>, PolicyError> = each.collect();
        Ok(Some(items?.into_iter().flatten().collect()))
    }

    fn list<T: Checked>(&self, list: List<T>, parameter: &Parameter) -> Result<Option<Vec<T>>, PolicyError> {
        self.list_of(list, parameter, T::check)
    }

    fn paths(&self, list: List<String>, parameter: &Parameter) -> Result<Option<Vec<String>>, PolicyError> {
        self.list_of(list, parameter, |path| words::absolute(path))
    }

    fn pods(&self, list: List<String>) -> Result<Option<Vec<String>>, PolicyError> {
        let parameter = &parameters::K8S_HOST_NETWORK_ALLOWED;
        self.list_of(list, parameter, |pod| match pod.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() => Ok(()),
            _ => Err(format!("{pod:?} is no pod: write namespace/name")),
        })
    }

    /// The bytes of a file that the policy names. They count in its digest.
    fn named(&self, path: &str, at: &Range<usize>, value: &str) -> Result<(String, Vec<u8>), PolicyError> {
        if path.is_empty() {
            return Err(self.wrong(at, format!("{value}: it names no file")));
        }
        let path = self.file.parent().unwrap_or(Path::new("")).join(path);
        let shown = path.display().to_string();
        let bytes = (self.open)(&path).map_err(|e| PolicyError::File {
            policy: self.file.display().to_string(),
            value: value.to_owned(),
            file: shown.clone(),
            reason: e.to_string(),
        })?;
        self.digests.borrow_mut().push(sha256_hex(&bytes));
        Ok((shown, bytes))
    }

    fn roots(&self, path: Maybe<String>, parameter: &Parameter) -> Result<Option<Roots>, PolicyError> {
        let Some(path) = path else { return Ok(None) };
        let value = parameter.shown();
        let (shown, pem) = self.named(path.get_ref(), &path.span(), &value)?;
        let roots = Roots::from_pem(&pem).map_err(|reason| PolicyError::File {
            policy: self.file.display().to_string(),
            value,
            file: shown,
            reason,
        })?;
        Ok(Some(roots))
    }

    fn evidence(
        &self,
        path: Option<&String>,
        at: &Range<usize>,
        value: &str,
    ) -> Result<Option<NamedFile>, PolicyError> {
        let Some(path) = path else { return Ok(None) };
        let (_, bytes) = self.named(path, at, value)?;
        Ok(Some(NamedFile { name: path.clone(), sha256: sha256_hex(&bytes) }))
    }

    fn attestation(&self, entry: Spanned<WrittenAttestation>) -> Result<super::Attestation, PolicyError> {
        let (at, entry) = (entry.span(), entry.into_inner());
        let evidence = self.evidence(entry.evidence.as_ref(), &at, "[[attest]] evidence")?;
        let accepted = entry.accept(evidence);
        accepted.map_err(|reason| self.wrong(&at, format!("[[attest]]: {reason}")))
    }

    fn waiver(&self, entry: Spanned<WrittenWaiver>) -> Result<super::Waiver, PolicyError> {
        let (at, entry) = (entry.span(), entry.into_inner());
        let evidence = self.evidence(entry.evidence.as_ref(), &at, "[[waiver]] evidence")?;
        let accepted = entry.accept(evidence);
        accepted.map_err(|reason| self.wrong(&at, format!("[[waiver]]: {reason}")))
    }

    /// Every rule that the file names, with its place.
    fn names(&self, written: &Written) -> Vec<Named> {
        let attest = written.attest.iter();
        let attest = attest.map(|entry| (entry.span(), &entry.get_ref().rule));
        let waiver = written.waiver.iter();
        let waiver = waiver.map(|entry| (entry.span(), &entry.get_ref().rule));
        let exempt = written.con.exempt.iter().flatten();
        let exempt = exempt.flat_map(|entry| {
            let rules = entry.get_ref().rules.iter();
            rules.map(|rule| (entry.span(), rule))
        });
        let file = self.file.display().to_string();
        let lines = toml_file::Lines::of(self.text);
        let place = |(at, rule): (Range<usize>, &String)| {
            let (line, column) = lines.place(at.start);
            Named { rule: rule.clone(), at: TomlError { file: file.clone(), line, column, message: String::new() } }
        };
        attest.chain(waiver).chain(exempt).map(place).collect()
    }
}

fn limits(limit: &Limit) -> Result<Vec<u32>, String> {
    let numbers = match limit {
        Limit::One(number) => vec![*number],
        Limit::Any(numbers) => numbers.clone(),
    };
    if numbers.is_empty() {
        return Err("the list is empty: no number would be right".into());
    }
    if numbers.contains(&0) {
        return Err("0 lifts the limit; it can be no value of a plan".into());
    }
    Ok(numbers)
}

fn at_least_one(count: u32) -> Result<(), String> {
    if count == 0 {
        return Err("0 is no number of files".into());
    }
    Ok(())
}

fn quotas(written: &BTreeMap<String, BTreeMap<String, Amount>>) -> Result<Quotas, String> {
    let mut quotas = BTreeMap::new();
    for (namespace, limits) in written {
        words::name(namespace, "a namespace")?;
        if limits.is_empty() {
            return Err(format!("{namespace} has no limits"));
        }
        let mut amounts = BTreeMap::new();
        for (limit, amount) in limits {
            let amount = match amount {
                Amount::Text(text) => text.clone(),
                Amount::Number(number) => number.to_string(),
            };
            words::quantity(&amount).map_err(|e| format!("{namespace}, {limit}: {e}"))?;
            words::name(limit, "a limit")?;
            amounts.insert(limit.clone(), amount);
        }
        quotas.insert(namespace.clone(), amounts);
    }
    Ok(Quotas(quotas))
}

/// Says where a key belongs that stands outside its table.
fn misplaced(mut error: TomlError) -> TomlError {
    let mut quoted = error.message.split('`').skip(1).step_by(2);
    let (unknown, expected) = (quoted.next(), quoted.next());
    // Only where tables or values are expected: a field of an entry has its own names.
    let among_values = expected.is_some_and(|expected| {
        let is_one = |p: &Parameter| p.table == expected || p.key == expected;
        PARAMETERS.iter().any(is_one)
    });
    let at_home = |p: &&Parameter| Some(p.key) == unknown;
    let is_unknown = error.message.starts_with("unknown field") && among_values;
    if let Some(parameter) = PARAMETERS.iter().find(at_home).filter(|_| is_unknown) {
        error.message = format!("`{}` stands outside its table: it belongs under [{}]", parameter.key, parameter.table);
    }
    error
}
