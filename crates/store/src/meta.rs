//! Single facts about a store, by name. In both schemas.

use crate::{StoreError, Tx, args};

crate::statements! { "meta";
    /// One fact.
    read BY_KEY = "SELECT value FROM meta WHERE key = $1";
    /// One fact, set or replaced.
    write PUT = "INSERT INTO meta (key, value) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    /// One fact, gone.
    write REMOVE = "DELETE FROM meta WHERE key = $1";
}

/// The fact of this name.
pub fn get(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&BY_KEY, &args![key])?.map(|(value,)| value))
}

/// Sets or replaces a fact.
pub fn put(tx: &mut Tx, key: &str, value: &str) -> Result<(), StoreError> {
    tx.execute(&PUT, &args![key, value]).map(|_| ())
}

/// Removes a fact, if it is there.
pub fn remove(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    tx.execute(&REMOVE, &args![key]).map(|_| ())
}
