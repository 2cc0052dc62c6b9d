//! `treuhand trustee-key`: the public assertion key, before the trustee zone runs for the first time. The operator
//! zone needs it to start, and a demo world needs the operator zone to be planted.

use std::path::Path;

use anyhow::Result;
use treuhand::trustee_house::keys;

use super::ground::Ground;
use super::trustee::hex;
use super::{block_on, log, say};
use crate::cli::Zone;
use crate::config::{self, TrusteeFile};

/// Prints the key. Data folder, store and key file are made when they are missing.
pub fn run(options: &Zone) -> Result<()> {
    log();
    let file: TrusteeFile = config::read(&options.config)?;
    let ground = Ground::open(Some((&options.config, &file)), Path::new(""))?;
    block_on(async {
        let keys = keys(&ground.store, &ground.keeper, &ground.world).await?;
        say(&hex(&trustee::assertion_key(&keys).await?));
        Ok(())
    })?;
    ground.store.close();
    Ok(())
}
