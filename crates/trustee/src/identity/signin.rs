//! The steps of signing in, each a form and a redirect: password, new password, one-time code, enrolment.
//!
//! Every form carries the app's wish as an address, which is checked anew at each step, and a token that only
//! this browser's cookie makes valid.

use crate::identity::authority::{self, members};
use crate::identity::authorize::{Denied, Wish};
use crate::identity::form::{self, Form};
use crate::identity::oauth;
use crate::identity::pages::{Notice, Page};
use crate::identity::secrets::{self, Kind};
use crate::identity::sessions::{Refusal, SignedIn, Step};
use crate::identity::{Identity, apps, totp};
use edge::http::header::{HeaderName, HeaderValue, ORIGIN, SET_COOKIE};
use edge::{Method, Request, Response};
use kernel::Problem;
use zeroize::Zeroizing;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Identity {
    /// `POST /signin`: user name and password.
    pub(crate) async fn sign_in(&self, request: &Request) -> Response {
        let outcome = async {
            let form = self.own_form(request)?;
            let wish = self.wish_of_address(form.get("request").unwrap_or_default()).await?;
            let source = Some(request.peer.address.ip());
            let name = form.get("user_name").unwrap_or_default().to_owned();
            if form.get("do") == Some("elsewhere") {
                return self.sign_in_elsewhere(request, wish, name).await;
            }
            let verified = self.verify_password(source, &name, form.secret("password")).await?;
            let person = match verified {
                Ok(person) => person,
                Err(refusal) => return self.sign_in_again(request, &wish, notice(refusal), name).await,
            };
            if !wish.reaches(person.tenant) {
                return self.sign_in_again(request, &wish, Notice::OtherTenant, name).await;
            }
            self.proceed(request, &wish, &person, (false, "")).await
        };
        self.or_denied(request, outcome.await)
    }

    /// The first page of a sign-in once more, with what went wrong.
    pub(crate) async fn sign_in_again(
        &self,
        request: &Request,
        wish: &Wish,
        notice: Notice,
        name: String,
    ) -> Result<Response, Denied> {
        let page = Page::sign_in(wish, self.offers_elsewhere().await?, Some((notice, name)));
        Ok(self.page(request, &wish.redirect_uri, &page))
    }

    /// `GET` and `POST /signin/code`: the one-time code, or setting it up.
    pub(crate) async fn sign_in_code(&self, request: &Request) -> Response {
        let outcome = async {
            let (wish, found) = match self.begun(request, &[Step::Code, Step::Enrol]).await? {
                Ok(both) => both,
                Err(elsewhere) => return Ok(elsewhere),
            };
            let mut notice_of = None;
            if request.method == Method::POST {
                let form = self.own_form(request)?;
                let source = Some(request.peer.address.ip());
                let code = form.get("code").unwrap_or_default();
                match self.verify_code(source, found.person.id, code).await? {
                    Ok(()) => {
                        return self
                            .proceed(request, &wish, &found.person, (true, &found.session.issuer))
                            .await;
                    }
                    Err(Refusal::Wrong) => notice_of = Some(Notice::WrongCode),
                    Err(refusal) => notice_of = Some(notice(refusal)),
                }
            }
            let secret = self.enrolment(&found.person).await?;
            let page = match secret {
                None => Page::code(&wish, notice_of),
                Some(secret) => {
                    let uri = totp::uri(&secret, &self.settings.title, &found.person.user_name);
                    Page::enrol(&wish, totp::to_text(&secret).to_string(), uri.to_string(), notice_of)
                }
            };
            Ok(self.page(request, &wish.redirect_uri, &page))
        };
        self.or_denied(request, outcome.await)
    }

    /// `GET` and `POST /signin/password`: a new password in place of a one-time one.
    pub(crate) async fn sign_in_password(&self, request: &Request) -> Response {
        let outcome = async {
            let (wish, found) = match self.begun(request, &[Step::NewPassword]).await? {
                Ok(both) => both,
                Err(elsewhere) => return Ok(elsewhere),
            };
            let mut notice_of = None;
            if request.method == Method::POST {
                let form = self.own_form(request)?;
                let (new, again) = (form.secret("password"), form.secret("again"));
                notice_of = self.refuse_new(&found, &new, &again).await?;
                if notice_of.is_none() {
                    self.set_password(&found.person, new).await?;
                    return self.proceed(request, &wish, &found.person, (found.session.mfa, "")).await;
                }
            }
            Ok(self.page(request, &wish.redirect_uri, &Page::new_password(&wish, notice_of)))
        };
        self.or_denied(request, outcome.await)
    }

    /// Signing out: the session ends; then back to a registered address of the app, or a page that says so. A form
    /// carries the session's token; apps lead browsers here by address, as OpenID has it.
    pub(crate) async fn sign_out(&self, request: &Request) -> Response {
        let outcome = async {
            let form = members(request)?;
            let sent = request.method == Method::POST;
            let cookie = form::cookie(&request.headers, &self.cookie_name("session")).filter(|_| sent);
            let given = form.get("csrf").unwrap_or_default();
            if cookie.is_some_and(|cookie| !self.pepper.is_mac_text(Kind::Csrf, cookie, given))
                && self.session(&request.headers).await?.is_some()
            {
                return Err(foreign().into());
            }
            self.end_session(&request.headers).await?;
            let back = form.get("post_logout_redirect_uri").zip(form.get("client_id"));
            let mut response = match back {
                Some((uri, client)) if self.is_registered(client, uri).await? => Response::see_other(uri),
                _ => self.page(request, "", &Page::signed_out()),
            };
            self.set_cookie(&mut response, "session", "");
            Ok(oauth::not_stored(response))
        };
        self.or_denied(request, outcome.await)
    }

    async fn is_registered(&self, client: &str, uri: &str) -> Result<bool, Problem> {
        let Ok(id) = client.parse() else { return Ok(false) };
        let app = self.store.read("app", move |tx| store::trustee::apps::app(tx, id)).await?;
        Ok(app.is_some_and(|app| app.state == "active" && apps::may_redirect(&app, uri)))
    }

    /// Why a new password is not taken.
    async fn refuse_new(
        &self,
        found: &SignedIn,
        new: &Zeroizing<String>,
        again: &Zeroizing<String>,
    ) -> Result<Option<Notice>, Problem> {
        if **new != **again {
            return Ok(Some(Notice::NotTheSame));
        }
        if crate::identity::password::refuse_weak(new, &found.person.user_name).is_err() {
            return Ok(Some(Notice::Weak));
        }
        let same = self.hasher.matches(new.clone(), found.person.password_hash.clone()).await?;
        Ok(same.then_some(Notice::Unchanged))
    }

    /// The next step for a person who just proved something: a fresh cookie and a redirect.
    /// `proof` is whether a second factor was given, and the issuer whose word counted instead of a password.
    pub(crate) async fn proceed(
        &self,
        request: &Request,
        wish: &Wish,
        person: &store::trustee::directory::Person,
        proof: (bool, &str),
    ) -> Result<Response, Denied> {
        let (id, tenant) = (person.id, person.tenant);
        let read = move |tx: &mut store::Tx| {
            use store::trustee::directory;
            Ok((directory::person(tx, id)?, directory::tenant(tx, tenant)?))
        };
        let (person, tenant) = self.store.read("principal", read).await.map_err(Problem::from)?;
        let (Some(person), Some(tenant)) = (person, tenant) else { return Err(Problem::internal().into()) };
        let step = Step::of(&person, &tenant, proof.0);
        let old = form::cookie(&request.headers, &self.cookie_name("session"));
        let cookie = self.start_session(&person, proof, step == Step::Done, old).await?;
        let mut response = Self::go_on(wish, step);
        self.set_cookie(&mut response, "session", &cookie);
        Ok(response)
    }

    /// Where a step takes place.
    pub(crate) fn go_on(wish: &Wish, step: Step) -> Response {
        let page = match step {
            Step::Done => return oauth::not_stored(Response::see_other(&wish.address)),
            Step::NewPassword => authority::SIGN_IN_PASSWORD,
            Step::Code | Step::Enrol => authority::SIGN_IN_CODE,
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("request", &wish.address);
        oauth::not_stored(Response::see_other(&format!("{page}?{}", query.finish())))
    }

    /// Wish and session of somebody in the middle of signing in, or where to go instead.
    async fn begun(
        &self,
        request: &Request,
        steps: &[Step],
    ) -> Result<Result<(Wish, SignedIn), Response>, Denied> {
        let form = members(request)?;
        let wish = self.wish_of_address(form.get("request").unwrap_or_default()).await?;
        match self.session(&request.headers).await? {
            Some(found) if steps.contains(&found.step()) => Ok(Ok((wish, found))),
            Some(found) => Ok(Err(Self::go_on(&wish, found.step()))),
            None => Ok(Err(oauth::not_stored(Response::see_other(&wish.address)))),
        }
    }

    /// The members of a form that a page of ours sent from this browser.
    pub(crate) fn own_form(&self, request: &Request) -> Result<Form, Denied> {
        let form = Form::parse(&request.body)?;
        let cookie = form::cookie(&request.headers, &self.cookie_name("form")).unwrap_or_default();
        let token = form.get("token").unwrap_or_default();
        let origin = request.header(&ORIGIN);
        let own = origin.is_none_or(|origin| origin.eq_ignore_ascii_case(&self.settings.authority));
        let cross = request.header(&FETCH_SITE) == Some("cross-site");
        if cookie.is_empty() || !own || cross || !self.pepper.is_mac_text(Kind::Csrf, cookie, token) {
            return Err(foreign().into());
        }
        Ok(form)
    }

    /// A page with its form token; leaves the cookie that makes the token valid.
    pub(crate) fn page(&self, request: &Request, leads_to: &str, page: &Page) -> Response {
        let known = form::cookie(&request.headers, &self.cookie_name("form")).map(str::to_owned);
        let fresh = known.is_none();
        let cookie = known.unwrap_or_else(|| secrets::random(self.entropy.as_ref()).to_string());
        let token = self.pepper.mac_text(Kind::Csrf, &cookie);
        let mut response = page.render(request, &self.settings.title, &token, apps::origin_of(leads_to));
        if fresh {
            self.set_cookie(&mut response, "form", &cookie);
        }
        oauth::not_stored(response)
    }

    fn set_cookie(&self, response: &mut Response, what: &str, value: &str) {
        if let Ok(line) = HeaderValue::from_str(&self.cookie_line(what, value)) {
            response.headers.append(SET_COOKIE, line);
        }
    }

    pub(crate) fn or_denied(&self, request: &Request, outcome: Result<Response, Denied>) -> Response {
        outcome.unwrap_or_else(|denied| self.denied(request, denied))
    }
}

pub(crate) fn foreign() -> Problem {
    let text = "This form was open too long, or was not sent from our page. Begin again.";
    Problem::new(403, kernel::Code(0), "form_foreign", text)
}

fn notice(refusal: Refusal) -> Notice {
    match refusal {
        Refusal::Wrong => Notice::WrongPassword,
        Refusal::Locked => Notice::Locked,
        Refusal::Disabled => Notice::Disabled,
        Refusal::Expired => Notice::Expired,
    }
}
