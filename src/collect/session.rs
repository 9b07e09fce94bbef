//! A session with one server: one login per scan, a new one when it ends, a logout at the end.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{OnceCell, RwLock};

use super::http::{Answer, Failure, Server, basic, bearer};
use super::json::json;
use crate::target::Login;

/// How many logins one request is worth, when each new session is refused at once.
const LOGINS: u32 = 2;
/// How many requests in a row may end so before the login itself is taken to be of no use.
const REFUSED_IN_A_ROW: u32 = 2;
/// How long a password must be to be looked for in answers: a shorter one may stand there by chance.
const TELLING: usize = 10;
/// How long the end of a session may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// How requests show who sends them.
#[derive(Debug)]
pub(super) enum Auth {
    /// A client certificate does, or nothing is needed.
    Connection,
    /// `POST /auth/login` gives a token (UCP).
    UcpLogin(Login),
    /// `GET /auth/token` with basic authentication gives a token (DTR).
    DtrLogin(Login),
}

/// A session with one server.
#[derive(Debug)]
pub(super) struct Session {
    server: Server,
    auth: Auth,
    /// Whoever uses the token holds it with others; whoever replaces it holds it alone.
    state: RwLock<State>,
    /// What several facts are made of, or show that the account sees all: asked once.
    documents: Mutex<HashMap<Url, Document>>,
}

type Document = Arc<OnceCell<Result<Answer, Failure>>>;

#[derive(Debug, Default)]
struct State {
    token: Option<SecretString>,
    /// Counts the tokens: who was refused can tell whether there has been a new one since.
    generation: u64,
    /// How many requests in a row had every new token refused.
    refused: u32,
    /// The login failed, or is of no use. It is not tried again: accounts lock.
    dead: Option<Failure>,
    /// Whether name and password themselves are taken, where a token is not. Once refused, they are
    /// not tried again.
    basic: Option<Result<(), Failure>>,
}

impl Session {
    /// A session that has not begun yet: the first request that needs an account logs in.
    pub(super) fn new(server: Server, auth: Auth) -> Self {
        Session { server, auth, state: RwLock::default(), documents: Mutex::default() }
    }

    /// The server's URL.
    pub(super) fn base(&self) -> &Url {
        self.server.base()
    }

    /// The URL of a path on the server.
    pub(super) fn url(&self, path: &str) -> Url {
        self.server.url(path)
    }

    /// The scenario of the lab, if the server says that it is one.
    pub(super) fn lab(&self) -> Option<String> {
        self.server.lab()
    }

    /// Reads without showing who asks.
    pub(super) async fn get_public(&self, url: Url) -> Result<Answer, Failure> {
        self.server.read(&url, None).await
    }

    /// Reads a document that more than one question is about, as [`Session::get`] does: whoever asks first has it
    /// read, and all get the same answer.
    pub(super) async fn document(&self, url: Url) -> Result<Answer, Failure> {
        let document = {
            let mut documents = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(documents.entry(url.clone()).or_default())
        };
        document.get_or_init(|| self.get(url)).await.clone()
    }

    /// The name that it logs in with, where it does.
    pub(super) fn username(&self) -> Option<&str> {
        match &self.auth {
            Auth::UcpLogin(login) | Auth::DtrLogin(login) => Some(&login.username),
            Auth::Connection => None,
        }
    }

    /// Reads as the account, logging in when needed and again when the session has ended.
    ///
    /// Sessions may be short and are shared by many requests. One that is refused tries again with
    /// the token that another may have got meanwhile, and then alone: a new token that nobody else
    /// can use up is refused only if it is not accepted at all.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, Failure> {
        if matches!(self.auth, Auth::Connection) {
            return self.server.read(&url, None).await;
        }
        let mut seen = None;
        for _ in 0..2 {
            let state = self.state.read().await;
            if state.token.is_none() || seen == Some(state.generation) {
                break;
            }
            seen = Some(state.generation);
            let answer = self.read(&url, &state).await;
            if !is_refused(&answer) {
                return answer;
            }
        }
        self.get_alone(&url, seen).await
    }

    /// The same while nobody else uses the session.
    async fn get_alone(&self, url: &Url, seen: Option<u64>) -> Result<Answer, Failure> {
        let mut state = self.state.write().await;
        if state.token.is_some() && seen != Some(state.generation) {
            let answer = self.read(url, &state).await;
            if !is_refused(&answer) {
                return answer;
            }
        }
        let mut answer = self.with_new_token(&mut state, url).await;
        for _ in 1..LOGINS {
            if is_refused(&answer) {
                answer = self.with_new_token(&mut state, url).await;
            }
        }
        state.refused = if is_refused(&answer) { state.refused + 1 } else { 0 };
        if let (Err(failure), REFUSED_IN_A_ROW..) = (&answer, state.refused) {
            let reason = "401: the session that the login gives is not accepted".into();
            state.dead = Some(Failure { reason, ..failure.clone() });
        }
        answer
    }

    /// Reads with name and password themselves: DTR's accounts (`/enzi/v0`) are documented to take
    /// nothing else. They are shown only after a login has proven them right, and once alone before
    /// many requests show them at a time, because accounts lock.
    pub(super) async fn get_basic(&self, url: Url) -> Result<Answer, Failure> {
        let Auth::DtrLogin(login) = &self.auth else {
            return self.get(url).await;
        };
        let not_asked = |failure: &Failure| Failure {
            request: format!("GET {url}"),
            reason: format!("not asked, because of {failure}"),
            status: None,
        };
        let ask = || {
            let authorization = basic(&login.username, &login.password);
            self.server.read_as(&url, Some(authorization))
        };
        let state = self.state.read().await;
        if let Some(taken) = &state.basic {
            taken.as_ref().map_err(not_asked)?;
            return self.without_secrets(ask().await?, &state);
        }
        drop(state);

        let mut state = self.state.write().await;
        if let Some(Err(refused)) = &state.basic {
            return Err(not_asked(refused));
        }
        if state.token.is_none() {
            self.log_in(&mut state).await.map_err(|f| not_asked(&f))?;
        }
        let answer = ask().await;
        match &answer {
            Ok(_) => state.basic = Some(Ok(())),
            Err(failure) if is_refused(&answer) => state.basic = Some(Err(failure.clone())),
            Err(_) => {}
        }
        self.without_secrets(answer?, &state)
    }

    async fn with_new_token(&self, state: &mut State, url: &Url) -> Result<Answer, Failure> {
        if state.dead.is_none()
            && let Some(refused) = state.token.take()
        {
            // It may be one thing that is refused to it, and not the session that has ended: then it
            // would stay open. Where it has ended, there is nothing to end.
            let _ = self.end(&refused).await;
        }
        self.log_in(state).await.map_err(|failure| Failure {
            request: format!("GET {url}"),
            reason: format!("not asked, because of {failure}"),
            status: None,
        })?;
        self.read(url, state).await
    }

    /// One read with the present token.
    async fn read(&self, url: &Url, state: &State) -> Result<Answer, Failure> {
        let answer = self.server.read(url, state.token.as_ref()).await?;
        self.without_secrets(answer, state)
    }

    /// An answer that gives the token or the password back is not one: parts of answers are kept as
    /// evidence, and secrets are not.
    fn without_secrets(&self, answer: Answer, state: &State) -> Result<Answer, Failure> {
        let password = match &self.auth {
            Auth::UcpLogin(login) | Auth::DtrLogin(login) => Some(&login.password),
            Auth::Connection => None,
        };
        let secrets = state.token.iter().chain(password.filter(|p| p.expose_secret().len() >= TELLING));
        for secret in secrets {
            if answer.holds(secret.expose_secret()) {
                return Err(Failure {
                    request: answer.request,
                    reason: "the answer gives a secret of this session back; it is not kept".into(),
                    status: None,
                });
            }
        }
        Ok(answer)
    }

    /// Ends the session on the server, also after errors. Says what failed; the scan's results stand.
    pub(super) async fn logout(&self) -> Result<(), Failure> {
        let token = self.state.write().await.token.take();
        match token {
            Some(token) => self.end(&token).await,
            None => Ok(()),
        }
    }

    /// Ends one session. DTR's tokens end by themselves.
    async fn end(&self, token: &SecretString) -> Result<(), Failure> {
        let Auth::UcpLogin(_) = &self.auth else {
            return Ok(());
        };
        let url = self.server.url("/id/logout");
        let request = format!("POST {url}");
        let builder = self.server.client().post(url).header(AUTHORIZATION, bearer(token)).timeout(GOODBYE);
        self.server.send(builder, request).await.map(drop)
    }

    async fn log_in(&self, state: &mut State) -> Result<(), Failure> {
        if let Some(failure) = &state.dead {
            return Err(failure.clone());
        }
        match self.fetch_token().await {
            Ok(token) => {
                state.token = Some(token);
                state.generation += 1;
                Ok(())
            }
            Err(failure) => {
                state.token = None;
                state.dead = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Logs in. One try: a second could lock the account.
    async fn fetch_token(&self) -> Result<SecretString, Failure> {
        let (builder, request, keys) = match &self.auth {
            Auth::Connection => {
                let reason = "this connection has no account to log in with".into();
                return Err(Failure { request: "login".into(), reason, status: None });
            }
            Auth::UcpLogin(login) => {
                let url = self.server.url("/auth/login");
                let request = format!("POST {url}");
                let body = serde_json::json!({
                    "username": login.username,
                    "password": login.password.expose_secret(),
                });
                let builder = self.server.client().post(url).header("content-type", "application/json");
                (builder.body(body.to_string()), request, ["auth_token", "auth_token"])
            }
            Auth::DtrLogin(login) => {
                let url = self.server.url("/auth/token");
                let request = format!("GET {url}");
                let password = Some(login.password.expose_secret());
                (
                    self.server.client().get(url).basic_auth(&login.username, password),
                    request,
                    ["token", "access_token"],
                )
            }
        };
        let answer = self.server.send(builder, request.clone()).await.map_err(|failure| match failure.status {
            Some(StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) => {
                let status = failure.status.map_or(0, |s| s.as_u16());
                let reason =
                    format!("{status}: the login was refused; check user name and password (it is not tried again)");
                Failure { reason, ..failure }
            }
            _ => failure,
        })?;
        let body: Option<serde_json::Value> = json(&answer.body).ok();
        let token = body.as_ref().and_then(|b| keys.iter().find_map(|k| b.get(k)?.as_str()));
        match token {
            Some(token) if !token.is_empty() && HeaderValue::from_str(token).is_ok() => {
                Ok(SecretString::from(token.to_owned()))
            }
            _ => Err(Failure { request, reason: "the answer to the login holds no token".into(), status: None }),
        }
    }
}

/// The server does not take the token that was shown.
fn is_refused(answer: &Result<Answer, Failure>) -> bool {
    matches!(answer, Err(failure) if failure.status == Some(StatusCode::UNAUTHORIZED))
}
