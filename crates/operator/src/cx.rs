//! The context of one call: who calls, on which account, at what time.
//!
//! Two times: [`Cx::now`] is the account's (terms, renewals, invoices, audit window), [`Cx::real_now`] the
//! world's (throttles, idempotency). For a sandbox they differ by what its owner moved the clock.

use std::sync::Arc;

use commerce::catalogue::Catalogue;
use contract::assertion::Assertion;
use contract::profile::Profile;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{AccountId, Clock, Code, Entropy, Ids, Problem};
use store::operator::accounts::{self, AccountRow};
use store::{StoreError, Tx};

use crate::controls::Controls;

/// What every handler may know about its call. Holds no private value.
pub struct Cx<'a> {
    /// The gateway's statement of who calls.
    pub caller: &'a Assertion,
    /// The cloud's profile.
    pub profile: &'a Profile,
    /// What is sold.
    pub catalogue: &'a Catalogue,
    /// Which of the zone's own controls work.
    pub controls: Controls,
    account: Option<Arc<AccountRow>>,
    real: Stopped,
    entropy: &'a dyn Entropy,
}

/// What a call needs of the zone, handed to [`Cx::load`].
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub profile: Arc<Profile>,
    pub catalogue: Arc<Catalogue>,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub controls: Controls,
}

impl<'a> Cx<'a> {
    /// Reads the caller's account and stops the clock for the rest of the call.
    pub(crate) fn load(
        tx: &mut Tx,
        around: &'a Surroundings,
        caller: &'a Assertion,
    ) -> Result<Self, StoreError> {
        let account = accounts::of_caller(tx, &AccountId(caller.tenant.0))?;
        Ok(Self {
            caller,
            profile: &around.profile,
            catalogue: &around.catalogue,
            controls: around.controls,
            account,
            real: Stopped(around.clock.now()),
            entropy: &*around.entropy,
        })
    }

    /// The caller's commercial account.
    ///
    /// # Errors
    /// 403 when the operator has not approved the tenant as a partner, or has suspended it.
    pub fn account(&self) -> Result<&AccountRow, Problem> {
        match &self.account {
            Some(account) if account.status == "active" => Ok(account),
            Some(account) => Err(no_account(&format!("The partner account is {}.", account.status))),
            None => Err(no_account("This tenant has no partner account in this cloud.")),
        }
    }

    /// The account as it is, approved or not.
    pub fn any_account(&self) -> Option<&AccountRow> {
        self.account.as_deref()
    }

    /// The present on the account's clock.
    pub fn now(&self) -> Timestamp {
        let offset = self.account.as_ref().map_or(0, |account| account.clock_offset);
        self.real.0.saturating_add(SignedDuration::from_micros(offset)).unwrap_or(self.real.0)
    }

    /// Today on the account's clock, in UTC.
    pub fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now()).date()
    }

    /// The present in the world.
    pub fn real_now(&self) -> Timestamp {
        self.real.0
    }

    /// A source of new identifiers.
    pub fn ids(&self) -> Ids<'_> {
        Ids { clock: &self.real, entropy: self.entropy }
    }
}

/// A clock that stands still: one call has one present.
struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn no_account(why: &str) -> Problem {
    Problem::new(
        403,
        Code(2032),
        "no_partner_account",
        format!(
            "{why} Partners join this cloud by /enrollment/v1/applications, separately from any other cloud."
        ),
    )
}
