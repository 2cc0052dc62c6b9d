//! How the token endpoints refuse: the members that directory clients look at, our own words.

use edge::http::header::{self, HeaderValue};
use edge::{Response, StatusCode, Trace};
use jiff::Timestamp;
use kernel::Problem;
use serde_json::json;

/// A refusal. The numbers are those by which existing clients tell cases apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OauthError {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) number: u32,
    pub(crate) text: String,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $status:literal $error:literal $number:literal $text:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name() -> OauthError {
            OauthError { status: $status, error: $error, number: $number, text: $text.to_owned() }
        }
    )*};
}

refusals! {
    /// Neither id nor domain of a tenant.
    tenant_unknown = 400 "invalid_request" 90_002 "There is no such tenant. Check the tenant id or domain in the address.";
    /// The app is not known in this tenant.
    app_unknown = 400 "unauthorized_client" 700_016 "There is no such app in this tenant. Check the client id and the tenant.";
    /// The secret is wrong.
    secret_wrong = 401 "invalid_client" 7_000_215 "The client secret is not right. Send the secret's value, not its id.";
    /// The secret is too old.
    secret_expired = 401 "invalid_client" 7_000_222 "The client secret has expired. Make a new one.";
    /// No secret where one is needed.
    secret_missing = 401 "invalid_client" 7_000_218 "The request needs a client secret.";
    /// A public app with a secret, or on its own behalf.
    app_public = 401 "invalid_client" 700_025 "This app is public: it has no secret and cannot act without a person.";
    /// A grant nobody knows, or that is switched off.
    grant_unsupported = 400 "unsupported_grant_type" 70_003 "This grant type is not supported here.";
    /// A resource that is not ours.
    resource_unknown = 400 "invalid_resource" 500_011 "Tokens for this resource or scope are not issued here.";
    /// User name or password wrong; says no more.
    password_wrong = 400 "invalid_grant" 50_126 "User name or password is not right.";
    /// Too many wrong answers.
    locked = 400 "invalid_grant" 50_053 "Too many wrong attempts. Wait a while, then try again.";
    /// The password must be changed on the sign-in page.
    must_change = 400 "invalid_grant" 50_055 "The password has to be changed. Sign in with a browser first.";
    /// Only the sign-in page can ask for a second factor.
    interaction = 400 "interaction_required" 50_076 "A second factor is needed. Sign in with a browser.";
    /// Disabled user.
    user_disabled = 400 "invalid_grant" 50_057 "The user account is disabled.";
    /// The code or refresh token is unknown, used, expired or revoked.
    grant_expired = 400 "invalid_grant" 70_008 "The code or refresh token has expired or was revoked. Sign in again.";
    /// Nobody has answered the device yet.
    device_waits = 400 "authorization_pending" 70_016 "Nobody has answered yet. Ask again after the interval.";
    /// The device asks too often.
    slow_down = 400 "slow_down" 70_019 "The device asks too often. Wait as long as the interval says.";
    /// The person said no.
    device_denied = 400 "access_denied" 70_018 "The person has declined.";
    /// The device's code is unknown, used or too old.
    device_expired = 400 "expired_token" 70_020 "The device code has expired or was used. Begin again.";
    /// The code was used before.
    code_used = 400 "invalid_grant" 54_005 "The code was used already. Sign in again.";
    /// The verifier does not belong to the challenge.
    verifier_wrong = 400 "invalid_grant" 501_481 "The code verifier does not belong to the code challenge.";
    /// The redirect address is another than before.
    redirect_wrong = 400 "invalid_grant" 500_112 "The redirect address is not the one of the authorization request.";
    /// Too much going on.
    busy = 503 "temporarily_unavailable" 90_033 "The service is busy. Try again shortly.";
    /// Our fault.
    server = 500 "server_error" 90_033 "The service failed. Try again later.";
}

/// A member that is missing.
pub(crate) fn missing(name: &str) -> OauthError {
    OauthError {
        status: 400,
        error: "invalid_request",
        number: 900_144,
        text: format!("The request must contain the member '{name}'."),
    }
}

impl From<Problem> for OauthError {
    fn from(problem: Problem) -> Self {
        if problem.status == 503 { busy() } else { server() }
    }
}

impl From<store::StoreError> for OauthError {
    fn from(error: store::StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl OauthError {
    pub(crate) fn into_response(self, now: Timestamp, trace: &Trace) -> Response {
        let timestamp = now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = format!(
            "AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {timestamp}",
            self.number, self.text, trace.request_id, trace.correlation_id
        );
        let body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": timestamp,
            "trace_id": trace.request_id.to_string(),
            "correlation_id": trace.correlation_id.to_string(),
        });
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST); // all literals are valid
        let mut response = not_stored(Response::json(status, body.to_string()));
        if self.status == 401 {
            response.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        }
        if self.status == 503 {
            response.headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// An answer that no cache may keep.
pub(crate) fn not_stored(mut response: Response) -> Response {
    response.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
