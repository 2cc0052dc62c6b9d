//! The embedded backend: a root key, and tenants' wrapping keys under it in a vault that the trustee stores.
//!
//! The unlocked roots are the only keys held in memory. Rotation of the root makes a new one and wraps the
//! tenants' keys anew, page by page; it can be broken off and begun again, and nothing stops opening meanwhile.

mod recovery;

pub use recovery::Recovered;

use crate::root::{SealedRoot, Unlock};
use crate::service::{Answer, Deviation, Health, KeyError, KeyInfo, KeyService, Posture, SharePlan, Wrapped};
use crate::shares::SealedShare;
use crate::wrap;
use kernel::{Entropy, TenantId};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use zeroize::Zeroizing;

/// Tenants per step of a root rotation.
const ROTATION_PAGE: usize = 500;
/// Times that a create or rotate is tried when another caller does the same.
const TRIES: usize = 5;

/// A sealed root key in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootRow {
    /// Its epoch, from 1.
    pub epoch: u32,
    /// The key, sealed by passphrase or key file.
    pub sealed: SealedRoot,
}

/// One epoch of a tenant's wrapping key in the vault.
#[derive(Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Whose key it is.
    pub tenant: TenantId,
    /// Its epoch, from 1.
    pub epoch: u32,
    /// The key wrapped by a root; `None` once destroyed.
    pub wrapped: Option<Vec<u8>>,
}

/// Why the vault did not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VaultError {
    /// The row exists already.
    Exists,
    /// The store failed; the text is for the log.
    Failed(String),
}

impl From<VaultError> for KeyError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Exists => Self::Conflict,
            VaultError::Failed(text) => Self::Unavailable(text),
        }
    }
}

/// What a vault's methods return.
pub type Kept<'a, T> = Pin<Box<dyn Future<Output = Result<T, VaultError>> + Send + 'a>>;

/// Where sealed roots and wrapped keys are kept. Safe to back up: useless without passphrase or key file.
pub trait Vault: Send + Sync {
    /// All roots.
    fn roots(&self) -> Kept<'_, Vec<RootRow>>;
    /// Adds a root, or replaces the one of the same epoch (a new passphrase).
    fn put_root(&self, row: RootRow) -> Kept<'_, ()>;
    /// Forgets a root under which nothing is wrapped any more.
    fn remove_root(&self, epoch: u32) -> Kept<'_, ()>;
    /// All epochs of a tenant's key, destroyed ones too.
    fn tenant(&self, tenant: TenantId) -> Kept<'_, Vec<TenantRow>>;
    /// Adds an epoch; [`VaultError::Exists`] when it is there already.
    fn add(&self, row: TenantRow) -> Kept<'_, ()>;
    /// Replaces wrapped keys by the same keys wrapped anew; destroyed or unknown ones are left alone.
    fn rewrapped(&self, rows: Vec<TenantRow>) -> Kept<'_, ()>;
    /// Drops the wrapped keys of a tenant's epochs before this one but keeps their rows.
    fn retire(&self, tenant: TenantId, before: u32) -> Kept<'_, ()>;
    /// Drops the wrapped keys of a tenant but keeps its rows, as a mark.
    fn destroy(&self, tenant: TenantId) -> Kept<'_, ()>;
    /// All epochs of at most `limit` tenants after the given one, ordered by tenant and epoch.
    fn page(&self, after: Option<TenantId>, limit: usize) -> Kept<'_, Vec<TenantRow>>;
}

type Root = Arc<Zeroizing<[u8; 32]>>;

/// The embedded [`KeyService`].
pub struct Embedded {
    vault: Arc<dyn Vault>,
    entropy: Arc<dyn Entropy>,
    roots: RwLock<BTreeMap<u32, Root>>,
}

impl Embedded {
    /// Unlocks the roots in the vault; makes the first one when there is none.
    pub async fn open(
        vault: Arc<dyn Vault>,
        entropy: Arc<dyn Entropy>,
        unlock: &Unlock,
    ) -> Result<Self, KeyError> {
        let mut roots = BTreeMap::new();
        for row in vault.roots().await? {
            roots.insert(row.epoch, Arc::new(row.sealed.open(unlock)?));
        }
        let service = Self { vault, entropy, roots: RwLock::new(roots) };
        if service.newest_root().is_err() {
            service.add_root(1, unlock).await?;
        }
        Ok(service)
    }

    /// Replaces the root: a new one is made and every tenant's key wrapped anew. Begun again after a break-off,
    /// it makes one more root and ends in the same state. Returns the new root's epoch.
    pub async fn rotate_root(&self, unlock: &Unlock) -> Result<u32, KeyError> {
        let (newest, _) = self.newest_root()?;
        // A wrong passphrase would seal the new root apart from the old ones.
        for row in self.vault.roots().await? {
            row.sealed.open(unlock)?;
        }
        let epoch = newest + 1;
        let root = self.add_root(epoch, unlock).await?;
        let mut after = None;
        loop {
            let rows = self.vault.page(after, ROTATION_PAGE).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.tenant);
            let mut anew = Vec::with_capacity(rows.len());
            for row in rows.into_iter().filter(|row| row.wrapped.is_some()) {
                let key = self.open_row(&row)?;
                anew.push(self.wrapped_row(row.tenant, row.epoch, &key, epoch, &root)?);
            }
            self.vault.rewrapped(anew).await?;
        }
        self.forget_roots_before(epoch).await?;
        Ok(epoch)
    }

    /// Seals the roots by another passphrase or key file.
    pub async fn change_unlock(&self, old: &Unlock, new: &Unlock) -> Result<(), KeyError> {
        for row in self.vault.roots().await? {
            let root = row.sealed.open(old)?;
            let sealed = SealedRoot::seal(&root, row.epoch, new, self.entropy.as_ref())?;
            self.vault.put_root(RootRow { epoch: row.epoch, sealed }).await?;
        }
        Ok(())
    }

    async fn add_root(&self, epoch: u32, unlock: &Unlock) -> Result<Root, KeyError> {
        let mut root = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(root.as_mut());
        let sealed = SealedRoot::seal(&root, epoch, unlock, self.entropy.as_ref())?;
        self.vault.put_root(RootRow { epoch, sealed }).await?;
        let root = Arc::new(root);
        let mut roots = self.roots.write().unwrap_or_else(PoisonError::into_inner);
        roots.insert(epoch, Arc::clone(&root));
        Ok(root)
    }

    async fn forget_roots_before(&self, epoch: u32) -> Result<(), KeyError> {
        for row in self.vault.roots().await? {
            if row.epoch < epoch {
                self.vault.remove_root(row.epoch).await?;
            }
        }
        self.roots.write().unwrap_or_else(PoisonError::into_inner).retain(|&of, _| of >= epoch);
        Ok(())
    }

    fn newest_root(&self) -> Result<(u32, Root), KeyError> {
        let roots = self.roots.read().unwrap_or_else(PoisonError::into_inner);
        let (epoch, root) =
            roots.last_key_value().ok_or_else(|| KeyError::Unavailable("no root key".to_owned()))?;
        Ok((*epoch, Arc::clone(root)))
    }

    fn open_row(&self, row: &TenantRow) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let wrapped = row.wrapped.as_deref().ok_or(KeyError::Destroyed)?;
        let of = wrap::epoch(wrapped).ok_or(KeyError::Refused)?;
        let root = {
            let roots = self.roots.read().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(roots.get(&of).ok_or(KeyError::Refused)?)
        };
        wrap::unwrap_key(&root, &key_aad(row.tenant, row.epoch), wrapped).ok_or(KeyError::Refused)
    }

    fn wrapped_row(
        &self,
        tenant: TenantId,
        epoch: u32,
        key: &[u8; 32],
        root_epoch: u32,
        root: &[u8; 32],
    ) -> Result<TenantRow, KeyError> {
        let wrapped = wrap::wrap(root, root_epoch, &key_aad(tenant, epoch), key, self.entropy.as_ref());
        Ok(TenantRow { tenant, epoch, wrapped: Some(wrapped.ok_or(KeyError::Refused)?) })
    }

    /// Adds an epoch unless somebody else does at the same moment.
    async fn add_epoch(&self, tenant: TenantId, epoch: u32) -> Result<KeyInfo, KeyError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(key.as_mut());
        let (root_epoch, root) = self.newest_root()?;
        self.vault.add(self.wrapped_row(tenant, epoch, &key, root_epoch, &root)?).await?;
        // A rotation of the root that began in between may have read its last page already.
        let (newest, root) = self.newest_root()?;
        if newest != root_epoch {
            self.vault.rewrapped(vec![self.wrapped_row(tenant, epoch, &key, newest, &root)?]).await?;
        }
        self.state(tenant).await
    }

    /// The newest epoch of a tenant's key, or the one asked for.
    async fn key(
        &self,
        tenant: TenantId,
        epoch: Option<u32>,
    ) -> Result<(u32, Zeroizing<[u8; 32]>), KeyError> {
        let rows = self.vault.tenant(tenant).await?;
        let row = match epoch {
            None => rows.iter().max_by_key(|row| row.epoch).ok_or(KeyError::NoSuchKey)?,
            Some(_) if rows.is_empty() => return Err(KeyError::NoSuchKey),
            Some(epoch) => rows.iter().find(|row| row.epoch == epoch).ok_or(KeyError::Refused)?,
        };
        if row.wrapped.is_none() && rows.iter().any(|row| row.wrapped.is_some()) {
            return Err(KeyError::Refused); // this epoch was disabled, the key lives
        }
        Ok((row.epoch, self.open_row(row)?))
    }

    async fn unwrap_secret(
        &self,
        tenant: TenantId,
        aad: &[u8],
        wrapped: &Wrapped,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let epoch = wrap::epoch(&wrapped.0).ok_or(KeyError::Refused)?;
        let (_, key) = self.key(tenant, Some(epoch)).await?;
        wrap::unwrap(&key, &secret_aad(tenant, aad), &wrapped.0).ok_or(KeyError::Refused)
    }

    async fn wrap_secret(&self, tenant: TenantId, aad: &[u8], secret: &[u8]) -> Result<Wrapped, KeyError> {
        let (epoch, key) = self.key(tenant, None).await?;
        let aad = secret_aad(tenant, aad);
        let wrapped = wrap::wrap(&key, epoch, &aad, secret, self.entropy.as_ref());
        wrapped.map(Wrapped).ok_or(KeyError::Refused)
    }

    async fn state(&self, tenant: TenantId) -> Result<KeyInfo, KeyError> {
        let rows = self.vault.tenant(tenant).await?;
        infos(&rows).pop().ok_or(KeyError::NoSuchKey)
    }
}

impl KeyService for Embedded {
    fn create(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        Box::pin(async move {
            match self.state(tenant).await {
                Err(KeyError::NoSuchKey) => match self.add_epoch(tenant, 1).await {
                    Err(KeyError::Conflict) => self.state(tenant).await,
                    made => made,
                },
                Ok(info) if info.destroyed => Err(KeyError::Destroyed),
                known => known,
            }
        })
    }

    crate::wraps_by! { wrap_secret, unwrap_secret }

    fn rotate(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        Box::pin(async move {
            for _ in 0..TRIES {
                let info = self.state(tenant).await?;
                if info.destroyed {
                    return Err(KeyError::Destroyed);
                }
                match self.add_epoch(tenant, info.newest + 1).await {
                    Err(KeyError::Conflict) => {}
                    done => return done,
                }
            }
            Err(KeyError::Conflict)
        })
    }

    fn retire(&self, tenant: TenantId, before: u32) -> Answer<'_, KeyInfo> {
        Box::pin(async move {
            let info = self.state(tenant).await?;
            if info.destroyed {
                return Err(KeyError::Destroyed);
            }
            if before > info.newest {
                return Err(KeyError::Refused);
            }
            self.vault.retire(tenant, before).await?;
            self.state(tenant).await
        })
    }

    fn version(&self, wrapped: &[u8]) -> Option<u32> {
        wrap::epoch(wrapped)
    }

    fn destroy(&self, tenant: TenantId) -> Answer<'_, ()> {
        Box::pin(async move {
            self.state(tenant).await?;
            Ok(self.vault.destroy(tenant).await?)
        })
    }

    fn list(&self, after: Option<TenantId>, limit: usize) -> Answer<'_, Vec<KeyInfo>> {
        Box::pin(async move { Ok(infos(&self.vault.page(after, limit).await?)) })
    }

    fn health(&self) -> Answer<'_, Health> {
        Box::pin(async move {
            let (root_epoch, root) = self.newest_root()?;
            if let Some(row) = self.vault.page(None, 1).await?.into_iter().find(|row| row.wrapped.is_some()) {
                self.open_row(&row)?;
            }
            let probe = wrap::wrap(&root, root_epoch, b"health", b"probe", self.entropy.as_ref());
            let opened = probe.and_then(|probe| wrap::unwrap(&root, b"health", &probe));
            opened.map(|_| Health { backend: "embedded", root_epoch }).ok_or(KeyError::Refused)
        })
    }

    fn keeps_root(&self) -> bool {
        true
    }

    fn share_root<'a>(&'a self, plan: &'a SharePlan<'a>) -> Answer<'a, (u32, Vec<SealedShare>)> {
        Box::pin(std::future::ready(self.shared(plan)))
    }

    /// Nothing can be asked for a key here; what is looked at is that each one still opens under a root of ours.
    fn posture(&self) -> Answer<'_, Posture> {
        Box::pin(async move {
            let mut posture = Posture::default();
            let mut after = None;
            loop {
                let rows = self.vault.page(after, ROTATION_PAGE).await?;
                let Some(last) = rows.last() else { return Ok(posture) };
                after = Some(last.tenant);
                posture.keys += infos(&rows).len();
                for row in rows.iter().filter(|row| row.wrapped.is_some() && self.open_row(row).is_err()) {
                    let what = "the key does not open under any root key";
                    let tenant = Some(row.tenant);
                    posture.deviations.push(Deviation { tenant, what, ..Deviation::default() });
                }
            }
        })
    }
}

/// One line per tenant out of rows ordered by tenant and epoch.
fn infos(rows: &[TenantRow]) -> Vec<KeyInfo> {
    rows.chunk_by(|a, b| a.tenant == b.tenant)
        .filter_map(|epochs| {
            let newest = epochs.iter().map(|row| row.epoch).max()?;
            let opens = epochs.iter().filter(|row| row.wrapped.is_some()).map(|row| row.epoch).min();
            let (oldest, destroyed) = (opens.unwrap_or(0), opens.is_none());
            Some(KeyInfo { tenant: epochs.first()?.tenant, newest, oldest, destroyed })
        })
        .collect()
}

/// A tenant's key cannot be put in the place of another tenant's or another epoch's.
fn key_aad(tenant: TenantId, epoch: u32) -> Vec<u8> {
    let mut aad = b"treuhand tenant key ".to_vec();
    aad.extend_from_slice(tenant.0.as_bytes());
    aad.extend_from_slice(&epoch.to_be_bytes());
    aad
}

fn secret_aad(tenant: TenantId, purpose: &[u8]) -> Vec<u8> {
    let mut aad = b"treuhand secret ".to_vec();
    aad.extend_from_slice(tenant.0.as_bytes());
    aad.extend_from_slice(purpose);
    aad
}

/// A vault in memory, for tests and throw-away instances.
#[derive(Default)]
pub struct MemoryVault {
    kept: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    roots: BTreeMap<u32, SealedRoot>,
    tenants: BTreeMap<(TenantId, u32), Option<Vec<u8>>>,
}

impl MemoryVault {
    fn with<T: Send + 'static>(&self, f: impl FnOnce(&mut Memory) -> Result<T, VaultError>) -> Kept<'_, T> {
        let result = f(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(std::future::ready(result))
    }
}

fn rows<'a>(
    from: impl Iterator<Item = (&'a (TenantId, u32), &'a Option<Vec<u8>>)>,
) -> impl Iterator<Item = TenantRow> {
    from.map(|(&(tenant, epoch), wrapped)| TenantRow { tenant, epoch, wrapped: wrapped.clone() })
}

impl Vault for MemoryVault {
    fn roots(&self) -> Kept<'_, Vec<RootRow>> {
        self.with(|kept| {
            let row = |(&epoch, sealed): (&u32, &SealedRoot)| RootRow { epoch, sealed: sealed.clone() };
            Ok(kept.roots.iter().map(row).collect())
        })
    }
    fn put_root(&self, row: RootRow) -> Kept<'_, ()> {
        self.with(|kept| {
            kept.roots.insert(row.epoch, row.sealed);
            Ok(())
        })
    }
    fn remove_root(&self, epoch: u32) -> Kept<'_, ()> {
        self.with(|kept| {
            kept.roots.remove(&epoch);
            Ok(())
        })
    }
    fn tenant(&self, tenant: TenantId) -> Kept<'_, Vec<TenantRow>> {
        self.with(|kept| Ok(rows(kept.tenants.range((tenant, 0)..=(tenant, u32::MAX))).collect()))
    }
    fn add(&self, row: TenantRow) -> Kept<'_, ()> {
        self.with(|kept| {
            if kept.tenants.contains_key(&(row.tenant, row.epoch)) {
                return Err(VaultError::Exists);
            }
            kept.tenants.insert((row.tenant, row.epoch), row.wrapped);
            Ok(())
        })
    }
    fn rewrapped(&self, rows: Vec<TenantRow>) -> Kept<'_, ()> {
        self.with(|kept| {
            for row in rows {
                if let Some(place @ Some(_)) = kept.tenants.get_mut(&(row.tenant, row.epoch)) {
                    *place = row.wrapped;
                }
            }
            Ok(())
        })
    }
    fn retire(&self, tenant: TenantId, before: u32) -> Kept<'_, ()> {
        self.with(|kept| {
            kept.tenants.range_mut((tenant, 0)..(tenant, before)).for_each(|(_, place)| *place = None);
            Ok(())
        })
    }
    fn destroy(&self, tenant: TenantId) -> Kept<'_, ()> {
        self.with(|kept| {
            kept.tenants.range_mut((tenant, 0)..=(tenant, u32::MAX)).for_each(|(_, place)| *place = None);
            Ok(())
        })
    }
    fn page(&self, after: Option<TenantId>, limit: usize) -> Kept<'_, Vec<TenantRow>> {
        self.with(|kept| {
            let mut out: Vec<TenantRow> = Vec::new();
            let mut tenants = 0;
            for row in rows(kept.tenants.iter().filter(|((tenant, _), _)| Some(*tenant) > after)) {
                tenants += usize::from(out.last().is_none_or(|last| last.tenant != row.tenant));
                if tenants > limit {
                    break;
                }
                out.push(row);
            }
            Ok(out)
        })
    }
}

#[cfg(test)]
#[path = "embedded_tests.rs"]
mod tests;
