//! The trustee zone behind a real listener, and a caller that writes HTTP/1.1 by hand, so that nothing between the
//! test and the socket repairs anything.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use edge::{HeaderMap, HeaderName, HeaderValue, Metrics, Options, Zone, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Ask, Counting, Reply};

/// A zone behind a listener on a free port of loopback.
pub struct Door {
    /// Where it listens.
    pub address: SocketAddr,
    metrics: Arc<Metrics>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<bool>,
}

impl Door {
    /// Opens the door of a zone.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn open<Z: Zone>(zone: Z) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let options = Options::new(Arc::new(Counting::default()));
        let metrics = options.metrics.clone();
        let (stop, stopped) = oneshot::channel();
        let closing = async {
            stopped.await.ok(); // a dropped door closes as well
        };
        let served = tokio::spawn(serve(listener, Arc::new(zone), options, closing));
        Ok(Self { address, metrics, stop, served })
    }

    /// Makes a call over a connection of its own.
    ///
    /// # Errors
    /// When there is no answer, or none that HTTP/1.1 allows.
    pub async fn call(&self, ask: Ask) -> Result<Reply> {
        let mut out =
            format!("{} {} HTTP/1.1\r\nhost: partner.example\r\n", ask.method, ask.path).into_bytes();
        for (name, value) in &ask.headers {
            out.extend_from_slice(format!("{name}: ").as_bytes());
            out.extend_from_slice(value.as_bytes());
            out.extend_from_slice(b"\r\n");
        }
        if !ask.body.is_empty() {
            out.extend_from_slice(format!("content-length: {}\r\n", ask.body.len()).as_bytes());
        }
        out.extend_from_slice(b"connection: close\r\n\r\n");
        out.extend_from_slice(&ask.body);
        let mut wire = TcpStream::connect(self.address).await?;
        wire.write_all(&out).await?;
        let mut whole = Vec::new();
        wire.read_to_end(&mut whole).await?;
        parse(&whole)
    }

    /// What the meters of this door say.
    pub fn metrics(&self) -> String {
        self.metrics.encode()
    }

    /// Closes the door when everybody has left.
    ///
    /// # Errors
    /// When somebody would not leave.
    pub async fn close(self) -> Result<()> {
        self.stop.send(()).ok(); // nobody listens any more: closed already
        if self.served.await? { Ok(()) } else { bail!("calls were still running after the time to drain") }
    }
}

/// An answer from the bytes of a connection that was closed after it.
fn parse(mut whole: &[u8]) -> Result<Reply> {
    loop {
        let end = whole.windows(4).position(|four| four == b"\r\n\r\n").context("an answer's head")?;
        let head = std::str::from_utf8(&whole[..end])?;
        let body = &whole[end + 4..];
        let mut lines = head.split("\r\n");
        let status: u16 = lines.next().and_then(|line| line.get(9..12)).context("a status")?.parse()?;
        if status == 100 {
            whole = body;
            continue;
        }
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(": ").context("a header")?;
            headers.append(name.parse::<HeaderName>()?, HeaderValue::from_str(value)?);
        }
        return Ok(Reply { status, headers, body: body.to_vec().into() });
    }
}
