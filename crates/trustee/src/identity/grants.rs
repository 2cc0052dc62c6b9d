//! The grants: what has to be true before a token is written.

use crate::identity::Identity;
use crate::identity::authority::{Authority, Version};
use crate::identity::form::Form;
use crate::identity::issue::{Asked, Grant};
use crate::identity::oauth::{self, OauthError};
use crate::identity::secrets::Kind;
use crate::identity::sessions::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edge::Response;
use kernel::{Micros, TenantId, UserId};
use std::net::IpAddr;
use store::Tx;
use store::trustee::apps::App;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::tokens::{self, AuthCode, Family};

/// What a transaction found: kept even when it is a refusal, because a refusal may revoke.
type Found<T> = Result<Result<T, OauthError>, store::StoreError>;

/// A call for a token by an app that has shown who it is.
pub(crate) struct TokenCall<'a> {
    pub(crate) version: Version,
    pub(crate) authority: &'a Authority,
    pub(crate) form: &'a Form,
    pub(crate) app: App,
    pub(crate) asked: Asked,
}

impl TokenCall<'_> {
    fn field(&self, name: &'static str) -> Result<&str, OauthError> {
        self.form.get(name).ok_or_else(|| oauth::missing(name))
    }
}

impl Identity {
    pub(crate) async fn by_client_credentials(&self, call: TokenCall<'_>) -> Result<Response, OauthError> {
        let TokenCall { version, app, asked, .. } = call;
        if app.is_public {
            return Err(oauth::app_public());
        }
        let id = app.tenant;
        let tenant = self.store.read("tenant", move |tx| directory::tenant(tx, id)).await?;
        let tenant = tenant.ok_or_else(oauth::app_unknown)?;
        let grant = Grant { tenant, app, person: None, mfa: false };
        self.token_answer(version, &grant, &asked, None)
    }

    pub(crate) async fn by_code(&self, call: TokenCall<'_>) -> Result<Response, OauthError> {
        let mac = self.pepper.mac(Kind::Code, call.field("code")?);
        let want = Presented {
            app: call.app.clone(),
            challenge: challenge_of(call.field("code_verifier")?),
            redirect_uri: call.form.get("redirect_uri").unwrap_or_default().to_owned(),
            now: self.now(),
        };
        let redeem = move |tx: &mut Tx| redeem(tx, &mac, &want);
        let code = self.store.write("redeem-code", redeem).await??;
        let TokenCall { version, authority, app, asked, .. } = call;
        let (tenant, person) = self.principal(authority, &app, code.tenant, code.person).await?;
        let scope = if asked.scope.is_empty() { code.scope.clone() } else { asked.scope.clone() };
        let asked = Asked { scope, nonce: code.nonce.clone(), ..asked };
        let family = Family {
            id: code.family,
            app: app.id,
            person: person.id,
            tenant: tenant.id,
            mfa: code.mfa,
            revoked: false,
            expires: 0,
        };
        let grant = Grant { tenant, app, person: Some(person), mfa: code.mfa };
        self.answer_with_refresh(version, &grant, &asked, family).await
    }

    pub(crate) async fn by_refresh_token(&self, call: TokenCall<'_>) -> Result<Response, OauthError> {
        let mac = self.pepper.mac(Kind::RefreshToken, call.field("refresh_token")?);
        let TokenCall { version, authority, app, asked, .. } = call;
        let now = self.now();
        let asking = app.clone();
        let spend = move |tx: &mut Tx| spend(tx, &mac, &asking, now);
        let family = self.store.write("spend-refresh-token", spend).await??;
        let (tenant, person) = self.principal(authority, &app, family.tenant, family.person).await?;
        let grant = Grant { tenant, app, person: Some(person), mfa: family.mfa };
        let (token, add) = self.add_refresh(family);
        self.store.write("add-refresh-token", add).await?;
        self.token_answer(version, &grant, &asked, Some(token))
    }

    pub(crate) async fn by_password(
        &self,
        call: TokenCall<'_>,
        source: Option<IpAddr>,
    ) -> Result<Response, OauthError> {
        let verified =
            self.verify_password(source, call.field("username")?, call.form.secret("password")).await?;
        let TokenCall { version, authority, app, asked, .. } = call;
        let person = verified.map_err(|refusal| match refusal {
            Refusal::Wrong => oauth::password_wrong(),
            Refusal::Locked => oauth::locked(),
            Refusal::Disabled => oauth::user_disabled(),
            Refusal::Expired => oauth::must_change(),
        })?;
        let (tenant, person) = self.principal(authority, &app, person.tenant, person.id).await?;
        if person.must_change {
            return Err(oauth::must_change());
        }
        if person.totp_ready || tenant.require_mfa {
            return Err(oauth::interaction());
        }
        let family = Family {
            id: self.ids().random().to_string(),
            app: app.id,
            person: person.id,
            tenant: tenant.id,
            mfa: false,
            revoked: false,
            expires: 0,
        };
        let grant = Grant { tenant, app, person: Some(person), mfa: false };
        self.answer_with_refresh(version, &grant, &asked, family).await
    }

    pub(crate) async fn answer_with_refresh(
        &self,
        version: Version,
        grant: &Grant,
        asked: &Asked,
        family: Family,
    ) -> Result<Response, OauthError> {
        let token = if version == Version::One || asked.has("offline_access") {
            let (token, add) = self.add_refresh(family);
            self.store.write("add-refresh-token", add).await?;
            Some(token)
        } else {
            None
        };
        self.token_answer(version, grant, asked, token)
    }

    /// Tenant and person of a grant, if they are in force and belong to this authority and app.
    pub(crate) async fn principal(
        &self,
        authority: &Authority,
        app: &App,
        tenant: TenantId,
        person: UserId,
    ) -> Result<(Tenant, Person), OauthError> {
        if !authority.covers(tenant) || !(app.is_house || app.tenant == tenant) {
            return Err(oauth::grant_expired());
        }
        let read = move |tx: &mut Tx| Ok((directory::tenant(tx, tenant)?, directory::person(tx, person)?));
        let (tenant, person) = self.store.read("principal", read).await?;
        let tenant = tenant.filter(|tenant| tenant.state == "active").ok_or_else(oauth::user_disabled)?;
        let person = person.filter(|person| person.state == "active").ok_or_else(oauth::user_disabled)?;
        Ok((tenant, person))
    }
}

struct Presented {
    app: App,
    redirect_uri: String,
    challenge: String,
    now: Micros,
}

/// Uses a code up. Presented twice, it takes back what it gave; presented wrongly, it is spent all the same.
fn redeem(tx: &mut Tx, mac: &[u8], want: &Presented) -> Found<AuthCode> {
    let Some(code) = tokens::code(tx, mac)? else { return Ok(Err(oauth::grant_expired())) };
    if code.used {
        tokens::revoke_family(tx, &code.family)?;
        return Ok(Err(oauth::code_used()));
    }
    tokens::use_code(tx, mac)?;
    Ok(if code.app != want.app.id || code.expires <= want.now {
        Err(oauth::grant_expired())
    } else if code.redirect_uri != want.redirect_uri {
        Err(oauth::redirect_wrong())
    } else if code.challenge != want.challenge {
        Err(oauth::verifier_wrong())
    } else {
        // The family exists from now on, so that a second presentation finds it to revoke.
        let family = Family {
            id: code.family.clone(),
            app: code.app,
            person: code.person,
            tenant: code.tenant,
            mfa: code.mfa,
            revoked: false,
            expires: want.now,
        };
        tokens::put_family(tx, &family)?;
        Ok(code)
    })
}

/// Uses a refresh token.
///
/// A public app's token counts once: a second use means that a copy is about, and the whole family dies. An app
/// that proves itself with a secret may use a token until it expires, as the directory's clients are used to:
/// some keep one token for months, and a thief would need the secret too.
fn spend(tx: &mut Tx, mac: &[u8], app: &App, now: Micros) -> Found<Family> {
    let refuse = || Ok(Err(oauth::grant_expired()));
    let Some(token) = tokens::refresh(tx, mac)? else { return refuse() };
    let Some(family) = tokens::family(tx, &token.family)? else { return refuse() };
    if family.revoked || token.expires <= now {
        return refuse();
    }
    if family.app != app.id || (app.is_public && token.used_at.is_some()) {
        tokens::revoke_family(tx, &family.id)?;
        return refuse();
    }
    tokens::use_refresh(tx, mac, now)?;
    Ok(Ok(family))
}

/// The S256 challenge of a verifier (RFC 7636).
pub(crate) fn challenge_of(verifier: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(digest)
}

#[cfg(test)]
mod tests {
    /// The example of RFC 7636, appendix B.
    #[test]
    fn challenges_are_those_of_the_rfc() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(super::challenge_of(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
