//! UCP's configuration, and the CA certificates it offers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde::Deserialize;

use super::unusable;
use crate::collect::http::{Answer, Failure};
use crate::collect::json::Items;
use crate::collect::session::Session;
use crate::facts::config::Config;
use crate::facts::tls::{Bundle, certificates_from_pem};

/// Where the configuration is mounted in the agent of UCP 3.0 and older.
const MOUNTED_AT: &str = "/etc/ucp/ucp.toml";
/// How the swarm configs that hold it are named, before their number.
const SWARM_CONFIG: &str = "com.docker.ucp.config-";

/// The configuration, and the request that gave it.
pub(super) async fn config(session: &Session) -> Result<(String, Config), Failure> {
    match session.document(session.url("/api/ucp/config-toml")).await {
        Ok(answer) => {
            let config = Config::parse(&answer.body).map_err(|reason| unusable(&answer.request, reason))?;
            Ok((answer.request, config))
        }
        Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => {
            let (request, body) = swarm_config(session).await.map_err(|older| Failure {
                reason: format!("{}; and as on UCP 3.0 and older: {older}", failure.reason),
                ..failure
            })?;
            let config = Config::parse(&body).map_err(|reason| unusable(&request, reason))?;
            Ok((request, config))
        }
        Err(failure) => Err(failure),
    }
}

/// The CA certificates that UCP offers for download to anybody.
pub(super) async fn ca(session: &Session) -> Result<(String, Bundle), Failure> {
    let answer = session.get_public(session.url("/ca")).await?;
    let certificates = certificates_from_pem(&answer.body).map_err(|reason| unusable(&answer.request, reason))?;
    Ok((answer.request, Bundle { certificates }))
}

/// The configuration as UCP 3.0 and older keep it: in the swarm config that the agent mounts.
async fn swarm_config(session: &Session) -> Result<(String, Vec<u8>), Failure> {
    let id = match mounted(session).await {
        Ok(id) => id,
        // Without the service the newest config is the one in use: each change makes a new one.
        Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => newest(session).await?,
        Err(failure) => return Err(failure),
    };
    let mut url = session.url("/configs");
    if let Ok(mut path) = url.path_segments_mut() {
        path.push(&id);
    }
    let answer = session.document(url).await?;
    let config: SwarmConfig = json(&answer)?;
    let data = config.spec.data.and_then(|d| STANDARD.decode(d).ok());
    let data = data.ok_or_else(|| unusable(&answer.request, "Spec.Data is absent or not base64".into()))?;
    Ok((answer.request, data))
}

async fn mounted(session: &Session) -> Result<String, Failure> {
    let answer = session.document(session.url("/services/ucp-agent")).await?;
    let service: Service = json(&answer)?;
    let mut configs = service.spec.task_template.container_spec.configs.into_iter();
    let mount = configs.find(|c| c.file.as_ref().is_some_and(|f| f.name == MOUNTED_AT));
    mount
        .map(|m| m.config_id)
        .ok_or_else(|| unusable(&answer.request, format!("the service mounts no config at {MOUNTED_AT}")))
}

async fn newest(session: &Session) -> Result<String, Failure> {
    let answer = session.document(session.url("/configs")).await?;
    let Items(configs) = json::<Items<SwarmConfig>>(&answer)?;
    let number = |c: &SwarmConfig| c.spec.name.strip_prefix(SWARM_CONFIG)?.parse::<u64>().ok();
    let newest = configs.into_iter().filter_map(|c| Some((number(&c)?, c.id))).max();
    newest
        .map(|(_, id)| id)
        .ok_or_else(|| unusable(&answer.request, format!("there is no swarm config {SWARM_CONFIG}N")))
}

fn json<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    crate::collect::json::json(&answer.body).map_err(|reason| unusable(&answer.request, reason))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SwarmConfig {
    #[serde(rename = "ID")]
    id: String,
    spec: ConfigSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConfigSpec {
    #[serde(default)]
    name: String,
    data: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Service {
    spec: ServiceSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceSpec {
    task_template: TaskTemplate,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TaskTemplate {
    container_spec: ContainerSpec,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerSpec {
    #[serde(default)]
    configs: Vec<ConfigMount>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConfigMount {
    #[serde(rename = "ConfigID")]
    config_id: String,
    file: Option<MountFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MountFile {
    name: String,
}
