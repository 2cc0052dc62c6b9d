//! `treuhand trustee`: the trustee zone alone, over mutual TLS to the operator zone.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use edge::tls::{Identity, authorities, client, public_server};
use edge::{OperatorHttp, Options, Proxies, serve};
use envelope::{Argon2Cost, Unlock};
use tokio::net::TcpListener;
use treuhand::folder::Folder;
use treuhand::origin;
use treuhand::trustee_house::{TrusteeHouse, TrusteeParts, World};
use trustee::controls::Controls;

use super::{block_on, log, say, stop_asked};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::Zone;
use crate::config::{self, TrusteeFile};
use crate::stores;

/// How often what has to be done now and then is done.
const TICK: Duration = Duration::from_mins(1);

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Zone) -> Result<()> {
    log();
    let file: TrusteeFile = config::read(&options.config)?;
    let origin = origin::parse(&file.origin).context("origin")?;
    let proxies = Proxies::parse(&file.trusted_proxies).context("trusted_proxies")?;
    let folder = Folder::open(&config::beside(&options.config, &file.data))?;
    let world = World {
        profile: Arc::new(config::profile(&options.config, file.profile.as_ref())?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let key_file = file.key_file.as_ref().map(|path| config::beside(&options.config, path));
    let unlock = Unlock::KeyFile(folder.key(key_file.as_deref(), &*world.entropy)?);
    let store = stores::sqlite(&folder.trustee_store(), store::Schema::Trustee)?;
    let link = Arc::new(link(options, &file)?);
    let tls = tls(options, &file)?;
    let parts = TrusteeParts {
        store: store.clone(),
        unlock,
        origin,
        demo: file.demo,
        password_cost: Argon2Cost::default(),
        controls: Controls::all(),
    };
    block_on(async {
        let house = TrusteeHouse::open(parts, &world, link).await?;
        let listener = TcpListener::bind(file.listen).await.context("cannot listen")?;
        say(&format!("The trustee zone listens on {}.", listener.local_addr()?));
        say(&format!(
            "Assertion key for the operator's trustee_keys: {}",
            hex(&house.trustee.assertion_key())
        ));
        if !house.identity.is_founded().await? {
            say(&super::nobody(&format!("--config {}", options.config.display())));
        }
        let mut edge = Options::new(world.entropy.clone());
        edge.tls = tls;
        edge.proxies = proxies;
        edge.health.set_ready(true);
        let zone = Arc::new(house.trustee.clone());
        let served = serve(listener, zone, edge, stop_asked());
        tokio::select! {
            _ = served => {}
            () = keep(&house) => {}
        }
        house.tidy().await
    })?;
    store.close();
    Ok(())
}

/// Does what has to be done now and then; never ends.
async fn keep(house: &TrusteeHouse) {
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        if let Err(error) = house.tidy().await {
            tracing::warn!(%error, "housekeeping");
        }
    }
}

fn link(options: &Zone, file: &TrusteeFile) -> Result<OperatorHttp> {
    let beside = |path| config::beside(&options.config, path);
    let roots = match &file.operator.authority {
        Some(authority) => authorities(&beside(authority))?,
        None => rustls::RootCertStore::empty(),
    };
    let own = file.operator.certificate.as_ref();
    let own = own.map(|own| Identity::from_files(&beside(&own.chain), &beside(&own.key))).transpose()?;
    let plain = file.operator.root.starts_with("http://");
    anyhow::ensure!(
        !plain || file.operator.root.starts_with("http://127.0.0.1:"),
        "operator.root beyond loopback must be https with authority and certificate (mutual TLS)"
    );
    Ok(OperatorHttp::new(&file.operator.root, client(roots, own)?))
}

fn tls(options: &Zone, file: &TrusteeFile) -> Result<Option<Arc<rustls::ServerConfig>>> {
    let Some(own) = &file.certificate else { return Ok(None) };
    let beside = |path| config::beside(&options.config, path);
    Ok(Some(public_server(Identity::from_files(&beside(&own.chain), &beside(&own.key))?)?))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
