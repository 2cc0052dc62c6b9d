//! `treuhand witness`: cosigns checkpoints of logs that only grow.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use edge::tls::{Identity, public_server};
use edge::{Options, serve};
use ledger::{Checks, Policy, Quorum};
use tokio::net::TcpListener;
use treuhand::folder::{Folder, beside};
use treuhand::witness::{Witness, WitnessDoor, witness_key};

use super::{block_on, log, say, stop_asked};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::Zone;
use crate::config::{self, WitnessFile};

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Zone) -> Result<()> {
    log();
    let file: WitnessFile = config::read(&options.config)?;
    let inside = |path: &Path| config::beside(&options.config, path);
    let folder = Folder::open(&inside(&file.data))?;
    let entropy = Arc::new(SystemEntropy);
    let key = witness_key(&beside(&folder.root, "witness-key"), &file.name, &*entropy)?;
    let logs = file.logs.iter().map(|log| log.parse()).collect::<Result<Vec<_>, _>>();
    let logs = logs.context("logs must hold public keys as `treuhand log policy` prints them")?;
    let policy = Policy { logs, witnesses: Vec::new(), quorum: Quorum::None, checks: Checks::all() };
    let public = key.public().clone();
    let witness = Witness::open(&folder.root, key, policy, Arc::new(SystemClock))?;
    let mut edge = Options::new(entropy);
    if let Some(own) = &file.certificate {
        edge.tls = Some(public_server(Identity::from_files(&inside(&own.chain), &inside(&own.key))?)?);
    }
    edge.health.set_ready(true);
    block_on(async {
        let listener = TcpListener::bind(file.listen).await.context("cannot listen")?;
        let scheme = if edge.tls.is_some() { "https" } else { "http" };
        say(&format!("The witness listens on {}.", listener.local_addr()?));
        say("The line for policies:");
        say(&format!("witness w {public} {scheme}://{}", listener.local_addr()?));
        serve(listener, Arc::new(WitnessDoor::new(witness)), edge, stop_asked()).await;
        Ok(())
    })
}
