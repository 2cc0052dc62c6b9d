//! Tokens: asked for once, kept until shortly before they end, asked for again when the API does not take them.

use bytes::Bytes;
use contract::authority::{Address, Version};
use http::{Method, Request, header};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::error::Error;
use crate::transport::{Transport, TransportError};

/// A token is renewed so long before its end, for calls under way and clocks that differ.
const EARLY: Duration = Duration::from_mins(1);

/// How the client proves who it is.
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    Anonymous,
    Token(String),
    Directory { tenant: String, version: Version, form: Vec<(&'static str, String)>, refresh: Option<String> },
}

impl Credentials {
    /// None: for the few operations that take no token.
    pub fn anonymous() -> Self {
        Self(Kind::Anonymous)
    }

    /// A token that somebody else acquired. It is not renewed.
    pub fn token(token: impl Into<String>) -> Self {
        Self(Kind::Token(token.into()))
    }

    /// An app on its own (`client_credentials`, v2 endpoint).
    pub fn app(tenant: &str, client_id: &str, client_secret: &str) -> Self {
        Self::directory(
            tenant,
            Version::Two,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret),
                ("scope", "https://api.partnercenter.microsoft.com/.default"),
            ],
        )
    }

    /// An app on its own, as clients of 2018 ask (`client_credentials`, v1 endpoint, `resource`).
    pub fn app_v1(tenant: &str, client_id: &str, client_secret: &str, resource: &str) -> Self {
        Self::directory(
            tenant,
            Version::One,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", client_secret),
                ("resource", resource),
            ],
        )
    }

    /// An app for a user who signed in before and left this refresh token. A native app has no secret. When the
    /// directory gives a new refresh token, the client goes on with that one.
    pub fn refresh(tenant: &str, client_id: &str, client_secret: Option<&str>, refresh_token: &str) -> Self {
        let mut form = vec![("grant_type", "refresh_token"), ("client_id", client_id)];
        form.extend(client_secret.map(|secret| ("client_secret", secret)));
        form.push(("scope", "https://api.partnercenter.microsoft.com/user_impersonation"));
        let mut credentials = Self::directory(tenant, Version::Two, &form);
        if let Kind::Directory { refresh, .. } = &mut credentials.0 {
            *refresh = Some(refresh_token.to_owned());
        }
        credentials
    }

    /// A user by name and password, where the cloud's profile allows that at all.
    pub fn password(
        tenant: &str,
        client_id: &str,
        client_secret: &str,
        user_name: &str,
        password: &str,
    ) -> Self {
        Self::directory(
            tenant,
            Version::Two,
            &[
                ("grant_type", "password"),
                ("client_id", client_id),
                ("client_secret", client_secret),
                ("username", user_name),
                ("password", password),
                ("scope", "https://api.partnercenter.microsoft.com/user_impersonation"),
            ],
        )
    }

    fn directory(tenant: &str, version: Version, form: &[(&'static str, &str)]) -> Self {
        let form = form.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self(Kind::Directory { tenant: tenant.to_owned(), version, form, refresh: None })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Anonymous => f.write_str("Credentials(none)"),
            Kind::Token(_) => f.write_str("Credentials(a given token)"),
            Kind::Directory { tenant, .. } => write!(f, "Credentials(tenant {tenant})"),
        }
    }
}

struct Held {
    token: String,
    until: Instant,
}

/// The token of one client.
pub(crate) struct Tokens {
    credentials: Credentials,
    authority: String,
    held: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    /// The newest refresh token, when the directory rotates them.
    refresh: Option<String>,
}

impl Tokens {
    pub(crate) fn new(credentials: Credentials, authority: &str) -> Self {
        Self { credentials, authority: authority.trim_end_matches('/').to_owned(), held: Mutex::default() }
    }

    /// The `Authorization` header for the next call; `None` for anonymous callers. While one call fetches a token,
    /// the others wait for it instead of fetching theirs.
    pub(crate) async fn bearer(&self, transport: &dyn Transport) -> Result<Option<String>, Error> {
        let Kind::Directory { tenant, version, form, refresh } = &self.credentials.0 else {
            return Ok(match &self.credentials.0 {
                Kind::Token(token) => Some(format!("Bearer {token}")),
                _ => None,
            });
        };
        let mut state = self.held.lock().await;
        if let Some(held) = state.held.as_ref().filter(|held| Instant::now() < held.until) {
            return Ok(Some(format!("Bearer {}", held.token)));
        }
        let mut form = form.clone();
        form.extend(state.refresh.clone().or_else(|| refresh.clone()).map(|token| ("refresh_token", token)));
        let granted = self.fetch(transport, tenant, *version, &form).await?;
        let bearer = format!("Bearer {}", granted.access_token);
        let lifetime = Duration::from_secs(granted.expires_in.seconds());
        state.held = Some(Held {
            token: granted.access_token,
            until: Instant::now() + lifetime.saturating_sub(EARLY),
        });
        state.refresh = granted.refresh_token.or(state.refresh.take());
        Ok(Some(bearer))
    }

    /// Forgets the token after the API refused it. True when there is a chance of getting another.
    pub(crate) async fn forget(&self) -> bool {
        self.held.lock().await.held.take().is_some()
    }

    async fn fetch(
        &self,
        transport: &dyn Transport,
        tenant: &str,
        version: Version,
        form: &[(&'static str, String)],
    ) -> Result<Granted, Error> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{}", self.authority, Address::Token(version).at(tenant)))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(Bytes::from(body))
            .map_err(|_| TransportError("tenant or authority cannot be part of an address".to_owned()))?;
        let response = transport.send(request).await?;
        if response.status().is_success() {
            return serde_json::from_slice(response.body()).map_err(|_| Error::Token {
                status: response.status().as_u16(),
                error: "unreadable".to_owned(),
                description: "The directory's answer holds no token.".to_owned(),
            });
        }
        let refused: Refused = serde_json::from_slice(response.body()).unwrap_or_default();
        Err(Error::Token {
            status: response.status().as_u16(),
            error: refused.error,
            description: refused.error_description,
        })
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Seconds,
    refresh_token: Option<String>,
}

/// A lifetime: a number, or digits in a string as the v1 endpoint sends them. Absent: used once.
#[derive(Default, Deserialize)]
struct Seconds(Value);

impl Seconds {
    fn seconds(&self) -> u64 {
        match &self.0 {
            Value::Number(number) => number.as_u64().unwrap_or(0),
            Value::String(digits) => digits.parse().unwrap_or(0),
            _ => 0,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    error: String,
    error_description: String,
}
