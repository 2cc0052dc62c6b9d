//! The apps of the caller's own tenant, and their secrets.

use contract::collection::Collection;
use contract::resources::trustee::{AppKind, AppRegistration, AppSecret};
use kernel::Problem;

use super::desk::{Desk, instant, required};
use crate::gateway::bad;
use crate::identity::{AppView, NewApp};

/// Half a year.
const USUAL_DAYS: i64 = 180;

/// All apps.
pub(super) async fn list(desk: &Desk<'_>, (): ()) -> Result<Collection<AppRegistration>, Problem> {
    let apps = desk.identity.apps(&desk.actor()?, desk.tenant()?).await?;
    Ok(Collection::new(apps.into_iter().map(shown).collect()))
}

/// Registers an app.
pub(super) async fn create(desk: &Desk<'_>, asked: AppRegistration) -> Result<AppRegistration, Problem> {
    let new = NewApp {
        name: required(asked.display_name, "displayName")?,
        redirect_uris: asked.redirect_uris.unwrap_or_default(),
        public: asked.kind == Some(AppKind::Native),
    };
    desk.identity.register_app(&desk.actor()?, desk.tenant()?, new).await.map(shown)
}

/// Deletes an app.
pub(super) async fn delete(desk: &Desk<'_>, (): ()) -> Result<(), Problem> {
    desk.identity.remove_app(&desk.actor()?, desk.tenant()?, desk.id("app-id")?).await
}

/// Makes a secret; its value is in this answer and in no other.
pub(super) async fn create_secret(desk: &Desk<'_>, asked: AppSecret) -> Result<AppSecret, Problem> {
    let days = asked.valid_days.unwrap_or(USUAL_DAYS);
    let days = u32::try_from(days).map_err(|_| bad("validDays", "must be a number of days"))?;
    let made = desk.identity.add_app_secret(&desk.actor()?, desk.tenant()?, desk.id("app-id")?, days).await?;
    Ok(AppSecret {
        id: Some(made.id),
        hint: None,
        value: Some(made.secret.to_string()),
        valid_days: Some(i64::from(days)),
        expires: instant(made.expires),
    })
}

/// Withdraws a secret.
pub(super) async fn delete_secret(desk: &Desk<'_>, (): ()) -> Result<(), Problem> {
    let (app, secret) = (desk.id("app-id")?, desk.text("secret-id"));
    desk.identity.remove_app_secret(&desk.actor()?, desk.tenant()?, app, secret).await
}

fn shown(app: AppView) -> AppRegistration {
    let secret = |(id, hint, expires): (String, String, i64)| AppSecret {
        id: Some(id),
        hint: Some(hint),
        expires: instant(expires),
        ..AppSecret::default()
    };
    AppRegistration {
        id: Some(app.id.to_string()),
        display_name: Some(app.name),
        kind: Some(if app.public { AppKind::Native } else { AppKind::Web }),
        redirect_uris: Some(app.redirect_uris),
        secrets: Some(app.secrets.into_iter().map(secret).collect()),
        created_date: instant(app.created),
        attributes: None,
    }
}
