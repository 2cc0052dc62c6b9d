//! Identity: tenants, people, apps, tokens, and the pages on which people sign in.
//!
//! Principals are made here and nowhere else, by acts authenticated here. The operator learns pseudonyms.
//!
//! Invariants: passwords, secrets, codes and tokens are never stored in clear nor logged; every change that
//! takes rights away also drops the tokens that were checked before; names of people appear in answers to
//! people of their own tenant only.
//!
//! Deliberately absent: what a role may do in the partner API (the contract's table), agreements, relationships.

mod actor;
mod apps;
mod authority;
mod authorize;
mod check;
mod claims;
mod companies;
mod device;
mod discovery;
mod form;
mod grants;
mod guard;
mod house;
mod issue;
mod issuers;
mod jws;
mod oauth;
mod pages;
mod password;
mod people;
mod secrets;
mod sessions;
mod settings;
mod signin;
mod signing;
mod tenants;
mod texts;
mod token;
mod totp;
mod visits;

pub use actor::Actor;
pub(crate) use actor::second_factor;
pub use apps::{AppView, NewApp, NewSecret};
pub(crate) use authority::ENDPOINTS;
pub use check::bearer;
pub(crate) use check::{party, party_name, roles};
pub use claims::{Caller, TOKEN_SECONDS};
pub use companies::{CodeKey, Verification};
pub use house::{Founding, LEAST_OFFICERS};
pub(crate) use issuers::issuer_aad;
pub use issuers::{IssuerView, NAMING_CLAIMS, NewIssuer};
pub use people::{CreatedUser, NewUser, User, UserPatch};
pub(crate) use sessions::factor_aad;
pub use settings::Settings;
pub use tenants::{NewTenant, OpenedTenant, TenantView};
pub use totp::code_at as totp_code_at;
pub use visits::Visit;

use crate::keys::Keys;
use crate::telling::Teller;
use kernel::{Clock, Entropy, Ids, Micros, Problem};
use std::sync::Arc;
use store::Store;

/// The trustee's identity service.
pub struct Identity {
    store: Store,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    settings: Settings,
    hasher: password::Hasher,
    pepper: secrets::Pepper,
    signing: signing::Signing,
    cache: claims::TokenCache,
    sources: guard::Sources,
    openings: guard::Sources,
    turns: guard::Turns,
    visits: visits::Visits,
    teller: Teller,
    provider: Option<issuers::Provider>,
}

impl Identity {
    /// Opens identity over the trustee's store; makes the first signing key when there is none.
    pub async fn open(
        store: Store,
        keys: Arc<Keys>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> Result<Self, Problem> {
        let pepper = secrets::Pepper::new(&keys.house_secret("identity pepper").await?);
        let hasher = password::Hasher::new(settings.password_cost, entropy.as_ref());
        let hasher = hasher.ok_or_else(Problem::internal)?;
        let now = clock.now().as_microsecond();
        let signing = signing::Signing::open(&store, &keys, now).await?;
        let teller = Teller::new(clock.clone(), entropy.clone());
        Ok(Self {
            store,
            keys,
            clock,
            entropy,
            settings,
            hasher,
            pepper,
            signing,
            cache: claims::TokenCache::default(),
            sources: guard::Sources::default(),
            openings: guard::Sources::default(),
            turns: guard::Turns::default(),
            visits: visits::Visits::default(),
            teller,
            provider: None,
        })
    }

    /// What the installation decided.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The client id of the house's own pages.
    pub fn portal_app() -> kernel::AppId {
        apps::PORTAL_APP
    }

    /// The regular housekeeping: rotates signing keys that are due, drops what expired, wipes stale keys. To be
    /// called every few minutes.
    pub async fn maintain(&self) -> Result<(), Problem> {
        let now = self.now();
        self.signing.maintain(&self.store, &self.keys, now).await?;
        self.keys.wipe_stale();
        self.store.write("sweep-tokens", move |tx| store::trustee::tokens::sweep(tx, now)).await?;
        Ok(())
    }

    /// Makes a new signing key now and publishes it; it signs as soon as every cache had time to learn it.
    pub async fn rotate_signing_key(&self) -> Result<(), Problem> {
        self.signing.rotate(&self.store, &self.keys, self.now()).await
    }

    fn now(&self) -> Micros {
        self.clock.now().as_microsecond()
    }

    fn now_second(&self) -> i64 {
        self.clock.now().as_second()
    }

    fn ids(&self) -> Ids<'_> {
        Ids { clock: self.clock.as_ref(), entropy: self.entropy.as_ref() }
    }
}

#[cfg(test)]
mod tests;
