//! A session with one server: one login per scan, a new one when it ends, a logout at the end.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use super::http::{Answer, Failure, Server, bearer};
use crate::target::Login;

/// How many sessions may end under one request before it is given up.
const SESSIONS_PER_REQUEST: u32 = 5;
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
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<SecretString>,
    /// Counts the tokens, so that those who share one renew it once.
    generation: u64,
    /// How many tokens in a row were never taken for good, the present one included.
    unaccepted: u32,
    /// The login failed. It is never tried again: accounts lock.
    dead: Option<Failure>,
}

impl Session {
    /// A session that has not begun yet: the first request that needs an account logs in.
    pub(super) fn new(server: Server, auth: Auth) -> Self {
        Session {
            server,
            auth,
            state: Mutex::default(),
        }
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

    /// Reads as the account, logging in when needed and again when the session has ended.
    pub(super) async fn get(&self, url: Url) -> Result<Answer, Failure> {
        let mut renewals = 0;
        loop {
            let (token, generation) = self.token().await?;
            let answer = self.server.read(&url, token.as_ref()).await;
            match answer {
                Err(failure)
                    if failure.status == Some(StatusCode::UNAUTHORIZED) && token.is_some() =>
                {
                    renewals += 1;
                    if renewals > SESSIONS_PER_REQUEST {
                        return Err(failure);
                    }
                    self.renew(generation, failure).await?;
                }
                answer => {
                    // A refusal of what was asked for is not one of who asked.
                    let heard = answer
                        .as_ref()
                        .map_or_else(|f| f.status.is_some(), |_| true);
                    if heard && token.is_some() {
                        self.accept(generation).await;
                    }
                    return answer;
                }
            }
        }
    }

    /// Ends the session on the server, also after errors. Says what failed; the scan's results stand.
    pub(super) async fn logout(&self) -> Result<(), Failure> {
        let token = self.state.lock().await.token.take();
        let (Some(token), Auth::UcpLogin(_)) = (token, &self.auth) else {
            return Ok(());
        };
        let url = self.server.url("/id/logout");
        let request = format!("POST {url}");
        let builder = self
            .server
            .client()
            .post(url)
            .header(AUTHORIZATION, bearer(&token))
            .timeout(GOODBYE);
        self.server.send(builder, request).await.map(drop)
    }

    async fn token(&self) -> Result<(Option<SecretString>, u64), Failure> {
        if matches!(self.auth, Auth::Connection) {
            return Ok((None, 0));
        }
        let mut state = self.state.lock().await;
        if state.token.is_none() {
            self.log_in(&mut state).await?;
        }
        Ok((state.token.clone(), state.generation))
    }

    /// Gets a new token after one was refused. Where two in a row were never accepted, a third would
    /// not be either.
    async fn renew(&self, generation: u64, refused: Failure) -> Result<(), Failure> {
        let mut state = self.state.lock().await;
        if state.generation != generation {
            return Ok(());
        }
        if state.unaccepted >= 2 {
            let reason = "401: the session that the login gave is not accepted".into();
            state.dead = Some(Failure { reason, ..refused });
        }
        self.log_in(&mut state).await
    }

    async fn accept(&self, generation: u64) {
        let mut state = self.state.lock().await;
        if state.generation == generation {
            state.unaccepted = 0;
        }
    }

    async fn log_in(&self, state: &mut State) -> Result<(), Failure> {
        if let Some(failure) = &state.dead {
            return Err(failure.clone());
        }
        match self.fetch_token().await {
            Ok(token) => {
                state.token = Some(token);
                state.generation += 1;
                state.unaccepted += 1;
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
                return Err(Failure {
                    request: "login".into(),
                    reason,
                    status: None,
                });
            }
            Auth::UcpLogin(login) => {
                let url = self.server.url("/auth/login");
                let request = format!("POST {url}");
                let body = serde_json::json!({
                    "username": login.username,
                    "password": login.password.expose_secret(),
                });
                let builder = self
                    .server
                    .client()
                    .post(url)
                    .header("content-type", "application/json");
                (
                    builder.body(body.to_string()),
                    request,
                    ["auth_token", "auth_token"],
                )
            }
            Auth::DtrLogin(login) => {
                let url = self.server.url("/auth/token");
                let request = format!("GET {url}");
                let password = Some(login.password.expose_secret());
                (
                    self.server
                        .client()
                        .get(url)
                        .basic_auth(&login.username, password),
                    request,
                    ["token", "access_token"],
                )
            }
        };
        let answer = self.server.send(builder, request.clone()).await.map_err(|failure| match failure.status {
            Some(StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN) => {
                let status = failure.status.map_or(0, |s| s.as_u16());
                let reason = format!("{status}: the login was refused; check user name and password (it is not tried again)");
                Failure { reason, ..failure }
            }
            _ => failure,
        })?;
        let body: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
        let token = body
            .as_ref()
            .and_then(|b| keys.iter().find_map(|k| b.get(k)?.as_str()));
        match token {
            Some(token) if !token.is_empty() && HeaderValue::from_str(token).is_ok() => {
                Ok(SecretString::from(token.to_owned()))
            }
            _ => Err(Failure {
                request,
                reason: "the answer to the login holds no token".into(),
                status: None,
            }),
        }
    }
}
