//! The end of a tenant's keys, and that it stays the end.
//!
//! Invariant: a tenant that the book of erasures calls erased has no keys here, whatever the key service has: they are not
//! made again, what they wrapped is gone from our store, and keys that the service's own backup brought back are
//! destroyed again before anything is served, and at each look.

use super::{Keys, problem};
use crate::controls::Control;
use envelope::KeyError;
use kernel::{Problem, TenantId};
use std::collections::BTreeSet;
use store::Tx;
use store::trustee::erasures;

/// Tenants per step.
const PAGE: usize = 500;

impl Keys {
    /// Destroys a tenant's keys in the key service, for good. A tenant that never had any has none now.
    ///
    /// # Errors
    /// When the key service cannot be reached, or must not destroy. To be asked again.
    pub async fn destroy(&self, tenant: TenantId) -> Result<(), Problem> {
        let done = self.service.destroy(tenant).await;
        self.forget(tenant);
        match done {
            Ok(()) | Err(KeyError::NoSuchKey | KeyError::Destroyed) => Ok(()),
            Err(error) => Err(problem(&error)),
        }
    }

    /// Compares the key service's list with the book of erasures and destroys again what is back. What is found waits in
    /// [`Keys::revived`] until the log was told.
    ///
    /// # Errors
    /// When the key service or the store cannot be reached: then nothing may be served.
    pub async fn replay_erasures(&self) -> Result<usize, Problem> {
        let erased = self.erased().await?;
        if erased.is_empty() || !self.controls.on(Control::Revived) {
            return Ok(0);
        }
        let (mut after, mut back) = (None, 0);
        loop {
            let page = self.service.list(after, PAGE).await.map_err(|error| problem(&error))?;
            let Some(last) = page.last() else { break };
            after = Some(last.tenant);
            for info in page.iter().filter(|info| !info.destroyed && erased.contains(&info.tenant)) {
                let tenant = info.tenant;
                self.keep_factors(tenant).await?; // of a backup that knew nothing of the erasure
                self.service.destroy(tenant).await.map_err(|error| problem(&error))?;
                let drop = move |tx: &mut Tx| erasures::drop_wrapped(tx, tenant);
                self.store.write("drop-revived-keys", drop).await?;
                self.forget(tenant);
                tracing::error!("a destroyed key was back and is destroyed again");
                self.revived.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(tenant);
                back += 1;
            }
        }
        if back > 0 {
            self.store.scrub().await?;
        }
        Ok(back)
    }

    /// Whose keys were back, and the log was not told yet.
    pub fn revived(&self) -> Vec<TenantId> {
        let revived = self.revived.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        revived.iter().copied().collect()
    }

    /// Notes that the log was told of it.
    pub fn told_revived(&self, tenant: TenantId) {
        self.revived.lock().unwrap_or_else(std::sync::PoisonError::into_inner).remove(&tenant);
    }

    /// Forgets what is unwrapped of a tenant's keys.
    pub fn forget_erased(&self, tenant: TenantId) {
        self.forget(tenant);
    }

    async fn erased(&self) -> Result<BTreeSet<TenantId>, Problem> {
        let mut erased = BTreeSet::new();
        for state in ["live", "final"] {
            let mut after = None;
            loop {
                let limit = u32::try_from(PAGE).unwrap_or(u32::MAX); // it is small
                let read = move |tx: &mut Tx| erasures::in_state(tx, state, after, limit);
                let page = self.store.read("erased-tenants", read).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.tenant);
                erased.extend(page.iter().map(|row| row.tenant));
            }
        }
        Ok(erased)
    }

    /// 410 for a tenant whose keys were destroyed.
    pub(super) async fn not_erased(&self, tenant: TenantId) -> Result<(), Problem> {
        let erased = self.store.read("is-erased", move |tx| erasures::is_erased(tx, tenant)).await?;
        if erased { Err(problem(&KeyError::Destroyed)) } else { Ok(()) }
    }
}
