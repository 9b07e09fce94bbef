//! The certificates of client bundles: those that UCP holds for the keys of each user.

use chrono::DateTime;
use futures::StreamExt as _;
use serde::Deserialize;
use x509_parser::prelude::X509Certificate;
use x509_parser::x509::X509Name;

use super::accounts::{Directory, SIGHT, below};
use crate::collect::Brought;
use crate::collect::http::Failure;
use crate::collect::json::{Items, json};
use crate::collect::pages::{self, List, Page, as_far};
use crate::facts::accounts::{BundleCertificate, ClientCertificates, Key, Names};
use crate::facts::proof::Proof;
use crate::facts::tls::certificates_from_pem;

/// The keys of all users.
pub(super) async fn keys(directory: &Directory<'_>) -> Result<Brought<ClientCertificates>, Failure> {
    directory.sight().await?;
    let listed = directory.accounts().await?;
    let read: Vec<_> = futures::stream::iter(&listed.users)
        .map(|user| of_user(directory, &user.name))
        .buffered(directory.concurrency)
        .collect()
        .await;
    let (mut users, mut keys, mut broken) = (0, Vec::new(), listed.broken.clone());
    for (of_user, failure) in read {
        users += u64::from(failure.is_none());
        keys.extend(of_user);
        broken = broken.or(failure);
    }
    let request = format!("GET {} and each user's /publicKeys, all pages", directory.session.url("/accounts/"));
    let is_empty = users == 0 && keys.is_empty();
    Brought::of_list(request, ClientCertificates::new(users, keys), is_empty, broken)
}

async fn of_user(directory: &Directory<'_>, name: &str) -> (Vec<Key>, Option<Failure>) {
    let url = below(directory.session, &[name, "publicKeys"]);
    let list = List {
        style: &pages::UCP_UNCOUNTED,
        parse: parse_keys,
        name: |key: &Key| &key.id,
        starts: Some(|key| vec![key.id.clone()]),
        proof: Proof::MayBeEmpty(SIGHT),
    };
    let (mut keys, broken) = as_far(directory.session, &url, &list).await;
    for key in &mut keys {
        name.clone_into(&mut key.account);
    }
    (keys, broken.map(Failure::from))
}

fn parse_keys(body: &[u8]) -> Result<Page<Key>, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        account_public_keys: Items<Item>,
        next_page_start: Option<String>,
        resource_count: Option<u64>,
    }
    #[derive(Deserialize)]
    struct Item {
        id: String,
        #[serde(default)]
        certificates: Option<Vec<Held>>,
    }
    #[derive(Deserialize)]
    struct Held {
        cert: String,
    }
    let list: Answer = json(body)?;
    let key = |item: Item| Key {
        account: String::new(),
        id: item.id,
        certificates: item.certificates.unwrap_or_default().iter().map(|held| certificate(&held.cert)).collect(),
    };
    Ok(Page {
        items: list.account_public_keys.0.into_iter().map(key).collect(),
        next: list.next_page_start,
        count: list.resource_count,
    })
}

/// The user's own certificate: the first of a chain.
fn certificate(pem: &str) -> BundleCertificate {
    match names(pem) {
        Ok(names) => BundleCertificate::Names(names),
        Err(reason) => BundleCertificate::Unreadable(reason),
    }
}

fn names(pem: &str) -> Result<Names, String> {
    let chain = certificates_from_pem(pem.as_bytes())?;
    let own = chain.first().ok_or("it holds no certificate")?;
    let (_, parsed) =
        x509_parser::parse_x509_certificate(&own.0).map_err(|_| "it cannot be read as X.509".to_owned())?;
    let parsed: X509Certificate<'_> = parsed;
    let not_after = DateTime::from_timestamp(parsed.validity().not_after.timestamp(), 0)
        .ok_or("the end of its validity is no date")?;
    Ok(Names {
        subject: distinguished(parsed.subject())?,
        issuer: distinguished(parsed.issuer())?,
        serial: format!("{:x}", parsed.serial),
        not_after,
    })
}

/// A name as text: attributes in the order of the certificate, as `O=Example, CN=alice`. What could
/// be taken for the end of a value is escaped (RFC 4514, 2.4), `=` as well: nobody gets an
/// organisation by writing one into a common name.
fn distinguished(name: &X509Name<'_>) -> Result<String, String> {
    let mut parts = Vec::new();
    for rdn in name.iter_rdn() {
        let mut pairs = Vec::new();
        for attribute in rdn.iter() {
            let value = attribute.as_str().map_err(|_| "a name in it is no text".to_owned())?;
            let mut escaped = String::new();
            for c in value.chars() {
                match c {
                    ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => {
                        escaped.push('\\');
                        escaped.push(c);
                    }
                    c if c.is_control() => escaped.push_str(&c.escape_default().to_string()),
                    c => escaped.push(c),
                }
            }
            let oid = attribute.attr_type();
            let key = x509_parser::objects::oid2abbrev(oid, x509_parser::objects::oid_registry())
                .map_or_else(|_| oid.to_id_string(), str::to_owned);
            pairs.push(format!("{key}={escaped}"));
        }
        parts.push(pairs.join(" + "));
    }
    Ok(parts.join(", "))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

    use super::*;

    fn pem(common_name: &str) -> String {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CountryName, "US");
        params.distinguished_name.push(DnType::CommonName, common_name);
        let key = KeyPair::generate().expect("a key");
        params.self_signed(&key).expect("a certificate").pem()
    }

    #[test]
    fn a_name_cannot_pretend_to_be_more_than_one() {
        let BundleCertificate::Names(names) = certificate(&pem("x, O=Example")) else {
            panic!("readable");
        };
        assert_eq!(names.subject, "C=US, CN=x\\, O\\=Example");
        assert_eq!(names.issuer, names.subject);
    }

    #[test]
    fn what_is_no_certificate_says_so() {
        for text in ["", "hunter2", "-----BEGIN CERTIFICATE-----\naGk=\n-----END CERTIFICATE-----\n"] {
            let BundleCertificate::Unreadable(reason) = certificate(text) else {
                panic!("{text}");
            };
            assert!(!reason.contains("hunter2"));
        }
    }

    #[test]
    fn keys_are_read_with_the_first_certificate_of_each_chain() {
        let body = serde_json::json!({
            "accountPublicKeys": [
                {"id": "k1", "accountID": "a", "publicKey": "x", "label": "hunter2",
                 "certificates": [{"label": "", "cert": format!("{}{}", pem("alice"), pem("ca"))}]},
                {"id": "k2", "certificates": null},
            ],
            "nextPageStart": "",
        });
        let page = parse_keys(body.to_string().as_bytes()).expect("a page");
        assert!(!format!("{:?}", page.items).contains("hunter2"));
        let [one, other] = &page.items[..] else { panic!("two keys") };
        assert!(matches!(&one.certificates[..], [BundleCertificate::Names(n)] if n.subject == "C=US, CN=alice"));
        assert!(other.certificates.is_empty());
    }
}
