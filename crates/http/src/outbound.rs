//! The one connector through which a zone calls anybody: it asks the declaration of residency before each connection.
//!
//! Invariants: an undeclared host is not even looked up; a declared name is connected to only where it leads into the
//! declared networks, each time anew, so that a change of name service is noticed; redirects are followed by none of
//! the clients above, so that no answer can send a request elsewhere.

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::future::{Ready, ready};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::net::{TcpStream, lookup_host};
use tower_service::Service as Tower;

use crate::residency::{Residency, ResidencyError, Service, literal};

type Failure = Box<dyn Error + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<TokioIo<TcpStream>, Failure>> + Send>>;
type LookingUp = Pin<Box<dyn Future<Output = Result<std::vec::IntoIter<SocketAddr>, Failure>> + Send>>;

/// Whom a client may call.
#[derive(Clone, Debug)]
pub struct Outbound(Option<(Arc<Residency>, Service)>);

impl Outbound {
    /// Anybody: for commands that a person runs, and for one process with nothing declared, which is no sovereign
    /// installation.
    pub fn anywhere() -> Self {
        Self(None)
    }

    /// What is declared for this purpose.
    pub fn declared(residency: Arc<Residency>, purpose: Service) -> Self {
        Self(Some((residency, purpose)))
    }

    /// Whether this host may be called at all.
    ///
    /// # Errors
    /// [`ResidencyError::Host`] when it may not.
    pub fn calls(&self, name: &str, port: u16) -> Result<(), ResidencyError> {
        self.0.as_ref().map_or(Ok(()), |(residency, purpose)| residency.calls(name, port, *purpose))
    }

    /// Those of the addresses that a name leads to which may be called.
    ///
    /// # Errors
    /// [`ResidencyError::Elsewhere`] when it is none.
    pub fn leads(&self, name: &str, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, ResidencyError> {
        match &self.0 {
            Some((residency, purpose)) if literal(name).is_none() => residency.leads(name, *purpose, &found),
            _ => Ok(found),
        }
    }

    /// Whether the host of this address may be called at all.
    pub(crate) fn calls_uri(&self, uri: &Uri) -> Result<(), ResidencyError> {
        let host = uri.host().ok_or_else(|| ResidencyError::Form(format!("{uri} names no host")))?;
        let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        self.calls(host, uri.port_u16().unwrap_or(usual))
    }
}

/// Looks names up, and keeps of what is found what was declared.
#[derive(Clone)]
pub(crate) struct Lookup(Outbound);

impl Tower<Name> for Lookup {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = LookingUp;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> LookingUp {
        let outbound = self.0.clone();
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?.map(|address| address.ip()).collect();
            let kept = outbound.leads(name.as_str(), found).inspect_err(noticed)?;
            let addresses: Vec<_> = kept.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
            Ok(addresses.into_iter())
        })
    }
}

/// The connector.
#[derive(Clone)]
pub struct Guarded {
    tcp: HttpConnector<Lookup>,
    outbound: Outbound,
}

impl Guarded {
    pub(crate) fn new(outbound: Outbound) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Lookup(outbound.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(std::time::Duration::from_secs(5)));
        Self { tcp, outbound }
    }
}

impl Tower<Uri> for Guarded {
    type Response = TokioIo<TcpStream>;
    type Error = Failure;
    type Future = Connecting;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Connecting {
        if let Err(refused) = self.outbound.calls_uri(&uri).inspect_err(noticed) {
            let refused: Ready<Result<_, Failure>> = ready(Err(refused.into()));
            return Box::pin(refused);
        }
        let connecting = self.tcp.call(uri);
        Box::pin(async move { connecting.await.map_err(Into::into) })
    }
}

fn noticed(refused: &ResidencyError) {
    tracing::error!(%refused, "a connection was not made");
}
