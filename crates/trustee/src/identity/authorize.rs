//! The authorization endpoint: checks what an app wants, sees who is signed in, and sends a code.

use crate::identity::Identity;
use crate::identity::apps;
use crate::identity::authority::{Authority, Endpoint, Version, members};
use crate::identity::form::Form;
use crate::identity::oauth::{self, OauthError};
use crate::identity::pages::Page;
use crate::identity::secrets::{self, Kind};
use crate::identity::sessions::{SignedIn, Step};
use contract::authority::Address;
use edge::{Request, Response};
use kernel::{AppId, Micros, Problem, TenantId};
use std::str::FromStr as _;
use store::Tx;
use store::trustee::apps::App;
use store::trustee::tokens::{self, AuthCode};

/// How long a code counts.
const CODE_MICROS: Micros = 300_000_000;
/// How long a sign-in counts as fresh for an app that asks for a new one.
const FRESH_MICROS: Micros = 300_000_000;
/// The longest `state` and `nonce` that are handed back.
const MAX_OPAQUE: usize = 4096;

/// A valid request of an app for a code.
pub(crate) struct Wish {
    pub(crate) authority: Authority,
    pub(crate) app: App,
    pub(crate) redirect_uri: String,
    pub(crate) login_hint: String,
    state: Option<String>,
    scope: String,
    nonce: String,
    challenge: String,
    prompt: String,
    /// The request once more, as an address of ours.
    pub(crate) address: String,
}

/// Why there is no code.
pub(crate) enum Denied {
    /// The app or its address cannot be trusted: the person is told, nobody is redirected.
    Here(OauthError),
    /// The app is told.
    There { redirect_uri: String, state: Option<String>, error: &'static str, text: String },
    /// We failed.
    Failed(Problem),
}

impl From<OauthError> for Denied {
    fn from(error: OauthError) -> Self {
        Self::Here(error)
    }
}
impl From<Problem> for Denied {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl Identity {
    /// `GET /{tenant}/oauth2[/v2.0]/authorize`.
    pub(crate) async fn authorize_endpoint(
        &self,
        request: &Request,
        version: Version,
        tenant: &str,
    ) -> Response {
        let outcome = async {
            let wish = self.wish(version, tenant, &members(request)?).await?;
            let signed_in = self.session(&request.headers).await?;
            self.authorize(request, wish, signed_in).await
        };
        match outcome.await {
            Ok(response) => response,
            Err(denied) => self.denied(request, denied),
        }
    }

    async fn authorize(
        &self,
        request: &Request,
        wish: Wish,
        signed_in: Option<SignedIn>,
    ) -> Result<Response, Denied> {
        let signed_in = signed_in.filter(|found| self.suits(&wish, found));
        match signed_in {
            Some(found) if found.step() == Step::Done => self.send_code(wish, &found).await,
            _ if wish.prompt == "none" => Err(wish.refuse("login_required", "Nobody is signed in.")),
            Some(found) => Ok(Self::go_on(&wish, found.step())),
            None => {
                let page = Page::sign_in(&wish, self.offers_elsewhere().await?, None);
                Ok(self.page(request, &wish.redirect_uri, &page))
            }
        }
    }

    /// Whether this sign-in answers the wish: the right tenant, and fresh if the app wants it so.
    fn suits(&self, wish: &Wish, found: &SignedIn) -> bool {
        let reachable = wish.reaches(found.tenant.id);
        let fresh = match wish.prompt.as_str() {
            "login" | "select_account" => found.session.created + FRESH_MICROS > self.now(),
            _ => true,
        };
        reachable && fresh
    }

    async fn send_code(&self, wish: Wish, found: &SignedIn) -> Result<Response, Denied> {
        let code = secrets::random(self.entropy.as_ref());
        let row = AuthCode {
            mac: self.pepper.mac(Kind::Code, &code),
            app: wish.app.id,
            person: found.person.id,
            tenant: found.tenant.id,
            redirect_uri: wish.redirect_uri.clone(),
            challenge: wish.challenge,
            scope: wish.scope,
            nonce: wish.nonce,
            mfa: found.session.mfa,
            expires: self.now() + CODE_MICROS,
            family: self.ids().random().to_string(),
            used: false,
        };
        let write = move |tx: &mut Tx| tokens::add_code(tx, &row);
        self.store.write("add-code", write).await.map_err(Problem::from)?;
        let mut members = vec![("code", code.as_str())];
        if let Some(state) = &wish.state {
            members.push(("state", state));
        }
        Ok(oauth::not_stored(Response::see_other(&with_query(&wish.redirect_uri, &members))))
    }

    pub(crate) fn denied(&self, request: &Request, denied: Denied) -> Response {
        match denied {
            Denied::There { redirect_uri, state, error, text } => {
                let mut members = vec![("error", error), ("error_description", text.as_str())];
                if let Some(state) = &state {
                    members.push(("state", state));
                }
                oauth::not_stored(Response::see_other(&with_query(&redirect_uri, &members)))
            }
            Denied::Here(error) => self.page(request, "", &Page::message(error.status, error.text)),
            Denied::Failed(problem) => {
                self.page(request, "", &Page::message(problem.status, problem.description))
            }
        }
    }

    /// The wish behind an address that a form of ours carried. It is checked as if it came from anywhere.
    pub(crate) async fn wish_of_address(&self, address: &str) -> Result<Wish, Denied> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let Some(Endpoint::Directory(Address::Authorize(version), tenant)) = Endpoint::of(path) else {
            return Err(Denied::Here(oauth::missing("request")));
        };
        self.wish(version, &tenant, &Form::parse(query.as_bytes())?).await
    }

    async fn wish(&self, version: Version, tenant: &str, form: &Form) -> Result<Wish, Denied> {
        let authority = self.authority(tenant).await?;
        let id = form.get("client_id").ok_or_else(|| oauth::missing("client_id"))?;
        let id = AppId::from_str(id).map_err(|_| oauth::app_unknown())?;
        let read = move |tx: &mut Tx| store::trustee::apps::app(tx, id);
        let app = self.store.read("app", read).await.map_err(Problem::from)?;
        let app = app.filter(|app| app.state == "active").ok_or_else(oauth::app_unknown)?;
        if !app.is_house && !authority.covers(app.tenant) {
            return Err(oauth::app_unknown().into());
        }
        let redirect_uri = form.get("redirect_uri").ok_or_else(|| oauth::missing("redirect_uri"))?;
        if !apps::may_redirect(&app, redirect_uri) {
            return Err(oauth::redirect_wrong().into());
        }
        // From here on the app is known and is told what is wrong.
        let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
        let wish = Wish {
            address: address(version, tenant, form),
            authority,
            app,
            redirect_uri: redirect_uri.to_owned(),
            login_hint: text("login_hint"),
            state: form.get("state").map(str::to_owned),
            scope: text("scope"),
            nonce: text("nonce"),
            challenge: text("code_challenge"),
            prompt: text("prompt"),
        };
        self.check_wish(&wish, version, form)?;
        Ok(wish)
    }

    fn check_wish(&self, wish: &Wish, version: Version, form: &Form) -> Result<(), Denied> {
        if form.get("response_type") != Some("code") {
            return Err(wish.refuse("unsupported_response_type", "Only response_type=code is served."));
        }
        if form.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(wish.refuse("invalid_request", "Only response_mode=query is served."));
        }
        let method = form.get("code_challenge_method");
        if method != Some("S256") || wish.challenge.len() != 43 {
            let text = "PKCE is required: send code_challenge with code_challenge_method=S256.";
            return Err(wish.refuse("invalid_request", text));
        }
        let opaque = wish.state.as_ref().map_or(0, String::len).max(wish.nonce.len());
        if opaque > MAX_OPAQUE || wish.scope.len() > MAX_OPAQUE {
            return Err(wish.refuse("invalid_request", "state, nonce or scope is too long."));
        }
        self.asked(version, form).map_err(|error| wish.refuse("invalid_scope", &error.text))?;
        Ok(())
    }
}

impl Wish {
    /// Whether people of this tenant can answer it.
    pub(crate) fn reaches(&self, tenant: TenantId) -> bool {
        self.authority.covers(tenant) && (self.app.is_house || self.app.tenant == tenant)
    }

    fn refuse(&self, error: &'static str, text: &str) -> Denied {
        Denied::There {
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.clone(),
            error,
            text: text.to_owned(),
        }
    }
}

/// The request as an address of ours, with the members that count and no others. `prompt` is left out once the
/// person is signing in: it has been obeyed.
fn address(version: Version, tenant: &str, form: &Form) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "resource",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "login_hint",
    ] {
        if let Some(value) = form.get(name) {
            query.append_pair(name, value);
        }
    }
    let tenant = percent_encoding::utf8_percent_encode(tenant, percent_encoding::NON_ALPHANUMERIC);
    format!("{}?{}", Address::Authorize(version).at(&tenant.to_string()), query.finish())
}

fn with_query(uri: &str, members: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(members);
    let join = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{join}{}", query.finish())
}
