//! How the people of a demo world sign in, and as whom the API sees them.

use anyhow::{Context, Result, bail};
use client::{Client, Credentials, HttpTransport};
use contract::authority::{Address, Version};
use edge::http::{Method, Request, header};
use kernel::Clock;
use std::sync::Arc;
use trustee::identity::{Identity, totp_code_at};

use super::browser::{Browser, Shown};
use crate::seed::{PersonAccess, Roots};

/// Where a browser is sent back to. Nothing listens there: the browser of the story only reads the address.
const BACK: &str = "/signin/done";
/// A code verifier and its challenge (RFC 7636, appendix B). A real client makes new ones each time.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// What everybody needs to call.
pub struct Stage {
    /// Where the zones answer.
    pub roots: Roots,
    /// The present, for one-time codes.
    pub clock: Arc<dyn Clock>,
    /// Connections.
    pub transport: HttpTransport,
    /// A client without credentials.
    pub client: Client,
}

/// A person at a browser.
pub struct Person<'p> {
    /// What the person signs in with.
    pub user_name: &'p str,
    /// The password.
    pub password: &'p str,
    /// The key of the one-time codes, when a second factor is set up.
    pub totp: Option<&'p str>,
    /// The password to set when the page asks for a new one.
    pub next_password: Option<&'p str>,
}

impl Stage {
    /// A client that acts for a person of the demo world.
    pub fn seeded(&self, person: &PersonAccess) -> Client {
        let tenant = person.user_name.split_once('@').map_or("common", |(_, domain)| domain);
        let app = Identity::portal_app().to_string();
        self.client.with_credentials(Credentials::password(
            tenant,
            &app,
            "",
            &person.user_name,
            &person.password,
        ))
    }

    /// A client that acts for an app.
    pub fn app(&self, tenant: &str, id: &str, secret: &str) -> Client {
        self.client.with_credentials(Credentials::app(tenant, id, secret))
    }

    /// Signs a person in through the pages and answers a client that acts for him or her.
    ///
    /// # Errors
    /// When the pages do not let the person in.
    pub async fn sign_in(&self, person: &Person<'_>) -> Result<Client> {
        Ok(self.client.with_credentials(Credentials::token(self.token(person).await?)))
    }

    /// Signs a person in through the pages and answers the token that the house's own pages would get.
    ///
    /// # Errors
    /// When the pages do not let the person in.
    pub async fn token(&self, person: &Person<'_>) -> Result<String> {
        let browser = Browser::new(&self.roots.api_root, self.transport.clone());
        let mut page = browser.open(&self.authorize()).await?;
        for _ in 0..6 {
            if let Some(code) = page.member("code").filter(|_| page.at.contains(BACK)) {
                return self.redeem(&code).await;
            }
            page = self.answer(&browser, &page, person).await?;
        }
        bail!("{} cannot sign in: the pages ask again and again", person.user_name)
    }

    async fn answer(&self, browser: &Browser, page: &Shown, person: &Person<'_>) -> Result<Shown> {
        if page.asks_for("user_name") {
            let form = [("user_name", person.user_name), ("password", person.password)];
            browser.submit(page, &form).await
        } else if page.asks_for("code") {
            // A page that sets the second factor up shows its key.
            let key = person.totp.map_or_else(|| page.shown_key(), |key| Ok(key.to_owned()))?;
            let code = totp_code_at(&key, self.clock.now().as_second()).context("the key is malformed")?;
            browser.submit(page, &[("code", &code)]).await
        } else if page.asks_for("again") {
            let new = person.next_password.context("the page asks for a new password")?;
            browser.submit(page, &[("password", new), ("again", new)]).await
        } else {
            bail!("{} cannot sign in: an unknown page", person.user_name)
        }
    }

    fn authorize(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("client_id", Identity::portal_app().to_string().as_str()),
                ("redirect_uri", &format!("{}{BACK}", self.roots.api_root)),
                ("response_type", "code"),
                ("scope", "openid https://api.partnercenter.microsoft.com/user_impersonation"),
                ("state", "story"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        format!("{}?{query}", Address::Authorize(Version::Two).at("organizations"))
    }

    async fn redeem(&self, code: &str) -> Result<String> {
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("client_id", Identity::portal_app().to_string().as_str()),
                ("code", code),
                ("redirect_uri", &format!("{}{BACK}", self.roots.api_root)),
                ("code_verifier", VERIFIER),
            ])
            .finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{}", self.roots.authority, Address::Token(Version::Two).at("organizations")))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into())?;
        let response = client::Transport::send(&self.transport, request).await?;
        let answer: serde_json::Value = serde_json::from_slice(response.body())?;
        let token = answer["access_token"].as_str();
        Ok(token.with_context(|| format!("no token: {}", answer["error_description"]))?.to_owned())
    }
}
