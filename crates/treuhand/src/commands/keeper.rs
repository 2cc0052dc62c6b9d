//! Who keeps the tenants' keys of a trustee zone: what its configuration names, or its key file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use edge::Outbound;
use edge::tls::{authorities, client};
use envelope::Unlock;
use kernel::Entropy;
use openbao::{Config, Login, OpenBao};
use treuhand::folder::Folder;
use treuhand::trustee_house::Keeper;

use crate::config::{self, KeysFile, TrusteeFile};

/// One use of a key; there are three tries.
const CALL_LIMIT_MS: u64 = 250;

/// The keeper that the file at `path` names. The key file is made at a first start, when keys are kept under it.
pub fn keeper(
    path: &Path,
    file: &TrusteeFile,
    folder: &Folder,
    calls: Outbound,
    entropy: &dyn Entropy,
) -> Result<Keeper> {
    let beside = |other: &PathBuf| config::beside(path, other);
    match &file.keys {
        None => {
            let key_file = file.key_file.as_ref().map(beside);
            Ok(Keeper::Embedded(Unlock::KeyFile(folder.key(key_file.as_deref(), entropy)?)))
        }
        Some(KeysFile::Openbao(_)) if file.key_file.is_some() => {
            bail!("key_file is for keys that are kept under it; with keys.backend = \"openbao\" leave it out")
        }
        Some(KeysFile::Openbao(keys)) => {
            let login = match (&keys.token_file, &keys.app_role) {
                (Some(token), None) => Login::TokenFile(beside(token)),
                (None, Some(role)) => Login::AppRole {
                    mount: role.mount.clone().unwrap_or_else(|| "approle".to_owned()),
                    role_id: role.role_id.clone(),
                    secret_id_file: beside(&role.secret_id_file),
                },
                _ => bail!("keys needs either token_file or app_role"),
            };
            let roots = keys.authority.as_ref().map(|path| authorities(&beside(path))).transpose()?;
            let tls = client(roots.unwrap_or_else(rustls::RootCertStore::empty), None)?;
            let config = Config {
                root: keys.root.clone(),
                mount: keys.mount.clone().unwrap_or_else(|| "transit".to_owned()),
                namespace: keys.namespace.clone(),
                login,
                erasure: keys.erasure_token_file.as_ref().map(|token| Login::TokenFile(beside(token))),
                limit: Duration::from_millis(keys.call_limit_ms.unwrap_or(CALL_LIMIT_MS)),
            };
            Ok(Keeper::Other(Arc::new(OpenBao::new(config, edge::pool(tls, calls))?)))
        }
    }
}
