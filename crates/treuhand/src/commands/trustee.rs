//! `treuhand trustee`: the trustee zone alone, over mutual TLS to the operator zone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use edge::management::HEALTH;
use edge::residency::Service;
use edge::tls::{Identity, authorities, client, public_server};
use edge::{Method, OperatorHttp, OperatorLink, OperatorRequest, Options, Proxies, Web, serve};
use envelope::Argon2Cost;
use tokio::net::TcpListener;
use treuhand::folder::Folder;
use treuhand::issuer_link::issuers;
use treuhand::origin;
use treuhand::residency::Declared;
use treuhand::seed::{self, Access, Roots};
use treuhand::trustee_house::{TrusteeHouse, TrusteeParts, World};
use treuhand::witness_link::{read_policy, witnessing};
use trustee::log::Witnessing;

use super::ground::Ground;
use super::{block_on, log, say, stop_asked};
use crate::cli::Zone;
use crate::config::{self, TrusteeFile};
use crate::controls;

/// How often what has to be done now and then is done.
const TICK: Duration = Duration::from_mins(1);

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Zone) -> Result<()> {
    log();
    let file: TrusteeFile = config::read(&options.config)?;
    let origin = origin::parse(&file.origin).context("origin")?;
    let proxies = Proxies::parse(&file.trusted_proxies).context("trusted_proxies")?;
    let ground = Ground::open(Some((&options.config, &file)), Path::new(""))?;
    let Ground { folder, world, keeper, store, declared } = ground;
    let link = Arc::new(link(options, &file, &declared)?);
    let tls = tls(options, &file)?;
    let operator_root = file.operator.root.trim_end_matches('/').to_owned();
    let roots = Roots { authority: origin.clone(), api_root: origin.clone(), operator_root };
    block_on(folder.follow_new_log_of(&store))?;
    let log = folder.log_home(&origin, witnesses(options, &file, &declared)?, &*world.entropy)?;
    let authority = file.issuer_authority.as_ref().map(|path| config::beside(&options.config, path));
    let parts = TrusteeParts {
        log,
        store: store.clone(),
        keeper,
        origin,
        demo: file.demo,
        password_cost: Argon2Cost::default(),
        controls: controls::of_trustee()?,
        logbook: None,
        issuers: Some(issuers(&declared, authority.as_deref())?),
    };
    block_on(async {
        if file.demo {
            let real = !folder.access_file().exists() && parts.core(&world).await?.1.is_founded().await?;
            ensure!(
                !real,
                "demo = true opens the doors to bare passwords, but this data folder holds an installation of real \
                 people. Leave it out, or choose another folder."
            );
        }
        let house = TrusteeHouse::open(parts, &world, link.clone()).await?;
        if file.demo {
            demo_world(&house, &world, &folder, roots, &link).await?;
        }
        let mut edge = Options::new(world.entropy.clone());
        house.stands_on(treuhand::host::here(), &edge.health).await;
        if let Some(digest) = declared.digest() {
            house.trustee.stays_within(digest).await?;
        }
        let listener = TcpListener::bind(file.listen).await.context("cannot listen")?;
        say(&format!("The trustee zone listens on {}.", listener.local_addr()?));
        say(&format!(
            "Assertion key for the operator's trustee_keys: {}",
            hex(&house.trustee.assertion_key())
        ));
        if file.demo {
            say(&format!("Demo accounts: {}", folder.access_file().display()));
        } else if !house.identity.is_founded().await? {
            say(&super::nobody(&format!("--config {}", options.config.display())));
        }
        say(&super::level(&house));
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

/// Plants the demo world into an empty trustee, and writes down where it answers.
async fn demo_world(
    house: &TrusteeHouse,
    world: &World,
    folder: &Folder,
    roots: Roots,
    link: &OperatorHttp,
) -> Result<()> {
    let accounts = folder.access_file();
    if !house.identity.is_founded().await? {
        // Nothing is planted before the operator answers: half a world would have to be removed on both sides.
        let asked = OperatorRequest::new(Method::GET, HEALTH, "");
        let answered = link.call(asked).await.context(
            "demo = true plants its partners at the operator, which does not answer. Start it first; \
             `treuhand trustee-key` prints the key that it needs",
        )?;
        ensure!(answered.status.is_success(), "the operator is not ready: {}", answered.status);
        folder.planting()?;
        seed::plant(house, world, &roots).await.context("planting the demo world")?.write(&accounts)?;
        return folder.planted();
    }
    Access::read(&accounts)?.reached_at(&roots, &accounts)?;
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

fn witnesses(options: &Zone, file: &TrusteeFile, declared: &Declared) -> Result<Witnessing> {
    let Some(named) = &file.witnesses else { return Ok(Witnessing::none()) };
    let beside = |path| config::beside(&options.config, path);
    let roots = named.authority.as_ref().map(|path| authorities(&beside(path))).transpose()?;
    let tls = client(roots.unwrap_or_else(rustls::RootCertStore::empty), None)?;
    let web = Web::new(tls, declared.outbound(Service::Witness));
    witnessing(read_policy(&beside(&named.policy))?, named.before_release, &web)
}

fn link(options: &Zone, file: &TrusteeFile, declared: &Declared) -> Result<OperatorHttp> {
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
    let tls = controls::link(client(roots, own)?);
    Ok(OperatorHttp::new(&file.operator.root, tls, declared.outbound(Service::Operator)))
}

fn tls(options: &Zone, file: &TrusteeFile) -> Result<Option<Arc<rustls::ServerConfig>>> {
    let Some(own) = &file.certificate else { return Ok(None) };
    let beside = |path| config::beside(&options.config, path);
    Ok(Some(public_server(Identity::from_files(&beside(&own.chain), &beside(&own.key))?)?))
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
