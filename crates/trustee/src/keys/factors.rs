//! People's second factors, wrapped under their tenant's key, or under the house's once the tenant's is destroyed: who may
//! still see the dates of an erasure must be able to sign in.
//!
//! Invariant: what is wrapped under the house's key says so in its first bytes; before a tenant's key is destroyed its
//! people's second factors are under the house's.

use super::{HOUSE, Keys};
use crate::identity::factor_aad;
use kernel::{Problem, TenantId};
use store::Tx;
use store::trustee::rotations::{self, Shelf};
use zeroize::Zeroizing;

/// What stands before a wrap of the house's.
const OURS: &[u8] = b"house:";
/// People looked at at once.
const PAGE: u32 = 200;

impl Keys {
    /// Wraps a person's second factor.
    pub(crate) async fn wrap_factor(
        &self,
        tenant: TenantId,
        person: &str,
        secret: &[u8],
    ) -> Result<Vec<u8>, Problem> {
        match self.wrap(tenant, &factor_aad(person), secret).await {
            Err(problem) if problem.status == 410 => self.wrap_ours(person, secret).await,
            wrapped => wrapped,
        }
    }

    /// Unwraps it.
    pub(crate) async fn unwrap_factor(
        &self,
        tenant: TenantId,
        person: &str,
        wrapped: Vec<u8>,
    ) -> Result<Zeroizing<Vec<u8>>, Problem> {
        match wrapped.strip_prefix(OURS) {
            Some(ours) => self.unwrap(HOUSE, &factor_aad(person), ours.to_vec()).await,
            None => self.unwrap(tenant, &factor_aad(person), wrapped).await,
        }
    }

    /// Puts the second factors of a tenant's people under the house's key, before the tenant's is destroyed. Asked again it
    /// ends what broke off.
    pub(crate) async fn keep_factors(&self, tenant: TenantId) -> Result<(), Problem> {
        let mut after = String::new();
        loop {
            let from = after.clone();
            let read = move |tx: &mut Tx| rotations::shelved(tx, Shelf::Factors, tenant, &from, PAGE);
            let page = self.store.read("kept-factors", read).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.id);
            for old in page.into_iter().filter(|old| !old.wrapped.starts_with(OURS)) {
                let secret = match self.unwrap(tenant, &factor_aad(&old.id), old.wrapped.clone()).await {
                    Ok(secret) => secret,
                    // An answer that was lost: the key is gone, and this one is with it.
                    Err(problem) if problem.status == 410 => return Ok(()),
                    Err(problem) if problem.status == 503 => return Err(problem),
                    Err(_) => {
                        tracing::warn!("a second factor does not open; its person sets it up anew");
                        continue; // an erasure does not wait for it
                    }
                };
                let anew = self.wrap_ours(&old.id, &secret).await?;
                let put = move |tx: &mut Tx| rotations::replace(tx, Shelf::Factors, tenant, &old, &anew);
                self.store.write("keep-factor", put).await?;
            }
        }
    }

    async fn wrap_ours(&self, person: &str, secret: &[u8]) -> Result<Vec<u8>, Problem> {
        Ok([OURS, &self.wrap(HOUSE, &factor_aad(person), secret).await?].concat())
    }
}
