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
    ChainOutOfOrder "chain-out-of-order" "UCP presents its certificate, then the root, then the intermediate"
    ChainOtherRoot "chain-other-root" "UCP's chain is sound, under another root than the policy's"
    ChainWithRoot "chain-with-root" "UCP presents the root as well, which is allowed"
    CaMissing "ca-missing" "UCP: /ca answers 404"
    CaOther "ca-other" "UCP: /ca is UCP's own root, whatever its certificate was issued by"
    CaGarbage "ca-garbage" "UCP: /ca is framed as a certificate and is none"
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
        Fault::ChainOutOfOrder,
        Fault::ChainOtherRoot,
        Fault::ChainWithRoot,
    ],
    &[Fault::CaMissing, Fault::CaOther, Fault::CaGarbage],
];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
