//! Addresses out of settings, in a form that can be kept: without a user, a password or a query.

use crate::xccdf::ids::sha256_hex;

/// A URL without what may be secret in it. User and password are dropped; a query or fragment, which
/// may hold a token, is replaced by its digest, so that two addresses still compare as they should.
/// Scheme and host are written small, a slash at the end is dropped.
#[must_use]
pub fn kept(url: &str) -> String {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{}://", scheme.to_lowercase()), rest),
        None => (String::new(), url),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let (path, secret) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut kept = format!("{scheme}{}{}", host.to_lowercase(), path.trim_end_matches('/'));
    if !secret.is_empty() {
        kept += &format!("?sha256={}", sha256_hex(secret.as_bytes()));
    }
    kept
}

/// The host of a URL, with its port where it has one.
#[must_use]
pub fn host(url: &str) -> String {
    let kept = kept(url);
    let rest = kept.split_once("://").map_or(kept.as_str(), |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_kept() {
        for (url, is) in [
            ("LDAPS://Ldap.Example.mil/", "ldaps://ldap.example.mil"),
            ("https://u:hunter2@idp.example.mil/a/b", "https://idp.example.mil/a/b"),
            ("https://u:hun@ter2@idp.example.mil:8443", "https://idp.example.mil:8443"),
            ("u:hunter2@idp.example.mil", "idp.example.mil"),
            ("", ""),
        ] {
            assert_eq!(kept(url), is);
        }
        let query = kept("https://idp.example.mil/m?token=hunter2");
        assert!(query.starts_with("https://idp.example.mil/m?sha256=") && !query.contains("hunter2"));
        assert_ne!(query, kept("https://idp.example.mil/m?token=hunter3"));
        assert_eq!(host("https://u:p@UCP.example.mil:444/x?y"), "ucp.example.mil:444");
        assert_eq!(host("ucp.example.mil"), "ucp.example.mil");
    }
}
