//! Both zones as programs of their own, with a private OpenBao that keeps the tenants' keys.
//!
//! All three are on loopback, so that the line between them is plain: what encrypting it costs is the same with and
//! without whatever is measured.

use anyhow::{Context, Result, anyhow, ensure};
use openbao::testing;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child::{Server, free_address};
use crate::people::Access;

/// Folders and configurations of both zones.
pub struct Zones {
    program: PathBuf,
    folder: PathBuf,
    trustee: SocketAddr,
    operator: SocketAddr,
    /// Lives as long as the zones: it goes with its keys.
    _openbao: testing::Server,
}

/// Both programs, running. The trustee's is first, so that it ends first.
pub struct Running {
    trustee: Server,
    operator: Server,
}

impl Zones {
    /// New folders with a demo world's configuration, and an OpenBao of their own.
    pub async fn new(program: &Path, folder: &Path) -> Result<Self> {
        let _ = std::fs::remove_dir_all(folder); // there is none at the first time
        std::fs::create_dir_all(folder.join("operator"))?;
        let folder = folder.canonicalize()?;
        // A zone of a demo world need not declare anything, but the operator's program knows of no demo.
        let place = folder.join("operator").display().to_string();
        let declared = format!(
            "[[place]]\npath = \"{place}\"\npurpose = \"store\"\ncountry = \"DE\"\nentity = \"bench\"\n"
        );
        std::fs::write(folder.join("operator/residency.toml"), declared)?;
        let openbao = testing::Server::start().await.map_err(|why| anyhow!(why))?;
        let (trustee, operator) = (free_address()?, free_address()?);
        let [everyday, erasure] =
            ["everyday", "erasure"].map(|name| openbao.token_file(name).display().to_string());
        let text = format!(
            "listen = \"{trustee}\"\norigin = \"http://{trustee}\"\ndata = \"trustee\"\ndemo = true\n\n\
             [operator]\nroot = \"http://{operator}\"\n\n\
             [keys]\nbackend = \"openbao\"\nroot = \"{}\"\ntoken_file = \"{everyday}\"\n\
             erasure_token_file = \"{erasure}\"\n",
            openbao.root()
        );
        std::fs::write(folder.join("trustee.toml"), text)?;
        let zones = Self { program: program.to_owned(), folder, trustee, operator, _openbao: openbao };
        let key = Command::new(program).args(zones.arguments("trustee-key", "trustee")).output()?;
        ensure!(key.status.success(), "no assertion key: {}", String::from_utf8_lossy(&key.stderr).trim());
        let key = String::from_utf8(key.stdout)?;
        let text =
            format!("listen = \"{operator}\"\ndata = \"operator\"\ntrustee_keys = [\"{}\"]\n", key.trim());
        std::fs::write(zones.folder.join("operator.toml"), text)?;
        Ok(zones)
    }

    /// Starts both, the operator's first: a demo world is planted at it.
    pub async fn start(&self) -> Result<Running> {
        let operator = self.zone("operator", self.operator).await.context("the operator zone")?;
        let trustee = self.zone("trustee", self.trustee).await.context("the trustee zone")?;
        Ok(Running { trustee, operator })
    }

    /// Where callers are let in.
    pub const fn door(&self) -> SocketAddr {
        self.trustee
    }

    /// Who lives in its world.
    pub fn people(&self) -> Result<Access> {
        Access::of(&self.folder.join("trustee"))
    }

    async fn zone(&self, name: &str, address: SocketAddr) -> Result<Server> {
        let log = self.folder.join(format!("{name}.log"));
        Server::start(&self.program, self.arguments(name, name), address, &log).await
    }

    fn arguments(&self, command: &str, zone: &str) -> [String; 3] {
        let config = self.folder.join(format!("{zone}.toml"));
        [command.to_owned(), "--config".to_owned(), config.display().to_string()]
    }
}

impl Running {
    /// Ends both.
    pub async fn stop(self) -> Result<()> {
        self.trustee.stop().await?;
        self.operator.stop().await
    }
}
