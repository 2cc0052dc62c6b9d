//! The store: one door to either engine.

use crate::job::job;
use crate::postgres::{Postgres, Route};
use crate::sqlite::Sqlite;
use crate::tx::Mode;
use crate::{StoreError, Tx};
use std::path::Path;
use std::sync::Arc;

/// A store on SQLite or PostgreSQL. Cheap to clone; the last clone to go closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Backend,
}

pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.engine.close();
    }
}

impl Backend {
    fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close(),
            Self::Postgres(postgres) => postgres.close(),
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.engine_name())
    }
}

impl Store {
    /// Opens a store in a file, which is made when it is not there. Its schema is not touched; see
    /// [`Store::migrate`].
    pub fn open_sqlite(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Ok(Self::over(Backend::Sqlite(Sqlite::open(path.as_ref())?)))
    }

    /// Opens a store in a PostgreSQL database with this many threads, one connection each. Its schema is not
    /// touched; see [`Store::migrate`].
    pub fn open_postgres(url: &str, threads: usize) -> Result<Self, StoreError> {
        Ok(Self::over(Backend::Postgres(Postgres::open(url, threads, None)?)))
    }

    /// [`Store::open_postgres`], with each connection made to the address that `route` gives for a host.
    pub fn open_postgres_by(url: &str, threads: usize, route: &Route) -> Result<Self, StoreError> {
        Ok(Self::over(Backend::Postgres(Postgres::open(url, threads, Some(route))?)))
    }

    fn over(engine: Backend) -> Self {
        Self { inner: Arc::new(Inner { engine }) }
    }

    /// `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        match &self.inner.engine {
            Backend::Sqlite(_) => "sqlite",
            Backend::Postgres(_) => "postgres",
        }
    }

    /// Ends what readers keep of the file, for tests that change it behind the store's back.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn forget_snapshots(&self) {
        if let Backend::Sqlite(sqlite) = &self.inner.engine {
            sqlite.forget_snapshots();
        }
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.inner.engine
    }

    /// Runs a reading transaction on one snapshot. The closure may run twice.
    pub async fn read<R, F>(&self, name: &'static str, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Fn(&mut Tx) -> Result<R, StoreError> + Send + Sync + 'static,
    {
        self.try_read(name, work).await
    }

    /// [`Store::read`] with an error type of the caller's.
    pub async fn try_read<R, E, F>(&self, name: &'static str, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx) -> Result<R, E> + Send + Sync + 'static,
    {
        match &self.inner.engine {
            Backend::Sqlite(sqlite) => {
                if let Some(outcome) = sqlite.read_inline(name, &work) {
                    return outcome;
                }
                let permit = sqlite.scan_permit().await?;
                let store = self.clone();
                let slow = tokio::task::spawn_blocking(move || {
                    let _permit = permit;
                    store.try_read_blocking(name, work)
                });
                slow.await.unwrap_or_else(|_| Err(StoreError::Panicked(name).into()))
            }
            Backend::Postgres(postgres) => {
                let (job, answer) = job(name, Mode::Read, work);
                postgres.submit(job)?;
                answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
            }
        }
    }

    /// Runs a writing transaction; answers after it is durable. The closure may run twice; its `Err` undoes
    /// what it did.
    pub async fn write<R, F>(&self, name: &'static str, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Fn(&mut Tx) -> Result<R, StoreError> + Send + Sync + 'static,
    {
        self.try_write(name, work).await
    }

    /// [`Store::write`] with an error type of the caller's.
    pub async fn try_write<R, E, F>(&self, name: &'static str, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx) -> Result<R, E> + Send + Sync + 'static,
    {
        let (job, answer) = job(name, Mode::Write, work);
        self.submit(job)?;
        answer.await.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// [`Store::read`] for threads that serve nobody else: jobs and the command line. Never inside `async`.
    pub fn read_blocking<R, F>(&self, name: &'static str, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Fn(&mut Tx) -> Result<R, StoreError> + Send + Sync + 'static,
    {
        self.try_read_blocking(name, work)
    }

    /// [`Store::read_blocking`] with an error type of the caller's.
    pub fn try_read_blocking<R, E, F>(&self, name: &'static str, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx) -> Result<R, E> + Send + Sync + 'static,
    {
        match &self.inner.engine {
            Backend::Sqlite(sqlite) => sqlite.read_slow(name, &work),
            Backend::Postgres(postgres) => {
                let (job, answer) = job(name, Mode::Read, work);
                postgres.submit(job)?;
                answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
            }
        }
    }

    /// [`Store::write`] for threads that serve nobody else: jobs and the command line. Never inside `async`.
    pub fn write_blocking<R, F>(&self, name: &'static str, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Fn(&mut Tx) -> Result<R, StoreError> + Send + Sync + 'static,
    {
        self.try_write_blocking(name, work)
    }

    /// [`Store::write_blocking`] with an error type of the caller's.
    pub fn try_write_blocking<R, E, F>(&self, name: &'static str, work: F) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Fn(&mut Tx) -> Result<R, E> + Send + Sync + 'static,
    {
        let (job, answer) = job(name, Mode::Write, work);
        self.submit(job)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// A transaction that changes the schema.
    pub(crate) fn schema_blocking<R, F>(&self, name: &'static str, work: F) -> Result<R, StoreError>
    where
        R: Send + 'static,
        F: Fn(&mut Tx) -> Result<R, StoreError> + Send + Sync + 'static,
    {
        let (job, answer) = job(name, Mode::Schema, work);
        self.submit(job)?;
        answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::Closed))
    }

    /// Makes sure that what was deleted is not left in files of ours: the write-ahead log is copied and emptied. To be
    /// called after keys were destroyed. PostgreSQL keeps its own log, which is its keeper's to prune.
    ///
    /// # Errors
    /// When a reader holds on for too long, or the file cannot be written; to be tried again.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        let store = self.clone();
        let scrubbed = tokio::task::spawn_blocking(move || match &store.inner.engine {
            Backend::Sqlite(sqlite) => sqlite.scrub(),
            Backend::Postgres(_) => Ok(()),
        });
        scrubbed.await.unwrap_or(Err(StoreError::Panicked("scrub")))
    }

    /// Finishes what is queued, then closes every connection. Later calls find the store closed.
    pub fn close(&self) {
        self.inner.engine.close();
    }

    fn submit(&self, job: Box<dyn crate::job::Job>) -> Result<(), StoreError> {
        match &self.inner.engine {
            Backend::Sqlite(sqlite) => sqlite.submit(job),
            Backend::Postgres(postgres) => postgres.submit(job),
        }
    }
}
