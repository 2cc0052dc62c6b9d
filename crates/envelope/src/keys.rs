//! The keys that seal records: one set per tenant, one key per epoch.

use kernel::{Entropy, TenantId};
use zeroize::Zeroizing;

/// The key under which a tenant's records are sealed, in one of its epochs. Wiped when dropped.
pub struct TenantKey {
    pub(crate) tenant: TenantId,
    pub(crate) epoch: u32,
    pub(crate) bytes: Zeroizing<[u8; 32]>,
}

impl TenantKey {
    /// A key from the bytes that a [`crate::KeyService`] unwrapped.
    pub fn new(tenant: TenantId, epoch: u32, bytes: Zeroizing<[u8; 32]>) -> Self {
        Self { tenant, epoch, bytes }
    }

    /// A fresh random key.
    pub fn generate(tenant: TenantId, epoch: u32, entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        entropy.fill(bytes.as_mut());
        Self { tenant, epoch, bytes }
    }

    /// The tenant whose records this key seals.
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// The epoch of the key; it stands in the header of what it sealed.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The bare bytes, for wrapping by a [`crate::KeyService`]. There is no other use for them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }
}

/// All epochs of one tenant's key. The newest seals, every one opens.
pub struct TenantKeys {
    newest: TenantKey,
    older: Vec<TenantKey>,
}

impl TenantKeys {
    /// The set of the given epochs; `None` when there is none, or when they belong to different tenants.
    pub fn new(mut epochs: Vec<TenantKey>) -> Option<Self> {
        epochs.sort_by_key(|key| key.epoch);
        let newest = epochs.pop()?;
        let one_tenant = epochs.iter().all(|key| key.tenant == newest.tenant);
        one_tenant.then_some(Self { newest, older: epochs })
    }

    /// The key that seals.
    pub fn newest(&self) -> &TenantKey {
        &self.newest
    }

    /// The key of the given epoch, if the tenant has it.
    pub fn epoch(&self, epoch: u32) -> Option<&TenantKey> {
        if self.newest.epoch == epoch {
            return Some(&self.newest);
        }
        self.older.iter().find(|key| key.epoch == epoch)
    }

    /// The tenant of all these keys.
    pub fn tenant(&self) -> TenantId {
        self.newest.tenant
    }
}

impl From<TenantKey> for TenantKeys {
    fn from(newest: TenantKey) -> Self {
        Self { newest, older: Vec::new() }
    }
}
