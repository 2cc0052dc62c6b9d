//! What an answer to a change held, so that the same answer, repeated to a retry, is not taken for a stale one.

use super::mint::MintKey;
use super::records::RecordKey;
use crate::{StoreError, Tx, args, statements};
use kernel::Micros;

statements! { "answered";
    /// One version that the answer held.
    write KEEP = "INSERT INTO answered_versions \
        (tenant, operation, request_id, owner, record, record_id, field_set, version, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (tenant, operation, request_id, owner, record, record_id, field_set, version) DO NOTHING";
    /// Whether the answer held this version.
    read HELD = "SELECT expires_at FROM answered_versions \
        WHERE tenant = $1 AND operation = $2 AND request_id = $3 AND owner = $4 AND record = $5 \
        AND record_id = $6 AND field_set = $7 AND version = $8";
    /// Nothing is kept beyond its time.
    write EXPIRE = "DELETE FROM answered_versions WHERE expires_at <= $1";
}

/// Notes that the answer to this request held a version of a record.
pub fn keep(
    tx: &mut Tx,
    request: MintKey,
    key: &RecordKey,
    version: u64,
    expires_at: Micros,
) -> Result<(), StoreError> {
    let version = version.cast_signed();
    tx.execute(
        &KEEP,
        &args![
            request.tenant,
            request.operation,
            request.request_id,
            key.tenant,
            key.record,
            &key.record_id,
            key.field_set,
            version,
            expires_at
        ],
    )?;
    Ok(())
}

/// Whether an answer to this request held this version of a record.
pub fn held(
    tx: &mut Tx,
    request: MintKey,
    key: &RecordKey,
    version: u64,
    now: Micros,
) -> Result<bool, StoreError> {
    let version = version.cast_signed();
    let args = args![
        request.tenant,
        request.operation,
        request.request_id,
        key.tenant,
        key.record,
        &key.record_id,
        key.field_set,
        version
    ];
    Ok(tx.opt::<(Micros,)>(&HELD, &args)?.is_some_and(|(expires_at,)| expires_at > now))
}

/// Drops everything whose time is over; returns how much.
pub fn expire(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&EXPIRE, &args![now])
}
