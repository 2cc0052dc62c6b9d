//! `treuhand backup`: an online backup of one zone's store.

use anyhow::Result;
use edge::residency::Keeping;
use kernel::Clock;
use store::{Schema, Store};
use treuhand::residency::Declared;

use super::say;
use crate::ambient::SystemClock;
use crate::cli::{Backup, Place, StoreKind};

/// Writes the backup and says what is in it.
pub fn run(options: &Backup) -> Result<()> {
    let declared = declared(&options.place)?;
    declared.keeps(&options.to, Keeping::Backup)?;
    let (store, schema) = open(&options.place, &declared)?;
    let contents = store.backup(schema, &options.to, SystemClock.now().as_microsecond())?;
    let rows: u64 = contents.rows.values().sum();
    say(&format!("{} holds {rows} rows of {} tables.", options.to.display(), contents.rows.len()));
    if schema == Schema::Trustee {
        say("The key file is not in it. Keep both, in different places.");
    }
    Ok(())
}

/// What the place's folder declares, by the German profile.
pub fn declared(place: &Place) -> Result<Declared> {
    Declared::read(&place.data, &contract::profile::Profile::parse(contract::profile::GERMANY)?)
}

/// The store that `place` names, as it is.
fn open(place: &Place, declared: &Declared) -> Result<(Store, Schema)> {
    match (place.zone, &place.postgres) {
        (StoreKind::Operator, postgres) => {
            let path = place.data.join("operator.db");
            Ok((crate::stores::operator(postgres.as_deref(), &path, declared)?, Schema::Operator))
        }
        (StoreKind::Trustee, None) => {
            Ok((crate::stores::sqlite(&place.data.join("trustee.db"), Schema::Trustee)?, Schema::Trustee))
        }
        (StoreKind::Trustee, Some(_)) => {
            anyhow::bail!("the trustee core is one SQLite store; leave out --postgres")
        }
    }
}
