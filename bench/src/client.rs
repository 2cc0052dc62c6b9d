//! One HTTP/1.1 connection that is kept open, as a partner's tool would hold it.

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// A request with its whole body.
pub type Call = Request<Full<Bytes>>;

/// An answer with its whole body.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON, if the status is the wanted one.
    pub fn json(&self, wanted: StatusCode) -> Result<Value> {
        if self.status != wanted {
            bail!("{} instead of {wanted}: {}", self.status, self.excerpt());
        }
        serde_json::from_slice(&self.body).with_context(|| format!("no JSON: {}", self.excerpt()))
    }

    /// The beginning of the body, for messages.
    pub fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(400).collect()
    }
}

/// An open connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong on it is told to the call that meets it.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Sends one request and reads the whole answer.
    pub async fn call(&mut self, call: Call) -> Result<Answer> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(call).await?.into_parts();
        Ok(Answer { status: head.status, body: body.collect().await?.to_bytes() })
    }
}

/// One call on a connection of its own.
pub async fn once(address: SocketAddr, call: Call) -> Result<Answer> {
    Connection::open(address).await?.call(call).await
}

/// Who calls whom: what all requests of one partner have in common.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Where the server listens.
    pub address: SocketAddr,
    host: HeaderValue,
    token: Option<HeaderValue>,
}

impl Caller {
    /// A caller without a token.
    pub fn anonymous(address: SocketAddr) -> Result<Self> {
        Ok(Self { address, host: HeaderValue::try_from(address.to_string())?, token: None })
    }

    /// The same with a bearer token.
    pub fn with_token(&self, token: &str) -> Result<Self> {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))?;
        value.set_sensitive(true);
        Ok(Self { token: Some(value), ..self.clone() })
    }

    /// A reading request.
    pub fn get(&self, path: &str) -> Call {
        self.request(Method::GET, path, Bytes::new())
    }

    /// A request with a JSON body.
    pub fn post(&self, path: &str, body: Bytes) -> Call {
        let mut call = self.request(Method::POST, path, body);
        call.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call
    }

    /// A request without the headers that a body needs.
    pub fn request(&self, method: Method, path: &str, body: Bytes) -> Call {
        let mut call = Request::new(Full::new(body));
        *call.method_mut() = method;
        // Paths are made of the contract's words, GUIDs and numbers.
        *call.uri_mut() = path.parse().unwrap_or_default();
        call.headers_mut().insert(HOST, self.host.clone());
        if let Some(token) = &self.token {
            call.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        call
    }
}
