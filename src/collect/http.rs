//! HTTPS with one server, or HTTP over a local socket: reads that are tried again, time limits, size
//! limits.
//!
//! Nothing that a server answers reaches an error message but status codes and its own error codes:
//! a server may echo what it was sent, passwords included.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, RequestBuilder, StatusCode, Url};
use rustls::ClientConfig;
use secrecy::{ExposeSecret as _, SecretString};

use super::json::json;
use super::trust;

/// The longest body that is read, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The same for engines, which do not page: a list of 50,000 containers comes in one piece.
const ENGINE_BODY_LIMIT: usize = 128 * 1024 * 1024;
/// How often a read is tried in all.
const TRIES: u32 = 4;
/// The longest a server may ask to be left alone before a retry.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many requests may fail in a row before a server is taken for gone: a long walk ends then,
/// instead of waiting for each of thousands of answers that will not come.
const FAILURES_IN_A_ROW: u32 = 8;
/// The header by which the lab says that it is one.
const LAB_HEADER: &str = "stigprobe-lab";

/// Why a request has no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// What was asked of whom.
    pub request: String,
    /// What went wrong, and what to do.
    pub reason: String,
    /// The status, where there was one.
    pub status: Option<StatusCode>,
}

impl Failure {
    /// What the server said is this (one of the constants of this module).
    pub(super) fn says(&self, meaning: &str) -> bool {
        self.status.is_some() && self.reason.contains(meaning)
    }

    /// The server did not manage to answer. A refusal is an answer.
    fn is_the_servers(&self) -> bool {
        self.status.is_none_or(|s| s.is_server_error())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.request, self.reason)
    }
}

/// An answer with a status of success.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub request: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The text stands somewhere in it.
    pub(super) fn holds(&self, text: &str) -> bool {
        let inside = |bytes: &[u8]| bytes.windows(text.len().max(1)).any(|w| w == text.as_bytes());
        inside(&self.body) || self.headers.values().any(|value| inside(value.as_bytes()))
    }
}

/// What to do where a server's certificate is refused, by the names of the options that would help.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advice {
    /// Where the CA of the server is unknown.
    ca: &'static str,
    /// The option that pins the server's own certificate, where there is one.
    pin: Option<&'static str>,
}

impl Advice {
    pub(super) const UCP: Self = Advice { pin: Some("--ucp-pin"), ..Self::KUBERNETES };
    pub(super) const DTR: Self = Advice { pin: Some("--dtr-pin"), ..Self::KUBERNETES };
    pub(super) const KUBERNETES: Self = Advice { ca: "give its CA with --ca-file", pin: None };
    pub(super) const ENGINE: Self = Advice {
        ca: "ca.pem in the directory of --engine-cert-path (cert-path of [[engine]], or docker's own) alone is trusted \
             for engines, and is another CA than this engine's; --ca-file is not for engines",
        pin: None,
    };
}

/// A server and the connections to it.
#[derive(Debug)]
pub(super) struct Server {
    client: Client,
    base: Url,
    advice: Advice,
    /// What requests are shown to be asked of, where that is not the URL.
    shown: Option<String>,
    body_limit: usize,
    lab: Mutex<Option<String>>,
    failures: AtomicU32,
}

impl Server {
    /// A server that has not been connected to yet.
    pub(super) fn new(base: Url, tls: ClientConfig, advice: Advice, timeout: Duration) -> Result<Self, String> {
        let client = Client::builder().tls_backend_preconfigured(tls).https_only(true);
        Self::with(client, base, advice, timeout)
    }

    /// The same behind a socket of this machine, which needs no TLS: nobody can listen in.
    pub(super) fn local(socket: &Path, timeout: Duration) -> Result<Self, String> {
        let base = "http://localhost".parse().map_err(|e| format!("no URL: {e}"))?;
        let client = Client::builder().tls_backend_preconfigured(trust::nobody()?).unix_socket(socket);
        Self::with(client, base, Advice::ENGINE, timeout)
    }

    fn with(client: ClientBuilder, base: Url, advice: Advice, timeout: Duration) -> Result<Self, String> {
        let client = client
            .user_agent(concat!("stigprobe/", env!("CARGO_PKG_VERSION")))
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .timeout(timeout)
            .build()
            .map_err(|e| format!("the HTTPS client cannot be made: {}", root_cause(&e)))?;
        Ok(Server {
            client,
            base,
            advice,
            shown: None,
            body_limit: BODY_LIMIT,
            lab: Mutex::default(),
            failures: AtomicU32::new(0),
        })
    }

    /// The same as an engine, which is shown by its own address and gives its lists in one piece.
    pub(super) fn engine(self, address: String) -> Self {
        Server { shown: Some(address), body_limit: ENGINE_BODY_LIMIT, ..self }
    }

    /// A read as it is shown.
    fn request(&self, url: &Url) -> String {
        match &self.shown {
            None => format!("GET {url}"),
            Some(address) => {
                let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
                format!("GET {}{query} of {address}", url.path())
            }
        }
    }

    /// Its URL.
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// The URL of a path on it.
    pub(super) fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    /// The scenario of the lab, if it says that it is one.
    pub(super) fn lab(&self) -> Option<String> {
        self.lab.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client, for requests that are no plain reads.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// One read, tried again where trying again can help.
    pub(super) async fn read(&self, url: &Url, token: Option<&SecretString>) -> Result<Answer, Failure> {
        self.read_as(url, token.map(bearer)).await
    }

    /// The same with any kind of authorization.
    pub(super) async fn read_as(&self, url: &Url, authorization: Option<HeaderValue>) -> Result<Answer, Failure> {
        let request = self.request(url);
        if self.failures.load(Ordering::Relaxed) >= FAILURES_IN_A_ROW {
            let reason = format!("not asked: {FAILURES_IN_A_ROW} requests before it failed in a row");
            return Err(Failure { request, reason, status: None });
        }
        let mut tried = 0;
        loop {
            let mut builder = self.client.get(url.clone());
            if let Some(authorization) = &authorization {
                builder = builder.header(AUTHORIZATION, authorization.clone());
            }
            tried += 1;
            let attempt = match self.attempt(builder, &request, |s| s == StatusCode::OK).await {
                Ok(answer) => {
                    self.failures.store(0, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(attempt) => attempt,
            };
            let Some(wait) = attempt.wait(tried) else {
                let mut failure = attempt.failure;
                if failure.is_the_servers() {
                    self.failures.fetch_add(1, Ordering::Relaxed);
                }
                if tried > 1 {
                    failure.reason = format!("{} (tried {tried} times)", failure.reason);
                }
                return Err(failure);
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// One request of any kind, tried once.
    pub(super) async fn send(&self, builder: RequestBuilder, request: String) -> Result<Answer, Failure> {
        self.attempt(builder, &request, |s| s.is_success()).await.map_err(|attempt| attempt.failure)
    }

    async fn attempt(
        &self,
        builder: RequestBuilder,
        request: &str,
        wanted: impl Fn(StatusCode) -> bool,
    ) -> Result<Answer, Attempt> {
        let fail = |reason: String, status: Option<StatusCode>, again: Again| Attempt {
            failure: Failure { request: request.to_owned(), reason, status },
            again,
        };
        let of_transport = |error: &reqwest::Error| {
            let (reason, again) = transport(error, self.advice);
            fail(reason, None, again)
        };
        let mut response = builder.send().await.map_err(|e| of_transport(&e))?;
        if let Some(lab) = response.headers().get(LAB_HEADER) {
            let scenario = String::from_utf8_lossy(lab.as_bytes()).into_owned();
            *self.lab.lock().unwrap_or_else(PoisonError::into_inner) = Some(scenario);
        }
        let status = response.status();
        let too_long = || fail(format!("the answer is longer than {} MiB", self.body_limit >> 20), None, Again::Never);
        if response.content_length().is_some_and(|n| n > self.body_limit as u64) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| of_transport(&e))? {
            if body.len() + chunk.len() > self.body_limit {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        if wanted(status) {
            return Ok(Answer { request: request.to_owned(), headers, body });
        }
        let again = match status {
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Again::After(retry_after(&headers)),
            s if s.is_server_error() => Again::After(retry_after(&headers)),
            _ => Again::Never,
        };
        Err(fail(describe(status, &body), Some(status), again))
    }
}

/// A try that failed.
struct Attempt {
    failure: Failure,
    again: Again,
}

#[derive(Clone, Copy)]
enum Again {
    Never,
    /// After what the server asked for, or a while of our own.
    After(Option<Duration>),
    /// At once, and only once: each try takes as long as a request may.
    Once,
}

impl Attempt {
    /// How long to wait before the next try; none when there is to be none.
    fn wait(&self, tried: u32) -> Option<Duration> {
        match self.again {
            Again::After(_) if tried >= TRIES => None,
            Again::After(Some(asked)) => (asked <= PATIENCE).then_some(asked),
            // Full jitter: many scanners that failed together do not come back together.
            Again::After(None) => {
                let most = 250 * 2_u64.pow(tried);
                Some(Duration::from_millis(fastrand::u64(most / 4..=most)))
            }
            Again::Once => (tried == 1).then_some(Duration::ZERO),
            Again::Never => None,
        }
    }
}

/// The header that carries a token.
pub(super) fn bearer(token: &SecretString) -> HeaderValue {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        .unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// The header that carries a name and a password.
pub(super) fn basic(username: &str, password: &SecretString) -> HeaderValue {
    use base64::Engine as _;
    let pair = format!("{username}:{}", password.expose_secret());
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    let mut value = HeaderValue::from_str(&format!("Basic {pair}")).unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

/// `Retry-After` in seconds. A date would need the server's clock to be ours; it counts as not given.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// What engines say of a container that is gone, and how that is told.
pub(super) const NO_SUCH_CONTAINER: &str = "there is no such container";
/// The same of an image, and of a network.
pub(super) const NO_SUCH_IMAGE: &str = "there is no such image";
pub(super) const NO_SUCH_NETWORK: &str = "there is no such network";
/// What they say of a container that has stopped.
pub(super) const NOT_RUNNING: &str = "the container is not running";

/// What an engine's message means, for the few that tell things apart; in our words, as a message may
/// hold anything.
fn meaning(message: &str) -> Option<&'static str> {
    const KNOWN: &[(&str, &str)] = &[
        ("no such container", NO_SUCH_CONTAINER),
        ("no such image", NO_SUCH_IMAGE),
        ("no such network", NO_SUCH_NETWORK),
        ("network ingress not found", NO_SUCH_NETWORK),
        ("is not running", NOT_RUNNING),
        ("is restarting", "the container is restarting"),
        ("not a swarm manager", "this engine is no manager of a swarm"),
        ("needs to be unlocked", "this manager of a swarm is locked: it needs `docker swarm unlock`"),
        ("is too new", "this version of the API is too new for the engine"),
        ("is too old", "this version of the API is too old for the engine"),
    ];
    let message = message.to_lowercase();
    let known = KNOWN.iter().find(|(words, _)| message.contains(words));
    known.map(|(_, meaning)| *meaning)
}

/// A status in words, with the server's own error code where it is one of the upper-case words that
/// UCP and DTR use. No other part of the body is shown.
fn describe(status: StatusCode, body: &[u8]) -> String {
    let body: Option<serde_json::Value> = json(body).ok();
    let code = body.as_ref().and_then(|b| b.pointer("/errors/0/code")?.as_str());
    let is_word = |c: &&str| c.len() <= 40 && c.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let code = code.filter(is_word).map(|c| format!(" {c}")).unwrap_or_default();
    let message = body.as_ref().and_then(|b| b.get("message")?.as_str());
    if let Some(meaning) = message.and_then(meaning) {
        return format!("{}: {meaning}", status.as_u16());
    }
    let advice = match status {
        StatusCode::UNAUTHORIZED => ": the session was not accepted",
        StatusCode::FORBIDDEN => ": the account lacks the rights; use an administrator's",
        s if s.is_success() => ": not the whole answer, so no answer",
        s if s.is_redirection() => ": a redirect, which is not followed; check the URL",
        _ => "",
    };
    let reason = status.canonical_reason().unwrap_or("");
    format!("{} {reason}{code}{advice}", status.as_u16()).replace("  ", " ")
}

/// A failure below HTTP in words, and whether trying again can help.
fn transport(error: &reqwest::Error, advice: Advice) -> (String, Again) {
    let cause = root_cause(error);
    if error.is_timeout() {
        return ("no complete answer within the time limit".into(), Again::Once);
    }
    if let Some(refusal) = tls_refusal(error, advice) {
        return (refusal, Again::Never);
    }
    if error.is_connect() {
        return (format!("no connection: {cause}"), Again::After(None));
    }
    (format!("the connection broke off: {cause}"), Again::After(None))
}

/// What TLS said, where it was TLS that said no.
fn tls_refusal(error: &(dyn std::error::Error + 'static), advice: Advice) -> Option<String> {
    let rustls::Error::InvalidCertificate(because) = tls_error(error)? else {
        return tls_error(error).map(|e| format!("no TLS connection: {e}"));
    };
    Some(format!("the certificate of this server is refused for connecting: {}", refused(because, advice)))
}

/// Why a certificate is refused, and what helps.
fn refused(because: &rustls::CertificateError, advice: Advice) -> String {
    use rustls::CertificateError as Because;

    let because = match because {
        Because::UnknownIssuer => {
            return format!("it is not issued by anybody who is trusted for connecting: {}", advice.ca);
        }
        Because::Other(other) if other.0.is::<trust::NotPinned>() => return other.0.to_string(),
        Because::Expired | Because::ExpiredContext { .. } => "it has expired".into(),
        Because::NotValidYet | Because::NotValidYetContext { .. } => "it is not valid yet".into(),
        Because::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "it names its host in the CN of its subject only, which no client looks at any more: what counts is its \
             subjectAltName, and it has none"
                .into()
        }
        Because::NotValidForName | Because::NotValidForNameContext { .. } => {
            "it is for another host than the one in the URL".into()
        }
        other => format!("{other:?}"),
    };
    match advice.pin {
        Some(option) => format!(
            "{because}; to connect to this very certificate all the same, until it is replaced, give its SHA-256 with \
             {option}, as `openssl x509 -in cert.pem -noout -fingerprint -sha256` prints it on the server itself"
        ),
        None => because,
    }
}

/// The error of TLS behind another. An `std::io::Error` does not name what it wraps as its source, so
/// it is opened.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(tls);
    }
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let wrapped = wrapped.and_then(|inner| tls_error(inner));
    wrapped.or_else(|| error.source().and_then(tls_error))
}

/// The innermost reason, without the pointers to manuals that some libraries add to theirs.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let cause = cause.to_string();
    if cause.contains("close_notify") {
        return "it ended without saying that the answer is complete".into();
    }
    cause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_holds_is_found_in_its_body_and_its_headers() {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static("hunter2-h"))]);
        let answer = Answer { request: "GET x".into(), headers, body: b"{\"a\":\"hunter2-b\"}".to_vec() };
        assert!(answer.holds("hunter2-h") && answer.holds("hunter2-b"));
        assert!(!answer.holds("hunter3") && !answer.holds("hunter2-b\"}+"));
    }

    #[test]
    fn a_refused_certificate_says_what_helps_there() {
        use rustls::CertificateError as Because;
        use rustls::pki_types::ServerName;

        let name = || ServerName::try_from("ucp").expect("a name");
        let only_cn = Because::NotValidForNameContext { expected: name(), presented: Vec::new() };
        let other = Because::NotValidForNameContext { expected: name(), presented: vec!["DnsName(x)".into()] };
        for (because, advice, said, not_said) in [
            (Because::UnknownIssuer, Advice::UCP, "--ca-file", "--engine-cert-path"),
            (Because::UnknownIssuer, Advice::ENGINE, "ca.pem in the directory of --engine-cert-path", "give its CA"),
            (Because::Expired, Advice::UCP, "it has expired; to connect to this very certificate", "--dtr-pin"),
            (Because::Expired, Advice::DTR, "--dtr-pin", "--ucp-pin"),
            (Because::Expired, Advice::ENGINE, "it has expired", "-pin"),
            (Because::NotValidYet, Advice::UCP, "not valid yet; to connect", "expired"),
            (only_cn, Advice::UCP, "in the CN of its subject only", "another host"),
            (other, Advice::DTR, "for another host than the one in the URL; to connect", "CN"),
        ] {
            let refused = refused(&because, advice);
            assert!(refused.contains(said) && !refused.contains(not_said), "{because:?}: {refused}");
        }
    }

    #[test]
    fn a_locked_manager_says_what_it_needs() {
        let body = br#"{"message":"Swarm is encrypted and needs to be unlocked before it can be used."}"#;
        let told = describe(StatusCode::SERVICE_UNAVAILABLE, body);
        assert!(told.contains("it needs `docker swarm unlock`"), "{told}");
    }

    #[test]
    fn only_the_servers_own_codes_are_shown() {
        let shown = |body: &str| describe(StatusCode::FORBIDDEN, body.as_bytes());
        assert!(shown(r#"{"errors":[{"code":"NOT_AUTHORIZED","message":"hunter2"}]}"#).contains("NOT_AUTHORIZED"));
        for body in [r#"{"errors":[{"code":"NOT hunter2"}]}"#, r#"{"message":"hunter2"}"#, "hunter2"] {
            assert!(!shown(body).contains("hunter2"), "{body}");
        }
    }
}
