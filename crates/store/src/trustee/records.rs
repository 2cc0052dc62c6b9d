//! The record map: which version of which record's envelope is the latest.
//!
//! Invariants: a version is handed out once and never again, also when the write it was for failed; the floor goes
//! down only by [`lower`], which the caller may use only under a restore act.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

statements! { "records";
    /// The versions of one record.
    read VERSIONS = "SELECT floor, issued, floor_at FROM record_versions \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4";
    /// The versions sent of which nothing is known.
    read PENDING = "SELECT version FROM record_pending \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4 ORDER BY version";
    /// The next version.
    write ISSUE = "INSERT INTO record_versions (tenant, record, record_id, field_set, floor, issued, floor_at) \
        VALUES ($1, $2, $3, $4, 0, 1, $5) \
        ON CONFLICT (tenant, record, record_id, field_set) DO UPDATE SET issued = record_versions.issued + 1 \
        RETURNING issued";
    /// A version on its way.
    write SEND = "INSERT INTO record_pending (tenant, record, record_id, field_set, version, issued_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// A version was seen stored.
    write RAISE = "UPDATE record_versions SET floor = $5, floor_at = $6 \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4 AND floor < $5";
    /// An older version counts again.
    write LOWER = "UPDATE record_versions SET floor = $5, floor_at = $6 \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4 AND floor >= $5";
    /// Nothing below the floor is on its way any more.
    write SETTLE = "DELETE FROM record_pending \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4 AND version <= $5";
    /// A version that was refused.
    write WITHDRAW = "DELETE FROM record_pending \
        WHERE tenant = $1 AND record = $2 AND record_id = $3 AND field_set = $4 AND version = $5";
    /// Leave to accept older versions, the latest that covers a tenant.
    read LATEST_RESTORE = "SELECT id, confirmed_at FROM restore_acts \
        WHERE tenant IN ($1, '*') AND state = 'given' ORDER BY confirmed_at DESC LIMIT 1";
    /// A leave that was proposed.
    write RESTORE = "INSERT INTO restore_acts (id, tenant, acted_at, actor, reason, state, confirmed_by, confirmed_at) \
        VALUES ($1, $2, $3, $4, $5, 'proposed', '', 0)";
    /// A second person gives it.
    write CONFIRM_RESTORE = "UPDATE restore_acts SET state = 'given', confirmed_by = $2, confirmed_at = $3 \
        WHERE id = $1 AND state = 'proposed'";
    /// One leave.
    read RESTORE_ACT = "SELECT id, tenant, acted_at, actor, reason, state, confirmed_by, confirmed_at \
        FROM restore_acts WHERE id = $1";
    /// All leaves, the latest first.
    scan RESTORES = "SELECT id, tenant, acted_at, actor, reason, state, confirmed_by, confirmed_at \
        FROM restore_acts ORDER BY acted_at DESC, id DESC LIMIT $1";
    /// Room above every version that was handed out, for those that a lost store handed out.
    write LEAP = "UPDATE record_versions SET issued = issued + $1 WHERE tenant >= ''";
    /// A record whose row was lost.
    write ADOPT = "INSERT INTO record_versions (tenant, record, record_id, field_set, floor, issued, floor_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, record, record_id, field_set) DO NOTHING";
}

/// What a version is counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordKey {
    /// The tenant that owns the record.
    pub tenant: TenantId,
    /// The kind of record, e.g. `billing-profile`.
    pub record: &'static str,
    /// Which record of the kind.
    pub record_id: String,
    /// Which of its fields.
    pub field_set: &'static str,
}

rows! {
    /// What is known of a record's versions.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Versions {
        /// The highest version known to be stored; 0 while none is.
        pub floor: u64,
        /// The highest version handed out.
        pub issued: u64,
        /// When the floor was set.
        pub floor_at: Micros,
    }

    /// Leave to accept the older versions of a restored store.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RestoreAct {
        /// Its id.
        pub id: String,
        /// The tenant it covers, `*` for all.
        pub tenant: String,
        /// When it was proposed.
        pub acted_at: Micros,
        /// Which person proposed it.
        pub actor: String,
        /// Why.
        pub reason: String,
        /// `proposed` or `given`.
        pub state: String,
        /// Which other person gave it; empty until then.
        pub confirmed_by: String,
        /// When; 0 until then.
        pub confirmed_at: Micros,
    }
}

/// The versions of a record; `None` when none was ever handed out.
pub fn versions(tx: &mut Tx, key: &RecordKey) -> Result<Option<Versions>, StoreError> {
    tx.opt(&VERSIONS, &args![key.tenant, key.record, &key.record_id, key.field_set])
}

/// The versions sent of which no answer has told whether they were stored.
pub fn pending(tx: &mut Tx, key: &RecordKey) -> Result<Vec<u64>, StoreError> {
    let rows: Vec<(u64,)> =
        tx.list(&PENDING, &args![key.tenant, key.record, &key.record_id, key.field_set])?;
    Ok(rows.into_iter().map(|(version,)| version).collect())
}

/// Hands out the next version of a record and notes it as on its way.
pub fn issue(tx: &mut Tx, key: &RecordKey, now: Micros) -> Result<u64, StoreError> {
    let (issued,): (i64,) =
        tx.one(&ISSUE, &args![key.tenant, key.record, &key.record_id, key.field_set, now])?;
    tx.execute(&SEND, &args![key.tenant, key.record, &key.record_id, key.field_set, issued, now])?;
    Ok(issued.unsigned_abs())
}

/// Notes that a version was seen stored: everything below it is stale from now on.
pub fn confirm(tx: &mut Tx, key: &RecordKey, version: u64, now: Micros) -> Result<(), StoreError> {
    let version = version.cast_signed();
    tx.execute(&RAISE, &args![key.tenant, key.record, &key.record_id, key.field_set, version, now])?;
    tx.execute(&SETTLE, &args![key.tenant, key.record, &key.record_id, key.field_set, version])?;
    Ok(())
}

/// Lets an older version count again. Only under a restore act that is younger than the floor.
pub fn lower(tx: &mut Tx, key: &RecordKey, version: u64, now: Micros) -> Result<(), StoreError> {
    let version = version.cast_signed();
    tx.execute(&LOWER, &args![key.tenant, key.record, &key.record_id, key.field_set, version, now])?;
    Ok(())
}

/// Notes that a version was refused and stored nowhere.
pub fn withdraw(tx: &mut Tx, key: &RecordKey, version: u64) -> Result<(), StoreError> {
    let version = version.cast_signed();
    tx.execute(&WITHDRAW, &args![key.tenant, key.record, &key.record_id, key.field_set, version])?;
    Ok(())
}

/// The latest leave to accept older versions of a tenant's records: its id and when it was given.
pub fn latest_restore(tx: &mut Tx, tenant: TenantId) -> Result<Option<(String, Micros)>, StoreError> {
    tx.opt(&LATEST_RESTORE, &args![tenant])
}

/// Proposes leave to accept the older versions of a tenant's records, or of all when `tenant` is `*`.
pub fn restore(tx: &mut Tx, act: &RestoreAct) -> Result<(), StoreError> {
    tx.execute(&RESTORE, &args![&act.id, &act.tenant, act.acted_at, &act.actor, &act.reason])?;
    Ok(())
}

/// Gives a proposed leave; false when it does not wait for that.
pub fn confirm_restore(tx: &mut Tx, id: &str, by: &str, now: Micros) -> Result<bool, StoreError> {
    Ok(tx.execute(&CONFIRM_RESTORE, &args![id, by, now])? == 1)
}

/// One leave.
pub fn restore_act(tx: &mut Tx, id: &str) -> Result<Option<RestoreAct>, StoreError> {
    tx.opt(&RESTORE_ACT, &args![id])
}

/// Leaves room above every version, because a store that was lost had handed out more of them.
pub fn leap(tx: &mut Tx, versions: u32) -> Result<(), StoreError> {
    tx.execute(&LEAP, &args![versions]).map(|_| ())
}

/// Takes up a record whose row was lost, at the version that its envelope has.
pub fn adopt(tx: &mut Tx, key: &RecordKey, version: u64, issued: u64, now: Micros) -> Result<(), StoreError> {
    let (version, issued) = (version.cast_signed(), issued.cast_signed());
    tx.execute(&ADOPT, &args![key.tenant, key.record, &key.record_id, key.field_set, version, issued, now])?;
    Ok(())
}

/// The leaves, the latest first.
pub fn restores(tx: &mut Tx, limit: u32) -> Result<Vec<RestoreAct>, StoreError> {
    tx.list(&RESTORES, &args![limit])
}
