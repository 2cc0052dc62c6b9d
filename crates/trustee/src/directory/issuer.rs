//! Where people of the caller's own tenant may sign in besides.

use contract::resources::trustee::SignInIssuer;
use kernel::Problem;
use zeroize::Zeroizing;

use super::desk::{Desk, instant, required};
use crate::identity::{NAMING_CLAIMS, NewIssuer};

/// What is set, and whether the caller has linked an account.
pub(super) async fn get(desk: &Desk<'_>, (): ()) -> Result<SignInIssuer, Problem> {
    let view = desk.identity.issuer(desk.caller()?).await?;
    let mut shown = SignInIssuer {
        redirect_uri: Some(view.redirect_uri),
        linked: Some(view.linked),
        links: i64::try_from(view.links).ok(),
        ..SignInIssuer::default()
    };
    if let Some((issuer, client_id, claim, set_at)) = view.issuer {
        shown.issuer = Some(issuer);
        shown.client_id = Some(client_id);
        shown.user_claim = Some(claim);
        shown.set_date = instant(set_at);
    }
    Ok(shown)
}

/// Sets it.
pub(super) async fn set(desk: &Desk<'_>, asked: SignInIssuer) -> Result<SignInIssuer, Problem> {
    let new = NewIssuer {
        issuer: required(asked.issuer, "issuer")?,
        client_id: required(asked.client_id, "clientId")?,
        secret: Zeroizing::new(required(asked.client_secret, "clientSecret")?),
        claim: asked.user_claim.unwrap_or_else(|| NAMING_CLAIMS[0].to_owned()),
    };
    desk.identity.set_issuer(&desk.actor()?, desk.tenant()?, new).await?;
    get(desk, ()).await
}

/// Takes it away.
pub(super) async fn remove(desk: &Desk<'_>, (): ()) -> Result<(), Problem> {
    desk.identity.remove_issuer(&desk.actor()?, desk.tenant()?).await
}

/// Ends the caller's own link.
pub(super) async fn unlink(desk: &Desk<'_>, (): ()) -> Result<(), Problem> {
    desk.identity.unlink(desk.caller()?).await
}
