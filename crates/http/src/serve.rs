//! The listener: accepts connections, limits them, and lets them end in peace.

use http::Response as HttpResponse;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use kernel::Entropy;
use rustls::ServerConfig;
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::exchange::Exchange;
use crate::management::Health;
use crate::message::{Peer, Zone};
use crate::metrics::Metrics;
use crate::proxies::Proxies;

/// A limit on everything a stranger could use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest body, in bytes. No documented call comes near a mebibyte.
    pub body: usize,
    /// Most headers of one request; real clients send about a dozen.
    pub headers: usize,
    /// Longest request head, in bytes.
    pub head: usize,
    /// Most connections at once; more wait in the kernel's queue.
    pub connections: usize,
    /// How long a connection may stay silent, between requests and within a request's head.
    pub idle: Duration,
    /// How long a body may take to arrive.
    pub body_time: Duration,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long running calls may take after the shutdown was asked for.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            headers: 64,
            head: 32 * 1024,
            connections: 10_000,
            idle: Duration::from_secs(75),
            body_time: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
            drain: Duration::from_secs(30),
        }
    }
}

/// How a zone is served.
#[derive(Clone)]
pub struct Options {
    /// TLS, if this listener speaks it (see [`crate::tls`]).
    pub tls: Option<Arc<ServerConfig>>,
    /// The limits.
    pub limits: Limits,
    /// The number of this node, told in `MS-ServerId`.
    pub server_id: u32,
    /// Where the ids come from that a caller did not send.
    pub entropy: Arc<dyn Entropy>,
    /// Where calls are counted.
    pub metrics: Arc<Metrics>,
    /// What `/health` says.
    pub health: Arc<Health>,
    /// The proxies whose word about their callers is taken; nobody's, unless named.
    pub proxies: Proxies,
    /// True when this listener also answers `/metrics`. Not for listeners that strangers reach.
    pub expose_metrics: bool,
}

impl Options {
    /// Plain HTTP with the usual limits, meters of its own and no `/metrics`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self {
            tls: None,
            limits: Limits::default(),
            server_id: 1,
            entropy,
            metrics: Arc::default(),
            health: Arc::default(),
            proxies: Proxies::default(),
            expose_metrics: false,
        }
    }
}

/// Serves `zone` on `listener` until `shutdown` completes; then takes no new call, lets the running ones finish
/// and returns. Returns `false` when calls were still running after [`Limits::drain`].
pub async fn serve<Z: Zone>(
    listener: TcpListener,
    zone: Arc<Z>,
    options: Options,
    shutdown: impl Future<Output = ()> + Send,
) -> bool {
    let limits = options.limits;
    let seats = Arc::new(Semaphore::new(limits.connections));
    let acceptor = options.tls.clone().map(TlsAcceptor::from);
    let health = options.health.clone();
    // Every connection and every running change holds a sender; when all are gone, the house is empty.
    let (running, mut all_done) = mpsc::channel::<Infallible>(1);
    let exchange = Arc::new(Exchange::new(zone, options, running.clone()));
    let graceful = GracefulShutdown::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let next = async {
            let seat = seats.clone().acquire_owned().await;
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            next = next => next,
            () = &mut shutdown => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, mostly: closing connections frees them, so wait instead of spinning.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = Connection { exchange: exchange.clone(), limits, address };
        let (acceptor, watcher, running) = (acceptor.clone(), graceful.watcher(), running.clone());
        tokio::spawn(async move {
            let _open = connection.exchange.metrics().connection();
            connection.run(stream, acceptor, watcher).await;
            drop((seat, running));
        });
    }
    health.set_ready(false);
    drop((listener, running, exchange));
    let drained = async {
        graceful.shutdown().await;
        all_done.recv().await
    };
    tokio::time::timeout(limits.drain, drained).await.is_ok()
}

struct Connection<Z> {
    exchange: Arc<Exchange<Z>>,
    limits: Limits,
    address: SocketAddr,
}

impl<Z: Zone> Connection<Z> {
    async fn run(
        self,
        stream: TcpStream,
        acceptor: Option<TlsAcceptor>,
        watcher: hyper_util::server::graceful::Watcher,
    ) {
        stream.set_nodelay(true).ok(); // without it answers are slower, not wrong
        let Some(acceptor) = acceptor else {
            let peer = Peer { address: self.address, tls: false, certificate: None };
            return self.speak(stream, peer, watcher).await;
        };
        match tokio::time::timeout(self.limits.handshake, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => {
                let peer = Peer { address: self.address, tls: true, certificate: fingerprint(&stream) };
                self.speak(stream, peer, watcher).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    async fn speak<S>(self, stream: S, peer: Peer, watcher: hyper_util::server::graceful::Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self { exchange, limits, .. } = self;
        let service = service_fn(move |request: http::Request<Incoming>| {
            let (exchange, peer) = (exchange.clone(), peer.clone());
            async move { Ok::<HttpResponse<Full<_>>, Infallible>(exchange.answer(request, peer).await) }
        });
        let connection = builder(&limits).serve_connection(TokioIo::new(stream), service).into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(error, "a connection ended early");
        }
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.idle)
        .max_headers(limits.headers)
        .max_buf_size(limits.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.idle)
        .keep_alive_timeout(limits.handshake)
        .max_concurrent_streams(128)
        .max_header_list_size(u32::try_from(limits.head).unwrap_or(u32::MAX));
    builder
}

fn fingerprint(stream: &TlsStream<TcpStream>) -> Option<Arc<[u8; 32]>> {
    let certificate = stream.get_ref().1.peer_certificates()?.first()?;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, certificate);
    Some(Arc::new(digest.as_ref().try_into().ok()?))
}
