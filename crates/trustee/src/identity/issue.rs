//! Writing tokens and the answers that carry them.

use crate::identity::authority::Version;
use crate::identity::claims::{AccessClaims, Generations, TOKEN_SECONDS};
use crate::identity::oauth::{self, OauthError};
use crate::identity::secrets::{self, Kind};
use crate::identity::{Identity, check};
use edge::{Response, StatusCode};
use kernel::{Micros, Problem};
use serde_json::{Map, Value, json};
use store::Tx;
use store::trustee::apps::App;
use store::trustee::directory::{Person, Tenant};
use store::trustee::tokens::{self, Family, RefreshToken};

/// How long a refresh token counts.
const REFRESH_MICROS: Micros = 90 * 86_400_000_000;

/// Whom a token is for.
pub(crate) struct Grant {
    pub(crate) tenant: Tenant,
    pub(crate) app: App,
    pub(crate) person: Option<Person>,
    pub(crate) mfa: bool,
}

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) scope: String,
    pub(crate) resource: String,
    pub(crate) nonce: String,
    pub(crate) client_info: bool,
}

impl Asked {
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|asked| asked.eq_ignore_ascii_case(scope))
    }
}

impl Identity {
    pub(crate) fn access_token(&self, grant: &Grant, version: Version) -> Result<String, Problem> {
        let now = self.now_second();
        let tid = grant.tenant.id;
        let (iss, ver) = match version {
            Version::One => (self.issuer_v1(tid), "1.0"),
            Version::Two => (self.issuer_v2(tid), "2.0"),
        };
        let person = grant.person.as_ref();
        let oid = person.map_or_else(|| grant.app.id.to_string(), |person| person.id.to_string());
        let claims = AccessClaims {
            iss,
            aud: self.settings.audience.clone(),
            tid,
            sub: oid.clone(),
            oid,
            appid: grant.app.id,
            azp: grant.app.id,
            idtyp: if person.is_some() { "user" } else { "app" }.to_owned(),
            roles: person
                .map(|person| check::roles(&person.roles).iter().map(|role| role.name().to_owned()).collect())
                .unwrap_or_default(),
            scp: person.map(|_| "user_impersonation".to_owned()),
            amr: match (person, grant.mfa) {
                (None, _) => Vec::new(),
                (Some(_), false) => vec!["pwd".to_owned()],
                (Some(_), true) => vec!["pwd".to_owned(), "mfa".to_owned()],
            },
            iat: now,
            nbf: now,
            exp: now + TOKEN_SECONDS,
            jti: self.ids().random().to_string(),
            ver: ver.to_owned(),
            generation: Generations {
                tenant: grant.tenant.generation,
                app: grant.app.generation,
                user: person.map_or(0, |person| person.generation),
            },
        };
        self.signing.sign(&claims, self.now())
    }

    /// The token that tells an app who signed in. Its audience is the app, so it opens no API.
    fn id_token(&self, grant: &Grant, person: &Person, asked: &Asked) -> Result<String, Problem> {
        let now = self.now_second();
        let mut claims = json!({
            "iss": self.issuer_v2(grant.tenant.id),
            "aud": grant.app.id,
            "tid": grant.tenant.id,
            "oid": person.id,
            "sub": person.id,
            "preferred_username": person.user_name,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "ver": "2.0",
        });
        if !asked.nonce.is_empty() {
            claims["nonce"] = json!(asked.nonce);
        }
        if asked.has("profile") {
            claims["name"] = json!(person.display_name);
        }
        if asked.has("email") && !person.email.is_empty() {
            claims["email"] = json!(person.email);
        }
        self.signing.sign(&claims, self.now())
    }

    /// A fresh refresh token in a family, new or known.
    pub(crate) fn add_refresh(
        &self,
        family: Family,
    ) -> (String, impl Fn(&mut Tx) -> Result<(), store::StoreError> + use<>) {
        let token = secrets::random(self.entropy.as_ref()).to_string();
        let expires = self.now() + REFRESH_MICROS;
        let row = RefreshToken {
            mac: self.pepper.mac(Kind::RefreshToken, &token),
            family: family.id.clone(),
            expires,
            used_at: None,
        };
        let family = Family { expires, ..family };
        let write = move |tx: &mut Tx| {
            tokens::put_family(tx, &family)?;
            tokens::add_refresh(tx, &row)
        };
        (token, write)
    }

    /// The answer of a token endpoint.
    pub(crate) fn token_answer(
        &self,
        version: Version,
        grant: &Grant,
        asked: &Asked,
        refresh_token: Option<String>,
    ) -> Result<Response, OauthError> {
        let now = self.now_second();
        let mut body = Map::new();
        body.insert("token_type".to_owned(), json!("Bearer"));
        match version {
            // Version 1 writes numbers as text, and some clients parse them as such.
            Version::One => {
                let on = now + TOKEN_SECONDS;
                for (name, number) in [
                    ("expires_in", TOKEN_SECONDS),
                    ("ext_expires_in", TOKEN_SECONDS),
                    ("expires_on", on),
                    ("not_before", now),
                ] {
                    body.insert(name.to_owned(), json!(number.to_string()));
                }
                let resource =
                    if asked.resource.is_empty() { &self.settings.audience } else { &asked.resource };
                body.insert("resource".to_owned(), json!(resource));
                if grant.person.is_some() {
                    body.insert("scope".to_owned(), json!("user_impersonation"));
                }
            }
            Version::Two => {
                for name in ["expires_in", "ext_expires_in"] {
                    body.insert(name.to_owned(), json!(TOKEN_SECONDS));
                }
                if grant.person.is_some() {
                    body.insert("scope".to_owned(), json!(asked.scope));
                }
            }
        }
        body.insert("access_token".to_owned(), json!(self.access_token(grant, version)?));
        if let Some(token) = refresh_token {
            body.insert("refresh_token".to_owned(), json!(token));
        }
        if let Some(person) = &grant.person {
            if asked.has("openid") {
                body.insert("id_token".to_owned(), json!(self.id_token(grant, person, asked)?));
            }
            if asked.client_info {
                body.insert("client_info".to_owned(), json!(client_info(person)));
            }
        }
        Ok(oauth::not_stored(Response::json(StatusCode::OK, Value::Object(body).to_string())))
    }
}

/// What one family of client libraries keys its accounts by.
fn client_info(person: &Person) -> String {
    use base64::Engine as _;
    let info = json!({ "uid": person.id, "utid": person.tenant }).to_string();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(info)
}
