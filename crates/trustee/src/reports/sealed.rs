//! How bundles are kept: sealed under a key of their own, which the customer's key wraps.
//!
//! Invariants: each bundle has a fresh key, so its nonce may be zero; the report's id is bound to it; the bundle of a
//! customer whose keys are destroyed holds no details any more, and is kept under the house's key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use kernel::{Problem, TenantId};
use store::Tx;
use store::trustee::reports::{self as rows, SealedBundle};
use zeroize::Zeroizing;

use super::Reports;
use crate::keys::HOUSE;

const TENANTS: u8 = 1;
const HOUSES: u8 = 2;

impl Reports {
    /// Seals a bundle.
    pub(super) async fn seal(
        &self,
        tenant: TenantId,
        report: &str,
        mut text: Vec<u8>,
    ) -> Result<SealedBundle, Problem> {
        let mut key = Zeroizing::new([0_u8; 32]);
        self.entropy.fill(key.as_mut());
        let (whose, wrapped) = match self.keys.wrap(tenant, &bundle_aad(report), key.as_ref()).await {
            Ok(wrapped) => (TENANTS, wrapped),
            Err(problem) if matches!(problem.status, 404 | 410) => {
                (HOUSES, self.keys.wrap(HOUSE, &bundle_aad(report), key.as_ref()).await?)
            }
            Err(problem) => return Err(problem),
        };
        let sealed =
            aead(&key[..])?.seal_in_place_append_tag(nonce(), Aad::from(bundle_aad(report)), &mut text);
        sealed.map_err(|_| Problem::internal())?;
        Ok(SealedBundle { wrapped: [&[whose][..], &wrapped].concat(), sealed: text })
    }

    /// The bundle of an issued report. 410 once the customer's keys are destroyed.
    pub(super) async fn unseal(&self, tenant: TenantId, report: &str) -> Result<Vec<u8>, Problem> {
        let id = report.to_owned();
        let kept = self.store.read("report_bundle", move |tx: &mut Tx| rows::bundle(tx, &id)).await?;
        let SealedBundle { wrapped, mut sealed } = kept.ok_or_else(Problem::internal)?;
        let owner = match wrapped.first() {
            Some(&TENANTS) => tenant,
            _ => HOUSE,
        };
        let wrapped = wrapped.get(1..).unwrap_or_default().to_vec();
        let key = self.keys.unwrap(owner, &bundle_aad(report), wrapped).await?;
        let plain = aead(&key)?.open_in_place(nonce(), Aad::from(bundle_aad(report)), &mut sealed);
        let length = plain.map_err(|_| damaged())?.len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// What the key of a bundle is bound to.
pub(crate) fn bundle_aad(report: &str) -> Vec<u8> {
    format!("access report {report}").into_bytes()
}

/// The mark of a key that a tenant's own key wraps, and what that wrapped; none where the house's did.
pub(crate) fn under_own_key(kept: &[u8]) -> Option<(&[u8], &[u8])> {
    Some(kept.split_at_checked(1)?).filter(|(mark, _)| **mark == [TENANTS])
}

fn aead(key: &[u8]) -> Result<LessSafeKey, Problem> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| Problem::internal())
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn damaged() -> Problem {
    tracing::error!("a kept report was changed");
    Problem::internal()
}
