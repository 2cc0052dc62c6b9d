//! The transparency log with somebody beside it, who keeps what it is told, makes it fail on request, and can do something
//! when a word is heard.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use kernel::{Code, Problem, TenantId};
use trustee::log::Log;
use trustee::ports::{Later, LogEntry, Logbook, LoggedAct, Together};

/// What to do when an entry of a kind arrives, before it is in.
type Hook = Box<dyn Fn() -> Later<'static, ()> + Send + Sync>;

/// The log.
#[derive(Default)]
pub struct KeptLog {
    inner: OnceLock<Log>,
    entries: Mutex<Vec<LogEntry>>,
    away: AtomicBool,
    hook: Mutex<Option<(String, Hook)>>,
}

impl KeptLog {
    /// Names the log itself.
    pub(crate) fn goes_to(&self, log: Log) {
        let _ = self.inner.set(log); // the first one stays: all zones of a town share one store
    }

    /// Everything it was told, in its order.
    pub fn entries(&self) -> Vec<LogEntry> {
        open(&self.entries).clone()
    }

    /// The kinds of what it was told about a grant.
    pub fn kinds(&self, grant: &str) -> Vec<String> {
        open(&self.entries)
            .iter()
            .filter(|entry| entry.grant == grant)
            .map(|entry| entry.kind.clone())
            .collect()
    }

    /// Whether it takes no entries from now on.
    pub fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// Does this, once, when an entry of this kind arrives.
    pub fn when(&self, kind: &str, hook: impl Fn() -> Later<'static, ()> + Send + Sync + 'static) {
        *open(&self.hook) = Some((kind.to_owned(), Box::new(hook)));
    }
}

impl Logbook for KeptLog {
    fn append(&self, entry: LogEntry) -> Later<'_, Result<(), Problem>> {
        let mut held = open(&self.hook);
        let hook = held.take_if(|(kind, _)| *kind == entry.kind);
        drop(held);
        Box::pin(async move {
            if let Some((_, hook)) = hook {
                hook().await;
            }
            if self.away.load(Ordering::SeqCst) {
                return Err(Problem::new(503, Code(0), "log_unavailable", "The log is away."));
            }
            let Some(inner) = self.inner.get() else {
                return Err(Problem::new(503, Code(0), "log_unavailable", "There is no log yet."));
            };
            Logbook::append(inner, entry.clone()).await?;
            open(&self.entries).push(entry);
            Ok(())
        })
    }

    fn together(&self, tenant: TenantId, act: LoggedAct) -> Later<'_, Result<Option<Together>, Problem>> {
        // Who waits for a word wants to come in between.
        let alone = open(&self.hook).is_none() && !self.away.load(Ordering::SeqCst);
        Box::pin(async move {
            let Some(inner) = self.inner.get().filter(|_| alone) else { return Ok(None) };
            let done = Logbook::together(inner, tenant, act).await?;
            open(&self.entries).extend(done.iter().flat_map(|(_, entries)| entries.iter().cloned()));
            Ok(done)
        })
    }

    fn head(&self) -> Later<'_, Option<(u64, String)>> {
        let size = open(&self.entries).len() as u64;
        Box::pin(async move { Some((size, access::request::sha256(&size.to_be_bytes()))) })
    }

    fn stands(&self) -> bool {
        !self.away.load(Ordering::SeqCst)
    }
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
