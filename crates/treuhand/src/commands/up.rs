//! `treuhand up`: the whole partner center in one process, on embedded storage.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use contract::profile::Profile;
use edge::{Options, serve};
use envelope::{Argon2Cost, Unlock};
use tokio::net::TcpListener;
use treuhand::folder::Folder;
use treuhand::house::{House, TrusteeParts, World};
use treuhand::link::OperatorDoor;
use treuhand::seed::{self, Access, Roots};
use trustee::controls::Controls;

use super::{block_on, log, say, stop_asked};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::Up;
use crate::{stores, tls};

/// How often what has to be done now and then is done.
const TICK: Duration = Duration::from_mins(1);

/// Runs until SIGTERM or Ctrl-C.
pub fn run(options: &Up) -> Result<()> {
    log();
    let folder = Folder::open(&options.data)?;
    let demo = !options.no_demo;
    let access_file = folder.root.join("access.json");
    let world = world()?;
    let unlock = Unlock::KeyFile(folder.key(None, &*world.entropy)?);
    let first_start = folder.is_new();
    let trustee_store = stores::sqlite(&folder.trustee_store(), store::Schema::Trustee)?;
    let operator_store = stores::operator(options.postgres.as_deref(), &folder.operator_store())?;
    block_on(async {
        let doors = Doors::open(options, &folder.root.join("tls"), &world).await?;
        let parts = TrusteeParts {
            store: trustee_store.clone(),
            unlock,
            origin: doors.roots.api_root.clone(),
            demo,
            password_cost: Argon2Cost::default(),
            controls: Controls::all(),
        };
        let house =
            House::open(parts, operator_store.clone(), Arc::new(crate::sold::catalogue()?), &world).await?;
        if first_start && demo {
            let planted = seed::plant(&house.trustee, &world, &doors.roots);
            planted.await.context("seeding the demo world")?.write(&access_file)?;
        }
        let access = if demo { Access::read(&access_file).ok() } else { None };
        announce(options, &doors.roots, access.as_ref())?;
        doors.serve(house, &world).await
    })?;
    trustee_store.close();
    operator_store.close();
    Ok(())
}

/// The real world, and the German profile.
pub fn world() -> Result<World> {
    Ok(World {
        profile: Arc::new(Profile::parse(contract::profile::GERMANY)?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}

/// The two listeners.
struct Doors {
    trustee: TcpListener,
    operator: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    roots: Roots,
}

impl Doors {
    async fn open(options: &Up, folder: &Path, world: &World) -> Result<Self> {
        let tls = match (&options.tls_cert, &options.tls_key) {
            (Some(chain), Some(key)) => Some(tls::from_files(chain, key)?),
            _ if options.tls => Some(tls::development(folder, options.listen.ip(), &*world.clock)?),
            _ => None,
        };
        let trustee = bind(options.listen).await?;
        let operator = bind(options.operator_listen).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let api_root = format!("{scheme}://{}", trustee.local_addr()?);
        let operator_root = format!("http://{}", operator.local_addr()?);
        let roots = Roots { authority: api_root.clone(), api_root, operator_root };
        Ok(Self { trustee, operator, tls, roots })
    }

    async fn serve(self, house: House, world: &World) -> Result<()> {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let wait = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await; // a dropped sender means stop as well
        };
        let mut front = Options::new(world.entropy.clone());
        front.tls = self.tls;
        front.health.set_ready(true);
        let back = Options::new(world.entropy.clone());
        back.health.set_ready(true);
        let trustee = Arc::new(house.trustee.trustee.clone());
        let front = tokio::spawn(serve(self.trustee, trustee, front, wait(stopped.clone())));
        let door = OperatorDoor::new(house.operator.clone());
        let back = tokio::spawn(serve(self.operator, door, back, wait(stopped)));
        keep_house(&house).await;
        let _ = stop.send(true); // both listeners hold a receiver until they are done
        let drained = front.await? & back.await?;
        house.trustee.tidy().await?;
        if !drained {
            tracing::warn!("some calls were still running when the time to drain was over");
        }
        Ok(())
    }
}

/// Does what has to be done now and then, until the program is asked to stop.
async fn keep_house(house: &House) {
    let mut ticks = tokio::time::interval(TICK);
    let stop = stop_asked();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return,
            _ = ticks.tick() => {
                if let Err(error) = house.trustee.tidy().await {
                    tracing::warn!(%error, "housekeeping of the trustee zone");
                }
            }
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; is it in use?"))
}

fn announce(options: &Up, roots: &Roots, access: Option<&Access>) -> Result<()> {
    if options.json {
        say(&serde_json::to_string(&serde_json::json!({ "roots": roots, "access": access }))?);
        return Ok(());
    }
    say(&format!("Treuhand {} is up.", env!("CARGO_PKG_VERSION")));
    say(&format!("  Partner API and portal   {}", roots.api_root));
    say(&format!("  Operator zone            {}", roots.operator_root));
    say(
        "  Assurance level          L0: both zones in one process. This shows how it works; it protects nothing from root.",
    );
    if let Some(access) = access {
        say("  Demo accounts (also in access.json of the data folder):");
        for line in access.lines() {
            say(&format!("    {line}"));
        }
    }
    Ok(())
}
