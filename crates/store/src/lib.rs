//! One executor over SQLite and PostgreSQL; the only room that holds SQL.
//!
//! A call is one closure under one name: `store.write("create-order", |tx| …)`. Inside, plain synchronous
//! functions of this crate take `&mut Tx`: `store::operator::audit::append(tx, &entry)?`. The closure may be run
//! twice (collisions on PostgreSQL, scans on SQLite), so it changes nothing but the transaction.
//!
//! Invariants:
//! * `write` answers after the change is on disk. An `Err` from the closure undoes all it did, and nothing else.
//! * Both engines promise the same: transactions look as if they ran one after the other; reads see one snapshot;
//!   text sorts by its bytes; a refused statement breaks its transaction unless [`Tx::nested`] contains it.
//! * No message holds a value of a row.
//!
//! Deliberately absent: connection settings from the environment, floating point, cursors, cross-store joins.
//!
//! # Adding an area
//! 1. `migrations/<zone>/NNNN_<area>.sql`, in PostgreSQL's words with SQL words in capitals (`BIGINT`, `TEXT`,
//!    `BYTEA`, `BIGSERIAL PRIMARY KEY`; no other types), and its line in `migrations.rs`. Every table has a primary
//!    key (backups are ordered by it) and no REFERENCES (restores go table by table; the typed functions keep the
//!    rules). Give each query an index.
//! 2. `src/<zone>/<area>.rs` after the model of [`operator::audit`]: [`statements!`] (`read`, `scan`, `write`),
//!    [`rows!`] for structs in the order of the SELECT list, then one function per act that takes `&mut Tx` first.
//! 3. Its `mod` line in `src/<zone>/mod.rs` and its `STATEMENTS` in `registry.rs`: the statement test then prepares
//!    every statement on both engines, and refuses a `read` or `write` whose plan walks a whole table.
//!
//! Rules of one SQL text: placeholders `$1`… without gaps; `SUM` and `COUNT` of integers as `CAST(… AS BIGINT)`;
//! a placeholder that is only compared with NULL or a literal needs a CAST too; names are searched through a folded
//! column ([`search_key`], [`contains_pattern`]); keyset paging by row values, `(a, b) < ($1, $2)`. On PostgreSQL a
//! transaction that reads a key that is not there and then inserts it collides with its neighbours in the index:
//! prefer `INSERT … ON CONFLICT DO NOTHING` and look at the count.

mod backup;
mod dialect;
mod error;
mod facts;
mod job;
pub mod meta;
mod migrate;
mod migrations;
pub mod operator;
mod postgres;
mod queue;
pub mod registry;
mod row;
mod search;
mod sqlite;
mod statement;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod trustee;
mod tx;
mod value;

pub use backup::{Contents, Existing, verify_backup};
pub use error::StoreError;
pub use migrations::Schema;
pub use postgres::{Route, hosts_of as postgres_hosts};
pub use row::{FromRow, Row};
pub use search::{contains_pattern, prefix_pattern, search_key};
pub use statement::{Kind, Slots, Statement, written_table};
pub use store::Store;
pub use tx::Tx;
pub use value::{FromColumn, Value};

/// Joins a thread of ours, unless it is the one that runs this: the last clone of a store may go with a closure.
fn join(thread: std::thread::JoinHandle<()>) {
    if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
        tracing::error!("a store thread had panicked");
    }
}
