//! Secret parts of answers that are given once, kept sealed for retries of the same request.

use super::mint::MintKey;
use crate::{StoreError, Tx, args, statements};
use kernel::Micros;

statements! { "replay";
    /// The sealed part for a retry.
    read FIND = "SELECT sealed FROM replays \
        WHERE tenant = $1 AND operation = $2 AND request_id = $3 AND expires_at > $4";
    /// The first answer counts.
    write KEEP = "INSERT INTO replays (tenant, operation, request_id, sealed, expires_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, operation, request_id) DO NOTHING";
    /// What a creation that was refused leaves behind.
    write FORGET = "DELETE FROM replays WHERE tenant = $1 AND operation = $2 AND request_id = $3";
    /// Nothing is kept beyond its time.
    write EXPIRE = "DELETE FROM replays WHERE expires_at <= $1";
}

/// The sealed part that a retry is answered with, while it is kept.
pub fn find(tx: &mut Tx, key: MintKey, now: Micros) -> Result<Option<String>, StoreError> {
    let args = args![key.tenant, key.operation, key.request_id, now];
    Ok(tx.opt::<(String,)>(&FIND, &args)?.map(|(sealed,)| sealed))
}

/// Keeps the sealed part of a first answer; one that is kept already stays.
pub fn keep(tx: &mut Tx, key: MintKey, sealed: &str, expires_at: Micros) -> Result<(), StoreError> {
    tx.execute(&KEEP, &args![key.tenant, key.operation, key.request_id, sealed, expires_at])?;
    Ok(())
}

/// Drops what was kept for a request.
pub fn forget(tx: &mut Tx, key: MintKey) -> Result<(), StoreError> {
    tx.execute(&FORGET, &args![key.tenant, key.operation, key.request_id])?;
    Ok(())
}

/// Drops everything whose time is over; returns how much.
pub fn expire(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&EXPIRE, &args![now])
}
