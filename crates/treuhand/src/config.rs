//! Configuration files of the zones that run alone. Unknown members are refused: a misspelt name must not pass
//! for a setting. Paths are relative to the file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A certificate with its key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Chain in PEM.
    pub chain: PathBuf,
    /// Private key in PEM.
    pub key: PathBuf,
}

/// `treuhand operator --config FILE`.
#[cfg(feature = "operator")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorFile {
    /// Where the zone listens for the gateway.
    pub listen: SocketAddr,
    /// The folder of the embedded store; also used for the lock when PostgreSQL holds the data.
    pub data: PathBuf,
    /// PostgreSQL instead of the embedded store.
    pub postgres: Option<String>,
    /// The trustee's public assertion keys, hexadecimal: what `treuhand trustee` prints.
    pub trustee_keys: Vec<String>,
    /// The certificate shown to the gateway. Without it the listener is plain and must be on loopback.
    pub certificate: Option<Certificate>,
    /// The authority that signs the gateway's certificate; needs `certificate`.
    pub gateway_authority: Option<PathBuf>,
    /// Another profile than the German one.
    pub profile: Option<PathBuf>,
}

/// `treuhand trustee --config FILE`.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrusteeFile {
    /// Where the zone listens for callers.
    pub listen: SocketAddr,
    /// Scheme and authority under which callers reach it.
    pub origin: String,
    /// The folder of the trustee core's store.
    pub data: PathBuf,
    /// The key file; made at the first start when missing. `<data>.key` when left out.
    pub key_file: Option<PathBuf>,
    /// Proxies that are trusted to name their callers in `X-Forwarded-For`: addresses or networks.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// The certificate shown to callers. Without it the listener is plain, for a TLS terminator on this host.
    pub certificate: Option<Certificate>,
    /// Who keeps tenants' keys; without it they are kept in the store, under the key file.
    pub keys: Option<KeysFile>,
    /// The operator zone.
    pub operator: OperatorLinkFile,
    /// The witnesses of the transparency log.
    pub witnesses: Option<WitnessesFile>,
    /// The authority (PEM) that signs the certificates of tenants' issuers; the system's when left out.
    pub issuer_authority: Option<PathBuf>,
    /// Another profile than the German one.
    pub profile: Option<PathBuf>,
    /// True for a demo world: sign-in by bare password and no throttle.
    #[serde(default)]
    pub demo: bool,
}

/// Who keeps tenants' keys.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "backend", rename_all = "kebab-case")]
pub enum KeysFile {
    /// OpenBao's transit engine.
    Openbao(OpenBaoFile),
}

/// How the trustee zone reaches OpenBao.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenBaoFile {
    /// Scheme and authority; https beyond loopback.
    pub root: String,
    /// The authority that signs its certificate.
    pub authority: Option<PathBuf>,
    /// Its namespace, where there are any.
    pub namespace: Option<String>,
    /// Where the transit engine is mounted, `transit` when left out.
    pub mount: Option<String>,
    /// A file with the everyday token.
    pub token_file: Option<PathBuf>,
    /// Or an AppRole that gives it.
    pub app_role: Option<AppRoleFile>,
    /// A file with the token for erasures. Without it nothing can be erased.
    pub erasure_token_file: Option<PathBuf>,
    /// How long one use of a key may take; 250 when left out.
    pub call_limit_ms: Option<u64>,
}

/// An AppRole of OpenBao.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppRoleFile {
    /// Where the method is mounted, `approle` when left out.
    pub mount: Option<String>,
    /// The role id.
    pub role_id: String,
    /// A file with the secret id.
    pub secret_id_file: PathBuf,
}

/// The witnesses of the transparency log.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessesFile {
    /// A policy file that names them with their URLs, and how many must cosign.
    pub policy: PathBuf,
    /// Whether they must have seen an entry before what it tells of is released, rather than within a minute.
    #[serde(default)]
    pub before_release: bool,
    /// The authority that signs their certificates.
    pub authority: Option<PathBuf>,
}

/// `treuhand witness --config FILE`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessFile {
    /// Where the witness listens.
    pub listen: SocketAddr,
    /// Its name in signatures, e.g. `witness.example/w1`.
    pub name: String,
    /// The folder of its state; its key lies beside it as `<data>.witness-key`.
    pub data: PathBuf,
    /// The public keys of the logs that it watches.
    pub logs: Vec<String>,
    /// The certificate shown to logs. Without it the listener is plain.
    pub certificate: Option<Certificate>,
}

/// How the gateway reaches the operator zone.
#[cfg(feature = "trustee")]
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorLinkFile {
    /// Scheme and authority.
    pub root: String,
    /// The authority that signs the operator's certificate.
    pub authority: Option<PathBuf>,
    /// The gateway's own certificate.
    pub certificate: Option<Certificate>,
}

/// Reads a configuration file; messages name file, line and member.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a configuration of this zone", path.display()))
}

/// A path of the file, seen from where the file lies.
pub fn beside(file: &Path, path: &Path) -> PathBuf {
    file.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

/// The profile of a file, or the German one.
pub fn profile(file: &Path, path: Option<&PathBuf>) -> Result<contract::profile::Profile> {
    let text = match path {
        None => return Ok(contract::profile::Profile::parse(contract::profile::GERMANY)?),
        Some(path) => {
            let path = beside(file, path);
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?
        }
    };
    Ok(contract::profile::Profile::parse(&text)?)
}

#[cfg(all(test, feature = "operator", feature = "trustee"))]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_configurations_and_misspelt_names_are_not() {
        let operator = include_str!("../../../deploy/operator.toml");
        let trustee = include_str!("../../../deploy/trustee.toml");
        assert!(toml::from_str::<OperatorFile>(operator).is_ok());
        assert!(toml::from_str::<TrusteeFile>(trustee).is_ok());
        assert!(toml::from_str::<WitnessFile>(include_str!("../../../deploy/witness.toml")).is_ok());
        let keys: String = trustee
            .lines()
            .skip_while(|line| *line != "# [keys]")
            .map(|line| line.trim_start_matches("# ").to_owned() + "\n")
            .collect();
        let with_keys = format!("{trustee}\n{keys}");
        let read = toml::from_str::<TrusteeFile>(&with_keys).expect("a configuration");
        assert!(matches!(read.keys, Some(KeysFile::Openbao(bao)) if bao.erasure_token_file.is_some()));
        let error = toml::from_str::<TrusteeFile>(&with_keys.replacen("\ntoken_file", "\ntoken_fil", 1));
        assert!(error.expect_err("refused").to_string().contains("token_fil"));
        let misspelt = operator.replacen("gateway_authority", "gateway_autority", 1);
        let error = toml::from_str::<OperatorFile>(&misspelt).expect_err("refused").to_string();
        assert!(error.contains("gateway_autority"), "{error}");
        // Levels are measured: no setting raises one.
        let claimed = format!("assurance = \"L3\"\n{trustee}");
        let error = toml::from_str::<TrusteeFile>(&claimed).expect_err("refused").to_string();
        assert!(error.contains("assurance"), "{error}");
    }
}
