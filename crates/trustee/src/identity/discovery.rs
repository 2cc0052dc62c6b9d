//! What OpenID clients ask first: where the endpoints are and which keys sign.

use crate::identity::Identity;
use crate::identity::authority::{Authority, SIGN_OUT, Version};
use crate::identity::device;
use crate::identity::jws::PublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contract::authority::{Address, issuer};
use edge::http::header::{CACHE_CONTROL, HeaderValue};
use edge::{Response, StatusCode};
use kernel::TenantId;
use serde_json::json;

impl Identity {
    pub(crate) fn issuer_v1(&self, tenant: TenantId) -> String {
        format!("{}{}", self.settings.authority, issuer(Version::One, &tenant.to_string()))
    }

    pub(crate) fn issuer_v2(&self, tenant: TenantId) -> String {
        format!("{}{}", self.settings.authority, issuer(Version::Two, &tenant.to_string()))
    }

    pub(crate) fn discovery_document(&self, version: Version, authority: &Authority) -> Response {
        let root = &self.settings.authority;
        // Clients put the tenant of the token where an authority of all tenants has its placeholder.
        let (tenant, issuer_tenant) = match authority {
            Authority::Any => ("common".to_owned(), "{tenantid}".to_owned()),
            Authority::Tenant(tenant) => (tenant.id.to_string(), tenant.id.to_string()),
        };
        let at = |address: Address| format!("{root}{}", address.at(&tenant));
        let mut grants = vec!["authorization_code", "client_credentials", "refresh_token", device::GRANTS[0]];
        if self.settings.password_grant {
            grants.push("password");
        }
        let document = json!({
            "issuer": format!("{root}{}", issuer(version, &issuer_tenant)),
            "authorization_endpoint": at(Address::Authorize(version)),
            "device_authorization_endpoint": at(Address::DeviceCode(version)),
            "token_endpoint": at(Address::Token(version)),
            "end_session_endpoint": format!("{root}{SIGN_OUT}"),
            "jwks_uri": at(Address::Keys(version)),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": grants,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "claims_supported":
                ["sub", "iss", "aud", "exp", "iat", "nonce", "name", "email", "oid", "tid", "preferred_username"],
        });
        cached(Response::json(StatusCode::OK, document.to_string()))
    }
}

/// The published keys.
pub(crate) fn key_set(keys: &[PublicKey]) -> Response {
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            json!({
                "kty": "RSA",
                "use": "sig",
                "alg": "RS256",
                "kid": key.kid,
                "x5t": key.kid,
                "n": URL_SAFE_NO_PAD.encode(&key.modulus),
                "e": URL_SAFE_NO_PAD.encode(&key.exponent),
            })
        })
        .collect();
    cached(Response::json(StatusCode::OK, json!({ "keys": keys }).to_string()))
}

/// Anybody may keep it for an hour; a key is published for a day before it signs.
fn cached(mut response: Response) -> Response {
    response.headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
    response
}
