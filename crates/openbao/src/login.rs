//! How we show OpenBao who we are: a token in a file that somebody else renews (an agent beside us), or an AppRole.
//!
//! Invariants: a token is held in memory only and wiped; after OpenBao no longer takes it, it is got anew once, and
//! a second refusal counts.

use crate::http::{Http, Pace, Reply};
use envelope::KeyError;
use http::{Method, StatusCode};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

/// Where a token comes from.
#[derive(Clone)]
pub enum Login {
    /// A file that holds the token and nothing else; read again when OpenBao no longer takes the last one.
    TokenFile(PathBuf),
    /// An AppRole: OpenBao gives a token for role id and secret id.
    AppRole {
        /// Where the method is mounted, usually `approle`.
        mount: String,
        /// The role id. It is no secret.
        role_id: String,
        /// A file that holds the secret id and nothing else.
        secret_id_file: PathBuf,
    },
}

type Token = Arc<Zeroizing<String>>;

/// A login with the token it gave last.
pub struct Session {
    login: Login,
    token: RwLock<Option<Token>>,
}

impl Session {
    pub fn new(login: Login) -> Self {
        Self { login, token: RwLock::default() }
    }

    /// One call with our token.
    pub async fn call(
        &self,
        http: &Http,
        pace: Pace,
        method: &Method,
        path: &str,
        body: Option<&[u8]>,
    ) -> Result<Reply, KeyError> {
        let token = self.token(http).await?;
        let reply = http.call(pace, method, path, Some(&token), body).await?;
        if reply.status != StatusCode::FORBIDDEN || self.taken(http, &token).await? {
            return Ok(reply);
        }
        self.forget(&token);
        let token = self.token(http).await?;
        http.call(pace, method, path, Some(&token), body).await
    }

    /// Makes the token live on, when it can. One that ends anyway is got anew at the next refusal.
    pub async fn renew(&self, http: &Http) -> Result<(), KeyError> {
        let renewed =
            self.call(http, Pace::Slow, &Method::POST, "auth/token/renew-self", Some(b"{}")).await?;
        if !renewed.status.is_success() {
            tracing::debug!(status = %renewed.status, "the OpenBao token is not renewable");
        }
        Ok(())
    }

    /// Whether OpenBao still takes this token: what it forbids is then meant.
    async fn taken(&self, http: &Http, token: &str) -> Result<bool, KeyError> {
        let asked = http.call(Pace::Use, &Method::GET, "auth/token/lookup-self", Some(token), None).await?;
        Ok(asked.status.is_success())
    }

    async fn token(&self, http: &Http) -> Result<Token, KeyError> {
        if let Some(token) = self.token.read().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(token);
        }
        let fresh = Arc::new(match &self.login {
            Login::TokenFile(file) => secret_in(file).await?,
            Login::AppRole { mount, role_id, secret_id_file } => {
                app_role(http, mount, role_id, &secret_in(secret_id_file).await?).await?
            }
        });
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&fresh));
        Ok(fresh)
    }

    fn forget(&self, old: &Token) {
        let mut token = self.token.write().unwrap_or_else(PoisonError::into_inner);
        if token.as_ref().is_some_and(|held| Arc::ptr_eq(held, old)) {
            *token = None;
        }
    }
}

async fn secret_in(file: &Path) -> Result<Zeroizing<String>, KeyError> {
    let text = tokio::fs::read_to_string(file).await.map(Zeroizing::new);
    let text = text.map_err(|error| KeyError::Unavailable(format!("{}: {error}", file.display())))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

async fn app_role(
    http: &Http,
    mount: &str,
    role_id: &str,
    secret_id: &str,
) -> Result<Zeroizing<String>, KeyError> {
    #[derive(Deserialize)]
    struct Given<'a> {
        #[serde(borrow)]
        auth: Auth<'a>,
    }
    #[derive(Deserialize)]
    struct Auth<'a> {
        client_token: &'a str,
    }
    let body = serde_json::json!({ "role_id": role_id, "secret_id": secret_id });
    let body = Zeroizing::new(body.to_string().into_bytes());
    let path = format!("auth/{mount}/login");
    let reply = http.call(Pace::Slow, &Method::POST, &path, None, Some(&body)).await?;
    if !reply.status.is_success() {
        return Err(KeyError::Unavailable(format!("OpenBao refuses the AppRole: {}", reply.status)));
    }
    Ok(Zeroizing::new(reply.json::<Given<'_>>()?.auth.client_token.to_owned()))
}
