//! The directory settings.

use reqwest::StatusCode;
use serde_json::{Map, Value};

use super::unusable;
use crate::collect::http::Failure;
use crate::collect::json::json;
use crate::collect::session::Session;
use crate::facts::address;
use crate::facts::field::Field;
use crate::facts::ldap::{Directory, Ldap};

/// Where the settings are, and where UCP from 3.2 on has them as well.
const PLACES: [&str; 2] = ["/enzi/v0/config/auth/ldap", "/api/ucp/config/auth/ldap"];

/// The directory settings.
pub(super) async fn ldap(session: &Session) -> Result<(String, Ldap), Failure> {
    let [first, second] = PLACES;
    let answer = match session.get(session.url(first)).await {
        Err(failure) if failure.status == Some(StatusCode::NOT_FOUND) => session.get(session.url(second)).await?,
        answer => answer?,
    };
    let settings: Map<String, Value> = json(&answer.body).map_err(|reason| unusable(&answer.request, reason))?;
    // An object without any of these settings is another answer than the one that was asked for.
    if !["serverURL", "readerDN", "userSearchConfigs"].iter().any(|key| settings.contains_key(*key)) {
        return Err(unusable(&answer.request, "the answer holds no directory settings".into()));
    }
    Ok((answer.request, reduced(&Value::Object(settings))))
}

fn reduced(settings: &Value) -> Ldap {
    Ldap {
        main: directory(settings),
        reader_dn: Field::at(settings, "/readerDN"),
        additional: Field::<Vec<Value>>::at(settings, "/additionalDomains")
            .map(|domains| domains.iter().map(directory).collect()),
        user_searches: Field::<Vec<Value>>::at(settings, "/userSearchConfigs").map(|searches| {
            let has_base = |search: &&Value| {
                let base = search.get("baseDN").and_then(Value::as_str);
                base.is_some_and(|base| !base.trim().is_empty())
            };
            searches.iter().filter(has_base).count() as u64
        }),
    }
}

fn directory(settings: &Value) -> Directory {
    Directory {
        domain: Field::<String>::at(settings, "/domain").get().cloned().unwrap_or_default(),
        server_url: Field::<String>::at(settings, "/serverURL").map(|url| address::kept(&url)),
        start_tls: Field::at(settings, "/startTLS"),
        skip_verify: Field::at(settings, "/tlsSkipVerify"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_password_and_no_filter_is_kept() {
        let ldap = reduced(&json!({
            "serverURL": "ldaps://cn=reader:hunter2@ldap.example.mil", "startTLS": false,
            "readerDN": "cn=reader", "readerPassword": "hunter2", "rootCerts": "hunter2",
            "additionalDomains": [{"domain": "b", "serverURL": "ldap://b", "tlsSkipVerify": true}],
            "userSearchConfigs": [{"baseDN": "dc=example", "filter": "hunter2"}, {"baseDN": " "}],
        }));
        assert!(!format!("{ldap:?}").contains("hunter2"));
        assert_eq!(ldap.main.server_url, Field::Is("ldaps://ldap.example.mil".into()));
        assert_eq!(ldap.main.skip_verify, Field::Absent);
        assert_eq!(ldap.user_searches, Field::Is(1));
        let additional = ldap.additional.get().expect("a list");
        assert_eq!(additional[0].skip_verify, Field::Is(true));
        let odd = reduced(&json!({"serverURL": 5, "userSearchConfigs": "all"}));
        assert!(odd.main.server_url.is_odd() && odd.user_searches.is_odd());
    }
}
