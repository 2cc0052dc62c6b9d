//! The embedded key service's vault, in the trustee's store.

use envelope::{Kept, RootRow, SealedRoot, TenantRow, Vault, VaultError};
use kernel::TenantId;
use store::trustee::keys as rows;
use store::{Store, StoreError};

/// Sealed roots and wrapped keys as rows of the trustee's store.
pub struct StoreVault(Store);

impl StoreVault {
    /// A vault in this store.
    pub fn new(store: Store) -> Self {
        Self(store)
    }
}

fn failed(error: &StoreError) -> VaultError {
    VaultError::Failed(error.to_string())
}

fn to_row(row: TenantRow) -> rows::TenantKeyRow {
    rows::TenantKeyRow { tenant: row.tenant, epoch: row.epoch, wrapped: row.wrapped }
}

fn of_rows(found: Vec<rows::TenantKeyRow>) -> Vec<TenantRow> {
    let of_row =
        |row: rows::TenantKeyRow| TenantRow { tenant: row.tenant, epoch: row.epoch, wrapped: row.wrapped };
    found.into_iter().map(of_row).collect()
}

impl Vault for StoreVault {
    fn roots(&self) -> Kept<'_, Vec<RootRow>> {
        Box::pin(async move {
            let found = self.0.read("key-roots", rows::roots).await.map_err(|error| failed(&error))?;
            let of_row = |row: rows::RootKey| RootRow { epoch: row.epoch, sealed: SealedRoot(row.sealed) };
            Ok(found.into_iter().map(of_row).collect())
        })
    }

    fn put_root(&self, row: RootRow) -> Kept<'_, ()> {
        Box::pin(async move {
            let write = move |tx: &mut store::Tx| rows::put_root(tx, row.epoch, &row.sealed.0);
            self.0.write("put-key-root", write).await.map_err(|error| failed(&error))
        })
    }

    fn remove_root(&self, epoch: u32) -> Kept<'_, ()> {
        Box::pin(async move {
            let write = move |tx: &mut store::Tx| rows::drop_root(tx, epoch);
            self.0.write("drop-key-root", write).await.map_err(|error| failed(&error))
        })
    }

    fn tenant(&self, tenant: TenantId) -> Kept<'_, Vec<TenantRow>> {
        Box::pin(async move {
            let read = self.0.read("tenant-keys", move |tx| rows::tenant(tx, tenant)).await;
            read.map(of_rows).map_err(|error| failed(&error))
        })
    }

    fn add(&self, row: TenantRow) -> Kept<'_, ()> {
        Box::pin(async move {
            let row = to_row(row);
            let added = self.0.write("add-tenant-key", move |tx| rows::add(tx, &row)).await;
            if added.map_err(|error| failed(&error))? { Ok(()) } else { Err(VaultError::Exists) }
        })
    }

    fn rewrapped(&self, anew: Vec<TenantRow>) -> Kept<'_, ()> {
        Box::pin(async move {
            let anew: Vec<_> = anew.into_iter().map(to_row).collect();
            let write = move |tx: &mut store::Tx| anew.iter().try_for_each(|row| rows::rewrap(tx, row));
            self.0.write("rewrap-tenant-keys", write).await.map_err(|error| failed(&error))
        })
    }

    fn retire(&self, tenant: TenantId, before: u32) -> Kept<'_, ()> {
        Box::pin(async move {
            let write = move |tx: &mut store::Tx| rows::retire(tx, tenant, before);
            self.0.write("retire-tenant-key", write).await.map_err(|error| failed(&error))
        })
    }

    fn destroy(&self, tenant: TenantId) -> Kept<'_, ()> {
        Box::pin(async move {
            let write = move |tx: &mut store::Tx| rows::destroy(tx, tenant);
            self.0.write("destroy-tenant-key", write).await.map_err(|error| failed(&error))
        })
    }

    fn page(&self, after: Option<TenantId>, limit: usize) -> Kept<'_, Vec<TenantRow>> {
        Box::pin(async move {
            let limit = u32::try_from(limit).unwrap_or(u32::MAX); // no page is that long
            let read = self.0.read("tenant-key-page", move |tx| rows::page(tx, after, limit)).await;
            // Whoever asks for page after page walks over all tenants: callers go first.
            tokio::task::yield_now().await;
            read.map(of_rows).map_err(|error| failed(&error))
        })
    }
}
