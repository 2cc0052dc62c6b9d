//! What an access token says, who a caller is, and the cache between the two.

use aws_lc_rs::digest;
use contract::{Party, Role};
use kernel::{AppId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How long an access token lasts. Some clients renew only when less than two minutes are left.
pub const TOKEN_SECONDS: i64 = 3600;

/// Who makes a call, as the trustee's own books say at this moment; ids only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The caller's tenant.
    pub tenant: TenantId,
    /// What kind of tenant it is.
    pub party: Party,
    /// The signed-in person's pseudonym; `None` when the app calls on its own behalf.
    pub user: Option<UserId>,
    /// The app that calls.
    pub app: AppId,
    /// The person's roles. Empty for an app alone, which has its tenant's rights where a call takes apps.
    pub roles: Vec<Role>,
    /// Whether the person signed in with a second factor.
    pub mfa: bool,
    /// When the token stops counting, in seconds since 1970.
    pub expires: i64,
}

impl Caller {
    /// Whether an app calls on its own behalf.
    pub fn is_app_only(&self) -> bool {
        self.user.is_none()
    }

    /// Whether the person has one of these roles.
    pub fn has_any(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }
}

/// The claims of an access token. `gen` lets tokens die with a password, a user, an app or a tenant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AccessClaims {
    pub(crate) iss: String,
    pub(crate) aud: String,
    pub(crate) tid: TenantId,
    pub(crate) oid: String,
    pub(crate) sub: String,
    pub(crate) appid: AppId,
    pub(crate) azp: AppId,
    pub(crate) idtyp: String,
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) amr: Vec<String>,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) jti: String,
    pub(crate) ver: String,
    #[serde(rename = "gen")]
    pub(crate) generation: Generations,
}

/// The generations of tenant, app and user at issue. A token of an earlier one is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Generations {
    pub(crate) tenant: i64,
    pub(crate) app: i64,
    pub(crate) user: i64,
}

/// SHA-256 of a token. Tokens themselves are not kept.
pub(crate) type TokenHash = [u8; 32];

pub(crate) fn hash(token: &str) -> TokenHash {
    let mut out = [0_u8; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref()); // SHA-256 has 32 bytes
    out
}

/// More than the cores of any machine this runs on.
const SHARDS: usize = 64;
/// Bounds the memory: about 400 bytes each, 26 MB in all.
const PER_SHARD: usize = 1024;

/// Tokens that were checked, until they expire or are revoked.
///
/// Invariant: once [`TokenCache::forget`] returned, no entry it names is found again, not even one whose check
/// began before: a check takes the revision first and may only keep its finding while that is unchanged.
pub(crate) struct TokenCache {
    shards: Vec<RwLock<HashMap<TokenHash, Arc<Caller>>>>,
    revision: AtomicU64,
}

impl Default for TokenCache {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| RwLock::default()).collect(), revision: AtomicU64::new(0) }
    }
}

impl TokenCache {
    fn shard(&self, hash: &TokenHash) -> &RwLock<HashMap<TokenHash, Arc<Caller>>> {
        &self.shards[usize::from(hash[0]) % SHARDS]
    }

    pub(crate) fn get(&self, hash: &TokenHash, now_second: i64) -> Option<Arc<Caller>> {
        let shard = self.shard(hash).read().unwrap_or_else(PoisonError::into_inner);
        shard.get(hash).filter(|caller| caller.expires > now_second).map(Arc::clone)
    }

    /// To be taken before the books are read.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::SeqCst)
    }

    /// Keeps what a check found, unless something was revoked since it took `revision`.
    pub(crate) fn keep(&self, hash: TokenHash, caller: Arc<Caller>, revision: u64, now_second: i64) {
        let mut shard = self.shard(&hash).write().unwrap_or_else(PoisonError::into_inner);
        if self.revision() != revision {
            return;
        }
        if shard.len() >= PER_SHARD {
            shard.retain(|_, kept| kept.expires > now_second);
        }
        if shard.len() >= PER_SHARD {
            // Any one will do: hashes are random, and a wrong choice costs one check.
            if let Some(victim) = shard.keys().next().copied() {
                shard.remove(&victim);
            }
        }
        shard.insert(hash, caller);
    }

    /// Drops every entry that `gone` names.
    pub(crate) fn forget(&self, gone: impl Fn(&Caller) -> bool) {
        self.revision.fetch_add(1, Ordering::SeqCst);
        for shard in &self.shards {
            shard.write().unwrap_or_else(PoisonError::into_inner).retain(|_, kept| !gone(kept));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn caller(user: u128, expires: i64) -> Arc<Caller> {
        Arc::new(Caller {
            tenant: TenantId(Uuid::nil()),
            party: Party::Partner,
            user: Some(UserId(Uuid::from_u128(user))),
            app: AppId(Uuid::nil()),
            roles: Vec::new(),
            mfa: false,
            expires,
        })
    }

    #[test]
    fn entries_end_with_expiry_and_revocation() {
        let cache = TokenCache::default();
        let (one, two) = (hash("one"), hash("two"));
        cache.keep(one, caller(1, 100), cache.revision(), 0);
        cache.keep(two, caller(2, 100), cache.revision(), 0);
        assert!(cache.get(&one, 99).is_some());
        assert!(cache.get(&one, 100).is_none());
        cache.forget(|caller| caller.user == Some(UserId(Uuid::from_u128(1))));
        assert!(cache.get(&one, 0).is_none());
        assert!(cache.get(&two, 0).is_some());
    }

    #[test]
    fn a_check_that_began_before_a_revocation_is_not_kept() {
        let cache = TokenCache::default();
        let revision = cache.revision();
        cache.forget(|_| false);
        cache.keep(hash("one"), caller(1, 100), revision, 0);
        assert!(cache.get(&hash("one"), 0).is_none());
    }

    #[test]
    fn the_cache_is_bounded() {
        let cache = TokenCache::default();
        for n in 0..PER_SHARD + 10 {
            let mut key = [0_u8; 32];
            key[24..].copy_from_slice(&n.to_be_bytes());
            cache.keep(key, caller(1, 100), cache.revision(), 0);
        }
        let held: usize = cache.shards.iter().map(|shard| shard.read().expect("a lock").len()).sum();
        assert_eq!(held, PER_SHARD);
    }
}
