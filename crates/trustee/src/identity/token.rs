//! The token endpoints: who asks, what for, and under which grant.

use crate::identity::authority::{Authority, Version};
use crate::identity::claims::AccessClaims;
use crate::identity::form::{self, Form};
use crate::identity::grants::TokenCall;
use crate::identity::issue::Asked;
use crate::identity::oauth::{self, OauthError};
use crate::identity::secrets::Kind;
use crate::identity::{Identity, check, device, jws};
use contract::Api;
use edge::{Request, Response, StatusCode};
use kernel::{AppId, Code, Problem};
use serde_json::json;
use std::net::IpAddr;
use std::str::FromStr as _;
use store::Tx;
use store::trustee::apps::{self, App};
use store::trustee::directory;
use zeroize::Zeroizing;

impl Identity {
    /// `POST /{tenant}/oauth2/token` and `/{tenant}/oauth2/v2.0/token`.
    pub(crate) async fn token_endpoint(&self, request: &Request, version: Version, tenant: &str) -> Response {
        match self.token(request, version, tenant).await {
            Ok(response) => response,
            Err(error) => error.into_response(self.clock.now(), &request.trace),
        }
    }

    async fn token(&self, request: &Request, version: Version, tenant: &str) -> Result<Response, OauthError> {
        let authority = self.authority(tenant).await?;
        let form = Form::parse(&request.body)?;
        let source = Some(request.peer.address.ip());
        let grant = form.get("grant_type").ok_or_else(|| oauth::missing("grant_type"))?;
        let app = self.client(&authority, &form, form::basic(&request.headers), source).await?;
        let asked = self.asked(version, &form)?;
        let call = TokenCall { version, authority: &authority, form: &form, app, asked };
        match grant {
            "client_credentials" => self.by_client_credentials(call).await,
            "authorization_code" => self.by_code(call).await,
            "refresh_token" => self.by_refresh_token(call).await,
            grant if device::GRANTS.contains(&grant) => self.by_device_code(call).await,
            "password" if self.settings.password_grant => self.by_password(call, source).await,
            _ => Err(oauth::grant_unsupported()),
        }
    }

    /// The app that asks, with its secret checked.
    pub(crate) async fn client(
        &self,
        authority: &Authority,
        form: &Form,
        basic: Option<(String, Zeroizing<String>)>,
        source: Option<IpAddr>,
    ) -> Result<App, OauthError> {
        let (id, secret) = if let Some(both) = basic {
            both
        } else {
            let id = form.get("client_id").ok_or_else(|| oauth::missing("client_id"))?;
            (id.to_owned(), form.secret("client_secret"))
        };
        let id = AppId::from_str(&id).map_err(|_| oauth::app_unknown())?;
        if source.is_some_and(|source| self.sources.wait(source, self.now()) > 0) {
            return Err(oauth::locked());
        }
        let read = move |tx: &mut Tx| {
            let Some(app) = apps::app(tx, id)? else { return Ok(None) };
            let home = directory::tenant(tx, app.tenant)?;
            Ok(Some((app, home, apps::secrets(tx, id)?)))
        };
        let found = self.store.read("client", read).await?;
        let Some((app, Some(home), secrets)) = found else { return Err(oauth::app_unknown()) };
        let here = app.is_house || authority.covers(app.tenant);
        if app.state != "active" || home.state != "active" || !here {
            return Err(oauth::app_unknown());
        }
        if app.is_public {
            return if secret.is_empty() { Ok(app) } else { Err(oauth::app_public()) };
        }
        if secret.is_empty() {
            return Err(oauth::secret_missing());
        }
        let mac = self.pepper.mac(Kind::AppSecret, &secret);
        let equal = |known: &[u8]| aws_lc_rs::constant_time::verify_slices_are_equal(known, &mac).is_ok();
        match secrets.iter().find(|known| equal(&known.mac)) {
            Some(known) if known.expires > self.now() => Ok(app),
            Some(_) => Err(oauth::secret_expired()),
            None => {
                self.count_source(source, false);
                Err(oauth::secret_wrong())
            }
        }
    }

    /// What is asked for; refused when it is none of ours.
    pub(crate) fn asked(&self, version: Version, form: &Form) -> Result<Asked, OauthError> {
        let scope = form.get("scope").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let asked = Asked {
            resource: form.get("resource").unwrap_or_default().to_owned(),
            nonce: form.get("nonce").unwrap_or_default().to_owned(),
            client_info: form.get("client_info") == Some("1"),
            scope,
        };
        if version == Version::One {
            return if asked.resource.is_empty() || self.is_ours(&asked.resource) {
                Ok(asked)
            } else {
                Err(oauth::resource_unknown())
            };
        }
        for scope in asked.scope.split(' ').filter(|scope| !scope.is_empty()) {
            let of_openid = ["openid", "profile", "email", "offline_access"];
            if of_openid.iter().any(|known| scope.eq_ignore_ascii_case(known)) {
                continue;
            }
            let resource = scope.rsplit_once('/').map(|(resource, _)| resource);
            if !resource.is_some_and(|resource| self.is_ours(resource)) {
                return Err(oauth::resource_unknown());
            }
        }
        Ok(asked)
    }

    fn is_ours(&self, resource: &str) -> bool {
        let plain = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
        let asked = plain(resource);
        let names = std::iter::once(&self.settings.audience).chain(&self.settings.resources);
        names.map(|name| plain(name)).any(|known| known == asked)
    }

    /// `POST /generatetoken`: the old second step. A directory token for another one that lasts as long.
    pub(crate) async fn generate_token(&self, request: &Request) -> Response {
        let done = self.try_generate(request).await;
        done.unwrap_or_else(|problem| Response::problem(&problem, Api::PartnerCenter))
    }

    async fn try_generate(&self, request: &Request) -> Result<Response, Problem> {
        let token = check::bearer(&request.headers).ok_or_else(|| {
            let text = "Send the directory's access token as a bearer token.";
            Problem::new(401, contract::errors::code::NO_TOKEN, "token_missing", text)
        })?;
        let form = Form::parse(&request.body)?;
        if form.get("grant_type") != Some("jwt_token") {
            let text = "The form must contain grant_type=jwt_token.";
            return Err(Problem::new(400, Code(0), "grant_unsupported", text));
        }
        self.check(token).await?;
        let claims: Option<AccessClaims> = jws::verify(token, |kid| self.signing.public(kid));
        let claims = AccessClaims {
            jti: self.ids().random().to_string(),
            ..claims.ok_or_else(Problem::internal)? // just checked
        };
        let body = json!({
            "access_token": self.signing.sign(&claims, self.now())?,
            "token_type": "Bearer",
            "expires_in": claims.exp - self.now_second(),
        });
        Ok(oauth::not_stored(Response::json(StatusCode::OK, body.to_string())))
    }
}
