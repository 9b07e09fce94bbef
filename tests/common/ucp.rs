//! What a scan makes of each way in which the lab's UCP can be wrong.

/// Rules that UCP's facts decide, and their results on the hardened lab: of the Docker STIG, then of
/// Mirantis'. Where a person has to answer as well, nobody has.
pub(crate) const DOCKER: &[(&str, &str)] = &[
    ("DKER-EE-001000", "pass"),
    ("DKER-EE-001080", "pass"),
    ("DKER-EE-001100", "notchecked"),
    ("DKER-EE-001170", "pass"),
    ("DKER-EE-001890", "pass"),
    ("DKER-EE-001910", "pass"),
    ("DKER-EE-002180", "fail"),
    ("DKER-EE-002380", "pass"),
    ("DKER-EE-002490", "pass"),
    ("DKER-EE-002970", "pass"),
    ("DKER-EE-004370", "pass"),
    ("DKER-EE-006280", "pass"),
];
pub(crate) const MIRANTIS: &[(&str, &str)] = &[
    ("CNTR-MK-000030", "notchecked"),
    ("CNTR-MK-000170", "notchecked"),
    ("CNTR-MK-000220", "pass"),
    ("CNTR-MK-000490", "pass"),
    ("CNTR-MK-000500", "pass"),
    ("CNTR-MK-000610", "pass"),
    ("CNTR-MK-000940", "pass"),
    ("CNTR-MK-001380", "notchecked"),
    ("CNTR-MK-001630", "pass"),
];

const GRANTS: &[(&str, &str)] =
    &[("DKER-EE-001170", "error"), ("DKER-EE-001890", "error"), ("CNTR-MK-000490", "error")];
const ACCOUNTS: &[(&str, &str)] = &[
    ("DKER-EE-001170", "error"),
    ("DKER-EE-001890", "error"),
    ("DKER-EE-002380", "error"),
    ("CNTR-MK-000490", "error"),
];
const EVERYBODY_SCHEDULES: &[(&str, &str)] =
    &[("DKER-EE-001170", "fail"), ("DKER-EE-001890", "fail"), ("CNTR-MK-000490", "fail")];
const KEYS: &[(&str, &str)] = &[("DKER-EE-002380", "error")];
const LDAP: &[(&str, &str)] = &[("DKER-EE-001100", "error"), ("CNTR-MK-000030", "error")];
const LDAP_OPEN: &[(&str, &str)] = &[("DKER-EE-001100", "fail"), ("CNTR-MK-000030", "fail")];
const VERSION: &[(&str, &str)] =
    &[("DKER-EE-001000", "error"), ("DKER-EE-002970", "error"), ("CNTR-MK-001630", "error")];

/// A fault, and the rules that come out otherwise than on the hardened lab. The members of teams are read
/// by no rule yet: what becomes of a broken list of them, `src/collect/ucp/tests.rs` shows.
pub(crate) const EXPECTED: &[(&str, &[(&str, &str)])] = &[
    // Grants: what is there.
    ("no-grants", &[]),
    ("grant-last", &[("DKER-EE-001170", "fail")]),
    ("scheduler-docker-datacenter", EVERYBODY_SCHEDULES),
    ("scheduler-authenticated", EVERYBODY_SCHEDULES),
    ("scheduler-by-role", EVERYBODY_SCHEDULES),
    ("scheduler-system", EVERYBODY_SCHEDULES),
    ("full-control-anonymous", EVERYBODY_SCHEDULES),
    ("role-odd", &[("DKER-EE-001170", "fail"), ("DKER-EE-001890", "error"), ("CNTR-MK-000490", "error")]),
    ("admin-scheduling", &[("DKER-EE-001890", "fail"), ("CNTR-MK-000490", "fail")]),
    // Grants: what is not seen.
    ("grants-500", GRANTS),
    ("grants-403", GRANTS),
    ("grants-truncated", GRANTS),
    ("grants-repeated-marker", GRANTS),
    ("grants-count-short", GRANTS),
    ("roles-500", GRANTS),
    ("roles-403", GRANTS),
    ("roles-truncated", GRANTS),
    ("collections-500", GRANTS),
    ("collections-403", GRANTS),
    ("collections-truncated", GRANTS),
    ("collections-repeated-marker", GRANTS),
    // Accounts: grants name teams by ids, and keys are asked for user by user.
    ("accounts-500", ACCOUNTS),
    ("accounts-403", ACCOUNTS),
    ("accounts-truncated", ACCOUNTS),
    ("accounts-repeated-marker", ACCOUNTS),
    ("accounts-count-short", ACCOUNTS),
    ("teams-500", GRANTS),
    ("teams-403", GRANTS),
    ("teams-truncated", GRANTS),
    ("teams-repeated-marker", GRANTS),
    ("teams-count-short", GRANTS),
    ("members-500", &[]),
    ("members-403", &[]),
    ("members-truncated", &[]),
    ("members-repeated-marker", &[]),
    ("members-count-short", &[]),
    // Lists as UCP 3.0 has them.
    ("lists-unmarked", &[]),
    ("lists-start-again", ACCOUNTS),
    // Client bundles.
    ("no-keys", &[]),
    ("keys-500", KEYS),
    ("keys-403", KEYS),
    ("keys-truncated", KEYS),
    ("keys-repeated-marker", KEYS),
    // Asked again from the last of them, UCP has no more: see also lists-unmarked.
    ("keys-no-end", &[]),
    ("key-other-issuer", &[("DKER-EE-002380", "fail")]),
    ("key-unreadable", KEYS),
    ("key-bare", KEYS),
    // Where users come from.
    ("managed-users", &[("DKER-EE-001100", "fail"), ("CNTR-MK-000030", "fail")]),
    ("saml-instead", &[("DKER-EE-001100", "fail"), ("DKER-EE-002180", "pass")]),
    ("saml-unverified", &[("DKER-EE-001100", "fail"), ("CNTR-MK-000030", "fail")]),
    ("ldap-500", LDAP),
    ("ldap-403", LDAP),
    ("ldap-404", LDAP),
    ("ldap-html", LDAP),
    ("ldap-elsewhere", &[]),
    ("ldap-plain", LDAP_OPEN),
    ("ldap-unverified", LDAP_OPEN),
    ("ldap-no-search", LDAP_OPEN),
    ("ldap-other", &[("CNTR-MK-000030", "fail")]),
    // Settings.
    (
        "sessions-default",
        &[
            ("DKER-EE-001000", "fail"),
            ("DKER-EE-002490", "fail"),
            ("DKER-EE-002970", "fail"),
            ("CNTR-MK-000940", "fail"),
        ],
    ),
    ("sessions-unlimited", &[("DKER-EE-001000", "fail"), ("DKER-EE-002970", "fail")]),
    ("audit-metadata", &[("DKER-EE-001080", "fail"), ("CNTR-MK-000220", "fail")]),
    ("log-error", &[("CNTR-MK-000220", "fail")]),
    ("telemetry", &[("DKER-EE-001910", "fail"), ("CNTR-MK-000500", "fail")]),
    ("banner-other", &[("CNTR-MK-000170", "fail")]),
    // Containers are part of this rule, which needs an engine.
    ("host-ipc", &[]),
    ("allow-repos", &[("DKER-EE-004370", "fail"), ("CNTR-MK-001380", "fail")]),
    // Versions of TLS.
    ("min-tls-absent", &[]),
    ("min-tls-old", &[("DKER-EE-006280", "fail")]),
    ("tls-1.0", &[("DKER-EE-006280", "fail")]),
    ("tls-1.1", &[("DKER-EE-006280", "fail")]),
    ("tls-hangs-up", &[]),
    ("tls-silent", &[("DKER-EE-006280", "error")]),
    // UCP's own version. Where the limit of sessions is not set it decides what that means.
    ("version-500", VERSION),
    ("version-403", VERSION),
    ("version-html", VERSION),
    ("version-odd", &[("CNTR-MK-001630", "error")]),
    ("version-old", &[("CNTR-MK-001630", "fail")]),
];

/// What a fresh installation opens.
pub(crate) const FRESH: &[&str] = &[
    "DKER-EE-001000",
    "DKER-EE-001080",
    "DKER-EE-001100",
    "DKER-EE-001910",
    "DKER-EE-002180",
    "DKER-EE-002380",
    "DKER-EE-002490",
    "DKER-EE-002970",
    "DKER-EE-004370",
    "CNTR-MK-000030",
    "CNTR-MK-000170",
    "CNTR-MK-000220",
    "CNTR-MK-000500",
    "CNTR-MK-000610",
    "CNTR-MK-000940",
    "CNTR-MK-001380",
];
