//! Who keeps a town's keys: the town itself, or an OpenBao that a test can stop, seal, and put back.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use envelope::{KeyFile, Unlock};
use kernel::TenantId;
use openbao::testing::{Server, plain};
use openbao::{Config, OpenBao};
use store::Tx;
use store::trustee::keys::{self, SealingKeyRow, TenantKeyRow};
use treuhand::trustee_house::Keeper;

use crate::{Counting, Town};

/// Who keeps the keys.
#[derive(Clone, Default)]
pub enum Safe {
    /// The trustee core, in its own store.
    #[default]
    Embedded,
    /// A real OpenBao, in a mount of the town's own.
    OpenBao(Arc<Rented>),
}

/// A mount of a running server.
pub struct Rented {
    /// The server, which other towns may use as well.
    pub server: Arc<Server>,
    config: Config,
}

/// A backup of one tenant's keys.
pub struct KeptKeys {
    tenant: TenantId,
    keys: Vec<TenantKeyRow>,
    sealing: Vec<SealingKeyRow>,
    /// Of the server, with all that it holds.
    snapshot: Option<Vec<u8>>,
}

impl Safe {
    /// A new mount of this server.
    ///
    /// # Errors
    /// When the server does not make it.
    pub async fn rent(server: &Arc<Server>, mount: &str) -> Result<Self> {
        let config = server.mount(mount).await.map_err(|why| anyhow!(why))?;
        Ok(Self::OpenBao(Arc::new(Rented { server: server.clone(), config })))
    }

    /// The keeper that a trustee zone opens.
    ///
    /// # Errors
    /// When the server cannot be reached by what it was told.
    pub(crate) fn keeper(&self) -> Result<Keeper> {
        match self {
            Self::Embedded => Ok(Keeper::Embedded(Unlock::KeyFile(KeyFile::generate(&Counting::default())))),
            Self::OpenBao(rented) => {
                let pool = plain().map_err(|why| anyhow!(why))?;
                Ok(Keeper::Other(Arc::new(OpenBao::new(rented.config.clone(), pool)?)))
            }
        }
    }
}

impl KeptKeys {
    /// What of the keys lies in the trustee's store, byte for byte.
    pub fn stored(&self) -> Vec<Vec<u8>> {
        let keys = self.keys.iter().filter_map(|row| row.wrapped.clone());
        keys.chain(self.sealing.iter().map(|row| row.wrapped.clone())).collect()
    }
}

impl Rented {
    /// The path of a tenant's key.
    pub fn key(&self, tenant: TenantId) -> String {
        format!("{}/keys/t-{}", self.config.mount, tenant.0)
    }
}

impl Town {
    /// A backup of a tenant's keys, wherever they are kept.
    ///
    /// # Errors
    /// When the store or the server cannot be read.
    pub async fn save_keys(&self, tenant: TenantId) -> Result<KeptKeys> {
        let read = move |tx: &mut Tx| Ok((keys::tenant(tx, tenant)?, keys::sealing(tx, tenant)?));
        let (keys, sealing) = self.trustee_store.read("save-keys", read).await?;
        let snapshot = match &self.safe {
            Safe::Embedded => None,
            Safe::OpenBao(rented) => Some(rented.server.snapshot().await.map_err(|why| anyhow!(why))?),
        };
        Ok(KeptKeys { tenant, keys, sealing, snapshot })
    }

    /// Puts that backup back, whatever was done to the keys since.
    ///
    /// # Errors
    /// When the store or the server does not take it.
    pub async fn put_keys_back(&self, kept: KeptKeys) -> Result<()> {
        let KeptKeys { tenant, keys, sealing, snapshot } = kept;
        let write = move |tx: &mut Tx| {
            keys::drop_tenant(tx, tenant)?;
            for row in &keys {
                keys::add(tx, row)?;
            }
            for row in &sealing {
                keys::add_sealing(tx, tenant, row.epoch, &row.wrapped, 0)?;
            }
            Ok(())
        };
        self.trustee_store.write("put-keys-back", write).await?;
        if let (Safe::OpenBao(rented), Some(snapshot)) = (&self.safe, snapshot) {
            rented.server.restore(&snapshot).await.map_err(|why| anyhow!(why))?;
        }
        Ok(())
    }
}
