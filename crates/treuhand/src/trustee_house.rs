//! The trustee zone put together as a value, from its store to the door that answers callers.
//!
//! Deliberately absent: sockets, files, configuration.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contract::profile::Profile;
use edge::{Health, Host, OperatorLink, Web};
use envelope::{Argon2Cost, Embedded, KeyError, KeyService, Unlock, Vault};
use kernel::{Clock, Entropy};
use store::Store;
use trustee::assurance::Assurance;
use trustee::controls::Controls;
use trustee::identity::{Identity, Settings};
use trustee::keys::{Keys, StoreVault};
use trustee::log::{Log, LogHome, LogParts};
use trustee::ports::Logbook;
use trustee::{Trustee, TrusteeConfig, throttle_limits};

use crate::portal_door::PortalDoor;

/// So long a start waits for a look at all keys.
const LOOK: Duration = Duration::from_millis(200);

/// What every zone needs of the world.
#[derive(Clone)]
pub struct World {
    /// The cloud's profile.
    pub profile: Arc<Profile>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// Who keeps tenants' keys.
pub enum Keeper {
    /// The embedded key service, in the trustee core's store, opened by this.
    Embedded(Unlock),
    /// Another one, such as OpenBao.
    Other(Arc<dyn KeyService>),
}

/// What a trustee zone is made of.
pub struct TrusteeParts {
    /// The trustee core's store, migrated.
    pub store: Store,
    /// Who keeps tenants' keys.
    pub keeper: Keeper,
    /// Scheme and authority under which callers reach the zone.
    pub origin: String,
    /// True for a demo world: sign-in by bare password where the profile allows it, no throttle.
    pub demo: bool,
    /// What hashing a password costs; tests pay less.
    pub password_cost: Argon2Cost,
    /// Which controls work.
    pub controls: Controls,
    /// Where the transparency log's key lies, and who looks after it.
    pub log: LogHome,
    /// What is told of grants instead of the log; `None` everywhere but in tests.
    pub logbook: Option<Arc<dyn Logbook>>,
    /// The way to the issuers where tenants let their people sign in; `None` where nobody signs in.
    pub issuers: Option<Web>,
}

impl TrusteeParts {
    /// The services that stand without the zone's door: keys and identity.
    ///
    /// # Errors
    /// When the key does not fit the store, or the store does not answer.
    pub async fn core(&self, world: &World) -> Result<(Arc<Keys>, Arc<Identity>)> {
        let Self { store, keeper, origin, demo, password_cost, controls, issuers, .. } = self;
        let keys = Arc::new(keys_under(store, keeper, world, *controls).await?);
        let settings = Settings::of(&world.profile, origin, *demo);
        let settings = Settings { password_cost: *password_cost, controls: *controls, ..settings };
        let identity =
            Identity::open(store.clone(), keys.clone(), world.clock.clone(), world.entropy.clone(), settings);
        let identity = identity.await?;
        let identity = match issuers {
            Some(web) => identity.calling(web.clone()),
            None => identity,
        };
        Ok((keys, Arc::new(identity)))
    }
}

/// A trustee zone and the services behind it.
pub struct TrusteeHouse {
    /// The zone.
    pub trustee: Trustee,
    /// Its identity service, for seeding and housekeeping.
    pub identity: Arc<Identity>,
    /// Its keys.
    pub keys: Arc<Keys>,
}

impl TrusteeHouse {
    /// Opens the trustee zone over `link`.
    ///
    /// # Errors
    /// When the key does not fit the store, or the store does not answer.
    pub async fn open(parts: TrusteeParts, world: &World, link: Arc<dyn OperatorLink>) -> Result<Self> {
        let (keys, identity) = parts.core(world).await?;
        let apart = matches!(parts.keeper, Keeper::Other(_));
        let TrusteeParts { store, origin, demo, controls, log, logbook, .. } = parts;
        let log = Log::open(LogParts {
            store: store.clone(),
            keys: keys.clone(),
            clock: world.clock.clone(),
            entropy: world.entropy.clone(),
            home: log,
        });
        let log = log.await?;
        let logbook = logbook.unwrap_or_else(|| Arc::new(log.clone()));
        identity.keep_portal_app().await?;
        let pages = Arc::new(PortalDoor::new(identity.clone(), world));
        let limits = if demo { Vec::new() } else { throttle_limits(&world.profile) };
        let policy = access::Policy::parse(access::policy::GERMANY)?;
        let trustee = Trustee::new(TrusteeConfig {
            store,
            profile: world.profile.clone(),
            keys: keys.clone(),
            log,
            directory: identity.clone(),
            link,
            assurance: Arc::new(Assurance::new(demo, apart)),
            pages: Some(pages.clone()),
            origin,
            limits,
            policy: Arc::new(policy),
            logbook: Some(logbook),
            controls,
            clock: world.clock.clone(),
            entropy: world.entropy.clone(),
        });
        let trustee = trustee.await?;
        // With very many keys the doors open before all were looked at: until housekeeping has done that, nobody's staff
        // opens anything. A log that waits for its witnesses is told of the finding later.
        if let Ok(Err(problem)) = tokio::time::timeout(LOOK, trustee.look_at_keys()).await {
            tracing::warn!(%problem, "keys were looked at, and the log was not told");
        }
        pages.set(trustee.clone());
        Ok(Self { trustee, identity, keys })
    }

    /// Learns where this program runs, measures the assurance level, and has `/health` tell it from now on.
    pub async fn stands_on(&self, host: Host, health: &Health) {
        let assurance = self.trustee.assurance().clone();
        assurance.stands_on(host);
        assurance.is_run_by(crate::host::program);
        self.trustee.measure().await;
        let keys = self.keys.clone();
        health.tell(move || {
            let (keys, found) = (keys.standing().word(), keys.findings());
            format!("{},\"keys\":\"{keys}\",\"keyFindings\":{found}", assurance.member())
        });
    }

    /// What has to be done each minute.
    ///
    /// # Errors
    /// The first failure; the rest is done at the next call.
    pub async fn tidy(&self) -> Result<()> {
        self.identity.maintain().await?;
        self.trustee.tidy().await.map_err(Into::into)
    }
}

/// The keys of a trustee store.
///
/// # Errors
/// When the key does not fit the store, or the store does not answer.
pub async fn keys(store: &Store, keeper: &Keeper, world: &World) -> Result<Keys> {
    keys_under(store, keeper, world, Controls::all()).await
}

async fn keys_under(store: &Store, keeper: &Keeper, world: &World, controls: Controls) -> Result<Keys> {
    let vault = Arc::new(StoreVault::new(store.clone()));
    let service: Arc<dyn KeyService> = match keeper {
        Keeper::Embedded(unlock) => {
            let opened = Embedded::open(vault, world.entropy.clone(), unlock).await;
            Arc::new(opened.context("the key does not open this trustee store")?)
        }
        Keeper::Other(service) => {
            let roots = vault.roots().await.map_err(KeyError::from)?;
            ensure!(
                roots.is_empty(),
                "the keys of this trustee store are kept in it, under its key file. Another keeper has to be \
                 configured before the first start; what is there cannot be moved to it."
            );
            // Said here in full: to callers it is only a service that cannot be reached.
            service.health().await.context("the configured key service")?;
            service.clone()
        }
    };
    let (clock, entropy) = (world.clock.clone(), world.entropy.clone());
    let keys = Keys::under(store.clone(), service, clock, entropy, controls);
    keys.await.map_err(Into::into)
}
