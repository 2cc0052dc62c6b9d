//! The sign-in pages: plain HTML, no script, nothing loaded from anywhere.

use crate::identity::authority;
use crate::identity::authorize::Wish;
use crate::identity::texts::{self, Texts};
use askama::Template;
use base64::Engine as _;
use edge::http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY};
use edge::{Request, Response, StatusCode};
use std::sync::LazyLock;

const STYLE: &str = include_str!("../../templates/identity/style.css");

/// The policy allows exactly this style, by its hash.
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(digest)
});

/// What a page has to say beside its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    WrongPassword,
    WrongCode,
    WrongDeviceCode,
    Locked,
    Disabled,
    Expired,
    OtherTenant,
    NotTheSame,
    Weak,
    Unchanged,
    NotElsewhere,
    NotLinked,
    PasswordFirst,
}

impl Notice {
    fn text(self, texts: &Texts) -> &'static str {
        match self {
            Self::WrongPassword => texts.wrong_password,
            Self::WrongCode => texts.wrong_code,
            Self::WrongDeviceCode => texts.wrong_device_code,
            Self::Locked => texts.locked,
            Self::Disabled => texts.disabled,
            Self::Expired => texts.expired,
            Self::OtherTenant => texts.other_tenant,
            Self::NotTheSame => texts.not_the_same,
            Self::Weak => texts.weak,
            Self::Unchanged => texts.unchanged,
            Self::NotElsewhere => texts.not_elsewhere,
            Self::NotLinked => texts.not_linked,
            Self::PasswordFirst => texts.password_first,
        }
    }
}

/// A page to be rendered.
pub(crate) struct Page {
    status: u16,
    kind: Kind,
    app: String,
    request: String,
    notice: Option<Notice>,
}

enum Kind {
    SignIn { user_name: String, elsewhere: bool },
    Elsewhere { host: String, address: String },
    Code,
    Enrol { secret: String, uri: String },
    NewPassword,
    Device,
    DeviceAnswer { code: String },
    DeviceDone { allowed: bool },
    SignedOut,
    Message(String),
}

impl Kind {
    const fn has_own_buttons(&self) -> bool {
        matches!(self, Self::DeviceAnswer { .. })
    }

    const fn offers_elsewhere(&self) -> bool {
        matches!(self, Self::SignIn { elsewhere: true, .. })
    }
}

#[derive(Template)]
#[template(path = "identity/page.html")]
struct View<'a> {
    texts: &'a Texts,
    style: &'static str,
    house: &'a str,
    title: &'a str,
    app: &'a str,
    action: &'a str,
    request: &'a str,
    token: &'a str,
    notice: &'a str,
    kind: &'a Kind,
    picture: String,
}

impl Page {
    fn of(wish: &Wish, kind: Kind, notice: Option<Notice>) -> Self {
        let status = if notice.is_some() { 403 } else { 200 };
        Self { status, kind, app: wish.app.name.clone(), request: wish.address.clone(), notice }
    }

    pub(crate) fn sign_in(wish: &Wish, elsewhere: bool, failed: Option<(Notice, String)>) -> Self {
        let (notice, user_name) = match failed {
            Some((notice, name)) => (Some(notice), name),
            None => (None, wish.login_hint.clone()),
        };
        Self::of(wish, Kind::SignIn { user_name, elsewhere }, notice)
    }

    /// The way to an issuer.
    pub(crate) fn elsewhere(issuer: &str, address: &str) -> Self {
        let host = issuer.split('/').nth(2).unwrap_or(issuer).to_owned();
        let kind = Kind::Elsewhere { host, address: address.to_owned() };
        Self { status: 200, kind, app: String::new(), request: String::new(), notice: None }
    }

    pub(crate) fn code(wish: &Wish, notice: Option<Notice>) -> Self {
        Self::of(wish, Kind::Code, notice)
    }

    pub(crate) fn enrol(wish: &Wish, secret: String, uri: String, notice: Option<Notice>) -> Self {
        Self::of(wish, Kind::Enrol { secret, uri }, notice)
    }

    pub(crate) fn new_password(wish: &Wish, notice: Option<Notice>) -> Self {
        Self::of(wish, Kind::NewPassword, notice)
    }

    /// The form for the code that a device shows.
    pub(crate) fn device(notice: Option<Notice>) -> Self {
        let status = if notice.is_some() { 403 } else { 200 };
        Self { status, kind: Kind::Device, app: String::new(), request: String::new(), notice }
    }

    /// Which app asks, and the answer.
    pub(crate) fn device_answer(app: &str, code: &str) -> Self {
        let kind = Kind::DeviceAnswer { code: code.to_owned() };
        Self { status: 200, kind, app: app.to_owned(), request: String::new(), notice: None }
    }

    /// The device has its answer.
    pub(crate) fn device_done(allowed: bool) -> Self {
        let kind = Kind::DeviceDone { allowed };
        Self { status: 200, kind, app: String::new(), request: String::new(), notice: None }
    }

    pub(crate) fn signed_out() -> Self {
        Self { status: 200, kind: Kind::SignedOut, app: String::new(), request: String::new(), notice: None }
    }

    pub(crate) fn message(status: u16, text: String) -> Self {
        Self { status, kind: Kind::Message(text), app: String::new(), request: String::new(), notice: None }
    }

    /// The page as an answer. `leads_to` is the origin that the end of the sign-in redirects to: browsers apply
    /// the policy for forms to the whole chain of redirects.
    pub(crate) fn render(
        &self,
        request: &Request,
        house: &str,
        token: &str,
        leads_to: Option<String>,
    ) -> Response {
        let texts = texts::of(&request.headers);
        let (title, action) = match &self.kind {
            Kind::SignIn { .. } => (texts.sign_in, authority::SIGN_IN),
            Kind::Code => (texts.code_title, authority::SIGN_IN_CODE),
            Kind::Enrol { .. } => (texts.enrol_title, authority::SIGN_IN_CODE),
            Kind::NewPassword => (texts.new_title, authority::SIGN_IN_PASSWORD),
            Kind::Device | Kind::DeviceAnswer { .. } => (texts.device_title, authority::DEVICE),
            Kind::DeviceDone { allowed: true } => (texts.device_allowed, ""),
            Kind::DeviceDone { allowed: false } => (texts.device_denied, ""),
            Kind::Elsewhere { .. } => (texts.elsewhere_title, ""),
            Kind::SignedOut => (texts.signed_out, "/"),
            Kind::Message(_) => (texts.failed, ""),
        };
        let view = View {
            texts,
            style: STYLE,
            house,
            title,
            app: &self.app,
            action,
            request: &self.request,
            token,
            notice: self.notice.map_or("", |notice| notice.text(texts)),
            picture: picture(&self.kind),
            kind: &self.kind,
        };
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK); // all are valid
        let Ok(html) = view.render() else { return Response::empty(StatusCode::INTERNAL_SERVER_ERROR) };
        let mut response = Response::html(status, html);
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
            *STYLE_HASH,
            leads_to.unwrap_or_default()
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        // Not `no-referrer`: with it browsers name no origin even to ourselves, and the form would look foreign.
        response.headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }
}

/// The enrolment URI as a picture to scan; empty when it cannot be drawn (the secret stands beside it as text).
fn picture(kind: &Kind) -> String {
    let Kind::Enrol { uri, .. } = kind else { return String::new() };
    let Ok(code) = qrcode::QrCode::new(uri.as_bytes()) else { return String::new() };
    let svg = code.render::<qrcode::render::svg::Color<'_>>().min_dimensions(200, 200).build();
    svg.find("<svg").and_then(|start| svg.get(start..)).unwrap_or_default().to_owned()
}
