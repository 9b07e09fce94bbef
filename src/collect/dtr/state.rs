//! What DTR says of itself in one answer each: settings, scanner, version, CA.

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::collect::http::Failure;
use crate::collect::json::json;
use crate::collect::session::Session;
use crate::facts::dtr::{Scanner, Scanning, Settings};
use crate::facts::engine::Version;
use crate::facts::field::Field;
use crate::facts::tags::Sight;
use crate::facts::tls::{Bundle, certificates_from_pem};

/// The code of DTR's answer when the scanner is off.
const SCANNING_NOT_ENABLED: &str = "SCANNING_NOT_ENABLED";

/// The settings that rules ask for.
pub(super) async fn settings(session: &Session) -> Result<(String, Settings), Failure> {
    let answer = session.document(session.url("/api/v0/meta/settings")).await?;
    let settings = parse_settings(&answer.body).map_err(|reason| unusable(answer.request.clone(), reason))?;
    Ok((answer.request, settings))
}

/// The state of the scanner. That it is off is an answer as well.
pub(super) async fn scanning(session: &Session) -> Result<(String, Scanning), Failure> {
    match session.get(session.url("/api/v0/imagescan/status")).await {
        Ok(answer) => {
            let scanner = parse_scanner(&answer.body).map_err(|reason| unusable(answer.request.clone(), reason))?;
            Ok((answer.request, Scanning::On(scanner)))
        }
        Err(failure)
            if failure.status == Some(StatusCode::BAD_REQUEST) && failure.reason.contains(SCANNING_NOT_ENABLED) =>
        {
            Ok((failure.request, Scanning::Off))
        }
        Err(failure) => Err(failure),
    }
}

/// DTR's version.
pub(super) async fn version(session: &Session) -> Result<(String, Version), Failure> {
    #[derive(Deserialize)]
    struct Answer {
        version: String,
    }
    let answer = session.get(session.url("/api/v0/admin/version")).await?;
    let Answer { version } = json(&answer.body).map_err(|reason| unusable(answer.request.clone(), reason))?;
    let is_version = |v: &str| {
        v.len() <= 40
            && v.starts_with(|c: char| c.is_ascii_digit())
            && v.bytes().all(|b| b.is_ascii_alphanumeric() || b".-+_".contains(&b))
    };
    if !is_version(&version) {
        return Err(unusable(answer.request, "what it gives is no version".into()));
    }
    let version = Version { version, ..Version::default() };
    Ok((answer.request, version))
}

/// The CA certificates that DTR offers for download to anybody.
pub(super) async fn ca(session: &Session) -> Result<(String, Bundle), Failure> {
    let answer = session.get_public(session.url("/ca")).await?;
    let certificates =
        certificates_from_pem(&answer.body).map_err(|reason| unusable(answer.request.clone(), reason))?;
    Ok((answer.request, Bundle { certificates }))
}

/// Shows that the account sees every repository: DTR filters its lists by what an account may read,
/// and gives its settings to administrators only.
pub(super) async fn sight(session: &Session) -> Result<Sight, Failure> {
    match session.document(session.url("/api/v0/meta/settings")).await {
        Ok(answer) => {
            let settings: serde_json::Map<String, Value> =
                json(&answer.body).map_err(|reason| unusable(answer.request, reason))?;
            // An empty object is no settings; whatever sent it need not be DTR.
            Ok(if settings.is_empty() { Sight::NotShown } else { Sight::Administrator })
        }
        Err(failure) => match failure.status {
            Some(StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED) => Ok(Sight::NotShown),
            Some(StatusCode::FORBIDDEN) => Err(Failure {
                reason:
                    "403: the account is no administrator of DTR, which then shows it only some of the repositories"
                        .into(),
                ..failure
            }),
            _ => Err(failure),
        },
    }
}

/// What is left of the MSR that a DTR became: version 4 is another product under the same name.
pub(super) async fn is_harbor(session: &Session) -> bool {
    if let Ok(pong) = session.get_public(session.url("/api/v2.0/ping")).await
        && pong.body.trim_ascii() == b"Pong"
    {
        return true;
    }
    let Ok(info) = session.get_public(session.url("/api/v2.0/systeminfo")).await else {
        return false;
    };
    let info: Option<Value> = json(&info.body).ok();
    let has = |key| info.as_ref().is_some_and(|i| i.get(key).is_some());
    has("harbor_version") || has("auth_mode")
}

pub(super) fn unusable(request: String, reason: String) -> Failure {
    Failure { request, reason, status: None }
}

fn parse_settings(body: &[u8]) -> Result<Settings, String> {
    let answer: Value = json(body)?;
    if answer.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err("the answer holds no settings".into());
    }
    let web_tls_ca = match Field::<String>::at(&answer, "/webTLSCA") {
        Field::Is(pem) if pem.trim().is_empty() => Field::Is(Vec::new()),
        Field::Is(pem) => match certificates_from_pem(pem.as_bytes()) {
            Ok(certificates) => Field::Is(certificates),
            Err(_) => Field::Odd("text without certificates that can be read".into()),
        },
        other => other.map(|_| Vec::new()),
    };
    let switch = |name| Field::at(&answer, name);
    Ok(Settings {
        create_repository_on_push: switch("/createRepositoryOnPush"),
        report_analytics: switch("/reportAnalytics"),
        anonymize_analytics: switch("/anonymizeAnalytics"),
        scanning_enabled: switch("/scanningEnabled"),
        scanning_sync_online: switch("/scanningSyncOnline"),
        web_tls_ca,
    })
}

fn parse_scanner(body: &[u8]) -> Result<Scanner, String> {
    let answer: Value = json(body)?;
    if !answer.is_object() {
        return Err("the answer is not of the documented shape".into());
    }
    let failed = spelled(&answer, ["/lastDBUpdateFailed", "/last_db_update_failed"]);
    let time: Field<String> = spelled(&answer, ["/db_updated_at", "/dbUpdatedAt"]);
    Ok(Scanner {
        as_in_2_4: answer.get("lastDBUpdateFailed").is_none() && answer.get("last_db_update_failed").is_some(),
        db_version: spelled(&answer, ["/db_version", "/dbVersion"]),
        db_updated_at: match time {
            Field::Is(text) => match text.parse::<DateTime<Utc>>() {
                Ok(time) => Field::Is(time),
                Err(_) => Field::Odd("text that is no time".into()),
            },
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Odd(kind) => Field::Odd(kind),
        },
        last_db_update_failed: failed,
        last_overrides_update_failed: Field::at(&answer, "/lastVulnOverridesDBUpdateFailed"),
    })
}

/// A field that was spelled in two ways in its time. Where both stand there, neither is believed.
fn spelled<T: serde::de::DeserializeOwned>(answer: &Value, ways: [&str; 2]) -> Field<T> {
    match ways.map(|way| Field::at(answer, way)) {
        [Field::Absent, old] => old,
        [new, Field::Absent] => new,
        _ => Field::Odd("two spellings at once".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_the_scanner_are_read_and_never_both_at_once() {
        let parse = |body: &str| parse_scanner(body.as_bytes()).expect("an answer");
        let new = parse(
            r#"{"db_version":7,"db_updated_at":"2026-05-01T00:00:00Z","lastDBUpdateFailed":false,"lastVulnOverridesDBUpdateFailed":true}"#,
        );
        assert_eq!(new.last_db_update_failed, Field::Is(false));
        assert_eq!(new.last_overrides_update_failed, Field::Is(true));
        assert_eq!((new.db_version.clone(), new.as_in_2_4), (Field::Is(7), false));
        assert!(new.db_updated_at.get().is_some());
        let old = parse(r#"{"db_version":7,"last_db_update_failed":true}"#);
        assert_eq!(old.last_db_update_failed, Field::Is(true));
        assert!(old.as_in_2_4);
        let both = parse(r#"{"last_db_update_failed":false,"lastDBUpdateFailed":false}"#);
        assert!(both.last_db_update_failed.is_odd());
        assert!(parse(r#"{"db_updated_at":"yesterday"}"#).db_updated_at.is_odd());
        assert!(parse_scanner(b"[]").is_err());
    }

    #[test]
    fn settings_keep_what_is_listed_and_nothing_else() {
        let body = br#"{"createRepositoryOnPush":false,"reportAnalytics":"false","webTLSKey":"hunter2","httpsProxy":"hunter2","webTLSCA":"hunter2"}"#;
        let settings = parse_settings(body).expect("settings");
        assert_eq!(settings.create_repository_on_push, Field::Is(false));
        assert!(settings.report_analytics.is_odd());
        assert_eq!(settings.scanning_enabled, Field::Absent);
        assert!(settings.web_tls_ca.is_odd());
        let kept = serde_json::to_string(&settings).expect("JSON");
        assert!(!kept.contains("hunter2"), "{kept}");
        assert!(parse_settings(b"{}").is_err());
        assert!(parse_settings(b"[]").is_err());
    }
}
