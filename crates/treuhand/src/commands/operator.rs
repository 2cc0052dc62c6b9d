//! `treuhand operator`: the operator zone alone. This build need not contain anything that opens an envelope.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use edge::residency::{Keeping, Service};
use edge::tls::{Identity, authorities, mutual_server, public_server};
use edge::{Options, serve};
use operator::{Operator, OperatorConfig};
use tokio::net::TcpListener;
use treuhand::folder::Folder;
use treuhand::guards::Guard;
use treuhand::link::OperatorDoor;
use treuhand::residency::{Declared, Needs};

use super::{block_on, log, say, stop_asked};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::Zone;
use crate::config::{self, OperatorFile};
use crate::controls;
use crate::stores;

/// How often what is due is looked for.
const TICK: Duration = Duration::from_mins(1);

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Zone) -> Result<()> {
    log();
    let file: OperatorFile = config::read(&options.config)?;
    let data = config::beside(&options.config, &file.data);
    let folder = Folder::open(&data)?;
    let profile = Arc::new(config::profile(&options.config, file.profile.as_ref())?);
    let declared = Declared::read(&folder.root, &profile)?;
    needs(&file, &folder)?.check(&declared, &folder.root)?;
    let store = stores::operator(file.postgres.as_deref(), &folder.operator_store(), &declared)?;
    let clock = Arc::new(SystemClock);
    let entropy = Arc::new(SystemEntropy);
    let config = OperatorConfig {
        store: store.clone(),
        profile,
        catalogue: Arc::new(crate::sold::catalogue()?),
        trustee_keys: file.trustee_keys.iter().map(|key| key_of(key)).collect::<Result<_>>()?,
        clock,
        entropy: entropy.clone(),
    };
    let zone = Operator::with(config, controls::of_operator()?);
    let mut edge = Options::new(entropy);
    edge.tls = tls(options, &file)?;
    let host = treuhand::host::here();
    edge.health.tell(move || host.member());
    edge.health.set_ready(true);
    block_on(async {
        let listener = TcpListener::bind(file.listen).await.context("cannot listen")?;
        say(&format!("The operator zone listens on {}.", listener.local_addr()?));
        let jobs = zone.clone();
        tokio::select! {
            _ = serve(listener, OperatorDoor::new(zone), edge, stop_asked()) => {}
            () = keep(&jobs) => {}
        }
        Ok(())
    })?;
    store.close();
    Ok(())
}

/// What the zone keeps and calls.
fn needs(file: &OperatorFile, folder: &Folder) -> Result<Needs> {
    let hosts = file.postgres.as_deref().map(store::postgres_hosts).transpose()?.unwrap_or_default();
    let needs = Needs::default().keeping(&folder.root, Keeping::Store);
    Ok(hosts.iter().fold(needs, |needs, (name, port)| needs.calling(name, *port, Service::Database)))
}

/// Lets days pass on every account's clock; never ends.
async fn keep(zone: &Operator) {
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        if let Err(error) = zone.tick().await {
            tracing::warn!(%error, "housekeeping");
        }
    }
}

fn tls(options: &Zone, file: &OperatorFile) -> Result<Option<Arc<rustls::ServerConfig>>> {
    match (&file.certificate, &file.gateway_authority) {
        (Some(own), Some(gateway)) => {
            let beside = |path| config::beside(&options.config, path);
            let identity = Identity::from_files(&beside(&own.chain), &beside(&own.key))?;
            if !controls::guards().on(Guard::GatewayCertificate) {
                return Ok(Some(public_server(identity)?));
            }
            Ok(Some(mutual_server(identity, authorities(&beside(gateway))?)?))
        }
        (None, None) if file.listen.ip().is_loopback() => Ok(None),
        (None, None) => {
            bail!("a listener beyond loopback needs certificate and gateway_authority (mutual TLS)")
        }
        _ => bail!("certificate and gateway_authority go together"),
    }
}

/// A public key from its hexadecimal text.
fn key_of(text: &str) -> Result<[u8; 32]> {
    let mut key = [0; 32];
    let text = text.trim();
    let well_formed = text.len() == 64 && text.is_ascii();
    for (place, byte) in key.iter_mut().enumerate() {
        let pair = text.get(2 * place..2 * place + 2).filter(|_| well_formed);
        let parsed = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        *byte = parsed
            .context("trustee_keys must hold 64 hexadecimal digits each; `treuhand trustee` prints them")?;
    }
    Ok(key)
}
