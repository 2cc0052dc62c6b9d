//! What an operator with root can put before its own program: a listener that shows the operator's certificate, ends
//! the trustee's TLS, keeps every byte, and speaks on to the operator zone. `claims --zones` starts it as the
//! operator's user in the operator's network.
//!
//! Per connection it leaves three files: `N.wire` as it passed the network, `N.asked` and `N.answered` as the operator
//! can read it.
//!
//! Deliberately absent: changing anything. Operators that lie are played in `claims` on both zones in one process.
#![expect(clippy::print_stdout, reason = "it says when it listens")]

use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use anyhow::Result;
use clap::Parser;
use edge::tls::{Identity, authorities, client, mutual_server};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Listens in.
#[derive(Parser)]
struct Options {
    /// Where the trustee expects the operator.
    #[arg(long)]
    listen: SocketAddr,
    /// Where the operator zone really listens.
    #[arg(long)]
    to: SocketAddr,
    /// The folder with the operator's certificates.
    #[arg(long)]
    papers: PathBuf,
    /// Which of them it shows to the trustee.
    #[arg(long, default_value = "operator")]
    shows: String,
    /// Where it keeps what it hears.
    #[arg(long)]
    keep: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.keep)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(listen(options))
}

async fn listen(options: Options) -> Result<()> {
    let file = |name: &str| options.papers.join(name);
    let shown = |ending| file(&format!("{}.{ending}", options.shows));
    let own = Identity::from_files(&shown("pem"), &shown("key"))?;
    let acceptor = TlsAcceptor::from(mutual_server(own, authorities(&file("gateway-ca.pem"))?)?);
    let tap = Identity::from_files(&file("tap.pem"), &file("tap.key"))?;
    let connector = TlsConnector::from(Arc::new(client(authorities(&file("operator-ca.pem"))?, Some(tap))?));
    let listener = TcpListener::bind(options.listen).await?;
    println!("The wiretap listens on {}.", options.listen);
    let mut count = 0_u32;
    loop {
        let (stream, _) = listener.accept().await?;
        count += 1;
        let (acceptor, connector) = (acceptor.clone(), connector.clone());
        let (keep, to) = (options.keep.clone(), options.to);
        tokio::spawn(async move {
            // Connections that end early, or are refused in the handshake, are part of the play.
            let _ = overhear(stream, &acceptor, &connector, to, &keep, count).await;
        });
    }
}

async fn overhear(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    connector: &TlsConnector,
    to: SocketAddr,
    keep: &Path,
    number: u32,
) -> Result<()> {
    let file = |ending: &str| {
        // Another wiretap may have been here before.
        File::options().create(true).append(true).open(keep.join(format!("{number}.{ending}")))
    };
    let wire = file("wire")?;
    let outside = Kept { read: wire.try_clone()?, written: wire, inner: stream };
    let opened = acceptor.accept(outside).await?;
    let mut trustee = Kept { inner: opened, read: file("asked")?, written: file("answered")? };
    let inner = TcpStream::connect(to).await?;
    let mut operator = connector.connect(ServerName::from(to.ip()), inner).await?;
    copy_bidirectional(&mut trustee, &mut operator).await?;
    Ok(())
}

/// A stream of which every byte is kept.
struct Kept<S> {
    inner: S,
    read: File,
    written: File,
}

impl<S: AsyncRead + Unpin> AsyncRead for Kept<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        let read = std::task::ready!(Pin::new(&mut this.inner).poll_read(cx, into));
        this.read.write_all(&into.filled()[before..])?;
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Kept<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = std::task::ready!(Pin::new(&mut this.inner).poll_write(cx, bytes))?;
        this.written.write_all(&bytes[..written])?;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
