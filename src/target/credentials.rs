//! How the scanner shows who it is. Secrets are secret types from the moment they enter.

use secrecy::SecretString;

/// A user name and its password.
#[derive(Clone, Debug)]
pub struct Login {
    /// The account.
    pub username: String,
    /// Its password.
    pub password: SecretString,
}

/// The certificate and key of a UCP client bundle, as PEM.
#[derive(Clone, Debug)]
pub struct ClientBundle {
    /// The certificate chain.
    pub certificate: Vec<u8>,
    /// The private key.
    pub key: SecretString,
}

/// How a UCP is logged in to.
#[derive(Clone, Debug)]
pub enum UcpIdentity {
    /// With a password, which gives a session.
    Login(Login),
    /// With a client certificate: no session.
    Bundle(ClientBundle),
}

impl UcpIdentity {
    /// Who it is, for results.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            UcpIdentity::Login(login) => login.username.clone(),
            UcpIdentity::Bundle(_) => "client bundle".into(),
        }
    }
}
