//! One newtype per kind of identifier, so that a customer can never be passed where an order is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{given}' is not a valid {kind}")]
pub struct IdError {
    /// The kind of identifier that was wanted, in words.
    pub kind: &'static str,
    /// What was given, cut to 64 characters.
    pub given: String,
}

impl IdError {
    fn new(kind: &'static str, given: &str) -> Self {
        Self { kind, given: given.chars().take(64).collect() }
    }
}

macro_rules! guid_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text.trim()).map(Self).map_err(|_| IdError::new($kind, text))
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )*};
}

guid_ids! {
    /// A tenant of the directory: a partner, a customer, the operator or the trustee.
    TenantId = "tenant id (a GUID)";
    /// A customer; the GUID is the customer's tenant id.
    CustomerId = "customer id (a GUID)";
    /// A partner's commercial account; the GUID is the partner's tenant id.
    AccountId = "partner account id (a GUID)";
    /// A user, pseudonymous: at the operator nothing else about the person is known.
    UserId = "user id (a GUID)";
    /// An application registration (the OAuth client id).
    AppId = "application id (a GUID)";
    /// A subscription.
    SubscriptionId = "subscription id (a GUID)";
    /// One line of the audit trail.
    AuditId = "audit record id (a GUID)";
    /// The caller's `MS-RequestId`: the idempotency key of one logical call.
    RequestId = "request id (a GUID)";
    /// The caller's `MS-CorrelationId`.
    CorrelationId = "correlation id (a GUID)";
}

impl From<CustomerId> for TenantId {
    fn from(id: CustomerId) -> Self {
        Self(id.0)
    }
}
impl From<AccountId> for TenantId {
    fn from(id: AccountId) -> Self {
        Self(id.0)
    }
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal, $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let well_formed = !text.is_empty()
                    && text.len() <= $max
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'));
                if well_formed { Ok(Self(text.to_owned())) } else { Err(IdError::new($kind, text)) }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

text_ids! {
    /// An order: an opaque string for clients (letters, digits, `-`, `_`).
    OrderId = "order id", 64;
    /// An invoice number such as `D020001IVK`; the API prefixes the billing type.
    InvoiceId = "invoice id", 64;
    /// An offer of the catalogue: a GUID or a name such as `MS-AZR-DE-0145P`.
    OfferId = "offer id", 128;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guids_parse_in_either_case_and_print_in_lower_case() {
        let id: CustomerId = "4D3CF487-70F4-4E1E-9FF1-B2BFCE8D9F04".parse().expect("a GUID");
        assert_eq!(id.to_string(), "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
        assert!("4D3CF487".parse::<CustomerId>().is_err());
    }

    #[test]
    fn opaque_ids_refuse_what_could_leave_a_path() {
        for bad in ["", "a/b", "a b", "ä", "a%2f", &"x".repeat(65)] {
            assert!(bad.parse::<OrderId>().is_err(), "{bad:?}");
        }
        assert_eq!("Nm_f-1".parse::<OrderId>().expect("an id").as_str(), "Nm_f-1");
    }
}
