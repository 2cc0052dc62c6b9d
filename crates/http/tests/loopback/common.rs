//! A zone with a few fixed answers behind a real listener, and a client that speaks HTTP/1.1 by hand, so that
//! nothing between the test and the socket repairs anything.

use edge::{Metrics, Options, Request, Response, StatusCode, Zone, serve};
use kernel::Entropy;
use std::collections::HashMap;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

/// Bytes that count up: unpredictable enough for a test.
struct Counting(AtomicU8);
impl Entropy for Counting {
    fn fill(&self, into: &mut [u8]) {
        for byte in into {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Options with the limits of production but for the time a drain may take.
pub fn options() -> Options {
    let mut options = Options::new(Arc::new(Counting(AtomicU8::new(0))));
    options.server_id = 7;
    options.limits.drain = Duration::from_secs(5);
    options
}

/// The zone under the edge.
pub struct Fixed {
    inside: Semaphore,
    gate: Semaphore,
    finished: AtomicUsize,
}

impl Fixed {
    fn new() -> Self {
        Self { inside: Semaphore::new(0), gate: Semaphore::new(0), finished: AtomicUsize::new(0) }
    }
    /// The long answer.
    pub fn long() -> String {
        format!("[{}0]", "1,".repeat(2000))
    }
    /// Waits until two calls stand at the gate.
    pub async fn both_inside(&self) {
        self.inside.acquire_many(2).await.expect("open").forget();
    }
    /// Lets two calls through.
    pub fn open_gate(&self) {
        self.gate.add_permits(2);
    }
    /// How many calls passed the gate and finished.
    pub fn finished(&self) -> usize {
        self.finished.load(Ordering::SeqCst)
    }
}

impl Zone for Fixed {
    async fn handle(&self, request: Request) -> Response {
        match request.path().rsplit('/').next().unwrap_or("") {
            "fixed" => Response::json(StatusCode::OK, r#"{"fixed":true}"#).of("get-fixed"),
            "long" => Response::json(StatusCode::OK, Self::long()),
            "page" => Response::html(StatusCode::OK, Self::long()),
            "echo" => Response::json(StatusCode::OK, request.body),
            "panic" => panic!("canary"),
            "gate" => {
                self.inside.add_permits(1);
                self.gate.acquire().await.expect("open").forget();
                self.finished.fetch_add(1, Ordering::SeqCst);
                Response::empty(StatusCode::OK)
            }
            _ => Response::empty(StatusCode::NOT_FOUND),
        }
    }
}

/// A zone behind a listener on a free port.
pub struct House {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its meters.
    pub metrics: Arc<Metrics>,
    /// The zone.
    pub zone: Arc<Fixed>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<bool>,
}

impl House {
    /// Opens the door.
    pub async fn open(mut options: Options) -> Self {
        options.metrics = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (metrics, zone) = (options.metrics.clone(), Arc::new(Fixed::new()));
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            stopped.await.ok();
        };
        let served = tokio::spawn(serve(listener, zone.clone(), options, shutdown));
        Self { address, metrics, zone, stop, served }
    }
    /// Closes the door and says whether everybody left in time.
    pub async fn close(self) -> bool {
        self.stop.send(()).expect("still open");
        self.served.await.expect("serve does not panic")
    }
    /// A new connection.
    pub async fn connect(&self) -> Wire {
        Wire(TcpStream::connect(self.address).await.expect("listening"))
    }
    /// Sends text over a new connection and reads one answer.
    pub async fn send(&self, text: &str) -> Answer {
        let mut wire = self.connect().await;
        wire.write(text).await;
        wire.read_answer().await
    }
    /// A bare GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await
    }
}

/// One connection.
pub struct Wire(TcpStream);

impl Wire {
    /// Writes as is.
    pub async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("open");
    }
    /// Reads up to the blank line.
    pub async fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("a whole head"));
        }
        String::from_utf8(head).expect("ASCII")
    }
    /// Reads one answer.
    pub async fn read_answer(&mut self) -> Answer {
        let head = self.read_head().await;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status line");
        let headers: HashMap<_, _> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("digits"));
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).await.expect("a whole body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: status.parse().expect("digits"), headers, body, bytes }
    }
    /// True when the other end closes before long; an answer such as 408 may come first.
    pub async fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_secs(5), self.0.read_to_end(&mut rest)).await.is_ok()
    }
}

/// One answer.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, lower case.
    pub headers: HashMap<String, String>,
    /// The body as text.
    pub body: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What gzip made of a text.
pub fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("gzip");
    text
}
