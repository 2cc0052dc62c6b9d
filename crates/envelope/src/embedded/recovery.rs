//! The root in parts, and back again.
//!
//! Invariants: a root leaves only as sealed shares; a root that comes back counts when it opens what it wrapped.

use super::{Embedded, ROTATION_PAGE, Vault, key_aad};
use crate::root::{SealedRoot, Unlock};
use crate::service::{KeyError, SharePlan};
use crate::shares::{self, SealedShare, Set, Share};
use crate::wrap;
use kernel::Entropy;
use zeroize::Zeroizing;

/// Length of a root.
const ROOT: usize = 32;

/// A root that shares brought back, and what they held besides. Without `Debug`; wiped when dropped.
pub struct Recovered {
    /// Its version.
    pub epoch: u32,
    root: Zeroizing<[u8; ROOT]>,
    /// What came back with it.
    pub beside: Zeroizing<Vec<u8>>,
}

impl Recovered {
    /// Joins shares.
    ///
    /// # Errors
    /// When they do not make a whole.
    pub fn of(parts: &[Share]) -> Result<Self, KeyError> {
        let secret = shares::join(parts).map_err(|why| KeyError::Shares(why.to_string()))?;
        let (root, beside) = secret.split_first_chunk::<ROOT>().ok_or(KeyError::Refused)?;
        let epoch = parts.first().map_or(0, |share| share.head.set.root); // join wants one at least
        Ok(Self { epoch, root: Zeroizing::new(*root), beside: Zeroizing::new(beside.to_vec()) })
    }

    /// Tries whether it is the root of this vault: it must be its only one, and open what was wrapped under it.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when it is not.
    pub async fn fits(&self, vault: &dyn Vault) -> Result<(), KeyError> {
        let roots = vault.roots().await?;
        if roots.len() != 1 || roots[0].epoch != self.epoch {
            return Err(KeyError::Shares(format!(
                "they are of version {} of the root, and what is sealed here is of version {}",
                self.epoch,
                roots.iter().map(|row| row.epoch.to_string()).collect::<Vec<_>>().join(" and ")
            )));
        }
        let mut after = None;
        loop {
            let rows = vault.page(after, ROTATION_PAGE).await?;
            let Some(last) = rows.last() else { return Err(KeyError::Refused) };
            after = Some(last.tenant);
            for row in rows {
                let Some(wrapped) = &row.wrapped else { continue };
                let opened = wrap::unwrap_key(&self.root, &key_aad(row.tenant, row.epoch), wrapped);
                return opened.map(|_| ()).ok_or(KeyError::Refused);
            }
        }
    }

    /// The root sealed anew.
    ///
    /// # Errors
    /// When the cryptographic library refuses.
    pub fn sealed(&self, unlock: &Unlock, entropy: &dyn Entropy) -> Result<SealedRoot, KeyError> {
        SealedRoot::seal(&self.root, self.epoch, unlock, entropy)
    }
}

impl Embedded {
    pub(super) fn shared(&self, plan: &SharePlan<'_>) -> Result<(u32, Vec<SealedShare>), KeyError> {
        let (epoch, root) = self.newest_root()?;
        let SharePlan { instance, id, needed, holders, beside } = *plan;
        let of = u8::try_from(holders.len()).unwrap_or(u8::MAX);
        let set = Set { instance: instance.to_owned(), id: id.to_owned(), root: epoch, needed, of };
        let secret = Zeroizing::new([root.as_slice(), beside].concat());
        let made = shares::split(&secret, &set, holders, self.entropy.as_ref());
        made.map(|made| (epoch, made)).map_err(|why| KeyError::Shares(why.to_string()))
    }
}
