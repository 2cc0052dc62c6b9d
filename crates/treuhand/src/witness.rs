//! The built-in witness: C2SP tlog-witness with one key and one folder.
//!
//! Invariants: what was cosigned is on disk before the answer goes out; requests are judged one after the other, so
//! that no two of them see the same state.
//!
//! Deliberately absent: everything a log's entries say. A witness sees sizes and hashes only.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use edge::{Request, Response, StatusCode, Zone, http};
use kernel::{Clock, Entropy};
use ledger::{AddCheckpoint, Checkpoint, Digest, Judgement, Policy, Purpose, SigningKey, judge};
use zeroize::Zeroizing;

/// The one address of the protocol.
const ADD_CHECKPOINT: &str = "/add-checkpoint";
const TEXT: &str = "text/plain; charset=utf-8";
/// The type in which the protocol wants a size.
const SIZE: &str = "text/x.tlog.size";

/// A witness.
pub struct Witness {
    key: SigningKey,
    logs: Policy,
    folder: PathBuf,
    clock: Arc<dyn Clock>,
    judging: Mutex<()>,
}

impl Witness {
    /// A witness of these logs with its state in this folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, key: SigningKey, logs: Policy, clock: Arc<dyn Clock>) -> Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { key, logs, folder: folder.to_owned(), clock, judging: Mutex::default() })
    }

    /// Judges a request and keeps what it cosigns.
    fn answer(&self, body: &[u8]) -> Response {
        let _one_at_a_time = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unreadable = false;
        let seen = |origin: &str| {
            let seen = self.seen(origin);
            unreadable = seen.is_err();
            seen.unwrap_or_default()
        };
        let judged = judge(body, &self.logs, seen, &self.key, self.clock.now().as_microsecond());
        if unreadable {
            return failed();
        }
        let status = StatusCode::from_u16(judged.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match judged {
            Judgement::Cosign { seen, line } => match self.keep(&seen, body) {
                Ok(()) => Response::with_type(status, TEXT, format!("{line}\n")),
                Err(error) => {
                    tracing::error!(%error, "what was cosigned cannot be kept");
                    failed()
                }
            },
            Judgement::Conflict(size) => Response::with_type(status, SIZE, format!("{size}\n")),
            Judgement::Inconsistent => {
                self.evidence(body);
                Response::empty(status)
            }
            _ => Response::empty(status),
        }
    }

    /// What was cosigned last for a log. A file that cannot be read is not the same as none.
    fn seen(&self, origin: &str) -> Result<Option<Checkpoint>> {
        match fs::read(self.state(origin)) {
            Ok(note) => Ok(Some(Checkpoint::peek(&note)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn keep(&self, seen: &Checkpoint, body: &[u8]) -> Result<()> {
        let request = AddCheckpoint::parse(body)?;
        let path = self.state(&seen.origin);
        let part = path.with_extension("part");
        let mut file = File::create(&part)?;
        file.write_all(request.checkpoint.as_bytes())?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }

    fn evidence(&self, body: &[u8]) {
        let path = self.folder.join("evidence");
        let file = fs::OpenOptions::new().create(true).append(true).open(path);
        if let Err(error) =
            file.and_then(|mut file| file.write_all(body).and_then(|()| file.write_all(b"\n")))
        {
            tracing::error!(%error, "evidence cannot be kept");
        }
    }

    fn state(&self, origin: &str) -> PathBuf {
        self.folder
            .join(format!("{}.checkpoint", Digest::of(origin.as_bytes()).to_string().replace(':', "-")))
    }
}

fn failed() -> Response {
    Response::with_type(
        StatusCode::INTERNAL_SERVER_ERROR,
        TEXT,
        "The witness's state cannot be read or kept.\n",
    )
}

/// A witness behind a listener.
pub struct WitnessDoor(Arc<Witness>);

impl WitnessDoor {
    /// The door of a witness.
    pub fn new(witness: Witness) -> Self {
        Self(Arc::new(witness))
    }
}

impl Zone for WitnessDoor {
    async fn handle(&self, request: Request) -> Response {
        match (&request.method, request.path()) {
            (&http::Method::POST, ADD_CHECKPOINT) => {
                let (witness, body) = (Arc::clone(&self.0), request.body);
                let judged = tokio::task::spawn_blocking(move || witness.answer(&body)).await;
                judged.unwrap_or_else(|_| failed())
            }
            (_, ADD_CHECKPOINT) => Response::empty(StatusCode::METHOD_NOT_ALLOWED),
            _ => Response::empty(StatusCode::NOT_FOUND),
        }
    }
}

/// A witness's key in its file; made when it is not there.
///
/// # Errors
/// When the file cannot be read or written.
pub fn witness_key(path: &Path, name: &str, entropy: &dyn Entropy) -> Result<SigningKey> {
    if !path.exists() {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut());
        let key = SigningKey::from_seed(name, Purpose::Witness, *seed)?;
        crate::folder::write_private(path, format!("{}\n", key.expose().as_str()).as_bytes())?;
    }
    crate::folder::read_key(path)
}
