//! `treuhand restore`: fills a store from a backup.

use anyhow::{Context, Result};
use edge::residency::Keeping;
use store::{Existing, Schema, Store};
use treuhand::residency::Declared;

use super::say;
use crate::cli::{Place, Restore, StoreKind};

/// Restores and says what comes next.
pub fn run(options: &Restore) -> Result<()> {
    let existing = if options.replace { Existing::Replace } else { Existing::Refuse };
    let declared = super::backup::declared(&options.place)?;
    declared.keeps(&options.place.data, Keeping::Store)?;
    let (store, schema) = open(&options.place, &declared)?;
    let contents = store.restore(schema, &options.from, existing)?;
    let rows: u64 = contents.rows.values().sum();
    say(&format!("Restored {rows} rows of {} tables.", contents.rows.len()));
    if schema == Schema::Operator {
        say(
            "Records that are older now than the trustee knows are refused until two trustee officers accept it:",
        );
        say("POST /trustee/v1/restore-acts, confirmed by another one.");
    } else {
        say(
            "A store that is older than its log stays sealed until two officers have signed what is done about it:",
        );
        say(&format!("treuhand trustee-restore --data {}", options.place.data.display()));
    }
    Ok(())
}

/// The store that `place` names, without a schema when it is new: the restore brings its own.
fn open(place: &Place, declared: &Declared) -> Result<(Store, Schema)> {
    let (file, schema) = match place.zone {
        StoreKind::Operator => ("operator.db", Schema::Operator),
        StoreKind::Trustee => ("trustee.db", Schema::Trustee),
    };
    let store = match &place.postgres {
        Some(url) if schema == Schema::Operator => Store::open_postgres_by(url, 1, &declared.route()),
        Some(_) => anyhow::bail!("the trustee core is one SQLite store; leave out --postgres"),
        None => {
            std::fs::create_dir_all(&place.data).context("cannot make the data folder")?;
            Store::open_sqlite(place.data.join(file))
        }
    };
    Ok((store.context("cannot open the store")?, schema))
}
