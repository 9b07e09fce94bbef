//! Everything that can be wrong with the lab, by name.

use std::fmt;

/// One named thing that is wrong with the lab.
#[derive(Debug, Clone, Copy)]
pub struct FaultInfo {
    /// The fault itself.
    pub fault: Fault,
    /// Its name in a scenario.
    pub name: &'static str,
    /// What it does, in one line.
    pub what: &'static str,
}

macro_rules! faults {
    ($($fault:ident $name:literal $what:literal)*) => {
        /// What can be wrong with the lab; [`FAULTS`] has the names.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $(#[doc = $what] $fault,)*
        }

        /// Every fault the lab knows, with its name and what it does.
        pub static FAULTS: &[FaultInfo] = &[
            $(FaultInfo { fault: Fault::$fault, name: $name, what: $what },)*
        ];

        impl Fault {
            /// The fault's name in a scenario.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$fault => $name,)* }
            }
        }
    };
}

faults! {
    UnsignedLastTag "unsigned-last-tag" "DTR: the very last tag of the last repository is unsigned"
    HashMismatch "hash-mismatch" "DTR: one tag is in Notary, but its hashes there are not the registry's"
    UnsignedMany "unsigned-many" "DTR: 120 unsigned tags, over several repositories"
    NoTags "no-tags" "DTR: there are repositories, and none has a tag"
    NoRepositories "no-repositories" "DTR: there is no repository"
    Repository500 "repository-500" "DTR: the tags of one repository always answer 500"
    Page500 "page-500" "DTR: only the third page of one repository's tags answers 500, always"
    RepeatedMarker "repeated-marker" "DTR: the second page of one repository's tags names itself as the next"
    RepositoriesRepeatedMarker "repositories-repeated-marker" "DTR: the second page of the repositories names itself as the next"
    CountShort "count-short" "DTR: X-Resource-Count of one repository's tags is 3 more than there are"
    RepositoriesCountShort "repositories-count-short" "DTR: X-Resource-Count of the repositories is 3 more than there are"
    NoCount "no-count" "DTR: X-Resource-Count is never sent"
    TruncatedJson "truncated-json" "DTR: one page of tags stops in the middle, with a Content-Length that fits"
    HtmlInsteadOfJson "html-instead-of-json" "DTR: one page of tags is a login page, 200 text/html"
    TagWithoutNotary "tag-without-notary" "DTR: one tag says nothing of inNotary"
    EmptyPage "empty-page" "DTR: one repository has a page without tags that still names a next one"
    ConfigHtml "config-html" "UCP: config-toml is a login page, 200 text/html"
    InvalidToml "invalid-toml" "UCP: config-toml is not TOML, though a line of it reads as wanted"
    EmptyToml "empty-toml" "UCP: config-toml has no bytes"
    Config403 "config-403" "UCP: config-toml answers 403"
    Config404 "config-404" "UCP: neither config-toml nor the swarm configs are there"
    Ucp30 "ucp-3.0" "UCP 3.0: no config-toml, the configuration is a swarm config"
    Ucp30NoService "ucp-3.0-no-service" "UCP 3.0 whose service ucp-agent is not found, though its configs are"
    TrustString "trust-string" "UCP: content trust is required by the string \"true\", no boolean"
    TrustAbsent "trust-absent" "UCP: the configuration has no table on content trust"
    OtherSigners "other-signers" "UCP: signatures are required from others than the policy names"
    SessionEnds "session-ends" "UCP's first session ends after one request, DTR's tokens after 30"
    SessionShort "session-short" "every token, at UCP and DTR, is good for one request only"
    SessionNever "session-never" "every token is refused with 401, right after the login that gave it"
    WrongPassword "wrong-password" "every password is refused with 401"
    EchoCredentials "echo-credentials" "a login fails with 400, and the message repeats what was sent"
    NotAdmin "not-admin" "the user is no administrator: no config-toml, no DTR settings, some repositories"
    Flaky "flaky" "the first request to every path answers 503"
    RateLimited "rate-limited" "every tenth request answers 429 with Retry-After: 1"
    Always503 "always-503" "every request answers 503"
    Stalled "stalled" "a request is read and never answered, unless it logs in"
    StalledTls "stalled-tls" "a connection is accepted, and the TLS handshake never comes"
    Drops "drops" "DTR: the tags of one repository always stop in mid-body, the connection closed"
    Oversized "oversized" "config-toml and one page of tags are 64 MiB long"
    Redirect "redirect" "every request is redirected to a login page at 127.0.0.1:9"
    ChainSelfSigned "chain-self-signed" "UCP presents one self-signed certificate that is no CA"
    ChainMissingIntermediate "chain-missing-intermediate" "UCP presents its certificate without the intermediate"
    ChainExpired "chain-expired" "UCP's certificate expired yesterday"
    ChainExpiredIntermediate "chain-expired-intermediate" "UCP's intermediate expired yesterday"
    ChainWrongHost "chain-wrong-host" "UCP's certificate is for other.example.mil only"
    ChainCommonName "chain-common-name" "UCP's certificate is sound, but names its host in its CN only"
    ChainOutOfOrder "chain-out-of-order" "UCP presents its certificate, then the root, then the intermediate"
    ChainOtherRoot "chain-other-root" "UCP's chain is sound, under another root than the policy's"
    ChainWithRoot "chain-with-root" "UCP presents the root as well, which is allowed"
    NoGrants "no-grants" "UCP: there is no grant at all"
    NoKeys "no-keys" "UCP: no user has a client bundle"
    GrantLast "grant-last" "UCP: the last grant, on the last page, is none that the policy names"
    SchedulerDocker "scheduler-docker-datacenter" "UCP: everybody in docker-datacenter may schedule on all nodes, by the last grant"
    SchedulerAuthenticated "scheduler-authenticated" "UCP: everybody who is logged in may schedule on all nodes, by the last grant"
    SchedulerByRole "scheduler-by-role" "UCP: everybody in docker-datacenter has a role on / that holds Node Schedule and is not Scheduler"
    SchedulerSystem "scheduler-system" "UCP: everybody in docker-datacenter may schedule on /System, where the managers and DTR's nodes are"
    FullControlAnonymous "full-control-anonymous" "UCP: whoever does not even log in has Full Control on /"
    RoleOdd "role-odd" "UCP: everybody in docker-datacenter has a role on / whose operations are no list of operations"
    AdminScheduling "admin-scheduling" "UCP: administrators may schedule on all nodes"
    Grants500 "grants-500" "UCP: the grants answer 500"
    Grants403 "grants-403" "UCP: the grants answer 403"
    GrantsTruncated "grants-truncated" "UCP: the last page of the grants stops in the middle, with a Content-Length that fits"
    GrantsRepeatedMarker "grants-repeated-marker" "UCP: the second page of the grants names itself as the next"
    GrantsCountShort "grants-count-short" "UCP: resourceCount of the grants is 3 more than there are"
    Roles500 "roles-500" "UCP: the roles answer 500"
    Roles403 "roles-403" "UCP: the roles answer 403"
    RolesTruncated "roles-truncated" "UCP: the list of roles stops in the middle"
    Collections500 "collections-500" "UCP: the collections answer 500"
    Collections403 "collections-403" "UCP: the collections answer 403"
    CollectionsTruncated "collections-truncated" "UCP: the last page of the collections stops in the middle"
    CollectionsRepeatedMarker "collections-repeated-marker" "UCP: the second page of the collections names itself as the next"
    Accounts500 "accounts-500" "UCP: the accounts answer 500"
    Accounts403 "accounts-403" "UCP: the accounts answer 403"
    AccountsTruncated "accounts-truncated" "UCP: the last page of the accounts stops in the middle"
    AccountsRepeatedMarker "accounts-repeated-marker" "UCP: the second page of the accounts names itself as the next"
    AccountsCountShort "accounts-count-short" "UCP: resourceCount of the accounts is 3 more than there are"
    Teams500 "teams-500" "UCP: the teams of one organisation answer 500"
    Teams403 "teams-403" "UCP: the teams of one organisation answer 403"
    TeamsTruncated "teams-truncated" "UCP: the last page of one organisation's teams stops in the middle"
    TeamsRepeatedMarker "teams-repeated-marker" "UCP: the second page of one organisation's teams names itself as the next"
    TeamsCountShort "teams-count-short" "UCP: resourceCount of one organisation's teams is 3 more than there are"
    Members500 "members-500" "UCP: the members of one team answer 500"
    Members403 "members-403" "UCP: the members of one team answer 403"
    MembersTruncated "members-truncated" "UCP: the last page of one team's members stops in the middle"
    MembersRepeatedMarker "members-repeated-marker" "UCP: the second page of one team's members names itself as the next"
    MembersCountShort "members-count-short" "UCP: resourceCount of one team's members is 3 more than there are"
    Keys500 "keys-500" "UCP: the public keys of one user answer 500"
    Keys403 "keys-403" "UCP: the public keys of one user answer 403"
    KeysTruncated "keys-truncated" "UCP: the last page of one user's public keys stops in the middle"
    KeysRepeatedMarker "keys-repeated-marker" "UCP: the second page of one user's public keys names itself as the next"
    KeysNoEnd "keys-no-end" "UCP: the pages of public keys do not say whether there is a next one"
    KeyOtherIssuer "key-other-issuer" "UCP: the last key of one user has a certificate of another CA"
    KeyUnreadable "key-unreadable" "UCP: the last key of one user has a certificate that is none"
    KeyBare "key-bare" "UCP: the last key of one user has no certificate"
    ManagedUsers "managed-users" "UCP: users are UCP's own, no directory's"
    SamlInstead "saml-instead" "UCP: users log in through SAML, not LDAP: up to MKE 3.5 it takes only one of the two"
    SamlUnverified "saml-unverified" "UCP: the same, and the identity provider's certificate is not verified"
    Ldap500 "ldap-500" "UCP: the directory settings answer 500"
    Ldap403 "ldap-403" "UCP: the directory settings answer 403"
    Ldap404 "ldap-404" "UCP: the directory settings are at neither of their places"
    LdapElsewhere "ldap-elsewhere" "UCP: the directory settings are at the second of their places only"
    LdapHtml "ldap-html" "UCP: the directory settings are a login page, 200 text/html"
    LdapPlain "ldap-plain" "UCP: the directory is asked without TLS"
    LdapUnverified "ldap-unverified" "UCP: the certificate of the second directory is not verified"
    LdapNoSearch "ldap-no-search" "UCP: no search for users is set up"
    LdapOther "ldap-other" "UCP: the directory is another than the policy's"
    SessionsDefault "sessions-default" "UCP: sessions are as a fresh installation has them"
    SessionsUnlimited "sessions-unlimited" "UCP: a user may have any number of sessions"
    AuditMetadata "audit-metadata" "UCP: the audit log has no more than metadata"
    LogError "log-error" "UCP: only errors are logged"
    Telemetry "telemetry" "UCP: usage is reported, though tracking is off"
    MinTlsAbsent "min-tls-absent" "UCP: the configuration names no oldest version of TLS"
    MinTlsOld "min-tls-old" "UCP: the configuration allows TLS 1.0"
    Tls10 "tls-1.0" "UCP: the controller takes TLS 1.0"
    Tls11 "tls-1.1" "UCP: the controller takes TLS 1.1"
    TlsHangsUp "tls-hangs-up" "UCP: a client with an old TLS is hung up on without an alert"
    TlsSilent "tls-silent" "UCP: a client with an old TLS gets no answer"
    Version500 "version-500" "UCP: the version answers 500"
    Version403 "version-403" "UCP: the version answers 403"
    VersionHtml "version-html" "UCP: the version is a login page, 200 text/html"
    VersionOdd "version-odd" "UCP: the version is a word"
    VersionOld "version-old" "UCP: an older version than the policy's newest"
    BannerOther "banner-other" "MKE: the notice before the login is another than the policy's"
    HostIpc "host-ipc" "MKE: accounts may be given the host's IPC namespace"
    AllowRepos "allow-repos" "MKE: images of one repository run unsigned"
    Msr4 "msr-4" "DTR is MSR 4, which is Harbor under another name: none of DTR's API is there"
    CreateOnPushAbsent "create-on-push-absent" "DTR: the settings do not say whether a push makes repositories"
    AnalyticsText "analytics-text" "DTR: reportAnalytics is the text \"false\", no boolean"
    ScanningOff "scanning-off" "DTR: the scanner is off, which its status answers with 400"
    ScanningNeverSynced "scanning-never-synced" "DTR: the scanner is on and never got a database"
    ScanningUpdateFailed "scanning-update-failed" "DTR: the last update of the scanner's database failed"
    ScanningAs24 "scanning-as-2.4" "DTR: the scanner's status is spelled as DTR 2.4 spelled it"
    Scanning500 "scanning-500" "DTR: the scanner's status answers 500"
    UnscannedLast "unscanned-last" "DTR: the last repository is not scanned on push"
    TeamMember "team-member" "DTR: somebody else is in a team, on the second page of its members"
    TeamLevel "team-level" "DTR: a team may write to the last repository on its second page, and was to read it"
    TeamNamespace "team-namespace" "DTR: a team has a whole namespace, and was to have none"
    OrgOwner "org-owner" "DTR: somebody else owns an organisation"
    EnziNoEnd "enzi-no-end" "DTR: the lists of accounts do not say which page is the last"
    EnziRepeatedMarker "enzi-repeated-marker" "DTR: the second page of a team's members names itself as the next"
    EnziCountShort "enzi-count-short" "DTR: resourceCount of the accounts is 3 more than there are"
    Team500 "team-500" "DTR: what one team may do answers 500"
    DtrChainSelfSigned "dtr-chain-self-signed" "DTR presents one self-signed certificate that is no CA"
    DtrCaOther "dtr-ca-other" "DTR: /ca and the settings hold a root of DTR's own, whatever its certificate was issued by"
    DtrWebCaOther "dtr-web-ca-other" "DTR: the settings hold another CA than /ca"
    SwarmOnly "swarm-only" "UCP runs no Kubernetes and says so in its configuration"
    Kube403 "kube-403" "Kubernetes: every list answers 403"
    Kube503 "kube-503" "Kubernetes: every list answers 503"
    KubeHtml "kube-html" "Kubernetes: every list is a login page, 200 text/html"
    KubeExpires "kube-expires" "Kubernetes: the second page of each list answers 410 once"
    KubeExpired "kube-expired" "Kubernetes: the second page of each list always answers 410"
    KubeRepeatedMarker "kube-repeated-marker" "Kubernetes: the second page of each list names itself as the next"
    KubeCutOff "kube-cut-off" "Kubernetes: the first page of each list says how many are left, and not where"
    KubeOtherVersion "kube-other-version" "Kubernetes: each page is of another state of the cluster"
    KubeHostNetwork "kube-host-network" "Kubernetes: the last pod shares the host's network"
    KubeOddFlag "kube-odd-flag" "Kubernetes: hostNetwork of the last pod is no boolean"
    KubeEnvSecret "kube-env-secret" "Kubernetes: the last pod is given a secret as an environment variable"
    KubeNoQuota "kube-no-quota" "Kubernetes: the last namespace has no quota"
    KubeOtherQuota "kube-other-quota" "Kubernetes: the quota of the last namespace has another limit than the policy"
    KubeDefaultService "kube-default-service" "Kubernetes: a service of a user's stands in the namespace default"
    KubeSystemService "kube-system-service" "Kubernetes: a service that nobody approved stands in kube-system"
    CaMissing "ca-missing" "UCP: /ca answers 404"
    CaOther "ca-other" "UCP: /ca is UCP's own root, whatever its certificate was issued by"
    CaGarbage "ca-garbage" "UCP: /ca is framed as a certificate and is none"
    NodeDown "node-down" "engines: the last node is down, neither UCP nor anybody else reaches it"
    EngineUnreachable "engine-unreachable" "engines: the last node is up, and its own engine refuses connections"
    EngineIsUcp "engine-is-ucp" "engines: at the address of the last node's engine, UCP answers"
    EngineWithoutFips "engine-without-fips" "engines: the last node is not in FIPS mode"
    SecurityOptionsNull "security-options-null" "engines: the last node's engine says null for its security options"
    EngineAufs "engine-aufs" "engines: the last node's engine uses the storage driver aufs"
    EngineDriverEmpty "engine-driver-empty" "engines: the last node's engine names no storage driver"
    EngineExperimental "engine-experimental" "engines: the last node's engine runs with experimental features"
    InfoWithoutSwarm "info-without-swarm" "engines: the last node's engine says nothing of a swarm"
    NodesShort "nodes-short" "engines: the list of nodes lacks one that the manager counts"
    ListNull "list-null" "engines: the list of containers is null"
    ListTruncated "list-truncated" "engines: the list of containers stops in the middle, with a Content-Length that fits"
    Inspect500 "inspect-500" "engines: the inspection of the last container answers 500, always"
    InspectOther "inspect-other" "engines: the inspection of the last container is that of another"
    ContainerGone "container-gone" "engines: the last container is listed and gone when it is asked for"
    UnknownWords "unknown-words" "engines: the last container has words, types and fields that nobody knows"
    PrivilegedLast "privileged-last" "engines: the last container is privileged"
    SshdLast "sshd-last" "engines: sshd runs in the last container"
    NastyText "nasty-text" "engines: the last container is full of text that breaks readers: ANSI, markup, 40,000 characters, a list of 8,000"
    Top500 "top-500" "engines: the processes of the last container answer 500"
    ImagesNull "images-null" "engines: the list of images is null"
    OldImage "old-image" "engines: the last node keeps an image of an older UCP"
    PlainNetwork "plain-network" "swarm: an overlay network named my-dtr-copies is not encrypted"
    Unlocked "unlocked" "swarm: managers start without the unlock key"
    ExpiryDefault "expiry-default" "swarm: certificates of nodes are valid for 90 days"
    FiveManagers "five-managers" "swarm: there are five managers"
    SecretMissing "secret-missing" "swarm: an application is without its secret"
    IngressRemoved "ingress-removed" "swarm: an administrator removed the network ingress, which no service uses"
    IngressRenamed "ingress-renamed" "swarm: the ingress network has another name"
    IngressHidden "ingress-hidden" "swarm: the list of networks lacks ingress, which is there"
    ListsUnmarked "lists-unmarked" "UCP and DTR: as in UCP 3.0 and DTR 2.5, lists of accounts, grants and keys say neither where a next page starts nor how many there are"
    ListsStartAgain "lists-start-again" "UCP and DTR: the same, and every page is the first, whatever is asked for"
    Settings404 "settings-404" "DTR: the settings answer 404"
    Settings405 "settings-405" "DTR: the settings answer 405"
    SettingsEmpty "settings-empty" "DTR: the settings are an object without any"
    DuplicateKeys "duplicate-keys" "every object that answers a read has its first key twice"
    HostMissing "host-missing" "hosts: the files of the last node were not read"
    HostFilesUnread "host-files-unread" "hosts: owners and modes on the last node could not be read"
    HostSocketOpen "host-socket-open" "hosts: everybody may write to the engine's socket on the last node"
}

/// Of each of these groups a scenario can have one: they change the same answer.
pub(super) const EXCLUSIVE: &[&[Fault]] = &[
    &[
        Fault::ConfigHtml,
        Fault::InvalidToml,
        Fault::EmptyToml,
        Fault::Config403,
        Fault::Config404,
        Fault::Ucp30,
        Fault::Ucp30NoService,
    ],
    &[Fault::TrustString, Fault::TrustAbsent],
    &[Fault::NoTags, Fault::NoRepositories],
    &[Fault::WrongPassword, Fault::EchoCredentials],
    &[Fault::SessionEnds, Fault::SessionShort, Fault::SessionNever],
    &[Fault::Always503, Fault::Redirect],
    &[
        Fault::ChainSelfSigned,
        Fault::ChainMissingIntermediate,
        Fault::ChainExpired,
        Fault::ChainExpiredIntermediate,
        Fault::ChainWrongHost,
        Fault::ChainCommonName,
        Fault::ChainOutOfOrder,
        Fault::ChainOtherRoot,
        Fault::ChainWithRoot,
    ],
    &[Fault::CaMissing, Fault::CaOther, Fault::CaGarbage],
    &[Fault::GrantsTruncated, Fault::GrantsRepeatedMarker, Fault::Grants500, Fault::Grants403],
    &[Fault::AccountsTruncated, Fault::AccountsRepeatedMarker, Fault::Accounts500, Fault::Accounts403],
    &[Fault::TeamsTruncated, Fault::TeamsRepeatedMarker, Fault::Teams500, Fault::Teams403],
    &[Fault::MembersTruncated, Fault::MembersRepeatedMarker, Fault::Members500, Fault::Members403],
    &[Fault::KeysTruncated, Fault::KeysRepeatedMarker, Fault::KeysNoEnd, Fault::Keys500, Fault::Keys403, Fault::NoKeys],
    &[Fault::KeyOtherIssuer, Fault::KeyUnreadable, Fault::KeyBare, Fault::NoKeys],
    &[Fault::Collections500, Fault::Collections403],
    &[Fault::Roles500, Fault::Roles403, Fault::RolesTruncated],
    &[Fault::SchedulerByRole, Fault::RoleOdd],
    &[Fault::Ldap500, Fault::Ldap403, Fault::Ldap404, Fault::LdapElsewhere, Fault::LdapHtml],
    &[Fault::LdapPlain, Fault::LdapOther],
    &[Fault::SessionsDefault, Fault::SessionsUnlimited],
    &[Fault::MinTlsAbsent, Fault::MinTlsOld],
    &[Fault::Tls10, Fault::Tls11, Fault::TlsHangsUp, Fault::TlsSilent],
    &[Fault::Version500, Fault::Version403, Fault::VersionHtml, Fault::VersionOdd, Fault::VersionOld],
    &[
        Fault::ScanningOff,
        Fault::ScanningNeverSynced,
        Fault::ScanningUpdateFailed,
        Fault::ScanningAs24,
        Fault::Scanning500,
    ],
    &[Fault::DtrChainSelfSigned, Fault::DtrCaOther],
    &[
        Fault::SwarmOnly,
        Fault::Kube403,
        Fault::Kube503,
        Fault::KubeHtml,
        Fault::KubeExpires,
        Fault::KubeExpired,
        Fault::KubeRepeatedMarker,
        Fault::KubeCutOff,
        Fault::KubeOtherVersion,
    ],
    &[Fault::KubeHostNetwork, Fault::KubeOddFlag],
    &[Fault::KubeNoQuota, Fault::KubeOtherQuota],
    &[Fault::NodeDown, Fault::EngineUnreachable, Fault::EngineIsUcp],
    &[Fault::EngineAufs, Fault::EngineDriverEmpty],
    &[Fault::EngineWithoutFips, Fault::SecurityOptionsNull],
    &[Fault::ListNull, Fault::ListTruncated],
    &[
        Fault::Inspect500,
        Fault::InspectOther,
        Fault::ContainerGone,
        Fault::UnknownWords,
        Fault::PrivilegedLast,
        Fault::NastyText,
    ],
    &[Fault::IngressRemoved, Fault::IngressRenamed, Fault::IngressHidden],
    &[Fault::ListsUnmarked, Fault::ListsStartAgain],
    &[Fault::Settings404, Fault::Settings405, Fault::SettingsEmpty],
    &[Fault::HostMissing, Fault::HostFilesUnread, Fault::HostSocketOpen],
    &[Fault::SshdLast, Fault::Top500],
    &[Fault::ImagesNull, Fault::OldImage],
];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
