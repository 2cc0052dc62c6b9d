//! The trustee's keys at work: tenants' sealing keys, unwrapped for at most a minute, and the house's own
//! secrets. Wrapping is done by a [`KeyService`]; what it wraps is stored here.
//!
//! Invariants: an unwrapped key is found only while it is fresh, and is wiped when the last holder lets go; a
//! destroyed tenant's keys are forgotten before [`Keys::destroy`] returns.
//!
//! Deliberately absent: who may open what (the gateway) and how sealing works (`envelope`).

mod erasure;
mod factors;
mod posture;
mod rotation;
mod vault;

pub use posture::{Changed, Standing};
pub use vault::StoreVault;

use envelope::shares::SealedShare;
use envelope::{Expected, Header, KeyError, KeyService, SALT_LEN, SharePlan, TenantKey, TenantKeys, Wrapped};
use kernel::{Clock, Code, Entropy, Micros, Problem, TenantId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use store::Store;
use store::trustee::keys as rows;
use store::trustee::own_keys;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::controls::{Control, Controls};
use crate::log::secrets::DETAIL_AAD;

/// Whose key wraps what belongs to no tenant: signing keys, the key of keyed hashes, the gateway's own keys.
pub const HOUSE: TenantId = TenantId(Uuid::nil());

/// How long an unwrapped key stays in memory.
const FRESH_MICROS: Micros = 60_000_000;
const SHARDS: usize = 32;
/// Tenants with unwrapped keys per shard; bounds what a memory dump could hold.
const PER_SHARD: usize = 512;

/// The keys of all tenants.
pub struct Keys {
    store: Store,
    service: Arc<dyn KeyService>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    fresh: Vec<RwLock<HashMap<TenantId, Held>>>,
    /// Counts what was forgotten, so that a key read before is not kept after.
    revision: AtomicU64,
    watch: posture::Watch,
    /// Whose destroyed keys were back, and the log was not told yet.
    revived: Mutex<BTreeSet<TenantId>>,
    /// Whose rotation cannot be ended now, and why; so that it is said once.
    stuck: Mutex<BTreeMap<TenantId, KeyError>>,
    controls: Controls,
}

struct Held {
    keys: Arc<TenantKeys>,
    since: Micros,
}

impl Keys {
    /// The keys in this store, wrapped by this service. Makes the house's own key if there is none, and destroys again
    /// what was destroyed and is back.
    pub async fn open(
        store: Store,
        service: Arc<dyn KeyService>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Problem> {
        Self::under(store, service, clock, entropy, Controls::all()).await
    }

    /// [`Keys::open`] with these controls.
    pub async fn under(
        store: Store,
        service: Arc<dyn KeyService>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        controls: Controls,
    ) -> Result<Self, Problem> {
        service.create(HOUSE).await.map_err(|error| problem(&error))?;
        let fresh = (0..SHARDS).map(|_| RwLock::default()).collect();
        let (revision, watch) = (AtomicU64::new(0), posture::Watch::default());
        let keys = Self {
            store,
            service,
            clock,
            entropy,
            fresh,
            revision,
            watch,
            revived: Mutex::default(),
            stuck: Mutex::default(),
            controls,
        };
        keys.replay_erasures().await?;
        Ok(keys)
    }

    /// Which controls work.
    pub(crate) const fn controls(&self) -> Controls {
        self.controls
    }

    /// Makes a tenant's keys, unless they exist.
    pub async fn create(&self, tenant: TenantId) -> Result<(), Problem> {
        self.not_erased(tenant).await?;
        self.service.create(tenant).await.map_err(|error| problem(&error))?;
        let known = self.store.read("sealing-keys", move |tx| rows::sealing(tx, tenant)).await?;
        if known.is_empty() { self.add_epoch(tenant, 1).await } else { Ok(()) }
    }

    /// A tenant's sealing keys. 503 while the key service is away, 410 once they were destroyed.
    pub async fn of(&self, tenant: TenantId) -> Result<Arc<TenantKeys>, Problem> {
        let now = self.clock.now().as_microsecond();
        if let Some(keys) = self.held(tenant, now) {
            return Ok(keys);
        }
        let revision = self.revision.load(Ordering::SeqCst);
        let sealed = self.store.read("sealing-keys", move |tx| rows::sealing(tx, tenant)).await?;
        let mut epochs = Vec::with_capacity(sealed.len());
        for row in sealed {
            let aad = sealing_aad(row.epoch);
            let bytes = self.unwrap(tenant, &aad, row.wrapped).await?;
            epochs.push(TenantKey::new(tenant, row.epoch, key_bytes(&bytes)?));
        }
        let Some(keys) = TenantKeys::new(epochs) else {
            self.not_erased(tenant).await?;
            return Err(Problem::new(404, Code(0), "no_tenant_key", "There are no keys of this tenant."));
        };
        let keys = Arc::new(keys);
        self.keep(tenant, &keys, now, revision);
        Ok(keys)
    }

    /// Seals what the trustee keeps for a tenant itself, under its newest key.
    pub(crate) async fn seal(&self, header: &Header<'_>, plain: &[u8]) -> Result<String, Problem> {
        let keys = self.of(header.tenant).await?;
        let mut salt = [0_u8; SALT_LEN];
        self.entropy.fill(&mut salt);
        envelope::seal(keys.newest(), header, plain, salt).map_err(|_| Problem::internal())
    }

    /// Opens what [`Keys::seal`] has sealed.
    pub(crate) async fn unseal(
        &self,
        header: Header<'_>,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let keys = self.of(header.tenant).await?;
        envelope::open(&keys, &Expected::from(header), sealed).map_err(|_| Problem::internal())
    }

    /// Wraps a secret under a tenant's (or the [`HOUSE`]'s) key; `aad` says what it is for.
    pub async fn wrap(&self, tenant: TenantId, aad: &[u8], secret: &[u8]) -> Result<Vec<u8>, Problem> {
        let wrapped = self.service.wrap(tenant, aad, secret).await;
        wrapped.map(|wrapped| wrapped.0).map_err(|error| problem(&error))
    }

    /// Unwraps a secret.
    pub async fn unwrap(
        &self,
        tenant: TenantId,
        aad: &[u8],
        wrapped: Vec<u8>,
    ) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let wrapped = Wrapped(wrapped);
        self.service.unwrap(tenant, aad, &wrapped).await.map_err(|error| problem(&error))
    }

    /// A secret of the house's own of 32 random bytes, the same at each call; made at the first.
    pub async fn house_secret(&self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Problem> {
        let found = self.store.read("house-secret", move |tx| own_keys::find(tx, name)).await?;
        let wrapped = if let Some(wrapped) = found {
            wrapped
        } else {
            let mut bytes = Zeroizing::new([0_u8; 32]);
            self.entropy.fill(bytes.as_mut());
            let wrapped = self.wrap(HOUSE, name.as_bytes(), bytes.as_ref()).await?;
            let now = self.clock.now().as_microsecond();
            self.store.write("house-secret", move |tx| own_keys::once(tx, name, &wrapped, now)).await?
        };
        self.unwrap(HOUSE, name.as_bytes(), wrapped).await
    }

    /// The key service, for health checks and rotation of the root.
    pub fn service(&self) -> &Arc<dyn KeyService> {
        &self.service
    }

    /// The root in shares, with its version.
    pub(crate) async fn share_root(&self, plan: &SharePlan<'_>) -> Result<(u32, Vec<SealedShare>), Problem> {
        self.service.share_root(plan).await.map_err(|error| problem(&error))
    }

    async fn add_epoch(&self, tenant: TenantId, epoch: u32) -> Result<(), Problem> {
        let key = TenantKey::generate(tenant, epoch, self.entropy.as_ref());
        let wrapped = self.wrap(tenant, &sealing_aad(epoch), key.expose()).await?;
        let now = self.clock.now().as_microsecond();
        let write = move |tx: &mut store::Tx| rows::add_sealing(tx, tenant, epoch, &wrapped, now);
        // Whoever came first made the key that counts.
        self.store.write("add-sealing-key", write).await?;
        Ok(())
    }

    fn shard(&self, tenant: TenantId) -> &RwLock<HashMap<TenantId, Held>> {
        &self.fresh[usize::from(tenant.0.as_bytes()[15]) % SHARDS]
    }

    fn held(&self, tenant: TenantId, now: Micros) -> Option<Arc<TenantKeys>> {
        let shard = self.shard(tenant).read().unwrap_or_else(PoisonError::into_inner);
        let kept = |held: &&Held| fresh(held, now) || !self.controls.on(Control::FreshKeys);
        shard.get(&tenant).filter(kept).map(|held| Arc::clone(&held.keys))
    }

    fn keep(&self, tenant: TenantId, keys: &Arc<TenantKeys>, now: Micros, revision: u64) {
        let mut shard = self.shard(tenant).write().unwrap_or_else(PoisonError::into_inner);
        if self.revision.load(Ordering::SeqCst) != revision {
            return;
        }
        if shard.len() >= PER_SHARD {
            shard.retain(|_, held| fresh(held, now));
        }
        if shard.len() >= PER_SHARD
            && let Some(victim) = shard.keys().next().copied()
        {
            shard.remove(&victim);
        }
        shard.insert(tenant, Held { keys: Arc::clone(keys), since: now });
    }

    fn forget(&self, tenant: TenantId) {
        self.revision.fetch_add(1, Ordering::SeqCst);
        self.shard(tenant).write().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }

    /// Wipes what is no longer fresh. To be called now and then; correctness does not depend on it.
    pub fn wipe_stale(&self) {
        let now = self.clock.now().as_microsecond();
        for shard in &self.fresh {
            shard.write().unwrap_or_else(PoisonError::into_inner).retain(|_, held| fresh(held, now));
        }
    }
}

fn fresh(held: &Held, now: Micros) -> bool {
    (0..FRESH_MICROS).contains(&(now - held.since))
}

/// What the wrapping of a sealing key is bound to besides its tenant.
pub fn sealing_aad(epoch: u32) -> Vec<u8> {
    [b"sealing key ".as_slice(), &epoch.to_be_bytes()].concat()
}

fn key_bytes(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>, Problem> {
    let mut out = Zeroizing::new([0_u8; 32]);
    if bytes.len() != out.len() {
        tracing::error!("an unwrapped sealing key has the wrong length");
        return Err(Problem::internal());
    }
    out.copy_from_slice(bytes);
    Ok(out)
}

/// What a caller is told when keys cannot be had.
pub(crate) fn problem(error: &KeyError) -> Problem {
    match error {
        KeyError::NoSuchKey => {
            Problem::new(404, Code(0), "no_tenant_key", "There are no keys of this tenant.")
        }
        KeyError::Destroyed => {
            Problem::new(410, Code(0), "shredded", "The keys were destroyed; the data is gone.")
        }
        KeyError::Unavailable(_) | KeyError::Conflict => {
            tracing::warn!(%error, "keys");
            let text = "The data trustee's key service cannot be reached. Try again later.";
            Problem::new(503, Code(800_003), "trustee_unavailable", text).retry_after(5)
        }
        KeyError::RootElsewhere => {
            let text = "The key service keeps its root itself. Share it by the key service's own means.";
            Problem::new(409, Code(0), "root_elsewhere", text)
        }
        KeyError::Shares(why) => Problem::new(409, Code(0), "shares_refused", format!("The shares: {why}.")),
        KeyError::Refused | KeyError::WrongUnlock => {
            tracing::error!(%error, "keys");
            Problem::internal()
        }
    }
}

#[cfg(test)]
mod tests;
