//! [`KeyService`] over transit.

use crate::http::{Http, Pace, Reply};
use crate::login::{Login, Session};
use crate::names::{self, KEY_TYPE, Named};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edge::Pool;
use envelope::{Answer, Health, KeyError, KeyInfo, KeyService, Posture, Wrapped};
use http::{HeaderValue, Method, StatusCode, Uri};
use kernel::TenantId;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use zeroize::Zeroizing;

/// How to reach OpenBao, and as whom.
#[derive(Clone)]
pub struct Config {
    /// Scheme and authority, e.g. `https://openbao.trustee.example:8200`; plain only on loopback.
    pub root: String,
    /// Where the transit engine is mounted. It should hold nothing but our keys.
    pub mount: String,
    /// The namespace, where there are any.
    pub namespace: Option<String>,
    /// The everyday login, with the rights of `deploy/openbao-policy.hcl`.
    pub login: Login,
    /// The login for erasures, with those of `deploy/openbao-erasure-policy.hcl`. Without it nothing is destroyed.
    pub erasure: Option<Login>,
    /// How long one use of a key may take. It is tried three times.
    pub limit: Duration,
}

/// What is wrong with a [`Config`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigError {
    /// The root is no address.
    Root,
    /// A plain address beyond loopback: keys would travel in clear.
    Plain,
    /// The mount or namespace has characters that no path or header takes.
    Name,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Root => "the root of OpenBao is scheme and host, such as https://openbao.example:8200",
            Self::Plain => "OpenBao beyond loopback must be reached by https",
            Self::Name => "mount and namespace of OpenBao are made of letters, digits, - _ and /",
        })
    }
}

impl std::error::Error for ConfigError {}

/// OpenBao as a keeper of tenants' keys.
pub struct OpenBao {
    pub(crate) http: Http,
    pub(crate) mount: String,
    pub(crate) everyday: Session,
    pub(crate) erasure: Option<Session>,
}

/// How a key is kept, as transit tells it.
#[derive(Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "these are OpenBao's members")]
pub(crate) struct Kept {
    pub latest_version: u32,
    pub min_decryption_version: u32,
    #[serde(rename = "type")]
    pub kind: String,
    pub exportable: bool,
    pub allow_plaintext_backup: bool,
    pub deletion_allowed: bool,
    #[serde(default)]
    pub imported_key: bool,
    #[serde(default)]
    pub soft_deleted: bool,
}

impl OpenBao {
    /// A keeper over this OpenBao, which is reached through `pool`. Nothing is asked yet.
    pub fn new(config: Config, pool: Pool) -> Result<Self, ConfigError> {
        let root: Uri = config.root.parse().map_err(|_| ConfigError::Root)?;
        let (Some(scheme), Some(host)) = (root.scheme_str(), root.host()) else {
            return Err(ConfigError::Root);
        };
        let loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        if !matches!(scheme, "http" | "https") || root.path().len() > 1 {
            return Err(ConfigError::Root);
        }
        if scheme == "http" && !loopback {
            return Err(ConfigError::Plain);
        }
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_/".contains(&b));
        let mount = config.mount.trim_matches('/').to_owned();
        let namespace = config.namespace.as_deref().map(|name| {
            if plain(name) {
                HeaderValue::from_str(name).map_err(|_| ConfigError::Name)
            } else {
                Err(ConfigError::Name)
            }
        });
        if mount.is_empty() || !plain(&mount) {
            return Err(ConfigError::Name);
        }
        Ok(Self {
            http: Http::new(&config.root, namespace.transpose()?, pool, config.limit),
            mount,
            everyday: Session::new(config.login),
            erasure: config.erasure.map(Session::new),
        })
    }

    pub(crate) async fn ask(
        &self,
        pace: Pace,
        method: &Method,
        path: &str,
        body: Option<&[u8]>,
    ) -> Result<Reply, KeyError> {
        self.everyday.call(&self.http, pace, method, &format!("{}/{path}", self.mount), body).await
    }

    /// How a key is kept; `None` when there is none of this name.
    pub(crate) async fn look(&self, name: &str) -> Result<Option<Kept>, KeyError> {
        let reply = self.ask(Pace::Use, &Method::GET, &format!("keys/{name}"), None).await?;
        match reply.status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => reply.data().map(Some),
            status => Err(forbidden(status)),
        }
    }

    /// The tenant's key, or its mark.
    async fn state(&self, tenant: TenantId) -> Result<KeyInfo, KeyError> {
        if let Some(kept) = self.look(&names::key(tenant)).await? {
            let (newest, oldest) = (kept.latest_version, kept.min_decryption_version.max(1));
            return Ok(KeyInfo { tenant, newest, oldest, destroyed: false });
        }
        match self.look(&names::mark(tenant)).await? {
            Some(_) => Ok(KeyInfo { tenant, newest: 0, oldest: 0, destroyed: true }),
            None => Err(KeyError::NoSuchKey),
        }
    }

    /// Why a use of the tenant's key was refused with this status.
    async fn why(&self, tenant: TenantId, status: StatusCode) -> KeyError {
        match self.state(tenant).await {
            Err(error) => error,
            Ok(info) if info.destroyed => KeyError::Destroyed,
            Ok(_) if status == StatusCode::BAD_REQUEST => KeyError::Refused,
            Ok(_) => forbidden(status),
        }
    }

    async fn make(&self, tenant: TenantId) -> Result<KeyInfo, KeyError> {
        match self.state(tenant).await {
            Err(KeyError::NoSuchKey) => {}
            Ok(info) if info.destroyed => return Err(KeyError::Destroyed),
            known => return known,
        }
        // Two who make it at once make one key: transit leaves one that is there alone.
        let path = format!("keys/{}", names::key(tenant));
        let reply = self.ask(Pace::Slow, &Method::POST, &path, Some(&kind_body())).await?;
        if !reply.status.is_success() {
            return Err(forbidden(reply.status));
        }
        self.state(tenant).await
    }

    async fn wrap_secret(&self, tenant: TenantId, aad: &[u8], secret: &[u8]) -> Result<Wrapped, KeyError> {
        #[derive(Deserialize)]
        struct Sealed<'a> {
            ciphertext: &'a str,
        }
        let body = names::encrypt_body(secret, &names::bound_to(tenant, aad));
        let path = format!("encrypt/{}", names::key(tenant));
        let reply = self.ask(Pace::Use, &Method::POST, &path, Some(&body)).await?;
        if !reply.status.is_success() {
            return Err(self.why(tenant, reply.status).await);
        }
        names::kept(reply.data::<Sealed<'_>>()?.ciphertext).ok_or(KeyError::Refused)
    }

    async fn unwrap_secret(
        &self,
        tenant: TenantId,
        aad: &[u8],
        wrapped: &Wrapped,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        #[derive(Deserialize)]
        struct Opened<'a> {
            plaintext: &'a str,
        }
        let ciphertext = names::ciphertext(wrapped).ok_or(KeyError::Refused)?;
        let associated_data = STANDARD.encode(names::bound_to(tenant, aad));
        let body = serde_json::json!({ "ciphertext": ciphertext, "associated_data": associated_data });
        let path = format!("decrypt/{}", names::key(tenant));
        let reply = self.ask(Pace::Use, &Method::POST, &path, Some(body.to_string().as_bytes())).await?;
        if !reply.status.is_success() {
            return Err(self.why(tenant, reply.status).await);
        }
        let opened = STANDARD.decode(reply.data::<Opened<'_>>()?.plaintext);
        opened.map(Zeroizing::new).map_err(|_| KeyError::Refused)
    }

    /// The login that may change how a key is kept. The everyday one may not.
    fn keeper(&self) -> Result<&Session, KeyError> {
        self.erasure.as_ref().ok_or_else(|| {
            let text = "no OpenBao login for erasures is configured (keys.erasure_token_file)";
            KeyError::Unavailable(text.to_owned())
        })
    }

    /// Raises the lowest version that transit decrypts, never lowers it.
    async fn disable(&self, tenant: TenantId, before: u32) -> Result<KeyInfo, KeyError> {
        let info = self.state(tenant).await?;
        if info.destroyed {
            return Err(KeyError::Destroyed);
        }
        if before > info.newest {
            return Err(KeyError::Refused);
        }
        if before <= info.oldest {
            return Ok(info);
        }
        let path = format!("{}/keys/{}/config", self.mount, names::key(tenant));
        let body = serde_json::json!({ "min_decryption_version": before }).to_string();
        let reply =
            self.keeper()?.call(&self.http, Pace::Slow, &Method::POST, &path, Some(body.as_bytes())).await?;
        if reply.status.is_success() { self.state(tenant).await } else { Err(forbidden(reply.status)) }
    }

    /// Mark first: a destruction that broke off is then seen, and asking again ends it.
    async fn destroy_key(&self, tenant: TenantId) -> Result<(), KeyError> {
        if self.state(tenant).await?.destroyed {
            return Ok(());
        }
        let erasure = self.keeper()?;
        let key = format!("{}/keys/{}", self.mount, names::key(tenant));
        let mark = format!("{}/keys/{}", self.mount, names::mark(tenant));
        let config = format!("{key}/config");
        let steps: [(&Method, &str, Option<&[u8]>); 3] = [
            (&Method::POST, &mark, Some(&kind_body())),
            (&Method::POST, &config, Some(br#"{"deletion_allowed":true}"#)),
            (&Method::DELETE, &key, None),
        ];
        for (method, path, body) in steps {
            let reply = erasure.call(&self.http, Pace::Slow, method, path, body).await?;
            if !reply.status.is_success() {
                return Err(forbidden(reply.status));
            }
        }
        match self.look(&names::key(tenant)).await? {
            None => Ok(()),
            Some(_) => Err(KeyError::Unavailable("OpenBao still has the key that it deleted".to_owned())),
        }
    }

    /// All tenants that have a key (`false`), or only the mark of one (`true`); in order.
    pub(crate) async fn tenants(&self) -> Result<Tenants, KeyError> {
        #[derive(Deserialize)]
        struct Names {
            keys: Vec<String>,
        }
        let reply = self.ask(Pace::Slow, &Method::GET, "keys?list=true", None).await?;
        let names = match reply.status {
            StatusCode::NOT_FOUND => Vec::new(), // OpenBao's way to list nothing
            status if status.is_success() => reply.data::<Names>()?.keys,
            status => return Err(forbidden(status)),
        };
        let mut tenants = Tenants::default();
        for name in names {
            match names::named(&name) {
                Named::Key(tenant) => tenants.of.entry(tenant).or_default().0 = true,
                Named::Mark(tenant) => tenants.of.entry(tenant).or_default().1 = true,
                Named::Other => tenants.others += 1,
            }
        }
        Ok(tenants)
    }

    async fn page(&self, after: Option<TenantId>, limit: usize) -> Result<Vec<KeyInfo>, KeyError> {
        let tenants = self.tenants().await?.of;
        let mut page = Vec::new();
        for (tenant, (there, _)) in
            tenants.into_iter().filter(|(tenant, _)| Some(*tenant) > after).take(limit)
        {
            // A key that is there beside its mark is not destroyed: that broke off, or a snapshot brought it back.
            page.push(if there {
                self.state(tenant).await?
            } else {
                KeyInfo { tenant, newest: 0, oldest: 0, destroyed: true }
            });
        }
        Ok(page)
    }

    async fn probe(&self) -> Result<Health, KeyError> {
        let tenants = self.tenants().await?.of;
        if let Some((&tenant, _)) = tenants.iter().find(|(_, (key, marked))| *key && !*marked) {
            let wrapped = self.wrap_secret(tenant, b"health", b"probe").await?;
            self.unwrap_secret(tenant, b"health", &wrapped).await?;
        }
        Ok(Health { backend: "openbao", root_epoch: 0 })
    }

    /// Renews both logins.
    pub(crate) async fn renew(&self) -> Result<(), KeyError> {
        self.everyday.renew(&self.http).await?;
        match &self.erasure {
            Some(erasure) => erasure.renew(&self.http).await,
            None => Ok(()),
        }
    }
}

/// What the list of keys holds.
#[derive(Default)]
pub(crate) struct Tenants {
    /// Per tenant whether there is a key, and whether there is a mark.
    pub of: BTreeMap<TenantId, (bool, bool)>,
    /// Keys that are not ours.
    pub others: usize,
}

fn kind_body() -> Vec<u8> {
    format!("{{\"type\":\"{KEY_TYPE}\"}}").into_bytes()
}

fn forbidden(status: StatusCode) -> KeyError {
    KeyError::Unavailable(format!(
        "OpenBao refuses what our token needs to do ({status}); compare its policy with deploy/openbao-policy.hcl"
    ))
}

impl KeyService for OpenBao {
    fn create(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        Box::pin(self.make(tenant))
    }

    envelope::wraps_by! { wrap_secret, unwrap_secret }

    fn rotate(&self, tenant: TenantId) -> Answer<'_, KeyInfo> {
        Box::pin(async move {
            let path = format!("keys/{}/rotate", names::key(tenant));
            let reply = self.ask(Pace::Slow, &Method::POST, &path, Some(b"{}")).await?;
            if reply.status.is_success() {
                self.state(tenant).await
            } else {
                Err(self.why(tenant, reply.status).await)
            }
        })
    }

    fn retire(&self, tenant: TenantId, before: u32) -> Answer<'_, KeyInfo> {
        Box::pin(self.disable(tenant, before))
    }

    fn version(&self, wrapped: &[u8]) -> Option<u32> {
        names::version(wrapped)
    }

    fn destroy(&self, tenant: TenantId) -> Answer<'_, ()> {
        Box::pin(self.destroy_key(tenant))
    }

    fn list(&self, after: Option<TenantId>, limit: usize) -> Answer<'_, Vec<KeyInfo>> {
        Box::pin(self.page(after, limit))
    }

    fn health(&self) -> Answer<'_, Health> {
        Box::pin(self.probe())
    }

    fn posture(&self) -> Answer<'_, Posture> {
        Box::pin(crate::posture::check(self))
    }
}
