//! The house's own pages (the portal): who visits with a browser's session, and the way in.
//!
//! The session's cookie is the proof; no code is exchanged. The pages call the contract as the visitor, with a token
//! that never leaves the process.
//!
//! Invariants: a visit has exactly the rights of its person; it ends with the session, and with everything that ends
//! the person's tokens.
//!
//! Deliberately absent: what the pages show.

use crate::identity::apps::PORTAL_APP;
use crate::identity::authority::{self, Version, members};
use crate::identity::claims::TOKEN_SECONDS;
use crate::identity::issue::Grant;
use crate::identity::secrets::Kind;
use crate::identity::sessions::{SignedIn, Step};
use crate::identity::{Identity, check, form, oauth};
use contract::authority::Address;
use contract::{Party, Role};
use edge::{HeaderMap, Request, Response};
use kernel::{Problem, TenantId, UserId};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use store::Tx;
use store::trustee::apps::{self, App};
use zeroize::Zeroizing;

/// Tokens of visits that are remembered at most.
const MOST_VISITS: usize = 10_000;
/// A token is renewed so long before its end.
const EARLY_SECONDS: i64 = 60;
/// Where a sign-in for the house's own pages ends.
pub(crate) const ARRIVED: &str = "/signin/done";
/// A challenge to which nobody knows the answer: the code of such a sign-in can never become a token.
const NO_ANSWER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Who visits the house's own pages. Without `Debug`: it holds a name and a token.
pub struct Visit {
    /// The visitor's tenant.
    pub tenant: TenantId,
    /// The tenant's company.
    pub organisation: String,
    /// The kind of tenant.
    pub party: Party,
    /// The person, pseudonymous.
    pub user: UserId,
    /// The person's name.
    pub display_name: String,
    /// What the person may be.
    pub roles: Vec<Role>,
    /// What every form of this session must carry.
    pub form_token: String,
    /// Calls the contract as this person. For use within the process.
    pub bearer: Zeroizing<String>,
}

/// What a token was made for: another generation or proof is another token.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Made {
    session: Vec<u8>,
    generations: [i64; 3],
    mfa: bool,
}

/// The tokens of the visits under way.
#[derive(Default)]
pub(crate) struct Visits(Mutex<HashMap<Made, (Zeroizing<String>, i64)>>);

impl Visits {
    fn get(&self, made: &Made, now: i64) -> Option<Zeroizing<String>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(made).filter(|(_, until)| *until > now).map(|(token, _)| token.clone())
    }

    fn keep(&self, made: Made, token: Zeroizing<String>, until: i64, now: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_VISITS {
            kept.retain(|_, (_, until)| *until > now);
        }
        if kept.len() < MOST_VISITS {
            kept.insert(made, (token, until));
        }
    }
}

impl Identity {
    /// Who visits with these headers; `None` when nobody is signed in, or the sign-in still lacks a step.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn visit(&self, headers: &HeaderMap) -> Result<Option<Visit>, Problem> {
        let Some(cookie) = form::cookie(headers, &self.cookie_name("session")) else { return Ok(None) };
        let Some(found) = self.session(headers).await? else { return Ok(None) };
        let app = self.store.read("app", |tx: &mut Tx| apps::app(tx, PORTAL_APP)).await?;
        let Some(app) = app.filter(|app| app.state == "active" && found.step() == Step::Done) else {
            return Ok(None);
        };
        let bearer = self.bearer_of(&found, app)?;
        let SignedIn { person, tenant, .. } = found;
        Ok(Some(Visit {
            tenant: tenant.id,
            organisation: tenant.name,
            party: check::party(&tenant.party).ok_or_else(Problem::internal)?,
            user: person.id,
            display_name: person.display_name,
            roles: check::roles(&person.roles),
            form_token: self.pepper.mac_text(Kind::Csrf, cookie),
            bearer,
        }))
    }

    fn bearer_of(&self, found: &SignedIn, app: App) -> Result<Zeroizing<String>, Problem> {
        let now = self.now_second();
        let made = Made {
            session: found.session.mac.clone(),
            generations: [found.person.generation, found.tenant.generation, app.generation],
            mfa: found.session.mfa,
        };
        if let Some(token) = self.visits.get(&made, now) {
            return Ok(token);
        }
        let (tenant, person) = (found.tenant.clone(), Some(found.person.clone()));
        let grant = Grant { tenant, app, person, mfa: found.session.mfa };
        let token = Zeroizing::new(self.access_token(&grant, Version::Two)?);
        self.visits.keep(made, token.clone(), now + TOKEN_SECONDS - EARLY_SECONDS, now);
        Ok(token)
    }

    /// Where somebody signs in to come back to `back_to`, a path and query of the house's own pages.
    pub fn visit_sign_in(&self, back_to: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", &PORTAL_APP.to_string())
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &self.arrived())
            .append_pair("scope", "openid")
            .append_pair("code_challenge", NO_ANSWER)
            .append_pair("code_challenge_method", "S256")
            .append_pair("state", back_to);
        format!("{}?{}", Address::Authorize(Version::Two).at("organizations"), query.finish())
    }

    /// Where a form begins to link an account at an issuer.
    pub fn visit_link(&self) -> &'static str {
        authority::SIGN_IN_LINK
    }

    /// Where a form signs out.
    pub fn visit_sign_out(&self) -> &'static str {
        authority::SIGN_OUT
    }

    /// `GET /signin/done`: back to the page that wanted somebody signed in. The code is left to expire.
    pub(crate) fn arrive(request: &Request) -> Result<Response, Problem> {
        let form = members(request)?;
        let local = |to: &&str| {
            to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n', '\t'])
        };
        Ok(oauth::not_stored(Response::see_other(form.get("state").filter(local).unwrap_or("/"))))
    }

    /// After the installation's address changed, the house's own pages must be found under the new one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn keep_portal_app(&self) -> Result<(), Problem> {
        let arrived = self.arrived();
        let write = move |tx: &mut Tx| match apps::app(tx, PORTAL_APP)? {
            Some(app) if app.redirect_uris != arrived => {
                apps::set(tx, &App { redirect_uris: arrived.clone(), ..app })
            }
            _ => Ok(()),
        };
        Ok(self.store.write("keep-portal-app", write).await?)
    }

    pub(crate) fn arrived(&self) -> String {
        format!("{}{ARRIVED}", self.settings.authority)
    }
}
