//! Who calls, as the trustee's gateway tells the operator: ids and rights, never a name.
//!
//! Invariants: one set of claims has exactly one sequence of bytes, so that a signature over the bytes is a
//! signature over the claims; bytes that are not canonical are no claims.
//!
//! Deliberately absent: signing and checking (the edge), and any token of the caller, which never leaves the
//! trustee zone.

use jiff::Timestamp;
use kernel::{AccountId, AppId, CorrelationId, TenantId, UserId};
use serde::{Deserialize, Serialize};

use crate::admit::Caller;
use crate::operation::{Party, Role};

/// How long an assertion is valid, in seconds; the gateway uses one for many calls in that time.
pub const VALID_SECONDS: i64 = 60;

/// Longest canonical form.
const LONGEST: usize = 2048;

/// The claims of the gateway's caller assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// The caller's tenant.
    pub tenant: TenantId,
    /// What kind of tenant it is.
    pub party: Party,
    /// The signed-in user, by a pseudonymous id; none when an app calls for itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user: Option<UserId>,
    /// The user's roles, ascending, each once.
    pub roles: Vec<Role>,
    /// The calling application.
    pub app: AppId,
    /// True when the user signed in with a second factor.
    pub mfa: bool,
    /// The caller's correlation id, where the assertion is for one call.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correlation: Option<CorrelationId>,
    /// The caller's language, e.g. `de-DE`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locale: Option<String>,
    /// When the trustee issued it, in whole seconds since 1970.
    pub issued: i64,
    /// When it ends, in whole seconds since 1970.
    pub expires: i64,
}

impl Assertion {
    /// The canonical bytes: JSON with the members in this order, absent ones left out, roles ascending.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut canonical = self.clone();
        canonical.roles.sort_unstable();
        canonical.roles.dedup();
        // Ids, words, numbers and one text: nothing here can fail to be written. Empty bytes are no claims.
        serde_json::to_vec(&canonical).unwrap_or_default()
    }

    /// The claims of canonical bytes; `None` for any other bytes, also for another spelling of the same claims.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LONGEST {
            return None;
        }
        let claims: Self = serde_json::from_slice(bytes).ok()?;
        let lives = claims.expires.checked_sub(claims.issued)?;
        let bounded = (1..=VALID_SECONDS).contains(&lives) && Timestamp::from_second(claims.issued).is_ok();
        (bounded && claims.to_bytes() == bytes).then_some(claims)
    }

    /// When the trustee issued it.
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_second(self.issued).unwrap_or(Timestamp::MIN) // then it is stale
    }

    /// When it ends.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_second(self.expires).unwrap_or(Timestamp::MIN) // then it has ended
    }

    /// The caller as the rights table knows them.
    pub fn caller(&self) -> Caller<'_> {
        if self.user.is_some() { Caller::User(&self.roles) } else { Caller::App(self.party) }
    }

    /// The commercial account of a partner; none for other tenants.
    pub fn account(&self) -> Option<AccountId> {
        (self.party == Party::Partner).then_some(AccountId(self.tenant.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn sample() -> Assertion {
        Assertion {
            tenant: TenantId(Uuid::from_u128(1)),
            party: Party::Partner,
            user: Some(UserId(Uuid::from_u128(2))),
            roles: vec![Role::AdminAgent, Role::GlobalAdmin],
            app: AppId(Uuid::from_u128(3)),
            mfa: true,
            correlation: None,
            locale: Some("de-DE".to_owned()),
            issued: 1_500_000_000,
            expires: 1_500_000_060,
        }
    }

    const CANONICAL: &str = concat!(
        r#"{"tenant":"00000000-0000-0000-0000-000000000001","party":"partner","#,
        r#""user":"00000000-0000-0000-0000-000000000002","roles":["GlobalAdmin","AdminAgent"],"#,
        r#""app":"00000000-0000-0000-0000-000000000003","mfa":true,"locale":"de-DE","#,
        r#""issued":1500000000,"expires":1500000060}"#
    );

    #[test]
    fn claims_have_one_form() {
        assert_eq!(String::from_utf8(sample().to_bytes()).expect("UTF-8"), CANONICAL);
        let read = Assertion::from_bytes(CANONICAL.as_bytes()).expect("canonical");
        assert_eq!(read.roles, [Role::GlobalAdmin, Role::AdminAgent]);
        assert_eq!(read.caller(), Caller::User(&[Role::GlobalAdmin, Role::AdminAgent]));
        assert_eq!(read.account(), Some(AccountId(Uuid::from_u128(1))));
        let app = Assertion { user: None, roles: Vec::new(), party: Party::Customer, ..sample() };
        let read = Assertion::from_bytes(&app.to_bytes()).expect("canonical");
        assert_eq!((read.caller(), read.account()), (Caller::App(Party::Customer), None));
        assert_eq!(read.expires_at().as_second() - read.issued_at().as_second(), 60);
    }

    #[test]
    fn another_form_is_no_claims() {
        for (from, to) in [
            ("{\"tenant\"", "{ \"tenant\""),
            ("\"mfa\":true", "\"mfa\":true,\"mfa\":true"),
            ("\"mfa\":true", "\"mfa\":true,\"name\":\"Anna\""),
            ("\"GlobalAdmin\",\"AdminAgent\"", "\"AdminAgent\",\"GlobalAdmin\""),
            ("\"GlobalAdmin\"", "\"GlobalAdmin\",\"GlobalAdmin\""),
            ("\"AdminAgent\"", "\"Emperor\""),
            ("1500000060", "1500000061"),
            ("1500000060", "1500000000"),
            ("1500000060", "-9223372036854775808"),
            ("00000000-0000-0000-0000-000000000003", "00000000000000000000000000000003"),
            ("}", "} "),
        ] {
            let changed = CANONICAL.replacen(from, to, 1);
            assert_ne!(changed, CANONICAL);
            assert_eq!(Assertion::from_bytes(changed.as_bytes()), None, "{changed}");
        }
        assert_eq!(Assertion::from_bytes(b""), None);
    }
}
