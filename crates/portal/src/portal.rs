//! One request in, one page out: who visits, in which language, which page, and what may not be done.

use bytes::Bytes;
use contract::profile::Profile;
use edge::http::header;
use edge::{Method, Request, Response, StatusCode};
use kernel::{Clock, Entropy};
use std::fmt;
use std::sync::{Arc, LazyLock};
use subtle::ConstantTimeEq;

use crate::backend::{Backend, SignedIn};
use crate::form::Form;
use crate::pages::{self, Answer, Place, Route, at};
use crate::texts::Locale;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What the portal is made of.
pub struct Settings {
    /// The cloud.
    pub profile: Arc<Profile>,
    /// The trustee.
    pub backend: Arc<dyn Backend>,
    /// The real clock.
    pub clock: Arc<dyn Clock>,
    /// For the ids of forms.
    pub entropy: Arc<dyn Entropy>,
    /// Whether browsers reach us by TLS only: then cookies are bound to this host.
    pub secure: bool,
}

/// The settings as the pages see them.
pub(crate) type House = Settings;

/// The portal.
#[derive(Clone)]
pub struct Portal {
    house: Arc<House>,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Portal")
    }
}

const STYLE: &str = include_str!("../assets/style.css");
const ICON_SVG: &str = include_str!("../assets/icon.svg");
const STYLE_PATH: &str = "/portal/style.css";
pub(crate) const ICON: &str = "/portal/icon.svg";
/// Where the form that changes the language is sent.
pub(crate) const LANGUAGE: &str = "/portal/language";
/// Nothing loads from elsewhere, nothing runs, nothing frames us.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// The stylesheet's address, which changes with its text.
pub(crate) fn stylesheet() -> &'static str {
    static ADDRESS: LazyLock<String> = LazyLock::new(|| {
        let hash = STYLE.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        format!("{STYLE_PATH}?v={hash:016x}")
    });
    &ADDRESS
}

impl Portal {
    /// The portal of this house.
    pub fn new(settings: Settings) -> Self {
        Self { house: Arc::new(settings) }
    }

    /// Answers a page.
    ///
    /// # Errors
    /// The request, given back untouched, when its path is none of the portal's.
    pub async fn page(&self, request: Request) -> Result<Response, Request> {
        let path = request.path();
        match path {
            STYLE_PATH => return Ok(asset("text/css; charset=utf-8", STYLE)),
            ICON => return Ok(asset("image/svg+xml", ICON_SVG)),
            "/" => return Ok(Response::see_other(&at::Today {}.path()).of("portal")),
            LANGUAGE => return Ok(self.set_language(&request).of("portal")),
            _ => {}
        }
        let route = Route::parse(path);
        if route.is_none() && !below(path, &at::Today {}.path()) {
            return Err(request);
        }
        Ok(self.answer(route, &request).await.of("portal"))
    }

    async fn answer(&self, route: Option<Route>, request: &Request) -> Response {
        let signed_in = match self.house.backend.visitor(&request.headers).await {
            Ok(signed_in) => signed_in,
            Err(problem) => {
                tracing::error!(%problem, "the session could not be looked up");
                let visit = self.visit(request, None);
                return pages::trouble(&visit, &Trouble::Failed);
            }
        };
        let visit = self.visit(request, signed_in);
        let reached = match route {
            None => Err(Trouble::Missing),
            Some(_) if request.method == Method::POST && !genuine(request, &visit) => Err(Trouble::Stale),
            Some(route) => match request.method {
                Method::GET | Method::HEAD => pages::load(&visit, route).await,
                Method::POST => pages::act(&visit, route, Form::parse(&request.body)).await,
                _ => Err(Trouble::Method),
            },
        };
        match reached {
            Ok(Answer::Page(status, html)) => guarded(Response::html(status, html)),
            Ok(Answer::Go(to)) => guarded(Response::see_other(&to)),
            Ok(Answer::File(file)) => file,
            Err(Trouble::SignIn) => guarded(Response::see_other(&self.house.backend.sign_in(&visit.here))),
            Err(trouble) => pages::trouble(&visit, &trouble),
        }
    }

    fn visit(&self, request: &Request, signed_in: Option<SignedIn>) -> Visit {
        let preferred = signed_in.as_ref().and_then(|signed_in| signed_in.visitor.language.clone());
        let locale = self
            .chosen(request)
            .or_else(|| Locale::of_tag(preferred.as_deref()?))
            .or_else(|| Locale::accepted(request.header(&header::ACCEPT_LANGUAGE)?))
            .or_else(|| Locale::of_tag(self.house.profile.locales.first()?))
            .unwrap_or(Locale::En);
        let here = match request.query() {
            "" => request.path().to_owned(),
            query => format!("{}?{query}", request.path()),
        };
        Visit::new(Arc::clone(&self.house), locale, Form::parse(request.query().as_bytes()), here, signed_in)
    }

    fn language_cookie(&self) -> &'static str {
        if self.house.secure { "__Host-treuhand-language" } else { "treuhand-language" }
    }

    /// The language chosen at the foot of a page.
    fn chosen(&self, request: &Request) -> Option<Locale> {
        let cookies = request.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.language_cookie()).then(|| Locale::of_tag(value))?)
    }

    /// Remembers a language and goes back. It changes nothing but the browser's own cookie, so it takes no token.
    fn set_language(&self, request: &Request) -> Response {
        if request.method != Method::POST {
            return Response::empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        let form = Form::parse(&request.body);
        let to = Some(form.get("back")).filter(|back| is_local(back)).unwrap_or("/");
        let secure = if self.house.secure { "; Secure" } else { "" };
        let response = guarded(Response::see_other(to));
        match Locale::of_tag(form.get("language")) {
            Some(locale) => response.header(
                header::SET_COOKIE,
                &format!(
                    "{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{secure}",
                    self.language_cookie(),
                    locale.tag()
                ),
            ),
            None => response,
        }
    }
}

/// A form of this session, sent from this site.
fn genuine(request: &Request, visit: &Visit) -> bool {
    let Some(visitor) = visit.visitor() else { return true }; // the page itself asks to sign in first
    let site =
        request.headers.get("sec-fetch-site").map_or("same-origin", |site| site.to_str().unwrap_or(""));
    let form = Form::parse(&request.body);
    let token = form.get("csrf");
    site == "same-origin"
        && !visitor.csrf.is_empty()
        && bool::from(token.as_bytes().ct_eq(visitor.csrf.as_bytes()))
}

/// A path of ours and not of another host's, as browsers read it.
fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t'])
}

fn below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A page with what browsers must be told about it. Nothing is kept: pages hold names and form tokens.
pub(crate) fn guarded(response: Response) -> Response {
    response
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::REFERRER_POLICY, "same-origin")
        .header(header::X_FRAME_OPTIONS, "DENY")
        .header(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin")
        .header(
            header::HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        )
}

fn asset(content_type: &'static str, text: &'static str) -> Response {
    Response::with_type(StatusCode::OK, content_type, Bytes::from_static(text.as_bytes()))
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .of("portal")
}
