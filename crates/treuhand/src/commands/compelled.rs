//! `treuhand operator compelled-disclosure-export`: all that the operator could ever hand over.

use anyhow::Result;
use edge::residency::Keeping;
use kernel::Clock;
use treuhand::compelled::{Wanted, export};
use treuhand::residency::Declared;

use super::say;
use crate::ambient::SystemClock;
use crate::cli::Compelled;
use crate::config::{self, OperatorFile};
use crate::stores;

/// Writes it and says what is in it.
pub fn run(options: &Compelled) -> Result<()> {
    let file: OperatorFile = config::read(&options.config)?;
    let beside = |path: &std::path::PathBuf| config::beside(&options.config, path);
    // Not opened as a running zone does: the export may be made beside it.
    let data = beside(&file.data);
    let declared = Declared::read(&data, &config::profile(&options.config, file.profile.as_ref())?)?;
    declared.keeps(&options.out, Keeping::Backup)?;
    let store = stores::operator(file.postgres.as_deref(), &data.join("operator.db"), &declared)?;
    let mut files = vec![options.config.clone()];
    if let Some(own) = &file.certificate {
        files.extend([beside(&own.chain), beside(&own.key)]);
    }
    files.extend(file.gateway_authority.as_ref().map(beside));
    let wanted = Wanted {
        store: &store,
        files: &files,
        tenant: options.tenant.as_deref(),
        to: &options.out,
        now: SystemClock.now().as_microsecond(),
    };
    let counts = export(&wanted)?;
    store.close();
    let rows: u64 = counts.values().sum();
    let (tables, files) = (counts.len(), files.len());
    say(&format!("{} holds {rows} rows of {tables} tables and {files} files.", options.out.display()));
    say("Whatever is private in it is sealed; the keys are the trustee's.");
    Ok(())
}
