//! A whole partner center in one process: stores, zones, listeners, housekeeping. What `up` runs until it is told
//! to stop, and `demo` until its story is over.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use contract::profile::Profile;
use edge::residency::{Keeping, Service};
use edge::{Health, Options, Proxies, Web, serve};
use envelope::{Argon2Cost, Unlock};
use store::{Store, postgres_hosts};
use tokio::net::TcpListener;
use treuhand::folder::{Folder, key_path};
use treuhand::house::{House, Keeper, TrusteeHouse, TrusteeParts, World};
use treuhand::issuer_link::issuers;
use treuhand::link::OperatorDoor;
use treuhand::origin;
use treuhand::residency::{Declared, Needs, of_witnesses};
use treuhand::seed::{self, Access, Roots};
use treuhand::witness_link::{read_policy, witnessing};
use trustee::controls::Controls;
use trustee::log::Witnessing;

use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::Up;
use crate::{stores, tls};

/// How often what has to be done now and then is done.
const TICK: Duration = Duration::from_mins(1);

/// The real world, and the German profile.
pub fn world() -> Result<World> {
    Ok(World {
        profile: Arc::new(Profile::parse(contract::profile::GERMANY)?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    })
}

/// The data folder, its lock, its key and its stores, opened outside of any event loop.
pub struct Ground {
    folder: Folder,
    unlock: Unlock,
    trustee_store: Store,
    operator_store: Store,
    plant: bool,
    world: World,
    declared: Declared,
}

impl Ground {
    /// Opens, and on a first start makes, everything that lies on disk.
    pub fn open(options: &Up) -> Result<Self> {
        let folder = Folder::open(&options.data)?;
        let world = world()?;
        let declared = Declared::read(&folder.root, &world.profile)?;
        if declared.is_there() {
            needs(options)?.check(&declared, &folder.root)?;
        }
        folder.forget_unfinished(options.postgres.is_some())?;
        let unlock = Unlock::KeyFile(folder.key(None, &*world.entropy)?);
        let plant = folder.is_new() && !options.no_demo;
        if plant {
            folder.planting()?;
        }
        let trustee_store = stores::sqlite(&folder.trustee_store(), store::Schema::Trustee)?;
        let operator_store =
            stores::operator(options.postgres.as_deref(), &folder.operator_store(), &declared)?;
        Ok(Self { folder, unlock, trustee_store, operator_store, plant, world, declared })
    }
}

/// What a process with both zones keeps and calls.
fn needs(options: &Up) -> Result<Needs> {
    let keys = key_path(&options.data);
    let mut needs = Needs::default().keeping(&options.data, Keeping::Store).keeping(&keys, Keeping::Keys);
    for (name, port) in options.postgres.as_deref().map(postgres_hosts).transpose()?.unwrap_or_default() {
        needs = needs.calling(&name, port, Service::Database);
    }
    match options.log_policy.as_deref() {
        Some(policy) => of_witnesses(needs, &read_policy(policy)?),
        None => Ok(needs),
    }
}

/// A running partner center.
pub struct Instance {
    /// Where it answers.
    pub roots: Roots,
    /// The demo world's accounts, if it has one.
    pub access: Option<Access>,
    /// Whether nobody can sign in yet.
    pub empty: bool,
    house: House,
    health: Arc<Health>,
    doors: Doors,
    world: World,
    ground: (Store, Store, Folder),
}

impl Instance {
    /// Puts the zones together and opens the doors; on a first start plants the demo world.
    pub async fn start(ground: Ground, options: &Up) -> Result<Self> {
        let access_file = ground.folder.access_file();
        let Ground { folder, unlock, trustee_store, operator_store, plant, world, declared } = ground;
        // A folder stays what its first start made of it: an installation of real people never becomes a demo world,
        // whose doors open to bare passwords.
        let demo = !options.no_demo && (plant || access_file.exists());
        let doors = Doors::open(options, &folder.root.join("tls"), &world).await?;
        let roots = doors.roots.clone();
        let witnessing = match &options.log_policy {
            None => Witnessing::none(),
            Some(policy) => {
                let tls = edge::tls::client(rustls::RootCertStore::empty(), None)?;
                let web = Web::new(tls, declared.outbound(Service::Witness));
                witnessing(read_policy(policy)?, false, &web)?
            }
        };
        folder.follow_new_log_of(&trustee_store).await?;
        let log = folder.log_home(&roots.api_root, witnessing, &*world.entropy)?;
        let parts = TrusteeParts {
            log,
            store: trustee_store.clone(),
            keeper: Keeper::Embedded(unlock),
            origin: roots.api_root.clone(),
            demo,
            password_cost: Argon2Cost::default(),
            controls: Controls::all(),
            logbook: None,
            issuers: Some(issuers(&declared, options.issuer_authority.as_deref())?),
        };
        let catalogue = Arc::new(crate::sold::catalogue()?);
        let house = House::open(parts, operator_store.clone(), catalogue, &world).await?;
        let health = Arc::<Health>::default();
        house.trustee.stands_on(treuhand::host::here(), &health).await;
        if plant {
            let planted = seed::plant(&house.trustee, &world, &roots).await;
            planted.context("seeding the demo world")?.write(&access_file)?;
            folder.planted()?;
        }
        let access = if demo { Access::read(&access_file).ok() } else { None };
        let access = access.map(|known| known.reached_at(&roots, &access_file)).transpose()?;
        let empty = !house.trustee.identity.is_founded().await?;
        Ok(Self {
            roots,
            access,
            empty,
            house,
            health,
            doors,
            world,
            ground: (trustee_store, operator_store, folder),
        })
    }

    /// Its trustee zone.
    pub fn zone(&self) -> &TrusteeHouse {
        &self.house.trustee
    }

    /// The present and randomness, as this instance has them.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Answers callers until `end` completes, then drains and closes.
    pub async fn run<T>(self, end: impl Future<Output = T>) -> Result<T> {
        let (trustee_store, operator_store, _folder) = self.ground;
        let ended = self.doors.serve(self.house, self.health, &self.world, end).await;
        let closed = tokio::task::spawn_blocking(move || {
            trustee_store.close();
            operator_store.close();
        });
        closed.await?;
        ended
    }
}

/// The two listeners.
struct Doors {
    trustee: TcpListener,
    operator: TcpListener,
    tls: Option<Arc<rustls::ServerConfig>>,
    proxies: Proxies,
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
        let api_root = match &options.public_url {
            Some(url) => origin::parse(url)?,
            None => format!("{scheme}://{}", trustee.local_addr()?),
        };
        let proxies = Proxies::parse(&options.trusted_proxies)?;
        let operator_root = format!("http://{}", operator.local_addr()?);
        let roots = Roots { authority: api_root.clone(), api_root, operator_root };
        Ok(Self { trustee, operator, tls, proxies, roots })
    }

    async fn serve<T>(
        self,
        house: House,
        health: Arc<Health>,
        world: &World,
        end: impl Future<Output = T>,
    ) -> Result<T> {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let wait = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
            let _ = stopped.wait_for(|stop| *stop).await; // a dropped sender means stop as well
        };
        let mut front = Options::new(world.entropy.clone());
        front.tls = self.tls;
        front.proxies = self.proxies;
        front.health = health;
        front.health.set_ready(true);
        let back = Options::new(world.entropy.clone());
        back.health.set_ready(true);
        let trustee = Arc::new(house.trustee.trustee.clone());
        let front = tokio::spawn(serve(self.trustee, trustee, front, wait(stopped.clone())));
        let door = OperatorDoor::new(house.operator.clone());
        let back = tokio::spawn(serve(self.operator, door, back, wait(stopped)));
        let ended = keep_house(&house, end).await;
        let _ = stop.send(true); // both listeners hold a receiver until they are done
        let drained = front.await? & back.await?;
        house.trustee.tidy().await?;
        if !drained {
            tracing::warn!("some calls were still running when the time to drain was over");
        }
        Ok(ended)
    }
}

/// Does what has to be done now and then, until `end` completes.
async fn keep_house<T>(house: &House, end: impl Future<Output = T>) -> T {
    let mut ticks = tokio::time::interval(TICK);
    tokio::pin!(end);
    loop {
        tokio::select! {
            ended = &mut end => return ended,
            _ = ticks.tick() => {
                if let Err(error) = house.trustee.tidy().await {
                    tracing::warn!(%error, "housekeeping of the trustee zone");
                }
                if let Err(error) = house.operator.tick().await {
                    tracing::warn!(%error, "housekeeping of the operator zone");
                }
            }
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}; is it in use?"))
}
