//! The addresses at which apps and people get their tokens, in both versions of the protocol.
//!
//! They are OAuth's and OpenID's, below a tenant's id, its domain or a word for every tenant. Clients find them by
//! discovery or know them by heart; both kinds are served from this one list.
//!
//! Deliberately absent: entries of the operation table for all but the first of them (`get-aad-token`, which the
//! public inventory lists). The others answer browsers with pages and redirects, or libraries with documents of
//! other standards: they have neither roles nor shapes nor errors in one of our forms, so whatever is derived from
//! an entry would be untrue of them.

use percent_encoding::percent_decode_str;

/// Version 1 names a `resource` and writes numbers as text; version 2 names a `scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `/oauth2`.
    One,
    /// `/oauth2/v2.0`.
    Two,
}

/// What stands at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// Where tokens are given.
    Token(Version),
    /// Where people sign in for an app.
    Authorize(Version),
    /// Where a device without a browser begins to sign somebody in.
    DeviceCode(Version),
    /// Where people sign out.
    SignOut(Version),
    /// The document that names the others.
    Discovery(Version),
    /// The keys that sign.
    Keys(Version),
}

/// The words for every tenant.
pub const EVERYBODY: [&str; 2] = ["common", "organizations"];

impl Address {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Token(Version::One),
        Self::Token(Version::Two),
        Self::Authorize(Version::One),
        Self::Authorize(Version::Two),
        Self::DeviceCode(Version::One),
        Self::DeviceCode(Version::Two),
        Self::SignOut(Version::One),
        Self::SignOut(Version::Two),
        Self::Discovery(Version::One),
        Self::Discovery(Version::Two),
        Self::Keys(Version::One),
        Self::Keys(Version::Two),
    ];

    /// What follows the tenant.
    const fn rest(self) -> &'static str {
        match self {
            Self::Token(Version::One) => "oauth2/token",
            Self::Token(Version::Two) => "oauth2/v2.0/token",
            Self::Authorize(Version::One) => "oauth2/authorize",
            Self::Authorize(Version::Two) => "oauth2/v2.0/authorize",
            Self::DeviceCode(Version::One) => "oauth2/devicecode",
            Self::DeviceCode(Version::Two) => "oauth2/v2.0/devicecode",
            Self::SignOut(Version::One) => "oauth2/logout",
            Self::SignOut(Version::Two) => "oauth2/v2.0/logout",
            Self::Discovery(Version::One) => ".well-known/openid-configuration",
            Self::Discovery(Version::Two) => "v2.0/.well-known/openid-configuration",
            Self::Keys(Version::One) => "discovery/keys",
            Self::Keys(Version::Two) => "discovery/v2.0/keys",
        }
    }

    /// The path of this address at a tenant.
    pub fn at(self, tenant: &str) -> String {
        format!("/{tenant}/{}", self.rest())
    }

    /// What a path leads to, in any casing, with doubled and trailing slashes; and the tenant it names, decoded and in
    /// lower case. `None` when it is none of these.
    pub fn of(path: &str) -> Option<(Self, String)> {
        let lower = path.to_ascii_lowercase();
        let mut parts = lower.split('/').filter(|part| !part.is_empty());
        let tenant = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        let found =
            Self::ALL.into_iter().find(|address| address.rest().split('/').eq(rest.iter().copied()))?;
        Some((found, percent_decode_str(tenant).decode_utf8().ok()?.into_owned()))
    }
}

/// Who signs tokens of a tenant, below the authority's own address.
pub fn issuer(version: Version, tenant: &str) -> String {
    match version {
        Version::One => format!("/{tenant}/"),
        Version::Two => format!("/{tenant}/v2.0"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;

    #[test]
    fn every_address_is_found_again_however_it_is_written() {
        for address in Address::ALL {
            let path = address.at("contoso.onmicrosoft.de");
            let found = Some((address, "contoso.onmicrosoft.de".to_owned()));
            assert_eq!(Address::of(&path), found, "{path}");
            assert_eq!(Address::of(&path.to_ascii_uppercase()), found, "{path}");
            assert_eq!(Address::of(&format!("/{}/", path.replace('/', "//"))), found, "{path}");
        }
        assert_eq!(Address::of("/a%2Eb/oauth2/token").map(|found| found.1).as_deref(), Some("a.b"));
        for other in [
            "/",
            "/v1/customers",
            "/oauth2/token",
            "/a/b/oauth2/token",
            "/%ff/oauth2/token",
            "/a/oauth2/token/b",
        ] {
            assert_eq!(Address::of(other), None, "{other}");
        }
    }

    #[test]
    fn the_inventorys_token_call_is_the_first_of_them() {
        let path = crate::operations::GetAadToken::SPEC.path;
        assert_eq!(Address::Token(Version::One).at("{tenant-id}"), path);
    }
}
