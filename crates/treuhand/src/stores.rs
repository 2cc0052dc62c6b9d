//! The stores of a data folder, opened and brought up to date.

use std::path::Path;

use anyhow::{Context, Result};
use store::{Schema, Store};
use treuhand::residency::Declared;

/// Connections to PostgreSQL: also how many transactions run at once.
const POSTGRES_CONNECTIONS: usize = 16;

/// Opens the SQLite store at `path` and migrates it.
pub fn sqlite(path: &Path, schema: Schema) -> Result<Store> {
    let store = Store::open_sqlite(path).with_context(|| format!("cannot open {}", path.display()))?;
    store.migrate(schema).with_context(|| format!("cannot bring {} up to date", path.display()))?;
    Ok(store)
}

/// Opens the operator zone's store: PostgreSQL when a URL is given, as far as it is declared, else SQLite at `path`.
pub fn operator(postgres: Option<&str>, path: &Path, declared: &Declared) -> Result<Store> {
    let Some(url) = postgres else { return sqlite(path, Schema::Operator) };
    // The URL may hold a password: it is not repeated.
    let store = Store::open_postgres_by(url, POSTGRES_CONNECTIONS, &declared.route());
    let store = store.context("cannot open the PostgreSQL store")?;
    store.migrate(Schema::Operator).context("cannot bring the PostgreSQL store up to date")?;
    Ok(store)
}
