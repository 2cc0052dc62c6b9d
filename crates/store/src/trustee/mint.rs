//! Ids minted for creations, so that a retry finds the same ones.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, RequestId, TenantId, UserId};

statements! { "mint";
    /// What was minted for a request.
    read FIND = "SELECT minted, admin, state, minted_at FROM mints \
        WHERE tenant = $1 AND operation = $2 AND request_id = $3";
    /// A first attempt. A second one keeps what the first minted.
    write INSERT = "INSERT INTO mints (tenant, operation, request_id, minted, admin, state, minted_at) \
        VALUES ($1, $2, $3, $4, $5, 'pending', $6) ON CONFLICT (tenant, operation, request_id) DO NOTHING";
    /// Another attempt after a refusal gets other ids: what was refused stays void.
    write RENEW = "UPDATE mints SET minted = $4, admin = $5, state = 'pending', minted_at = $6 \
        WHERE tenant = $1 AND operation = $2 AND request_id = $3 AND state = 'void'";
    /// What became of it.
    write SETTLE = "UPDATE mints SET state = $4 WHERE tenant = $1 AND operation = $2 AND request_id = $3";
}

rows! {
    /// What was minted for one request.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Mint {
        /// The new tenant.
        pub minted: TenantId,
        /// Its first administrator.
        pub admin: UserId,
        /// `pending`, `done` or `void`.
        pub state: String,
        /// When.
        pub minted_at: Micros,
    }
}

/// The request that something is minted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MintKey {
    /// The caller's tenant.
    pub tenant: TenantId,
    /// The operation's id.
    pub operation: &'static str,
    /// The caller's request id.
    pub request_id: RequestId,
}

/// Notes freshly minted ids, unless the request has some already that were not refused; returns those that count.
pub fn once(
    tx: &mut Tx,
    key: MintKey,
    minted: TenantId,
    admin: UserId,
    now: Micros,
) -> Result<Mint, StoreError> {
    tx.execute(&INSERT, &args![key.tenant, key.operation, key.request_id, minted, admin, now])?;
    tx.execute(&RENEW, &args![key.tenant, key.operation, key.request_id, minted, admin, now])?;
    tx.one(&FIND, &args![key.tenant, key.operation, key.request_id])
}

/// Notes what became of a request: `pending`, `done` or `void`.
pub fn settle(tx: &mut Tx, key: MintKey, state: &str) -> Result<(), StoreError> {
    tx.execute(&SETTLE, &args![key.tenant, key.operation, key.request_id, state])?;
    Ok(())
}
