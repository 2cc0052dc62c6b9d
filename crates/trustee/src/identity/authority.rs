//! What identity answers where: the directory's addresses, which `contract` spells, and the pages of sign-in, which are
//! spelled here and nowhere else.

use crate::identity::{Identity, discovery, form::Form, oauth};
pub(crate) use contract::authority::Version;
use contract::authority::{Address, EVERYBODY};
use contract::operation::{Operation, Spec};
use contract::operations::{GeneratePartnerToken, GetAadToken};
use edge::{Method, Request, Response, StatusCode};
use kernel::{Problem, TenantId};
use std::str::FromStr as _;
use store::trustee::directory::{self, Tenant};

/// What the contract knows of these addresses.
pub(crate) const ENDPOINTS: &[&Spec] = &[GetAadToken::SPEC, GeneratePartnerToken::SPEC];

/// What an address leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// An address of the directory, with the tenant it names.
    Directory(Address, String),
    GenerateToken,
    SignIn,
    SignInCode,
    SignInPassword,
    /// Back from an issuer.
    SignInIssuer,
    /// To an issuer, to link an account.
    SignInLink,
    Device,
    Arrived,
    SignOut,
}

pub(crate) const SIGN_IN: &str = "/signin";
pub(crate) const SIGN_IN_CODE: &str = "/signin/code";
pub(crate) const SIGN_IN_PASSWORD: &str = "/signin/password";
pub(crate) const SIGN_IN_ISSUER: &str = "/signin/issuer";
pub(crate) const SIGN_IN_LINK: &str = "/signin/link";
/// Where people answer devices that have no browser.
pub(crate) const DEVICE: &str = "/device";
pub(crate) const SIGN_OUT: &str = "/signout";

impl Endpoint {
    /// What a path leads to, in any casing; None when it is not identity's.
    pub(crate) fn of(path: &str) -> Option<Self> {
        if let Some((address, tenant)) = Address::of(path) {
            return Some(Self::Directory(address, tenant));
        }
        let lower = path.to_ascii_lowercase();
        let parts: Vec<&str> = lower.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["device"] => Some(Self::Device),
            ["signout"] => Some(Self::SignOut),
            ["generatetoken"] => Some(Self::GenerateToken),
            ["signin"] => Some(Self::SignIn),
            ["signin", "code"] => Some(Self::SignInCode),
            ["signin", "done"] => Some(Self::Arrived),
            ["signin", "password"] => Some(Self::SignInPassword),
            ["signin", "issuer"] => Some(Self::SignInIssuer),
            ["signin", "link"] => Some(Self::SignInLink),
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
            Endpoint::Directory(address, tenant) => self.directory(request, address, &tenant).await,
            Endpoint::GenerateToken if post => self.generate_token(request).await,
            Endpoint::SignIn if post => self.sign_in(request).await,
            Endpoint::SignInCode if get || post => self.sign_in_code(request).await,
            Endpoint::SignInPassword if get || post => self.sign_in_password(request).await,
            Endpoint::SignInIssuer if get => Box::pin(self.back_from_issuer(request)).await,
            Endpoint::SignInLink if post => Box::pin(self.link_elsewhere(request)).await,
            Endpoint::Device if get || post => self.device_page(request).await,
            Endpoint::Arrived if get => match Self::arrive(request) {
                Ok(response) => response,
                Err(problem) => self.denied(request, problem.into()),
            },
            Endpoint::SignOut if get || post => self.sign_out(request).await,
            _ => Response::empty(StatusCode::METHOD_NOT_ALLOWED),
        };
        Some(response.of("identity"))
    }

    async fn directory(&self, request: &Request, address: Address, tenant: &str) -> Response {
        let (get, post) = (request.method == Method::GET, request.method == Method::POST);
        match address {
            Address::Token(version) if post => self.token_endpoint(request, version, tenant).await,
            Address::Authorize(version) if get || post => {
                self.authorize_endpoint(request, version, tenant).await
            }
            Address::DeviceCode(version) if post => self.device_endpoint(request, version, tenant).await,
            Address::SignOut(_) if get || post => self.sign_out(request).await,
            Address::Discovery(version) if get => match self.authority(tenant).await {
                Ok(authority) => self.discovery_document(version, &authority),
                Err(error) => error.into_response(self.clock.now(), &request.trace),
            },
            Address::Keys(_) if get => discovery::key_set(&self.signing.published()),
            _ => Response::empty(StatusCode::METHOD_NOT_ALLOWED),
        }
    }

    /// The authority that the first part of a path names, by id or domain.
    pub(crate) async fn authority(&self, name: &str) -> Result<Authority, oauth::OauthError> {
        if EVERYBODY.contains(&name) {
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

    #[test]
    fn addresses_are_found_in_any_casing() {
        let check = |path: &str, want: Option<Endpoint>| assert_eq!(Endpoint::of(path), want, "{path}");
        let token = Endpoint::Directory(Address::Token(Version::Two), "common".to_owned());
        check("/Common/OAuth2/V2.0/Token", Some(token));
        check("/GenerateToken", Some(Endpoint::GenerateToken));
        check("//signin/code/", Some(Endpoint::SignInCode));
        check("/signout", Some(Endpoint::SignOut));
        for other in ["/", "/v1/customers", "/signin/x", "/x/signin"] {
            check(other, None);
        }
    }
}
