//! The trustee zone as one value: routes a request to the directory, the gateway, its own operations or the pages.
//!
//! Invariants: what the contract describes is answered by the contract's rules, whatever else is installed; the area
//! in which the trustee speaks to the operator is served to nobody.

use aws_lc_rs::hmac;
use contract::admit::no_token;
use contract::errors;
use contract::operation::{Home, Method, Spec};
use contract::profile::Profile;
use contract::route::{Matched, RouteMiss, route};
use edge::{Limit, OperatorLink, Request, Response, Signer, Throttle, Zone};
use kernel::{Clock, Entropy, Problem};
use std::hash::RandomState;
use std::num::NonZeroU32;
use std::sync::Arc;
use store::Store;

use crate::assurance::Assurance;
use crate::controls::Controls;
use crate::gateway::{Assertions, Gateway, Origin, is_granted, is_released, plan, problem_response};
use crate::grants::{Grants, Parts};
use crate::identity::ENDPOINTS;
use crate::keys::{HOUSE, Keys, Standing};
use crate::legal::Legal;
use crate::log::{Draft, Log};
use crate::openings::Openings;
use crate::own;
use crate::persons::Persons;
use crate::ports::{Directory, Logbook, Pages};
use crate::records::Records;
use crate::relationships::Relationships;
use crate::reports::{self, Reports};
use crate::telling::Teller;
use crate::tickets::Tickets;

/// Tenants per step of a rotation of all keys.
const ROTATION_PAGE: usize = 200;

/// What the trustee zone is made of.
pub struct TrusteeConfig {
    /// The trustee core's store, migrated.
    pub store: Store,
    /// The cloud's profile.
    pub profile: Arc<Profile>,
    /// The keys of tenants and of the house.
    pub keys: Arc<Keys>,
    /// The transparency log.
    pub log: Log,
    /// Tenants, people, apps and their tokens.
    pub directory: Arc<dyn Directory>,
    /// The way to the operator zone.
    pub link: Arc<dyn OperatorLink>,
    /// The measured assurance level.
    pub assurance: Arc<Assurance>,
    /// Pages for people, tried for paths that are not the contract's.
    pub pages: Option<Arc<dyn Pages>>,
    /// The origin (scheme and authority) under which callers reach this zone.
    pub origin: String,
    /// The limits on how often a tenant may call; [`throttle_limits`] has the profile's.
    pub limits: Vec<Limit>,
    /// Who must agree before the operator's people open something.
    pub policy: Arc<access::Policy>,
    /// The transparency log; without one nothing is opened for the operator's people.
    pub logbook: Option<Arc<dyn Logbook>>,
    /// Which controls work; all, except in a sabotage build.
    pub controls: Controls,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The limits that a profile names: calls a minute of a tenant, for each of customers, orders and subscriptions.
pub fn throttle_limits(profile: &Profile) -> Vec<Limit> {
    let each = ["customers", "orders", "subscriptions"].map(|class| (class, profile.throttle.per_tenant));
    let all = each.into_iter().chain([("validation-events", profile.throttle.validation_events)]);
    all.filter_map(|(class, calls)| NonZeroU32::new(calls).map(|per_minute| Limit { class, per_minute }))
        .collect()
}

/// The public key with which the operator zone checks caller assertions; the private one is made when there is none.
///
/// # Errors
/// When the store or the key service cannot be reached.
pub async fn assertion_key(keys: &Keys) -> Result<[u8; 32], Problem> {
    Ok(signer(keys).await?.public_key())
}

async fn signer(keys: &Keys) -> Result<Signer, Problem> {
    let seed = keys.house_secret("gateway-assertion").await?;
    Signer::from_seed(&seed).ok_or_else(Problem::internal)
}

/// The trustee zone. Cheap to clone.
#[derive(Clone)]
pub struct Trustee {
    inner: Arc<Inner>,
}

struct Inner {
    gateway: Gateway,
    pages: Option<Arc<dyn Pages>>,
}

impl Trustee {
    /// Puts the zone together. The keys that are its own (signature of assertions, MAC of requests) are read, or
    /// made at the first start; from then on the zone works for commerce without the key service.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached.
    pub async fn new(config: TrusteeConfig) -> Result<Self, Problem> {
        let signer = signer(&config.keys).await?;
        let mac = config.keys.house_secret("gateway-request-mac").await?;
        let TrusteeConfig { store, clock, .. } = &config;
        let teller = Teller::new(clock.clone(), config.entropy.clone());
        let grants = Grants::new(Parts {
            store: store.clone(),
            policy: config.policy.clone(),
            logbook: config.logbook.clone(),
            origin: config.origin.clone(),
            controls: config.controls,
            clock: clock.clone(),
            entropy: config.entropy.clone(),
            teller: teller.clone(),
            assurance: config.assurance.clone(),
        });
        grants.remember_time().await?;
        let persons = Persons {
            store: store.clone(),
            directory: config.directory.clone(),
            controls: config.controls,
            clock: clock.clone(),
            entropy: config.entropy.clone(),
            teller: teller.clone(),
        };
        let legal = Legal {
            store: store.clone(),
            controls: config.controls,
            clock: clock.clone(),
            entropy: config.entropy.clone(),
            teller,
        };
        let reports = book_of_reports(&config, &grants);
        let tickets = Tickets::new(store.clone(), clock.clone(), config.entropy.clone());
        let gateway = Gateway {
            reports,
            tickets,
            grants,
            persons,
            legal,
            records: Records::new(store.clone(), clock.clone()),
            relationships: Relationships::new(store.clone(), clock.clone()),
            openings: Openings::new(store.clone(), clock.clone()),
            throttle: Throttle::new(clock.clone(), &config.limits),
            assertions: Assertions::new(signer),
            mac: hmac::Key::new(hmac::HMAC_SHA256, &mac),
            origin: Origin::new(&config.origin),
            writing: Gateway::locks(),
            minting: Gateway::locks(),
            hasher: RandomState::new(),
            store: config.store,
            profile: config.profile,
            directory: config.directory,
            keys: config.keys,
            log: config.log,
            link: config.link,
            assurance: config.assurance,
            controls: config.controls,
            clock: config.clock,
            entropy: config.entropy,
        };
        Ok(Self { inner: Arc::new(Inner { gateway, pages: config.pages }) })
    }

    /// The public key with which the operator zone checks caller assertions.
    pub fn assertion_key(&self) -> [u8; 32] {
        self.inner.gateway.assertions.public_key()
    }

    /// The recorded relationships, for the program that seeds a demo world.
    pub fn relationships(&self) -> &Relationships {
        &self.inner.gateway.relationships
    }

    /// The persons behind accounts, for the program that seeds a demo world.
    pub fn persons(&self) -> &Persons {
        &self.inner.gateway.persons
    }

    /// What has to be done now and then: counts written, expired secrets dropped, keys wiped, the operator told again
    /// what it has not heard. To be called each minute, and once at the end.
    ///
    /// # Errors
    /// The first failure; the rest is done at the next call.
    pub async fn tidy(&self) -> Result<(), Problem> {
        let gateway = &self.inner.gateway;
        self.measure().await;
        gateway.keys.wipe_stale();
        gateway.openings.flush().await?;
        let now = gateway.clock.now().as_microsecond();
        let expire = move |tx: &mut store::Tx| {
            store::trustee::answered::expire(tx, now)?;
            store::trustee::wishes::expire(tx, now)?;
            store::trustee::exports::expire(tx, now)?;
            store::trustee::replay::expire(tx, now)
        };
        gateway.store.write("expire_replays", expire).await?;
        gateway.tell_acceptances().await?;
        // Looking comes first and fails last: timers of grants run on while nobody can be told of a finding.
        let looked = self.look_at_keys().await;
        gateway.log.tidy().await?;
        gateway.tend_rotations().await?;
        gateway.tell_keys().await?;
        gateway.tend_departures().await?;
        gateway.tidy_erasures().await?;
        gateway.legal.tell_customers().await?;
        gateway.legal.remind_of_gags().await?;
        gateway.grants.tidy().await?;
        gateway.reports.tidy().await?;
        looked
    }

    /// Looks whether the key service keeps keys as it must and has none back that were destroyed, when that is due, and
    /// tells the log.
    ///
    /// # Errors
    /// As [`Log::append`]; the finding counts all the same and is told at the next call.
    pub async fn look_at_keys(&self) -> Result<(), Problem> {
        let gateway = &self.inner.gateway;
        let changed = gateway.keys.look().await;
        for tenant in gateway.keys.revived() {
            gateway
                .log
                .append(Draft::of(ledger::Kind::ShredReplayed).about(tenant).because("key-was-back"))
                .await?;
            gateway.keys.told_revived(tenant);
        }
        let Some(changed) = changed else { return Ok(()) };
        let many = match changed.to {
            Standing::Drifted(many) => many,
            Standing::Sound | Standing::Unknown => 0,
        };
        let draft = Draft::of(ledger::Kind::Posture)
            .moving(Some(changed.from.word()), changed.to.word())
            .counting("keys", changed.keys as u64)
            .counting("deviations", many as u64);
        gateway.log.append(draft).await?;
        gateway.keys.told(changed.to);
        Ok(())
    }

    /// Notes in the log which declaration of residency this start keeps to.
    ///
    /// # Errors
    /// As [`Log::append`].
    pub async fn stays_within(&self, declaration: ledger::Digest) -> Result<(), Problem> {
        let draft = Draft::of(ledger::Kind::Policy).digest("residency", declaration);
        self.inner.gateway.log.append(draft).await.map(|_| ())
    }

    /// Measures the assurance level anew, with what the operator zone says of its place.
    pub async fn measure(&self) {
        let gateway = &self.inner.gateway;
        gateway.assurance.supervised(gateway.grants.supervision().await);
        let standing = crate::shares::standing(&gateway.store, &gateway.keys, gateway.log.key().name()).await;
        match standing {
            Ok(shares) => gateway.assurance.shared(shares),
            Err(problem) => {
                tracing::warn!(slug = problem.slug, "nobody can look how it is with shares of the root");
            }
        }
        gateway.assurance.measure(&*gateway.link, &gateway.keys, &gateway.log, &*gateway.clock).await;
    }

    /// The assurance level, as measured last.
    pub fn assurance(&self) -> &Arc<Assurance> {
        &self.inner.gateway.assurance
    }

    /// Starts a new epoch of a tenant's keys. What older epochs sealed still opens; new envelopes name the new one.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached.
    pub async fn rotate_tenant_key(&self, tenant: kernel::TenantId) -> Result<(), Problem> {
        self.inner.gateway.rotate_keys(tenant, None).await
    }

    /// [`Trustee::rotate_tenant_key`] for every tenant, one after the other; returns how many there were. Nothing
    /// stops opening meanwhile, and broken off it can begin again.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached.
    pub async fn rotate_all_keys(&self) -> Result<usize, Problem> {
        let keys = &self.inner.gateway.keys;
        let (mut after, mut rotated) = (None, 0);
        loop {
            let page = keys.service().list(after, ROTATION_PAGE).await.map_err(|error| {
                tracing::warn!(%error, "keys cannot be listed");
                Problem::internal()
            })?;
            let Some(last) = page.last() else { return Ok(rotated) };
            after = Some(last.tenant);
            for info in page.iter().filter(|info| !info.destroyed && info.tenant != HOUSE) {
                self.rotate_tenant_key(info.tenant).await?;
                rotated += 1;
            }
        }
    }

    /// The transparency log.
    pub fn log(&self) -> &Log {
        &self.inner.gateway.log
    }

    async fn answer(&self, request: Request) -> Response {
        let request = match self.inner.gateway.log.file(request).await {
            Ok(response) => return response,
            Err(request) => request,
        };
        let path = request.path().to_owned();
        let miss = match request.method.as_str().parse::<Method>().map(|method| route(method, &path)) {
            // Tokens have endpoints of their own, which take forms and answer as OAuth does; what the trustee tells
            // the operator is nobody else's to say.
            Ok(Ok(matched)) if !is_endpoint(matched.spec) && matched.spec.area != "trustee-acts" => {
                return self.operation(matched, &request).await;
            }
            Ok(Err(miss)) => miss,
            _ => RouteMiss::NotFound,
        };
        let mut request = match self.inner.gateway.directory.endpoint(request).await {
            Ok(response) => return response,
            Err(request) => request,
        };
        if let Some(pages) = &self.inner.pages {
            request = match pages.page(request).await {
                Ok(response) => return response,
                Err(request) => request,
            };
        }
        problem_response(errors::api_of_path(request.path()), "", &errors::of_miss(&miss))
    }

    async fn operation(&self, matched: Matched<'_>, request: &Request) -> Response {
        let spec = matched.spec;
        match self.carry_out(matched, request).await {
            Ok(response) => response.of(spec.id),
            Err(problem) => problem_response(spec.api, spec.id, &problem),
        }
    }

    async fn carry_out(&self, matched: Matched<'_>, request: &Request) -> Result<Response, Problem> {
        let gateway = &self.inner.gateway;
        gateway.log.ready()?;
        let (spec, plan) = (matched.spec, plan(matched.index));
        let caller = gateway.let_in(spec, request).await?;
        // The usual way is short; the others are kept apart, so that its future is small to move about.
        if spec.home == Home::Trustee {
            return Box::pin(own::carry_out(gateway, matched, caller, request)).await;
        }
        let caller = caller.ok_or_else(no_token)?;
        if is_granted(&caller, spec, request) {
            let answer = Box::pin(gateway.granted(matched, &caller, plan, request)).await?;
            return Ok(answer.into_response(spec));
        }
        if is_released(&caller, spec, request) {
            let answer = Box::pin(gateway.released(matched, &caller, plan, request)).await?;
            return Ok(answer.into_response(spec));
        }
        let call = gateway.call(matched, caller, request).await?;
        let answer = match spec.id {
            "create-service-request" => Box::pin(gateway.create_ticket(call, plan, request)).await?,
            "answer-ticket" => Box::pin(gateway.answer_ticket(&call, plan, request)).await?,
            "create-customer" => Box::pin(gateway.create_customer(call, plan, request)).await?,
            "create-sandbox-account" => {
                Box::pin(gateway.create_sandbox_account(&call, plan, request)).await?
            }
            "remove-reseller-relationship" => {
                Box::pin(gateway.remove_relationship(&call, plan, request)).await?
            }
            "delete-sandbox-customer" => {
                Box::pin(gateway.delete_sandbox_customer(&call, plan, request)).await?
            }
            "confirm-customer-agreement" => Box::pin(gateway.confirm_agreement(&call, plan, request)).await?,
            "list-audit-records" | "get-audit-record" => {
                let answer = gateway.pass(&call, plan, request).await?;
                Box::pin(gateway.fill_in_names(&call, answer)).await?
            }
            _ => gateway.pass(&call, plan, request).await?,
        };
        Ok(answer.into_response(spec))
    }
}

/// The book of reports of a zone that is being put together.
fn book_of_reports(config: &TrusteeConfig, grants: &Grants) -> Reports {
    Reports::new(reports::Parts {
        store: config.store.clone(),
        keys: config.keys.clone(),
        log: config.log.clone(),
        assurance: config.assurance.clone(),
        profile: config.profile.clone(),
        rules: grants.rules().clone(),
        pages: config.pages.clone(),
        clock: config.clock.clone(),
        entropy: config.entropy.clone(),
    })
}

/// Whether an operation is one of the token endpoints.
fn is_endpoint(spec: &Spec) -> bool {
    ENDPOINTS.iter().any(|endpoint| endpoint.id == spec.id)
}

impl Zone for Trustee {
    async fn handle(&self, request: Request) -> Response {
        self.answer(request).await
    }
}
