//! Tenants' secrets for the log: the key of their tags, and what the keys of their details come from.
//!
//! Invariants: the tag key is wrapped under the house's key and outlives the tenant's, so that entries about an erasure
//! can still be counted by the customer; the detail secret is wrapped under the tenant's own key and ends with it.
//! Unwrapped they stay in memory for a minute; the house's own stay, so that heartbeats go on without the key service.

use kernel::{Clock, Entropy, Micros, Problem, TenantId};
use ledger::{DetailSecret, TagKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::Store;
use store::trustee::log as rows;
use zeroize::Zeroizing;

use crate::controls::Controls;
use crate::keys::{HOUSE, Keys};

const FRESH: Micros = 60_000_000;
/// Tenants with unwrapped secrets; bounds what a memory dump could hold.
const HELD: usize = 4096;
const TAG_AAD: &[u8] = b"log tag key";
/// What the wrapping of a tenant's detail secret is bound to.
pub(crate) const DETAIL_AAD: &[u8] = b"log detail secret";

/// One tenant's secrets, unwrapped.
pub(crate) struct TenantSecrets {
    pub(crate) tenant: TenantId,
    pub(crate) tags: TagKey,
    /// None once the tenant's keys were destroyed.
    pub(crate) details: Option<DetailSecret>,
    since: Micros,
}

pub(crate) struct Secrets {
    store: Store,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    held: Mutex<HashMap<TenantId, Arc<TenantSecrets>>>,
}

impl Secrets {
    pub(crate) fn new(
        store: Store,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store, keys, clock, entropy, held: Mutex::default() }
    }

    /// Which controls work.
    pub(crate) fn controls(&self) -> Controls {
        self.keys.controls()
    }

    /// A tenant's secrets, made at the first call.
    pub(crate) async fn of(&self, tenant: TenantId) -> Result<Arc<TenantSecrets>, Problem> {
        let now = self.clock.now().as_microsecond();
        if let Some(held) = self.held().get(&tenant).filter(|held| is_fresh(held, now)) {
            return Ok(Arc::clone(held));
        }
        let row = match self.find(tenant).await? {
            Some(row) => row,
            None => self.make(tenant, now).await?,
        };
        let aad = [TAG_AAD, tenant.0.as_bytes()].concat();
        let tags = TagKey::new(bytes(&self.keys.unwrap(HOUSE, &aad, row.tag_key).await?)?);
        let details = if row.detail.is_empty() {
            None // it was destroyed with the tenant's keys
        } else {
            match self.keys.unwrap(tenant, DETAIL_AAD, row.detail).await {
                Ok(secret) => Some(DetailSecret::new(bytes(&secret)?)),
                Err(problem) if problem.status == 410 => None,
                Err(problem) => return Err(problem),
            }
        };
        let secrets = Arc::new(TenantSecrets { tenant, tags, details, since: now });
        let mut held = self.held();
        if held.len() >= HELD {
            held.retain(|tenant, _| *tenant == HOUSE); // those in use come back at the next call
        }
        held.insert(tenant, Arc::clone(&secrets));
        Ok(secrets)
    }

    /// The key of a tenant's tags alone.
    pub(crate) async fn tags(&self, tenant: TenantId, wrapped: Vec<u8>) -> Result<TagKey, Problem> {
        let aad = [TAG_AAD, tenant.0.as_bytes()].concat();
        Ok(TagKey::new(bytes(&self.keys.unwrap(HOUSE, &aad, wrapped).await?)?))
    }

    pub(crate) fn forget(&self, tenant: TenantId) {
        self.held().remove(&tenant);
    }

    pub(crate) fn wipe_stale(&self) {
        let now = self.clock.now().as_microsecond();
        self.held().retain(|_, held| is_fresh(held, now));
    }

    async fn find(&self, tenant: TenantId) -> Result<Option<rows::LogTenant>, Problem> {
        Ok(self.store.read("log-secrets", move |tx| rows::tenant(tx, tenant)).await?)
    }

    async fn make(&self, tenant: TenantId, now: Micros) -> Result<rows::LogTenant, Problem> {
        let (mut tag_key, mut detail) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
        self.entropy.fill(tag_key.as_mut());
        self.entropy.fill(detail.as_mut());
        let aad = [TAG_AAD, tenant.0.as_bytes()].concat();
        let tag_key = self.keys.wrap(HOUSE, &aad, tag_key.as_ref()).await?;
        let detail = match self.keys.wrap(tenant, DETAIL_AAD, detail.as_ref()).await {
            Err(problem) if problem.status == 410 => Vec::new(), // nobody could read its details
            wrapped => wrapped?,
        };
        let keep = move |tx: &mut store::Tx| rows::set_up(tx, tenant, &tag_key, &detail, now);
        self.store.write("make-log-secrets", keep).await?;
        self.find(tenant).await?.ok_or_else(Problem::internal)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<TenantId, Arc<TenantSecrets>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(held: &TenantSecrets, now: Micros) -> bool {
    held.tenant == HOUSE || (0..FRESH).contains(&(now - held.since))
}

fn bytes(secret: &[u8]) -> Result<[u8; 32], Problem> {
    secret.try_into().map_err(|_| {
        tracing::error!("an unwrapped secret of the log has the wrong length");
        Problem::internal()
    })
}
