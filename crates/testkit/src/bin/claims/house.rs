//! What the stages of a run share: on which engine the operator's store is, who keeps the keys, and the one OpenBao.
//!
//! The server is started when somebody needs it; each stage has a mount of its own there.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use openbao::testing::Server;
use store::testing::Engine;
use testkit::{Plan, Safe};
use tokio::sync::OnceCell;

use crate::canary::letters;

/// Who keeps the keys, by the name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Backend {
    /// The trustee core's own store.
    Embedded,
    /// A real OpenBao.
    Openbao,
}

/// What stages share.
pub struct House {
    /// Where the operator's store is.
    pub engine: Engine,
    /// Who keeps the keys.
    pub backend: Backend,
    server: OnceCell<Arc<Server>>,
}

impl House {
    /// A house on this engine, with this keeper of keys.
    pub fn new(engine: Engine, backend: Backend) -> Self {
        Self { engine, backend, server: OnceCell::new() }
    }

    /// The plan of a town, with the keeper of this run or with OpenBao in any case.
    pub async fn plan(&self, apart: bool) -> Result<Plan> {
        let plan = Plan::on(self.engine);
        if !apart && self.backend == Backend::Embedded {
            return Ok(plan);
        }
        let start = async || Server::start().await.map(Arc::new).map_err(|why| anyhow!(why));
        let server = self.server.get_or_try_init(start).await?;
        Ok(Plan { safe: Safe::rent(server, &letters().to_lowercase()).await?, ..plan })
    }
}
