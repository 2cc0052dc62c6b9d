//! The addresses of identity. They are OAuth's and OpenID's, not the partner contract's, and are spelled here
//! and nowhere else.

use crate::identity::{Identity, discovery, form::Form, oauth};
use contract::operation::{Operation, Spec};
use contract::operations::{GeneratePartnerToken, GetAadToken};
use edge::{Method, Request, Response, StatusCode};
use kernel::{Problem, TenantId};
use std::str::FromStr as _;
use store::trustee::directory::{self, Tenant};

/// What the contract knows of these addresses.
pub(crate) const ENDPOINTS: &[&Spec] = &[GetAadToken::SPEC, GeneratePartnerToken::SPEC];

/// Version 1 names a `resource` and writes numbers as text; version 2 names a `scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    One,
    Two,
}

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Token(Version, String),
    Authorize(Version, String),
    Discovery(Version, String),
    Keys,
    GenerateToken,
    SignIn,
    SignInCode,
    SignInPassword,
    Arrived,
    SignOut,
}

pub(crate) const SIGN_IN: &str = "/signin";
pub(crate) const SIGN_IN_CODE: &str = "/signin/code";
pub(crate) const SIGN_IN_PASSWORD: &str = "/signin/password";
pub(crate) const SIGN_OUT: &str = "/signout";

impl Endpoint {
    /// What a path leads to, in any casing; None when it is not identity's.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let lower = path.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).collect();
        let of = |make: fn(Version, String) -> Self, version, tenant: &str| {
            let tenant = percent_encoding::percent_decode_str(tenant).decode_utf8().ok()?.into_owned();
            Some(make(version, tenant))
        };
        match parts.as_slice() {
            [tenant, "oauth2", "token"] => of(Self::Token, Version::One, tenant),
            [tenant, "oauth2", "v2.0", "token"] => of(Self::Token, Version::Two, tenant),
            [tenant, "oauth2", "authorize"] => of(Self::Authorize, Version::One, tenant),
            [tenant, "oauth2", "v2.0", "authorize"] => of(Self::Authorize, Version::Two, tenant),
            [tenant, ".well-known", "openid-configuration"] => of(Self::Discovery, Version::One, tenant),
            [tenant, "v2.0", ".well-known", "openid-configuration"] => {
                of(Self::Discovery, Version::Two, tenant)
            }
            [_, "discovery", "keys"] | [_, "discovery", "v2.0", "keys"] => Some(Self::Keys),
            [_, "oauth2", "logout"] | [_, "oauth2", "v2.0", "logout"] | ["signout"] => Some(Self::SignOut),
            ["generatetoken"] => Some(Self::GenerateToken),
            ["signin"] => Some(Self::SignIn),
            ["signin", "code"] => Some(Self::SignInCode),
            ["signin", "done"] => Some(Self::Arrived),
            ["signin", "password"] => Some(Self::SignInPassword),
            _ => None,
        }
    }
}

/// Whose sign-in an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    /// One tenant's.
    Tenant(Tenant),
    /// Every tenant's (`common`, `organizations`).
    Any,
}

impl Authority {
    /// Whether people and apps of this tenant belong here.
    pub(crate) fn covers(&self, tenant: TenantId) -> bool {
        match self {
            Self::Any => true,
            Self::Tenant(own) => own.id == tenant,
        }
    }
}

impl Identity {
    /// Answers a request to one of identity's addresses; None when the address is not identity's.
    pub async fn handle(&self, request: &Request) -> Option<Response> {
        let endpoint = Endpoint::of(request.path())?;
        let (get, post) = (request.method == Method::GET, request.method == Method::POST);
        let response = match endpoint {
            Endpoint::Token(version, tenant) if post => self.token_endpoint(request, version, &tenant).await,
            Endpoint::GenerateToken if post => self.generate_token(request).await,
            Endpoint::Authorize(version, tenant) if get || post => {
                self.authorize_endpoint(request, version, &tenant).await
            }
            Endpoint::Discovery(version, tenant) if get => match self.authority(&tenant).await {
                Ok(authority) => self.discovery_document(version, &authority),
                Err(error) => error.into_response(self.clock.now(), &request.trace),
            },
            Endpoint::Keys if get => discovery::key_set(&self.signing.published()),
            Endpoint::SignIn if post => self.sign_in(request).await,
            Endpoint::SignInCode if get || post => self.sign_in_code(request).await,
            Endpoint::SignInPassword if get || post => self.sign_in_password(request).await,
            Endpoint::Arrived if get => match Self::arrive(request) {
                Ok(response) => response,
                Err(problem) => self.denied(request, problem.into()),
            },
            Endpoint::SignOut if get || post => self.sign_out(request).await,
            _ => Response::empty(StatusCode::METHOD_NOT_ALLOWED),
        };
        Some(response.of("identity"))
    }

    /// The authority that the first part of a path names, by id or domain.
    pub(crate) async fn authority(&self, name: &str) -> Result<Authority, oauth::OauthError> {
        if matches!(name, "common" | "organizations") {
            return Ok(Authority::Any);
        }
        let name = name.to_owned();
        let read = move |tx: &mut store::Tx| match TenantId::from_str(&name) {
            Ok(id) => directory::tenant(tx, id),
            Err(_) => directory::tenant_of_domain(tx, &name),
        };
        let found = self.store.read("authority", read).await?;
        found
            .filter(|tenant| tenant.state == "active")
            .map(Authority::Tenant)
            .ok_or_else(oauth::tenant_unknown)
    }
}

/// The members of a request: of the body for a form, else of the query.
pub(crate) fn members(request: &Request) -> Result<Form, Problem> {
    if request.method == Method::POST {
        Form::parse(&request.body)
    } else {
        Form::parse(request.query().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the table reads better without ampersands")]
    fn check(path: &str, want: Option<Endpoint>) {
        assert_eq!(Endpoint::of(path).as_ref(), want.as_ref(), "{path}");
    }

    #[test]
    fn addresses_are_found_in_any_casing() {
        let own = |name: &str| name.to_owned();
        check(
            "/contoso.onmicrosoft.de/oauth2/token",
            Some(Endpoint::Token(Version::One, own("contoso.onmicrosoft.de"))),
        );
        check("/Common/OAuth2/V2.0/Token", Some(Endpoint::Token(Version::Two, own("common"))));
        check("//common//oauth2/v2.0/token/", Some(Endpoint::Token(Version::Two, own("common"))));
        check("/common/oauth2/v2.0/authorize", Some(Endpoint::Authorize(Version::Two, own("common"))));
        check("/x/v2.0/.well-known/openid-configuration", Some(Endpoint::Discovery(Version::Two, own("x"))));
        check("/x/.well-known/openid-configuration", Some(Endpoint::Discovery(Version::One, own("x"))));
        check("/GenerateToken", Some(Endpoint::GenerateToken));
        check("/x/discovery/v2.0/keys", Some(Endpoint::Keys));
        check("/signin/code", Some(Endpoint::SignInCode));
        for other in ["/", "/v1/customers", "/oauth2/token", "/a/b/oauth2/token", "/%ff/oauth2/token"] {
            check(other, None);
        }
    }
}
