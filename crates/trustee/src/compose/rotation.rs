//! Rotating tenants' keys, and telling the log of each epoch that was made, once: the entry commits with the mark that it
//! was told.

use access::Kind;
use contract::resources::trustee::KeyRotation;
use edge::{Response, StatusCode};
use kernel::{Problem, TenantId};
use store::Tx;
use store::trustee::keys;
use store::trustee::rotations::{self, Rotation};

use super::{answer, date};
use crate::gateway::{Call, Gateway};
use crate::grants::who;
use crate::log::{Draft, Pen};

/// Epochs told of in one round.
const ROUND: u32 = 500;

impl Gateway {
    /// Rotates a customer's keys on an officer's word.
    pub(crate) async fn rotate_customer_keys(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let caller = call.caller.clone();
        let officer = move |tx: &mut Tx| who(tx, &caller, &[Kind::TrusteeOfficer]);
        let officer = self.store.try_read("rotating-officer", officer).await?;
        let tenant = call.owner();
        self.rotate_keys(tenant, Some(&officer.id.to_string())).await?;
        self.key_rotation(call).await
    }

    /// How far the latest rotation of a customer's keys is.
    pub(crate) async fn key_rotation(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let (row, old) = self.keys.rotation(call.owner()).await?.ok_or_else(unknown)?;
        let state = match row {
            Rotation { rewrapped_at: 0, .. } => "rewrapping",
            Rotation { retired_at: 0, .. } => "rewrapped",
            _ => "done",
        };
        let shown = KeyRotation {
            customer_id: Some(row.tenant.to_string()),
            state: Some(state.to_owned()),
            rotated_date: date(row.begun_at),
            rewrapped_date: date(row.rewrapped_at),
            old_wraps: Some(old.cast_signed()),
            key_version: Some(row.version.into()).filter(|version| *version != 0),
            old_versions_disabled_date: date(row.retired_at),
        };
        Ok(answer(StatusCode::OK, &shown))
    }

    /// Goes on with rotations that broke off, and tells the log whose older versions are disabled now.
    pub(crate) async fn tend_rotations(&self) -> Result<(), Problem> {
        for row in self.keys.tend_rotations().await? {
            let ended = Rotation { retired_at: self.clock.now().as_microsecond(), ..row };
            let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
                rotations::put(tx, &ended)?;
                let draft =
                    Draft::of(ledger::Kind::KeyRotate).about(ended.tenant).because("old-versions-disabled");
                pen.note(tx, &draft.counting("version", ended.version.into())).map(|_| ())
            };
            self.log.act(&[ended.tenant], act).await?;
        }
        Ok(())
    }

    /// Starts a new epoch of a tenant's keys. What older epochs sealed still opens.
    pub(crate) async fn rotate_keys(&self, tenant: TenantId, by: Option<&str>) -> Result<(), Problem> {
        let epoch = self.keys.rotate(tenant).await?;
        self.tell_key(tenant, epoch, by.map(ToOwned::to_owned)).await
    }

    /// Tells the log of keys that were made or rotated and that it does not know of.
    pub(crate) async fn tell_keys(&self) -> Result<(), Problem> {
        let untold = self.store.read("untold-keys", |tx| keys::untold(tx, ROUND)).await?;
        for (tenant, epoch) in untold {
            self.tell_key(tenant, epoch, None).await?;
        }
        Ok(())
    }

    async fn tell_key(&self, tenant: TenantId, epoch: u32, by: Option<String>) -> Result<(), Problem> {
        let act = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            if !keys::told(tx, tenant, epoch)? {
                return Ok(());
            }
            let kind = if epoch == 1 { ledger::Kind::KeyCreate } else { ledger::Kind::KeyRotate };
            let draft = Draft::of(kind).about(tenant).counting("epoch", epoch.into());
            let draft = by.iter().fold(draft, |draft, by| draft.by(by));
            pen.note(tx, &draft).map(|_| ())
        };
        self.log.act(&[tenant], act).await.map(|_| ())
    }
}

fn unknown() -> Problem {
    contract::errors::not_found("The keys of this customer were never rotated.")
}
