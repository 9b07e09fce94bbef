use super::*;
use crate::policy::IdentityProvider as Expected;
use crate::probes::cases::{Case, Kind, broken, configured, read};

const LDAP: &str = "[auth]\nbackend = 'ldap'\n";
const SAML: &str = "[auth]\nsamlEnabled = true\n[auth.saml]\nidpMetadataURL = 'https://idp.example.mil/m'\nspHost = 'https://mke.example.mil'\nrootCerts = 'x'\ntlsSkipVerify = false\n";

fn directory(url: &str, start_tls: bool, skip_verify: Field<bool>) -> Directory {
    Directory { domain: String::new(), server_url: Field::Is(url.into()), start_tls: Field::Is(start_tls), skip_verify }
}

fn sound() -> Ldap {
    Ldap {
        main: directory("ldaps://ldap.example.mil", false, Field::Is(false)),
        reader_dn: Field::Is("cn=reader, dc=example,DC=mil".into()),
        additional: Field::Absent,
        user_searches: Field::Is(1),
    }
}

fn facts(toml: &str, ldap: Ldap) -> Facts {
    let mut facts = configured(toml);
    facts.ucp.ldap = read(Need::UcpLdap, ldap);
    facts
}

/// Settings that are wrong in one way each.
fn unsound() -> Vec<(&'static str, Ldap)> {
    let with = |main: Directory| Ldap { main, ..sound() };
    let second = |url: &str, skip_verify| {
        let second = directory(url, false, skip_verify);
        Ldap { additional: Field::Is(vec![second]), ..sound() }
    };
    vec![
        ("no TLS", with(directory("ldap://a", false, Field::Absent))),
        ("no server", with(directory("", true, Field::Absent))),
        ("no scheme", with(directory("a", true, Field::Absent))),
        ("nothing said of the server", with(Directory::default())),
        ("not verified", with(directory("ldaps://ldap.example.mil", false, Field::Is(true)))),
        ("odd", with(directory("ldaps://ldap.example.mil", false, Field::Odd("a string".into())))),
        ("second without TLS", second("ldap://b", Field::Is(false))),
        ("second that says nothing of verification", second("ldaps://b", Field::Absent)),
        ("second with null for it", second("ldaps://b", Field::Null)),
        ("second not verified", second("ldaps://b", Field::Is(true))),
        ("no search", Ldap { user_searches: Field::Is(0), ..sound() }),
        ("searches not said", Ldap { user_searches: Field::Absent, ..sound() }),
        ("searches odd", Ldap { user_searches: Field::Odd("a string".into()), ..sound() }),
    ]
}

fn policy(ldap: bool, saml: bool) -> Policy {
    let given = |given: bool, text: &str| given.then(|| text.to_owned());
    Policy {
        idp_expected: Some(Expected {
            ldap_url: given(ldap, "LDAPS://ldap.example.mil/"),
            reader_dn: given(ldap, "CN=reader,dc=example,dc=mil"),
            saml_metadata_url: given(saml, "https://idp.example.mil/m"),
            sp_host: given(saml, "mke.example.mil"),
        }),
        ..Policy::default()
    }
}

/// See [`crate::probes::cases`].
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = ldap_cases();
    cases.extend(provider_cases());
    cases.extend(wrong_providers());
    cases
}

fn ldap_cases() -> Vec<Case> {
    let case = |kind, what: &str, facts, verdict| Case::new(&LdapDirectory, kind, what, facts, verdict);
    let start_tls = Ldap { main: directory("ldap://a", true, Field::Absent), ..sound() };
    let second = directory("ldaps://b", false, Field::Is(false));
    let two = Ldap { additional: Field::Is(vec![second]), ..sound() };
    let mut down = facts(LDAP, sound());
    down.ucp.ldap = broken();
    let mut cases = vec![
        case(Kind::Passes, "ldaps", facts(LDAP, sound()), Verdict::Pass),
        case(Kind::Passes, "StartTLS", facts(LDAP, start_tls), Verdict::Pass),
        case(Kind::Passes, "a second, verified", facts(LDAP, two), Verdict::Pass),
        case(Kind::Absent, "no backend", facts("[auth]\n", sound()), Verdict::Fail),
        case(Kind::Fails, "managed", facts("[auth]\nbackend = 'managed'\n", sound()), Verdict::Fail),
        case(Kind::Fails, "a list", facts("[auth]\nbackend = ['ldap']\n", sound()), Verdict::Fail),
        case(Kind::Fails, "SAML alone", facts(SAML, sound()), Verdict::Fail),
        case(Kind::Broken, "no settings", down, Verdict::Error),
    ];
    for (what, ldap) in unsound() {
        cases.push(case(Kind::Fails, what, facts(LDAP, ldap), Verdict::Fail));
    }
    let odd = Ldap { additional: Field::Odd("a string".into()), ..sound() };
    cases.push(case(Kind::Absent, "odd list", facts(LDAP, odd), Verdict::Error));
    cases
}

/// What is wrong with one provider that is as expected otherwise.
fn wrong_providers() -> Vec<Case> {
    let case = |kind, what: &str, facts, policy, verdict| {
        Case::new(&IdentityProvider, kind, what, facts, verdict).with(policy)
    };
    let mut cases = Vec::new();
    for (what, ldap) in unsound() {
        cases.push(case(Kind::Fails, what, facts(LDAP, ldap), policy(true, false), Verdict::Fail));
    }
    for (what, from, to) in [
        ("another provider", "idp.example.mil", "idp.example.com"),
        ("another host", "mke.example.mil", "mke.example.com"),
        ("not verified", "tlsSkipVerify = false", "tlsSkipVerify = true"),
        ("no CA", "rootCerts = 'x'", "rootCerts = ' '"),
        ("no host", "spHost", "other"),
    ] {
        let toml = SAML.replace(from, to);
        cases.push(case(Kind::Fails, what, facts(&toml, sound()), policy(false, true), Verdict::Fail));
    }
    for reader in ["cn=other,dc=example,dc=mil", "cn=reader", ""] {
        let ldap = Ldap { reader_dn: Field::Is(reader.into()), ..sound() };
        cases.push(case(Kind::Fails, "another reader", facts(LDAP, ldap), policy(true, false), Verdict::Fail));
    }
    cases
}

fn provider_cases() -> Vec<Case> {
    let case = |kind, what: &str, facts, policy, verdict| {
        Case::new(&IdentityProvider, kind, what, facts, verdict).with(policy)
    };
    let both = SAML.replace("[auth]\n", LDAP);
    let mut down = facts(LDAP, sound());
    down.ucp.ldap = broken();
    vec![
        case(Kind::Passes, "LDAP", facts(LDAP, sound()), policy(true, false), Verdict::Pass),
        case(Kind::Passes, "SAML", facts(SAML, Ldap::default()), policy(false, true), Verdict::Pass),
        case(Kind::Passes, "both", facts(&both, sound()), policy(true, true), Verdict::Pass),
        case(Kind::Passes, "one of two", facts(SAML, sound()), policy(true, true), Verdict::Pass),
        case(Kind::Fails, "none", facts("[auth]\nbackend = 'managed'\n", sound()), policy(true, true), Verdict::Fail),
        case(Kind::Fails, "LDAP for SAML", facts(LDAP, sound()), policy(false, true), Verdict::Fail),
        case(Kind::Fails, "SAML for LDAP", facts(SAML, sound()), policy(true, false), Verdict::Fail),
        case(Kind::Absent, "nothing in the file", facts("[x]\n", sound()), policy(true, true), Verdict::Fail),
        case(Kind::Broken, "no settings", down, policy(true, true), Verdict::Error),
    ]
}

#[test]
fn the_letter_looks_at_the_backend_alone() {
    for (what, ldap) in unsound() {
        let finding = LdapDirectory.decide(&facts(LDAP, ldap), &Policy::default());
        let literal = finding.expect("a finding").literal().map(|l| l.verdict);
        assert_eq!(literal, Some(Verdict::Pass), "{what}");
    }
    let managed = LdapDirectory.decide(&facts("[auth]\n", sound()), &Policy::default());
    assert_eq!(managed.expect("a finding").literal(), None);
}

#[test]
fn the_conflict_of_two_rules_is_told_where_one_of_them_is_enabled() {
    let told = |toml: &str| {
        let finding = LdapDirectory.decide(&facts(toml, sound()), &Policy::default()).expect("a finding");
        finding.summary().contains("needs a risk acceptance")
    };
    assert!(told(LDAP) && told(SAML));
    assert!(!told("[auth]\n") && !told(&SAML.replace("[auth]\n", LDAP)));
}

#[test]
fn a_managed_backend_is_open_whatever_became_of_the_directory() {
    let mut facts = facts("[auth]\nbackend = 'managed'\n", sound());
    facts.ucp.ldap = broken();
    let finding = LdapDirectory.decide(&facts, &Policy::default()).expect("a finding");
    assert_eq!(finding.verdict(), Verdict::Fail);
}
