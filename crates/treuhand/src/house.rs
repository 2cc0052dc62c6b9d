//! Both zones put together as values.
//!
//! Invariant: the operator zone gets the trustee's *public* assertion key and nothing else of the trustee; what
//! runs in one process here runs on two hosts in production with the same values handed over in files.

use std::sync::Arc;

use anyhow::Result;
use commerce::catalogue::Catalogue;
use operator::{Operator, OperatorConfig};
use store::Store;

use crate::link::Late;
pub use crate::trustee_house::{Keeper, TrusteeHouse, TrusteeParts, World};

/// Both zones in one process.
pub struct House {
    /// The trustee zone.
    pub trustee: TrusteeHouse,
    /// The operator zone.
    pub operator: Operator,
}

impl House {
    /// Opens both zones; the gateway calls the operator as a value.
    ///
    /// # Errors
    /// As [`TrusteeHouse::open`].
    pub async fn open(
        parts: TrusteeParts,
        operator_store: Store,
        catalogue: Arc<Catalogue>,
        world: &World,
    ) -> Result<Self> {
        let link = Arc::new(Late::default());
        let trustee = TrusteeHouse::open(parts, world, link.clone()).await?;
        let operator = Operator::new(OperatorConfig {
            store: operator_store,
            profile: world.profile.clone(),
            catalogue,
            trustee_keys: vec![trustee.trustee.assertion_key()],
            clock: world.clock.clone(),
            entropy: world.entropy.clone(),
        });
        link.set(operator.clone());
        Ok(Self { trustee, operator })
    }
}
