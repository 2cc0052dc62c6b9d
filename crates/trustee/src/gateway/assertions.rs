//! The gateway's signed statement of who calls, which goes to the operator in place of the caller's token.
//!
//! Invariants: it names tenants, pseudonyms, roles and apps, never people; it is reused for the same caller while
//! the operator still takes it, and no longer.

use contract::assertion::Assertion;
use edge::{Signer, VALID_SECONDS};
use jiff::Timestamp;
use kernel::{AppId, TenantId, UserId};
use std::sync::Arc;

use crate::cache::Cache;
use crate::identity::Caller;

/// Callers whose assertion is remembered; an entry takes about 700 bytes.
const REMEMBERED: usize = 8192;
/// An assertion is renewed so long before it ends, for the way to the operator and clocks that differ.
const MARGIN_SECONDS: i64 = 15;

type Who = (TenantId, AppId, Option<UserId>);

#[derive(Clone)]
struct Signed {
    caller: Arc<Caller>,
    issued: i64,
    text: Arc<str>,
}

/// Makes and remembers assertions.
pub(crate) struct Assertions {
    signer: Signer,
    known: Cache<Who, Signed>,
}

impl Assertions {
    pub(crate) fn new(signer: Signer) -> Self {
        Self { signer, known: Cache::new(REMEMBERED) }
    }

    /// The key with which the operator checks assertions.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.signer.public_key()
    }

    /// An assertion for this caller, valid now.
    pub(crate) fn of(&self, caller: &Arc<Caller>, now: Timestamp) -> Arc<str> {
        let who = (caller.tenant, caller.app, caller.user);
        let second = now.as_second();
        let remembered = self.known.get(&who);
        if let Ok(signed) = &remembered
            && (0..VALID_SECONDS - MARGIN_SECONDS).contains(&(second - signed.issued))
            && same(&signed.caller, caller)
        {
            return Arc::clone(&signed.text);
        }
        let text: Arc<str> = self.signer.sign(&claims(caller, now)).into();
        let signed = Signed { caller: Arc::clone(caller), issued: second, text: Arc::clone(&text) };
        match remembered {
            Ok(_) => self.known.set(who, signed),
            Err(ticket) => self.known.put(who, signed, ticket),
        }
        text
    }
}

/// Whether two callers are asserted alike; their tokens may differ.
fn same(left: &Arc<Caller>, right: &Arc<Caller>) -> bool {
    Arc::ptr_eq(left, right)
        || (left.party == right.party && left.roles == right.roles && left.mfa == right.mfa)
}

fn claims(caller: &Caller, now: Timestamp) -> Assertion {
    Assertion {
        tenant: caller.tenant,
        party: caller.party,
        user: caller.user,
        app: caller.app,
        roles: caller.roles.clone(),
        mfa: caller.mfa,
        correlation: None,
        locale: None,
        issued: now.as_second(),
        expires: now.as_second() + VALID_SECONDS,
    }
}
