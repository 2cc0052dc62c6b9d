//! Stores for tests, on both engines. Behind the feature `testing`.
//!
//! [`on_both_engines!`](crate::on_both_engines) writes one test body and makes two named tests of it. Each test has
//! a store of its own: a file, or a database on a private PostgreSQL server that all test processes share.
//! Nothing is skipped: without PostgreSQL the tests fail and say what to do.

mod cluster;
mod hand;

use crate::{Schema, Store, StoreError};
use cluster::Lease;
pub use cluster::new_cluster;
pub use hand::Touched;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Which engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A database of its own.
    Postgres,
}

/// A store that goes away with its value.
pub struct TestStore {
    store: Store,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    /// None while it is being given back.
    Database(Option<Box<Lease>>),
}

impl std::fmt::Debug for TestStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Test{:?}", self.store)
    }
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Threads of a test store on PostgreSQL: enough for collisions, few enough for many tests at once.
const THREADS: usize = 8;

impl TestStore {
    /// A store with this schema, up to date. May be called from anywhere, also inside `async`.
    ///
    /// # Panics
    /// When the store cannot be made; the message says what to do.
    pub fn new(engine: Engine, schema: Schema) -> Self {
        // Rows that a migration makes would not come again.
        let tables_may_stay = schema.migrations().iter().all(|step| !step.sql.contains("INSERT"));
        if tables_may_stay && engine == Engine::Postgres {
            let store = Self::cleared(engine, true);
            if store.migrate(schema).is_ok() {
                return store;
            } // else it is another version's
        }
        let store = Self::cleared(engine, false);
        store.migrate(schema).unwrap_or_else(|error| panic!("migrating a test store: {error}"));
        store
    }

    /// A store without any schema.
    ///
    /// # Panics
    /// When the store cannot be made; the message says what to do.
    pub fn empty(engine: Engine) -> Self {
        Self::cleared(engine, false)
    }

    fn cleared(engine: Engine, tables_may_stay: bool) -> Self {
        let place = match engine {
            Engine::Sqlite => Place::Folder(folder()),
            Engine::Postgres => {
                let lease = apart(move || {
                    let lease = cluster::take()?;
                    cluster::clear(&lease.name, tables_may_stay).map(|()| lease)
                });
                Place::Database(Some(Box::new(lease.unwrap_or_else(|error| panic!("{error}")))))
            }
        };
        let store = place.open();
        Self { store, place }
    }

    /// [`Store::migrate`], from anywhere.
    fn migrate(&self, schema: Schema) -> Result<usize, StoreError> {
        let store = self.store.clone();
        apart(move || store.migrate(schema))
    }

    /// The same data opened once more, as a second node or a restarted program would.
    pub fn open_again(&self) -> Store {
        self.place.open()
    }

    /// What to hand to a program: the SQLite file's path or the PostgreSQL URL.
    pub fn location(&self) -> String {
        match &self.place {
            Place::Folder(folder) => folder.join("store.db").display().to_string(),
            Place::Database(_) => self.place.url().unwrap_or_default(),
        }
    }
}

impl Place {
    fn open(&self) -> Store {
        let opened = match self {
            Self::Folder(folder) => Store::open_sqlite(folder.join("store.db")),
            Self::Database(_) => self.url().and_then(|url| Store::open_postgres(&url, THREADS)),
        };
        opened.unwrap_or_else(|error| panic!("opening a test store: {error}"))
    }

    fn url(&self) -> Result<String, StoreError> {
        match self {
            Self::Database(Some(lease)) => cluster::url(&lease.name),
            _ => Err(StoreError::Closed),
        }
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        self.store.close();
        match &mut self.place {
            Place::Folder(folder) => {
                let _ = std::fs::remove_dir_all(folder); // a leftover in the temp folder harms nobody
            }
            Place::Database(lease) => {
                let lease = lease.take();
                apart(move || drop(lease)); // its connection waits for the server
            }
        }
    }
}

/// A fresh folder for a test's files.
///
/// # Panics
/// When it cannot be made.
pub fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(unique());
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("making {}: {error}", folder.display()));
    folder
}

fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let here: *const AtomicU32 = &raw const NEXT;
    // Process ids come again after a while; with address randomisation the pair hardly does.
    format!("treuhand_{}_{:x}_{}", std::process::id(), here.addr(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Runs blocking work on a thread without an event loop and waits for it.
fn apart<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    std::thread::spawn(work).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Runs a test's future to its end.
///
/// # Panics
/// When there are no threads to be had.
pub fn run<R>(test: impl Future<Output = R>) -> R {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap_or_else(|error| panic!("starting the test runtime: {error}")).block_on(test)
}

/// Runs a test's future once on each engine; of a failure the captured output names the engine.
pub fn each_engine(test: impl AsyncFn(Engine)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let _said = Said(engine);
        run(test(engine));
    }
}

/// Says on which engine a test was when it panicked.
struct Said(Engine);

impl Drop for Said {
    #[expect(clippy::print_stderr, reason = "the test harness captures it and shows it with the failure")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was on {:?}", self.0);
        }
    }
}

/// Makes two tests, `<name>::on_sqlite` and `<name>::on_postgres`, out of each async function that takes an
/// [`Engine`](crate::testing::Engine).
#[macro_export]
macro_rules! for_each_engine {
    ($($name:ident)*) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                $crate::testing::run(super::$name($crate::testing::Engine::Sqlite));
            }

            #[test]
            fn on_postgres() {
                $crate::testing::run(super::$name($crate::testing::Engine::Postgres));
            }
        }
    )*};
}

/// Makes two tests, `<name>::on_sqlite` and `<name>::on_postgres`, out of one body that takes a [`TestStore`] with
/// the operator's schema.
///
/// ```ignore
/// store::on_both_engines! {
///     async fn what_is_put_is_there(store) {
///         store.write("put", |tx| store::meta::put(tx, "a", "1")).await.expect("stored");
///     }
/// }
/// ```
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($store:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "a body may need nothing from outside")]
            use super::*;

            async fn check($store: $crate::testing::TestStore) $body

            fn on(engine: $crate::testing::Engine) {
                let store = $crate::testing::TestStore::new(engine, $crate::Schema::Operator);
                $crate::testing::run(check(store));
            }

            #[test]
            fn on_sqlite() {
                on($crate::testing::Engine::Sqlite);
            }

            #[test]
            fn on_postgres() {
                on($crate::testing::Engine::Postgres);
            }
        }
    )*};
}
