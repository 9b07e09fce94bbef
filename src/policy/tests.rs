use std::time::Duration;

use super::*;
use crate::facts::container::Container;
use crate::xccdf::Verdict;

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(Path::new("etc/policy.toml"), text, |path| match path {
        p if p == Path::new("etc/roots.pem") => Ok(b"no certificate".to_vec()),
        p if p == Path::new("etc/plan.pdf") => Ok(b"the plan".to_vec()),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    })
}

fn good(text: &str) -> Policy {
    parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn mistake(text: &str) -> String {
    parse(text).expect_err(text).to_string()
}

#[test]
fn an_empty_policy_sets_nothing() {
    let policy = good("");
    assert!(policy.sha256.is_some());
    let nothing = Policy { sha256: policy.sha256.clone(), ..Policy::default() };
    assert_eq!(policy, nothing);
}

#[test]
fn mistakes_are_named() {
    assert!(mistake("[trust]\nsigner = ['a']\n").contains("policy.toml:2:1"));
    assert!(mistake("[trust]\nsigner = ['a']\n").contains("did you mean `signers`?"));
    assert!(mistake("[trust]\nsigners = 'a'\n").contains("policy.toml:2:"));
    assert!(mistake("signers = ['a']\n").contains("it belongs under [trust]"));
    assert!(mistake("[ucp]\nmax_size = '1m'\n").contains("it belongs under [log]"));
    assert!(mistake("[trusts]\n").contains("did you mean `trust`?"));
    assert!(mistake("trust = 1\n").contains("expected a table"));
    assert!(mistake("[ca]\nucp = ''\n").contains("policy.toml:2:7: [ca] ucp: it names no file"));
    assert!(mistake("[trust]\nsigners = ['']\n").contains("[trust] signers: a name is empty"));
    assert!(mistake("[ca]\nucp = 'roots.pem'\n").contains("[ca] ucp names etc/roots.pem: it holds no certificate"));
}

/// A mistake, the line it stands on, and what is said of it.
const MISTAKES: &[(&str, usize, &str)] = &[
    ("[ucp]\nper_user_limit = 0\n", 2, "0 lifts the limit"),
    ("[ucp]\nper_user_limit = [5, 0]\n", 2, "0 lifts the limit"),
    ("[ucp]\nper_user_limit = []\n", 2, "empty"),
    ("[ucp]\nper_user_limit = 'five'\n", 2, "a number from 1"),
    ("[[ucp.grants]]\nsubject = 'a'\nrole = 'b'\nobjekt = '/'\n", 4, "did you mean `object`?"),
    ("[[ucp.grants]]\nsubject = 'a'\nrole = 'b'\n", 1, "missing field `object`"),
    (
        "[ucp]\ngrants = [\n  { subject = 'a', role = 'r', object = '/' },\n  { subject = '', role = 'r', object = '/' },\n]\n",
        4,
        "subject is empty",
    ),
    ("[dtr]\nin_use = 'no'\n", 2, "expected a boolean"),
    ("[dtr]\nscanner_db_max_age = 'a week'\n", 2, "no duration"),
    ("[[dtr.access]]\norg = 'a'\n", 1, "neither an org and a team"),
    ("[[dtr.access]]\norg = 'a'\nteam = 't'\nrepos = [{ name = 'a/b', level = 'write' }]\n", 1, "did you mean"),
    ("[con]\nsensitive_dirs = [\n '/etc',\n 'usr',\n]\n", 4, "not an absolute path"),
    (
        "[[con.caps]]\nselector = 'a'\nallow_add = ['NET_ADMIN']\n\n[[con.caps]]\nselector = 'b'\nalow_add = []\n",
        7,
        "did you mean `allow_add`?",
    ),
    ("[[con.caps]]\nselector = 'id:1'\n", 2, "no selector"),
    ("[[con.caps]]\nselector = 'a'\nallow_add = ['CAP SYS']\n", 1, "no capability"),
    ("[[con.ports]]\nselector = 'a'\nproto = 'tpc'\ncontainer_port = 80\n", 1, "did you mean \"tcp\"?"),
    ("[[con.ports]]\nselector = 'a'\nproto = 'tcp'\ncontainer_port = 70000\n", 4, "u16"),
    ("[[con.ports]]\nselector = 'a'\nproto = 'tcp'\ncontainer_port = 80\nhost_ip = '10.0.0'\n", 1, "no IP address"),
    ("[[con.devices]]\nselector = 'a'\npath_on_host = '/dev/x'\npermissions = 'rx'\n", 1, "permissions"),
    ("[[con.ulimits]]\nselector = 'a'\nname = 'nofile'\nsoft = 2\nhard = 1\n", 1, "above the hard"),
    ("[[con.exempt]]\nselector = 'a'\nreason = 'r'\nexpires = 'soon'\n", 4, "no date"),
    ("[[con.exempt]]\nselector = 'a'\nreason = ' '\nexpires = 2027-01-01\n", 1, "reason is empty"),
    ("[[con.exempt]]\nselector = 'a'\nreason = 'r'\nexpires = 2027-01-01T00:00:00Z\n", 4, "no date"),
    ("[log]\nmax_size = '10x'\n", 2, "no size"),
    ("[log]\nmax_file = 0\n", 2, "no number of files"),
    ("[bundle]\nsubject = 'CN=('\n", 2, "at character 4"),
    ("[swarm]\nnode_cert_expiry = '3 months'\n", 2, "no duration"),
    ("[[secrets.apps]]\napp = 'shop'\nsecrets = []\n", 1, "no secrets"),
    ("[host]\ntls_ca = 'ca.pem'\n", 2, "not an absolute path"),
    ("[k8s]\nquotas = { shop = { \"limits.cpu\" = 'four' } }\n", 2, "no quantity"),
    ("[k8s.quotas.shop]\nlimits.cpu = '4'\n", 2, "in quotes"),
    ("[k8s]\nhost_network_allowed = ['exporter']\n", 2, "namespace/name"),
    ("[idp.expected]\nldap = 'x'\n", 2, "did you mean `ldap_url`?"),
    ("[idp]\nexpected = {}\n", 2, "it expects nothing"),
    ("[mke]\nlatest_version = 'newest'\n", 2, "no version"),
    ("[banner]\ntext = ' '\n", 2, "empty"),
];

#[test]
fn mistakes_in_tables_and_lists_have_their_line() {
    for (text, line, said) in MISTAKES {
        let error = mistake(text);
        let place = format!("etc/policy.toml:{line}:");
        assert!(error.starts_with(&place) && error.contains(said), "{error}\n{text}");
    }
}

/// What becomes of a pattern where the policy takes names.
enum Patterns {
    /// They match.
    Work(&'static [&'static str]),
    /// They are refused, at this line.
    Refused(&'static [(&'static str, usize)]),
    /// It takes no names.
    NoName,
}

/// Every value of the policy.
const PATTERNS: &[(Parameter, Patterns)] = &[
    (UCP_PER_USER_LIMIT, Patterns::NoName),
    (
        UCP_GRANTS,
        Patterns::Work(&[
            "[[ucp.grants]]\nsubject = '*'\nrole = 'restrictedcontrol'\nobject = '/Shared/Private/{subject}'\n",
            "[[ucp.grants]]\nsubject = 'eng/*'\nrole = 'view*'\nobject = '*'\n",
        ]),
    ),
    (DTR_IN_USE, Patterns::NoName),
    (
        DTR_ACCESS,
        Patterns::Refused(&[
            ("[[dtr.access]]\norg = 'a*'\nteam = 't'\n", 1),
            ("[[dtr.access]]\norg = 'a'\nteam = '*'\n", 1),
            ("[[dtr.access]]\norg = 'a'\nteam = 't'\nmembers = ['j*']\n", 1),
            ("[[dtr.access]]\nuser = 'j?'\n", 1),
            ("[[dtr.access]]\nuser = 'j'\nrepos = [{ name = 'a/b*', level = 'admin' }]\n", 1),
            ("[[dtr.access]]\nuser = 'j'\nrepos = [{ name = 'a*/*', level = 'admin' }]\n", 1),
        ]),
    ),
    (DTR_SCANNER_DB_MAX_AGE, Patterns::NoName),
    (CON_SENSITIVE_DIRS, Patterns::Refused(&[("[con]\nsensitive_dirs = ['/etc*']\n", 2)])),
    (CON_CAPS, Patterns::Refused(&[("[[con.caps]]\nselector = 'a*'\nallow_add = ['NET_*']\n", 1)])),
    (CON_PORTS, Patterns::Work(&["[[con.ports]]\nselector = 'image:*/web?'\nproto = 'tcp'\ncontainer_port = 80\n"])),
    (
        CON_DEVICES,
        Patterns::Refused(&[("[[con.devices]]\nselector = 'a'\npath_on_host = '/dev/tty*'\npermissions = 'r'\n", 1)]),
    ),
    (CON_CGROUP_PARENT, Patterns::Refused(&[("[[con.cgroup_parent]]\nselector = 'a'\nvalue = '/b*'\n", 1)])),
    (CON_ULIMITS, Patterns::Refused(&[("[[con.ulimits]]\nselector = 'a'\nname = '*'\nsoft = 1\nhard = 1\n", 1)])),
    (CON_HOST_NETWORK_ALLOWED, Patterns::Work(&["[con]\nhost_network_allowed = ['name:node-*']\n"])),
    (CON_EXEMPT, Patterns::Work(&["[[con.exempt]]\nselector = 'label:tier=d?'\nreason = 'r'\nexpires = 2027-01-01\n"])),
    (LOG_MAX_SIZE, Patterns::NoName),
    (LOG_MAX_FILE, Patterns::NoName),
    (LOG_PLUGINS, Patterns::Refused(&[("[log]\nplugins = ['example/*']\n", 2)])),
    (CA_UCP, Patterns::NoName),
    (CA_DTR, Patterns::NoName),
    // Regular expressions, which are patterns of another kind.
    (BUNDLE_SUBJECT, Patterns::NoName),
    (BUNDLE_ISSUER, Patterns::NoName),
    (TRUST_SIGNERS, Patterns::Refused(&[("[trust]\nsigners = [\n 'a',\n 'b*',\n]\n", 4)])),
    (SWARM_NODE_CERT_EXPIRY, Patterns::NoName),
    (
        SECRETS_APPS,
        Patterns::Refused(&[
            ("[[secrets.apps]]\napp = 'a'\nsecrets = ['a-*']\n", 1),
            ("[[secrets.apps]]\napp = '*'\nsecrets = ['a']\n", 1),
        ]),
    ),
    (
        OVERLAY_APP_LAYER_ENCRYPTED,
        Patterns::Refused(&[("[[overlay.app_layer_encrypted]]\nnetwork = '*'\nevidence = 'e'\n", 1)]),
    ),
    (HOST_TLS_CA, Patterns::Refused(&[("[host]\ntls_ca = '/etc/docker/*.pem'\n", 2)])),
    (HOST_TLS_CERT, Patterns::Refused(&[("[host]\ntls_cert = '/etc/docker/?.pem'\n", 2)])),
    (HOST_TLS_KEY, Patterns::Refused(&[("[host]\ntls_key = '/etc/docker/*'\n", 2)])),
    (HOST_DOCKER_GROUP, Patterns::Refused(&[("[host]\ndocker_group = ['a*']\n", 2)])),
    (K8S_KUBE_SYSTEM_SERVICES, Patterns::Refused(&[("[k8s]\nkube_system_services = ['kube-*']\n", 2)])),
    (
        K8S_QUOTAS,
        Patterns::Refused(&[
            ("[k8s]\nquotas = { 'team-*' = { pods = '4' } }\n", 2),
            ("[k8s]\nquotas = { shop = { '*' = '4' } }\n", 2),
        ]),
    ),
    (K8S_HOST_NETWORK_ALLOWED, Patterns::Work(&["[k8s]\nhost_network_allowed = ['monitoring/node-*']\n"])),
    // Addresses and a distinguished name.
    (IDP_EXPECTED, Patterns::NoName),
    (MKE_HOST_IPC_ALLOWED, Patterns::NoName),
    (MKE_LATEST_VERSION, Patterns::NoName),
    (BANNER_TEXT, Patterns::NoName),
];

#[test]
fn patterns_work_wherever_the_policy_takes_a_name_or_are_refused_with_their_line() {
    let said: Vec<&Parameter> = PATTERNS.iter().map(|(parameter, _)| parameter).collect();
    assert_eq!(said, PARAMETERS.iter().collect::<Vec<_>>(), "every value says what it makes of patterns");
    for (parameter, patterns) in PATTERNS {
        match patterns {
            Patterns::Work(texts) => texts.iter().for_each(|text| drop(good(text))),
            Patterns::Refused(texts) => {
                for (text, line) in *texts {
                    let error = mistake(text);
                    let place = format!("etc/policy.toml:{line}:");
                    assert!(error.starts_with(&place) && error.contains(parameter.key), "{error}\n{text}");
                }
            }
            Patterns::NoName => {}
        }
    }
}

#[test]
fn an_approval_of_everything_or_of_unknown_braces_is_refused() {
    let grant = |subject: &str, role: &str, object: &str| {
        format!("[[ucp.grants]]\nsubject = '{subject}'\nrole = '{role}'\nobject = '{object}'\n")
    };
    assert!(mistake(&grant("*", "*", "**")).contains("approves every grant"));
    for text in [grant("{subject}", "r", "/"), grant("a", "{role}", "/"), grant("a", "r", "/{user}")] {
        assert!(mistake(&text).contains("policy.toml:1:1: [ucp] grants: ") && mistake(&text).contains("braces"));
    }
}

#[test]
fn every_parameter_is_a_key_of_the_file_and_its_example_a_value() {
    for parameter in PARAMETERS {
        let text = format!("[{}]\n{} = {}\n", parameter.table, parameter.key, parameter.example);
        match parse(&text) {
            // The example names a file that holds no certificate here.
            Err(e) => assert_eq!(parameter.table, "ca", "{e}"),
            Ok(policy) => {
                let nothing =
                    Policy { sha256: policy.sha256.clone(), names: policy.names.clone(), ..Policy::default() };
                assert_ne!(policy, nothing, "{text}");
            }
        }
    }
}

#[test]
fn values_are_what_is_written() {
    let policy = good(
        "[ucp]\nper_user_limit = 5\n[log]\nmax_size = '10m'\nmax_file = 3\n\
         [swarm]\nnode_cert_expiry = '2160h0m0s'\n[k8s.quotas.shop]\n'limits.cpu' = 4\n\
         [[con.exempt]]\nselector = 'image:legacy/*'\nreason = 'r'\nexpires = 2027-01-01\n",
    );
    assert_eq!(policy.ucp_per_user_limit, Some(vec![5]));
    assert_eq!(policy.log_max_file, Some(3));
    assert_eq!(policy.swarm_node_cert_expiry, Some(Duration::from_secs(90 * 24 * 3600)));
    let quotas = policy.k8s_quotas.expect("quotas");
    assert_eq!(quotas.0["shop"]["limits.cpu"], "4");
    let container = Container { image: "legacy/db".into(), ..Container::default() };
    assert!(policy.con_exempt[0].selector.selects(&container));
    let several = good("[ucp]\nper_user_limit = [5, 10]\n");
    assert_eq!(several.ucp_per_user_limit, Some(vec![5, 10]));
}

const ATTEST: &str = "[[attest]]\nrule = 'V-235824'\nstatus = 'Not a Finding'\nby = 'Jane Doe, ISSO'\non = 2026-11-02\ntext = 'SSP 4.2'\n";

#[test]
fn an_attestation_names_who_when_and_what() {
    let policy = good(&format!("{ATTEST}evidence = 'plan.pdf'\nexpires = '2027-11-02'\n"));
    let [attestation] = &policy.attestations[..] else {
        panic!("one attestation");
    };
    assert_eq!(attestation.status, Verdict::Pass);
    let said = &attestation.said;
    assert_eq!((said.by.as_str(), said.text.as_str()), ("Jane Doe, ISSO", "SSP 4.2"));
    assert_eq!(said.on.to_string(), "2026-11-02");
    assert_eq!(said.expires.map(|d| d.to_string()).as_deref(), Some("2027-11-02"));
    let evidence = said.evidence.as_ref().expect("a file");
    assert_eq!(evidence.sha256, crate::xccdf::ids::sha256_hex(b"the plan"));
    let without = good(&format!("{ATTEST}expires = '2027-11-02'\n"));
    assert_ne!(policy.sha256, without.sha256, "the file counts in the digest");
}

#[test]
fn answers_and_exceptions_that_cannot_count_are_refused() {
    for (text, line, said) in [
        (format!("{ATTEST}expires = 2026-01-01\n"), 1, "it expires on 2026-01-01, before"),
        (format!("{ATTEST}check_digest = 'abc'\n"), 1, "no SHA-256"),
        (format!("{ATTEST}evidense = 'x'\n"), 7, "did you mean `evidence`?"),
        (ATTEST.replace("Not a Finding", "passed?!"), 1, "did you mean \"pass\"?"),
        (ATTEST.replace("Jane Doe, ISSO", ""), 1, "by is empty"),
        (ATTEST.replace("on = 2026-11-02\n", ""), 1, "missing field `on`"),
        (
            "[[waiver]]\nrule = 'V-1'\nresult = 'error'\nby = 'AO'\non = 2026-01-01\nwhy = 'x'\nexpires = 2027-01-01\n"
                .into(),
            1,
            "none of pass",
        ),
        (
            "[[waiver]]\nrule = 'V-1'\nresult = 'fail'\nby = 'AO'\non = 2026-01-01\nwhy = 'x'\nexpires = 2027-01-01\n"
                .into(),
            1,
            "fail in the place of fail",
        ),
        (
            "[[waiver]]\nrule = 'V-1'\nresult = 'pass'\nby = 'AO'\non = 2026-01-01\nwhy = 'x'\n".into(),
            1,
            "missing field `expires`",
        ),
    ] {
        let error = mistake(&text);
        let place = format!("etc/policy.toml:{line}:");
        assert!(error.starts_with(&place) && error.contains(said), "{error}\n{text}");
    }
    let error = mistake(&format!("{ATTEST}evidence = 'none.pdf'\n"));
    assert!(error.contains("[[attest]] evidence names etc/none.pdf"), "{error}");
}

#[test]
fn rules_go_by_their_stig_id_and_an_unknown_one_has_its_place() {
    let text =
        format!("[[con.exempt]]\nselector = 'a'\nreason = 'r'\nexpires = 2027-01-01\nrules = ['V-235808']\n{ATTEST}");
    let find = |name: &str| match name {
        "V-235824" => Ok("DKER-EE-002410".into()),
        "V-235808" => Ok("DKER-EE-002030".into()),
        other => Err(format!("no rule {other}")),
    };
    let policy = good(&text).with_rules(find).expect("known rules");
    assert_eq!(policy.attestations[0].rule, "DKER-EE-002410");
    assert_eq!(policy.con_exempt[0].rules, ["DKER-EE-002030"]);
    let error = good(&text)
        .with_rules(|name| match name {
            "V-235808" => find(name),
            other => Err(format!("no rule {other}")),
        })
        .expect_err("an unknown rule");
    assert_eq!(error.to_string(), "etc/policy.toml:6:1: no rule V-235824");
}

#[test]
fn the_labels_that_selectors_go_by_are_known() {
    let text = "[[con.caps]]\nselector = 'label:tier=db'\nallow_add = ['KILL']\n\n\
         [[con.exempt]]\nselector = 'label:team=a*'\nreason = 'r'\nexpires = 2027-01-01\n\n\
         [[con.devices]]\nselector = 'label:present'\npath_on_host = '/dev/x'\npermissions = 'r'\n";
    let policy = Policy::parse(Path::new("policy.toml"), text, |_| Ok(Vec::new())).expect("a policy");
    assert_eq!(policy.label_keys().collect::<Vec<_>>(), ["tier", "team"]);
}
