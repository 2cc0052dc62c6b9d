//! The zone as a value: its store, its rules and its ear.

use std::sync::Arc;

use commerce::catalogue::Catalogue;
use contract::assertion::Assertion;
use contract::profile::Profile;
use edge::{OperatorReply, OperatorRequest, Verifier};
use kernel::{Clock, Entropy, Ids};
use store::Store;

use crate::controls::Controls;
use crate::cx::Surroundings;

/// What the zone is made of.
pub struct OperatorConfig {
    /// The operator zone's store.
    pub store: Store,
    /// The cloud's profile.
    pub profile: Arc<Profile>,
    /// What is sold.
    pub catalogue: Arc<Catalogue>,
    /// The trustee's public keys for caller assertions.
    pub trustee_keys: Vec<[u8; 32]>,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Randomness for identifiers.
    pub entropy: Arc<dyn Entropy>,
}

/// The operator zone. Cheap to clone.
#[derive(Clone)]
pub struct Operator {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    /// What this node calls itself when it takes a lease.
    pub holder: String,
    pub store: Store,
    pub around: Surroundings,
    pub verifier: Verifier<Assertion>,
}

impl Operator {
    /// A zone over a migrated store.
    pub fn new(config: OperatorConfig) -> Self {
        Self::with(config, Controls::all())
    }

    /// The same with these controls.
    pub fn with(config: OperatorConfig, controls: Controls) -> Self {
        let verifier = Verifier::new(config.trustee_keys, config.clock.clone());
        let around = Surroundings {
            profile: config.profile,
            catalogue: config.catalogue,
            clock: config.clock,
            entropy: config.entropy,
            controls,
        };
        let holder = Ids { clock: &*around.clock, entropy: &*around.entropy }.random().to_string();
        Self { inner: Arc::new(Inner { holder, store: config.store, around, verifier }) }
    }

    /// The zone's store, for backup and jobs.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Answers one call of the gateway. Never fails: a failure is an answer too.
    pub async fn handle(&self, request: OperatorRequest) -> OperatorReply {
        crate::dispatch::handle(&self.inner, request).await
    }
}
