//! The keys that sign access tokens, and their turn-over: a new key is published before it signs, and an old
//! one stays published until the last token it signed has expired.

use crate::identity::claims::TOKEN_SECONDS;
use crate::identity::jws::{PublicKey, SigningKey};
use crate::keys::{HOUSE, Keys};
use kernel::{Micros, Problem};
use std::sync::{Arc, PoisonError, RwLock};
use store::Store;
use store::trustee::tokens::{self, SigningKeyRow};

const SECOND: Micros = 1_000_000;
/// Clients keep our published keys for a day at most.
const PUBLISHED_BEFORE: Micros = 24 * 3600 * SECOND;
/// How long a key signs.
const SIGNS_FOR: Micros = 30 * 24 * 3600 * SECOND;
/// Beyond a token's life, for clocks that differ.
const KEPT_AFTER: Micros = (TOKEN_SECONDS + 600) * SECOND;

struct Entry {
    key: SigningKey,
    public: PublicKey,
    signs_from: Micros,
}

/// The signing keys in memory.
pub(crate) struct Signing {
    keys: RwLock<Arc<Vec<Entry>>>,
}

impl Signing {
    pub(crate) async fn open(store: &Store, keys: &Keys, now: Micros) -> Result<Self, Problem> {
        let signing = Self { keys: RwLock::default() };
        signing.load(store, keys).await?;
        if signing.all().is_empty() {
            signing.add(store, keys, now, now).await?;
        }
        Ok(signing)
    }

    /// The key that signs now.
    pub(crate) fn sign<C: serde::Serialize>(&self, claims: &C, now: Micros) -> Result<String, Problem> {
        let all = self.all();
        let current = all.iter().rev().find(|entry| entry.signs_from <= now).or(all.first());
        current.and_then(|entry| entry.key.sign(claims)).ok_or_else(Problem::internal)
    }

    /// The published key of this id.
    pub(crate) fn public(&self, kid: &str) -> Option<PublicKey> {
        self.all().iter().find(|entry| entry.public.kid == kid).map(|entry| entry.public.clone())
    }

    /// All published keys.
    pub(crate) fn published(&self) -> Vec<PublicKey> {
        self.all().iter().map(|entry| entry.public.clone()).collect()
    }

    pub(crate) async fn rotate(&self, store: &Store, keys: &Keys, now: Micros) -> Result<(), Problem> {
        self.add(store, keys, now, now + PUBLISHED_BEFORE).await
    }

    /// Makes the next key when the newest has signed long enough, and drops those nobody needs.
    pub(crate) async fn maintain(&self, store: &Store, keys: &Keys, now: Micros) -> Result<(), Problem> {
        let newest = self.all().last().map(|entry| entry.signs_from);
        if newest.is_none_or(|from| from + SIGNS_FOR - PUBLISHED_BEFORE <= now) {
            self.rotate(store, keys, now).await?;
        }
        let all = self.all();
        let outlived: Vec<String> = all
            .windows(2)
            .filter(|pair| pair[1].signs_from + KEPT_AFTER <= now)
            .map(|pair| pair[0].public.kid.clone())
            .collect();
        if !outlived.is_empty() {
            let drop = move |tx: &mut store::Tx| {
                outlived.iter().try_for_each(|kid| tokens::drop_signing_key(tx, kid))
            };
            store.write("drop-signing-keys", drop).await?;
            self.load(store, keys).await?;
        }
        Ok(())
    }

    fn all(&self) -> Arc<Vec<Entry>> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    async fn load(&self, store: &Store, keys: &Keys) -> Result<(), Problem> {
        let rows = store.read("signing-keys", tokens::signing_keys).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let der = keys.unwrap(HOUSE, &aad(&row.kid), row.wrapped).await?;
            let key = SigningKey::from_pkcs8(&der).ok_or_else(Problem::internal)?;
            let public = key.public().ok_or_else(Problem::internal)?;
            entries.push(Entry { key, public, signs_from: row.signs_from });
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(entries);
        Ok(())
    }

    async fn add(&self, store: &Store, keys: &Keys, now: Micros, signs_from: Micros) -> Result<(), Problem> {
        let made = tokio::task::spawn_blocking(SigningKey::generate).await;
        let key = made.ok().flatten().ok_or_else(Problem::internal)?;
        let der = key.to_pkcs8().ok_or_else(Problem::internal)?;
        let wrapped = keys.wrap(HOUSE, &aad(key.kid()), &der).await?;
        let row = SigningKeyRow { kid: key.kid().to_owned(), wrapped, created: now, signs_from };
        store.write("add-signing-key", move |tx| tokens::add_signing_key(tx, &row)).await?;
        self.load(store, keys).await
    }
}

fn aad(kid: &str) -> Vec<u8> {
    format!("signing key {kid}").into_bytes()
}
