//! Partners' commercial accounts: what every call stands on, and what opens one.
//!
//! Invariants: an account is made by an approved application or as the sandbox of an approved partner, and never
//! anything of a principal with it; its currency follows from its country, its billing day from the day on which
//! the programme terms were accepted.
//!
//! Deliberately absent: users, roles and relationships (facts of the trustee).

use commerce::country;
use contract::profile::Profile;
use jiff::civil::Date;
use kernel::{AccountId, Country, Currency, Problem};
use serde::{Deserialize, Serialize};
use store::operator::accounts::{AccountKind, AccountRow, AccountStatus};

use crate::Cx;

/// An account's limits; 0 is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Customers of the account.
    pub customers: u32,
    /// Subscriptions of a customer.
    pub subscriptions_per_customer: u32,
    /// Seats of a subscription.
    pub seats_per_subscription: u32,
}

impl Limits {
    /// The limits of an account. What cannot be read is a sandbox's documented set, never no limit.
    pub fn of(account: &AccountRow, profile: &Profile) -> Self {
        serde_json::from_str(&account.limits).unwrap_or_else(|_| Self::of_sandboxes(profile))
    }

    /// The documented limits of a sandbox.
    pub fn of_sandboxes(profile: &Profile) -> Self {
        Self {
            customers: profile.sandbox.customers,
            subscriptions_per_customer: profile.sandbox.subscriptions_per_customer,
            seats_per_subscription: profile.sandbox.seats_per_subscription,
        }
    }

    /// As the account's row keeps them.
    pub fn to_json(self) -> String {
        serde_json::json!(self).to_string()
    }
}

/// The currency in which partners of a country are billed.
pub fn currency_of(country: Country) -> Result<Currency, Problem> {
    country::rules_of(country)
        .map(|rules| rules.currency)
        .ok_or_else(|| commerce::eligibility::served(country, &[]).err().unwrap_or_else(Problem::internal))
}

/// What an account is made of.
pub(crate) struct Opening {
    /// The partner's tenant.
    pub id: AccountId,
    /// How it sells.
    pub kind: AccountKind,
    /// Whether nothing it does is real.
    pub sandbox: bool,
    /// Legal name.
    pub company_name: String,
    /// Where it is.
    pub country: Country,
    /// Its number in the partner network.
    pub mpn_id: Option<String>,
    /// Its VAT id.
    pub vat_id: Option<String>,
    /// A reseller's provider.
    pub provider: Option<AccountRow>,
    /// A sandbox's production account.
    pub production: Option<AccountId>,
    /// The day on which the programme terms were accepted.
    pub accepted: Date,
}

impl Opening {
    /// The row of the account, active from now on.
    pub(crate) fn into_row(self, cx: &Cx<'_>) -> Result<AccountRow, Problem> {
        let limits = if self.sandbox { Limits::of_sandboxes(cx.profile) } else { Limits::default() };
        // Resellers inherit their provider's clock.
        let (clock_owner, provider_id) = match &self.provider {
            Some(provider) => (provider.clock_owner, Some(provider.account_id)),
            None => (self.id, None),
        };
        Ok(AccountRow {
            account_id: self.id,
            kind: self.kind,
            sandbox: self.sandbox,
            status: AccountStatus::Active,
            company_name: self.company_name,
            country: self.country,
            currency: currency_of(self.country)?,
            billing_day: i64::from(billing::billing_day(self.accepted)),
            mpn_id: self.mpn_id,
            vat_id: self.vat_id,
            provider_id,
            production_id: self.production,
            clock_owner,
            clock_offset: 0,
            limits: limits.to_json(),
            auto_accept: self.sandbox && cx.profile.sandbox.accept_agreements_at_once,
            created: cx.real_now().as_microsecond(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_currency_follows_from_the_country() {
        let of = |code: &str| currency_of(code.parse().expect("a country")).map_err(|problem| problem.code.0);
        assert_eq!(of("CH"), Ok(Currency::Chf));
        assert_eq!(of("PL"), Ok(Currency::Eur));
        assert_eq!(of("US"), Err(2030));
    }
}
