//! Rotating tenants' keys, so that it can be broken off anywhere and goes on where it stopped.
//!
//! The key service makes a new version, everything that is wrapped under an older one is wrapped anew, and when nothing
//! was for a while the older ones are disabled.
//!
//! Invariants: at no moment is anything unreadable; an older version is disabled only after a count found nothing under it,
//! later than any call that could still hold what it read before.

use envelope::{KeyError, Wrapped};
use kernel::{Micros, Problem, TenantId};
use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};
use store::Tx;
use store::trustee::keys as rows;
use store::trustee::rotations::{self, Rotation, Shelf, WrapRow};

use super::{DETAIL_AAD, Keys, problem, sealing_aad};
use crate::controls::Control;

/// Wrapped things looked at in one step.
const PAGE: u32 = 200;
/// No call takes so long between reading what is wrapped and unwrapping it, or wrapping and storing.
const REST: Micros = 2 * 60 * 1_000_000;

impl Keys {
    /// Starts a new epoch of a tenant's keys and wraps everything older anew; ends what broke off. Everything still
    /// opens. Answers the epoch.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached: then it goes on at [`Keys::tend_rotations`].
    pub async fn rotate(&self, tenant: TenantId) -> Result<u32, Problem> {
        self.not_erased(tenant).await?;
        let now = self.clock.now().as_microsecond();
        let begin = move |tx: &mut Tx| {
            if let Some(broken_off) = rotations::of(tx, tenant)?.filter(|known| known.rewrapped_at == 0) {
                return Ok(broken_off);
            }
            let newest = rows::sealing(tx, tenant)?.iter().map(|row| row.epoch).max().unwrap_or(0);
            let (epoch, begun_at) = (newest + 1, now);
            let row = Rotation { tenant, epoch, version: 0, begun_at, rewrapped_at: 0, retired_at: 0 };
            rotations::put(tx, &row)?;
            Ok(row)
        };
        let row = self.store.write("begin-rotation", begin).await?;
        self.go_on(row).await
    }

    async fn go_on(&self, mut row: Rotation) -> Result<u32, Problem> {
        let tenant = row.tenant;
        if row.version == 0 {
            row.version = self.service.rotate(tenant).await.map_err(|error| problem(&error))?.newest;
            self.keep_rotation(row).await?;
        }
        if !self.controls.on(Control::RetireLast) {
            self.service.retire(tenant, row.version).await.map_err(|error| problem(&error))?;
        }
        self.add_epoch(tenant, row.epoch).await?;
        self.forget(tenant);
        self.rewrap(row).await?;
        row.rewrapped_at = self.clock.now().as_microsecond();
        self.keep_rotation(row).await?;
        Ok(row.epoch)
    }

    async fn keep_rotation(&self, row: Rotation) -> Result<(), Problem> {
        Ok(self.store.write("keep-rotation", move |tx| rotations::put(tx, &row)).await?)
    }

    /// Goes on with what broke off, and disables versions that nothing needs any more. Answers whose were disabled now;
    /// the caller tells the log and notes the end with it.
    ///
    /// # Errors
    /// The first failure; the rest is done at the next call.
    pub async fn tend_rotations(&self) -> Result<Vec<Rotation>, Problem> {
        let (mut after, mut retired) = (None, Vec::new());
        loop {
            let read = move |tx: &mut Tx| rotations::open(tx, after, PAGE);
            let page = self.store.read("open-rotations", read).await?;
            let Some(last) = page.last() else { return Ok(retired) };
            after = Some(last.tenant);
            for row in page {
                match self.tend(row).await {
                    Ok(true) => retired.push(row),
                    Ok(false) => {}
                    Err(problem) if problem.status == 410 => {
                        let tenant = row.tenant;
                        self.store.write("drop-rotation", move |tx| rotations::drop_of(tx, tenant)).await?;
                    }
                    // One key service's refusal must not keep the others' keys waiting.
                    Err(problem) => tracing::warn!(slug = problem.slug, "a rotation cannot go on"),
                }
            }
        }
    }

    /// The next step of one rotation; true when the older versions are disabled.
    async fn tend(&self, mut row: Rotation) -> Result<bool, Problem> {
        self.not_erased(row.tenant).await?;
        if row.rewrapped_at == 0 {
            return self.go_on(row).await.map(|_| false);
        }
        let now = self.clock.now().as_microsecond();
        if now < row.rewrapped_at + REST {
            return Ok(false);
        }
        if self.old_wraps(row).await? > 0 {
            self.rewrap(row).await?;
            row.rewrapped_at = now;
            return self.keep_rotation(row).await.map(|()| false);
        }
        match self.service.retire(row.tenant, row.version).await {
            Ok(_) => {
                self.stuck().remove(&row.tenant);
                Ok(true)
            }
            Err(error @ (KeyError::Unavailable(_) | KeyError::Conflict)) => {
                // Tried again each minute; said once. What a policy forbids is in the findings of the look at the keys.
                if self.stuck().insert(row.tenant, error.clone()).as_ref() != Some(&error) {
                    tracing::warn!(%error, tenant = %row.tenant, "older versions of a key stay enabled");
                }
                Ok(false)
            }
            Err(error) => Err(problem(&error)),
        }
    }

    fn stuck(&self) -> MutexGuard<'_, BTreeMap<TenantId, KeyError>> {
        self.stuck.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A tenant's latest rotation, and how many things are still wrapped under older versions.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn rotation(&self, tenant: TenantId) -> Result<Option<(Rotation, u64)>, Problem> {
        let Some(row) = self.store.read("rotation", move |tx| rotations::of(tx, tenant)).await? else {
            return Ok(None);
        };
        let old = if row.version == 0 { 0 } else { self.old_wraps(row).await? };
        Ok(Some((row, old)))
    }

    async fn rewrap(&self, row: Rotation) -> Result<(), Problem> {
        let tenant = row.tenant;
        for place in Shelf::ALL {
            let mut after = String::new();
            while let Some(page) = self.shelved(place, tenant, &after).await? {
                for old in page {
                    after.clone_from(&old.id);
                    let Some((mark, wrapped)) = self.older(place, &old, row.version) else { continue };
                    let aad = bound_to(place, &old.id);
                    let anew = self.service.rewrap(tenant, &aad, &Wrapped(wrapped.to_vec())).await;
                    let anew = [mark, &anew.map_err(|error| problem(&error))?.0].concat();
                    let put = move |tx: &mut Tx| rotations::replace(tx, place, tenant, &old, &anew);
                    self.store.write("rewrap", put).await?;
                }
            }
        }
        Ok(())
    }

    async fn old_wraps(&self, row: Rotation) -> Result<u64, Problem> {
        let mut old = 0;
        for place in Shelf::ALL {
            let mut after = String::new();
            while let Some(page) = self.shelved(place, row.tenant, &after).await? {
                old += page.iter().filter(|one| self.older(place, one, row.version).is_some()).count() as u64;
                after = page.last().map(|last| last.id.clone()).unwrap_or_default();
            }
        }
        Ok(old)
    }

    /// The next page of a shelf; none after the last.
    async fn shelved(
        &self,
        place: Shelf,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<Vec<WrapRow>>, Problem> {
        let after = after.to_owned();
        let read = move |tx: &mut Tx| rotations::shelved(tx, place, tenant, &after, PAGE);
        let page = self.store.read("shelved", read).await?;
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    /// What the key service wrapped under a version before this one, with what stands before it in the row.
    fn older<'r>(&self, place: Shelf, row: &'r WrapRow, version: u32) -> Option<(&'r [u8], &'r [u8])> {
        let (mark, wrapped) = match place {
            Shelf::Reports => crate::reports::under_own_key(&row.wrapped)?,
            Shelf::Sealing | Shelf::Detail | Shelf::Factors | Shelf::Issuer => row.wrapped.split_at(0),
        };
        // What nobody knows the version of was not wrapped by this service; it is not made worse.
        self.service.version(wrapped).is_some_and(|of| of < version).then_some((mark, wrapped))
    }
}

/// What something on a shelf is bound to besides its tenant.
fn bound_to(shelf: Shelf, id: &str) -> Vec<u8> {
    match shelf {
        Shelf::Sealing => sealing_aad(id.parse().unwrap_or(0)), // it was made of a number
        Shelf::Detail => DETAIL_AAD.to_vec(),
        Shelf::Reports => crate::reports::bundle_aad(id),
        Shelf::Factors => crate::identity::factor_aad(id),
        Shelf::Issuer => crate::identity::issuer_aad(id),
    }
}
