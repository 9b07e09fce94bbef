//! TLS: whom connections trust, and what a server presents to anybody who connects.
//!
//! Trust for connecting (the system's roots and `--ca-file`) and trust for judging (the policy) are
//! two things: this file knows only the first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    SupportedProtocolVersion,
};
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::facts::tls::{Certificate, Chain};
use crate::target::{ClientBundle, Pin};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// A client that trusts the system's roots and those given, and shows the bundle if there is one.
pub(super) fn client_config(
    extra_roots: &[Certificate],
    bundle: Option<&ClientBundle>,
) -> Result<ClientConfig, String> {
    // A machine without certificates of its own is no error: then only the given ones are trusted.
    config(rustls_native_certs::load_native_certs().certs, extra_roots, bundle)
}

/// The same, trusting nobody but the given roots, as docker does where it is given a `ca.pem`.
pub(super) fn strict_client_config(roots: &[Certificate], bundle: &ClientBundle) -> Result<ClientConfig, String> {
    config(Vec::new(), roots, Some(bundle))
}

/// A client that knows the server by its own certificate, whoever issued it, for whatever host and time; it shows
/// the bundle if there is one.
pub(super) fn pinned_client_config(pin: &Pin, bundle: Option<&ClientBundle>) -> Result<ClientConfig, String> {
    let verifier = Pinned { pin: pin.clone(), provider: provider() };
    with_verifier(Arc::new(verifier), bundle)
}

/// A client that trusts nobody, for connections without TLS: the HTTP client wants one all the same.
pub(super) fn nobody() -> Result<ClientConfig, String> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn config(
    native: Vec<CertificateDer<'static>>,
    extra_roots: &[Certificate],
    bundle: Option<&ClientBundle>,
) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(native);
    let extra: Vec<CertificateDer<'static>> = extra_roots.iter().map(|c| c.0.clone().into()).collect();
    roots.add_parsable_certificates(extra.clone());
    if roots.is_empty() {
        return Err("this system has no trusted certificates and no --ca-file was given".into());
    }
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|e| format!("the trusted certificates cannot be used: {e}"))?;
    with_verifier(Arc::new(Verifier { inner, given: extra }), bundle)
}

fn with_verifier(verifier: Arc<dyn ServerCertVerifier>, bundle: Option<&ClientBundle>) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let Some(bundle) = bundle else {
        return Ok(builder.with_no_client_auth());
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bundle.certificate).collect();
    let chain = chain.map_err(|_| "the client bundle's cert.pem is not well-formed PEM".to_owned())?;
    let key = PrivateKeyDer::from_pem_slice(bundle.key.expose_secret().as_bytes())
        .map_err(|_| "the client bundle's key.pem holds no readable private key".to_owned())?;
    builder.with_client_auth_cert(chain, key).map_err(|e| format!("the client bundle cannot be used: {e}"))
}

/// The standard verifier, and beside it the certificates of `--ca-file` taken at their word: a server
/// that presents one of them as its own is that server, as openssl has it. Without this a self-signed
/// server certificate could not be trusted at all where it is marked as a CA.
#[derive(Debug)]
struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if verdict.is_ok() || !self.given.iter().any(|g| g.as_ref() == end_entity.as_ref()) {
            return verdict;
        }
        let (_, parsed) = X509Certificate::from_der(end_entity)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let validity = parsed.validity();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        if now < validity.not_before.timestamp() {
            return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
        }
        if now > validity.not_after.timestamp() {
            return Err(Error::InvalidCertificate(CertificateError::Expired));
        }
        rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Takes one certificate, by its SHA-256, and no other, and insists that the server holds its key.
#[derive(Debug)]
struct Pinned {
    pin: Pin,
    provider: Arc<CryptoProvider>,
}

/// A server presented another certificate than the one it is known by.
#[derive(Debug, thiserror::Error)]
#[error(
    "it is not the one that is pinned: the pin is {pin}, this certificate's SHA-256 {found}; either it was replaced (look \
     at it on the server itself, and give its own pin) or somebody else answers"
)]
pub(super) struct NotPinned {
    pin: Pin,
    found: Pin,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Pin::of(end_entity);
        if found == self.pin {
            return Ok(ServerCertVerified::assertion());
        }
        let refused = NotPinned { pin: self.pin.clone(), found };
        Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(refused)))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Connects, completes a handshake whatever the certificates are, and hangs up: what the server
/// presented, proven to be held by it. Nothing is sent over the connection.
pub(super) async fn present(url: &Url) -> Result<Chain, String> {
    present_in(url, rustls::DEFAULT_VERSIONS).await
}

/// The same with these versions of TLS only.
pub(super) async fn present_in(url: &Url, versions: &[&'static SupportedProtocolVersion]) -> Result<Chain, String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let name = ServerName::try_from(host.clone()).map_err(|_| format!("{host} is no host name"))?;
    let recorder = Arc::new(Recorder { provider: provider(), seen: Mutex::default() });
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(recorder.clone())
        .with_no_client_auth();

    let handshake = async {
        let stream = TcpStream::connect((host.as_str(), port)).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    };
    match tokio::time::timeout(CONNECT, handshake).await {
        Err(_) => {
            return Err(format!("no TLS handshake within {} seconds", CONNECT.as_secs()));
        }
        Ok(Err(error)) => return Err(format!("the TLS handshake failed: {error}")),
        Ok(Ok(_stream)) => {}
    }
    let certificates = std::mem::take(&mut *recorder.seen.lock().unwrap_or_else(PoisonError::into_inner));
    if certificates.is_empty() {
        return Err("the server presented no certificate".into());
    }
    Ok(Chain { host, certificates })
}

/// Takes any certificate and notes it, but insists that the server holds its key: without that, the
/// chain would only be something that somebody sent.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Vec<Certificate>>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(end_entity).chain(intermediates);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = all.map(|der| Certificate(der.to_vec())).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
