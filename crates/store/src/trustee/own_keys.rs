//! The gateway's own keys, wrapped. Worthless without the key service.

use crate::{StoreError, Tx, args, statements};
use kernel::Micros;

statements! { "own_keys";
    /// One key.
    read FIND = "SELECT wrapped FROM trustee_keys WHERE name = $1";
    /// The first one made counts.
    write INSERT = "INSERT INTO trustee_keys (name, wrapped, made_at) VALUES ($1, $2, $3) \
        ON CONFLICT (name) DO NOTHING";
}

/// A key by its name.
pub fn find(tx: &mut Tx, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(tx.opt::<(Vec<u8>,)>(&FIND, &args![name])?.map(|(wrapped,)| wrapped))
}

/// Keeps a fresh key, unless there is one of that name; returns the one that counts.
pub fn once(tx: &mut Tx, name: &str, wrapped: &[u8], now: Micros) -> Result<Vec<u8>, StoreError> {
    tx.execute(&INSERT, &args![name, wrapped, now])?;
    tx.one::<(Vec<u8>,)>(&FIND, &args![name]).map(|(wrapped,)| wrapped)
}
