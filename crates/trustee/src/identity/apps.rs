//! Registered apps: what may ask for tokens, and with which secrets.

use crate::identity::Identity;
use crate::identity::actor::{self, Actor, Matter};
use crate::identity::secrets::{self, Kind};
use edge::http::Uri;
use kernel::{AppId, Code, Micros, Problem, TenantId};
use store::Tx;
use store::trustee::apps::{self, App, AppSecret};
use store::trustee::tokens;
use uuid::Uuid;
use zeroize::Zeroizing;

/// The house's own pages as an app: known to every installation, never registered by anybody.
pub const PORTAL_APP: AppId = AppId(Uuid::from_u128(0x7472_6575_6861_4e64_8000_706f_7274_616c));

const MAX_APPS: u32 = 200;
const MAX_SECRETS: usize = 10;
const MAX_REDIRECTS: usize = 20;
const MAX_SECRET_DAYS: u32 = 730;
const DAY: Micros = 86_400_000_000;

/// An app as its administrators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppView {
    /// The client id.
    pub id: AppId,
    /// The tenant that registered it.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Whether it cannot keep a secret (programs on people's devices).
    pub public: bool,
    /// When it was registered.
    pub created: Micros,
    /// Its secrets: id, first characters, expiry.
    pub secrets: Vec<(String, String, Micros)>,
}

/// An app to be.
#[derive(Clone, Debug, Default)]
pub struct NewApp {
    /// Its name.
    pub name: String,
    /// Where codes may be sent: https, or http on the loopback address.
    pub redirect_uris: Vec<String>,
    /// Whether it cannot keep a secret.
    pub public: bool,
}

/// A secret just made; shown once.
pub struct NewSecret {
    /// Its id, for withdrawing it.
    pub id: String,
    /// The secret.
    pub secret: Zeroizing<String>,
    /// When it stops counting.
    pub expires: Micros,
}

impl Identity {
    /// Registers an app.
    pub async fn register_app(
        &self,
        actor: &Actor,
        tenant: TenantId,
        new: NewApp,
    ) -> Result<AppView, Problem> {
        let app = self.new_app(AppId(self.ids().random()), tenant, &new, false)?;
        let actor = actor.clone();
        let write = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            actor.may_manage(tx, &home, Matter::Apps)?;
            if apps::of_tenant(tx, tenant, MAX_APPS)?.len() >= MAX_APPS as usize {
                let text = format!("A tenant has at most {MAX_APPS} apps. Delete one first.");
                return Err(Problem::new(409, Code(0), "too_many_apps", text));
            }
            apps::add(tx, &app)?;
            Ok(view(app.clone(), &[]))
        };
        self.store.try_write("register-app", write).await
    }

    /// Makes sure that the house's own pages can sign people in: a public app of the given tenant (the
    /// trustee's) for people of every tenant.
    pub async fn ensure_portal_app(
        &self,
        trustee: TenantId,
        redirect_uris: Vec<String>,
    ) -> Result<AppId, Problem> {
        let new = NewApp { name: self.settings.title.clone(), redirect_uris, public: true };
        let app = self.new_app(PORTAL_APP, trustee, &new, true)?;
        let write = move |tx: &mut Tx| {
            if !apps::add(tx, &app)? {
                let known = apps::app(tx, app.id)?.ok_or_else(Problem::internal)?;
                apps::set(tx, &App { redirect_uris: app.redirect_uris.clone(), ..known })?;
            }
            Ok::<_, Problem>(app.id)
        };
        self.store.try_write("ensure-portal-app", write).await
    }

    /// A tenant's apps.
    pub async fn apps(&self, actor: &Actor, tenant: TenantId) -> Result<Vec<AppView>, Problem> {
        let actor = actor.clone();
        let read = move |tx: &mut Tx| {
            let home = actor::tenant_of(tx, tenant)?;
            actor.may_manage(tx, &home, Matter::Apps)?;
            let found = apps::of_tenant(tx, tenant, MAX_APPS)?;
            let mut views = Vec::with_capacity(found.len());
            for app in found {
                let secrets = apps::secrets(tx, app.id)?;
                views.push(view(app, &secrets));
            }
            Ok::<_, Problem>(views)
        };
        self.store.try_read("apps", read).await
    }

    /// Removes an app: its tokens die with it.
    pub async fn remove_app(&self, actor: &Actor, tenant: TenantId, id: AppId) -> Result<(), Problem> {
        let actor = actor.clone();
        let write = move |tx: &mut Tx| {
            let mut app = managed_app(tx, &actor, tenant, id)?;
            "removed".clone_into(&mut app.state);
            app.generation += 1;
            apps::set(tx, &app)?;
            apps::drop_secrets(tx, id)?;
            tokens::revoke_app(tx, id)?;
            Ok::<_, Problem>(())
        };
        let done = self.store.try_write("remove-app", write).await;
        self.cache.forget(|caller| caller.app == id);
        done
    }

    /// Makes a secret for an app.
    pub async fn add_app_secret(
        &self,
        actor: &Actor,
        tenant: TenantId,
        app: AppId,
        days: u32,
    ) -> Result<NewSecret, Problem> {
        if days == 0 || days > MAX_SECRET_DAYS {
            let text = format!("A secret lasts 1 to {MAX_SECRET_DAYS} days.");
            return Err(Problem::new(400, Code(0), "secret_lifetime_invalid", text));
        }
        let secret = secrets::random(self.entropy.as_ref());
        let now = self.now();
        let row = AppSecret {
            id: self.ids().ordered().to_string(),
            app,
            mac: self.pepper.mac(Kind::AppSecret, &secret),
            hint: secret.chars().take(3).collect(),
            created: now,
            expires: now + i64::from(days) * DAY,
        };
        let made = NewSecret { id: row.id.clone(), secret, expires: row.expires };
        let actor = actor.clone();
        let write = move |tx: &mut Tx| {
            let known = managed_app(tx, &actor, tenant, app)?;
            if known.is_public {
                let text = "A public app cannot keep a secret.";
                return Err(Problem::new(409, Code(0), "app_is_public", text));
            }
            if apps::secrets(tx, app)?.len() >= MAX_SECRETS {
                let text = format!("An app has at most {MAX_SECRETS} secrets. Withdraw one first.");
                return Err(Problem::new(409, Code(0), "too_many_secrets", text));
            }
            Ok(apps::add_secret(tx, &row)?)
        };
        self.store.try_write("add-app-secret", write).await?;
        Ok(made)
    }

    /// Withdraws a secret: the tokens that the app got with it die too.
    pub async fn remove_app_secret(
        &self,
        actor: &Actor,
        tenant: TenantId,
        app: AppId,
        secret: &str,
    ) -> Result<(), Problem> {
        let (actor, secret) = (actor.clone(), secret.to_owned());
        let write = move |tx: &mut Tx| {
            let mut known = managed_app(tx, &actor, tenant, app)?;
            if !apps::drop_secret(tx, app, &secret)? {
                return Err(Problem::new(404, Code(0), "secret_unknown", "The app has no such secret."));
            }
            known.generation += 1;
            Ok(apps::set(tx, &known)?)
        };
        let done = self.store.try_write("remove-app-secret", write).await;
        self.cache.forget(|caller| caller.app == app);
        done
    }

    pub(crate) fn new_app(
        &self,
        id: AppId,
        tenant: TenantId,
        new: &NewApp,
        house: bool,
    ) -> Result<App, Problem> {
        let invalid = |slug, text: &str| Err(Problem::new(400, Code(0), slug, text));
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
            return invalid("name_invalid", "An app's name has 1 to 120 characters.");
        }
        if new.redirect_uris.len() > MAX_REDIRECTS || !new.redirect_uris.iter().all(|uri| is_redirect(uri)) {
            let text =
                "Redirect addresses are absolute https addresses, or http on localhost, without a fragment.";
            return invalid("redirect_invalid", text);
        }
        Ok(App {
            id,
            tenant,
            name: name.to_owned(),
            redirect_uris: new.redirect_uris.join("\n"),
            grants: String::new(),
            is_public: new.public,
            is_house: house,
            state: "active".to_owned(),
            generation: 1,
            created: self.now(),
        })
    }
}

fn managed_app(tx: &mut Tx, actor: &Actor, tenant: TenantId, id: AppId) -> Result<App, Problem> {
    let home = actor::tenant_of(tx, tenant)?;
    actor.may_manage(tx, &home, Matter::Apps)?;
    let found = apps::app(tx, id)?;
    found
        .filter(|app| app.tenant == tenant && app.state == "active" && !app.is_house)
        .ok_or_else(|| Problem::new(404, Code(0), "app_unknown", "There is no such app in this tenant."))
}

fn view(app: App, secrets: &[AppSecret]) -> AppView {
    AppView {
        id: app.id,
        tenant: app.tenant,
        name: app.name,
        redirect_uris: app.redirect_uris.lines().map(str::to_owned).collect(),
        public: app.is_public,
        created: app.created,
        secrets: secrets
            .iter()
            .map(|secret| (secret.id.clone(), secret.hint.clone(), secret.expires))
            .collect(),
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn is_redirect(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let plain =
        text.len() <= 2048 && text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['#', '@', '\\']);
    let host_fits = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-[]:".contains(&b));
    let secure = match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_loopback(&host),
        _ => false,
    };
    plain && host_fits && secure
}

/// Whether a code may be sent there: exactly one of the registered addresses; on a loopback address of a public
/// app any port will do (RFC 8252, section 7.3).
pub(crate) fn may_redirect(app: &App, asked: &str) -> bool {
    let any_port = if app.is_public && is_redirect(asked) { without_port(asked) } else { None };
    let registered = |known: &str| known == asked || (any_port.is_some() && without_port(known) == any_port);
    app.redirect_uris.lines().any(registered)
}

/// Scheme and authority of an address that was registered, for the policy of pages that lead there.
pub(crate) fn origin_of(uri: &str) -> Option<String> {
    let uri = uri.parse::<Uri>().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}

/// A loopback address without its port; None for all others.
fn without_port(text: &str) -> Option<String> {
    let uri = text.parse::<Uri>().ok()?;
    let host = uri.host()?;
    let loopback = uri.scheme_str() == Some("http") && is_loopback(host);
    loopback.then(|| format!("{host}{}", uri.path_and_query().map_or("/", |rest| rest.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_can_be_registered() {
        for (uri, ok) in [
            ("https://app.contoso.de/back", true),
            ("https://app.contoso.de", true),
            ("http://localhost:8400/", true),
            ("http://127.0.0.1", true),
            ("http://[::1]:1/", true),
            ("http://app.contoso.de/", false),
            ("https://app.contoso.de/#x", false),
            ("https://user@app.contoso.de/", false),
            ("javascript:alert(1)", false),
            ("/back", false),
            ("//evil.example/", false),
            ("", false),
            ("https://app.contoso.de/ x", false),
            ("https://app;contoso.de/", false),
        ] {
            assert_eq!(is_redirect(uri), ok, "{uri}");
        }
    }

    fn goes(public: bool, asked: &str, want: bool) {
        let app = App {
            id: PORTAL_APP,
            tenant: TenantId(Uuid::nil()),
            name: String::new(),
            redirect_uris: "https://app.contoso.de/back\nhttp://localhost/cb".to_owned(),
            grants: String::new(),
            is_public: public,
            is_house: false,
            state: "active".to_owned(),
            generation: 1,
            created: 0,
        };
        assert_eq!(may_redirect(&app, asked), want, "{asked} public={public}");
    }

    #[test]
    fn codes_go_to_registered_addresses_only() {
        for public in [true, false] {
            goes(public, "https://app.contoso.de/back", true);
            goes(public, "https://app.contoso.de/back/", false);
            goes(public, "https://app.contoso.de/back?x=1", false);
            goes(public, "https://app.contoso.de:444/back", false);
            goes(public, "https://evil.example/back", false);
            goes(public, "http://localhost:5000/other", false);
            goes(public, "", false);
            goes(public, "http://localhost:5000/cb", public);
        }
    }
}
