//! TLS on a loopback port, for axum to serve on.

use std::{
    io,
    net::Ipv4Addr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::CertificateDer,
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{LabError, fault::Fault, pki::Identity, scenario::Scenario, world::Server};

/// A client that has not shaken hands by then is let go.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A free port, or the one that is wanted.
pub(super) async fn bind(server: Server, port: u16) -> Result<(TcpListener, String), LabError> {
    let failed = |source| LabError::Bind { server, port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address.to_string()))
}

/// Who may present a certificate: the root it must come from, and the one that is known.
pub(super) struct Clients {
    pub(super) root: CertificateDer<'static>,
    pub(super) known: CertificateDer<'static>,
}

/// How the server shakes hands; with `clients`, certificates are asked for, and not insisted on.
pub(super) fn tls(identity: Identity, clients: Option<&Clients>) -> Result<TlsAcceptor, LabError> {
    shake(identity, clients, false)
}

/// The same, for a server that lets nobody in without a certificate.
pub(super) fn mutual_tls(identity: Identity, clients: &Clients) -> Result<TlsAcceptor, LabError> {
    shake(identity, Some(clients), true)
}

fn shake(identity: Identity, clients: Option<&Clients>, insists: bool) -> Result<TlsAcceptor, LabError> {
    let provider: Arc<CryptoProvider> = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.root.clone())?;
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if insists { verifier } else { verifier.allow_unauthenticated() };
            let verifier = verifier.build().map_err(|error| rustls::Error::General(error.to_string()))?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let mut config = builder.with_single_cert(identity.chain, identity.key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until it is dropped; connections go on until the listener's `stopped` cuts them.
pub(super) async fn serve(listener: TlsListener, routes: Router) {
    let routes = routes.into_make_service_with_connect_info::<Peer>();
    // It never returns: errors of single connections are not errors of the server.
    let _ = axum::serve(listener, routes).await;
}

/// The client of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    /// Whether it has presented the certificate of the lab's client bundle.
    pub(super) has_bundle: bool,
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        *stream.remote_addr()
    }
}

/// What becomes of a client that offers a TLS older than 1.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OldTls {
    /// It is refused with an alert, as the library does it.
    Refused,
    /// The handshake begins, where the version is 3.`minor`.
    Taken(u8),
    /// The connection is closed.
    HungUp,
    /// It waits for ever.
    Ignored,
}

impl OldTls {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let faults = [
            (Fault::Tls10, Self::Taken(1)),
            (Fault::Tls11, Self::Taken(2)),
            (Fault::TlsHangsUp, Self::HungUp),
            (Fault::TlsSilent, Self::Ignored),
        ];
        let found = faults.into_iter().find(|(fault, _)| scenario.has(*fault));
        found.map_or(Self::Refused, |(_, old)| old)
    }

    /// Looks at the version that a client offers, and hands the connection on where it is new enough, or where
    /// nothing is to be made of it.
    async fn before(self, mut tcp: TcpStream) -> io::Result<TcpStream> {
        // The head of a record, of the message in it, and the version that the message begins with.
        let mut head = [0; 11];
        if self == Self::Refused || tcp.peek(&mut head).await? < head.len() {
            return Ok(tcp);
        }
        let minor = head[10];
        match self {
            _ if minor >= 3 => Ok(tcp),
            Self::Taken(taken) if taken == minor => {
                // The head of a server's first message is all that a client of today would read of it.
                let hello = [22, 3, minor, 0, 6, 2, 0, 0, 2, 3, minor];
                tcp.write_all(&hello).await?;
                std::future::pending().await
            }
            Self::HungUp => Err(io::ErrorKind::ConnectionAborted.into()),
            Self::Ignored => std::future::pending().await,
            _ => Ok(tcp),
        }
    }
}

/// A listener that hands out connections once they have shaken hands, however slow the others are.
pub(super) struct TlsListener {
    pub(super) tcp: TcpListener,
    pub(super) old: OldTls,
    /// Without it, no handshake is ever answered.
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) known: Option<CertificateDer<'static>>,
    pub(super) handshakes: JoinSet<io::Result<(TlsStream<TcpStream>, Peer)>>,
    pub(super) stopped: watch::Receiver<()>,
}

impl TlsListener {
    fn shake_hands(&mut self, tcp: TcpStream) {
        let (tls, known, old) = (self.tls.clone(), self.known.clone(), self.old);
        self.handshakes.spawn(async move {
            let Some(tls) = tls else {
                return std::future::pending().await;
            };
            tcp.set_nodelay(true)?;
            let tcp = old.before(tcp).await?;
            let stream = tokio::time::timeout(HANDSHAKE, tls.accept(tcp)).await??;
            let presented = stream.get_ref().1.peer_certificates();
            let presented = presented.and_then(<[_]>::first);
            let has_bundle = presented.is_some() && presented == known.as_ref();
            Ok((stream, Peer { has_bundle }))
        });
    }
}

impl Listener for TlsListener {
    type Io = Connection;
    type Addr = Peer;

    async fn accept(&mut self) -> (Connection, Peer) {
        loop {
            tokio::select! {
                accepted = self.tcp.accept() => match accepted {
                    Ok((tcp, _)) => self.shake_hands(tcp),
                    // Out of file descriptors, most likely: wait until some are free.
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                },
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Ok((stream, peer))) = done {
                        return (Connection::new(stream, self.stopped.clone()), peer);
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        let nobody = Peer { has_bundle: false };
        self.tcp.local_addr().map(|_| nobody)
    }
}

/// A connection that is cut when the lab stops.
pub(super) struct Connection {
    stream: TlsStream<TcpStream>,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
    cut: bool,
}

impl Connection {
    fn new(stream: TlsStream<TcpStream>, mut stopped: watch::Receiver<()>) -> Self {
        let stopped = Box::pin(async move {
            // An error says that the lab was dropped without being stopped.
            let _ = stopped.changed().await;
        });
        Self { stream, stopped, cut: false }
    }

    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        self.cut = self.cut || self.stopped.as_mut().poll(context).is_ready();
        if self.cut {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
