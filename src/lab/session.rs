//! Who the lab's user is, and the tokens the servers have given out.

use std::{
    collections::HashMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{fault::Fault, scenario::Scenario};

/// With `session-ends`, so many requests can be made with UCP's first token, and with each of DTR's.
const UCP_REQUESTS: u32 = 1;
const DTR_REQUESTS: u32 = 30;

/// The name and password of the lab's user, others at every start.
pub(super) struct Account {
    pub(super) username: String,
    pub(super) password: SecretString,
}

impl Account {
    /// A user whose password holds whatever is easily got wrong in JSON, a shell, a URL or a header.
    pub(super) fn random() -> Self {
        let letter = ['é', 'ß', 'ø', 'ž'][fastrand::usize(..4)];
        let [start, middle, end] = [(); 3].map(|()| letters(5));
        Self {
            username: format!("lab-admin-{}", letters(4).to_lowercase()),
            password: SecretString::from(format!("{start}\"\\{middle}%'{end}{letter}")),
        }
    }

    pub(super) fn is(&self, username: &str, password: &str) -> bool {
        self.username == username && self.password.expose_secret() == password
    }
}

/// The tokens of both servers.
#[derive(Default)]
pub(super) struct Sessions {
    ucp: Mutex<Tokens>,
    dtr: Mutex<Tokens>,
}

/// Tokens, with the number of requests that each is still good for where it is limited.
#[derive(Default)]
struct Tokens {
    valid: HashMap<String, Option<u32>>,
    given: u64,
}

impl Tokens {
    /// Takes note of a token; a limit of 0 makes it invalid from the start.
    fn give(&mut self, token: &str, limit: Option<u32>) {
        self.given += 1;
        if limit != Some(0) {
            self.valid.insert(token.to_owned(), limit);
        }
    }

    /// Whether a token is valid; counts the request.
    fn take(&mut self, token: &str) -> bool {
        match self.valid.get_mut(token) {
            None => false,
            Some(Some(1)) => self.valid.remove(token).is_some(),
            Some(left) => {
                *left = left.map(|left| left - 1);
                true
            }
        }
    }
}

impl Sessions {
    /// A new session at UCP.
    pub(super) fn log_in(&self, scenario: &Scenario) -> String {
        let token = uuid();
        let mut ucp = hold(&self.ucp);
        let limit = if scenario.has(Fault::SessionNever) {
            Some(0)
        } else if scenario.has(Fault::SessionShort) {
            Some(1)
        } else if scenario.has(Fault::SessionEnds) && ucp.given == 0 {
            Some(UCP_REQUESTS)
        } else {
            None
        };
        ucp.give(&token, limit);
        token
    }

    /// Ends a session at UCP; false where there is none.
    pub(super) fn log_out(&self, token: &str) -> bool {
        hold(&self.ucp).valid.remove(token).is_some()
    }

    pub(super) fn is_ucp(&self, token: &str) -> bool {
        hold(&self.ucp).take(token)
    }

    /// Sessions at UCP that are still valid.
    pub(super) fn open(&self) -> usize {
        hold(&self.ucp).valid.len()
    }

    /// A token for DTR; only one given to somebody who said who they are is accepted anywhere.
    pub(super) fn dtr_token(&self, scenario: &Scenario, known: bool, expires_at: i64) -> String {
        let token = jwt(expires_at);
        let limit = if !known || scenario.has(Fault::SessionNever) {
            Some(0)
        } else if scenario.has(Fault::SessionShort) {
            Some(1)
        } else if scenario.has(Fault::SessionEnds) {
            Some(DTR_REQUESTS)
        } else {
            None
        };
        hold(&self.dtr).give(&token, limit);
        token
    }

    pub(super) fn is_dtr(&self, token: &str) -> bool {
        hold(&self.dtr).take(token)
    }
}

/// The lock, also after a panic of whoever held it: every change here is one step.
pub(super) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn letters(count: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric).take(count).collect()
}

/// A random UUID.
fn uuid() -> String {
    let mut text = String::with_capacity(36);
    for (place, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        let digits = fastrand::u64(..) >> (64 - 4 * length);
        let digits = match place {
            2 => (digits & 0x0fff) | 0x4000,
            3 => (digits & 0x3fff) | 0x8000,
            _ => digits,
        };
        let dash = if place == 0 { "" } else { "-" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{dash}{digits:0length$x}");
    }
    text
}

/// A token in the form of a JWT; nothing in it is of any use to a client.
fn jwt(expires_at: i64) -> String {
    let header = json!({"typ": "JWT", "alg": "ES256"}).to_string();
    let claims = json!({"iss": "dtr", "jti": letters(16), "exp": expires_at}).to_string();
    let signature = [(); 64].map(|()| fastrand::u8(..));
    [header.as_bytes(), claims.as_bytes(), &signature].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}
