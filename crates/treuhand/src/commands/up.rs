//! `treuhand up`: the whole partner center in one process, on embedded storage.

use anyhow::Result;

use super::{block_on, log, say, stop_asked};
use crate::cli::Up;
use crate::instance::{Ground, Instance};

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Up) -> Result<()> {
    log();
    let ground = Ground::open(options)?;
    block_on(async {
        let instance = Instance::start(ground, options).await?;
        announce(options, &instance)?;
        instance.run(stop_asked()).await
    })
}

fn announce(options: &Up, instance: &Instance) -> Result<()> {
    let (roots, access) = (&instance.roots, instance.access.as_ref());
    if options.json {
        say(&serde_json::to_string(&serde_json::json!({ "roots": roots, "access": access }))?);
        return Ok(());
    }
    say(&format!("Treuhand {} is up.", env!("CARGO_PKG_VERSION")));
    say(&format!("  Partner API and portal   {}", roots.api_root));
    say(&format!("  Operator zone            {}", roots.operator_root));
    say(&format!("  {}", super::level(instance.zone())));
    say("  Both zones run in one process: this shows how it works; it protects nothing from root.");
    if instance.empty {
        say(&format!("  {}", super::nobody(&format!("--data {}", options.data.display()))));
    }
    if let Some(access) = access {
        say("  Demo accounts (also in access.json of the data folder):");
        for line in access.lines() {
            say(&format!("    {line}"));
        }
    }
    Ok(())
}
