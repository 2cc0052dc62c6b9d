//! The rotation of tenants' keys, and everything that is wrapped under a tenant's own key, wherever it lies.
//!
//! Invariants: a tenant has one rotation, the latest; what is wrapped anew replaces exactly what was read, or nothing.

use crate::{Statement, StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

statements! { "rotations";
    /// A tenant's latest.
    read OF = "SELECT tenant, epoch, version, begun_at, rewrapped_at, retired_at FROM key_rotation WHERE tenant = $1";
    /// Those that are not at their end, some at a time.
    scan OPEN = "SELECT tenant, epoch, version, begun_at, rewrapped_at, retired_at FROM key_rotation \
        WHERE retired_at = 0 AND tenant > $1 ORDER BY tenant LIMIT $2";
    /// A new one, or how far it is.
    write PUT = "INSERT INTO key_rotation (tenant, epoch, version, begun_at, rewrapped_at, retired_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant) DO UPDATE SET epoch = $2, version = $3, begun_at = $4, \
        rewrapped_at = $5, retired_at = $6";
    /// It ends with the tenant's keys.
    write DROP_OF = "DELETE FROM key_rotation WHERE tenant = $1";
    /// Sealing keys.
    read SEALING = "SELECT CAST(epoch AS TEXT), wrapped FROM sealing_key \
        WHERE tenant = $1 AND CAST(epoch AS TEXT) > $2 ORDER BY CAST(epoch AS TEXT) LIMIT $3";
    /// The secret of the details in the log.
    read DETAIL = "SELECT tenant, detail FROM log_tenants \
        WHERE tenant = $1 AND tenant > $2 AND LENGTH(detail) > 0 LIMIT $3";
    /// Keys of report bundles.
    read REPORTS = "SELECT id, wrapped FROM access_report \
        WHERE tenant = $1 AND id > $2 AND wrapped IS NOT NULL ORDER BY id LIMIT $3";
    /// Second factors of the tenant's people.
    read FACTORS = "SELECT id, totp FROM person WHERE tenant = $1 AND id > $2 AND totp IS NOT NULL ORDER BY id LIMIT $3";
    /// The secret at the tenant's own issuer.
    read ISSUER = "SELECT tenant, secret FROM issuer WHERE tenant = $1 AND tenant > $2 LIMIT $3";
    /// A sealing key, wrapped anew.
    write PUT_SEALING = "UPDATE sealing_key SET wrapped = $4 \
        WHERE tenant = $1 AND CAST(epoch AS TEXT) = $2 AND wrapped = $3";
    /// The secret of the details, wrapped anew.
    write PUT_DETAIL = "UPDATE log_tenants SET detail = $4 WHERE tenant = $1 AND tenant = $2 AND detail = $3";
    /// The key of a bundle, wrapped anew.
    write PUT_REPORT = "UPDATE access_report SET wrapped = $4 WHERE tenant = $1 AND id = $2 AND wrapped = $3";
    /// The secret at the issuer, wrapped anew.
    write PUT_ISSUER = "UPDATE issuer SET secret = $4 WHERE tenant = $1 AND tenant = $2 AND secret = $3";
    /// A second factor, wrapped anew.
    write PUT_FACTOR = "UPDATE person SET totp = $4 WHERE tenant = $1 AND id = $2 AND totp = $3";
}

/// Where something lies that is wrapped under a tenant's own key. What wraps under it needs a shelf here, or a rotation
/// makes it unreadable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// The keys that seal the tenant's records; named by their epochs.
    Sealing,
    /// The secret of its details in the log; named by the tenant.
    Detail,
    /// The keys of its access reports; named by the reports.
    Reports,
    /// The second factors of its people; named by the accounts.
    Factors,
    /// What it proves itself with at its own issuer; named by the tenant.
    Issuer,
}

impl Shelf {
    /// Every shelf.
    pub const ALL: [Self; 5] = [Self::Sealing, Self::Detail, Self::Reports, Self::Factors, Self::Issuer];

    const fn statements(self) -> (&'static Statement, &'static Statement) {
        match self {
            Self::Sealing => (&SEALING, &PUT_SEALING),
            Self::Detail => (&DETAIL, &PUT_DETAIL),
            Self::Reports => (&REPORTS, &PUT_REPORT),
            Self::Factors => (&FACTORS, &PUT_FACTOR),
            Self::Issuer => (&ISSUER, &PUT_ISSUER),
        }
    }
}

rows! {
    /// How far a rotation is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Rotation {
        /// Whose key.
        pub tenant: TenantId,
        /// The epoch of the sealing key that it makes.
        pub epoch: u32,
        /// The key's version from which on it counts, as the key service numbers them; 0 until there is one.
        pub version: u32,
        /// When it began.
        pub begun_at: Micros,
        /// When everything was wrapped anew; 0 until then.
        pub rewrapped_at: Micros,
        /// When the older versions were disabled; 0 until then.
        pub retired_at: Micros,
    }
    /// Something wrapped.
    #[derive(Clone, PartialEq, Eq)]
    pub struct WrapRow {
        /// Its name on the shelf.
        pub id: String,
        /// As it is stored.
        pub wrapped: Vec<u8>,
    }
}

/// A tenant's latest rotation.
pub fn of(tx: &mut Tx, tenant: TenantId) -> Result<Option<Rotation>, StoreError> {
    tx.opt(&OF, &args![tenant])
}

/// At most `limit` rotations that are not at their end, of tenants after the given one.
pub fn open(tx: &mut Tx, after: Option<TenantId>, limit: u32) -> Result<Vec<Rotation>, StoreError> {
    let after = after.map(|tenant| tenant.to_string()).unwrap_or_default();
    tx.list(&OPEN, &args![after, limit])
}

/// Writes how far a rotation is.
pub fn put(tx: &mut Tx, row: &Rotation) -> Result<(), StoreError> {
    let args = args![row.tenant, row.epoch, row.version, row.begun_at, row.rewrapped_at, row.retired_at];
    tx.execute(&PUT, &args).map(|_| ())
}

/// Forgets the rotation of a tenant whose keys are no more.
pub fn drop_of(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DROP_OF, &args![tenant]).map(|_| ())
}

/// What lies on a tenant's shelf, some at a time, after this name.
pub fn shelved(
    tx: &mut Tx,
    shelf: Shelf,
    tenant: TenantId,
    after: &str,
    limit: u32,
) -> Result<Vec<WrapRow>, StoreError> {
    tx.list(shelf.statements().0, &args![tenant, after, limit])
}

/// Puts something wrapped anew in the place of what was read; nothing when that changed meanwhile.
pub fn replace(
    tx: &mut Tx,
    shelf: Shelf,
    tenant: TenantId,
    old: &WrapRow,
    anew: &[u8],
) -> Result<(), StoreError> {
    tx.execute(shelf.statements().1, &args![tenant, &old.id, &old.wrapped, anew]).map(|_| ())
}
