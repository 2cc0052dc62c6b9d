//! Keys of the trustee, all of them sealed or wrapped: useless without the passphrase or key file.

use crate::{StoreError, Tx, args};
use kernel::{Micros, TenantId};

crate::rows! {
    /// A sealed root key.
    #[derive(Clone)]
    pub struct RootKey {
        /// Its epoch.
        pub epoch: u32,
        /// The key, sealed.
        pub sealed: String,
    }
    /// One epoch of a tenant's wrapping key.
    #[derive(Clone)]
    pub struct TenantKeyRow {
        /// Whose key.
        pub tenant: TenantId,
        /// Its epoch.
        pub epoch: u32,
        /// The key, wrapped; None once destroyed.
        pub wrapped: Option<Vec<u8>>,
    }
    /// One epoch of the key that seals a tenant's records.
    #[derive(Clone)]
    pub struct SealingKeyRow {
        /// Its epoch.
        pub epoch: u32,
        /// The key, wrapped by the key service.
        pub wrapped: Vec<u8>,
    }
}

crate::statements! { "keys";
    /// All roots.
    read ROOTS = "SELECT epoch, sealed FROM key_root ORDER BY epoch";
    /// A root, new or sealed anew.
    write PUT_ROOT = "INSERT INTO key_root (epoch, sealed) VALUES ($1, $2)
        ON CONFLICT (epoch) DO UPDATE SET sealed = EXCLUDED.sealed";
    /// A root that wraps nothing any more.
    write DROP_ROOT = "DELETE FROM key_root WHERE epoch = $1";
    /// A tenant's epochs.
    read TENANT = "SELECT tenant, epoch, wrapped FROM key_tenant WHERE tenant = $1 ORDER BY epoch";
    /// A new epoch.
    write ADD = "INSERT INTO key_tenant (tenant, epoch, wrapped) VALUES ($1, $2, $3)
        ON CONFLICT (tenant, epoch) DO NOTHING";
    /// The same key, wrapped anew.
    write REWRAP = "UPDATE key_tenant SET wrapped = $3
        WHERE tenant = $1 AND epoch = $2 AND wrapped IS NOT NULL";
    /// The rows of a tenant's key, as a backup that is put back replaces them.
    write DROP_TENANT = "DELETE FROM key_tenant WHERE tenant = $1";
    /// The end of a tenant's key.
    write DESTROY = "UPDATE key_tenant SET wrapped = NULL WHERE tenant = $1";
    /// The end of its older epochs.
    write RETIRE = "UPDATE key_tenant SET wrapped = NULL WHERE tenant = $1 AND epoch < $2";
    /// Some tenants' epochs, in order.
    scan PAGE = "SELECT tenant, epoch, wrapped FROM key_tenant WHERE tenant IN (
            SELECT DISTINCT tenant FROM key_tenant WHERE tenant > $1 ORDER BY tenant LIMIT $2)
        ORDER BY tenant, epoch";
    /// The epochs of a tenant's sealing key.
    read SEALING = "SELECT epoch, wrapped FROM sealing_key WHERE tenant = $1 ORDER BY epoch";
    /// A new epoch of it.
    write ADD_SEALING = "INSERT INTO sealing_key (tenant, epoch, wrapped, created) VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant, epoch) DO NOTHING";
    /// Epochs of which the log does not tell yet.
    scan UNTOLD = "SELECT tenant, epoch FROM sealing_key WHERE told = 0 ORDER BY tenant, epoch LIMIT $1";
    /// The log tells of it.
    write TOLD = "UPDATE sealing_key SET told = 1 WHERE tenant = $1 AND epoch = $2 AND told = 0";
}

/// All sealed roots.
pub fn roots(tx: &mut Tx) -> Result<Vec<RootKey>, StoreError> {
    tx.list(&ROOTS, &[])
}

/// Adds or replaces a root.
pub fn put_root(tx: &mut Tx, epoch: u32, sealed: &str) -> Result<(), StoreError> {
    tx.execute(&PUT_ROOT, &args![epoch, sealed]).map(|_| ())
}

/// Forgets a root.
pub fn drop_root(tx: &mut Tx, epoch: u32) -> Result<(), StoreError> {
    tx.execute(&DROP_ROOT, &args![epoch]).map(|_| ())
}

/// All epochs of a tenant's wrapping key.
pub fn tenant(tx: &mut Tx, tenant: TenantId) -> Result<Vec<TenantKeyRow>, StoreError> {
    tx.list(&TENANT, &args![tenant])
}

/// Adds an epoch; false when it is there already.
pub fn add(tx: &mut Tx, row: &TenantKeyRow) -> Result<bool, StoreError> {
    Ok(tx.execute(&ADD, &args![row.tenant, row.epoch, &row.wrapped])? == 1)
}

/// Replaces a wrapped key, unless it was destroyed.
pub fn rewrap(tx: &mut Tx, row: &TenantKeyRow) -> Result<(), StoreError> {
    tx.execute(&REWRAP, &args![row.tenant, row.epoch, &row.wrapped]).map(|_| ())
}

/// Destroys all epochs of a tenant's key; the rows stay as a mark.
pub fn destroy(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DESTROY, &args![tenant]).map(|_| ())
}

/// The epochs of at most `limit` tenants after the given one.
pub fn page(tx: &mut Tx, after: Option<TenantId>, limit: u32) -> Result<Vec<TenantKeyRow>, StoreError> {
    let after = after.map(|tenant| tenant.to_string()).unwrap_or_default();
    tx.list(&PAGE, &args![after, limit])
}

/// The epochs of a tenant's sealing key.
pub fn sealing(tx: &mut Tx, tenant: TenantId) -> Result<Vec<SealingKeyRow>, StoreError> {
    tx.list(&SEALING, &args![tenant])
}

/// Adds an epoch of a tenant's sealing key; false when it is there already.
pub fn add_sealing(
    tx: &mut Tx,
    tenant: TenantId,
    epoch: u32,
    wrapped: &[u8],
    now: Micros,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&ADD_SEALING, &args![tenant, epoch, wrapped, now])? == 1)
}

/// Epochs of tenants' keys of which the log does not tell yet.
pub fn untold(tx: &mut Tx, limit: u32) -> Result<Vec<(TenantId, u32)>, StoreError> {
    tx.list(&UNTOLD, &args![limit])
}

/// Notes that the log tells of an epoch; false when it did already, or the epoch is gone.
pub fn told(tx: &mut Tx, tenant: TenantId, epoch: u32) -> Result<bool, StoreError> {
    Ok(tx.execute(&TOLD, &args![tenant, epoch])? == 1)
}

/// Drops the wrapped keys of a tenant's epochs before this one; their rows stay as a mark.
pub fn retire(tx: &mut Tx, tenant: TenantId, before: u32) -> Result<(), StoreError> {
    tx.execute(&RETIRE, &args![tenant, before]).map(|_| ())
}

/// Removes the rows of a tenant's key with their mark, as it is when a backup of keys is put back. For tests.
#[cfg(any(test, feature = "testing"))]
pub fn drop_tenant(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DROP_TENANT, &args![tenant]).map(|_| ())
}
