//! UCP's own version.

use serde_json::{Map, Value};

use super::unusable;
use crate::collect::http::Failure;
use crate::collect::json::json;
use crate::collect::session::Session;
use crate::facts::engine::Version;
use crate::facts::field::Field;

/// `GET /version`.
pub(super) async fn version(session: &Session) -> Result<(String, Version), Failure> {
    let answer = session.document(session.url("/version")).await?;
    let said: Map<String, Value> = json(&answer.body).map_err(|reason| unusable(&answer.request, reason))?;
    let said = Value::Object(said);
    let text = |pointer: &str| Field::<String>::at(&said, pointer).get().cloned();
    let version = text("/Version").ok_or_else(|| unusable(&answer.request, "the answer names no version".into()))?;
    let version = Version {
        version,
        api_version: text("/ApiVersion").unwrap_or_default(),
        platform: text("/Platform/Name").unwrap_or_default(),
        experimental: Field::at(&said, "/Experimental"),
        ..Version::default()
    };
    Ok((answer.request, version))
}
