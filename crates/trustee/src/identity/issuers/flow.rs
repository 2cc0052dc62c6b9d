//! The way of a browser to an issuer and back (authorization code, PKCE, state and nonce).
//!
//! Invariants: a sign-in under way belongs to one browser, one tenant and one issuer, and ends at the first return; what
//! comes back counts only after the issuer's own answer to our question, never as it stands in the address.

use crate::identity::authority::members;
use crate::identity::authorize::{Denied, Wish};
use crate::identity::form::{self, Form};
use crate::identity::issuers::id_token::{self, Expected, Lie, Told};
use crate::identity::issuers::provider::{Exchange, Metadata, wrong};
use crate::identity::issuers::{none_set, secret_aad};
use crate::identity::oauth;
use crate::identity::pages::{Notice, Page};
use crate::identity::secrets::{self, Kind};
use crate::identity::sessions::{SignedIn, Step};
use crate::identity::{Identity, signin};
use edge::http::HeaderValue;
use edge::http::header::REFRESH;
use edge::{Request, Response};
use kernel::{Code, Micros, Problem};
use std::net::IpAddr;
use store::Tx;
use store::trustee::directory::{self, Person, Tenant};
use store::trustee::issuers::{self, IssuerRow, LinkRow, VisitRow};
use zeroize::Zeroizing;

/// How long somebody has at the issuer.
const LIFE: Micros = 600 * 1_000_000;
/// Where linking ends: the portal's page on signing in elsewhere.
const LINKED: &str = "/account/sign-in?done=linked";

/// A sign-in on its way to the issuer.
struct Leaving {
    row: IssuerRow,
    /// The cookie that must still be there at the return.
    cookie: String,
    /// Who links; empty for a sign-in.
    person: String,
    /// Where to go then.
    back: String,
    hint: String,
}

impl Identity {
    /// Whether a sign-in page has to offer the way elsewhere.
    pub(crate) async fn offers_elsewhere(&self) -> Result<bool, Problem> {
        if self.provider.is_none() {
            return Ok(false);
        }
        Ok(self.store.read("any-issuer", issuers::any).await?)
    }

    /// From the sign-in page to the issuer of the user name's organisation.
    pub(crate) async fn sign_in_elsewhere(
        &self,
        request: &Request,
        wish: Wish,
        name: String,
    ) -> Result<Response, Denied> {
        let source = Some(request.peer.address.ip());
        if self.source_must_wait(source) {
            return self.sign_in_again(request, &wish, Notice::Locked, name).await;
        }
        let domain = name.trim().to_lowercase().rsplit_once('@').map(|(_, domain)| domain.to_owned());
        let find = move |tx: &mut Tx| {
            let home =
                domain.as_ref().map(|domain| directory::tenant_of_domain(tx, domain)).transpose()?.flatten();
            let home = home.filter(|home| home.state == "active");
            let row = home.map(|home| issuers::issuer(tx, home.id)).transpose()?;
            Ok(row.flatten())
        };
        let found = self.store.read("issuer-of-domain", find).await.map_err(Problem::from)?;
        let Some(row) = found.filter(|row| wish.reaches(row.tenant)) else {
            self.count_source(source, false);
            return self.sign_in_again(request, &wish, Notice::NotElsewhere, name).await;
        };
        let cookie = form::cookie(&request.headers, &self.cookie_name("form")).unwrap_or_default().to_owned();
        let back = wish.address;
        self.leave(request, Leaving { row, cookie, person: String::new(), back, hint: name }).await
    }

    /// `POST /signin/link`: from the account pages to the issuer, to link an account there.
    pub(crate) async fn link_elsewhere(&self, request: &Request) -> Response {
        let outcome = async {
            let form = members(request)?;
            let (cookie, found) = self.own_session(request, &form).await?;
            let tenant = found.tenant.id;
            let row = self.store.read("issuer", move |tx| issuers::issuer(tx, tenant)).await;
            let row = row.map_err(Problem::from)?.ok_or_else(none_set)?;
            let leaving = Leaving {
                row,
                cookie,
                person: found.person.id.to_string(),
                back: LINKED.to_owned(),
                hint: found.person.user_name,
            };
            self.leave(request, leaving).await
        };
        self.or_denied(request, outcome.await)
    }

    /// Somebody who signed in with the house's own password in this browser, and sent this form.
    async fn own_session(&self, request: &Request, form: &Form) -> Result<(String, SignedIn), Problem> {
        let cookie = form::cookie(&request.headers, &self.cookie_name("session")).unwrap_or_default();
        let given = form.get("csrf").unwrap_or_default();
        if cookie.is_empty() || !self.pepper.is_mac_text(Kind::Csrf, cookie, given) {
            return Err(signin::foreign());
        }
        let found = self.session(&request.headers).await?.filter(|found| found.step() == Step::Done);
        let found = found.ok_or_else(signin::foreign)?;
        if !found.session.issuer.is_empty() {
            return Err(password_first());
        }
        Ok((cookie.to_owned(), found))
    }

    async fn leave(&self, request: &Request, leaving: Leaving) -> Result<Response, Denied> {
        let Leaving { row, cookie, person, back, hint } = leaving;
        let metadata = self.provider()?.metadata(&row.issuer, self.now()).await?;
        let state = secrets::random(self.entropy.as_ref());
        let visit = VisitRow {
            mac: self.pepper.mac(Kind::IssuerState, &state),
            browser: self.pepper.mac(Kind::IssuerBrowser, &cookie),
            tenant: row.tenant,
            issuer: row.issuer.clone(),
            person,
            back,
            expires: self.now() + LIFE,
        };
        let write = move |tx: &mut Tx| issuers::begin(tx, &visit);
        self.store.write("begin-issuer-visit", write).await.map_err(Problem::from)?;
        let challenge = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA256,
            self.pepper.mac_text(Kind::IssuerVerifier, &state).as_bytes(),
        );
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &row.client_id)
            .append_pair("redirect_uri", &self.came_back())
            .append_pair("scope", if row.claim == "email" { "openid email" } else { "openid profile" })
            .append_pair("state", &state)
            .append_pair("nonce", &self.pepper.mac_text(Kind::IssuerNonce, &state))
            .append_pair("code_challenge", &secrets::text_of(challenge.as_ref()))
            .append_pair("code_challenge_method", "S256");
        if !hint.is_empty() {
            query.append_pair("login_hint", &hint);
        }
        let address = format!("{}?{}", metadata.authorization, query.finish());
        // A page and not a redirect: the policy of the page with the form allows no form to lead to strangers.
        let mut response = self.page(request, "", &Page::elsewhere(&row.issuer, &address));
        if let Ok(value) = HeaderValue::try_from(format!("0;url={address}")) {
            response.headers.insert(REFRESH, value);
        }
        Ok(response)
    }

    /// `GET /signin/issuer`: back from the issuer.
    pub(crate) async fn back_from_issuer(&self, request: &Request) -> Response {
        let outcome = async {
            let source = Some(request.peer.address.ip());
            if self.source_must_wait(source) {
                return Err(Problem::new(429, Code(0), "wait", "Wait a while, then try again.").into());
            }
            let form = members(request)?;
            let (visit, row) = self.returned(request, &form).await.inspect_err(|_| {
                self.count_source(source, false);
            })?;
            let told = self.asked_issuer(&form, &row).await?;
            if visit.person.is_empty() {
                let wish = self.wish_of_address(&visit.back).await?;
                self.signed_in_elsewhere(request, &wish, &row, &told, source).await
            } else {
                self.linked(request, &visit, &row, told).await
            }
        };
        self.or_denied(request, outcome.await)
    }

    /// The sign-in that this browser had under way, and its issuer.
    async fn returned(&self, request: &Request, form: &Form) -> Result<(VisitRow, IssuerRow), Problem> {
        let state = form.get("state").unwrap_or_default();
        let mac = self.pepper.mac(Kind::IssuerState, state);
        let write = move |tx: &mut Tx| {
            let Some(visit) = issuers::take(tx, &mac)? else { return Ok(None) };
            let row = issuers::issuer(tx, visit.tenant)?.filter(|row| row.issuer == visit.issuer);
            Ok(row.map(|row| (visit, row)))
        };
        let found = self.store.write("end-issuer-visit", write).await?;
        let cookies = ["form", "session"].map(|what| form::cookie(&request.headers, &self.cookie_name(what)));
        let ours = |visit: &VisitRow| {
            let cookie = cookies[usize::from(!visit.person.is_empty())].unwrap_or_default();
            !cookie.is_empty() && self.pepper.mac(Kind::IssuerBrowser, cookie) == visit.browser
        };
        found.filter(|(visit, _)| visit.expires > self.now() && ours(visit)).ok_or_else(|| {
            let text = "This sign-in was not begun in this browser, or too long ago. Begin again.";
            Problem::new(403, Code(0), "sign_in_unknown", text)
        })
    }

    /// What the issuer says of whoever comes back with this code.
    async fn asked_issuer(&self, form: &Form, row: &IssuerRow) -> Result<Told, Problem> {
        let (provider, now) = (self.provider()?, self.now());
        let metadata = provider.metadata(&row.issuer, now).await?;
        named_itself(form, &metadata, &row.issuer)?;
        let Some(code) = form.get("code").filter(|_| form.get("error").is_none()) else {
            let text = "The issuer let nobody in. Sign in with your password, or try again.";
            return Err(Problem::new(403, Code(0), "issuer_refused", text));
        };
        let state = form.get("state").unwrap_or_default();
        let secret = self.keys.unwrap(row.tenant, &secret_aad(row.tenant), row.secret.clone()).await?;
        let secret = Zeroizing::new(String::from_utf8_lossy(&secret).into_owned());
        let with = Exchange {
            client_id: &row.client_id,
            secret: &secret,
            code,
            verifier: &self.pepper.mac_text(Kind::IssuerVerifier, state),
            redirect_uri: &self.came_back(),
        };
        let token = provider.redeem(&metadata, &with).await?;
        let expected = Expected {
            issuer: &row.issuer,
            client_id: &row.client_id,
            nonce: &self.pepper.mac_text(Kind::IssuerNonce, state),
            claim: &row.claim,
            now: self.now_second(),
        };
        let keys = provider.keys(&row.issuer, false, now).await?;
        let mut told = id_token::check(&token, &keys, &expected);
        if matches!(told, Err(Lie::UnknownKey)) {
            // Issuers change their keys.
            let keys = provider.keys(&row.issuer, true, now).await?;
            told = id_token::check(&token, &keys, &expected);
        }
        told.map_err(|lie| {
            tracing::warn!(%lie, "an ID token was not believed");
            wrong(&lie.to_string())
        })
    }

    /// Lets the person in who linked this account.
    async fn signed_in_elsewhere(
        &self,
        request: &Request,
        wish: &Wish,
        row: &IssuerRow,
        told: &Told,
        source: Option<IpAddr>,
    ) -> Result<Response, Denied> {
        let (tenant, issuer, subject) = (row.tenant, row.issuer.clone(), told.subject.clone());
        let find = move |tx: &mut Tx| {
            let Some(link) = issuers::by_subject(tx, tenant, &issuer, &subject)? else { return Ok(None) };
            let person = directory::person(tx, link.person)?;
            Ok(person.zip(directory::tenant(tx, tenant)?))
        };
        let found = self.store.read("linked-person", find).await.map_err(Problem::from)?;
        let Some((person, home)) = found else {
            self.count_source(source, false);
            return self.sign_in_again(request, wish, Notice::NotLinked, String::new()).await;
        };
        let name = person.user_name.clone();
        if person.state != "active" || home.state != "active" || !wish.reaches(home.id) {
            return self.sign_in_again(request, wish, Notice::Disabled, name).await;
        }
        let step = Step::of(&person, &home, false);
        if self.is_own_way(&person, &home).await? || matches!(step, Step::NewPassword | Step::Enrol) {
            return self.sign_in_again(request, wish, Notice::PasswordFirst, name).await;
        }
        self.proceed(request, wish, &person, (false, &row.issuer)).await
    }

    async fn is_own_way(&self, person: &Person, home: &Tenant) -> Result<bool, Problem> {
        let (person, home, controls) = (person.clone(), home.clone(), self.settings.controls);
        let read = move |tx: &mut Tx| super::keeps_own_way(tx, controls, &home, &person);
        Ok(self.store.read("keeps-own-way", read).await?)
    }

    /// Links an account there to the person who began this, signed in all the time.
    async fn linked(
        &self,
        request: &Request,
        visit: &VisitRow,
        row: &IssuerRow,
        told: Told,
    ) -> Result<Response, Denied> {
        let session = self.session(&request.headers).await?;
        let own = |found: &SignedIn| {
            found.person.id.to_string() == visit.person
                && found.step() == Step::Done
                && found.session.issuer.is_empty()
        };
        let found = session.filter(own).ok_or_else(signin::foreign)?;
        let named = told.name.as_deref().map(str::to_lowercase).unwrap_or_default();
        let known = [&found.person.user_name, &found.person.email].map(|name| name.to_lowercase());
        if named.is_empty() || !known.contains(&named) {
            let text = format!(
                "The account there is somebody else's: its {} is neither your user name nor your e-mail address here.",
                row.claim
            );
            return Err(Problem::new(403, Code(0), "issuer_names_another", text).into());
        }
        if self.is_own_way(&found.person, &found.tenant).await? {
            return Err(password_first().into());
        }
        let link = LinkRow {
            person: found.person.id,
            tenant: row.tenant,
            issuer: row.issuer.clone(),
            subject: told.subject,
            linked_at: self.now(),
        };
        let write = move |tx: &mut Tx| issuers::link(tx, &link);
        if !self.store.write("link-issuer", write).await.map_err(Problem::from)? {
            let text = "This account is linked already, or you have linked another. End that link first.";
            return Err(Problem::new(409, Code(0), "linked_already", text).into());
        }
        Ok(oauth::not_stored(Response::see_other(&visit.back)))
    }
}

/// Whether the answer is of the issuer that was asked, as far as it says so.
fn named_itself(form: &Form, metadata: &Metadata, issuer: &str) -> Result<(), Problem> {
    match form.get("iss") {
        Some(named) if named == issuer => Ok(()),
        None if !metadata.names_itself => Ok(()),
        _ => Err(wrong("another one answered")),
    }
}

pub(super) fn password_first() -> Problem {
    let text = "Sign in with your user name and password for this.";
    Problem::new(403, Code(0), "password_first", text)
}
