//! The border to whatever keeps the tenants' wrapping keys: an embedded keystore, OpenBao, an HSM.
//!
//! A backend holds one wrapping key per tenant, in epochs, and never gives it out. What it wraps (the keys
//! that seal records, TOTP secrets, signing keys) is stored by the caller. Answers are futures because a
//! remote backend waits for a network; the embedded one waits for its vault at most.

use crate::shares::{Holder, SealedShare};
use kernel::TenantId;
use std::future::Future;
use std::pin::Pin;
use zeroize::Zeroizing;

/// What a backend's methods return: a future of a result.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, KeyError>> + Send + 'a>>;

/// A secret wrapped under a tenant's key. Opaque; safe to store.
#[derive(Clone, PartialEq, Eq)]
pub struct Wrapped(pub Vec<u8>);

/// One tenant's key as a backend lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyInfo {
    /// Whose key it is.
    pub tenant: TenantId,
    /// The newest epoch, the one that wraps.
    pub newest: u32,
    /// The oldest epoch that still opens.
    pub oldest: u32,
    /// Destroyed for good: nothing wrapped under it will open again.
    pub destroyed: bool,
}

/// What a backend says of itself after really trying a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The kind of backend, e.g. `embedded`.
    pub backend: &'static str,
    /// The epoch of its root key; 0 where the backend keeps that to itself.
    pub root_epoch: u32,
}

/// Whether keys are kept as they must be. Sound when nothing deviates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posture {
    /// How many tenants' keys were looked at.
    pub keys: usize,
    /// What is not as it must be.
    pub deviations: Vec<Deviation>,
}

impl Posture {
    /// Nothing deviates.
    pub fn is_sound(&self) -> bool {
        self.deviations.is_empty()
    }
}

/// One thing that is not as it must be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deviation {
    /// Whose key; `None` when it is about the backend as a whole.
    pub tenant: Option<TenantId>,
    /// What is wrong with it.
    pub what: &'static str,
    /// Where in the backend that was seen; empty where there is no more to say.
    pub place: String,
    /// The command that mends it, if there is one.
    pub remedy: Option<&'static str>,
}

/// How a root is to be split.
pub struct SharePlan<'a> {
    /// Whose root it is: an id that no other installation has.
    pub instance: &'a str,
    /// The id of the set.
    pub id: &'a str,
    /// How many shares bring it back.
    pub needed: u8,
    /// Who gets one each.
    pub holders: &'a [Holder],
    /// What has to come back together with the root. Without `Debug`.
    pub beside: &'a [u8],
}

/// Why a backend did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The tenant never had a key here.
    #[error("there is no key of this tenant; create it first")]
    NoSuchKey,
    /// The tenant's key was destroyed. What it wrapped is gone.
    #[error("the key of this tenant was destroyed")]
    Destroyed,
    /// Wrapped under another key, for another purpose, or changed since.
    #[error("the wrapped secret does not open: another key, another purpose, or damage")]
    Refused,
    /// The passphrase or key file is not the one the root was sealed with.
    #[error("the passphrase or key file does not open the root key")]
    WrongUnlock,
    /// The backend keeps its root to itself; it has ways of its own to share it.
    #[error("the key service keeps its root itself: share it by the key service's own means")]
    RootElsewhere,
    /// The holders and numbers of a set of shares do not fit.
    #[error("the root cannot be shared so: {0}")]
    Shares(String),
    /// Two callers rotated at once; the other one won. Asking again is right.
    #[error("the key changed at the same time; ask again")]
    Conflict,
    /// The backend or its vault cannot be reached.
    #[error("the key service cannot be reached: {0}")]
    Unavailable(String),
}

/// A keeper of tenants' wrapping keys. Every backend must pass [`crate::conformance`].
pub trait KeyService: Send + Sync {
    /// Makes the tenant's key, unless it exists. A destroyed key is not made again.
    fn create(&self, tenant: TenantId) -> Answer<'_, KeyInfo>;
    /// Wraps a secret under the newest epoch. `aad` says what it is for and must be given again to unwrap.
    fn wrap<'a>(&'a self, tenant: TenantId, aad: &'a [u8], secret: &'a [u8]) -> Answer<'a, Wrapped>;
    /// Unwraps a secret, of whichever epoch.
    fn unwrap<'a>(
        &'a self,
        tenant: TenantId,
        aad: &'a [u8],
        wrapped: &'a Wrapped,
    ) -> Answer<'a, Zeroizing<Vec<u8>>>;
    /// The same secret wrapped under the newest epoch.
    fn rewrap<'a>(&'a self, tenant: TenantId, aad: &'a [u8], wrapped: &'a Wrapped) -> Answer<'a, Wrapped> {
        Box::pin(async move {
            let secret = self.unwrap(tenant, aad, wrapped).await?;
            self.wrap(tenant, aad, &secret).await
        })
    }
    /// Starts a new epoch of the tenant's key. What older epochs wrapped still opens.
    fn rotate(&self, tenant: TenantId) -> Answer<'_, KeyInfo>;
    /// Disables the tenant's epochs before this one: what they wrapped opens no more. [`KeyError::Refused`] when there is
    /// no such epoch. Nothing may be wrapped under them any more; see [`KeyService::version`].
    fn retire(&self, tenant: TenantId, before: u32) -> Answer<'_, KeyInfo>;
    /// The epoch under which something was wrapped here; `None` when it was not.
    fn version(&self, wrapped: &[u8]) -> Option<u32>;
    /// Destroys every epoch of the tenant's key, for good.
    fn destroy(&self, tenant: TenantId) -> Answer<'_, ()>;
    /// At most `limit` tenants after the given one, in order of their ids.
    fn list(&self, after: Option<TenantId>, limit: usize) -> Answer<'_, Vec<KeyInfo>>;
    /// Proves that keys can be used.
    fn health(&self) -> Answer<'_, Health>;
    /// Whether the root is kept here, under a passphrase or key file that can be lost.
    fn keeps_root(&self) -> bool {
        false
    }
    /// The root in parts, each sealed to its holder, with the version of the root. It leaves in no other form.
    fn share_root<'a>(&'a self, _plan: &'a SharePlan<'a>) -> Answer<'a, (u32, Vec<SealedShare>)> {
        Box::pin(std::future::ready(Err(KeyError::RootElsewhere)))
    }
    /// Looks at every key, and at what we could do with them: none may leave the backend, and none may be deleted.
    fn posture(&self) -> Answer<'_, Posture>;
}

/// The two methods of a [`KeyService`] that move secrets, over methods of the backend's own.
#[macro_export]
macro_rules! wraps_by {
    ($wrap:ident, $unwrap:ident) => {
        fn wrap<'a>(
            &'a self,
            tenant: kernel::TenantId,
            aad: &'a [u8],
            secret: &'a [u8],
        ) -> $crate::Answer<'a, $crate::Wrapped> {
            Box::pin(self.$wrap(tenant, aad, secret))
        }

        fn unwrap<'a>(
            &'a self,
            tenant: kernel::TenantId,
            aad: &'a [u8],
            wrapped: &'a $crate::Wrapped,
        ) -> $crate::Answer<'a, zeroize::Zeroizing<Vec<u8>>> {
            Box::pin(self.$unwrap(tenant, aad, wrapped))
        }
    };
}
